# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests of the administrator's guide share; lib.sh comes before this.

GUIDE=$TOP/Documentation/guide
EXAMPLES=$GUIDE/examples

# Addresses of the examples, and who has them: all are the client's.
# shellcheck disable=SC2034 # for the tests
PROXY=10.0.1.3 EXCHANGE=192.0.2.10 MICROSOFT=192.0.2.130 PARTNER=198.51.100.7

setup_guide() {
	local address
	setup_topology
	ip -n "client-$$" addr add $PROXY/24 dev eth0
	for address in $EXCHANGE $MICROSOFT $PARTNER; do
		ip -n "client-$$" addr add $address/32 dev lo
		ip -n "gw-$$" route add $address via $CLIENT4
	done
}

clear_gateway() {
	in_gw mailguard no fixup protocol smtp
	in_gw nft flush ruleset
}

# load_example FILE...: mailguard reads *.conf, nft the others.
load_example() {
	local file command
	for file; do
		command=nft
		[ "${file%.conf}" = "$file" ] || command=mailguard
		ok_if "$file is loaded" in_gw $command -f "$EXAMPLES/$file"
	done
}

# ask SOURCE STATEMENT...: of the server on port 25, or PORT
ask() {
	local source=$1
	shift
	printf '%s\n' "$@" |
		smtp_talk client $SERVER4 "${PORT:-25}" --source "$source"
}

# goes DESCRIPTION SOURCE STATEMENT...: the dialogue is as it is written.
goes() {
	local what=$1 said
	shift
	said=$(ask "$@" 2>&1) && pass "$what" || fail "$what" "$said"
}

greets() { ask "$1" "< 220" "> QUIT" "< 221"; }
