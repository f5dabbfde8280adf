#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What comes with the network of a machine that boots: a client and a server in
# namespaces, with the machine as the gateway between them, and mail from the first
# moment on.

set -e

here=$(dirname "$0")
state=/run/systems
mkdir -p $state

# add_host ROLE N: a namespace, and its link to the machine.
add_host() {
	ip netns add "$1"
	ip link add "to-$1" type veth peer name eth0 netns "$1"
	ip link set "to-$1" up
	ip addr add "10.0.$2.1/24" dev "to-$1"
	ip -n "$1" link set lo up
	ip -n "$1" link set eth0 up
	ip -n "$1" addr add "10.0.$2.2/24" dev eth0
	ip -n "$1" route add default via "10.0.$2.1"
}

[ ! -x /usr/sbin/mailguard ] ||
	mailguard show fixup >$state/fixups 2>&1 || true
add_host client 1
add_host server 2
echo 1 >/proc/sys/net/ipv4/ip_forward
ip netns exec server python3 "$here/../lib/mail_load.py" receive 25 \
	$state/received &
# Port 25 listens. One shell waits for that, as programs start slowly.
ip netns exec server sh -c \
	'until grep -q ":0019 00000000:0000 0A" /proc/net/tcp; do sleep 0.5; done'
exec ip netns exec client python3 "$here/traffic.py" send 10.0.2.2 25 $state
