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
extern const struct nla_policy mailguard_actions_nl_policy[MAILGUARD_A_ACTIONS_HELO_INVALID + 1];
extern const struct nla_policy mailguard_command_nl_policy[MAILGUARD_A_COMMAND_REPLY + 1];
extern const struct nla_policy mailguard_commands_nl_policy[MAILGUARD_A_COMMANDS_JUDGED + 1];
extern const struct nla_policy mailguard_domains_nl_policy[MAILGUARD_A_DOMAINS_EXCEPT + 1];
extern const struct nla_policy mailguard_mark_nl_policy[MAILGUARD_A_MARK_MASK + 1];
extern const struct nla_policy mailguard_marks_nl_policy[MAILGUARD_A_MARKS_MARK + 1];
extern const struct nla_policy mailguard_offenders_nl_policy[MAILGUARD_A_OFFENDERS_NUMBER + 1];
extern const struct nla_policy mailguard_overlay_nl_policy[MAILGUARD_A_OVERLAY_KEEP + 1];
extern const struct nla_policy mailguard_replies_nl_policy[MAILGUARD_A_REPLIES_MESSAGE_SIZE + 1];
extern const struct nla_policy mailguard_words_nl_policy[MAILGUARD_A_WORDS_EXCEPT + 1];

extern const struct nla_policy mailguard_policy_new_nl_policy[MAILGUARD_A_POLICY_OFFENDERS + 1];

extern const struct nla_policy mailguard_policy_del_nl_policy[MAILGUARD_A_POLICY_NAME + 1];

extern const struct nla_policy mailguard_policy_get_nl_policy[MAILGUARD_A_POLICY_NAME + 1];

extern const struct nla_policy mailguard_policy_renew_nl_policy[MAILGUARD_A_POLICY_NAME + 1];

extern const struct nla_policy mailguard_connection_release_nl_policy[MAILGUARD_A_RELEASE_LAST + 1];

/* Ops table for mailguard */
extern const struct genl_ops mailguard_nl_ops[5];

int mailguard_nl_policy_new_doit(struct sk_buff *skb, struct genl_info *info);
int mailguard_nl_policy_del_doit(struct sk_buff *skb, struct genl_info *info);
int mailguard_nl_policy_get_doit(struct sk_buff *skb, struct genl_info *info);
int mailguard_nl_policy_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);
int mailguard_nl_policy_renew_doit(struct sk_buff *skb, struct genl_info *info);
int mailguard_nl_connection_release_doit(struct sk_buff *skb,
					 struct genl_info *info);

#endif /* _LINUX_MAILGUARD_GEN_H */
