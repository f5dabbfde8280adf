#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs on: one kernel
#
# The rulesets of the guide's page about PIX and ASA: mail passes through them, and
# what the old firewall refused is refused.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need swaks nc nft mailguard
setup_topology

GUIDE=$TOP/Documentation/guide
EXAMPLES=$GUIDE/examples
MX=192.0.2.25		# the public address of the server
BAD=203.0.113.7		# a client of the network that access-list 101 denies
PARTNER=198.51.100.7	# a client of a partner's network

ip -n "client-$$" -b - <<-END
	addr add $BAD/32 dev lo
	addr add $PARTNER/32 dev lo
END
ip -n "gw-$$" -b - <<-END
	route add $BAD via $CLIENT4
	route add $PARTNER via $CLIENT4
END

# greets HOST PORT [OPTION...]: does a server?
greets() {
	smtp_talk client "$@" <<-'END'
		< 220
		> QUIT
		< 221
		eof
	END
}

# no_answer HOST PORT [OPTION...]: a packet that is dropped is sent again and again.
no_answer() { ! greets "$@" --timeout 2; }

# is_dropped CHAIN
is_dropped() {
	ok_if "a client of the denied network gets no answer" \
		no_answer $MX 25 --source $BAD
	like "$(in_gw nft list chain inet filter "$1")" \
		'203\.0\.113\.0/24 counter packets [1-9].* drop' \
		"by the rule of the access list"
}

# mail_comes N: by swaks, under TLS
mail_comes() {
	ok_if "a mail is sent under TLS" in_client swaks --tls --server $MX \
		--silent 2 --helo client.example.net --from a@example.net \
		--to b@example.org --body "a mail"
	ok_if "and arrives" wait_for 60 has_mails server "$1"
	like "$(cat "$(postfix_mails server | tail -n 1)")" \
		'from client.example.net .*\[10\.0\.1\.2\]' \
		"the server knows the address of the client"
}

# Mail of the server's own goes out with its public address.
mail_leaves() {
	mkdir -p "$TMP/mail-client"
	in_client python3 "$LIB/mail_load.py" receive 25 \
		"$TMP/mail-client/received" >"$TMP/mail-client/log" 2>&1 &
	wait_listen client 25
	ok_if "the server sends a mail" in_server swaks --server $CLIENT4 \
		--silent 2 --helo mx.example.org --from b@example.org \
		--to a@example.net --body "a mail"
	like "$(in_gw conntrack -L -s $SERVER4 -d $CLIENT4 2>/dev/null)" \
		"src=$CLIENT4 dst=$MX .*helper=smtp-$1" \
		"with its public address, guarded by $1"
}

ask() {
	smtp_talk client $MX 25 <<-END
		< 220
		> EHLO client.example.net
		< 250
		$(printf '%s\n' "$@")
		> QUIT
		< 221
		eof
	END
}

# tried WORD: the command of the page that begins so, as it stands there, outside.
tried() {
	in_client bash -c "$(sed -n "s/^ *\\$ \\($1 .*\\)/\\1/p" \
		"$GUIDE/pix-asa.rst")" 2>&1
}

clear_gateway() {
	in_gw mailguard no fixup protocol smtp
	in_gw nft flush ruleset
}

load_example() {
	ok_if "$1.nft is loaded" in_gw nft -f "$EXAMPLES/$1.nft"
	ok_if "$1.conf is loaded" in_gw mailguard -f "$EXAMPLES/$1.conf"
}

test_pix() {
	load_example pix
	mail_comes 1
	like "$(tried swaks)" '^ ~> QUIT' "the page's mail is taken"
	like "$(tried printf)" '^502 Command not implemented' \
		"the page's VRFY is denied"
	is "$(counter inbound denied-verb)" 1 "and counted"
	smtp_server server 587 <<<"auto"
	ok_if "the port 587 is closed" no_answer $MX 587
	ok_if "the server's own address is closed" no_answer $SERVER4 25
	is_dropped acl_101
	mail_leaves egress
	clear_gateway
}

test_asa() {
	load_example asa
	mail_comes 3
	like "$(ask '> VRFY root' '< 5')" '^5' "VRFY is denied"
	like "$(ask '> MAIL FROM:<x@bulk.example.net>' \
		'< 550 5.7.1 Sender domain denied')" '^550' \
		"the sender of the regex is denied"
	like "$(ask '> MAIL FROM:<a@example.net>' '< 250' \
		'> RCPT TO:<b@example.com>' '< 550 5.7.1 Relaying denied')" \
		'^550' "a recipient of another domain is denied"
	is "$(counter mail denied-verb) $(counter mail denied-sender) $(counter \
		mail denied-recipient)" "1 1 1" "each is counted"
	ok_if "a partner can use port 587" greets $MX 587 --source $PARTNER
	is "$(counter submit connections)" 1 "guarded by submit"
	is_dropped outside_in
	clear_gateway
}

certify
postfix_start server "smtpd_tls_security_level = may" \
	"smtpd_tls_chain_files = $TMP/pem"
test_pix
test_asa
finish
