// SPDX-License-Identifier: GPL-2.0
/* Counts what the module does, by reason, for each policy. */
#include <linux/percpu.h>
#include <linux/slab.h>

#include "counters.h"

/**
 * smtp_counters_new() - make a set of counters
 *
 * Context: process.
 * Return: the counters with one reference, or NULL.
 */
struct smtp_counters *smtp_counters_new(void)
{
	struct smtp_counters *counters = kzalloc(sizeof(*counters),
						 GFP_KERNEL_ACCOUNT);

	if (!counters)
		return NULL;
	counters->counts = alloc_percpu_gfp(struct smtp_counts,
					    GFP_KERNEL_ACCOUNT);
	if (!counters->counts) {
		kfree(counters);
		return NULL;
	}
	refcount_set(&counters->ref, 1);
	return counters;
}

/**
 * smtp_counters_get() - take a reference
 * @counters: the counters, to which the caller has a reference already
 *
 * Return: the counters.
 */
struct smtp_counters *smtp_counters_get(struct smtp_counters *counters)
{
	refcount_inc(&counters->ref);
	return counters;
}

/**
 * smtp_counters_put() - give a reference back
 * @counters: the counters
 *
 * A policy gives its reference back after an RCU grace period, so its counters
 * may be used under RCU. A new policy that takes over the counters of the old one
 * gives its own back at once; nobody has seen those.
 *
 * Context: any, softirq included.
 */
void smtp_counters_put(struct smtp_counters *counters)
{
	if (!refcount_dec_and_test(&counters->ref))
		return;
	free_percpu(counters->counts);
	kfree(counters);
}

/**
 * smtp_counters_add() - count what happened to a packet
 * @counters: the counters
 * @ev: what happened
 *
 * Context: any; preemption may be on.
 */
void smtp_counters_add(struct smtp_counters *counters,
		       const struct smtp_events *ev)
{
	unsigned int i;

	BUILD_BUG_ON(MAILGUARD_REASON_MAX > U8_MAX);
	for (i = 0; i < ev->reasons; i++)
		this_cpu_add(counters->counts->n[ev->reason[i]],
			     ev->count[ev->reason[i]]);
}

/**
 * smtp_counters_sum() - one counter over all CPUs
 * @counters: the counters
 * @why: which one
 *
 * Return: the sum. On a 32-bit machine it may be wrong at the moment when the
 * count of a CPU exceeds 2^32.
 */
u64 smtp_counters_sum(const struct smtp_counters *counters,
		      enum mailguard_reason why)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(counters->counts, cpu)->n[why]);
	return sum;
}
