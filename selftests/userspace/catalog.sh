#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# journalctl reads the catalog, which explains each reason.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need journalctl
mkdir -p "$TMP/root/usr/lib/systemd/catalog" "$TMP/root/var/lib/systemd/catalog"
cp "$TOP/userspace/mailguard.catalog" "$TMP/root/usr/lib/systemd/catalog"

# catalog OPTION...
catalog() {
	journalctl --root="$TMP/root" --no-pager "$@" 2>&1
}

# sent: the ids that the command sends, in order
sent() {
	grep -oE '"[0-9a-f]{32}"' \
		"$TOP/userspace/monitor/message_ids_gen.h" | tr -d '"' | sort
}

# reasons: as the counters of the manual are listed
reasons() {
	sed -n 's/^\.\. counter:: //p' "$TOP/Documentation/man/counters_gen.rst"
}

is "$(catalog --update-catalog)" "" "journalctl reads the catalog without complaint"
is "$(catalog --dump-catalog | sed -n 's/^-- //p' | sort)" "$(sent)" \
	"it has the messages that the command sends, and no others"
is "$(catalog --dump-catalog | sed -n 's/^Subject: .*: \([a-z0-9-]*\)$/\1/p' |
	sort)" "$(reasons | sort)" "one for each reason"
is "$(sent | uniq -d)" "" "no two have the same id"
verb=$(sed -n '/REASON_DENIED_VERB\]/{n;s/[^0-9a-f]//g;p}' \
	"$TOP/userspace/monitor/message_ids_gen.h")
like "$(catalog --dump-catalog "$verb")" "permit the command in \"commands\"" \
	"an entry has the remedy"
unlike "$(catalog --dump-catalog)" '``|:manpage:' "without markup"

finish
