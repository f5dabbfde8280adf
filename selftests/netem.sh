#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A bad network on both sides of the gateway: every mail arrives once, octet for
# octet, and nothing that is not one.
#
# TEST_MESSAGES=10000 sends so many through each network.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need nft tc python3 mailguard
setup_topology
messages=${TEST_MESSAGES:-60}

# network ROLE DEVICE [WORDS...]: what netem does to what leaves there.
network() {
	local role=$1 device=$2
	shift 2
	in_ns "$role" tc qdisc replace dev "$device" root netem limit 10000 "$@"
}

# deliver DESCRIPTION WORDS...: in both directions, on both sides.
deliver() {
	local what=$1 before
	shift
	network client eth0 "$@"
	network gw outside "$@"
	network gw inside "$@"
	network server eth0 "$@"
	before=$(counter messages)
	: >"$TMP/received"
	ok_if "$what: all mails are sent" timeout 1000 \
		ip netns exec "client-$$" python3 "$LIB/mail_load.py" \
		send $SERVER4 25 "$messages" "$TMP/sent"
	is "$(diff <(sort "$TMP/sent") <(sort "$TMP/received"))" "" \
		"$what: each arrives once, and nothing else does"
	is "$(($(counter messages) - before))" "$messages" \
		"$what: each is counted"
	note "so far ahead $(counter ahead), reordered $(counter reordered), repeated $(counter repeated), blanked $(counter blanked)"
}

in_gw mailguard fixup protocol smtp 25
in_server python3 "$LIB/mail_load.py" receive 25 "$TMP/received" &
wait_listen server 25
deliver "a good network" delay 1ms
deliver "0.1 % loss" delay 1ms loss 0.1%
deliver "1 % loss" delay 1ms loss 1%
deliver "5 % loss" delay 1ms loss 5%
deliver "reordering" delay 5ms 1ms reorder 75%
deliver "duplication" delay 1ms duplicate 10%
deliver "corruption" delay 1ms corrupt 1%
deliver "delay and jitter" delay 10ms 5ms distribution normal
is "$(counter denied-verb)" 0 "nothing is masked that should not be"

finish
