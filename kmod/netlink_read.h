/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_NETLINK_READ_H
#define _SMTP_NETLINK_READ_H

#include "core/policy.h"

struct genl_info;

/* The attributes that have the sets of domains. */
extern const u8 smtp_netlink_sets[SMTP_SETS];

const char *smtp_netlink_read_name(struct genl_info *info);
int smtp_netlink_read_policy(struct genl_info *info,
			     struct smtp_policy *policy);

#endif /* _SMTP_NETLINK_READ_H */
