#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# STARTTLS through the guard: what is in TLS is none of its business, and what
# is not in TLS gets neither behind nor between.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need swaks openssl nft mailguard
setup_topology

# policy [STATEMENT]: for the next connections.
policy() {
	load "a policy that permits STARTTLS${1:+, $1}" <<-END
		policy tls {
			commands {
				helo, ehlo, mail, rcpt, data, rset, noop, quit,
				starttls
			}
			denied reply 500 "Command unrecognized"
			${1:-}
		}
		fixup protocol smtp 25 policy tls
	END
}

#
# Postfix and its clients
#

# came_in_tls N WHOSE: was the N-th mail's?
came_in_tls() {
	ok_if "$2: it arrives" wait_for 60 has_mails server "$1"
	like "$(cat "$(postfix_mails server | sed -n "$1p")")" \
		'\(using TLSv1\.[23] with cipher ' "$2: it came in TLS"
}

test_swaks() {
	ok_if "swaks sends a mail" in_client swaks --tls --server $SERVER4 \
		--silent 2 --helo client.example.net --from a@example.net \
		--to b@example.org --body "by swaks"
	came_in_tls 1 swaks
	is "$(mail_body "$(postfix_mails server)")" "by swaks" \
		"swaks: as it was sent"
}

test_postfix() {
	postfix_client client $SERVER6 25 "smtp_tls_security_level = encrypt"
	printf 'Subject: x\n\nby Postfix\n' |
		postfix_send client a@example.net b@example.org
	came_in_tls 2 Postfix
	postfix_stop client relay
}

# What the policy does not permit reaches the server all the same.
test_openssl() {
	local heard
	heard=$(printf 'EHLO client.example.net\r\nVRFY b@example.org\r\nQUIT\r\n' |
		in_client openssl s_client -starttls smtp -quiet \
		-connect $SERVER4:25 2>/dev/null)
	like "$heard" '^252 2.0.0 b@example.org' \
		"openssl s_client: a VRFY in TLS reaches the server"
	heard=$(smtp_talk client $SERVER4 25 <<-'END'
		< 220
		> VRFY b@example.org
		< 500 Command unrecognized
		> QUIT
		< 221
	END
	)
	unlike "$heard" '^#' "a VRFY that is not in TLS does not"
}

test_states() {
	local listed
	smtp_talk client $SERVER4 25 >"$TMP/states" <<-'END' &
		< 220
		> EHLO client.example.net
		< 250
		> STARTTLS
		< 220
		tls
		> VRFY b@example.org
		< 252
		touch in-tls
		await listed
		> QUIT
		< 221
		eof
	END
	listed=$(list_at in-tls)
	happen listed
	wait $!
	like "$listed" 'policy tls state tls passed 2 denied 0$' \
		"it is listed as in TLS, and what is there is not counted"
	like "$(cat "$TMP/states")" '^eof' "it goes on, and ends as any other"
}

# in_version VERSION: what the server says in this version of TLS to a NOOP.
in_version() {
	printf 'NOOP\r\nQUIT\r\n' | in_client timeout 20 openssl s_client \
		"-tls$1" -starttls smtp -quiet -connect $SERVER4:25 2>/dev/null
}

test_minimum() {
	policy "tls-minimum 1.3"
	unlike "$(in_version 1_2)" '^250 2' \
		"a minimum of 1.3: TLS 1.2 does not come about"
	is "$(counter tls reset-tls-version)" 1 "it is counted"
	like "$(in_version 1_3)" '^250 2' "a minimum of 1.3: TLS 1.3 does"
	policy "tls-minimum 1.2"
	like "$(in_version 1_2)" '^250 2' "a minimum of 1.2: TLS 1.2 does"
	is "$(counter tls reset-tls-version)" 1 "no other one was reset"
	policy
}

# Without a certificate there is no TLS.
test_refused() {
	local heard
	heard=$(smtp_talk client $SERVER4 25 <<-'END'
		< 220
		> EHLO client.example.net
		< 250
		raw STARTTLS\r\nVRFY root\r\n
		< 454 4.7.0 TLS not available
		< 500 Command unrecognized
		> STARTTLS now
		< 501
		> VRFY root
		< 500 Command unrecognized
		raw MAIL FROM:<a@example.net>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n
		< 250
		< 250
		< 354
		raw Subject: x\r\n\r\nSTARTTLS\r\n.\r\n
		< 250
		> QUIT
		< 221
		eof
	END
	)
	unlike "$heard" '^#' "a refused STARTTLS leads back to commands"
	is "$(counter tls denied-verb)" 3 "which are denied as before"
	ok_if "and which the server does not know" wait_for 30 grep -q \
		' mail=1 rcpt=1 data=1 quit=1 unknown=0/2 ' \
		"$(postfix_log server)"
}

test_real() {
	postfix_start server "smtpd_tls_security_level = may" \
		"smtpd_tls_chain_files = $TMP/pem" \
		"smtpd_tls_received_header = yes"
	test_swaks
	policy "early-talk reset"
	test_postfix
	test_openssl
	test_states
	is "$(counter tls reset-early-talk)" 0 "none of them was an early talker"
	is "$(counter tls tls)" 4 "connections that went on in TLS are counted"
	test_minimum
	postfix_stop server
	postfix_start server "smtpd_tls_security_level = may" \
		"smtpd_tls_cert_file = $TMP/none" "notify_classes ="
	test_refused
	is "$(counter tls tls)" 7 "and those that did not are not"
	is "$(counter tls reset-tls)" 0 "TLS itself was no reason to reset"
	postfix_stop server
}

#
# Injection (CVE-2011-0411, and its counterpart against clients)
#

# starttls_server [STATEMENT...]: what it does with STARTTLS.
starttls_server() {
	smtp_server server 25 <<-END
		> 220 mx
		line EHLO
		raw 250-mx\\r\\n250 STARTTLS\\r\\n
		line STARTTLS
		$(printf '%s\n' "$@")
	END
}

# starttls_talk HOST [STATEMENT...]: what the client does instead of STARTTLS.
starttls_talk() {
	smtp_talk client "$1" 25 <<-END
		< 220
		> EHLO c
		< 250
		$(printf '%s\n' "${@:2}")
	END
}

# What the client gets of each.
GONE='220 mx\r\n
250-mx\r\n
250 STARTTLS\r\n
220 go\r\n
rst'

# injects HOST N OCTETS: behind STARTTLS in one segment.
injects() {
	is "$(starttls_talk "$1" "raw STARTTLS\\r\\n$3" "< 220" rst)" \
		"$GONE" \
		"behind STARTTLS stands $3: the client is reset"
	ok_if "$3: so is the server" served server 25 "$2"
	is "$(received_lines server 25 "$2")" 'EHLO c\r\n
STARTTLS\r\n' "$3: the server does not see it"
}

test_client_injects() {
	local before
	before=$(counter tls reset-tls)
	starttls_server "quiet 0.5" "> 220 go" rst
	injects $SERVER4 1 'RSET\r\n'
	injects $SERVER6 2 'EHLO x\r\nMAIL FROM:<a@example.net>\r\n'
	like "$(counter tls held-starttls)" '[1-9]' \
		"it was held back until the server's reply"
	is "$(starttls_talk $SERVER4 "> STARTTLS" "< 220" "> EHLO x" rst)" \
		"$GONE" \
		"a client that goes on without TLS is reset"
	ok_if "so is its server" served server 25 3
	is "$(received_lines server 25 3)" 'EHLO c\r\n
STARTTLS\r\n' "which sees nothing of it"
	is "$(counter tls reset-tls)" $((before + 3)) "each is counted"
	smtp_server_stop server 25
}

# injected N OCTETS: the server sent them behind its 220, in one segment.
injected() {
	local before
	before=$(counter tls reset-tls)
	starttls_server "raw 220 go\\r\\n$1" rst
	is "$(starttls_talk $SERVER4 "> STARTTLS" "< 220" rst)" \
		"$GONE" \
		"behind the 220 stands $1: the client does not see it"
	ok_if "$1: the server is reset" served server 25
	is "$(counter tls reset-tls)" $((before + 1)) "$1: it is counted"
	smtp_server_stop server 25
}

# in_tls_server [STATEMENT...]: after a handshake and a NOOP.
in_tls_server() {
	starttls_server "> 220 go" "tls $TMP/pem" "line NOOP" "> 250 ok" "$@"
}

# in_tls_talk [STATEMENT...]
in_tls_talk() {
	starttls_talk $SERVER6 "> STARTTLS" "< 220" tls "> NOOP" "< 250" "$@"
}

# Single bytes between records, as of CVE-2026-45185.
test_between_records() {
	local before
	before=$(counter tls reset-tls)
	in_tls_server rst
	is "$(in_tls_talk "plain \\n" rst | tail -n 2)" $'250 ok\\r\\n\nrst' \
		"a byte between the client's records"
	ok_if "a byte between the client's records: the server is reset" \
		served server 25
	is "$(counter tls reset-tls)" $((before + 1)) "it is counted"
	smtp_server_stop server 25
	in_tls_server "plain 2" rst
	is "$(in_tls_talk rst | tail -n 2)" $'250 ok\\r\\n\nrst' \
		"a byte between the server's records"
	ok_if "a byte between the server's records: it is reset" \
		served server 25
	is "$(counter tls reset-tls)" $((before + 2)) "it is counted, too"
	smtp_server_stop server 25
}

# What stands behind a record in its segment, byte by byte.
test_behind_record() {
	local record='\x16\x03\x01\x00\x04abcd'
	starttls_server "> 220 go" "bytes 9" "raw ${record}250 injected\\r\\n" rst
	is "$(starttls_talk $SERVER4 "> STARTTLS" "< 220" "raw $record" \
		rst | tail -n 2)" "$record
rst" "behind the server's record nothing reaches the client"
	ok_if "behind the server's record: it is reset" served server 25
	smtp_server_stop server 25
	starttls_server "> 220 go" rst
	is "$(starttls_talk $SERVER4 "> STARTTLS" "< 220" \
		"raw ${record}RSET\\r\\n" rst | tail -n 1)" rst \
		"behind the client's record stands a command: it is reset"
	ok_if "behind the client's record: so is the server" served server 25
	is "$(received_lines server 25 | tail -n +3)" "$record" \
		"behind the client's record nothing reaches the server"
	smtp_server_stop server 25
}

# A ServerHello of TLS 1.1 in five records, of which the last byte is missing to
# the client.
test_hello_in_pieces() {
	local record='\x16\x03\x01\x00\x04abcd' sent
	sent='\x16\x03\x01\x00\x01\x02\x16\x03\x01\x00\x03\x00\x00\x26'
	sent+='\x16\x03\x01\x00\x02\x03\x02\x16\x03\x01\x00\x23'
	sent+='12345678901234567890123456789012\x00\x00/\x16\x03\x01\x00\x01'
	policy "tls-minimum 1.2"
	starttls_server "> 220 go" "bytes 9" "raw $sent\\x00" rst
	is "$(starttls_talk $SERVER4 "> STARTTLS" "< 220" "raw $record" \
		"bytes 65" rst | tail -n 1)" rst \
		"a ServerHello in five records: the client is reset"
	ok_if "a ServerHello in five records: so is the server" served server 25
	smtp_server_stop server 25
	policy
}

# early STATEMENT...: a client that does this before the greeting.
early() {
	printf '%s\n' "$@" | smtp_talk client $SERVER4 25
}

test_early_talk() {
	smtp_server server 25 <<-'END'
		await talked
		> 220 mx
		line QUIT
		> 221 bye
	END
	is "$(early "> QUIT" "touch talked" "< 220" "< 221" eof)" \
		'220 mx\r\n
221 bye\r\n
eof' "an early talker is held back until the greeting"
	smtp_server_stop server 25
	policy "early-talk reset"
	smtp_server server 25 <<<rst
	is "$(early "> QUIT" rst)" rst "early-talk reset: the client is reset"
	ok_if "early-talk reset: so is the server" served server 25
	is "$(counter tls reset-early-talk)" 1 "it is counted"
	smtp_server_stop server 25
	policy
}

# No browser gets a command to the server, nor does a client that begins with TLS.
test_foreign() {
	local line
	smtp_server server 25 <<<"auto"
	for line in 'GET / HTTP/1.1\r\n\r\nRSET\r\n' '\x16\x03\x01\x00\x04abcd'; do
		is "$(early "< 220" "raw $line" rst | tail -n 1)" rst \
			"another protocol, $line: the client is reset"
	done
	unlike "$(received_lines server 25 1)" 'GET|RSET' \
		"the server reads neither a request nor what follows"
	is "$(counter tls reset-foreign)" 2 "each is counted"
	smtp_server_stop server 25
}

policy
certify
test_real
test_client_injects
injected '250 injected\r\n'
injected '\x16\x03\x01\x00\x04\x0e\x00\x00\x00'
test_between_records
test_behind_record
test_hello_in_pieces
test_early_talk
test_foreign

finish
