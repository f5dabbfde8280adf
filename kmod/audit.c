// SPDX-License-Identifier: GPL-2.0
/* Reasons and counters: every act of the module has one. */
#include <linux/bitops.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include "audit.h"

/**
 * smtp_audit_new() - make a set of counters
 *
 * Context: process.
 * Return: the counters with one reference, or NULL.
 */
struct smtp_audit *smtp_audit_new(void)
{
	struct smtp_audit *audit = kzalloc(sizeof(*audit), GFP_KERNEL_ACCOUNT);

	if (!audit)
		return NULL;
	audit->counts = alloc_percpu_gfp(struct smtp_counts,
					 GFP_KERNEL_ACCOUNT);
	if (!audit->counts) {
		kfree(audit);
		return NULL;
	}
	refcount_set(&audit->ref, 1);
	return audit;
}

/**
 * smtp_audit_get() - take a reference
 * @audit: the counters, of which the caller has one
 *
 * Return: the counters.
 */
struct smtp_audit *smtp_audit_get(struct smtp_audit *audit)
{
	refcount_inc(&audit->ref);
	return audit;
}

/**
 * smtp_audit_put() - give a reference back
 * @audit: the counters
 *
 * The last one frees them at once. A dump reads without one what is in the
 * table, where it stays meanwhile: nothing is taken out of there but under
 * genetlink's lock, which the dump has (no parallel_ops).
 *
 * Context: any, softirq included.
 */
void smtp_audit_put(struct smtp_audit *audit)
{
	if (!refcount_dec_and_test(&audit->ref))
		return;
	free_percpu(audit->counts);
	kfree(audit);
}

/**
 * smtp_audit_add() - count what happened to a packet
 * @audit: the counters
 * @ev: what happened
 *
 * Context: any; preemption may be on.
 */
void smtp_audit_add(struct smtp_audit *audit, const struct smtp_events *ev)
{
	u64 counted;

	BUILD_BUG_ON(MAILGUARD_REASON_MAX >= 64);
	for (counted = ev->counted; counted; counted &= counted - 1) {
		unsigned int why = __ffs64(counted);

		this_cpu_add(audit->counts->n[why], ev->count[why]);
	}
}

/**
 * smtp_audit_sum() - one counter over all CPUs
 * @audit: the counters
 * @why: which one
 *
 * Return: the sum; a 32-bit machine may err while one passes 2^32.
 */
u64 smtp_audit_sum(const struct smtp_audit *audit, enum mailguard_reason why)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(audit->counts, cpu)->n[why]);
	return sum;
}
