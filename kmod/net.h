/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_NET_H
#define _SMTP_NET_H

#include <net/netns/generic.h>

#include "conn.h"
#include "notify.h"
#include "policy_table.h"

/**
 * struct smtp_net - the module's data of a network namespace
 * @policies: the policies
 * @conns: the guarded connections
 * @notifier: the events
 */
struct smtp_net {
	struct smtp_policy_table policies;
	struct smtp_conn_table conns;
	struct smtp_notifier notifier;
};

extern unsigned int smtp_net_id;

/**
 * smtp_net() - get the module's data of a network namespace
 * @net: the namespace
 *
 * Return: the data; never NULL while the module is loaded.
 */
static inline struct smtp_net *smtp_net(const struct net *net)
{
	return net_generic(net, smtp_net_id);
}

#endif /* _SMTP_NET_H */
