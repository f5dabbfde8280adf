/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hides the differences between kernels. Kbuild searches the kernel's headers
 * and defines HAVE_* accordingly. Version numbers would not do, because updates
 * of stable kernels change interfaces, too.
 */
#ifndef _SMTP_COMPAT_H
#define _SMTP_COMPAT_H

#include <linux/err.h>
#include <linux/refcount.h>
#include <net/netfilter/nf_conntrack_helper.h>

#include "uapi/mailguard.h"

typedef int compat_help_t(struct sk_buff *skb, unsigned int protoff,
			  struct nf_conn *ct, enum ip_conntrack_info ctinfo);

/*
 * The helper expects no connections, but conntrack requires a policy, and reads
 * a maximum of 0 as 255.
 */
static const struct nf_conntrack_expect_policy compat_no_expectations = {
	.max_expected = 1,
	.timeout = 60,
};

static inline void compat_helper_init(struct nf_conntrack_helper *helper,
				      const char *name, u16 number,
				      compat_help_t *help)
{
#ifdef HAVE_HELPER_PORT
	/* The port is not used, but two helpers must not have the same. */
	nf_ct_helper_init(helper, NFPROTO_UNSPEC, IPPROTO_TCP, name, number,
			  number, number, &compat_no_expectations, 0, help,
			  NULL, THIS_MODULE);
#else
	nf_ct_helper_init(helper, NFPROTO_UNSPEC, IPPROTO_TCP, name,
			  &compat_no_expectations, 0, help, NULL, THIS_MODULE);
#endif
}

/**
 * struct compat_helper - a helper that is registered with conntrack
 * @known: the helper. Where conntrack makes a copy, this is the copy, which
 *	lives as long as an entry uses it. Otherwise it is an array in this
 *	struct, whose memory must never be freed: a queued packet may refer to a
 *	deleted entry, and that entry to the helper.
 */
struct compat_helper {
#ifdef HAVE_HELPER_COPY
	struct nf_conntrack_helper *known;
#else
	struct nf_conntrack_helper known[1];
#endif
};

/**
 * compat_helper_register() - register a helper for TCP with conntrack
 * @helper: room for it
 * @name: the name of the helper
 * @number: a number that no other helper for TCP has; not 0
 * @help: the function that conntrack calls for each packet
 *
 * Context: process.
 * Return: 0, or an error of conntrack.
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
 * compat_helper_unregister() - unregister a helper from conntrack
 * @helper: the helper
 *
 * Context: process.
 * When this returns, no packet is in the helper any more, and none will be.
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
 * compat_helper_close() - prevent that anybody finds a helper from now on
 * @helper: the helper
 *
 * The reference count becomes 0, so refcount_inc_not_zero() fails. The name is
 * cleared as well, because ctnetlink, up to Linux 7.1, looks a helper up by
 * name without taking a reference.
 *
 * Return: false if a rule refers to the helper (since Linux 7.2 also if an
 * entry does); the helper is then unchanged.
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
 * compat_helpers_search() - walk all entries that may use a closed helper
 * @iter: called for each entry, under conntrack's lock; returns 0
 *
 * Since Linux 7.2 no walk is needed: compat_helper_close() fails if an entry
 * uses the helper.
 *
 * Context: process.
 * This also waits for everybody who found a helper before it was closed.
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
 * @helper: the helper, which no entry uses
 *
 * Since Linux 7.2 unregistering drops a reference, so one is restored here.
 * From then on a lookup of the empty name may find the helper. This is
 * harmless: the lookup takes a reference, and an unregistered helper does
 * nothing.
 */
static inline void compat_helper_retire(struct compat_helper *helper)
{
#ifdef HAVE_HELPER_CT_REFCNT
	refcount_set(compat_helper_ref(helper), 1);
#endif
}

/**
 * compat_helper_gone() - was the helper of an entry unregistered?
 * @help: the helper extension of the entry
 *
 * Context: RCU read side.
 * Return: true if no helper inspects the packets of the entry.
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
