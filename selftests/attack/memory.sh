#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a hostile peer can make the gateway hold has a bound, which `mailguard list
# counters` shows. Mail arrives while the budget is spent, what ends gives back what
# it held, and what a user's own namespace holds is charged to the user's cgroup.
#
# TEST_FLOOD=n is how many connections the hostile client opens.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft conntrack python3 mailguard modprobe setpriv unshare nsenter
count=${TEST_FLOOD:-300}
parameters=/sys/module/nf_conntrack_smtp/parameters
plenty=$((count * 16384 * 4))
# An object for the connection, and 256 bytes a direction, are always granted.
connection=416
# Lock debugging makes the object larger.
[ ! -e /proc/lockdep ] || connection=512
granted=$((connection + 2 * 256))
# Each of the CPUs may keep so much to itself.
uncounted=$(($(nproc) * 4096))

setup_topology
modprobe nf_conntrack_smtp
add_role attacker
add_link attacker 3 third
ip -n "$(ns attacker)" link set eth0 mtu 65535
ip -n "$(ns gw)" link set third mtu 65535
ip -n "$(ns gw)" link set inside mtu 65535
ip -n "$(ns server)" link set eth0 mtu 65535
# A parameter of conntrack, which came with the module.
in_gw sysctl -qw net.netfilter.nf_conntrack_checksum=0

# The ends' own kernels would answer with a reset. What comes to a user's own
# server is dropped behind the guard.
silence="table inet silence {
	chain input {
		type filter hook input priority 310
		tcp dport 2525 drop
		tcp sport 2525 drop
	}
}"
for role in attacker server; do
	in_ns $role nft "$silence"
done

# memory KEY [WHOSE]: bytes "held", or the "budget", of the namespace or the
# "machine".
memory() {
	awk -v key="$1" -v whose="memory ${2:+$2 }{" '
		/^[a-z]/ { at = $0 == whose }
		at && $1 == key { print $2 }'
}

gw_memory() {
	in_gw mailguard list counters | memory "$1"
}

held_is() {
	[ "$(gw_memory held)" -eq "$1" ]
}

# Only the objects of the connections.
held_is_idle() {
	within 1 $((count * connection)) "$(gw_memory held)"
}

# within LEAST MOST NUMBER
within() {
	echo "$3 is to be $1 to $2"
	[ "$3" -ge "$1" ] && [ "$3" -le "$2" ]
}

# flood WHAT [COUNT]
flood() {
	in_ns attacker "$HERE/memory_flood.py" "$1" "$(ns server)" 10.0.3.2 \
		$SERVER4 2525 "${2:-$count}"
}

forget_connections() {
	in_gw conntrack -F 2>/dev/null
	wait_for 60 held_is 0
}

set_budgets() {
	echo "$1" >$parameters/memory_net
	echo "$2" >$parameters/memory
}

set_budgets $plenty $((plenty * 4))
in_gw mailguard fixup protocol smtp 25
in_gw mailguard fixup protocol smtp 2525-2526

#
# A client far away, whose server acknowledges nothing
#

is "$(gw_memory held)" 0 "nothing is held"
is "$(gw_memory budget)" $plenty "the budget is what the parameter says"

flood open
held=$(gw_memory held)
note "$count connections hold $held bytes"
ok_if "with a large budget, each connection of a flood holds 16 kB" \
	within $((count * 16384)) $((count * (16384 + granted))) "$held"
flood reset
ok_if "the end of connections frees their memory at once" \
	within 1 $((count * connection)) "$(gw_memory held)"
ok_if "the end of their entries frees the rest" forget_connections
flood idle
ok_if "idle connections hold nothing beside themselves" \
	wait_for 20 held_is_idle
forget_connections

budget=1000000
set_budgets $budget 0
is "$(gw_memory budget)" $budget "a lower budget"
flood open
held=$(gw_memory held)
ok_if "a flood holds no more beyond it than what is always granted" \
	within $budget $((budget + count * granted + uncounted)) "$held"
ok_if "what is held back is counted" test "$(counter held-memory)" -gt 0

#
# Mail meanwhile
#

mail_server server
before=$(counter held-memory) since=${EPOCHREALTIME/./}
mail_passes "with nothing left of the budget" client "$SERVER4 $SERVER6" 25 \
	-n 1 -s 20000
note "in $(((${EPOCHREALTIME/./} - since) / 1000)) ms, held back \
$(($(counter held-memory) - before)) times"

# What is longer than what is granted goes on piece by piece.
smtp_server server 2526 <<-END
	> 220 server.example.org
	line HELO
	repeat 12 250-$(printf %050d 0)\r\n
	> 250 end
	line QUIT
	> 221 bye
	close
END
before=$(counter held-memory)
said=$(smtp_talk client $SERVER4 2526 <<-END
	< 220
	> HELO client.example.net
	< 250
	> QUIT
	< 221
	eof
END
)
is "$(grep -cE '^250-0{50}' <<<"$said")" 12 "a long reply arrives, too"
ok_if "in pieces" test "$(counter held-memory)" -gt "$before"
ok_if "the end of the entries frees all again" forget_connections

#
# A user's own namespace
#

machine_memory() {
	mailguard list counters | memory "$1" machine
}

machine_holds_nothing() {
	[ "$(machine_memory held)" -eq 0 ]
}

cgroup=/sys/fs/cgroup/mailguard-$$

make_cgroup() {
	mountpoint -q /sys/fs/cgroup ||
		mount -t cgroup2 none /sys/fs/cgroup || return
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control && mkdir $cgroup &&
		test -e $cgroup/memory.stat
}

# Kernel memory that is charged to the user's cgroup.
charged() {
	awk '$1 == "kernel" { print $2 }' $cgroup/memory.stat
}

# charged_since BEFORE LEAST MOST: so much more than before.
charged_since() {
	within "$2" "$3" $(($(charged) - $1))
}

# charged_as DESCRIPTION BEFORE LEAST MOST. The kernel may tell a little later.
charged_as() {
	local what=$1
	shift
	if [ $group = /dev/null ]; then
		pass "$what # SKIP no memory cgroup v2"
	elif wait_for 20 charged_since "$@"; then
		pass "$what"
	else
		fail "$what" "$(charged_since "$@")"
	fi
}

# The guard sees what raw sockets send, and then "silence" drops it.
cat >"$TMP/user_ruleset" <<-END
	ip link set lo up
	mailguard fixup protocol smtp 2525
	nft '$silence'
	touch $TMP/user/guarded
	exec sleep infinity
END
mkdir "$TMP/user"
chown nobody "$TMP/user"

as_user() {
	echo $BASHPID >"$1"
	exec setpriv --reuid nobody --regid nogroup --clear-groups \
		unshare --user --map-root-user --net bash "$TMP/user_ruleset"
}

# As packets of the network, these are no work of the user's cgroup.
user_flood() {
	nsenter -t $user -n "$HERE/memory_flood.py" "$1" - 127.0.0.1 127.0.0.1 \
		2525 "$count"
}

user_held() {
	nsenter -t $user -n mailguard list counters | memory held
}

user_holds_nothing() {
	[ "$(user_held)" -eq 0 ]
}

if make_cgroup 2>/dev/null; then
	group=$cgroup/cgroup.procs
else
	group=/dev/null
fi
set_budgets $plenty $((plenty * 4))
as_user "$group" >"$TMP/user/log" 2>&1 &
user=$!
ok_if "a user guards a namespace of the user's own" \
	wait_for 120 test -e "$TMP/user/guarded"
before=$(charged)
user_flood open
held=$(user_held)
ok_if "a flood holds as much there" \
	within $((count * 16384)) $((count * (16384 + granted))) "$held"
ok_if "which is part of what the machine holds" \
	within "$held" $((held + uncounted)) "$(machine_memory held)"
charged_as "and is charged to the user's cgroup" "$before" \
	$((held * 9 / 10)) $((held * 5 / 4))
user_flood reset
ok_if "the end of connections frees their memory there, too" \
	within 1 $((count * connection)) "$(user_held)"
charged_as "and uncharges it" "$before" $((-held / 10)) $((held / 4))

# A quarter of the machine's budget is for all user namespaces.
nsenter -t $user -n conntrack -F 2>/dev/null
wait_for 60 user_holds_nothing || note "$(user_held) bytes are left"
set_budgets $plenty $((budget * 4))
user_flood open
held=$(user_held)
ok_if "users hold no more than a quarter of the machine's budget" \
	within $budget $((budget + count * granted + uncounted)) "$held"
others=$((count / 10))
flood open $others
ok_if "and leave the rest to others" within $((others * 16384)) \
	$((others * (16384 + granted))) "$(gw_memory held)"
forget_connections
kill $user
wait $user 2>/dev/null
ok_if "the end of the namespace frees all" wait_for 60 machine_holds_nothing
[ ! -e $cgroup ] || wait_for 10 rmdir $cgroup

#
# The module's end
#

# The kernel complains of a cache that goes with objects in it, and the module if
# its counts are not 0 at the end of a namespace.
flood open
in_gw nft delete table inet mailguard
ok_if "the module goes under a flood" \
	wait_for 30 modprobe -r nf_conntrack_smtp

finish
