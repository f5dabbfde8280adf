// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family. Documentation/netlink/specs/mailguard.yaml says
 * what its messages are; netlink_gen.c is made of it and validates attributes. A
 * policy comes in one message, is compiled, and is then put in the table in one
 * step. netlink_policy.c translates a policy from and to attributes.
 */
#include <linux/rcupdate_wait.h>
#include <net/sock.h>

#include "helper.h"
#include "netlink.h"
#include "netlink_gen.h"

static struct genl_family family;

static bool is_name(const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if (!isascii(*p) || !(isalnum(*p) ||
				      (p > name && strchr("._-", *p))))
			return false;
	return p > name;
}

static const char *get_name(struct genl_info *info)
{
	const char *name;

	if (GENL_REQ_ATTR_CHECK(info, MAILGUARD_A_POLICY_NAME)) {
		GENL_SET_ERR_MSG(info, "the policy has no name");
		return NULL;
	}
	name = nla_data(info->attrs[MAILGUARD_A_POLICY_NAME]);
	if (is_name(name))
		return name;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MAILGUARD_A_POLICY_NAME],
			    "a policy name is of letters, digits, '.', '_' and '-', and begins with a letter or a digit");
	return NULL;
}

static bool is_in_table(struct genl_info *info, const char *name)
{
	bool known;

	rcu_read_lock();
	known = smtp_policy_lookup(&smtp_net(genl_info_net(info))->policies,
				   name);
	rcu_read_unlock();
	return known;
}

/*
 * Names are few and for the whole machine, so no container takes one. It does
 * not learn either which of them other namespaces have.
 */
static int may_commit(struct genl_info *info,
		      const struct smtp_policy_entry *entry)
{
	if (is_in_table(info, entry->name) || capable(CAP_NET_ADMIN))
		return 0;
	GENL_SET_ERR_MSG(info, "a new policy name needs CAP_NET_ADMIN on the machine");
	return -EPERM;
}

static int take_name(struct genl_info *info, struct smtp_policy_entry *entry)
{
	struct smtp_name *name = smtp_name_get(entry->name);
	int err = PTR_ERR_OR_ZERO(name);

	if (err == -ENOSPC)
		GENL_SET_ERR_MSG(info, "too many policy names are in use on the machine");
	else if (err && err != -ENOMEM)
		GENL_SET_ERR_MSG(info, "conntrack refuses the policy's helper");
	if (!err)
		entry->helper = name;
	return err;
}

static int commit_policy(struct genl_info *info,
			 struct smtp_policy_entry *entry)
{
	int err;

	err = take_name(info, entry);
	if (err)
		return err;
	err = smtp_policy_replace(&smtp_net(genl_info_net(info))->policies,
				  entry);
	if (err)
		GENL_SET_ERR_MSG(info, "too many policies");
	return err;
}

int mailguard_nl_policy_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	const char *name = get_name(info);
	struct smtp_policy_entry *entry;
	int err;

	if (!name)
		return -EINVAL;
	entry = smtp_policy_entry_new(name);
	if (!entry)
		return -ENOMEM;
	err = smtp_netlink_read_policy(info, &entry->policy);
	if (!err)
		err = may_commit(info, entry);
	if (!err && !info->attrs[MAILGUARD_A_POLICY_CHECK]) {
		err = commit_policy(info, entry);
		if (!err)
			return 0;
	}
	smtp_policy_put(entry);
	return err;
}

int mailguard_nl_policy_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	const char *name = get_name(info);
	int err;

	if (!name)
		return -EINVAL;
	err = smtp_policy_delete(&smtp_net(genl_info_net(info))->policies,
				 name);
	if (err == -ENOENT)
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MAILGUARD_A_POLICY_NAME],
				    "no such policy");
	return err;
}

int mailguard_nl_policy_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	const char *name = get_name(info);
	struct smtp_policy_entry *entry;
	struct sk_buff *msg;
	void *header;
	int err = -ENOENT;

	if (!name)
		return -EINVAL;
	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	header = genlmsg_put_reply(msg, info, &family, 0,
				   MAILGUARD_CMD_POLICY_GET);
	rcu_read_lock();
	entry = smtp_policy_lookup(&smtp_net(genl_info_net(info))->policies,
				   name);
	if (entry)
		err = header ? smtp_netlink_put_policy(msg, entry) : -EMSGSIZE;
	rcu_read_unlock();
	if (err) {
		if (err == -ENOENT)
			NL_SET_ERR_MSG_ATTR(info->extack,
					    info->attrs[MAILGUARD_A_POLICY_NAME],
					    "no such policy");
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, header);
	return genlmsg_reply(msg, info);
}

/*
 * Dumps over the policies. cb->args[0] is the next one's place in the list; a
 * list that changed meanwhile makes the dump inconsistent, and says so.
 */
static int dump_policies(struct sk_buff *skb, struct netlink_callback *cb,
			 u8 cmd,
			 int (*put)(struct sk_buff *skb,
				    const struct smtp_policy_entry *entry))
{
	struct smtp_policy_table *table =
		&smtp_net(sock_net(skb->sk))->policies;
	struct smtp_policy_entry *entry;
	long place = 0;
	void *header;

	rcu_read_lock();
	cb->seq = READ_ONCE(table->generation);
	list_for_each_entry_rcu(entry, &table->list, list) {
		if (place++ < cb->args[0])
			continue;
		header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				     cb->nlh->nlmsg_seq, &family, NLM_F_MULTI,
				     cmd);
		if (!header)
			break;
		genl_dump_check_consistent(cb, header);
		if (put(skb, entry)) {
			genlmsg_cancel(skb, header);
			break;
		}
		genlmsg_end(skb, header);
		cb->args[0] = place;
	}
	rcu_read_unlock();
	return skb->len;
}

int mailguard_nl_policy_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb)
{
	return dump_policies(skb, cb, MAILGUARD_CMD_POLICY_GET,
			     smtp_netlink_put_policy);
}

static int put_counters(struct sk_buff *skb,
			const struct smtp_policy_entry *entry)
{
	struct nlattr *nest;
	unsigned int i;

	if (nla_put_string(skb, MAILGUARD_A_COUNTERS_POLICY, entry->name))
		return -EMSGSIZE;
	for (i = 0; i <= MAILGUARD_REASON_MAX; i++) {
		nest = nla_nest_start(skb, MAILGUARD_A_COUNTERS_COUNTER);
		if (!nest ||
		    nla_put_u32(skb, MAILGUARD_A_COUNTER_REASON, i) ||
		    nla_put_u64_64bit(skb, MAILGUARD_A_COUNTER_COUNT,
				      smtp_audit_sum(entry->audit, i),
				      MAILGUARD_A_COUNTER_PAD))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int counter_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_policies(skb, cb, MAILGUARD_CMD_COUNTER_GET, put_counters);
}

static int put_memory(struct sk_buff *skb, struct netlink_callback *cb,
		      struct smtp_memory *memory)
{
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
			     cb->nlh->nlmsg_seq, &family, NLM_F_MULTI,
			     MAILGUARD_CMD_MEMORY_GET);
	if (!header)
		return -EMSGSIZE;
	if ((!memory && nla_put_flag(skb, MAILGUARD_A_MEMORY_MACHINE)) ||
	    nla_put_u64_64bit(skb, MAILGUARD_A_MEMORY_HELD,
			      smtp_memory_held(memory),
			      MAILGUARD_A_MEMORY_PAD) ||
	    nla_put_u64_64bit(skb, MAILGUARD_A_MEMORY_BUDGET,
			      smtp_memory_max(memory),
			      MAILGUARD_A_MEMORY_PAD)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/* Two small messages, for which there is always room; then cb->args[0] is set. */
static int memory_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct net *net = sock_net(skb->sk);
	int err;

	if (cb->args[0])
		return 0;
	err = put_memory(skb, cb, &smtp_net(net)->conns.memory);
	if (!err && net_eq(net, &init_net))
		err = put_memory(skb, cb, NULL);
	cb->args[0] = 1;
	return err ? err : skb->len;
}

static int put_address(struct sk_buff *skb, int type, u16 family_of,
		       const union nf_inet_addr *addr)
{
	if (family_of == NFPROTO_IPV6)
		return nla_put_in6_addr(skb, type, &addr->in6);
	return nla_put_in_addr(skb, type, addr->ip);
}

static int put_conn(struct sk_buff *skb, const struct smtp_conn *conn)
{
	const struct nf_conntrack_tuple *to, *back;
	const struct smtp_session *s = &conn->stream.session;
	u16 l3 = nf_ct_l3num(conn->ct);

	to = nf_ct_tuple(conn->ct, IP_CT_DIR_ORIGINAL);
	back = nf_ct_tuple(conn->ct, IP_CT_DIR_REPLY);
	if (nla_put_u32(skb, MAILGUARD_A_CONNECTION_ID, conn->id) ||
	    nla_put_string(skb, MAILGUARD_A_CONNECTION_POLICY,
			   conn->entry->name) ||
	    nla_put_u8(skb, MAILGUARD_A_CONNECTION_STATE,
		       READ_ONCE(s->state)) ||
	    put_address(skb, MAILGUARD_A_CONNECTION_CLIENT, l3,
			&to->src.u3) ||
	    nla_put_be16(skb, MAILGUARD_A_CONNECTION_CLIENT_PORT,
			 to->src.u.tcp.port) ||
	    put_address(skb, MAILGUARD_A_CONNECTION_ADDRESS, l3,
			&to->dst.u3) ||
	    nla_put_be16(skb, MAILGUARD_A_CONNECTION_PORT,
			 to->dst.u.tcp.port) ||
	    put_address(skb, MAILGUARD_A_CONNECTION_SERVER, l3,
			&back->src.u3) ||
	    nla_put_be16(skb, MAILGUARD_A_CONNECTION_SERVER_PORT,
			 back->src.u.tcp.port) ||
	    nla_put_u32(skb, MAILGUARD_A_CONNECTION_PASSED,
			READ_ONCE(s->passed)) ||
	    nla_put_u32(skb, MAILGUARD_A_CONNECTION_DENIED,
			READ_ONCE(s->denied)))
		return -EMSGSIZE;
	return 0;
}

/*
 * cb->args[0] is the id to go on from, so any number of connections survives;
 * cb->args[1] is set behind the last one.
 */
static int connection_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct smtp_conn_table *table = &smtp_net(sock_net(skb->sk))->conns;
	unsigned long id = cb->args[0];
	struct smtp_conn *conn;
	void *header;

	if (cb->args[1])
		return 0;
	rcu_read_lock();
	xa_for_each_start(&table->conns, id, conn, cb->args[0]) {
		if (!smtp_conn_alive(conn)) {
			cond_resched_rcu();
			continue;
		}
		cb->args[0] = id;
		header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				     cb->nlh->nlmsg_seq, &family, NLM_F_MULTI,
				     MAILGUARD_CMD_CONNECTION_GET);
		if (!header || put_conn(skb, conn)) {
			if (header)
				genlmsg_cancel(skb, header);
			goto out;
		}
		genlmsg_end(skb, header);
	}
	cb->args[1] = 1;
out:
	rcu_read_unlock();
	return skb->len;
}

int mailguard_nl_connection_release_doit(struct sk_buff *skb,
					 struct genl_info *info)
{
	u16 first, last;

	if (GENL_REQ_ATTR_CHECK(info, MAILGUARD_A_RELEASE_FIRST) ||
	    GENL_REQ_ATTR_CHECK(info, MAILGUARD_A_RELEASE_LAST)) {
		GENL_SET_ERR_MSG(info, "a range of ports is missing");
		return -EINVAL;
	}
	first = nla_get_u16(info->attrs[MAILGUARD_A_RELEASE_FIRST]);
	last = nla_get_u16(info->attrs[MAILGUARD_A_RELEASE_LAST]);
	if (first > last) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MAILGUARD_A_RELEASE_LAST],
				    "the range of ports ends before it begins");
		return -EINVAL;
	}
	smtp_conn_release(&smtp_net(genl_info_net(info))->conns, first, last);
	return 0;
}

/*
 * Operations that only dump, which take no attributes. The form of operations
 * that the generator knows and Linux 6.1 has is for others.
 */
static const struct genl_small_ops dumps[] = {
	{
		.cmd = MAILGUARD_CMD_CONNECTION_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.dumpit = connection_dump,
	}, {
		.cmd = MAILGUARD_CMD_COUNTER_GET,
		.dumpit = counter_dump,
	}, {
		.cmd = MAILGUARD_CMD_MEMORY_GET,
		.dumpit = memory_dump,
	},
};

static struct genl_family family __ro_after_init = {
	.name = MAILGUARD_FAMILY_NAME,
	.version = MAILGUARD_FAMILY_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.ops = mailguard_nl_ops,
	.n_ops = ARRAY_SIZE(mailguard_nl_ops),
	.small_ops = dumps,
	.n_small_ops = ARRAY_SIZE(dumps),
};

int __init smtp_netlink_init(void)
{
	return genl_register_family(&family);
}

void smtp_netlink_exit(void)
{
	genl_unregister_family(&family);
}
