#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Exim, where other tests have Postfix: limits, verdicts, AUTH, TLS with a
# certificate of an authority, other protocols, and a client that does not wait.
# The clients are swaks, Exim, openssl, nc and a web client.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need swaks openssl nc nft mailguard
has_exim || skip_all "run: make deps"
setup_topology
certify_by_ca

load "a policy for each port" <<-'END'
	policy limits {
		preset modern
		commands {
			helo, ehlo, mail, rcpt, data, bdat, rset, noop, quit, auth
			vrfy : noop reply 252 "2.1.5 Send mail"
			expn : x reply "5.7.1 No", help : reset
		}
		auth-mechanisms { plain }
		recipients 2
		message-size 20000
		refused-recipients 1
		auth-failures 1
		replies neutral
	}
	policy tls { preset modern; starttls require; tls-minimum 1.3 }
	policy early { preset modern; early-talk reset }
	policy counted {
		preset modern; messages 1; denied-commands 2; junk-commands 4
	}
	fixup protocol smtp 25 policy limits
	fixup protocol smtp 2525 policy tls
	fixup protocol smtp 2526 policy early
	fixup protocol smtp 2527 policy counted
END

# The authenticators' section is the last of the configuration.
server_start() {
	exim_prepare server "CERTIFICATE = $TMP/pem" \
		"daemon_smtp_ports = 25 : 2525 : 2526 : 2527" "smtp_enforce_sync = false"
	cat >>"$TMP/exim-server/etc/exim4/exim4.conf" <<-'END'
		begin authenticators
		plain:
		  driver = plaintext
		  server_prompts = :
		  server_condition = ${if eq{$auth3}{secret}}
		  public_name = PLAIN
		login:
		  driver = plaintext
		  server_prompts = Username:: : Password::
		  server_condition = ${if eq{$auth2}{secret}}
		  public_name = LOGIN
	END
	exim_run server -bdf >"$TMP/exim-server/log" 2>&1 &
	wait_listen server 2527
}

# by_swaks PORT RECIPIENTS [OPTION...]
by_swaks() {
	in_client swaks --server "$SERVER4:$1" --silent 2 --helo c.example.net \
		--from a@example.net --to "$2" --timeout 60 "${@:3}"
}

# talk PORT: a dialogue, whose failures are in the output.
talk() {
	smtp_talk client $SERVER4 "$1" 2>&1 || echo "# it failed"
}

# delivered: how often Exim delivered to each recipient.
delivered() {
	sed -n 's/.* [-=]> [^ ]* <\([a-z0-9]*\)@example.org> .*/\1/p' \
		"$TMP/exim-server/spool/mainlog" | sort | uniq -c | xargs
}

recipients4=r1@example.org,r2@example.org,r3@example.org,r4@example.org

test_recipients() {
	like "$(by_swaks 25 $recipients4 --silent 1 --pipeline)" \
		'452 4\.' "recipients beyond the limit get a 452"
	wait_for 60 has_mails server 2 exim
	is "$(delivered)" "1 r1 1 r2" "the mail goes to the others"
	echo "Subject: x" | exim_send client a@example.net \
		$recipients4 $SERVER4 "SHARED = yes" "CERTIFICATE = $TMP/pem"
	exim_run client -qff
	wait_for 60 has_mails server 6 exim
	is "$(delivered)" "2 r1 2 r2 1 r3 1 r4" \
		"Exim sends to the others later, and each gets the mail once"
}

# Exim sends BDAT together with MAIL. If the sender is <>, it takes any SIZE.
test_size() {
	{ echo "Subject: x"; seq -f '%060.0f' 400; } |
		exim_send client '<>' b@example.org $SERVER4 2>"$TMP/size"
	like "$(<"$TMP/exim-client/spool/mainlog")" \
		'\*\* b@example.org .*: 552 5' \
		"Exim is told that its mail is too large"
	unlike "$(talk 25 <<-'END'
		< 220
		> EHLO client.example.net
		< 250
		raw MAIL FROM:<> SIZE=20001\r\nRCPT TO:<b@example.org>\r\nDATA\r\n
		< 552
		< 452
		< 503
		> QUIT
		< 221
		eof
	END
	)" '^#' "no mail begins that Exim would take all the same"
}

test_verdicts() {
	local heard
	heard=$(talk 25 <<-'END'
		< 220 mx ESMTP
		> EHLO client.example.net
		< 250
		> VRFY root
		< 252 2.
		> EXPN root
		< 5
		> NOOP
		< 250 OK
		> HELP
		rst
	END
	)
	unlike "$heard" '^#' "each command has its verdict and its reply"
	unlike "$heard" '[Ee]xim|reset|unrecog' "nobody can tell that it is Exim"
	unlike "$(talk 25 <<-'END'
		< 220
		> EHLO client.example.net
		< 250
		> MAIL FROM:<a@example.net>
		< 250
		> RCPT TO:<b@example.com>
		< 550
		> RCPT TO:<c@example.com>
		< 550
		> RCPT TO:<d@example.com>
		< 421
		rst
	END
	)" '^#' "guesses of recipients close the connection"
}

test_auth() {
	ok_if "PLAIN: a mail is sent" by_swaks 25 b@example.org --auth PLAIN \
		--auth-user joe --auth-password secret
	like "$(grep ' <= ' "$TMP/exim-server/spool/mainlog" | tail -n 1)" \
		'P=esmtpa A=plain' "by who logged in"
	fails_if "swaks finds no LOGIN" by_swaks 25 b@example.org --auth LOGIN \
		--auth-user joe --auth-password secret
	unlike "$(talk 25 <<-'END'
		< 220
		> EHLO client.example.net
		< 250
		> AUTH LOGIN
		< 504 5.5.4
		> AUTH PLAIN AGpvZQB3cm9uZw==
		< 535
		> AUTH PLAIN AGpvZQB3cm9uZw==
		< 535
		> NOOP
		< 421
		rst
	END
	)" '^#' "another mechanism is denied, and guesses close the connection"
}

# in_version VERSION: a mail by openssl, which verifies the certificate.
in_version() {
	printf '%s\r\n' "EHLO c.example.net" "MAIL FROM:<a@example.net>" \
		"RCPT TO:<tls$1@example.org>" DATA "Subject: x" "" x . QUIT |
		in_client timeout 60 openssl s_client -starttls smtp -quiet \
			"-tls1_$1" -CAfile "$TMP/ca" -verify_return_error \
			-verify_hostname mx.example.org -connect "$SERVER4:2525"
}

test_tls() {
	like "$(by_swaks 2525 plain@example.org --silent 0)" \
		'530 5\.7\.0 Must issue' "a client without TLS is told to use it"
	unlike "$(talk 2525 <<-'END'
		< 220
		> EHLO client.example.net
		< 250
		> MAIL FROM:<a@example.net>
		< 530 5.7.0
		> STARTTLS
		< 220
		tls
		> EHLO client.example.net
		< 250
		> MAIL FROM:<a@example.net>
		< 250
		> RCPT TO:<later@example.org>
		< 250
		> DATA
		< 354
		raw Subject: x\r\n\r\nx\r\n.\r\n
		< 250
		> QUIT
		< 221
	END
	)" '^#' "one that does so then gets its mail through"
	ok_if "swaks, which verifies the certificate, sends a mail" by_swaks 2525 \
		swaks@example.org --tls-verify --tls-ca-path "$TMP/ca" --tls
	ok_if "so does openssl" in_version 3
	fails_if "in TLS 1.2 it does not" in_version 2
	is "$(counter tls reset-tls-version)" 1 "which is counted"
	wait_for 60 grep -q '<tls3@' "$TMP/exim-server/spool/mainlog"
	is "$(delivered | grep -oE '[0-9]+ (later|swaks|tls.|plain)' | xargs)" \
		"1 later 1 swaks 1 tls3" "each mail under TLS arrives, once"
}

# While it is stopped, nobody is greeted.
test_early() {
	local pid
	pid=$(<"$TMP/exim-server/pid")
	kill -STOP "$pid"
	printf 'EHLO client.example.net\r\n' |
		in_client timeout 60 nc $SERVER4 2526 >"$TMP/early"
	kill -CONT "$pid"
	is "$(<"$TMP/early")" "" "a client that does not wait is not greeted"
	is "$(counter early reset-early-talk)" 1 "it is reset"
}

# talk_counted: a dialogue at that policy, behind the greeting and EHLO.
talk_counted() {
	{
		printf '< 220\n> EHLO client.example.net\n< 250\n'
		cat
		echo rst
	} | talk 2527
}

# Exim's reply to MAIL has no room for more than the code.
test_counted() {
	unlike "$(talk_counted <<-'END'
		> MAIL FROM:<a@example.net>
		< 250
		> RCPT TO:<first@example.org>
		< 250
		> DATA
		< 354
		raw Subject: x\r\n\r\nx\r\n.\r\n
		< 250
		> MAIL FROM:<a@example.net>
		< 421
	END
	)" '^#' "a second mail closes the connection"
	is "$(counter counted limit-messages)" 1 "which is counted"
	ok_if "swaks sends one, in a connection of its own" \
		by_swaks 2527 second@example.org
	wait_for 60 grep -q '<second@' "$TMP/exim-server/spool/mainlog"
	is "$(delivered | grep -oE '[0-9]+ (first|second)' | xargs)" \
		"1 first 1 second" "each mail arrives, once"
	unlike "$(talk_counted <<-'END'
		> VRFY root
		< 502
		> EXPN root
		< 502
		> HELP
		< 421 4.7.0
	END
	)" '^#' "so does a third denied command"
	is "$(counter counted limit-denied)" 1 "which is counted"
	unlike "$(talk_counted <<-'END'
		> NOOP
		< 250
		> RSET
		< 250
		> NOOP
		< 250
		> RSET
		< 421 4.7.0
	END
	)" '^#' "so does a fifth command without a mail"
	is "$(counter counted limit-junk)" 1 "which is counted"
	unlike "$(cat "$TMP"/exim-server/spool/{main,reject}log 2>/dev/null)" \
		'VRFY|EXPN|HELP' "Exim reads no denied command"
}

test_foreign() {
	fails_if "a web client gets nothing" in_client python3 -c "
import urllib.request
urllib.request.urlopen('http://$SERVER4:25/', timeout=60)"
	fails_if "nor does who begins with TLS" in_client timeout 60 \
		openssl s_client -connect $SERVER4:25
	is "$(counter limits reset-foreign)" 2 "both are reset"
	unlike "$(cat "$TMP"/exim-server/spool/{main,reject}log 2>/dev/null)" \
		'HTTP|GET|unrecognized' "Exim reads nothing of it"
}

server_start
test_recipients
test_size
test_verdicts
test_auth
test_tls
test_early
test_counted
test_foreign

finish
