#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mailguard -c judges alike with the kernel and without it: presets, inputs of
# the fuzzer, what language.sh refuses and what the module refuses.
#
# Runs on: one kernel

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need nft mailguard modprobe setpriv
setup_topology

# Each input is a file in here.
inputs=$TMP/inputs
mkdir "$inputs" "$TMP/bin"

# A mailguard that keeps its input, for language.sh.
cat >"$TMP/bin/mailguard" <<END
#!/bin/sh
[ "\$*" = "-f -" ] || exec "$(command -v mailguard)" "\$@"
cat >"\$(mktemp "$inputs/language.XXXXXX")"
END
chmod +x "$TMP/bin/mailguard"
PATH=$TMP/bin:$PATH "$HERE/language.sh" >"$TMP/language.tap"
cp "$TOP/selftests/fuzz/seeds/language"/* "$inputs"
for preset in "$TOP"/presets/[a-z]*; do
	name=${preset##*/}
	echo "policy $name { preset $name }" >"$inputs/preset-$name"
	echo "fixup protocol smtp 25 policy $name" >"$inputs/fixup-$name"
done
number=0
while IFS= read -r line; do
	number=$((number + 1))
	printf '%s' "${line#* | * | }" >"$inputs/refused-$number"
done < <(grep -v '^#' "$HERE/refused-policies")
chmod -R a+rX "$inputs"

# judge_all: what -c says of each input, its status, and how often each of both
# judged. It runs in a shell of its own.
# shellcheck disable=SC2317
judge_all() {
	local input said status kernel=0 command=0
	cd "$inputs" || return
	for input in *; do
		said=$(mailguard -c -f - <"$input" 2>&1)
		status=$?
		case $said in
		"mailguard: checked without the kernel: "*)
			command=$((command + 1)) said= ;;
		*) [ "$status" -ne 0 ] || kernel=$((kernel + 1)) ;;
		esac
		echo "--- $input: status $status"
		[ -z "$said" ] || echo "$said"
	done
	echo "right, as the kernel says: $kernel"
	echo "right, as the command says: $command"
}
export -f judge_all
export inputs

# judged NAME COMMAND...: lets the command judge the inputs, and notes by whom.
judged() {
	local name=$1
	shift
	in_gw "$@" >"$TMP/$name"
	note "$name: $(tail -n 2 "$TMP/$name" | xargs)"
	head -n -2 "$TMP/$name" >"$TMP/$name.said"
}

nobody=(setpriv --reuid=nobody --regid=nogroup --clear-groups --inh-caps=-all
	--bounding-set=-all)

# The kernel does not load the module for whoever asks.
modprobe -qr nf_conntrack_smtp
loader=$(cat /proc/sys/kernel/modprobe)
echo /bin/false >/proc/sys/kernel/modprobe
judged without-module bash -c judge_all
like "$(guard -c fixup protocol smtp 25 2>&1)" \
	"without the kernel: the kernel has no module nf_conntrack_smtp" \
	"without the module the command judges"
like "$(guard fixup protocol smtp 25 2>&1)" "the kernel has no mailguard" \
	"but does nothing else"
echo "$loader" >/proc/sys/kernel/modprobe

modprobe nf_conntrack_smtp
judged with-kernel bash -c judge_all
is "$(guard -c fixup protocol smtp 25 2>&1)" "" "with it the kernel judges"
judged without-root "${nobody[@]}" bash -c judge_all
like "$(in_gw "${nobody[@]}" mailguard -c fixup protocol smtp 25 2>&1)" \
	"without the kernel: CAP_NET_ADMIN is missing" \
	"without privileges the command judges"

like "$(tail -n 2 "$TMP/with-kernel" | head -n 1)" '[1-9][0-9]$' \
	"the kernel finds some right"
is "$(tail -n 1 "$TMP/with-kernel")" "right, as the command says: 0" \
	"it finds so itself"
is "$(grep -c 'status 1' "$TMP/with-kernel.said")" \
	"$(grep -c 'status 1' "$TMP/without-root.said")" \
	"as many are refused"
for other in without-module without-root; do
	is "$(diff "$TMP/with-kernel.said" "$TMP/$other.said")" "" \
		"$other: the same is said of each"
done

# What only the kernel knows.
guard 'policy own { commands { quit } }; fixup protocol smtp 2525 policy own'
ok_if "the kernel knows its policies" guard -c delete policy default
is "$(guard -c delete policy own 2>&1 | head -n 1)" \
	"<cmdline>:1:15-17: Error: policy 'own' is in use by 'fixup protocol smtp 2525 policy own'" \
	"and what uses them"
is "$(in_gw "${nobody[@]}" mailguard -c delete policy own 2>&1 | head -n 1)" \
	"<cmdline>:1:15-17: Error: there is no policy 'own'" \
	"the command alone knows only what the input says"

finish
