#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A hostile client, in raw packets: attack.py has the cases. Whatever it sends,
# the server reads no denied command, and the client sees nothing hidden.
#
# TEST_CASES=REGEX plays some of them.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need nft conntrack python3 mailguard
python3 -c 'import scapy' 2>/dev/null || skip_all "no scapy"
setup_topology

# attack NAME CLIENT SERVER PORT [LOG]
attack() {
	local name=$1 over=
	shift
	[[ $1 != *:* ]] || over="IPv6, "
	while IFS=$'\t' read -r verdict what why; do
		"$verdict" "$over$what" ${why:+"$why"}
	done < <(in_client python3 "$LIB/attack.py" "$name" "$TMP/recorded" \
		"$mac" "$@" "${TEST_CASES:-.}" 2>&1 |
		sed '/^\(pass\|fail\)\t/!s/^/note\t/')
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

mkdir "$TMP/recorded"
mac=$(in_gw cat /sys/class/net/outside/address)
in_gw mailguard -f - <<-'END'
	policy extended {
		banner fill "*" keep "20"
		commands { helo, ehlo, bdat, starttls, quit }
		denied reply 500 "Command unrecognized"
	}
	fixup protocol smtp 25
	fixup protocol smtp 2525
	fixup protocol smtp 2526 policy extended
END
in_server python3 "$LIB/attack.py" serve "$TMP/recorded" \
	2525 2526 2598 2599 >"$TMP/recorded/log" 2>&1 &
for port in 2525 2526 2598 2599; do
	wait_listen server $port
done
postfix_start server "smtpd_banner = ~~~~ ~~~~" "debug_peer_list = $CLIENT4"

forget="ip netns exec gw-$$ conntrack -D -p tcp --orig-port-src"
export FORGET=$forget
attack control "$CLIENT4" "$SERVER4" 2598
attack attack "$CLIENT4" "$SERVER4" 2525
attack attack-postfix "$CLIENT4" "$SERVER4" 25 "$(postfix_log server)"
export FORGET="${forget/-D/-D -f ipv6}"
attack control "$CLIENT6" "$SERVER6" 2598
attack attack "$CLIENT6" "$SERVER6" 2525

finish
