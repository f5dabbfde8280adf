#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mailguard monitor tells what happens to connections, and how they end. The
# module waits for no listener.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard modprobe python3
setup_topology
modprobe nf_conntrack_smtp

# Its listener may lose nothing while 100 events of a reason are a flood.
guard 'policy strict {
	commands { ehlo, mail, rcpt, data, quit, rset, noop: log }
	event-rate 65535
}'
guard fixup protocol smtp 25 policy strict
guard fixup protocol smtp 2525-2526

# listen NAME [WORDS]: the listener is $listener, and writes to $TMP/NAME.
listen() {
	local name=$1
	shift
	ip netns exec "$(ns gw)" mailguard monitor "$@" \
		>"$TMP/$name" 2>"$TMP/$name.err" &
	listener=$!
	wait_for 30 waits $listener
}

# It has joined the group once it has a descriptor for signals.
waits() {
	find "/proc/$1/fd" -lname '*signalfd*' | grep -q .
}

# told NAME REGEX
told() {
	grep -qE -e "$2" "$TMP/$1"
}

# is_gone PID: it has ended, though it may be a zombie.
is_gone() {
	! grep -q '^State:.[^Z]' "/proc/$1/status"
}

# hang_up PID: ends a listener as an operator does.
hang_up() {
	kill -INT "$1"
	wait "$1"
}

smtp_server server 25 <<-'END'
	> 220 mx
	line EHLO
	> 250-mx
	> 250-CHUNKING
	> 250 AUTH PLAIN
	line
	> 500 no
	line MAIL
	> 250 ok
	line RCPT
	> 250 ok
	line RCPT
	> 550 no
	line DATA
	> 354 go on
	content
	> 250 taken
	line NOOP
	> 250 ok
	line QUIT
	> 221 bye
	close
END

test_dialogue() {
	local json=$1 ends=$2 others=$3 denied end sent
	ok_if "a mail passes" smtp_talk client $SERVER4 25 <<-'END'
		< 220
		> EHLO client
		< 250
		raw HELP \x1b[2J\\\r\n
		< 500
		> MAIL FROM:<a@b>
		< 250
		> RCPT TO:<c@d>
		< 250
		> RCPT TO:<e@d>
		< 550
		> DATA
		< 354
		> text
		> .
		< 250
		> NOOP
		< 250
		> QUIT
		< 221
		eof
	END
	ok_if "the end of the connection is told" \
		wait_for 30 told all ' fin .* lasted '
	denied=$(grep ' denied ' "$TMP/all")
	like "$denied" "client $CLIENT4:[0-9]+ +server $SERVER4:25 +policy strict" \
		"so is a denied command, with its connection"
	like "$denied" 'reason denied-verb text "HELP \\x1b\[2J\\\\"' \
		"its text is escaped"
	like "$denied" 'asa 108004$' "the number of Cisco's message stands there"
	like "$(<"$TMP/all")" ' masked .* reason masked-keywords text "CHUNKING"' \
		"a masked keyword is told"
	like "$(<"$TMP/all")" ' logged .* reason logged-commands text "NOOP"' \
		"so is a logged command"
	like "$(<"$TMP/all")" ' logged .* reason refused-recipients code 550' \
		"and a refused recipient, with its code"
	end=$(grep ' fin ' "$TMP/all")
	like "$end" ' messages 1 recipients 1 refused 1 passed 7 denied 1$' \
		"the end has the numbers of the dialogue"
	sent=$(received server 25 1 | wc -c)
	like "$end" " bytes $sent [0-9]+ " "and how many bytes the client sent"
	ok_if "JSON is an object a line" python3 -c '
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
denied = [e for e in events if e.get("reason") == "denied-verb"]
assert len(denied) == 1 and denied[0]["done"] == "denied", denied
assert denied[0]["client"]["address"] == "10.0.1.2"
end = events[-1]
assert end["event"] == "connection-end" and end["messages"] == 1, end
assert end["id"] == denied[0]["id"]
numbers = [e["number"] for e in events]
assert numbers == list(range(numbers[0], numbers[0] + len(events)))
try:
    import jsonschema
    with open(sys.argv[2]) as schema:
        validator = jsonschema.Draft202012Validator(json.load(schema))
    for event in events:
        validator.validate(event)
except ImportError:
    pass
' "$TMP/json" "$TOP/Documentation/mailguard-events.schema.json"
	is "$(wc -l <"$TMP/ends")" 1 "who asks for ends gets no events"
	is "$(cat "$TMP/others")" "" "who asks for another address gets nothing"
	is "$(cat "$TMP/all.err" "$TMP/json.err")" "" "nobody complains"
	hang_up "$json"
	is $? 0 "a signal ends the listener with status 0"
	hang_up "$ends"
	hang_up "$others"
}

test_resets() {
	smtp_server server 2525 <<<"auto"
	smtp_talk client $SERVER4 25 <<-'END' >/dev/null
		< 220
		> GET / HTTP/1.0
		gone
	END
	ok_if "a reset is told" wait_for 30 told all \
		' reset .* reason reset-foreign text "GET / HTTP/1.0"'
	ok_if "and as the end of the connection, with its reason" \
		wait_for 30 told all ' reset .* lasted .* reason reset-foreign'
	smtp_server server 2526 <<-'END'
		await held
		auto
	END
	smtp_talk client $SERVER6 2526 <<-'END' >/dev/null &
		> HELO early
		< 220
		< 250
		reset
	END
	ok_if "what is held is told, over IPv6" wait_for 30 told all \
		" held .*client \\[$CLIENT6\\]:[0-9]+ .*reason held-greeting"
	happen held
	wait $!
	ok_if "and that the client reset the connection" \
		wait_for 30 told all " rst-client .*client \\[$CLIENT6\\]"
}

test_pipe() {
	local status
	listen pipe reason nonsense
	wait $listener
	is $? 1 "a reason that does not exist is refused"
	like "$(<"$TMP/pipe.err")" "'nonsense' is no reason" "and why"
	mkfifo "$TMP/fifo"
	ip netns exec "$(ns gw)" mailguard monitor >"$TMP/fifo" \
		2>"$TMP/fifo.err" &
	listener=$!
	exec {reader}<"$TMP/fifo"
	wait_for 30 waits $listener
	exec {reader}<&-
	wait $listener
	status=$?
	is $status 0 "a closed pipe ends the listener"
	is "$(cat "$TMP/fifo.err")" "" "without a word"
	fails_if "without CAP_NET_ADMIN nobody listens" in_gw setpriv \
		--bounding-set -net_admin --inh-caps -net_admin mailguard monitor
}

# socket PATH READY: prints the first datagram that it gets.
socket='
import os, socket, sys
path, ready = sys.argv[1:]
os.makedirs(os.path.dirname(path), exist_ok=True)
if os.path.lexists(path):
    os.unlink(path)
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind(path)
open(ready, "w").close()
print(server.recv(65536).decode(), end="")
'

# What would be the journal prints the first entry that it gets.
test_journal() {
	local reader
	python3 -c "$socket" /run/systemd/journal/socket \
		"$TMP/events/journal" >"$TMP/journal" &
	reader=$!
	wait_for 30 test -e "$TMP/events/journal"
	listen nothing --journal reason denied-verb
	more_is_told nothing ''
	wait $reader
	like "$(<"$TMP/journal")" '^MAILGUARD_REASON=denied-verb$' \
		"the journal gets fields"
	like "$(<"$TMP/journal")" '^MAILGUARD_TEXT=HELP later$' "and the command"
	like "$(<"$TMP/journal")" '^MAILGUARD_CLIENT=10\.0\.1\.2$' \
		"and the client's address without its port"
	like "$(grep -A 1 "^-- $(sed -n 's/^MESSAGE_ID=//p' "$TMP/journal")\$" \
		"$TOP/userspace/mailguard.catalog")" \
		'^Subject: .*: denied-verb$' "the catalog explains the reason"
	hang_up $listener
}

test_syslog() {
	local reader
	python3 -c "$socket" /dev/log "$TMP/events/syslog" >"$TMP/syslog" &
	reader=$!
	wait_for 30 test -e "$TMP/events/syslog"
	listen silent --syslog reason denied-verb
	more_is_told silent ''
	wait $reader
	like "$(<"$TMP/syslog")" \
		'mailguard.*: denied: .*reason denied-verb text "HELP later"' \
		"syslog gets the line"
	hang_up $listener
}

# The client waits for the reply to each command. Otherwise TCP could put many of them
# into a packet, which makes one event.
flood='
import socket, sys
sock = socket.create_connection((sys.argv[1], 25))
sock.recv(100)
for _ in range(int(sys.argv[2])):
    sock.sendall(b"HELP\r\n")
    sock.recv(100)
'
refuser='
import socket
server = socket.create_server(("", 25))
open("READY", "w").close()
sock, _ = server.accept()
sock.sendall(b"220 mx\r\n")
while sock.recv(65536):
    sock.sendall(b"500 no\r\n")
'

# unread FIFO: how many bytes wait in it
unread='
import array, fcntl, os, sys, termios
count = array.array("i", [0])
fcntl.ioctl(os.open(sys.argv[1], os.O_RDWR), termios.FIONREAD, count)
print(count[0])
'

# A pipe has room for 64 kB, in pages of which the last bytes may stay free.
is_full() {
	[ "$(python3 -c "$unread" "$1")" -gt 60000 ]
}

test_flood() {
	local denied stuck
	denied=$(counter strict denied-verb)
	smtp_server_stop server 25
	in_server python3 -c "${refuser/READY/$TMP/events/ready}" &
	wait_for 30 test -e "$TMP/events/ready"
	mkfifo "$TMP/stuck"
	exec {reader}<>"$TMP/stuck"
	listen stuck
	stuck=$listener
	listen deaf
	kill -STOP $listener
	ok_if "a flood passes while a listener sleeps" \
		in_client python3 -c "$flood" $SERVER4 4000
	is $(($(counter strict denied-verb) - denied)) 4000 \
		"every command was denied"
	ok_if "a listener waits whose output nobody reads" \
		wait_for 60 is_full "$TMP/stuck"
	kill "$stuck"
	ok_if "but a signal ends it" wait_for 30 is_gone "$stuck"
	kill -KILL "$stuck" 2>/dev/null
	wait "$stuck"
	is $? 0 "with status 0"
	exec {reader}<&-
	kill -CONT $listener
	ok_if "the listener is told how many events it lost" \
		wait_for 30 more_is_told deaf '^# [0-9]+ events lost$'
	ok_if "and lives" kill -0 $listener
	hang_up $listener
}

test_rate() {
	guard 'policy default { commands { noop, quit }; event-rate 2 }'
	listen few reason denied-verb
	smtp_talk client $SERVER4 2525 <<-'END' >/dev/null
		< 220
		raw HELP 1\r\nHELP 2\r\nHELP 3\r\nHELP 4\r\nHELP 5\r\n
		< 5
		< 5
		< 5
		< 5
		< 5
		> QUIT
		< 221
		eof
	END
	wait_for 30 told few 'HELP 2'
	wait_for 30 more_is_told few suppressed
	ok_if "what is beyond the rate is counted in the next event" \
		told few ' suppressed [0-9]+'
	hang_up $listener
}

# The client asks for a server by name, and goes.
hello='
import socket, ssl, sys
sock = socket.create_connection((sys.argv[1], 2525))
sock.recv(100)
for line in b"EHLO c\r\n", b"STARTTLS\r\n":
    sock.sendall(line)
    sock.recv(1000)
context = ssl.create_default_context()
try:
    context.wrap_socket(sock, server_hostname="mx.example.org")
except (ssl.SSLError, OSError):
    pass
'

test_tls() {
	guard 'policy default { commands { ehlo, starttls, noop, quit } }'
	smtp_server_stop server 2525
	smtp_server server 2525 <<-'END'
		> 220 mx
		line EHLO
		> 250 STARTTLS
		line STARTTLS
		> 220 go on
		await hello
		close
	END
	listen tls
	in_client python3 -c "$hello" $SERVER4 &
	ok_if "TLS is told, with the name of the server" \
		wait_for 30 told tls ' reason tls .*mx\.example\.org'
	happen hello
	wait $!
	hang_up $listener
}

# idle_connection NAME: a client that says nothing until NAME happens.
idle_connection() {
	smtp_talk client $SERVER4 2526 <<-END >/dev/null &
		< 220
		await $1
	END
	idle=$!
	wait_for 30 is_listed
}

is_listed() {
	guard list connections policy default | grep -q :2526
}

# ends_as WORD CMD...: what ends an idle connection for the guard.
ends_as() {
	local word=$1
	shift
	listen "$word" connections
	idle_connection "$word"
	"$@"
	ok_if "the end of a connection is told: $word" \
		wait_for 30 told "$word" "^.* $word .*lasted"
	happen "$word"
	wait $idle
	hang_up $listener
}

forget_connections() {
	in_gw conntrack -D -p tcp --dport 2526 >/dev/null 2>&1
}

# To list the entries also removes those that have expired.
is_forgotten() {
	! in_gw conntrack -L -p tcp --dport 2526 2>/dev/null |
		grep -q ESTABLISHED
}

test_ends() {
	local timeout=net.netfilter.nf_conntrack_tcp_timeout_established
	smtp_server_stop server 2526
	smtp_server server 2526 <<<"auto"
	ends_as deleted forget_connections
	in_gw sysctl -qw $timeout=1
	ends_as timeout wait_for 30 is_forgotten
	in_gw sysctl -qw $timeout=432000
	ends_as released guard no fixup protocol smtp 2525-2526
}

# more_is_told NAME REGEX: another event tells what became of those before.
more_is_told() {
	smtp_talk client $SERVER4 2525 <<-'END' >/dev/null
		< 220
		> HELP later
		< 5
		> QUIT
		< 221
		eof
	END
	told "$1" "$2"
}

listen json -j
json=$listener
listen ends connections policy strict
ends=$listener
listen others address 192.0.2.0/24
others=$listener
listen all
test_dialogue $json $ends $others
test_resets
hang_up $listener
is $? 0 "so it does in text"
test_pipe
test_journal
test_syslog
test_flood
test_rate
test_tls
test_ends

finish
