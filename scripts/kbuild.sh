#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Build a module for one of the kernels that kernels.sh unpacked, as make -C
# would in its headers.
#
#	kbuild.sh KERNEL M=DIRECTORY [ARGUMENT...]
#
# A kernel of another release of Debian has a root with that release's compiler.
# In a container nothing may be mounted there, so the directory is copied into
# the root, and what was built is copied back. A user becomes root in a
# namespace for that.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
kernel=$1
kernels=$here/../selftests/vm/kernels.sh
unpacked=$("$kernels" path "$kernel")

if ! [ -e "$unpacked/release" ]; then
	echo "kbuild: no Linux $kernel here: $("$kernels" \
		lacks "$kernel" || echo "run: make deps")" >&2
	exit 1
fi
root=$unpacked/root
if [ -d "$root" ] && [ "$(id -u)" -ne 0 ]; then
	# shellcheck disable=SC2016 # for that shell
	exec unshare -rm sh -ec '
		mount --bind /dev/null "$1/dev/null"
		shift
		exec "$@"' kbuild "$root" "$0" "$@"
fi

shift
if ! [ -d "$root" ]; then
	case $kernel in
	*-uml*) set -- "$@" ARCH=um ;;
	esac
	exec make -C "$unpacked/build" "$@"
fi

# Below the root the path is the same, as it stands in messages.
directory=${1#M=}
inside=$root$directory
headers=/usr/src/linux-headers-$(cat "$unpacked/release")

cleanup() {
	rm -rf "${inside:?}"
}

trap cleanup EXIT
trap 'exit 130' HUP INT TERM
if ! [ -c "$root/dev/null" ]; then	# a user fetched it
	rm -f "$root/dev/null"
	mknod -m 666 "$root/dev/null" c 1 3
fi
mkdir -p "$inside"
cp -rL --preserve=timestamps "$directory/." "$inside"
# kernel-doc needs Perl or Python, which the root lacks; "make lint" runs it.
status=0
PATH=$PATH:/usr/sbin chroot "$root" env -i PATH=/usr/bin LC_ALL=C.UTF-8 \
	make -C "$headers" cmd_checkdoc= "$@" || status=$?

# The sources are symbolic links there, and stay that.
(cd "$directory" && find . -type l) |
	tar -C "$inside" -c --exclude-from=- . | tar -C "$directory" -x
exit $status
