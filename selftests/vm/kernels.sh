#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Fetch Debian's kernels and kernel headers, the few files the tests use of the
# kernel source, and the mail servers that cannot be installed beside Postfix;
# and unpack them below the cache directory. Nothing is installed.
#
#	kernels.sh list			print the kernels the project is tested with
#	kernels.sh list there		the same, without those that Debian lacks
#	kernels.sh fetch		fetch and unpack what is not there yet
#	kernels.sh check		succeed when everything is there
#	kernels.sh path [KERNEL]	print the cache directory, or the directory
#					of one kernel
#	kernels.sh lacks KERNEL		succeed when Debian lacks it, and print why
#	kernels.sh fetch-source SERIES	fetch and unpack a whole kernel source, for
#					build-kernel.sh
#
# A kernel's directory holds
#	release			its full release, "6.1.0-56-amd64"
#	vmlinuz			the image
#	lib/modules/RELEASE	the modules a machine without hardware can use
#	build			the headers, for make -C .../build M=...
#	root			if another release of Debian has it: that release's
#				compiler, and all it needs
# or, where a kernel of another release is not to be had,
#	lacking			why
# and "source" holds parts of the kernel source tree, "exim", "sendmail" and
# "opensmtpd" these mail servers, "suite" what apt knows of other releases.

set -eu

kernels="6.1 6.12"	# of Debian 12 and 13; without them nothing goes
others="7.2 7.3"	# of later ones, as long as they have them
source_of=6.12
mail_servers="exim sendmail opensmtpd"

# Counts up when what is unpacked changes.
layout_of() {
	case $1 in
	source) echo 5 ;;
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

# apt-get or apt-cache, with the packages of the suite that is looked at. Mirrors
# fail now and then.
suite=
apt() {
	tool=$1
	shift
	"apt-$tool" -o Acquire::Retries=5 \
		${suite:+-c "$cache/suite/$suite/apt.conf"} "$@"
}

# shellcheck source-path=SCRIPTDIR source=release.sh
. "$(dirname "$0")/release.sh"

have() {
	[ "$(cat "$cache/$1/layout" 2>/dev/null)" = "$(layout_of "$1")" ]
}

have_all() {
	for name in $kernels $others source $mail_servers; do
		have "$name" || return 1
	done
}

# newest_release SERIES PACKAGE: the newest that the package lists know.
newest_release() {
	series=$(echo "$1" | sed 's/\./\\./g')
	apt cache search --names-only "^linux-$2-${series}\\.[0-9].*-amd64\$" |
		sed "s/^linux-$2-\([^ ]*\) .*/\1/" |
		grep -Ev -- '-(rt|cloud)-|unsigned|dbg' |
		sort -V | tail -n 1
}

# The package PREFIX* that a package depends on.
dependency() {
	apt cache depends "$1" | sed -n "s/^ *|*Depends: \($2[^ ]*\)/\1/p" |
		head -n 1
}

download() {
	say "fetching $(echo "$*" | cut -c 1-200)"
	(cd "$tmp/deb" && apt get -qq -o APT::Sandbox::User=root download "$@") ||
		die "cannot fetch $*"
}

# unpack DEB [TAR OPTION...]
unpack() {
	deb=$1
	shift
	dpkg-deb --fsys-tarfile "$deb" | tar -C "$tmp/tree" -x "$@"
}

# unpack_modules DEB PREFIX [PATTERN...]: the modules of a machine whose only
# devices are virtual. They are stored uncompressed: an emulated processor takes
# long to decompress them.
unpack_modules() {
	deb=$1
	modules="${2}lib/modules/*/kernel"
	shift 2
	unpack "$deb" --wildcards --no-wildcards-match-slash \
		--transform 's|^\./usr/lib/|./lib/|' \
		"$modules/arch" "$modules/crypto" "$modules/fs" \
		"$modules/lib" "$modules/net" "$modules/drivers/char" \
		"$modules/drivers/net/*.ko*" "$modules/drivers/virtio" "$@"
	find "$tmp/tree/lib/modules" -name '*.ko.xz' -exec xz -d {} +
}

# Debian 13 has the modules below /usr.
unpack_image() {
	prefix=./
	if dpkg-deb -c "$tmp"/deb/linux-image-*.deb |
			grep ' \./usr/lib/modules/' >/dev/null; then
		prefix=./usr/
	fi
	unpack_modules "$tmp"/deb/linux-image-*.deb $prefix \
		"${prefix}lib/modules/*/modules.*" './boot/vmlinuz-*'
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
	release=$(newest_release "$1" image)
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
			'*/scripts/kernel-doc' \
			'*/scripts/const_structs.checkpatch' \
			'*/Documentation/netlink/genetlink*.yaml' \
			'*/lib/nlattr.c' '*/include/net/netlink.h' \
			'*/include/net/genetlink.h' '*/include/linux/netlink.h' \
			'*/include/uapi/linux/netlink.h' \
			'*/include/uapi/linux/genetlink.h' \
			'*/tools/net/ynl/*.py' \
			'*/tools/testing/selftests/lib.mk' \
			'*/tools/testing/selftests/kselftest*' \
			'*/tools/testing/selftests/run_kselftest.sh'
}

# The whole source of a series, below linux-SERIES; its version is that of the
# package.
fetch_whole_source() {
	package=linux-source-$1
	case " $kernels " in
	*" $1 "*) ;;
	*) know_suites; suite=$(newest_suite "$1") ;;
	esac
	version=$(apt cache show --no-all-versions "$package" 2>/dev/null |
		sed -n 's/^Version: //p')
	# Without package lists what is unpacked has to do.
	[ -n "$version" ] || version=$(cat "$cache/linux-$1/version" \
		2>/dev/null) || die "no package $package is known here"
	[ "$(cat "$cache/linux-$1/version" 2>/dev/null)" != "$version" ] ||
		return 0
	begin_tree
	download "$package"
	say "unpacking the source of Linux $1"
	dpkg-deb --fsys-tarfile "$tmp"/deb/linux-source-*.deb |
		tar -xO "./usr/src/$package.tar.xz" | xz -dc -T0 |
		tar -C "$tmp/tree" -x --strip-components=1
	echo "$version" >"$tmp/tree/version"
	end_tree "linux-$1"
}

fetch_exim() {
	download exim4-daemon-light
	unpack "$tmp"/deb/exim4-daemon-light_*.deb ./usr/sbin/exim4
}

# The program, and the macros that its configuration is made of.
fetch_sendmail() {
	download sendmail-bin sendmail-cf
	unpack "$tmp"/deb/sendmail-bin_*.deb ./usr/libexec/sendmail/sendmail
	unpack "$tmp"/deb/sendmail-cf_*.deb ./usr/share/sendmail/cf
}

fetch_opensmtpd() {
	download opensmtpd
	unpack "$tmp"/deb/opensmtpd_*.deb ./usr/sbin ./usr/libexec/opensmtpd
}

# Unpack aside and rename, so that an interrupted run leaves nothing half done.
begin_tree() {
	rm -rf "$cache"/tmp.*
	tmp=$cache/tmp.$$
	mkdir -p "$tmp/deb" "$tmp/tree"
}

# end_tree NAME
end_tree() {
	rm -rf "${cache:?}/$1"
	mv "$tmp/tree" "$cache/$1"
	rm -rf "$tmp"
}

provide() {
	name=$1
	shift
	have "$name" && return
	begin_tree
	"$@"
	layout_of "$name" >"$tmp/tree/layout"
	end_tree "$name"
}

# A later release may have moved on, or its archive may be out of reach: then
# its kernel is not tested with, and whoever looks is told. In a shell of its
# own, which ends at the first error.
provide_other() {
	have "$1" && return
	if "$0" fetch-other "$1" 2>"$cache/why"; then
		return
	fi
	rm -rf "${cache:?}/$1"
	mkdir "$cache/$1"
	tail -n 1 "$cache/why" | sed 's/^kernels: //' >"$cache/$1/lacking"
	say "no Linux $1: $(cat "$cache/$1/lacking")"
}

list() {
	for kernel in $kernels $others; do
		[ "${1-}" = there ] && [ -e "$cache/$kernel/lacking" ] ||
			echo "$kernel"
	done
}

case ${1-} in
list)
	list "${2-}"
	;;
lacks)
	cat "$cache/$2/lacking" 2>/dev/null
	;;
check)
	have_all
	;;
fetch)
	mkdir -p "$cache"
	exec 9>"$cache/lock"
	flock -n 9 || { say "waiting for another fetch"; flock 9; }
	for kernel in $kernels; do
		if [ -n "$(newest_release "$kernel" headers)" ]; then
			provide "$kernel" fetch_kernel "$kernel"
		else	# Debian 13 has no 6.1
			provide "$kernel" fetch_other_kernel "$kernel"
		fi
	done
	for kernel in $others; do
		provide_other "$kernel"
	done
	provide source fetch_source
	for server in $mail_servers; do
		provide "$server" "fetch_$server"
	done
	;;
fetch-source)
	mkdir -p "$cache"
	exec 9>"$cache/lock"
	flock 9
	fetch_whole_source "$2"
	;;
fetch-other)
	provide "$2" fetch_other_kernel "$2"
	;;
path)
	echo "$cache${2:+/$2}"
	;;
*)
	die "usage: kernels.sh list | fetch | check | path | lacks"
	;;
esac
