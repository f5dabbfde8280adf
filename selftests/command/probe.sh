#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mailguard probe, through a gateway: it names the profile of each policy, finds
# none where there is none, and hands over no mail.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard modprobe
setup_topology

# A greeting in which 2 and 0 occur tells PIX 4.4 from 5.1.
# shellcheck disable=SC2016 # Postfix reads this variable
postfix_start server 'smtpd_banner = $myhostname ESMTP Postfix 2.10.20'

# probed [OPTION...] HOST: $said and $status.
probed() {
	said=$(in_client mailguard probe "$@" 2>&1)
	status=$?
}

# json KEY...: what stands there in $said; a list in one line.
json() {
	python3 -c '
import json, sys
at = json.load(sys.stdin)
for key in sys.argv[1:]:
    at = at[key]
print(" ".join(at) if isinstance(at, (list, dict)) else at)' "$@" <<<"$said"
}

# Policies, each for a port of its own, and all for the same server.
guard_ports() {
	in_gw mailguard -f - <<-'END'
		policy down {
			commands { helo, mail, rcpt, data, rset, noop, quit }
			ehlo downgrade
		}
		fixup protocol smtp 25
		fixup protocol smtp 2540 policy pix-4.0
		fixup protocol smtp 2542 policy pix-4.2
		fixup protocol smtp 2544 policy pix-4.4
		fixup protocol smtp 2551 policy pix-5.1
		fixup protocol smtp 2563 policy pix-6.3
		fixup protocol smtp 2570 policy down
	END
	in_server nft -f - <<-END
		table inet ports {
			chain prerouting {
				type nat hook prerouting priority dstnat
				tcp dport 2500-2599 redirect to :25
			}
		}
	END
}

test_without_guard() {
	local host
	for host in $SERVER4 "[$SERVER6]:25" "$SERVER6"; do
		probed "$host"
		is "$status" 0 "$host: status of no guard"
		like "$said" '^No sign of a Mailguard\.$' "$host: none is seen"
		like "$said" 'EHLO +250-mx\.example\.org$' "$host: EHLO is heard"
	done
	probed -j $SERVER4
	is "$(json verdict)" none "JSON: no guard"
	is "$(json extensions SIZE)" offered "JSON: SIZE is offered"
	is "$(json extensions AUTH)" absent "JSON: AUTH is not"
	is "$(json profiles)" "" "JSON: no profile"
	is "$(json heard greeting)" "220 mx.example.org ESMTP Postfix 2.10.20" \
		"JSON: the greeting"
}

# profile PORT VERDICT BANNER DENIED EHLO PROFILES
profile() {
	probed -j "$SERVER4:$1"
	is "$status" 2 "port $1: status of a guard"
	is "$(json verdict) $(json banner) $(json denied) $(json ehlo)" \
		"$2 $3 $4 $5" "port $1: what is seen"
	is "$(json profiles)" "$6" "port $1: the profile"
	is "$(json extensions AUTH) $(json extensions SIZE)" "lost lost" \
		"port $1: extensions are lost"
	like "$(json remedies mailguard)" "no fixup protocol smtp $1$" \
		"port $1: the remedy"
}

test_policies() {
	profile 25 certain asterisks-20 replaced refused mailguard
	profile 2540 certain cmap ok swallowed pix-4.0
	profile 2542 certain cmap noop swallowed pix-4.2
	profile 2544 certain asterisks noop swallowed "pix-4.4 pix-5.1"
	profile 2551 certain asterisks-20 noop swallowed pix-5.1
	profile 2563 certain asterisks-20 refused refused pix-6.3
	profile 2570 likely clear refused plain mailguard
}

test_text() {
	probed "[$SERVER6]:2563"
	is "$status" 2 "IPv6: status of a guard"
	like "$said" "^$SERVER6 port 2563$" "IPv6: whom it asked"
	like "$said" '^A Mailguard stands in the path:$' "the verdict"
	like "$said" '^  greeting +220 [*]+2[*]+0[*]20$' "the greeting"
	like "$said" '^  EHLO is refused, HELO is not\.$' "a sign"
	like "$said" '^  Profile: pix-6\.3$' "the profile"
	like "$said" '^  STARTTLS  cannot be offered: ' "what breaks"
	like "$said" '^    no fixup protocol smtp 2563$' "the remedy for a PIX"
	like "$said" '^    mailguard no fixup protocol smtp 2563$' \
		"the remedy for ours"
}

# It is the remedy indeed.
test_remedy() {
	in_gw mailguard no fixup protocol smtp 2563
	probed $SERVER4:2563
	is "$status" 0 "the remedy helps"
}

test_no_mail() {
	logged server postfix 'disconnect from .* ehlo=1 .*noop=1 .*commands=' \
		"Postfix counted the commands"
	unlike "$(cat "$(postfix_log server)")" \
		' (mail|rcpt|data|auth|starttls)=' \
		"no transaction and no exchange was begun"
	is "$(postfix_mails server)" "" "no mail came"
	is "$(in_gw mailguard list counters | awk '
		$1 ~ /^(messages|held-|reset-)/ { sum += $2 } END { print sum + 0 }'
		)" 0 "the guard passed no message, held and reset nothing"
}

test_without_guard
guard_ports
test_policies
test_text
test_remedy
test_no_mail

finish
