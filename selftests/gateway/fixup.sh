#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Switching the guard on and off, and what others may do to it meanwhile:
# flushed rules and connections, other namespaces, unprivileged users, and the
# module's end under living connections.
#
# Runs on: every kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft conntrack mailguard modprobe setpriv unshare
setup_topology

# live PORT <SCRIPT: a client in the background; it is greeted before we go on.
live() {
	local event=greeted-$RANDOM-$1
	rm -f "$TMP/live-$1.end"
	{ printf '< 220\ntouch %s\n' "$event"; cat; } | {
		smtp_talk client $SERVER4 "$1" >"$TMP/live-$1"
		touch "$TMP/live-$1.end"
	} &
	ok_if "a client is greeted at port $1" \
		wait_for 60 test -e "$TMP/events/$event"
}

# lived PORT: what the client heard until its end. The shell that runs this may not be
# the one that began the client, and only that could "wait" for it.
lived() {
	wait_for 60 test -e "$TMP/live-$1.end"
	cat "$TMP/live-$1"
}

is_loaded() {
	grep -q '^nf_conntrack_smtp ' /proc/modules
}

# greeting PORT: one line.
greeting() {
	smtp_talk client $SERVER4 "$1" <<-'END'
		line 220
		> QUIT
		< 221
		close
	END
}

greets() {
	greeting "$1" | head -n 1
}

#
# Words
#

test_words() {
	is "$(guard show fixup)" "" "at first nothing is guarded"
	ok_if "fixup of a port" guard fixup protocol smtp 25
	ok_if "fixup of a range" guard fixup protocol smtp 2525-2530
	ok_if "the same again" guard fixup protocol smtp 2525-2530
	is "$(guard show fixup)" "fixup protocol smtp 25
fixup protocol smtp 2525-2530" "show fixup has the same words"
	fails_if "a range that overlaps is refused" \
		guard fixup protocol smtp 2530-2540
	fails_if "no fixup of a part of a range is refused" \
		guard no fixup protocol smtp 2526
	fails_if "fixup of another protocol is refused" \
		guard fixup protocol ftp 21
	fails_if "port 0 is refused" guard fixup protocol smtp 0
	fails_if "port 65536 is refused" guard fixup protocol smtp 65536
	is "$(guard show fixup | wc -l)" 2 "what was refused changed nothing"
	guard 'no fix prot smtp 25; f p s 26'
	is "$(guard sh fix)" "fixup protocol smtp 26
fixup protocol smtp 2525-2530" "the words may be abbreviated"
	guard 'no fixup protocol smtp 26; fixup protocol smtp 25'
}

test_ranges() {
	local port
	for port in 2524 2525 2530 2531; do
		smtp_server server $port <<<"auto"
	done
	is "$(for port in 2524 2525 2530 2531; do greets $port; done)" \
		'220 server.example.org ESMTP\r\n
220 ************************\r\n
220 ************************\r\n
220 server.example.org ESMTP\r\n' "a range is guarded from end to end"
	for port in 2524 2530 2531; do
		smtp_server_stop server $port
	done
}

#
# Off, under living connections
#

talkative_server() {
	smtp_server server 25 <<-'END'
		> 220 mx
		line
		> 502 not known
		line
		raw 250-mx.example.org\r\n250 HELP\r\n
		line
		> 214 mx.example.org helps
		close
	END
}

test_no_fixup() {
	talkative_server
	live 25 <<-'END'
		> EHLO first
		< 500
		touch denied
		await off
		> EHLO second
		< 250
		> HELP
		< 214
		eof
	END
	wait_for 60 test -e "$TMP/events/denied"
	ok_if "no fixup of a port" guard no fixup protocol smtp 25
	is "$(guard show fixup)" "fixup protocol smtp 2525-2530" \
		"the other ports stay"
	like "$(guard list connections)" ":25 policy default state released" \
		"a living connection is listed as released"
	happen off
	is "$(lived 25)" '220 **\r\n
500 Command u\r\n
250-mx.example.org\r\n
250 HELP\r\n
214 mx.example.org helps\r\n
eof' "a living connection passes untouched from then on"
	ok_if "the server's script ends well" served server 25
	is "$(received_lines server 25)" 'XXXXXXXXXX\r\n
EHLO second\r\n
HELP\r\n' "in both directions"
	smtp_server_stop server 25
	smtp_server server 25 <<<"auto"
	is "$(greets 25)" '220 server.example.org ESMTP\r\n' \
		"a new connection is not touched"
	is "$(greets 2525)" '220 ************************\r\n' \
		"at the other ports it is"
}

test_no_fixup_all() {
	ok_if "fixup again" guard fixup protocol smtp 25
	live 2525 <<-'END'
		> EHLO first
		< 500
		touch denied2
		await off2
		> EHLO second
		< 250
		> QUIT
		< 221
		eof
	END
	wait_for 60 test -e "$TMP/events/denied2"
	ok_if "no fixup without a port" guard no fixup protocol smtp
	is "$(guard show fixup)" "" "nothing is guarded any more"
	happen off2
	like "$(lived 2525)" '^250-server.example.org' \
		"living connections pass untouched from then on"
	is "$(greets 25)" '220 server.example.org ESMTP\r\n' \
		"and new ones, too"
}

#
# Others' hands on our rules
#

# uncommented FILE: the rules of a list that do not say what they are for.
uncommented() {
	awk '
	/^\tchain / { in_chain = 1; next }
	/^\t}/ { in_chain = 0 }
	in_chain && !/^\t\ttype / && !/comment "..*"$/' "$1"
}

test_nft() {
	guard fixup protocol smtp 25
	guard fixup protocol smtp 2525-2530
	in_gw nft list ruleset >"$TMP/ruleset"
	in_gw nft flush ruleset
	is "$(guard show fixup)" "" "after a foreign flush nothing is shown"
	is "$(greets 25)" '220 server.example.org ESMTP\r\n' "as nothing is guarded"
	ok_if "nft loads our rules from its own list" \
		in_gw nft -f "$TMP/ruleset"
	is "$(guard show fixup)" "fixup protocol smtp 25
fixup protocol smtp 2525-2530" "they are shown again"
	is "$(greets 2525)" '220 ************************\r\n' "and guard again"
	test_comments
	in_gw nft flush ruleset
	ok_if "fixup after a flush" guard fixup protocol smtp 25
	is "$(greets 25)" '220 ************************\r\n' "guards again"
}

# A table of a version that wrote no comments is ours, too.
test_comments() {
	is "$(uncommented "$TMP/ruleset")" "" "each rule has a comment"
	is "$(in_gw nft list ruleset | grep -c comment)" \
		"$(grep -c comment "$TMP/ruleset")" \
		"nft has read the comments"
	in_gw nft flush ruleset
	sed 's/ comment ".*"$//; /^\t*comment "/d' "$TMP/ruleset" |
		in_gw nft -f -
	unlike "$(in_gw nft list ruleset)" "comment" "a table without comments"
	is "$(guard show fixup)" "fixup protocol smtp 25
fixup protocol smtp 2525-2530" "is shown as any"
	guard no fixup protocol smtp 25
	is "$(guard show fixup)" "fixup protocol smtp 2525-2530" \
		"and can be changed"
	in_gw nft list ruleset >"$TMP/changed"
	is "$(uncommented "$TMP/changed")" "" "which brings the comments"
}

test_autoload() {
	guard no fixup protocol smtp
	ok_if "the module goes" wait_for 30 modprobe -r nf_conntrack_smtp
	ok_if "an nft ruleset that names the helper is loaded" \
		in_gw nft -f "$TMP/ruleset"
	ok_if "the module came by itself" is_loaded
	is "$(greets 25)" '220 ************************\r\n' "and guards"
	in_gw nft flush ruleset
	ok_if "the module goes again" wait_for 30 modprobe -r nf_conntrack_smtp
	ok_if "the command is used" guard fixup protocol smtp 25
	ok_if "the module came by itself again" is_loaded
}

#
# Connections that the guard does not know
#

# flushed WHO: after a flush this one speaks, and the other one need not.
flushed() {
	local client="rst" server="rst"
	if [ "$1" = client ]; then
		client=$'> VRFY root\ngone'
	else
		server=$'> 250 secret\nrst'
	fi
	smtp_server server 25 <<-END
		> 220 mx
		line
		> 250 ok
		acked
		touch $1-flush
		await $1-flushed
		$server
	END
	live 25 <<-END
		> NOOP
		< 250
		await $1-flushed
		$client
	END
	wait_for 60 test -e "$TMP/events/$1-flush"
	in_gw conntrack -F 2>/dev/null
	happen "$1-flushed"
	is "$(lived 25)" '220 **\r\n
250 ok\r\n
rst' "flushed, $1 first: the client is reset"
	ok_if "the server is reset" served server 25
	is "$(received_lines server 25)" 'NOOP\r\n' "and hears nothing"
	smtp_server_stop server 25
}

# The server is asked four times where it is, and none of its answers arrives.
test_unanswered() {
	local held
	smtp_server server 25 <<-END
		> 220 mx
		line
		> 250 ok
		acked
		touch unanswered-flush
		rst
	END
	live 25 <<-END
		> NOOP
		< 250
		await unanswered-flushed
		> VRFY root
		gone
	END
	wait_for 60 test -e "$TMP/events/unanswered-flush"
	held=$(counter held-midstream)
	in_gw nft -f - <<-'END'
		table ip deaf {
			chain prerouting {
				type filter hook prerouting priority raw
				tcp sport 25 drop
			}
		}
	END
	in_gw conntrack -F 2>/dev/null
	happen unanswered-flushed
	is "$(lived 25)" '220 **\r\n
250 ok\r\n
rst' "no answer arrives: the client is reset by a retransmission"
	ok_if "and the server" served server 25
	is "$(received_lines server 25)" 'NOOP\r\n' "which hears nothing"
	ok_if "it was asked more than once" \
		[ $(($(counter held-midstream) - held)) -ge 4 ]
	in_gw nft delete table ip deaf
	smtp_server_stop server 25
}

# With the last rule that uses conntrack, packets pass unread; guarded again,
# the connection has gone on without us.
test_out_of_sight() {
	smtp_server server 25 <<-'END'
		> 220 mx
		line
		> 250 ok
		line
		> 250 unread
		gone
	END
	live 25 <<-'END'
		> NOOP
		< 250
		touch seen
		await flushed
		> EHLO unread
		< 250
		touch unseen
		await guarded
		> VRFY root
		gone
	END
	wait_for 60 test -e "$TMP/events/seen"
	in_gw nft flush ruleset
	happen flushed
	wait_for 60 test -e "$TMP/events/unseen"
	guard fixup protocol smtp 25
	happen guarded
	like "$(lived 25)" '^rst$' "a connection that went on unread is reset"
	ok_if "at both ends" served server 25
	is "$(received_lines server 25)" 'NOOP\r\n
EHLO unread\r\n' "and nothing more passes"
	smtp_server_stop server 25
}

# A segment of TCP that no connection sends: SYN and FIN.
send_invalid() {
	in_client python3 -c '
import socket, struct, sys
src, dst = (socket.inet_aton(a) for a in sys.argv[1:])
data = b"VRFY root\r\n"
def segment(check):
    return struct.pack("!HHIIBBHHH", 4000, 25, 1, 0, 0x50, 0x03, 1000,
                       check, 0) + data
pseudo = src + dst + struct.pack("!BBH", 0, 6, len(segment(0)))
words = pseudo + segment(0) + bytes(len(data) % 2)
total = sum(struct.unpack("!%dH" % (len(words) // 2), words))
while total > 0xffff:
    total = (total & 0xffff) + (total >> 16)
sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
sock.sendto(segment(total ^ 0xffff), (sys.argv[2], 0))
' $CLIENT4 $SERVER4
}

is_dropped() {
	in_gw nft list chain inet mailguard guard |
		grep -q 'ct state invalid,untracked counter packets [1-9]'
}

test_invalid() {
	in_server nft -f - <<-'END'
		table inet seen {
			chain input {
				type filter hook input priority 0;
				tcp dport 25 counter
			}
		}
	END
	send_invalid
	ok_if "an invalid packet is dropped" wait_for 10 is_dropped
	like "$(in_server nft list table inet seen)" "counter packets 0 " \
		"it does not reach the server"
	in_server nft delete table inet seen
}

#
# Namespaces and users
#

own_policy() {
	smtp_server "$1" 2501 <<<"auto"
	in_ns "$1" mailguard -f - <<-END
		policy own { banner text "$1"; commands { quit } }
		fixup protocol smtp 2501 policy own
	END
}

test_namespaces() {
	local role
	own_policy gw
	own_policy client
	for role in gw client; do
		is "$(smtp_talk $role 127.0.0.1 2501 <<<"line 220" | head -n 1)" \
			"$(printf '220 %-24s\\r\\n' $role)" \
			"the policy of $role is its own"
		smtp_server_stop $role 2501
	done
	is "$(in_client mailguard show fixup)" \
		"fixup protocol smtp 2501 policy own" "its fixups are, too"
	is "$(in_server mailguard list policies)" "policy default" \
		"the server's namespace has none of them"
	guard -f - <<-'END'
		no fixup protocol smtp 2501
		delete policy own
	END
	in_client mailguard no fixup protocol smtp
}

# as_nobody WORD...: of the command.
as_nobody() {
	in_gw setpriv --reuid 65534 --regid 65534 --clear-groups \
		mailguard "$@" 2>&1
}

test_unprivileged() {
	local words
	like "$(as_nobody --all list counters)" "denied-verb" \
		"anyone may read counters"
	like "$(in_gw unshare -U mailguard -a list counters)" "denied-verb" \
		"without a right in this namespace, too"
	while read -r words; do
		# shellcheck disable=SC2086 # words they are
		is "$(as_nobody $words; echo $?)" \
"mailguard: Operation not permitted: CAP_NET_ADMIN in this network namespace is needed
1" "nobody may not: $words"
	done <<-'END'
		fixup protocol smtp 26
		no fixup protocol smtp
		show fixup
		list policies
		list ruleset
		list connections
		delete policy default
	END
	like "$(in_gw unshare -U mailguard list connections 2>&1)" \
		"Operation not permitted" "nor root of another user namespace"
	like "$(in_gw unshare -Urn mailguard fixup protocol smtp 25 2>&1; echo $?)" \
		"^0$" "in a namespace of one's own everything is permitted"
	like "$(in_gw unshare -Urn mailguard \
		add policy unheard '{ commands { quit } }' 2>&1; echo $?)" \
		"a new policy name needs CAP_NET_ADMIN on the machine" \
		"but to take one of the few names of helpers"
	like "$(in_gw unshare -Urn mailguard -c \
		add policy unheard '{ commands { quit } }' 2>&1; echo $?)" \
		"a new policy name needs CAP_NET_ADMIN on the machine" \
		"which a check says, too"
	is "$(guard show fixup)" "fixup protocol smtp 25" "nothing changed"
}

# begins PORT CLIENT SERVER: what a connection from there hears first.
begins() {
	smtp_talk client "$3" 25 --source "$2" --source-port "$1" <<<"< 220"
}

# knock PORT CLIENT SERVER: a SYN from there that is not answered. The client
# gives up at once, for it is told; the gateway does not.
knock() {
	in_ns server nft -f - <<-'END'
		table inet deaf {
			chain input {
				type filter hook input priority filter
				tcp dport 25 reject with icmpx admin-prohibited
			}
		}
	END
	begins "$@" >/dev/null
	in_ns server nft delete table inet deaf
}

# lose PORT CLIENT SERVER: a connection, of whose end only the client knows.
lose() {
	in_ns client nft -f - <<-'END'
		table inet silence {
			chain output {
				type filter hook output priority filter
				tcp flags & (fin | rst) != 0 drop
			}
		}
	END
	smtp_talk client "$3" 25 --source "$2" --source-port "$1" >/dev/null \
		<<<$'< 220\nreset'
	in_ns client nft delete table inet silence
}

# The entry of a connection from before the fixup may last for days, and conntrack
# takes another one with the same ports for it. No helper would see that. The
# client's ports are none that its kernel would choose for another connection.
# old_entries CLIENT SERVER
old_entries() {
	in_gw conntrack -I -p tcp -s "$1" -d "$2" --sport 20001 --dport 25 \
		--state ESTABLISHED --timeout 600 -u SEEN_REPLY,ASSURED \
		2>/dev/null
	like "$(begins 20001 "$@")" "refused" \
		"no connection begins on an old entry, $2"
	in_gw conntrack -D -s "$1" >/dev/null 2>&1
	like "$(begins 20001 "$@")" '220 \*\*\*' \
		"without the entry it begins and is guarded, $2"
	lose 20002 "$@"
	like "$(begins 20002 "$@")" '220 \*\*\*' \
		"on the entry of a guarded one it does, too, $2"

	lose 20003 "$@"
	guard no fixup protocol smtp 25
	guard fixup protocol smtp 25
	like "$(begins 20003 "$@")" "refused" \
		"not on that of one that was let go, $2"

	lose 20004 "$@"
	in_gw nft delete table inet mailguard
	ok_if "the module goes" wait_for 30 modprobe -r nf_conntrack_smtp
	guard fixup protocol smtp 25
	like "$(begins 20004 "$@")" "refused" \
		"not on that of one that the module left, $2"

	guard no fixup protocol smtp
	knock 20005 "$@"
	guard fixup protocol smtp 25
	like "$(begins 20005 "$@")" "refused" \
		"not on that of a SYN from before the fixup, $2"
	knock 20006 "$@"
	like "$(begins 20006 "$@")" '220 \*\*\*' \
		"on that of a guarded SYN it does, $2"
	knock 20007 "$@"
	in_gw nft delete table inet mailguard
	ok_if "the module goes once more" \
		wait_for 30 modprobe -r nf_conntrack_smtp
	guard fixup protocol smtp 25
	like "$(begins 20007 "$@")" "refused" \
		"not on that of a SYN that the module left, $2"
}

test_old_entry() {
	smtp_server server 25 <<<"auto"
	# Without a rule that needs it, conntrack would forget everything.
	in_gw nft add table inet tracks
	in_gw nft add chain inet tracks forward \
		'{ type filter hook forward priority filter; }'
	in_gw nft add rule inet tracks forward ct state new counter
	guard fixup protocol smtp 25
	old_entries $CLIENT4 $SERVER4
	old_entries $CLIENT6 $SERVER6
	in_gw nft delete table inet tracks
	smtp_server_stop server 25
}

#
# Changes
#

# Each generation of the ruleset: where the table changes, another stands behind
# it before and after.
gaps() {
	awk '
	/^(add|delete) table inet mailguard/ {
		has[$4] = $1 == "add"
		touched[$4] = 1
	}
	/^# new generation/ {
		stands = 0
		for (table in has)
			stands += had[table] && !touched[table]
		if (touched["mailguard"] && had["mailguard"])
			print "change " ++n (stands ? "" : ", a gap")
		for (table in has)
			had[table] = has[table]
		delete touched
	}' "$1"
}

# marked FILE NAME: the monitor has seen everything up to here. What it still has
# to say of one name is not taken for another.
marked() {
	in_gw nft add table inet "$2"
	in_gw nft delete table inet "$2"
	grep -q "table inet $2" "$1"
}

test_no_gap() {
	local seen=$TMP/generations monitor
	ip netns exec "$(ns gw)" nft monitor >>"$seen" &
	monitor=$!
	ok_if "a monitor listens" wait_for 30 marked "$seen" begin
	# The monitor appends, so that what comes begins at the beginning.
	: >"$seen"
	guard fixup protocol smtp 25
	guard fixup protocol smtp 26
	guard no fixup protocol smtp 26
	wait_for 30 marked "$seen" end
	is "$(gaps "$seen")" "change 1
change 2" "what is guarded is so all the time"
	is "$(in_gw nft list tables | grep mailguard)" "table inet mailguard" \
		"one table is left"
	guard no fixup protocol smtp
	is "$(in_gw nft list tables | grep mailguard)" "" "and then none"
	kill $monitor
	wait $monitor 2>/dev/null
}

# table_file FILE: the table of now, to be put back in one transaction.
table_file() {
	{
		printf '%s table inet mailguard\n' add delete
		in_gw nft list table inet mailguard
	} >"$1"
}

# One table and the other in turn.
alternate() {
	while [ -e "$TMP/alternate" ]; do
		in_gw nft -f "$TMP/one"
		sleep 0.02
		in_gw nft -f "$TMP/two"
		sleep 0.02
	done
}

# A table takes many requests to read, and may be another one meanwhile.
test_whole() {
	local i one two alternate torn=()
	guard no fixup protocol smtp
	guard -f <(printf 'fixup protocol smtp 25 ip saddr 10.9.0.%u\n' {1..20}
		   echo fixup protocol smtp 25)
	one=$(guard show fixup)
	table_file "$TMP/one"
	guard -f <(echo no fixup protocol smtp
		   printf 'fixup protocol smtp 26 ip saddr 10.8.0.%u\n' {1..20}
		   echo fixup protocol smtp 26)
	two=$(guard show fixup)
	table_file "$TMP/two"
	touch "$TMP/alternate"
	alternate &
	alternate=$!
	for i in {1..40}; do
		guard show fixup >"$TMP/shown" 2>&1
		[ "$(<"$TMP/shown")" = "$one" ] ||
			[ "$(<"$TMP/shown")" = "$two" ] ||
			torn+=("$i: $(<"$TMP/shown")")
	done
	rm "$TMP/alternate"
	wait $alternate
	is "${torn[*]}" "" "what is shown is of one moment"
	guard no fixup protocol smtp
}

# Does nft hold the table that stands in while ours changes?
held() {
	in_gw nft list table inet mailguard-next
}

# The turn of others may be long.
test_long_turn() {
	local slow other waiting
	guard fixup protocol smtp 25
	mkfifo "$TMP/nft"
	ip netns exec "$(ns gw)" nft -i <"$TMP/nft" >/dev/null &
	slow=$!
	exec {other}>"$TMP/nft"
	echo 'add table inet mailguard-next { flags owner; }' >&$other
	ok_if "another holds the table" wait_for 30 held
	guard fixup protocol smtp 26 {other}>&- &
	waiting=$!
	sleep 8
	exec {other}>&-
	wait $slow
	wait $waiting
	is $? 0 "a command that waited for long"
	is "$(guard show fixup)" "fixup protocol smtp 25
fixup protocol smtp 26" "does what it says"
	guard no fixup protocol smtp
}

# The name is ours, but what has it is not.
test_in_the_way() {
	guard fixup protocol smtp 25
	in_gw nft add table inet mailguard-next
	like "$(guard fixup protocol smtp 26 2>&1)" \
		"remove it by 'nft delete table inet mailguard-next'" \
		"another's table in the way is told"
	in_gw nft delete table inet mailguard-next
	ok_if "without it all is well" guard fixup protocol smtp 26
	guard no fixup protocol smtp
}

# A command that is ended: earlier, later, and in the middle. This shell must not
# send the signal: a child that has not begun its program yet would clean up.
test_ended() {
	local i ruleset parts=()
	guard fixup protocol smtp 25
	for i in {10..40}; do
		printf '%s\n' "policy p$i { commands { quit } }" \
			"fixup protocol smtp 30$i policy p$i" >"$TMP/ended"
		timeout "0.0$((i * 2))" ip netns exec "$(ns gw)" \
			mailguard -f "$TMP/ended"
		ruleset=$(guard list ruleset)
		parts+=("$(grep -c "p$i\( {\)*$" <<<"$ruleset")")
		[ "${parts[-1]}" = 0 ] || guard -f - 2>/dev/null <<-END
			no fixup protocol smtp 30$i
			delete policy p$i
		END
	done
	unlike "${parts[*]}" 1 "statements are applied together or not at all"
	guard no fixup protocol smtp
}

# Whoever comes while another changes the table waits for its turn.
test_all_at_once() {
	local port pid pids=() failed=0
	guard fixup protocol smtp 25
	for port in {3001..3012}; do
		guard fixup protocol smtp "$port" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=$((failed + 1))
	done
	is "$failed" 0 "twelve commands at once succeed"
	is "$(guard show fixup | wc -l)" 13 "and each does what it says"
	guard no fixup protocol smtp
}

#
# The end
#

test_unload() {
	smtp_server server 25 <<<"auto"
	live 25 <<-'END'
		await unloaded
		> VRFY root
		< 502
		> NOOP
		< 250
		> QUIT
		< 221
		eof
	END
	guard no fixup protocol smtp
	ok_if "the module goes under a living connection" \
		wait_for 30 modprobe -r nf_conntrack_smtp
	happen unloaded
	is "$(lived 25)" '220 ************************\r\n
502 5.5.2 Error: command not recognized\r\n
250 2.0.0 Ok\r\n
221 2.0.0 Bye\r\n
eof' "the connection lives on"
	smtp_server_stop server 25
}

# The namespace holds policies, connections and rules; all of it must go.
test_namespace_ends() {
	smtp_server server 25 <<<"auto"
	guard -f - <<-'END'
		policy own { commands { helo, quit }; denied noop }
		fixup protocol smtp 25 policy own
	END
	live 25 <<-'END'
		raw HEL
		await deleted
	END
	ip netns del "$(ns gw)"
	happen deleted
	ok_if "the namespace ends under a living connection, and then the module" \
		wait_for 60 modprobe -r nf_conntrack_smtp
	fails_if "nothing of it is left" grep '^nf_conntrack_smtp ' /proc/slabinfo
}

test_words
test_ranges
test_no_fixup
test_no_fixup_all
test_nft
test_autoload
smtp_server_stop server 25
flushed client
flushed server
test_unanswered
test_out_of_sight
test_invalid
test_namespaces
test_unprivileged
test_no_gap
test_whole
test_long_turn
test_in_the_way
test_ended
test_all_at_once
test_old_entry
test_unload
test_namespace_ends

finish
