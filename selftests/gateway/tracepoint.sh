#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tracepoint mailguard:mailguard_verdict: while it is on it shows each segment
# with its verdict, and nothing while it is off.
#
# Runs on: every kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard modprobe conntrack

tracing=/sys/kernel/tracing
[ -d $tracing ] || skip_all "the kernel has no tracing"
[ -e $tracing/events ] || mount -t tracefs tracefs $tracing ||
	skip_all "no tracefs"
event=$tracing/events/mailguard/mailguard_verdict

setup_topology
modprobe nf_conntrack_smtp

load "a policy" <<-'END'
	policy traced {
		banner fill "*"
		commands { helo, mail, rcpt, data, rset, noop, quit }
		address pipe reset
	}
	fixup protocol smtp 25 policy traced
END

smtp_server server 25 <<<"auto"

switch() {
	echo "$1" >$event/enable
}

forget() {
	: >$tracing/trace
}

# shown [FIELD=VALUE...]: the lines that have all of these.
shown() {
	local field lines
	lines=$(sed -n 's/.* mailguard_verdict: //p' $tracing/trace)
	for field; do
		lines=$(grep -F -w -e "$field" <<<"$lines")
	done
	printf '%s' "$lines"
}

# field NAME: its values in the lines of standard input.
field() {
	sed -n "s/.*\\b$1=\\([^ ]*\\).*/\\1/p"
}

# A command that is denied, a message that comes before the 354 and is held, and
# an address that ends the connection.
dialogue() {
	smtp_talk client "$1" 25 <<-'END'
		< 220
		> HELO client.example.net
		< 250
		> VRFY root
		< 5
		> MAIL FROM:<a@example.net>
		< 250
		> RCPT TO:<b@example.org>
		< 250
		raw DATA\r\nSubject: x\r\n\r\n.\r\n
		< 354
		< 250
		> RSET
		< 250
		> MAIL FROM:<a|b@example.net>
		rst
	END
}

# is_one FIELDS DESCRIPTION: one line has these, and it is in $line then.
is_one() {
	# shellcheck disable=SC2086 # words
	line=$(shown $1)
	is "$(grep -c . <<<"$line")" 1 "$2"
}

test_off() {
	forget
	ok_if "a dialogue while it is off" dialogue $SERVER4
	is "$(shown)" "" "nothing is shown"
}

test_format() {
	local format
	format=$(<$event/format)
	like "$format" '\{ [0-9]+, "denied-verb" \}' "the format has names of reasons"
	like "$format" '\{ 3, "content" \}' "and of states"
	like "$format" '\{ 3, "reset" \}' "and of verdicts, with their numbers"
}

# test_on HOST CLIENT ADDRESS: how the trace writes both ends.
test_on() {
	local seq line
	forget
	switch 1
	ok_if "$1: a dialogue while it is on" dialogue "$1"
	switch 0

	is_one "direction=client len=11 verdict=pass reason=denied-verb" \
		"$1: the denied command"
	seq=$(($(field seq <<<"$line") + 11))
	is_one "direction=client seq=$((seq & 0xffffffff)) verdict=pass" \
		"$1: the next one follows it"
	like "$line" 'len=27 .* reason=commands state=command$' "$1: it passes"

	is_one "direction=client verdict=hold reason=held-data" \
		"$1: the message before the 354"
	like "$line" 'len=23 .* state=data$' "$1: DATA stands before it"
	seq=$(($(field seq <<<"$line") + 6))
	is_one "direction=client seq=$((seq & 0xffffffff)) verdict=pass" \
		"$1: and is repeated behind the 354"
	like "$line" 'len=17 .* reason=messages state=command$' "$1: as a whole"

	is_one "direction=client verdict=hold reason=reset-address" \
		"$1: the address, but for what stands before it"
	like "$(shown verdict=reset)" 'direction=.* reason=none state=ended$' \
		"$1: then comes the reset"

	is "$(shown | field connection | uniq | wc -l)" 2 \
		"$1: the connection has a number"
	like "$(shown connection=0)" 'client .* len=0 verdict=pass .* state=none$' \
		"$1: but for its SYN"
	unlike "$(shown | sed -E "s/ client=$2:[0-9]+ address=$3:25 / /")" \
		'client=|address=' "$1: and two ends"
	like "$(shown direction=server)" \
		'len=30 verdict=pass reason=banner-lines state=command$' \
		"$1: the server's greeting"
}

# Without its entry nobody knows the connection any more. Unlike those of "fixup",
# these rules show the helper what comes in the middle of one.
test_unknown() {
	in_gw nft -f - <<-'END'
		table inet own {
			ct helper mx { type "smtp" protocol tcp; }
			chain prerouting {
				type filter hook prerouting priority mangle
				tcp dport 2500 ct helper set "mx"
			}
		}
	END
	smtp_server server 2500 <<<"auto"
	smtp_talk client $SERVER4 2500 >"$TMP/unknown" <<-END &
		< 220
		touch greeted
		await forgotten
		> NOOP
		rst
	END
	wait_for 60 test -e "$TMP/events/greeted"
	in_gw conntrack -D -p tcp --orig-port-dst 2500 >/dev/null 2>&1
	forget
	switch 1
	happen forgotten
	wait $!
	is $? 0 "a connection that conntrack forgot is reset"
	switch 0
	like "$(shown connection=0 len=6)" \
		"client=$CLIENT4:[0-9]+ address=$SERVER4:2500 .* verdict=hold reason=held-midstream state=none\$" \
		"its segment is shown without a number"
	in_gw nft delete table inet own
}

test_unload() {
	switch 1
	guard -f - <<<"no fixup protocol smtp 25"
	ok_if "the module is unloaded while it is on" modprobe -r \
		nf_conntrack_smtp
	fails_if "the tracepoint is gone" test -e $event
}

ok_if "there is a tracepoint" test -e $event
test_off
test_format
test_on $SERVER4 $CLIENT4 $SERVER4
test_on $SERVER6 "\\[$CLIENT6\\]" "\\[$SERVER6\\]"
test_unknown
test_off
test_unload
finish
