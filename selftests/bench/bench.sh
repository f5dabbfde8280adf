#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "make bench": what the guard costs, as ratios to other ways of the same run.
# The samples go to build/bench/samples, the figures to build/bench/results.json.
#
# Two machines send mail: one whose clock counts instructions, and one whose
# clock is the host's, which must be idle else.

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

# gateway UNIT ARG...: in a machine, whose samples are of that unit.
gateway() {
	local unit=$1 status
	shift
	"$here/../vm/run.sh" -k "$kernel" -p 1 "${clock[@]}" \
		"selftests/bench/gateway.sh $*" >"$build/log" 2>&1 || {
		status=$?
		cat "$build/log" >&2
		return $status
	}
	sed -n "s/^\(sent\|idle\|exchange\) /\1 $unit /p" "$build/log"
}

make -s -C "$here"
echo "bench: core, on the host" >&2
scan >"$samples.new"
echo "bench: the gateway, counting instructions" >&2
clock=(-c)
gateway instructions 2 "$build" idle >>"$samples.new"
echo "bench: the gateway, by the clock" >&2
clock=()
gateway time "${BENCH_ROUNDS:-5}" "$build" >>"$samples.new"
mv "$samples.new" "$samples"
python3 "$here/figures.py" "$samples" "$build/results.json"
