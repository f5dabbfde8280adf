#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What shells offer behind the words of a statement: bash, zsh and fish.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need mailguard
export MAILGUARD_PRESETS=$TOP/presets
scripts=$TOP/userspace/completions
setup_topology

# offers WORD...: what may come next, sorted, on one line.
offers() {
	guard complete "$@" 2>&1 | sort -u | paste -sd ' '
}

# of_help WORD...: the next word of each statement that help lists behind these.
of_help() {
	guard help "$@" | sed -n "s/^  ${*:+$* }\([a-z][a-z-]*\).*/\1/p" |
		sort -u | paste -sd ' '
}

guard add policy mine "{ preset modern }"

like "$(of_help list)" '^connections.*policies' "what help has behind list"
is "$(offers list)" "$(of_help list)" "list: what help has"
is "$(offers fixup protocol smtp 25)" "iifname ip ip6 policy" "a fixup"
is "$(offers show)" "$(of_help show)" "show: what help has"
is "$(offers delete policy)" "default mine" "a policy to delete"
like "$(offers fixup protocol smtp policy)" mine "a policy of the kernel"
like "$(offers fixup protocol smtp policy)" modern "a preset"
like "$(offers fixup protocol smtp iifname)" '\blo\b' "an interface"
like "$(offers list connections state)" greeting "a state"
like "$(offers add policy x "{")" "\btls-minimum\b" "a statement of a policy"
is "$(offers add policy x "{ starttls")" "mask pass reply require" "an action"
is "$(offers nonsense)" "" "nothing behind an error"
is "$(offers monitor)" "address connections events policy reason" "monitor"
is "$(offers monitor connections)" "address policy reason" "of connections"
is "$(offers monitor -j policy mine)" "address policy reason" "one more filter"
is "$(offers monitor reason)" \
	"$(guard --all list counters | sed -n '/^policy default/,/^}/s/^\t\([^ ]*\).*/\1/p' |
		sort -u | paste -sd ' ')" "all reasons"
is "$(offers monitor events policy)" "default mine" "policies to look at"
for word in $(guard help | sed -n '/^Statements:/,/^$/s/^  \([a-z]*\).*/\1/p' |
	sort -u); do
	like "$(offers)" "\\b$word\\b" "a statement begins with $word"
done

in_bash() {
	# shellcheck disable=SC2016 # for that shell
	in_gw bash -c '. "$1"/mailguard.bash
		COMP_WORDS=(mailguard list c) COMP_CWORD=2
		_mailguard
		echo "${COMPREPLY[@]}"' bash "$scripts"
}

in_fish() {
	in_gw fish -c "source $scripts/mailguard.fish
		complete -C 'mailguard list c'" | paste -sd ' '
}

# Its list goes to compadd, which works in the line editor only.
in_zsh() {
	# shellcheck disable=SC2016 # for that shell
	in_gw zsh -f -c 'compadd() { print -- $next }
		complete_it() { . "$1"/_mailguard }
		words=(mailguard list c) CURRENT=3
		complete_it "$1"' zsh "$scripts"
}

is "$(in_bash)" "connections counters" "bash"
if command -v fish >/dev/null; then
	is "$(in_fish)" "connections counters" "fish"
else
	pass "fish # SKIP no fish here"
fi
if command -v zsh >/dev/null; then
	like "$(in_zsh)" "connections counters" "zsh"
else
	pass "zsh # SKIP no zsh here"
fi

finish
