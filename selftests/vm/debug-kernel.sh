#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Build the debug kernel that "make check-debug" runs the tests on: Debian's
# source, configured by tinyconfig and debug.config. It lies in the cache
# beside the kernels of kernels.sh and looks like one of them, so that
# "run.sh -k 6.12-debug" boots it and "make modules KERNEL=6.12-debug" builds
# for it.
#
# It is built when there is none, and when debug.config or Debian's source
# changed. A build that was interrupted goes on where it was.
#
# Its directory holds, beside what kernels.sh tells of,
#	linux			the source and the objects
#	version			of the source
#	config.log build.log	what configuring and building said

set -eu

# What a make above us was told concerns it alone.
unset MAKEFLAGS MAKELEVEL MFLAGS

source_of=6.12
layout=1	# counts up when what is laid out changes

here=$(cd "$(dirname "$0")" && pwd)
fragment=$here/debug.config
dir=$("$here/kernels.sh" path "$source_of-debug")
tree=$dir/linux

say() {
	echo "debug-kernel: $*"
}

die() {
	echo "debug-kernel: $*" >&2
	exit 1
}

# The newest version that the package lists know, or else what is unpacked.
source_version() {
	apt-cache show --no-all-versions "linux-source-$source_of" 2>/dev/null |
		sed -n 's/^Version: //p' | grep . || cat "$dir/version" 2>/dev/null
}

# What a kernel is made of.
recipe() {
	{ echo "$layout $version"; cat "$fragment"; } | sha256sum
}

unpack_source() {
	[ "$(cat "$dir/version" 2>/dev/null)" != "$version" ] || return 0
	rm -rf "$dir/version" "$tree" "$dir"/*.deb
	say "fetching linux-source-$source_of $version"
	(cd "$dir" && apt-get -qq -o APT::Sandbox::User=root download \
		"linux-source-$source_of=$version") ||
		die "cannot fetch linux-source-$source_of"
	say "unpacking it"
	mkdir "$tree"
	dpkg-deb --fsys-tarfile "$dir"/linux-source-*.deb |
		tar -xO "./usr/src/linux-source-$source_of.tar.xz" |
		xz -dc -T0 | tar -C "$tree" -x --strip-components=1
	rm -f "$dir"/*.deb
	echo "$version" >"$dir/version"
}

# Lines of the fragment that did not come true: what a symbol depends on is
# missing, or it has another name now.
unheard() {
	grep -E '^(CONFIG_|# CONFIG_)' "$fragment" | while read -r line; do
		name=${line#\# }
		name=${name%%[ =]*}
		case $line in
		\#*) ! grep -q "^$name=" "$tree/.config" || echo "$line" ;;
		*) grep -qxF -e "$line" "$tree/.config" || echo "$line" ;;
		esac
	done
}

configure() {
	(cd "$tree" && make tinyconfig &&
		scripts/kconfig/merge_config.sh -m .config "$fragment" &&
		make olddefconfig) >"$dir/config.log" 2>&1 ||
		die "cannot configure the kernel, see $dir/config.log"
	lines=$(unheard)
	[ -z "$lines" ] ||
		die "Linux $version does not do as $fragment says:
$lines"
}

build() {
	say "building it, which takes half an hour or more; $dir/build.log grows"
	nice -n 15 make -C "$tree" -j "$(nproc)" bzImage modules \
		>"$dir/build.log" 2>&1 || {
		tail -n 20 "$dir/build.log" >&2
		die "cannot build the kernel, see $dir/build.log"
	}
}

lay_out() {
	release=$(make -s -C "$tree" kernelrelease)
	rm -rf "${dir:?}/lib"
	make -s -C "$tree" INSTALL_MOD_PATH="$dir" modules_install
	mkdir -p "$dir/lib/modules/$release/kernel"
	cp "$tree/arch/x86/boot/bzImage" "$dir/vmlinuz"
	ln -sfn linux "$dir/build"
	echo "$release" >"$dir/release"
}

mkdir -p "$dir"
exec 9>"$dir/lock"
flock -n 9 || { say "waiting for another build"; flock 9; }
version=$(source_version) ||
	die "no package linux-source-$source_of is known here; run: apt-get update"
recipe=$(recipe)
[ "$(cat "$dir/layout" 2>/dev/null)" != "$recipe" ] || exit 0
rm -f "$dir/layout" "$dir/release"
unpack_source
configure
build
lay_out
echo "$recipe" >"$dir/layout"
say "Linux $release is there"
