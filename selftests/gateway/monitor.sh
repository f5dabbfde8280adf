#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "mode monitor": a strict policy counts, and Postfix gets and says what it would
# without a guard. The policy without it bites the next connection, and none that
# is open.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need conntrack nft mailguard
setup_topology
postfix_start server

# A dialogue that the policies here would not let pass. The queue's name of a mail
# is another each time.
ask() {
	smtp_talk client $SERVER4 25 <<-'END' | sed 's/queued as .*/queued/'
		< 220
		> EHLO client.example.net
		< 250
		> VRFY postmaster@example.org
		< 252
		> EXPN postmaster
		<
		raw MAIL FROM:<a@example.net>\nRCPT TO:<b@example.org>\n
		< 250
		< 250
		raw BDAT 8\r\nVRFY a\r\nBDAT 6 LAST\r\nVRFY b
		< 250
		< 250
		> MAIL FROM:<a@example.net>
		< 250
		> RCPT TO:<b@example.org>
		< 250
		> DATA
		< 354
		raw a\nb\n.c\r\n.\r\n
		< 250
		> VRFY
		<
		> QUIT
		< 221
		eof
	END
}

strict() {
	cat <<-END
		policy trial {
			banner fill "*"
			commands { helo, mail, rcpt, data, rset, noop, quit }
			bare-lf reset
			denied reply 500 "Command unrecognized"
			denied-commands 1 close
			on denied mark connection 0x5
			$*
		}
	END
}

without=$(ask)
like "$without" '^221 2\.0\.0 Bye' "without a guard everything is answered"
load "the policy only monitors" <<-END
	$(strict "mode monitor")
	fixup protocol smtp 25 policy trial
END

test_printed() {
	local printed
	printed=$(guard list ruleset)
	like "$printed" '	mode monitor$' "the mode is printed"
	ok_if "and accepted as it is printed" guard -f - <<<"$printed"
	ok_if "so is the example of the manual" guard --check -f - <<<"
		policy trial { preset modern; on denied mark 0x1/0x1; mode monitor }"
	like "$(guard list policies)" '^policy trial mode monitor$' \
		"a list of policies shows it"
}

test_dialogue() {
	is "$(ask)" "$without" "with a guard everything is answered as without"
	wait_for 30 has_mails server 4
	is "$(postfix_mails server | while read -r mail; do
		mail_body "$mail" | cksum
	done | sort | uniq -c | awk '{ print $1 }')" $'2\n2' \
		"and the server gets the same mails"
	is "$(counter trial denied-verb)" 4 \
		"EHLO, VRFY, EXPN and VRFY would be denied"
	is "$(counter trial reset-chunk)" 2 "each BDAT would be reset"
	is "$(counter trial reset-bare-lf)" 2 "so would each line that ends in LF"
	is "$(counter trial limit-denied) $(counter trial reset-limit)" "1 1" \
		"the limit would close once"
	is "$(counter trial messages)" 2 "both mails are counted"
	is "$(counter trial unfollowed)" 0 "the dialogue was followed to its end"
	is "$(guard list connections)" "" "it is over"
	like "$(in_gw conntrack -L -p tcp --mark 5 2>/dev/null)" 'dport=25 ' \
		"a denied command set a mark"
}

# A sender that says what it likes is not disturbed, whatever it offers.
test_mail() {
	postfix_client client $SERVER4 25
	echo "Subject: x" | postfix_send client a@example.net b@example.org
	wait_for 60 has_mails server 5
	unlike "$(cat "$(postfix_log client relay)")" 'PIX|deferred' \
		"Postfix takes the server for no PIX"
	is "$(counter trial messages)" 3 "its mail is counted"
}

# Rules of one's own may show the helper a connection in its middle.
test_midstream() {
	in_gw nft -f - <<-'END'
		table inet own {
			ct helper trial { type "smtp-trial" protocol tcp; }
			chain prerouting {
				type filter hook prerouting priority mangle
				tcp dport 2500 ct helper set "trial"
			}
		}
	END
	smtp_server server 2500 <<<"auto"
	smtp_talk client $SERVER4 2500 >"$TMP/unknown" <<-END &
		< 220
		touch greeted
		await forgotten
		> VRFY a
		<
		> QUIT
		< 221
		eof
	END
	wait_for 60 test -e "$TMP/events/greeted"
	in_gw conntrack -D -p tcp --orig-port-dst 2500 >/dev/null 2>&1
	happen forgotten
	wait $!
	is "$(received_lines server 2500)" 'VRFY a\r\n
QUIT\r\n' "a connection that conntrack forgot goes on"
	is "$(counter trial unfollowed) $(counter trial reset-midstream)" "1 1" \
		"and is counted, once"
	in_gw nft delete table inet own
}

# The server there reads the data of a SYN before it greets, or waits for ever.
talk_on_syn() {
	smtp_server server "$1" --fastopen <<-'END'
		line VRFY
		> 220 mx
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

# The last byte of urgent data leaves the stream of that server.
talk_urgently() {
	smtp_server server "$1" <<<"auto"
	smtp_talk client "$SERVER4" "$1" <<-'END' >/dev/null
		< 220
		urgent NOOP xEHL
		raw O y\r\n
		< 250
		> QUIT
		< 221
		eof
	END
	received_lines server "$1"
}

# What the guard takes out of TCP stays in it.
test_tcp() {
	in_client sysctl -qw net.ipv4.tcp_fastopen=5
	in_server sysctl -qw net.ipv4.tcp_fastopen=0x203
	load "more ports" <<-END
		fixup protocol smtp 2502-2503 policy trial
	END
	ok_if "data on a SYN is read before the greeting" talk_on_syn 2502
	is "$(counter trial held-syn)" 1 "and is counted"
	is "$(talk_urgently 2503)" "$(talk_urgently 2504)" \
		"urgent data leaves the stream as without a guard"
	is "$(counter trial urgent)" 1 "and is counted"
}

test_replaced() {
	local open
	smtp_talk client $SERVER4 25 >"$TMP/open" <<-'END' &
		< 220
		touch begun
		await replaced
		> VRFY postmaster@example.org
		< 252
		> QUIT
		< 221
		eof
	END
	open=$!
	like "$(list_at begun)" ' policy trial .* mode monitor$' \
		"a list of connections shows the mode"
	ok_if "the policy is to enforce, for open connections, too" \
		guard --now -f - <<<"$(strict "")"
	like "$(smtp_talk client $SERVER4 25 <<-'END'
		< 220
		> VRFY postmaster@example.org
		< 500 Command unrecognized
		> QUIT
		< 221
		eof
	END
	)" '^220 \*+' "it bites a connection that begins now"
	happen replaced
	wait $open
	like "$(cat "$TMP/open")" '^252 .*postmaster' "an open one is left alone"
}

test_printed
test_dialogue
test_mail
test_midstream
test_tcp
test_replaced

finish
