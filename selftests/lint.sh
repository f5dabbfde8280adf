#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Style and static checks, as TAP: checkpatch, a build with W=1 and sparse for
# each kernel, shellcheck, the kernel's schema of netlink specifications,
# kernel-doc, the manual, and whether the files generated from ours are as it
# gives them.

set -u

cd "$(dirname "$0")/.." || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS

source=$(selftests/vm/kernels.sh path source)
kernels=$(selftests/vm/kernels.sh list)
log=$(mktemp)
trap 'rm -f "$log"' EXIT

n=0
failed=0

# report NAME CMD...: a test point that passes when the command does; what it
# said is shown when it does not.
report() {
	local name=$1
	shift
	n=$((n + 1))
	if "$@" >"$log" 2>&1; then
		echo "ok $n $name"
	else
		sed 's/^/# /' "$log"
		echo "not ok $n $name"
		failed=1
	fi
}

# Outside the kernel there are no u32, BIT(), __printf and strscpy(), flex wants
# a typedef declared, and PRIu64 is how C99 spells it.
not_kernel=PREFER_KERNEL_TYPES,PREFER_DEFINED_ATTRIBUTE_MACRO,STRNCPY
not_kernel=$not_kernel,STRLCPY,STRCPY,BIT_MACRO,NEW_TYPEDEFS,CAMELCASE

# A kernel.h of ours has macros of the kernel's, as the kernel has them. What is
# generated has long lines, and lists that are macros.
style() {
	local files
	mapfile -t files < <(find "$1" -name '*.[ch]' ! -path '*/kernel.h' \
		! -name '*_gen.[ch]')
	[ ${#files[@]} -gt 0 ] || return 0
	perl "$source/scripts/checkpatch.pl" --no-tree --strict --quiet \
		--terse --show-types --no-summary ${2:+--ignore "$2"} \
		--file "${files[@]}"
}

alert_rules() {
	promtool check rules monitoring/mailguard.rules.yml &&
		promtool test rules monitoring/mailguard.rules.test.yml
}

# A tree of its own: only a full build shows all warnings.
build() {
	rm -rf "build/lint/$1"
	make -s modules KERNEL="$1" BUILD=build/lint \
		SPARSE="C=1 CF=-D__CHECK_ENDIAN__" || return
	! grep -E 'warning:|error:' "$log"
}

shell_style() {
	local files
	mapfile -t files < <(grep -rlE --exclude='*.md' '^#!/bin/(ba)?sh' \
		.ci scripts selftests)
	# SC2317: functions that are called by their name look dead to it.
	shellcheck -x -e SC2317 selftests/lib/lib.sh "${files[@]}"
}

# A kernel-doc comment names what is there, all of it, and what is returned.
kernel_doc() {
	local files
	mapfile -t files < <(find kmod userspace selftests -name '*.[ch]' \
		! -name 'parser.tab.*' ! -name 'scanner.yy.c')
	perl "$source/scripts/kernel-doc" -none -Wall -Werror "${files[@]}"
}

# Sphinx warns of a reference to what is not there, and of a link that is none.
manual() {
	make -s docs BUILD=build/lint
}

# The command that is built here reads the examples.
examples() {
	make -s userspace && selftests/manual.py userspace/mailguard
}

# What version 1 promises is there; what is new is promised by "promise.py --add".
promise() {
	scripts/promise.py
}

# The module, the command, Debian's package and the changes have one version.
one_version() {
	local version
	version=$(sed -n 's/.*MAILGUARD_VERSION "\(.*\)"/\1/p' kmod/version.h)
	grep -m 1 '^mailguard (' debian/changelog | grep -F "($version)" &&
		grep -m 1 '^## ' CHANGELOG.md | grep -Fx "## $version"
}

# Tests misspell words on purpose, and a page shows a word that is cut.
spelling() {
	codespell --quiet-level 2 --skip '*.json' \
		--ignore-words-list ofo,iif,noo,implemen \
		Documentation README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md selftests/README.md kmod \
		userspace presets monitoring debian scripts
}

# Below that level are matters of style, in which Sphinx has a mind of its own.
man_pages() {
	mandoc -T lint -W error build/lint/docs/man/*.[1-8]
}

# build_report KERNEL: a point for it; it is skipped where there is no such kernel.
build_report() {
	local why
	if why=$(selftests/vm/kernels.sh lacks "$1"); then
		n=$((n + 1))
		echo "ok $n Linux $1: W=1, sparse # SKIP $why"
	else
		report "Linux $1: W=1, sparse" build "$1"
	fi
}

echo "TAP version 13"
# core/base.h defines noinline for what is not the kernel.
report "checkpatch --strict: kmod" style kmod PREFER_DEFINED_ATTRIBUTE_MACRO
report "checkpatch --strict: userspace" style userspace $not_kernel
report "checkpatch --strict: selftests" style selftests $not_kernel
for kernel in $kernels; do
	build_report "$kernel"
done
report "shellcheck" shell_style
report "mailguard.yaml: the kernel's schema" \
	python3 selftests/spec.py Documentation/netlink/specs/mailguard.yaml \
	"$source/Documentation/netlink"
report "what is generated is as mailguard.yaml gives it" \
	scripts/generate.py --check "$source"
report "kernel-doc" kernel_doc
report "the manual: Sphinx has no warning" manual
report "man pages: mandoc -T lint" man_pages
report "each statement is described, and each example is right" examples
report "nothing is gone that version 1 promises" promise
report "one version" one_version
report "codespell" spelling
report "rules of alerts: promtool check rules, and their tests" alert_rules
echo "1..$n"
exit $failed
