#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packets as network cards make them: larger than the link's (GSO), put together
# (GRO), larger than 64 kB (BIG TCP), kept as a list of segments, and jumbo
# frames; with checksums, and with such as are still to be made.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft ethtool nstat python3 mailguard
setup_topology

# on_links CMD...: with the name of each end of a link where % stands.
on_links() {
	in_client "${@/\%/eth0}" &&
		in_server "${@/\%/eth0}" &&
		in_gw "${@/\%/outside}" &&
		in_gw "${@/\%/inside}"
} >/dev/null

seen() {
	in_gw nft list table inet seen | grep -q 'packets [1-9]'
}

# passes DESCRIPTION "HOST..." LENGTHS [OPTION...]: with packets of such lengths. A
# sender whose timer ran out has a small congestion window, and fills no such packet:
# that is tried again.
passes() {
	local what=$1 hosts=$2 lengths=$3 try
	shift 3
	in_gw nft -f - <<-END
		table inet seen
		delete table inet seen
		table inet seen {
			chain forward {
				type filter hook forward priority filter;
				tcp dport 25 meta length $lengths counter
			}
		}
	END
	for try in 1 2 3 4 5; do
		mail_passes "$what" client "$hosts" 25 "$@"
		! seen || break
	done
	ok_if "$what: in packets of $lengths bytes, at try $try" seen
}

# The sender's kernel makes packets that no link would take, and cuts none.
test_gso() {
	passes "GSO" "$SERVER4 $SERVER6" 1501-65535
}

# patient NANOSECONDS: for so long the gateway's card waits for more to put
# together. Else it is chance whether segments come in one go: the processors take
# turns.
patient() {
	in_gw sh -c "echo $1 >/sys/class/net/outside/gro_flush_timeout"
}

# The sender cuts them, computes checksums, and the gateway puts them together,
# to cut them again.
test_gro() {
	on_links ethtool -K % gro on tso off tx off
	ok_if "GRO waits" patient 2000000
	passes "GRO" "$SERVER4 $SERVER6" 1501-65535
}

# GRO keeps the segments as they came, in a list. Linux does that to TCP since
# 6.10.
test_list() {
	on_links ethtool -K % rx-gro-list on
	passes "a list of segments" "$SERVER4 $SERVER6" 1501-65535 -s 20000
	on_links ethtool -K % rx-gro-list off
	patient 0
}

test_jumbo() {
	on_links ethtool -K % gro off
	on_links ip link set dev % mtu 9000
	passes "jumbo frames" "$SERVER4 $SERVER6" 8900-9000
	on_links ip link set dev % mtu 65535
	passes "frames of 65535" "$SERVER4 $SERVER6" 30000-65535 -s 300000
}

# The length stands in a header of its own, or nowhere. The kernel counts that
# header, too, when it asks whether a segment fits the link. It needs a sender
# with much to send and a wide window.
test_big() {
	on_links ethtool -K % gro on tso on tx on
	on_links ip link set dev % mtu 9100 gso_max_size 180000 \
		gro_max_size 180000
	in_client ip link set dev eth0 mtu 9000
	in_client sysctl -qw net.ipv4.tcp_tso_rtt_log=20 \
		net.ipv4.tcp_wmem="4096 500000 500000"
	in_server sysctl -qw net.ipv4.tcp_rmem="4096 4000000 4000000"
	passes "BIG TCP" $SERVER6 65600-180000 -s 1500000
	on_links "$HERE/link_max_size.py" % 180000
	if [ $? -eq 4 ]; then
		pass "BIG TCP over IPv4 # SKIP Linux has it since 6.3"
	else
		passes "BIG TCP over IPv4" $SERVER4 65600-180000 -s 1500000
	fi
}

in_gw mailguard fixup protocol smtp 25
mail_server server
# Nor does the window of one connection depend on what befell those before.
for role in client server; do
	in_ns $role sysctl -qw net.ipv4.tcp_no_metrics_save=1
done
test_gso
test_gro
test_list
test_jumbo
# A jumbogram can't be cut. Where memory has no room for all of it, it is dropped,
# and the sender repeats it in smaller segments.
is "$(counter no-memory)" 0 "no packet was of a kind that cannot be edited"
test_big
is "$(bad_checksums)" 0 "nobody saw a wrong checksum"

finish
