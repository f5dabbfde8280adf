#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs on: one kernel
#
# The recipes of the guide for rate limits and block lists, that marks.sh does not
# have: the files are loaded as they stand there.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=../lib/guide.sh
. "$LIB/guide.sh"

need nft mailguard conntrack
setup_guide

# connect N [hold]: so many connections to the server, one after the other, or at the
# same time. Prints how many there were until one was refused.
connect() {
	in_client python3 - "$SERVER4" "$@" <<-'END'
		import socket
		import sys

		held = []
		for n in range(int(sys.argv[2])):
		    try:
		        sock = socket.create_connection((sys.argv[1], 25), 30)
		    except ConnectionRefusedError:
		        break
		    held.append(sock)
		    if len(sys.argv) < 4:
		        sock.recv(100)
		        sock.close()
		print(len(held))
	END
}

# all_ended: the connections that conntrack knows. A server may end later than its client.
all_ended() {
	! in_gw conntrack -L -p tcp 2>/dev/null | grep -qvE ' (CLOSE|TIME_WAIT) '
}

# Each two seconds a client may begin one more.
test_connections() {
	local n
	load_example connections.nft
	is "$(connect 12 hold)" 10 "a client has 10 connections at once"
	wait_for 30 all_ended
	n=$(connect 1000)
	ok_if "it may begin 30, and not 1000" \
		test "$n" -ge 20 -a "$n" -lt 1000
	ok_if "another client need not" greets $PARTNER
	ok_if "a network is not limited" in_gw nft add element inet \
		connections unlimited4 "{ $CLIENT4/24 }"
	ok_if "and need not wait" greets $CLIENT4
	clear_gateway
}

# list NETWORK...: with the script of the guide
list() {
	printf '%s\n' "$@" >"$TMP/list"
	in_gw sh "$EXAMPLES/blocklist-load.sh" "$TMP/list"
}

test_blocklist() {
	load_example blocklist.nft
	ok_if "a list is loaded" list 203.0.113.0/24 $PARTNER/32
	fails_if "a client that is listed is refused" greets $PARTNER
	ok_if "another is not" greets $CLIENT4
	ok_if "another list is loaded" list 203.0.113.0/24 10.0.1.0/24
	ok_if "the client is not listed any more" greets $PARTNER
	fails_if "the other one is" greets $CLIENT4
	fails_if "a list with an error is not loaded" list 10.0.1.2 nonsense
	fails_if "the old one stays" greets $CLIENT4
	ok_if "a network is listed for a day" in_gw nft add element inet \
		blocklist today4 "{ $PARTNER/24 timeout 1d }"
	fails_if "its clients are refused" greets $PARTNER
	clear_gateway
}

test_denied() {
	load_example denied.conf denied.nft
	goes "a client has two denied commands" $CLIENT4 "< 220" \
		"> VRFY root" "< 502" "> EXPN root" "< 502" "> QUIT" "< 221"
	like "$(in_gw nft list set inet denied clients4)" \
		"$CLIENT4 .*counter packets 2 " "they are counted for it"
	clear_gateway
}

# guesses N: so many unknown recipients in one connection
guesses() {
	local n script=
	for ((n = 0; n < $1; n++)); do
		script+=$'> RCPT TO:<x@example.com>\n< 554\n'
	done
	ask "$CLIENT4" "< 220" "> HELO client.example.net" "< 250" \
		"> MAIL FROM:<a@example.net>" "< 250" "${script%?}"
}

is_offender() {
	in_gw mailguard list offenders | grep -q "^client $CLIENT4 "
}

test_harvest() {
	load_example harvest.conf
	ok_if "a client guesses 10 addresses" guesses 10
	fails_if "it is no offender" is_offender
	fails_if "not more in one connection" guesses 12
	ok_if "it is an offender" wait_for 30 is_offender
	fails_if "it cannot connect" greets $CLIENT4
	ok_if "another client can" greets $PARTNER
	ok_if "it is forgiven" guard delete offender $CLIENT4
	ok_if "it can connect" greets $CLIENT4
	clear_gateway
}

postfix_start server "smtpd_error_sleep_time = 0s" \
	"smtpd_hard_error_limit = 100" \
	"smtpd_client_connection_count_limit = 0"
test_connections
test_blocklist
test_denied
test_harvest
finish
