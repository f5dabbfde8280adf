// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/mailguard.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/mailguard.h>

/* Common nested types */
const struct nla_policy mailguard_actions_nl_policy[MAILGUARD_A_ACTIONS_PRDR + 1] = {
	[MAILGUARD_A_ACTIONS_PIPE] = NLA_POLICY_MAX(NLA_U8, 8),
	[MAILGUARD_A_ACTIONS_BRACKETS] = NLA_POLICY_MAX(NLA_U8, 8),
	[MAILGUARD_A_ACTIONS_TRUNCATED] = NLA_POLICY_MAX(NLA_U8, 8),
	[MAILGUARD_A_ACTIONS_BARE_LF] = NLA_POLICY_MAX(NLA_U8, 8),
	[MAILGUARD_A_ACTIONS_REPLY] = NLA_POLICY_MAX(NLA_U8, 8),
	[MAILGUARD_A_ACTIONS_PIPELINING] = NLA_POLICY_MAX(NLA_U8, 8),
	[MAILGUARD_A_ACTIONS_END_OF_DATA] = NLA_POLICY_MAX(NLA_U8, 8),
	[MAILGUARD_A_ACTIONS_PROXY_PROTOCOL] = NLA_POLICY_MAX(NLA_U8, 8),
	[MAILGUARD_A_ACTIONS_ASYMMETRIC] = NLA_POLICY_MAX(NLA_U8, 8),
	[MAILGUARD_A_ACTIONS_PRDR] = NLA_POLICY_MAX(NLA_U8, 8),
};

const struct nla_policy mailguard_commands_nl_policy[MAILGUARD_A_COMMANDS_OWN + 1] = {
	[MAILGUARD_A_COMMANDS_VERB] = { .type = NLA_STRING, .len = MAILGUARD_VERB_MAX, },
	[MAILGUARD_A_COMMANDS_OWN] = { .type = NLA_STRING, .len = MAILGUARD_VERB_MAX, },
};

const struct nla_policy mailguard_overlay_nl_policy[MAILGUARD_A_OVERLAY_KEEP + 1] = {
	[MAILGUARD_A_OVERLAY_CODE] = NLA_POLICY_RANGE(NLA_U16, 200, 599),
	[MAILGUARD_A_OVERLAY_TEXT] = { .type = NLA_NUL_STRING, .len = MAILGUARD_TEXT_MAX, },
	[MAILGUARD_A_OVERLAY_FILL] = NLA_POLICY_RANGE(NLA_U8, 32, 126),
	[MAILGUARD_A_OVERLAY_KEEP] = { .type = NLA_NUL_STRING, .len = MAILGUARD_KEEP_MAX, },
};

/* MAILGUARD_CMD_POLICY_NEW - do */
const struct nla_policy mailguard_policy_new_nl_policy[MAILGUARD_A_POLICY_ACTIONS + 1] = {
	[MAILGUARD_A_POLICY_NAME] = { .type = NLA_NUL_STRING, .len = MAILGUARD_POLICY_NAME_MAX, },
	[MAILGUARD_A_POLICY_CHECK] = { .type = NLA_FLAG, },
	[MAILGUARD_A_POLICY_BANNER] = NLA_POLICY_NESTED(mailguard_overlay_nl_policy),
	[MAILGUARD_A_POLICY_COMMANDS] = NLA_POLICY_NESTED(mailguard_commands_nl_policy),
	[MAILGUARD_A_POLICY_DENIED_WRITE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MAILGUARD_A_POLICY_DENIED_REPLY] = NLA_POLICY_NESTED(mailguard_overlay_nl_policy),
	[MAILGUARD_A_POLICY_EHLO_DOWNGRADE] = { .type = NLA_FLAG, },
	[MAILGUARD_A_POLICY_LINE_LENGTH] = NLA_POLICY_RANGE(NLA_U16, MAILGUARD_LINE_MIN, MAILGUARD_LINE_MAX),
	[MAILGUARD_A_POLICY_LINE_LENGTH_MAIL] = NLA_POLICY_RANGE(NLA_U16, MAILGUARD_LINE_MIN, MAILGUARD_LINE_MAX),
	[MAILGUARD_A_POLICY_ACTIONS] = NLA_POLICY_NESTED(mailguard_actions_nl_policy),
};

/* MAILGUARD_CMD_POLICY_DEL - do */
const struct nla_policy mailguard_policy_del_nl_policy[MAILGUARD_A_POLICY_NAME + 1] = {
	[MAILGUARD_A_POLICY_NAME] = { .type = NLA_NUL_STRING, .len = MAILGUARD_POLICY_NAME_MAX, },
};

/* MAILGUARD_CMD_POLICY_GET - do */
const struct nla_policy mailguard_policy_get_nl_policy[MAILGUARD_A_POLICY_NAME + 1] = {
	[MAILGUARD_A_POLICY_NAME] = { .type = NLA_NUL_STRING, .len = MAILGUARD_POLICY_NAME_MAX, },
};

/* MAILGUARD_CMD_CONNECTION_RELEASE - do */
const struct nla_policy mailguard_connection_release_nl_policy[MAILGUARD_A_RELEASE_LAST + 1] = {
	[MAILGUARD_A_RELEASE_FIRST] = NLA_POLICY_MIN(NLA_U16, 1),
	[MAILGUARD_A_RELEASE_LAST] = NLA_POLICY_MIN(NLA_U16, 1),
};

/* Ops table for mailguard */
const struct genl_ops mailguard_nl_ops[4] = {
	{
		.cmd		= MAILGUARD_CMD_POLICY_NEW,
		.doit		= mailguard_nl_policy_new_doit,
		.policy		= mailguard_policy_new_nl_policy,
		.maxattr	= MAILGUARD_A_POLICY_ACTIONS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MAILGUARD_CMD_POLICY_DEL,
		.doit		= mailguard_nl_policy_del_doit,
		.policy		= mailguard_policy_del_nl_policy,
		.maxattr	= MAILGUARD_A_POLICY_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MAILGUARD_CMD_POLICY_GET,
		.doit		= mailguard_nl_policy_get_doit,
		.dumpit		= mailguard_nl_policy_get_dumpit,
		.policy		= mailguard_policy_get_nl_policy,
		.maxattr	= MAILGUARD_A_POLICY_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MAILGUARD_CMD_CONNECTION_RELEASE,
		.doit		= mailguard_nl_connection_release_doit,
		.policy		= mailguard_connection_release_nl_policy,
		.maxattr	= MAILGUARD_A_RELEASE_LAST,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
};
