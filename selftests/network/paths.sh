#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Ways through the gateway, to it and from it: translated addresses, tunnels of
# IPsec, VRFs, conntrack zones, VLANs, connections of its own.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft conntrack ethtool python3 mailguard
setup_topology

# To the gateway's address, the server's is translated; to the server's, the
# client's is; to another one of the gateway's, both are, as when a server talks
# to itself by the gateway's address. The ports are those before the translation.
make_nat() {
	in_gw ip addr add 10.0.1.9/24 dev outside
	in_gw ip addr add fd00:1::9/64 dev outside nodad
	in_gw nft -f - <<-END
		table inet nat {
			chain prerouting {
				type nat hook prerouting priority dstnat;
				ip daddr { $GW4, 10.0.1.9, 10.0.2.1 } tcp dport { 25, 2525 } \
					dnat ip to $SERVER4:25
				ip6 daddr { $GW6, fd00:1::9, fd00:2::1 } tcp dport { 25, 2525 } \
					dnat ip6 to [$SERVER6]:25
			}
			chain postrouting {
				type nat hook postrouting priority srcnat;
				oifname inside ct original ip daddr != $GW4 masquerade
				oifname inside ct original ip6 daddr != $GW6 masquerade
			}
		}
	END
}

# translated DESCRIPTION REGEX: was it so?
translated() {
	like "$(in_gw conntrack -L 2>/dev/null)" "$2" \
		"$1: addresses are translated"
}

test_nat() {
	make_nat
	mail_passes "NAT" client \
		"$GW4 $GW6 $SERVER4 $SERVER6 10.0.1.9 fd00:1::9" 25 -s 30000
	translated "DNAT" "src=$CLIENT4 dst=$GW4 .*src=$SERVER4 dst=$CLIENT4"
	translated "masquerade" \
		"src=$CLIENT4 dst=$SERVER4 .*src=$SERVER4 dst=10.0.2.1"
	translated "both" "src=$CLIENT4 dst=10.0.1.9 .*src=$SERVER4 dst=10.0.2.1"
	mail_passes "hairpin" server "10.0.2.1 fd00:2::1" 25
	translated "hairpin" \
		"src=$SERVER4 dst=10.0.2.1 .*src=$SERVER4 dst=10.0.2.1"
}

test_ports() {
	like "$(smtp_talk client $GW4 2525 <<<"line 220")" "ESMTP" \
		"a port that is translated to a guarded one is not guarded"
	in_gw mailguard fixup protocol smtp 2525
	mail_passes "a port that is translated" client "$GW4 $GW6" 2525
	in_gw mailguard no fixup protocol smtp 2525
	in_gw nft delete table inet nat
}

# A second pair of networks with the same addresses, and the same ports at the
# same time. Only the zone keeps them apart.
add_zone() {
	add_role client2
	add_role server2
	add_link client2 1 outside2
	add_link server2 2 inside2
	in_gw ip -b - <<-'END'
		route add 10.0.1.0/24 dev outside2 table 2
		route add 10.0.2.0/24 dev inside2 table 2
		rule add iif outside2 lookup 2 pref 1
		rule add iif inside2 lookup 2 pref 1
	END
	in_gw nft -f - <<-'END'
		table inet zones {
			chain prerouting {
				type filter hook prerouting priority raw;
				iifname { "outside2", "inside2" } ct zone set 2
			}
		}
	END
}

# held ROLE: a connection from port 40000 that waits to be told to go on.
held() {
	smtp_talk "$1" $SERVER4 25 --source-port 40000 >"$TMP/held-$1" <<-END
		< 220
		touch greeted-$1
		await listed
		> VRFY root
		< 500
		> QUIT
		< 221
		eof
	END
}

test_zones() {
	local role
	add_zone
	mail_server server2
	for role in client client2; do
		held $role &
		wait_for 60 test -e "$TMP/events/greeted-$role"
	done
	is "$(in_gw conntrack -L -p tcp --orig-port-src 40000 2>/dev/null |
		grep -c "src=$CLIENT4 dst=$SERVER4 sport=40000 dport=25")" 2 \
		"there are two connections with the same addresses and ports"
	is "$(in_gw mailguard list connections |
		grep -c "^client $CLIENT4:40000 server $SERVER4:25")" 2 \
		"both are guarded"
	happen listed
	wait_for 60 grep eof "$TMP/held-client"
	wait_for 60 grep eof "$TMP/held-client2"
	for role in client client2; do
		is "$(cat "$TMP/held-$role")" '220 ********************\r\n
500 Co\r\n
221 bye\r\n
eof' "$role in its zone is guarded"
	done
	mail_passes "the other zone" client2 $SERVER4 25
	like "$(cat "$TMP/mail-server2/received")" . \
		"its mail reached its own server"
}

# add_vlan ROLE N DEVICE: on both ends of a host's link, with networks of its own.
add_vlan() {
	ip -n "$1-$$" -b - <<-END
		link add link eth0 name eth0.7 type vlan id 7
		link set eth0.7 up
		addr add 10.0.$2.2/24 dev eth0.7
		addr add fd00:$2::2/64 dev eth0.7 nodad
		route replace default via 10.0.$2.1
		route replace default via inet6 fd00:$2::1
	END
	ip -n "gw-$$" -b - <<-END
		link add link $3 name $3.7 type vlan id 7
		link set $3.7 up
		addr add 10.0.$2.1/24 dev $3.7
		addr add fd00:$2::1/64 dev $3.7 nodad
	END
}

# The client's link has the tags in the packets, the server's beside them.
test_vlan() {
	add_vlan client 11 outside
	add_vlan server 12 inside
	in_gw nft -f - <<-'END'
		table inet seen {
			chain forward {
				type filter hook forward priority filter;
				iifname outside.7 oifname inside.7 counter
				iifname inside.7 oifname outside.7 counter
			}
		}
	END
	in_client ethtool -K eth0 txvlan off >/dev/null
	in_gw ethtool -K outside txvlan off rxvlan off >/dev/null
	mail_passes "VLAN" client "10.0.12.2 fd00:12::2" 25
	is "$(in_gw nft list table inet seen | grep -c 'packets [1-9]')" 2 \
		"it was between VLANs"
}

# Over loopback a packet meets the helper on its way out and in.
test_gateway() {
	mail_passes "to the gateway" client "$GW4 $GW6" 25
	mail_passes "from the gateway, and within" gw \
		"$SERVER4 $SERVER6 127.0.0.1 ::1 $GW4" 25 -s 50000
}

# ipsec_state ROLE FROM TO: one direction of a tunnel.
ipsec_state() {
	ip -n "$1-$$" xfrm state add src "$2" dst "$3" proto esp spi 1 \
		mode tunnel enc "ecb(cipher_null)" "" \
		auth "hmac(sha256)" 0x"$(printf %064d 1)"
}

# ipsec_policy ROLE DIR NETWORK NETWORK FROM TO: TCP between these goes by it.
ipsec_policy() {
	ip -n "$1-$$" xfrm policy add src "$3" dst "$4" proto tcp dir "$2" \
		tmpl src "$5" dst "$6" proto esp mode tunnel
}

# ipsec_tunnel ANYBODY GATEWAY SERVER
ipsec_tunnel() {
	local role
	for role in gw server; do
		ipsec_state $role "$2" "$3"
		ipsec_state $role "$3" "$2"
	done
	ipsec_policy gw out "$1" "$3" "$2" "$3"
	ipsec_policy gw fwd "$3" "$1" "$3" "$2"
	ipsec_policy gw in "$3" "$1" "$3" "$2"
	ipsec_policy server out "$3" "$1" "$3" "$2"
	ipsec_policy server in "$1" "$3" "$2" "$3"
}

# All TCP of the server's goes through a tunnel to the gateway.
join_ipsec() {
	ipsec_tunnel 0.0.0.0/0 10.0.2.1 $SERVER4
	ipsec_tunnel ::/0 fd00:2::1 $SERVER6
}

leave_ipsec() {
	local role
	for role in gw server; do
		ip -n "$role-$$" xfrm policy flush
		ip -n "$role-$$" xfrm state flush
	done
}

# What goes into a tunnel meets the helper before, and may have no device yet.
test_ipsec() {
	join_ipsec
	mail_passes "IPsec" client "$SERVER4 $SERVER6" 25 -s 30000
	mail_passes "IPsec, from the gateway" gw "$SERVER4 $SERVER6" 25
	unlike "$(in_gw ip -s xfrm state)" " 0\(bytes\)" \
		"the tunnels carried it"
	leave_ipsec
}

# The server answers by another network than the one where it is asked.
join_asymmetric() {
	ip link add eth1 netns "server-$$" type veth peer name inside3 \
		netns "gw-$$"
	ip -n "server-$$" -b - <<-'END'
		link set eth1 up
		addr add 10.0.3.2/24 dev eth1
		addr add fd00:3::2/64 dev eth1 nodad
		route replace default via 10.0.3.1
		route replace default via inet6 fd00:3::1
	END
	ip -n "gw-$$" -b - <<-'END'
		link set inside3 up
		addr add 10.0.3.1/24 dev inside3
		addr add fd00:3::1/64 dev inside3 nodad
	END
	in_gw sysctl -qw net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.inside3.rp_filter=0
}

leave_asymmetric() {
	ip -n "gw-$$" link del inside3
	ip -n "server-$$" -b - <<-'END'
		route add default via 10.0.2.1
		route add default via inet6 fd00:2::1
	END
}

# greets ROLE HOST: the first line of its greeting, if it comes.
greets() {
	smtp_talk "$1" "$2" 25 --timeout 3 <<<"line 220"
}

# The second interface is nowhere in the rules.
test_asymmetric() {
	local before host
	join_asymmetric
	load "asymmetric: a policy permits it" <<-'END'
		policy default {
			banner fill "*" keep "20"
			commands { helo, mail, rcpt, data, rset, noop, quit }
			denied reply 500 "Command unrecognized"
			asymmetric pass
		}
	END
	mail_passes "asymmetric" client "$SERVER4 $SERVER6" 25
	in_gw mailguard delete policy default
	before=$(counter forged)
	for host in $SERVER4 $SERVER6; do
		unlike "$(greets client "$host")" "220" \
			"asymmetric: no reply of $host comes from elsewhere"
	done
	ok_if "asymmetric: that is counted" \
		test "$(counter forged)" -gt "$before"
	in_gw conntrack -F 2>/dev/null
	leave_asymmetric
}

# A packet comes in twice: by its interface, and by the VRF.
test_vrf() {
	local host
	join_vrf
	in_gw sysctl -qw net.ipv4.tcp_l3mdev_accept=1
	mail_passes "VRF" client "$SERVER4 $SERVER6" 25
	mail_passes "VRF, to the gateway" client "$GW4 $GW6" 25
	for host in $SERVER4 $SERVER6 $GW4; do
		like "$(in_gw ip vrf exec blue "$LIB/smtp_talk.py" "$host" 25 \
			<<<"line 220" 2>&1)" '^220 \*' \
			"VRF, from the gateway to $host"
	done
	leave_vrf
}

in_gw mailguard fixup protocol smtp 25
mail_server server
mail_server gw
test_nat
test_ports
test_ipsec
test_asymmetric
test_vrf
test_zones
test_vlan
test_gateway

finish
