# SPDX-License-Identifier: GPL-2.0
#
# Every task a person runs; "make help" lists them.
#
# Variables:
#	KERNEL=6.12	work with one of the virtual machine's kernels, not all
#	UML=6.12	work with User Mode Linux, a quicker virtual machine:
#			6.12, 6.12-debug, or 7.3, which has two processors;
#			"make build-kernel UML=6.12" builds it
#	KDIR=DIR	build for, or install to, the kernel whose headers lie in
#			DIR: /lib/modules/$(uname -r)/build on a gateway
#	DESTDIR=DIR	install below DIR
#	RELEASE=13	the release of Debian that "make check-systems" installs
#	TEST=name.sh	run only this test in the virtual machine
#	JOBS=n		how many machines "make check-fast" runs at a time
#	RUN='command'	what to run there ("make vm")
#	FUZZ_SECONDS=n	how much processor time each of the fuzzers gets
#	SEED=n		the random order of a storm, of cuts, of repetitions and of
#			what is fuzzed, again; 1 in "make check", else another one
#			each time
#	TEST_MESSAGES=n	how many mails a test sends
#	TEST_STORMS=n	how many storms storm.sh makes
#	TEST_CASES=x	the cases of attack.sh that match x
#	BENCH_ROUNDS=n	how often "make bench" measures each way

BUILD	:= build
ifdef UML
# 6.12-debug is the kernel 6.12-uml-debug.
KERNEL	:= $(UML:%-debug=%)-uml$(if $(filter %-debug,$(UML)),-debug)
endif
KERNELS	:= $(or $(KERNEL),$(shell selftests/vm/kernels.sh list))
THERE	:= $(or $(KERNEL),$(shell selftests/vm/kernels.sh list there))
ONE	:= $(or $(KERNEL),6.12)
DEBUG	:= $(or $(KERNEL),6.12-debug)
# "make check" runs all tests on these, each of those about the command alone on one of
# them, and on other kernels the tests that say in their header that they run on every
# kernel; "make check-vm KERNEL=7.2" runs all there.
WHOLE	:= $(filter 6.1 6.12,$(KERNELS))
MACHINES := $(addprefix share-,$(join $(WHOLE:%=%-),$(addsuffix -$(words $(WHOLE)),\
		$(shell seq $(words $(WHOLE))))))
RELEASE	= $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' \
		'$(KDIR)/include/generated/utsrelease.h')
MODULE	:= kmod/nf_conntrack_smtp.ko
MODDIR	= $(DESTDIR)/lib/modules/$(RELEASE)/extra

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The command as it was given: $HOME is for the machine's shell to read.
override RUN := $(value RUN)
export RUN VM_TIMEOUT TEST

help: ## list the tasks
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | \
		expand -t 14

deps: ## install the Debian packages needed and unpack the kernels to test with
	@selftests/vm/deps.sh

modules: ## build the module: for the test kernels, or KERNEL=6.12, or KDIR=dir
modules: $(if $(KDIR),module-here,$(THERE:%=module-%))

module-here:
	$(call kbuild,$(RELEASE),$(MAKE) -C "$(KDIR)")

module-%:
	$(call kbuild,$*,scripts/kbuild.sh $*,W=1 $(SPARSE) CONFIG_DEBUG_INFO_BTF_MODULES=)

# Each kernel has a tree of objects of its own, where the sources are symbolic
# links.
define kbuild
	@mkdir -p $(BUILD)/$1
	@flock $(BUILD)/$1 sh -ec ' \
		find $(BUILD)/$1 -type l -delete; \
		cp -rs "$(CURDIR)/Kbuild" "$(CURDIR)/kmod" $(BUILD)/$1/; \
		$2 M="$(abspath $(BUILD)/$1)" $3 modules'
endef

userspace: ## build the command mailguard
	@$(MAKE) -C userspace

# Warnings are errors, but not where a newer Sphinx would keep from installing.
SPHINXOPTS ?= -W --keep-going
SPHINX	:= sphinx-build -q $(SPHINXOPTS) -j auto -d $(BUILD)/docs/doctrees

docs: ## build the manual: build/docs/html, and man pages in build/docs/man
docs: docs-html docs-man

docs-%:
	@$(SPHINX) -b $* Documentation $(BUILD)/docs/$*

install: ## install module and command, KDIR=/lib/modules/.../build
install: module-here
	install -D -m 644 -t '$(MODDIR)' $(BUILD)/$(RELEASE)/$(MODULE)
	depmod $(if $(DESTDIR),-b '$(DESTDIR)') $(RELEASE)
	@! command -v sphinx-build >/dev/null || $(MAKE) docs-man SPHINXOPTS=
	@$(MAKE) -C userspace install
	$(if $(DESTDIR),,-journalctl --update-catalog)

# In a copy of what git has, so that the tree stays as it is.
deb: ## build the Debian packages, into build/deb
	@scripts/deb.sh $(BUILD)/deb

check: ## build everything and run every test, as CI does
check: export SEED := $(or $(SEED),1)
check: deps
	@$(MAKE) modules userspace deb
	@FUZZ_SECONDS=$(or $(FUZZ_SECONDS),30) selftests/check.sh lint unit \
		unit-userspace threads packages $(MACHINES) \
		$(patsubst %,few-%,$(filter-out $(WHOLE),$(KERNELS))) \
		$(WHOLE:%=boot-%) fuzz

# The machines of "check-fast": one a processor, and only one for one test.
JOBS	?= $(if $(TEST),1,$(shell nproc))

check-fast: ## run what User Mode Linux can run, in minutes, and the unit tests
check-fast: deps
	@selftests/vm/build-kernel.sh 6.12-uml
	@$(MAKE) modules userspace KERNEL=6.12-uml
	@selftests/check.sh $(patsubst %,fast-%-$(JOBS),$(shell seq $(JOBS))) \
		$(if $(TEST),,unit unit-userspace)

check-unit: ## run the unit tests of kmod/core and of the command
	@selftests/check.sh unit unit-userspace

check-threads: ## run connections and policies in threads, with ThreadSanitizer
	@selftests/check.sh threads

check-packages: ## build the Debian packages, and check them with lintian and DKMS
check-packages: deb
	@selftests/check.sh packages

# Not a part of "check": the first run makes three systems, and takes long.
check-systems: ## install, boot and upgrade whole Debian systems, RELEASE=12, 13 or sid
check-systems:
	@selftests/vm/deps.sh systems
	@selftests/check.sh $(patsubst %,systems-%,$(if $(findstring command, \
		$(origin RELEASE)),$(RELEASE),12 13 sid secureboot))

fuzz: ## fuzz kmod/core, the policy language and netlink, FUZZ_SECONDS=n
fuzz:
	@FUZZ_SECONDS=$(or $(FUZZ_SECONDS),60) selftests/check.sh fuzz

bench: ## measure what the guard costs, compared with other ways
bench: deps
	@$(MAKE) modules userspace KERNEL=$(ONE)
	@selftests/bench/bench.sh $(ONE)

coverage: ## show which lines of kmod/core unit tests and fuzz seeds run
	@selftests/coverage.sh

check-vm: ## run the tests in the virtual machine, TEST=name.sh for one of them
check-vm: modules userspace
	@selftests/check.sh $(KERNELS:%=vm-%)

# Not a part of "check": the kernel takes long to build, and is slow.
check-debug: ## build a kernel with KASAN, lockdep and the like; run the tests on it
check-debug: deps
	@selftests/vm/build-kernel.sh $(DEBUG)
	@$(MAKE) modules userspace KERNEL=$(DEBUG)
	@selftests/check.sh vm-$(DEBUG)

build-kernel: ## build a kernel to test with: UML=6.12, or KERNEL=6.12-debug
build-kernel: deps
	@selftests/vm/build-kernel.sh $(ONE)

check-boot: ## boot a machine twice: the saved configuration must guard
check-boot: modules userspace
	@selftests/check.sh $(THERE:%=boot-%)

generate: ## generate the files that come from the netlink specification
	@scripts/generate.py "$$(selftests/vm/kernels.sh path source)"

lint: ## run checkpatch, sparse, W=1 and shellcheck; check generated files
	@selftests/check.sh lint

demo: ## show a gateway guarding a real Postfix
demo: deps
	@$(MAKE) modules userspace KERNEL=$(ONE)
	@echo "demo: booting a virtual machine, this takes some seconds"
	@selftests/vm/run.sh -k $(ONE) selftests/demo.sh

vm: ## boot the virtual machine: a shell, or RUN='command'
vm:
	@selftests/vm/run.sh -k $(ONE) $${RUN:+"$$RUN"}

clean: ## remove what was built
	rm -rf build
	@$(MAKE) -C userspace clean

.PHONY: help deps modules module-here userspace docs install deb check check-fast \
	check-unit check-threads check-packages check-systems check-vm \
	check-debug build-kernel check-boot fuzz bench coverage generate lint \
	demo vm clean
