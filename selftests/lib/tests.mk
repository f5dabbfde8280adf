# SPDX-License-Identifier: GPL-2.0
#
# What the directories of tests have in common: every script of theirs is a test,
# TEST and ON choose among them, and kselftest's lib.mk runs what is left.

KSFT ?= $(shell ../vm/kernels.sh path source)/tools/testing/selftests

TEST_PROGS := $(wildcard *.sh) $(TEST_PROGS)
TEST_FILES := $(filter-out $(TEST_PROGS),$(wildcard *.py))

# A test says in its header where else it runs: "# Runs on: every kernel".
ifneq ($(ON),)
hash := \#
TEST_PROGS := $(shell grep -lxF '$(hash) Runs on: $(ON)' $(TEST_PROGS))
endif
ifneq ($(TEST),)
TEST_PROGS := $(filter $(TEST),$(TEST_PROGS))
endif

include $(KSFT)/lib.mk
