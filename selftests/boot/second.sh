#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The second life, under systemd: second.sh FILE, what write memory saved.
#
# systemd runs in a PID namespace, with what guards a gateway and little else. The
# gateway is the machine itself, which also has the server.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/units.sh
. "$HERE/../lib/units.sh"

need nc nft mailguard systemctl unshare
systemd=/lib/systemd/systemd
[ -x $systemd ] || skip_all "no systemd"

in_systemd() {
	nsenter -t "$init" -m -p "$@"
}

# write_nftables [FILE...]: what nftables.service loads. Port 25 is open only for
# connections that have a helper.
write_nftables() {
	cat - "$@" >/etc/nftables.conf <<-'END'
		flush ruleset
		table inet filter {
			chain input {
				type filter hook input priority filter;
				tcp dport 25 ct status & 0x2000 != 0 accept
				tcp dport 25 reject with tcp reset
			}
		}
	END
}

# There is no journal but in test_units: what a unit says goes to /run/UNIT.
say_to_file() {
	local unit
	for unit in mailguard mailguard-policies; do
		mkdir -p "/etc/systemd/system/$unit.service.d"
		cat >"/etc/systemd/system/$unit.service.d/say.conf" <<-END
			[Service]
			StandardError=append:/run/$unit
		END
	done
}

# What is there when network-pre.target is reached, as a service would find it.
prepare() {
	make -s -C userspace install PREFIX=/usr/local || return
	cp "$1" /etc/mailguard.conf
	mkdir -p /etc/systemd/system/nftables.service.d
	readme_example own-helper.nft >"$TMP/own-helper.nft"
	write_nftables "$TMP/own-helper.nft"
	say_to_file
	cat >/etc/systemd/system/network-comes.service <<-'END'
		[Unit]
		DefaultDependencies=no
		Wants=network-pre.target
		After=network-pre.target
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=-/bin/sh -c 'mailguard show fixup >/run/network-comes'
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

# boot [TARGET]: sets init to the process that is systemd.
boot() {
	unshare -pfm --mount-proc --kill-child env container=test \
		SYSTEMD_LOG_TARGET=console \
		$systemd --unit="${1-sysinit.target}" </dev/null >"$TMP/log" 2>&1 &
	wait_for 60 pgrep -P $! && init=$(pgrep -P $!) &&
		wait_for 300 in_systemd systemctl -q is-active \
			network-comes.service
}

# comes_up DESCRIPTION [TARGET]
comes_up() {
	if boot "${@:2}"; then
		pass "$1"
	else
		fail "$1" "$(cat "$TMP/log")"
	fi
}

halt() {
	kill -KILL "$init"
	wait_for 60 test ! -e "/proc/$init"
}

# A client, and on the gateway the address that README's rules guard. The gateway
# is the machine: what runs in its namespace must not be killed at the end.
add_client() {
	local port
	# shellcheck disable=SC2034 # for lib.sh
	roles=client
	add_ns client
	ip netns attach "gw-$$" 1
	add_link client 1 outside
	ip addr add 192.0.2.25/32 dev lo
	for port in 25 26 2525; do
		smtp_server gw $port <<<"auto"
	done
}

send_mail() {
	smtp_talk client 192.0.2.25 25 <<-'END'
		line 220
		> HELO client.example.net
		line 250
		> goodmorning
		line 500
		> MAIL FROM:<a@example.net>
		line 250
		> RCPT TO:<b@example.org>
		line 250
		> DATA
		line 354
		> Good morning.
		> .
		line 250
		> QUIT
		line 221
		close
	END
}

# Does the rule of a helper that README names guard a mail?
test_own_rules() {
	add_client
	like "$(send_mail)" '^220 [*20]+\\r\\n$' "a mail is sent, with the greeting masked"
	like "$(received_lines gw 25)" '^Good morning' "it arrives"
	like "$(received_lines gw 25)" '^X+\\r\\n$' "and a denied command does not"
	like "$(mailguard list counters | sed -n '/policy inbound/,/}/p')" \
		"messages +1$" "by README's policy"
}

# A policy that nobody but the file knows, for rules that are new, too.
test_new_policy() {
	cp /etc/mailguard.conf "$TMP/saved.conf"
	echo 'policy new { commands { quit } }' >>/etc/mailguard.conf
	sed 's/inet smtp/inet new/; s/smtp-inbound/smtp-new/' \
		"$TMP/own-helper.nft" >"$TMP/new.nft"
	write_nftables "$TMP/own-helper.nft" "$TMP/new.nft"
	ok_if "nftables.service is reloaded, with rules for a new policy" \
		in_systemd systemctl reload nftables.service
	like "$(nft list tables)" "inet new" "and they are there"
	cp "$TMP/saved.conf" /etc/mailguard.conf
	write_nftables "$TMP/own-helper.nft"
}

# systemctl as long as no systemd runs, whatever one left in /run.
offline() {
	SYSTEMD_OFFLINE=1 systemctl -q "$@"
}

# Up to multi-user.target, with a journal, but without the host's own services.
test_units() {
	local units=(mailguard-log.service mailguard-metrics.timer)
	local journald=(systemd-journald{.service,.socket,-dev-log.socket})
	rm -rf /etc/systemd/system/{multi-user,timers}.target.wants
	offline mask getty.target dbus.{service,socket} \
		systemd-{logind,user-sessions,update-utmp,update-utmp-runlevel}.service
	offline unmask "${journald[@]}"
	ok_if "the log and the metrics are enabled" offline enable "${units[@]}"
	mkdir -p "$metrics"
	ok_if "journalctl reads the catalog" journalctl --update-catalog
	nft flush ruleset
	rm -f /run/network-comes
	comes_up "the system comes up with its journal" multi-user.target
	test_log_unit 192.0.2.25
	test_metrics_timer
	halt
	offline disable "${units[@]}"
	offline mask "${journald[@]}"
}

# The module can't be loaded, nor can rules that name helpers: they are in a file of
# their own, as README says.
test_no_module() {
	nft flush ruleset
	wait_for 60 modprobe -r nf_conntrack_smtp
	fails_if "the module is gone" test -e /sys/module/nf_conntrack_smtp
	echo "install nf_conntrack_smtp false" >/etc/modprobe.d/none.conf
	rm -f /run/mailguard /run/mailguard-policies /run/network-comes
	write_nftables
	cp "$TMP/own-helper.nft" /etc/nftables-smtp.conf
	readme_example smtp.conf >/etc/systemd/system/nftables.service.d/smtp.conf
	comes_up "the system comes up without the module"
	is "$(nft list tables | sort)" "table inet filter
table inet mailguard" "nftables.service loads rules, but none of helpers"
	is "$(grep -c 'THE GATEWAY IS CLOSED.* 587, 2525 ' /run/mailguard)" 1 \
		"mailguard.service says that the gateway is closed"
	is "$(dial 587) $(dial 2525) $(dial 26)" "refused refused open" \
		"the ports of the file reset connections, and no others"
	is "$(mailguard status >/dev/null; echo $?)" 4 "status exits with 4"
	fails_if "no mail passes unguarded" \
		in_ns client nc -z -w 20 192.0.2.25 25
	is "$(in_systemd systemctl is-failed mailguard{-policies,}.service)" \
		"failed
failed" "both units have failed"
	like "$(cat /run/mailguard-policies)" \
		"^modprobe: .* nf_conntrack_smtp" "one says why, as modprobe does"
	like "$(cat /run/mailguard)" "is the module nf_conntrack_smtp installed" \
		"and the other what it lacks"
	ok_if "nftables.service is reloaded, which flushes the ruleset" \
		in_systemd systemctl reload nftables
	ok_if "the gateway is closed again" \
		wait_for 120 nft list set inet mailguard closed
	rm /etc/modprobe.d/none.conf
	ok_if "where the module can be loaded, nftables.service is restarted" \
		in_systemd systemctl restart mailguard-policies nftables
	ok_if "mail passes again, by the rules in a file of their own" \
		in_ns client nc -z -w 20 192.0.2.25 25
	ok_if "and the fixups of the file guard" \
		wait_for 120 sh -c 'mailguard show fixup | grep -q "smtp 2525"'
	halt
}

# dial PORT: what becomes of a connection of the client.
dial() {
	# shellcheck disable=SC2016 # for that shell
	in_ns client timeout 60 bash -c 'echo >"/dev/tcp/192.0.2.25/$0"' "$1" \
		2>&1 | grep -om 1 'refused$' || echo open
}

# The file has an error, and who runs the gateway prefers mail to be unread.
test_open() {
	nft flush ruleset
	echo "fixup protocol smtp 2525 policy nobody-has" >/etc/mailguard.conf
	echo ON_FAILURE=open >/etc/default/mailguard
	rm -f /run/mailguard /run/mailguard-policies /run/network-comes
	comes_up "the system comes up with an error in the file"
	like "$(cat /run/mailguard)" "NOTHING IS GUARDED: mail passes unread" \
		"mailguard.service says that nothing is guarded"
	like "$(cat /run/mailguard-policies)" "^/etc/mailguard.conf:1:33" \
		"so does mailguard-policies.service, with the line"
	is "$(in_systemd systemctl is-failed mailguard.service)" failed \
		"it has failed"
	is "$(dial 2525)" open "and connections pass"
	echo ON_FAILURE=closed >/etc/default/mailguard
	fails_if "after another choice it is restarted" \
		in_systemd systemctl restart mailguard.service
	is "$(dial 2525)" refused "and connections are reset"
	nft delete table inet mailguard
	in_systemd mount --bind /dev/null /usr/local/sbin/mailguard
	fails_if "a command that cannot run" \
		in_systemd systemctl restart mailguard.service
	like "$(nft list set inet mailguard closed)" "elements = . 25 ." \
		"leaves port 25 closed, by nft"
	halt
	cp "$TMP/saved.conf" /etc/mailguard.conf
}

# From here on the kernel loads no module that its own keys did not sign, and nothing
# takes that back. secureboot.sh has the key enrolled; see systems/.
test_unsigned() {
	local enforce=/sys/module/module/parameters/sig_enforce
	if ! [ -w $enforce ]; then
		note "the kernel knows no signatures of modules"
		return
	fi
	nft flush ruleset
	wait_for 60 modprobe -r nf_conntrack_smtp
	echo Y >$enforce
	rm -f /run/mailguard /run/network-comes
	like "$(modprobe nf_conntrack_smtp 2>&1)" "Key was rejected by service" \
		"where modules must be signed, modprobe refuses the module"
	comes_up "the system comes up without it"
	like "$(cat /run/mailguard)" "accepts only signed modules" \
		"and the unit says why"
	halt
}

said=$(prepare "$1" 2>&1) || note "$said"
saved=$(grep ^fixup "$1")
is "$saved" "fixup protocol smtp 587 policy pix-6.3
fixup protocol smtp 2525" "what the first life wrote"
fails_if "nothing is guarded yet" sh -c 'mailguard show fixup | grep fixup'
comes_up "the system comes up"
is "$(cat /run/network-comes)" "$saved" "when the network comes, it is guarded"
like "$(nft list tables)" "inet filter" "nftables.service has loaded its rules, too"
like "$(nft list tables)" "inet smtp" "with those of README, which name a policy"
is "$(mailguard list ruleset)" "$(cat "$1")" "all that was written is there"
is "$(cat /run/mailguard /run/mailguard-policies)" "" "no unit has anything to say"
test_own_rules
ok_if "nftables.service is reloaded, which flushes the ruleset" \
	in_systemd systemctl reload nftables.service
ok_if "the guard comes back" \
	wait_for 120 sh -c 'mailguard show fixup | grep -q "smtp 2525"'
ok_if "nftables.service is restarted" \
	in_systemd systemctl restart nftables.service
ok_if "the guard comes back again" \
	wait_for 120 sh -c 'mailguard show fixup | grep -q "smtp 2525"'
test_new_policy
mailguard fixup protocol smtp 2600
ok_if "mailguard.service is reloaded" \
	in_systemd systemctl reload mailguard.service
is "$(mailguard show fixup)" "$saved" "and the file's fixups are there, no other"
mailguard fixup protocol smtp 2600
smtp_talk client 192.0.2.25 25 <<-'END' >"$TMP/talk" &
	< 220
	touch live
	await restarted
	> QUIT
	< 221
	close
END
wait_for 60 test -e "$TMP/events/live"
ok_if "mailguard.service is restarted" \
	in_systemd systemctl restart mailguard.service
is "$(mailguard show fixup)" "$saved" "with the same effect"
like "$(mailguard list connections)" "^client .*:25 policy " \
	"and a live connection is guarded on"
happen restarted
ok_if "mailguard.service is stopped" \
	in_systemd systemctl stop mailguard.service
is "$(mailguard show fixup)" "" "and the guard is gone"
ok_if "nftables.service is restarted after that" \
	in_systemd systemctl restart nftables.service
is "$(mailguard show fixup)" "" "and the guard stays away"
halt
test_units
test_no_module
test_open
test_unsigned

finish
