#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The ground the other tests stand on, without the module: the topology
# forwards, Postfix answers through the gateway, and mail arrives.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need swaks ping
setup_topology

ok_if "IPv4 is forwarded" in_client ping -c 1 -W 10 $SERVER4
ok_if "IPv6 is forwarded" in_client ping -c 1 -W 10 $SERVER6

postfix_start server

for server in $SERVER4 $SERVER6; do
	greeting=$(smtp_talk client "$server" 25 <<-END
		< 220
		char HELO client.example.net
		< 250
		> QUIT
		< 221
		eof
	END
	)
	like "$greeting" '^220 mx.example.org ESMTP Postfix' "Postfix greets at $server"
	like "$greeting" '^250 mx.example.org' "a line in single bytes is understood"
done

ok_if "swaks sends a mail" in_client swaks --server $SERVER4 --silent 2 \
	--helo client.example.net --from sender@example.net \
	--to user@example.org --body "a mail"
ok_if "the mail arrives" wait_for 60 has_mails server 1
like "$(mail_body "$(postfix_mails server)")" "^a mail$" "the mail is as it was sent"

postfix_client client $SERVER6 25
printf 'Subject: relayed\n\n.\n..a dot\n' |
	postfix_send client sender@example.net other@example.org
ok_if "Postfix sends a mail" wait_for 60 has_mails server 2
is "$(mail_body "$(postfix_mails server | tail -n 1)")" $'.\n..a dot' \
	"its dots are as they were sent"
logged client relay "status=sent" "Postfix has sent it"
unlike "$(cat "$(postfix_log client relay)")" "PIX" "no guard is seen"

smtp_server server 2525 <<-'END'
	raw 220-two lines\r\n220 of greeting\r\n
	< EHLO
	await later
	charraw 250 \x00\xff\r\n
	eof
END
answer=$(smtp_talk client $SERVER4 2525 <<-'END'
	< 220
	raw ehlo \x00\r\n
	touch later
	< 250
	close
END
)
is "$answer" '220-two lines\r\n
220 of greeting\r\n
250 \x00\xff\r\n' "the scripted client and server understand each other"
ok_if "the server's script ends well" served server 2525
is "$(received_lines server 2525)" 'ehlo \x00\r\n' "every byte is kept"

finish
