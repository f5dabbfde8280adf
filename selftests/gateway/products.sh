#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The presets of products: what somebody captured of them is seen again, nmap tells
# them, and mail of Postfix passes. Behind "modern" with neutral replies, neither
# nmap nor recog tells any server by what it says.
#
# TEST_MESSAGES=300 sends so many mails through each preset.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nmap openssl nft mailguard
setup_topology
messages=${TEST_MESSAGES:-10}
products=$HERE/products.py
presets=(asa fwsm ios-smtp ios-esmtp firebox firewall1 raptor submit
	exchange egress modern)

# results: those of products.py, read from standard input.
results() {
	local verdict what
	while read -r verdict what; do
		case $verdict in
		ok)
			pass "$what"
			;;
		*)
			fail "${what#ok }"
			;;
		esac
	done
}

# fixups: one for each port, from lines "PRESET PORT".
fixups() {
	sed 's/\(.*\) \(.*\)/fixup protocol smtp \2 policy \1/'
}

# port PRESET: the first that it guards.
port() {
	"$products" ports | awk -v preset="$1" '$1 == preset { print $2; exit }'
}

test_captures() {
	results < <(in_client "$products" captures $SERVER4 "$TMP/seen" 2>&1)
}

test_told() {
	results < <(in_client "$products" told $SERVER4 2>&1)
	ok_if "neutral lines are counted" \
		test "$(counter silent neutral-lines)" -gt 100
}

# tells PRESET WHAT: nmap says so.
tells() {
	like "$seen" "^$(port "$1")/tcp +open +smtp(-proxy)? +$2" \
		"$1: nmap takes it for $2"
}

# nmap asks a server that it does not tell many questions, which takes half a
# minute; products.py reads its table.
test_nmap() {
	local preset ports=
	[ "$messages" -lt 100 ] || ports=2700,2726,
	for preset in asa fwsm firewall1; do
		ports+=$(port $preset),
	done
	seen=$(in_client nmap -n -Pn -sT -sV --version-intensity 0 \
		-p "${ports%,}" $SERVER4)
	tells asa "Cisco PIX sanitized smtpd"
	tells fwsm "Cisco PIX sanitized smtpd"
	tells firewall1 "Check Point FireWall-1 smtpd"
	unlike "$seen" "^27[0-9][0-9]/tcp +open +smtp(-proxy)? +[^ ]" \
		"modern with neutral replies: nmap names nothing"
}

# mail_port NUMBER: that by which mail goes through a preset.
mail_port() {
	echo $((2800 + $1))
}

# routes: an address, and the port of its preset, for each of them.
routes() {
	local i
	for i in "${!presets[@]}"; do
		echo "{ ${presets[i]}.example.org = smtp:[$SERVER4]:$(mail_port "$i") },"
	done | tr '\n' ' '
}

# recipients PRESET: one for each mail.
recipients() {
	seq -f "r%g@$1.example.org" -s , "$messages"
}

test_postfix() {
	local i preset wanted
	for i in "${!presets[@]}"; do
		echo "${presets[i]} $(mail_port "$i")"
	done | fixups | in_gw mailguard -f - ||
		fail "a port for mail through each preset"
	in_gw nft -f - <<-END
		table ip nat {
			chain prerouting {
				type nat hook prerouting priority dstnat;
				tcp dport 2800-2899 dnat to $SERVER4:25
			}
		}
	END
	certify
	postfix_start server "smtpd_tls_security_level = may" \
		"smtpd_tls_chain_files = $TMP/pem" \
		"smtpd_client_connection_count_limit = 0" \
		"virtual_mailbox_domains = static:all"
	postfix_client client $SERVER4 25 "transport_maps = inline:{ $(routes) }" \
		"smtp_tls_security_level = may" \
		"smtp_destination_recipient_limit = 1" \
		"smtp_connection_cache_on_demand = no"
	for preset in "${presets[@]}"; do
		printf 'Subject: x\n\nby way of %s\n' "$preset" |
			postfix_send client a@example.net "$(recipients "$preset")"
	done
	wanted=$((messages * ${#presets[@]}))
	wait_for $((60 + wanted * 2)) has_mails server $wanted
	for preset in "${presets[@]}"; do
		is "$(grep -rlx "by way of $preset" \
			"$TMP/postfix-server/mail/inbox/new" |
			xargs -r grep -h '^X-Original-To: ' | cut -d ' ' -f 2 |
			sort)" "$(recipients "$preset" | tr , '\n' | sort)" \
			"$preset: $messages mails arrive, each once"
	done
	unlike "$(cat "$(postfix_log client relay)")" "status=(deferred|bounced)" \
		"none was deferred or bounced"
	note "$SECONDS seconds so far"
}

mkdir "$TMP/seen"
in_server "$products" serve "$TMP/seen" >"$TMP/serve" 2>&1 &
ok_if "a port for each capture and each product" in_gw mailguard -f - <<END
policy silent {
	preset modern
	commands { helo, ehlo, mail, rcpt, data, rset, noop, quit, help, vrfy }
	denied x
	replies neutral
}
$("$products" ports | fixups)
END
wait_listen server 2600
wait_listen server 2726
test_captures
test_told
note "$SECONDS seconds so far"
test_nmap
note "$SECONDS seconds so far"
test_postfix

finish
