#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the language refuses, and how it says so: the place, the line, a caret
# below each column of the words at fault. None of this gets to the kernel.
#
# Runs on: one kernel

# shellcheck disable=SC2016 # the language has its own $NAME

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

PATH=$PATH:$TOP/userspace:/usr/sbin:/sbin
export MAILGUARD_PRESETS=$TOP/presets
need mailguard
cd "$TMP" || exit

# refused DESCRIPTION INPUT, what it says on standard input: INPUT is what
# printf makes an input of.
refused() {
	local got status wanted
	wanted=$(cat)
	# shellcheck disable=SC2059 # that's how odd bytes get in
	got=$(printf "$2" | mailguard -f - 2>&1)
	status=$?
	is "$got, status $status" "$wanted, status 1" "$1"
}

# refused_words DESCRIPTION ARGUMENT..., the same for the command line.
refused_words() {
	local what=$1 got status wanted
	shift
	wanted=$(cat)
	got=$(mailguard "$@" 2>&1)
	status=$?
	is "$got, status $status" "$wanted, status 1" "$what"
}

#
# Words
#

refused "an unknown word" 'guard port 25' <<'END'
<stdin>:1:1-5: Error: syntax error: unexpected 'guard'; expected add, clear, configure, define, delete, fixup, include, list, mailhost, no, policy, show or write
guard port 25
^^^^^
END
refused "a word is missing" 'fixup smtp 25' <<'END'
<stdin>:1:7-10: Error: syntax error: unexpected 'smtp'; expected protocol
fixup smtp 25
      ^^^^
END
refused "a word too many" 'fixup protocol smtp 25 26\n' <<'END'
<stdin>:1:24-25: Error: syntax error: unexpected '26'; expected policy, iifname, ip, ip6, '-', ';' or end of line
fixup protocol smtp 25 26
                       ^^
END
refused "the end is missing" 'list' <<'END'
<stdin>:1:5-5: Error: syntax error: unexpected end of line; expected policies, ruleset, connections, counters, presets, offenders or startup-configs
list
    ^
END
refused "a character that means nothing" 'fixup protocol smtp 25 %%home' <<'END'
<stdin>:1:24-24: Error: unexpected character '%'
fixup protocol smtp 25 %home
                       ^
END
refused "a control character" 'list \001ruleset' <<'END'
<stdin>:1:6-6: Error: unexpected byte 0x01
list ?ruleset
     ^
END
refused "a NUL" 'list ruleset\000' <<'END'
<stdin>:1:13-13: Error: unexpected byte 0x00
list ruleset?
            ^
END
refused "tabs stay tabs" '\t\tfixup\tprotocol\thttp\n' <<'END'
<stdin>:1:18-21: Error: 'http' is not inspected: only smtp is inspected
		fixup	protocol	http
		     	        	^^^^
END
refused "CRLF ends a line" '# one\r\n\r\nlist nothing\r\n' <<'END'
<stdin>:3:6-12: Error: syntax error: unexpected 'nothing'; expected policies, ruleset, connections, counters, presets, offenders or startup-configs
list nothing
     ^^^^^^^
END
refused "a character of two bytes is one column wide" \
	'delete policy \\\n"\303\244\303\266" x\n' <<'END'
<stdin>:2:1-6: Error: syntax error: unexpected "äö"; expected a name
"äö" x
^^^^
END

#
# Words that are misspelt
#

refused "the first word" 'fxup protocol smtp 25' <<'END'
<stdin>:1:1-4: Error: syntax error: unexpected 'fxup'; did you mean 'fixup'?
fxup protocol smtp 25
^^^^
END
refused "a word in the middle" 'fixup protocl smtp 25' <<'END'
<stdin>:1:7-13: Error: syntax error: unexpected 'protocl'; did you mean 'protocol'?
fixup protocl smtp 25
      ^^^^^^^
END
refused "the last word" 'list connection' <<'END'
<stdin>:1:6-15: Error: syntax error: unexpected 'connection'; did you mean 'connections'?
list connection
     ^^^^^^^^^^
END
refused "the beginning of a word" 'list conn' <<'END'
<stdin>:1:6-9: Error: syntax error: unexpected 'conn'; did you mean 'connections'?
list conn
     ^^^^
END
refused "what connections are chosen by" 'list connections stat tls' <<'END'
<stdin>:1:18-21: Error: connections are chosen by policy, address, state, passed and denied, not by 'stat'; did you mean 'state'?
list connections stat tls
                 ^^^^
END
refused "the state of a connection" 'list connections state tl' <<'END'
<stdin>:1:24-25: Error: there is no state 'tl'; did you mean 'tls'?
list connections state tl
                       ^^
END
refused "what connections are sorted by" 'list connections sort polcy' <<'END'
<stdin>:1:23-27: Error: connections are sorted by client, server, policy, state, passed or denied, not by 'polcy'; did you mean 'policy'?
list connections sort polcy
                      ^^^^^
END
refused "the address of a connection" 'list connections address 1.2.3' <<'END'
<stdin>:1:26-30: Error: '1.2.3' is not an address, prefix or range
list connections address 1.2.3
                         ^^^^^
END
refused "a comparison of names" 'list connections client > 3' <<'END'
<stdin>:1:18-23: Error: only passed and denied are compared, not 'client'
list connections client > 3
                 ^^^^^^
END
refused "a number is missing" 'list connections denied >' <<'END'
<stdin>:1:26-26: Error: syntax error: unexpected end of line; expected a number
list connections denied >
                         ^
END
refused "capitals" 'Fixup protocol smtp 25' <<'END'
<stdin>:1:1-5: Error: syntax error: unexpected 'Fixup'; did you mean 'fixup'?
Fixup protocol smtp 25
^^^^^
END
refused "the protocol" 'fixup protocol smpt 25' <<'END'
<stdin>:1:16-19: Error: there is no protocol 'smpt'; did you mean 'smtp'?
fixup protocol smpt 25
               ^^^^
END
refused "a statement of a policy" 'policy p { baner pass; commands { helo } }' <<'END'
<stdin>:1:12-16: Error: syntax error: unexpected 'baner'; did you mean 'banner'?
policy p { baner pass; commands { helo } }
           ^^^^^
END
refused "an action" 'policy p { commands { helo }; bare-lf rest }' <<'END'
<stdin>:1:39-42: Error: syntax error: unexpected 'rest'; did you mean 'reset'?
policy p { commands { helo }; bare-lf rest }
                                      ^^^^
END
refused "a verb" 'policy p { commands { helo, mial } }' <<'END'
<stdin>:1:29-32: Error: unknown verb 'mial'; did you mean 'mail'? Write a verb of your own in quotes
policy p { commands { helo, mial } }
                            ^^^^
END
refused "a definition" 'define PORT = 25; fixup protocol smtp $PROT' <<'END'
<stdin>:1:39-43: Error: 'PROT' is not defined; did you mean 'PORT'?
define PORT = 25; fixup protocol smtp $PROT
                                      ^^^^^
END

#
# What ends a statement, and a block
#

refused "a policy in one line" 'policy p { banner pass commands { helo } }' <<'END'
<stdin>:1:24-31: Error: syntax error: a statement ends with ';' or a newline, and there is neither before 'commands'
policy p { banner pass commands { helo } }
                       ^^^^^^^^
END
refused "the same with a word that is misspelt" \
	'policy p { banner pass comands { helo } }' <<'END'
<stdin>:1:24-30: Error: syntax error: a statement ends with ';' or a newline, and there is neither before 'comands'
policy p { banner pass comands { helo } }
                       ^^^^^^^
END
refused "two statements in one line" 'fixup protocol smtp 25 show fixup' <<'END'
<stdin>:1:24-27: Error: syntax error: a statement ends with ';' or a newline, and there is neither before 'show'
fixup protocol smtp 25 show fixup
                       ^^^^
END
refused "a brace is missing before a statement of the policy" \
	'policy p {\n\tcommands {\n\t\thelo, mail\n\tdenied x\n}\nlist x\n' <<'END'
<stdin>:4:2-7: Error: syntax error: '}' is missing before this: the block 'commands {' began in line 2
	denied x
	^^^^^^
<stdin>:6:6-6: Error: syntax error: unexpected 'x'; expected policies, ruleset, connections, counters, presets, offenders or startup-configs
list x
     ^
END
refused "a verb that is a statement, too, is a verb" \
	'policy p { commands {\n\thelo,\n\tehlo mail } }' <<'END'
<stdin>:3:7-10: Error: syntax error: unexpected 'mail'; expected '}', ',' or end of line
	ehlo mail } }
	     ^^^^
END
refused "a brace is missing before ;" \
	'policy p { commands { helo, mail; banner pass }' <<'END'
<stdin>:1:33-33: Error: syntax error: '}' is missing before this: the block 'commands {' began in line 1
policy p { commands { helo, mail; banner pass }
                                ^
END
refused "two braces are missing" \
	'policy p {\n\tcommands { helo\nshow fixup\nlist x\n' <<'END'
<stdin>:3:1-4: Error: syntax error: '}' is missing before this: the block 'commands {' began in line 2
show fixup
^^^^
<stdin>:4:6-6: Error: syntax error: unexpected 'x'; expected policies, ruleset, connections, counters, presets, offenders or startup-configs
list x
     ^
END
refused "the brace of a policy is missing before a statement" \
	'policy p {\n\tcommands { helo }\npolicy q {\n\tbanner pass\n}\nlist x\n' <<'END'
<stdin>:3:1-6: Error: syntax error: '}' is missing before this: the block 'policy p {' began in line 1
policy q {
^^^^^^
<stdin>:6:6-6: Error: syntax error: unexpected 'x'; expected policies, ruleset, connections, counters, presets, offenders or startup-configs
list x
     ^
END
refused "a brace is missing at the end" \
	'policy p {\n\tcommands {\n\t\thelo' <<'END'
<stdin>:3:7-7: Error: syntax error: '}' is missing at the end: the block 'commands {' began in line 2
		helo
		    ^
END
refused "the brace of a match is missing" \
	'fixup protocol smtp 25 ip saddr { 192.0.2.1\nshow fixup\n' <<'END'
<stdin>:2:1-4: Error: syntax error: '}' is missing before this: the block '{' began in line 1
show fixup
^^^^
END
refused "a brace too many" 'policy p { commands { helo } } }\nlist x' <<'END'
<stdin>:1:32-32: Error: syntax error: unexpected '}'; expected ';' or end of line
policy p { commands { helo } } }
                               ^
<stdin>:2:6-6: Error: syntax error: unexpected 'x'; expected policies, ruleset, connections, counters, presets, offenders or startup-configs
list x
     ^
END

#
# Several errors
#

refused "errors of all kinds, in their order" \
	'fixup protocl smtp 25
policy p {
	banner pas
	commands { helo, mial }
	denied reply 99 "no"
	bare-lf $ACTION
	line-length 70000
}
fixup protocol smtp 0; list @
policy q { banner pass }
show nothing
' <<'END'
<stdin>:1:7-13: Error: syntax error: unexpected 'protocl'; did you mean 'protocol'?
fixup protocl smtp 25
      ^^^^^^^
<stdin>:3:9-11: Error: syntax error: unexpected 'pas'; did you mean 'pass'?
	banner pas
	       ^^^
<stdin>:4:19-22: Error: unknown verb 'mial'; did you mean 'mail'? Write a verb of your own in quotes
	commands { helo, mial }
	                 ^^^^
<stdin>:5:15-16: Error: a reply code is a number from 200 to 599
	denied reply 99 "no"
	             ^^
<stdin>:6:10-16: Error: 'ACTION' is not defined
	bare-lf $ACTION
	        ^^^^^^^
<stdin>:7:14-18: Error: a number is at most 65535
	line-length 70000
	            ^^^^^
<stdin>:9:21-21: Error: a port is a number from 1 to 65535
fixup protocol smtp 0; list @
                    ^
<stdin>:9:29-29: Error: unexpected character '@'
fixup protocol smtp 0; list @
                            ^
<stdin>:10:8-8: Error: policy permits no command; add 'commands { ... }'
policy q { banner pass }
       ^
<stdin>:11:6-12: Error: syntax error: unexpected 'nothing'; expected fixup, running-config, startup-config or preset
show nothing
     ^^^^^^^
END
refused "an error in a statement is told once" 'list @ @ "\n' <<'END'
<stdin>:1:6-6: Error: unexpected character '@'
list @ @ "
     ^
END
got=$(for i in {1..30}; do echo "list x$i"; done | mailguard -f - 2>&1)
is "$(grep -c Error: <<<"$got")" 20 "twenty errors are told"
is "$(tail -n 1 <<<"$got")" "mailguard: more errors follow" "and that there are more"

#
# Lists and sets
#

refused "a set of nft" 'fixup protocol smtp 25 ip saddr @friends' <<'END'
<stdin>:1:33-40: Error: a fixup cannot use '@friends': a set of nft is known in its own table only. Write 'define friends = { ... }' and '$friends', or assign the helper by rules in the table of the set
fixup protocol smtp 25 ip saddr @friends
                                ^^^^^^^^
END
refused "a set of nft elsewhere" 'list @friends' <<'END'
<stdin>:1:6-13: Error: syntax error: unexpected '@friends'; expected policies, ruleset, connections, counters, presets, offenders or startup-configs
list @friends
     ^^^^^^^^
END
refused "a list with a value that is none" \
	'define A = { 192.0.2.1,\n\t"outside" }\nfixup protocol smtp 25 ip saddr $A' <<'END'
<stdin>:3:33-34: Error: 'outside' is not an address, prefix or range for ip saddr
fixup protocol smtp 25 ip saddr $A
                                ^^
END
refused "a list in a list" \
	'define A = { 1 }; define A = { 192.0.2.1 }; define B = { $A, text }
fixup protocol smtp 25 ip saddr { $B, 192.0.2.2 }' <<'END'
<stdin>:1:14-14: Error: syntax error: unexpected '1'; expected a name, a string in double quotes, a list or end of line
define A = { 1 }; define A = { 192.0.2.1 }; define B = { $A, text }
             ^
<stdin>:1:62-65: Error: syntax error: unexpected 'text'; expected a name, a string in double quotes, a list, '}' or end of line
define A = { 1 }; define A = { 192.0.2.1 }; define B = { $A, text }
                                                             ^^^^
<stdin>:2:35-36: Error: 'B' is not defined
fixup protocol smtp 25 ip saddr { $B, 192.0.2.2 }
                                  ^^
END
refused "a list where one value is due" \
	'define A = { 192.0.2.1 }\nfixup protocol smtp $A' <<'END'
<stdin>:2:21-22: Error: syntax error: unexpected '$A'; expected policy, iifname, ip, ip6, a number, a range, ';' or end of line
fixup protocol smtp $A
                    ^^
END

#
# The words of a PIX, abbreviated
#

refused "a prefix of old words" 'no fix prot smtp 0\nsh fixup prot http\nf p s 0\n' <<'END'
<stdin>:1:18-18: Error: a port is a number from 1 to 65535
no fix prot smtp 0
                 ^
<stdin>:2:15-18: Error: 'http' is not inspected: only smtp is inspected
sh fixup prot http
              ^^^^
<stdin>:3:7-7: Error: a port is a number from 1 to 65535
f p s 0
      ^
END
refused "behind it, what may come next" 'wr mem x; cl fix x; sh start x; mail 192.0.2.300' <<'END'
<stdin>:1:8-8: Error: syntax error: unexpected 'x'; expected ';' or end of line
wr mem x; cl fix x; sh start x; mail 192.0.2.300
       ^
<stdin>:1:18-18: Error: syntax error: unexpected 'x'; expected ';' or end of line
wr mem x; cl fix x; sh start x; mail 192.0.2.300
                 ^
<stdin>:1:30-30: Error: syntax error: unexpected 'x'; expected a number, ';' or end of line
wr mem x; cl fix x; sh start x; mail 192.0.2.300
                             ^
<stdin>:1:38-48: Error: '192.0.2.300' is not an address, prefix or range for ip daddr
wr mem x; cl fix x; sh start x; mail 192.0.2.300
                                     ^^^^^^^^^^^
END
refused "no prefix of new words" 'li presets\npol p { commands { helo } }' <<'END'
<stdin>:1:1-2: Error: syntax error: unexpected 'li'; did you mean 'list'?
li presets
^^
<stdin>:2:1-3: Error: syntax error: unexpected 'pol'; did you mean 'policy'?
pol p { commands { helo } }
^^^
END
refused "no prefix where a name or a value stands" \
	'fixup protocol smtp 0 iifname f policy no; policy sh { wr mem }' <<'END'
<stdin>:1:21-21: Error: a port is a number from 1 to 65535
fixup protocol smtp 0 iifname f policy no; policy sh { wr mem }
                    ^
<stdin>:1:56-57: Error: syntax error: unexpected 'wr'; expected '}' or a statement of a policy, as 'mailguard help policy' lists them
fixup protocol smtp 0 iifname f policy no; policy sh { wr mem }
                                                       ^^
END
echo 'list presets' >startup
is "$(mailguard -f startup sh start)" "list presets" "they do what the words do"

#
# Ports
#

refused "another protocol" 'fixup protocol http 80\n' <<'END'
<stdin>:1:16-19: Error: 'http' is not inspected: only smtp is inspected
fixup protocol http 80
               ^^^^
END
refused "another protocol to end" 'no fixup protocol sqlnet\n' <<'END'
<stdin>:1:19-24: Error: 'sqlnet' is not inspected: only smtp is inspected
no fixup protocol sqlnet
                  ^^^^^^
END
refused "port 0" 'fixup protocol smtp 0\n' <<'END'
<stdin>:1:21-21: Error: a port is a number from 1 to 65535
fixup protocol smtp 0
                    ^
END
refused "port 65536" 'fixup protocol smtp 25-65536\n' <<'END'
<stdin>:1:21-28: Error: a port is a number from 1 to 65535
fixup protocol smtp 25-65536
                    ^^^^^^^^
END
refused "a number beyond all numbers" \
	'fixup protocol smtp 99999999999999999999999999\n' <<'END'
<stdin>:1:21-46: Error: a port is a number from 1 to 65535
fixup protocol smtp 99999999999999999999999999
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^
END
refused "a range backwards" 'no fixup protocol smtp 2530 - 2525\n' <<'END'
<stdin>:1:24-34: Error: the range ends before it begins
no fixup protocol smtp 2530 - 2525
                       ^^^^^^^^^^^
END
refused "no range" 'fixup protocol smtp 25-x\n' <<'END'
<stdin>:1:21-24: Error: syntax error: unexpected '25-x'; expected policy, iifname, ip, ip6, a number, a range, ';' or end of line
fixup protocol smtp 25-x
                    ^^^^
END
refused "two errors are both told" \
	'fixup protocol smtp 0\nfixup protocol smtp 70000\nshow fixup\n' <<'END'
<stdin>:1:21-21: Error: a port is a number from 1 to 65535
fixup protocol smtp 0
                    ^
<stdin>:2:21-25: Error: a port is a number from 1 to 65535
fixup protocol smtp 70000
                    ^^^^^
END

#
# Policies
#

refused "a name too long" 'fixup protocol smtp 25 policy elevenchars\n' <<'END'
<stdin>:1:31-41: Error: policy name 'elevenchars' is longer than 9 characters: it names the conntrack helper 'smtp-elevenchars', limited to 14
fixup protocol smtp 25 policy elevenchars
                              ^^^^^^^^^^^
END
refused "no commands" 'policy p { banner pass }\n' <<'END'
<stdin>:1:8-8: Error: policy permits no command; add 'commands { ... }'
policy p { banner pass }
       ^
END
refused "commands without any" 'policy p { commands { } }\n' <<'END'
<stdin>:1:12-19: Error: policy permits no command; add 'commands { ... }'
policy p { commands { } }
           ^^^^^^^^
END
refused "commands without a comma" 'policy p { commands { helo mail } }\n' <<'END'
<stdin>:1:28-31: Error: syntax error: unexpected 'mail'; expected '}', ',' or end of line
policy p { commands { helo mail } }
                           ^^^^
END
refused "a command too long" 'policy p { commands { abcdefghijklmnopq } }\n' <<'END'
<stdin>:1:23-39: Error: a command is at most 16 characters long
policy p { commands { abcdefghijklmnopq } }
                      ^^^^^^^^^^^^^^^^^
END
refused "a statement twice" \
	'policy p {\n\tcommands { helo }\n\tbanner pass\n\tbanner text "x"\n}\n' <<'END'
<stdin>:4:2-7: Error: 'banner' stands twice in this policy, first in line 3
	banner text "x"
	^^^^^^
END
refused "a part of a statement twice" \
	'policy p { commands { helo }; banner fill "a" fill "b" }\n' <<'END'
<stdin>:1:52-54: Error: 'fill' stands here twice
policy p { commands { helo }; banner fill "a" fill "b" }
                                                   ^^^
END
refused "a banner of nothing" 'policy p { banner; commands { helo } }\n' <<'END'
<stdin>:1:18-18: Error: syntax error: unexpected ';'; expected pass, text, fill or keep
policy p { banner; commands { helo } }
                 ^
END
refused "a fill of two characters" \
	'policy p { commands { helo }; banner fill "ab" }\n' <<'END'
<stdin>:1:43-46: Error: fill takes one character
policy p { commands { helo }; banner fill "ab" }
                                          ^^^^
END
refused "a text of 65 characters" \
	'policy p { commands { helo }\nbanner text "%065d" }\n' <<'END'
<stdin>:2:13-79: Error: a text is at most 64 characters long
banner text "00000000000000000000000000000000000000000000000000000000000000000" }
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
END
refused "no reply code" 'policy p { commands { helo }; denied reply 99 "no" }\n' <<'END'
<stdin>:1:44-45: Error: a reply code is a number from 200 to 599
policy p { commands { helo }; denied reply 99 "no" }
                                           ^^
END
refused "neither x nor noop" 'policy p { commands { helo }; denied skip }\n' <<'END'
<stdin>:1:38-41: Error: syntax error: unexpected 'skip'; expected x, noop or reply
policy p { commands { helo }; denied skip }
                                     ^^^^
END
refused "no list" 'policy p { commands { helo }; keywords size }' <<'END'
<stdin>:1:40-43: Error: syntax error: unexpected 'size'; expected a list, '{' or '!'
policy p { commands { helo }; keywords size }
                                       ^^^^
END
refused "a list that does not end" \
	'policy p {\nkeywords !{ size\nehlo downgrade\ncommands { helo } }\n' <<'END'
<stdin>:3:1-4: Error: syntax error: '}' is missing before this: the block 'keywords {' began in line 2
ehlo downgrade
^^^^
END
refused "a word too long for a list, and one in quotes" \
	'policy p { commands { helo }; keywords { 1234567890123456789012345, "x" } }' <<'END'
<stdin>:1:42-66: Error: a word of this list is at most 24 characters long
policy p { commands { helo }; keywords { 1234567890123456789012345, "x" } }
                                         ^^^^^^^^^^^^^^^^^^^^^^^^^
<stdin>:1:69-71: Error: write the words of this list without quotes
policy p { commands { helo }; keywords { 1234567890123456789012345, "x" } }
                                                                    ^^^
END
refused "what is no word of a list" \
	'policy p { commands { helo }; keywords { auth=plain } }' <<'END'
<stdin>:1:46-46: Error: syntax error: unexpected '='; expected '}', ',' or end of line
policy p { commands { helo }; keywords { auth=plain } }
                                             ^
END
refused "a verdict where there is none" \
	'policy p { commands { helo }; keywords { size : reply "no" } }\n' <<'END'
<stdin>:1:47-47: Error: unexpected character ':'
policy p { commands { helo }; keywords { size : reply "no" } }
                                              ^
END
refused "a list of mechanisms that do not pass" \
	'policy p { commands { auth }; auth-mechanisms !{ ntlm } }' <<'END'
<stdin>:1:31-45: Error: 'auth-mechanisms' lists what passes, and takes no '!'
policy p { commands { auth }; auth-mechanisms !{ ntlm } }
                              ^^^^^^^^^^^^^^^
END
refused "two lists" \
	'policy p { commands { helo }; keywords { size }; keywords !{ dsn } }' <<'END'
<stdin>:1:50-57: Error: 'keywords' stands twice in this policy, first in line 1
policy p { commands { helo }; keywords { size }; keywords !{ dsn } }
                                                 ^^^^^^^^
END
refused "no anomaly of an address" \
	'policy p { commands { helo }; address bars deny }\n' <<'END'
<stdin>:1:39-42: Error: syntax error: unexpected 'bars'; expected pipe, brackets, percent, bang, source-route, double-at, quoted, 8bit, no-domain or literal
policy p { commands { helo }; address bars deny }
                                      ^^^^
END
refused "an empty domain, and one too long" \
	"policy p { commands { helo }; sender-domains { \"\", $(printf %0256d 1) } }" <<END
<stdin>:1:48-49: Error: a domain without a name
policy p { commands { helo }; sender-domains { "", $(printf %0256d 1) } }
                                               ^^
<stdin>:1:52-307: Error: a domain is at most 255 characters long
policy p { commands { helo }; sender-domains { "", $(printf %0256d 1) } }
                                                   $(printf %0256d 0 | tr 0 ^)
END
refused "no anomaly of a name in HELO, and none of its actions" \
	'policy p { commands { helo }; helo dot deny; helo literal blank }\n' <<'END'
<stdin>:1:36-38: Error: syntax error: unexpected 'dot'; expected no-dot, literal or invalid
policy p { commands { helo }; helo dot deny; helo literal blank }
                                   ^^^
<stdin>:1:59-63: Error: syntax error: unexpected 'blank'; expected pass, deny or reset
policy p { commands { helo }; helo dot deny; helo literal blank }
                                                          ^^^^^
END
refused "a name in HELO outside of a list" \
	'policy p { commands { helo }; helo-domains 192.0.2.1 }' <<'END'
<stdin>:1:44-52: Error: syntax error: unexpected '192.0.2.1'; expected a list, '{' or '!'
policy p { commands { helo }; helo-domains 192.0.2.1 }
                                           ^^^^^^^^^
END
refused "no blank in place of a percent sign" \
	'policy p { commands { helo }; address percent blank; address-length deny deny }\n' <<'END'
<stdin>:1:47-51: Error: syntax error: unexpected 'blank'; expected pass, deny or reset
policy p { commands { helo }; address percent blank; address-length deny deny }
                                              ^^^^^
<stdin>:1:74-77: Error: syntax error: unexpected 'deny'; expected '}', ';' or end of line
policy p { commands { helo }; address percent blank; address-length deny deny }
                                                                         ^^^^
END
refused "an action is missing" 'policy p { commands { helo }; bare-lf }' <<'END'
<stdin>:1:39-39: Error: syntax error: unexpected '}'; expected pass, deny or reset
policy p { commands { helo }; bare-lf }
                                      ^
END
refused "a second word is missing" \
	'policy p { commands { helo }; address\n}' <<'END'
<stdin>:1:38-38: Error: syntax error: unexpected end of line; expected pipe, brackets, percent, bang, source-route, double-at, quoted, 8bit, no-domain or literal
policy p { commands { helo }; address
                                     ^
END
refused "no action" 'policy p { commands { helo }; bare-lf skip }\n' <<'END'
<stdin>:1:39-42: Error: syntax error: unexpected 'skip'; expected pass, deny or reset
policy p { commands { helo }; bare-lf skip }
                                      ^^^^
END
refused "an action that is not possible here" \
	'policy p { commands { helo }; pipelining reset; truncated pass }\n' <<'END'
<stdin>:1:42-46: Error: syntax error: unexpected 'reset'; expected pass or hold
policy p { commands { helo }; pipelining reset; truncated pass }
                                         ^^^^^
<stdin>:1:59-62: Error: syntax error: unexpected 'pass'; expected deny or reset
policy p { commands { helo }; pipelining reset; truncated pass }
                                                          ^^^^
END
refused "no wording of replies" 'policy p { commands { helo }; replies blank }\n' <<'END'
<stdin>:1:39-43: Error: syntax error: unexpected 'blank'; expected pass or neutral
policy p { commands { helo }; replies blank }
                                      ^^^^^
END
refused "a version of TLS that there is not" \
	'policy p { commands { helo }; tls-minimum 1.4; }\npolicy q { commands { helo }; tls-minimum 1 }\n' <<'END'
<stdin>:1:43-45: Error: syntax error: unexpected '1.4'; expected any, 1.0, 1.1, 1.2 or 1.3
policy p { commands { helo }; tls-minimum 1.4; }
                                          ^^^
<stdin>:2:43-43: Error: syntax error: unexpected '1'; expected any, 1.0, 1.1, 1.2 or 1.3
policy q { commands { helo }; tls-minimum 1 }
                                          ^
END
refused "a mode that there is not" \
	'policy p { commands { helo }; mode watch }\npolicy q { commands { helo }; mode }\n' <<'END'
<stdin>:1:36-40: Error: syntax error: unexpected 'watch'; expected enforce or monitor
policy p { commands { helo }; mode watch }
                                   ^^^^^
<stdin>:2:36-36: Error: syntax error: unexpected '}'; expected enforce or monitor
policy q { commands { helo }; mode }
                                   ^
END
refused "early talk cannot pass" \
	'policy p { commands { helo }; early-talk pass }\n' <<'END'
<stdin>:1:42-45: Error: syntax error: unexpected 'pass'; expected reset or hold
policy p { commands { helo }; early-talk pass }
                                         ^^^^
END
refused "a limit that says nothing" \
	'policy p { commands { helo }; reply-line-length; }\n' <<'END'
<stdin>:1:48-48: Error: syntax error: unexpected ';'; expected pass, reset or a number
policy p { commands { helo }; reply-line-length; }
                                               ^
END
refused "a limit whose action is not possible" \
	'policy p { commands { helo }; reply-line-length 100 deny }\n' <<'END'
<stdin>:1:53-56: Error: syntax error: unexpected 'deny'; expected pass, reset, '}', ';' or end of line
policy p { commands { helo }; reply-line-length 100 deny }
                                                    ^^^^
END
refused "a reply where there is none" \
	'policy p { commands { helo }; junk-commands 3 reply "no" }\n' <<'END'
<stdin>:1:47-56: Error: 'junk-commands' takes no reply
policy p { commands { helo }; junk-commands 3 reply "no" }
                                              ^^^^^^^^^^
END
refused "a number of 32 bits that is too large" \
	'policy p { commands { helo }; message-size 4294967296 }\n' <<'END'
<stdin>:1:44-53: Error: a number is at most 4294967295
policy p { commands { helo }; message-size 4294967296 }
                                           ^^^^^^^^^^
END
refused "TLS is required, and not permitted" \
	'policy p { commands { helo, mail }; starttls require }\n' <<'END'
<stdin>:1:46-52: Error: starttls require needs the commands ehlo and starttls
policy p { commands { helo, mail }; starttls require }
                                             ^^^^^^^
END
refused "a mark of an event that does not exist" \
	'policy p { commands { helo }; on spam mark 1 }\n' <<'END'
<stdin>:1:34-37: Error: syntax error: unexpected 'spam'; expected denied, reset, held, refused-recipient, auth-failed, recipient, message, tls, early-talk or limit
policy p { commands { helo }; on spam mark 1 }
                                 ^^^^
END
refused "marks that are no numbers of 32 bits" \
	'policy p { commands { helo }\non denied mark 0x100000000\non reset mark packet 1/0x1g\non held mark 0x }\n' <<'END'
<stdin>:2:16-26: Error: a mark is a number of 32 bits, or two with '/' between: 0x1/0xff
on denied mark 0x100000000
               ^^^^^^^^^^^
<stdin>:3:27-27: Error: syntax error: unexpected 'g'; expected '}', ';' or end of line
on reset mark packet 1/0x1g
                          ^
<stdin>:4:14-15: Error: a mark is a number of 32 bits, or two with '/' between: 0x1/0xff
on held mark 0x }
             ^^
END
refused "a mark twice" \
	'policy p { commands { helo }; on tls mark 1; on tls mark packet 1; on tls mark connection 2 }\n' <<'END'
<stdin>:1:91-91: Error: this event sets that mark already
policy p { commands { helo }; on tls mark 1; on tls mark packet 1; on tls mark connection 2 }
                                                                                          ^
END
refused "bits outside of the mask" \
	'policy p { commands { helo }; on tls mark 0x10/0xf }\n' <<'END'
<stdin>:1:43-50: Error: the mark has bits outside of its mask
policy p { commands { helo }; on tls mark 0x10/0xf }
                                          ^^^^^^^^
END
refused "offenders for what no client is to blame for" \
	'policy p { commands { helo }; offenders after 3 tls for 1h }\n' <<'END'
<stdin>:1:49-51: Error: syntax error: unexpected 'tls'; expected denied, reset, refused-recipient, auth-failed, early-talk or limit
policy p { commands { helo }; offenders after 3 tls for 1h }
                                                ^^^
END
refused "offenders after none, or too many" \
	'policy p { commands { helo }; offenders after 0 denied for 1h }\npolicy q { commands { helo }; offenders after 1001 denied for 1h }\n' <<'END'
<stdin>:1:47-47: Error: expected a number from 1 to 1000
policy p { commands { helo }; offenders after 0 denied for 1h }
                                              ^
<stdin>:2:47-50: Error: expected a number from 1 to 1000
policy q { commands { helo }; offenders after 1001 denied for 1h }
                                              ^^^^
END
refused "times that are none, or too long" \
	'policy p { commands { helo }\noffenders after 3 denied for 90\n}\npolicy q { commands { helo }\noffenders after 3 denied for 5m1h\n}\npolicy r { commands { helo }\noffenders after 3 denied for 7d1s }\npolicy s { commands { helo }\noffenders after 3 denied for 0s }\n' <<'END'
<stdin>:2:30-31: Error: a time is written as 30s, 90m, 1h or 1d12h
offenders after 3 denied for 90
                             ^^
<stdin>:5:30-33: Error: a time is written as 30s, 90m, 1h or 1d12h
offenders after 3 denied for 5m1h
                             ^^^^
<stdin>:8:30-33: Error: expected a time from 1s to 7d
offenders after 3 denied for 7d1s }
                             ^^^^
<stdin>:10:30-31: Error: expected a time from 1s to 7d
offenders after 3 denied for 0s }
                             ^^
END
refused "offenders twice" \
	'policy p { commands { helo }; offenders after 1 reset for 1h; offenders after 2 denied for 1h }\n' <<'END'
<stdin>:1:63-71: Error: 'offenders' stands twice in this policy, first in line 1
policy p { commands { helo }; offenders after 1 reset for 1h; offenders after 2 denied for 1h }
                                                              ^^^^^^^^^
END
refused "bits of a mark that are no eight" \
	'policy p { commands { helo }; offenders after 1 reset for 1h mark 0xff01 }\n' <<'END'
<stdin>:1:67-72: Error: the mask has eight adjacent bits, such as 0xff0000
policy p { commands { helo }; offenders after 1 reset for 1h mark 0xff01 }
                                                                  ^^^^^^
END
refused "offenders that are no addresses" \
	'delete offender 192.0.2.300\ndelete offender 2001:db8::/48\n' <<'END'
<stdin>:1:17-27: Error: '192.0.2.300' is not an IPv4 address, an IPv6 address or a /64 of IPv6
delete offender 192.0.2.300
                ^^^^^^^^^^^
END
refused "an address that is no offender" \
	'delete offender 192.0.2.3\n' <<'END'
<stdin>:1:17-25: Error: '192.0.2.3' is no offender
delete offender 192.0.2.3
                ^^^^^^^^^
END
refused "an action twice" \
	'policy p { commands { helo }\naddress pipe deny\naddress pipe pass }\n' <<'END'
<stdin>:3:1-12: Error: 'address pipe' stands twice in this policy, first in line 2
address pipe pass }
^^^^^^^^^^^^
END
refused "a verb without a name" 'policy p { commands { "" } }\n' <<'END'
<stdin>:1:23-24: Error: a command without a name
policy p { commands { "" } }
                      ^^
END
refused "a block without end" 'policy p {\n\tcommands { helo }' <<'END'
<stdin>:2:19-19: Error: syntax error: '}' is missing at the end: the block 'policy p {' began in line 1
	commands { helo }
	                 ^
END

#
# Strings, definitions
#

refused "a string without end" 'policy p { banner text "abc\n}\n' <<'END'
<stdin>:1:24-27: Error: the string does not end
policy p { banner text "abc
                       ^^^^
END
refused "an unknown escape" 'policy p { banner text "a\\n" }\n' <<'END'
<stdin>:1:24-28: Error: in a string, only " and \ may follow \
policy p { banner text "a\n" }
                       ^^^^^
END
refused "a tab in a string" 'policy p { banner text "\t" }\n' <<'END'
<stdin>:1:24-26: Error: a control character in a string
policy p { banner text "	" }
                       ^^^
END
refused "no definition" 'fixup protocol smtp $PORT\n' <<'END'
<stdin>:1:21-25: Error: 'PORT' is not defined
fixup protocol smtp $PORT
                    ^^^^^
END
refused "a definition in place of a list" \
	'define V = helo; policy p { commands $V }\n' <<'END'
<stdin>:1:38-39: Error: syntax error: unexpected '$V'; expected a list or '{'
define V = helo; policy p { commands $V }
                                     ^^
END

refused "a verdict of a list" \
	'define V = { helo, quit }; policy p { commands { $V : noop } }\n' <<'END'
<stdin>:1:53-53: Error: syntax error: unexpected ':'; expected '}', ',' or end of line
define V = { helo, quit }; policy p { commands { $V : noop } }
                                                    ^
END

refused "a list in place of an action" \
	'define V = { deny }\npolicy p { commands { helo }; bare-lf $V }\n' <<'END'
<stdin>:2:39-40: Error: syntax error: unexpected '$V'; expected pass, deny or reset
policy p { commands { helo }; bare-lf $V }
                                      ^^
END

refused "a domain in a list of definitions" \
	'define A = { .example.net, "" }; define B = { $A, a.example }
policy p { commands { helo }\nrecipient-domains { b.example, $B }\nsender-domains !$B; bare-lf no }\n' <<'END'
<stdin>:3:32-33: Error: a domain without a name
recipient-domains { b.example, $B }
                               ^^
<stdin>:4:17-18: Error: a domain without a name
sender-domains !$B; bare-lf no }
                ^^
<stdin>:4:29-30: Error: syntax error: unexpected 'no'; expected pass, deny or reset
sender-domains !$B; bare-lf no }
                            ^^
END

refused "a string in a list of keywords" \
	'define A = { size, "dsn" }; policy p { commands { helo }; keywords $A }\n' <<'END'
<stdin>:1:68-69: Error: write the words of this list without quotes
define A = { size, "dsn" }; policy p { commands { helo }; keywords $A }
                                                                   ^^
END

refused "a definition twice" 'define A = 1\ndefine A = 2\n' <<'END'
<stdin>:2:8-8: Error: 'A' is defined already, in line 1 of <stdin>
define A = 2
       ^
END
refused "no name for a definition" 'define a-b = 1\n' <<'END'
<stdin>:1:8-10: Error: the name of a definition consists of letters, digits and '_', and does not begin with a digit
define a-b = 1
       ^^^
END
refused "a definition is no keyword" \
	'define WHAT = fixup; $WHAT protocol smtp 25\n' <<'END'
<stdin>:1:22-26: Error: syntax error: unexpected '$WHAT'; expected add, clear, configure, define, delete, fixup, include, list, mailhost, no, policy, show or write
define WHAT = fixup; $WHAT protocol smtp 25
                     ^^^^^
END
refused "smtp may be defined" \
	'define P = smtp; fixup protocol $P 0\n' <<'END'
<stdin>:1:36-36: Error: a port is a number from 1 to 65535
define P = smtp; fixup protocol $P 0
                                   ^
END
like "$(printf 'define N = 007; define M = $N; show preset $M' | mailguard -f - 2>&1)" \
	"there is no preset '007'" "a number in a definition stays as it is written"
refused "the error is where the definition is used" \
	'define LOW = 1; define HIGH = 70000\nfixup protocol smtp $LOW-$HIGH\n' <<'END'
<stdin>:2:21-30: Error: a port is a number from 1 to 65535
fixup protocol smtp $LOW-$HIGH
                    ^^^^^^^^^^
END

#
# Presets
#

presets="asa, egress, exchange, firebox, firewall1, fwsm, ios-esmtp,"
presets+=" ios-smtp, modern, pix-4.0, pix-4.2, pix-4.4, pix-5.1, pix-6.3, raptor and submit"
is "$(mailguard list presets)" \
"asa        ASA: asterisks but for 2 and 0, EHLO, other commands and keywords become X
egress     for mail that leaves a network: no more than a client needs
exchange   between servers of Exchange: their own commands pass
firebox    WatchGuard: the greeting of its proxy, and its list of commands
firewall1  Check Point: the greeting of its security server
fwsm       FWSM: the PIX of the Catalyst 6500 and 7600, asterisks and X
ios-esmtp  IOS firewall, esmtp: the greeting passes, EHLO, other commands become X
ios-smtp   IOS firewall, smtp: the greeting passes, other commands become X
modern     for servers of today: TLS and CHUNKING, and no command that strangers do not need
pix-4.0    PIX 4.0 and 4.1: a banner of its own, OK to everything
pix-4.2    PIX 4.2: a banner of its own, denied commands become NOOP
pix-4.4    PIX 4.4: asterisks for a banner, denied commands become NOOP
pix-5.1    PIX 5.1 to 6.2: asterisks but for 2 and 0, denied commands become NOOP
pix-6.3    PIX 6.3: asterisks but for 2 and 0, denied commands become X
raptor     Raptor: \"Generic SMTP handler\", no STARTTLS, no VRFY
submit     for port 587: no mail and no password but under TLS" \
	"list presets"
for preset in "$MAILGUARD_PRESETS"/*; do
	is "$(mailguard show preset "${preset##*/}")" "$(cat "$preset")" \
		"show preset ${preset##*/}"
	for part in Product Versions Sources "Known deviations"; do
		like "$(cat "$preset")" "^# $part:" "${preset##*/}: $part"
	done
done
refused "a preset that is not there" 'show preset pix-6.2\n' <<END
<stdin>:1:13-19: Error: there is no preset 'pix-6.2'; did you mean 'pix-6.3'? There are $presets
show preset pix-6.2
            ^^^^^^^
END
refused "the nearest preset, though several differ as much" \
	'policy p { preset pix-9.9; }\n' <<END
<stdin>:1:19-25: Error: there is no preset 'pix-9.9'; did you mean 'pix-6.3'? There are $presets
policy p { preset pix-9.9; }
                  ^^^^^^^
END
refused "a policy from a preset that is not there" \
	'policy p { preset none; }\n' <<END
<stdin>:1:19-22: Error: there is no preset 'none', but there are $presets
policy p { preset none; }
                  ^^^^
END
refused "a preset behind other statements" \
	'policy p {\n\tdenied x\n\tpreset pix-6.3\n}\n' <<'END'
<stdin>:3:9-15: Error: 'preset' comes before the other statements of a policy
	preset pix-6.3
	       ^^^^^^^
END
refused "a preset twice" \
	'policy p {\n\tpreset pix-6.3\n\tpreset pix-4.0\n}\n' <<'END'
<stdin>:3:9-15: Error: 'preset' stands twice in this policy, first in line 2
	preset pix-4.0
	       ^^^^^^^
END
refused "a statement twice behind a preset" \
	'policy p { preset pix-6.3; denied x; denied noop; }\n' <<'END'
<stdin>:1:38-43: Error: 'denied' stands twice in this policy, first in line 1
policy p { preset pix-6.3; denied x; denied noop; }
                                     ^^^^^^
END
refused "a path for a preset" 'show preset ../passwd\n' <<'END'
<stdin>:1:13-13: Error: unexpected character '.'
show preset ../passwd
            ^
END
refused "a path in the middle" 'show preset pix/../passwd\n' <<'END'
<stdin>:1:16-16: Error: unexpected character '/'
show preset pix/../passwd
               ^
END
refused "a string for a preset" 'show preset "../passwd"\n' <<'END'
<stdin>:1:13-23: Error: syntax error: unexpected "../passwd"; expected a name
show preset "../passwd"
            ^^^^^^^^^^^
END
refused "a path in a definition" \
	'define P = "../passwd"; show preset $P\n' <<'END'
<stdin>:1:37-38: Error: syntax error: unexpected '$P'; expected a name
define P = "../passwd"; show preset $P
                                    ^^
END

# own_preset NAME <FILE: in a directory of one's own
mkdir -p own/directory
own_preset() {
	cat >"own/$1"
}

MAILGUARD_PRESETS=$TOP/presets
own_preset syntax <<<"policy syntax { banner nothing; }"
own_preset two <<-'END'
	policy two { commands { quit } }
	policy other { commands { quit } }
END
own_preset fixup <<<"fixup protocol smtp 25"
own_preset empty </dev/null
own_preset name <<<"policy other { commands { quit } }"
own_preset code <<<'policy code { commands { quit }; denied reply 99 "" }'
own_preset loop <<<"policy loop { preset loop; }"
own_preset Upper <<<"policy Upper { commands { quit } }"
MAILGUARD_PRESETS=own
is "$(mailguard list presets)" "code
empty
fixup
loop
name
syntax
two" "a directory of one's own, and presets without a head"

# own_refused NAME: says so, and in whose file.
own_refused() {
	refused "a preset $1" "policy p {\n\tpreset $1\n}\n" <<-END
		In file included from <stdin>:2:9-$((8 + ${#1})):
		$PWD/own/$1:$(cat)
	END
}

own_refused syntax <<'END'
1:24-30: Error: syntax error: unexpected 'nothing'; expected pass, text, fill or keep
policy syntax { banner nothing; }
                       ^^^^^^^
END
own_refused two <<'END'
2:1-34: Error: a preset is one policy and no other statement
policy other { commands { quit } }
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
END
own_refused fixup <<'END'
1:1-22: Error: a preset is one policy and no other statement
fixup protocol smtp 25
^^^^^^^^^^^^^^^^^^^^^^
END
own_refused name <<'END'
1:8-12: Error: the policy of the preset 'name' must have its name
policy other { commands { quit } }
       ^^^^^
END
own_refused code <<'END'
1:47-48: Error: a reply code is a number from 200 to 599
policy code { commands { quit }; denied reply 99 "" }
                                              ^^
END
like "$(mailguard 'policy p { preset empty; }' 2>&1)" \
	'own/empty:1:1-1: Error: a preset is one policy and no other statement' \
	"an empty preset"
own_refused loop <<'END'
1:22-25: Error: the preset 'loop' starts from itself
policy loop { preset loop; }
                     ^^^^
END
for i in {1..20}; do
	echo "policy deep$i { preset deep$((i + 1)); }" >"own/deep$i"
done
like "$(mailguard 'policy p { preset deep1; }' 2>&1)" \
	'own/deep16:1:24-29: Error: presets start from each other deeper than 16' \
	"a chain of presets"
MAILGUARD_PRESETS=$TMP/missing
refused_words "no presets at all" list presets <<END
mailguard: cannot read the presets in '$TMP/missing': No such file or directory
END
refused_words "no presets to start from" 'policy p { preset pix-6.3; }' <<END
<cmdline>:1:19-25: Error: cannot read the presets in '$TMP/missing': No such file or directory
policy p { preset pix-6.3; }
                  ^^^^^^^
END

refused_words "an option before status" -c status <<'END'
mailguard: status does not take such an option: try 'mailguard help status'
END
refused_words "a word behind status" status now <<'END'
mailguard: no word may follow status
END
refused_words "policies now, and no policy" --now list policies <<'END'
<cmdline>:1:1-13: Error: --now goes with statements that change a policy only
list policies
^^^^^^^^^^^^^
END
refused_words "an option that is another statement's" --all list policies <<'END'
<cmdline>:1:1-13: Error: --all goes with list counters only
list policies
^^^^^^^^^^^^^
END

#
# Files
#

mkdir sub
echo 'include "sub/inner"; show fixup' >outer
printf 'include "leaf"' >sub/inner
echo 'fixup protocol ftp' >sub/leaf
refused_words "an error in an included file" -f outer <<'END'
In file included from outer:1:9-19:
In file included from sub/inner:1:9-14:
sub/leaf:1:16-18: Error: 'ftp' is not inspected: only smtp is inspected
fixup protocol ftp
               ^^^
END
echo 'include "loop"' >loop
like "$(mailguard -f loop 2>&1)" 'loop:1:9-14: Error: includes are nested deeper than 15' \
	"an include of itself"
refused_words "an included file that is missing" 'include "missing"' <<'END'
<cmdline>:1:9-17: Error: cannot open 'missing': No such file or directory
include "missing"
        ^^^^^^^^^
END
refused_words "a file that is missing" -f missing <<'END'
mailguard: cannot open 'missing': No such file or directory
END
refused_words "a directory" -f sub <<'END'
mailguard: cannot read 'sub': Is a directory
END
refused_words "a file without end" -f /dev/zero <<'END'
mailguard: cannot read '/dev/zero': File too large
END

#
# The command line
#

refused_words "words are joined" show fixup protocol http <<'END'
<cmdline>:1:21-24: Error: 'http' is not inspected: only smtp is inspected
show fixup protocol http
                    ^^^^
END
refused_words "metrics of what has none" list policies --format openmetrics <<'END'
<cmdline>:1:1-13: Error: only list counters has this format
list policies
^^^^^^^^^^^^^
END
refused_words "a format that is none" --format xml list counters <<'END'
mailguard: a format is text, json, openmetrics or prometheus, not 'xml'
END
refused_words "file and statement" -f outer show fixup <<'END'
<cmdline>:1:1-10: Error: a file or a statement, not both: -f goes with statements about the saved configuration only
show fixup
^^^^^^^^^^
END
fails_if "an unknown option" mailguard -x
fails_if "no word at all" mailguard
like "$(mailguard help)" '^  show fixup ' "help tells the statements"
for words in "help policy" "policy --help" "add policy p -h" "-h policy"; do
	# shellcheck disable=SC2086 # these are words
	got=$(mailguard $words)
	like "$got" '^  add policy NAME ' "$words: the statement"
	like "$got" '^  line-length mail BYTES ' "$words: its parts"
	unlike "$got" '^  list counters ' "$words: nothing else"
done
for words in "help fixup" "fixup --help" "no fix prot smtp 25 --help"; do
	# shellcheck disable=SC2086
	got=$(mailguard $words)
	like "$got" '^  no fixup protocol smtp ' "$words: the statement"
	like "$got" '^  iifname ' "$words: its parts"
done
like "$(mailguard help pipelining)" '^  pipelining pass | hold ' \
	"help for a statement of a policy"
refused_words "a word of the command line" porbe mx.example.org <<'END'
<cmdline>:1:1-5: Error: syntax error: unexpected 'porbe'; did you mean 'probe'?
porbe mx.example.org
^^^^^
END
refused_words "help for nothing" help polcy <<'END'
mailguard: no statement has the word 'polcy'; did you mean 'policy'?
END
is "$(mailguard -h)" "$(mailguard help)" "-h does the same"
ok_if "a file of comments" mailguard -f - <<<'# nothing'
ok_if "an empty file" mailguard -f /dev/null
fails_if "what can't be printed is no success" \
	sh -c 'mailguard help >/dev/full'

finish
