#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Presets: each PIX that somebody captured is seen again, by people, by nmap and
# by Postfix; and "preset" and "fixup ... policy PRESET" do what they say.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nmap nft mailguard
setup_topology

presets=(pix-4.0 pix-4.2 pix-4.4 pix-5.1 pix-6.3)

# port PRESET: the one it guards here, 2540 for pix-4.0.
port() {
	local version=${1#pix-}
	echo "25${version/./}"
}

# run N CHARACTER: so many of it.
run() {
	local blanks
	printf -v blanks '%*s' "$1" ''
	echo "${blanks// /$2}"
}

#
# Captures, numbered as they were found in:
#	1, 3	Microsoft, KB 320027
#	2	Microsoft, Q295725
#	4	rapid7/recog, xml/smtp_banners.xml
#	5, 6	Gordano, on GMS and NTMail
#	7	a forum on Ubuntu, 2005, a PIX before Postfix
#	8-10	pages about an ASA, which masks banners as the PIX does
#	11	nmap's nmap-service-probes, ArGoSoft behind an ASA
#	12	a user's way to smtp.qq.com
#	13	Cisco, ESA technical note 118584
#
# Known deviations, all from what would make a client wait for ever or cannot be
# known when it would have to be:
#	1, 13	"220***", printed without the blank
#	3	" read" at the end of a line
#	5	the second line's "220 " masked
#	8-12	what an ASA does to EHLO, its reply and STARTTLS
#

# captured NUMBER PRESET ORIGINAL MASKED [COMMAND REPLY]: the original greeting
# of a server is masked so, and a command gets the server's reply.
captured() {
	local number=$1 preset=$2 original=$3 masked=$4 command=${5-} port said
	port=$(port "$preset")
	said=${6-}
	smtp_server server "$port" <<-END
		raw $original
		${command:+line}
		${command:+> $said}
		eof
	END
	is "$(smtp_talk client $SERVER4 "$port" <<-END
		< 220
		${command:+> $command}
		${command:+<}
		close
	END
	)" "$masked${said:+$'\n'$said\\r\\n}" \
		"$preset: capture $number${command:+, and its reply to $command}"
	ok_if "$preset: capture $number ends well" served server "$port"
	smtp_server_stop server "$port"
}

test_captures_4() {
	captured 3 pix-4.0 \
		'220 mail.example.com Microsoft ESMTP MAIL Service ready now\r\n' \
		"220 SMTP/cmap ready$(run 40 _)\\r\\n"
	captured 4 pix-4.2 \
		'220 mail1.example.com ESMTP Sendmail 8.12.10/8.12.10; Wed, 12 Jun 2002 13:45:29 -0500 (CDT)\r\n' \
		"220 SMTP/cmap ready$(run 72 _)\\r\\n"
	captured 5 pix-4.4 \
		'220-server.gordano.com NTMail (v7.00.0018/NU00000.00)\r\n220 ready on Wed, 5 Jun 2002 13:45:29 -0500, unsolicited mail is not welcome at all here\r\n' \
		"220-$(run 49 '*')\\r\\n
220 $(run 84 '*')\\r\\n"
	captured 6 pix-4.4 \
		'220 server.gordano.com NTMail (v7.00.0018/NU0000.00.c0ffee00) ready for ESMTP transfer\r\n' \
		"220 $(run 82 '*')\\r\\n"
}

# Exchange, in the originals of 1 and 2, by the digits that stayed.
test_captures_5() {
	captured 1 pix-5.1 \
		'220 mx.a.example Microsoft ESMTP MAIL Service, Version: 5.0.2195.4905 ready at  Mon, 3 Jun 2002 13:45:29 -0500\r\n' \
		"220 $(run 54 '*')0*2******0$(run 23 '*')2002*******2***0*00\\r\\n"
	captured 13 pix-5.1 '220 mx.a.example\r\n' "220 $(run 12 '*')\\r\\n"
}

test_captures_6() {
	captured 2 pix-6.3 \
		'220 mailgate-0.corp.example.net ESMTP Server (Microsoft Exchange Internet Mail Service 5.5.2653.13) ready\r\n' \
		"220 $(run 9 '*')0$(run 77 '*')2$(run 13 '*')\\r\\n" \
		"ehlo" "500 Unrecognized command"
	captured 7 pix-6.3 '220 mail ESMTP Postfix (Debian/GNU)\r\n' \
		"220 $(run 31 '*')\\r\\n" \
		"EHLO client.example.net" "502 Error: command not implemented"
	captured 8 pix-6.3 '220 mail.example.org ESMTP Postfix (Debian/GNU)\r\n' \
		"220 $(run 43 '*')\\r\\n"
	captured 9 pix-6.3 '220 z.example ESMTP Postfix (Debian/GNU)\r\n' \
		"220 $(run 36 '*')\\r\\n"
	captured 10 pix-6.3 \
		'220 mail.example.org Microsoft ESMTP MAIL Service ready\r\n' \
		"220 $(run 51 '*')\\r\\n" \
		"HELO client.example.net" "250 srv-smtpapp1.he-arc.ch"
	captured 11 pix-6.3 \
		'220-mail.example.org [ESMTP Server] service ready; ESMTP Server; no relaying for any stranger\r\n220 ArGoSoft Mail Server, v.1.8.5.77\r\n' \
		"220-$(run 89 '*')\\r\\n
220 $(run 32 '*')\\r\\n"
	captured 12 pix-6.3 '220 smtp.qq.com Esmtp QQ Mail Server\r\n' \
		"220 $(run 32 '*')\\r\\n"
}

#
# Denied commands
#

denied_talk() {
	smtp_talk client $SERVER4 "$(port "$1")" <<-'END'
		< 220
		> goodmorning
		<
		> EHLO client.example.net
		<
		> HELP
		<
		> QUIT
		< 221
		eof
	END
}

# denies PRESET BANNER REPLIES: to goodmorning, EHLO and HELP. The server stays.
denies() {
	smtp_server server "$(port "$1")" <<<"auto"
	is "$(denied_talk "$1")" "220 $2\\r\\n
$3
221 2.0.0 Bye\\r\\n
eof" "$1: what a client is told of denied commands"
	ok_if "$1: the server's script ends well" served server "$(port "$1")"
}

# server_sees PRESET LINES
server_sees() {
	is "$(received_lines server "$(port "$1")")" "$2
QUIT\\r\\n" "$1: what the server sees of them"
}

test_denied() {
	local unknown='502 5.5.2 Error: command not recognized\r\n'
	local noop='250 2.0.0 Ok\r\n' noops preset
	local cmap="SMTP/cmap ready_________" stars
	stars=$(run 24 '*')
	denies pix-4.0 "$cmap" "250 OK      \\r\\n
250 OK      \\r\\n
250 OK$(run 33 ' ')\\r\\n"
	denies pix-4.2 "$cmap" "$noop"$'\n'"$noop"$'\n'"$unknown"
	denies pix-4.4 "$stars" "$noop"$'\n'"$noop"$'\n'"$unknown"
	denies pix-5.1 "$stars" "$noop"$'\n'"$noop"$'\n'"$unknown"
	denies pix-6.3 "$stars" "$unknown"$'\n'"$unknown"$'\n'"$unknown"
	noops="NOOP$(run 7 ' ')\\r\\n
NOOP$(run 19 ' ')\\r\\n
HELX\\r\\n"
	for preset in pix-4.0 pix-4.2 pix-4.4 pix-5.1; do
		server_sees $preset "$noops"
	done
	server_sees pix-6.3 "$(run 11 X)\\r\\n
$(run 23 X)\\r\\n
HELX\\r\\n"
}

# The servers of test_denied are there still.
test_nmap() {
	local seen preset
	seen=$(in_client nmap -n -Pn -sT -sV --version-light \
		-p 2540,2542,2544,2551,2563 $SERVER4)
	for preset in pix-4.4 pix-5.1 pix-6.3; do
		like "$seen" "^$(port "$preset")/tcp +open +smtp +Cisco PIX sanitized smtpd" \
			"$preset: nmap takes it for a PIX"
	done
	for preset in pix-4.0 pix-4.2; do
		unlike "$seen" "^$(port "$preset")/tcp.*sanitized" \
			"$preset: nmap does not"
	done
	for preset in "${presets[@]}"; do
		smtp_server_stop server "$(port "$preset")"
	done
}

#
# Postfix sends, by a port for each preset, to one server
#

# transports: an address for each preset.
transports() {
	local preset
	for preset in "${presets[@]}"; do
		echo "{ $preset@example.org = smtp:[$SERVER4]:$(port "$preset") },"
	done | tr '\n' ' '
}

test_postfix() {
	local preset
	postfix_start server
	in_gw nft -f - <<-END
		table ip nat {
			chain prerouting {
				type nat hook prerouting priority dstnat;
				tcp dport 2540-2563 dnat to $SERVER4:25
			}
		}
	END
	postfix_client client $SERVER4 25 \
		"transport_maps = inline:{ $(transports) }"
	for preset in "${presets[@]}"; do
		printf 'Subject: x\n\nby way of %s\n' "$preset" |
			postfix_send client a@example.net "$preset@example.org"
	done
	wait_for 120 has_mails server 5
	is "$(postfix_mails server | xargs -d '\n' grep -h '^by way of' | sort)" \
		"$(printf 'by way of %s\n' "${presets[@]}")" "Postfix's mails arrive"
	for preset in pix-4.4 pix-5.1 pix-6.3; do
		logged client relay \
			"enabling PIX workarounds: disable_esmtp .*:$(port "$preset")\$" \
			"$preset: Postfix takes it for a PIX"
	done
	for preset in pix-4.0 pix-4.2; do
		logged client relay "to=<$preset@example.org>.*status=sent" \
			"$preset: Postfix sends"
		unlike "$(cat "$(postfix_log client relay)")" \
			"PIX .*:$(port "$preset")\$" \
			"$preset: Postfix does not take it for a PIX"
	done
	postfix_stop client relay
	postfix_stop server
	in_gw nft delete table ip nat
}

#
# The words. language.sh has the errors that need no kernel.
#

# clear: no fixup, no policy.
clear() {
	in_gw mailguard no fixup protocol smtp
	in_gw mailguard list policies | grep -v " default$" |
		sed 's/^/delete /' | in_gw mailguard -f -
}

# ruleset FIXUPS-AND-POLICIES DESCRIPTION: this and the default is all there is.
ruleset() {
	is "$(in_gw mailguard list ruleset | sed '1,/^}/d')" "$1" "$2"
}

# refused DESCRIPTION WANTED WORD...: with this error, and changes nothing.
refused() {
	local what=$1 wanted=$2 said before
	shift 2
	before=$(in_gw mailguard list ruleset)
	said=$(in_gw env MAILGUARD_PRESETS="$TMP/own" mailguard "$@" 2>&1) &&
		fail "$what: is accepted"
	is "$said" "$wanted" "$what: is refused, and the place shown"
	is "$(in_gw mailguard list ruleset)" "$before" "$what: changes nothing"
}

test_fixup() {
	clear
	ok_if "a preset's file is one that -f reads" \
		in_gw mailguard -f "$TOP/presets/pix-6.3"
	pix63=$(in_gw mailguard list ruleset | sed '1,/^}/d')
	like "$pix63" "^policy pix-6.3 {" "it defines the policy of its name"
	pix63+=$'\n'"fixup protocol smtp 25 policy pix-6.3"
	clear
	ok_if "-c fixup protocol smtp 25 policy pix-6.3" \
		in_gw mailguard -c fixup protocol smtp 25 policy pix-6.3
	ruleset "" "-c adds no preset"
	ok_if "fixup protocol smtp 25 policy pix-6.3" \
		in_gw mailguard fixup protocol smtp 25 policy pix-6.3
	ruleset "$pix63" "the preset is added"
	in_gw mailguard list ruleset >"$TMP/ruleset"
	clear
	ok_if "what was listed is loaded again" \
		in_gw mailguard -f "$TMP/ruleset"
	ruleset "$pix63" "it is the same then"
}

own='policy pix-6.3 {
	commands { quit }
}
fixup protocol smtp 25 policy pix-6.3'

test_own() {
	clear
	ok_if "a policy that has a preset's name" in_gw mailguard -f - <<-'END'
		policy pix-6.3 { commands { quit }; }
		fixup protocol smtp 25 policy pix-6.3
	END
	ruleset "$own" "one of the file wins over the preset"
	ok_if "the same once more" \
		in_gw mailguard fixup protocol smtp 25 policy pix-6.3
	ruleset "$own" "one of the kernel wins over the preset"
	clear
	ok_if "a policy that is defined behind its fixup" in_gw mailguard -f - <<-'END'
		fixup protocol smtp 25 policy pix-6.3
		policy pix-6.3 { commands { quit }; }
	END
	ruleset "$own" "one of the file wins, wherever it stands"
	ok_if "a policy deleted before its fixup" in_gw mailguard -f - <<-'END'
		no fixup protocol smtp; delete policy pix-6.3
		fixup protocol smtp 25 policy pix-6.3
	END
	ruleset "$pix63" "the preset takes the place of a deleted policy"
}

test_preset() {
	clear
	ok_if "policies that start from presets" in_gw mailguard -f - <<-'END'
		policy same { preset pix-4.0; }
		policy other {
			preset pix-4.4
			commands { helo, quit, vrfy }
			line-length 1000
			address brackets reset
		}
		policy plain { preset pix-4.0; banner pass; denied x; }
	END
	ruleset 'policy same {
	banner text "SMTP/cmap ready" fill "_"
	commands { helo, mail, rcpt, data, rset, noop, quit }
	denied noop reply 250 "OK"
	address pipe pass
	address brackets pass
	foreign deny
}
policy other {
	banner fill "*"
	commands { helo, quit, vrfy }
	denied noop
	line-length 1000
	address pipe pass
	address brackets reset
	foreign deny
}
policy plain {
	commands { helo, mail, rcpt, data, rset, noop, quit }
	address pipe pass
	address brackets pass
	foreign deny
}' "what stands behind a preset replaces what it says"
	mkdir "$TMP/own"
	cat >"$TMP/own/two" <<-'END'
		policy two { preset one; ehlo downgrade; keywords !{ dsn } }
	END
	cat >"$TMP/own/one" <<-'END'
		policy one {
			commands { helo, quit }; line-length 1000; denied noop
			keywords { size }
		}
	END
	clear
	ok_if "a preset of one's own that starts from another" \
		in_gw env MAILGUARD_PRESETS="$TMP/own" mailguard \
		policy p '{ preset two; line-length 2000; }'
	ruleset 'policy p {
	commands { helo, quit }
	denied noop
	ehlo downgrade
	keywords !{ dsn }
	line-length 2000
}' "each has its say"
}

test_errors() {
	refused "a name that is near a preset's" \
"<cmdline>:1:31-34: Error: there is no policy 'onne'; did you mean the preset 'one'?
fixup protocol smtp 25 policy onne
                              ^^^^" fixup protocol smtp 25 policy onne
	refused "a name that is near none" \
"<cmdline>:1:31-34: Error: there is no policy 'else'
fixup protocol smtp 25 policy else
                              ^^^^" fixup protocol smtp 25 policy else
	echo "policy bad { commands { helo, zz-top }; }" >"$TMP/own/bad"
	refused "what the kernel refuses of a preset" \
"In file included from <cmdline>:1:31-33:
$TMP/own/bad:1:31-36: Error: unknown verb; write a verb of your own in quotes
policy bad { commands { helo, zz-top }; }
                              ^^^^^^" fixup protocol smtp 25 policy bad
	refused "the same where a policy starts from it" \
"In file included from <cmdline>:1:19-21:
$TMP/own/bad:1:31-36: Error: unknown verb; write a verb of your own in quotes
policy bad { commands { helo, zz-top }; }
                              ^^^^^^" policy p '{ preset bad; ehlo downgrade; }'
	echo "policy broken commands" >"$TMP/own/broken"
	refused "a preset that is none" \
"In file included from <cmdline>:1:31-36:
$TMP/own/broken:1:15-22: Error: syntax error: unexpected 'commands'; expected '{'
policy broken commands
              ^^^^^^^^" fixup protocol smtp 25 policy broken
	refused "an error behind a preset that is fine" \
"<cmdline>:1:65-68: Error: there is no policy 'else'
fixup protocol smtp 25 policy one;fixup protocol smtp 26 policy else
                                                                ^^^^" \
		fixup protocol smtp 25 policy one';fixup' protocol smtp 26 policy else
}

for preset in "${presets[@]}"; do
	ok_if "fixup protocol smtp $(port "$preset") policy $preset" in_gw \
		mailguard fixup protocol smtp "$(port "$preset")" policy "$preset"
done
test_captures_4
test_captures_5
test_captures_6
test_denied
test_nmap
test_postfix
test_fixup
test_own
test_preset
test_errors

finish
