#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Run parts of the tests and sum up their TAP.
#
#	check.sh PART...	lint, unit, unit-userspace, threads, packages, fuzz,
#				systems-12, systems-13, systems-sid and
#				systems-secureboot,
#				and for a kernel 6.12 vm-6.12, boot-6.12, and of
#				vm-6.12 few-6.12: what says "Runs on: every
#				kernel"; and share-6.12-1-2: of what says
#				"Runs on: one kernel" only the first half;
#				fast-1-2 and fast-2-2: what User Mode Linux can run,
#				in two machines
#
# TEST=name.sh runs only that test in the machine; FUZZ_SECONDS=n is how much
# processor time each fuzzer gets. What a part printed stays in
# build/log/PART.tap. The last line is the sum; the status is 0 when something
# passed and nothing failed.

set -u

# What a make above us was told concerns it alone.
unset MAKEFLAGS MAKELEVEL MFLAGS

here=$(cd "$(dirname "$0")" && pwd)
logs=$here/../build/log

# How many times as long as on a kernel of Debian's all takes on this one.
patience_with() {
	case $1 in
	*-uml-debug) echo 2 ;;
	*-debug) echo 6 ;;
	*) echo 1 ;;
	esac
}

# What is done many times over is done fewer times where all takes long.
repeat_less() {
	export TEST_MESSAGES=${TEST_MESSAGES:-16} TEST_STORMS=${TEST_STORMS:-5}
}

# The timeout of kselftest's "settings" is not read for a directory outside the
# kernel source.
# run_in_vm KERNEL [WORDS]: all tests, or those that the words tell make to run.
run_in_vm() {
	local kernel=$1 tests=${2-} patience timeout why
	[ -z "${TEST-}" ] || tests="TEST='$TEST'"
	if why=$("$here/vm/kernels.sh" lacks "$kernel"); then
		echo "1..1"
		echo "ok 1 Linux $kernel # SKIP $why"
		return
	fi
	patience=$(patience_with "$kernel")
	timeout=$(sed -n 's/^timeout=//p' "$here/settings")
	[ "$patience" -eq 1 ] || repeat_less
	TEST_PATIENCE=$patience VM_TIMEOUT=${VM_TIMEOUT:-$((7200 * patience))} \
		"$here/vm/run.sh" -k "$kernel" "cd selftests &&
			kselftest_override_timeout=$((timeout * patience)) \
			make -s run_tests $tests"
}

# run_share 6.12-1-2
run_share() {
	local kernel=${1%-*-*}
	run_in_vm "$kernel" "ONE=${1#"$kernel"-}"
}

# run_unit DIR. kselftest's runner preloads a library of its own, before the
# sanitizer's. The timeout is for what hangs: beside two machines a program gets
# little time.
run_unit() {
	ASAN_OPTIONS=verify_asan_link_order=0 kselftest_override_timeout=3600 \
		make -s -C "$here/$1" run_tests
}

# A machine waits for its place; the others run in the time that the machines leave.
# SCHED_IDLE and not a high nice value: a machine sleeps and wakes up often, and a
# nice process would still run on for a while each time.
run_part() {
	case $1 in
	vm-* | share-* | few-* | fast-* | boot-* | systems-*) ;;
	*) chrt --idle --pid 0 $BASHPID ;;
	esac
	case $1 in
	lint) "$here/lint.sh" ;;
	unit) run_unit core ;;
	unit-userspace) run_unit userspace ;;
	threads) run_unit threads ;;
	packages) "$here/packages/packages.sh" ;;
	systems-secureboot) "$here/systems/secureboot.sh" ;;
	systems-*) "$here/systems/systems.sh" "${1#systems-}" ;;
	fuzz) "$here/fuzz/run.sh" ;;
	vm-*) run_in_vm "${1#vm-}" ;;
	share-*) run_share "${1#share-}" ;;
	few-*) run_in_vm "${1#few-}" "ON=every" ;;
	fast-*) repeat_less; run_in_vm 6.12-uml "SHARE=${1#fast-}" ;;
	boot-*) "$here/boot/boot.sh" "${1#boot-}" ;;
	*) echo "check: no part $1" >&2; return 1 ;;
	esac
}

# Write behind each program's result how long it took, for who makes the tests faster.
time_programs() {
	local line began=0
	while IFS= read -r line; do
		case $line in
		"# selftests: "*) began=$SECONDS ;;
		"ok "*" selftests: "* | "not ok "*" selftests: "*)
			line+=" # $((SECONDS - began)) s"
			;;
		esac
		printf '%s\n' "$line"
	done
}

# Single test points count, below the programs that kselftest's runner reports
# ("# ok 1 ..." before "ok 1 selftests: ..."). A program without points counts
# itself; so does one that failed though all its points passed, and a program
# or a part that was not heard of to its end. A part has a plan for each of its
# directories. What was skipped and what failed is named before the sum, for who
# sees but the end of a long log.
sum_up() {
	awk '
	function named(what) {
		sub(/^# /, "", what)
		return "# " part ": " (program ? program ": " : "") what
	}
	function fail(what, n) {
		failed += n
		failures = failures named(what) "\n"
		below = what ~ /^# / ? "# # " : "# "
		telling = 6
	}
	# Below a failed point stands what was wrong: the first lines tell.
	function tell(what) {
		failures = failures "#   " substr(what, length(below) + 1, 200) "\n"
		telling--
	}
	# A program says why in its plan, and a single point where it stands.
	function skip(what) {
		skipped++
		print named(why ? why : what)
	}
	function missing() {
		if (planned > seen)
			fail("ended after " seen " of " planned, planned - seen)
		else if (!planned && !dead)
			fail("no plan", 1)
		planned = seen = dead = 0
		program = ""
	}
	function count(line) {
		if (line ~ /^(# )?not /)
			fail(line, 1)
		else if (line ~ /# SKIP/)
			skip(line)
		else
			passed++
	}
	FNR == 1 {
		if (NR > 1)
			missing()
		part = FILENAME
		gsub(/.*\/|\.tap$/, "", part)
	}
	/^# (selftests: |overriding |1\.\.|(not )?ok )/ { telling = 0 }
	telling && index($0, below) == 1 { tell($0); next }
	{ telling = 0 }
	/^# selftests: / { program = $NF }
	/^1\.\.[0-9]/ { planned += substr($1, 4) }
	/^# 1\.\.0 # SKIP/ { why = substr($0, index($0, "SKIP")) }
	/^# 1\.\.[0-9]/ { promised = substr($2, 4) + 0 }
	/^# (not )?ok [0-9]/ {
		points++
		bad += /^# not/
		count($0)
	}
	/^(not )?ok [0-9]/ {
		seen++
		if (!points)
			count($0)
		else if (!bad && /^not/)
			fail($0, 1)
		else if (!bad && points < promised)
			fail("ended after " points " of " promised, 1)
		points = bad = promised = 0
		program = why = ""
	}
	/^not ok - / {
		fail($0, 1)
		dead = 1
	}
	END {
		missing()
		printf "%s", failures
		printf "%d passed, %d failed", passed, failed
		if (skipped)
			printf ", %d skipped", skipped
		print ""
		exit failed || !passed
	}' "$@"
}

declare -A running

# begin PART: run it in the background, and keep what it prints.
begin() {
	: >"$logs/$1.tap"
	(
		set -o pipefail
		run_part "$1" 2>&1 | time_programs >"$logs/$1.tap"
	) &
	running[$1]=$!
}

# begin_all PATTERN PART...: side by side.
begin_all() {
	local pattern=$1 part
	shift
	for part; do
		# shellcheck disable=SC2053 # a pattern it is
		[[ $part != $pattern ]] || begin "$part"
	done
}

# begin_with PART...: the first, and what of the others can run beside it. Short
# machines begin when those that take longest have their places.
begin_with() {
	local part=$1
	shift
	case $part in
	systems-*) begin "$part" ;;
	few-* | boot-*) begin_all '@(few|boot)-*' "$@" ;;
	*) begin_all '!(few-*|boot-*|systems-*)' "$@" ;;
	esac
}

# follow PART: show what it prints, to its end.
follow() {
	local log=$logs/$1.tap status
	echo "# check: $1"
	tail -n +1 -s 0.2 -f --pid "${running[$1]}" "$log"
	wait "${running[$1]}"
	status=$?
	if [ $status -ne 0 ] && ! grep -qE '^(# )?not ok' "$log"; then
		echo "not ok - $1 ended with status $status" | tee -a "$log"
	fi
}

mkdir -p "$logs"
logged=()
for part; do
	[ -n "${running[$part]-}" ] || begin_with "$part" "$@"
	follow "$part"
	logged+=("$logs/$part.tap")
done
sum_up "${logged[@]}"
