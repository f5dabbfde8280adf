#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Limits, and "starttls require": a recipient too many is answered 452 and loses
# nothing, what is beyond another limit closes the connection, and mail without
# TLS is refused where TLS is required.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need openssl nft mailguard
setup_topology
certify

load "a policy for each port" <<-'END'
	policy limits {
		banner pass
		commands { helo, ehlo, mail, rcpt, data, bdat, rset, noop, quit, vrfy }
		recipients 3
		messages 5
		message-size 20000
		denied-commands 2
		junk-commands 3
	}
	policy tls {
		banner pass
		commands {
			helo, ehlo, mail, rcpt, data, rset, noop, quit, starttls, auth
		}
		starttls require
	}
	policy own {
		banner pass
		commands { helo, ehlo, mail, rcpt, data, rset, noop, quit }
		recipients 1 deny reply 452 "4.5.3 One at a time"
		messages 1 deny
		message-size 1000 reset
		auth-failures 3 pass
	}
	policy harvest {
		commands {
			helo, mail, rcpt, quit : log, vrfy : noop reply 252 "2.1.5 Send mail"
			expn : x reply "5.7.1 No", help : reset
			"x-mine" : log
		}
		refused-recipients 2
	}
	fixup protocol smtp 25 policy limits
	fixup protocol smtp 2525 policy tls
	fixup protocol smtp 2526 policy own
	fixup protocol smtp 2527 policy harvest
END

test_printed() {
	local printed
	printed=$(guard list ruleset)
	ok_if "the printed ruleset is accepted" guard -f - <<<"$printed"
	is "$(guard list ruleset)" "$printed" "and printed the same"
	like "$printed" '	recipients 1 reply 452 "4.5.3 One at a time"$' \
		"a limit has its reply"
	like "$printed" '	starttls require$' "starttls is as it was written"
	like "$printed" 'quit : log, vrfy : noop reply 252 "2.1.5 Send mail", expn : x reply "5.7.1 No", help : reset, "x-mine" : log }' \
		"commands have their verdicts"
}

# Eight recipients at once: Postfix gets 452 for five, and tries them again.
test_recipients() {
	postfix_start server "smtpd_tls_security_level = may" \
		"smtpd_tls_chain_files = $TMP/pem" \
		"smtpd_tls_received_header = yes"
	postfix_client client $SERVER4 25
	echo "Subject: x" |
		postfix_send client a@example.net "$(seq -f 'r%g@example.org' -s , 8)"
	logged client relay '452 4\.5\.3 T' \
		"five of eight recipients are deferred"
	wait_for 90 has_mails server 8
	is "$(grep -rh '^X-Original-To: ' "$TMP/postfix-server/mail/inbox/new" |
		sort | uniq -c | wc -l)" 8 "each recipient gets the mail"
	ok_if "and gets it once" has_mails server 8
	unlike "$(cat "$(postfix_log server)")" 'too many errors|lost connection' \
		"the server sees no error"
	postfix_stop client relay
}

# talk PORT: a dialogue, whose failures are in the output.
talk() {
	smtp_talk client $SERVER4 "$@" 2>&1
}

test_closed() {
	local before
	unlike "$(talk 25 <<-'END'
		< 220
		> EHLO client.example.net
		< 250
		> MAIL FROM:<a@example.net> SIZE=20001
		< 552 5.3.4
		> MAIL FROM:<a@example.net> SIZE=20000
		< 250
		> RSET
		< 250
		> NOOP
		< 250
		> NOOP
		< 421 4.7.0 L
		rst
	END
	)" '^#' "a declared size is refused, and junk closes the connection"
	before=$(counter limits reset-limit)
	unlike "$(talk 25 <<-'END'
		< 220
		> HELO client.example.net
		< 250
		> EXPN a
		< 5
		> EXPN b
		< 5
		> EXPN c
		< 421 4.7.0 L
		rst
	END
	)" '^#' "a third denied command closes it"
	is "$(counter limits reset-limit)" $((before + 1)) "and is counted"
}

# A mail for each connection; the server says 550 to unknown recipients.
test_own() {
	smtp_server server 2526 <<<"auto"
	unlike "$(talk 2526 <<-'END'
		< 220
		> EHLO client.example.net
		< 250
		raw MAIL FROM:<a@example.net>\r\nRCPT TO:<b@example.org>\r\nRCPT TO:<c@example.org>\r\nDATA\r\n
		< 250
		< 250
		< 452 4.5.
		< 354
		> .
		< 250
		> MAIL FROM:<a@example.net>
		< 452
		> QUIT
		< 221
		eof
	END
	)" '^#' "a policy has its own reply, and the content goes on behind a 452"
	like "$(received_lines server 2526)" '^NOOP  ' "the server gets NOOP"
	unlike "$(talk 2526 <<-'END'
		< 220
		> MAIL FROM:<a@example.net> SIZE=1001
		rst
	END
	)" '^#' "a declared size resets"
	smtp_server_stop server 2526
}

test_refused() {
	smtp_server server 2527 <<-'END'
		> 220 mx ESMTP
		line HELO c
		> 250 mx
		line MAIL FROM:<a@example.net>
		> 250 ok
		line RCPT TO:<a@example.org>
		> 550 5.1.1 no such user
		line RCPT TO:<b@example.org>
		> 550 5.1.1 no such user
		line RCPT TO:<c@example.org>
		> 550 5.1.1 no such user
		line RCPT TO:<d@example.org>
		> 550 5.1.1 no such user
		gone
	END
	unlike "$(talk 2527 <<-'END'
		< 220
		> HELO c
		< 250
		> MAIL FROM:<a@example.net>
		< 250
		> RCPT TO:<a@example.org>
		< 550
		> RCPT TO:<b@example.org>
		< 550
		> RCPT TO:<c@example.org>
		< 550
		> RCPT TO:<d@example.org>
		< 421 4.7.0 L
		rst
	END
	)" '^#' "guesses of recipients close the connection"
	smtp_server_stop server 2527
}

test_verdicts() {
	smtp_server server 2527 <<<"auto"
	unlike "$(talk 2527 <<-'END'
		< 220
		> HELO c
		< 250
		> VRFY root
		< 252 2.1.5
		> EXPN root
		< 502 5.7.1 No
		> X-MINE
		< 502
		> QUIT
		< 221
		eof
	END
	)" '^#' "each command has its verdict and its reply"
	like "$(received_lines server 2527)" '^NOOP     ' "the server gets NOOP"
	is "$(counter harvest logged-commands)" 2 "what is logged is counted"
	unlike "$(talk 2527 <<-'END'
		< 220
		> HELP
		rst
	END
	)" '^#' "and one command resets"
	smtp_server_stop server 2527
}

# A client that speaks no TLS is told to, and one that does gets its mail through.
test_tls() {
	local mails=$TMP/postfix-server/mail/inbox/new
	rm -rf "$mails"
	in_ns server nft -f - <<-END
		table ip ports {
			chain prerouting {
				type nat hook prerouting priority dstnat
				tcp dport 2525 redirect to :25
			}
		}
	END
	unlike "$(talk 2525 <<-'END'
		< 220
		> EHLO client.example.net
		< 250
		> MAIL FROM:<a@example.net>
		< 530 5.7.0 Must issue
		> RCPT TO:<r1@example.org>
		< 530 5.7.0 Must issue
		> AUTH PLAIN AGEAYg==
		< 530 5.7.0 Must issue
		> NOOP
		< 250
		> QUIT
		< 221
		eof
	END
	)" '^#' "without TLS there is no mail"
	is "$(counter tls denied-plain)" 3 "each denied command is counted"
	postfix_client client $SERVER4 2525 "smtp_tls_security_level = none"
	echo "Subject: x" | postfix_send client a@example.net r1@example.org
	logged client relay '530 5\.7\.0 Must issue' \
		"Postfix is told why its mail without TLS is refused"
	postfix_stop client relay
	postfix_client client $SERVER4 2525 "smtp_tls_security_level = may"
	echo "Subject: x" | postfix_send client a@example.net r2@example.org
	wait_for 60 has_mails server 1
	is "$(grep -rlE 'using TLSv1\.[23] with cipher' "$mails" | wc -l)" 1 \
		"with TLS the mail arrives"
	postfix_stop client relay
}

test_printed
test_recipients
test_closed
test_own
test_refused
test_verdicts
test_tls
finish
