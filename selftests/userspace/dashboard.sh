#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A real Prometheus has an answer to each question of Grafana's dashboard. The metrics
# are those of the command, of a guard that print-metrics makes up.

# shellcheck source-path=SCRIPTDIR source=../lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

need prometheus promtool
dashboard=$TOP/monitoring/grafana-dashboard.json

# The number of dashboard.py.
"$TOP/build/userspace/print-metrics" 1000003 >"$TMP/metrics"

ask() {
	"$HERE/dashboard.py" "$TMP/metrics" "$1" 2>&1
}

is "$(ask "$dashboard")" "" "each expression has data, and the labels of its legend"
sed 's/denied_total/denied_verb_total/; s/{{scope}}/{{name}}/' "$dashboard" \
	>"$TMP/wrong.json"
is "$(ask "$TMP/wrong.json" | sed 's/.*: //')" "no data
no label name
no label name" "as one that was spoilt has not"

finish
