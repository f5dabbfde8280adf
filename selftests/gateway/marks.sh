#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Marks: rules of nft learn from them what happens in a connection. The rulesets
# of the manual are loaded as they stand there.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need saslpasswd2 nft mailguard conntrack
setup_topology

OTHER4=10.0.1.3 OTHER6=fd00:1::3	# another client on the same network
FAR4=10.0.3.2 FAR6=fd00:3::2		# a client of another network

ip -n "client-$$" -b - <<-END
	addr add $OTHER4/24 dev eth0
	addr add $OTHER6/64 dev eth0 nodad
	addr add $FAR4/32 dev lo
	addr add $FAR6/128 dev lo nodad
END
ip -n "gw-$$" route add $FAR4 via $CLIENT4
ip -n "gw-$$" route add $FAR6 via $CLIENT6

EXAMPLES=$TOP/Documentation/guide/examples

# logs_in SERVER SOURCE PASSWORD: and sends a mail
logs_in() {
	in_client python3 - "$@" <<-'END'
		import smtplib
		import sys

		server, source, password = sys.argv[1:]
		with smtplib.SMTP(server, 25, "client.example.net", 30,
		                  (source, 0)) as smtp:
		    smtp.login("joe", password)
		    smtp.sendmail("joe@example.org", "b@example.org", "Subject: x")
	END
}

# connects SERVER [SOURCE]
connects() {
	smtp_talk client "$1" 25 ${2:+--source "$2"} <<-END
		< 220
		> QUIT
		< 221
		eof
	END
}

# fails_auth SERVER SOURCE N: so often on one connection, in both ways.
fails_auth() {
	local n=$3 script="> EHLO client.example.net"$'\n'"< 250"
	while [ "$n" -gt 0 ]; do
		script+=$'\n> AUTH PLAIN AGpvZQB3cm9uZw==\n< 535'
		script+=$'\n> AUTH PLAIN\n< 334\n> *\n< 501'
		n=$((n - 1))
	done
	smtp_talk client "$1" 25 --source "$2" <<-END
		< 220
		$script
		> QUIT
		< 221
		eof
	END
}

has_element() { in_gw nft get element inet "$1" "$2" "{ $3 }"; }
lacks_element() { ! has_element "$@"; }

# expire TABLE SET KEY: as if nearly all of its time had passed.
expire() {
	in_gw nft -f - <<-END
		delete element inet $1 $2 { $3 }
		add element inet $1 $2 { $3 timeout 100ms }
	END
	wait_for 30 lacks_element "$@"
}

test_offenders() {
	ok_if "the policy of the manual is loaded" in_gw mailguard -f \
		"$EXAMPLES/login.conf"
	ok_if "the ruleset of the manual is loaded" in_gw nft -f \
		"$EXAMPLES/offenders.nft"

	fails_if "a client cannot log in with a wrong password" \
		logs_in $SERVER4 $CLIENT4 wrong
	ok_if "it may connect still" connects $SERVER4 $CLIENT4
	ok_if "it fails a third time" fails_auth $SERVER4 $CLIENT4 1
	like "$(has_element offenders offenders4 $CLIENT4)" "timeout 1h" \
		"it is an offender for an hour"
	fails_if "it cannot connect" connects $SERVER4 $CLIENT4
	ok_if "another client can, and logs in" logs_in $SERVER4 $OTHER4 secret
	ok_if "the hour passes" expire offenders offenders4 $CLIENT4
	ok_if "the client can connect again" connects $SERVER4 $CLIENT4
	is "$(counter login auth-failures)" 3 \
		"three failures are counted, and no cancelled exchange"

	ok_if "IPv6: a client fails three times at once" \
		fails_auth $SERVER6 $CLIENT6 3
	fails_if "IPv6: it cannot connect" connects $SERVER6 $CLIENT6
	ok_if "IPv6: another client can" connects $SERVER6 $OTHER6
	ok_if "IPv6: the hour passes" expire offenders offenders6 $CLIENT6
	ok_if "IPv6: the client can connect again" connects $SERVER6 $CLIENT6
	in_gw nft delete table inet offenders
}

# offends CLIENT POLICY
offends() {
	in_gw mailguard list offenders | grep -q "^client $1 .*policy $2 .*left "
}
innocent() { ! offends "$@"; }

# Rules of others that see the bits of the mark, behind those of the table.
watch_marks() {
	ok_if "rules that look for marks" in_gw nft -f - <<-'END'
		table inet seen {
			counter marks {}
			chain prerouting {
				type filter hook prerouting priority -198
				ct mark != 0 counter name marks
			}
			chain output {
				type filter hook output priority -198
				ct mark != 0 counter name marks
			}
		}
	END
}

# denied SOURCE N: so many denied commands in one segment
denied() {
	local script
	script=$(printf 'VRFY root\\r\\n%.0s' $(seq "$2"))
	smtp_talk client "$SERVER4" 2528 --source "$1" <<-END
		< 220
		> HELO client.example.net
		< 250
		raw $script
		$(for ((n = 0; n < $2; n++)); do echo "< 5"; done)
		> QUIT
		< 221
	END
}

# The RST of the gateway is the last packet that the client gets.
is_reset() {
	smtp_talk client "$SERVER4" 2526 --source "$1" <<-END
		< 220
		> MAIL FROM:<a|b@example.net>
		rst
	END
}

# The server closes the connection with the reply to AUTH.
last_auth() {
	smtp_talk client "$SERVER4" 2527 --source "$1" <<-END
		< 220
		> EHLO client.example.net
		< 250
		> AUTH PLAIN AGpvZQB3cm9uZw==
		< 535
		eof
	END
}

may_connect() {
	smtp_talk client "$SERVER4" "$2" --source "$1" <<-END
		< 220
		close
	END
}

test_fixup_policies() {
	load "policies with offenders, one of the manual" <<-END
		$(<"$EXAMPLES/guess.conf")
		policy burst {
			commands { helo, ehlo, mail, quit }
			offenders after 15 denied for 1h
		}
		policy cut {
			commands { helo, ehlo, mail, quit }
			address pipe reset
			offenders after 1 reset for 20m mark 0xff00
		}
		fixup protocol smtp 2528 policy burst
		fixup protocol smtp 2526 policy cut
		fixup protocol smtp 2527 policy guess
	END
	ok_if "nft can read what it lists of the table" in_gw nft -c -f - \
		<<<"$(in_gw nft list table inet mailguard)"
}

test_fixup_ipv4() {
	ok_if "offenders: a client fails AUTH twice" \
		fails_auth $SERVER4 $CLIENT4 2
	ok_if "it may connect still" connects $SERVER4 $CLIENT4
	is "$(in_gw mailguard list offenders)" "" "there is no offender"
	ok_if "it fails a third time" fails_auth $SERVER4 $CLIENT4 1
	ok_if "it is listed" offends $CLIENT4 guess
	fails_if "it cannot connect" connects $SERVER4 $CLIENT4
	ok_if "nor does another policy refuse it" may_connect $CLIENT4 2528
	ok_if "another client can, and logs in" logs_in $SERVER4 $OTHER4 secret
	like "$(in_gw nft list chain inet mailguard smtp-guess)" \
		'offenders4-guess counter packets 1 ' "the refusal is counted"
}

# The table is made anew by each change of the fixups, or of their policies.
test_fixup_kept() {
	ok_if "a fixup is added" guard fixup protocol smtp 2600
	ok_if "the client is an offender still" offends $CLIENT4 guess
	load "the time is changed" <<-'END'
		policy guess {
			commands { helo, ehlo, mail, rcpt, data, rset, noop, quit, auth }
			offenders after 3 auth-failed for 2h
		}
	END
	like "$(in_gw nft list chain inet mailguard strike-guess)" \
		'timeout 2h' "in the rules, too"
	load "the ruleset, as it is listed" <<<"$(guard list ruleset)"
	unlike "$(guard list ruleset)" "${CLIENT4//./\\.}" \
		"which has no offenders"
	like "$(guard list ruleset | tr '\n' ' ')" \
		"for 2h.*offenders after 15 denied for 1h.*for 20m mark 0xff00" \
		"but says who is one"
	fails_if "it cannot connect" connects $SERVER4 $CLIENT4
	ok_if "its time goes on" in_gw nft get element inet mailguard \
		offenders4-guess "{ $CLIENT4 timeout 1h }"
}

test_fixup_monitor() {
	local policy
	policy=$(guard list ruleset | sed -n '/^policy guess {/,/^}/p')
	load "the policy only monitors" <<<"${policy%\}}mode monitor
}"
	ok_if "the client is listed" offends $CLIENT4 guess
	ok_if "but may connect" connects $SERVER4 $CLIENT4
	load "the policy acts again" <<<"$policy"
	fails_if "the client cannot connect" connects $SERVER4 $CLIENT4
}

test_fixup_delete() {
	fails_if "an address that is no offender cannot be deleted" \
		guard delete offender $OTHER4
	ok_if "the offender can" guard delete offender $CLIENT4
	ok_if "its failures are forgotten" fails_auth $SERVER4 $CLIENT4 2
	ok_if "it can connect" connects $SERVER4 $CLIENT4
}

# Of IPv6 a client has a /64.
test_fixup_ipv6() {
	ok_if "IPv6: a client fails three times" fails_auth $SERVER6 $CLIENT6 3
	ok_if "IPv6: its network is listed" offends "${CLIENT6%::*}::/64" guess
	fails_if "IPv6: it cannot connect" connects $SERVER6 $CLIENT6
	fails_if "IPv6: nor with another address" connects $SERVER6 $OTHER6
	ok_if "IPv6: another network can" connects $SERVER6 $FAR6
	ok_if "all offenders are deleted" guard delete offenders
	ok_if "IPv6: the client can connect" connects $SERVER6 $CLIENT6
}

# Where the offence is in a packet, and whether another follows, is all one.
test_fixup_last() {
	smtp_server server 2526 <<<"auto"
	smtp_server server 2527 <<-'END'
		> 220 server.example.org
		line EHLO
		raw 250-server.example.org\r\n250 AUTH PLAIN\r\n
		line AUTH
		raw 535 5.7.8 no\r\n
		close
	END
	ok_if "14 denied commands in one segment" denied $CLIENT4 14
	ok_if "are not 15" innocent $CLIENT4 burst
	ok_if "one more is" denied $CLIENT4 1
	ok_if "the client is an offender" offends $CLIENT4 burst
	for _ in 1 2 3; do
		ok_if "the server closes with its 535" last_auth $FAR4
	done
	ok_if "the client is an offender" wait_for 30 offends $FAR4 guess
	ok_if "the guard resets a client" is_reset $OTHER4
	ok_if "the client is an offender" offends $OTHER4 cut
	fails_if "it cannot connect" may_connect $OTHER4 2526
	ok_if "its time passes" expire mailguard offenders4-cut $OTHER4
	ok_if "it can connect" may_connect $OTHER4 2526
}

# offending FIRST LAST: policies with offenders
offending() {
	seq -f 'policy o%g { commands { quit }; offenders after 1 reset for 1h }' \
		"$1" "$2"
}

# Four bits of a mark number the policies.
test_most_offenders() {
	load "15 policies have offenders" <<<"$(offending 1 15)"
	like "$(offending 16 16 | in_gw mailguard -f - 2>&1)" \
		':1:33-41: Error: at most 15 policies can have offenders' \
		"a 16th one cannot, and it is told where it says so"
	ok_if "one of them goes" guard delete policy o7
	load "another one takes its place" <<<"$(offending 16 16)"
	load "all of them go" \
		<<<"$(seq -f 'delete policy o%g' 1 16 | grep -v 'o7$')"
}

# "offenders" in a policy: fixup makes the sets and the rules by itself.
test_fixup() {
	test_fixup_policies
	watch_marks
	smtp_server server 2528 <<<"auto"
	test_fixup_ipv4
	test_fixup_kept
	test_fixup_monitor
	test_fixup_delete
	test_fixup_ipv6
	test_fixup_last
	is "$(packets inet marks)" 0 "no other rule has seen a mark"
	ok_if "without a fixup" guard no fixup protocol smtp
	fails_if "there is no table" in_gw nft list table inet mailguard
	in_gw nft delete table inet seen
}

# sends SERVER SOURCE N: a mail to so many recipients, in one segment.
sends() {
	local n script=
	for ((n = 0; n < $3; n++)); do
		script+='RCPT TO:<b@example.org>\r\n'
	done
	smtp_talk client "$1" 25 --source "$2" <<-END
		< 220
		> HELO client.example.net
		< 250
		> MAIL FROM:<joe@example.org>
		< 250
		raw $script
		$(for ((n = 0; n < $3; n++)); do echo "< 250"; done)
		> DATA
		< 354
		raw Subject: x\r\n\r\nx\r\n.\r\n
		< 250
		> QUIT
		< 221
		eof
	END
}

# The limit is 4 an hour here.
test_recipients() {
	local version=$1 server=$2 client=$3 other=$4 far=$5
	ok_if "$version: recipients within the limit" sends "$server" "$client" 4
	ok_if "$version: another connection of the network" \
		connects "$server" "$other"
	ok_if "$version: a recipient beyond the limit" \
		sends "$server" "$other" 1
	fails_if "$version: the network cannot connect" \
		connects "$server" "$client"
	ok_if "$version: another network can send" sends "$server" "$far" 1
}

test_recipients_each() {
	ok_if "the policy of the manual is loaded" in_gw mailguard -f \
		"$EXAMPLES/recipients.conf"
	ok_if "the ruleset of the manual is loaded" in_gw nft -f - \
		<<<"$(sed 's/ 1000/ 4/g' "$EXAMPLES/recipients.nft")"
	test_recipients IPv4 $SERVER4 $CLIENT4 $OTHER4 $FAR4
	test_recipients IPv6 $SERVER6 $CLIENT6 $OTHER6 $FAR6
	ok_if "10 minutes pass" expire recipients spent4 10.0.1.0
	ok_if "the network can connect again" connects $SERVER4 $CLIENT4
	is "$(counter leaving recipients)" 12 "each recipient is counted"
	in_gw nft delete table inet recipients
}

# packets FAMILY NAME: of a counter
packets() {
	in_gw nft list counter "$1" seen "$2" |
		sed -n 's/.*packets \([0-9]*\).*/\1/p'
}

is_counted() { [ "$(packets "$@")" -gt 0 ]; }

# The operator's bits stay. The mark of the packet is seen where it leaves, and
# that of the connection in the next packet, or in the RST to the sender.
test_events() {
	local talk
	load "a policy with other marks" <<-'END'
		policy marks {
			commands { helo, mail, rcpt, noop, quit }
			address pipe reset
			on denied mark packet 0x10/0xf0
			on refused-recipient mark packet 0x20/0xf0
			on held mark packet 0x30/0xf0
			on reset mark packet 0x40/0xf0
			on early-talk mark 0x1000/0xf000
			on reset mark 0x7000/0xf000
		}
		fixup protocol smtp 2525 policy marks
	END
	ok_if "rules that count marks" in_gw nft -f - <<-'END'
		table inet seen {
			counter early {}
			counter reset_sender {}
			chain postrouting {
				type filter hook postrouting priority 300
				meta mark set 0x80000001
			}
			chain prerouting {
				type filter hook prerouting priority filter
				ct mark 0 ct state new ct mark set 0x80000001
				ct mark 0x80001001 counter name early \
					ct mark set 0x80000001
			}
			chain output {
				type filter hook output priority filter
				ct mark 0x80007001 tcp flags rst \
					counter name reset_sender
			}
		}
		table netdev seen {
			counter plain {}
			counter refused {}
			counter denied {}
			counter held {}
			counter ended {}
			chain outside {
				type filter hook egress device outside priority 0
				meta mark 0x80000001 counter name plain
				meta mark 0x80000021 counter name refused
			}
			chain inside {
				type filter hook egress device inside priority 0
				meta mark 0x80000011 counter name denied
				meta mark 0x80000031 counter name held
				meta mark 0x80000041 counter name ended
			}
		}
	END
	smtp_server server 2525 <<-'END'
		await greet
		> 220 server.example.org
		line HELO
		> 250 server.example.org
		line X
		> 500 no
		line X
		> 500 no
		line MAIL
		> 250 yes
		line RCPT
		> 554 no
		gone
	END
	smtp_talk client $SERVER4 2525 >"$TMP/talk" <<-'END' &
		> HELO client.example.net
		< 220
		< 250
		> VRFY root
		< 5
		> VRFY root
		< 5
		> MAIL FROM:<a@example.net>
		< 250
		> RCPT TO:<nobody@example.net>
		< 554
		> RCPT TO:<a|b@example.org>
		gone
	END
	talk=$!
	ok_if "an early command marks its packet" \
		wait_for 30 is_counted netdev held
	ok_if "and the connection, for the next packet" \
		wait_for 30 is_counted inet early
	happen greet
	wait $talk
	is "$(packets netdev denied)" 2 "each denied command marks its packet"
	is "$(packets netdev refused)" 1 "a refused recipient marks the reply"
	ok_if "other packets keep their mark" is_counted netdev plain
	is "$(packets netdev ended)" 1 "a reset marks the packet before it"
	is "$(packets inet reset_sender)" 1 \
		"the connection is, in the reset to the client"
	in_gw nft delete table inet seen
	in_gw nft delete table netdev seen
}

postfix_sasl server "PLAIN LOGIN"
test_most_offenders
test_offenders
test_recipients_each
test_events
test_fixup
finish
