#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Run each fuzzer for FUZZ_SECONDS, as TAP. It begins with the seeds and with
# what earlier runs have found, which stays in build/fuzz/corpus. An input that
# fails is kept in build/fuzz; selftests/fuzz/Makefile tells how to read it.

set -u

cd "$(dirname "$0")" || exit 1
built=$(realpath -m ../../build/fuzz)
seconds=${FUZZ_SECONDS:-60}
export ASAN_OPTIONS=quarantine_size_mb=16

# fuzz NUMBER NAME SEEDS...
fuzz() {
	local number=$1 name=$2 log=$built/$2.log
	shift 2
	mkdir -p "$built/corpus/$name"
	if "$built/$name" -max_total_time="$seconds" -max_len=2048 -timeout=20 \
		-artifact_prefix="$built/$name-" \
		"$built/corpus/$name" "$@" >"$log" 2>&1; then
		echo "ok $number $name: $(sed -n 's/^Done //p' "$log")"
		return
	fi
	grep -avE '^#[0-9]|NEW_FUNC|^INFO' "$log" | sed 's/^/# /'
	echo "not ok $number $name"
	failed=1
}

failed=0
make -s OUTPUT="$built" || exit 1
echo "TAP version 13"
echo "1..2"
fuzz 1 fuzz-stream seeds/stream
fuzz 2 fuzz-language seeds/language ../../presets
exit $failed
