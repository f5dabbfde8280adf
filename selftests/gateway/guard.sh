#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "fixup protocol smtp 25" on the gateway: the greeting is masked, seven
# commands pass and no other does, and mail flows.
#
# Runs on: every kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nc swaks nft mailguard ethtool nstat
setup_topology

# unrecognized LENGTH: a denied command's reply of so many bytes.
unrecognized() {
	local line
	printf -v line '%-*s' "$1" "500 Command unrecognized"
	printf '%s\\r\\n' "${line:0:$1}"
}

# The seven commands, in any case, by every path.
verbs_server() {
	smtp_server server 25 <<-'END'
		raw 220-mx2.example.org ESMTP Sendmail 8.12.10/2002\r\n
		raw 220 ready: 20 of 100\r\n
		line helo
		> 250 mx2.example.org Hello 2002
		line mail
		raw 250 2.1.0 Ok\r\n
		line rcpt
		raw 250-two\r\n250 lines\r\n
		line data
		> 354 go on
		content
		> 250 2.0.0 queued
		line rset
		> 250 2.0.0 reset
		line noop
		> 250 2.0.0 nothing
		line quit
		> 221 2.0.0 bye
		close
	END
}

verbs_talk() {
	smtp_talk client "$1" 25 <<-'END'
		< 220
		> HELO client.example.net
		< 250
		> MAIL FROM:<a@example.net>
		< 250
		> rcpt TO:<b@example.org>
		< 250
		> Data
		< 354
		raw Subject: VRFY\r\n\r\nVRFY root\r\n..\r\n.\r\n
		< 250
		> RSET
		< 250
		> NOOP
		< 250
		> QUIT
		< 221
		eof
	END
}

verbs_pass() {
	is "$(verbs_talk "$1")" '220-**2*******************************2**0*2002\r\n
220 *******20*****00\r\n
250 mx2.example.org Hello 2002\r\n
250 2.1.0 Ok\r\n
250-two\r\n
250 lines\r\n
354 go on\r\n
250 2.0.0 queued\r\n
250 2.0.0 reset\r\n
250 2.0.0 nothing\r\n
221 2.0.0 bye\r\n
eof' "$1: the greeting is masked, and no other reply"
	ok_if "$1: the server's script ends well" served server 25 "$2"
	is "$(received_lines server 25 "$2")" 'HELO client.example.net\r\n
MAIL FROM:<a@example.net>\r\n
rcpt TO:<b@example.org>\r\n
Data\r\n
Subject: VRFY\r\n
\r\n
VRFY root\r\n
..\r\n
.\r\n
RSET\r\n
NOOP\r\n
QUIT\r\n' "$1: seven commands and a message pass as they are"
}

test_verbs() {
	verbs_server
	verbs_pass $SERVER4 1
	verbs_pass $SERVER6 2
	smtp_server_stop server 25
}

# What else a client says.
denied_server() {
	smtp_server server 25 <<-'END'
		> 220 mx
		line
		> 502 5.5.2 Error: command not recognized
		line
		raw 500-5.5.1 Command "EHLO" is not known here\r\n500 sorry\r\n
		line
		> 214 2.0.0 see the manual, it has 24 chapters
		line
		> 252 2.0.0 <root@mx.example.org>
		line
		> 500 no
		line
		> 250 Ok
		line
		> 421 4.3.2 mx.example.org closes
		close
	END
}

denied_talk() {
	smtp_talk client "$1" 25 <<-END
		< 220
		$2 goodmorning
		< 500
		$2 EHLO client.example.net
		< 500
		$2 HELP
		< 500
		$2 VRFY root
		< 500
		$2 MAILFROM:<a@example.net>
		< 500
		$2 noop
		< 250
		$2 STARTTLS
		< 421
		eof
	END
}

# commands_denied HOST STATEMENT N: by lines (>), or by single bytes (char).
commands_denied() {
	local text="500-Command unrecognized"
	is "$(denied_talk "$1" "$2")" "220 **\r\n
$(unrecognized 39)
$text$(printf '%18s' '')\r\n
500 Comma\r\n
$(unrecognized 44)
$(unrecognized 31)
500 Co\r\n
250 Ok\r\n
421 4.3.2 mx.example.org closes\r\n
eof" "$1 $2: no denied command is answered, the server's farewell is"
	ok_if "$1 $2: the server's script ends well" served server 25 "$3"
	is "$(received_lines server 25 "$3")" 'XXXXXXXXXXX\r\n
XXXXXXXXXXXXXXXXXXXXXXX\r\n
HELX\r\n
XXXXXXXXX\r\n
MAILXXXXXXXXXXXXXXXXXXXX\r\n
noop\r\n
XXXXXXXX\r\n' "$1 $2: the server sees no denied command"
}

test_denied() {
	denied_server
	commands_denied $SERVER4 ">" 1
	commands_denied $SERVER6 ">" 2
	commands_denied $SERVER4 char 3
	commands_denied $SERVER6 char 4
	smtp_server_stop server 25
}

# A server that refuses DATA, and one that closes in the middle.
test_refused() {
	local heard
	smtp_server server 25 <<-'END'
		> 220 mx
		line DATA
		> 554 5.5.1 Error: no valid recipients
		line
		> 500 what is Subject?
		line QUIT
		raw 221 bye
		close
	END
	heard=$(smtp_talk client $SERVER4 25 <<-'END'
		< 220
		> DATA
		< 554
		> Subject: no message
		< 500
		> QUIT
		eof
	END
	)
	is "$heard" '220 **\r\n
554 5.5.1 Error: no valid recipients\r\n
500 Command unrecogn\r\n
221 bye
eof' "after a refused DATA the client speaks commands; the server closes"
	ok_if "the refusing server's script ends well" served server 25
	is "$(received_lines server 25)" 'DATA\r\n
XXXXXXXXXXXXXXXXXXX\r\n
QUIT\r\n' "after a refused DATA nothing is taken for content"
	smtp_server_stop server 25
}

#
# Real mail
#

send_by_swaks() {
	in_client swaks "$@" --silent 2 --helo client.example.net \
		--from a@example.net --to b@example.org
}

# body_is N BODY DESCRIPTION: of the N-th mail delivered.
body_is() {
	ok_if "$3: it arrives" wait_for 60 has_mails server "$1"
	is "$(mail_body "$(postfix_mails server | sed -n "$1p")")" "$2" "$3"
}

# Two messages in one pipelined connection, with a denied command between.
test_pipelining() {
	local heard
	heard=$(smtp_talk client $SERVER4 25 <<-'END'
		< 220
		raw HELO c.example.net\r\nMAIL FROM:<a@example.net>\r\nVRFY root\r\nRCPT TO:<b@example.org>\r\nDATA\r\n
		< 250
		< 250
		< 500
		< 250
		< 354
		raw Subject: one\r\n\r\n..one\r\n.\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n
		< 250
		< 250
		< 250
		< 354
		charraw Subject: two\r\n\r\ntwo\r\n..\r\n.\r\n
		< 250
		> QUIT
		< 221
		eof
	END
	)
	like "$heard" '^221 2.0.0 Bye' "pipelined commands and two messages pass"
	unlike "$heard" '^#' "each gets its reply"
	# Postfix delivers them in any order.
	ok_if "both messages arrive" wait_for 60 has_mails server 2
	is "$(postfix_mails server | while read -r mail; do
			mail_body "$mail" | tr '\n' '|'
			echo
		done | sort)" $'.one|\ntwo|.|' \
		"the two messages of a connection"
}

test_swaks() {
	ok_if "swaks sends a mail over IPv4" \
		send_by_swaks --server $SERVER4 --body "over IPv4"
	body_is 3 "over IPv4" "swaks' mail over IPv4"
	# The swaks of Debian has no IPv6 of its own.
	ok_if "swaks sends a mail over IPv6" \
		send_by_swaks --pipe "nc $SERVER6 25" --body "over IPv6"
	body_is 4 "over IPv6" "swaks' mail over IPv6"
}

# Lines of dots, and megabytes.
big_message() {
	python3 -c '
for i in range(60000):
    print("." * (i % 4) + "%060d" % i)
print(".")'
}

test_postfix() {
	local n
	n=$(postfix_mails server | wc -l)
	in_gw nft -f - <<-'END'
		table inet seen {
			counter big { }
			chain forward {
				type filter hook forward priority 0;
				tcp dport 25 meta length > 1500 counter name big
			}
		}
	END
	postfix_client client $SERVER6 25
	{ printf 'Subject: big\n\n'; big_message; } |
		postfix_send client a@example.net b@example.org
	ok_if "Postfix sends a big message" \
		wait_for 120 has_mails server $((n + 1))
	is "$(mail_body "$(postfix_mails server | tail -n 1)" | sha256sum)" \
		"$(big_message | sha256sum)" "the big message is as it was sent"
	like "$(in_gw nft list counter inet seen big)" 'packets [1-9]' \
		"packets larger than the MTU went through"
	logged client relay 'enabling PIX workarounds' \
		"Postfix takes the guard for a PIX"
	in_gw nft delete table inet seen
}

test_mail() {
	postfix_start server
	test_pipelining
	test_swaks
	test_postfix
	postfix_stop client relay
	postfix_stop server
}

#
# Ways through the gateway, and to it
#

# guarded ROLE HOST PATH: an "auto" server there is guarded.
guarded() {
	local heard
	heard=$(smtp_talk "$1" "$2" 25 <<-'END'
		< 220
		> VRFY root
		< 500
		> NOOP
		< 250
		> QUIT
		< 221
		eof
	END
	)
	is "$heard" "220 ************************\\r\\n
$(unrecognized 39)
250 2.0.0 Ok\\r\\n
221 2.0.0 Bye\\r\\n
eof" "$3 is guarded"
}

test_nat() {
	local heard
	smtp_server server 2525 <<<"auto"
	in_gw nft -f - <<-END
		table inet nat {
			chain prerouting {
				type nat hook prerouting priority dstnat;
				ip daddr $GW4 tcp dport 25 dnat ip to $SERVER4:2525
				ip6 daddr $GW6 tcp dport 25 dnat ip6 to [$SERVER6]:2525
			}
			chain postrouting {
				type nat hook postrouting priority srcnat;
				oifname inside masquerade
			}
		}
	END
	guarded client $GW4 "a server behind NAT, IPv4,"
	guarded client $GW6 "a server behind NAT, IPv6,"
	smtp_talk client $GW4 25 >"$TMP/nat" <<-'END' &
		< 220
		touch greeted
		await listed
		> QUIT
		< 221
		eof
	END
	wait_for 30 test -e "$TMP/events/greeted"
	heard=$(in_gw mailguard list connections)
	happen listed
	wait $!
	like "$heard" "^client $CLIENT4:[0-9]+ address $GW4:25 server $SERVER4:2525 policy default state command passed 0 denied 0$" \
		"a connection behind NAT is listed with all its addresses"
	in_gw nft delete table inet nat
	smtp_server_stop server 2525
}

test_gateway() {
	smtp_server server 25 <<<"auto"
	smtp_server gw 25 <<<"auto"
	guarded gw $SERVER4 "the gateway's own connection, IPv4,"
	guarded gw $SERVER6 "the gateway's own connection, IPv6,"
	guarded client $GW4 "a server on the gateway, IPv4,"
	guarded client $GW6 "a server on the gateway, IPv6,"
	guarded gw 127.0.0.1 "the gateway's loopback, IPv4,"
	guarded gw ::1 "the gateway's loopback, IPv6,"
	guarded gw $GW4 "the gateway by its own address"
}

#
# Over veth nobody computes a checksum, unless told to. Then it is in the packet
# when we edit it, and the receiver verifies it.
#

# Cut twice, before the greeting and behind DATA, where the number of bytes is
# odd; so it is where the denied command behind the content is overwritten.
cut_server() {
	smtp_server server 25 <<-'END'
		await spoken
		> 220 mx
		line NOOP
		> 250 ok
		line DATA
		> 354 go
		content
		> 250 taken
		line XXXX
		> 502 no
		eof
	END
}

cut_talk() {
	rm -f "$TMP/events/spoken"
	smtp_talk client "$1" 25 <<-'END'
		raw NOOP xy\r\nDATA\r\nodds\r\n.\r\nVRFY\r\n
		touch spoken
		< 220
		< 250
		< 354
		< 250
		< 500
		close
	END
}

# The packet that goes on as a RST has a checksum, too.
reset_talk() {
	smtp_server server 25 <<-'END'
		> 220 mx
		gone
	END
	smtp_talk client "$1" 25 <<-'END' | tail -n 1
		< 220
		repeat 200 NOOP
		gone
	END
	served server 25
	smtp_server_stop server 25
}

test_checksums() {
	local role host
	for role in client server; do
		ok_if "$role computes its checksums" \
			in_ns $role ethtool -K eth0 tx off
	done
	test_denied
	cut_server
	for host in $SERVER4 $SERVER6; do
		is "$(cut_talk "$host" | tail -n 1)" '500 Co\r\n' \
			"$host: segments that were cut have the right one"
	done
	smtp_server_stop server 25
	for host in $SERVER4 $SERVER6; do
		is "$(reset_talk "$host")" "rst" "$host: and so has a reset"
	done
	smtp_server gw 25 <<<"auto"
	guarded client $GW4 "with checksums, a server on the gateway, IPv4,"
	guarded client $GW6 "with checksums, a server on the gateway, IPv6,"
	smtp_server_stop gw 25
	is "$(bad_checksums)" 0 "nobody saw a wrong checksum"
}

ok_if "mailguard fixup protocol smtp 25" in_gw mailguard fixup protocol smtp 25
test_verbs
test_denied
test_refused
test_mail
test_nat
test_gateway
smtp_server_stop server 25
smtp_server_stop gw 25
test_checksums

finish
