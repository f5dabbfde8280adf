#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Print the files of a system that no package owns, without what changes while it
# runs.

find / -xdev \( -path /opt/systems -o -path /var/log -o -path /var/cache \
	-o -path /tmp -o -path /var/tmp -o -path /run -o -path /mnt \
	-o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /usr/lib/ccache \
	-o -path /proc -o -path /sys -o -path /dev \) -prune \
	-o ! -name __pycache__ ! -name '*.pyc' -print | sort >/tmp/files
sort -u /var/lib/dpkg/info/*.list | sed 's,^/\(bin\|sbin\|lib\|lib64\)/,/usr/\1/,' |
	sort -u >/tmp/owned
comm -23 /tmp/files /tmp/owned
rm -f /tmp/files /tmp/owned
