#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a policy says about an end of data that only some servers take for one:
# the statement end-of-data, to a Postfix that takes lines ended by LF, and to
# Exim after a header line ended by LF.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard
setup_topology

# end_of_data ACTION: from the next connection on.
end_of_data() {
	load "end-of-data $1" <<-END
		policy content {
			commands { helo, mail, rcpt, data, rset, noop, quit }
			end-of-data $1
			denied reply 500 "Command unrecognized"
		}
		fixup protocol smtp 25 policy content
	END
}

# The forms of an end of data, but for CRLF.CRLF.
FORMS='\n.\n \n.\r\n \r\n.\n \r.\r \r.\n \n.\r \r.\r\n \r\n.\r \r\n.\r\r\n
	\r\r\n.\r\r\n \r\n\x00.\r\n \r\n.\x00\r\n \r\n.\r\x00\n \x00\n.\r\n'

EVIL='MAIL FROM:<evil@example.net>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nSubject: smuggled\r\n\r\n'

# envelope STATEMENT...: behind the 354.
envelope() {
	smtp_talk client $SERVER4 25 <<-END
		< 220
		> HELO client.example.net
		< 250
		> MAIL FROM:<a@example.net>
		< 250
		> RCPT TO:<b@example.org>
		< 250
		> DATA
		< 354
		$(printf '%s\n' "$@")
	END
}

# smuggle CONTENT [raw|charraw]: a mail that ends where it should.
smuggle() {
	envelope "${2:-raw} $1" "raw \\r\\n.\\r\\n" "< 250" "> QUIT" "< 221" eof
}

# arrives KIND N DESCRIPTION: exactly so many mails.
arrives() {
	ok_if "$3: the mail arrives" wait_for 60 has_mails server "$2" "$1"
	is "$(postfix_mails server "$1" | wc -l)" "$2" "$3: as one mail"
}

test_unguarded() {
	envelope "raw Subject: x\\r\\n\\r\\nx\\n.\\n$EVIL" \
		"raw x\\r\\n.\\r\\n" "< 250" "< 250" "< 250" "< 354" "< 250" \
		close >/dev/null
	ok_if "without a guard, this Postfix takes two mails for one" \
		wait_for 30 has_mails server 2
}

# defangs KIND N CONTENT DESCRIPTION [HOW]: as the N-th mail there.
defangs() {
	unlike "$(smuggle "$3" "${5:-raw}")" '^#' "$4: it is taken"
	arrives "$1" "$2" "$4"
}

test_defang() {
	local form count=0
	for form in $FORMS; do
		count=$((count + 1))
		defangs postfix $count "Subject: x\\r\\n\\r\\nx$form$EVIL" \
			"defang: $form"
	done
	like "$(mail_body "$(postfix_mails server | head -n 1)")" \
		'^ MAIL FROM:<evil' "defang: a blank is behind the dot"
	# All but those with a CR before the dot, and CRLF, dot, CR.
	is "$(counter content defanged)" 10 "defang: each is counted"
	count=$((count + 1))
	defangs postfix $count "x\\r\\n\\r\\n.\\n\\n.\\r\\n\\r\\n.\\r\\r\\n$EVIL" \
		"defang: byte by byte" charraw
	test_many_defanged $((count + 1))
	unlike "$(cat "$(postfix_log server)")" "evil" \
		"defang: nothing was smuggled"
	is "$(bad_checksums)" 0 "defang: the checksums are right"
}

# In packets of many segments, and in pieces of memory.
test_many_defanged() {
	local before
	before=$(counter content defanged)
	unlike "$(envelope "raw Subject: many\\r\\n\\r\\n" \
		"repeat 20000 text\\n.\\n" "raw \\r\\n.\\r\\n" "< 250" \
		"> QUIT" "< 221" eof)" '^#' "defang: 20000 in one mail"
	arrives postfix "$1" "defang: 20000 in one mail"
	is $(($(counter content defanged) - before)) 20000 \
		"defang: each of them is counted"
	is "$(mail_body "$(postfix_mails server | tail -n 1)" |
		grep -c '^ text$')" 19999 "defang: the text is as it was"
}

# The first line of its header ends in LF: it then ends content at LF.LF.
test_defang_exim() {
	local form count=0
	has_exim || {
		pass "Exim # SKIP run: make deps"
		return
	}
	exim_start server
	for form in '\n.\n' '\n.\r\n' '\r\n.\n'; do
		count=$((count + 1))
		defangs exim $count "Subject: x\\n\\nx$form$EVIL" \
			"defang: $form to Exim"
	done
	exim_stop server
}

# A printer's or a script's: everything ends in LF.
lf_only() {
	smtp_talk client $SERVER4 25 <<-END
		raw HELO c\\nMAIL FROM:<a@example.net>\\nRCPT TO:<b@example.org>\\nDATA\\n$1
		gone
	END
}

test_lf_only() {
	local mail='Subject: x\n\nline\n\n..\nline\n'
	end_of_data reset
	like "$(lf_only "$mail.\\nQUIT\\n")" '^rst$' "LF only: it is reset"
	is "$(counter content reset-content)" 1 "LF only: it is counted"
	end_of_data lf
	like "$(lf_only "$mail.\\nVRFY root\\nQUIT\\n" | tr '\n' ' ')" \
		' 250 2.0.0 Ok: queued.* 500 Command unr.* 221 2.0.0 Bye.* eof' \
		"LF only, lf: it ends there, and commands are judged"
	arrives postfix 1 "LF only, lf"
	is "$(mail_body "$(postfix_mails server)")" $'line\n\n.\nline' \
		"LF only, lf: line by line"
}

# ends_lf N END: in the server's eyes as in the guard's.
ends_lf() {
	unlike "$(envelope "raw Subject: x\\r\\n\\r\\nx${2}VRFY root\\r\\n" \
		"< 250" "< 500 Command unr" "> QUIT" "< 221" eof)" '^#' \
		"lf: $2 ends it"
	arrives postfix "$1" "lf: $2"
}

test_lf() {
	ends_lf 2 '\n.\r\n'
	ends_lf 3 '\r\n.\n'
	ends_lf 4 '\r\n.\r\n'
	like "$(envelope "raw Subject: x\\r\\n\\r\\nx\\r\\n.\\r\\r\\n$EVIL" gone)" \
		'^rst$' "lf: a dot with more CRs is reset"
	is "$(postfix_mails server | wc -l)" 4 "lf: it is no mail"
}

# postfix_anew: without the mails so far.
postfix_anew() {
	postfix_stop server
	rm -rf "$TMP/postfix-server"
	postfix_start server
}

postfix_start server
test_unguarded
postfix_anew
end_of_data defang
test_defang
postfix_anew
test_lf_only
test_lf
postfix_stop server
end_of_data defang
test_defang_exim

finish
