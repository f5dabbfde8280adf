#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What of kmod/core the unit tests and the seeds of the fuzzer run: lines and
# branches of each file, the least covered first, the sum last.
#
#	coverage.sh [-l]	-l: and the lines that nothing ran

set -eu

cd "$(dirname "$0")"
unset MAKEFLAGS MAKELEVEL MFLAGS

built=$(realpath -m ../build/coverage)
# A test is a child of its program and ends by _exit(), which counts nothing.
export COVERAGE="--coverage -O0 -fno-sanitize=all -D_exit=exit"

rm -rf "$built"
mkdir -p "$built"
make -s -C core OUTPUT="$built" >/dev/null
make -s -C fuzz OUTPUT="$built" COVERED="$built/core.a" "$built/read-stream"
for test in "$built"/test-*; do
	[ ! -x "$test" ] || "$test" >"$built/log" || cat "$built/log"
done
"$built/read-stream" fuzz/seeds/stream/*
cd "$built"
for object in *.gcda; do
	[ ! -e "../../kmod/core/${object%.gcda}.c" ] ||
		gcov --json-format --branch-probabilities --stdout "$object"
done | python3 "$OLDPWD/coverage.py" "$@"
