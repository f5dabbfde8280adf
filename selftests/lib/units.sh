# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The unit that logs and the timer of metrics, under a systemd that has a journal. A
# test includes this, and has two functions:
#
#	in_systemd COMMAND...	runs a command there
#	in_client COMMAND...	runs a command where a client is
#
# Both units are enabled before the boot, and $metrics is made.

metrics=/var/lib/prometheus/node-exporter

# speak_http ADDRESS: a client that is reset for it, whatever the policy permits.
speak_http() {
	# shellcheck disable=SC2016 # for that shell
	in_client timeout 60 bash -c 'exec 3<>"/dev/tcp/$0/25" && read -r -u 3 &&
		printf "GET / HTTP/1.0\r\n" >&3 && read -r -u 3' "$1"
	true
}

# journal OPTION...: what the journal has of such a client. journalctl ignores a file
# that journald is just extending, and says that it is truncated. Then read again.
journal() {
	wait_for 60 read_journal "$@"
	cat "$TMP/journal"
}

read_journal() {
	in_systemd journalctl -q --no-pager -n 1 "$@" -t mailguard \
		MAILGUARD_REASON=reset-foreign MAILGUARD_DONE=reset \
		>"$TMP/journal" 2>&1
	! grep -q "truncated, ignoring file" "$TMP/journal"
}

# The unit may be active before the command listens, so speak again.
is_logged() {
	speak_http "$1" 2>/dev/null
	journal | grep -q .
}

# test_log_unit ADDRESS: of a server behind the guard.
test_log_unit() {
	local explained
	ok_if "mailguard-log.service runs since the boot" wait_for 120 \
		in_systemd systemctl -q is-active mailguard-log.service
	ok_if "an event reaches the journal" wait_for 240 is_logged "$1"
	like "$(journal -o verbose)" "^ *MAILGUARD_SERVER=$1\$" \
		"with its fields"
	explained=$(journal -x)
	like "$explained" "Subject: The guard reset a connection: reset-foreign" \
		"journalctl -x explains the reason"
	like "$explained" "foreign deny" "and has the remedy"
	like "$explained" "connection of [0-9.]+ to $1" \
		"with the addresses of this connection"
}

test_metrics_timer() {
	ok_if "mailguard-metrics.timer has metrics written" \
		wait_for 240 test -s $metrics/mailguard.prom
	# The file may be older than the guard, and than the reset.
	ok_if "they say that the guard is there" wait_for 120 grep -q \
		'^mailguard_guarding 1$' $metrics/mailguard.prom
	ok_if "and what it did" wait_for 120 grep -q \
		'^mailguard_reset_total.*,reason="foreign"} [1-9]' \
		$metrics/mailguard.prom
	rm $metrics/mailguard.prom
	ok_if "they are written again" wait_for 240 \
		test -s $metrics/mailguard.prom
	is "$(in_systemd systemctl is-failed mailguard-{log,metrics}.service |
		grep failed)" "" "neither unit has failed"
}
