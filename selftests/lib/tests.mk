# SPDX-License-Identifier: GPL-2.0
#
# What the directories of tests have in common: every script of theirs is a test,
# TEST, ON, ONE and SHARE choose among them, and kselftest's lib.mk runs what is left.

KSFT ?= $(shell ../vm/kernels.sh path source)/tools/testing/selftests

TEST_PROGS := $(wildcard *.sh) $(TEST_PROGS)
TEST_FILES := $(filter-out $(TEST_PROGS),$(wildcard *.py))

# share LIST,1-2: of two machines that share the tests of LIST, this is the first.
share = $(if $1,$(shell printf '%s\n' $1 | awk -v n=$(firstword $(subst -, ,$2)) \
	-v of=$(lastword $(subst -, ,$2)) '(NR - 1) % of == n - 1'))
saying = $(if $1,$(shell grep -lxF '$(hash) Runs on: $2' $1))
hash := \#

# A test says in its header if it runs elsewhere than most: "# Runs on: every
# kernel", or "# Runs on: one kernel" if another kernel would tell nothing else.
# ON=every chooses the former, and ONE=1-2 is this machine's share of the latter.
ifneq ($(ON),)
TEST_PROGS := $(call saying,$(TEST_PROGS),$(ON) kernel)
endif
ifneq ($(ONE),)
one := $(call saying,$(TEST_PROGS),one kernel)
TEST_PROGS := $(filter-out $(one),$(TEST_PROGS)) $(call share,$(one),$(ONE))
endif
ifneq ($(TEST),)
TEST_PROGS := $(filter $(TEST),$(TEST_PROGS))
endif

ifneq ($(SHARE),)
TEST_PROGS := $(call share,$(TEST_PROGS),$(SHARE))
endif

include $(KSFT)/lib.mk
