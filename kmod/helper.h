/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_HELPER_H
#define _SMTP_HELPER_H

#include <net/netns/generic.h>

#include "conn.h"
#include "policy_table.h"

/**
 * struct smtp_net - what a network namespace holds
 * @policies: its policies
 * @conns: its guarded connections
 */
struct smtp_net {
	struct smtp_policy_table policies;
	struct smtp_conn_table conns;
};

extern unsigned int smtp_net_id;

/**
 * smtp_net() - what a network namespace holds
 * @net: the namespace
 *
 * Return: never NULL while the module is there.
 */
static inline struct smtp_net *smtp_net(const struct net *net)
{
	return net_generic(net, smtp_net_id);
}

int smtp_help(struct sk_buff *skb, unsigned int protoff, struct nf_conn *ct,
	      enum ip_conntrack_info ctinfo);

#endif /* _SMTP_HELPER_H */
