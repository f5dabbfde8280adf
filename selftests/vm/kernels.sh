#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Fetch Debian's kernels and kernel headers, the few files the tests use of the
# kernel source, and Exim, which cannot be installed beside Postfix; and unpack
# them below the cache directory. Nothing is installed.
#
#	kernels.sh fetch		fetch and unpack what is not there yet
#	kernels.sh check		succeed when everything is there
#	kernels.sh path [KERNEL]	print the cache directory, or the directory
#					of one kernel
#
# A kernel's directory holds
#	release			its full release, "6.1.0-56-amd64"
#	vmlinuz			the image
#	lib/modules/RELEASE	the modules a machine without hardware can use
#	build			the headers, for make -C .../build M=...
# and "source" holds parts of the kernel source tree, "exim" Exim's program.

set -eu

kernels="6.1 6.12"
source_of=6.12

# Counts up when what is unpacked changes.
layout_of() {
	case $1 in
	source) echo 2 ;;
	*) echo 1 ;;
	esac
}

cache=${XDG_CACHE_HOME:-$HOME/.cache}/mailguard

say() {
	echo "kernels: $*"
}

die() {
	echo "kernels: $*" >&2
	exit 1
}

have() {
	[ "$(cat "$cache/$1/layout" 2>/dev/null)" = "$(layout_of "$1")" ]
}

have_all() {
	for name in $kernels source exim; do
		have "$name" || return 1
	done
}

# The newest release of a series that the package lists know.
newest_release() {
	series=$(echo "$1" | sed 's/\./\\./g')
	apt-cache search --names-only "^linux-image-${series}\\.[0-9].*-amd64\$" |
		sed 's/^linux-image-\([^ ]*\) .*/\1/' |
		grep -Ev -- '-(rt|cloud)-|unsigned|dbg' |
		sort -V | tail -n 1
}

# The package PREFIX* that a package depends on.
dependency() {
	apt-cache depends "$1" | sed -n "s/^ *|*Depends: \($2[^ ]*\)/\1/p" |
		head -n 1
}

download() {
	say "fetching $*"
	(cd "$tmp/deb" && apt-get -qq -o APT::Sandbox::User=root download "$@") ||
		die "cannot fetch $*"
}

# unpack DEB [TAR OPTION...]
unpack() {
	deb=$1
	shift
	dpkg-deb --fsys-tarfile "$deb" | tar -C "$tmp/tree" -x "$@"
}

# The modules of a machine whose only devices are virtual. They are stored
# uncompressed: an emulated processor takes long to decompress them.
unpack_image() {
	modules='./lib/modules/*'
	unpack "$tmp"/deb/linux-image-*.deb --wildcards \
		--no-wildcards-match-slash './boot/vmlinuz-*' \
		"$modules/modules.*" "$modules/kernel/arch" \
		"$modules/kernel/crypto" "$modules/kernel/fs" \
		"$modules/kernel/lib" "$modules/kernel/net" \
		"$modules/kernel/drivers/char" "$modules/kernel/drivers/net/*.ko*" \
		"$modules/kernel/drivers/virtio"
	find "$tmp/tree/lib/modules" -name '*.ko.xz' -exec xz -d {} +
	mv "$tmp"/tree/boot/vmlinuz-* "$tmp/tree/vmlinuz"
	rmdir "$tmp/tree/boot"
}

# The header tree names its other half by an absolute path, and without
# vmlinux no BTF is made, which would need one more tool.
unpack_headers() {
	for deb in "$tmp"/deb/linux-headers-*.deb "$tmp"/deb/linux-kbuild-*.deb; do
		unpack "$deb" --exclude vmlinux --exclude './usr/share' \
			--exclude './lib/modules'
	done
	sed -i "s|^include /usr/src/|include $cache/$1/usr/src/|" \
		"$tmp/tree/usr/src/linux-headers-$2/Makefile"
	ln -s "usr/src/linux-headers-$2" "$tmp/tree/build"
}

fetch_kernel() {
	release=$(newest_release "$1")
	[ -n "$release" ] || die "no package of Linux $1 for amd64 is known here"
	headers=linux-headers-$release
	download "linux-image-$release" "$headers" \
		"$(dependency "$headers" linux-headers-)" \
		"$(dependency "$headers" linux-kbuild-)"
	say "unpacking Linux $release"
	unpack_image
	unpack_headers "$1" "$release"
	depmod -b "$tmp/tree" "$release"
	echo "$release" >"$tmp/tree/release"
}

fetch_source() {
	download "linux-source-$source_of"
	say "unpacking parts of the kernel source"
	dpkg-deb --fsys-tarfile "$tmp"/deb/linux-source-*.deb |
		tar -xO "./usr/src/linux-source-$source_of.tar.xz" |
		xz -dc -T0 |
		tar -C "$tmp/tree" -x --strip-components=1 --wildcards \
			'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
			'*/scripts/const_structs.checkpatch' \
			'*/lib/nlattr.c' '*/include/net/netlink.h' \
			'*/include/net/genetlink.h' '*/include/linux/netlink.h' \
			'*/include/uapi/linux/netlink.h' \
			'*/include/uapi/linux/genetlink.h' \
			'*/tools/testing/selftests/lib.mk' \
			'*/tools/testing/selftests/kselftest*' \
			'*/tools/testing/selftests/run_kselftest.sh'
}

fetch_exim() {
	download exim4-daemon-light
	unpack "$tmp"/deb/exim4-daemon-light_*.deb ./usr/sbin/exim4
}

# Unpack aside and rename, so that an interrupted run leaves nothing half done.
provide() {
	name=$1
	shift
	have "$name" && return
	rm -rf "$cache"/tmp.*
	tmp=$cache/tmp.$$
	mkdir -p "$tmp/deb" "$tmp/tree"
	"$@"
	layout_of "$name" >"$tmp/tree/layout"
	rm -rf "${cache:?}/$name"
	mv "$tmp/tree" "$cache/$name"
	rm -rf "$tmp"
}

case ${1-} in
check)
	have_all
	;;
fetch)
	mkdir -p "$cache"
	exec 9>"$cache/lock"
	flock -n 9 || { say "waiting for another fetch"; flock 9; }
	for kernel in $kernels; do
		provide "$kernel" fetch_kernel "$kernel"
	done
	provide source fetch_source
	provide exim fetch_exim
	;;
path)
	echo "$cache${2:+/$2}"
	;;
*)
	die "usage: kernels.sh fetch | check | path [KERNEL]"
	;;
esac
