#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A policy that uses every statement there is: mail of Postfix with PIPELINING
# passes, none is lost and none comes twice; and so under TLS, and without EHLO.
#
# TEST_MESSAGES=1000 sends so many mails each way. Each has two recipients.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need openssl nft mailguard
setup_topology
messages=${TEST_MESSAGES:-16}

# all_statements: what the table of the command has for a policy.
all_statements() {
	awk -F '"' '
		/\.place = / { policy = /STATEMENT_POLICY/ }
		policy && /\.words = / { print $2; policy = 0 }' \
		"$TOP/userspace/language/statements.c"
}

# unused: of these, those that no line of standard input begins with, or begins
# with only because it begins with a longer one.
unused() {
	awk '
		NR == FNR { words[$0]; next }
		{
			sub(/^[ \t]+/, "")
			found = ""
			for (w in words)
				if (index($0 " ", w " ") == 1 &&
				    length(w) > length(found))
					found = w
			used[found]
		}
		END {
			for (w in words)
				if (!(w in used))
					print w
		}' <(all_statements) -
}

# policy NAME STARTTLS: what a statement says is as strict as honest mail permits,
# and is not the default, where there is another value that mail passes with.
policy() {
	cat <<-END
		policy $1 {
			preset modern
			banner text "mail ESMTP" fill "."
			commands {
				helo, ehlo : log, mail, rcpt : log, data, bdat, rset : log
				noop, quit, starttls, auth, "x-mine", expn : x
				vrfy : noop reply 252 "2.1.5 Send mail", help : reset
			}
			denied noop reply 502 "Command not implemented"
			keywords !{ chunking, etrn }
			auth-mechanisms { plain, login }
			line-length 100
			line-length mail 200
			reply-line-length 200 reset
			address pipe reset
			address brackets reset
			address percent reset
			address bang reset
			address source-route reset
			address double-at reset
			address quoted reset
			address 8bit reset
			address no-domain deny
			address literal reset
			address-length 40 reset
			local-part-length 20 reset
			domain-length 30 reset
			helo no-dot reset
			helo literal reset
			helo invalid reset
			helo-domains !{ example.org, .example.org }
			sender-domains !{ example.org }
			recipient-domains { example.org, .example.org }
			truncated reset
			bare-lf reset
			unexpected-reply reset
			pipelining pass
			end-of-data defang
			proxy-protocol accept
			asymmetric pass
			prdr pass
			replies neutral
			tls-minimum 1.2
			early-talk reset
			foreign reset
			starttls $2
			recipients 2 reset
			messages 10000 reset
			message-size 200000 reset
			refused-recipients 1 reset
			denied-commands 1 reset
			auth-failures 1 reset
			junk-commands 4 reset
			mode enforce
			event-rate 1000
			offenders after 3 denied for 1h
			on denied mark 0x1/0x1
			on reset mark packet 0x2/0x2
			on held mark 0x4/0x4
			on refused-recipient mark 0x8/0x8
			on auth-failed mark 0x10/0x10
			on recipient mark 0x20/0x20
			on message mark 0x40/0x40
			on tls mark 0x80/0x80
			on early-talk mark 0x100/0x100
			on limit mark 0x200/0x200
		}
	END
}

# policies: "ehlo downgrade" and EHLO exclude one another, so it has one of its
# own, which permits no verb that begins with E.
policies() {
	policy plain mask
	policy tls require
	policy down mask | sed 's/ehlo : log, //; s/, expn : x//
		s/preset modern/&\n\tehlo downgrade/'
}

kinds=(short dots long)
each=$(((messages + ${#kinds[@]} - 1) / ${#kinds[@]}))	# mails of a kind and policy
declare -A ports=([plain]=2501 [tls]=2502 [down]=2503)

# message KIND: lines of dots and of commands, or a content of many segments.
message() {
	printf 'Subject: %s\n\n%s\n' "$1" "$1"
	case $1 in
	dots)
		printf '%s\n' . .. . .QUIT RSET "MAIL FROM:<c@example.net>" .
		;;
	long)
		seq -f 'line %g of a long message' 1000
		;;
	esac
}

# recipients KIND POLICY: two for each mail.
recipients() {
	seq -f "r%g.$1@$2.example.org" $((each * 2))
}

# A line for each mail that arrived: its recipient, by which protocol it came, and
# its content.
arrived() {
	find "$inbox" -type f -exec awk '
		function show() {
			if (to)
				print to, with, text
			to = with = text = ""
		}
		FNR == 1 { show(); head = 1 }
		head && /^X-Original-To: / { to = $2 }
		head && match($0, / with E?SMTPS? /) {
			with = substr($0, RSTART + 6, RLENGTH - 7)
		}
		!head { text = text "|" $0 }
		/^$/ { head = 0 }
		END { show() }' {} + | sort
}

# expected POLICY PROTOCOL: what has arrived then.
expected() {
	local kind
	for kind in "${kinds[@]}"; do
		recipients "$kind" "$1" | awk -v with="$2" -v text="$(
			message "$kind" | sed '1,2d' | tr '\n' '|')" '
			{ print $1, with, "|" substr(text, 1, length(text) - 1) }'
	done | sort
}

# passed POLICY PROTOCOL
passed() {
	is "$(grep -F "@$1.example.org" "$TMP/arrived" |
		diff <(expected "$1" "$2") - | cut -c -100 | head)" "" \
		"$1: each recipient gets the mails, whole, once, by $2"
	is "$(guard list counters | sed -n "/^policy $1 {/,/^}/p" |
		grep -E 'denied|reset|limit')" "" "$1: nothing was denied"
}

# sent_once POLICY
sent_once() {
	is "$(counter "$1" messages)" $((each * 3)) "$1: each mail is sent once"
	is "$(counter "$1" recipients)" $((each * 6)) \
		"$1: each recipient is, too"
}

# routes: a port for each policy.
routes() {
	local policy
	for policy in "${!ports[@]}"; do
		printf '{ %s.example.org = smtp:[%s]:%s }, ' \
			"$policy" $SERVER4 "${ports[$policy]}"
	done
}

is "$(policies | unused)" "" "no statement is missing"
load "a policy for each port" < <(
	policies
	for policy in "${!ports[@]}"; do
		echo "fixup protocol smtp ${ports[$policy]} policy $policy"
	done
)
in_server nft -f - <<-END
	table ip ports {
		chain prerouting {
			type nat hook prerouting priority dstnat
			tcp dport 2501-2503 redirect to :25
		}
	}
END
certify
inbox=$TMP/postfix-server/mail/inbox/new
postfix_start server "smtpd_tls_security_level = may" \
	"smtpd_tls_chain_files = $TMP/pem" "virtual_mailbox_domains = static:all" \
	"smtpd_client_connection_count_limit = 0"
postfix_client client $SERVER4 25 "transport_maps = inline:{ $(routes) }" \
	"smtp_tls_security_level = may" "smtp_destination_recipient_limit = 2"
like "$(smtp_talk client $SERVER4 2501 <<-'END'
	< 220
	> EHLO client.example.net
	< 250
	> QUIT
	< 221
	eof
END
)" '^250-PIPELINING' "the server offers PIPELINING"
for kind in "${kinds[@]}"; do
	message "$kind" | postfix_send client a@example.net "$(
		for policy in "${!ports[@]}"; do
			recipients "$kind" "$policy"
		done | paste -sd ,)"
done
wait_for $((60 + messages * 6)) has_mails server $((each * 18))
arrived >"$TMP/arrived"
passed plain ESMTP
passed tls ESMTPS
passed down SMTP
sent_once plain
sent_once down
unlike "$(<"$(postfix_log client relay)")" "status=(deferred|bounced)" \
	"none was deferred or bounced"

finish
