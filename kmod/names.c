// SPDX-License-Identifier: GPL-2.0
/*
 * Register policies as conntrack helpers, by whose names rules assign them.
 *
 * Helpers are for all namespaces, and there is a bounded number of places.
 * Unregistering is expensive: up to Linux 7.1 it walks every conntrack entry and
 * drops the packets that wait in queues. So a name that nothing uses any more
 * stays registered until another name needs its place.
 */
#include <linux/workqueue.h>

#include "compat.h"
#include "helper.h"
#include "names.h"

enum name_state {
	NAME_FREE,		/* conntrack does not know it */
	NAME_REGISTERED,	/* rules and policies can take it */
	NAME_CLOSED,		/* known, but nothing can take it */
};

/**
 * struct smtp_name - a place for a name
 * @helper: the helper of this name
 * @unregister: takes it out of conntrack
 * @state: under names_lock
 * @found: a conntrack entry has the helper
 * @policies: those of the name that are in a table, or followed by a connection;
 *	grows under names_lock
 */
struct smtp_name {
	struct compat_helper helper;
	struct work_struct unregister;
	enum name_state state;
	bool found;
	atomic_t policies;
};

static struct smtp_name names[SMTP_POLICIES_MAX];
static DEFINE_MUTEX(names_lock);	/* guards names */

static struct smtp_name *const names_end = names + ARRAY_SIZE(names);

/* The policy NAME is the helper smtp-NAME, the policy default is smtp. */
static void helper_name_of(const char *policy,
			   char helper_name[NF_CT_HELPER_NAME_LEN])
{
	BUILD_BUG_ON(sizeof(MAILGUARD_HELPER_NAME "-") +
		     MAILGUARD_POLICY_NAME_MAX > NF_CT_HELPER_NAME_LEN);
	if (!strcmp(policy, MAILGUARD_POLICY_DEFAULT))
		strscpy(helper_name, MAILGUARD_HELPER_NAME,
			NF_CT_HELPER_NAME_LEN);
	else
		snprintf(helper_name, NF_CT_HELPER_NAME_LEN,
			 MAILGUARD_HELPER_NAME "-%s", policy);
}

static struct smtp_name *find_name(const char *helper_name)
{
	struct smtp_name *name;

	lockdep_assert_held(&names_lock);
	for (name = names; name < names_end; name++)
		if (name->state == NAME_REGISTERED &&
		    !strcmp(name->helper.known->name, helper_name))
			return name;
	return NULL;
}

static struct smtp_name *find_free(void)
{
	struct smtp_name *name;

	lockdep_assert_held(&names_lock);
	for (name = names; name < names_end; name++)
		if (name->state == NAME_FREE)
			return name;
	return NULL;
}

static void unregister(struct work_struct *work)
{
	struct smtp_name *name = container_of(work, struct smtp_name,
					      unregister);

	compat_helper_unregister(&name->helper);
}

/*
 * Each unregistration waits for RCU several times, and on Linux 6.1 sleeps a
 * second. Do all at once, so that they wait together.
 */
static void unregister_closed(void)
{
	struct smtp_name *name;

	lockdep_assert_held(&names_lock);
	for (name = names; name < names_end; name++) {
		if (name->state != NAME_CLOSED)
			continue;
		INIT_WORK(&name->unregister, unregister);
		schedule_work(&name->unregister);
	}
	for (name = names; name < names_end; name++) {
		if (name->state != NAME_CLOSED)
			continue;
		flush_work(&name->unregister);
		name->state = NAME_FREE;
	}
}

/* Up to Linux 7.1 entries are not counted among a helper's references. */
static int find_in_entry(struct nf_conn *ct, void *unused)
{
	const struct nf_conntrack_helper *helper;
	const struct nf_conn_help *help;
	struct smtp_name *name;

	rcu_read_lock();
	help = nfct_help(ct);
	helper = help ? rcu_dereference(help->helper) : NULL;
	if (helper)
		for (name = names; name < names_end; name++)
			if (name->state == NAME_CLOSED &&
			    name->helper.known == helper)
				name->found = true;
	rcu_read_unlock();
	return 0;
}

/*
 * Nothing can take a closed name, so those that no entry has when every packet
 * underway has arrived in an entry are out of use for good. A rule that names
 * one of the others is refused meanwhile; no namespace has a policy for it.
 */
static void free_unused(void)
{
	struct smtp_name *name;
	bool any = false;

	lockdep_assert_held(&names_lock);
	for (name = names; name < names_end; name++) {
		if (name->state != NAME_REGISTERED ||
		    atomic_read(&name->policies) ||
		    !compat_helper_close(&name->helper))
			continue;
		name->found = false;
		name->state = NAME_CLOSED;
		any = true;
	}
	if (!any)
		return;
	compat_helpers_search(find_in_entry);
	for (name = names; name < names_end; name++) {
		if (name->state != NAME_CLOSED)
			continue;
		if (name->found) {
			compat_helper_reopen(&name->helper);
			name->state = NAME_REGISTERED;
		} else {
			compat_helper_retire(&name->helper);
		}
	}
	unregister_closed();
}

static struct smtp_name *add_name(const char *helper_name)
{
	struct smtp_name *name = find_free();
	int err;

	if (!name) {
		free_unused();
		name = find_free();
	}
	if (!name)
		return ERR_PTR(-ENOSPC);
	err = compat_helper_register(&name->helper, helper_name,
				     name - names + 1, smtp_help);
	if (err)
		return ERR_PTR(err);
	name->state = NAME_REGISTERED;
	return name;
}

/**
 * smtp_name_get() - make a policy's helper known to conntrack, and keep it so
 * @policy: the policy's name
 *
 * Context: process. May take a second or two when places have to be freed.
 * Return: the name, to be put; or an error pointer: -ENOSPC when every place is
 * in use, -ENOMEM, or what conntrack says.
 */
struct smtp_name *smtp_name_get(const char *policy)
{
	char helper_name[NF_CT_HELPER_NAME_LEN];
	struct smtp_name *name;

	helper_name_of(policy, helper_name);
	mutex_lock(&names_lock);
	name = find_name(helper_name);
	if (!name)
		name = add_name(helper_name);
	if (!IS_ERR(name))
		atomic_inc(&name->policies);
	mutex_unlock(&names_lock);
	return name;
}

/**
 * smtp_name_put() - a policy of this name goes
 * @name: the name, or NULL
 *
 * Context: any. The exit of a namespace must not wait for names_lock, whose
 * holder may wait for that exit.
 */
void smtp_name_put(struct smtp_name *name)
{
	if (name)
		atomic_dec(&name->policies);
}

/* Includes entries of other unloaded modules' helpers: nothing inspects them. */
static int disown_unhelped(struct nf_conn *ct, void *unused)
{
	const struct nf_conn_help *help;

	rcu_read_lock();
	help = nfct_help(ct);
	if (help && compat_helper_gone(help))
		smtp_conn_disown(ct);
	rcu_read_unlock();
	return 0;
}

/**
 * smtp_names_unregister() - the module goes
 *
 * Returns when no packet is in smtp_help() any more and none will be. An entry
 * whose SYN was not answered yet belongs to no connection that could disown it.
 */
void smtp_names_unregister(void)
{
	struct smtp_name *name;

	mutex_lock(&names_lock);
	for (name = names; name < names_end; name++)
		if (name->state == NAME_REGISTERED)
			name->state = NAME_CLOSED;
	unregister_closed();
	mutex_unlock(&names_lock);
	nf_ct_iterate_destroy(disown_unhelped, NULL);
}
