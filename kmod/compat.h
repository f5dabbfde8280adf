/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels, made one. Kbuild looks into their headers
 * and defines HAVE_*: stable updates change interfaces, so no version tells.
 */
#ifndef _SMTP_COMPAT_H
#define _SMTP_COMPAT_H

#include <linux/err.h>
#include <linux/refcount.h>
#include <net/netfilter/nf_conntrack_helper.h>

#include "uapi/mailguard.h"

typedef int compat_help_t(struct sk_buff *skb, unsigned int protoff,
			  struct nf_conn *ct, enum ip_conntrack_info ctinfo);

/* None may be NULL, and none at all means 255. */
static const struct nf_conntrack_expect_policy compat_no_expectations = {
	.max_expected = 1,
	.timeout = 60,
};

static inline void compat_helper_init(struct nf_conntrack_helper *helper,
				      const char *name, u16 number,
				      compat_help_t *help)
{
#ifdef HAVE_HELPER_PORT
	/* The port means nothing, but no two helpers may share one. */
	nf_ct_helper_init(helper, NFPROTO_UNSPEC, IPPROTO_TCP, name, number,
			  number, number, &compat_no_expectations, 0, help,
			  NULL, THIS_MODULE);
#else
	nf_ct_helper_init(helper, NFPROTO_UNSPEC, IPPROTO_TCP, name,
			  &compat_no_expectations, 0, help, NULL, THIS_MODULE);
#endif
}

/**
 * struct compat_helper - a helper that conntrack knows
 * @known: the helper; a copy of conntrack's, which outlives its unregistration
 *	as long as an entry has it, or memory of ours. That is never freed: a
 *	packet that waits somewhere may have an entry that was deleted, and the
 *	entry the helper.
 */
struct compat_helper {
#ifdef HAVE_HELPER_COPY
	struct nf_conntrack_helper *known;
#else
	struct nf_conntrack_helper known[1];
#endif
};

/**
 * compat_helper_register() - make a helper for TCP known to conntrack
 * @helper: room for it
 * @name: its name
 * @number: a number that no other helper for TCP has; not 0
 * @help: called with each packet
 *
 * Context: process.
 * Return: 0, or what conntrack says.
 */
static inline int compat_helper_register(struct compat_helper *helper,
					 const char *name, u16 number,
					 compat_help_t *help)
{
#ifdef HAVE_HELPER_COPY
	struct nf_conntrack_helper template = {};

	compat_helper_init(&template, name, number, help);
	return nf_conntrack_helper_register(&template, &helper->known);
#else
	compat_helper_init(helper->known, name, number, help);
	return nf_conntrack_helper_register(helper->known);
#endif
}

/**
 * compat_helper_unregister() - take a helper out of conntrack
 * @helper: the helper
 *
 * Context: process.
 * Returns when no packet is in the helper any more and none will be.
 */
static inline void compat_helper_unregister(struct compat_helper *helper)
{
	nf_conntrack_helper_unregister(helper->known);
}

static inline refcount_t *compat_helper_ref(struct compat_helper *helper)
{
#ifdef HAVE_HELPER_CT_REFCNT
	return &helper->known->ct_refcnt;
#else
	return &helper->known->refcnt;
#endif
}

/**
 * compat_helper_close() - let nothing refer to a helper from now on
 * @helper: the helper
 *
 * References are taken by refcount_inc_not_zero(). Up to Linux 7.1 ctnetlink
 * takes none, but looks for the name.
 *
 * Return: false if a rule refers to it, and since Linux 7.2 also if an entry
 * does; then nothing has changed.
 */
static inline bool compat_helper_close(struct compat_helper *helper)
{
	if (!refcount_dec_if_one(compat_helper_ref(helper)))
		return false;
	WRITE_ONCE(helper->known->name[0], '\0');
	return true;
}

/**
 * compat_helper_reopen() - undo compat_helper_close()
 * @helper: the helper
 */
static inline void compat_helper_reopen(struct compat_helper *helper)
{
	WRITE_ONCE(helper->known->name[0], MAILGUARD_HELPER_NAME[0]);
	refcount_set(compat_helper_ref(helper), 1);
}

/**
 * compat_helpers_search() - look at each entry that may have a closed helper
 * @iter: called with each entry, in conntrack's lock; returns 0
 *
 * Context: process.
 * Returns when nobody who found a helper before it was closed is left.
 */
static inline void compat_helpers_search(int (*iter)(struct nf_conn *ct,
						     void *unused))
{
#ifdef HAVE_HELPER_CT_REFCNT
	synchronize_rcu();
#else
	nf_ct_iterate_destroy(iter, NULL);
#endif
}

/**
 * compat_helper_retire() - prepare a closed helper for its unregistration
 * @helper: the helper, with which nothing was found
 *
 * Since Linux 7.2 unregistering gives a reference back. Who asks for a helper
 * without a name meanwhile may get this one; it does nothing, but lives as long
 * as he has it.
 */
static inline void compat_helper_retire(struct compat_helper *helper)
{
#ifdef HAVE_HELPER_CT_REFCNT
	refcount_set(compat_helper_ref(helper), 1);
#endif
}

/**
 * compat_helper_gone() - was the helper of an entry taken out of conntrack?
 * @help: the entry's
 *
 * Context: RCU read side.
 * Return: true if nobody reads what comes on the entry.
 */
static inline bool compat_helper_gone(const struct nf_conn_help *help)
{
	const struct nf_conntrack_helper *helper = rcu_dereference(help->helper);

#ifdef HAVE_HELPER_COPY
	return !helper || !rcu_access_pointer(helper->help);
#else
	return !helper;
#endif
}

#endif /* _SMTP_COMPAT_H */
