/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_NAMES_H
#define _SMTP_NAMES_H

#include <net/netfilter/nf_conntrack.h>

/* The most policies of a namespace, and the most helpers of all namespaces. */
#define SMTP_POLICIES_MAX	64

struct smtp_name;

void smtp_names_init(int (*help)(struct sk_buff *skb, unsigned int protoff,
				 struct nf_conn *ct,
				 enum ip_conntrack_info ctinfo));
struct smtp_name *smtp_name_get(const char *policy);
void smtp_name_put(struct smtp_name *name);
void smtp_names_unregister(void);

/**
 * smtp_clear_helper() - mark an entry as not inspected any more
 * @ct: the entry
 *
 * Conntrack itself never clears this bit. The nft rules of nf_conntrack_smtp(4)
 * test it, and let no connection begin on an entry without it.
 */
static inline void smtp_clear_helper(struct nf_conn *ct)
{
	clear_bit(IPS_HELPER_BIT, &ct->status);
}

#endif /* _SMTP_NAMES_H */
