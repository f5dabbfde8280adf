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
# emulated processor needs minutes. Of the drivers the machine needs few, and what is
# left is decompressed here.
for kernel in /lib/modules/*/kernel; do
	find "$kernel/drivers" "$kernel/sound" -name '*.ko*' \
		! -path '*/drivers/virtio/*' ! -path '*/drivers/char/*' \
		! -path '*/drivers/block/virtio*' ! -path '*/drivers/net/*' \
		-delete
	find "$kernel/drivers/net" -mindepth 2 -name '*.ko*' -delete
	find "$kernel" -name '*.ko.xz' -exec xz -d {} +
	depmod "$(basename "$(dirname "$kernel")")"
done
