#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs on: one kernel
#
# The guide's page about troubleshooting: each symptom is caused, and the command of
# the page shows the reason that the page names.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=../lib/guide.sh
. "$LIB/guide.sh"

need nft mailguard conntrack
setup_guide

HELO=("< 220" "> HELO client.example.net" "< 250")
MAIL=("${HELO[@]}" "> MAIL FROM:<a@example.net>" "< 250")

# with STATEMENT...: the policy try, from now on
with() {
	printf '%s\n' "policy try {" "preset modern" "$@" "}" \
		"fixup protocol smtp 25 policy try" | in_gw mailguard -f - ||
		fail "a policy with $*"
}

# counted NAME DESCRIPTION: it was 0 before, because policies keep their counters.
counted() {
	ok_if "$2: $1 is counted" test "$(counter try "$1")" -gt 0
}

listed() { in_gw mailguard list connections | grep -q "$1"; }

test_nothing() {
	local said
	said=$(in_gw mailguard status)
	is $? 3 "nothing is guarded: the status says so"
	like "$said" '^fixups   0$' "by fixups 0"
	guard fixup protocol smtp 25
	in_gw nft flush ruleset
	said=$(in_gw mailguard show fixup 2>&1)
	is $? 3 "after a flush, too"
}

test_older() {
	smtp_talk client $SERVER4 25 >"$TMP/older" <<-'END' &
		< 220
		touch greeted
		await guarded
		> NOOP
		gone
	END
	wait_for 30 test -e "$TMP/events/greeted"
	in_gw nft -f - <<<"table inet track { chain forward {
		type filter hook forward priority filter; ct state invalid drop
	} }"
	guard fixup protocol smtp 25 policy modern
	fails_if "an older connection is not listed" listed client
	in_gw conntrack -D -p tcp --orig-port-dst 25 >/dev/null 2>&1
	happen guarded
	wait $!
	is $? 0 "it is reset when its entry is deleted"
	ok_if "which is counted" test "$(counter modern reset-midstream)" -gt 0
	in_gw nft delete table inet track
}

test_no_policy() {
	ok_if "a rule of one's own" in_gw nft -f - <<-'END'
		table inet own {
			ct helper try { type "smtp-try" protocol tcp; }
			chain prerouting {
				type filter hook prerouting priority filter
				tcp dport 2525 ct helper set "try"
			}
		}
	END
	like "$(in_gw mailguard status)" 'inet own prerouting policy try' \
		"status lists the chain of one's own"
	guard no fixup protocol smtp
	fails_if "the module is in use" rmmod nf_conntrack_smtp
	in_gw nft delete table inet own
}

test_missing_policy() {
	like "$(in_gw nft -f - 2>&1 <<-'END'
		table inet own {
			ct helper none { type "smtp-none" protocol tcp; }
		}
	END
	)" "No such file or directory" "nft refuses a helper without a policy"
}

# A server that is silent, and one that speaks from elsewhere is in network/.
test_greeting() {
	with
	smtp_server server 2525 <<<"await never"
	guard fixup protocol smtp 2525 policy try
	PORT=2525 ask $CLIENT4 "< 220" >/dev/null 2>&1 &
	ok_if "no greeting: the connection is listed" wait_for 30 \
		listed 'policy try state greeting'
	kill $!
	smtp_server_stop server 2525
}

test_denied() {
	goes "EHLO is denied" $CLIENT4 "< 220" "> VRFY root" "< 502"
	counted denied-verb "EHLO is denied"
	goes "keywords are masked" $CLIENT4 "< 220" "> EHLO x.example.net" "< 250"
	counted masked-keywords "keywords are masked"
}

test_cut_off() {
	goes "a mail with LF.LF" $CLIENT4 "${MAIL[@]}" \
		"> RCPT TO:<b@example.org>" "< 250" "> DATA" "< 354" \
		'raw x\n.\nMAIL FROM:<c@example.net>\r\n' rst
	counted reset-content "a mail with LF.LF"
	goes "a long line" $CLIENT4 "< 220" "repeat 600 x" rst
	counted reset-length "a long line"
}

# refuses STATEMENT COUNTER REPLY COMMAND...: what the client is told
refuses() {
	local statement=$1 counter=$2 reply=$3
	shift 3
	with "$statement"
	goes "$statement" $CLIENT4 "$@" "< $reply"
	counted "$counter" "$statement"
}

test_refused() {
	refuses "recipients 1" limit-recipients "452 4.5.3 To" "${MAIL[@]}" \
		"> RCPT TO:<b@example.org>" "< 250" "> RCPT TO:<c@example.org>"
	refuses "messages 1" limit-messages "421" "${MAIL[@]}" \
		"> RCPT TO:<b@example.org>" "< 250" "> DATA" "< 354" \
		'raw x\r\n.\r\n' "< 250" "> MAIL FROM:<a@example.net>"
	refuses "message-size 1000" limit-size "552 5.3.4 Message" "< 220" \
		"> EHLO x.example.net" "< 250" "> MAIL FROM:<a@example.net> SIZE=2000"
	refuses "denied-commands 1" limit-denied "421" "< 220" \
		"> VRFY root" "< 502" "> VRFY root"
	refuses "junk-commands 2" limit-junk "421" "${HELO[@]}" \
		"> NOOP" "< 250" "> NOOP"
	refuses "refused-recipients 1" limit-refused "421" "${MAIL[@]}" \
		"> RCPT TO:<x@example.com>" "< 554" \
		"> RCPT TO:<x@example.com>" "< 554" "> RSET"
	refuses "recipient-domains { example.org }" denied-recipient \
		"550 5.7.1 Relaying" "${MAIL[@]}" "> RCPT TO:<b@example.com>"
	refuses "sender-domains { example.org }" denied-sender \
		"550 5.7.1 Sen" "${HELO[@]}" "> MAIL FROM:<a@example.net>"
	refuses "helo no-dot deny" denied-helo-no-dot "550 5.7.1 HELO" \
		"< 220" "> HELO localhost"
	refuses "helo no-dot deny" denied-no-helo "503 5.5.1 Se" "< 220" \
		"> HELO localhost" "< 550" "> MAIL FROM:<a@example.net>"
	refuses "address percent deny" denied-percent "502" "${HELO[@]}" \
		"> MAIL FROM:<a%b@example.net>"
	refuses "starttls require" denied-plain "530 5.7.0 Must" "< 220" \
		"> EHLO x.example.net" "< 250" "> MAIL FROM:<a@example.net>"
	refuses "commands { helo, ehlo, auth, quit }
		auth-mechanisms { login }" denied-mechanism "504 5.5.4 Unrec" \
		"< 220" "> EHLO x.example.net" "< 250" "> AUTH PLAIN AGEAYg=="
}

test_slow() {
	with "pipelining hold"
	goes "pipelining hold" $CLIENT4 "< 220" \
		'raw HELO x.example.net\r\nNOOP\r\n' "< 250" "< 250"
	counted held-pipelining "pipelining hold"
	like "$(in_gw mailguard list counters)" '^	budget +[0-9]' \
		"the budget stands at the end"
}

# What the page does to see who is told what: the events of the address
test_monitor() {
	in_gw mailguard monitor address $CLIENT4 >"$TMP/monitor" &
	local monitor=$!
	wait_for 30 monitored
	like "$(<"$TMP/monitor")" \
		"client $CLIENT4:.*reason denied-verb text \"VRFY root\"" \
		"monitor tells the client, the reason and the command"
	kill $monitor
}

monitored() {
	ask "$CLIENT4" "< 220" "> VRFY root" "<" >/dev/null
	grep -q denied-verb "$TMP/monitor"
}

postfix_start server "smtpd_sasl_auth_enable = yes" \
	"smtpd_error_sleep_time = 0s"
test_nothing
test_older
with
test_no_policy
test_missing_policy
test_greeting
test_denied
test_cut_off
test_refused
test_slow
test_monitor
finish
