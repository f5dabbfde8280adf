#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mailguard probe asks whatever answers, or does not. No guard and no gateway is
# needed: the scripted servers stand for other products, and for what is no mail
# server at all.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need mailguard openssl python3
setup_topology

# An address of the server's network that nobody has.
NOBODY=10.0.2.99
port=2500

# probed [OPTION...] HOST: $said and $status.
probed() {
	said=$(in_client timeout 60 mailguard probe "$@" 2>&1)
	status=$?
}

# against WANTED_STATUS [OPTION...] <SCRIPT: probe a server that does so.
against() {
	local wanted=$1
	shift
	port=$((port + 1))
	smtp_server server $port
	probed "$@" "$SERVER4:$port"
	is "$status" "$wanted" "$what: status"
}

# dialogue [OPTION...] <SCRIPT: one that must come to its end as written.
dialogue() {
	against "$@"
	ok_if "$what: every question is asked as it should be" \
		served server $port
}

test_asa() {
	what="an ASA"
	dialogue 2 -t 60 <<-'END'
		> 220 ***0**********
		< EHLO [10.0.1.2]
		> 250-mx.example.org
		> 250-SIZE 10240000
		> 250-XXXXXXXA
		> 250 XXXB
		< NOOP
		> 250 2.0.0 Ok
		< goodmorning
		> 500 Command unknown: 'XXXXXXXXXXX'
		< QUIT
		> 221 bye
		eof
	END
	like "$said" '^  Profile: asa$' "$what: is named"
	like "$said" '^  STARTTLS  may be what is masked' "$what: what breaks"
	like "$said" '^      no inspect esmtp$' "$what: the remedy"
}

test_broken_greetings() {
	what="a greeting without a blank"
	against 2 <<-'END'
		> 220****************
		< EHLO
		> 502 unimplemented
		< HELO
		> 250 mx.example.org
		close
	END
	like "$said" 'The greeting has no end' "$what: hangs clients"

	what="a masked second line"
	against 2 <<-'END'
		raw 220-*********\r\n***2*************\r\n
		< EHLO
		> 502 unimplemented
		< HELO
		> 250 mx.example.org
		< NOOP
		> 250 ok
		< goodmorning
		> 502 unimplemented
		< QUIT
	END
	like "$said" 'The greeting has no end' "$what: hangs clients"
	like "$said" '^  Profile: pix-6\.3$' "$what: the profile"
}

# Slow is not broken: the postscreens of this world.
test_slow() {
	what="a server that says one byte after the other"
	dialogue 0 -t 60 <<-'END'
		charraw 220-mx.example.org\r\n220 ESMTP\r\n
		< EHLO
		charraw 250-mx\r\n250 SIZE\r\n
		< NOOP
		> 250 ok
		< goodmorning
		> 500 unrecognized command
		< QUIT
		> 221 bye
		eof
	END
}

test_hostile() {
	what="control characters"
	against 1 -t 60 <<-'END'
		raw 220 \x1b]0;gotcha\x07\x00\x9b31m\xc3\xa9 mx\r\n
		< EHLO
		raw \x1b[2J\r\n
		close
	END
	like "$said" '220 \\x1b\]0;gotcha\\x07\\x00\\x9b31m\\xc3\\xa9 mx$' \
		"$what: are written out"
	is "$(LC_ALL=C tr -d '\n -~' <<<"$said")" "" "$what: none comes through"

	what="a line without an end"
	against 1 -t 60 <<-'END'
		repeat 100000 220 for ever and ever
	END
	like "$said" 'the greeting has no end$' "$what: is given up"

	what="a reply without an end"
	against 1 -t 60 <<-'END'
		> 220 mx.example.org
		< EHLO
		repeat 100000 250-MORE\r\n
	END
	like "$said" 'the answer to EHLO has no end$' "$what: is given up"

	what="a close before the greeting"
	against 1 <<<"close"
	like "$said" 'closed before a greeting came$' "$what: is told"

	what="a reset within the greeting"
	against 1 <<-'END'
		raw 220-mx.exam
		acked
		reset
	END

	what="a server that turns us away"
	dialogue 1 <<-'END'
		> 554 mx.example.org No SMTP service here
		< QUIT
		> 221 bye
		eof
	END
	like "$said" 'the server turns us away$' "$what: is told"

	what="another protocol"
	against 1 <<-'END'
		> SSH-2.0-OpenSSH_9.2p1
		gone
	END
	like "$said" 'no SMTP server$' "$what: is told"
}

declare -A waiting

# begin NAME [OPTION...] HOST: probe in the background.
begin() {
	{
		probed "${@:2}"
		printf '%s\n' "$status" "$said" >"$TMP/probed-$1"
	} &
	waiting[$1]=$!
}

# begin_against NAME [OPTION...] <SCRIPT: a server that does so.
begin_against() {
	port=$((port + 1))
	smtp_server server $port
	begin "$@" "$SERVER4:$port"
}

# ended NAME PATTERN: it has failed, and says this.
ended() {
	wait "${waiting[$1]}"
	status=$(sed -n 1p "$TMP/probed-$1")
	said=$(sed 1d "$TMP/probed-$1")
	is "$status" 1 "$1: status"
	like "$said" "$2" "$1: is told"
}

# The end of the time is what these wait for, all at once. Three quarters of it
# are for the greeting, and half of what is left for an answer.
begin_silent() {
	begin_against "a server that never speaks" -t 12 <<-'END'
		line QUIT
		await never
	END
	begin_against "a greeting that does not end" -t 12 <<-'END'
		raw 220-mx.example.org\r\n
		await never
	END
	begin_against "a server that falls silent" -t 12 <<-'END'
		> 220 mx.example.org ESMTP
		line EHLO
		await never
	END
	in_gw ip neigh add $NOBODY lladdr 02:00:00:00:00:99 dev inside
	in_client mailguard probe -t 60 $NOBODY >/dev/null 2>&1 &
	patient=$!
	begin "an address that nobody has" -t 2 $NOBODY
}

# These speak only when they are spoken to, behind three quarters of the time.
begin_no_smtp() {
	begin_against "an HTTP server" -t 24 <<-'END'
		line QUIT
		> HTTP/1.1 400 Bad Request
		> Connection: close
		close
	END
	certify
	in_server openssl s_server -accept 465 -key "$TMP/key" \
		-cert "$TMP/cert" -quiet >/dev/null 2>&1 &
	wait_listen server 465
	begin "a TLS port" -t 24 $SERVER4:465
}

test_waiting() {
	local patient
	begin_no_smtp
	begin_silent
	ended "an address that nobody has" \
		"^$NOBODY port 25: Connection timed out$"
	ok_if "an address that nobody has: sooner than with more time" \
		kill "$patient"
	ended "a server that never speaks" 'no greeting came within the time$'
	ended "a greeting that does not end" \
		'the greeting did not come to its end$'
	ended "a server that falls silent" \
		'EHLO was not answered within the time$'
	ended "an HTTP server" 'an HTTP server answers$'
	ended "a TLS port" 'TLS port'
}

test_unreachable() {
	probed $SERVER4:9
	is "$status" 1 "a closed port: status"
	like "$said" '^10\.0\.2\.2 port 9: Connection refused$' "a closed port"
	in_gw ip route add unreachable 192.0.2.0/24
	probed 192.0.2.25
	is "$status" 1 "no route: status"
	like "$said" 'No route to host$' "no route: is told"
}

# A dead address first; -4 and -6 choose.
test_addresses() {
	printf '%s mx.test\n' fd00:2::77 $SERVER4 >"$TMP/hosts"
	port=$((port + 1))
	smtp_server server $port <<<"auto"
	# Who is in a namespace has mounts of his own.
	in_client sh -c "mount --bind '$TMP/hosts' /etc/hosts &&
		mailguard probe mx.test:$port; mailguard probe -6 mx.test:$port" \
		>"$TMP/said" 2>&1
	said=$(cat "$TMP/said")
	like "$said" "^fd00:2::77 port $port: No route to host$" \
		"an address that is dead is told"
	like "$said" "^$SERVER4 port $port \(mx\.test\)$" "the next one is asked"
	like "$said" "cannot connect to 'mx\.test'$" "-6 asks no other"
	probed "[$SERVER6]:$port"
	is "$status" 0 "IPv6 in brackets"
}

# A name server that nobody is; the resolver would ask it for minutes.
test_no_resolver() {
	printf '%s\n' "nameserver $NOBODY" "options timeout:30 attempts:5" \
		>"$TMP/resolv.conf"
	in_client sh -c "mount --bind '$TMP/resolv.conf' /etc/resolv.conf &&
		timeout 60 mailguard probe -t 3 mx.example.org" \
		>"$TMP/said" 2>&1
	is "$?" 1 "no resolver: status"
	is "$(cat "$TMP/said")" "mailguard: cannot tell: cannot find\
 'mx.example.org': the resolver does not answer" "no resolver: is told"
}

test_command_line() {
	local word
	for word in "$SERVER4:0" "$SERVER4:65536" "$SERVER4:smtp" "[::1" ":25" \
		"" "-t0 $SERVER4" "-t 1x $SERVER4" "$SERVER4 25" "-x $SERVER4"
	do
		# shellcheck disable=SC2086 # words, but for the empty one
		probed ${word:-""}
		is "$status" 1 "probe $word: is refused"
		like "$said" '^(mailguard: |Usage: )' "probe $word: why"
	done
	probed -j -t 5 nobody.invalid
	is "$status" 1 "JSON of a name that is none: status"
	like "$said" '"error": "cannot find .nobody\.invalid.' \
		"JSON of a name that is none: why"
	ok_if "JSON of a name that is none: is JSON" \
		python3 -m json.tool - /dev/null <<<"$said"
}

test_asa
test_broken_greetings
test_slow
test_hostile
test_waiting
test_unreachable
test_addresses
test_no_resolver
test_command_line

finish
