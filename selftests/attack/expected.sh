#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Connections to a guarded port that another helper of conntrack expects: an FTP
# server that the client has under control says that it waits for data there.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft conntrack mailguard modprobe
modprobe -q nf_conntrack_ftp || skip_all "no nf_conntrack_ftp"
modprobe -q nf_nat_ftp || skip_all "no nf_nat_ftp"
setup_topology

# The public address of the server, for tests with translation.
PUBLIC4=10.0.1.99

follow_ftp() {
	in_gw nft -f - <<-END
		table inet ftp {
			ct helper ftp {
				type "ftp" protocol tcp
			}
			chain prerouting {
				type filter hook prerouting priority filter;
				tcp dport 21 ct state new ct helper set "ftp"
			}
		}
		table ip nat {
			chain prerouting {
				type nat hook prerouting priority dstnat;
				ip daddr $PUBLIC4 tcp dport 21 dnat to $SERVER4
			}
		}
	END
}

# ftp_server REPLY: it says where it waits for data, as often as it is asked.
ftp_server() {
	smtp_server server 21 <<-END
		> 220 ftp
		line
		> $1
		gone
	END
}

# expect NAME ADDRESS: a client asks where, and says it in $TMP/NAME; the
# connection stays until the event NAME-done.
expect() {
	smtp_talk client "$2" 21 <<-END >"$TMP/$1" &
		< 220
		> PASV
		< 22
		touch $1
		await $1-done
		close
	END
	wait_for 60 test -e "$TMP/events/$1"
}

# port_of NAME: what the client was told; the gateway may have changed it.
port_of() {
	sed -n 's/^227 .*,\([0-9]*\),\([0-9]*\)).*/\1 \2/p' "$TMP/$1" |
		awk '{ print $1 * 256 + $2 }'
}

# heard ADDRESS PORT: the first line that a client sees there.
heard() {
	smtp_talk client "$1" "$2" --timeout 20 <<<"line 220" 2>&1 | head -n 1
}

# The rules that README had: they know no expected connections.
rules_of_old() {
	in_gw nft -f - <<-'END'
		table inet old {
			ct helper smtp {
				type "smtp" protocol tcp
			}
			chain prerouting {
				type filter hook prerouting priority mangle;
				ct state new tcp dport 25 ct helper set "smtp"
			}
		}
	END
}

# Those of README, for port 25 of whoever.
own_rules() {
	readme_example own-helper.nft |
		sed 's/smtp-inbound/smtp/; s/ip daddr 192.0.2.25 //' |
		in_gw nft -f -
}

open='220 server.example.org ESMTP\r\n'
stars='220 ************************\r\n'

# Each expectation is for one connection.
test_expected() {
	local name=$1 address=$2 reply=$3
	ftp_server "$reply"

	modprobe nf_conntrack_smtp
	rules_of_old
	expect "$name-old" "$address"
	is "$(heard "$address" 25)" "$open" \
		"$name: by rules that know none, an expected connection passes"
	happen "$name-old-done"
	is "$(heard "$address" 25)" "$stars" "$name: and no other does"
	in_gw nft delete table inet old

	own_rules
	expect "$name-own" "$address"
	is "$(heard "$address" 25)" "$stars" "$name: README's rules guard it"
	happen "$name-own-done"
	in_gw nft delete table inet smtp

	guard fixup protocol smtp 25
	expect "$name-fixup" "$address"
	is "$(heard "$address" 25)" "$stars" "$name: a fixup guards it"
	happen "$name-fixup-done"
	guard no fixup protocol smtp

	guard 'fixup protocol smtp 25 iifname "outside"'
	expect "$name-narrowed" "$address"
	is "$(heard "$address" 25)" "$stars" "$name: a narrowed fixup does, too"
	happen "$name-narrowed-done"
	guard no fixup protocol smtp
	smtp_server_stop server 21
}

# A reset that the gateway sends on an expected connection is related, too.
test_reset() {
	ftp_server "227 Entering Passive Mode (10,0,2,2,9,221)"
	smtp_server server 2525 <<-'END'
		> 220 mx
		gone
	END
	guard fixup protocol smtp 2525
	expect reset $SERVER4
	is "$(smtp_talk client $SERVER4 2525 <<-'END' | tail -n 1
		< 220
		repeat 200 NOOP
		gone
	END
	)" rst "a reset reaches the client of an expected connection"
	ok_if "and its server" served server 2525
	happen reset-done
	guard no fixup protocol smtp
	smtp_server_stop server 2525
	smtp_server_stop server 21
}

# Two control connections that wait for the same port: the second is given
# another one, which is translated to it.
test_translated() {
	local words name=nat port
	ftp_server "227 Entering Passive Mode (10,0,2,2,0,25)"
	for words in "" "fixup protocol smtp 25" \
		'fixup protocol smtp 25 iifname "inside"'; do
		[ -z "$words" ] || guard "$words"
		name=$name-more
		expect "$name-1" $PUBLIC4
		expect "$name-2" $PUBLIC4
		port=$(port_of "$name-2")
		unlike "$port" '^(25)?$' "the second is told another port"
		if [ -n "$words" ]; then
			like "$(heard $PUBLIC4 "$port")" "refused" \
				"a port that is translated to 25 is closed: $words"
		else
			is "$(heard $PUBLIC4 "$port")" "$open" \
				"without a fixup, port $port is translated to 25"
		fi
		happen "$name-1-done"
		happen "$name-2-done"
		[ -z "$words" ] || guard no fixup protocol smtp
		in_gw conntrack -F expect 2>/dev/null
	done
	smtp_server_stop server 21
}

# What the rules see of a connection that conntrack was told not to track.
test_untracked() {
	in_gw nft -f - <<-'END'
		table inet raw {
			chain prerouting {
				type filter hook prerouting priority raw;
				tcp dport 25 notrack
				tcp sport 25 notrack
			}
		}
	END
	is "$(heard $SERVER4 25)" "$open" "without a fixup, notrack passes"
	guard fixup protocol smtp 25
	unlike "$(heard $SERVER4 25)" "^220" "with one, nothing untracked passes"
	guard no fixup protocol smtp
	in_gw nft delete table inet raw
}

follow_ftp
smtp_server server 25 <<<"auto"
in_gw ip addr add $PUBLIC4/24 dev outside
test_expected IPv4 $SERVER4 "227 Entering Passive Mode (10,0,2,2,0,25)"
test_expected IPv6 $SERVER6 "229 Entering Extended Passive Mode (|||25|)"
test_reset
test_translated
test_untracked

finish
