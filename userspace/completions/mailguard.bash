# SPDX-License-Identifier: GPL-2.0
# Completion of mailguard for bash: the command knows which words may come next.

_mailguard() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
	local next words=("${COMP_WORDS[@]:1:COMP_CWORD-1}")

	COMPREPLY=()
	case $before in
	-f | --file | diff)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	esac
	while [[ ${words[0]} == -* ]]; do
		case ${words[0]} in
		-f | --file | --format | --test-for) words=("${words[@]:2}") ;;
		*) words=("${words[@]:1}") ;;
		esac
	done
	if [[ ${words[0]} == explain && $before != --policy ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
	# Not compgen -W, which would run commands in the name of an interface. Options
	# are offered behind "-" only.
	while read -r next; do
		[[ $next != "$word"* || $next == -* && $word != -* ]] ||
			COMPREPLY+=("$next")
	done < <(mailguard complete "${words[@]}" 2>/dev/null)
}

complete -F _mailguard mailguard
