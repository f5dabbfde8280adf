#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# There is no memory: each allocation of the module fails in turn, first those
# for a command, then those for packets. Nothing unread passes, what failed
# changes nothing, and nothing is lost. It takes a kernel that can make them
# fail: "make check-debug" has one.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

failslab=/sys/kernel/debug/failslab
pages=/sys/kernel/debug/fail_page_alloc

for file in $failslab/require-start $pages/require-start /proc/self/fail-nth; do
	[ -e "$file" ] || skip_all "the kernel has no fault injection: no $file"
done
need nft mailguard modprobe conntrack tc ethtool unshare
setup_topology

#
# Faults
#

# set_both FILE VALUE
set_both() {
	echo "$2" >$failslab/"$1"
	echo "$2" >$pages/"$1"
}

# Where a function of the kernel itself begins, and where the next one does.
range_of() {
	awk -v name="$1" '
		found && $1 != from { print "0x" from, "0x" $1; exit }
		$3 == name { from = $1; found = 1 }' /proc/kallsyms
}

# The pages of the module's code.
range_of_module() {
	awk '$4 == "[nf_conntrack_smtp]" && tolower($2) == "t" { print $1 }' \
		/proc/kallsyms | sort | sed -n '1p;$p' | {
		read -r first
		read -r last
		echo "0x${first%???}000 0x${last%???}fff"
	}
}

# Only what is asked for below these addresses can fail.
fail_in() {
	set_both require-start "$1"
	set_both require-end "$2"
}

# And there, nothing that is asked for below these.
spare() {
	set_both reject-start "$1"
	set_both reject-end "$2"
}

faults_off() {
	set_both probability 0
	set_both times 0
}

prepare_faults() {
	faults_off
	set_both verbose 0
	set_both stacktrace-depth 32
	set_both ignore-gfp-wait N
	set_both interval 1
}

trap 'faults_off; cleanup' EXIT

#
# Commands
#

# ask N CMD...: run it on the gateway while the Nth allocation for it fails. Sets
# "said" and "status", and fails when there were less. The faults are counted by
# how many are left.
ask() {
	set_both times 1000
	# shellcheck disable=SC2016 # for that shell
	said=$(in_gw sh -c 'echo "$0" >/proc/self/fail-nth && exec "$@"' "$@" 2>&1)
	status=$?
	[ $(($(<$failslab/times) + $(<$pages/times))) -lt 2000 ]
}

# All that commands change.
state() {
	if grep -q '^nf_conntrack_smtp ' /proc/modules; then
		in_gw mailguard list ruleset
		echo "loaded"
	fi
}

# each_fails DESCRIPTION UNDO CMD...: the command either fails, says why and
# changes nothing, or does all; UNDO then brings back what was.
each_fails() {
	local what=$1 undo=$2 before after wanted="" wrong="" faulted n
	shift 2
	before=$(state)
	for ((n = 1; n < 1000; n++)); do
		ask $n "$@"
		faulted=$?
		after=$(state)
		if [ $status -ne 0 ]; then
			[ "$after" = "$before" ] || wrong=$n
			[ -n "$said" ] || wrong=$n
		else
			: "${wanted:=$after $said}"
			[ "$after $said" = "$wanted" ] || wrong=$n
			$undo
		fi
		[ -z "$wrong" ] || break
		[ $faulted -eq 0 ] || break
	done
	if [ -z "$wrong" ] && [ "$status" -eq 0 ]; then
		pass "$what: $((n - 1)) allocations"
	else
		fail "$what" "allocation $n: status $status" "$said" \
			"before:" "$before" "after:" "$after"
	fi
}

unload() {
	wait_for 60 modprobe -r nf_conntrack_smtp
}

# The file system that shows caches is the allocator's, and makes hundreds.
test_load() {
	unload
	# shellcheck disable=SC2046 # two addresses
	fail_in $(range_of do_init_module)
	# shellcheck disable=SC2046
	spare $(range_of sysfs_slab_add)
	each_fails "the module is loaded" unload modprobe nf_conntrack_smtp
	spare 0 0
	modprobe nf_conntrack_smtp
	# shellcheck disable=SC2046
	fail_in $(range_of_module)
}

undo_file() {
	in_gw mailguard -f - <<-'END'
		no fixup protocol smtp 2525 policy own
		delete policy own
		delete policy default
	END
}

echo "fixup protocol smtp 2525 policy pix-6.3" >"$TMP/preset"
echo "no fixup protocol smtp 2525; delete policy pix-6.3" >"$TMP/no-preset"

put_preset() {
	in_gw mailguard -f "$TMP/preset"
}

drop_preset() {
	in_gw mailguard -f "$TMP/no-preset"
}

put_default() {
	in_gw mailguard -f - <<-'END'
		policy default { commands { helo, quit } }
		policy own { commands { helo } }
	END
}

test_commands() {
	each_fails "a namespace begins" : unshare -n true
	cat >"$TMP/file" <<-'END'
		policy own { commands { helo, noop, quit }; denied noop }
		policy default { commands { helo, quit } }
		fixup protocol smtp 2525 policy own
	END
	each_fails "a file is read" undo_file mailguard -f "$TMP/file"
	each_fails "a file is checked" : mailguard -c -f "$TMP/file"
	each_fails "a fixup with a preset" drop_preset \
		mailguard "$(<"$TMP/preset")"
	put_preset
	each_fails "a preset is deleted" put_preset \
		mailguard "$(<"$TMP/no-preset")"
	put_default
	cat >"$TMP/file" <<-'END'
		policy own { commands { helo, quit } }
		delete policy default
	END
	each_fails "a file that deletes the default" put_default \
		mailguard -f "$TMP/file"
	each_fails "the default comes back" \
		put_default mailguard delete policy default
	each_fails "the ruleset is listed" : mailguard list ruleset
	each_fails "the counters are listed" : mailguard list counters
	each_fails "the connections are listed" : mailguard list connections
	each_fails "clear fixup" \
		"in_gw mailguard no fixup protocol smtp" mailguard clear fixup
	in_gw mailguard delete policy default
}

#
# Packets
#

# How many allocations there were since failslab counts them, which it does
# while it has a fault to make and more than the first is to fail.
counted=0

# arm N: the Nth allocation from here on fails. Those fail whose number is a
# multiple of the interval.
arm() {
	echo $((counted + $1)) >$failslab/interval
	echo 1 >$failslab/times
}

fired() {
	[ "$(<$failslab/times)" -eq 0 ] || return 1
	counted=$(<$failslab/interval)
	[ "$counted" -gt 1 ] || counted=0
}

# in_turn DESCRIPTION DIALOGUE: play it again and again, until it needs no
# allocation more.
in_turn() {
	local what=$1 n wrong=""
	shift
	echo 100 >$failslab/probability
	for ((n = 1; n < 500; n++)); do
		arm $n
		"$@" || wrong=$n
		[ -z "$wrong" ] || break
		fired || break
	done
	[ $n -gt 1 ] || wrong="that could fail: none"
	# To know the number again.
	until [ -n "$wrong" ] || fired; do
		"$@" || wrong="more than there are"
	done
	faults_off
	if [ -z "$wrong" ]; then
		pass "$what: $((n - 1)) allocations"
	else
		fail "$what" "allocation $wrong:" "client:" "$said" "server:" \
			"$(received_lines server 25 "$dialogue" | tail -n 20)"
	fi
}

# Everything fails from here on.
memory_gone() {
	echo 1 >$failslab/interval
	set_both times -1
	set_both probability 100
}

memory_back() {
	faults_off
}

scripted_server() {
	smtp_server server 25 <<-'END'
		> 220 mx.example.org ready
		line XXXXX
		> 502 5.5.2 what
		line HELO
		> 250 mx.example.org
		line MAIL
		> 250 ok
		line RCPT
		> 250 ok
		line DATA
		> 354 go on
		content
		> 250 queued
		line QUIT
		> 221 bye
		close
	END
	dialogue=0
}

cat >"$TMP/mail" <<-'END'
	< 220
	> VRFY root
	< 500
	> HELO client.example.net
	< 250
	> MAIL FROM:<a@example.net>
	< 250
	> RCPT TO:<b@example.org>
	< 250
	> DATA
	< 354
	repeat 600 the quick brown fox jumps over the lazy dog\r\n
	raw .\r\n
	< 250
	> QUIT
	< 221
	eof
END

{
	printf '%s\r\n' XXXXXXXXX "HELO client.example.net" \
		"MAIL FROM:<a@example.net>" "RCPT TO:<b@example.org>" DATA
	yes "the quick brown fox jumps over the lazy dog"$'\r' | head -n 600
	printf '%s\r\n' . QUIT
} >"$TMP/mail-received"

mail_said='220 ********************\r\n
500 Command un\r\n
250 mx.example.org\r\n
250 ok\r\n
250 ok\r\n
354 go on\r\n
250 queued\r\n
221 bye\r\n
eof'

# The bytes the server got on its N-th connection.
received_file() {
	echo "$TMP/server-server-25/received.$1"
}

# Mail must arrive: what is dropped is sent again.
play_mail() {
	dialogue=$((dialogue + 1))
	said=$(smtp_talk client "$1" 25 <"$TMP/mail")
	[ "$said" = "$mail_said" ] && served server 25 "$dialogue" &&
		cmp -s "$(received_file "$dialogue")" "$TMP/mail-received"
}

test_mail() {
	scripted_server
	in_turn "a mail" play_mail $SERVER4
	smtp_server_stop server 25
}

# Every fourth segment of the client overtakes the three before.
test_reordered() {
	in_client ethtool -K eth0 tso off gso off
	in_client tc qdisc replace dev eth0 root netem delay 40ms \
		reorder 100% gap 4
	scripted_server
	in_turn "a mail out of order" play_mail $SERVER6
	smtp_server_stop server 25
	in_client tc qdisc del dev eth0 root
	in_client ethtool -K eth0 tso on gso on
	ok_if "content went ahead" test "$(counter out-of-order)" -gt 0
}

# What offends stays out. One end may not learn of the reset.
play_reset() {
	dialogue=$((dialogue + 1))
	said=$(smtp_talk client "$1" 25 <<-'END'
		< 220
		raw NOOP\r\n
		< 250
		raw RSET\r\nHELO one\r\n
		raw HELO
		repeat 600 \040x
		gone
	END
	)
	[[ $said = '220 **\r\n'$'\n''250 ok\r\n'* ]] &&
		! tr -d '\r' <"$(received_file "$dialogue")" |
			grep -qvxE 'NOOP|RSET|HELO one|HELO[ x]{0,508}'
}

test_reset() {
	smtp_server server 25 <<-'END'
		> 220 mx
		line NOOP
		> 250 ok
		line RSET
		gone
	END
	dialogue=0
	in_turn "a line without end" play_reset $SERVER4
	in_turn "a line without end, over IPv6" play_reset $SERVER6
	smtp_server_stop server 25
}

# The server gets the line it did not get while nothing could be overwritten.
test_no_memory() {
	local talk before
	scripted_server
	before=$(counter no-memory)
	memory_gone
	sed 's/^> VRFY.*/touch greeted\nawait go\n&/' "$TMP/mail" |
		smtp_talk client "$SERVER4" 25 >"$TMP/talk" &
	talk=$!
	ok_if "without memory no connection begins" \
		wait_for 30 is_more no-memory "$before"
	fails_if "the server has accepted none" test -e "$TMP/events/greeted"
	memory_back
	wait_for 60 test -e "$TMP/events/greeted"
	# The greeting has left a buffer, which would do for a command; it is freed
	# within some seconds.
	before=$(held)
	wait_for 10 holds_less "$before"
	memory_gone
	before=$(counter held-memory)
	happen go
	ok_if "without memory nothing is overwritten" \
		wait_for 30 is_more held-memory "$before"
	is "$(received server 25)" "" "and nothing passes"
	memory_back
	wait $talk
	is "$(cat "$TMP/talk")" "$mail_said" "when there is memory, mail goes on"
	ok_if "the server's script ends well" served server 25
	ok_if "it got every byte" \
		cmp "$(received_file 1)" "$TMP/mail-received"
	smtp_server_stop server 25
}

# The bytes that connections hold.
held() {
	in_gw mailguard list counters |
		awk '/^memory {/ { found = 1 } found && $1 == "held" { print $2; exit }'
}

holds_less() {
	[ "$(held)" -lt "$1" ]
}

# is_more COUNTER THAN
is_more() {
	[ "$(counter "$1")" -gt "$2" ]
}

test_packets() {
	in_gw mailguard fixup protocol smtp 25
	test_mail
	test_reordered
	test_reset
	test_no_memory
	note "no-memory $(counter no-memory), held-memory $(counter held-memory)"
}

#
# The end
#

no_entries() {
	[ "$(in_gw sysctl -n net.netfilter.nf_conntrack_count)" -eq 0 ]
}

test_nothing_lost() {
	in_gw mailguard no fixup protocol smtp
	ok_if "the module goes" unload
	in_gw conntrack -F
	ok_if "and no conntrack entry stays" wait_for 60 no_entries
	fails_if "nothing of it is left" grep '^nf_conntrack_smtp ' /proc/slabinfo
	if [ -e /sys/kernel/debug/kmemleak ]; then
		fails_if "no memory is lost" "$LIB/../vm/leaks"
	fi
}

prepare_faults
test_load
test_commands
test_packets
test_nothing_lost

finish
