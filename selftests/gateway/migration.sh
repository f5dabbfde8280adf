#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs on: one kernel
#
# The rulesets of the guide's page about PIX and ASA: mail passes through them, and
# what the old firewall refused is refused.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

# shellcheck source=../lib/guide.sh
. "$LIB/guide.sh"

need swaks nc smtp-source nft mailguard conntrack
setup_guide

SERVER=192.0.2.25	# the public address
BAD=203.0.113.7		# a client of the network that the access lists deny

ip -n "client-$$" addr add $BAD/32 dev lo
ip -n "gw-$$" route add $BAD via $CLIENT4

# no_answer [OPTION...]: a packet that is dropped is sent again and again.
no_answer() { ! smtp_talk client "$@" --timeout 2 <<<"< 220"; }

# is_dropped CHAIN
is_dropped() {
	ok_if "a client of the denied network gets no answer" \
		no_answer $SERVER 25 --source $BAD
	like "$(in_gw nft list chain inet filter "$1")" \
		'203\.0\.113\.0/24 counter packets [1-9].* drop' \
		"by the rule of the access list"
}

mail_comes() {
	tls_mail "$1" $CLIENT4
	like "$(cat "$(postfix_mails server | tail -n 1)")" \
		'from client.example.net .*\[10\.0\.1\.2\]' \
		"$1: the server knows the address of the client"
}

# Mail of the server's own goes out with its public address.
mail_leaves() {
	smtp_server client 25 <<<"auto"
	ok_if "the server sends a mail" smtp_talk server $CLIENT4 25 <<-'END'
		< 220
		> EHLO mx.example.org
		< 250
		> MAIL FROM:<b@example.org>
		< 250
		> RCPT TO:<a@example.net>
		< 250
		> DATA
		< 354
		raw Subject: x\r\n\r\nx\r\n.\r\n
		< 250
		> QUIT
		< 221
	END
	like "$(in_gw conntrack -L -s $SERVER4 -d $CLIENT4 2>/dev/null)" \
		"src=$CLIENT4 dst=$SERVER .*helper=smtp-$1" \
		"with its public address, guarded by $1"
}

# tried PAGE WORD: the command of the page that begins so, as it stands there, outside.
# Of many mails there are few.
tried() {
	in_client bash -c "$(sed -n "s/^ *\\$ \\($2 .*\\)/\\1/p" "$GUIDE/$1.rst" |
		sed 's/-m 10000/-m 4/')" 2>&1
}

test_pix() {
	load_example pix.nft pix.conf
	mail_comes PIX
	like "$(tried pix-asa swaks)" '^ ~> QUIT' "the page's mail is taken"
	tls_mails=2
	like "$(tried pix-asa printf)" '^502 Command not implemented' \
		"the page's VRFY is denied"
	is "$(counter inbound denied-verb)" 1 "and counted"
	smtp_server server 587 <<<"auto"
	ok_if "the port 587 is closed" no_answer $SERVER 587
	ok_if "the server's own address is closed" no_answer $SERVER4 25
	is_dropped acl_101
	mail_leaves egress
	clear_gateway
}

EHLO=("< 220" "> EHLO client.example.net" "< 250")

test_asa() {
	load_example asa.nft asa.conf
	mail_comes ASA
	goes "VRFY is denied" $CLIENT4 "< 220" "> VRFY root" "< 5"
	goes "the sender of the regex is denied" $CLIENT4 "${EHLO[@]}" \
		"> MAIL FROM:<x@bulk.example.net>" \
		"< 550 5.7.1 Sender domain denied"
	goes "a recipient of another domain is denied" $CLIENT4 "${EHLO[@]}" \
		"> MAIL FROM:<a@example.net>" "< 250" \
		"> RCPT TO:<b@example.com>" "< 550 5.7.1 Relaying denied"
	is "$(counter mail denied-verb) $(counter mail denied-sender) $(counter \
		mail denied-recipient)" "1 1 1" "each is counted"
	ok_if "the load of the page about sizing passes" \
		tried sizing "time smtp-source"
	is "$(counter mail messages)" 4 "with all of its mails"
	PORT=587 goes "a partner can use port 587" $PARTNER "< 220" "> QUIT" "< 221"
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
