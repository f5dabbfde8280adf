/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_POLICY_TABLE_H
#define _SMTP_POLICY_TABLE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>

#include "counters.h"
#include "core/policy.h"
#include "domain_set.h"

struct smtp_name;

/**
 * struct smtp_domains_memory - a set of domains, and what it needs behind it
 * @rcu: frees the set
 * @set: the set
 */
struct smtp_domains_memory {
	struct rcu_head rcu;
	struct smtp_domains set;
};

/**
 * struct smtp_policy_entry - a policy in a table
 * @list: links the entry in its table until it is replaced or deleted
 * @rcu: frees the entry
 * @ref: one reference for the table, and one for each connection that uses the
 *	policy
 * @helper: the name of its helper; NULL before the policy is committed, and for
 *	the built-in policy, whose helper always exists
 * @counters: the counters, shared with later policies of the same name
 * @policy: the policy itself; never changed once the entry is in the table
 * @name: the policy's name
 */
struct smtp_policy_entry {
	struct list_head list;
	struct rcu_head rcu;
	refcount_t ref;
	struct smtp_name *helper;
	struct smtp_counters *counters;
	struct smtp_policy policy;
	char name[MAILGUARD_POLICY_NAME_MAX + 1];
};

/**
 * struct smtp_policy_table - the policies of a network namespace
 * @lock: serialises changes of the table
 * @list: &struct smtp_policy_entry, changed under @lock, read under RCU
 * @count: how many entries there are, under @lock
 * @generation: increases with each change, so that a dump can notice it
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
