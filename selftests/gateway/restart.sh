#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mailguard restart: the module is replaced under connections that it guards.
# None of them goes on unread, and new ones begin with the new module.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard modprobe openssl postconf jq
setup_topology
certify

# How long an end waits for the other, in seconds: longer than this test takes, even on a
# busy machine.
END_PATIENCE=1200

# open NAME PORT [ADDRESS] <SCRIPT: a client in the background, whose script touches
# NAME; the test goes on when it is there.
open() {
	smtp_talk client "${3-$SERVER4}" "$2" --timeout $END_PATIENCE \
		<&0 >"$TMP/talk-$1" &
	ok_if "a connection $1 comes as far as it should" \
		wait_for 60 test -e "$TMP/events/$1"
}

# ended NAME: what its client heard until the end.
ended() {
	wait_for 60 grep -q '^rst$' "$TMP/talk-$1"
	tail -n 1 "$TMP/talk-$1"
}

# The senders that never give up: connection after connection, each of which says
# VRFY as often as it can.
raw_senders() {
	in_client python3 - "$SERVER4" "$TMP/stop" "$TMP/tries" <<-'END' &
		import os, socket, sys, threading, time
		host, stop, tries = sys.argv[1:]
		greeted = [0] * 4
		def send(i):
		    while not os.path.exists(stop):
		        try:
		            sock = socket.create_connection((host, 2525), 5)
		            sock.settimeout(0.05)
		            while not os.path.exists(stop):
		                try:
		                    if not sock.recv(4096):
		                        break
		                    greeted[i] += 1
		                except TimeoutError:
		                    pass
		                sock.sendall(b"VRFY root\r\n")
		        except OSError:
		            time.sleep(0.01)
		threads = [threading.Thread(target=send, args=(i,)) for i in range(4)]
		for thread in threads:
		    thread.start()
		while not os.path.exists(stop):
		    time.sleep(0.05)
		    with open(tries + ".new", "w") as file:
		        print(sum(greeted), file=file)
		    os.rename(tries + ".new", tries)
	END
	senders=$!
	ok_if "raw senders are answered" wait_for 60 test -s "$TMP/tries"
}

answered() {
	cat "$TMP/tries"
}

more_than() {
	[ "$(answered)" -gt "$1" ]
}

# The gateway's questions have the acknowledgment number 0. The client of port 587
# never reads them, and that of port 589 not the first two, which are the first
# question.
lose_questions() {
	in_client nft -f - <<-'END'
		table ip deaf {
			chain input {
				type filter hook input priority filter
				tcp flags & rst == rst accept
				tcp sport 587 tcp ackseq 0 drop
				tcp sport 589 tcp ackseq 0 \
					quota until 104 bytes drop
			}
		}
	END
}

# Of the client of port 590, the gateway does not see the first answer. A second
# question is not answered before half a second has passed.
lose_answer() {
	in_gw nft -f - <<-'END'
		table ip deaf {
			chain prerouting {
				type filter hook prerouting priority raw
				iifname outside tcp dport 590 \
					quota until 52 bytes drop
			}
		}
	END
}

# Replies of port 591 are rejected, which resets the server. The client does not
# learn of it.
reject_replies() {
	in_gw nft -f - <<-'END'
		table ip own {
			chain forward {
				type filter hook forward priority filter
				tcp sport 591 tcp flags & psh == psh \
					reject with tcp reset
			}
		}
	END
}

# Of connections to port 594, the client's first ACK is lost, and the server repeats
# no SYN: the client waits for a greeting, and conntrack is in SYN_RECV.
lose_handshake() {
	in_gw sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_syn_recv=600
	in_gw nft -f - <<-'END'
		table ip handshake {
			chain prerouting {
				type filter hook prerouting priority raw
				tcp dport 594 tcp flags & (syn | ack) == ack \
					quota until 52 bytes drop
			}
		}
	END
	in_server nft -f - <<-'END'
		table ip handshake {
			chain output {
				type filter hook output priority filter
				tcp sport 594 tcp flags & syn == syn \
					quota over 60 bytes drop
			}
		}
	END
}

# The port 2500 of the gateway is the server's port 2592.
translate_port() {
	in_gw nft -f - <<-END
		table ip nat {
			chain prerouting {
				type nat hook prerouting priority dstnat
				ip daddr $GW4 tcp dport 2500 dnat to $SERVER4:2592
			}
		}
	END
}

# waits NAME PORT [ADDRESS]: a connection on which neither end sends any more.
waits() {
	open "$@" <<-END
		< 220
		acked
		touch $1
		rst
	END
}

# A number that a module has from its birth to its end.
birth() {
	stat -c %i /sys/module/nf_conntrack_smtp
}

# One of each kind, and what is in its way.
open_connections() {
	open idle 25 <<-'END'
		< 220
		touch idle
		rst
	END
	open data 25 <<-'END'
		< 220
		> HELO client.example.net
		< 250
		> MAIL FROM:<a@example.net>
		< 250
		> RCPT TO:<b@example.org>
		< 250
		> DATA
		< 354
		raw half a line
		acked
		touch data
		rst
	END
	open tls 587 <<-'END'
		< 220
		> EHLO client.example.net
		< 250
		> STARTTLS
		< 220
		tls
		> NOOP
		< 250
		touch tls
		await restarted
		plain VRFY root\r\n
		rst
	END
	open waits 588 <<-'END'
		< 220
		> HELO client.example.net
		touch waits
		rst
	END
	translate_port
	waits again 589
	waits late 590
	waits translated 2500 $GW4
	waits ipv6 593 $SERVER6
	waits local 593 $GW4
	reject_replies
	open half 591 <<-'END'
		touch half
		rst
	END
	ok_if "the server of one is reset, as a rule wants it" \
		served server 591
	lose_handshake
	open ungreeted 594 <<-'END'
		touch ungreeted
		rst
	END
}

test_connections() {
	local before
	load "ports are guarded" <<-'END'
		policy own { preset modern; line-length 600 }
		fixup protocol smtp 25 policy own
		fixup protocol smtp 2525
		fixup protocol smtp 587-588 ip daddr 10.0.2.2 policy own
		fixup protocol smtp 589-594 policy own
		fixup protocol smtp 2500 policy own
	END
	guard list ruleset >"$TMP/before"
	# Conntrack keeps a closed connection, however slow this machine is.
	in_gw sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_close=600
	raw_senders
	open_connections
	like "$(in_gw conntrack -L -p tcp --dport 594 2>&1)" SYN_RECV \
		"conntrack waits for its ACK"
	before=$(birth)
	in_gw mailguard monitor events reason denied-verb >>"$TMP/monitor" &
	local monitor=$!
	ok_if "the monitor tells of denied commands" \
		wait_for 60 test -s "$TMP/monitor"
	lose_questions
	lose_answer
	guard restart >"$TMP/said" 2>&1
	is $? 0 "the module is replaced"
	like "$(cat "$TMP/said")" "may have an end that was not reached" \
		"it is told that an end was not reached"
	happen restarted
	ok_if "it is another one" test "$(birth)" != "$before"
	is "$(guard list ruleset)" "$(cat "$TMP/before")" \
		"policies and fixups are as before"
	is "$(ended idle)" rst "an idle connection is reset"
	is "$(ended data)" rst "so is one within a message"
	is "$(ended waits)" rst "and a client that waits for a reply"
	ok_if "and its server, which waits for the client" served server 588
	is "$(ended half)" rst "and a client whose server was reset before"
	is "$(ended ungreeted)" rst "and one that waits for a greeting"
	is "$(ended again)" rst "and one that did not get the first question"
	is "$(ended late)" rst "and one whose first answer was lost"
	is "$(ended translated)" rst "and one whose address was translated"
	ok_if "and its server" served server 2592
	is "$(ended ipv6)" rst "and one of IPv6"
	ok_if "and its server" served server 593
	is "$(ended local)" rst "and one of the gateway"
	ok_if "and its server" served gw 593
	is "$(ended tls)" rst "one that is not reached is, by its next command"
	before=$(answered)
	ok_if "raw senders are answered again" wait_for 60 more_than "$before"
	truncate -s 0 "$TMP/monitor"
	ok_if "the monitor goes on with the new module" \
		wait_for 60 test -s "$TMP/monitor"
	touch "$TMP/stop"
	wait $senders
	kill $monitor
	wait $monitor 2>/dev/null
	is "$(grep -al VRFY "$TMP"/server-*/received.* | head -n 3)" "" \
		"no server has read a VRFY"
	ok_if "though they came, overwritten" \
		grep -aq XXXX "$TMP"/server-server-2525/received.*
}

test_refused() {
	in_gw nft -f - <<-'END'
		table inet own {
			ct helper mx { type "smtp-own" protocol tcp; }
			chain one { tcp dport 26 ct helper set "mx"; }
		}
	END
	like "$(guard restart 2>&1)" \
		"rules of your own need the module, such as those of inet own one" \
		"rules of one's own are told of"
	in_gw nft flush chain inet own one
	before=$(birth)
	fails_if "an object that no rule uses holds the module" guard restart
	is "$(birth)" "$before" "which stays"
	is "$(guard list ruleset)" "$(cat "$TMP/before")" "and guards as before"
	in_gw nft delete table inet own
}

offend() {
	smtp_talk client "$SERVER4" 2527 <<-'END' >/dev/null
		< 220
		> VRFY root
		< 5
		> QUIT
		< 221
		eof
	END
}

# for_seconds KEY: of the one offender, "for" or "left".
for_seconds() {
	guard -j list offenders | jq ".mailguard[].offender.$1 // empty"
}

# A client that may not connect may not connect afterwards either.
test_offenders() {
	local left
	load "a policy has offenders" <<-'END'
		policy strict {
			commands { helo, quit }
			offenders after 1 denied for 2h
		}
		fixup protocol smtp 2527 policy strict
	END
	ok_if "a client offends" offend
	fails_if "and may not connect again" offend
	left=$(for_seconds left)
	ok_if "the module is replaced" guard restart
	is "$(for_seconds for)" 7200 "the client is an offender"
	ok_if "and has to wait no longer than before" \
		test "$(for_seconds left)" -le "$left"
	fails_if "it may not connect" offend
	guard delete offenders
	ok_if "until it is forgiven" offend
	guard -f - <<<"no fixup protocol smtp 2527; delete policy strict"
}

# The new module is not there.
test_no_module() {
	echo "install nf_conntrack_smtp false" >/etc/modprobe.d/mailguard-test.conf
	like "$(guard restart 2>&1)" "THE GATEWAY IS CLOSED" \
		"if the new module cannot be loaded, the gateway is closed"
	fails_if "it is not loaded" test -e /sys/module/nf_conntrack_smtp
	is "$(guard status >/dev/null; echo $?)" 4 "as status says"
	rm /etc/modprobe.d/mailguard-test.conf
	rm -f /etc/mailguard.conf
	echo "fixup protocol smtp 2525" >/etc/mailguard.conf
	ok_if "with the module, a restart loads the saved configuration" \
		guard restart
	is "$(guard show fixup)" "fixup protocol smtp 2525" "which guards"
	rm /etc/mailguard.conf
}

# A narrowed fixup guards some of the connections to its port, and the entries of the
# others stay.
test_narrowed() {
	local entry
	load "a fixup is narrowed" <<-'END'
		policy own { preset modern }
		fixup protocol smtp 595 ip daddr 192.0.2.99 policy own
	END
	open apart 595 <<-'END'
		< 220
		touch apart
		await replaced
		> NOOP
		< 250
	END
	entry=$(entry_of 595)
	like "$entry" '^id=[0-9]' "conntrack has its entry"
	ok_if "the module is replaced" guard restart
	is "$(entry_of 595)" "$entry" "a connection that no fixup guards keeps it"
	happen replaced
	ok_if "and goes on" wait_for 60 grep -q '^250' "$TMP/talk-apart"
}

# entry_of PORT: the number of its entry.
entry_of() {
	in_gw conntrack -L -o id -p tcp --dport "$1" 2>/dev/null |
		grep -o 'id=[0-9]*'
}

# recipients: of all mails that arrived, the same one perhaps several times.
recipients() {
	postfix_mails server | xargs -r sed -n 's/^X-Original-To: //p'
}

all_arrived() {
	[ "$(recipients | sort -u | wc -l)" -ge "$messages" ]
}

are_under_way() {
	[ "$(guard list connections | grep -c ^client)" -ge 3 ]
}

# Postfix sends mail while the module is replaced, twice.
test_mail() {
	local doubled in_flight n
	messages=${TEST_MESSAGES:-30}
	guard -f - <<<"fixup protocol smtp 2526 policy own"
	POSTFIX_PORT=2526 postfix_start server \
		"smtpd_end_of_data_restrictions = sleep 1" \
		"default_process_limit = 10"
	postfix_client client $SERVER4 2526 "default_process_limit = 10" \
		"initial_destination_concurrency = 10" \
		"smtp_destination_recipient_limit = 1" "minimal_backoff_time = 2s" \
		"maximal_backoff_time = 2s" "queue_run_delay = 2s"
	# shellcheck disable=SC2046 # words
	MAIL_CONFIG=$TMP/relay-client in_client /usr/sbin/sendmail -i \
		-f a@example.net $(seq -f "u%g@example.org" "$messages") \
		<<<"Subject: replaced"
	for n in 1 2; do
		ok_if "restart $n: mail is under way" wait_for 60 are_under_way
		ok_if "restart $n: the module is replaced" guard restart
	done
	wait_for 120 all_arrived
	is "$(recipients | sort -u | wc -l)" "$messages" "no mail is lost"
	doubled=$(recipients | sort | uniq -d | wc -l)
	in_flight=$(grep -c "message may be sent more than once" \
		"$(postfix_log client relay)")
	note "$doubled mails are doubled; the replies to $in_flight were in flight"
	ok_if "doubled are at most those whose reply was in flight" \
		[ "$doubled" -le "$in_flight" ]
	is "$(grep -h "timeout\|timed out" "$(postfix_log server)" \
		"$(postfix_log client relay)")" "" "neither end waits for a timeout"
}

for port in 25 595 2525 2527; do
	smtp_server server $port --timeout $END_PATIENCE <<<"auto"
done
smtp_server server 587 --timeout $END_PATIENCE <<-END
	> 220 server.example.org ESMTP
	< EHLO
	> 250-server.example.org
	> 250 STARTTLS
	< STARTTLS
	> 220 go ahead
	tls $TMP/pem
	< NOOP
	> 250 OK
	gone
END
smtp_server server 588 --timeout $END_PATIENCE <<-END
	> 220 server.example.org ESMTP
	< HELO
	rst
END
for port in 589 590 591 593 594 2592; do
	smtp_server server $port --timeout $END_PATIENCE <<-END
		> 220 server.example.org ESMTP
		rst
	END
done
smtp_server gw 593 --timeout $END_PATIENCE <<-END
	> 220 server.example.org ESMTP
	rst
END
test_connections
test_refused
test_offenders
test_mail
test_no_module
test_narrowed

finish
