#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The Debian packages that "make deb" has built, as TAP: lintian has no warning,
# DKMS builds the module of what one of them installs, and it has the command's
# version. command/package.sh installs the other one in the virtual machine.

set -u

cd "$(dirname "$0")/../.." || exit 1
kernel=6.12
unpacked=$(selftests/vm/kernels.sh path $kernel)
debs=build/deb
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0
failed=0

# report NAME CMD...: a point that passes when the command does.
report() {
	local name=$1 word=ok
	shift
	n=$((n + 1))
	"$@" >"$tmp/log" 2>&1 || word="not ok"
	[ "$word" = ok ] || failed=$((failed + 1))
	echo "$word $n $name"
	[ "$word" = ok ] || sed 's/^/# /' "$tmp/log"
}

unpack() {
	local deb
	for deb in "$debs"/mailguard{,-dkms,-doc}_*.deb; do
		dpkg-deb -x "$deb" "$tmp/root" || return
	done
}

version() {
	"$tmp/root/usr/sbin/mailguard" -V | sed -n 's/^mailguard //p'
}

# Into directories of our own: nothing is installed on this machine.
build_module() {
	mkdir -p "$tmp/dkms"
	dkms build "mailguard/$(version)" -k "$(cat "$unpacked/release")" \
		--sourcetree "$tmp/root/usr/src" --dkmstree "$tmp/dkms" \
		--kernelsourcedir "$unpacked/build"
}

has_version() {
	local module
	module=$(find "$tmp/dkms" -name 'nf_conntrack_smtp.ko*' | head -1)
	[ "$(/sbin/modinfo -F version "$module")" = "$(version)" ]
}

# The man pages, and the pages that doc-base tells of.
has_manual() {
	local page root=$tmp/root/usr/share
	for page in man8/mailguard.8 man5/mailguard.conf.5 \
			man7/mailguard-presets.7 man4/nf_conntrack_smtp.4; do
		mandoc -T lint -W error "$root/man/$page.gz" || return
	done
	grep -q 'mailguard.conf' "$root/doc/mailguard/html/index.html"
}

echo "TAP version 13"
echo "1..5"
report "lintian has no warning" lintian --allow-root --fail-on error,warning \
	$debs/mailguard_*.changes
report "they unpack" unpack
report "the manual is in them" has_manual
report "DKMS builds the module for Linux $kernel" build_module
report "module and command have one version" has_version
[ $failed -eq 0 ]
