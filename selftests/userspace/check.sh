#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mailguard -c without the module and without privileges, as a job of CI runs it.
# BUILT names the directory of a command with sanitizers; without it, that of
# "make userspace" is tested.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

PATH=$PATH:/usr/sbin:/sbin
built=${BUILT-$TOP/userspace}
PATH=$built:$PATH need mailguard python3 setpriv
# A copy that nobody can read, too.
cp "$built/mailguard" "$TMP/"
cp -r "$TOP/presets" "$TMP/presets"
chmod -R a+rX "$TMP/presets"
export MAILGUARD_PRESETS=$TMP/presets

# As nobody, if the test runs as root.
unprivileged() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=nobody --regid=nogroup --clear-groups \
			--inh-caps=-all "$@"
	else
		"$@"
	fi
}

# checked ARGUMENT..., the input on standard input: $said and $status.
checked() {
	said=$(unprivileged "$TMP/mailguard" -c "$@" 2>&1)
	status=$?
}

note "as $(unprivileged id -un)"

# What an error says of an input of one line: "WORDS | MESSAGE".
words_and_message() {
	python3 -c '
import sys
error, line, carets = sys.stdin.read().splitlines()
begin = carets.index("^")
print(line[begin:len(carets)], "|", error.split(" Error: ")[1])'
}

# Each line of standard input: "WORDS | MESSAGE | INPUT".
refused() {
	while IFS= read -r line; do
		checked -f - <<<"${line#* | * | }"
		is "$(words_and_message <<<"$said"), status $status" \
			"${line%" | ${line#* | * | }"}, status 1" \
			"${line#* | * | }"
	done
}

refused < <(grep -v '^#' "$TOP/selftests/command/refused-policies")

checked
is "$said, status $status" \
	"mailguard: no statement and no -f FILE: try 'mailguard help', status 1" \
	"an option alone"

checked -j -f - <<<'{"mailguard": [{"fixup": {"first": "25"}}]}'
is "$said, status $status" \
	"<stdin>: /mailguard/0/fixup/first: Error: an integer must stand here, not a string, status 1" \
	"a port that is a string, and one message about it"

# What is right on another firewall, and what to write here.
refused <<'END'
static | syntax error: 'static' is a word of PIX or ASA; use rules of nft instead | static (inside,outside) 192.0.2.25 10.0.2.2
access-list | syntax error: 'access-list' is a word of PIX or ASA; use rules of nft instead | access-list 101 permit tcp any host 192.0.2.25 eq smtp
inspect | syntax error: 'inspect' is a word of PIX or ASA; use 'fixup protocol smtp 25 policy NAME' instead | inspect esmtp
conn | syntax error: 'conn' is a word of PIX or ASA; use 'list connections' instead | sh conn
terminal | syntax error: 'terminal' is a word of PIX or ASA; use 'show running-config' instead | write terminal
xlate | syntax error: 'xlate' is a word of PIX or ASA; use 'conntrack -D -p tcp --orig-port-dst 25' instead | clear xlate
saddr | syntax error: unexpected 'saddr'; write 'ip saddr' or 'ip6 saddr' | fixup protocol smtp 25 saddr 192.0.2.0/24
255.255.255.0 | syntax error: unexpected netmask; write a network with its length, such as 192.0.2.0/24 | fixup protocol smtp 25 ip saddr 192.0.2.0 255.255.255.0
conn | syntax error: unexpected 'conn'; expected policy, offender or offenders | delete conn
* | unexpected character '*'; write .example.org for all domains below example.org | policy p { commands { quit }; recipient-domains { *.example.org } }
“ | unexpected byte 0xe2: only a comment may have other characters than those of ASCII | policy p { commands { quit }; banner text “mx” }
* | unexpected character '*' | policy p { commands { * } }
END

for preset in "$TOP"/presets/[a-z]*; do
	name=${preset##*/}
	checked fixup protocol smtp 25 policy "$name"
	is "$status" 0 "the preset $name is right"
	checked -f - <<<"policy $name { preset $name }"
	is "$status" 0 "also as a policy of a file"
done

checked -f - <<'END'
policy mx { commands { helo, mail, rcpt, data, quit } }
fixup protocol smtp 25 policy mx
fixup protocol smtp 587
no fixup protocol smtp 25
delete policy mx
delete policy default
END
like "$said, status $status" \
	'^mailguard: checked without the kernel: .*, status 0$' \
	"a right file is right, and it is told who says so"
checked -f - <<<"list presets"
is "$said, status $status" ", status 0" "-c prints nothing"

# The place in JSON, and a name that the language does not have.
checked -j -f - <<'END'
{ "mailguard": [ { "policy": { "name": "a:b", "commands": [ { "verb": "quit" } ] } } ] }
END
like "$said, status $status" \
	"/mailguard/0/policy/name: Error: a policy name is of letters, .*, status 1$" \
	"a policy in JSON has a place, too"

{
	echo 'policy x { commands { quit }; sender-domains {'
	printf 'd%u.example.org,\n' {1..60000}
	echo '} }'
} >"$TMP/long"
checked -f "$TMP/long"
is "$(head -n 1 <<<"$said"), status $status" \
	"$TMP/long:1:8-8: Error: Message too long, status 1" \
	"a policy that is longer than a message is refused"

finish
