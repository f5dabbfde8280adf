#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The names of policies: 64 places for all namespaces together, of which one is
# free again when neither a policy, nor a rule, nor a connection uses its name.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft conntrack mailguard modprobe unshare
setup_topology

masked='220 \*\*\*\*'
refused='Connection refused|reset'

# policies FIRST LAST: statements that define them.
policies() {
	seq -f 'policy p%g { banner fill "*"; commands { quit } }' "$1" "$2"
}

# deletions FIRST LAST
deletions() {
	seq -f 'delete policy p%g' "$1" "$2"
}

# churn FIRST LAST: define policies and delete them, 60 at a time. The second time
# every place that can be is taken from its name.
churn() {
	local i last
	for ((i = $1; i <= $2; i = last + 1)); do
		last=$((i + 59 < $2 ? i + 59 : $2))
		policies "$i" $last | in_gw mailguard -f - || return
		deletions "$i" $last | in_gw mailguard -f - || return
	done
}

# rule NAME PORT: a rule of the gateway's own that assigns the helper.
rule() {
	in_gw nft -f - <<-END
		table inet own {
			ct helper own { type "$1" protocol tcp; }
			chain prerouting {
				type filter hook prerouting priority -150
				tcp dport $2 ct helper set "own"
			}
		}
	END
}

is_unused() {
	[ "$(cat /sys/module/nf_conntrack_smtp/refcnt)" -eq 0 ]
}

# nf_tables gives the helper back a little later.
end_rule() {
	in_gw nft delete table inet own
	wait_for 30 is_unused || note "a rule still has a helper"
}

# greeting PORT [OPTION...]: what a client hears first.
greeting() {
	smtp_talk client $SERVER4 "$@" <<-'END'
		< 220
		> QUIT
		< 221
	END
}

test_churn() {
	ok_if "200 policies in turn" churn 1 200
	is "$(in_gw mailguard list policies)" "policy default" "none is left"
	policies 7 7 | in_gw mailguard -f -
	rule smtp-p7 2501
	like "$(greeting 2501)" "$masked" "a name that comes again guards again"
	end_rule
	deletions 7 7 | in_gw mailguard -f -
}

test_presets() {
	local preset
	for preset in pix-4.0 modern pix-6.3; do
		ok_if "a fixup with $preset" \
			guard fixup protocol smtp 2501 policy $preset
		guard no fixup protocol smtp
		guard delete policy $preset
	done
	ok_if "other policies take the presets' places" churn 201 260
	ok_if "a preset takes one of theirs" \
		guard fixup protocol smtp 2501 policy pix-6.3
	like "$(greeting 2501)" '220 \*\*' "and guards"
	guard no fixup protocol smtp
	guard delete policy pix-6.3
}

# A rule that names a policy which is not there resets, and a policy of that name
# guards again.
test_rule() {
	policies 1 1 | in_gw mailguard -f -
	rule smtp-p1 2501
	deletions 1 1 | in_gw mailguard -f -
	ok_if "policies come and go beside a rule" churn 301 360
	like "$(in_gw nft list table inet own)" 'type "smtp-p1"' \
		"the rule's name is its own still"
	like "$(greeting 2501)" "$refused" "its connections are reset"
	policies 1 1 | in_gw mailguard -f -
	like "$(greeting 2501)" "$masked" "until its policy comes again"
	end_rule
	deletions 1 1 | in_gw mailguard -f -
}

# A connection is guarded until it ends, whether its rule and its policy live.
test_connection() {
	policies 1 1 | in_gw mailguard -f -
	rule smtp-p1 2501
	smtp_talk client $SERVER4 2501 >"$TMP/heard" <<-'END' &
		< 220
		touch greeted
		await churned
		> VRFY root
		<
		> QUIT
		< 221
		eof
	END
	wait_for 60 test -e "$TMP/events/greeted"
	end_rule
	deletions 1 1 | in_gw mailguard -f -
	ok_if "policies come and go beside a connection" churn 401 460
	like "$(in_gw conntrack -L -p tcp --dport 2501 2>/dev/null)" \
		'ESTABLISHED .*helper=smtp-p1' "it has its helper still"
	happen churned
	wait $!
	like "$(cat "$TMP/heard")" '^221' "it goes on to its end"
	like "$(received_lines server 2501 "$(connections 2501)")" \
		'^XXXXXXXXX\\r\\n' "and is guarded"
}

# connections PORT: how many the server has had.
connections() {
	find "$TMP/server-server-$1" -name 'received.*.end' | wc -l
}

# knock PORT: a SYN that is not answered. The client gives up at once, for it is
# told; the gateway does not.
knock() {
	in_server nft -f - <<-END
		table inet deaf {
			chain input {
				type filter hook input priority filter
				tcp dport $1 reject with icmpx admin-prohibited
			}
		}
	END
	greeting "$1" --source-port 20001 >/dev/null
	in_server nft delete table inet deaf
}

test_syn() {
	policies 1 1 | in_gw mailguard -f -
	rule smtp-p1 2501
	in_gw conntrack -F 2>/dev/null
	knock 2501
	end_rule
	deletions 1 1 | in_gw mailguard -f -
	ok_if "policies come and go beside a SYN" churn 501 560
	like "$(greeting 2501 --source-port 20001)" "$refused" \
		"its connection does not begin unguarded"
	in_gw conntrack -F 2>/dev/null
	like "$(greeting 2501 --source-port 20001)" '^220 server' \
		"without the SYN's entry nothing guards it"
}

test_namespaces() {
	policies 1 40 | in_gw mailguard -f -
	ok_if "two namespaces have all places" \
		in_client mailguard -f - <<<"$(policies 41 63)"
	like "$(guard add policy one '{ commands { quit } }' 2>&1)" \
		"too many policy names are in use on the machine" \
		"then there is none for another"
	ok_if "but a name of the other's is no other name" \
		in_gw mailguard -f - <<<"$(policies 41 42)"
	in_client mailguard -f - <<<"$(deletions 41 63)"
	ok_if "the other gives some back" churn 64 84
	deletions 1 42 | in_gw mailguard -f -
}

# Namespaces end in the background.
test_namespace_exit() {
	policies 1 63 >"$TMP/all"
	ok_if "a namespace ends with all places" \
		unshare -n mailguard -f "$TMP/all"
	ok_if "its names end with it" wait_for 60 in_gw \
		mailguard add policy one '{ commands { quit } }'
	guard delete policy one
}

# A user namespace gets the same answer, whatever names others have.
test_user_namespace() {
	local check no
	no="a new policy name needs CAP_NET_ADMIN on the machine"
	policies 1 1 | in_gw mailguard -f -
	for check in "" -c; do
		# shellcheck disable=SC2086 # no word, or one
		like "$(in_gw unshare -Urn mailguard $check add policy p1 \
			'{ commands { quit } }' 2>&1)" "$no" \
			"no user namespace has a name that others have: ${check:-add}"
		# shellcheck disable=SC2086
		like "$(in_gw unshare -Urn mailguard $check add policy p2 \
			'{ commands { quit } }' 2>&1)" "$no" \
			"nor one that nobody has: ${check:-add}"
		# shellcheck disable=SC2086
		ok_if "but the default: ${check:-add}" in_gw unshare -Urn \
			mailguard $check add policy default \
			'{ commands { quit } }'
	done
	deletions 1 1 | in_gw mailguard -f -
}

churn_on() {
	until [ -e "$TMP/stop" ]; do
		churn 601 660 || echo failed
	done >"$TMP/churned" 2>&1
}

# A rule comes while its name is about to go: either it is refused, or it guards.
test_race() {
	local round heard
	touch "$TMP/bad"
	churn_on &
	for round in 1 2 3; do
		policies 1 1 | in_client mailguard -f -
		in_client mailguard -f - <<<"$(deletions 1 1)"
		until rule smtp-p1 2501 2>/dev/null; do
			policies 1 1 | in_client mailguard -f -
			in_client mailguard -f - <<<"$(deletions 1 1)"
		done
		heard=$(greeting 2501)
		grep -Eq "$refused" <<<"$heard" ||
			echo "round $round: $heard" >>"$TMP/bad"
		in_gw nft delete table inet own
	done
	touch "$TMP/stop"
	wait $!
	is "$(cat "$TMP/bad")" "" "no connection passes a rule unguarded"
	is "$(cat "$TMP/churned")" "" "and no policy is refused"
}

# Conntrack sees what passes, whether a rule of the test is there or not.
in_gw nft -f - <<-'END'
	table inet tracked {
		chain prerouting {
			type filter hook prerouting priority 0
			ct state new counter
		}
	}
END
smtp_server server 2501 <<<"auto"
ok_if "the module comes" modprobe nf_conntrack_smtp
test_churn
test_presets
test_rule
test_connection
test_syn
test_namespaces
test_namespace_exit
test_user_namespace
test_race

finish
