#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The second life, under systemd: second.sh FILE, what write memory saved.
#
# systemd runs in a PID namespace, with what guards a gateway and little else.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need nft mailguard systemctl unshare
systemd=/lib/systemd/systemd
[ -x $systemd ] || skip_all "no systemd"

in_systemd() {
	nsenter -t "$init" -m -p "$@"
}

# What is there when network-pre.target is reached, as a service would find it.
prepare() {
	make -s -C userspace install PREFIX=/usr/local || return
	cp "$1" /etc/mailguard.conf
	cat >/etc/nftables.conf <<-'END'
		flush ruleset
		table inet filter {
		}
	END
	cat >/etc/systemd/system/network-comes.service <<-'END'
		[Unit]
		DefaultDependencies=no
		Wants=network-pre.target
		After=network-pre.target
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=/bin/sh -c 'mailguard show fixup >/run/network-comes'
		[Install]
		WantedBy=sysinit.target
	END
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	systemctl enable mailguard.service network-comes.service \
		nftables.service
	# Of the host's own services none is to start.
	for unit in systemd-{udevd,journald,udev-trigger,sysusers,tmpfiles-setup}; do
		systemctl mask "$unit.service"
	done
	systemctl mask systemd-tmpfiles-setup-dev.service \
		systemd-journald{,-dev-log,-audit}.socket \
		systemd-journal-flush.service
}

# Sets init to the process that is systemd.
boot() {
	unshare -pfm --mount-proc --kill-child env container=test \
		SYSTEMD_LOG_TARGET=console \
		$systemd --unit=sysinit.target </dev/null >"$TMP/log" 2>&1 &
	wait_for 60 pgrep -P $! && init=$(pgrep -P $!) &&
		wait_for 300 in_systemd systemctl -q is-active \
			network-comes.service
}

said=$(prepare "$1" 2>&1) || note "$said"
saved=$(grep ^fixup "$1")
is "$saved" "fixup protocol smtp 25 policy pix-6.3
fixup protocol smtp 2525" "what the first life wrote"
fails_if "nothing is guarded yet" sh -c 'mailguard show fixup | grep fixup'
if boot; then
	pass "the system comes up"
else
	fail "the system comes up" "$(cat "$TMP/log")"
fi
is "$(cat /run/network-comes)" "$saved" "when the network comes, it is guarded"
like "$(nft list tables)" "inet filter" "nftables.service has loaded its rules, too"
is "$(mailguard list ruleset)" "$(cat "$1")" "all that was written is there"
ok_if "nftables.service is reloaded, which flushes the ruleset" \
	in_systemd systemctl reload nftables.service
ok_if "the guard comes back" \
	wait_for 120 sh -c 'mailguard show fixup | grep -q "smtp 2525"'
ok_if "nftables.service is restarted" \
	in_systemd systemctl restart nftables.service
ok_if "the guard comes back again" \
	wait_for 120 sh -c 'mailguard show fixup | grep -q "smtp 2525"'
mailguard fixup protocol smtp 2600
ok_if "mailguard.service is reloaded" \
	in_systemd systemctl reload mailguard.service
is "$(mailguard show fixup)" "$saved" "and the file's fixups are there, no other"
ok_if "mailguard.service is stopped" \
	in_systemd systemctl stop mailguard.service
is "$(mailguard show fixup)" "" "and the guard is gone"
ok_if "nftables.service is restarted after that" \
	in_systemd systemctl restart nftables.service
is "$(mailguard show fixup)" "" "and the guard stays away"
kill -KILL "$init"

finish
