#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The first life: an operator types, writes and reads what is written. README's
# policy is for rules of the operator's own.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

set -e
tap_finished=yes	# what is printed here is the file
modprobe nf_conntrack_smtp
mailguard fixup protocol smtp 587 policy pix-6.3
mailguard fixup protocol smtp 2525
readme_example mailguard.conf | mailguard -f -
mailguard write memory
cat /etc/mailguard.conf
