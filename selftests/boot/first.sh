#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The first life: an operator types, writes and reads what is written.

set -e
modprobe nf_conntrack_smtp
mailguard fixup protocol smtp 25 policy pix-6.3
mailguard fixup protocol smtp 2525
mailguard write memory
cat /etc/mailguard.conf
