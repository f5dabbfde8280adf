#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs on: one kernel
#
# The administrator's guide: each file that it shows is loaded, each command is
# accepted, and what a page promises happens. migration.sh has the page about PIX
# and ASA, recipes.sh and marks.sh the recipes, symptoms.sh troubleshooting.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

# shellcheck source=../lib/guide.sh
. "$LIB/guide.sh"

need swaks openssl nft mailguard conntrack
setup_guide

#
# All pages
#

test_files() {
	local file said bad=
	for file in "$EXAMPLES"/*.conf; do
		said=$(in_gw mailguard -c -f "$file" 2>&1) ||
			bad+="${file##*/}: $said"$'\n'
	done
	is "$bad" "" "mailguard accepts each policy of the guide"
	bad=
	for file in "$EXAMPLES"/*.nft; do
		said=$(in_gw nft -c -f "$file" 2>&1) ||
			bad+="${file##*/}: $said"$'\n'
	done
	is "$bad" "" "nft accepts each ruleset of the guide"
}

# The commands for mailguard that the pages show, one a line.
guide_commands() {
	sed -n 's/^ *# \(mailguard .*\)/\1/p' "$GUIDE"/*.rst | sort -u
}

# try COMMAND: does mailguard understand it? What prints may say that there is nothing
# to print; what waits for events is ended. In the network of the gateway.
try() {
	case $1 in
	# changes.sh and restart.sh have these.
	*--test-for* | "mailguard confirm" | "mailguard restart") return ;;
	"mailguard monitor"*) set -- "timeout 0.3 $1" ;;
	"mailguard list"* | "mailguard show"* | "mailguard status"* | \
		"mailguard top"* | "mailguard -V") ;;
	"mailguard -c -f /etc/mailguard.conf") set -- "mailguard -c -f $TMP/saved" ;;
	"mailguard write memory") set -- "mailguard -f $TMP/saved write memory" ;;
	*) set -- "mailguard -c ${1#mailguard }" ;;
	esac
	(eval "$1") >"$TMP/said" 2>&1
	case $? in 0 | 3 | 124) ;; *) echo "$1: $(<"$TMP/said")" ;; esac
}

test_commands() {
	guard fixup protocol smtp 25
	guide_commands >"$TMP/commands"
	guard -f "$TMP/saved" write memory
	export TMP EXAMPLES
	# shellcheck disable=SC2016 # for that shell
	is "$(in_gw bash -c "$(declare -f try)"'
		cd "$EXAMPLES" && while read -r command; do
			try "$command"
		done <"$TMP/commands"')" "" \
		"mailguard accepts each command of the guide"
	ok_if "there are some" test "$(wc -l <"$TMP/commands")" -gt 10
	clear_gateway
}

#
# first-gateway
#

# typed FILE: types what has no code, and prints the replies.
typed() {
	sed -e '/^[0-9][0-9][0-9][- ]/d' -e 's/.*/> &\n</' "$EXAMPLES/$1" |
		sed '1i <' | smtp_talk client $SERVER4 25 | sed 's/ *\\r\\n$//'
}

# as_shown FILE DESCRIPTION
as_shown() {
	is "$(typed "$1")" "$(grep -E '^[0-9]{3}[- ]' "$EXAMPLES/$1")" "$2"
}

test_first() {
	as_shown first-before.txt "without a guard the dialogue is as shown"
	ok_if "modern" guard fixup protocol smtp 25 policy modern
	as_shown first-after.txt "with a guard, too"
	ok_if "swaks sends a mail" in_client swaks --tls --server $SERVER4 \
		--silent 2 --from a@example.net --to b@example.org
	tls_mails=1
	is "$(counter modern denied-verb) $(counter modern tls)" "1 1" \
		"VRFY and TLS are counted"
	load_example trial.conf
	as_shown first-before.txt "mode monitor changes nothing"
	is "$(counter trial denied-verb)" 1 "but counts VRFY"
	clear_gateway
}

#
# watchguard-checkpoint-raptor
#

RELAYING=("> EHLO client.example.net" "< 250" "> MAIL FROM:<a@example.net>" "< 250"
	"> RCPT TO:<b@example.com>" "< 550")

test_products() {
	load_example firebox.conf
	goes "Firebox: greeting, HELO name, another domain" $CLIENT4 \
		"< 220 SMTP service ready" "> EHLO 192.0.2.7" "< 550" \
		"${RELAYING[@]}"
	tls_mail Firebox $CLIENT4
	clear_gateway
	load_example checkpoint.conf
	goes "FireWall-1: greeting, NOOP, a sender of one's own, another domain" \
		$CLIENT4 "< 220 CheckPoint FireWall-1 secure" \
		"> EHLO client.example.net" "< 250" "> NOOP" "< 220 OK" \
		"> MAIL FROM:<b@example.org>" "< 550" "${RELAYING[@]}"
	tls_mail FireWall-1 $CLIENT4
	clear_gateway
	load_example raptor.conf
	goes "Raptor: greeting, HELP, percent sign, another domain" $CLIENT4 \
		"< 220 mx.example.org ESMTP Generic" "> HELP" "< 214 Help not" \
		"> EHLO client.example.net" "< 250" \
		"> MAIL FROM:<a%c@example.net>" "< 500" "${RELAYING[@]}"
	tls_mail Raptor $CLIENT4
	clear_gateway
}

#
# tls
#

PLAIN=("< 220 mx ESMTP" "> EHLO client.example.net" "< 250"
	"> MAIL FROM:<a@example.net>")

test_tls() {
	load_example tls-partners.conf
	goes "a partner must use TLS" $PARTNER "${PLAIN[@]}" "< 530"
	goes "others need not" $CLIENT4 "${PLAIN[@]}" "< 250"
	tls_mail "a partner" $PARTNER
	clear_gateway
	load_example asa-tls.conf
	tls_mail "an ASA with allow-tls" $CLIENT4
	load_example tls-require.conf
	tls_mail "required TLS" $CLIENT4
	is "$(counter secure tls) $(counter asa-tls tls)" "2 1" \
		"all of them were under TLS"
	clear_gateway
}

#
# exchange
#

# ehlo SOURCE: what is offered
ehlo() {
	PORT=2525 ask "$1" "< 220" "> EHLO ex2.example.org" "< 250" close
}

test_exchange() {
	smtp_server server 2525 <<-'END'
		> 220 ex1.example.org
		line EHLO
		raw 250-ex1\r\n250-X-EXPS GSSAPI\r\n250 X-ANONYMOUSTLS\r\n
		gone
	END
	load_example exchange.conf
	ok_if "and for another port" in_gw mailguard -f - <<-END
		fixup protocol smtp 2525 ip saddr $EXCHANGE policy ex-2007
		fixup protocol smtp 2525 policy modern
	END
	like "$(ehlo $EXCHANGE)" "250 X-ANONYMOUSTLS" \
		"a server of Exchange is offered X-ANONYMOUSTLS"
	like "$(ehlo $CLIENT4)" "250 XXXXXXXXXXXXXB" "a stranger is not"
	ok_if "a policy that only counts" guard \
		'policy modern { preset modern; mode monitor }'
	like "$(ehlo $CLIENT4)" "250 X-ANONYMOUSTLS" "changes nothing"
	clear_gateway
	ok_if "it can be deleted" guard delete policy modern
}

#
# in-front-of
#

XCLIENT=("< 220 mx ESMTP" "> EHLO proxy.example.net" "< 250"
	"> XCLIENT ADDR=192.0.2.77")

test_peers() {
	load_example nginx.conf
	goes "the proxy may say XCLIENT" $PROXY "${XCLIENT[@]}" "< 220"
	goes "others may not" $CLIENT4 "${XCLIENT[@]}" "< 502"
	clear_gateway
	load_example haproxy.conf opensmtpd.conf
	clear_gateway
	load_example m365.nft m365.conf
	tls_mail "Microsoft 365" $MICROSOFT
	goes "it must use TLS" $MICROSOFT "${PLAIN[@]}" "< 530"
	fails_if "nobody else may connect" greets $CLIENT4
	clear_gateway
	ok_if "modern" guard fixup protocol smtp 25 policy modern
	goes "a health check that says only QUIT" $CLIENT4 "< 220" "> QUIT" \
		"< 221"
	goes "one that says nothing" $CLIENT4 "< 220" close
	goes "one that says HTTP" $CLIENT4 "< 220" "> GET / HTTP/1.1" rst
	clear_gateway
}

#
# when-not
#

test_exceptions() {
	load_example lenient.conf
	goes "an exception passes" $PARTNER "< 220 mx.example.org ESMTP Postfix" \
		"> EHLO client.example.net" "< 250" "> VRFY b@example.org" "< 252"
	goes "others are guarded" $CLIENT4 "< 220 mx ESMTP"
	clear_gateway
	load_example except.conf
	goes "who is not guarded" $PARTNER "< 220 mx.example.org ESMTP Postfix" \
		"> EHLO client.example.net" "< 250" "> VRFY b@example.org" "< 252"
	is "$(in_gw mailguard list connections)" "" "is not listed"
	goes "others are guarded" $CLIENT4 "< 220 mx ESMTP"
	clear_gateway
}

# A server that waits for the client, as on port 465
test_465() {
	smtp_server server 465 <<<"bytes 5"
	ok_if "a fixup for port 465" guard fixup protocol smtp 465 policy modern
	PORT=465 ask $CLIENT4 'raw \x16\x03\x01\x00\x05hello' gone >/dev/null &
	ok_if "the client of port 465 is held back" wait_for 30 held
	is "$(received server 465)" "" "and the server gets nothing"
	kill $!
	clear_gateway
}

held() { [ "$(counter modern held-greeting)" -gt 0 ]; }

certify
postfix_start server "smtpd_tls_security_level = may" \
	"smtpd_tls_chain_files = $TMP/pem" \
	"smtpd_authorized_xclient_hosts = $PROXY"
test_files
test_commands
test_first
test_products
test_tls
test_exchange
test_peers
test_exceptions
test_465
finish
