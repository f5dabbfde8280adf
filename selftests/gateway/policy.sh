#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Policies: what the language says is what the gateway does, and a change is
# made as a whole or not at all.
#
# Runs on: every kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need swaks nft mailguard
setup_topology

# refused DESCRIPTION WANTED <FILE: it must be refused with exactly this.
refused() {
	local said before
	before=$(in_gw mailguard list ruleset)
	cat >"$TMP/bad.conf"
	said=$(cd "$TMP" && in_gw mailguard -f bad.conf 2>&1) &&
		fail "$1: is accepted"
	is "$said" "$2" "$1: is refused, and the place shown"
	is "$(in_gw mailguard list ruleset)" "$before" "$1: changes nothing"
}

# asked PORT LINE: greeting and reply, the bytes the client sees.
asked() {
	smtp_talk client $SERVER4 "$1" <<-END
		< 220
		> $2
		<
		> QUIT
		< 221
		eof
	END
}

define_policies() {
	load "policies and fixups are defined" <<-'END'
		add policy pix4 {
			banner text "SMTP/cmap ready" fill "_"
			commands { helo, mail, rcpt, data, rset, noop, quit }
			denied reply 250 "OK"
		}
		policy noop {
			commands { helo, mail, rcpt, data, rset, noop, quit }
			denied noop
		}
		policy down {
			commands { helo, mail, rcpt, data, rset, noop, quit }
			denied reply 500 "Command unrecognized"; ehlo downgrade
		}
		policy vrfy { commands { helo, vrfy, quit }; }
		fixup protocol smtp 2501 policy pix4
		fixup protocol smtp 2502 policy noop
		fixup protocol smtp 2503 policy down
		fixup protocol smtp 2504 policy vrfy
	END
}

test_pix4() {
	smtp_server server 2501 <<<"auto"
	is "$(asked 2501 goodmorning)" '220 SMTP/cmap ready_________\r\n
250 OK                                 \r\n
221 2.0.0 Bye\r\n
eof' "a banner of one's own, and 250 OK for a denied command"
	ok_if "the server's script ends well" served server 2501
	is "$(received_lines server 2501)" 'XXXXXXXXXXX\r\n
QUIT\r\n' "the server does not see it"
}

test_noop() {
	smtp_server server 2502 <<<"auto"
	is "$(asked 2502 goodmorning)" '220 server.example.org ESMTP\r\n
250 2.0.0 Ok\r\n
221 2.0.0 Bye\r\n
eof' "a denied command becomes NOOP, and no banner is masked"
	ok_if "the server's script ends well" served server 2502
	is "$(received_lines server 2502)" 'NOOP       \r\n
QUIT\r\n' "the server sees a NOOP"
}

test_commands() {
	smtp_server server 2504 <<-'END'
		> 220 mx
		line VRFY
		> 252 2.0.0 root
		line
		> 502 what is a mail
		line
		> 221 bye
		close
	END
	is "$(smtp_talk client $SERVER4 2504 <<-'END'
		< 220
		> VRFY root
		< 252
		> MAIL FROM:<a@example.net>
		< 502
		> QUIT
		< 221
		eof
	END
	)" '220 mx\r\n
252 2.0.0 root\r\n
502 what is a mail\r\n
221 bye\r\n
eof' "a list of commands of one's own"
	ok_if "the server's script ends well" served server 2504
	is "$(received_lines server 2504)" 'VRFY root\r\n
XXXXXXXXXXXXXXXXXXXXXXXXX\r\n
QUIT\r\n' "the server sees these commands only"
}

# counters_of POLICY [OPTION...]: as they are listed.
counters_of() {
	guard "${@:2}" list counters | sed -n "/^policy $1 {\$/,/^}\$/p"
}

test_counters() {
	is "$(counter pix4 denied-verb)" 1 "a denied command is counted"
	is "$(counter pix4 reply-lines)" 1 "a masked reply is counted"
	is "$(counter pix4 banner-lines)" 1 "a masked greeting is counted"
	is "$(counter pix4 commands)" 1 "a command is counted"
	is "$(counter pix4 connections)" 1 "a connection is counted"
	is "$(counter vrfy denied-verb)" 1 "each policy has its counters"
	is "$(counter default denied-verb)" 0 "and the default its own"
	is "$(counters_of default)" $'policy default {\n}' \
		"counters that are zero are not listed, their policy is"
	is "$(counters_of vrfy)" "$(counters_of vrfy --all | grep -v ' 0$')" \
		"--all lists these, too, in the same columns"
	is "$(counters_of default -a | grep -c ' 0$')" \
		"$(($(counters_of vrfy -a | wc -l) - 2))" \
		"and -a does"
}

# Clients that know only EHLO go on after a HELO.
test_downgrade() {
	POSTFIX_PORT=2503 postfix_start server
	is "$(smtp_talk client $SERVER4 2503 <<-'END'
		< 220
		> eHlO client.example.net
		< 250
		> QUIT
		< 221
		eof
	END
	)" '220 mx.example.org ESMTP Postfix\r\n
250 mx.example.org\r\n
221 2.0.0 Bye\r\n
eof' "EHLO becomes HELO"
	ok_if "swaks takes a HELO for an EHLO" in_client swaks \
		--server $SERVER4:2503 --silent 2 --from a@example.net \
		--to b@example.org --helo client.example.net --body swaks
	postfix_client client $SERVER6 2503
	printf 'Subject: x\n\nPostfix\n' |
		postfix_send client a@example.net b@example.org
	ok_if "Postfix takes a HELO for an EHLO" wait_for 60 has_mails server 2
	is "$(postfix_mails server | xargs -d '\n' grep -hE '^(swaks|Postfix)$' |
		sort)" $'Postfix\nswaks' "both mails arrive"
	logged client relay 'status=sent' "Postfix has sent it"
	unlike "$(cat "$(postfix_log client relay)")" PIX "no guard is seen"
	is "$(counter down downgraded)" 3 "EHLOs made HELO are counted"
	postfix_stop client relay
	postfix_stop server
}

# A connection keeps the policy it began with.
test_replace() {
	local heard
	smtp_talk client $SERVER4 2501 >"$TMP/old" <<-'END' &
		< 220
		touch greeted
		await replaced
		> VRFY root
		<
		> QUIT
		< 221
		eof
	END
	wait_for 30 test -e "$TMP/events/greeted"
	load "a policy in use is replaced" <<-'END'
		policy pix4 { commands { vrfy, quit }; denied reply "no" }
	END
	heard=$(asked 2501 "VRFY root")
	happen replaced
	wait $!
	is "$(cat "$TMP/old")" '220 SMTP/cmap ready_________\r\n
250 OK                                 \r\n
221 2.0.0 Bye\r\n
eof' "a living connection keeps the policy it began with"
	is "$heard" '220 server.example.org ESMTP\r\n
502 5.5.2 Error: command not recognized\r\n
221 2.0.0 Bye\r\n
eof' "a new connection has the new policy"
	is "$(counter pix4 connections)" 3 "the counters belong to the name"
}

# begin_now PORT <SCRIPT: a client in the background. The test goes on when the
# script, or that of the server, has touched PORT.
begin_now() {
	smtp_talk client $SERVER4 "$1" <&0 >"$TMP/$1" &
	wait_for 30 test -e "$TMP/events/$1"
}

is_held() { [ "$(counter now held-policy)" -gt 0 ]; }

# Live connections take the new policy, but first comes what has begun: a line
# (2505), the content of a mail (2506), and a reply (2507).
test_now() {
	local clients=
	load "a policy, and a fixup by it" <<-'END'
		policy now {
			commands { helo, mail, rcpt, data, vrfy, quit }
			denied reply "old"
		}
		fixup protocol smtp 2505-2507 policy now
	END
	smtp_server server 2505 <<<"auto"
	begin_now 2505 <<-'END'
		< 220
		raw VRFY a
		acked
		touch 2505
		await renewed
		raw \r\n
		< 502 5.5.2
		> VRFY b
		< 502 new
		> QUIT
		< 221
		eof
	END
	clients+=" $!"
	smtp_server server 2506 <<<"auto"
	begin_now 2506 <<-'END'
		< 220
		> HELO client.example.net
		< 250
		> MAIL FROM:<a@example.net>
		< 250
		> RCPT TO:<b@example.org>
		< 250
		> DATA
		< 354
		> Subject: x
		touch 2506
		await renewed
		> .
		< 250
		> VRFY c
		< 502 new
		> QUIT
		< 221
		eof
	END
	clients+=" $!"
	smtp_server server 2507 <<-'END'
		> 220 server.example.org
		line XXXX
		touch 2507
		await answer
		> 502 server
		line XXXX
		> 502 server
		line QUIT
		> 221 bye
		close
	END
	begin_now 2507 <<-'END'
		< 220
		> EXPN a
		await renewed
		> EXPN b
		< 502 old
		< 502 new
		> QUIT
		< 221
		eof
	END
	clients+=" $!"
	ok_if "the policy is replaced, for live connections, too" \
		in_gw mailguard --now policy now \
		'{ commands { helo, quit }; denied reply "new" }'
	happen renewed
	ok_if "a command is held until the reply to the one before" \
		wait_for 30 is_held
	happen answer
	# shellcheck disable=SC2086 # numbers
	wait $clients
	unlike "$(cat "$TMP"/250[567])" '^#' "what has begun ends as it began"
	like "$(received_lines server 2505)" '^VRFY a' \
		"the server has the line that had begun"
	unlike "$(received_lines server 2505 && received_lines server 2506)" \
		'VRFY [bc]' "and none that is denied now"
	is "$(cat "$TMP"/250[567] | grep -c new)" 3 \
		"each connection has taken the new policy"
	in_gw mailguard -f - <<-'END'
		no fixup protocol smtp 2505-2507
		delete policy now
	END
}

test_delete() {
	refused "deleting a policy in use" \
"bad.conf:1:15-18: Error: policy 'vrfy' is in use by 'fixup protocol smtp 2504 policy vrfy'
delete policy vrfy
              ^^^^" <<<"delete policy vrfy"
	load "a policy is deleted with its fixup" <<-'END'
		no fixup protocol smtp 2504
		delete policy vrfy
	END
	is "$(in_gw mailguard list policies)" "policy default
policy pix4
policy noop
policy down" "it is gone, the others are not"
	unlike "$(in_gw mailguard show fixup)" 2504 "its fixup is gone"
	smtp_server_stop server 2504
}

# An nft rule may name a helper whose policy is not there.
test_missing() {
	load "a policy comes" <<<"policy gone { commands { quit } }"
	in_gw nft -f - <<-'END'
		table inet own {
			ct helper gone { type "smtp-gone" protocol tcp; }
			chain prerouting {
				type filter hook prerouting priority -150;
				tcp dport 2600 ct helper set "gone"
			}
		}
	END
	load "and goes" <<<"delete policy gone"
	smtp_server server 2600 <<<"auto"
	is "$(smtp_talk client $SERVER4 2600 <<<"gone")" \
		"# connect: [Errno 111] Connection refused" \
		"without its policy a connection is reset"
	is "$(counter default reset-policy)" 1 "and counted"
	in_gw nft delete table inet own
	smtp_server_stop server 2600
}

test_errors() {
	refused "a name too long" \
"bad.conf:2:8-18: Error: policy name 'abcdefghijk' is longer than 9 characters: it names the conntrack helper 'smtp-abcdefghijk', limited to 14
policy abcdefghijk { commands { quit } }
       ^^^^^^^^^^^" <<-'END'
		policy before { commands { quit } }
		policy abcdefghijk { commands { quit } }
	END
	refused "an unknown verb" \
"bad.conf:3:19-24: Error: unknown verb; write a verb of your own in quotes
	commands { quit, zz-top }
	                 ^^^^^^" <<'END'
fixup protocol smtp 2700
policy verbs {
	commands { quit, zz-top }
}
END
	refused "a number that is too small" \
'bad.conf:1:48-49: Error: expected a number from 64 to 12288
policy p { commands { helo }; line-length mail 10 }
                                               ^^' <<<'policy p { commands { helo }; line-length mail 10 }'
	refused "a verb that is known, in quotes" \
'bad.conf:1:31-36: Error: known verb; write it without quotes
policy own { commands { quit, "turn" } }
                              ^^^^^^' <<<'policy own { commands { quit, "turn" } }'
	refused "a verb of other characters, in quotes" \
'bad.conf:1:31-37: Error: a verb consists of letters, digits and hyphens
policy own { commands { quit, "x_own" } }
                              ^^^^^^^' <<<'policy own { commands { quit, "x_own" } }'
	refused "a verb that exchanges the roles" \
'bad.conf:1:31-34: Error: verb exchanges client and server and is never permitted
policy own { commands { quit, atrn } }
                              ^^^^' <<<'policy own { commands { quit, atrn } }'
	refused "a verb of another protocol" \
'bad.conf:1:31-34: Error: verb belongs to LMTP, which is another protocol
policy own { commands { quit, lhlo } }
                              ^^^^' <<<'policy own { commands { quit, lhlo } }'
	refused "a syntax error" \
"bad.conf:3:7-13: Error: syntax error: unexpected 'protcol'; did you mean 'protocol'?
fixup protcol smtp 2701
      ^^^^^^^" <<-'END'
		no fixup protocol smtp
		delete policy down
		fixup protcol smtp 2701
	END
	refused "a policy that is not there" \
"bad.conf:2:33-36: Error: there is no policy 'none'
fixup protocol smtp 2702 policy none
                                ^^^^" <<-'END'
		policy before { commands { quit } }
		fixup protocol smtp 2702 policy none
	END
}

# What is listed can be loaded again, and is the same then.
test_round_trip() {
	local before after
	load "a policy with every statement" <<-'END'
		policy all {
			banner text "a \"b\" \\ c" fill "-" keep "[]^%"
			commands { helo, mail, rcpt, data, rset, noop, quit, vrfy, "x-own" }
			denied noop reply 550 "not \\ here"
			ehlo downgrade
			line-length 1000
			line-length mail 4096
			address pipe blank
			address brackets reset
			truncated reset
			bare-lf deny
			unexpected-reply pass
			pipelining hold
		}
		policy verbs {
			commands {
				helo, ehlo, mail, rcpt, data, rset, noop, quit
				vrfy, expn, help, etrn, send, soml, saml
				auth, bdat, burl, starttls, xclient, xforward
				xexch50, x-exps, x-anonymoustls, x-link2state
			}
		}
		fixup protocol smtp 2525-2530 policy all
	END
	before=$(in_gw mailguard list ruleset)
	in_gw mailguard list ruleset >"$TMP/ruleset"
	load "what was listed is loaded again" <"$TMP/ruleset"
	is "$(in_gw mailguard list ruleset)" "$before" "it is the same then"
	in_gw mailguard no fixup protocol smtp
	printf 'delete policy %s\n' all verbs pix4 noop down | in_gw mailguard -f -
	load "and once more, from nothing" <"$TMP/ruleset"
	after=$(in_gw mailguard list ruleset)
	is "$after" "$before" "it is the same again"
	like "$after" '^	banner text "a \\"b\\" \\\\ c" fill "-" keep ' \
		"strings are written as they are read"
}

# What README tells to put in files can be put there.
test_readme() {
	local name said
	for name in mailguard.conf default.conf profiles.conf submission.conf; do
		readme_example $name >"$TMP/$name"
		if said=$(in_gw mailguard -c -f "$TMP/$name" 2>&1) &&
				[ -s "$TMP/$name" ]; then
			pass "README's $name"
		else
			fail "README's $name" "$said"
		fi
	done
	ok_if "README's mailguard.conf, for the rules" \
		in_gw mailguard -f "$TMP/mailguard.conf"
	for name in gateway.nft own-helper.nft; do
		readme_example $name >"$TMP/$name"
		ok_if "README's $name" in_gw nft -f "$TMP/$name"
	done
}

define_policies
test_pix4
test_noop
test_commands
test_counters
test_downgrade
test_replace
test_now
test_delete
test_missing
test_errors
test_round_trip
test_readme

finish
