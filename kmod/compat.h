/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels, made one. Kbuild looks into their headers
 * and defines HAVE_*: stable updates change interfaces, so no version tells.
 */
#ifndef _SMTP_COMPAT_H
#define _SMTP_COMPAT_H

#include <linux/err.h>
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack_helper.h>

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
 * compat_helper_register() - make a helper for TCP known to conntrack
 * @name: its name
 * @number: a number that no other helper for TCP has; not 0
 * @help: called with each packet
 *
 * Context: process.
 * Return: the helper as conntrack knows it, or an error pointer.
 */
static inline struct nf_conntrack_helper *
compat_helper_register(const char *name, u16 number, compat_help_t *help)
{
	struct nf_conntrack_helper *helper, *known;
	int err;

	helper = kzalloc(sizeof(*helper), GFP_KERNEL);
	if (!helper)
		return ERR_PTR(-ENOMEM);
	compat_helper_init(helper, name, number, help);
#ifdef HAVE_HELPER_COPY
	err = nf_conntrack_helper_register(helper, &known);
#else
	err = nf_conntrack_helper_register(helper);
	known = helper;
#endif
	if (err || known != helper)
		kfree(helper);
	return err ? ERR_PTR(err) : known;
}

/**
 * compat_helper_unregister() - take a helper out of conntrack
 * @helper: what compat_helper_register() returned
 *
 * Returns when no packet is in the helper any more and none will be. Where
 * conntrack has a copy, it outlives this as long as an entry has its name.
 */
static inline void compat_helper_unregister(struct nf_conntrack_helper *helper)
{
	nf_conntrack_helper_unregister(helper);
#ifndef HAVE_HELPER_COPY
	kfree(helper);
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
