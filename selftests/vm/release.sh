# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
#
# Kernels of other releases of Debian; kernels.sh sources this.
#
# A module is built by the compiler that built its kernel, and this runs with
# its own release's C library only. So a "root" with both is unpacked beside the
# kernel, for kbuild.sh. None of its packages is configured.

# shellcheck disable=SC2154 # of kernels.sh
suites="bookworm trixie-backports sid"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
mirror=http://deb.debian.org

# shellcheck source-path=SCRIPTDIR source=archive.sh
. "$(dirname "$0")/archive.sh"

# archives SUITE: lines of a sources.list. The newest kernels of a stable release are
# updates for security.
archives() {
	debian=$(archive Debian)
	security=$(archive Debian-Security)
	for name in "${1%-backports}" "$1"; do
		echo "${debian:-$mirror/debian} $name"
	done | uniq
	[ "$1" != bookworm ] ||
		echo "${security:-$mirror/debian-security} $1-security"
}

# What apt needs to know of one suite, and of nothing installed here.
know_suite() {
	state=$cache/suite/$1
	mkdir -p "$state"
	: >"$state/status"
	archives "$1" | sed "s|.*|deb [signed-by=$keyring] & main|" \
		>"$state/sources.list"
	cat >"$state/apt.conf" <<-END
		Dir::State "$state";
		Dir::State::status "$state/status";
		Dir::Cache "$state";
		Dir::Etc::SourceList "$state/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::Etc::Preferences "/dev/null";
		Dir::Etc::PreferencesParts "/dev/null";
		APT::Architecture "amd64";
		APT::Sandbox::User "root";
	END
	suite=$1
	apt get -qq update || die "cannot read the package lists of $1"
}

# Of the suites that have headers for a series, the one with the newest: what
# was superseded keeps its image for a while.
newest_suite() {
	for suite in $suites; do
		echo "$(newest_release "$1" headers) $suite"
	done | sort -V | awk 'NF == 2 { newest = $2 } END { print newest }'
}

# What the packages of a build need, without what no build of a module runs.
root_packages() {
	apt get -qq -s --no-install-recommends install "linux-headers-$1" \
		base-files binutils coreutils dash findutils grep make mawk sed |
		awk '$1 == "Inst" { print $2 }' |
		grep -vE '^((lib)?perl|lib[a-z]+san[0-9]|debconf)'
}

# A root without devices and /proc: where the stack lies, objtool asks for the
# sake of a message only.
fake_system() {
	mknod -m 666 "$root/dev/null" c 1 3 2>/dev/null || : >"$root/dev/null"
	mkdir -p "$root/proc/self"
	echo "7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0 [stack]" \
		>"$root/proc/self/maps"
}

# Where make asks whether sparse is good enough; the headers come without. Those
# of 7.x want what sid has: trixie's does not know __typeof_unqual__.
add_sparse() {
	case $release in
	6.*) download sparse ;;
	*) (suite=sid && download sparse) ;;
	esac
	unpack "$tmp"/deb/sparse_*.deb --transform 's|^|root/|' ./usr/bin/sparse
	valid=$(echo "$root"/usr/lib/linux-kbuild-*/scripts)/checker-valid.sh
	printf '#!/bin/sh\necho 1\n' >"$valid"
	chmod 755 "$valid"
}

# With the links that the packages' scripts would make.
unpack_root() {
	root=$tmp/tree/root
	for dir in bin sbin lib lib64; do
		mkdir -p "$root/usr/$dir"
		ln -s "usr/$dir" "$root/$dir"
	done
	for deb in "$tmp"/deb/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -C "$root" -x \
			--keep-directory-symlink --exclude vmlinux \
			--exclude ./usr/share --exclude '*-lto-dump*'
		rm "$deb"
	done
	ln -s mawk "$root/usr/bin/awk"
	add_sparse
	fake_system
}

# The kernel is in several packages, of which the root has one.
unpack_split_image() {
	listed=$tmp/tree/root/usr/lib/modules
	unpack_modules "$tmp"/deb/linux-modules-*.deb ./usr/
	unpack "$tmp"/deb/linux-binary-*.deb --strip-components=5 --wildcards \
		'*/vmlinuz'
	mv "$listed/$1"/modules.* "$tmp/tree/lib/modules/$1"
	rm -r "$listed"
}

know_suites() {
	for suite in $suites; do
		know_suite "$suite"
	done
}

# In a shell of its own: elsewhere $suite is empty, for this machine's own release.
fetch_other_kernel() (
	know_suites
	suite=$(newest_suite "$1")
	[ -n "$suite" ] || die "none of $suites has it"
	release=$(newest_release "$1" headers)
	# shellcheck disable=SC2046 # a list of words
	download $(root_packages "$release")
	say "unpacking the compiler of Linux $release"
	unpack_root
	binary=$(dependency "linux-image-$release" linux-binary-)
	if [ -n "$binary" ]; then
		download "$binary" \
			"$(dependency "linux-image-$release" linux-modules-)"
		say "unpacking Linux $release"
		unpack_split_image "$release"
	else
		download "linux-image-$release"
		say "unpacking Linux $release"
		unpack_image
	fi
	ln -s "root/usr/src/linux-headers-$release" "$tmp/tree/build"
	depmod -b "$tmp/tree" "$release"
	echo "$release" >"$tmp/tree/release"
)
