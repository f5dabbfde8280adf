#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Input that is not as it should be: clients and servers that break the
# protocol, by mistake or to get past the guard.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard
setup_topology

# counted NAME BEFORE DESCRIPTION: did the counter rise?
counted() {
	if [ "$(counter "$1")" -gt "$2" ]; then
		pass "$3"
	else
		fail "$3" "$1 is $(counter "$1"), as before"
	fi
}

# bytes N: of the N-th connection, a count of what the server got.
bytes() {
	received server 25 "${1:-1}" | wc -c
}

#
# Lines
#

# long_line COUNT END START: a line START, filled to so many bytes, and a
# statement END. The reset may come while it is still being sent.
long_line() {
	smtp_talk client $SERVER4 25 <<-END | sed 's/^# .*reset by peer$/rst/'
		< 220
		repeat 1 $3
		repeat $(($1 - ${#3})) a
		$2
		gone
	END
}

# Servers cut long lines, and take the rest for another command.
test_length() {
	local before
	before=$(counter reset-length)
	smtp_server server 25 <<-'END'
		> 220 mx
		rst
	END
	is "$(long_line 3000000 "" "HELO ")" '220 **\r\n
rst' "a line without an end is reset"
	ok_if "at the server, too" served server 25 1
	is "$(bytes 1)" 512 "and no byte beyond 512 reaches it"
	is "$(long_line 511 "raw \\r\\n" "HELO ")" '220 **\r\n
rst' "513 bytes are too many"
	ok_if "at the server, too" served server 25 2
	is "$(bytes 2)" 512 "no byte beyond passes"
	is "$(long_line 3000 "" "MAIL FROM:<")" '220 **\r\n
rst' "MAIL: 3000 bytes are too many"
	ok_if "at the server, too" served server 25 3
	is "$(bytes 3)" 2048 "MAIL: 2048 bytes pass"
	is "$(long_line 2047 "raw \\r\\n" "rcpt TO:<")" '220 **\r\n
rst' "RCPT: 2049 bytes are too many"
	is "$(long_line 100000 "" "x")" '220 **\r\n
rst' "a denied line without an end is reset"
	is $(($(counter reset-length) - before)) 5 "each is counted"
	smtp_server_stop server 25
}

test_length_permitted() {
	smtp_server server 25 <<-'END'
		> 220 mx
		line HELO
		> 250 ok
		line MAIL
		> 250 ok
		line XX
		> 500 no
		close
	END
	is "$(smtp_talk client $SERVER4 25 <<-END
		< 220
		raw HELO $(printf '%0505d' 0)\\r\\n
		< 250
		raw MAIL $(printf '%02041d' 0)\\r\\n
		< 250
		raw $(printf '%0510d' 0)\\r\\n
		< 500
		eof
	END
	)" '220 **\r\n
250 ok\r\n
250 ok\r\n
500 Co\r\n
eof' "lines of 512 and 2048 bytes pass"
	is "$(bytes)" $((512 + 2048 + 512)) "they reach the server"
	smtp_server_stop server 25
}

# talks DESCRIPTION <SCRIPT: a client's script must end well.
talks() {
	local heard
	if heard=$(smtp_talk client $SERVER4 25); then
		pass "$1"
	else
		fail "$1" "$heard"
	fi
}

# What servers take for different things: blanks, ends of words and of lines.
test_bytes() {
	smtp_server server 25 <<<"auto"
	talks "lines with such bytes are denied" <<-'END'
		< 220
		raw HELO a\tb\r\n
		< 500
		raw NOOP\t\r\n
		< 500
		raw NOOP\x00\r\n
		< 500
		raw NOOP \x0bEHLO x\r\n
		< 500
		raw NOOP \xc5EHLO x\r\n
		< 500
		raw RSET\x7f\r\n
		< 500
		raw \xd2SET\r\n
		< 500
		raw NOOP a\rVRFY root\r\n
		< 500
		raw \rVRFY root\r\n
		< 500
		raw NOOP\r\r\n
		< 500
		raw \r\n
		< 500
		raw \n
		< 500
		raw \x20NOOP\r\n
		< 500
		raw NOO\r\n
		< 500
		raw NOOP b\nVRFY root\n
		< 250
		< 500
		> QUIT
		< 221
		eof
	END
	ok_if "the server's script ends well" served server 25
	is "$(received_lines server 25)" 'HELO aXX\r\n
NOOPX\r\n
NOOPX\r\n
NOOP XXXXXXX\r\n
NOOP XXXXXXX\r\n
RSETX\r\n
XXXX\r\n
NOOP a\r
XXXXXXXXX\r\n
\r
XXXXXXXXX\r\n
NOOP\r
\r\n
\r\n
\n
XXXXX\r\n
NOO\r\n
NOOP b\n
XXXXXXXXX\n
QUIT\r\n' "what is behind such a byte does not reach the server"
	smtp_server_stop server 25
}

#
# DATA, where the filter of old switched itself off (CVE-2000-1022)
#

test_early_talk() {
	local before
	before=$(counter held-greeting)
	smtp_server server 25 <<-'END'
		await held
		quiet 0.1
		> 220 mx
		line XXXXXXXXX
		> 502 what is a vrfy
		line DATA
		> 503 need RCPT
		line XXXXXXXXX
		> 502 what is an expn
		close
	END
	smtp_talk client $SERVER4 25 >"$TMP/early" <<-'END' &
		raw VRFY root\r\nDATA\r\nEXPN root\r\n
		< 220
		< 500
		< 503
		< 500
		eof
	END
	ok_if "a client that talks before the greeting is held back" \
		wait_for 30 rises held-greeting "$before"
	happen held
	wait $!
	is "$(cat "$TMP/early")" '220 **\r\n
500 Command unreco\r\n
503 need RCPT\r\n
500 Command unrecog\r\n
eof' "after the greeting it gets its replies"
	ok_if "it is judged" served server 25
	is "$(received_lines server 25)" 'XXXXXXXXX\r\n
DATA\r\n
XXXXXXXXX\r\n' "DATA before the greeting opens nothing"
	smtp_server_stop server 25
}

rises() {
	[ "$(counter "$1")" -gt "$2" ]
}

test_data() {
	smtp_server server 25 <<-'END'
		> 220 mx
		line DATA
		> 503 need RCPT
		line
		> 500 what is a vrfy
		line
		> 500 what is a dot
		line DATA
		> 503 need RCPT
		line DATA
		> 354 go on
		content
		> 250 queued
		line
		> 500 what is this
		close
	END
	is "$(smtp_talk client $SERVER4 25 <<-'END'
		< 220
		raw DATA\r\nVRFY root\r\n.\r\n
		< 503
		< 500
		< 500
		raw DATA\r\nDATA\r\nVRFY x\r\nDATA\r\n.\r\nEXPN x\r\n
		< 503
		< 354
		< 250
		< 500
		eof
	END
	)" '220 **\r\n
503 need RCPT\r\n
500 Command unreco\r\n
500 Command unrec\r\n
503 need RCPT\r\n
354 go on\r\n
250 queued\r\n
500 Command unre\r\n
eof' "DATA with more behind it in its segment"
	ok_if "the server's script ends well" served server 25
	is "$(received_lines server 25)" 'DATA\r\n
XXXXXXXXX\r\n
X\r\n
DATA\r\n
DATA\r\n
VRFY x\r\n
DATA\r\n
.\r\n
XXXXXX\r\n' "content begins with the 354, and ends with the dot"
	smtp_server_stop server 25
}

#
# Servers
#

test_long_reply() {
	local before
	before=$(counter long-reply)
	smtp_server server 25 <<-'END'
		raw 220 0
		repeat 10000 a
		raw \r\n
		line XXXX
		raw 500 0
		repeat 10000 b
		raw \r\n
		line NOOP
		raw 250 0
		repeat 10000 c
		raw \r\n
		close
	END
	is "$(smtp_talk client $SERVER4 25 <<-'END'
		< 220
		> VRFY
		< 500
		> NOOP
		< 250
		eof
	END
	)" "220 0$(printf '%010000d' 0 | tr 0 '*')\\r\\n
500 Command unrecognized$(printf '%9981s' '')\\r\\n
250 0$(printf '%010000d' 0 | tr 0 c)\\r\\n
eof" "reply lines of 10 kB are masked as others are"
	is $(($(counter long-reply) - before)) 3 "each is counted"
	smtp_server_stop server 25
}

test_malformed_reply() {
	local before
	before=$(counter malformed-reply)
	smtp_server server 25 <<-'END'
		> Sendmail 8.12 here
		> 22
		> 22x mx
		> 220 mx
		line XXXX
		> what?
		> 500 no
		line NOOP
		> ok
		> 250 ok
		close
	END
	is "$(smtp_talk client $SERVER4 25 <<-'END'
		line
		line
		line
		< 220
		> VRFY
		line
		< 500
		> NOOP
		line
		< 250
		eof
	END
	)" '************2*****\r\n
22\r\n
22****\r\n
220 **\r\n
     \r\n
500 Co\r\n
ok\r\n
250 ok\r\n
eof' "replies without a code"
	is $(($(counter malformed-reply) - before)) 5 "they are counted"
	smtp_server_stop server 25
}

# Replies that are not as the RFC has them, and a client that takes them.
test_odd_reply() {
	smtp_server server 25 <<-'END'
		raw 220\tmx\r\n
		line XXXX
		raw 502!no\r\n
		line HELO
		raw 250-mx\r\n250:ok\r\n
		line MAIL
		raw 250\0ok\r\n
		line RCPT
		raw 250\tok\r\n
		line DATA
		raw 354_go\r\n
		content
		raw 250.taken\r\n
		line QUIT
		raw 221;\r\n
	END
	ok_if "a client to which three digits are a reply goes on" \
		in_client python3 -c "
import smtplib
client = smtplib.SMTP('$SERVER4', 25, 'c', timeout=30)
client.sendmail('a@example.net', 'b@example.org', 'a line')
client.quit()"
	ok_if "and its mail arrives" served server 25
	smtp_server_stop server 25
}

test_unasked_replies() {
	local before
	before=$(counter reset-reply)
	smtp_server server 25 <<-'END'
		> 220 mx
		await greeted
		repeat 100 250 Ok\r\n
		rst
	END
	is "$(smtp_talk client $SERVER4 25 <<-'END'
		< 220
		touch greeted
		rst
	END
	)" '220 **\r\n
rst' "replies that nothing asked for do not pass: a reset"
	ok_if "at the server, too" served server 25
	counted reset-reply "$before" "it is counted"
	smtp_server_stop server 25
}

#
# Segments
#

# big_write COUNT OCTETS: so often, in one write; what came back, in numbers.
big_write() {
	{
		echo "< 220"
		echo "repeat $1 $2"
		echo "> QUIT"
		echo "eof"
	} | smtp_talk client $SERVER4 25 | cut -c 1-3 | sort | uniq -c |
		awk '{ print $2, $1 }'
}

test_pipelines() {
	local long
	printf -v long '%0500d' 0
	smtp_server server 25 <<<"auto"
	is "$(big_write 1000 'RCPT TO:<b@example.org>\r\n')" '220 1
221 1
250 1000
eof 1' "a thousand pipelined RCPT are answered"
	ok_if "the server's script ends well" served server 25 1
	is "$(received_lines server 25 1 | uniq -c | awk '{ print $1, $2 }')" \
		$'1000 RCPT\n1 QUIT\\r\\n' "all of them reach the server"
	is "$(big_write 42 "NOOP $long\\r\\nVRFY $long\\r\\nRSET $long\\r\\n")" \
		'220 1
221 1
250 84
500 42
eof 1' "64 kB of commands in one write are answered"
	ok_if "the server's script ends well" served server 25 2
	is "$(received_lines server 25 2 | cut -c 1-6 | sort | uniq -c |
		awk '{ print $1, $2 }')" '42 NOOP
1 QUIT\r
42 RSET
42 XXXXXX' "no denied one reaches the server"
	is "$(big_write 100 'NOOP\r\nVRFY x\r\n')" '220 1
221 1
250 100
500 100
eof 1' "permitted and denied commands in turn are answered"
	smtp_server_stop server 25
}

# The last byte of urgent data leaves the stream, if the flag passes.
test_urgent() {
	local before
	before=$(counter urgent)
	smtp_server server 25 <<<"auto"
	talks "urgent data" <<-'END'
		< 220
		urgent NOOP xEHL
		raw O y\r\n
		< 250
		urgent XVRFY
		raw  root\r\n
		< 500
		> QUIT
		< 221
		eof
	END
	ok_if "the server's script ends well" served server 25
	is "$(received_lines server 25)" 'NOOP xEHLO y\r\n
XXXXXXXXXX\r\n
QUIT\r\n' "urgent data stays in the stream"
	counted urgent "$before" "it is counted"
	smtp_server_stop server 25
}

# talk_on_syn PORT: the server there greets after 0.3 s.
talk_on_syn() {
	smtp_server server "$1" --fastopen <<-'END'
		quiet 0.3
		> 220 mx
		line
		> 502 no
		close
	END
	smtp_talk client "$SERVER4" "$1" --syn-data 'VRFY root\r\n' <<-'END'
		< 220
		<
		eof
	END
	served server "$1"
}

test_fast_open() {
	local before
	in_client sysctl -qw net.ipv4.tcp_fastopen=5
	in_server sysctl -qw net.ipv4.tcp_fastopen=0x203
	fails_if "data on a SYN is read before the greeting without the guard" \
		talk_on_syn 2599
	smtp_server_stop server 2599
	before=$(counter held-syn)
	ok_if "with the guard it is not" talk_on_syn 25
	is "$(received_lines server 25)" 'XXXXXXXXX\r\n' \
		"data on a SYN is judged after the greeting"
	counted held-syn "$before" "it is counted"
	smtp_server_stop server 25
}

# Honest mail to a server with Multipath TCP, by a client that has it, too.
multipath_mail() {
	smtp_server server "$1" --multipath <<<auto
	smtp_talk client "$2" "$1" --multipath <<-'END'
		< 220
		> HELO client.example.net
		< 250
		> MAIL FROM:<a@example.net>
		< 250
		> RCPT TO:<b@example.org>
		< 250
		> DATA
		< 354
		> a line
		> .
		< 250
		> QUIT
		< 221
		eof
	END
	served server "$1"
}

# How many SYNs with Multipath TCP the server has seen.
multipath_syns() {
	in_server nstat -asz MPTcpExtMPCapableSYNRX |
		awk '/MPCapable/ { print $2 }'
}

test_multipath() {
	local before
	if ! has_multipath; then
		note "this kernel has no Multipath TCP"
		return
	fi
	ok_if "Multipath TCP: mail arrives without the guard" \
		multipath_mail 2599 $SERVER4
	is "$(multipath_syns)" 1 "by Multipath TCP"
	before=$(counter tcp-options)
	ok_if "mail arrives with the guard" multipath_mail 25 $SERVER4
	smtp_server_stop server 25
	ok_if "by IPv6, too" multipath_mail 25 $SERVER6
	smtp_server_stop server 25
	in_gw mailguard fixup protocol smtp 2598 iifname outside
	ok_if "and by a narrowed fixup" multipath_mail 2598 $SERVER4
	in_gw mailguard no fixup protocol smtp 2598 iifname outside
	is "$(multipath_syns)" 1 "by TCP"
	counted tcp-options "$before" "that is counted"
}

#
# Smuggling: an end of data that is none, or the other way round
#

# smuggle END: a message that holds another one behind this "end of data".
smuggle() {
	smtp_talk client $SERVER4 25 --timeout 15 <<-END
		< 220
		> HELO client.example.net
		< 250
		> MAIL FROM:<a@example.net>
		< 250
		> RCPT TO:<b@example.org>
		< 250
		> DATA
		< 354
		raw Subject: x\\r\\n\\r\\nx${1}MAIL FROM:<evil@example.net>\\r\\nRCPT TO:<b@example.org>\\r\\nDATA\\r\\nSubject: smuggled\\r\\n\\r\\nx\\r\\n.\\r\\nQUIT\\r\\n
		gone
	END
}

test_smuggling() {
	local end
	for end in '\n.\n' '\n.\r\n' '\r\n.\n' '\r\n\x00.\r\n' '\r\n.\r\r\n'; do
		like "$(smuggle "$end")" '^rst$' "$end in content is reset"
	done
	is "$(counter reset-content)" 5 "each is counted"
	unlike "$(cat "$(postfix_log server)")" "evil" "nothing was smuggled"
	is "$(postfix_mails server | wc -l)" 0 "nor did a mail arrive"
}

test_smuggling_unguarded() {
	smuggle '\n.\r\n' >/dev/null
	ok_if "this Postfix takes a smuggled mail" wait_for 30 has_mails server 2
}

postfix_start server
test_smuggling_unguarded
postfix_stop server
rm -rf "$TMP/postfix-server"
in_gw mailguard fixup protocol smtp 25
postfix_start server
test_smuggling
postfix_stop server

test_length
test_length_permitted
test_bytes
test_early_talk
test_data
test_long_reply
test_malformed_reply
test_odd_reply
test_unasked_replies
test_pipelines
test_urgent
test_fast_open
test_multipath

finish
