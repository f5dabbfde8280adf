#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two gateways with Debian's keepalived and conntrackd, whose configuration is that
# of the guide. When the address moves, no connection goes on unread, and none
# waits: both ends get a RST. Mail that is under way is sent again.
#
#	               gw, the first
#	              +-------------+
#	   client  +--|outside inside|--+   server
#	 +------+  |  +------+------+  |  +------+
#	 |  eth0|--+    sync |         +--|eth0  |
#	 +------+  |  +------+------+  |  +------+
#	           +--|outside inside|--+
#	              +-------------+
#	               gw2, the second
#
# 10.0.1.1 and 10.0.2.1 are the addresses that move, and fd00:1::1 and fd00:2::1.
# Connections to 10.0.1.1 are translated to the server, and those of the server's
# network come from there. TEST_MESSAGES mails (60) are under way when the addresses
# move.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft conntrack conntrackd keepalived mailguard openssl python3 postconf
[ "$(id -u)" -eq 0 ] || skip_all "must be root"
roles="client gw gw2 server switch"
examples=$TOP/Documentation/guide/examples/two-gateways

# plug ROLE LINK NETWORK: the role's end LINK of a cable to a switch.
plug() {
	ip link add "$2" netns "$1-$$" type veth \
		peer name "$1-$3" netns "switch-$$"
	ip -n "switch-$$" link set "$1-$3" master "net$3" up
	ip -n "$1-$$" link set "$2" up
}

add_host() {
	plug "$1" eth0 "$2"
	ip -n "$1-$$" -b - <<-END
		link set lo up
		addr add 10.0.$2.2/24 dev eth0
		addr add fd00:$2::2/64 dev eth0 nodad
		route add default via 10.0.$2.1
		route add default via fd00:$2::1
	END
}

# be_patient FILE: on a busy machine an advertisement may be late by seconds, and the
# second gateway would take the addresses although the first one has not failed.
be_patient() {
	sed -i 's/advert_int 1$/advert_int 3/
		s/interval 1$/interval 3/
		s/^global_defs {$/&\n\tvrrp_priority -20/' "$1"
}

# add_gateway ROLE N
add_gateway() {
	in_ns "$1" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
		echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
	plug "$1" outside 1
	plug "$1" inside 2
	ip -n "$1-$$" -b - <<-END
		link set lo up
		link set sync up
		addr add 10.0.1.25$2/24 dev outside
		addr add 10.0.2.25$2/24 dev inside
		addr add fd00:1::25$2/64 dev outside nodad
		addr add fd00:2::25$2/64 dev inside nodad
		addr add 10.0.9.$2/24 dev sync
	END
	mkdir -p "$TMP/$1/etc/conntrackd" "$TMP/$1/log" "$TMP/$1/run"
	# Debian 13's keepalived needs a file that its package has there.
	cp -r /etc/keepalived "$TMP/$1/etc"
	cp "$examples"/* "$TMP/$1/etc/keepalived"
	mv "$TMP/$1/etc/keepalived/conntrackd.conf" "$TMP/$1/etc/conntrackd"
	be_patient "$TMP/$1/etc/keepalived/keepalived.conf"
	in_ns "$1" nft -f "$TMP/$1/etc/keepalived/nat.nft"
	in_ns "$1" nft -f "$TMP/$1/etc/keepalived/input.nft"
	in_ns "$1" mailguard -f - <<-END
		policy default {
			commands { helo, ehlo, mail, rcpt, data, rset, noop,
				   quit, starttls }
		}
		fixup protocol smtp 25
		fixup protocol smtp 2525
	END
}

# The second one has the two addresses of conntrackd the other way round.
exchange_addresses() {
	sed -i '/IPv4_.*10\.0\.9\.[12]$/{
		/IPv4_address/s/1$/2/
		/Destination/s/2$/1/
		}' "$TMP/gw2/etc/conntrackd/conntrackd.conf"
}

setup_gateways() {
	local role n
	for role in $roles; do
		add_ns "$role"
	done
	for n in 1 2; do
		ip -n "switch-$$" link add "net$n" type bridge
		ip -n "switch-$$" link set "net$n" up
	done
	ip link add sync netns "gw-$$" type veth peer name sync netns "gw2-$$"
	add_host client 1
	add_host server 2
	modprobe nf_conntrack_smtp
	add_gateway gw 1
	add_gateway gw2 2
	exchange_addresses
}

# on ROLE CMD...: with the directories of that gateway.
on() {
	local role=$1
	shift
	# shellcheck disable=SC2016 # for that shell
	in_ns "$role" sh -c 'dir=$1
		shift
		for name in keepalived conntrackd; do
			mount --bind "$dir/etc/$name" "/etc/$name" || exit
		done
		mount --bind "$dir/log" /var/log &&
		mount --bind "$dir/run" /run && exec "$@"' \
		on "$TMP/$role" "$@"
}

start_conntrackd() {
	on "$1" conntrackd >"$TMP/$1/log/conntrackd.out" 2>&1 &
	wait_for 30 on "$1" conntrackd -s
}

stop_conntrackd() {
	on "$1" conntrackd -k
	wait_for 30 test ! -e "$TMP/$1/run/conntrackd.ctl"
}

start_keepalived() {
	mkdir -p "$TMP/keepalived-$1"
	on "$1" keepalived -nlDG -i "$2" >>"$TMP/keepalived-$1/log" 2>&1 &
}

has_address() {
	ip -n "$1-$$" addr show dev inside | grep -q " 10.0.2.1/"
}

is_master() {
	has_address "$1" && ! has_address "$2"
}

# stop ROLE DAEMON: as systemd does.
stop() {
	local pid
	pid=$(<"$TMP/$1/run/$2.pid")
	kill "$pid"
	wait_for 30 test ! -e "/proc/$pid"
}

# cables ROLE up|down
cables() {
	ip -n "switch-$$" link set "$1-1" "$2"
	ip -n "switch-$$" link set "$1-2" "$2"
}

# deafen PORT: nothing that comes to this port of the client arrives.
deafen() {
	in_client nft -f - <<-END
		table ip deaf {
			chain input {
				type filter hook input priority filter
				tcp dport $1 drop
			}
		}
	END
}

plain_names="client-idle client-data client-tls server-idle server-data server-tls
	ipv6.client-data ipv6.client-tls ipv6.server-idle ipv6.server-data lost-data"
names="$plain_names nat.client-data nat.client-tls out.client-data
	nat.server-idle nat.server-data out.server-tls"

are_ready() {
	local name
	for name in $names; do
		[ -e "$1/$name.ready" ] || return
	done
}

# serve_moved DIR: for the connections that are under way.
serve_moved() {
	local role
	mkdir "$1"
	server_pids=
	for role in client server; do
		ip netns exec "$role-$$" python3 "$HERE/moved.py" serve 25 "$1" \
			>"$1/log" 2>&1 &
		server_pids="$server_pids $!"
		wait_listen $role 25
	done
	ip netns exec "server-$$" python3 "$HERE/../attack/attack.py" serve "$1" \
		2525 >"$1/attack.log" 2>&1 &
	server_pids="$server_pids $!"
	wait_listen server 2525
}

# mac_of ROLE LINK
mac_of() {
	in_ns "$1" cat "/sys/class/net/$2/address"
}

# The client's kernel knows nothing of the attacker's connections.
silence() {
	in_client nft -f - <<-'END'
		table inet silence {
			chain output {
				type filter hook output priority filter
				tcp dport 2525 tcp flags & rst == rst drop
			}
		}
	END
}

# start_attack DIR FROM TO: while the address moves from one gateway to the other.
start_attack() {
	FIRST_PORT=$((10000 + tap_count * 100)) \
	ACCOMPLICE_server="$(ns server) $(mac_of "$3" inside)" \
		ip netns exec "client-$$" python3 "$HERE/moved_attack.py" "$1" \
		"$(mac_of "$2" outside)" "$(mac_of "$3" outside)" \
		>"$1/attack" 2>"$1/attack.errors" &
	attack_pid=$!
}

# end_attack DIR WHERE: its results.
end_attack() {
	local points=0 verdict what why
	wait $attack_pid
	while IFS=$'\t' read -r verdict what why; do
		"$verdict" "$2, $what" ${why:+"$why"}
		points=$((points + 1))
	done <"$1/attack"
	is "$points $(cat "$1/attack.errors")" "10 " "$2: each attack comes to its end"
}

# lose_acknowledgment DIR: the client "lost" does not hear that its data has arrived.
lose_acknowledgment() {
	wait_for 30 test -s "$1/lost-data.port"
	deafen "$(<"$1/lost-data.port")"
	touch "$1/deaf"
	wait_for 30 test -e "$1/lost-data.arrived"
}

# lose_answer DIR ROLE: behind the move, the first packet that the server sends to
# this client gets lost. It is an acknowledgment.
lose_answer() {
	in_ns "$2" nft -f - <<-END
		table ip lossy {
			chain prerouting {
				type filter hook prerouting priority raw
				iifname "inside" tcp dport $(<"$1/lost-data.port") \
					quota until 60 bytes drop
			}
		}
	END
}

# talk_from ROLE DIR [NAME...]: begin these connections.
talk_from() {
	[ $# -gt 2 ] || return
	ip netns exec "$1-$$" python3 "$HERE/moved.py" talk 25 "${@:2}" \
		>"$2/talk-$1.log" 2>&1 &
	talk_pids="$talk_pids $!"
}

# talk_moved DIR [NAME...]: those connections from the client, or if they go out, from
# the server.
talk_moved() {
	local dir=$1 name from_client=() from_server=()
	shift
	for name; do
		if [[ $name == out.* ]]; then
			from_server+=("$name")
		else
			from_client+=("$name")
		fi
	done
	talk_pids=
	talk_from client "$dir" "${from_client[@]}"
	talk_from server "$dir" "${from_server[@]}"
}

# move_under_way WHERE FROM TO CMD...: the command moves the address while the
# connections of moved.py and of moved_attack.py are under way.
move_under_way() {
	local where=$1 dir=$TMP/moved-$tap_count name from=$2 to=$3
	shift 3
	serve_moved "$dir"
	[ -z "$lagging" ] || hold_answers
	start_attack "$dir" "$from" "$to"
	# shellcheck disable=SC2086 # words
	talk_moved "$dir" $names
	[ -z "$lagging" ] || let_lag "$from" "$to"
	ok_if "$where: connections are in their middle" wait_for 60 are_ready "$dir"
	wait_for 60 test -e "$dir/attack.ready"
	[ -z "$names" ] || lose_acknowledgment "$dir"
	[ -z "$losing" ] || lose_answer "$dir" "$to"
	"$@"
	ok_if "$where: the other gateway gets the addresses" \
		wait_for 60 has_address "$to"
	[ ! -e "$TMP/$to/run/conntrackd.ctl" ] || commit "$dir" "$to"
	[ -z "$names" ] || in_client nft delete table ip deaf
	touch "$dir/moved"
	# shellcheck disable=SC2086 # numbers
	[ -z "$talk_pids" ] || wait $talk_pids
	for name in $names; do
		wait_for 150 test -s "$dir/$name.server"
		is "$(<"$dir/$name.client") $(<"$dir/$name.server")" "reset reset" \
			"$where, $name: a RST at both ends, and nothing passes"
	done
	[ -z "$losing" ] || in_ns "$to" nft delete table ip lossy
	end_attack "$dir" "$where"
	# shellcheck disable=SC2086 # numbers
	kill $server_pids
}

# has_committed ROLE: what conntrackd was told, since this was asked last.
has_committed() {
	grep -q "^.*commit has taken" "$TMP/$1/log/conntrackd.log" &&
		: >"$TMP/$1/log/conntrackd.log"
}

# Packets of servers that the gateway dropped, because their entries were not there yet.
have_waited() {
	[ "$(in_ns "$1" nft list chain ip nat await_entry |
		sed -n 's/.*packets \([0-9]*\).*/\1/p')" -ge 3 ]
}

# commit DIR ROLE: give the kernel what conntrackd was told. The servers of translated
# connections speak before that.
commit() {
	touch "$1/early"
	[ -e "$TMP/commit" ] || ok_if "servers wait for conntrackd's entries" \
		wait_for 60 have_waited "$2"
	touch "$TMP/commit"
	wait_for 30 has_committed "$2"
}

# hold_commit ROLE: until commit is called.
hold_commit() {
	sed -i "/^primary)/a until test -e $TMP/commit; do sleep 0.1; done" \
		"$TMP/$1/etc/keepalived/failover"
}

# The server answers no SYN.
hold_answers() {
	in_server nft -f - <<-'END'
		table ip lag {
			chain output {
				type filter hook output priority filter
				tcp flags & (syn | ack) == syn | ack drop
			}
		}
	END
}

# let_lag FROM TO: conntrackd of the one tells the other of SYNs, and then no more. It
# must not have the configuration of the guide, which leaves them out. A client that
# goes on behind its SYN is invalid for conntrack.
let_lag() {
	ok_if "conntrackd tells of SYNs" \
		wait_for 60 knows "$2" "SYN_SENT .*helper=smtp" 10
	ip -n "$1-$$" link set sync down
	in_server nft delete table ip lag
}

# knows ROLE REGEX N: did conntrackd tell it of so many connections?
knows() {
	[ "$(on "$1" conntrackd -e | grep -c "$2")" -ge "$3" ]
}

# helpers_of ROLE: of its entries for port 25, how many have our helper.
helpers_of() {
	local family
	for family in ipv4 ipv6; do
		in_ns "$1" conntrack -L -f "$family" -p tcp \
			--orig-port-dst 25 2>/dev/null
	done | grep -c helper=smtp
}

pull_cables() {
	local count
	count=$(wc -w <<<"$names")
	wait_for 60 knows gw2 "dport=25 .*helper=smtp" "$count"
	cables gw down
	wait_for 60 has_address gw2
	commit "$dir" gw2
	is "$(helpers_of gw2)" "$count" \
		"conntrackd tells the other gateway of the entries, and of the helper"
	echo "commit has taken" >>"$TMP/gw2/log/conntrackd.log"
}

setup_gateways
hold_commit gw2
start_conntrackd gw
start_conntrackd gw2
start_keepalived gw first
ok_if "the first gateway gets the addresses" wait_for 60 has_address gw
start_keepalived gw2 second
wait_for 30 test -s "$TMP/gw2/run/vrrp.pid"
silence

lagging='' losing=''
: >"$TMP/gw2/log/conntrackd.log"
move_under_way "conntrackd" gw gw2 pull_cables
cables gw up
ok_if "the first one gets its cables again, and leaves the addresses there" \
	wait_for 60 is_master gw2 gw

stop_conntrackd gw2
sed -i '/State Accept/,/}/d' "$TMP/gw2/etc/conntrackd/conntrackd.conf"
start_conntrackd gw2
: >"$TMP/gw/log/conntrackd.log"
lagging=yes names='' move_under_way "conntrackd lags" gw2 gw stop gw2 keepalived
ip -n "gw2-$$" link set sync up

for role in gw gw2; do
	stop_conntrackd $role
	in_ns $role conntrack -F 2>/dev/null
	in_ns $role nft delete table ip nat
done
start_keepalived gw2 second
wait_for 30 test -s "$TMP/gw2/run/vrrp.pid"
# Translation needs conntrackd.
names=$plain_names losing=yes \
	move_under_way "no conntrackd" gw gw2 cables gw down
cables gw up
wait_for 60 is_master gw2 gw

# Mail: a move for each third of it.
messages=${TEST_MESSAGES:-60}
third=$((messages / 3))

# add_way DOMAIN ADDRESS: mail for the domain goes there by TLS, and mail for
# plain.DOMAIN without TLS. Postfix takes an address with its port for another next hop
# than without, so each can have its own policy of TLS. The transport is smtp, because
# smtp_destination_recipient_limit, below, does not limit relay.
domains=() hops='' plain=''
add_way() {
	domains+=("$1" "plain.$1")
	hops+=" {$1=smtp:[$2]:25} {plain.$1=smtp:[$2]}"
	plain+=" {[$2]=none}"
}

add_way direct.example 10.0.2.2
add_way translated.example 10.0.1.1
add_way ipv6.example fd00:2::2

# mail FIRST LAST: one mail for each of these recipients, each on its own, by all ways.
mail() {
	local n rcpts=()
	for n in $(seq "$1" "$2"); do
		rcpts+=("u$n@${domains[n % ${#domains[@]}]}")
	done
	MAIL_CONFIG=$TMP/relay-client in_client /usr/sbin/sendmail -i \
		-f a@example.net "${rcpts[@]}" <<-END
			Subject: moved

			A mail that is under way.
		END
}

are_under_way() {
	[ "$(in_ns "$1" mailguard list connections | grep -c ^client)" -ge 3 ]
}

# lose_guard ROLE: somebody flushes the ruleset.
lose_guard() {
	in_ns "$1" nft delete table inet mailguard
}

# mail_moves FROM TO N CMD...: the command moves the address from one gateway to the
# other while mail is under way.
mail_moves() {
	local from=$1 to=$2 n=$3
	shift 3
	mail $(((n - 1) * third + 1)) $((n < 3 ? n * third : messages))
	ok_if "move $n: mail is under way" wait_for 60 are_under_way "$from"
	"$@"
	ok_if "move $n: the other gateway gets the addresses" \
		wait_for 60 has_address "$to"
}

# recipients: of all mails that arrived, the same one perhaps several times.
recipients() {
	postfix_mails server | xargs -r sed -n 's/^X-Original-To: //p'
}

# without_tls: the domains of mails that came without TLS, by their Received lines.
without_tls() {
	postfix_mails server | xargs -r grep -l "with ESMTP id" |
		xargs -r sed -n 's/^X-Original-To: .*@//p' | sort -u
}

all_arrived() {
	[ "$(recipients | sort -u | wc -l)" -ge "$messages" ]
}

for role in gw gw2; do
	start_conntrackd $role
	in_ns $role nft -f "$TMP/$role/etc/keepalived/nat.nft"
done
certify
postfix_start server "smtpd_tls_security_level = may" \
	"smtpd_tls_chain_files = $TMP/pem" "smtpd_end_of_data_restrictions = sleep 2" \
	"default_process_limit = 20" "virtual_mailbox_domains = ${domains[*]}"
postfix_client client 10.0.2.2 25 "transport_maps = inline:{$hops }" \
	"smtp_tls_security_level = encrypt" \
	"smtp_tls_policy_maps = inline:{$plain }" "default_process_limit = 20" \
	"initial_destination_concurrency = 20" \
	"smtp_destination_recipient_limit = 1" "minimal_backoff_time = 2s" \
	"maximal_backoff_time = 2s" "queue_run_delay = 2s"

mail_moves gw2 gw 1 stop gw2 keepalived
start_keepalived gw2 second
wait_for 30 test -s "$TMP/gw2/run/vrrp.pid"
mail_moves gw gw2 2 cables gw down
cables gw up
wait_for 60 is_master gw2 gw
mail_moves gw2 gw 3 lose_guard gw2
wait_for $((120 + messages)) all_arrived

is "$(recipients | sort -u | wc -l)" "$messages" "no mail is lost"
is "$(without_tls)" "$(printf 'plain.%s\n' direct.example ipv6.example \
	translated.example)" "mail went by TLS, and without"
doubled=$(recipients | sort | uniq -d | wc -l)
in_flight=$(grep -c "message may be sent more than once" \
	"$(postfix_log client relay)")
note "$doubled mails are doubled; the replies to $in_flight were in flight"
ok_if "doubled are at most those whose reply was in flight" \
	[ "$doubled" -le "$in_flight" ]
is "$(grep -h "timeout\|timed out" "$(postfix_log server)" \
	"$(postfix_log client relay)")" "" "neither end waits for a timeout"
finish
