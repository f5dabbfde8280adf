#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The Debian package of the command: installed, saved to, removed and purged.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need dpkg nft
deb=$(find "$TOP/build/deb" -name 'mailguard_*.deb' 2>/dev/null)
[ "$deb" ] || skip_all "no package: make deb"
setup_topology

# Not mailguard-dkms, which would build the module in here.
ok_if "it installs" dpkg -i "$deb"
installed=$(dpkg -L mailguard)
is "$(/usr/sbin/mailguard list presets | wc -l)" \
	"$(find "$TOP/presets" -type f | wc -l)" "its presets are there"
ok_if "the units are enabled" systemctl is-enabled -q mailguard.service \
	mailguard-policies.service
for unit in mailguard-log.service mailguard-metrics.timer; do
	fails_if "$unit is not" systemctl is-enabled -q $unit
done
ok_if "it guards" in_gw /usr/sbin/mailguard fixup protocol smtp 25 policy modern
ok_if "it saves" in_gw /usr/sbin/mailguard write memory
fixups=$(in_gw /usr/sbin/mailguard show fixup)
ok_if "it installs once more, as an upgrade does" dpkg -i "$deb"
is "$(in_gw /usr/sbin/mailguard show fixup)" "$fixups" \
	"an upgrade leaves the guard as it is"
ok_if "what was saved is still there" test -s /etc/mailguard.conf
ok_if "it goes" dpkg -r mailguard
ok_if "what was saved stays" test -s /etc/mailguard.conf
ok_if "it is purged" dpkg -P mailguard

left=
while read -r path; do
	[ -d "$path" ] || [ ! -e "$path" ] || left+=" $path"
done <<<"$installed"
is "$left" "" "a purge leaves none of its files"
fails_if "nor what was saved" test -e /etc/mailguard.conf
is "$(find /etc/systemd/system -name 'mailguard*' 2>/dev/null)" "" \
	"nor a unit"

finish
