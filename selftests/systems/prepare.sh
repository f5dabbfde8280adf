#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Prepare a root of Debian to be a machine that has one disk, and whose tests run
# at boot. root.sh runs this in the root, and systems.sh again for another kernel.

set -eu

echo gateway >/etc/hostname
: >/etc/fstab
rm -f /usr/sbin/policy-rc.d

# DKMS lets depmod read all modules whenever it adds or removes one, for which an
# emulated processor needs minutes. So only what the machine needs is left, and is
# decompressed.
kept="/kernel/(crypto|lib|net/(core|ipv4|ipv6|netfilter))/"
kept="$kept|/drivers/(virtio/|block/virtio|net/veth)"
kept="$kept|/fs/(autofs|configfs|efivarfs|ext4|fuse|jbd2|mbcache)"
for kernel in /lib/modules/*/kernel; do
	find "$kernel" -name '*.ko*' | grep -vE "$kept" | xargs rm -f
	find "$kernel" -name '*.ko.xz' -exec xz -d {} +
	depmod "$(basename "$(dirname "$kernel")")"
done
