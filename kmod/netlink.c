// SPDX-License-Identifier: GPL-2.0
/*
 * Implements the operations of the generic netlink family "mailguard".
 *
 * Documentation/netlink/specs/mailguard.yaml specifies its messages.
 * netlink_gen.c, which is generated from that file, validates the attributes.
 * netlink_policy.c translates a policy from and to attributes. A request has a
 * whole policy, which is compiled first and then added to the table in one
 * step.
 */
#include <linux/rcupdate_wait.h>
#include <net/sock.h>

#include "names.h"
#include "net.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "netlink_read.h"

/*
 * Room for attributes in a message of the reply to policy-get, as in one of a
 * dump. A policy without its sets of domains is smaller.
 */
#define POLICY_SIZE_MAX	(SKB_WITH_OVERHEAD(32768) - NLMSG_HDRLEN - GENL_HDRLEN)

static struct genl_family family;

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
 * May the sender commit a policy of this name? Helpers are few and shared by
 * all namespaces, so a new name needs privileges in the initial user namespace;
 * a container could use up all of them. The answer depends on the sender's own
 * namespace only, so it does not reveal which names others use.
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
	if (err == -EDQUOT)
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MAILGUARD_A_POLICY_OFFENDERS],
				    "at most 15 policies can have offenders");
	else if (err)
		GENL_SET_ERR_MSG(info, "too many policies");
	return err;
}

int mailguard_nl_policy_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	const char *name = smtp_netlink_read_name(info);
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
	const char *name = smtp_netlink_read_name(info);
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

int mailguard_nl_policy_renew_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct smtp_net *sn = smtp_net(genl_info_net(info));
	const char *name = smtp_netlink_read_name(info);

	if (!name)
		return -EINVAL;
	smtp_conn_renew_all(&sn->conns, &sn->policies, name);
	return 0;
}

/*
 * Put a policy, or the next part of its sets of domains, which follow in messages
 * of their own: they may be long. @at: 0 before the first message.
 *
 * Return: 1 if another message must follow, 0 if not, or -EMSGSIZE.
 */
static int put_policy(struct sk_buff *skb,
		      const struct smtp_policy_entry *entry, long *at)
{
	u32 all = smtp_netlink_domains_len(entry);
	u32 done = *at ? *at - 1 : 0;
	int err;

	/* Another policy may have taken the place of the one that was here. */
	if (!*at || done >= all)
		err = smtp_netlink_put_policy(skb, entry);
	else
		err = smtp_netlink_put_domains(skb, entry, &done);
	if (err)
		return err;
	*at = done + 1;
	return done < all;
}

static int reply_policy(struct genl_info *info,
			const struct smtp_policy_entry *entry, long *at)
{
	struct sk_buff *msg = genlmsg_new(POLICY_SIZE_MAX, GFP_KERNEL);
	void *header;
	int more, err;

	if (!msg)
		return -ENOMEM;
	header = genlmsg_put_reply(msg, info, &family, 0,
				   MAILGUARD_CMD_POLICY_GET);
	more = header ? put_policy(msg, entry, at) : -EMSGSIZE;
	if (more < 0) {
		nlmsg_free(msg);
		return more;
	}
	genlmsg_end(msg, header);
	err = genlmsg_reply(msg, info);
	if (err == -EAGAIN)
		GENL_SET_ERR_MSG(info, "the sets of domains do not fit into the socket's buffer");
	return err ? err : more;
}

int mailguard_nl_policy_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	const char *name = smtp_netlink_read_name(info);
	struct smtp_policy_entry *entry;
	long at = 0;
	int err;

	if (!name)
		return -EINVAL;
	rcu_read_lock();
	entry = smtp_policy_get(&smtp_net(genl_info_net(info))->policies, name);
	rcu_read_unlock();
	if (!entry) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MAILGUARD_A_POLICY_NAME],
				    "no such policy");
		return -ENOENT;
	}
	do {
		err = reply_policy(info, entry, &at);
	} while (err > 0);
	smtp_policy_put(entry);
	return err;
}

static int dump_policy(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		       const struct smtp_policy_entry *entry,
		       int (*put)(struct sk_buff *skb,
				  const struct smtp_policy_entry *entry,
				  long *at))
{
	void *header;
	int more;

	do {
		header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				     cb->nlh->nlmsg_seq, &family, NLM_F_MULTI,
				     cmd);
		if (!header)
			return -EMSGSIZE;
		genl_dump_check_consistent(cb, header);
		more = put(skb, entry, &cb->args[1]);
		if (more < 0) {
			genlmsg_cancel(skb, header);
			return more;
		}
		genlmsg_end(skb, header);
	} while (more);
	return 0;
}

/*
 * Dump one message for each policy, or more while @put returns 1. cb->args[0] is
 * the position in the list of the next policy, and cb->args[1] belongs to @put;
 * it is 0 before the first message of a policy. If the list has changed since
 * the dump began, the message gets NLM_F_DUMP_INTR. A policy for which the user's
 * buffer is too small is an error, lest the dump end there as if it were
 * complete.
 */
static int dump_policies(struct sk_buff *skb, struct netlink_callback *cb,
			 u8 cmd,
			 int (*put)(struct sk_buff *skb,
				    const struct smtp_policy_entry *entry,
				    long *at))
{
	struct smtp_policy_table *table =
		&smtp_net(sock_net(skb->sk))->policies;
	struct smtp_policy_entry *entry;
	long place = 0;
	int err = 0;

	rcu_read_lock();
	cb->seq = READ_ONCE(table->generation);
	list_for_each_entry_rcu(entry, &table->list, list) {
		if (place++ < cb->args[0])
			continue;
		err = dump_policy(skb, cb, cmd, entry, put);
		if (err)
			break;
		cb->args[0] = place;
		cb->args[1] = 0;
	}
	rcu_read_unlock();
	return skb->len ? skb->len : err;
}

int mailguard_nl_policy_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb)
{
	return dump_policies(skb, cb, MAILGUARD_CMD_POLICY_GET, put_policy);
}

static int put_counters(struct sk_buff *skb,
			const struct smtp_policy_entry *entry, long *at)
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
				      smtp_counters_sum(entry->counters, i),
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

/* The two small messages fit in one skb; cb->args[0] is set afterwards. */
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

static int put_dialogue(struct sk_buff *skb, const struct smtp_conn *conn)
{
	const struct smtp_session *s = &conn->stream.session;

	if (nla_put_u32(skb, MAILGUARD_A_CONNECTION_ID, conn->id) ||
	    nla_put_u8(skb, MAILGUARD_A_CONNECTION_STATE,
		       READ_ONCE(s->state)) ||
	    nla_put_u32(skb, MAILGUARD_A_CONNECTION_PASSED,
			READ_ONCE(s->passed)) ||
	    nla_put_u32(skb, MAILGUARD_A_CONNECTION_DENIED,
			READ_ONCE(s->denied)) ||
	    nla_put_u8(skb, MAILGUARD_A_CONNECTION_MODE,
		       s->monitor ? MAILGUARD_MODE_MONITOR :
				    MAILGUARD_MODE_ENFORCE))
		return -EMSGSIZE;
	return 0;
}

/**
 * smtp_netlink_put_conn() - put a connection into a message
 * @skb: the message
 * @ct: the conntrack entry
 * @conn: the connection, or NULL if it is not guarded
 * @policy: the name of its policy
 *
 * Return: 0 or -EMSGSIZE.
 */
int smtp_netlink_put_conn(struct sk_buff *skb, const struct nf_conn *ct,
			  const struct smtp_conn *conn, const char *policy)
{
	const struct nf_conntrack_tuple *to, *back;
	u16 l3 = nf_ct_l3num(ct);

	to = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	back = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	if (nla_put_string(skb, MAILGUARD_A_CONNECTION_POLICY, policy) ||
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
			 back->src.u.tcp.port))
		return -EMSGSIZE;
	return conn ? put_dialogue(skb, conn) : 0;
}

/*
 * cb->args[0] is the id of the connection to continue with, so a dump may take
 * any number of skbs. cb->args[1] is set after the last connection.
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
		if (!header ||
		    smtp_netlink_put_conn(skb, conn->ct, conn,
					  rcu_dereference(conn->entry)->name)) {
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
 * Operations that only dump, and take no attributes. The kernel's generator
 * cannot generate these in the form that Linux 6.1 needs ("per-op").
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

/* Those who may list connections may also listen to their events. */
static const struct genl_multicast_group groups[] = {
	{
		.name = MAILGUARD_MCGRP_EVENTS,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
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
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

/**
 * smtp_netlink_has_listeners() - does somebody listen to events?
 * @net: the network namespace
 *
 * Context: any.
 * Return: false if nobody does; true perhaps also if somebody does in another
 * namespace.
 */
bool smtp_netlink_has_listeners(struct net *net)
{
	return genl_has_listeners(&family, net, 0);
}

/**
 * smtp_netlink_put_header() - begin an event
 * @skb: the message
 * @cmd: &enum mailguard_cmd
 *
 * Return: the header, or NULL.
 */
void *smtp_netlink_put_header(struct sk_buff *skb, u8 cmd)
{
	return genlmsg_put(skb, 0, 0, &family, 0, cmd);
}

/**
 * smtp_netlink_send_event() - send an event to all listeners
 * @net: the network namespace
 * @skb: the event
 *
 * A listener whose buffer is full loses it. Nobody is told: the listener knows
 * by the number of the next event.
 *
 * Context: any.
 */
void smtp_netlink_send_event(struct net *net, struct sk_buff *skb)
{
	genlmsg_multicast_netns(&family, net, skb, 0, 0, GFP_ATOMIC);
}

int __init smtp_netlink_init(void)
{
	return genl_register_family(&family);
}

void smtp_netlink_exit(void)
{
	genl_unregister_family(&family);
}
