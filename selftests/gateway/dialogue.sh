#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Addresses that real servers disagree on, and commands that are held back until
# the one before is answered.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need swaks nft mailguard
setup_topology

load "policies" <<-'END'
	policy denies {
		commands { helo, ehlo, mail, rcpt, data, rset, noop, quit }
		denied reply 500 "Command unrecognized"
	}
	policy blanks {
		commands { helo, ehlo, mail, rcpt, data, rset, noop, quit }
		denied reply 500 "Command unrecognized"
		address pipe blank
	}
	policy holds {
		commands { helo, ehlo, mail, rcpt, data, rset, noop, quit }
		denied reply 500 "Command unrecognized"
		pipelining hold
	}
	fixup protocol smtp 25 policy denies
END

#
# Addresses
#

# mail_to CODE ADDRESS [STATEMENT...]: name a recipient.
mail_to() {
	smtp_talk client $SERVER4 25 <<-END
		< 220
		> EHLO client.example.net
		< 250
		> MAIL FROM:<a@example.net>
		< 250
		> RCPT TO:$2
		< $1
		$(printf '%s\n' "${@:3}")
		> QUIT
		< 221
		eof
	END
}

# denied SERVER ADDRESS: no mail must be taken for what is left of it.
denied() {
	local heard
	heard=$(mail_to "500 Command un" "$2" "> DATA" "< 5")
	unlike "$heard" '^#' "$1: $2 is denied, and there is no recipient"
}

# taken ADDRESS N: and the N-th mail arrives there.
taken() {
	local heard
	heard=$(mail_to 250 "$1" "> DATA" "< 354" 'raw Subject: x\r\n\r\n.\r\n' \
		"< 250")
	unlike "$heard" '^#' "$1 is taken"
	ok_if "$1: the mail arrives" wait_for 60 has_mails server "$2"
}

# to_is N ADDRESS: the recipient of the N-th mail, as Postfix saw it.
to_is() {
	is "$(sed -n 's/^X-Original-To: //p' \
		"$(postfix_mails server | sed -n "$1p")")" "$2" \
		"and the server sees $2"
}

PIPE='<"|/bin/id"@example.org>'

test_denied() {
	local before
	before=$(counter denies denied-address)
	denied "$1" "$PIPE"
	denied "$1" '<|id@example.org>'
	denied "$1" '<b@example.org|id>'
	denied "$1" '<a>b@example.org>'
	denied "$1" '<b@example.org>>'
	denied "$1" '<<b@example.org>'
	denied "$1" 'b|id@example.org'
	denied "$1" 'b@example.org|id'
	is "$(counter denies denied-address)" $((before + 8)) \
		"$1: each is counted"
}

test_addresses() {
	test_denied Postfix
	taken '<"a>b"@example.org>' 1
	to_is 1 '"a>b"@example.org'
	ok_if "pipes become blanks" \
		in_gw mailguard fixup protocol smtp 25 policy blanks
	taken "$PIPE" 2
	to_is 2 '" /bin/id"@example.org'
	is "$(counter blanks pipes)" 1 "it is counted"
}

test_exim() {
	has_exim || {
		pass "Exim # SKIP run: make deps"
		return
	}
	exim_start server
	test_denied Exim
	exim_stop server
}

#
# Pipelining, held back
#

# At the server nothing comes before the reply.
test_turns() {
	local heard
	smtp_server server 25 <<-'END'
		> 220 mx
		line EHLO
		raw 250-mx\r\n250 PIPELINING\r\n
		line MAIL
		quiet 0.5
		> 250 ok
		line RCPT
		quiet 0.5
		> 250 ok
		line XXXX
		quiet 0.5
		> 502 what
		line DATA
		> 354 go on
		content
		> 250 taken
		line QUIT
		> 221 bye
		close
	END
	heard=$(smtp_talk client $SERVER6 25 <<-'END'
		< 220
		> EHLO c
		< 250
		raw MAIL FROM:<a@example.net>\r\nRCPT TO:<b@example.org>\r\nVRFY root\r\nDATA\r\n
		< 250
		< 250
		< 500
		< 354
		raw Subject: x\r\n\r\nMAIL\r\n.\r\nQUIT\r\n
		< 250
		< 221
		eof
	END
	)
	unlike "$heard" '^#' "the client gets all its replies"
	ok_if "the server gets a command behind each reply" served server 25
	is "$(received_lines server 25)" 'EHLO c\r\n
MAIL FROM:<a@example.net>\r\n
RCPT TO:<b@example.org>\r\n
XXXXXXXXX\r\n
DATA\r\n
Subject: x\r\n
\r\n
MAIL\r\n
.\r\n
QUIT\r\n' "and all of them"
	like "$(counter holds held-pipelining)" '[1-9]' \
		"what was held back is counted"
	smtp_server_stop server 25
}

test_mail() {
	ok_if "swaks sends a mail, and would pipeline it" in_client swaks --pipeline \
		--server $SERVER4 --silent 2 --helo client.example.net \
		--from a@example.net --to b@example.org,c@example.org --body swaks
	ok_if "it arrives" wait_for 60 has_mails server 4
	postfix_client client $SERVER6 25
	printf 'Subject: x\n\nPostfix\n' |
		postfix_send client a@example.net b@example.org
	ok_if "and so does one of Postfix" \
		wait_for 60 has_mails server 5
	is "$(postfix_mails server | tail -n 3 |
		xargs -d '\n' grep -hE '^(swaks|Postfix)$')" \
		$'swaks\nswaks\nPostfix' "as they were sent"
	logged client relay 'status=sent' "Postfix has sent it"
	unlike "$(cat "$(postfix_log client relay)")" \
		'(refused|said|lost|status=(deferred|bounced))' \
		"Postfix saw no error"
	logged server postfix \
		'ehlo=1 mail=1 rcpt=2 data=1 quit=1 commands=6' \
		"and its server one dialogue, without an error"
}

postfix_start server
test_addresses
ok_if "commands take turns" in_gw mailguard fixup protocol smtp 25 policy holds
test_mail
postfix_stop client relay
postfix_stop server
test_turns
ok_if "addresses are denied again" \
	in_gw mailguard fixup protocol smtp 25 policy denies
test_exim

finish
