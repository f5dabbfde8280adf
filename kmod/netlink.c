// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family. What may be said stands in uapi/mailguard.h and
 * Documentation/netlink/specs/mailguard.yaml; a policy comes in one message,
 * is compiled, and is then put in the table in one step.
 */
#include <net/genetlink.h>

#include "helper.h"
#include "netlink.h"

static struct genl_family family;

static const struct nla_policy overlay_attrs[MAILGUARD_A_OVERLAY_MAX + 1] = {
	[MAILGUARD_A_OVERLAY_CODE] = NLA_POLICY_RANGE(NLA_U16, 200, 599),
	[MAILGUARD_A_OVERLAY_TEXT] = { .type = NLA_NUL_STRING,
				       .len = MAILGUARD_TEXT_MAX },
	[MAILGUARD_A_OVERLAY_FILL] = NLA_POLICY_RANGE(NLA_U8, ' ', '~'),
	[MAILGUARD_A_OVERLAY_KEEP] = { .type = NLA_NUL_STRING, .len = 128 },
};

static const struct nla_policy commands_attrs[MAILGUARD_A_COMMANDS_MAX + 1] = {
	[MAILGUARD_A_COMMANDS_VERB] = { .type = NLA_NUL_STRING,
					.len = MAILGUARD_VERB_MAX },
};

static const struct nla_policy policy_attrs[MAILGUARD_A_POLICY_MAX + 1] = {
	[MAILGUARD_A_POLICY_NAME] = { .type = NLA_NUL_STRING,
				      .len = MAILGUARD_POLICY_NAME_MAX },
	[MAILGUARD_A_POLICY_CHECK] = { .type = NLA_FLAG },
	[MAILGUARD_A_POLICY_BANNER] = NLA_POLICY_NESTED(overlay_attrs),
	[MAILGUARD_A_POLICY_COMMANDS] = NLA_POLICY_NESTED(commands_attrs),
	[MAILGUARD_A_POLICY_DENIED_WRITE] =
		NLA_POLICY_MAX(NLA_U8, MAILGUARD_DENIED_NOOP),
	[MAILGUARD_A_POLICY_DENIED_REPLY] = NLA_POLICY_NESTED(overlay_attrs),
	[MAILGUARD_A_POLICY_EHLO_DOWNGRADE] = { .type = NLA_FLAG },
	[MAILGUARD_A_POLICY_LINE_LENGTH] =
		NLA_POLICY_RANGE(NLA_U16, MAILGUARD_LINE_MIN,
				 MAILGUARD_LINE_MAX),
	[MAILGUARD_A_POLICY_LINE_LENGTH_MAIL] =
		NLA_POLICY_RANGE(NLA_U16, MAILGUARD_LINE_MIN,
				 MAILGUARD_LINE_MAX),
};

static const struct nla_policy name_attrs[MAILGUARD_A_POLICY_NAME + 1] = {
	[MAILGUARD_A_POLICY_NAME] = { .type = NLA_NUL_STRING,
				      .len = MAILGUARD_POLICY_NAME_MAX },
};

static const struct nla_policy release_attrs[MAILGUARD_A_RELEASE_MAX + 1] = {
	[MAILGUARD_A_RELEASE_FIRST] = NLA_POLICY_MIN(NLA_U16, 1),
	[MAILGUARD_A_RELEASE_LAST] = NLA_POLICY_MIN(NLA_U16, 1),
};

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

/* A refusal by the core: its words, and the attribute they are about. */
static int refuse(struct genl_info *info, const struct nlattr *attr,
		  const char *why)
{
	if (!why)
		return 0;
	info->extack->_msg = why;
	info->extack->bad_attr = attr;
	return -EINVAL;
}

static int read_overlay(struct genl_info *info, const struct nlattr *nest,
			struct smtp_overlay *overlay)
{
	struct nlattr *attrs[MAILGUARD_A_OVERLAY_MAX + 1];
	const struct nlattr *attr;
	int err;

	if (!nest)
		return 0;
	err = nla_parse_nested(attrs, MAILGUARD_A_OVERLAY_MAX, nest,
			       overlay_attrs, info->extack);
	if (err)
		return err;
	attr = attrs[MAILGUARD_A_OVERLAY_CODE];
	if (attr)
		smtp_overlay_set_code(overlay, nla_get_u16(attr));
	attr = attrs[MAILGUARD_A_OVERLAY_TEXT];
	if (attr)
		err = refuse(info, attr,
			     smtp_overlay_set_text(overlay, nla_data(attr)));
	attr = attrs[MAILGUARD_A_OVERLAY_FILL];
	if (!err && attr)
		err = refuse(info, attr,
			     smtp_overlay_set_fill(overlay, nla_get_u8(attr)));
	attr = attrs[MAILGUARD_A_OVERLAY_KEEP];
	if (!err && attr)
		err = refuse(info, attr,
			     smtp_overlay_set_keep(overlay, nla_data(attr)));
	return err;
}

static int read_commands(struct genl_info *info, struct smtp_policy *policy)
{
	const struct nlattr *nest = info->attrs[MAILGUARD_A_POLICY_COMMANDS];
	const struct nlattr *attr;
	int err, left;

	if (!nest)
		return 0;
	nla_for_each_nested(attr, nest, left) {
		err = refuse(info, attr,
			     smtp_policy_permit(policy, nla_data(attr)));
		if (err)
			return err;
	}
	return 0;
}

static int read_overlays(struct genl_info *info, struct smtp_policy *policy)
{
	const struct nlattr *banner = info->attrs[MAILGUARD_A_POLICY_BANNER];
	int err;

	err = read_overlay(info, banner, &policy->banner);
	if (!err && policy->banner.has_code)
		err = refuse(info, banner,
			     "the banner keeps the server's reply code");
	if (err)
		return err;
	return read_overlay(info, info->attrs[MAILGUARD_A_POLICY_DENIED_REPLY],
			    &policy->denied);
}

static int read_policy(struct genl_info *info, struct smtp_policy *policy)
{
	struct nlattr **attrs = info->attrs;
	int err;

	err = read_overlays(info, policy);
	if (!err)
		err = read_commands(info, policy);
	if (!err && !policy->permitted) {
		GENL_SET_ERR_MSG(info, "the policy permits no command");
		err = -EINVAL;
	}
	if (!err && attrs[MAILGUARD_A_POLICY_EHLO_DOWNGRADE])
		err = refuse(info, attrs[MAILGUARD_A_POLICY_EHLO_DOWNGRADE],
			     smtp_policy_downgrade_ehlo(policy));
	if (err)
		return err;
	if (attrs[MAILGUARD_A_POLICY_DENIED_WRITE])
		policy->denied_write =
			nla_get_u8(attrs[MAILGUARD_A_POLICY_DENIED_WRITE]);
	if (attrs[MAILGUARD_A_POLICY_LINE_LENGTH])
		policy->line =
			nla_get_u16(attrs[MAILGUARD_A_POLICY_LINE_LENGTH]);
	if (attrs[MAILGUARD_A_POLICY_LINE_LENGTH_MAIL])
		policy->line_long =
			nla_get_u16(attrs[MAILGUARD_A_POLICY_LINE_LENGTH_MAIL]);
	return 0;
}

static int commit_policy(struct genl_info *info,
			 struct smtp_policy_entry *entry)
{
	int err;

	err = smtp_helper_register(entry->name);
	if (err == -ENOSPC)
		GENL_SET_ERR_MSG(info, "too many policy names since the module was loaded");
	else if (err == -EPERM)
		GENL_SET_ERR_MSG(info, "a new policy name needs CAP_NET_ADMIN on the machine");
	else if (err)
		GENL_SET_ERR_MSG(info, "conntrack refuses the policy's helper");
	if (err)
		return err;
	err = smtp_policy_replace(&smtp_net(genl_info_net(info))->policies,
				  entry);
	if (err)
		GENL_SET_ERR_MSG(info, "too many policies");
	return err;
}

static int policy_new(struct sk_buff *skb, struct genl_info *info)
{
	const char *name = get_name(info);
	struct smtp_policy_entry *entry;
	int err;

	if (!name)
		return -EINVAL;
	entry = smtp_policy_entry_new(name);
	if (!entry)
		return -ENOMEM;
	err = read_policy(info, &entry->policy);
	if (!err && !info->attrs[MAILGUARD_A_POLICY_CHECK]) {
		err = commit_policy(info, entry);
		if (!err)
			return 0;
	}
	smtp_policy_put(entry);
	return err;
}

static int policy_del(struct sk_buff *skb, struct genl_info *info)
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

static int put_keep(struct sk_buff *skb, const struct smtp_overlay *overlay)
{
	char keep[128];
	unsigned int n = 0;
	u8 octet;

	for (octet = ' '; octet <= '~'; octet++)
		if (smtp_overlay_keeps(overlay, octet))
			keep[n++] = octet;
	keep[n] = '\0';
	return n ? nla_put_string(skb, MAILGUARD_A_OVERLAY_KEEP, keep) : 0;
}

static int put_text(struct sk_buff *skb, const struct smtp_overlay *overlay)
{
	char text[MAILGUARD_TEXT_MAX + 1];

	if (!overlay->text_len)
		return 0;
	memcpy(text, overlay->text, overlay->text_len);
	text[overlay->text_len] = '\0';
	return nla_put_string(skb, MAILGUARD_A_OVERLAY_TEXT, text);
}

static int put_overlay(struct sk_buff *skb, int type,
		       const struct smtp_overlay *overlay)
{
	const u8 *code = overlay->code;
	struct nlattr *nest;

	if (!overlay->on)
		return 0;
	nest = nla_nest_start(skb, type);
	if (!nest ||
	    (overlay->has_code &&
	     nla_put_u16(skb, MAILGUARD_A_OVERLAY_CODE,
			 (code[0] - '0') * 100 + (code[1] - '0') * 10 +
			 code[2] - '0')) ||
	    put_text(skb, overlay) ||
	    nla_put_u8(skb, MAILGUARD_A_OVERLAY_FILL, overlay->fill) ||
	    put_keep(skb, overlay))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_commands(struct sk_buff *skb, const struct smtp_policy *policy)
{
	char name[MAILGUARD_VERB_MAX + 1];
	struct nlattr *nest;
	unsigned int i;

	nest = nla_nest_start(skb, MAILGUARD_A_POLICY_COMMANDS);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; smtp_policy_name(policy, i, name); i++)
		if (nla_put_string(skb, MAILGUARD_A_COMMANDS_VERB, name))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_policy(struct sk_buff *skb,
		      const struct smtp_policy_entry *entry)
{
	const struct smtp_policy *policy = &entry->policy;

	if (nla_put_string(skb, MAILGUARD_A_POLICY_NAME, entry->name) ||
	    put_overlay(skb, MAILGUARD_A_POLICY_BANNER, &policy->banner) ||
	    put_commands(skb, policy) ||
	    nla_put_u8(skb, MAILGUARD_A_POLICY_DENIED_WRITE,
		       policy->denied_write) ||
	    put_overlay(skb, MAILGUARD_A_POLICY_DENIED_REPLY,
			&policy->denied) ||
	    (policy->downgrade &&
	     nla_put_flag(skb, MAILGUARD_A_POLICY_EHLO_DOWNGRADE)) ||
	    nla_put_u16(skb, MAILGUARD_A_POLICY_LINE_LENGTH, policy->line) ||
	    nla_put_u16(skb, MAILGUARD_A_POLICY_LINE_LENGTH_MAIL,
			policy->line_long))
		return -EMSGSIZE;
	return 0;
}

static int policy_get(struct sk_buff *skb, struct genl_info *info)
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
		err = header ? put_policy(msg, entry) : -EMSGSIZE;
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

static int policy_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_policies(skb, cb, MAILGUARD_CMD_POLICY_GET, put_policy);
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
		if (!smtp_conn_alive(conn))
			continue;
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

static int connection_release(struct sk_buff *skb, struct genl_info *info)
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

static const struct genl_ops ops[] = {
	{
		.cmd = MAILGUARD_CMD_POLICY_NEW,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = policy_attrs,
		.maxattr = MAILGUARD_A_POLICY_MAX,
		.doit = policy_new,
	}, {
		.cmd = MAILGUARD_CMD_POLICY_DEL,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = name_attrs,
		.maxattr = MAILGUARD_A_POLICY_NAME,
		.doit = policy_del,
	}, {
		.cmd = MAILGUARD_CMD_POLICY_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = name_attrs,
		.maxattr = MAILGUARD_A_POLICY_NAME,
		.doit = policy_get,
		.dumpit = policy_dump,
	}, {
		.cmd = MAILGUARD_CMD_CONNECTION_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.dumpit = connection_dump,
	}, {
		.cmd = MAILGUARD_CMD_CONNECTION_RELEASE,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = release_attrs,
		.maxattr = MAILGUARD_A_RELEASE_MAX,
		.doit = connection_release,
	}, {
		.cmd = MAILGUARD_CMD_COUNTER_GET,
		.dumpit = counter_dump,
	},
};

static struct genl_family family __ro_after_init = {
	.name = MAILGUARD_FAMILY_NAME,
	.version = MAILGUARD_FAMILY_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
};

int __init smtp_netlink_init(void)
{
	return genl_register_family(&family);
}

void smtp_netlink_exit(void)
{
	genl_unregister_family(&family);
}
