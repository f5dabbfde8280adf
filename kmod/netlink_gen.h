/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/mailguard.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_MAILGUARD_GEN_H
#define _LINUX_MAILGUARD_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/mailguard.h>

/* Common nested types */
extern const struct nla_policy mailguard_actions_nl_policy[MAILGUARD_A_ACTIONS_PRDR + 1];
extern const struct nla_policy mailguard_commands_nl_policy[MAILGUARD_A_COMMANDS_OWN + 1];
extern const struct nla_policy mailguard_overlay_nl_policy[MAILGUARD_A_OVERLAY_KEEP + 1];

extern const struct nla_policy mailguard_policy_new_nl_policy[MAILGUARD_A_POLICY_ACTIONS + 1];

extern const struct nla_policy mailguard_policy_del_nl_policy[MAILGUARD_A_POLICY_NAME + 1];

extern const struct nla_policy mailguard_policy_get_nl_policy[MAILGUARD_A_POLICY_NAME + 1];

extern const struct nla_policy mailguard_connection_release_nl_policy[MAILGUARD_A_RELEASE_LAST + 1];

/* Ops table for mailguard */
extern const struct genl_ops mailguard_nl_ops[4];

int mailguard_nl_policy_new_doit(struct sk_buff *skb, struct genl_info *info);
int mailguard_nl_policy_del_doit(struct sk_buff *skb, struct genl_info *info);
int mailguard_nl_policy_get_doit(struct sk_buff *skb, struct genl_info *info);
int mailguard_nl_policy_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);
int mailguard_nl_connection_release_doit(struct sk_buff *skb,
					 struct genl_info *info);

#endif /* _LINUX_MAILGUARD_GEN_H */
