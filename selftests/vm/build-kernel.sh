#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Build a kernel for the tests from Debian's source. It lies in the cache beside
# the kernels of kernels.sh and looks like one of them, so that
# "run.sh -k 6.12-uml" boots it and "make modules KERNEL=6.12-uml" builds for
# it.
#
#	build-kernel.sh KERNEL
#
# KERNEL is one of
#	6.12-debug	KASAN, lockdep and the like, for qemu
#	6.12-uml	User Mode Linux, with one processor
#	6.12-uml-debug	the same with KASAN, lockdep and the like
#	7.3-uml		User Mode Linux with several processors
#
# It is configured by tinyconfig and the fragments in config/. It is built when
# there is none, and when a fragment or Debian's source changed. A build that was
# interrupted goes on where it was.
#
# Its directory holds, beside what kernels.sh tells of,
#	linux			the objects
#	vmlinuz			the image; of User Mode Linux, a program
#	config.log build.log	what configuring and building said
# and the directory linux-6.12 beside it holds the source.

set -eu

# What a make above us was told concerns it alone.
unset MAKEFLAGS MAKELEVEL MFLAGS

layout=2	# counts up when what is laid out changes

here=$(cd "$(dirname "$0")" && pwd)
kernel=${1-}

say() {
	echo "build-kernel: $*"
}

die() {
	echo "build-kernel: $*" >&2
	exit 1
}

arch=um target=linux image=linux
case $kernel in
6.12-debug)
	fragments="qemu tests debug"
	arch=x86 target=bzImage image=arch/x86/boot/bzImage
	;;
6.12-uml) fragments="uml tests" ;;
6.12-uml-debug) fragments="uml tests debug uml-debug" ;;
7.3-uml) fragments="uml tests smp" ;;
*) die "usage: build-kernel.sh 6.12-debug | 6.12-uml | 6.12-uml-debug | 7.3-uml" ;;
esac
series=${kernel%%-*}
dir=$("$here/kernels.sh" path "$kernel")
tree=$("$here/kernels.sh" path "linux-$series")
objects=$dir/linux

build_make() {
	make -C "$tree" ARCH="$arch" O="$objects" "$@"
}

fragment_files() {
	for name in $fragments; do
		echo "$here/config/$name"
	done
}

# What a kernel is made of.
recipe() {
	# shellcheck disable=SC2046 # a list of files
	{ echo "$layout $version $kernel"; cat $(fragment_files); } | sha256sum
}

# Lines of the fragments that did not come true: what a symbol depends on is
# missing, or it has another name now. The last word on a symbol counts.
unheard() {
	# shellcheck disable=SC2046 # a list of files
	grep -hE '^(CONFIG_|# CONFIG_)' $(fragment_files) |
	awk '{ name = $0; sub(/^# /, "", name); sub(/[ =].*/, "", name)
		last[name] = $0 }
		END { for (name in last) print last[name] }' |
	while read -r line; do
		name=${line#\# }
		name=${name%%[ =]*}
		case $line in
		\#*) ! grep -q "^$name=" "$objects/.config" || echo "$line" ;;
		*) grep -qxF -e "$line" "$objects/.config" || echo "$line" ;;
		esac
	done
}

configure() {
	# shellcheck disable=SC2046 # a list of files
	{ build_make tinyconfig &&
		(cd "$tree" && scripts/kconfig/merge_config.sh -m -O "$objects" \
			"$objects/.config" $(fragment_files)) &&
		echo "CONFIG_LOCALVERSION=\"-mailguard-${kernel#*-}\"" \
			>>"$objects/.config" &&
		build_make olddefconfig; } >"$dir/config.log" 2>&1 ||
		die "cannot configure the kernel, see $dir/config.log"
	lines=$(unheard)
	[ -z "$lines" ] ||
		die "Linux $version does not do as config/ says ($fragments):
$lines"
}

build() {
	say "building Linux $kernel, which takes half an hour or more; $dir/build.log grows"
	make -C "$tree" ARCH="$arch" O="$objects" -j "$(nproc)" \
		"$target" modules \
		>"$dir/build.log" 2>&1 || {
		tail -n 20 "$dir/build.log" >&2
		die "cannot build the kernel, see $dir/build.log"
	}
}

lay_out() {
	release=$(build_make -s --no-print-directory kernelrelease)
	rm -rf "${dir:?}/lib"
	build_make -s INSTALL_MOD_PATH="$dir" modules_install
	mkdir -p "$dir/lib/modules/$release/kernel"
	cp "$objects/$image" "$dir/vmlinuz"
	ln -sfn linux "$dir/build"
	echo "$release" >"$dir/release"
}

"$here/kernels.sh" fetch-source "$series"
mkdir -p "$objects"
exec 9>"$dir/lock"
flock -n 9 || { say "waiting for another build"; flock 9; }
version=$(cat "$tree/version")
recipe=$(recipe)
[ "$(cat "$dir/layout" 2>/dev/null)" != "$recipe" ] || exit 0
rm -f "$dir/layout" "$dir/release"
configure
build
lay_out
echo "$recipe" >"$dir/layout"
say "Linux $release is there"
