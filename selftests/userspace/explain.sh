#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mailguard explain: what it tells of dialogues and of captures, and what it
# refuses. It needs no virtual machine. BUILT names the directory of a command with
# sanitizers; without it, that of "make userspace" is tested.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

PATH=${BUILT-$TOP/userspace}:$PATH:/usr/sbin:/sbin
export MAILGUARD_PRESETS=$TOP/presets
need mailguard
cd "$TMP" || exit

# explained [OPTION...], the dialogue on standard input: $said and $status.
explained() {
	said=$(mailguard explain "$@" 2>&1)
	status=$?
}

# refused DESCRIPTION MESSAGE ARGUMENT...: with status 1 and this message.
refused() {
	local what=$1 message=$2
	shift 2
	explained "$@" <<<"S: 220 x"
	is "$said, status $status" "$message, status 1" "$what"
}

# reasons: the names of the reasons in $said, in their order.
reasons() {
	sed -n 's/^\([0-9]* \)\?      # \([a-z0-9-]*\): .*/\2/p' <<<"$said" |
		xargs
}

cat >denied <<'END'
# The server greets.
S: 220 mx.example.org ESMTP

C: HELO client.example.org
S: 250 mx.example.org
C: HELP
S: 214 see RFC 5321
C: QUIT
S: 221 bye
END

#
# Dialogues
#

explained denied
is "$(grep -v '^#\|      #' <<<"$said")" "$(cat <<'END'
edit  S: 220 mx.example.org ESMTP
      -> 220 ********************
pass  C: HELO client.example.org
pass  S: 250 mx.example.org
deny  C: HELP
      -> HELX
edit  S: 214 see RFC 5321
      -> 500 Command unre
pass  C: QUIT
pass  S: 221 bye
END
)" "each line, and below it what is sent instead"
is "$(reasons)" "banner-lines denied-verb reply-lines" "the reasons"
like "$said" 'denied-verb: Lines denied for their verb' \
	"a reason has its description"
is "$status" 2 "a denied command: the status is 2"

explained -j denied
is "$(python3 -c '
import json, sys
for item in map(json.loads, sys.stdin):
    key, value = item.popitem()
    print(key, *(str(value[name]) for name in ("from", "action", "said", "sent")
                 if name in value), sep="|")' <<<"$said")" "$(cat <<'END'
line|server|edit|220 mx.example.org ESMTP|220 ********************
line|client|pass|HELO client.example.org|HELO client.example.org
line|server|pass|250 mx.example.org|250 mx.example.org
line|client|deny|HELP|HELX
line|server|edit|214 see RFC 5321|500 Command unre
line|client|pass|QUIT|QUIT
line|server|pass|221 bye|221 bye
summary
END
)" "-j: an object a line"
is "$status" 2 "and the status is the same"
# shellcheck disable=SC2016 # a key of the schema
is "$(python3 -c '
import json, sys
try:
    import jsonschema
except ImportError:
    sys.exit()
with open(sys.argv[1]) as file:
    schema = json.load(file)
schema = {"$defs": schema["$defs"], "$ref": "#/$defs/explained"}
for line in sys.stdin:
    jsonschema.validate(json.loads(line), schema)
' "$TOP/Documentation/mailguard.schema.json" <<<"$said" 2>&1)" "" \
	"as the schema describes it"

explained - <<'END'
S: 220 x
C: QUIT
S: 221 bye
END
is "$status" 0 "nothing is stopped: the status is 0"

explained --policy modern - <<'END'
S: 220 x
C: EHLO me
S: 250 x
C: MAIL FROM:<a@example.org>
S: 250 ok
C: RCPT TO:<b@example.org>
S: 250 ok
C: DATA
C: Subject: too early
C:
C: .\n\c
C: more
C: .
S: 354 go on
S: 250 taken
END
like "$said" '^hold  C: Subject: too early' "what comes before the 354 is held"
like "$said" '^reset C: \.\\n\\c' "a false end of data resets"
is "$(reasons)" "banner-lines held-data reset-content" "for these reasons"
is "$status" 2 "a reset: the status is 2"

explained --policy modern - <<'END'
S: 220 x
C: EHLO me
S: 250 x
C: \xff\x00\t\\ is \r no command
END
like "$said" '^deny  C: \\xff\\x00\\t\\\\ is \\r no command$' \
	"bytes are shown as they are written"
like "$said" '^      -> X   X   X X XXXX\\rX{11}$' \
	"each above the one that is sent"

cat >two <<'END'
policy lax { commands { helo, help, quit } }
policy strict { commands { helo, quit } }
END
explained -f two --policy lax denied
is "$status" 0 "a policy of a file, which permits HELP"
explained -f two --policy strict denied
is "$status" 2 "and one that does not"
echo 'policy p { commands { helo, quit }; mode monitor; }' >monitor
explained -f monitor denied
like "$said" '^      -> HELX' "a policy that only monitors, as if it did not"
explained -f two --policy pix-6.3 denied
is "$status" 2 "a preset, though there is a file"
echo 'policy mine { preset modern; junk-commands 1 reset; }' >one
explained -f one - <<'END'
S: 220 x
C: NOOP
S: 250 ok
C: NOOP
S: 250 ok
C: QUIT
END
is "$(reasons)" "banner-lines limit-junk reset-limit" \
	"a limit is a statement as any other"

#
# Captures
#

cat >mail <<'END'
S: 220 mx.example.org ESMTP
C: HELO client.example.org
S: 250 mx.example.org
C: HELP
S: 214 see RFC 5321
C: MAIL FROM:<a@example.org>
S: 250 ok
C: RCPT TO:<b@example.org>
S: 250 ok
C: DATA
S: 354 go on
C: Subject: a capture
C:
C: HELP
C: ..
C: .
S: 250 taken
C: QUIT
S: 221 bye
END

# captured [WORD ...]: what explain tells of a capture of this mail.
captured() {
	"$HERE/explain_capture.py" "$@" <mail >capture
	explained capture
}

# alike WORD...: the same as of the dialogue, whatever the packets are like.
alike() {
	captured "$@"
	is "$(sed '/^1 # .* to .*:25, 2020-09-13 12:26:40 UTC$/d; s/^1 //
		/^# repeated/d; /^# blanked/d' <<<"$said"), status $status" "$wanted" \
		"a capture as a dialogue: ${*:-plain}"
}

explained mail
wanted="$said, status $status"
alike
alike pcapng
alike ipv6
alike vlan
alike cooked
alike split=1
alike swap
alike swap split=7 pcapng
alike repeat
alike repeat split=5 ipv6 vlan
alike server
alike half
alike half apart split=9
alike apart
alike apart split=5 repeat
for seed in {1..12}; do
	alike mix="$seed" split=$((seed % 4 * 9 + 6))
done
"$HERE/explain_capture.py" <mail >capture
explained - <capture
like "$said" 'deny  C: HELP' "a capture on standard input"

cat >early <<'END'
S: 220 x
C: EHLO me
S: 250 x
C: MAIL FROM:<a@example.org>
S: 250 ok
C: RCPT TO:<b@example.org>
S: 250 ok
C: DATA\r\nSubject: too early\r\n\r\n.
S: 354 go on\r\n250 taken
C: QUIT
S: 221 bye
END
for recording in early capture; do
	"$HERE/explain_capture.py" <early >capture
	explained --policy modern $recording
	is "$(reasons), $(grep -c 'pass  S: 250 taken' <<<"$said"), status $status" \
		"banner-lines held-data, 1, status 0" \
		"two replies in a packet, to what would be held before the first: $recording"
done

captured many=20 split=10
is "$(grep -c '^[0-9]* deny  C: HELP' <<<"$said")" 20 \
	"many connections at the same time"
like "$said" '^# connections 20, stopped 20, reset 0, not judged 0' \
	"and the sum of them"

captured mega=1 split=200000 repeat
like "$said" '^1 pass  C, 10486[0-9]{2} bytes of content$' \
	"packets larger than 64 kB, which come twice"

captured lose=8
like "$said" 'bytes of the client are missing, the rest is not judged' \
	"a capture that lacks a packet"
unlike "$said" 'reset [CS]:' "what follows is not judged"
like "$said" 'not judged 1' "and this is counted"

captured short
like "$said" 'bytes of the server are missing, the rest is not judged' \
	"a capture that lacks the last packet"
like "$said" 'not judged 1' "this is counted, too"

captured snap=4
like "$said" 'bytes of the server are missing, the rest is not judged' \
	"a capture that lacks the end of the last packet"
like "$said" 'not judged 1' "this is counted, too"

captured forged
like "$said" 'deny  C: HELP' "a RST with another number ends nothing"

captured late
like "$said" 'deny  C: HELP' "a time of which there is no date"

# 2^-63, by which all times are 1970, and 2^-10.
for unit in 191 138; do
	captured unit=$unit
	like "$said" 'deny  C: HELP' "times in the unit $unit of pcapng"
done

captured at=4294967295
like "$said" "cannot read all of 'capture': a packet arrived on interface" \
	"a packet of an interface that is not there"
is "$status" 1 "the status is 1"

# What it shows on a terminal of 40 columns while it reads, a line each.
cat >terminal.py <<'END'
import fcntl, os, pty, re, struct, sys, termios
signal_read, ready = os.pipe()
pid, fd = pty.fork()
if not pid:
    os.read(signal_read, 1)
    os.dup2(os.open("out", os.O_WRONLY | os.O_CREAT), 1)
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
os.write(ready, b"x")
seen = b""
try:
    while data := os.read(fd, 4096):
        seen += data
except OSError:
    pass
os.waitpid(pid, 0)
print(seen.decode().replace("\r", "\n"))
END
"$HERE/explain_capture.py" mega=1 split=100 <mail >capture
said=$(python3 terminal.py mailguard explain capture)
like "$said" '^\[#* *\] +[0-9]+%$' "a bar shows how much is read"
unlike "$said" '.{40}' "it fits into a terminal of 40 columns"

captured middle
is "$said, status $status" "$(cat <<'END'
# 192.0.2.1:40001 to 192.0.2.2:25, begins in the middle, not judged
mailguard: 'capture' has no connection to a mail server from its begin, status 1
END
)" "a capture that begins in the middle of a connection"

"$HERE/explain_capture.py" <mail >whole
head -c 700 whole >capture
explained capture
like "$said" "cannot read all of 'capture': truncated dump file" \
	"a capture that is cut in the middle of a packet"
like "$said" '^1 pass  C: HELO' "what comes before is judged"
is "$status" 1 "the status is 1"

# Cut and spoilt anywhere: whatever it says, it comes to an end.
"$HERE/explain_capture.py" repeat swap ipv6 split=20 <mail >whole
mkdir bad
python3 -c '
with open("whole", "rb") as file:
    data = bytearray(file.read())
for at in range(0, len(data), 307):
    with open(f"bad/cut-{at}", "wb") as file:
        file.write(data[:at])
    data[at] ^= 1 << at % 8
    with open(f"bad/spoilt-{at}", "wb") as file:
        file.write(data)
    data[at] ^= 1 << at % 8'
for file in bad/*; do
	explained "$file"
	[[ "$status" -le 2 && "$said" != *Sanitizer* &&
		"$said" != *"runtime error"* ]] || break
done
unlike "$status $said" '^[3-9]|^1[0-9]|Sanitizer|runtime error' \
	"a capture that is cut or spoilt anywhere"

#
# What is refused
#

refused "two policies of a file" \
	"mailguard: 'two' has 2 policies: choose one with --policy" -f two -
refused "no policy" "mailguard: '/dev/null' has no policy" -f /dev/null -
refused "an unknown policy" \
	"mailguard: there is no policy 'lex'; did you mean 'lax'?" \
	-f two --policy lex -
refused "a file that is not there" \
	"mailguard: cannot open 'nothing': No such file or directory" nothing
: >empty
refused "a recording of nothing" "mailguard: nothing is recorded in empty" empty
echo 'this is a letter' >letter
refused "what is neither a capture nor a dialogue" "$(cat <<'END'
letter:1:1-16: Error: neither a capture nor a dialogue, whose lines begin with 'C:', 'S:' or '#'
this is a letter
^^^^^^^^^^^^^^^^
END
)" letter
for tool in gzip xz bzip2 zstd lz4; do
	case $tool in
	gzip) magic='\x1f\x8b\x08' program=zcat ;;
	xz) magic='\xfd7zXZ\x00' program=xzcat ;;
	bzip2) magic=BZh91AY program=bzcat ;;
	zstd) magic='\x28\xb5\x2f\xfd' program=zstdcat ;;
	lz4) magic='\x04\x22\x4d\x18' program=lz4cat ;;
	esac
	printf '%b rest' "$magic" >"mail.$tool"
	refused "what $tool has compressed" \
		"mailguard: 'mail.$tool' is compressed: $program mail.$tool | mailguard explain -" \
		"mail.$tool"
done
explained - <mail.gzip
is "$said, status $status" \
	"mailguard: standard input is compressed: pass it through zcat, status 1" \
	"what is compressed on standard input"
echo 'C: HELO\q' >escape
refused "an escape that there is not" "$(cat <<'END'
escape:1:8-8: Error: a backslash begins \\, \r, \n, \t, \xNN, or \c at the end
C: HELO\q
       ^
END
)" escape
printf 'C: a\033[2J\302\233m\233m\303\237\\q\n' >escape
explained escape
is "$(sed -n 2p <<<"$said")" $'C: a?[2J\302?m?m\303\237\\q' \
	"no control character of a recording comes to the terminal"
echo 'policy p { commands { helo }; line-length 1 }' >short
refused "a policy that the kernel would refuse" "$(cat <<'END'
short:1:43-43: Error: expected a number from 64 to 12288
policy p { commands { helo }; line-length 1 }
                                          ^
END
)" -f short -

finish
