#!/bin/sh
# Put the networks of a file, one a line, in place of those of the set. nft does all
# of it in one transaction, so there is no moment without a list.
{
	echo "flush set inet blocklist networks4"
	sed 's|.*|add element inet blocklist networks4 { & }|' "$1"
} | nft -f -
