#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A person's first look: a gateway that guards a Postfix, one screen long. What
# is shown is what was typed and what came back. The status is 0 only if every
# step did what it should.

# shellcheck source-path=SCRIPTDIR source=lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
tap_finished=yes	# no test: nothing to plan, nothing to count

die() {
	echo "demo: $*" >&2
	exit 1
}

# is_like TEXT REGEX: the whole of the text.
is_like() {
	[[ $1 =~ ^$2$ ]] || die "got \"$1\", wanted \"$2\""
}

# typed ROLE COMMAND: show it, run it, show what it says, and keep that in $said.
typed() {
	local status prompt='$'
	[ "$1" = client ] || prompt='#'
	echo "$1$prompt $2"
	said=$(in_ns "$1" bash -o pipefail -c "$2" 2>&1)
	status=$?
	[ -z "$said" ] || printf '%s\n' "$said"
	[ $status -eq 0 ] || die "status $status"
}

# A session by hand: call, then say and hear, then bye. $heard is a line.
call() {
	echo "client\$ nc -C $SERVER4 25"
	coproc NC { exec ip netns exec "$(ns client)" nc -C "$SERVER4" 25; }
	nc=$NC_PID
	exec {from}<&"${NC[0]}" {to}>&"${NC[1]}"
	eval "exec ${NC[0]}<&- ${NC[1]}>&-"
	hear
}

hear() {
	IFS= read -r -t 60 heard <&"$from" || die "the server says nothing"
	heard=${heard%$'\r'}
	printf '%s\n' "$heard"
}

say() {
	printf '%s\n' "$1"
	printf '%s\n' "$1" >&"$to"
	hear
}

bye() {
	say quit
	is_like "$heard" '221 .*'
	exec {from}<&- {to}>&-
	wait "$nc"
}

# The mail in the server's only mailbox.
arrived() {
	wait_for 60 has_mails server 1 || die "no mail arrived"
	cd "$TMP/postfix-server/mail/inbox/new" || die "no mailbox"
	typed server 'grep -hE "^(Received: from|From|Subject|through)" *'
	[[ $said == *"Subject: hello"* ]] || die "another mail arrived"
	cd "$OLDPWD" || exit
}

need nc swaks nft mailguard modprobe
echo "starting Postfix ..."
setup_topology
# shellcheck disable=SC2016 # Postfix reads these variables
postfix_start server 'smtpd_banner = $myhostname ESMTP $mail_name $mail_version'

cat <<END

  client $CLIENT4 ------ gw ------ $SERVER4 server, a Postfix

END
typed gw 'modprobe nf_conntrack_smtp'
greeting='220 mx\.example\.org ESMTP Postfix [0-9.]+'
call
is_like "$heard" "$greeting"
say goodmorning
is_like "$heard" '50[02] .*rror.*'
bye

echo
typed gw 'mailguard fixup protocol smtp 25'
call
is_like "$heard" '220 [*20]+'
say goodmorning
is_like "$heard" '500 Command unrecognized *'

echo
typed client "swaks -n -hi --server $SERVER4 --from alice@client.example.net \\
	--to bob@example.org --helo client.example.net \\
	--header 'Subject: hello' --body 'through the guard'"
[[ $said == *'220 *'* ]] || die "swaks saw the greeting"
arrived

echo
typed gw 'mailguard list connections'
[[ $said == *'state command passed 0 denied 1'* ]] ||
	die "the open connection is not as it should be"
typed gw "mailguard list counters"
[[ $said =~ messages\ +1 && $said =~ denied-verb\ +2 ]] ||
	die "the counters are not as they should be"

echo "# back in the open connection"
bye
echo
typed gw 'mailguard no fixup protocol smtp 25'
call
is_like "$heard" "$greeting"
bye
