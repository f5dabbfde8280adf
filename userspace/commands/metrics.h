/* SPDX-License-Identifier: GPL-2.0 */
/* Prints counters and sizes as metrics. */
#ifndef MAILGUARD_METRICS_H
#define MAILGUARD_METRICS_H

#include <stdbool.h>

#include "language/errors.h"

/* As OpenMetrics 1.0 or, if not, as the older text format of Prometheus. */
void list_metrics(bool openmetrics, struct errors *errors);

#endif
