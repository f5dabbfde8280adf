#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Make the roots of a release of Debian, or run something in one of them, as root.
#
#	root.sh make RELEASE		make what is not there yet
#	root.sh in ROOT COMMAND...	run a command in a root: a directory, or the
#					image of a file system
#	root.sh next RELEASE		print the packages of the next kernel
#	root.sh suite RELEASE		print the name of the release
#	root.sh mirror			print where its packages come from
#
# RELEASE is 12, 13 or sid. The directory build/systems/RELEASE holds
#	base.tar.gz	the smallest root that has apt
#	builder		a root that builds our packages
#	system.img	a machine with Debian's kernel, its headers and DKMS
#	archives	packages that apt has fetched
#
# The mirror, and how to reach it, is what apt is configured with on this machine.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
kernel="linux-image-amd64 linux-headers-amd64"
# shellcheck source-path=SCRIPTDIR source=../vm/archive.sh
. "$here/../vm/archive.sh"

die() {
	echo "root: $*" >&2
	exit 1
}

# select_release RELEASE
select_release() {
	dir=$top/build/systems/$1
	case $1 in
	12) suite=bookworm ;;
	13) suite=trixie ;;
	sid) suite=sid ;;
	*) die "no release $1" ;;
	esac
}

# The last one is where the next kernel comes from: sid's comes from the backports
# of the release before.
sources() {
	local uri security
	uri=$(archive Debian)
	security=$(archive Debian-Security)
	echo "deb ${uri:?} $suite main"
	case $suite in
	bookworm) echo "deb ${security:?} $suite-security main" ;;
	*) echo "deb $uri trixie-backports main" ;;
	esac
}

# What apt installs as the next kernel.
next_kernel() {
	case $1 in
	12) echo "linux-image-6.12-amd64 linux-headers-6.12-amd64" ;;
	*) echo "linux-image-amd64/trixie-backports linux-headers-amd64/trixie-backports" ;;
	esac
}

# How apt on this machine reaches its mirror, and what it believes.
apt_conf() {
	apt-config dump --format '%f "%v";%n' | grep -E \
		'^Acquire::(Check-|https?::|Retries)' || true
	echo 'Acquire::Retries "5"; Acquire::Languages "none";'
	echo 'APT::Install-Recommends "false";'
}

# Runs as the first process of a namespace: what is mounted, and what still runs,
# goes with it.
enter() {
	local root=$1 where=$1
	shift
	if [ -f "$root" ]; then
		where=$(dirname "$root")/mnt
		mkdir -p "$where"
		mount -o loop "$root" "$where"
	fi
	mount -t proc proc "$where/proc"
	mount -t sysfs sysfs "$where/sys"
	mount --rbind /dev "$where/dev"
	mount -t tmpfs tmpfs "$where/run"
	cp --remove-destination /etc/resolv.conf "$where/etc/resolv.conf"
	mkdir -p "$(dirname "$root")/archives/partial" "$where/mnt"
	mount --bind "$(dirname "$root")/archives" "$where/var/cache/apt/archives"
	mount --bind "$top" "$where/mnt"
	exec chroot "$where" env -i TERM=dumb LC_ALL=C.UTF-8 HOME=/root \
		DEBIAN_FRONTEND=noninteractive \
		PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

in_root() {
	unshare --mount --pid --fork --kill-child "$0" enter "$@"
}

make_base() {
	apt_conf >"$dir/apt.conf"
	sources | mmdebstrap --quiet --variant=minbase \
		--aptopt="$dir/apt.conf" "$suite" "$dir/new.tar.gz" -
	mv "$dir/new.tar.gz" "$dir/base.tar.gz"
}

# No daemon starts in a root that is no machine.
unpack_base() {
	tar -C "$1" -xf "$dir/base.tar.gz"
	apt_conf >"$1/etc/apt/apt.conf.d/systems"
	sources >"$1/etc/apt/sources.list"
	printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
	chmod 755 "$1/usr/sbin/policy-rc.d"
}

# install ROOT PACKAGE...
install() {
	local root=$1
	shift
	in_root "$root" sh -ec 'apt-get -qq update
		apt-get -qq -y -o Dpkg::Use-Pty=0 install "$@"' apt "$@" \
		>"$dir/apt.log" 2>&1 || { tail -n 50 "$dir/apt.log" >&2; return 1; }
}

make_builder() {
	rm -rf "$dir/builder.new"
	mkdir "$dir/builder.new"
	unpack_base "$dir/builder.new"
	install "$dir/builder.new" build-essential fakeroot
	mv "$dir/builder.new" "$dir/builder"
}

# The initial ramdisk has few modules, so that it is made and unpacked quickly.
few_modules() {
	mkdir -p "$1/etc/initramfs-tools/conf.d" \
		"$1/usr/share/initramfs-tools/modules.d"
	echo MODULES=list >"$1/etc/initramfs-tools/conf.d/systems"
	printf '%s\n' virtio_pci virtio_blk ext4 \
		>"$1/usr/share/initramfs-tools/modules.d/systems"
}

make_system() {
	local img=$dir/system.img.new
	rm -f "$img"
	truncate -s 6G "$img"
	mkfs.ext4 -q "$img"
	mkdir -p "$dir/mnt"
	unshare --mount sh -ec "mount -o loop '$img' '$dir/mnt'
		'$0' unpack '${dir##*/}'"
	# shellcheck disable=SC2086 # a list of words
	install "$img" systemd-sysv dbus udev nftables iproute2 kmod procps \
		conntrack python3 openssl initramfs-tools zstd ccache autopkgtest \
		dkms $kernel
	in_root "$img" /mnt/selftests/systems/prepare.sh
	mv "$img" "$dir/system.img"
}

# make_once NAME: build/systems/RELEASE/NAME, by the function for it.
make_once() {
	[ -e "$dir/$1" ] || {
		echo "root: making $1 of $suite" >&2
		"make_${1%%.*}"
	}
}

[ "$(id -u)" -eq 0 ] || die "must be root"
what=$1
shift
case $what in
make)
	select_release "$1"
	mkdir -p "$dir"
	make_once base.tar.gz
	make_once builder
	make_once system.img
	;;
unpack)
	select_release "$1"
	unpack_base "$dir/mnt"
	few_modules "$dir/mnt"
	;;
in) in_root "$@" ;;
enter) enter "$@" ;;
next) next_kernel "$@" ;;
suite)
	select_release "$1"
	echo "$suite"
	;;
mirror) archive Debian ;;
*) die "usage: root.sh make | in | next | suite | mirror" ;;
esac
