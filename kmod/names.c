// SPDX-License-Identifier: GPL-2.0
/*
 * Registers policies as conntrack helpers. Firewall rules assign a policy to a
 * connection by the name of its helper.
 *
 * A helper is registered for all network namespaces at once, and the number of
 * helpers is bounded. Unregistering one is expensive: up to Linux 7.1 it walks
 * all conntrack entries and drops packets that wait in queues. So a name that
 * is no longer used stays registered until another name needs its place.
 */
#include <linux/workqueue.h>

#include "compat.h"
#include "names.h"

enum name_state {
	NAME_FREE,		/* the place has no helper */
	NAME_REGISTERED,	/* rules and policies can use the helper */
	NAME_CLOSED,		/* registered, but nobody can find the helper */
};

/**
 * struct smtp_name - a place for a helper
 * @helper: the helper
 * @unregister: work that unregisters the helper
 * @state: &enum name_state, under names_lock
 * @found: a search found a conntrack entry that uses the helper
 * @policies: how many policies of this name are in a table or used by a
 *	connection; increased under names_lock only
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
static compat_help_t *names_help __read_mostly;

static struct smtp_name *const names_end = names + ARRAY_SIZE(names);

/* The helper of the policy NAME is smtp-NAME; that of "default" is smtp. */
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

static void unregister_name(struct work_struct *work)
{
	struct smtp_name *name = container_of(work, struct smtp_name,
					      unregister);

	compat_helper_unregister(&name->helper);
}

/*
 * An unregistration waits for RCU several times, and on Linux 6.1 also sleeps
 * for a second. Run all of them in parallel, to wait only once.
 */
static void unregister_closed(void)
{
	struct smtp_name *name;

	lockdep_assert_held(&names_lock);
	for (name = names; name < names_end; name++) {
		if (name->state != NAME_CLOSED)
			continue;
		INIT_WORK(&name->unregister, unregister_name);
		schedule_work(&name->unregister);
	}
	for (name = names; name < names_end; name++) {
		if (name->state != NAME_CLOSED)
			continue;
		flush_work(&name->unregister);
		name->state = NAME_FREE;
	}
}

/*
 * Note which closed helper a conntrack entry uses. Up to Linux 7.1 the
 * reference count of a helper does not include entries, so they have to be
 * searched.
 */
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
 * Free the places of helpers that nobody uses. First close each helper without
 * a policy: nobody can find it any more. If then no conntrack entry uses a
 * closed helper, none ever will, and it is unregistered. The others are
 * reopened. A rule that is added meanwhile for one of these is refused, which
 * does no harm, because no namespace has a policy of that name.
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
				     name - names + 1, names_help);
	if (err)
		return ERR_PTR(err);
	name->state = NAME_REGISTERED;
	return name;
}

/**
 * smtp_names_init() - set the function of all helpers
 * @help: called with each packet of a connection that has such a helper
 */
void __init smtp_names_init(compat_help_t *help)
{
	names_help = help;
}

/**
 * smtp_name_get() - register the helper of a policy, and keep it registered
 * @policy: the policy's name
 *
 * Context: process. May take a second or two when places have to be freed.
 * Return: the name, which the caller gives back by smtp_name_put(), or an error
 * pointer: -ENOSPC if all places are in use, -ENOMEM, or an error of conntrack.
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
 * smtp_name_put() - give a name back when its policy is freed
 * @name: the name, or NULL
 *
 * Context: any. This takes no lock: it runs at the exit of a network namespace,
 * and a holder of names_lock may wait for that exit.
 */
void smtp_name_put(struct smtp_name *name)
{
	if (name)
		atomic_dec(&name->policies);
}

/*
 * This also clears helpers of other modules that were unloaded, which is right:
 * nothing inspects these entries either.
 */
static int clear_unhelped(struct nf_conn *ct, void *unused)
{
	const struct nf_conn_help *help;

	rcu_read_lock();
	help = nfct_help(ct);
	if (help && compat_helper_gone(help))
		smtp_clear_helper(ct);
	rcu_read_unlock();
	return 0;
}

/**
 * smtp_names_unregister() - unregister all helpers when the module is unloaded
 *
 * When this returns, no packet is in the helpers any more, and none will be. It
 * also clears the helper of entries whose SYN was not answered yet: these have
 * no &struct smtp_conn, which would do so when it ends.
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
	nf_ct_iterate_destroy(clear_unhelped, NULL);
}
