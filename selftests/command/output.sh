#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the command tells to other programs, and what it takes from them.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard python3
python3 -c "import jsonschema" 2>/dev/null ||
	skip_all "no Python module jsonschema"
export MAILGUARD_PRESETS=$TOP/presets
setup_topology

#
# JSON
#

# Says what of the documents the schema does not allow.
cat >"$TMP/check.py" <<'END'
import json, sys, jsonschema
with open(sys.argv[1]) as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
check = jsonschema.Draft202012Validator(schema)
for path in sys.argv[2:]:
    with open(path) as file:
        for error in check.iter_errors(json.load(file)):
            print(f"{path}: {error.json_path}: {error.message}"[:500])
END

# json NAME WORD...: keeps the document that the words print.
json() {
	local name=$1
	shift
	guard -j "$@" >"$TMP/$name.json"
}

# value NAME EXPRESSION: of the objects "all" of a document, in Python.
value() {
	python3 -c '
import json, sys
all = json.load(open(sys.argv[1]))["mailguard"]
of = lambda key: [one[key] for one in all if key in one]
print(eval(sys.argv[2]))' "$TMP/$1.json" "$2"
}

guard -f - <<'END'
policy rich {
	banner text "mx \"a\" \\" fill "*" keep "20"
	commands { helo, ehlo, mail, rcpt, data, starttls, quit, "x-mine",
		vrfy : noop reply 252 "no", expn : reset }
	denied noop reply 500 "what?" fill "_" keep " "
	keywords !{ size }
	auth-mechanisms { plain }
	line-length mail 600
	reply-line-length 600 pass
	sender-domains { example.org, .example.net, "[192.0.2.1]" }
	recipient-domains !{ example.com }
	starttls require reply 530 "first STARTTLS"
	recipients 50 close
	tls-minimum 1.2
	on denied mark 0x1/0xff
	on reset mark packet 0x7
	offenders after 3 denied for 1h30m mark 0xff00
}
policy lax { commands { helo, quit }; banner pass; ehlo downgrade }
fixup protocol smtp 25 policy rich
fixup protocol smtp 2525-2530 policy lax
fixup protocol smtp 25 iifname "outside" ip saddr != { 10.0.0.0/8, 192.0.2.1-192.0.2.3 } policy lax
fixup protocol smtp 25 ip6 daddr fd00:2::/64 policy lax
END
guard list ruleset >"$TMP/before"
json ruleset list ruleset

ok_if "ports and policies are taken back" guard -f - <<'END'
no fixup protocol smtp
delete policy rich
delete policy lax
END
unlike "$(guard list ruleset)" 'rich' "nothing is left of them"
ok_if "-j -f takes what -j list ruleset prints" \
	guard -j -f "$TMP/ruleset.json"
is "$(guard list ruleset)" "$(cat "$TMP/before")" "and it is the same"

# What changes nothing.
sed 's/"starttls": {/"startls": {/' "$TMP/ruleset.json" >"$TMP/bad.json"
said=$(guard -j -f "$TMP/bad.json" 2>&1)
is "$?, $said" "1, $TMP/bad.json: /mailguard/2/policy: Error: unknown key 'startls'; did you mean 'starttls'?" \
	"an unknown key is refused by its name and its place"
printf '{\n\t"mailguard": [ }' >"$TMP/bad.json"
said=$(guard -j -f "$TMP/bad.json" 2>&1)
like "$said" '/bad.json:2:17-17: Error: no JSON: unexpected token' \
	"what is no JSON is refused with line and column"
truncate -s 1G "$TMP/bad.json"
said=$(guard -j -f "$TMP/bad.json" 2>&1)
is "$?, $said" "1, mailguard: cannot read '$TMP/bad.json': File too large" \
	"a huge file is refused"
rm "$TMP/bad.json"
sed 's/"code": 252/"code": 299999999/; s/"first": 2525/"first": 99999/' \
	"$TMP/ruleset.json" >"$TMP/bad.json"
fails_if "values are checked" guard -j -f "$TMP/bad.json"
sed 's/"line-length mail": 600/"line-length mail": 1/' \
	"$TMP/ruleset.json" >"$TMP/bad.json"
like "$(guard -j -f "$TMP/bad.json" 2>&1)" 'line-length mail: Error: ' \
	"what the kernel refuses is told with its place"
is "$(guard list ruleset)" "$(cat "$TMP/before")" "nothing has changed"
fails_if "-j has nothing to say of a change" guard -j fixup protocol smtp 26

guard -f "$TMP/startup" write memory
smtp_server server 25 <<<"auto"
smtp_talk client "$SERVER4" 25 >/dev/null <<-'END' &
	line 220
	> HELO client
	line 250
	> GO
	line
	> AWAY
	line
	touch talked
	await listed
	close
END
smtp_talk client "$SERVER6" 25 >/dev/null <<-'END' &
	line 220
	> HELO client
	line 250
	> GO
	line
	touch talked6
	await listed
	close
END
list_at talked6 >/dev/null
list_at talked >"$TMP/connections.txt"

# chosen WORD...: the addresses of clients that "list connections" prints.
chosen() {
	guard list connections "$@" | sed 's/^client \(\S*\):[0-9]* .*/\1/' |
		tr '\n' ' '
}

v4=$CLIENT4 v6="[$CLIENT6]"
is "$(chosen sort denied)" "$v4 $v6 " "connections are sorted, the worst first"
is "$(chosen sort server)" "$v4 $v6 " "or by address"
is "$(chosen 'denied > 1')" "$v4 " "chosen by a number"
is "$(chosen 'denied >= 1 denied < 2')" "$v6 " "by two"
is "$(chosen 'passed == 1 denied != 2')" "$v6 " "by others"
is "$(chosen "address $CLIENT4")" "$v4 " "by the address of the client"
is "$(chosen "address fd00:2::/64")" "$v6 " "or the server's, or a prefix"
is "$(chosen "address 10.0.1.1-10.0.1.9")" "$v4 " "by a range"
is "$(chosen "policy lax")" "$v6 " "by policy"
is "$(chosen "state tls")" "" "by state"
is "$(chosen "state command policy rich denied > 0")" "$v4 " "by all of them"
is "$(guard list connections address "$CLIENT4")" \
	"$(grep "$CLIENT4" "$TMP/connections.txt")" "and the line is the same"

json policies list policies
json connections list connections sort server
json counters list counters
json presets list presets
json preset show preset asa
json fixup show fixup
json running show running-config
json status status
guard -f "$TMP/saved" write memory
guard -f "$TMP/saved" 'fixup protocol smtp 2626; write memory' 2>/dev/null
json saved -f "$TMP/saved" list startup-configs
guard -j -f "$TMP/startup" show startup-config >"$TMP/startup.json"
guard -j -f - <<<'{"mailguard": []}' >"$TMP/nothing"
#
# A screen
#

# A terminal of 40 columns: sorts by "passed" when the screen is there, and quits.
# Prints what the screen showed, and the exit status.
cat >"$TMP/terminal.py" <<'END'
import fcntl, os, pty, re, signal, struct, sys, termios
signal.alarm(60)
pid, fd = pty.fork()
if not pid:
    os.environ["TERM"] = "xterm"
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
seen = b""
# Of "denied" and "passed" the ends are alike, and are not drawn again.
keys = [(b"CLIENT", b"p"), (b"pass", b"q")]
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        data = b""
    if not data:
        break
    seen += data
    if keys and keys[0][0] in seen:
        os.write(fd, keys.pop(0)[1])
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(re.sub(rb"\x1b[^A-Za-z]*[A-Za-z]", b"\n", seen).decode(), status)
END
said=$(in_gw python3 "$TMP/terminal.py" mailguard top -d 1)
like "$said" 'sessions' "top draws in 40 columns"
like "$said" "$CLIENT4" "and shows the client"
like "$said" 'pass' "a key sorts anew"
is "${said##* }" 0 "and q ends it"
said=$(guard top -b -n 1 -d 1)
like "$said" '^sessions  *[0-9.]*/s  open 2$' "without a terminal it prints lines"
like "$said" "^$CLIENT4  *1  *1  *2  #*$" "what a client did"
is "$(guard top -n 0 2>&1)" \
	"mailguard: a count is a number from 1 to 999999999, not '0'" \
	"a wrong option is refused"
guard top -b -d 1 2>&1 | head -n 1 >"$TMP/head"
is "${PIPESTATUS[0]}" 141 "a closed pipe ends it"

metrics=$TMP/mailguard.prom
guard list counters --format openmetrics >"$TMP/openmetrics"
guard --format prometheus list counters >"$metrics"
happen listed
wait

is "$(python3 "$TMP/check.py" "$TOP/Documentation/mailguard.schema.json" \
	"$TMP"/{ruleset,policies,connections,counters,presets}.json \
	"$TMP"/{preset,fixup,running,status,startup}.json 2>&1)" "" \
	"the schema describes all that is printed"
is "$(cat "$TMP/running.json")" "$(cat "$TMP/ruleset.json")" \
	"show running-config prints the ruleset"
is "$(cat "$TMP/startup.json")" "$(cat "$TMP/ruleset.json")" \
	"show startup-config prints what was saved"
is "$(cat "$TMP/nothing")" "" "-f prints nothing"
is "$(value connections '[c["policy"] for c in of("connection")]')" "['rich', 'lax']" \
	"a connection has its policy"
is "$(value connections 'of("connection")[1]["server"]')" \
	"{'address': '$SERVER6', 'port': 25}" "and its server"
is "$(value counters '[c["counts"]["connections"] for c in of("counters") if c["policy"] == "rich"]')" \
	"[1]" "the connection is counted"
is "$(value status 'of("status")[0]["guarding"]')" True "status tells of a guard"
is "$(value preset 'of("policy")[0]["name"]')" asa "show preset prints a policy"
said=$(in_gw sh -c 'mailguard -j list presets >/dev/full' 2>&1)
is "$?, $said" "1, mailguard: cannot write: No space left on device" \
	"a full disk is told"

#
# Metrics
#

# metric NAME [LABELS]: its value, or nothing.
metric() {
	sed -n "s/^mailguard_$1${2:+{$2\}} //p" "$metrics"
}

if [ -x /usr/bin/promtool ]; then
	is "$(promtool check metrics <"$metrics" 2>&1)" "" \
		"promtool has nothing to say of the metrics"
fi
if python3 -c "import prometheus_client" 2>/dev/null; then
	is "$(python3 -c '
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
print(len(list(text_string_to_metric_families(sys.stdin.read()))) > 40)
' <"$TMP/openmetrics" 2>&1)" True "the other format is OpenMetrics"
fi
is "$(metric guarding)" 1 "there is a guard"
is "$(metric connections_total 'policy="rich"')" 1 "a counter of a policy"
is "$(metric denied_total 'policy="rich",reason="verb"')" 2 "one with a reason"
is "$(metric open_connections 'policy="rich",state="command"')" 1 \
	"connections by policy and state"
like "$(metric memory_held_bytes 'scope="namespace"')" '^[1-9]' "memory is held"
like "$(metric memory_limit_bytes 'scope="namespace"')" '^[1-9]' "of a limit"
like "$(grep '^mailguard_nft_packets_total{chain="guard"' "$metrics")" \
	'rule="begins without a SYN: .*"} 0$' "rules of nft are counted"
like "$(metric build_info '.*')" 1 "the version is there"
like "$(cat "$metrics")" '^# HELP mailguard_messages_total Messages passed: ' \
	"the help is that of the specification"

# What the dashboard and the alerts ask for is there.
asked=$(cat "$TOP"/monitoring/{grafana-dashboard.json,mailguard.rules.yml} |
	grep -o 'mailguard_[a-z_]*[a-z]' | sort -u)
for name in $asked; do
	grep -q "^${name}[{ ]" "$metrics" || echo "$name"
done >"$TMP/missing"
is "$(cat "$TMP/missing")" "" "the dashboard shows metrics that exist"

# What the unit runs, in a directory on a disk of one page, and one that is full.
run=$(sed -n "s|^ExecStart=/bin/sh -c '@SBINDIR@/\(.*\)'\$|\1|p" \
	"$TOP/userspace/mailguard-metrics.service.in")
mkdir "$TMP/textfile"
mount -t tmpfs -o size=64k none "$TMP/textfile"
run_unit() {
	in_gw sh -c "cd '$TMP/textfile' && $run" 2>&1
}

is "$(run_unit)" "" "the unit writes"
grep -c . "$TMP/textfile/mailguard.prom" >"$TMP/lines"
dd if=/dev/zero of="$TMP/textfile/fill" bs=4k 2>/dev/null
is "$(run_unit)" "mailguard: cannot write: No space left on device" \
	"it says that the disk is full"
is "$(grep -c . "$TMP/textfile/mailguard.prom")" "$(cat "$TMP/lines")" \
	"and leaves the old file"
umount "$TMP/textfile"

ok_if "the guard ends" guard no fixup protocol smtp
guard --format prometheus list counters >"$metrics"
is "$(metric guarding)" 0 "the metrics say so"

finish
