# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests share; a test sources this, and ends with "finish".
#
#	   client                     gw                     server
#	 +--------+          +-----------------+          +--------+
#	 |    eth0|----------|outside    inside|----------|eth0    |
#	 +--------+          +-----------------+          +--------+
#	    10.0.1.2      10.0.1.1       10.0.2.1      10.0.2.2
#	    fd00:1::2     fd00:1::1      fd00:2::1     fd00:2::2
#
# The namespaces are named by their ROLE: client, gw or server. Whatever a test
# writes goes to $TMP, which is removed at the end, as are the namespaces and
# all that runs in them.
#
# A test that can't run here exits with 4, which kselftest takes for a skip.
#
# $LIB is this directory, $HERE that of the test, $TOP that of the project.

set -u

LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034 # for the tests
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$LIB/../.." && pwd)
export PYTHONPATH=$LIB	# scripts beside the tests import modules of here
TMP=$(mktemp -d "/tmp/${0##*/}.XXXXXX")
chmod 755 "$TMP"	# daemons that are not root write their mail below
mkdir "$TMP/events"

# shellcheck disable=SC2034 # for the tests
{
	CLIENT4=10.0.1.2 CLIENT6=fd00:1::2
	SERVER4=10.0.2.2 SERVER6=fd00:2::2
	GW4=10.0.1.1 GW6=fd00:1::1
}

#
# TAP
#

tap_count=0
tap_failed=0
tap_finished=no

# Lines of diagnostics.
note() {
	printf '%s\n' "$@" | sed 's/^/# /'
}

pass() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count $1"
}

# fail DESCRIPTION [DIAGNOSTICS...]. The first failure shows the whole state.
fail() {
	tap_count=$((tap_count + 1))
	echo "not ok $tap_count $1"
	shift
	[ $# -eq 0 ] || note "$@"
	[ $tap_failed -gt 0 ] || diagnose 2>&1 | sed 's/^/# /'
	tap_failed=$((tap_failed + 1))
}

# ok_if DESCRIPTION CMD...: the command must succeed.
ok_if() {
	local what=$1 said status
	shift
	said=$("$@" 2>&1)
	status=$?
	if [ $status -eq 0 ]; then
		pass "$what"
	else
		fail "$what" "status $status of: $*" "$said"
	fi
}

# fails_if DESCRIPTION CMD...: the command must fail.
fails_if() {
	local what=$1 said
	shift
	if said=$("$@" 2>&1); then
		fail "$what" "succeeded: $*" "$said"
	else
		pass "$what"
	fi
}

# is GOT WANTED DESCRIPTION
is() {
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3" "got:" "$1" "wanted:" "$2"
	fi
}

# like GOT REGEX DESCRIPTION
like() {
	if grep -qE -e "$2" <<<"$1"; then
		pass "$3"
	else
		fail "$3" "got:" "$1" "wanted a line like: $2"
	fi
}

# unlike GOT REGEX DESCRIPTION
unlike() {
	if grep -qE -e "$2" <<<"$1"; then
		fail "$3" "got:" "$1" "wanted no line like: $2"
	else
		pass "$3"
	fi
}

# plan N: say beforehand how many test points there will be. Optional.
plan() {
	tap_plan=$1
	echo "1..$1"
}

skip_all() {
	echo "1..0 # SKIP $*"
	tap_finished=yes
	exit 4
}

# need CMD...: skip unless these commands are installed.
need() {
	local cmd
	for cmd; do
		PATH=$PATH:/usr/sbin:/sbin command -v "$cmd" >/dev/null ||
			skip_all "no command $cmd"
	done
}

# Does the kernel have Multipath TCP (IPPROTO_MPTCP)?
has_multipath() {
	python3 -c 'import socket; socket.socket(proto=262)' 2>/dev/null
}

# The end of every test.
finish() {
	local new
	new=$("$LIB/../vm/complaints" | tail -n "+$((complaints + 1))")
	[ -z "$new" ] || fail "the kernel does not complain" "$new"
	if [ -z "${tap_plan-}" ]; then
		echo "1..$tap_count"
	elif [ "$tap_plan" -ne "$tap_count" ]; then
		note "planned $tap_plan test points, made $tap_count"
		tap_failed=$((tap_failed + 1))
	fi
	tap_finished=yes
	[ $tap_failed -eq 0 ]
	exit
}

# The state of the world, for whoever reads a failure.
diagnose() {
	local role
	for role in $roles; do
		[ -e "/run/netns/$(ns "$role")" ] || continue
		echo "--- $role"
		in_ns "$role" nft list ruleset
		in_ns "$role" conntrack -L
		in_ns "$role" ss -Htnp
	done
	if [ -e "/run/netns/$(ns gw)" ] && command -v mailguard; then
		in_gw mailguard list counters
		in_gw mailguard list connections
	fi
	tail -n 20 "$TMP"/*/log
	echo "--- dmesg"
	dmesg | tail -n 30
}

#
# Waiting
#

# A pipe that nobody writes to: to wait for it takes no process, as sleep does.
exec {never}<> <(:)

# wait_for SECONDS CMD...: poll until the command succeeds. SECONDS are enough on a
# machine that does nothing else; a busy one gets four times as many. On a slow
# kernel a second is TEST_PATIENCE seconds, here and in the scripts of peers.
wait_for() {
	local end=$((${EPOCHREALTIME/./} + $1 * ${TEST_PATIENCE:-1} * 4000000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "${EPOCHREALTIME/./}" -lt $end ] || return 1
		read -rt 0.05 -u "$never" || :
	done
}

# wait_listen ROLE PORT
wait_listen() {
	ask_peers listening "$1-$$" "$2"
	[ "$answer" = 0 ] ||
		note "nobody listens on port $2 of $1" >&2
}

#
# Topology
#

roles="client gw server"

# The name of a role's namespace.
ns() {
	echo "$1-$$"
}

in_ns() {
	local role=$1
	shift
	ip netns exec "$role-$$" "$@"
}

in_client() { in_ns client "$@"; }
in_gw() { in_ns gw "$@"; }
in_server() { in_ns server "$@"; }

# guard WORD...: a statement for the gateway.
guard() { in_gw mailguard "$@"; }

# add_link ROLE N NAME: a host eth0 and the gateway's end NAME of its network.
add_link() {
	ip link add eth0 netns "$1-$$" type veth peer name "$3" netns "gw-$$"
	ip -n "$1-$$" -b - <<-END
		link set lo up
		link set eth0 up
		addr add 10.0.$2.2/24 dev eth0
		addr add fd00:$2::2/64 dev eth0 nodad
		route add default via 10.0.$2.1
		route add default via inet6 fd00:$2::1
	END
	ip -n "gw-$$" -b - <<-END
		link set lo up
		link set $3 up
		addr add 10.0.$2.1/24 dev $3
		addr add fd00:$2::1/64 dev $3 nodad
	END
}

add_ns() {
	ip netns add "$1-$$" || skip_all "no network namespaces"
	# A shell starts sooner than sysctl. If a forged packet leaves the gateway
	# by the interface it came in by, the gateway sends a redirect. A server
	# that accepts it looks for the client on its own network.
	in_ns "$1" sh -c 'cd /proc/sys/net/ipv6/conf &&
		echo 0 >all/accept_dad && echo 0 >default/accept_dad &&
		echo 0 >all/accept_redirects &&
		echo 0 >default/accept_redirects'
}

# add_role ROLE: one more than client, gw and server.
add_role() {
	roles="$roles $1"
	add_ns "$1"
}

setup_topology() {
	local role
	[ "$(id -u)" -eq 0 ] || skip_all "must be root"
	need ip
	for role in $roles; do
		add_ns "$role"
	done
	in_gw sh -c 'cd /proc/sys/net &&
		echo 1 >ipv4/ip_forward && echo 1 >ipv6/conf/all/forwarding'
	add_link client 1 outside
	add_link server 2 inside
}

# The addresses of IPv6 do not survive it when a link changes its master.
change_master() {
	ip -n "gw-$$" -b - <<-END
		link set outside $*
		link set inside $*
		addr replace $GW6/64 dev outside nodad
		addr replace fd00:2::1/64 dev inside nodad
	END
}

# Both networks belong to a VRF of the gateway.
join_vrf() {
	ip -n "gw-$$" link add blue type vrf table 10
	ip -n "gw-$$" link set blue up
	change_master master blue
}

leave_vrf() {
	change_master nomaster
	ip -n "gw-$$" link del blue
}

# Everything that runs in a namespace.
pids_in() {
	ip netns pids "$1-$$" 2>/dev/null
}

cleanup() {
	local role status=$?
	if [ $tap_finished = no ]; then
		fail "the test came to its end"
		echo "1..$tap_count"
		status=1
	fi
	# Not "kill 0": the one who started us is in our process group. The shell
	# tells of every one it killed; nobody wants to know.
	exec 2>/dev/null
	for role in $roles; do
		pids_in "$role"
	done | xargs -r kill -KILL 2>/dev/null
	[ ! -s "$TMP/peers/pid" ] || kill -KILL "$(<"$TMP/peers/pid")"
	jobs -p | xargs -r kill -KILL 2>/dev/null
	wait 2>/dev/null
	for role in $roles; do
		[ ! -e "/run/netns/$role-$$" ] || ip netns del "$role-$$"
	done
	rm -rf "$TMP"
	exit $status
}

trap cleanup EXIT
trap 'exit 1' HUP INT TERM

complaints=$("$LIB/../vm/complaints" | wc -l)

#
# The command on the gateway
#

# load DESCRIPTION <FILE: it must be accepted.
load() {
	local said
	if said=$(in_gw mailguard -f - 2>&1); then
		pass "$1"
	else
		fail "$1" "$said"
	fi
}

# counter [POLICY] NAME: of the default policy, if none is named.
counter() {
	local policy=default
	[ $# -eq 1 ] || { policy=$1; shift; }
	in_gw mailguard --all list counters |
		awk -v policy="$policy" -v name="$1" '
			$1 == "policy" { at = $2 }
			at == policy && $1 == name { print $2 }'
}

# list_at NAME: the connections as soon as an event has happened.
list_at() {
	wait_for 30 test -e "$TMP/events/$1"
	in_gw mailguard list connections
}

#
# Mail past the guard, whatever the way
#

# A server's key and certificate, and both in one file.
certify() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
		-nodes -days 2 -subj /CN=mx.example.org \
		-keyout "$TMP/key" -out "$TMP/cert" 2>/dev/null
	cat "$TMP/key" "$TMP/cert" >"$TMP/pem"
	chmod 644 "$TMP/pem"
}

# certify_by_ca: a server's certificate, of an authority that only this test knows. Since
# Debian 13 swaks wants the address in it that it was told.
certify_by_ca() {
	certify
	mv "$TMP/cert" "$TMP/ca"
	mv "$TMP/key" "$TMP/ca-key"
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
		-subj /CN=mx.example.org \
		-addext "subjectAltName=DNS:mx.example.org,IP:$SERVER4" \
		-keyout "$TMP/server-key" -out "$TMP/request" 2>/dev/null
	openssl x509 -req -in "$TMP/request" -CA "$TMP/ca" -CAkey "$TMP/ca-key" \
		-CAcreateserial -days 2 -copy_extensions copy \
		-out "$TMP/server-cert" 2>/dev/null
	cat "$TMP/server-key" "$TMP/server-cert" >"$TMP/pem"
}

# mail_server ROLE: on port 25, it takes everything.
mail_server() {
	mkdir -p "$TMP/mail-$1"
	in_ns "$1" python3 "$LIB/mail_load.py" receive 25 \
		"$TMP/mail-$1/received" >"$TMP/mail-$1/log" 2>&1 &
	wait_listen "$1" 25
}

# How many connections, commands, denied commands and mails were counted, besides
# those that are given.
mail_counters() {
	in_gw mailguard list counters | awk -v before="$*" '
		{ n[$1] += $2 }
		END {
			split(before, b)
			print n["connections"] - b[1], n["commands"] - b[2],
				n["denied-verb"] - b[3], n["messages"] - b[4]
		}'
}

# mail_passes DESCRIPTION ROLE "HOST..." PORT [OPTION...]: from there to each
# mail_server, with the options of guarded_mail.py.
mail_passes() {
	local what=$1 role=$2 hosts=$3 port=$4 before counted
	shift 4
	truncate -s 0 "$TMP"/mail-*/received
	before=$(mail_counters)
	# shellcheck disable=SC2086 # words
	if counted=$(in_ns "$role" "$LIB/guarded_mail.py" "$@" "$TMP/wanted" \
			"$port" $hosts 2>&1); then
		pass "$what: the client sees what it may"
	else
		fail "$what: the client sees what it may" "$counted"
	fi
	is "$(sort "$TMP"/mail-*/received | diff <(sort "$TMP/wanted") - |
		head)" "" "$what: the mail arrives, and no denied command"
	# shellcheck disable=SC2086 # numbers
	is "$(mail_counters $before)" "$counted" \
		"$what: everything is judged once"
}

# Packets that anybody found to have a wrong checksum.
bad_checksums() {
	local role
	for role in client gw server; do
		in_ns $role nstat -asz TcpInCsumErrors | grep TcpIn
	done | awk '{ n += $2 } END { print n }'
}

# readme_example NAME: what README shows below this comment.
readme_example() {
	awk -v mark="<!-- example: $1 -->" '
		$0 == mark { fences = 2 }
		/^```$/ { fences--; next }
		fences == 1' "$TOP/README.md"
}

#
# Scripted peers: smtp_script.py tells the statements
#

# Others on the machine may not ask.
peers_key=$SRANDOM$SRANDOM

# start_peers: smtp_peers.py, unless it runs. A "wait" must not wait for it.
start_peers() {
	local dir=$TMP/peers
	if [ ! -e "$dir" ] && mkdir "$dir" 2>/dev/null; then
		PEERS_KEY=$peers_key "$LIB/smtp_peers.py" "$dir/port" \
			</dev/null >"$dir/log" 2>&1 &
		echo $! >"$dir/pid"
		disown $!
	fi
	wait_for 60 test -s "$dir/port"
}

# ask_peers FIELD...: a request of smtp_peers.py, on behalf of who calls this: it
# reads our standard input, and appends to our standard output, which has another
# number while printf writes to the peers. The answer is in $answer.
ask_peers() {
	local IFS=$'\t' peer output
	answer=
	start_peers || return
	exec {peer}<>"/dev/tcp/127.0.0.1/$(<"$TMP/peers/port")" || return
	exec {output}>&1
	printf '%s\n' "$peers_key	$BASHPID	$output	$*" >&"$peer"
	read -ru "$peer" answer
	exec {output}>&- {peer}>&-
}

# smtp_talk ROLE HOST PORT [OPTION...] <SCRIPT: prints what was received.
smtp_talk() {
	ask_peers talk "$1-$$" --events "$TMP/events" "${@:2}"
	[ "$answer" = 0 ]
}

# smtp_server ROLE PORT [OPTION...] <SCRIPT: serves in the background.
smtp_server() {
	ask_peers server "$1-$$" "$TMP/server-$1-$2" \
		--events "$TMP/events" "${@:3}" "$2"
	[ -n "$answer" ] || note "nobody listens on port $2 of $1" >&2
}

# smtp_server_stop ROLE PORT: and forget what it received.
smtp_server_stop() {
	local dir=$TMP/server-$1-$2 pid
	pid=$(<"$dir/pid")
	kill "$pid"
	wait_for 30 test ! -e "/proc/$pid"
	rm -rf "$dir"
}

# received ROLE PORT [N]: the bytes the server got on its N-th connection.
received() {
	cat "$TMP/server-$1-$2/received.${3:-1}"
}

# received_lines ROLE PORT [N]: the same, escaped, one line a line.
received_lines() {
	ask_peers lines "$TMP/server-$1-$2/received.${3:-1}"
}

# served ROLE PORT [N]: did the server's script come to its end as written?
served() {
	local dir=$TMP/server-$1-$2
	wait_for 60 test -s "$dir/received.${3:-1}.end"
	[ "$(<"$dir/received.${3:-1}.end")" = ok ] || {
		cat "$dir/log"
		return 1
	}
}

# happen NAME: the event the script's "await NAME" waits for.
happen() {
	touch "$TMP/events/$1"
}

#
# Postfix, a configuration and a queue of its own for each instance
#

# The services an instance needs, none of them in a chroot.
postfix_master() {
	local name
	# service type private unprivileged chroot wakeup processes command
	cat <<-END
		pickup unix n - n 60 1 pickup
		cleanup unix n - n - 0 cleanup
		qmgr unix n - n 300 1 qmgr
		rewrite unix - - n - - trivial-rewrite
		flush unix n - n 1000? 0 flush
		showq unix n - n - - showq
		proxymap unix - - n - - proxymap
		proxywrite unix - - n - 1 proxymap
		verify unix - - n - 1 verify
		virtual unix - n n - - virtual
		local unix - n n - - local
		postlog unix-dgram n - n - 1 postlogd
		tlsmgr unix - - n 1000? 1 tlsmgr
	END
	for name in bounce defer trace; do
		echo "$name unix - - n - 0 bounce"
	done
	for name in smtp relay; do
		echo "$name unix - - n - - smtp"
	done
	for name in anvil scache; do
		echo "$name unix - - n - 1 $name"
	done
	for name in lmtp error retry discard; do
		echo "$name unix - - n - - ${name/retry/error}"
	done
}

# postfix_main DIR: no lookups in the DNS, a log and mail we can read, and every
# address of example.org has the same mail directory. Postfix 3.9 and later would
# refuse commands that are pipelined without EHLO, and bare newlines, by itself.
postfix_main() {
	cat <<-END
		compatibility_level = 3.6
		queue_directory = $1/queue
		data_directory = $1/data
		maillog_file = $1/log
		maillog_file_prefixes = $1
		myhostname = mx.example.org
		mydestination =
		alias_maps =
		alias_database =
		inet_interfaces = all
		inet_protocols = all
		smtputf8_enable = no
		biff = no
		mynetworks = 127.0.0.0/8
		smtpd_peername_lookup = no
		smtpd_relay_restrictions = reject_unauth_destination
		smtpd_forbid_unauth_pipelining = no
		smtpd_forbid_bare_newline = no
		smtpd_tls_security_level = none
		smtp_tls_security_level = none
		smtp_dns_support_level = disabled
		smtp_host_lookup = native
		in_flow_delay = 0
		virtual_mailbox_domains = example.org
		virtual_mailbox_base = $1/mail
		virtual_mailbox_maps = static:inbox/
		virtual_uid_maps = static:65534
		virtual_gid_maps = static:65534
	END
}

# The directories that "postfix check" would make, but quicker.
postfix_queue() {
	local queue=$1/queue
	mkdir -p "$queue"/{pid,active,bounce,corrupt,defer,deferred,flush,hold} \
		"$queue"/{incoming,maildrop,private,public,saved,trace} \
		"$1/data" "$1/mail/inbox"
	chown -R postfix "$queue"/*/ "$1/data"
	chown root "$queue/pid"
	chmod 700 "$queue"/*/ "$1/data"
	chmod 755 "$queue/pid"
	chgrp postdrop "$queue/maildrop" "$queue/public"
	chmod 730 "$queue/maildrop"
	chmod 710 "$queue/public"
	chown -R 65534:65534 "$1/mail"
}

# Of lines "name = value", the last of each name: Postfix grumbles about others.
last_of_each() {
	tac | awk '!seen[$1]++'
}

# postfix_instance ROLE KIND [LINE...]: start it, with further lines of main.cf.
postfix_instance() {
	local role=$1 kind=$2
	local dir=$TMP/$kind-$role
	shift 2
	need postconf
	postfix_queue "$dir"
	{ postfix_main "$dir"; printf '%s\n' "$@"; } | last_of_each >"$dir/main.cf"
	postfix_master >"$dir/master.cf"
	[ "$kind" = relay ] ||
		echo "${POSTFIX_PORT:-25} inet n - n - - smtpd" >>"$dir/master.cf"
	in_ns "$role" "$(postconf -hd daemon_directory)/master" -c "$dir" \
		>"$dir/master.log" 2>&1 &
	wait_for 60 test -s "$dir/queue/pid/master.pid" ||
		note "postfix does not start" "$(cat "$dir/master.log")" >&2
}

# postfix_start ROLE [LINE...]: a server on port 25, or POSTFIX_PORT.
postfix_start() {
	postfix_instance "$1" postfix "${@:2}"
	wait_listen "$1" "${POSTFIX_PORT:-25}"
}

# postfix_sasl ROLE MECHANISMS [LINE...]: a server where joe logs in, whose password is
# secret. Releases of Debian look for the configuration of SASL in different places.
postfix_sasl() {
	local dir=$TMP/postfix-$1/sasl
	mkdir -p "$dir"
	printf '%s\n' "pwcheck_method: auxprop" "auxprop_plugin: sasldb" \
		"sasldb_path: $dir/sasldb2" "mech_list: $2" >"$dir/smtpd.conf"
	printf secret | saslpasswd2 -c -p -f "$dir/sasldb2" -u example.org joe
	chmod 644 "$dir/sasldb2"
	postfix_start "$1" "cyrus_sasl_config_path = $dir" \
		"smtpd_sasl_auth_enable = yes" \
		"smtpd_sasl_local_domain = example.org" \
		"smtpd_error_sleep_time = 0s" "${@:3}"
}

# postfix_client ROLE HOST PORT [LINE...]: an instance without a server, which
# sends all mail to HOST. It takes such a server for a PIX at once, not only
# when a mail has waited for minutes.
postfix_client() {
	postfix_instance "$1" relay "relayhost = [$2]:$3" \
		"myhostname = client.example.net" \
		"virtual_mailbox_domains =" \
		"smtp_pix_workaround_threshold_time = 0s" \
		"smtp_pix_workaround_delay_time = 1s" \
		"minimal_backoff_time = 5s" "maximal_backoff_time = 5s" \
		"queue_run_delay = 5s" "${@:4}"
}

# postfix_send ROLE FROM TO <MESSAGE: hand a mail to the role's client.
postfix_send() {
	MAIL_CONFIG=$TMP/relay-$1 in_ns "$1" /usr/sbin/sendmail -i -f "$2" "$3"
}

# postfix_log ROLE [KIND]: the path of the log; KIND is postfix or relay.
postfix_log() {
	echo "$TMP/${2:-postfix}-$1/log"
}

# logged ROLE KIND REGEX DESCRIPTION: Postfix's log has a line like this, sooner or
# later: another process writes it.
logged() {
	local log
	log=$(postfix_log "$1" "$2")
	wait_for 30 grep -qE -e "$3" "$log"
	like "$(cat "$log")" "$3" "$4"
}

# postfix_mails ROLE [KIND]: the paths of the mails delivered, oldest first. KIND
# is postfix, or exim for those of Exim.
postfix_mails() {
	find "$TMP/${2:-postfix}-$1/mail/inbox/new" -type f -printf '%T@ %p\n' \
		2>/dev/null | sort -n | cut -d ' ' -f 2-
}

# has_mails ROLE N [KIND]: have so many arrived? For wait_for.
has_mails() {
	local files=("$TMP/${3:-postfix}-$1/mail/inbox/new"/*)
	[ -e "${files[0]}" ] || files=()
	[ ${#files[@]} -ge "$2" ]
}

# mail_body FILE: the content without the header, as it was stored.
mail_body() {
	sed '1,/^\r*$/d' "$1"
}

# postfix_stop ROLE [KIND]
postfix_stop() {
	local pid
	pid=$(cat "$TMP/${2:-postfix}-$1/queue/pid/master.pid")
	kill "$pid"
	wait_for 30 test ! -e "/proc/${pid// /}"
}

#
# Exim, which kernels.sh unpacked
#

exim_unpacked() {
	echo "$("$LIB/../vm/kernels.sh" path exim)/usr/sbin/exim4"
}

has_exim() {
	[ -x "$(exim_unpacked)" ]
}

# exim_main DIR [LINE...]: like that of Postfix, with further lines. With a line
# "RELAY = HOST" all mail goes there, with "SHARED = yes" in one transaction for all
# recipients; with "CERTIFICATE = FILE" it offers STARTTLS.
exim_main() {
	local dir=$1
	shift
	cat <<-END
		exim_path = $dir/exim4
		exim_user = nobody
		exim_group = nogroup
		deliver_drop_privilege
		spool_directory = $dir/spool
		log_file_path = $dir/spool/%slog
		pid_file_path = $dir/pid
		primary_hostname = mx.example.org
		local_interfaces = <; 0.0.0.0 ; ::0
		keep_environment =
		chunking_advertise_hosts = *
		acl_smtp_rcpt = rcpt
		$(printf '%s\n' "$@")
		.ifdef CERTIFICATE
		tls_advertise_hosts = *
		tls_certificate = CERTIFICATE
		.else
		tls_advertise_hosts =
		.endif
		begin acl
		rcpt:
		  accept domains = example.org
		begin routers
		.ifdef RELAY
		relay:
		  driver = manualroute
		  route_list = * RELAY
		  transport = relay
		.endif
		inbox:
		  driver = accept
		  transport = inbox
		begin transports
		relay:
		  driver = smtp
		  .ifndef SHARED
		  max_rcpt = 1
		  .endif
		inbox:
		  driver = appendfile
		  directory = $dir/mail/inbox
		  maildir_format
	END
}

# exim_prepare ROLE [LINE...]: it must be able to run itself as nobody.
exim_prepare() {
	local dir=$TMP/exim-$1
	mkdir -p "$dir"/{etc/exim4,over,spool,mail/inbox}
	chown -R 65534:65534 "$dir"/{spool,mail}
	install -m 755 "$(exim_unpacked)" "$dir/exim4"
	exim_main "$dir" "${@:2}" >"$dir/etc/exim4/exim4.conf"
	{ cat /etc/passwd; echo "Debian-exim:x:65534:65534:::"; } \
		>"$dir/etc/passwd"
	{ cat /etc/group; echo "Debian-exim:x:65534:"; } >"$dir/etc/group"
}

# exim_run ROLE ARG...: the path of its configuration is built in, and so is its
# user, whose name not every machine knows: it has an /etc of its own. What lies
# over another cannot itself be such a layer, as $TMP may.
exim_run() {
	# shellcheck disable=SC2016 # for that shell
	in_ns "$1" sh -ec '
		dir=$1
		shift
		mount -t tmpfs over "$dir/over"
		cp -r "$dir/etc" "$dir/over"
		mkdir "$dir/over/work"
		mount -t overlay -o "lowerdir=/etc,upperdir=$dir/over/etc,workdir=$dir/over/work" \
			etc /etc
		exec "$dir/exim4" "$@"' exim "$TMP/exim-$1" "${@:2}"
}

# exim_start ROLE [LINE...]: a server on port 25.
exim_start() {
	exim_prepare "$@"
	exim_run "$1" -bdf >"$TMP/exim-$1/log" 2>&1 &
	wait_listen "$1" 25
}

# exim_send ROLE FROM TO HOST [LINE...] <MESSAGE: send a mail there at once.
exim_send() {
	exim_prepare "$1" "RELAY = $4" "${@:5}"
	exim_run "$1" -odf -oi -f "$2" "$3"
}

# exim_stop ROLE
exim_stop() {
	local pid
	pid=$(cat "$TMP/exim-$1/pid")
	kill "$pid"
	wait_for 30 test ! -e "/proc/$pid"
}

#
# sendmail, which kernels.sh unpacked
#

sendmail_unpacked() {
	echo "$("$LIB/../vm/kernels.sh" path sendmail)/usr/libexec/sendmail/sendmail"
}

has_sendmail() {
	[ -x "$(sendmail_unpacked)" ]
}

# sendmail_mc DIR NAME [LINE...]: like the configuration of Postfix, with further
# lines of m4. Nothing is looked up in the DNS, and a shell delivers. STARTTLS is
# offered after certify.
sendmail_mc() {
	local dir=$1 name=$2 cf
	shift 2
	cf=$("$LIB/../vm/kernels.sh" path sendmail)/usr/share/sendmail/cf
	cat <<-END
		define(\`_CF_DIR_', \`$cf/')dnl
		include(\`$cf/m4/cf.m4')
		OSTYPE(\`bsd4.4')
		define(\`confDOMAIN_NAME', \`$name')
		define(\`confSERVICE_SWITCH_FILE', \`$dir/switch')
		define(\`confRUN_AS_USER', \`nobody:nogroup')
		define(\`confDONT_BLAME_SENDMAIL', \`TrustStickyBit')
		define(\`confPID_FILE', \`$dir/pid')
		define(\`confTO_IDENT', \`0')
		define(\`QUEUE_DIR', \`$dir/queue')
		define(\`STATUS_FILE', \`')
		define(\`ALIAS_FILE', \`')
		define(\`LOCAL_MAILER_PATH', \`/bin/sh')
		define(\`LOCAL_MAILER_ARGS', \`sh $dir/deliver \$u')
		define(\`_DEF_LOCAL_MAILER_FLAGS', \`lsDFMn')
		define(\`LOCAL_MAILER_FLAGS', \`')
		DAEMON_OPTIONS(\`Name=MTA, Family=inet6, Addr=::, Port=25')
		FEATURE(\`no_default_msa')
		FEATURE(\`nocanonify')
		FEATURE(\`accept_unresolvable_domains')
		ifelse($([ -e "$TMP/cert" ] && echo yes), \`yes', \`
		define(\`confSERVER_CERT', \`$TMP/cert')
		define(\`confSERVER_KEY', \`$dir/key')
		define(\`confCACERT', \`$TMP/cert')
		define(\`confCACERT_PATH', \`$TMP')')
		$(printf '%s\n' "$@")
		MAILER(\`local')
		MAILER(\`smtp')
		LOCAL_CONFIG
		ifdef(\`SMART_HOST',, \`Cwexample.org')
	END
}

# sendmail_prepare ROLE NAME [LINE...]
sendmail_prepare() {
	local dir=$TMP/sendmail-$1
	mkdir -p "$dir"/{queue,mail/inbox/tmp,mail/inbox/new}
	chown -R 65534:65534 "$dir"/{queue,mail}
	chmod 700 "$dir/queue"
	[ ! -e "$TMP/key" ] ||
		install -m 600 -o 65534 "$TMP/key" "$dir/key"
	echo "hosts files" >"$dir/switch"
	echo "127.0.0.1 $2 localhost" >"$dir/hosts"
	echo "$2" >"$dir/name"
	: >"$dir/resolv.conf"
	cat >"$dir/deliver" <<-END
		mail=\$(mktemp $dir/mail/inbox/tmp/XXXXXXXX) &&
			cat >\$mail && mv \$mail $dir/mail/inbox/new
	END
	sendmail_mc "$dir" "${@:2}" | m4 >"$dir/sendmail.cf"
}

# sendmail_run ROLE ARG...: before it reads its configuration it looks for its own
# name, in the DNS too, and waits a minute if it finds none.
sendmail_run() {
	# shellcheck disable=SC2016 # for that shell
	in_ns "$1" unshare --uts sh -ec '
		dir=$1
		shift
		cat "$dir/name" >/proc/sys/kernel/hostname
		for file in hosts resolv.conf; do
			[ ! -e /etc/$file ] ||
				mount --bind "$dir/$file" /etc/$file
		done
		exec "$@"' sendmail "$TMP/sendmail-$1" \
		"$(sendmail_unpacked)" -C "$TMP/sendmail-$1/sendmail.cf" "${@:2}"
}

# sendmail_start ROLE [LINE...]: a server on port 25.
sendmail_start() {
	sendmail_prepare "$1" mx.example.org "${@:2}"
	sendmail_run "$1" -bD >"$TMP/sendmail-$1/log" 2>&1 &
	wait_listen "$1" 25
}

# sendmail_send ROLE FROM TO HOST <MESSAGE: send a mail there at once.
sendmail_send() {
	sendmail_prepare "$1" client.example.net \
		"define(\`SMART_HOST', \`relay:[$4]')"
	sendmail_run "$1" -bm -Am -odi -oi -f "$2" "$3"
}

# sendmail_stop ROLE
sendmail_stop() {
	local pid
	pid=$(head -n 1 "$TMP/sendmail-$1/pid")
	kill "$pid"
	wait_for 30 test ! -e "/proc/$pid"
}

#
# OpenSMTPD, which kernels.sh unpacked
#

opensmtpd_unpacked() {
	"$LIB/../vm/kernels.sh" path opensmtpd
}

has_opensmtpd() {
	[ -x "$(opensmtpd_unpacked)/usr/sbin/smtpd" ]
}

# opensmtpd_conf DIR [RELAY]: every address of example.org has the same mail
# directory; with RELAY, a URL, all mail goes there. It offers no STARTTLS: with
# OpenSSL 3 its handshake with a key of its own fails.
opensmtpd_conf() {
	local dir=$1
	if [ $# -gt 1 ]; then
		cat <<-END
			listen on lo
			action "out" relay host $2 helo client.example.net
			match from any for any action "out"
		END
		return
	fi
	cat <<-END
		table users { "@" = "nobody" }
		listen on 0.0.0.0 hostname mx.example.org
		listen on :: hostname mx.example.org
		action "inbox" maildir "$dir/mail/inbox" virtual <users>
		match from any for domain example.org action "inbox"
	END
}

# opensmtpd_prepare ROLE [RELAY]
opensmtpd_prepare() {
	local dir=$TMP/opensmtpd-$1
	mkdir -p "$dir"/{etc,over,mail/inbox}
	chown -R 65534:65534 "$dir/mail"
	{
		cat /etc/passwd
		echo "opensmtpd:x:65532:65532::/nonexistent:/bin/false"
		echo "opensmtpq:x:65533:65533::/nonexistent:/bin/false"
	} >"$dir/etc/passwd"
	{
		cat /etc/group
		echo "opensmtpd:x:65532:"
		echo "opensmtpq:x:65533:"
	} >"$dir/etc/group"
	echo mx.example.org >"$dir/etc/mailname"
	: >"$dir/etc/resolv.conf"
	opensmtpd_conf "$dir" "${@:2}" >"$dir/etc/smtpd.conf"
}

# opensmtpd_run ROLE: its paths are built in, so it has directories of its own
# there.
opensmtpd_run() {
	# shellcheck disable=SC2016 # for that shell
	in_ns "$1" sh -ec '
		unpacked=$1 dir=$2
		mount -t tmpfs over "$dir/over"
		cp -r "$dir/etc" "$dir/over"
		mkdir -p "$dir/over/work"
		mount -t overlay -o "lowerdir=/etc,upperdir=$dir/over/etc,workdir=$dir/over/work" \
			etc /etc
		mount --bind "$unpacked/usr/libexec" /usr/libexec
		for path in /run /var/lib /var/spool; do
			mount -t tmpfs -o mode=755 own $path
		done
		mkdir -p /var/lib/opensmtpd/empty
		echo $$ >"$dir/pid"
		exec "$unpacked/usr/sbin/smtpd" -d' opensmtpd \
		"$(opensmtpd_unpacked)" "$TMP/opensmtpd-$1"
}

# opensmtpd_start ROLE: a server on port 25.
opensmtpd_start() {
	opensmtpd_prepare "$@"
	opensmtpd_run "$1" >"$TMP/opensmtpd-$1/log" 2>&1 &
	wait_listen "$1" 25
}

# opensmtpd_client ROLE RELAY: one that sends all mail to RELAY, such as
# smtp://10.0.2.2, which goes on without TLS where there is none, or
# smtp+tls://10.0.2.2, which insists on it and on a certificate it knows, unless
# "tls no-verify" follows.
opensmtpd_client() {
	opensmtpd_start "$@"
}

# opensmtpd_send ROLE FROM TO <MESSAGE: hand a mail to the role's client.
opensmtpd_send() {
	in_ns "$1" swaks --server 127.0.0.1 --silent 2 --from "$2" --to "$3" \
		--data -
}

# opensmtpd_stop ROLE
opensmtpd_stop() {
	local pid
	pid=$(cat "$TMP/opensmtpd-$1/pid")
	kill "$pid"
	wait_for 30 test ! -e "/proc/$pid"
}
