#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The administrator's guide: each file that it shows is loaded, each command is
# accepted, and what a page promises happens. migration.sh has the page about PIX
# and ASA, marks.sh some of the recipes.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need swaks openssl nft mailguard conntrack
setup_topology

GUIDE=$TOP/Documentation/guide
EXAMPLES=$GUIDE/examples

# Addresses of the examples, and what they are there.
PROXY=10.0.1.3
EXCHANGE=192.0.2.10
MICROSOFT=192.0.2.130
PARTNER=198.51.100.7
LISTED=203.0.113.7

ip -n "client-$$" addr add $PROXY/24 dev eth0
for address in $EXCHANGE $MICROSOFT $PARTNER $LISTED; do
	ip -n "client-$$" addr add "$address/32" dev lo
	ip -n "gw-$$" route add "$address" via $CLIENT4
done

clear_gateway() {
	in_gw mailguard no fixup protocol smtp
	in_gw nft flush ruleset
}

# load_example FILE...: after whatever was loaded before.
load_example() {
	local file
	for file; do
		case $file in
		*.conf) ok_if "$file is loaded" \
			in_gw mailguard -f "$EXAMPLES/$file" ;;
		*.nft) ok_if "$file is loaded" in_gw nft -f "$EXAMPLES/$file" ;;
		esac
	done
}

# ask SOURCE STATEMENT...: behind the greeting
ask() {
	local source=$1
	shift
	smtp_talk client "$SERVER4" 25 --source "$source" <<-END
		< 220
		$(printf '%s\n' "$@")
		close
	END
}

# answers DESCRIPTION SOURCE STATEMENT...: the dialogue goes as it is written.
answers() {
	local what=$1 said
	shift
	said=$(ask "$@" 2>&1)
	unlike "$said" '^#' "$what"
}

refused() { ! ask "$1" --timeout 10; }

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

# accepted COMMAND: does mailguard understand it? What prints may say that there is
# nothing to print; what waits for events is not started.
accepted() {
	case $1 in
	"mailguard monitor"*) set -- "timeout 1 $1" ;;
	"mailguard list"* | "mailguard show"* | "mailguard status"* | \
		"mailguard top"*) ;;
	"mailguard write memory") set -- "mailguard -f $TMP/saved write memory" ;;
	*) set -- "mailguard -c ${1#mailguard }" ;;
	esac
	(cd "$EXAMPLES" && in_gw bash -c "$1" 2>&1)
	case $? in 0 | 3 | 124) ;; *) return 1 ;; esac
}

test_commands() {
	local command said n=0 bad=
	guard fixup protocol smtp 25
	while read -r command; do
		said=$(accepted "$command") || bad+="$command: $said"$'\n'
		n=$((n + 1))
	done < <(guide_commands)
	is "$bad" "" "mailguard accepts each command of the guide"
	ok_if "there are some" test $n -gt 10
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
	is "$(counter modern denied-verb) $(counter modern tls)" "1 1" \
		"VRFY and TLS are counted"
	load_example trial.conf
	as_shown first-before.txt "mode monitor changes nothing"
	is "$(counter trial denied-verb)" 1 "but counts VRFY"
	clear_gateway
}

certify
postfix_start server "smtpd_tls_security_level = may" \
	"smtpd_tls_chain_files = $TMP/pem" \
	"smtpd_authorized_xclient_hosts = $PROXY"
test_files
test_commands
test_first
finish
