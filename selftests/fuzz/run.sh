#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Run the fuzzers side by side, each for FUZZ_SECONDS of processor time, as TAP.
# Each begins with its seeds and with what earlier runs have found, which stays
# in build/fuzz/corpus. An input that fails is kept in build/fuzz;
# selftests/fuzz/Makefile tells how to read it.

set -u

cd "$(dirname "$0")" || exit 1
built=$(realpath -m ../../build/fuzz)
seconds=${FUZZ_SECONDS:-60}
ticks=$(getconf CLK_TCK)
export ASAN_OPTIONS=quarantine_size_mb=16

# fuzz NAME SEEDS... The time of an input is by the clock, and a busy machine leaves
# little of it to us.
fuzz() {
	local name=$1
	shift
	mkdir -p "$built/corpus/$name"
	"$built/$name" -max_len=2048 -timeout=300 \
		-artifact_prefix="$built/$name-" \
		"$built/corpus/$name" "$@" >"$built/$name.log" 2>&1 &
	pids[$name]=$!
}

# spent PID: seconds of processor time; none when it has ended.
spent() {
	local stat
	read -r stat <"/proc/$1/stat" || return
	read -ra stat <<<"${stat##*) }"
	echo $(((stat[11] + stat[12]) / ticks))
} 2>/dev/null

# At this signal libFuzzer ends, with the input that it is at: one that hangs is
# still told.
end_in_time() {
	local pid time left=("$@")
	while [ ${#left[@]} -gt 0 ]; do
		sleep 1
		set -- "${left[@]}"
		left=()
		for pid; do
			time=$(spent "$pid") || continue
			if [ "$time" -ge "$seconds" ]; then
				kill -USR1 "$pid"
			else
				left+=("$pid")
			fi
		done
	done
}

# report NUMBER NAME
report() {
	local log=$built/$2.log
	if wait "${pids[$2]}"; then
		echo "ok $1 $2: $(sed -n 's/^#\([0-9]*\).*/\1/p' "$log" |
			tail -n 1) runs in $seconds seconds"
		return
	fi
	grep -avE '^#[0-9]|NEW_FUNC|^INFO' "$log" | sed 's/^/# /'
	echo "not ok $1 $2"
	failed=1
}

declare -A pids
failed=0
trap 'kill $(jobs -p) 2>/dev/null' EXIT
trap 'exit 130' HUP INT TERM
make -s OUTPUT="$built" || exit 1
echo "TAP version 13"
echo "1..3"
fuzz fuzz-stream seeds/stream
fuzz fuzz-language seeds/language ../../presets
fuzz fuzz-netlink seeds/netlink
end_in_time "${pids[@]}"
report 1 fuzz-stream
report 2 fuzz-language
report 3 fuzz-netlink
exit $failed
