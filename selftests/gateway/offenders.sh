#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Offenders while the policies or the table change: none is forgotten, and none is
# blamed for what another policy forbids.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard strace
setup_topology
modprobe nf_conntrack_smtp

CLIENTS=200	# more than offend while the table changes

# client N: its address
client() {
	echo "10.0.1.$((N_FIRST + $1))"
}
N_FIRST=20

seq "$N_FIRST" $((N_FIRST + CLIENTS)) |
	sed 's|.*|addr add 10.0.1.&/24 dev eth0|' |
	ip -n "client-$$" -b -

offends() {
	in_gw mailguard list offenders | grep -q "^client $1 .*policy $2 "
}
innocent() { ! offends "$@"; }

# offend SOURCE PORT: by a denied command
offend() {
	smtp_talk client "$SERVER4" "$2" --source "$1" <<-'END' >/dev/null
		< 220
		> VRFY root
		< 5
		> QUIT
		< 221
		eof
	END
}

# Each message to nftables waits, so that the time between two of them is long.
change_slowly() {
	in_gw strace -qq -o /dev/null -e trace=sendto,sendmsg \
		-e inject=sendto,sendmsg:delay_enter=200000 \
		mailguard fixup protocol smtp 2600
}

test_change() {
	local change n=0 client list forgotten=
	load "a policy with offenders" <<-'END'
		policy strict {
			commands { helo, quit }
			offenders after 1 denied for 1h
		}
		fixup protocol smtp 2525 policy strict
	END
	smtp_server server 2525 <<<"auto"
	ok_if "a client offends" offend "$(client 0)" 2525
	ok_if "and is an offender" offends "$(client 0)" strict
	change_slowly &
	change=$!
	while kill -0 $change 2>/dev/null && [ $n -lt $CLIENTS ]; do
		n=$((n + 1))
		offend "$(client $n)" 2525
	done
	wait $change
	is $? 0 "the table changes, while clients offend"
	note "$n clients have offended"
	list=$(in_gw mailguard list offenders)
	for client in $(seq 0 $n); do
		[[ $list == *"client $(client "$client") "* ]] ||
			forgotten+=" $(client "$client")"
	done
	is "$forgotten" "" "all of them are offenders"
	fails_if "nothing is left of the change" \
		in_gw nft list table inet mailguard-next
}

# A connection keeps a policy that was deleted, and whose number is free.
test_number() {
	local open
	load "a policy with offenders" <<-'END'
		policy other { commands { helo, quit } }
		policy first {
			commands { helo, quit }
			offenders after 1 denied for 1h
		}
		fixup protocol smtp 2526 policy first
	END
	smtp_server server 2526 <<<"auto"
	smtp_talk client $SERVER4 2526 >"$TMP/open" <<-'END' &
		< 220
		touch begun
		await replaced
		> VRFY root
		< 5
		> QUIT
		< 221
		eof
	END
	open=$!
	wait_for 30 test -e "$TMP/events/begun"
	load "the policy goes" <<-'END'
		fixup protocol smtp 2526 policy other
		delete policy first
	END
	load "another one has offenders" <<-'END'
		policy second {
			commands { helo, quit }
			offenders after 1 denied for 1h
		}
		fixup protocol smtp 2527 policy second
	END
	smtp_server server 2527 <<<"auto"
	is "$(in_gw nft list ruleset | grep -c 'ct mark .*jump count-second')" 2 \
		"by their number"
	happen replaced
	wait $open
	is $? 0 "a connection of the old policy has a command denied"
	ok_if "which is none of the new policy's business" \
		innocent $CLIENT4 second
	ok_if "in a connection of the new policy it is" offend $CLIENT4 2527
	ok_if "and the client is an offender" offends $CLIENT4 second
}

test_number
test_change

finish
