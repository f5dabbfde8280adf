/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_AUDIT_H
#define _SMTP_AUDIT_H

#include <linux/refcount.h>

#include "core/base.h"

/**
 * struct smtp_counts - one CPU's counts
 * @n: by &enum mailguard_reason
 */
struct smtp_counts {
	u64 n[MAILGUARD_REASON_MAX + 1];
};

/**
 * struct smtp_audit - the counters of a policy name
 * @ref: the policies of that name, of which replaced ones may live on
 * @counts: for each CPU
 */
struct smtp_audit {
	refcount_t ref;
	struct smtp_counts __percpu *counts;
};

struct smtp_audit *smtp_audit_new(void);
struct smtp_audit *smtp_audit_get(struct smtp_audit *audit);
void smtp_audit_put(struct smtp_audit *audit);
void smtp_audit_add(struct smtp_audit *audit, const struct smtp_events *ev);
u64 smtp_audit_sum(const struct smtp_audit *audit, enum mailguard_reason why);

#endif /* _SMTP_AUDIT_H */
