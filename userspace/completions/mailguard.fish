# SPDX-License-Identifier: GPL-2.0
# Completion of mailguard for fish: the command knows which words may come next.

function __mailguard_complete
	set -l words (commandline -opc)[2..]
	while string match -q -- '-*' "$words[1]"
		if string match -qr -- '^(-f|--file|--format|--test-for)$' "$words[1]"
			set -e words[2]
		end
		set -e words[1]
	end
	# Options are offered behind "-" only.
	if string match -q -- '-*' (commandline -ct)
		mailguard complete $words 2>/dev/null
	else
		mailguard complete $words 2>/dev/null | string match -v -- '-*'
	end
end

function __mailguard_takes_file
	set -l words (commandline -opc)
	string match -qr -- '^(-f|--file|diff)$' $words[-1]
	or begin
		test "$words[2]" = explain
		and test $words[-1] != --policy
	end
end

complete -c mailguard -f -a '(__mailguard_complete)'
complete -c mailguard -F -n __mailguard_takes_file
