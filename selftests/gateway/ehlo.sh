#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a policy denies the server does not offer: keywords of real servers and of
# one that writes byte by byte, and clients that would use them.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard swaks openssl
setup_topology
certify

plain=$(cat <<-'END'
	policy plain {
		commands { helo, ehlo, mail, rcpt, data, rset, noop, quit }
		denied reply 500 "Command unrecognized"
	}
END
)
load "a policy that permits EHLO, and nothing of what it brings" <<-END
	$plain
	fixup protocol smtp 25 policy plain
END

# offer ROLE HOST [NAME]: the keywords of the server's offer there, without parameters.
offer() {
	smtp_talk "$1" "$2" 25 <<-END | sed -n 's/\\r\\n$//; s/^250[ -]//p' |
		< 220
		raw EHLO ${3-client.example.net}\r\n
		< 250
		> QUIT
		< 221
		eof
	END
		tail -n +2 | sed '/^2\.0\.0/d; s/[ =].*//'
}

# Commands that a policy does not permit, and extensions that are not followed.
DENIED='STARTTLS|AUTH|VRFY|ETRN|EXPN|HELP|VERB|CHUNKING|PRDR|PIPECONNECT'

# offers SERVER: what it offers itself, and what the guard makes of that.
offers() {
	local open guarded
	open=$(offer server 127.0.0.1)
	guarded=$(offer client $SERVER4)
	like "$open" "^($DENIED)$" "$1 offers what the policy denies"
	unlike "$guarded" "^($DENIED)$" "$1: the guard shows none of it"
	is "$(awk '{ print length }' <<<"$guarded")" \
		"$(awk '{ print length }' <<<"$open")" \
		"$1: each keyword keeps its length"
	is "$(sort <<<"$guarded" | uniq -d)" "" "$1: no two are equal"
	is "$(grep -v '^X*[A-Z]$' <<<"$guarded"; grep -x SIZE <<<"$guarded")" \
		"$(grep -vE "^($DENIED)$" <<<"$open"; echo SIZE)" \
		"$1: what is not denied is shown"
}

# A mail that does harm when it is read as commands.
evil_mail() {
	cat <<-'END'
		Subject: a mail

		RSET
		MAIL FROM:<ceo@example.org>
		RCPT TO:<victim@example.org>
		DATA
		Subject: another mail

		from somebody else
		VRFY root
	END
}

# arrives KIND N DESCRIPTION: as one mail, and as the N-th.
arrives() {
	ok_if "$3: it arrives" wait_for 60 has_mails server "$2" "$1"
	is "$(mail_body "$(postfix_mails server "$1" | sed -n "$2p")" | tr -d '\r')" \
		"$(evil_mail | mail_body /dev/stdin)" "$3: as it was sent"
}

# offers_to_odd SERVER: a byte of the name is denied, and the server accepts what is
# left. If the policy shows its reply, that is masked; if not, the client gets none.
offers_to_odd() {
	local normal odd='b\xfccher.example.net'
	normal=$(offer client $SERVER4)
	is "$(offer client $SERVER4 "$odd")" "" "$1: a denied EHLO offers nothing"
	guard -f - <<<"${plain/denied*\"/denied x}"
	is "$(offer client $SERVER4 "$odd")" "$normal" \
		"$1: with its own reply to it, it offers what is permitted"
	guard -f - <<<"$plain"
}

# KIND is postfix or exim, for where the mails are.
test_server() {
	local server=$1 kind=$2
	offers "$server"
	offers_to_odd "$server"
	ok_if "$server: swaks, with TLS if it is offered" in_client swaks \
		--server $SERVER4 --from a@example.net --to b@example.org \
		--ehlo client.example.net --tls-optional \
		--data "$(evil_mail)" --timeout 60
	arrives "$kind" 1 "$server: swaks"
	has_exim || {
		pass "Exim as a client of $server # SKIP run: make deps"
		return
	}
	evil_mail | exim_send client a@example.net b@example.org $SERVER4
	arrives "$kind" 2 "$server: Exim"
	is "$(postfix_mails server "$kind" | wc -l)" 2 \
		"$server: no mail is made of another"
}

test_postfix() {
	postfix_start server "smtpd_tls_security_level = may" \
		"smtpd_tls_cert_file = $TMP/cert" "smtpd_tls_key_file = $TMP/key"
	test_server Postfix postfix
	logged server postfix ' ehlo=1 mail=1 rcpt=1 data=1 quit=1 ' \
		"Exim sends it by DATA"
	postfix_stop server
}

test_exim() {
	has_exim || {
		pass "Exim # SKIP run: make deps"
		return
	}
	exim_start server "prdr_enable = true" \
		"pipelining_connect_advertise_hosts = *"
	test_server Exim exim
	exim_stop server
}

# A reply for each recipient: one takes the mail, the other not now.
test_prdr() {
	local log=$TMP/exim-client/spool/mainlog
	has_exim || {
		pass "PRDR between two Exims # SKIP run: make deps"
		return
	}
	load "a policy that permits PRDR" <<-'END'
		policy plain {
			commands { helo, ehlo, mail, rcpt, data, rset, noop, quit }
			prdr pass
		}
		fixup protocol smtp 25 policy plain
	END
	rm -rf "$TMP/exim-server"
	exim_start server "prdr_enable = true" \
		"acl_smtp_data_prdr = accept local_parts = b"
	evil_mail | exim_send client a@example.net b@example.org,c@example.org \
		$SERVER4 "SHARED = yes"
	like "$(cat "$log")" '=> b@example.org .*PRDR' \
		"PRDR: the server takes the mail for one recipient"
	like "$(cat "$log")" '\*\* c@example.org .*PRDR' \
		"PRDR: and refuses it for the other"
	arrives exim 1 PRDR
	is "$(postfix_mails server exim | wc -l)" 1 "PRDR: it arrives once"
	exim_stop server
}

# test_other NAME: a server that lib.sh knows how to start and to stop. What it
# does with a mail is another test's subject.
test_other() {
	if ! declare -F "${1}_start" >/dev/null || ! "has_$1"; then
		pass "$1 # SKIP run: make deps"
		return
	fi
	"${1}_start" server
	offers "$1"
	"${1}_stop" server
}

# The policy lists what is offered; to offer a command is to permit it.
test_listed() {
	local heard
	rm -rf "$TMP/postfix-server"
	load "a policy that lists keywords" <<-'END'
		policy plain {
			commands {
				helo, ehlo, mail, rcpt, data, rset, noop, quit
				starttls, vrfy, bdat
			}
			keywords { size, starttls, 8bitmime, xnosuch }
			denied reply 500 "Command unrecognized"
		}
		fixup protocol smtp 25 policy plain
	END
	like "$(guard list ruleset)" \
		'^	keywords { size, starttls, 8bitmime, xnosuch }$' "it is printed"
	postfix_start server "smtpd_tls_security_level = may" \
		"smtpd_tls_cert_file = $TMP/cert" "smtpd_tls_key_file = $TMP/key"
	is "$(offer client $SERVER4 | grep -v '^X*[A-Z]$' | sort | xargs)" \
		"8BITMIME SIZE STARTTLS" "listed: nothing else is offered"
	heard=$(smtp_talk client $SERVER4 25 <<-'END'
		< 220
		> EHLO client.example.net
		< 250
		> VRFY root
		< 500 Command unrecognized
		> QUIT
		< 221
		eof
	END
	)
	unlike "$heard" '^#' "listed: VRFY, whose keyword is masked, is denied"
	ok_if "listed: swaks sends a mail with TLS" in_client swaks \
		--server $SERVER4 --from a@example.net --to b@example.org \
		--ehlo client.example.net --tls --data "$(evil_mail)" --timeout 60
	arrives postfix 1 "listed"
	load "a policy that lists what is not offered" <<-'END'
		policy plain { preset modern; keywords !{ dsn, chunking } }
	END
	is "$(offer client $SERVER4 | grep -c '^X*[A-Z]$')" 4 \
		"excepted: DSN, CHUNKING, VRFY and ETRN are masked"
	ok_if "excepted: swaks sends a mail" in_client swaks \
		--server $SERVER4 --from a@example.net --to b@example.org \
		--ehlo client.example.net --tls --data "$(evil_mail)" --timeout 60
	arrives postfix 2 "excepted"
	load "a policy that lists no keyword" <<-'END'
		policy plain { preset modern; keywords { } }
	END
	like "$(guard list ruleset)" '^	keywords { }$' "it is printed"
	unlike "$(offer client $SERVER4)" '[^X].$' "then nothing is offered"
	postfix_stop server
}

# masks: both ways to mask a keyword, as one. A server whose retransmission timer runs
# out, as on a busy machine, can send no more than it repeats. Then a keyword goes on in
# parts, and its last letter is changed.
masks() {
	sed -E 's/\\r\\n$//
		s/^(250.)(AUTX|X{3}[A-E])( |$)/\1masked4\3/
		s/^(250.)(STARTTLX|CHUNKINX|X{7}[A-E])$/\1masked8/
		s/^(250.)(X_PIPE_CONNECX|X{13}[A-E])$/\1masked14/
		s/^250-STARTTLXTARTTLS$/250-STARTTLSTARTTLS/'
}

# letters: those that end the keywords that are masked as a whole.
letters() {
	sed -nE 's/^250.X{3,}([A-E])( .*)?\\r\\n$/\1/p' | tr -d '\n'
}

# As fast as it can, and each byte is a segment; what did not go on is repeated.
# The first keyword begins while the window is open: it surely comes in parts.
test_bytes() {
	local heard held
	held=$(counter plain held-keyword)
	smtp_server server 25 <<-'END'
		> 220 mx ESMTP
		line EHLO
		raw 250-mx\r\n250-
		single STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n250-AUTH=LOGIN\r\n
		single 250-SIZE 1000\r\n250-X_PIPE_CONNECT\r\n250-STARTTLSTARTTLS\r\n250 CHUNKING\r\n
		line QUIT
		> 221 bye
	END
	heard=$(smtp_talk client $SERVER4 25 <<-'END'
		< 220
		> EHLO c
		< 250
		> QUIT
		< 221
		eof
	END
	)
	is "$(masks <<<"$heard")" "$(cat <<-'END'
		220 mx ESMTP
		250-mx
		250-masked8
		250-masked4 XXXXXXXXXXX
		250-masked4 XXXXX
		250-SIZE 1000
		250-masked14
		250-STARTTLSTARTTLS
		250 masked8
		221 bye
		eof
	END
	)" "a server that writes byte by byte gets on"
	like ABCDE "^$(letters <<<"$heard")" "no two keywords are equal"
	is "$(($(counter plain held-keyword) > held))" 1 \
		"segments were cut before a keyword"
	smtp_server_stop server 25
}

# A client that uses what it was not offered.
test_denied() {
	local heard before
	before=$(counter plain reset-chunk)
	smtp_server server 25 <<-'END'
		> 220 mx ESMTP
		line EHLO
		raw 250-mx\r\n250 CHUNKING\r\n
		rst
	END
	heard=$(smtp_talk client $SERVER4 25 <<-'END'
		< 220
		raw EHLO c\r\nBDAT 40 LAST\r\nRSET\r\nMAIL FROM:<a@example.net>\r\nDATA\r\n
		< 250
		rst
	END
	)
	unlike "$heard" '^#' "a denied BDAT ends the connection"
	ok_if "the server's, too" served server 25
	is "$(received_lines server 25)" "$(printf '%s\n' 'EHLO c\r\n' XXXX)" \
		"nothing behind it reaches the server"
	is "$(counter plain reset-chunk)" $((before + 1)) "it is counted"
	smtp_server_stop server 25
}

test_bytes
test_denied
test_postfix
test_exim
test_other opensmtpd
test_other sendmail
test_prdr
test_listed
like "$(counter plain masked-keywords)" '^[1-9]' "masked keywords are counted"

finish
