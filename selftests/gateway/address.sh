#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Checks of addresses: what is left of a denied address is one for no real server.
# Checks of the name in HELO: behind a denied one, no real server takes a mail.
#
# Runs on: one kernel

# shellcheck disable=SC2016 # the language has its own $NAME

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard
setup_topology

load "policies" <<-'END'
	policy strict {
		commands { helo, ehlo, mail, rcpt, data, rset, noop, quit }
		denied reply 550 "5.1.3 Bad address"
		address percent deny
		address bang deny
		address source-route deny
		address double-at deny
		address quoted deny
		address no-domain deny
		address literal deny
		address-length 30 deny
		local-part-length 12 deny
		domain-length 20 deny
	}
	policy resets {
		commands { helo, ehlo, mail, rcpt, data, rset, noop, quit }
		address percent reset
		address no-domain reset
		helo no-dot reset
	}
	policy names {
		commands { helo, ehlo, mail, rcpt, data, rset, noop, quit }
		helo no-dot deny
		helo literal deny
		helo invalid deny
		helo-domains !{ example.org, .example.org }
	}
END

# What our own policy has, and so many domains that one message cannot list them.
{
	echo 'define OURS = { example.org, .example.org, "[192.0.2.1]" }'
	echo "define MANY = { $(seq -s, -f '.d%.0f.e' 3000) }"
	echo 'policy relay { commands { helo, ehlo, mail, rcpt, data, rset, noop, quit }'
	echo 'sender-domains !$OURS'
	echo 'recipient-domains { example.org, $MANY }'
	echo '}'
} >"$TMP/relay"

# speak LINE...: a session whose lines are sent one by one, and their replies
# printed.
speak() {
	{
		printf '< 220\n'
		printf '> %s\n<\n' "$@" QUIT
	} | smtp_talk client $SERVER4 25 | sed '1d;$d'
}

# Each is denied for another reason, or at another place.
BAD=(
	'<a%b@example.org>'
	'<"a%b"@example.org>'
	'<a!b@example.org>'
	'<@example.net:b@example.org>'
	'<b@example.net@example.org>'
	'<"b"@example.org>'
	'<b>'
	'<b@>'
	'<postmasters>'
	'<b@[192.0.2.1]>'
	'b@example.org'
	' b@example.org'
	'Joe <b@example.org>'
	'<1234567890123@example.org>'
	'<b@a.sub.domain.example.org>'
)

# refused SERVER COMMAND LINE...: behind these lines, each bad address of the
# command is denied, and no mail can begin.
refused() {
	local heard lines=("${@:3}") address
	for address in "${BAD[@]}"; do
		lines+=("$2:$address")
	done
	heard=$(speak "EHLO client.example.net" "${lines[@]}" "DATA")
	is "$(grep -c '^550 5.1.3 Bad' <<<"$heard")" ${#BAD[@]} \
		"$1: each is denied to $2"
	like "$(tail -n 1 <<<"$heard")" '^5' "$1: and there is no mail"
}

# relay_denied SERVER: whatever it would do itself, nothing else is relayed.
relay_denied() {
	local heard
	heard=$(speak "EHLO client.example.net" "MAIL FROM:<a@b.example.org>" \
		"MAIL FROM:<a@[192.0.2.1]>" "MAIL FROM:<a@example.net>" \
		"RCPT TO:<a@example.com>" "RCPT TO:<a@b.example.org>" \
		"RCPT TO:<a@d1.e>" "RCPT TO:<a%example.com@example.org>" \
		"RCPT TO:<example.com!a@example.org>" \
		"RCPT TO:<@example.com:a@example.org>" \
		"RCPT TO:<a@example.com@example.org>" "RCPT TO:<a>" \
		"RCPT TO:a@example.org" "RCPT TO:<a(@example.org>" \
		"RCPT TO:<a@example.org..>" DATA)
	is "$(grep -c '^550 5.7.1 Rel' <<<"$heard")" 11 \
		"$1: no other recipient passes"
	is "$(grep -c '^550 5.7.1 Sen' <<<"$heard")" 2 \
		"$1: nor do senders of our own"
	like "$(tail -n 1 <<<"$heard")" '^5' "$1: so there is no mail"
}

# Each is denied to a stranger for another reason, or at another place.
NAMES=(localhost "localhost. " "[192.0.2.1]" "[IPv6:2001:db8::1]" 192.0.2.1
	"a!b.example" "b.example c" "" example.org Mail.EXAMPLE.org.)

# names_denied SERVER NAME...: not even HELO helps, and no mail begins behind them.
names_denied() {
	local heard lines=("MAIL FROM:<a@example.net>") name
	local good=("EHLO mail.example.net" "MAIL FROM:<a@example.net>")
	for name in "${@:2}"; do
		lines+=("EHLO $name" "HELO $name" "MAIL FROM:<a@example.net>")
	done
	# OpenSMTPD takes one HELO in a connection.
	[ "$1" = opensmtpd ] || lines+=("${good[@]}")
	heard=$(speak "${lines[@]}")
	is "$(grep -c '^550 5' <<<"$heard")" $((($# - 1) * 2)) \
		"$1: each name is denied in EHLO and HELO"
	is "$(grep -c '^503 5' <<<"$heard")" $# \
		"$1: no mail follows it"
	[ "$1" != opensmtpd ] || heard=$(speak "${good[@]}")
	like "$(tail -n 1 <<<"$heard")" '^250' "$1: one does behind a good name"
}

# test_server SERVER [LINE...]: with these lines in its configuration.
test_server() {
	guard fixup protocol smtp 25 policy strict
	[ "$1" = postfix ] || "has_$1" || {
		pass "$1 # SKIP run: make deps"
		return
	}
	"$1_start" server "${@:2}"
	refused "$1" "RCPT TO" "MAIL FROM:<a@example.net>"
	refused "$1" "MAIL FROM"
	guard fixup protocol smtp 25 policy relay
	relay_denied "$1"
	guard fixup protocol smtp 25 policy names
	# With more HELO than three, sendmail takes its time.
	if [ "$1" = sendmail ]; then
		names_denied "$1" example.org
	else
		names_denied "$1" "${NAMES[@]}"
	fi
	"$1_stop" server
}
test_counters() {
	local name
	for name in percent bang source-route double-at literal; do
		is "$(counter strict denied-$name)" $(($1 * 2)) \
			"denied-$name is counted"
	done
	is "$(counter strict denied-quoted)" $(($1 * 4)) "so is denied-quoted"
	is "$(counter strict denied-no-domain)" $(($1 * 12)) \
		"so is denied-no-domain"
	is "$(counter strict denied-address-length)" $(($1 * 4)) \
		"so is denied-address-length"
}

# Sendmail has heard one name only.
test_names_counted() {
	local all=$(($(counter names denied-helo-literal) / 4)) other=0
	! has_sendmail || other=1
	is "$(counter names denied-helo-no-dot)" $((all * 4)) \
		"denied-helo-no-dot is counted"
	is "$(counter names denied-helo-invalid)" $((all * 8)) \
		"so is denied-helo-invalid"
	is "$(counter names denied-helo)" $((all * 4 + other * 2)) \
		"so is denied-helo"
	is "$(counter names denied-no-helo)" $((all * 11 + other * 2)) \
		"so is denied-no-helo"
}

# What the checks must leave alone.
test_legal() {
	local heard
	heard=$(speak "EHLO client.example.net" "MAIL FROM:<> BODY=8BITMIME" \
		"RCPT TO:<Postmaster>" "RCPT TO:<b@example.org> NOTIFY=NEVER")
	is "$(grep -c '^250 2.1.[05] ' <<<"$heard")" 3 \
		"the null sender, postmaster and parameters pass"
}

test_resets() {
	local address
	guard fixup protocol smtp 25 policy resets
	for address in '<a%b@example.org>' '<b@>' 'b@c' '<b@example.org'; do
		fails_if "$address: DATA is not reached" \
			smtp_talk client $SERVER4 25 <<-END
			< 220
			> HELO client.example.net
			< 250
			> MAIL FROM:$address
			<
		END
	done
	is "$(counter resets reset-address)" 4 "each is counted"
	fails_if "EHLO localhost: MAIL is not reached" \
		smtp_talk client $SERVER4 25 <<-END
		< 220
		> EHLO localhost
		<
	END
	is "$(counter resets reset-helo)" 1 "it is counted, too"
}

# A real client of that name: it gets its mail back, and one of another does not.
test_client() {
	guard fixup protocol smtp 25 policy names
	postfix_client client $SERVER4 25 "smtp_helo_name = localhost"
	printf 'Subject: x\n\nlost\n' |
		postfix_send client a@example.net b@example.org
	logged client relay 'status=bounced .* 550 5.7.1 HELO' \
		"Postfix as localhost is refused"
	postfix_stop client relay
	postfix_client client $SERVER4 25
	printf 'Subject: x\n\nkept\n' |
		postfix_send client a@example.net b@example.org
	logged client relay 'to=<b@.*status=sent' "and by another name it is not"
	postfix_stop client relay
}

# What passes, and how a big set is printed.
test_relay() {
	local heard long
	long=$(printf '%0200d' 0)
	guard fixup protocol smtp 25 policy relay
	heard=$(speak "EHLO client.example.net" "MAIL FROM:<>" \
		"RCPT TO:<postmaster>" "RCPT TO:<b@EXAMPLE.org>")
	is "$(grep -c '^250 2.1.[05] ' <<<"$heard")" 3 \
		"the null sender, postmaster and our own domain pass"
	unlike "$(speak "HELO client.example.net" "MAIL FROM:<>" \
		"RCPT TO:<b@$long.$long.$long.$long.$long.$long.$long.d3000.e>")" \
		'Relaying denied' "so does a domain at the end of a long address"
	guard list ruleset >"$TMP/printed"
	is "$(grep -c 'd1.e, .d2.e,.* .d3000.e }$' "$TMP/printed")" 1 \
		"all domains are printed"
	like "$(<"$TMP/printed")" 'sender-domains !.*"\[192.0.2.1\]" }' \
		"so are those that do not pass"
	ok_if "the command reads what it printed" guard -f "$TMP/printed"
	guard list ruleset >"$TMP/again"
	ok_if "and prints it again" cmp "$TMP/printed" "$TMP/again"
}

ok_if "a policy of 3000 domains is taken" guard -f "$TMP/relay"
test_server exim "smtp_max_synprot_errors = 100" \
	"smtp_accept_max_nonmail = 100"
test_server sendmail
test_server opensmtpd
test_server postfix "smtpd_error_sleep_time = 0" "smtpd_hard_error_limit = 100"
test_counters $(($(counter strict denied-bang) / 2))
test_names_counted
postfix_start server
guard fixup protocol smtp 25 policy strict
test_legal
test_relay
test_resets
test_client

finish
