/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_POLICY_TABLE_H
#define _SMTP_POLICY_TABLE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>

#include "audit.h"
#include "core/policy.h"
#include "names.h"

/* Policies of a namespace, and names of helpers in all. */
#define SMTP_POLICIES_MAX	64

/**
 * struct smtp_policy_entry - a policy in use
 * @list: in its table, or unlinked once it was replaced or deleted
 * @rcu: to be freed
 * @ref: the table, and each connection that follows the policy
 * @helper: its name among conntrack's helpers, or NULL if it was not taken yet
 *	or need not be
 * @audit: counters, shared with its successors of the same name
 * @policy: what is permitted; never changed once it is in the table
 * @name: a policy's name
 */
struct smtp_policy_entry {
	struct list_head list;
	struct rcu_head rcu;
	refcount_t ref;
	struct smtp_name *helper;
	struct smtp_audit *audit;
	struct smtp_policy policy;
	char name[MAILGUARD_POLICY_NAME_MAX + 1];
};

/**
 * struct smtp_policy_table - the policies of a network namespace
 * @lock: held by whoever changes the table
 * @list: &struct smtp_policy_entry, changed under @lock, read under RCU
 * @count: entries, under @lock
 * @generation: grows with each change; for dumps
 */
struct smtp_policy_table {
	struct mutex lock; /* guards list and count */
	struct list_head list;
	unsigned int count;
	unsigned int generation;
};

int smtp_policy_table_init(struct smtp_policy_table *table);
void smtp_policy_table_exit(struct smtp_policy_table *table);

struct smtp_policy_entry *smtp_policy_entry_new(const char *name);
struct smtp_policy_entry *
smtp_policy_lookup(const struct smtp_policy_table *table, const char *name);
struct smtp_policy_entry *
smtp_policy_get(const struct smtp_policy_table *table, const char *name);
void smtp_policy_put(struct smtp_policy_entry *entry);

int smtp_policy_replace(struct smtp_policy_table *table,
			struct smtp_policy_entry *entry);
int smtp_policy_delete(struct smtp_policy_table *table, const char *name);

#endif /* _SMTP_POLICY_TABLE_H */
