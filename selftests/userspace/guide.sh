#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The administrator's guide: what its examples of "mailguard explain" print, and the
# table of what each preset does to TLS. It needs no virtual machine. BUILT names the
# directory of a command with sanitizers; without it, that of "make userspace" is
# tested.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

PATH=${BUILT-$TOP/userspace}:$PATH:/usr/sbin:/sbin
export MAILGUARD_PRESETS=$TOP/presets
need mailguard
cd "$TOP/Documentation/guide/examples" || exit

# retyped FILE: its commands, each with what it prints now. The guide has no blanks at
# the ends of lines.
retyped() {
	local command
	sed -n 's/^\$ //p' "$1" | while read -r command; do
		echo "\$ $command"
		bash -c "$command" 2>&1
	done | sed 's/ *$//'
}

for file in *.console; do
	is "$(retyped "$file")" "$(<"$file")" "$file is what is printed"
done

# said POLICY: pass or deny, for EHLO and for STARTTLS
said() {
	mailguard explain --policy "$1" tls-dialogue.txt |
		sed -n 's/^\([a-z]*\) *C: .*/\1/p' | xargs
}

# says POLICY: what a Postfix that sees its greeting says
says() {
	if mailguard explain --policy "$1" tls-dialogue.txt | head -n 2 |
			tail -n 1 | grep -qE '^ *-> [20 *]*$'; then
		echo HELO
	else
		echo EHLO
	fi
}

# row PRESET: of the table
row() {
	local ehlo starttls insists="keeps the mail"
	read -r ehlo starttls < <(said "$1" |
		sed 's/pass/passes/g; s/deny/denied/g')
	[ "$starttls" = denied ] || insists=delivers
	echo "$1,$ehlo,$starttls,$insists,$(says "$1")"
}

while IFS=, read -r preset rest; do
	is "$(row "$preset")" "$preset,$rest" "what $preset does to TLS"
done < <(sed 1d tls-presets.csv)
is "$(sed 1d tls-presets.csv | cut -d, -f1 | grep -vx default | sort)" \
	"$(ls "$MAILGUARD_PRESETS")" "the table has each preset"

# instructions PAGE: that a session takes more with the guard than without
instructions() {
	tr -s '\n ' ' ' <"$1" | grep -oE 'takes [0-9,]+ instructions more' |
		tr -dc '0-9'
}

# The bench's figure changes a little with each version; the guide's need not.
measured=$(instructions ../../cost.rst)
told=$(instructions ../sizing.rst)
if [ -n "$measured" ]; then
	ok_if "sizing.rst tells what cost.rst does, within a quarter" test \
		$((told * 4)) -ge $((measured * 3)) -a \
		$((told * 4)) -le $((measured * 5))
else
	pass "what cost.rst tells of a session # SKIP in other words"
fi

finish
