#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Prepare a root of Debian to be a machine that has one disk, and whose tests run
# at boot. root.sh runs this in the root.

set -eu

echo gateway >/etc/hostname
: >/etc/fstab
rm -f /usr/sbin/policy-rc.d
