// SPDX-License-Identifier: GPL-2.0
/*
 * Holds the policies of a network namespace.
 *
 * A policy is complete before it enters the table, and never changes after
 * that. A connection has a reference to its policy, which is the one with which
 * it began, unless smtp_conn_renew() has replaced it.
 */
#include <linux/rculist.h>
#include <linux/slab.h>

#include "names.h"
#include "policy_table.h"

/**
 * smtp_policy_entry_new() - make an entry that is in no table yet
 * @name: the policy's name, checked by the caller
 *
 * Context: process.
 * Return: the entry with one reference and a policy that permits nothing, or
 * NULL.
 */
struct smtp_policy_entry *smtp_policy_entry_new(const char *name)
{
	struct smtp_policy_entry *entry = kzalloc(sizeof(*entry),
						  GFP_KERNEL_ACCOUNT);

	if (!entry)
		return NULL;
	entry->counters = smtp_counters_new();
	if (!entry->counters) {
		kfree(entry);
		return NULL;
	}
	INIT_LIST_HEAD(&entry->list);
	refcount_set(&entry->ref, 1);
	strscpy(entry->name, name, sizeof(entry->name));
	smtp_policy_init(&entry->policy);
	return entry;
}

static void entry_free_rcu(struct rcu_head *rcu)
{
	struct smtp_policy_entry *entry =
		container_of(rcu, struct smtp_policy_entry, rcu);

	smtp_counters_put(entry->counters);
	kfree(entry);
}

/**
 * smtp_domains_new() - make an empty set of domains
 * @names: how many names it will have
 * @bytes: how long all of them are
 *
 * Context: process.
 * Return: the set, or NULL.
 */
struct smtp_domains *smtp_domains_new(unsigned int names, size_t bytes)
{
	size_t nodes = 1 + names + bytes;
	struct smtp_domains_memory *memory;
	struct smtp_domains_node *node;

	memory = kvzalloc(sizeof(*memory) + nodes * sizeof(*node) + names +
			  bytes, GFP_KERNEL_ACCOUNT);
	if (!memory)
		return NULL;
	node = (struct smtp_domains_node *)(memory + 1);
	smtp_domains_init(&memory->set, node, (char *)(node + nodes));
	return &memory->set;
}

/**
 * smtp_domains_free() - free a set of domains
 * @domains: the set, which readers under RCU may still use, or NULL
 *
 * Context: any, softirq included.
 */
void smtp_domains_free(const struct smtp_domains *domains)
{
	struct smtp_domains_memory *memory;

	if (!domains)
		return;
	memory = container_of((struct smtp_domains *)domains,
			      struct smtp_domains_memory, set);
	kvfree_rcu(memory, rcu);
}

/**
 * smtp_policy_put() - give a reference back
 * @entry: the entry
 *
 * Context: any, softirq included.
 */
void smtp_policy_put(struct smtp_policy_entry *entry)
{
	unsigned int i;

	if (!refcount_dec_and_test(&entry->ref))
		return;
	smtp_name_put(entry->helper);
	for (i = 0; i < SMTP_SETS; i++)
		smtp_domains_free(entry->policy.domains[i]);
	call_rcu(&entry->rcu, entry_free_rcu);
}

/**
 * smtp_policy_lookup() - find a policy
 * @table: the table
 * @name: the policy's name
 *
 * Context: RCU read side, or the table's lock.
 * Return: the entry, or NULL.
 */
struct smtp_policy_entry *
smtp_policy_lookup(const struct smtp_policy_table *table, const char *name)
{
	struct smtp_policy_entry *entry;

	list_for_each_entry_rcu(entry, &table->list, list,
				lockdep_is_held(&table->lock))
		if (!strcmp(entry->name, name))
			return entry;
	return NULL;
}

/**
 * smtp_policy_get() - find a policy and take a reference
 * @table: the table
 * @name: the policy's name
 *
 * Context: RCU read side, softirq included.
 * Return: the entry, or NULL.
 */
struct smtp_policy_entry *
smtp_policy_get(const struct smtp_policy_table *table, const char *name)
{
	struct smtp_policy_entry *entry;

	/* An entry without references was just replaced: find the new one. */
	do {
		entry = smtp_policy_lookup(table, name);
	} while (entry && !refcount_inc_not_zero(&entry->ref));
	return entry;
}

static void table_changed(struct smtp_policy_table *table)
{
	lockdep_assert_held(&table->lock);
	WRITE_ONCE(table->generation, table->generation + 1);
}

/*
 * The number that a policy with offenders has in marks. A policy that replaces
 * another one keeps the number, because live connections still have the old
 * policy. Return: 0 if all are taken.
 */
static u8 offenders_number(const struct smtp_policy_table *table,
			   const struct smtp_policy_entry *old)
{
	const struct smtp_policy_entry *entry;
	unsigned int number = 1;
	u32 taken = 0;

	if (old && old->policy.offenders.number)
		return old->policy.offenders.number;
	list_for_each_entry_rcu(entry, &table->list, list,
				lockdep_is_held(&table->lock))
		taken |= 1U << entry->policy.offenders.number;
	while (taken & (1U << number))
		number++;
	return number <= SMTP_OFFENDERS_MAX ? number : 0;
}

/**
 * smtp_policy_replace() - add a policy, or replace the one of its name
 * @table: the table
 * @entry: the new entry; the table takes over the caller's reference
 *
 * Context: process; takes the table's lock.
 * Return: 0; -ENOSPC if the table is full; -EDQUOT if too many policies have
 * offenders. The caller keeps the reference after an error.
 */
int smtp_policy_replace(struct smtp_policy_table *table,
			struct smtp_policy_entry *entry)
{
	struct smtp_offenders *offenders = &entry->policy.offenders;
	struct smtp_policy_entry *old;

	mutex_lock(&table->lock);
	old = smtp_policy_lookup(table, entry->name);
	if (!old && table->count == SMTP_POLICIES_MAX) {
		mutex_unlock(&table->lock);
		return -ENOSPC;
	}
	if (offenders->after) {
		offenders->number = offenders_number(table, old);
		if (!offenders->number) {
			mutex_unlock(&table->lock);
			return -EDQUOT;
		}
	}
	if (old) {
		/* The counters of a name go on when its policy changes. */
		smtp_counters_put(entry->counters);
		entry->counters = smtp_counters_get(old->counters);
		list_replace_rcu(&old->list, &entry->list);
	} else {
		list_add_tail_rcu(&entry->list, &table->list);
		table->count++;
	}
	table_changed(table);
	mutex_unlock(&table->lock);
	if (old)
		smtp_policy_put(old);
	return 0;
}

static struct smtp_policy_entry *builtin_entry(void)
{
	struct smtp_policy_entry *entry;

	entry = smtp_policy_entry_new(MAILGUARD_POLICY_DEFAULT);
	if (!entry)
		return NULL;
	if (WARN_ON_ONCE(smtp_policy_default(&entry->policy))) {
		smtp_policy_put(entry);
		return NULL;
	}
	return entry;
}

static int restore_default(struct smtp_policy_table *table)
{
	struct smtp_policy_entry *entry = builtin_entry();
	int err;

	if (!entry)
		return -ENOMEM;
	err = smtp_policy_replace(table, entry);
	if (err)
		smtp_policy_put(entry);
	return err;
}

/**
 * smtp_policy_delete() - delete a policy
 * @table: the table
 * @name: the policy's name; "default" is replaced by the built-in policy
 *	instead
 *
 * Context: process; takes the table's lock.
 * Return: 0, -ENOENT or -ENOMEM.
 */
int smtp_policy_delete(struct smtp_policy_table *table, const char *name)
{
	struct smtp_policy_entry *entry;

	if (!strcmp(name, MAILGUARD_POLICY_DEFAULT))
		return restore_default(table);
	mutex_lock(&table->lock);
	entry = smtp_policy_lookup(table, name);
	if (entry) {
		list_del_rcu(&entry->list);
		table->count--;
		table_changed(table);
	}
	mutex_unlock(&table->lock);
	if (!entry)
		return -ENOENT;
	smtp_policy_put(entry);
	return 0;
}

/**
 * smtp_policy_table_init() - initialise a table that holds the built-in policy
 * @table: room for it
 *
 * Return: 0 or -ENOMEM.
 */
int smtp_policy_table_init(struct smtp_policy_table *table)
{
	mutex_init(&table->lock);
	INIT_LIST_HEAD(&table->list);
	table->count = 0;
	table->generation = 1;
	return restore_default(table);
}

/**
 * smtp_policy_table_exit() - empty the table of a namespace that exits
 * @table: the table
 */
void smtp_policy_table_exit(struct smtp_policy_table *table)
{
	struct smtp_policy_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &table->list, list) {
		list_del_rcu(&entry->list);
		smtp_policy_put(entry);
	}
}
