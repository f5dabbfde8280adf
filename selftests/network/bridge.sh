#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The gateway as a bridge. With br_netfilter the table of "mailguard fixup" sees
# what is bridged; without, a table of the family bridge assigns the helper.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft tc python3 mailguard modprobe sysctl
modprobe -q br_netfilter || skip_all "no br_netfilter"
setup_topology

server4=10.0.3.3 server6=fd00:3::3

# Client and server in one network.
make_bridge() {
	in_gw ip -b - <<-'END'
		link add br0 type bridge
		addr flush dev outside
		addr flush dev inside
		link set outside master br0
		link set inside master br0
		link set br0 up
	END
	in_client ip -b - <<-'END'
		addr add 10.0.3.2/24 dev eth0
		addr add fd00:3::2/64 dev eth0 nodad
	END
	in_server ip -b - <<-END
		addr add $server4/24 dev eth0
		addr add $server6/64 dev eth0 nodad
	END
}

# The client is at the other end of a tunnel that is a port of the bridge. What
# comes out of it carries no route, but what the tunnel says of itself.
make_tunnel() {
	in_gw ip -b - <<-END
		link set outside nomaster
		addr add $GW4/24 dev outside
		link add tunnel type geneve external
		link set tunnel master br0
		link set tunnel up
	END
	in_gw tc qdisc add dev tunnel clsact
	in_gw tc filter add dev tunnel egress matchall action tunnel_key set \
		src_ip $GW4 dst_ip $CLIENT4 dst_port 6081 id 7
	in_client ip -b - <<-END
		addr del 10.0.3.2/24 dev eth0
		addr del fd00:3::2/64 dev eth0
		link add tunnel type geneve id 7 remote $GW4
		link set tunnel up
		addr add 10.0.3.2/24 dev tunnel
		addr add fd00:3::2/64 dev tunnel nodad
	END
}

# Where resets of the bridge's own start from.
add_address() {
	in_gw ip -b - <<-'END'
		addr add 10.0.3.1/24 dev br0
		addr add fd00:3::1/64 dev br0 nodad
	END
}

br_netfilter() {
	in_gw sysctl -qw net.bridge.bridge-nf-call-iptables="$1" \
		net.bridge.bridge-nf-call-ip6tables="$1"
}

# ended HOST: how a connection ends for its client, when a line is too long.
ended() {
	smtp_talk client "$1" 2525 <<-'END' | tail -n 1
		< 220
		repeat 200 NOOP
		gone
	END
}

# guarded DESCRIPTION
guarded() {
	mail_passes "$1" client "$server4 $server6" 25
	smtp_server server 2525 <<-'END'
		> 220 mx
		gone
	END
	is "$(ended $server4)" rst "$1, IPv4: a reset reaches the client"
	is "$(ended $server6)" rst "$1, IPv6: a reset reaches the client"
	ok_if "$1, IPv4: and the server" served server 2525 1
	ok_if "$1, IPv6: and the server" served server 2525 2
	smtp_server_stop server 2525
}

make_bridge
mail_server server
in_gw mailguard 'fixup protocol smtp 25; fixup protocol smtp 2525'

br_netfilter 0
like "$(smtp_talk client $server4 25 <<<"line 220")" ESMTP \
	"without br_netfilter the table inet sees nothing of a bridge"
add_address
br_netfilter 1
guarded "br_netfilter"

br_netfilter 0
ok_if "table bridge: its rules are taken" in_gw nft -f - <<-'END'
	table bridge smtp {
		ct helper smtp {
			type "smtp" protocol tcp
		}
		chain prerouting {
			type filter hook prerouting priority filter;
			ct state invalid exthdr frag exists counter drop
			tcp dport { 25, 2525 } jump guard
			tcp sport { 25, 2525 } jump guard
			ct state new,related tcp dport { 25, 2525 } jump smtp
		}
		chain smtp {
			ct helper set "smtp"
			ct status & 0x2000 == 0 counter reject with tcp reset
		}
		chain guard {
			ct state invalid,untracked counter drop
			ct state new,related tcp flags & (fin | syn | rst | ack) != syn \
				counter reject with tcp reset
			ct state established ct status & 0x2000 == 0 \
				tcp flags & (fin | syn | rst | ack) == syn \
				counter reject with tcp reset
		}
	}
END
guarded "table bridge"
make_tunnel
guarded "table bridge, a tunnel"

finish
