// SPDX-License-Identifier: GPL-2.0
/* Loads and unloads the module, and sets up each network namespace. */
#include <linux/module.h>
#include <net/genetlink.h>
#include <net/netfilter/nf_conntrack_helper.h>

#include "helper.h"
#include "names.h"
#include "net.h"
#include "netlink.h"
#include "version.h"

unsigned int smtp_net_id __read_mostly;

static int __net_init net_init(struct net *net)
{
	struct smtp_net *sn = smtp_net(net);
	int err;

	smtp_notifier_init(&sn->notifier);
	err = smtp_conn_table_init(&sn->conns, net);
	if (err)
		return err;
	err = smtp_policy_table_init(&sn->policies);
	if (err)
		smtp_conn_table_exit(&sn->conns);
	return err;
}

/*
 * The pernet operations exit in the reverse order of their registration, so
 * this runs before conntrack waits for all entries of the namespace to be
 * freed. The references that connections hold on entries must be dropped here.
 */
static void __net_exit net_exit(struct net *net)
{
	struct smtp_net *sn = smtp_net(net);

	smtp_conn_table_exit(&sn->conns);
	smtp_policy_table_exit(&sn->policies);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.exit = net_exit,
	.id = &smtp_net_id,
	.size = sizeof(struct smtp_net),
};

static int __init smtp_init(void)
{
	struct smtp_name *name;
	int err;

	err = smtp_conn_init();
	if (err)
		return err;
	err = register_pernet_subsys(&net_ops);
	if (err)
		goto err_conn;
	smtp_names_init(smtp_help);
	/* Each namespace has this policy, so the name is never given back. */
	name = smtp_name_get(MAILGUARD_POLICY_DEFAULT);
	err = PTR_ERR_OR_ZERO(name);
	if (err)
		goto err_net;
	err = smtp_netlink_init();
	if (err)
		goto err_names;
	return 0;

err_names:
	smtp_names_unregister();
err_net:
	unregister_pernet_subsys(&net_ops);
err_conn:
	smtp_conn_exit();
	return err;
}

static void __exit smtp_exit(void)
{
	smtp_netlink_exit();
	smtp_names_unregister();
	unregister_pernet_subsys(&net_ops);
	smtp_conn_exit();
}

module_init(smtp_init);
module_exit(smtp_exit);

MODULE_DESCRIPTION("SMTP connection tracking helper that guards mail servers");
MODULE_LICENSE("GPL");
MODULE_VERSION(MAILGUARD_VERSION);
MODULE_ALIAS_NFCT_HELPER(MAILGUARD_HELPER_NAME);
MODULE_ALIAS_NFCT_HELPER(MAILGUARD_HELPER_NAME "-*");
MODULE_ALIAS_GENL_FAMILY(MAILGUARD_FAMILY_NAME);
