// SPDX-License-Identifier: GPL-2.0
/* A policy in attributes: read from a request, and told. */
#include "netlink.h"
#include "netlink_gen.h"

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
			       mailguard_overlay_nl_policy, info->extack);
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

/* The generator makes repeated strings NLA_STRING: the NUL may be missing. */
static const char *permit(struct smtp_policy *policy,
			  const struct nlattr *attr)
{
	char name[MAILGUARD_VERB_MAX + 1];

	nla_strscpy(name, attr, sizeof(name));
	if (nla_type(attr) == MAILGUARD_A_COMMANDS_OWN)
		return smtp_policy_permit_own(policy, name);
	return smtp_policy_permit(policy, name);
}

static int read_commands(struct genl_info *info, struct smtp_policy *policy)
{
	const struct nlattr *nest = info->attrs[MAILGUARD_A_POLICY_COMMANDS];
	const struct nlattr *attr;
	int err, left;

	if (!nest)
		return 0;
	nla_for_each_nested(attr, nest, left) {
		err = refuse(info, attr, permit(policy, attr));
		if (err)
			return err;
	}
	return 0;
}

static int read_actions(struct genl_info *info, struct smtp_policy *policy)
{
	const struct nlattr *nest = info->attrs[MAILGUARD_A_POLICY_ACTIONS];
	const struct nlattr *attr;
	int err, left;

	if (!nest)
		return 0;
	nla_for_each_nested(attr, nest, left) {
		err = refuse(info, attr,
			     smtp_policy_set_action(policy, nla_type(attr),
						    nla_get_u8(attr)));
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

static void read_lengths(struct genl_info *info, struct smtp_policy *policy)
{
	struct nlattr **attrs = info->attrs;

	if (attrs[MAILGUARD_A_POLICY_LINE_LENGTH])
		policy->line =
			nla_get_u16(attrs[MAILGUARD_A_POLICY_LINE_LENGTH]);
	if (attrs[MAILGUARD_A_POLICY_LINE_LENGTH_MAIL])
		policy->line_mail =
			nla_get_u16(attrs[MAILGUARD_A_POLICY_LINE_LENGTH_MAIL]);
}

/**
 * smtp_netlink_read_policy() - compile the policy of a request
 * @info: the request; gets an extended ACK on refusal
 * @policy: initialised, under construction
 *
 * Return: 0, -EINVAL, or what the parsing of attributes says.
 */
int smtp_netlink_read_policy(struct genl_info *info, struct smtp_policy *policy)
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
	if (!err)
		err = read_actions(info, policy);
	if (err)
		return err;
	if (attrs[MAILGUARD_A_POLICY_DENIED_WRITE])
		policy->denied_write =
			nla_get_u8(attrs[MAILGUARD_A_POLICY_DENIED_WRITE]);
	read_lengths(info, policy);
	return 0;
}

static int put_keep(struct sk_buff *skb, const struct smtp_overlay *overlay)
{
	char keep[MAILGUARD_KEEP_MAX];
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
		if (nla_put_string(skb, policy->verb[i] == &smtp_verb_own ?
				   MAILGUARD_A_COMMANDS_OWN :
				   MAILGUARD_A_COMMANDS_VERB, name))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_actions(struct sk_buff *skb, const struct smtp_policy *policy)
{
	struct nlattr *nest = nla_nest_start(skb, MAILGUARD_A_POLICY_ACTIONS);
	unsigned int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 1; i <= MAILGUARD_A_ACTIONS_MAX; i++)
		if (nla_put_u8(skb, i, policy->action[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * smtp_netlink_put_policy() - tell a policy
 * @skb: the message
 * @entry: the policy and its name
 *
 * Return: 0, or -EMSGSIZE.
 */
int smtp_netlink_put_policy(struct sk_buff *skb,
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
			policy->line_mail) ||
	    put_actions(skb, policy))
		return -EMSGSIZE;
	return 0;
}
