// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/mailguard.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/mailguard.h>

/* Ops table for mailguard */
const struct genl_ops mailguard_nl_ops[5] = {
	{
		.cmd		= MAILGUARD_CMD_POLICY_NEW,
		.doit		= mailguard_nl_policy_new_doit,
		.policy		= mailguard_policy_new_nl_policy,
		.maxattr	= MAILGUARD_A_POLICY_OFFENDERS,
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
		.cmd		= MAILGUARD_CMD_POLICY_RENEW,
		.doit		= mailguard_nl_policy_renew_doit,
		.policy		= mailguard_policy_renew_nl_policy,
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
