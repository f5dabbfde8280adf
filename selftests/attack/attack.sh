#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A hostile client, in raw packets, with accomplices on the server's network and
# on a third one: attack.py has the cases. Whatever they send, the server reads no
# denied command, and the client sees nothing hidden.
#
# TEST_CASES=REGEX plays some of them.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft conntrack python3 mailguard
python3 -c 'import scapy' 2>/dev/null || skip_all "no scapy"
setup_topology
add_role third
add_link third 3 aside

# Each attack has ports of its own: what is recorded is found by them.
export FIRST_PORT=10000

# attack NAME CLIENT SERVER PORT [LOG]: WHERE is said in every description.
attack() {
	local name=$1
	shift
	while IFS=$'\t' read -r verdict what why; do
		"$verdict" "${WHERE-}$what" ${why:+"$why"}
	done < <(in_client python3 "$HERE/attack.py" "$name" "$recorded" \
		"$mac" "$@" "${TEST_CASES:-.}" 2>&1 |
		sed '/^\(pass\|fail\)\t/!s/^/note\t/'
		[ "${PIPESTATUS[0]}" -eq 0 ] ||
			printf 'fail\t%s comes to its end\n' "$name")
	FIRST_PORT=$((FIRST_PORT + 1000))
}

# record ROLE DIRECTORY PORT...: a server that writes down what it reads.
record() {
	local role=$1 port
	recorded=$2
	shift 2
	mkdir "$recorded"
	in_ns "$role" python3 "$HERE/attack.py" serve "$recorded" "$@" \
		>"$recorded/log" 2>&1 &
	export SERVER_PID=$!
	for port; do
		wait_listen "$role" "${port%/*}"
	done
}

# The client's kernel knows nothing of these connections, and must not say so.
in_client nft -f - <<-'END'
	table inet silence {
		chain output {
			type filter hook output priority filter
			tcp flags & rst == rst drop
		}
	}
END
# Packets die here as at a router between the gateway and the server.
in_server nft -f - <<-'END'
	table inet router {
		chain prerouting {
			type filter hook prerouting priority raw
			ip ttl 1 drop
			ip6 hoplimit 1 meta l4proto tcp drop
		}
	}
END

# mac_of LINK: the address of the gateway's end.
mac_of() {
	in_gw cat "/sys/class/net/$1/address"
}

mac=$(mac_of outside)
ACCOMPLICE_server="$(ns server) $(mac_of inside)"
ACCOMPLICE_third="$(ns third) $(mac_of aside)"
export ACCOMPLICE_server ACCOMPLICE_third
in_gw mailguard -f - <<-'END'
	policy extended {
		banner fill "*" keep "20"
		commands { helo, ehlo, bdat, starttls, quit }
		denied reply 500 "Command unrecognized"
	}
	fixup protocol smtp 25
	fixup protocol smtp 2525
	fixup protocol smtp 2526 policy extended
	fixup protocol smtp 2527
	fixup protocol smtp 587
END
ports="2525 2526 2598 2599 587"
if has_multipath; then
	ports="$ports 2527/mptcp 2600/mptcp"
else
	note "this kernel has no Multipath TCP"
fi
# shellcheck disable=SC2086 # words
record server "$TMP/recorded" $ports
postfix_start server "smtpd_banner = ~~~~ ~~~~" "debug_peer_list = $CLIENT4"

forget="ip netns exec gw-$$ conntrack -D -p tcp --orig-port-src"
export FORGET=$forget
attack control "$CLIENT4" "$SERVER4" 2598
attack attack "$CLIENT4" "$SERVER4" 2525
attack attack-privileged "$CLIENT4" "$SERVER4" 587
attack attack-postfix "$CLIENT4" "$SERVER4" 25 "$(postfix_log server)"
export FORGET="${forget/-D/-D -f ipv6}"
WHERE="IPv6, "
attack control "$CLIENT6" "$SERVER6" 2598
attack attack "$CLIENT6" "$SERVER6" 2525
attack attack-privileged "$CLIENT6" "$SERVER6" 587

# closing_timeouts FIN-WAIT CLOSE-WAIT LAST-ACK TIME-WAIT: those of conntrack.
closing_timeouts() {
	local state
	for state in fin_wait close_wait last_ack time_wait; do
		in_gw sysctl -qw "net.netfilter.nf_conntrack_tcp_timeout_$state=$1"
		shift
	done
}

WHERE="conntrack forgets soon, "
closing_timeouts 1 1 1 1
TEST_CASES="server's FIN" attack attack "$CLIENT4" "$SERVER4" 2525
closing_timeouts 120 60 30 120

# The gateway must know where the client is.
join_vrf
WHERE="VRF, "
TEST_CASES="forged 354" attack attack "$CLIENT4" "$SERVER4" 2525
WHERE="VRF, IPv6, "
TEST_CASES="forged 354" attack attack "$CLIENT6" "$SERVER6" 2525
# And where it is, if the server is the gateway itself.
in_gw sysctl -qw net.ipv4.tcp_l3mdev_accept=1
record gw "$TMP/recorded-gw" 2525
WHERE="VRF, on the gateway, "
attack attack-gateway "$CLIENT4" "$GW4" 2525
WHERE="VRF, on the gateway, IPv6, "
attack attack-gateway "$CLIENT6" "$GW6" 2525
leave_vrf
WHERE="on the gateway, "
attack attack-gateway "$CLIENT4" "$GW4" 2525
WHERE="on the gateway, IPv6, "
attack attack-gateway "$CLIENT6" "$GW6" 2525

recorded=$TMP/recorded
WHERE="IPv6, "
in_gw mailguard no fixup protocol smtp
# The server takes no fragment in a fragment; it is conntrack that takes off the
# outer one.
in_gw nft -f - <<-'END'
	table ip6 track {
		chain prerouting {
			type filter hook prerouting priority filter
			ct state new accept
		}
	}
END
attack control-nested "$CLIENT6" "$SERVER6" 2525
in_gw mailguard fixup protocol smtp 2525
attack attack-nested "$CLIENT6" "$SERVER6" 2525
WHERE="narrowed, IPv6, "
in_gw mailguard 'no fixup protocol smtp; fixup protocol smtp 2525 iifname "outside"'
attack attack-nested "$CLIENT6" "$SERVER6" 2525

finish
