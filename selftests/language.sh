#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the language refuses, and how it says so: the place, the line, a caret
# below each column of the words at fault. None of this gets to the kernel.

# shellcheck disable=SC2016 # the language has its own $NAME

. "$(dirname "$0")/lib.sh"

PATH=$PATH:$LIB/../userspace:/usr/sbin:/sbin
need mailguard
cd "$TMP" || exit

# refused DESCRIPTION INPUT, what it says on standard input: INPUT is what
# printf makes an input of.
refused() {
	local got status wanted
	wanted=$(cat)
	# shellcheck disable=SC2059 # that's how odd octets get in
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

refused "an unknown word" 'fxup protocol smtp 25' <<'END'
<stdin>:1:1-4: Error: syntax error: unexpected 'fxup'; expected add, clear, define, delete, fixup, include, list, mailhost, no, policy, show or write
fxup protocol smtp 25
^^^^
END
refused "a word is missing" 'fixup smtp 25' <<'END'
<stdin>:1:7-10: Error: syntax error: unexpected 'smtp'; expected protocol
fixup smtp 25
      ^^^^
END
refused "a word too many" 'fixup protocol smtp 25 26\n' <<'END'
<stdin>:1:24-25: Error: syntax error: unexpected '26'; expected policy, iifname, ip, ip6, '-' or end of line
fixup protocol smtp 25 26
                       ^^
END
refused "the end is missing" 'list' <<'END'
<stdin>:1:5-5: Error: syntax error: unexpected end of line; expected policies, ruleset, connections or counters
list
    ^
END
refused "a character that means nothing" 'fixup protocol smtp 25 @home' <<'END'
<stdin>:1:24-24: Error: unexpected character '@'
fixup protocol smtp 25 @home
                       ^
END
refused "a control character" 'list \001ruleset' <<'END'
<stdin>:1:6-6: Error: unexpected octet 0x01
list ?ruleset
     ^
END
refused "a NUL" 'list ruleset\000' <<'END'
<stdin>:1:13-13: Error: unexpected octet 0x00
list ruleset?
            ^
END
refused "tabs stay tabs" '\t\tfixup\tprotocol\thttp\n' <<'END'
<stdin>:1:18-21: Error: 'http' is not inspected: only smtp is inspected
		fixup	protocol	http
		     	        	^^^^
END
refused "CRLF ends a line" '# one\r\n\r\nlist nothing\r\n' <<'END'
<stdin>:3:6-12: Error: syntax error: unexpected 'nothing'; expected policies, ruleset, connections or counters
list nothing
     ^^^^^^^
END
refused "a character of two octets is one column wide" \
	'delete policy \\\n"\303\244\303\266" x\n' <<'END'
<stdin>:2:1-6: Error: syntax error: unexpected "äö"; expected a name
"äö" x
^^^^
END

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
<stdin>:1:21-24: Error: syntax error: unexpected '25-x'; expected policy, iifname, ip, ip6, a number, a range or end of line
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
<stdin>:1:31-41: Error: policy name 'elevenchars' is longer than 10 characters: it names the conntrack helper 'smtp-elevenchars', limited to 15
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
refused "neither x nor noop" 'policy p { commands { helo }; denied drop }\n' <<'END'
<stdin>:1:38-41: Error: a denied command becomes x or noop, not 'drop'
policy p { commands { helo }; denied drop }
                                     ^^^^
END
refused "a line length too small" \
	'policy p { commands { helo }; line-length mail 10 }\n' <<'END'
<stdin>:1:48-49: Error: a line length is a number from 64 to 12288
policy p { commands { helo }; line-length mail 10 }
                                               ^^
END
refused "a block without end" 'policy p {\n\tcommands { helo }' <<'END'
<stdin>:2:19-19: Error: syntax error: unexpected end of file; expected banner, commands, denied, ehlo, line-length or '}'
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
refused "a definition twice" 'define A = 1\ndefine A = 2\n' <<'END'
<stdin>:2:8-8: Error: 'A' is defined already, in line 1 of <stdin>
define A = 2
       ^
END
refused "no name for a definition" 'define a-b = 1\n' <<'END'
<stdin>:1:8-10: Error: the name of a definition is made of letters, digits and _, the first no digit
define a-b = 1
       ^^^
END
refused "a definition is no keyword" \
	'define WHAT = fixup; $WHAT protocol smtp 25\n' <<'END'
<stdin>:1:22-26: Error: syntax error: unexpected '$WHAT'; expected add, clear, define, delete, fixup, include, list, mailhost, no, policy, show or write
define WHAT = fixup; $WHAT protocol smtp 25
                     ^^^^^
END
refused "the error is where the definition is used" \
	'define LOW = 1; define HIGH = 70000\nfixup protocol smtp $LOW-$HIGH\n' <<'END'
<stdin>:2:21-30: Error: a port is a number from 1 to 65535
fixup protocol smtp $LOW-$HIGH
                    ^^^^^^^^^^
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
refused_words "an option too late" show fixup --check <<'END'
<cmdline>:1:12-18: Error: options come before the statement
show fixup --check
           ^^^^^^^
END
refused_words "file and statement" -f outer show fixup <<'END'
<cmdline>:1:1-10: Error: a file or a statement, not both: -f goes with write memory and show startup-config only
show fixup
^^^^^^^^^^
END
fails_if "an unknown option" mailguard -x
fails_if "no word at all" mailguard
like "$(mailguard help)" '^  show fixup ' "help tells the statements"
is "$(mailguard -h)" "$(mailguard help)" "-h does the same"
ok_if "a file of comments" mailguard -f - <<<'# nothing'
ok_if "an empty file" mailguard -f /dev/null
fails_if "what can't be printed is no success" \
	sh -c 'mailguard help >/dev/full'

finish
