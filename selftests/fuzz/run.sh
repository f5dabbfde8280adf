#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Run the fuzzers side by side, each for FUZZ_SECONDS of processor time, as TAP.
# An input that fails is kept in build/fuzz; selftests/fuzz/Makefile tells how to
# read it.
#
# Each fuzzer begins with its seeds and with what earlier runs have found, which
# stays in build/fuzz/corpus, and goes on at random. With SEED=n it begins with its
# seeds alone, and the same code tries the same inputs again.

set -u

cd "$(dirname "$0")" || exit 1
# A path relative to here, because words of the command line move the stack.
built=../../build/fuzz
seconds=${FUZZ_SECONDS:-60}
seed=${SEED:-$RANDOM}
ticks=$(getconf CLK_TCK)
export LC_ALL=C

# libFuzzer learns from what is compared, and addresses are compared, too.
fixed=()
! setarch -R true 2>/dev/null || fixed=(setarch -R)

# fuzz NAME SEEDS... The time of an input is by the clock, and a busy machine leaves
# little of it to us. libFuzzer would read its corpus again each second.
fuzz() {
	local name=$1 corpus=$built/corpus/$1
	shift
	if [ -n "${SEED-}" ]; then
		corpus=$built/corpus/again-$name
		rm -rf "$corpus"
	fi
	mkdir -p "$corpus"
	env -i ASAN_OPTIONS=quarantine_size_mb=16 "${fixed[@]}" \
		"$built/$name" -seed="$seed" -reload=0 -max_len=2048 \
		-timeout=300 -artifact_prefix="$built/$name-" \
		"$corpus" "$@" >"$built/$name.log" 2>&1 &
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

# reason NAME STATUS: why the fuzzer ended, in one line. One that somebody killed,
# such as the kernel for lack of memory, says nothing itself.
reason() {
	local log=$built/$1.log said
	said=$(sed -n "s/^$1: //p; s/.*runtime error: //p; s/^==[0-9]*== *ERROR: //p" \
		"$log" | head -n 1 | tr -d '#\000')
	[ -n "$said" ] || [ "$2" -le 128 ] ||
		said="killed by SIG$(kill -l "$2")"
	echo "${said:-status $2}"
}

# input_of NAME: the file that has the input that failed.
input_of() {
	sed -n 's/.*Test unit written to //p' "$built/$1.log" | tail -n 1
}

# report NUMBER NAME: what is told of a finding last says most, because a log may be
# cut.
report() {
	local log=$built/$2.log input status
	wait "${pids[$2]}"
	status=$?
	if [ $status -eq 0 ]; then
		echo "ok $1 $2: $(sed -n 's/^#\([0-9]*\).*/\1/p' "$log" |
			tail -n 1) runs in $seconds seconds"
		return
	fi
	grep -avE '^#[0-9]|NEW_FUNC|^INFO' "$log" | sed 's/^/# /'
	input=$(input_of "$2")
	[ ! -r "$input" ] ||
		echo "# ${input##*/}, in base64: $(base64 -w 0 "$input")"
	echo "not ok $1 $2: SEED=$seed: $(reason "$2" $status)"
	failed=1
}

declare -A pids
failed=0
trap 'kill $(jobs -p) 2>/dev/null' EXIT
trap 'exit 130' HUP INT TERM
make -s OUTPUT="$(realpath -m $built)" || exit 1
echo "TAP version 13"
echo "1..3"
echo "# SEED=$seed"
fuzz fuzz-stream seeds/stream
fuzz fuzz-language seeds/language ../../presets
fuzz fuzz-netlink seeds/netlink
end_in_time "${pids[@]}"
report 1 fuzz-stream
report 2 fuzz-language
report 3 fuzz-netlink
exit $failed
