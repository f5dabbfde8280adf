# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
#
# Where Debian's packages come from; release.sh and ../systems/root.sh source this.

# archive LABEL: where apt of this machine finds what Debian labels so.
archive() {
	# shellcheck disable=SC2016 # for apt-get
	apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' \
		'Origin: Debian' "Label: $1" | head -n 1
}
