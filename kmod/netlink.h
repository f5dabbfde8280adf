/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_NETLINK_H
#define _SMTP_NETLINK_H

#include "policy_table.h"

struct net;
struct nf_conn;
struct sk_buff;
struct smtp_conn;

int smtp_netlink_init(void);
void smtp_netlink_exit(void);

bool smtp_netlink_has_listeners(struct net *net);
void *smtp_netlink_put_header(struct sk_buff *skb, u8 cmd);
int smtp_netlink_put_conn(struct sk_buff *skb, const struct nf_conn *ct,
			  const struct smtp_conn *conn, const char *policy);
void smtp_netlink_send_event(struct net *net, struct sk_buff *skb);

int smtp_netlink_put_domains(struct sk_buff *skb,
			     const struct smtp_policy_entry *entry, u32 *at);
u32 smtp_netlink_domains_len(const struct smtp_policy_entry *entry);
int smtp_netlink_put_policy(struct sk_buff *skb,
			    const struct smtp_policy_entry *entry);

#endif /* _SMTP_NETLINK_H */
