# SPDX-License-Identifier: GPL-2.0
#
# What the directories of tests have in common: every script of theirs is a test,
# TEST, ON and EXCEPT choose among them, and kselftest's lib.mk runs what is left.

KSFT ?= $(shell ../vm/kernels.sh path source)/tools/testing/selftests

TEST_PROGS := $(wildcard *.sh) $(TEST_PROGS)
TEST_FILES := $(filter-out $(TEST_PROGS),$(wildcard *.py))

# A test says in its header if it runs elsewhere than most: "# Runs on: every
# kernel", or "# Runs on: one kernel" if it is about the command alone.
hash := \#
ifneq ($(ON),)
TEST_PROGS := $(shell grep -lxF '$(hash) Runs on: $(ON)' $(TEST_PROGS))
endif
ifneq ($(EXCEPT),)
TEST_PROGS := $(shell grep -LxF '$(hash) Runs on: $(EXCEPT)' $(TEST_PROGS))
endif
ifneq ($(TEST),)
TEST_PROGS := $(filter $(TEST),$(TEST_PROGS))
endif

# SHARE=1-2: of two machines that share the tests, this is the first.
ifneq ($(SHARE),)
share := $(subst -, ,$(SHARE))
TEST_PROGS := $(shell printf '%s\n' $(TEST_PROGS) | \
		awk 'NR % $(word 2,$(share)) == $(word 1,$(share)) - 1')
endif

include $(KSFT)/lib.mk
