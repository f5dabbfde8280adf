#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The Debian packages on a whole machine of a release of Debian, as TAP:
#
#	systems.sh RELEASE	12, 13 or sid; must be root
#
# The packages of the previous commit and of this tree are built in a root of that
# release. The machine, which has systemd and Debian's kernel, boots for each step:
#	install		the packages of the previous commit; nothing guarded
#	guarded		booted again: guarded from the first packet on
#	upgrade		after an update of the kernel: guarded; then the packages of
#			this tree are installed under traffic, removed and purged
# Between these the image is mounted, and packages are installed in it at the speed
# of this machine. guest.sh is what runs in there.
#
# SYSTEMS_OLD is another commit to upgrade from. SYSTEMS_FROM=guarded or upgrade
# begins with that step, on the machine that the last run had before it, with the
# tests and the packages that the tree has now. build/systems/RELEASE keeps the
# roots and these machines, and "console" says what the machine said last.

set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
release=$1
dir=$top/build/systems/$release
img=$dir/run.img
# shellcheck source-path=SCRIPTDIR source=host.sh
. "$here/host.sh"

make_machine() {
	cp --sparse=always "$dir/system.img" "$img" && prepare_machine &&
		use_ccache
}

# boot STEP: the machine prints its results on its second serial line.
boot() {
	: >"$dir/output"
	emulate -M q35 -kernel "$dir/vmlinuz" -initrd "$dir/initrd" -no-reboot \
		-drive "file=$img,if=virtio,format=raw,cache=unsafe" \
		-serial "file:$dir/console" -serial "file:$dir/output" \
		-append "root=/dev/vda rw console=ttyS0 panic=-1 mitigations=off random.trust_cpu=on $masked systems.step=$1" \
		</dev/null >"$dir/qemu" 2>&1
}

# In a root without anything else. It has no kernel, so that DKMS builds nothing.
run_piuparts() {
	# What apt-utils makes for a moment is not ours.
	piuparts --ignore-regex '^/var/cache/debconf/tmp.ci' \
		--basetgz "$dir/base.tar.gz" --no-eatmydata \
		--distribution "$("$here/root.sh" suite "$release")" \
		--mirror "$("$here/root.sh" mirror) main" \
		"$dir"/debs/new/mailguard_*.deb \
		"$dir"/debs/new/mailguard-dkms_*.deb
}

install_packages() {
	in_image sh -ec 'apt-get -qq update
		apt-get -qq -y -o Dpkg::Use-Pty=0 install \
			/opt/systems/old/mailguard_*.deb \
			/opt/systems/old/mailguard-dkms_*.deb'
}

install_kernel() {
	in_image sh -ec "apt-get -qq -y -o Dpkg::Use-Pty=0 install \
			$("$here/root.sh" next "$release")
		dkms status mailguard"
	grep "^mailguard" "$dir/log" | sed 's/^/# /' >&3
	[ "$(grep -c "^mailguard.*installed" "$dir/log")" -eq 2 ]
}

# DKMS builds for each kernel. The old one is not booted again.
remove_old_kernel() {
	in_image_call purge_oldest_kernel
}

purge_oldest_kernel() {
	set -- /lib/modules/*
	set -- "$(printf '%s\n' "${@##*/}" | sort -V | head -n 1)"
	# Since 7.2 an image is several packages.
	dpkg-query -W -f '${Package}\n' "linux-*-$1" |
		xargs apt-get -qq -y -o Dpkg::Use-Pty=0 purge
	# What prepare.sh decompressed has no package. Nothing else may be left.
	rm -rf "/lib/modules/$1/kernel"
	[ ! -d "/lib/modules/$1" ] || rmdir "/lib/modules/$1"
	/mnt/selftests/systems/prepare.sh
}

# What is done to the machine before it boots for a step.
before_install() {
	report "piuparts installs and purges these" run_piuparts
	report "the packages of the previous commit are built" build_packages old
	report "the machine is there" make_machine
	report "the packages are installed, and DKMS builds the module" \
		install_packages
}

before_guarded() {
	:
}

before_upgrade() {
	report "the next kernel is installed, and DKMS builds the module" \
		install_kernel
	report "the kernel before it is removed" remove_old_kernel
	use_ccache
}

# keep STEP: what go_back goes back to.
keep() {
	mkdir -p "$dir/before-$1" && take_kernel &&
		cp --sparse=always "$img" "$dir/vmlinuz" "$dir/initrd" \
			"$dir/before-$1"
}

go_back() {
	cp --sparse=always "$dir/before-$1"/* "$dir" && copy_tests
}

from=${SYSTEMS_FROM:-install}
[ "$from" = install ] || [ -d "$dir/before-$from" ] || {
	echo "1..0 # SKIP no run had a machine before the step $from"
	exit 4
}
begin
report "Debian $release: its roots are there" "$here/root.sh" make "$release"
report "the packages of this tree are built" build_packages new
for name in install guarded upgrade; do
	case $from in
	past | install)
		"before_$name"
		report "the machine before $name is kept" keep "$name"
		;;
	"$name")
		report "the machine is what it was before $name" go_back "$name"
		;;
	*)
		continue
		;;
	esac
	from=past
	[ "$name" != upgrade ] ||
		report "the module of this tree is compiled beforehand" \
			compile_beforehand
	step "$name"
done
end
