#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Three gateways share the clients, by the ruleset of the guide. The packets of a
# client take the same gateway in both directions. If a gateway is taken away, its
# connections get a RST at both ends, and the others live on.
#
#	                       gw 10.0.3.1   10.0.4.1
#	 client    router     +--------+    router2    server
#	+------+  +------+    |  gw2   |    +------+  +------+
#	| eth0 |--|      |----+  10.0.*.2 --|      |--| eth0 |
#	+------+  +------+    |  gw3   |    +------+  +------+
#	10.0.1.*              +--------+              10.0.2.2
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft conntrack mailguard python3
[ "$(id -u)" -eq 0 ] || skip_all "must be root"
roles="client router gw gw2 gw3 router2 server"
gateways="gw gw2 gw3"
share=$TOP/Documentation/guide/examples/many-gateways/gateways
clients=24

# link ROLE NAME ROLE NAME: a cable between two.
link() {
	ip link add "$2" netns "$1-$$" type veth peer name "$4" netns "$3-$$"
	ip -n "$1-$$" link set "$2" up
	ip -n "$3-$$" link set "$4" up
}

# address ROLE LINK ADDRESS
address() {
	ip -n "$1-$$" addr add "$3" dev "$2"
}

forwards() {
	in_ns "$1" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
		echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
		echo 0 >/proc/sys/net/ipv4/conf/all/send_redirects
		echo 0 >/proc/sys/net/ipv4/conf/default/send_redirects'
}

# add_router ROLE NETWORK: with a switch for the gateways.
add_router() {
	forwards "$1"
	ip -n "$1-$$" link add gateways type bridge
	ip -n "$1-$$" link set gateways up
	address "$1" gateways "10.0.$2.254/24"
}

# add_gateway ROLE N
add_gateway() {
	local role=$1 n=$2
	forwards "$role"
	link "$role" outside router "$role"
	link "$role" inside router2 "$role"
	ip -n "router-$$" link set "$role" master gateways
	ip -n "router2-$$" link set "$role" master gateways
	address "$role" outside "10.0.3.$n/24"
	address "$role" inside "10.0.4.$n/24"
	ip -n "$role-$$" route add 10.0.1.0/24 via 10.0.3.254
	ip -n "$role-$$" route add 10.0.2.0/24 via 10.0.4.254
	in_ns "$role" mailguard fixup protocol smtp 25
}

setup_gateways() {
	local role n=0
	for role in $roles; do
		add_ns "$role"
	done
	add_router router 3
	add_router router2 4
	link client eth0 router clients
	link server eth0 router2 servers
	address router clients 10.0.1.1/24
	address router2 servers 10.0.2.1/24
	address server eth0 10.0.2.2/24
	for n in $(seq "$clients"); do
		address client eth0 "10.0.1.$((n + 9))/24"
	done
	ip -n "client-$$" route add default via 10.0.1.1
	ip -n "server-$$" route add default via 10.0.2.1
	modprobe nf_conntrack_smtp
	n=0
	for role in $gateways; do
		n=$((n + 1))
		add_gateway "$role" $n
	done
}

# use N...: tell both routers which gateways there are.
use() {
	in_ns router "$share" clients "$@" &&
		in_ns router2 "$share" servers "$@"
}

# clients_of ROLE: whose connections it guards, sorted.
clients_of() {
	in_ns "$1" mailguard list connections |
		sed -n 's/^client \([0-9.]*\):.*/\1/p' | sort
}

count_of() {
	clients_of "$1" | wc -l
}

# talk DIR: a connection of each client, as many.py tells.
talk() {
	ip netns exec "client-$$" python3 "$HERE/many.py" talk 10.0.2.2 25 \
		10.0.1.10 "$clients" "$1" &
}

are_connected() {
	[ "$(find "$1" -name '*.ready' | wc -l)" -eq "$clients" ]
}

# connect DESCRIPTION: a connection of each client, which waits.
connect() {
	rm -f "$dir"/*.ready "$dir"/*.client "$dir"/*.server "$dir/noop"
	talk "$dir"
	talk_pid=$!
	ok_if "$1" wait_for 60 are_connected "$dir"
}

# go_on: each connection goes on. Only those of the second gateway may end.
go_on() {
	touch "$dir/noop"
	wait $talk_pid
	is "$(ends "$dir" reset)" "$(cat "$TMP/clients.gw2")" \
		"its connections get a RST at both ends"
	is "$(ends "$dir" answered)" "$(sort "$TMP/clients.gw" "$TMP/clients.gw3")" \
		"and all others live on"
}

# set_link up|down: the second gateway's, on both sides.
set_link() {
	ip -n "router-$$" link set gw2 "$1"
	ip -n "router2-$$" link set gw2 "$1"
}

# ends DIR WHAT: the clients to which that happened, at both ends.
ends() {
	(cd "$1" && grep -lx "$2" -- *.client | sed 's/.client$//' | sort |
		while read -r name; do
			! grep -qx "$2" "$name.server" || echo "$name"
		done)
}

setup_gateways
ok_if "both routers are told of three gateways" use 1 2 3
dir=$TMP/many
mkdir "$dir"
ip netns exec "server-$$" python3 "$HERE/many.py" serve 25 "$dir" \
	>"$dir/log" 2>&1 &
wait_listen server 25
connect "all clients get a connection"
for role in $gateways; do
	ok_if "$role has some of them: $(count_of "$role")" \
		[ "$(count_of "$role")" -gt 0 ]
	clients_of "$role" >"$TMP/clients.$role"
done
is "$(sort -u "$TMP"/clients.* | wc -l) $(cat "$TMP"/clients.* | wc -l)" \
	"$clients $clients" "and each client one of them"

set_link down
ok_if "the second gateway is taken away" use 1 3
go_on
ok_if "its clients are shared by the others: $(in_gw mailguard list counters |
	awk '$1 == "reset-midstream" { print $2 }') packets are reset by the first" \
	[ "$(in_gw mailguard list counters | grep -c reset-midstream)" -eq 1 ]

connect "all clients get a connection again"
set_link up
ok_if "the second gateway comes back" use 1 2 3
go_on
connect "all clients get a connection once more"
is "$(clients_of gw2 | sort -u)" "$(cat "$TMP/clients.gw2")" "it has its clients again"
touch "$dir/noop"
wait $talk_pid

finish
