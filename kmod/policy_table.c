// SPDX-License-Identifier: GPL-2.0
/*
 * The policies of a namespace.
 *
 * A policy is complete before it is seen and never changes after. A connection
 * keeps the policy it began with, by reference, until it ends.
 */
#include <linux/rculist.h>
#include <linux/slab.h>

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
	struct smtp_policy_entry *entry = kzalloc(sizeof(*entry), GFP_KERNEL_ACCOUNT);

	if (!entry)
		return NULL;
	entry->audit = smtp_audit_new();
	if (!entry->audit) {
		kfree(entry);
		return NULL;
	}
	INIT_LIST_HEAD(&entry->list);
	refcount_set(&entry->ref, 1);
	strscpy(entry->name, name, sizeof(entry->name));
	smtp_policy_init(&entry->policy);
	return entry;
}

/**
 * smtp_policy_put() - give a reference back
 * @entry: the entry
 *
 * Context: any, softirq included.
 */
void smtp_policy_put(struct smtp_policy_entry *entry)
{
	if (!refcount_dec_and_test(&entry->ref))
		return;
	smtp_name_put(entry->helper);
	smtp_audit_put(entry->audit);
	kfree_rcu(entry, rcu);
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

	/* Replaced this moment: its successor is in the table already. */
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

/**
 * smtp_policy_replace() - add a policy, or replace the one of its name
 * @table: the table
 * @entry: the new entry; its reference goes to the table
 *
 * Context: process; takes the table's lock.
 * Return: 0, or -ENOSPC when the table is full; then @entry stays the caller's.
 */
int smtp_policy_replace(struct smtp_policy_table *table,
			struct smtp_policy_entry *entry)
{
	struct smtp_policy_entry *old;

	mutex_lock(&table->lock);
	old = smtp_policy_lookup(table, entry->name);
	if (!old && table->count == SMTP_POLICIES_MAX) {
		mutex_unlock(&table->lock);
		return -ENOSPC;
	}
	if (old) {
		/* The counters belong to the name. */
		smtp_audit_put(entry->audit);
		entry->audit = smtp_audit_get(old->audit);
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
 * @name: the policy's name; for the default the built-in one comes back
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
 * smtp_policy_table_init() - make a namespace's table, with the default in it
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
 * smtp_policy_table_exit() - empty a table that nobody uses any more
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
