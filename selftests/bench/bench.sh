#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "make bench": what the guard costs, as ratios to other ways of the same run.
# The samples go to build/bench/samples, the figures to build/bench/results.json.
#
# The machine's clock counts instructions: whatever else the host does matters
# not. BENCH_ROUNDS=n is how often each way is measured.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$here/../.." && pwd)/build/bench
samples=$build/samples
kernel=${1:-6.12}

# Instructions that FUNCTION of "scan" takes, those it calls included.
count_instructions() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		--toggle-collect="$1*" "$build/scan" "$2" "$build/mail" 1 2>&1 |
		sed -n 's/^==.*Collected : //p'
}

time_of() {
	"$build/scan" "$1" "$build/mail" 500 2>/dev/null
}

scan() {
	local round
	python3 "$here/make_mail.py" 200000 >"$build/mail"
	echo "scan instructions core 0 $(count_instructions core core)"
	echo "scan instructions memchr 0 $(count_instructions lf memchr)"
	for round in $(seq 9); do
		echo "scan time core $round $(time_of core)"
		echo "scan time memchr $round $(time_of memchr)"
	done
}

gateway() {
	local status
	VM_TIMEOUT=${VM_TIMEOUT:-7200} "$here/../vm/run.sh" -k "$kernel" -p 1 -c \
		"selftests/bench/gateway.sh ${BENCH_ROUNDS:-5} $build" \
		>"$build/log" 2>&1 || {
		status=$?
		cat "$build/log" >&2
		return $status
	}
	grep -E "^(sent|idle|exchange) " "$build/log"
}

make -s -C "$here"
echo "bench: the dearest segments, on the host" >&2
"$build/worst" >"$build/worst-cases"
echo "bench: core, on the host" >&2
scan >"$samples.new"
echo "bench: the gateway" >&2
gateway >>"$samples.new"
mv "$samples.new" "$samples"
python3 "$here/figures.py" "$samples" "$build/results.json"
echo "The dearest segments: bytes, case, nanoseconds, and times a new segment"
echo "of plain commands of that length"
cut -f 2- "$build/worst-cases" | column -t -s $'\t'
