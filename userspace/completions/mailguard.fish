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
	mailguard complete $words 2>/dev/null
end

function __mailguard_takes_file
	string match -qr -- '^(-f|--file|include|explain|diff)$' (commandline -opc)[-1]
end

complete -c mailguard -f -n 'not __mailguard_takes_file' -a '(__mailguard_complete)'
complete -c mailguard -F -n __mailguard_takes_file
