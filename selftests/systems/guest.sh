#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One life of a machine with packages, under systemd; systems.sh boots it. early.sh
# has made the network, and sends mail.
#
#	guest.sh install | guarded | upgrade
#	guest.sh refused | accepted
#
# These run in this order, on two machines: systems.sh and secureboot.sh.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/units.sh
. "$HERE/../lib/units.sh"

packages=/opt/systems
roles=	# early.sh made the namespaces

# What early.sh and its senders write.
cd /run/systems || exit

# On the second serial line, which systems.sh reads.
exec >/dev/ttyS1 2>&1

# For units.sh, in this machine.
in_systemd() {
	"$@"
}

in_client() {
	ip netns exec client "$@"
}

greetings_masked() {
	! tail -n "$1" greetings | grep -qv "220 [*20]*"
}

# some_more N FILE: lines are appended.
some_more() {
	local before
	before=$(wc -l <"$2")
	wait_for 120 grew "$before" "$1" "$2"
}

grew() {
	[ "$(wc -l <"$3")" -ge $(($1 + $2)) ]
}

no_failed_unit() {
	is "$(systemctl --failed --plain --no-legend | grep mailguard)" "" \
		"no unit of mailguard has failed"
}

test_install() {
	ok_if "mail passes" some_more 10 sent
	like "$(tail -n 1 greetings)" "ESMTP" \
		"without a guard the greeting is seen"
	is "$(cat /sys/module/nf_conntrack_smtp/version 2>/dev/null)" "" \
		"an installed package loads no module"
	ok_if "the units are enabled" systemctl is-enabled -q \
		mailguard.service mailguard-policies.service
	no_failed_unit
	ok_if "DKMS has built the module for this kernel" \
		modinfo -F version nf_conntrack_smtp
	ok_if "mailguard guards" mailguard fixup protocol smtp 25
	ok_if "connections go on" some_more 20 greetings
	unlike "$(tail -n 5 greetings)" "ESMTP" "new greetings are masked"
	ok_if "mailguard saves" mailguard write memory
	ok_if "the unit starts" systemctl start mailguard.service
	ok_if "nftables starts, and flushes all tables" \
		systemctl restart nftables.service
	ok_if "the guard's table is made again" \
		wait_for 60 nft list table inet mailguard
	mkdir -p "$metrics"
	ok_if "the log and the metrics are enabled" systemctl enable \
		mailguard-log.service mailguard-metrics.timer
	is "$(autopkgtest_results)" "guard PASS" \
		"autopkgtest runs the test of the packages"
}

# The packages are those that are installed, and this machine is the testbed.
autopkgtest_results() {
	autopkgtest --no-built-binaries --output-dir "$TMP/autopkgtest" \
		--ignore-restrictions isolation-machine "$TOP/" -- null \
		>"$TMP/autopkgtest.log" 2>&1 ||
		tail -n 40 "$TMP/autopkgtest.log"
	tr -s ' ' <"$TMP/autopkgtest/summary"
}

# All that was seen since the network came.
test_guarded() {
	is "$(cat fixups)" "fixup protocol smtp 25" \
		"when the network comes, it is guarded"
	ok_if "mail passes" some_more 20 sent
	is "$(grep -cv "220 [*20]*\\\\r" greetings)" 0 \
		"no greeting was seen, from the first packet on"
	is "$(cat ends)" "" "no connection failed"
	test_log_unit 10.0.2.2
	test_metrics_timer
	# An emulated processor would spend most of its time on them.
	systemctl stop mailguard-metrics.timer
	no_failed_unit
}

# ok_if reads what this says to its end, so the client must not hold that open.
hold_connection() {
	rm -f held held-end ask
	ip netns exec client "$HERE/traffic.py" hold 10.0.2.2 25 . >held-log 2>&1 &
	wait_for 60 test -e held
}

# Stop the senders, and compare what was accepted with what has arrived.
compare_mail() {
	touch stop
	wait_for 120 test -e stopped || fail "the senders stop"
	grep -v ^unexpected received | sort >"$TMP/received"
	sort -u "$TMP/received" >"$TMP/once"
	note "$(wc -l <sent) mails, $(wc -l <ends) connections reset" \
		"$(uniq -d "$TMP/received" | wc -l) mails arrived twice"
	is "$(sort sent | comm -23 - "$TMP/once")" "" "no mail is lost"
	ok_if "at most what was in flight arrived twice" \
		test "$(uniq -d "$TMP/received" | wc -l)" -le 4
	is "$(grep ^unexpected received)" "" \
		"no command arrived that is denied"
}

test_upgrade() {
	local running=/sys/module/nf_conntrack_smtp/version before
	test_guarded
	before=$(cat "$running")
	ok_if "a connection is held open" hold_connection
	ok_if "the packages are upgraded under traffic" \
		dpkg -i "$packages"/new/mailguard{,-dkms}_*.deb
	is "$(mailguard -V | cut -d " " -f 2)" \
		"$(modinfo -F version nf_conntrack_smtp; cat "$running")" \
		"command and module have one version"
	unlike "$(cat "$running")" "^$before\$" "the running module is the new one"
	is "$(cat "$running")" "$(modinfo -F version nf_conntrack_smtp)" \
		"which DKMS has built"
	touch ask
	wait_for 60 test -e held-end
	is "$(cat held-end)" "reset" "the held connection ends with a reset"
	ok_if "mail goes on" some_more 20 sent
	is "$(grep -cv "220 [*20]*\\\\r" greetings)" 0 \
		"no greeting was seen"
	is "$(grep -v "^reset$" ends)" "" \
		"connections ended by resets, and none waited for a time-out"
	is "$(mailguard show fixup)" "fixup protocol smtp 25" "the guard is there"
	test_log_unit 10.0.2.2
	no_failed_unit
	test_purge
}

# Files of no package that were not there before, without what DKMS, the kernel's
# packages and systemd keep, and without what use_ccache made.
strangers() {
	"$HERE/files.sh" >"$TMP/after"
	comm -13 "$packages/before" "$TMP/after" |
		grep -vE -e '^/usr/lib/modules/[^/]*/(kernel/|modules\.)' -e '^/boot/' \
			-e '^/(initrd|vmlinuz)' -e '^/root/' \
			-e '^/var/lib/dkms/mok\.' \
			-e '^/var/lib/(initramfs-tools|systemd|private)/' \
			-e '^/(etc|var)/\.updated$' \
			-e '^/etc/ccache\.conf$' -e '^/usr/local/bin/'
}

# The mail goes on to the end.
test_purge() {
	# The prerm must end a guard that no unit would end.
	systemctl stop mailguard.service
	mailguard fixup protocol smtp 25
	ok_if "the packages are removed" dpkg -r mailguard mailguard-dkms
	is "$(nft list tables | grep mailguard)" "" "no table is left"
	is "$(modinfo -F version nf_conntrack_smtp 2>/dev/null)" "" \
		"no module is left to be loaded"
	fails_if "nor is one loaded" test -e /sys/module/nf_conntrack_smtp
	ok_if "what was saved is left" test -s /etc/mailguard.conf
	ok_if "mail passes, without a guard" some_more 10 sent
	like "$(tail -n 1 greetings)" "ESMTP" "as its greeting shows"
	ok_if "they are purged" dpkg -P mailguard mailguard-dkms
	rmdir -p "$metrics" 2>/dev/null
	is "$(systemctl list-unit-files --no-legend 'mailguard*')" "" \
		"no unit is left"
	is "$(strangers)" "" "no file is left"
	compare_mail
}

# The firmware has verified all that was started, and the kernel wants the same of
# modules. Then mokutil asks shim to enrol the key of DKMS.
test_refused() {
	like "$(mokutil --sb-state)" "SecureBoot enabled" "Secure Boot is on"
	like "$(modinfo -F signer nf_conntrack_smtp)" "DKMS" \
		"DKMS has signed the module"
	like "$(modprobe nf_conntrack_smtp 2>&1)" "Key was rejected by service" \
		"the kernel does not know the key"
	like "$(mailguard fixup protocol smtp 25 2>&1)" "accepts only signed modules" \
		"mailguard says so"
	mailguard status
	like "$(mokutil --test-key /var/lib/dkms/mok.pub)" "not enrolled" \
		"the key is not enrolled"
	ok_if "mokutil asks for it" sh -c 'printf "%s\n" mailguard-test \
		mailguard-test | mokutil --import /var/lib/dkms/mok.pub'
	like "$(mokutil --list-new)" "DKMS module signing key" \
		"which is due at the next boot"
}

test_accepted() {
	like "$(mokutil --sb-state)" "SecureBoot enabled" "Secure Boot is on"
	like "$(mokutil --test-key /var/lib/dkms/mok.pub)" "already enrolled" \
		"the key is enrolled"
	ok_if "the module loads" modprobe nf_conntrack_smtp
	ok_if "mailguard guards" mailguard fixup protocol smtp 25
	ok_if "connections go on" some_more 20 greetings
	unlike "$(tail -n 5 greetings)" "ESMTP" "new greetings are masked"
	unlike "$(dmesg)" "nf_conntrack_smtp: .*verification failed" \
		"the kernel takes the signature"
	strip_signature
	like "$(insmod "$TMP/unsigned.ko" 2>&1)" "(not permitted|rejected)" \
		"without its signature the module is refused"
}

# The module as it was before it was signed, into $TMP/unsigned.ko.
strip_signature() {
	local file
	mailguard no fixup protocol smtp
	modprobe -r nf_conntrack_smtp
	file=$(modinfo -n nf_conntrack_smtp)
	case $file in
	*.xz) xz -dc "$file" ;;
	*) cat "$file" ;;
	esac >"$TMP/signed.ko"
	objcopy -S "$TMP/signed.ko" "$TMP/unsigned.ko"
}

note "Linux $(uname -r), $(systemctl --version | head -n 1)"
"test_$1"
finish
