#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The guard comes and goes under traffic: the module is loaded and unloaded,
# fixups are made and taken back, a policy is replaced, a namespace destroyed,
# the ruleset flushed, in random order. storm.py does it, storm_mail.py is the
# traffic and judges it.
#
# TEST_STORMS=1000 does each so many times. SEED makes the same order again.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft python3 mailguard
setup_topology
storms=${TEST_STORMS:-20}
ports="25 2501 2502"
export SEED=${SEED:-$RANDOM}
note "SEED=$SEED"

# Namespaces are taken down one batch after the other: the device of this one
# stays until the earlier ones are gone.
has_last() {
	in_gw ip link show last
}

namespaces_end() {
	ip netns add "last-$$"
	in_gw ip link add last type veth peer name eth0 netns "last-$$"
	ip netns del "last-$$"
	wait_for 60 eval "! has_last"
}

# Where the kernel put our objects and those of another cache of that size into
# one, the name is a link to that one, and the kernel leaves it.
slab_is_gone() {
	local slab=/sys/kernel/slab/nf_conntrack_smtp
	[ ! -e "$slab" ] || [ -L "$slab" ]
}

module_ends() {
	wait_for 60 modprobe -r nf_conntrack_smtp &&
		[ ! -e /sys/module/nf_conntrack_smtp ] && slab_is_gone
}

storm() {
	local client server said
	# shellcheck disable=SC2086 # lists of ports
	{
		ip netns exec "server-$$" "$HERE/storm_mail.py" receive \
			"$TMP/received" $ports &
		server=$!
		wait_listen server 2502
		ip netns exec "client-$$" "$HERE/storm_mail.py" send \
			"$TMP/sent" $SERVER4 $ports &
		client=$!
		said=$(in_gw "$HERE/storm.py" "$storms" "$TMP/times" \
			"$TMP/sent" $ports 2>&1)
		is $? 0 "each operation, $storms times, succeeds"
	}
	note "$said"
	kill $client
	wait $client 2>/dev/null
	kill $server
}

: >"$TMP/sent"
modprobe nf_conntrack_smtp
storm
is "$("$HERE/storm_mail.py" judge "$TMP/times" "$TMP/sent" "$TMP/received" \
	2>"$TMP/sum")" "" \
	"mail arrives once and whole, and what is guarded, from its beginning on"
note "$(cat "$TMP/sum")"
in_gw nft flush ruleset
ok_if "no namespace stays" namespaces_end
ok_if "the module and its memory go" module_ends
ok_if "it can be loaded again" modprobe nf_conntrack_smtp

finish
