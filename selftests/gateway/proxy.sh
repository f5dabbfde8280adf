#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The PROXY protocol through the guard: a Postfix that waits for a preamble, and
# HAProxy, which says one.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need haproxy nft mailguard
setup_topology

# proxy_protocol ACTION: from the next connection on.
proxy_protocol() {
	load "proxy-protocol $1" <<-END
		policy proxy {
			commands { helo, mail, rcpt, data, rset, noop, quit }
			proxy-protocol $1
			denied reply 500 "Command unrecognized"
		}
		fixup protocol smtp 25 policy proxy
	END
}

SIGNATURE='\r\n\r\n\x00\r\nQUIT\n'

# What a client says when the server has greeted: a mail, and a denied command.
MAIL='< 220
> HELO client.example.net
< 250
> MAIL FROM:<a@example.net>
< 250
> RCPT TO:<b@example.org>
< 250
> DATA
< 354
raw Subject: x\r\n\r\nx\r\n.\r\n
< 250
> VRFY root
< 500 Command unr
> QUIT
< 221
eof'

# talk STATEMENT...
talk() {
	printf '%s\n' "$@" | smtp_talk client $SERVER4 25
}

# greets DESCRIPTION ADDRESS STATEMENT...: the preamble is taken, and a mail comes
# from ADDRESS, as Postfix sees it.
greets() {
	local what=$1 address=$2
	shift 2
	unlike "$(talk "$@" "$MAIL")" '^#' "$what: the server greets"
	from "$what" "$address"
}

# from DESCRIPTION ADDRESS
from() {
	logged server postfix "connect from .*\[$2\]" \
		"$1: the server knows the client"
	mails=$((mails + 1))
	ok_if "$1: the mail arrives" wait_for 60 has_mails server $mails
}

# What is held back is not there for the server, which does not greet then.
test_hold() {
	proxy_protocol hold
	like "$(talk "> PROXY TCP4 192.0.2.1 10.0.2.2 50000 25" "quiet 1" reset)" \
		'^# .*quiet|^$' "hold: the server does not greet"
	like "$(counter proxy held-greeting)" '[1-9]' \
		"hold: the preamble is held back"
}

test_postfix() {
	greets "version 1" 192.0.2.1 \
		"> PROXY TCP4 192.0.2.1 10.0.2.2 50000 25"
	greets "version 1, IPv6" 2001:db8::2 \
		"> PROXY TCP6 2001:db8::2 2001:db8::25 50000 25"
	# 192.0.2.4 and 10.0.2.2
	greets "version 2" 192.0.2.4 \
		"raw $SIGNATURE\\x21\\x11\\x00\\x0c\\xc0\\x00\\x02\\x04\\x0a\\x00\\x02\\x02\\xc3\\x50\\x00\\x19"
	is "$(counter proxy preambles)" $mails "each preamble is counted"
}

test_early_talk() {
	like "$(talk "raw PROXY TCP4 192.0.2.9 10.0.2.2 50000 25\\r\\nVRFY root\\r\\n" \
		"< 220" "< 500 Command unr" "> QUIT" "< 221" eof)" '^eof$' \
		"what follows the preamble is judged behind the greeting"
}

# The client's address that HAProxy tells is that of its own client.
CLIENT=10.0.1.3

test_haproxy() {
	local port=2500 version
	in_client ip addr add $CLIENT/24 dev eth0
	for version in "" -v2; do
		port=$((port + 1))
		cat >"$TMP/haproxy$version" <<-END
			defaults
				mode tcp
				timeout connect 60s
				timeout client 60s
				timeout server 60s
			listen smtp
				bind $CLIENT4:$port
				server mx $SERVER4:25 send-proxy$version
		END
		in_client haproxy -db -f "$TMP/haproxy$version" \
			>"$TMP/haproxy$version.log" 2>&1 &
		wait_listen client $port
		unlike "$(smtp_talk client $CLIENT4 $port --source $CLIENT \
			<<<"$MAIL")" '^#' \
			"HAProxy, send-proxy$version: the server greets"
		from "HAProxy, send-proxy$version" $CLIENT
	done
}

# Nothing of these is for a server that waits for a preamble.
test_foreign() {
	local before said
	before=$(counter proxy reset-foreign)
	for said in 'EHLO c\r\n' 'PROXY TCP4 192.0.2.1 10.0.2.2 50000 25\nEHLO c\r\n' \
		'PROXY TCP4 192.0.2.1 10.0.2.256 50000 25\r\n' \
		'PROXY  UNKNOWN\r\n' '\r\nVRFY root\r\n' \
		"$SIGNATURE\\x21\\x11\\x00\\x40\\r\\nVRFY root\\r\\n"; do
		like "$(talk "raw $said" gone)" '^rst$' "$said is reset"
	done
	is $(($(counter proxy reset-foreign) - before)) 6 "each is counted"
	# To a server that has greeted, it is a command.
	unlike "$(cat "$(postfix_log server)")" "192.0.2.1\]:50001" \
		"no server heard of it"
}

test_waits() {
	printf '%s\n' "touch connected" "await seen" reset |
		smtp_talk client $SERVER4 25 >/dev/null &
	like "$(list_at connected)" ' greeting' \
		"a client that says nothing waits, and is shown"
	happen seen
	wait $!
}

# Postfix wants all of it in one segment; others do not.
test_bytes() {
	local v2=$SIGNATURE'\x21\x11\x00\x0c\r\n\x02\x05\r\n\r\n\xc3\x50\x00\x19'
	smtp_server server 25 <<-'END'
		line PROXY TCP4 192.0.2.3 10.0.2.2 50000 25
		> 220 mx
		close
	END
	talk "char PROXY TCP4 192.0.2.3 10.0.2.2 50000 25" "< 220" eof >/dev/null
	ok_if "version 1, byte by byte, reaches a server" served server 25
	smtp_server_stop server 25
	smtp_server server 25 <<-'END'
		bytes 28
		> 220 mx
		close
	END
	talk "charraw $v2" "< 220" eof >/dev/null
	ok_if "version 2, byte by byte, reaches a server" served server 25
	is "$(received server 25 | sha256sum)" "$(printf %b "$v2" | sha256sum)" \
		"it is as it was sent"
	smtp_server_stop server 25
}

# One that does not wait for it greets, and then answers the preamble.
test_unaware() {
	smtp_server server 25 <<-'END'
		line PROXY
		> 220 mx
		> 500 what is a proxy
		rst
	END
	like "$(talk "> PROXY UNKNOWN" "< 220" gone)" '^rst$' \
		"a server that does not know the protocol is found out"
	ok_if "the server's script ends well" served server 25
	is "$(counter proxy reset-reply)" 1 "its second reply is counted"
	smtp_server_stop server 25
}

mails=0
postfix_start server "smtpd_upstream_proxy_protocol = haproxy" \
	"smtpd_upstream_proxy_timeout = 60s"
test_hold
proxy_protocol accept
test_postfix
test_early_talk
test_haproxy
test_foreign
test_waits
postfix_stop server
test_bytes
test_unaware

finish
