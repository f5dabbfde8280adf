#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Install the Debian packages the project is built and tested with, then
# fetch the kernels the virtual machine boots. Nothing else in the project
# installs anything.

set -eu

here=$(cd "$(dirname "$0")" && pwd)

build="build-essential bc flex bison libmnl-dev libnftnl-dev pkg-config
	libjansson-dev libpcap-dev libncurses-dev libelf-dev kmod"
lint="sparse shellcheck perl python3-jsonschema python3-yaml"
docs="python3-sphinx graphviz mandoc codespell"
# What checks metrics, and the rules of alerts: promtool, and a parser.
metrics="prometheus python3-prometheus-client"
fuzz="clang libclang-rt-dev"
packages="debhelper dh-dkms dkms lintian"
# What "make check-systems" needs besides: deps.sh systems.
systems=
[ "${1-}" != systems ] || systems="mmdebstrap e2fsprogs piuparts"
vm="qemu-system-x86 busybox-static cpio xz-utils"
tests="nftables conntrack conntrackd keepalived jq iproute2 ethtool procps iputils-ping
	tcpdump netcat-openbsd strace nmap socat swaks libnet-ssleay-perl postfix
	sasl2-bin libsasl2-modules
	openssl zsh fish python3 python3-jsonschema python3-scapy python3-yaml systemd"
# The ways to do something like it, which "make bench" compares with.
bench="valgrind haproxy nginx-light libnginx-mod-mail libnginx-mod-stream
	iptables libnetfilter-queue-dev"
# What makes the configuration of sendmail, which kernels.sh unpacks.
sendmail="m4"

# The libraries of the mail servers that kernels.sh unpacks; each release names them
# in its own way. Without package lists there is no answer.
libraries() {
	apt-cache depends exim4-daemon-light sendmail-bin opensmtpd 2>/dev/null |
		sed -n 's/^ *|*Depends: \(lib[^ ]*\)$/\1/p' | sort -u
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# Packages of the list that are not installed, one a line.
missing_packages() {
	for pkg in $build $lint $docs $metrics $fuzz $packages $systems $vm $tests \
			$bench $sendmail $(libraries); do
		state=$(dpkg-query -W -f '${db:Status-Status}' "$pkg" \
			2>/dev/null) || state=
		[ "$state" = installed ] || echo "$pkg"
	done
}

# Postfix must neither ask a question nor start: the tests run their own
# copies, and the host's port 25 is not ours. A policy-rc.d that is there
# already is put back as it was.
policy=/usr/sbin/policy-rc.d

hold_daemons() {
	[ ! -e $policy ] || as_root mv $policy $policy.mailguard
	printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
	as_root chmod 755 $policy
}

release_daemons() {
	as_root rm -f $policy
	[ ! -e $policy.mailguard ] || as_root mv $policy.mailguard $policy
}

install_packages() {
	trap release_daemons EXIT
	trap 'exit 130' HUP INT TERM
	hold_daemons
	echo "postfix postfix/main_mailer_type select No configuration" |
		as_root debconf-set-selections
	# shellcheck disable=SC2086 # a list of words
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
		-o Dpkg::Use-Pty=0 -o Acquire::Retries=5 \
		-o DPkg::Lock::Timeout=300 \
		install --no-install-recommends $1 \
		>"$log" 2>&1 || {
		cat "$log" >&2
		return 1
	}
	release_daemons
	trap - EXIT HUP INT TERM
}

log=$(mktemp)
missing=$(missing_packages | tr '\n' ' ')

if [ -n "$missing" ] || ! "$here/kernels.sh" check || [ -z "$(libraries)" ]; then
	echo "deps: reading the package lists"
	as_root apt-get -qq -o Acquire::Retries=5 update ||
		echo "deps: using the lists there are"
	missing=$(missing_packages | tr '\n' ' ')
fi
if [ -n "$missing" ]; then
	echo "deps: installing $missing"
	install_packages "$missing"
fi
rm -f "$log"
"$here/kernels.sh" fetch
echo "deps: everything is there"
