#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fragments, IPv4 options and IPv6 extension headers, from both sides: the kernels
# of client and server talk through reshape.py.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft nstat python3 mailguard modprobe
modprobe -q tun
[ -e /dev/net/tun ] || skip_all "no tun"
setup_topology

# add_shape ROLE N DEVICE: what the host sends to the network N goes through
# reshape.py, and what it gets does not.
add_shape() {
	local mac
	mac=$(in_gw cat "/sys/class/net/$3/address")
	in_ns "$1" python3 "$HERE/reshape.py" shape eth0 "$mac" \
		2>"$TMP/reshape-$1.log" &
	wait_for 60 in_ns "$1" ip link show shape
	ip -n "$1-$$" -b - <<-END
		link set shape up mtu 1400
		route add 10.0.$2.0/24 dev shape src 10.0.$((3 - $2)).2
		route add fd00:$2::/64 dev shape src fd00:$((3 - $2))::2
	END
}

# What comes from both sides in each shape, before conntrack puts it together.
see() {
	local match
	{
		echo "add table inet seen"
		echo "add chain inet seen prerouting {"
		echo "type filter hook prerouting priority -450; }"
		for match in "ip frag-off & 0x3fff != 0" "ip option rr exists" \
			"exthdr frag exists" "exthdr hbh exists" \
			"exthdr dst exists" "exthdr rt exists" \
			"exthdr hbh exists exthdr dst exists exthdr rt exists exthdr frag exists"; do
			echo "add rule inet seen prerouting iifname outside $match counter"
			echo "add rule inet seen prerouting iifname inside $match counter"
		done
	} | in_gw nft -f -
}

# How many packets client and server put together.
whole() {
	local role
	for role in client server; do
		in_ns $role nstat -asz "IpReasmOKs" "Ip6ReasmOKs"
	done | awk '/ReasmOKs/ { print $2 }'
}

in_gw mailguard fixup protocol smtp 25
add_shape client 2 outside
add_shape server 1 inside
mail_server server
see
mail_passes "all shapes" client "$SERVER4 $SERVER4 $SERVER6 $SERVER6 $SERVER6
	$SERVER6 $SERVER6" 25 -s 10000
unlike "$(in_gw nft list chain inet seen prerouting)" 'packets [0-9] ' \
	"each of them came from both sides"
unlike "$(whole)" '^0$' "fragments left in fragments, to both sides"
is "$(bad_checksums)" 0 "nobody saw a wrong checksum"

finish
