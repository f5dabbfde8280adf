#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Changes without fear: diff, --test-for and confirm, and the configurations that
# write memory keeps.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard modprobe setsid script
setup_topology
modprobe nf_conntrack_smtp
conf=$TMP/conf

# guards PORT...: exactly these ports.
# shellcheck disable=SC2317 # wait_for calls it
guards() {
	[ "$(guard show fixup 2>/dev/null |
		sed 's/^fixup protocol smtp \([0-9]*\).*/\1/' | xargs)" = "$*" ]
}

# status_of COMMAND...: $said and $status.
status_of() {
	said=$("$@" 2>&1)
	status=$?
}

#
# diff
#

test_diff() {
	status_of guard diff "$conf"
	is "$status" 2 "diff with a file that is not there: status 2"
	cat >"$conf" <<-'END'
		# What is default may be said, too.
		define inside = 10.0.2.0/24
		policy mx {
			commands { quit, mail, rcpt, data, helo }
			line-length 512; line-length mail 512
			recipient-domains { example.org, .example.net }
		}
		fixup protocol smtp 25 policy mx
		fixup protocol smtp 587 ip daddr $inside policy modern
	END
	guard -f "$conf"
	status_of guard diff "$conf"
	is "$said, status $status" ", status 0" \
		"what was loaded does not differ, however it is written"
	guard fixup protocol smtp 2525
	status_of guard diff "$conf"
	is "$status" 1 "a difference: status 1"
	is "$(head -n 2 <<<"$said")" "--- $conf
+++ running-config" "as diff -u says it"
	is "$(grep '^[-+][^-+]' <<<"$said")" "+fixup protocol smtp 2525" \
		"what runs and is not saved has a +"
	guard 'no fixup protocol smtp 2525; no fixup protocol smtp 25'
	is "$(guard diff "$conf" | grep '^[-+][^-+]')" \
		"-fixup protocol smtp 25 policy mx" "and what is missing a -"
	guard -f - <<-'END'
		fixup protocol smtp 25 policy mx
		policy mx {
			commands { quit, mail, rcpt, data, helo }
			recipient-domains { example.org, .example.com }
		}
		policy default { commands { quit } }
	END
	status_of guard diff "$conf"
	like "$said" '^\+.*\.example\.com' "a policy that differs"
	like "$said" '^\+policy default' "a policy default that is not the built-in"
	guard delete policy default
	guard -f "$conf"
	ok_if "as in the file again" guard diff "$conf"
	cp "$conf" /etc/mailguard.conf
	ok_if "without a name it is /etc/mailguard.conf" guard diff
	rm /etc/mailguard.conf
	echo 'fixup protocol smtp 0' >"$TMP/wrong"
	status_of guard diff "$TMP/wrong"
	like "$said, status $status" "^fixup|wrong:1:21-21: Error: .*|status 2$" \
		"an error in the file is told"
	is "$status" 2 "with status 2"
	status_of guard diff a b
	is "$status" 2 "two files are too many"
	guard 'no fixup protocol smtp; delete policy mx; delete policy modern'
}

#
# What write memory keeps
#

# save PORT: guard it alone, and save that.
save() {
	guard "no fixup protocol smtp; fixup protocol smtp $1"
	guard -f "$conf" write memory
}

kept() {
	guard -f "$conf" list startup-configs
}

test_history() {
	local port
	rm -f "$conf"
	is "$(kept)" "" "nothing is kept yet"
	save 1001
	is "$(kept | wc -l)" 1 "what was saved first"
	guard -f "$conf" write memory
	is "$(kept | wc -l)" 1 "what does not differ is not kept twice"
	for port in {1002..1013}; do
		save "$port"
	done
	is "$(cd "$TMP" && echo conf*)" "conf conf.1 conf.10 conf.2 conf.3 conf.4 conf.5 conf.6 conf.7 conf.8 conf.9" \
		"ten are kept, in files beside it"
	like "$(kept | sed -n 4p)" \
		"^startup-config 3  +$(date +%Y)-.* [0-9]+ bytes$" \
		"list startup-configs tells since when"
	like "$(guard -f "$conf" show startup-config)" "smtp 1013$" \
		"the one that was saved last"
	like "$(guard -f "$conf" show startup-config 3)" "smtp 1010$" \
		"and the third before it"
	like "$(guard -f "$conf" show startup-config 10)" "smtp 1003$" \
		"and the tenth"
	is "$(guard -j -f "$conf" list startup-configs | jq -c \
		'.mailguard[4]["startup-config"] | [.number, .file]')" \
		"[3,\"$conf.3\"]" "as JSON, too"
	is "$(guard -j -f "$conf" show startup-config 3 |
		jq '.mailguard[] | .fixup.first // empty')" 1010 \
		"so is an old one"
	like "$(guard -f "$conf" show startup-config 11 2>&1)" \
		"^<cmdline>:1:21-22: Error: expected a number from 1 to 10" \
		"there are no more"
	rm "$conf.7"
	like "$(guard -f "$conf" show startup-config 7 2>&1)" \
		"there is no file '$conf.7'" "one is lost"
	save 1014
	is "$(grep -o 'smtp 10.*' "$conf.8")" "" "which leaves a gap"
	like "$(cat "$conf.9" "$conf.1")" "smtp 1013$" "and no harm"
}

test_rollback() {
	guard 'policy new { commands { quit } }; fixup protocol smtp 25 policy new'
	ok_if "configure rollback checked" guard -c -f "$conf" configure rollback 3
	ok_if "configure rollback" guard -f "$conf" configure rollback 3
	ok_if "guards what was saved then, and nothing else" guards 1011
	unlike "$(guard list policies)" "policy new" "with its policies"
	ok_if "it does not differ from that file" guard diff "$conf.3"
	ok_if "the saved configuration is as it was" \
		grep -q "smtp 1014$" "$conf"
	ok_if "without a number" guard -f "$conf" configure rollback
	ok_if "it comes back to that" guards 1014
	fails_if "to one that is not there" guard -f "$conf" configure rollback 8
	fails_if "with another statement" guard -f "$conf" \
		'configure rollback; fixup protocol smtp 25'
	echo "configure rollback" >"$TMP/nested"
	fails_if "in the saved file" guard -f "$TMP/nested" configure rollback
	ok_if "changes nothing" guards 1014
}

# A file system without room for one more file, and many who write at once.
test_history_bad() {
	local dir=$TMP/small port
	mkdir "$dir"
	mount -t tmpfs -o size=12k none "$dir"
	conf=$dir/conf save 2001
	conf=$dir/conf save 2002
	head -c 8192 /dev/zero >"$dir/full" 2>/dev/null
	cp "$dir/conf" "$TMP/before"
	guard fixup protocol smtp 2003
	like "$(guard -f "$dir/conf" write memory 2>&1)" "No space left" \
		"a full disk is an error"
	ok_if "what was saved stays" cmp "$dir/conf" "$TMP/before"
	like "$(cat "$dir/conf.1")" "smtp 2001$" "and what was before it"
	is "$(cd "$dir" && echo ./*)" "./conf ./conf.1 ./full" "nothing else is there"
	umount "$dir"

	rm -f "$conf" "$conf".*
	for port in {3001..3008}; do
		guard -f "$conf" "fixup protocol smtp $port; write memory" \
			2>/dev/null || guard fixup protocol smtp "$port"
		guard -f "$conf" write memory &
		guard -f "$conf" write memory &
		wait
	done
	ok_if "of many who write at once, the last has it all" \
		guard diff "$conf"
	is "$(kept | wc -l)" 8 "and each state is kept once"
	guard no fixup protocol smtp
}

#
# --test-for
#

# The process that takes back what a test changed.
holder() {
	pgrep -f "^mailguard .*--test-for"
}

# shellcheck disable=SC2317
no_holder() {
	! holder >/dev/null
}

before_test() {
	guard 'no fixup protocol smtp; fixup protocol smtp 25'
	guard delete policy odd 2>/dev/null
}

test_taken_back() {
	before_test
	echo 'policy odd { commands { quit } }
		no fixup protocol smtp; fixup protocol smtp 26 policy odd' \
		>"$TMP/new"
	status_of guard -f "$TMP/new" --test-for 1s
	is "$status" 0 "a test begins"
	like "$said" "taken back in 1s unless 'mailguard confirm' keeps it" \
		"and says what it does"
	wait_for 30 guards 25
	ok_if "it is taken back" guards 25
	unlike "$(guard list policies)" odd "and so are its policies"
	wait_for 30 no_holder
	like "$(guard confirm 2>&1)" "no test runs" "then there is none to confirm"
}

test_confirmed() {
	before_test
	guard -f "$TMP/new" --test-for 1h
	ok_if "what is tested is applied" guards 26
	fails_if "a second test is refused" \
		guard fixup protocol smtp 27 --test-for 1h
	like "$(guard fixup protocol smtp 27 --test-for 1h 2>&1)" \
		"another test runs, for 3[0-9]* more seconds" "which says why"
	like "$(guard -f "$conf" write memory 2>&1)" \
		"a test of 3[0-9]* more seconds runs" \
		"write memory is refused"
	like "$(guard fixup protocol smtp 28 2>&1)" \
		"a test runs: in 3[0-9]* seconds this is taken back, too" \
		"another change is warned of"
	like "$(in_gw setpriv --reuid=nobody --clear-groups --inh-caps=-all \
		"$(command -v mailguard)" confirm 2>&1)" "no test runs" \
		"another user cannot confirm it"
	in_client mailguard confirm 2>/dev/null
	ok_if "nor can another network namespace" holder
	ok_if "confirm" guard confirm
	wait_for 30 no_holder
	ok_if "it stays" guards 26 28
	ok_if "and can be saved" guard -f "$conf" write memory
}

# The holder is told to end, or the command dies, or its terminal goes away.
test_survives() {
	before_test
	guard -f "$TMP/new" --test-for 1h
	holder | xargs kill -HUP
	holder | xargs kill -INT
	ok_if "SIGHUP and SIGINT do not end the test" holder
	ok_if "nor change anything" guards 26
	holder | xargs kill -TERM
	wait_for 30 guards 25
	ok_if "SIGTERM takes it back at once" guards 25
	wait_for 30 no_holder

	# The terminal of script(1) is gone when this returns.
	in_gw script -qec "mailguard -f $TMP/new --test-for 2s" /dev/null \
		</dev/null >"$TMP/script" 2>&1
	like "$(cat "$TMP/script")" "taken back in 2s" "a test from a terminal"
	wait_for 30 guards 25
	ok_if "is taken back when the terminal is gone" guards 25
	wait_for 30 no_holder
}

# The command is killed while it applies the change: it waits for its input.
test_killed() {
	before_test
	in_gw python3 - "$TMP/new" <<-'END'
		import os, signal, subprocess, sys, time
		command = ["mailguard", "-f", sys.argv[1], "--test-for", "1h"]
		for delay in [0.001 * n for n in range(1, 20, 2)]:
		    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
		    time.sleep(delay)
		    process.kill()
		    process.wait()
		    subprocess.run(["pkill", "-TERM", "-f", "^mailguard .*--test-for"])
		    while not subprocess.run(["pgrep", "-f", "^mailguard .*--test-for"],
		                             stdout=subprocess.DEVNULL).returncode:
		        time.sleep(0.01)
	END
	ok_if "killed at any moment, it leaves what was there" guards 25
	unlike "$(guard list policies)" odd "and no policy"
}

test_refused() {
	before_test
	fails_if "a test of no change" guard list policies --test-for 1m
	fails_if "a test with -c" guard -c -f "$TMP/new" --test-for 1m
	fails_if "no time" guard -f "$TMP/new" --test-for 0s
	fails_if "a time too long" guard -f "$TMP/new" --test-for 25h
	fails_if "a time without a unit" guard -f "$TMP/new" --test-for 60
	echo 'fixup protocol smtp 0' >"$TMP/wrong"
	fails_if "a file with an error" guard -f "$TMP/wrong" --test-for 1h
	fails_if "which begins no test" guard confirm
	fails_if "what the kernel refuses" guard --test-for 1h \
		policy x '{ commands { quit }; line-length 1 }'
	wait_for 30 no_holder
	ok_if "begins none either" no_holder
	ok_if "and changes nothing" guards 25
	ok_if "what changes policies of live connections can be tested" \
		guard --now --test-for 1s policy x '{ commands { quit } }'
	wait_for 30 no_holder
	unlike "$(guard list policies)" "policy x" "and is taken back"
	ok_if "a rollback can be tested" \
		guard --test-for 1h -f "$conf" configure rollback
	ok_if "it is applied" guards 26 28
	holder | xargs kill -TERM
	wait_for 30 guards 25
	ok_if "and taken back" guards 25
}

test_diff
test_history
test_rollback
test_history_bad
test_taken_back
test_confirmed
test_survives
test_killed
test_refused

finish
