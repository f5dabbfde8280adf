/* SPDX-License-Identifier: GPL-2.0 */
/* Prints counters and sizes as metrics. */
#ifndef MAILGUARD_METRICS_H
#define MAILGUARD_METRICS_H

#include <stdbool.h>

#include "language/errors.h"

/* Prints OpenMetrics 1.0 or, if not @openmetrics, Prometheus's older format. */
void list_metrics(bool openmetrics, struct errors *errors);

#endif
