#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Run a command, as root, in a virtual machine with one of the kernels that
# kernels.sh unpacked or build-kernel.sh built. The machine's root is the host's,
# with a writable layer over it that is lost at the end; the module is there for
# modprobe and the command mailguard is on PATH.
#
#	run.sh [-k KERNEL] [-p N] [-c] COMMAND
#					print the output of COMMAND and nothing
#					else, exit with its status
#	run.sh [-k KERNEL]		an interactive shell on the console
#
# qemu emulates the machine, which has two processors, or N. With -c it counts:
# its clock goes on by a nanosecond with each instruction, while it does not
# sleep, however busy the host is.
#
# A kernel whose name has "-uml" is User Mode Linux, a program of the host: no
# processor is emulated, so this machine is several times as fast. It has several
# processors if its kernel can.
#
# The status is 125 and the console log is shown when the machine did not live
# to tell the status, or when VM_TIMEOUT seconds (1800) have passed. It is not 0
# when the kernel warned of a bug or the module lost memory. TEST_* and SEED are
# passed on.
#
# What the machine needs to know lies in a directory of its own, a copy, so
# that a build may go on meanwhile:
#	env		variables
#	command		what to run
#	lib/modules	the kernel's modules and ours
#	mailguard	the command, if it was built
#	presets		what goes with it

set -eu

kernel=6.12
processors=2
clock=()
while getopts k:p:c option; do
	case $option in
	k) kernel=$OPTARG ;;
	p) processors=$OPTARG ;;
	c) clock=(-icount "shift=0") ;;
	*) exit 125 ;;
	esac
done
shift $((OPTIND - 1))

here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
cache=$("$here/kernels.sh" path)
unpacked=$cache/$kernel
build=$project/build/$kernel

if [ ! -e "$unpacked/release" ]; then
	case $kernel in
	*-uml* | *-debug) task="build-kernel" ;;
	*) task=deps ;;
	esac
	echo "vm: no kernel $kernel here, run: make $task KERNEL=$kernel" >&2
	exit 125
fi
release=$(cat "$unpacked/release")

is_uml() {
	[[ $kernel == *-uml* ]]
}

# More machines than processors make one another so slow that the clocks in them
# go wrong: wait for a place.
take_place() {
	local n
	for n in $(seq "$(nproc)"); do
		exec 9>"$cache/place.$n"
		flock -n 9 && return
	done
	echo "vm: waiting for another machine to end" >&2
	until flock -n 9; do
		sleep 0.5
		n=$((n % $(nproc) + 1))
		exec 9>"$cache/place.$n"
	done
}

mkdir -p "$build"
run=$(mktemp -d "$project/build/vm.XXXXXX")
trap 'rm -rf "$run"' EXIT
trap 'exit 130' HUP INT TERM

# Variables, as the shell reads them back.
write_env() (
	export PROJECT="$project" RELEASE="$release"
	export CACHE="$cache" XDG_CACHE_HOME="${cache%/*}"
	export KERNEL="$kernel" HOME=/tmp TERM="${TERM:-linux}" LC_ALL=C.UTF-8
	export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	# shellcheck disable=SC2046 # a list of names
	declare -p PROJECT RELEASE CACHE XDG_CACHE_HOME KERNEL HOME TERM \
		LC_ALL PATH \
		$(compgen -e | grep -E '^(TEST_.*|SEED)$') >"$run/env"
)

# The kernel's modules, not copied but pointed at, with ours beside them.
stage_modules() {
	local tree=$run/lib/modules/$release
	mkdir -p "$tree/extra"
	ln -s "$unpacked/lib/modules/$release"/{kernel,modules.builtin*} \
		"$unpacked/lib/modules/$release/modules.order" "$tree"
	if [ -e "$build/kmod/nf_conntrack_smtp.ko" ]; then
		cp "$build/kmod/nf_conntrack_smtp.ko" "$tree/extra"
	fi
	depmod -b "$run" "$release"
}

# Files of the modules that must be loaded to reach the root, in order.
root_modules() {
	local name
	for name in virtio_pci 9pnet_virtio 9p overlay; do
		modprobe -d "$run" -S "$release" --show-depends "$name"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

make_initrd() {
	local dir=$run/initrd module
	mkdir -p "$dir"/{bin,modules,proc,lower,layer,root}
	cp "$here/initrd" "$dir/init"
	cp /bin/busybox "$dir/bin"
	for name in sh mount insmod mkdir switch_root; do
		ln -s busybox "$dir/bin/$name"
	done
	for module in $(root_modules); do
		cp "$module" "$dir/modules"
		echo "${module##*/}"
	done >"$dir/modules/order"
	(cd "$dir" && find . | cpio -o -H newc --quiet) >"$run/initrd.img"
}

# What a debug kernel knows of each byte of memory takes memory itself.
memory() {
	case $kernel in
	*-debug) echo 4G ;;
	*) echo 2G ;;
	esac
}

# Debian's kernels run unmodified. Emulation always, so that a machine is the
# same everywhere; without KVM the guards against speculation are only slow. Both
# processors take turns in one thread: with a thread for each, qemu loses timer
# interrupts and runs code that the kernel has patched meanwhile, when the host is
# busy. With five levels of page tables (la57) KASAN may report the kernel's own
# addresses while that reads what the processor can do; what keeps the kernel out
# of the memory of programs (smap and the like) takes a twelfth of the time, and no
# test is about it. Programs have the same addresses each time (norandmaps). At other
# addresses qemu 7.2 would translate their code again, which takes longer than most
# programs run. A machine that the host does not run looks to its kernel like a soft
# lockup: that is two minutes long.
emulate() {
	timeout --foreground -k 10 "${VM_TIMEOUT:-1800}" qemu-system-x86_64 \
		-M q35 -accel tcg,thread=single "${clock[@]}" \
		-cpu max,la57=off,smap=off,smep=off,umip=off,pku=off \
		-smp "$processors" -m "$(memory)" \
		-nodefaults -no-user-config -display none -no-reboot \
		-kernel "$unpacked/vmlinuz" -initrd "$run/initrd.img" \
		-fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap \
		-device virtio-9p-pci,fsdev=root,mount_tag=hostroot \
		-append "console=ttyS0 loglevel=5 panic=-1 mitigations=off random.trust_cpu=on watchdog_thresh=60 norandmaps mailguard.init=$here/init mailguard.run=$run" \
		"$@"
}

# The root is the host's, read only, until uml-root lays a writable layer over it.
# User Mode Linux restarts itself after a panic, unless noreboot is given.
user_mode() {
	timeout --foreground -k 10 "${VM_TIMEOUT:-1800}" "$unpacked/vmlinuz" \
		seccomp=on mem="$(memory)" ncpus="$processors" uml_dir="$run" umid=uml \
		root=/dev/root rootfstype=hostfs rootflags=/ ro \
		init="$here/uml-root" loglevel=5 panic=-1 noreboot con=null \
		"mailguard.init=$here/init" "mailguard.run=$run" "$@"
}

run_shell() {
	if is_uml; then
		user_mode con0=fd:0,fd:1
		return
	fi
	emulate -chardev stdio,id=console,mux=on,signal=off \
		-serial chardev:console -mon chardev=console
}

# The standard input never ends: qemu would take an end for a hang-up and throw
# the output away.
emulate_command() {
	mkfifo "$run/silence"
	emulate -serial "file:$run/console" \
		-device virtio-serial-pci \
		-chardev stdio,id=output,signal=off \
		-device virtserialport,chardev=output,name=output \
		-chardev "file,id=status,path=$run/status" \
		-device virtserialport,chardev=status,name=status \
		<>"$run/silence" || true
}

# The machine writes to files: it makes its consoles non-blocking, which would
# concern whoever shares our standard output. A signal ends the machine.
user_mode_command() {
	local machine
	: >"$run/output"
	user_mode con0=null,fd:1 con1=null,fd:4 con2=null,fd:5 \
		</dev/null >"$run/console" 2>&1 4>>"$run/output" \
		5>"$run/status" &
	machine=$!
	# shellcheck disable=SC2064 # now
	trap "kill $machine 2>/dev/null; wait $machine; exit 130" HUP INT TERM
	tail -n +1 -s 0.2 -f --pid "$machine" "$run/output"
	wait "$machine" || true
}

run_command() {
	printf '%s\n' "$1" >"$run/command"
	if is_uml; then
		user_mode_command
	else
		emulate_command
	fi
	if [ -s "$run/status" ]; then
		return "$(tr -dc 0-9 <"$run/status")"
	fi
	echo "vm: the machine died or took too long; its console said:" >&2
	tail -n 200 "$run/console" >&2
	return 125
}

write_env
if [ -e "$project/userspace/mailguard" ]; then
	cp "$project/userspace/mailguard" "$run"
fi
cp -r "$project/presets" "$run"
stage_modules
is_uml || make_initrd
[ ${#clock[@]} -gt 0 ] || is_uml || take_place
if [ $# -eq 0 ]; then
	run_shell
else
	run_command "$*"
fi
