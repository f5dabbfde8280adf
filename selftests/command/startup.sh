#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The PIX's other words: clear fixup, mailhost, write memory and what is shown
# of it; and the lines of its two units, run one by one.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard modprobe systemd-analyze
setup_topology

test_clear() {
	guard -f - <<-'END'
		fixup protocol smtp 2525-2530
		fixup protocol smtp 25 ip daddr 10.0.2.2
	END
	ok_if "clear fixup" guard clear fixup
	is "$(guard show fixup protocol smtp)" "fixup protocol smtp 25" \
		"what the factory set is there, and nothing else"
}

# The preset pix-4.0 comes along.
test_mailhost() {
	guard no fixup protocol smtp
	ok_if "mailhost of one server" guard mailhost $SERVER4
	ok_if "and of one more" guard mailhost $SERVER6
	is "$(guard show fixup)" "fixup protocol smtp 25 ip daddr $SERVER4 policy pix-4.0
fixup protocol smtp 25 ip6 daddr $SERVER6 policy pix-4.0" \
		"are fixups of the oldest profile"
	smtp_server server 25 <<<"auto"
	is "$(smtp_talk client $SERVER6 25 <<-'END' 2>&1
		line 220
		> goodmorning
		line 250
		> QUIT
		< 221
		close
	END
	)" '220 SMTP/cmap ready_________\r\n
250 OK      \r\n
221 2.0.0 Bye\r\n' "good morning is answered OK"
	fails_if "no mailhost of another server" guard no mailhost 10.9.9.9
	ok_if "mailhost for all" guard mailhost
	ok_if "no mailhost of one server" guard no mailhost $SERVER4
	ok_if "no mailhost" guard no mailhost
	is "$(guard show fixup)" \
		"fixup protocol smtp 25 ip6 daddr $SERVER6 policy pix-4.0" \
		"leaves the others"
	guard fixup protocol smtp 25
	fails_if "no mailhost does not end a fixup of another policy" \
		guard no mailhost
}

mode() {
	stat -c '%a %U' "$1"
}

test_write() {
	local conf=$TMP/conf
	guard list ruleset >"$TMP/running"
	is "$(guard show running-config)" "$(cat "$TMP/running")" \
		"show running-config is list ruleset"
	fails_if "show startup-config without one" \
		guard -f "$conf" show startup-config
	ok_if "write memory" guard -f "$conf" write memory
	ok_if "it is what list ruleset prints" cmp "$conf" "$TMP/running"
	is "$(guard -f "$conf" show startup-config)" "$(cat "$conf")" \
		"and what show startup-config prints"
	is "$(mode "$conf")" "644 root" "a new file can be read by all"
	chmod 640 "$conf"
	chown nobody "$conf"
	ln -s conf "$TMP/link"
	guard no fixup protocol smtp
	ok_if "write memory through a link" guard -f "$TMP/link" write memory
	ok_if "the link stays" test -L "$TMP/link"
	is "$(mode "$conf")" "640 nobody" "and so do owner and mode"
	is "$(grep -c fixup "$conf")" 0 "the file is new"
	ok_if "without a file it is /etc/mailguard.conf" guard write memory
	ok_if "which is the same" cmp "$conf" /etc/mailguard.conf
	cp "$conf" "$TMP/before"
	ok_if "-c writes nothing" guard -c -f "$TMP/none" write memory
	fails_if "nothing indeed" test -e "$TMP/none"
	fails_if "another statement with -f is refused" \
		guard -f "$conf" 'fixup protocol smtp; write memory'
	fails_if "a directory is refused" guard -f "$TMP" write memory
	fails_if "a device is refused" guard -f /dev/full write memory
	ok_if "the device stays one" test -c /dev/full
	fails_if "standard input is refused" guard -f - write memory
}

# unit KEY [UNIT]: the command that the unit has there.
unit() {
	sed -n "s|@SBINDIR@/||; s/^$1=[-+]*//p" \
		"$TOP/userspace/${2:-mailguard}.service.in"
}

# Through a shell, which takes these quotes as systemd does.
run_unit() {
	in_gw sh -c "$(unit "$@")"
}

# status: what a monitor is told, and the status of exit.
status() {
	guard status
	echo $?
}

# The version that the kernel shows of the module is a file like others. Each
# in_gw has a /sys of its own.
test_other_version() {
	local seen
	unlike "$(status)" "not that of the module" "the versions are the same"
	echo 0.9 >"$TMP/version"
	seen=$(in_gw sh -c "mount --bind '$TMP/version' \
		/sys/module/nf_conntrack_smtp/version && mailguard status && mailguard -V")
	like "$seen" "^module +loaded, version 0.9$" \
		"status tells the version of another module"
	like "$seen" "^command .*'mailguard restart' replaces the module" \
		"and how to replace it"
	like "$seen" "^module 0.9, not that of the command: 'mailguard restart'" \
		"and so does -V"
}

test_status() {
	is "$(guard -V | sed "s/.* //" | uniq -c | xargs)" \
		"2 $(</sys/module/nf_conntrack_smtp/version)" \
		"-V prints the versions of command and module"
	guard no fixup protocol smtp
	like "$(guard show fixup 2>&1; echo $?)" "there is no nft table inet" \
		"show fixup says that there is no table"
	is "$(guard show fixup 2>/dev/null; echo $?)" 3 "with exit status 3"
	wait_for 30 modprobe -r nf_conntrack_smtp
	like "$(guard show fixup 2>&1)" "nf_conntrack_smtp is not loaded" \
		"or that the module is not loaded"
	like "$(status)" "^module +not loaded: 'modprobe" "so does status"
	is "$(guard -V | wc -l)" 1 "-V prints the version of the command"
	is "$(status | tail -n 1)" 3 "with exit status 3, too"
	fails_if "and it loads nothing" grep -q nf_conntrack_smtp /proc/modules
	guard -f <(printf 'fixup protocol smtp %u\n' {1..99})
	like "$(status)" "^  fixup protocol smtp 1$" "status tells what is guarded"
	like "$(status)" "^  and 96 more$" "in few lines"
	like "$(status)" "^since +$(date +%Y-%m-%d)" "and since when"
	like "$(status)" "^rules +0$" "that there are no other rules"
	like "$(status)" "^memory +0 bytes held, at most [1-9][0-9]*$" \
		"and how much memory is held"
	is "$(status | tail -n 1)" 0 "with exit status 0"
	ok_if "it has ten lines at most" test "$(guard status | wc -l)" -le 10
	test_other_version
	in_gw nft list table inet mailguard >"$TMP/table"
	in_gw nft delete table inet mailguard
	in_gw nft -f "$TMP/table"
	like "$(status)" "^since +unknown" \
		"since when a copy of the table stands is unknown"
	guard no fixup protocol smtp
	test_status_rules
}

# own_table N: in a table of that name, rules that assign helpers of ours, by name
# and by maps, and what looks like it.
own_table() {
	in_gw nft -f - <<-END
		table ip own$1 {
			ct helper mx { type "smtp-few" protocol tcp; }
			ct helper other { type "smtp" protocol tcp; }
			ct helper files { type "ftp" protocol tcp; }
			counter mx { }
			map counters {
				type inet_service : counter
				elements = { 25 : "mx" }
			}
			chain one {
				tcp dport 25 ct helper set "mx"
				tcp dport 26 ct helper set "mx"
				tcp dport 21 ct helper set "files"
			}
			chain two {
				ct helper set tcp dport map { 25 : "mx", 26 : "other" }
				ct helper set tcp dport map { 27 : "mx", 21 : "files" }
			}
			chain none {
				tcp dport 25 counter name "mx"
				counter name tcp dport map @counters
				tcp dport 21 ct helper set "files"
			}
		}
	END
}

test_status_rules() {
	guard add policy few '{ commands { quit } }'
	own_table 1 || note "nft refuses the rules"
	is "$(guard status | grep -A 3 ^rules)" "rules    3
  ip own1 one policy few
  ip own1 two policy default
  ip own1 two policy few" "status tells which chains of one's own guard"
	is "$(status | tail -n 1)" 0 "with exit status 0"
	unlike "$(status)" "^since" "but not since when"
	own_table 2
	guard -f <(printf 'fixup protocol smtp %u\n' {1..99})
	is "$(guard status | sed -n '/^fixups/,/^since/p' | head -n -1)" "fixups   99
  fixup protocol smtp 1
  and 98 more
rules    6
  ip own1 one policy few
  and 5 more" "and shortens both lists"
	is "$(guard status | wc -l)" 10 "to ten lines"
	guard no fixup protocol smtp
	in_gw nft 'delete table ip own1; delete table ip own2'
	is "$(status | tail -n 1)" 3 "without any of them, exit status 3"
	guard delete policy few
}

# The policies of a file, without its fixups.
test_policies() {
	guard -f - <<-'END'
		policy own { commands { quit } }
		fixup protocol smtp 2525 policy own
		fixup protocol smtp 25 policy pix-6.3
	END
	guard write memory
	guard no fixup protocol smtp
	guard 'delete policy own; delete policy pix-6.3'
	ok_if "the unit of the policies runs" \
		run_unit ExecStart mailguard-policies
	like "$(guard list policies)" "policy own" "and loads policies"
	like "$(guard list policies)" "policy pix-6.3" "presets, too"
	is "$(guard show fixup 2>/dev/null)" "" "but no fixups"
	ok_if "the other unit runs" run_unit ExecStart
	is "$(guard show fixup | wc -l)" 2 "and makes them"
	echo 'fixup protocol smtp 26 policy pix-4.0' >/etc/mailguard.conf
	ok_if "policies are loaded again" \
		run_unit ExecReload mailguard-policies
	like "$(guard list policies)" "policy pix-4.0" "those that are new, too"
	is "$(guard show fixup | wc -l)" 2 "and fixups stay"
	like "$(guard -p 'no fixup protocol smtp; delete policy own' 2>&1)" \
		"'own' is in use by 'fixup protocol smtp 2525" \
		"-p does not delete the policy of a fixup that stays"
	like "$(guard list policies)" "policy own" "which is there"
	: >/etc/mailguard.conf
	ok_if "an empty file has no policies" \
		run_unit ExecReload mailguard-policies
	echo 'policy own { commands { quite } }' >/etc/mailguard.conf
	like "$(run_unit ExecReload mailguard-policies 2>&1)" \
		"/etc/mailguard.conf:1:" "an error tells where"
	guard no fixup protocol smtp
	guard 'delete policy own; delete policy pix-6.3; delete policy pix-4.0'
	rm /etc/mailguard.conf
}

# Of ten points, systemd's figure for how exposed a unit is; the boot test shows
# that it works all the same.
test_security() {
	local unit
	for unit in mailguard mailguard-policies; do
		make -s -C "$TOP/userspace" "$unit.service"
		ok_if "systemd finds $unit.service exposed by less than 3.0" \
			systemd-analyze security --offline=true --threshold=29 \
			"$TOP/userspace/$unit.service"
	done
}

# What nftables would refuse, -c refuses; another program owns the table.
test_check_nftables() {
	guard fixup protocol smtp 25
	in_gw nft add table inet mailguard-next
	like "$(guard -c fixup protocol smtp 26 2>&1)" "stands in the way" \
		"-c says what nftables would not do"
	in_gw nft delete table inet mailguard-next
	ok_if "-c of what it would do" guard -c -f - <<-'END'
		policy unheard { commands { quit } }
		fixup protocol smtp 26 policy unheard
	END
	is "$(guard show fixup)" "fixup protocol smtp 25" "changes nothing"
	guard no fixup protocol smtp
}

test_many() {
	printf 'fixup protocol smtp %u\n' {6..60000..6} >"$TMP/many"
	ok_if "-c of 10,000 fixups" guard -c -f "$TMP/many"
	is "$(guard show fixup 2>/dev/null)" "" "makes none"
	ok_if "10,000 fixups" guard -f "$TMP/many"
	ok_if "are there" cmp "$TMP/many" <(guard show fixup)
	guard no fixup protocol smtp
}

test_unit() {
	guard fixup protocol smtp 2525
	guard write memory
	guard no fixup protocol smtp
	wait_for 30 modprobe -r nf_conntrack_smtp
	ok_if "the unit of the policies loads the module" \
		run_unit ExecStartPre mailguard-policies
	ok_if "the unit loads the file" run_unit ExecStart
	is "$(guard show fixup)" "fixup protocol smtp 2525" "which guards"
	guard fixup protocol smtp 2626
	in_gw nft flush ruleset
	ok_if "after a flush it is reloaded" run_unit ExecReload
	is "$(guard show fixup)" "fixup protocol smtp 2525" "and guards again"
	guard fixup protocol smtp 2626
	echo "fixup protocol smtp 0" >>/etc/mailguard.conf
	like "$(run_unit ExecReload 2>&1)" "/etc/mailguard.conf:[0-9]*:21" \
		"a reload of a file with an error tells where"
	is "$(guard show fixup)" "fixup protocol smtp 2525
fixup protocol smtp 2626" "and changes nothing"
	ok_if "no fixup" guard no fixup protocol smtp
	is "$(guard show fixup)" "" "ends the guard"
	like "$(run_unit ExecStart 2>&1)" "THE GATEWAY IS CLOSED" \
		"a start with the error closes the ports"
	guard no fixup protocol smtp
	rm /etc/mailguard.conf
}

test_clear
test_mailhost
test_write
test_unit
test_policies
test_status
test_security
test_check_nftables
test_many

finish
