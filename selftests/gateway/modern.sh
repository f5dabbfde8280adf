#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The preset "modern": mail of Postfix, Exim and sendmail passes under TLS, also
# where the sender insists on it, and commands that no stranger needs are denied.
# Through the default policy, which has no TLS, such a sender defers.
#
# TEST_MESSAGES=300 sends so many mails each way.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need openssl m4 nft mailguard
setup_topology
messages=${TEST_MESSAGES:-10}

# recipients: one for each mail.
recipients() {
	seq -f 'r%g@example.org' -s , "$messages"
}

# message WHO
message() {
	printf 'Subject: x\n\nby %s\n' "$1"
}

# arrived WHO: each mail, once, whole, and under TLS.
arrived() {
	local mails=$TMP/postfix-server/mail/inbox/new
	wait_for $((60 + messages * 12)) has_mails server "$messages"
	is "$(grep -rh '^X-Original-To: ' "$mails" | cut -d ' ' -f 2 | sort |
		diff <(recipients | tr , '\n' | sort) - | head)" "" \
		"$1: $messages mails arrive, each once"
	is "$(grep -rL "^by $1\$" "$mails")" "" "$1: they are whole"
	is "$(grep -rLE 'using TLSv1\.[23] with cipher' "$mails")" "" \
		"$1: each came under TLS"
	rm -rf "$mails"
	note "$1: $SECONDS seconds so far"
}

# test_postfix LEVEL: each mail has a connection of its own.
test_postfix() {
	postfix_client client $SERVER4 25 "smtp_tls_security_level = $1" \
		"smtp_tls_CAfile = $TMP/ca" \
		"smtp_tls_verify_cert_match = mx.example.org" \
		"smtp_destination_recipient_limit = 1" \
		"smtp_connection_cache_on_demand = no" \
		"smtp_tls_loglevel = 1"
	message "Postfix at $1" |
		postfix_send client a@example.net "$(recipients)"
	arrived "Postfix at $1"
	unlike "$(cat "$(postfix_log client relay)")" "PIX|status=deferred" \
		"Postfix at $1: it sees no PIX, and defers nothing"
	[ "$1" != verify ] || logged client relay \
		"Verified TLS connection established to $SERVER4" \
		"Postfix at $1: the certificate is verified"
	postfix_stop client relay
}

test_exim() {
	message Exim |
		exim_send client a@example.net "$(recipients)" $SERVER4
	arrived Exim
}

test_sendmail() {
	sendmail_prepare client client.example.net \
		"define(\`SMART_HOST', \`relay:[$SERVER4]')" \
		"define(\`SMTP_MAILER_MAXRCPTS', \`1')"
	message sendmail | sendmail_run client -bm -Am -odi -oi \
		-f a@example.net "$(recipients)"
	arrived sendmail
}

# Postfix itself would answer VRFY and ETRN.
test_denied() {
	local heard
	heard=$(smtp_talk client $SERVER4 25 <<-'END'
		< 220 mx ESMTP
		> EHLO client.example.net
		< 250
		> VRFY root
		< 502 Command not implemented
		> EXPN root
		< 502 Command not implemented
		> ETRN example.org
		< 502 Command not implemented
		> AUTH PLAIN AGEAYg==
		< 502 Command not implemented
		> XCLIENT ADDR=127.0.0.1
		< 502 Command not implemented
		> QUIT
		< 221
		eof
	END
	)
	unlike "$heard" '^#' "VRFY, EXPN, ETRN, AUTH and XCLIENT are denied"
	like "$heard" '^250-STARTTLS' "STARTTLS is offered"
	is "$(counter modern denied-verb)" 5 "and each denied command is counted"
}

# What a lone LF ends at some servers ends no mail here.
test_smuggling() {
	local heard
	heard=$(smtp_talk client $SERVER4 25 <<-'END'
		< 220
		> EHLO client.example.net
		< 250
		raw MAIL FROM:<a@example.net>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n
		< 250
		< 250
		< 354
		raw Subject: x\r\n\r\nhallo\n.\nMAIL FROM:<c@example.net>\r\n
		rst
	END
	)
	like "$heard" '^rst' "a smuggled end of data ends the connection"
	is "$(counter modern reset-content)" 1 "it is counted"
}

# A sender that insists on TLS, past a guard that lets no EHLO through.
test_default() {
	ok_if "the default policy for the same port" \
		guard fixup protocol smtp 25
	postfix_client client $SERVER4 25 "smtp_tls_security_level = encrypt"
	message "Postfix, later" |
		postfix_send client a@example.net r1@example.org
	logged client relay \
		"status=deferred \(TLS is required, but was not offered" \
		"a sender that insists on TLS defers and says why"
	ok_if "the preset again" guard fixup protocol smtp 25 policy modern
	messages=1
	arrived "Postfix, later"
	postfix_stop client relay
}

for peer in exim sendmail; do
	"has_$peer" || skip_all "run: make deps"
done
certify_by_ca
ok_if "fixup with the preset" guard fixup protocol smtp 25 policy modern
postfix_start server "smtpd_tls_security_level = may" \
	"smtpd_tls_chain_files = $TMP/pem" "smtpd_tls_received_header = yes"
for level in may encrypt verify; do
	test_postfix $level
done
test_exim
test_sendmail
ok_if "connections that went on under TLS are counted" \
	test "$(counter modern tls)" -gt $((messages * 3))
is "$(counter modern denied-verb)" 0 "nothing of the senders' was denied"
test_denied
test_smuggling
test_default

finish
