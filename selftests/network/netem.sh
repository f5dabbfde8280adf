#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A bad network on both sides of the gateway: every mail arrives once, byte for
# byte, and nothing that is not one.
#
# TEST_MESSAGES=1250 sends so many through each network.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft tc ethtool python3 openssl mailguard
setup_topology
messages=${TEST_MESSAGES:-40}

# network ROLE DEVICE [WORDS...]: what netem does to what leaves there.
network() {
	local role=$1 device=$2
	shift 2
	in_ns "$role" tc qdisc replace dev "$device" root netem limit 10000 "$@"
}

# networks WORDS...: in both directions, on both sides.
networks() {
	network client eth0 "$@"
	network gw outside "$@"
	network gw inside "$@"
	network server eth0 "$@"
}

# knows ROLE DEVICE ADDRESS OTHER-ROLE OTHER-DEVICE: it need not ask for the other's
# address by ARP, which has no checksum.
knows() {
	in_ns "$1" ip neigh replace "$3" dev "$2" nud permanent \
		lladdr "$(in_ns "$4" cat "/sys/class/net/$5/address")"
}

all_know() {
	knows client eth0 $GW4 gw outside
	knows gw outside $CLIENT4 client eth0
	knows gw inside $SERVER4 server eth0
	knows server eth0 10.0.2.1 gw inside
}

# deliver DESCRIPTION COUNT [HOW]: so many mails arrive.
deliver() {
	local what=$1 count=$2 how=${3:-data}
	: >"$TMP/received"
	ok_if "$what: all mails are sent" \
		timeout $((1000 * ${TEST_PATIENCE:-1})) \
		ip netns exec "client-$$" python3 "$LIB/mail_load.py" \
		send $SERVER4 25 "$count" "$TMP/sent" "$how"
	is "$(diff <(sort "$TMP/sent") <(sort "$TMP/received"))" "" \
		"$what: each arrives once, and nothing else does"
	note "so far out of order $(counter out-of-order), reordered $(counter reordered), repeated $(counter repeated), blanked $(counter blanked)"
}

# try DESCRIPTION WORDS...: in such a network.
try() {
	local what=$1 before
	shift
	networks "$@"
	before=$(counter messages)
	deliver "$what" "$messages"
	is "$(($(counter messages) - before))" "$messages" \
		"$what: each is counted"
}

# goes_ahead DESCRIPTION HOW: what overtakes need not wait for the rest. Chance
# would not do: every fourth packet of the client does it, and a chunk is many.
goes_ahead() {
	local before
	before=$(counter out-of-order)
	in_client ethtool -K eth0 tso off gso off
	network client eth0 delay 20ms reorder 100% gap 4
	deliver "$1" "$((messages / 4))" "$2"
	ok_if "$1: some of it goes ahead" test "$(counter out-of-order)" -gt "$before"
	in_client ethtool -K eth0 tso on gso on
}

certify
in_gw mailguard -f - <<-'END'
	policy default {
		commands { helo, ehlo, mail, rcpt, data, bdat, starttls, quit }
	}
	fixup protocol smtp 25
END
in_server python3 "$LIB/mail_load.py" receive 25 "$TMP/received" "$TMP/pem" &
wait_listen server 25
try "a good network" delay 1ms
try "0.1 % loss" delay 1ms loss 0.1%
try "1 % loss" delay 1ms loss 1%
try "5 % loss" delay 1ms loss 5%
try "reordering" delay 5ms 1ms reorder 75%
try "duplication" delay 1ms duplicate 10%
all_know
try "corruption" delay 1ms corrupt 1%
try "delay and jitter" delay 10ms 5ms distribution normal
networks delay 1ms
goes_ahead "reordering and BDAT" bdat
goes_ahead "reordering and TLS" tls
networks delay 1ms loss 1%
deliver "1 % loss and BDAT" "$((messages / 4))" bdat
deliver "1 % loss and TLS" "$((messages / 4))" tls
is "$(counter denied-verb)" 0 "nothing is masked that should not be"

finish
