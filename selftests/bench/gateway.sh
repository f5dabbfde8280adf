#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What it costs to send mail through a gateway, in several ways. To be run in a
# machine with one processor that counts, as root; prints lines of
#
#	sent WAY LOAD ROUND BUSY ELAPSED
#	idle CONNECTIONS OCTETS
#	exchange CONNECTIONS ELAPSED
#
# with times in nanoseconds, which are instructions. The arguments are the number
# of ROUNDS and the directory of the PROGRAMS.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

rounds=$1
programs=$2
SESSIONS=${TEST_SESSIONS:-300}	# small mails, each in a session of its own
OCTETS=${TEST_OCTETS:-4000000}	# of a large mail
LOSSY=${TEST_LOSSY:-15}		# times a round with losses
IDLE=${TEST_IDLE:-50000}	# connections that stand idle

#
# Ways through the gateway; each begins, says where the client connects to, and
# ends.
#

target="$SERVER4:25"

plain_begin() {
	:
}

# Every way has conntrack; here is what plain forwarding adds to that: nothing.
track() {
	in_gw nft -f - <<-END
		table inet plain {
			chain forward {
				type filter hook forward priority filter
				ct state invalid drop
			}
		}
	END
}

guarded_begin() {
	in_gw mailguard fixup protocol smtp 25
}

guarded_end() {
	in_gw mailguard no fixup protocol smtp 25
}

modern_begin() {
	in_gw mailguard fixup protocol smtp 25 policy modern
}

modern_end() {
	guarded_end
}

# The FTP helper reads every packet of the connection.
ftp_begin() {
	in_gw nft -f - <<-END
		table inet ftp {
			ct helper ftp {
				type "ftp" protocol tcp
				l3proto ip
			}
			chain prerouting {
				type filter hook prerouting priority -150
				tcp dport 25 ct helper set "ftp"
			}
		}
	END
}

ftp_end() {
	in_gw nft delete table inet ftp
}

strings() {
	local word
	for word in EXPN VRFY TURN ETRN DEBUG WIZ KILL SOML SAML SEND; do
		in_gw iptables-legacy "$1" FORWARD -p tcp --dport 25 \
			-m string --string "$word " --algo bm --icase -j DROP
	done
}

strings_begin() {
	strings -A
}

strings_end() {
	strings -D
}

nfqueue_begin() {
	in_gw nft -f - <<-END
		table inet nfqueue {
			chain forward {
				type filter hook forward priority filter
				tcp dport 25 queue num 0
				tcp sport 25 queue num 0
			}
		}
	END
}

nfqueue_end() {
	in_gw nft delete table inet nfqueue
}

haproxy_begin() {
	target=$GW4:2501
}

stream_begin() {
	target=$GW4:2502
}

mail_begin() {
	target=$GW4:2503
}

haproxy_config() {
	cat <<-END
		defaults
			mode tcp
			timeout connect 60s
			timeout client 600s
			timeout server 600s
		listen smtp
			bind $GW4:2501
			server mx $SERVER4:25
	END
}

# The mail proxy asks an HTTP server whom to connect to.
nginx_config() {
	cat <<-END
		load_module /usr/lib/nginx/modules/ngx_mail_module.so;
		load_module /usr/lib/nginx/modules/ngx_stream_module.so;
		worker_processes 1;
		daemon off;
		pid $TMP/nginx.pid;
		error_log $TMP/nginx.log;
		events {
			worker_connections 1024;
		}
		http {
			access_log off;
			server {
				listen 127.0.0.1:8080;
				location /auth {
					add_header Auth-Status OK always;
					add_header Auth-Server $SERVER4 always;
					add_header Auth-Port 25 always;
					return 204;
				}
			}
		}
		stream {
			server {
				listen $GW4:2502;
				proxy_pass $SERVER4:25;
			}
		}
		mail {
			auth_http 127.0.0.1:8080/auth;
			server_name gw.example.org;
			server {
				listen $GW4:2503;
				protocol smtp;
				smtp_auth none;
				xclient off;
				smtp_greeting_delay 0;
			}
		}
	END
}

# All of them run all the time; who has nothing to do sleeps.
start_programs() {
	in_server smtp-sink -u nobody -h mail.example.org "$SERVER4:25" 1024 &
	in_server "$programs/connections" serve 2525 &
	haproxy_config >"$TMP/haproxy"
	in_gw haproxy -f "$TMP/haproxy" -db >"$TMP/haproxy.log" 2>&1 &
	nginx_config >"$TMP/nginx"
	in_gw nginx -c "$TMP/nginx" >"$TMP/nginx.log" 2>&1 &
	in_gw "$programs/accept" >"$TMP/accept.log" &
	wait_listen server 25
	wait_listen server 2525
	wait_listen gw 2501
	wait_listen gw 2502
	wait_listen gw 2503
	wait_for 60 grep -q ready "$TMP/accept.log"
}

#
# Loads
#

source_mail() {
	in_client smtp-source -f a@example.net -t b@example.org "$@" "$target" ||
		note "$way: smtp-source failed" >&2
}

load_small() {
	source_mail -s 10 -m "$SESSIONS" -l 2000
}

load_large() {
	source_mail -s 2 -m 4 -l "$OCTETS"
}

# Packets of the size they have on the wire, where others come in batches.
load_segments() {
	offload off
	load_large
	offload on
}

load_loss() {
	offload off
	network loss 1% delay 2ms
	source_mail -s 4 -m 4 -l 1000000
	in_client tc qdisc del dev eth0 root
	in_gw tc qdisc del dev outside root
	offload on
}

network() {
	in_client tc qdisc replace dev eth0 root netem limit 10000 "$@"
	in_gw tc qdisc replace dev outside root netem limit 10000 "$@"
}

offload() {
	in_client ethtool -K eth0 gso "$1" tso "$1" gro "$1"
	in_server ethtool -K eth0 gso "$1" tso "$1" gro "$1"
	in_gw ethtool -K outside gso "$1" tso "$1" gro "$1"
	in_gw ethtool -K inside gso "$1" tso "$1" gro "$1"
} >/dev/null

# The clock, and how long the processor has been idle.
read_clock() {
	awk '/^now at/ { now = $3 }
		$1 == ".idle_sleeptime" { idle += $3 }
		END { printf "%.0f %.0f\n", now, now - idle }' /proc/timer_list
}

# measure LOAD ROUND
measure() {
	local before after
	read -ra before < <(read_clock)
	"load_$1"
	read -ra after < <(read_clock)
	echo "sent $way $1 $2" $((after[1] - before[1])) \
		$((after[0] - before[0]))
}

# through WAY LOAD ROUND
through() {
	way=$1
	target=$SERVER4:25
	"${way}_begin"
	measure "$2" "$3"
	[ "$(type -t "${way}_end")" != function ] || "${way}_end"
}

#
# Connections that stand idle
#

# Bytes of the module's own cache, and of the nodes of tables such as its.
slab_bytes() {
	# name active total objsize per_slab pages_per_slab ... active_slabs slabs
	awk '$1 == "nf_conntrack_smtp" || $1 == "radix_tree_node" {
			pages += $6 * $15
		}
		END { printf "%.0f\n", pages * 4096 }' /proc/slabinfo
}

# idle COUNT: what they take, and what an exchange on one of them costs.
idle() {
	local count=$1 before after nanoseconds
	before=$(slab_bytes)
	coproc in_client "$programs/connections" open "$SERVER4" 2525 "$count" 2000
	read -r _ <&"${COPROC[0]}"
	sleep 10
	after=$(slab_bytes)
	echo exchange >&"${COPROC[1]}"
	read -r nanoseconds <&"${COPROC[0]}"
	echo "idle $count" $((after - before))
	echo "exchange $count $nanoseconds"
	echo end >&"${COPROC[1]}"
	wait "$COPROC_PID"
}

all_idle() {
	sysctl -qw net.netfilter.nf_conntrack_max=500000
	in_client sysctl -qw net.ipv4.ip_local_port_range="1024 65535"
	in_gw mailguard fixup protocol smtp 2525-2532
	idle 100
	idle "$IDLE"
}

# Interleaved, so that what else goes on here meets all of them. What is lost
# differs from time to time.
all_rounds() {
	local round way lossy
	for round in $(seq 0 "$rounds"); do
		for way in plain guarded modern nfqueue haproxy stream mail; do
			through $way small "$round"
		done
		for way in plain guarded modern ftp strings; do
			through $way large "$round"
			through $way segments "$round"
		done
		for ((lossy = 0; lossy < LOSSY; lossy++)); do
			through plain loss "$round"
			through guarded loss "$round"
		done
	done
}

setup_topology
ulimit -n 200000
start_programs
track
all_rounds
all_idle
tap_finished=yes
