#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The mail servers that kernels.sh unpacked, without the module: each sends a mail
# to Postfix, and takes one from it, under TLS where it can.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need swaks openssl m4
setup_topology

# mail_in KIND: the mail that arrived there, if it did.
mail_in() {
	wait_for 60 has_mails server 1 "$1"
	postfix_mails server "$1" | xargs -r cat
}

# takes KIND HEADER: from Postfix, and its header says how.
takes() {
	local mail
	printf 'Subject: x\n\nto %s\n' "$1" |
		postfix_send client a@example.net b@example.org
	mail=$(mail_in "$1")
	like "$mail" "^to $1\$" "$1 takes a mail from Postfix"
	like "$mail" "$2" "$1: $2"
	"$1_stop" server
}

# sends KIND: Postfix got a mail of it, in TLS.
sends() {
	local mail
	mail=$(mail_in postfix)
	like "$mail" "^by $1\$" "$1 sends a mail to Postfix"
	like "$mail" 'using TLSv1.3 with cipher' "$1: in TLS"
	rm -f "$TMP"/postfix-server/mail/inbox/new/*
}

# message KIND
message() {
	printf 'Subject: x\n\nby %s\n' "$1"
}

test_clients() {
	postfix_start server "smtpd_tls_security_level = may" \
		"smtpd_tls_chain_files = $TMP/pem" \
		"smtpd_tls_received_header = yes"
	message exim | exim_send client a@example.net b@example.org $SERVER4
	sends exim
	message sendmail |
		sendmail_send client a@example.net b@example.org $SERVER4
	sends sendmail
	opensmtpd_client client smtp://$SERVER4
	message opensmtpd | opensmtpd_send client a@example.net b@example.org
	sends opensmtpd
	opensmtpd_stop client
	postfix_stop server
}

test_servers() {
	postfix_client client $SERVER6 25 "smtp_tls_security_level = may"
	exim_start server "CERTIFICATE = $TMP/pem"
	takes exim 'TLS1[.]3'
	sendmail_start server
	takes sendmail 'version=TLSv1[.]3'
	opensmtpd_start server
	takes opensmtpd 'with ESMTP'
}

for peer in exim sendmail opensmtpd; do
	"has_$peer" || skip_all "run: make deps"
done
certify
test_clients
test_servers

finish
