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
		ip -n "client-$$" addr add "$address/32" dev lo
		ip -n "gw-$$" route add "$address" via "$CLIENT4"
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

# ask SOURCE STATEMENT...: of the server on port 25, or of SERVER on PORT
ask() {
	local source=$1
	shift
	printf '%s\n' "$@" | smtp_talk client "${SERVER:-$SERVER4}" \
		"${PORT:-25}" --source "$source"
}

# goes DESCRIPTION SOURCE STATEMENT...: the dialogue is as it is written.
goes() {
	local what=$1 said
	shift
	if said=$(ask "$@" 2>&1); then
		pass "$what"
	else
		fail "$what" "$said"
	fi
}

greets() { ask "$1" "< 220" "> QUIT" "< 221"; }

# tls_mail DESCRIPTION SOURCE: a mail is sent under TLS, and Postfix delivers it.
tls_mails=0
tls_mail() {
	tls_mails=$((tls_mails + 1))
	goes "$1: a mail is sent under TLS" "$2" "< 220" \
		"> EHLO client.example.net" "< 250" "> STARTTLS" "< 220" tls \
		"> EHLO client.example.net" "< 250" \
		"> MAIL FROM:<a@example.net>" "< 250" \
		"> RCPT TO:<b@example.org>" "< 250" "> DATA" "< 354" \
		'raw Subject: x\r\n\r\na mail\r\n.\r\n' "< 250" "> QUIT" "< 221"
	ok_if "$1: it arrives" wait_for 60 has_mails server $tls_mails
}
