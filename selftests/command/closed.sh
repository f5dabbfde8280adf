#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mailguard start, if it fails: the guarded ports are closed, for connections that
# there were before, too, unless /etc/default/mailguard says "open".
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard modprobe
setup_topology

defaults=/etc/default/mailguard

# without_module CMD...: meanwhile no module is loaded, nor can one be.
without_module() {
	local status
	wait_for 30 modprobe -r nf_conntrack_smtp
	echo "install nf_conntrack_smtp false" >/etc/modprobe.d/mailguard-test.conf
	"$@"
	status=$?
	rm /etc/modprobe.d/mailguard-test.conf
	return $status
}

# dial HOST PORT: what becomes of a connection.
dial() {
	# shellcheck disable=SC2016 # for that shell
	in_client timeout 20 bash -c 'echo >"/dev/tcp/$0/$1"' "$1" "$2" 2>&1 |
		grep -om 1 'refused$' || echo open
}

status() {
	guard "$@"
	echo $?
}

# talked: what the client in the background received.
talked() {
	wait_for 60 grep -q 'rst\|eof\|closed' "$TMP/talk"
	cat "$TMP/talk"
}

# start_says REGEX DESCRIPTION: a start fails, and says this.
start_says() {
	local said
	said=$(guard start 2>&1) && fail "$2" "$said"
	like "$said" "$1" "$2"
}

is_closed() {
	is "$(dial $SERVER4 25) $(dial $SERVER6 25)" "refused refused" "$1"
}

test_broken_file() {
	printf '%s\n' 'policy own { commands { quite } }' \
		'fixup protocol smtp 2525' >/etc/mailguard.conf
	is "$(dial $SERVER4 25) $(dial $SERVER4 2525)" "open open" \
		"without a guard the ports are open"
	start_says 'THE GATEWAY IS CLOSED: connections to port 25, 2525 are reset' \
		"a start with a broken file closes the port of the file, and 25"
	is_closed "connections to port 25 are refused at once"
	is "$(dial $SERVER4 2525)" refused "so are those to the other"
	is "$(dial $SERVER4 2626)" open "others are not"
	like "$(status status)" \
		"^closed +/etc/mailguard.conf:1:25: " "status says why"
	is "$(status status | tail -n 1)" 4 "with exit status 4"
	like "$(guard -j status)" '"closed": "/etc/mailguard.conf:1:25: ' \
		"so does its JSON"
	like "$(guard write memory 2>&1)" "is closed, and has no fixups" \
		"a gateway without its fixups is not saved"
	is "$(tail -n 1 /etc/mailguard.conf)" "fixup protocol smtp 2525" \
		"the saved file stays"
	like "$(guard --test-for 10s fixup protocol smtp 25 2>&1)" \
		"is closed, and has no fixups" \
		"nor is a change tested that could not be taken back"
	is "$(status show fixup 2>&1 | sed 's/: [^:]*$//; s/[0-9]*: unexp.*//')" \
		"$(guard show fixup 2>&1 | sed 's/: [^:]*$//; s/[0-9]*: unexp.*//')
4" "show fixup exits with 4, too"
	like "$(guard show fixup 2>&1)" "the gateway is closed: /etc/mailguard" \
		"and says why"
	echo "fixup protocol smtp 2525" >/etc/mailguard.conf
	ok_if "a start with a good file" guard start
	is "$(guard show fixup)" "fixup protocol smtp 2525" "guards"
	is "$(dial $SERVER4 25) $(dial $SERVER4 2525)" "open open" \
		"and closes nothing any more"
	echo "fixup protocol smtp 0" >/etc/mailguard.conf
	start_says 'the fixups that there are go on guarding' \
		"a broken file takes no guard away"
	is "$(dial $SERVER4 25) $(dial $SERVER4 2525)" "open open" \
		"nor does it close anything"
	guard no fixup protocol smtp
}

# Connections of before: who speaks next is reset, the client or the server.
test_established() {
	smtp_talk client $SERVER4 25 <<-'END' >"$TMP/talk" &
		< 220
		touch greeted
		await closed
		> VRFY root
		rst
	END
	wait_for 30 test -e "$TMP/events/greeted"
	: >/etc/mailguard.conf
	chmod 000 /etc/mailguard.conf
	rm /etc/mailguard.conf
	mkdir /etc/mailguard.conf
	start_says "connections to port 25 are reset" \
		"if the file cannot be read, port 25 is closed"
	happen closed
	like "$(talked)" '^rst$' "the client of a connection of before is reset"
	unlike "$(received_lines server 25 "$(connections)")" VRFY \
		"and its server does not read what it said"
	rmdir /etc/mailguard.conf
	ok_if "no fixup opens the gateway" guard no fixup protocol smtp
	is "$(dial $SERVER4 25)" open "which is open then"
	is "$(status status | tail -n 1)" 3 "and unguarded"
}

# How many connections the server has had.
connections() {
	local files=("$TMP/server-server-25"/received.*[0-9])
	echo "${#files[@]}"
}

test_server_speaks() {
	smtp_server server 2527 <<-'END'
		> 220 server.example.org
		< HELO
		await closed2
		> 250 server.example.org
		rst
	END
	echo "fixup protocol smtp 2527" >/etc/mailguard.conf
	smtp_talk client $SERVER4 2527 <<-'END' >"$TMP/talk" &
		< 220
		> HELO client.example.net
		acked
		touch waiting
		await closed3
		> NOOP
		rst
	END
	wait_for 30 test -e "$TMP/events/waiting"
	without_module start_says "connections to port 2527 are reset" \
		"without the module the ports of the file are closed, no others"
	is "$(dial $SERVER4 25)" open "port 25 is none of them"
	happen closed2
	ok_if "the server of a connection of before is reset" served server 2527
	happen closed3
	is "$(talked)" "220 server.example.org\r\n
rst" "and so is its client, which does not get the reply"
}

# Of a narrowed fixup only what it matches is closed.
test_narrowed() {
	guard no fixup protocol smtp
	echo "fixup protocol smtp 25 ip daddr $SERVER4 policy modern" \
		>/etc/mailguard.conf
	without_module start_says "connections to port 25 are reset" \
		"a narrowed fixup is closed"
	is "$(dial $SERVER4 25) $(dial $SERVER6 25)" "refused open" \
		"for what it matches"
	is "$(guard show fixup 2>/dev/null)" "" "and is no fixup"
	ok_if "fixup makes one" guard fixup protocol smtp 25
	is "$(guard show fixup)" "fixup protocol smtp 25" "and no other"
	is "$(dial $SERVER4 25)" open "and opens what was closed"
	guard no fixup protocol smtp
}

# Ports that are translated, on their way to the server and back.
test_translated() {
	in_gw nft -f - <<-END
		table ip nat {
			chain prerouting {
				type nat hook prerouting priority dstnat;
				ip daddr $GW4 tcp dport 2528 \
					dnat to $SERVER4:25
			}
		}
	END
	is "$(dial $GW4 2528)" open "a port is translated to another one"
	echo "fixup protocol smtp 2528" >/etc/mailguard.conf
	without_module start_says "connections to port 2528 are reset" \
		"the outer port is closed"
	is "$(dial $GW4 2528) $(dial $SERVER4 25)" "refused open" \
		"and the inner one is not"
	in_gw nft delete table ip nat
	guard no fixup protocol smtp
}

test_open() {
	echo "fixup protocol smtp 25" >/etc/mailguard.conf
	echo 'ON_FAILURE="open"' >$defaults
	without_module start_says 'NOTHING IS GUARDED: mail passes unread' \
		"with ON_FAILURE=open a start says loudly that nothing is guarded"
	is "$(dial $SERVER4 25)" open "and mail passes"
	like "$(JOURNAL_STREAM=1:2 without_module guard start 2>&1)" '^<2>mailguard: ' \
		"for the journal it is critical"
	echo 'ON_FAILURE=ajar' >$defaults
	without_module start_says "closed or open, not 'ajar'" "a wrong word is told of"
	is_closed "and means closed"
	echo 'ON_FAILURE=open' >$defaults
	without_module start_says 'NOTHING IS GUARDED' "open takes the closed table away"
	is "$(dial $SERVER4 25)" open "so that mail passes"
	rm -f $defaults
}

# Rules of one's own may name the helper of a policy. They are not loaded, either.
test_policies_only() {
	echo "policy own { preset modern }" >/etc/mailguard.conf
	without_module start_says "connections to port 25 are reset" \
		"with policies and no fixup, port 25 is closed"
	is_closed "it is"
	guard no fixup protocol smtp
}

# The file for nft, where the command cannot run.
test_static() {
	ok_if "nft closes port 25 without the command" \
		in_gw nft -f "$TOP/userspace/closed.nft"
	is_closed "which is closed then"
	like "$(status status)" "^closed +the command mailguard could not run" \
		"status says why"
	echo "fixup protocol smtp 25" >/etc/mailguard.conf
	ok_if "a start replaces it" guard start
	is "$(status status | tail -n 1)" 0 "by a guard"
	is "$(dial $SERVER4 25)" open "which opens the port"
	guard no fixup protocol smtp
}

# A helper that a rule assigns guards nothing if connections are reset before.
test_own_rules() {
	in_gw nft -f - <<-'END'
		table inet own {
			ct helper mx { type "smtp" protocol tcp; }
			chain one { tcp dport 25 ct helper set "mx"; }
		}
	END
	is "$(status status | tail -n 1)" 0 "rules of one's own guard"
	in_gw nft -f "$TOP/userspace/closed.nft"
	is "$(status status | tail -n 1)" 4 "until the gateway is closed"
	like "$(guard -j status)" '"guarding": false' "the JSON says so"
	like "$(guard --format prometheus list counters)" '^mailguard_guarding 0$' \
		"and the metric"
	in_gw nft delete table inet own
	guard no fixup protocol smtp
}

# A restart loads what was saved, and would open the gateway if there is nothing.
test_restart() {
	rm -f /etc/mailguard.conf
	in_gw nft -f "$TOP/userspace/closed.nft"
	like "$(guard restart 2>&1)" "no /etc/mailguard.conf: .* opens the gateway" \
		"without a file a restart fails"
	is_closed "and opens nothing"
	guard no fixup protocol smtp
}

test_no_file() {
	rm -f /etc/mailguard.conf
	start_says "there is no /etc/mailguard.conf" "without a file a start fails"
	is "$(dial $SERVER4 25)" open "and closes nothing"
	: >/etc/mailguard.conf
	without_module fails_if "an empty file without the module" guard start
	is "$(dial $SERVER4 25)" open "closes nothing, either"
	rm /etc/mailguard.conf
}

mkdir -p /etc/default
for port in 25 2525 2626; do
	smtp_server server $port <<<"auto"
done
rm -f $defaults
test_broken_file
test_established
test_server_speaks
test_narrowed
test_translated
test_open
test_policies_only
test_static
test_own_rules
test_restart
test_no_file

finish
