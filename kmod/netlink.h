/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_NETLINK_H
#define _SMTP_NETLINK_H

#include "policy_table.h"

struct genl_info;
struct sk_buff;

int smtp_netlink_init(void);
void smtp_netlink_exit(void);

int smtp_netlink_read_policy(struct genl_info *info,
			     struct smtp_policy *policy);
int smtp_netlink_put_policy(struct sk_buff *skb,
			    const struct smtp_policy_entry *entry);

#endif /* _SMTP_NETLINK_H */
