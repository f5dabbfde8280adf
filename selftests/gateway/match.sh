#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fixups that words of nft narrow: which connections they are for, in which
# order they are tried, and that they leave all others alone.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft conntrack mailguard modprobe
setup_topology

# greets ADDRESS: the greeting that the client sees there.
greets() {
	smtp_talk client "$1" 25 <<<"line 220" | head -n 1
}

open='220 server.example.org ESMTP\r\n'
stars='220 ************************\r\n'
hashes='220 ########################\r\n'

# The server has two addresses more, as if it were three.
add_servers() {
	in_server ip addr add 10.0.2.3/24 dev eth0
	in_server ip addr add 10.0.2.40/24 dev eth0
	smtp_server server 25 <<<"auto"
	guard add policy hash '{ banner fill "#"; commands { helo, quit } }'
}

test_order() {
	guard -f - <<-'END'
		fixup protocol smtp 25 ip daddr 10.0.2.3 policy hash
		fixup protocol smtp 25 iifname "outside" ip daddr { 10.0.2.32/28, 10.0.2.3 }
		fixup protocol smtp 2525 ip saddr != 10.0.1.0-10.0.1.9 ip daddr 10.0.2.2
	END
	is "$(guard show fixup)" 'fixup protocol smtp 25 ip daddr 10.0.2.3 policy hash
fixup protocol smtp 25 iifname "outside" ip daddr { 10.0.2.3, 10.0.2.32/28 }
fixup protocol smtp 2525 ip saddr != 10.0.1.0-10.0.1.9 ip daddr 10.0.2.2' \
		"they are shown in their order, values sorted"
	is "$(greets $SERVER4)" "$open" "an address of none is not guarded"
	is "$(greets 10.0.2.3)" "$hashes" "the first that matches decides"
	is "$(greets 10.0.2.40)" "$stars" "a prefix and an interface match"
	is "$(greets $SERVER6)" "$open" "the other family is not guarded"
	guard fixup protocol smtp 25
	is "$(greets $SERVER4)" "$stars" "one for all others comes last"
	is "$(greets 10.0.2.3)" "$hashes" "the narrowed ones stay first"
	guard no fixup protocol smtp 25
	is "$(greets $SERVER4)" "$open" "and is ended by itself"
	guard fixup protocol smtp 25 ip daddr 10.0.2.3
	is "$(guard show fixup | head -n 1)" \
		"fixup protocol smtp 25 ip daddr 10.0.2.3" \
		"the same words change the policy in place"
	is "$(greets 10.0.2.3)" "$stars" "which is used"
}

test_refused() {
	local words before
	before=$(guard list ruleset)
	while read -r words; do
		fails_if "refused: $words" guard "$words"
	done <<-'END'
		no fixup protocol smtp 25 ip daddr 10.0.2.2
		no fixup protocol smtp 25
		no fixup protocol smtp 25 ip daddr 10.0.2.3 policy hash
		fixup protocol smtp 26; fixup protocol smtp ip daddr 10.0.2.300
		fixup protocol smtp 26; fixup protocol smtp ip daddr 10.0.2.0/33
		fixup protocol smtp ip daddr 10.0.2.3 ip6 daddr fd00::1
		fixup protocol smtp iifname "a-name-that-is-too-long"
		delete policy hash; fixup protocol smtp ip daddr 10.0.2.9 policy hash
	END
	ok_if "-c checks one" guard -c fixup protocol smtp ip saddr 10.9.9.9
	is "$(guard list ruleset)" "$before" "none of this changed anything"
}

test_round_trip() {
	guard -f - <<-'END'
		define ends = { 0.0.0.0/1, 255.255.255.255 }
		define net = { ::/64 }
		define nets = { $net,
			fd00::1-fd00::9 }
		fixup protocol smtp 65535 ip daddr $ends
		fixup protocol smtp 1-99 ip6 saddr { $nets, fd00::5 } policy hash
		fixup protocol smtp 25 iifname != { "inside", "lo" }
	END
	guard list ruleset >"$TMP/ruleset"
	is "$(guard show fixup | grep -E ' (65535|1-99) ')" \
"fixup protocol smtp 65535 ip daddr { 0.0.0.0/1, 255.255.255.255 }
fixup protocol smtp 1-99 ip6 saddr { ::/64, fd00::1-fd00::9 } policy hash" \
		"a definition stands for several values"
	in_gw nft list ruleset >"$TMP/nft"
	guard no fixup protocol smtp
	guard -f "$TMP/ruleset"
	is "$(guard list ruleset)" "$(cat "$TMP/ruleset")" \
		"what is listed is read back"
	in_gw nft flush ruleset
	ok_if "nft reads its own list" in_gw nft -f "$TMP/nft"
	is "$(guard list ruleset)" "$(cat "$TMP/ruleset")" "with nothing lost"
	guard no fixup protocol smtp
	is "$(in_gw nft list tables)" "" "no fixup ends them all"
}

# midstream ADDRESS: what becomes of a connection that conntrack forgot, when
# the server speaks first.
midstream() {
	smtp_server server 2500 <<-END
		> 220 mx
		line
		> 250 ok
		acked
		touch $1-asked
		await $1-flushed
		> 250 first
		line
		close
	END
	smtp_talk client "$1" 2500 >"$TMP/midstream" <<-END &
		< 220
		> NOOP
		< 250
		await $1-asked
		touch $1-ready
		< 250
		> VRFY root
		gone
	END
	wait_for 60 test -e "$TMP/events/$1-ready"
	in_gw conntrack -F 2>/dev/null
	happen "$1-flushed"
	wait $!
	wait_for 60 test -s "$TMP/server-server-2500/received.1.end"
	received_lines server 2500
	smtp_server_stop server 2500
}

test_midstream() {
	guard fixup protocol smtp 2500 iifname outside ip daddr 10.0.2.3
	is "$(midstream 10.0.2.3)" 'NOOP\r\n' \
		"a guarded connection in its middle is reset"
	is "$(midstream 10.0.2.40)" 'NOOP\r\n
VRFY root\r\n' \
		"another one to the same port goes on"
	guard no fixup protocol smtp
}

# Behind a translation of the address, the server is seen by another.
test_translated() {
	in_gw nft -f - <<-'END'
		table ip nat {
			chain prerouting {
				type nat hook prerouting priority dstnat;
				ip daddr 10.0.1.1 tcp dport 25 dnat to 10.0.2.2
			}
		}
	END
	guard fixup protocol smtp 25 iifname outside ip daddr $GW4
	is "$(greets $GW4)" "$stars" "the address is that before translation"
	is "$(greets $SERVER4)" "$open" "and not that behind it"
	in_gw nft delete table ip nat
	guard no fixup protocol smtp
}

test_released() {
	guard -f - <<-'END'
		fixup protocol smtp 25 ip daddr 10.0.2.2
		fixup protocol smtp 25 ip daddr 10.0.2.3
	END
	smtp_talk client $SERVER4 25 >"$TMP/live" <<-'END' &
		< 220
		touch greeted
		await ended
		> QUIT
		< 221
		eof
	END
	wait_for 60 test -e "$TMP/events/greeted"
	guard no fixup protocol smtp 25 ip daddr 10.0.2.2
	like "$(guard list connections)" "state command" \
		"a connection stays while others of its port are guarded"
	guard no fixup protocol smtp 25 ip daddr 10.0.2.3
	like "$(guard list connections)" "state released" \
		"with the last of them it is let go"
	happen ended
	wait $!
}

add_servers
test_order
test_refused
test_round_trip
test_midstream
test_translated
test_released

finish
