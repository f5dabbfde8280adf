# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests of whole systems share, on the host. A test sets $top and $here,
# $release, $dir (the directory of the release) and $img (the disk of the machine),
# and has a function "boot STEP".

# shellcheck disable=SC2154 # set by the test
n=0
failed=0

# shellcheck disable=SC2034 # for the tests
# What a machine with one disk and without users does not need, as the kernel's
# command line has it.
masked=$(printf 'systemd.mask=%s ' systemd-udev-trigger.service \
	systemd-logind.service e2scrub_reap.service systemd-binfmt.service \
	systemd-journal-flush.service systemd-hwdb-update.service \
	systemd-update-utmp.service systemd-timesyncd.service \
	getty@tty1.service serial-getty@ttyS0.service apt-daily.timer \
	apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
	fstrim.timer)

# report NAME CMD...: a point that passes when the command does. It ends the test if
# not, as what follows needs it.
report() {
	local name=$1 word=ok begun=$SECONDS
	shift
	n=$((n + 1))
	"$@" >"$dir/log" 2>&1 || word="not ok"
	[ "$word" = ok ] || failed=$((failed + 1))
	[ "$word" = ok ] || tail -n 100 "$dir/log" | sed 's/^/# /'
	echo "$word $n $name # $((SECONDS - begun)) s"
	[ "$word" = ok ] || end
}

# export_tree old|new DIRECTORY
export_tree() {
	if [ "$1" = old ]; then
		git -C "$top" archive "${SYSTEMS_OLD:-HEAD~1}" | tar -x -C "$2"
	else
		(cd "$top" && git ls-files -z | tar -c --null -T -) |
			tar -x -C "$2"
	fi
}

# A version of its own, so that it can be told which module runs.
raise_version() {
	sed -i 's/\(MAILGUARD_VERSION ".*\)"/\1+next"/' "$1/kmod/version.h"
	sed -i '1s/^mailguard (\([^)]*\))/mailguard (\1+next)/' \
		"$1/debian/changelog"
}

# The commit whose packages these are; with "-dirty" if the tree is not as it has it.
commit_of() {
	if [ "$1" = old ]; then
		git -C "$top" rev-parse "${SYSTEMS_OLD:-HEAD~1}"
	else
		git -C "$top" describe --always --dirty --abbrev=40 --exclude '*'
	fi
}

# build_packages old|new: into debs/. Those of a commit are built once.
build_packages() {
	local tree=$dir/builder/root/$1 commit
	commit=$(commit_of "$1")
	case $commit in
	*-dirty) ;;
	*) ! grep -qx "$commit" "$dir/debs/$1/commit" || return 0 ;;
	esac
	rm -rf "$dir/builder/root/$1" "$dir/debs/$1"
	mkdir -p "$tree/source" "$dir/debs/$1"
	export_tree "$1" "$tree/source" || return
	[ "$1" = old ] || raise_version "$tree/source"
	"$here/root.sh" in "$dir/builder" sh -ec "cd /root/$1/source
		apt-get -qq update
		apt-get -qq -y -o Dpkg::Use-Pty=0 build-dep ./
		dpkg-buildpackage -b -us -uc" || return
	mv "$tree"/*.deb "$dir/debs/$1" && echo "$commit" >"$dir/debs/$1/commit"
}

in_image() {
	"$here/root.sh" in "$img" "$@"
}

# in_image_call FUNCTION [ARGUMENT...]: a function of the test, in the image.
in_image_call() {
	in_image bash -ec "$(declare -f "$1"); \"\$@\"" call "$@"
}

# The tests and the packages are in /opt/systems.
copy_tests() {
	in_image sh -ec "mkdir -p /opt/systems/tree
		cp -r /mnt/build/systems/$release/debs/* /opt/systems
		tar -C /mnt -c debian selftests/lib selftests/systems selftests/vm |
			tar -C /opt/systems/tree -x
		cp /mnt/selftests/systems/*.service /etc/systemd/system
		systemctl enable systems-early.service systems-step.service"
}

# Beside them is the list of the files that were there before.
prepare_machine() {
	copy_tests && in_image sh -ec \
		"/opt/systems/tree/selftests/systems/files.sh >/opt/systems/before"
}

# An emulated processor compiles very slowly. So DKMS finds ccache in the place of
# the compilers, and what was compiled once is taken from its cache, which systemd's
# LANG must not be a part of.
use_ccache() {
	in_image_call link_ccache
}

link_ccache() {
	local compiler
	printf '%s\n' cache_dir=/opt/systems/ccache sloppiness=locale \
		>/etc/ccache.conf
	for compiler in /usr/bin/*gcc-[0-9] /usr/bin/*gcc-[0-9][0-9]; do
		ln -sf /usr/bin/ccache "/usr/local/bin/${compiler##*/}"
	done
}

# As DKMS will do it, in the same directory.
compile_beforehand() {
	in_image_call compile_in_image
}

compile_in_image() {
	local version kernel
	set -- /opt/systems/new/mailguard-dkms_*.deb
	version=$(dpkg-deb -f "$1" Version)
	kernel=$(printf '%s\n' /lib/modules/* | sort -V | tail -n 1)
	kernel=${kernel##*/}
	dpkg-deb --fsys-tarfile "$1" | tar -C / -x "./usr/src/mailguard-$version"
	dkms build "mailguard/$version" -k "$kernel"
	dkms remove "mailguard/$version" --all
	rm -r "/usr/src/mailguard-$version"
}

# The kernel and the initial ramdisk that the image has, the newest.
take_kernel() {
	in_image sh -ec "cd /boot
		version=\$(ls vmlinuz-* | sed 's/vmlinuz-//' | sort -V | tail -n 1)
		cp vmlinuz-\$version /mnt/build/systems/$release/vmlinuz
		cp initrd.img-\$version /mnt/build/systems/$release/initrd"
}

# emulate OPTION...: qemu, as vm/run.sh does.
emulate() {
	timeout -k 10 "${VM_TIMEOUT:-7200}" qemu-system-x86_64 \
		-accel tcg,thread=single \
		-cpu max,la57=off,smap=off,smep=off,umip=off,pku=off \
		-smp 2 -m 2G -nodefaults -no-user-config -display none \
		-nic none "$@"
}

# step NAME: the points of one life are below one point, as kselftest has it. What
# comes after a step builds on it, so a failure ends the test.
step() {
	local begun=$SECONDS word=ok
	n=$((n + 1))
	echo "# selftests: systems/$release: $1"
	boot "$1"
	tr -d '\r' <"$dir/output" | sed 's/^/# /'
	if grep -q '^not ok' "$dir/output" || ! grep -q '^1\.\.' "$dir/output"; then
		word="not ok"
		failed=$((failed + 1))
		cat "$dir/qemu" <(tail -n 60 "$dir/console") | sed 's/^/# /'
	fi
	echo "# $((SECONDS - begun)) seconds"
	echo "$word $n selftests: systems/$release: $1"
	[ "$word" = ok ] || end
}

begin() {
	[ "$(id -u)" -eq 0 ] || {
		echo "1..0 # SKIP must be root"
		exit 4
	}
	exec 3>&1	# for what a command of report has to say
	echo "TAP version 13"
	mkdir -p "$dir"
}

end() {
	echo "1..$n"
	[ $failed -eq 0 ]
	exit
}
