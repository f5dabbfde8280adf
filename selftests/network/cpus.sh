#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Both directions at once: what the client sends is handled by one CPU, what the
# server sends by another.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft python3 mailguard
[ "$(nproc)" -ge 2 ] || skip_all "only one CPU"
setup_topology

# steer DEVICE CPUS: who handles what comes in there.
steer() {
	in_gw sh -c "echo $2 >/sys/class/net/$1/queues/rx-0/rps_cpus" ||
		skip_all "no receive packet steering"
}

# handled DESCRIPTION "HOST..." CPU CPU: by these, what comes from client and
# server.
handled() {
	in_gw nft -f - <<-END
		table inet seen
		delete table inet seen
		table inet seen {
			chain prerouting {
				type filter hook prerouting priority raw;
				iifname outside meta cpu $3 counter accept
				iifname inside meta cpu $4 counter accept
				tcp dport 25 counter
				tcp sport 25 counter
			}
		}
	END
	mail_passes "$1" client "$2" 25 -n 8 -s 50000
	is "$(in_gw nft list table inet seen | grep -o 'packets [0-9]*' |
		sed 's/[0-9][0-9][0-9]*/many/' | xargs)" \
		"packets many packets many packets 0 packets 0" \
		"$1: each direction was handled where it should be"
}

steer outside 1
steer inside 2
in_gw mailguard fixup protocol smtp 25
mail_server server
handled "a CPU for each direction" "$SERVER4 $SERVER6" 0 1

finish
