/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_COUNTERS_H
#define _SMTP_COUNTERS_H

#include <linux/refcount.h>

#include "core/base.h"

/**
 * struct smtp_counts - the counts of one CPU
 * @n: one count for each &enum mailguard_reason
 */
struct smtp_counts {
	u64 n[MAILGUARD_REASON_MAX + 1];
};

/**
 * struct smtp_rate - how many events of a reason were sent
 * @second: the second in which @sent are counted
 * @sent: how many were sent in it
 * @suppressed: how many were not sent since the last one that was
 */
struct smtp_rate {
	u32 second;
	u32 sent;
	u32 suppressed;
};

/**
 * struct smtp_counters - the counters of all policies of one name
 * @ref: one reference for each of these policies: the current one, and replaced
 *	ones that connections still use
 * @counts: the counts of each CPU
 * @rates: the events of each reason; protected by the lock of &struct
 *	smtp_notifier
 */
struct smtp_counters {
	refcount_t ref;
	struct smtp_counts __percpu *counts;
	struct smtp_rate rates[MAILGUARD_REASON_MAX + 1];
};

struct smtp_counters *smtp_counters_new(void);
struct smtp_counters *smtp_counters_get(struct smtp_counters *counters);
void smtp_counters_put(struct smtp_counters *counters);
void smtp_counters_add(struct smtp_counters *counters,
		       const struct smtp_events *ev);
u64 smtp_counters_sum(const struct smtp_counters *counters,
		      enum mailguard_reason why);

#endif /* _SMTP_COUNTERS_H */
