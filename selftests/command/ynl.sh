#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's YNL client, which reads the netlink specification, and mailguard
# say the same to the module and hear the same from it.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard python3
python3 -c "import yaml" 2>/dev/null || skip_all "no Python module yaml"
source=$("$TOP/selftests/vm/kernels.sh" path source)
spec=$TOP/Documentation/netlink/specs/mailguard.yaml
[ -d "$source/tools/net/ynl/lib" ] || skip_all "no YNL client"
setup_topology
guard list ruleset >/dev/null	# loads the module

ynl() {
	in_gw python3 "$(dirname "$0")/ynl.py" "$source/tools/net/ynl" "$spec" "$@"
}

# Every attribute that a policy has.
all='{"name": "all", "banner": {"text": "SMTP/cmap ready", "fill": 95,
	"keep": "20"},
	"commands": {"verb": ["helo", "mail", "rcpt", "data", "quit"],
		"own": ["XLOCAL"]},
	"denied-write": "noop",
	"denied-reply": {"code": 500, "text": "No", "fill": 46, "keep": "a"},
	"ehlo-downgrade": true, "line-length": 100, "line-length-mail": 200,
	"actions": {"pipe": "blank", "brackets": "reset", "truncated": "reset",
		"bare-lf": "deny", "reply": "pass", "pipelining": "hold",
		"end-of-data": "lf", "proxy-protocol": "accept",
		"asymmetric": "pass", "prdr": "pass"}}'

# The same in the policy language, as it is printed.
all_printed='policy all {
	banner text "SMTP/cmap ready" fill "_" keep "02"
	commands { helo, mail, rcpt, data, quit, "xlocal" }
	denied noop reply 500 "No" fill "." keep "a"
	ehlo downgrade
	line-length 100
	line-length mail 200
	address pipe blank
	address brackets reset
	truncated reset
	bare-lf deny
	unexpected-reply pass
	pipelining hold
	end-of-data lf
	proxy-protocol accept
	asymmetric pass
	prdr pass
}'

# printed NAME: a policy as mailguard prints it.
printed() {
	guard list ruleset | sed -n "/^policy $1 {/,/^}/p"
}

# known NAME: a policy as ynl prints it.
known() {
	ynl policies | grep "\"name\": \"$1\""
}

test_policies() {
	local first
	ok_if "ynl adds a policy of every attribute" ynl add "$all"
	is "$(printed all)" "$all_printed" "mailguard prints what ynl added"
	first=$(known all)
	like "$first" '"end-of-data": "lf"' "ynl dumps it"
	ok_if "mailguard adds the same policy" \
		guard add "$(sed 's/$/;/; s/{;/{/; s/};$/}/; $ s/;//' <<<"$all_printed")"
	is "$(known all)" "$first" "ynl dumps what mailguard added"
	is "$(ynl policies | grep -o '"name": "[^"]*"' | sort)" \
		'"name": "all"
"name": "default"' "ynl dumps every policy"
}

test_refusals() {
	like "$(ynl add '{"name": "bad", "commands": {"verb": ["helo"]},
		"line-length": 63}')" "integer out of range" \
		"a number out of range is refused"
	like "$(ynl add '{"name": "bad", "commands": {"verb": ["helo"]},
		"actions": {"prdr": "hold"}}')" "not possible here" \
		"an action that the anomaly does not have is refused"
	is "$(known bad)" "" "nothing was added"
}

test_connections() {
	local dumped listed
	ok_if "port 25 is guarded" guard fixup protocol smtp 25 policy all
	smtp_server server 25 <<<"auto"
	smtp_talk client $SERVER4 25 >"$TMP/talk" <<-'END' &
		< 220
		> HELO client.example.net
		< 250
		> HELP
		< 500
		touch greeted
		await listed
		> QUIT
		< 221
		eof
	END
	wait_for 30 test -e "$TMP/events/greeted"
	dumped=$(ynl connections)
	listed=$(guard list connections)
	touch "$TMP/events/listed"
	wait $!
	is $? 0 "a connection goes on to its end"
	like "$dumped" "policy all state command passed 1 denied 1" \
		"ynl dumps the connection"
	is "$dumped" "$listed" "mailguard lists the same"
	dumped=$(ynl counters)
	like "$dumped" "^	denied-verb  *1$" "ynl dumps counters"
	is "$dumped" "$(guard list counters)" \
		"mailguard lists the same counters under the same names"
}

test_policies
test_refusals
test_connections

finish
