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
		"own": ["XLOCAL"],
		"judged": [{"verb": "vrfy", "verdict": "noop",
				"reply": {"code": 252, "text": "Send some mail"}},
			{"own": "XWATCH", "verdict": "log"}]},
	"denied-write": "noop",
	"denied-reply": {"code": 500, "text": "No", "fill": 46, "keep": "a"},
	"ehlo-downgrade": true,
	"keywords": {"word": ["Size", "starttls", "X_PIPE_CONNECT"],
		"except": true},
	"auth-mechanisms": {"word": ["PLAIN", "scram-sha-256"]},
	"line-length": 100, "line-length-mail": 200,
	"sender-domains": {"domain": [".example.net", "example.net"],
		"except": true},
	"recipient-domains": {"domain": ["example.org"]},
	"helo-domains": {"domain": ["[192.0.2.1]"], "except": true},
	"tls-minimum": "1-2",
	"event-rate": 1000,
	"actions": {"pipe": "blank", "brackets": "reset", "truncated": "reset",
		"bare-lf": "deny", "reply": "pass", "pipelining": "hold",
		"end-of-data": "lf", "proxy-protocol": "accept",
		"asymmetric": "pass", "prdr": "pass",
		"wording": "neutral", "early-talk": "reset", "foreign": "deny"},
	"marks": {"mark": [{"event": "reset", "kind": "connection",
			"value": 1, "mask": 4294967295},
		{"event": "limit", "kind": "packet", "value": 18, "mask": 255}]},
	"offenders": {"event": "auth-failed", "after": 3, "seconds": 5400,
		"mask": 65280}}'

# A reply line of 63 bytes, CR and LF excluded, is too long for it.
short='{"name": "short", "commands": {"verb": ["noop", "data", "quit"]},
	"reply-line-length": 64, "actions": {"reply-length": "reset"}}'
reply="250 12345678901234567890123456789012345678901234567890123456789"

# The same in the policy language, as it is printed.
all_printed='policy all {
	banner text "SMTP/cmap ready" fill "_" keep "02"
	commands { helo, mail, rcpt, data, quit, "xlocal", vrfy : noop reply 252 "Send some mail", "xwatch" : log }
	denied noop reply 500 "No" fill "." keep "a"
	ehlo downgrade
	keywords !{ size, starttls, x_pipe_connect }
	auth-mechanisms { plain, scram-sha-256 }
	line-length 100
	line-length mail 200
	address pipe blank
	address brackets reset
	sender-domains !{ .example.net, example.net }
	recipient-domains { example.org }
	helo-domains !{ "[192.0.2.1]" }
	truncated reset
	bare-lf deny
	unexpected-reply pass
	pipelining hold
	end-of-data lf
	proxy-protocol accept
	asymmetric pass
	prdr pass
	replies neutral
	tls-minimum 1.2
	early-talk reset
	foreign deny
	on reset mark connection 0x1
	on limit mark packet 0x12/0xff
	event-rate 1000
	offenders after 3 auth-failed for 1h30m mark 0xff00
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
	is "$(ynl policy all)" "$first" "it gets the same of this policy alone"
	is "$(grep -c '"domain"' <<<"$first")" 3 \
		"each set of domains comes in a message of its own"
	is "$(ynl policies | grep -o '"name": "[^"]*"' | sort -u)" \
		'"name": "all"
"name": "default"' "ynl dumps every policy"
}

# More domains than one message has room for.
test_many_domains() {
	local names
	names=$(seq -f '.d%.0f.e' 4000)
	guard -f - <<-END
		policy many {
			commands { quit }
			sender-domains { $names }
			recipient-domains { $names }
		}
	END
	is $? 0 "a policy of 8000 domains is taken"
	ynl policy many >"$TMP/many"
	is "$(grep -c '"name": "many"' "$TMP/many") $(grep -o '"\.d[0-9]*\.e"' \
		"$TMP/many" | sort | uniq -c | grep -c '^ *2 ')" "5 4000" \
		"ynl gets all of them, in 5 messages"
	ok_if "the policy is deleted" guard delete policy many
	like "$(ynl policy many)" "no such policy.*'bad-attr': '\\.name'" \
		"and is not known any more"
}

# What is as the default is not told, so that no one else need know it.
test_defaults() {
	local bare='{"name": "bare", "commands": {"verb": ["QUIT"]}'
	ok_if "ynl adds a policy of commands only" ynl add "$bare}"
	is "$(known bare)" '{"commands": {"verb": ["QUIT"]}, "name": "bare"}' \
		"its name and its commands are told"
	ok_if "ynl says every default" ynl add "$bare, "'"denied-write": "x",
		"line-length": 512, "line-length-mail": 2048,
		"actions": {"pipe": "deny", "brackets": "deny",
			"truncated": "deny", "bare-lf": "pass",
			"reply": "reset", "pipelining": "pass",
			"end-of-data": "reset", "proxy-protocol": "hold",
			"asymmetric": "drop", "prdr": "deny",
			"reply-length": "pass", "wording": "pass",
			"percent": "pass",
			"bang": "pass", "source-route": "pass",
			"double-at": "pass", "quoted": "pass", "8bit": "pass",
			"no-domain": "pass", "literal": "pass",
			"address-length": "pass", "local-part-length": "pass",
			"domain-length": "pass", "early-talk": "hold",
			"foreign": "reset", "helo-no-dot": "pass",
			"helo-literal": "pass", "helo-invalid": "pass"},
		"reply-line-length": 512, "address-length": 254,
		"local-part-length": 64, "domain-length": 255,
		"tls-minimum": "any", "event-rate": 100}'
	is "$(known bare)" '{"commands": {"verb": ["QUIT"]}, "name": "bare"}' \
		"the same is told"
	ok_if "ynl changes one number and one action" \
		ynl add "$bare"', "line-length": 513,
			"actions": {"prdr": "pass", "pipe": "deny"}}'
	is "$(known bare)" '{"actions": {"prdr": "pass"}, "commands": {"verb": ["QUIT"]}, "line-length": 513, "name": "bare"}' \
		"both are told besides"
	ok_if "ynl adds a banner of blanks" ynl add "$bare"', "banner": {}}'
	is "$(known bare)" '{"banner": {}, "commands": {"verb": ["QUIT"]}, "name": "bare"}' \
		"that there is one is told"
	like "$(printed bare)" '^	banner fill " "$' "mailguard prints it"
	is "$(known default)" '{"banner": {"fill": 42, "keep": "02"}, "commands": {"verb": ["HELO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT"]}, "denied-reply": {"code": 500, "text": "Command unrecognized"}, "name": "default"}' \
		"so is what makes the built-in policy"
	ok_if "the policy is deleted" guard delete policy bare
}

test_actions() {
	local expected
	read -r -d '' expected <<-'END'
		pipe pass blank deny reset
		.actions.pipe: possible here: pass, blank, deny, reset
		brackets pass blank deny reset
		.actions.brackets: possible here: pass, blank, deny, reset
		truncated deny reset
		.actions.truncated: possible here: deny, reset
		bare-lf pass deny reset
		.actions.bare-lf: possible here: pass, deny, reset
		reply pass reset
		.actions.reply: possible here: pass, reset
		pipelining pass hold
		.actions.pipelining: possible here: pass, hold
		end-of-data reset defang lf
		.actions.end-of-data: possible here: reset, defang, lf
		proxy-protocol hold accept
		.actions.proxy-protocol: possible here: hold, accept
		asymmetric pass drop
		.actions.asymmetric: possible here: pass, drop
		prdr pass deny
		.actions.prdr: possible here: pass, deny
		reply-length pass reset
		.actions.reply-length: possible here: pass, reset
		wording pass neutral
		.actions.wording: possible here: pass, neutral
		percent pass deny reset
		.actions.percent: possible here: pass, deny, reset
		bang pass deny reset
		.actions.bang: possible here: pass, deny, reset
		source-route pass deny reset
		.actions.source-route: possible here: pass, deny, reset
		double-at pass deny reset
		.actions.double-at: possible here: pass, deny, reset
		quoted pass deny reset
		.actions.quoted: possible here: pass, deny, reset
		8bit pass deny reset
		.actions.8bit: possible here: pass, deny, reset
		no-domain pass deny reset
		.actions.no-domain: possible here: pass, deny, reset
		literal pass deny reset
		.actions.literal: possible here: pass, deny, reset
		address-length pass deny reset
		.actions.address-length: possible here: pass, deny, reset
		local-part-length pass deny reset
		.actions.local-part-length: possible here: pass, deny, reset
		domain-length pass deny reset
		.actions.domain-length: possible here: pass, deny, reset
		early-talk reset hold
		.actions.early-talk: possible here: reset, hold
		starttls pass mask require
		.actions.starttls: possible here: pass, mask, require
		recipients pass deny reset close
		.actions.recipients: possible here: pass, deny, reset, close
		messages pass deny reset close
		.actions.messages: possible here: pass, deny, reset, close
		message-size pass deny reset
		.actions.message-size: possible here: pass, deny, reset
		refused-recipients pass reset close
		.actions.refused-recipients: possible here: pass, reset, close
		denied-commands pass reset close
		.actions.denied-commands: possible here: pass, reset, close
		auth-failures pass reset close
		.actions.auth-failures: possible here: pass, reset, close
		junk-commands pass reset close
		.actions.junk-commands: possible here: pass, reset, close
		foreign deny reset
		.actions.foreign: possible here: deny, reset
		helo-no-dot pass deny reset
		.actions.helo-no-dot: possible here: pass, deny, reset
		helo-literal pass deny reset
		.actions.helo-literal: possible here: pass, deny, reset
		helo-invalid pass deny reset
		.actions.helo-invalid: possible here: pass, deny, reset
	END
	is "$(ynl actions)" "$expected" \
		"each anomaly has its actions; others are refused at the attribute"
}

test_refusals() {
	local number
	like "$(ynl add '{"name": "bad", "commands": {"verb": ["helo"]},
		"keywords": {"word": ["size", "SIZE"]}}')" \
		"word is given twice.*'bad-attr': '\\.keywords\\.word'" \
		"a keyword that is given twice is refused"
	like "$(ynl add '{"name": "bad", "commands": {"verb": ["helo"]},
		"keywords": {"word": ["'"$(printf 'k%.0s' {1..25})"'"]}}')" \
		"'bad-attr': '\\.keywords\\.word'" "so is one of 25 bytes"
	like "$(ynl add '{"name": "bad", "commands": {"verb": ["auth"]},
		"auth-mechanisms": {"word": ["ntlm"], "except": true}}')" \
		"only the mechanisms that pass can be listed.*'bad-attr': '\\.auth-mechanisms'" \
		"mechanisms cannot be excepted"
	like "$(ynl add '{"name": "bad", "commands": {"verb": ["help"]},
		"keywords": {"word": ["size"]}}')" \
		"the policy permits no command" \
		"a list may not deny every command"
	for number in line-length line-length-mail reply-line-length; do
		like "$(ynl add '{"name": "bad", "commands": {"verb": ["helo"]},
			"'$number'": 63}')" \
			"integer out of range.*'min-value': 64, 'max-value': 12288.*'bad-attr': '\.$number'" \
			"$number out of its range is refused, and the range told"
	done
	is "$(known bad)" "" "nothing was added"
}

# Puts both into $dumped and $listed.
same_counters() {
	dumped=$(ynl counters)
	listed=$(guard --all list counters)
	[ "$dumped" = "$listed" ]
}

# field LINE NAME: a number in an event.
field() {
	grep -o "\"$2\": [0-9]*" <<<"$1" | grep -o '[0-9]*$'
}

# QUIT follows HELP, and the connection ends.
test_events() {
	local denied end
	denied=$(grep '"reason": "denied-verb"' "$TMP/told")
	like "$denied" '^event .*"address": "10.0.2.2".*"client": "10.0.1.2"' \
		"ynl is told of a denied command"
	like "$denied" '"done": "denied".*"text": "HELP"' "and what it was"
	end=$(grep '^connection-end' "$TMP/told")
	is "$(field "$end" id)" "$(field "$denied" id)" \
		"ynl is told of the end of the connection"
	is "$(field "$end" client-bytes)" 37 "how many bytes the client sent"
	is "$(field "$end" denied)" 1 "and how many commands were denied"
	like "$end" '"end": "fin".*"policy": "all".*"server-port": 25' \
		"why it ended, and where it went"
	fails_if "without CAP_NET_ADMIN nobody may listen" \
		in_gw setpriv --bounding-set -net_admin --inh-caps -net_admin \
		python3 "$HERE/ynl.py" "$source/tools/net/ynl" "$spec" \
		events /dev/null
}

test_connections() {
	local dumped listed listener
	ok_if "port 25 is guarded" guard fixup protocol smtp 25 policy all
	smtp_server server 25 <<<"auto"
	ynl events "$TMP/events/listening" >"$TMP/told" &
	listener=$!
	wait_for 30 test -e "$TMP/events/listening"
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
	wait $listener
	is $? 0 "and ynl is told"
	like "$dumped" "policy all state command passed 1 denied 1" \
		"ynl dumps the connection"
	is "$dumped" "$listed" "mailguard lists the same"
	# Memory that it held may be freed a moment after its end.
	wait_for 30 same_counters
	like "$dumped" "^	denied-verb  *1$" "ynl dumps counters"
	is "$dumped" "$listed" \
		"mailguard lists the same counters under the same names"
}

# The client gets what was not too long yet.
test_reply_too_long() {
	smtp_server server 2525 <<-END
		> 220 mx
		line NOOP
		> $reply
		gone
	END
	like "$(smtp_talk client $SERVER4 2525 <<-'END'
		< 220
		> NOOP
		gone
	END
	)" "^$reply\$" "a reply too long ends the connection"
	ok_if "for the server, too" served server 2525
	is "$(counter short reset-reply-length)" 1 "that is counted"
	is "$(counter short long-reply)" 0 "no such line passed"
}

test_mail_taken_at_length() {
	smtp_server server 2526 <<-END
		> 220 mx
		line DATA
		> 354 go on
		content
		> $reply
		line QUIT
		> 221 bye
		close
	END
	like "$(smtp_talk client $SERVER4 2526 <<-'END'
		< 220
		> DATA
		< 354
		> text
		> .
		< 250
		> QUIT
		< 221
		eof
	END
	)" "^$reply" "the reply that takes a mail passes"
	ok_if "the server sees QUIT" served server 2526
	is "$(counter short long-reply)" 1 "that it was too long is counted"
	is "$(counter short reset-reply-length)" 1 "nothing else was reset"
}

test_reply_length() {
	ok_if "ynl adds a policy of short replies" ynl add "$short"
	like "$(known short)" '"reply-length": "reset".*"reply-line-length": 64' \
		"ynl dumps it"
	like "$(guard list ruleset)" "reply-line-length 64 reset" \
		"mailguard prints it"
	ok_if "mailguard takes it back" guard \
		'policy short { commands { noop, data, quit }; reply-line-length 64 reset }'
	ok_if "it takes an action alone" guard \
		'policy alone { commands { quit }; reply-line-length reset }'
	like "$(guard list ruleset)" "reply-line-length reset" "and prints it so"
	ok_if "two ports follow it" guard fixup protocol smtp 2525-2526 policy short
	test_reply_too_long
	test_mail_taken_at_length
}

test_policies
test_many_domains
test_defaults
test_actions
test_refusals
test_connections
test_events
test_reply_length

finish
