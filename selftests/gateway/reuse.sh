#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same ports again: a connection begins while conntrack still has the entry of
# an older one, and conntrack takes the server's SYN-ACK for a new beginning on that
# entry. The connection is guarded as any new one is, by what holds now.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need conntrack nft mailguard
setup_topology

# Conntrack keeps a closed connection, however slow this machine is.
in_gw sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_close=600

# policy NAME [STATEMENT]: that greets in its own way, and permits VRFY or not.
policy() {
	printf 'policy %s { banner text "%s" fill "*"; %s
		commands { helo, mail, rcpt, data, %s quit }; }\n' \
		"$1" "$1" "${3-}" "${2:+$2,}"
}

load "a policy is defined" <<-END
	$(policy older vrfy)
	fixup protocol smtp 25 policy older
END

# from_port PORT SCRIPT: a connection from there.
from_port() {
	smtp_talk client $SERVER4 25 --source-port "$1" <<<"$2"
}

# entry_of PORT: the state of its conntrack entry, and its mark.
entry_of() {
	in_gw conntrack -L -p tcp --orig-port-src "$1" 2>/dev/null |
		sed 's/^tcp *6 *[0-9]* \([A-Z_]*\) .* mark=\([0-9]*\).*/\1 \2/'
}

# The entry of an older connection has a mark, by which it is known.
marks='table inet marks {
	chain forward {
		type filter hook forward priority filter
		tcp dport 25 ct mark set 7
	}
}'
silence='table inet silence {
	chain output {
		type filter hook output priority filter
		tcp flags & (fin | rst) != 0 drop
	}
}'

# lose PORT ENDING: a connection of which the server's script ends with a reset.
lose() {
	smtp_server server 25 <<<$'> 220 mx\nline\n> 221 bye\nreset'
	in_gw nft -f - <<<"$marks"
	from_port "$1" $'< 220\n> QUIT\n< 221\n'"$2" >/dev/null
	in_gw nft delete table inet marks
	ok_if "a server resets a connection" served server 25
	smtp_server_stop server 25
}

# lose_seen PORT: conntrack sees the reset.
lose_seen() {
	lose "$1" rst
	is "$(entry_of "$1")" 'CLOSE 7' "conntrack still has its entry"
}

# lose_unseen PORT: only the ends know that it is over.
lose_unseen() {
	local role
	for role in client server; do
		in_ns $role nft -f - <<<"$silence"
	done
	lose "$1" reset
	for role in client server; do
		in_ns $role nft delete table inet silence
	done
	is "$(entry_of "$1")" 'ESTABLISHED 7' "conntrack does not know that"
}

# lose_unread PORT: conntrack sees the reset, but has not seen how it began.
lose_unread() {
	rm -f "$TMP/events/greeted" "$TMP/events/forgotten"
	smtp_server server 25 <<<$'> 220 mx\nline\n> 221 bye\nreset'
	in_gw nft -f - <<<"$marks"
	from_port "$1" $'< 220\ntouch greeted\nawait forgotten\n> QUIT\n< 221\nrst' \
		>/dev/null &
	wait_for 30 test -e "$TMP/events/greeted"
	in_gw conntrack -D -p tcp --orig-port-src "$1" >/dev/null 2>&1
	touch "$TMP/events/forgotten"
	ok_if "a server resets a connection that passes unread" served server 25
	wait $!
	in_gw nft delete table inet marks
	smtp_server_stop server 25
	is "$(entry_of "$1")" 'CLOSE 7' "conntrack still has its entry"
}

# again PORT: another connection from there, as its client sees it.
again() {
	smtp_server server 25 <<<"auto"
	from_port "$1" '< 220
> HELO client.example.net
< 250
> VRFY root
<
> MAIL FROM:<a@example.net>
< 250
> RCPT TO:<b@example.org>
< 250
> DATA
< 354
> body
> .
< 250
> QUIT
< 221
eof'
	received_lines server 25 >"$TMP/read"
	smtp_server_stop server 25
}

# begins_anew PORT: on an entry of its own, under the policy "newer".
begins_anew() {
	local heard
	heard=$(again "$1")
	like "$heard" '^220 newer\*' "the greeting is that of the current policy"
	is "$(tail -n 1 <<<"$heard")" eof "all of the dialogue takes place"
	is "$(grep -c '^body' "$TMP/read")" 1 "the server reads the mail"
	unlike "$(<"$TMP/read")" 'VRFY' "and no denied command"
	like "$(entry_of "$1")" ' 0$' "the entry is another one"
}

test_replaced() {
	lose_seen 20001
	load "the policy is replaced by one that denies more" \
		<<<"$(policy older | sed 's/text "older"/text "newer"/')"
	begins_anew 20001
	is "$(counter older held-reused)" 1 "the older entry's end is counted"
	is "$(counter older connections)" 2 "and both connections"
}

test_renamed() {
	lose_seen 20002
	lose_unseen 20003
	load "the fixup gets another policy, and the older one goes" <<-END
		$(policy newer)
		no fixup protocol smtp 25
		fixup protocol smtp 25 policy newer
		delete policy older
	END
	begins_anew 20002
	begins_anew 20003
	is "$(counter newer connections)" 2 "the other policy counts them"
}

# "mode monitor" holds no packet, so the entry stays.
test_monitored() {
	load "the policy only monitors" <<<"$(policy newer '' 'mode monitor;')"
	lose_seen 20004
	like "$(again 20004)" '^220 server' "a monitored connection begins again"
	like "$(<"$TMP/read")" 'VRFY' "as the server would have it"
	like "$(entry_of 20004)" ' 7$' "on the same entry"
	is "$(counter newer held-reused)" 0 "and no packet is held"
	lose_seen 20005
	load "the policy does not only monitor" <<<"$(policy newer)"
	begins_anew 20005
	load "it only monitors" <<<"$(policy newer '' 'mode monitor;')"
	lose_unread 20007
	load "and then guards" <<<"$(policy newer)"
	begins_anew 20007
	lose_seen 20006
	load "the policy only monitors again" <<<"$(policy newer '' 'mode monitor;')"
	like "$(again 20006)" '^220 server' \
		"a connection on a guarded one's entry is only monitored, too"
	like "$(<"$TMP/read")" 'VRFY' "from its beginning"
}

test_replaced
test_renamed
test_monitored

finish
