#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The machine is booted twice: what write memory saved in the first life guards
# in the second, from before the network on (TAP).
#
#	boot.sh KERNEL
#
# What a machine writes is lost at its end, so that the file is carried over.

set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
saved=$top/build/boot-$1.conf

"$here/../vm/run.sh" -k "$1" selftests/boot/first.sh >"$saved" || {
	echo "not ok 1 the first life"
	sed 's/^/# /' "$saved"
	echo "1..1"
	exit 1
}
"$here/../vm/run.sh" -k "$1" "selftests/boot/second.sh '$saved'"
