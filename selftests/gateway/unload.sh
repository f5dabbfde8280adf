#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module's end under connections that it guards: they live on, conntrack
# keeps their entries (and since Linux 7.2 the name of the helper), and a module
# that is loaded again has nothing to do with them.
#
# Runs on: every kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft conntrack mailguard modprobe
setup_topology

# open PORT <SCRIPT: a client in the background, whose script begins with
# something that touches "PORT"; the test goes on when it is there.
open() {
	{
		smtp_talk client $SERVER4 "$1" >"$TMP/open-$1"
		touch "$TMP/open-$1.end"
	} <&0 &
	ok_if "a connection to port $1 comes as far as it should" \
		wait_for 60 test -e "$TMP/events/$1"
}

# closed PORT: what its client heard until the end. The shell that runs this may not
# "wait" for what another one began.
closed() {
	wait_for 60 test -e "$TMP/open-$1.end"
	cat "$TMP/open-$1"
}

greets() {
	smtp_talk client $SERVER4 "$1" <<-'END' | head -n 1
		line 220
		> QUIT
		< 221
		close
	END
}

guard_all() {
	in_gw mailguard -f - <<-'END'
		policy own { banner fill "*"; commands { helo, quit } }
		fixup protocol smtp 25 policy own
		fixup protocol smtp 2525
	END
}

# "no fixup" would let the connections go; the rules alone hold the module.
unload() {
	in_gw nft delete table inet mailguard
	wait_for 30 modprobe -r nf_conntrack_smtp
}

masked='220 ************************\r\n'
bare='220 server.example.org ESMTP\r\n'

for port in 25 2525; do
	smtp_server server $port <<<"auto"
done
ok_if "two ports are guarded" guard_all

# One in the middle of a command that is denied, one within a message.
open 25 <<-'END'
	< 220
	raw VRF
	acked
	touch 25
	await unloaded
	raw Y root\r\n
	< 502
	> QUIT
	< 221
	eof
END
open 2525 <<-'END'
	< 220
	> HELO client.example.net
	< 250
	> MAIL FROM:<a@example.net>
	< 250
	> RCPT TO:<b@example.org>
	< 250
	> DATA
	< 354
	> a line
	raw half
	acked
	touch 2525
	await loaded
	raw \r\n.\r\n
	< 250
	> VRFY root
	< 502
	> QUIT
	< 221
	eof
END
is "$(in_gw mailguard list connections | grep -c '^client ')" 2 \
	"both are listed"

# Both must first finish what they have begun.
ok_if "both are to take another policy" in_gw mailguard --now -f - <<-'END'
	policy own { commands { noop, quit } }
	policy default { commands { noop, quit } }
END

ok_if "the module goes under connections that it guards" unload
like "$(in_gw conntrack -L -p tcp 2>/dev/null)" 'ESTABLISHED .* dport=2525 ' \
	"conntrack keeps their entries"
happen unloaded
like "$(closed 25)" '^502 5.5.2 Error: command not recognized' \
	"the first lives on, unguarded"

ok_if "the module comes back" guard_all
is "$(in_gw mailguard list connections)" "" \
	"and knows nothing of the connections that there were"
is "$(greets 25)" "$masked" "new ones are guarded"
happen loaded
like "$(closed 2525)" '^502 5.5.2 Error: command not recognized' \
	"the second lives on, unguarded"

ok_if "the module goes again" unload
is "$(greets 2525)" "$bare" "then nothing is guarded"
ok_if "the entries go without it" in_gw conntrack -F
fails_if "nothing of it is left" grep '^nf_conntrack_smtp ' /proc/slabinfo

finish
