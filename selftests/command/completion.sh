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
is "$(offers monitor)" \
	"--journal --syslog -j address connections events policy reason" "monitor"
is "$(offers explain)" "--policy -f -j" "the options of explain"
like "$(offers explain -j --policy)" "\bmine\b" "a policy that explain takes"
like "$(offers explain --policy)" "\bmodern\b" "and a preset"
is "$(offers probe -4)" "-4 -6 -j -t" "the options of probe"
is "$(offers status)" "" "status has no words"
like "$(offers)" "--test-for " "the options of mailguard"
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

# The words of the line, of which the last is being typed, in each of the shells.
in_bash() {
	# shellcheck disable=SC2016 # for that shell
	in_gw bash -c '. "$1"/mailguard.bash
		shift
		COMP_WORDS=(mailguard "$@") COMP_CWORD=$#
		_mailguard
		printf "%s\n" "${COMPREPLY[@]}"' bash "$scripts" "$@"
}

in_fish() {
	in_gw fish -c "source $scripts/mailguard.fish
		complete -C 'mailguard $*'" | cut -f 1
}

# Its list goes to compadd, which works in the line editor only, and so does _files.
in_zsh() {
	# shellcheck disable=SC2016 # for that shell
	in_gw zsh -f -c 'compadd() { print -l -- ${(M)next:#$words[CURRENT]*} }
		_files() { print -l -- $words[CURRENT]*(N) }
		complete_it() { . $scripts/_mailguard }
		scripts=$1
		shift
		words=(mailguard "$@") CURRENT=$(($# + 1))
		complete_it' zsh "$scripts" "$@"
}

# completes SHELL WORDS OFFERED: "WORDS" may be completed by these, sorted.
completes() {
	local words
	read -ra words <<<"$2"
	[[ $2 != *" " ]] || words+=("")
	is "$("in_$1" "${words[@]}" | sed '/^$/d' | sort -u | paste -sd ' ')" "$3" \
		"$1: $2"
}

cd "$TMP" || exit 1
touch some-file
for shell in bash fish zsh; do
	if ! command -v $shell >/dev/null; then
		pass "$shell # SKIP no $shell here"
		continue
	fi
	completes $shell "list c" "connections counters"
	completes $shell "-j --test-for 60s -f x delete policy " "default mine"
	completes $shell "fixup protocol smtp iifname l" "lo"
	completes $shell "show preset mod" "modern"
	completes $shell "monitor reason denied-sen" "denied-sender"
	completes $shell "list connections state gr" "greeting"
	completes $shell "-f some" "some-file"
	completes $shell "diff some" "some-file"
	completes $shell "explain some" "some-file"
	completes $shell "explain --policy mi" "mine"
	completes $shell "explain --policy mine some" "some-file"
	completes $shell "explain --p" "--policy"
	completes $shell "--js" "--json"
	completes $shell "confirm " ""
done

finish
