#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# BDAT through the guard, to Postfix and to Exim: bytes that are counted are
# content, whatever they look like, and a BDAT that does not count plainly goes
# nowhere.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard
setup_topology

load "a policy that permits BDAT" <<-'END'
	policy bdat {
		commands { helo, ehlo, mail, rcpt, data, rset, noop, quit, bdat }
		denied reply 500 "Command unrecognized"
	}
	fixup protocol smtp 25 policy bdat
END

ENVELOPE='MAIL FROM:<a@example.net>\r\nRCPT TO:<b@example.org>\r\n'

# chunk OCTETS [LAST]: a BDAT and they, as "raw" takes them.
chunk() {
	printf 'BDAT %d%s\\r\\n%s' "$(printf %b "$1" | wc -c)" "${2:+ $2}" "$1"
}

# to_server HOST [STATEMENT...]: behind EHLO.
to_server() {
	smtp_talk client "$1" 25 <<-END
		< 220
		> EHLO client.example.net
		< 250
		$(printf '%s\n' "${@:2}")
		> QUIT
		< 221
		eof
	END
}

# talks DESCRIPTION HOST [STATEMENT...]: all must happen as it says.
talks() {
	local heard
	heard=$(to_server "${@:2}")
	unlike "$heard" '^#' "$1"
}

# body_is KIND N DESCRIPTION <BODY: of the N-th mail, byte by byte.
body_is() {
	ok_if "$3: it arrives" wait_for 60 has_mails server "$2" "$1"
	is "$(mail_body "$(postfix_mails server "$1" | sed -n "$2p")" |
		sha256sum)" "$(sha256sum)" "$3: byte by byte"
}

# Chunks that end in the middle of a line, and look like what they are not.
HEAD='Subject: chunks\r\n\r\n'
ONE='VRFY root\r\n.\r\nQUI'
TWO='T\r\n.\r\n\r\n\xe4\xf6\r\nBDAT 3'
THREE='\r\nDATA\r\n..\r\nRSET\r\nlast\r\n'

body() {
	printf %b "$ONE$TWO$THREE" | tr -d '\r'
}

# Ends of lines and of data, more than fits a segment.
LINES='RSET\r\n.\r\nVRFY root\r\n'
MANY=5000

test_content() {
	local chunks
	chunks=$(chunk "$HEAD$ONE")$(chunk "$TWO")$(chunk "$THREE" LAST)
	talks "$1: chunks in one segment" $SERVER4 \
		"raw $ENVELOPE${chunks}NOOP\\r\\nVRFY root\\r\\n" \
		"< 250" "< 250" "< 250" "< 250" "< 250" "< 250" \
		"< 500 Command unrecognized"
	body_is "$1" 1 "$1: chunks in one segment" < <(body)
	talks "$1: chunks, byte by byte" $SERVER6 \
		"raw $ENVELOPE" "< 250" "< 250" \
		"charraw $(chunk "$HEAD$ONE")" "< 250" \
		"charraw $(chunk "$TWO")" "< 250" \
		"raw $(chunk "$THREE")" "< 250" \
		"> bdat 0 last" "< 250"
	body_is "$1" 2 "$1: chunks, byte by byte" < <(body)
	talks "$1: a chunk of many segments" $SERVER4 \
		"raw $ENVELOPE$(chunk "$HEAD")" "< 250" "< 250" "< 250" \
		"> BDAT $(($(printf %b "$LINES" | wc -c) * MANY)) LAST" \
		"repeat $MANY $LINES" "< 250" \
		"> VRFY root" "< 500 Command unrecognized"
	body_is "$1" 3 "$1: a chunk of many segments" < <(
		yes "$(printf %b "$LINES" | tr -d '\r')" | head -n $((MANY * 3)))
}

# What the server refuses comes all the same; RSET forgets what came.
test_refused() {
	talks "$1: the bytes of a refused BDAT are no commands" $SERVER4 \
		"raw $(chunk 'NOOP\r\nQUIT\r\n')" "< 503" \
		"raw $(chunk 'QUIT\r\n' LAST)NOOP\\r\\nVRFY root\\r\\n" "< 5" \
		"< 250" "< 500 Command unrecognized"
	talks "$1: RSET between chunks" $SERVER4 \
		"raw $ENVELOPE$(chunk 'Subject: forgotten\r\n\r\nforgotten\r\n')" \
		"< 250" "< 250" "< 250" \
		"raw RSET\\r\\n$ENVELOPE$(chunk "$HEAD$ONE")$(chunk "$TWO$THREE" LAST)" \
		"< 250" "< 250" "< 250" "< 250" "< 250" \
		"> VRFY root" "< 500 Command unrecognized"
	body_is "$1" 4 "$1: RSET between chunks" < <(body)
}

# odd_form HOST FORM: the bytes behind it must do nothing.
odd_form() {
	smtp_talk client "$1" 25 <<-END
		< 220
		> EHLO c
		< 250
		raw $ENVELOPE
		< 250
		< 250
		raw BDAT $2\\r\\n12345RSET\\r\\n$ENVELOPE$(chunk "${HEAD}odd\\r\\n" LAST)
		rst
	END
}

# To real servers, which take some of these forms for what they are not.
test_odd_real() {
	local form
	for form in "+5 LAST" "0x5 LAST" "4294967301 LAST"; do
		is "$(odd_form $SERVER4 "$form" | tail -n 1)" rst \
			"$1: BDAT $form ends the connection"
	done
	# They came before it, so nothing more is to come.
	talks "$1: and another mail" $SERVER4 \
		"raw $ENVELOPE$(chunk "${HEAD}even\\r\\n" LAST)" \
		"< 250" "< 250" "< 250"
	body_is "$1" 5 "$1: the next mail" <<<even
	is "$(postfix_mails server "$1" | wc -l)" 5 \
		"$1: nothing behind such a BDAT is a mail"
}

test_server() {
	test_content "$1"
	test_refused "$1"
	test_odd_real "$1"
}

# Whether BDAT is offered is not known before the reply to EHLO.
test_offer() {
	local heard
	heard=$(smtp_talk client $SERVER4 25 <<-END
		< 220
		raw EHLO c\\r\\n$ENVELOPE$(chunk "${HEAD}early\\r\\n" LAST)QUIT\\r\\n
		< 250
		< 250
		< 250
		< 250
		< 221
		eof
	END
	)
	unlike "$heard" '^#' "EHLO and BDAT in one segment"
	like "$(counter bdat held-ehlo)" '[1-9]' \
		"BDAT is held back until the reply to EHLO is there"
	body_is postfix 6 "EHLO and BDAT in one segment" <<<early
}

# Postfix does not offer it to this address.
UNLIKED=10.0.1.3

test_not_offered() {
	local heard
	in_client ip addr add $UNLIKED/24 dev eth0
	heard=$(smtp_talk client $SERVER4 25 --source $UNLIKED <<-END
		< 220
		> EHLO c
		< 250
		raw $ENVELOPE
		< 250
		< 250
		> BDAT 4 LAST
		< 500 Command unrecognized
		> QUIT
		< 221
		eof
	END
	)
	unlike "$heard" '^#' \
		"where the server does not offer CHUNKING, BDAT is denied"
	unlike "$heard" CHUNKING "which it did not"
	is "$(counter bdat denied-chunking)" 1 "it is counted"
}

# Exim uses BDAT where it is offered.
test_exim_client() {
	has_exim || {
		pass "Exim sends # SKIP run: make deps"
		return
	}
	{ printf 'Subject: x\n\n'; body; } |
		exim_send client a@example.net b@example.org $SERVER4
	body_is postfix 7 "Exim's mail" < <(body)
	logged server postfix ' mail=1 rcpt=1 bdat=1 quit=1 ' \
		"Exim's mail: it came by BDAT"
}

#
# Forms that servers take for different numbers
#

# odd N FORM REST: what of the form reaches the server.
odd() {
	is "$(odd_form $SERVER4 "$2" | tail -n 1)" rst \
		"BDAT $2 ends the connection"
	ok_if "BDAT $2: the server's, too" served server 25 "$1"
	is "$(received_lines server 25 "$1" | tail -n +4)" "$3" \
		"BDAT $2: the server sees no end of it"
}

test_odd() {
	local before
	before=$(counter bdat reset-chunk-size)
	smtp_server server 25 <<-'END'
		> 220 mx
		line EHLO
		raw 250-mx\r\n250 CHUNKING\r\n
		line MAIL
		> 250 ok
		line RCPT
		> 250 ok
		rst
	END
	odd 1 "+5 LAST" "BDAT "
	odd 2 "5LAST" "BDAT 5"
	odd 3 "0x5 LAST" "BDAT 0"
	odd 4 "4294967301 LAST" "BDAT 429496730"
	odd 5 "2147483648" "BDAT 214748364"
	odd 6 "5 LASTS" "BDAT 5 LAST"
	odd 7 "5 " "BDAT 5 "
	odd 8 "" "BDAT "
	is "$(counter bdat reset-chunk-size)" $((before + 8)) "each is counted"
	smtp_server_stop server 25
}

test_postfix() {
	local map="inline:{{$UNLIKED = chunking}}"
	postfix_start server "smtpd_discard_ehlo_keyword_address_maps = $map"
	test_server postfix
	test_offer
	test_exim_client
	test_not_offered
	postfix_stop server
}

test_exim() {
	has_exim || {
		pass "Exim # SKIP run: make deps"
		return
	}
	exim_start server "smtp_enforce_sync = false"
	test_server exim
	exim_stop server
}

test_postfix
test_exim
test_odd

finish
