#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Build the Debian packages of the files that git has, as they are now:
#
#	deb.sh DIRECTORY

set -eu

cd "$(dirname "$0")/.."
mkdir -p "$1"
to=$(realpath "$1")

rm -rf "${to:?}"/*
mkdir "$to/source"
git ls-files -z | tar -c --null -T - | tar -x -C "$to/source"
cd "$to/source"
dpkg-buildpackage -b -us -uc >"$to/log" 2>&1 || {
	cat "$to/log" >&2
	exit 1
}
rm -rf "$to/source"
ls "$to"/*.deb
