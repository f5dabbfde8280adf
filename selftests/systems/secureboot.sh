#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Secure Boot, as TAP: a machine whose firmware starts nothing that is not signed.
#
#	secureboot.sh		must be root; systems.sh 12 has made what it needs
#
# The chain is Debian's: the firmware's keys verify shim, shim verifies grub and the
# kernel. DKMS signs the module with a key that it makes itself. The machine boots
#	refused		without the key: the kernel refuses the module; mokutil asks
#			for the key to be enrolled
#	enrol		into shim's MokManager, where mok_manager.py types what a
#			person at the console would, and then into the kernel
#	accepted	with the key: the module loads, and guards

set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
release=12
dir=$top/build/systems/$release
img=$dir/secureboot.img
password=mailguard-test
# shellcheck source-path=SCRIPTDIR source=host.sh
. "$here/host.sh"

# The programs of the firmware's side, unpacked and not installed.
fetch_firmware() {
	mkdir -p "$dir/firmware"
	"$here/root.sh" in "$dir/builder" sh -ec 'cd /root && rm -f ./*.deb
		apt-get -qq update
		apt-get -qq -o APT::Sandbox::User=root download ovmf shim-signed \
			shim-helpers-amd64-signed grub-efi-amd64-signed' || return
	for deb in "$dir"/builder/root/*.deb; do
		dpkg-deb -x "$deb" "$dir/firmware" || return
	done
	cp "$dir/firmware/usr/share/OVMF/OVMF_VARS_4M.ms.fd" "$dir/vars.fd"
}

make_machine() {
	cp --sparse=always "$dir/system.img" "$img" || return
	prepare_machine || return
	in_image sh -ec 'apt-get -qq update
		apt-get -qq -y install mokutil
		apt-get -qq -y -o Dpkg::Use-Pty=0 install \
			/opt/systems/new/mailguard_*.deb \
			/opt/systems/new/mailguard-dkms_*.deb'
}

signer() {
	modinfo -F signer "$(find /lib/modules -name 'nf_conntrack_smtp.ko*')"
}

# Did DKMS sign the module in the image?
signed() {
	in_image_call signer | grep "DKMS module signing key"
}

# The file system that the firmware reads: a directory, which qemu shows as one.
make_esp() {
	local esp=$dir/esp
	rm -rf "$esp"
	mkdir -p "$esp/EFI/BOOT" "$esp/EFI/debian"
	cp "$dir/firmware/usr/lib/shim/shimx64.efi.signed" \
		"$esp/EFI/BOOT/BOOTX64.EFI"
	cp "$dir/firmware/usr/lib/shim/mmx64.efi.signed" \
		"$esp/EFI/BOOT/mmx64.efi"
	cp "$dir/firmware/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" \
		"$esp/EFI/BOOT/grubx64.efi"
	take_kernel
	mv "$dir/vmlinuz" "$dir/initrd" "$esp"
}

# boot_from STEP: what grub boots next.
boot_from() {
	cat >"$dir/esp/EFI/debian/grub.cfg" <<-END
		linux /vmlinuz root=/dev/vda rw console=ttyS0 panic=-1 mitigations=off $masked systems.step=$1
		initrd /initrd
		boot
	END
}

# The firmware keeps its keys in a flash that only its own mode can write to.
boot() {
	local firmware=$dir/firmware/usr/share/OVMF/OVMF_CODE_4M.secboot.fd
	boot_from "$1"
	: >"$dir/output"
	: >"$dir/console"
	rm -f "$dir/serial"
	emulate -M q35,smm=on \
		-global driver=cfi.pflash01,property=secure,value=on \
		-drive "if=pflash,unit=0,format=raw,readonly=on,file=$firmware" \
		-drive "if=pflash,unit=1,format=raw,file=$dir/vars.fd" \
		-drive "file=$img,if=virtio,format=raw,cache=unsafe" \
		-drive "file=fat:$dir/esp,if=virtio,format=raw,readonly=on" \
		-chardev "socket,id=serial,path=$dir/serial,server=on,wait=off,logfile=$dir/console" \
		-serial chardev:serial -serial "file:$dir/output" \
		</dev/null >"$dir/qemu" 2>&1 &
	machine=$!
	if [ "$1" = accepted ]; then
		until [ -S "$dir/serial" ] || ! kill -0 $machine; do
			sleep 0.1
		done
		"$here/mok_manager.py" "$dir/serial" "$dir/typed" $password \
			>>"$dir/qemu" 2>&1
	fi
	wait $machine
}

begin
report "the packages of this tree are built" build_packages new
report "firmware, shim and grub are there" fetch_firmware
report "the packages are installed, and DKMS builds the module" make_machine
report "DKMS has signed the module" signed
make_esp
step refused
step accepted
end
