#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# AUTH through the guard: Postfix with Cyrus SASL, which relays for nobody who
# has not authenticated.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need swaks saslpasswd2 nft mailguard
setup_topology

load "a policy that permits AUTH, and one that does not" <<-'END'
	policy auth {
		commands { helo, ehlo, mail, rcpt, data, rset, noop, quit, auth }
		denied reply 500 "Command unrecognized"
	}
	policy noauth {
		commands { helo, ehlo, mail, rcpt, data, rset, noop, quit }
		denied reply 500 "Command unrecognized"
	}
	fixup protocol smtp 25 policy auth
END

# base64 BYTES, with escapes.
base64_of() {
	printf %b "$1" | base64 -w 0
}

JOE=$(base64_of joe)
SECRET=$(base64_of secret)
WRONG=$(base64_of wrong)
PLAIN=$(base64_of '\0000joe\0000secret')
PLAIN_WRONG=$(base64_of '\0000joe\0000wrong')

# by_swaks [OPTION...]
by_swaks() {
	in_client swaks --server "$SERVER4" --silent 2 --helo c.example.net \
		--from joe@example.org --to b@example.org "$@"
}

test_mechanisms() {
	local mechanism n=0
	fails_if "nobody relays without AUTH" by_swaks
	for mechanism in PLAIN LOGIN CRAM-MD5; do
		n=$((n + 1))
		ok_if "$mechanism: a mail is sent" by_swaks --body "$mechanism" \
			--auth $mechanism --auth-user joe --auth-password secret
		ok_if "$mechanism: it arrives" wait_for 60 has_mails server $n
		is "$(mail_body "$(postfix_mails server | tail -n 1)")" \
			"$mechanism" "$mechanism: as it was sent"
		logged server postfix \
			"sasl_method=$mechanism, sasl_username=joe" \
			"$mechanism: the server saw joe"
	done
	fails_if "CRAM-MD5: not with another password" by_swaks \
		--auth CRAM-MD5 --auth-user joe --auth-password wrong
	is "$(counter auth messages)" 3 "three messages are counted"
	is "$(counter auth denied-verb)" 0 "and nothing was denied"
}

# Failures, and a success behind them, on one connection.
test_retry() {
	local heard
	heard=$(smtp_talk client "$SERVER6" 25 <<-END
		< 220
		> EHLO client.example.net
		< 250
		> AUTH PLAIN $PLAIN_WRONG
		< 535
		> AUTH LOGIN
		< 334
		> $JOE
		< 334
		> $WRONG
		< 535
		> AUTH LOGIN
		< 334
		> *
		< 501
		> auth login $JOE
		< 334
		> *
		< 501
		> AUTH GSSAPI
		< 535
		> AUTH
		< 501
		> VRFY root
		< 500 Command unrecognized
		> AUTH PLAIN
		< 334
		> $PLAIN
		< 235
		> VRFY root
		< 500 Command unrecognized
		raw MAIL FROM:<joe@example.org>\\r\\nRCPT TO:<b@example.org>\\r\\nDATA\\r\\n
		< 250
		< 250
		< 354
		raw Subject: x\\r\\n\\r\\nretried\\r\\n.\\r\\n
		< 250
		> QUIT
		< 221
		eof
	END
	)
	unlike "$heard" '^#' \
		"failures, cancels and denied commands, then a success"
	like "$heard" '^235 2.7.0 ' "the success"
	ok_if "the mail arrives" wait_for 60 has_mails server 4
	is "$(counter auth denied-verb)" 2 "what is no AUTH is denied as before"
}

# A client that does not wait is held back, and loses nothing.
test_held() {
	local heard
	heard=$(smtp_talk client "$SERVER4" 25 <<-END
		< 220
		> EHLO client.example.net
		< 250
		raw AUTH LOGIN\\r\\n$JOE\\r\\n$SECRET\\r\\nVRFY root\\r\\n
		< 334
		< 334
		< 235
		< 500 Command unrecognized
		charraw AUTH PLAIN\\r\\n
		< 503
		> QUIT
		< 221
		eof
	END
	)
	unlike "$heard" '^#' "a whole exchange in one segment"
	like "$(counter auth held-auth)" '[1-9]' "it was held back, and counted"
}

test_states() {
	local listed
	smtp_talk client "$SERVER4" 25 >"$TMP/states" <<-END &
		< 220
		> EHLO client.example.net
		< 250
		> AUTH LOGIN
		< 334
		touch challenged
		await listed
		> *
		< 501
		touch cancelled
		await listed-again
		> QUIT
		< 221
		eof
	END
	listed=$(list_at challenged)
	happen listed
	like "$listed" 'policy auth state response passed 2 denied 0$' \
		"behind a 334 the client's response is awaited"
	listed=$(list_at cancelled)
	happen listed-again
	wait $!
	like "$listed" 'policy auth state command passed 2 denied 0$' \
		"behind a 501 a command"
}

# response_of OCTETS [STATEMENT]...: a response of so many, and what then.
response_of() {
	{
		cat <<-END
			< 220
			> EHLO client.example.net
			< 250
			> AUTH PLAIN
			< 334
			repeat $1 A
		END
		printf '%s\n' "${@:2}"
	} | smtp_talk client "$SERVER4" 25 | tail -n 1
}

test_length() {
	local before
	before=$(counter auth reset-length)
	is "$(response_of 11998 'raw \r\n' "< 5" "> NOOP" "<")" \
		'250 2.0.0 Ok\r\n' \
		"a response of 12000 bytes passes, and is refused"
	is "$(response_of 12286 'raw \r\n' "< 5" "> NOOP" "<")" \
		'250 2.0.0 Ok\r\n' "a response of 12288 bytes does"
	is "$(counter auth reset-length)" "$before" "which is no reason to reset"
	is "$(response_of 12289 rst)" rst "one of 12289 ends the connection"
	is "$(counter auth reset-length)" $((before + 1)) "which is counted"
}

# The server has three mechanisms; the client sees two, and can use no other.
test_listed() {
	local heard denied
	load "a policy that lists mechanisms" <<-'END'
		policy auth {
			commands { helo, ehlo, mail, rcpt, data, rset, noop, quit, auth }
			denied reply 500 "Command unrecognized"
			auth-mechanisms { plain, cram-md5 }
		}
	END
	like "$(guard list ruleset)" '^	auth-mechanisms { plain, cram-md5 }$' \
		"it is printed"
	denied=$(grep -c "sasl_method" "$(postfix_log server)")
	heard=$(smtp_talk client "$SERVER4" 25 <<-END
		< 220
		> EHLO client.example.net
		< 250
		> AUTH LOGIN
		< 504 5.5.4 Unrecognized authentication type
		> $JOE
		< 500 Command unrecognized
		> AUTH LOGIN $JOE
		< 504 5.5.4 Unrecognized authentication type
		> MAIL FROM:<joe@example.org>
		< 250
		> RCPT TO:<b@example.org>
		< 554
		> QUIT
		< 221
		eof
	END
	)
	unlike "$heard" '^#' "AUTH LOGIN is denied, and nothing is relayed"
	is "$(grep -o '^250.AUTH [-A-Z0-9 ]*' <<<"$heard" | cut -c 10- |
		tr ' ' '\n' | sed 's/XXXX[A-Z]/masked/' | sort | xargs)" \
		"CRAM-MD5 PLAIN masked" \
		"LOGIN is not offered"
	is "$(grep -c "sasl_method" "$(postfix_log server)")" "$denied" \
		"the server saw nobody authenticate"
	is "$(counter auth denied-mechanism)" 2 "both lines are counted"
	is "$(counter auth masked-mechanisms)" 1 "so is what was masked"
	fails_if "swaks finds no LOGIN" by_swaks \
		--auth LOGIN --auth-user joe --auth-password secret
	ok_if "it finds CRAM-MD5, and sends a mail" by_swaks --auth CRAM-MD5 \
		--auth-user joe --auth-password secret
	ok_if "the mail arrives" wait_for 60 has_mails server 5
}

test_not_permitted() {
	local heard denied
	ok_if "another policy, without AUTH" \
		in_gw mailguard fixup protocol smtp 25 policy noauth
	denied=$(grep -c "sasl_method" "$(postfix_log server)")
	heard=$(smtp_talk client "$SERVER4" 25 <<-END
		< 220
		> EHLO client.example.net
		< 250
		> AUTH PLAIN $PLAIN
		< 500 Command unrecognized
		> AUTH LOGIN
		< 500 Command unrecognized
		> $JOE
		< 500 Command unrecognized
		> MAIL FROM:<joe@example.org>
		< 250
		> RCPT TO:<b@example.org>
		< 554
		> QUIT
		< 221
		eof
	END
	)
	unlike "$heard" '^#' "AUTH gets the denied reply, and is not relayed"
	is "$(counter noauth denied-verb)" 3 "its lines are denied commands"
	fails_if "swaks does not get through" by_swaks \
		--auth --auth-user joe --auth-password secret
	is "$(grep -c "sasl_method" "$(postfix_log server)")" "$denied" \
		"the server saw nobody authenticate"
}

postfix_sasl server "PLAIN LOGIN CRAM-MD5" \
	"smtpd_relay_restrictions = permit_sasl_authenticated, reject"
test_mechanisms
test_retry
test_held
test_states
test_length
test_listed
test_not_permitted

finish
