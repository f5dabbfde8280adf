#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mailguard explain agrees with the module: all dialogues of the unit test pass
# a gateway at the same time, and what is captured in front of it and behind it is
# what explain says of them.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need tcpdump nft mailguard modprobe
setup_topology

cat >"$TMP/open" <<'END'
policy open {
	commands { helo, ehlo, mail, rcpt, data, rset, noop, quit, vrfy, expn,
		auth, bdat, starttls, xexch50 }
	end-of-data defang
	bare-lf deny
}
END

# Packets of both sides are captured in the order in which the gateway judges them: one
# processor, if there are several, takes them all, and looks at the clock when it does.
judge_in_order() {
	local nic
	[ "$(nproc)" -gt 1 ] || return 0
	sysctl -qw net.core.netdev_tstamp_prequeue=0 || return
	for nic in outside inside; do
		in_gw sh -c "echo 1 >/sys/class/net/$nic/queues/rx-0/rps_cpus" ||
			return
	done
}

# capture NIC: to a file of that name, until the process $capturing gets a signal.
capturing=()
capture() {
	ip netns exec "$(ns gw)" tcpdump -i "$1" -s 2000 -n -U -B 16384 --immediate-mode \
		-w "$TMP/$1" tcp 2>"$TMP/$1.log" &
	capturing+=($!)
	wait_for 20 grep -q 'listening on' "$TMP/$1.log"
}

# This port is closed. Some connections still repeat what is held when all dialogues are
# played. So that both captures end at the same packet, they are cut where a connection
# to this port is tried.
LAST=2526
captured_all() {
	tcpdump -r "$TMP/$1" "tcp src port $LAST" 2>/dev/null | grep -q .
}

# end_captures: when everything up to that packet is in the files.
end_captures() {
	local nic
	in_client "$LIB/smtp_talk.py" $SERVER4 $LAST </dev/null 2>/dev/null
	wait_for 60 captured_all outside && wait_for 60 captured_all inside
	kill "${capturing[@]}"
	wait "${capturing[@]}"
	for nic in outside inside; do
		"$HERE/explain_corpus.py" cut "$TMP/$nic" $LAST >"$TMP/$nic-cut"
	done
}

# explain_side PORT [OPTION...]: of a port's connections alone.
explain_side() {
	local port=$1
	shift
	for nic in outside inside; do
		tcpdump -r "$TMP/$nic-cut" -w "$TMP/$nic-$port" "tcp port $port" \
			2>/dev/null
	done
	"$HERE/explain_corpus.py" merge "$TMP/outside-$port" \
		"$TMP/inside-$port" >"$TMP/said-$port"
	mailguard explain -j "$@" "$TMP/said-$port" >"$TMP/explained-$port"
	"$HERE/explain_corpus.py" compare "$TMP/outside-$port" \
		"$TMP/inside-$port" "$TMP/explained-$port"
}

cat "$TMP/open" - <<'END' | in_gw mailguard -f -
fixup protocol smtp 25
fixup protocol smtp 2525 policy open
END
in_server "$HERE/explain_corpus.py" server 25 2525 >"$TMP/ready" &
wait_for 20 grep -q ready "$TMP/ready"
ok_if "packets are captured as they are judged" judge_in_order
capture outside
capture inside
is "$(in_client "$HERE/explain_corpus.py" client $SERVER4 25 2525 2525 2525)" "" \
	"all dialogues are played"
end_captures
is "$(grep -h "^[1-9].* dropped by" "$TMP"/{outside,inside}.log)" "" \
	"all packets are captured"

# Three of four are for the policy that permits more: it has more to judge.
agrees() {
	local said
	said=$(explain_side "${@:2}")
	like "$said" '^([0-9]+) of \1 alike, [0-9]{2,} edited' \
		"explain and the module agree, under $1"
}

agrees "the default policy" 25
agrees "a policy of more commands" 2525 -f "$TMP/open"

finish
