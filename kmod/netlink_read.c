// SPDX-License-Identifier: GPL-2.0
/*
 * Compiles a policy from netlink attributes.
 *
 * The command is built with this file, too, so that "mailguard -c" and "mailguard
 * explain" judge a policy alike. userspace/compile/kernel stands in for the
 * kernel's headers there.
 */
#include "domain_set.h"
#include "netlink_gen.h"
#include "netlink_read.h"

/*
 * Set the extended ACK if the core refused an attribute. @why: the message of
 * the core, or NULL if it did not refuse.
 */
static int refuse_attr(struct genl_info *info, const struct nlattr *attr,
		       const char *why)
{
	if (!why)
		return 0;
	info->extack->_msg = why;
	info->extack->bad_attr = attr;
	return -EINVAL;
}

static bool is_name(const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if (!isascii(*p) || !(isalnum(*p) ||
				      (p > name && strchr("._-", *p))))
			return false;
	return p > name;
}

/**
 * smtp_netlink_read_name() - read the name of a request's policy
 * @info: the request; its extended ACK is set if the name is refused
 *
 * Return: the name, or NULL.
 */
const char *smtp_netlink_read_name(struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[MAILGUARD_A_POLICY_NAME];

	if (GENL_REQ_ATTR_CHECK(info, MAILGUARD_A_POLICY_NAME)) {
		GENL_SET_ERR_MSG(info, "the policy has no name");
		return NULL;
	}
	if (is_name(nla_data(attr)))
		return nla_data(attr);
	refuse_attr(info, attr,
		    "a policy name is of letters, digits, '.', '_' and '-', and begins with a letter or a digit");
	return NULL;
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
	overlay->on = true;
	attr = attrs[MAILGUARD_A_OVERLAY_CODE];
	if (attr)
		smtp_overlay_set_code(overlay, nla_get_u16(attr));
	attr = attrs[MAILGUARD_A_OVERLAY_TEXT];
	if (attr)
		err = refuse_attr(info, attr,
				  smtp_overlay_set_text(overlay,
							nla_data(attr)));
	attr = attrs[MAILGUARD_A_OVERLAY_FILL];
	if (!err && attr)
		err = refuse_attr(info, attr,
				  smtp_overlay_set_fill(overlay,
							nla_get_u8(attr)));
	attr = attrs[MAILGUARD_A_OVERLAY_KEEP];
	if (!err && attr)
		err = refuse_attr(info, attr,
				  smtp_overlay_set_keep(overlay,
							nla_data(attr)));
	return err;
}

/* The verbs are of type NLA_STRING, so the terminating NUL may be missing. */
static const char *permit_verb(struct smtp_policy *policy,
			       const struct nlattr *attr)
{
	char name[MAILGUARD_VERB_MAX + 1];

	nla_strscpy(name, attr, sizeof(name));
	if (nla_type(attr) == MAILGUARD_A_COMMANDS_OWN)
		return smtp_policy_permit_own(policy, name);
	return smtp_policy_permit(policy, name);
}

/* A verb with a verdict of its own. */
static int read_judged(struct genl_info *info, struct smtp_policy *policy,
		       const struct nlattr *nest)
{
	struct nlattr *attrs[MAILGUARD_A_COMMAND_MAX + 1];
	u8 verdict = MAILGUARD_VERDICT_X;
	struct smtp_overlay *reply;
	const struct nlattr *verb;
	char name[MAILGUARD_VERB_MAX + 1];
	int err;

	err = nla_parse_nested(attrs, MAILGUARD_A_COMMAND_MAX, nest,
			       mailguard_command_nl_policy, info->extack);
	if (err)
		return err;
	verb = attrs[MAILGUARD_A_COMMAND_OWN] ?: attrs[MAILGUARD_A_COMMAND_VERB];
	if (!verb)
		return refuse_attr(info, nest, "a command without a verb");
	if (attrs[MAILGUARD_A_COMMAND_VERDICT])
		verdict = nla_get_u8(attrs[MAILGUARD_A_COMMAND_VERDICT]);
	nla_strscpy(name, verb, sizeof(name));
	err = refuse_attr(info, verb,
			  smtp_policy_judge(policy, name,
					    attrs[MAILGUARD_A_COMMAND_OWN],
					    verdict));
	if (err || !attrs[MAILGUARD_A_COMMAND_REPLY])
		return err;
	if (verdict == MAILGUARD_VERDICT_RESET ||
	    verdict == MAILGUARD_VERDICT_LOG)
		return refuse_attr(info, attrs[MAILGUARD_A_COMMAND_REPLY],
				   "only a denied command has a reply");
	reply = smtp_policy_own_reply(policy);
	if (!reply)
		return refuse_attr(info, attrs[MAILGUARD_A_COMMAND_REPLY],
				   "too many commands with a reply of their own");
	return read_overlay(info, attrs[MAILGUARD_A_COMMAND_REPLY], reply);
}

static int read_commands(struct genl_info *info, struct smtp_policy *policy)
{
	const struct nlattr *nest = info->attrs[MAILGUARD_A_POLICY_COMMANDS];
	const struct nlattr *attr;
	int err, left;

	if (!nest)
		return 0;
	nla_for_each_nested(attr, nest, left) {
		if (nla_type(attr) == MAILGUARD_A_COMMANDS_JUDGED)
			err = read_judged(info, policy, attr);
		else
			err = refuse_attr(info, attr,
					  permit_verb(policy, attr));
		if (err)
			return err;
	}
	return 0;
}

/* @type: the attribute that has the list. */
static int read_words(struct genl_info *info, int type,
		      struct smtp_word_list *list)
{
	const struct nlattr *nest = info->attrs[type];
	char word[MAILGUARD_WORD_MAX + 1];
	const struct nlattr *attr;
	int err, left;

	if (!nest)
		return 0;
	list->on = true;
	nla_for_each_nested(attr, nest, left) {
		if (nla_type(attr) == MAILGUARD_A_WORDS_EXCEPT) {
			list->except = true;
			continue;
		}
		nla_strscpy(word, attr, sizeof(word));
		err = refuse_attr(info, attr, smtp_word_list_add(list, word));
		if (err)
			return err;
	}
	return 0;
}

static int read_lists(struct genl_info *info, struct smtp_policy *policy)
{
	int err = read_words(info, MAILGUARD_A_POLICY_KEYWORDS,
			     &policy->keywords);

	if (!err)
		err = read_words(info, MAILGUARD_A_POLICY_AUTH_MECHANISMS,
				 &policy->mechanisms);
	if (!err && policy->mechanisms.except)
		err = refuse_attr(info,
				  info->attrs[MAILGUARD_A_POLICY_AUTH_MECHANISMS],
				  "only the mechanisms that pass can be listed");
	smtp_policy_tie(policy);
	return err;
}

const u8 smtp_netlink_sets[SMTP_SETS] = {
	[SMTP_SET_SENDER] = MAILGUARD_A_POLICY_SENDER_DOMAINS,
	[SMTP_SET_RECIPIENT] = MAILGUARD_A_POLICY_RECIPIENT_DOMAINS,
	[SMTP_SET_HELO] = MAILGUARD_A_POLICY_HELO_DOMAINS,
};

/* How many domains a set has, and how long they are. */
static void measure_domains(const struct nlattr *nest, unsigned int *names,
			    size_t *bytes)
{
	const struct nlattr *attr;
	int left;

	*names = 0;
	*bytes = 0;
	nla_for_each_nested(attr, nest, left) {
		if (nla_type(attr) != MAILGUARD_A_DOMAINS_DOMAIN)
			continue;
		++*names;
		*bytes += nla_len(attr);
	}
}

static int add_domains(struct genl_info *info, const struct nlattr *nest,
		       struct smtp_domains *domains)
{
	char name[MAILGUARD_DOMAIN_MAX + 1];
	const struct nlattr *attr;
	int err, left;

	nla_for_each_nested(attr, nest, left) {
		if (nla_type(attr) == MAILGUARD_A_DOMAINS_EXCEPT) {
			domains->except = true;
			continue;
		}
		nla_strscpy(name, attr, sizeof(name));
		err = refuse_attr(info, attr, smtp_domains_add(domains, name));
		if (err)
			return err;
	}
	if (!domains->names)
		return refuse_attr(info, nest, "the set has no domain");
	smtp_domains_seal(domains);
	return 0;
}

/* @type: the attribute that has the set. @result: NULL if there is none. */
static int read_set(struct genl_info *info, int type,
		    struct smtp_domains **result)
{
	const struct nlattr *nest = info->attrs[type];
	struct smtp_domains *domains;
	unsigned int names;
	size_t bytes;
	int err;

	*result = NULL;
	if (!nest)
		return 0;
	measure_domains(nest, &names, &bytes);
	domains = smtp_domains_new(names, bytes);
	if (!domains)
		return -ENOMEM;
	err = add_domains(info, nest, domains);
	if (err)
		smtp_domains_free(domains);
	else
		*result = domains;
	return err;
}

static int read_sets(struct genl_info *info, struct smtp_policy *policy)
{
	struct smtp_domains *domains;
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < SMTP_SETS; i++) {
		err = read_set(info, smtp_netlink_sets[i], &domains);
		smtp_policy_set_domains(policy, i, domains);
	}
	return err;
}

static int read_setting(struct genl_info *info, const struct nlattr *attr,
			const struct smtp_setting *setting,
			struct smtp_policy *policy)
{
	u32 value = 0;

	/* The number is in host byte order, and has the size of the setting. */
	switch (setting->size) {
	case sizeof(u8):
		value = nla_get_u8(attr);
		break;
	case sizeof(u16):
		value = nla_get_u16(attr);
		break;
	case sizeof(u32):
		value = nla_get_u32(attr);
		break;
	}
	return refuse_attr(info, attr,
			   smtp_setting_set(setting, policy, value));
}

static int read_settings(struct genl_info *info, struct smtp_policy *policy)
{
	const struct nlattr *nest = info->attrs[MAILGUARD_A_POLICY_ACTIONS];
	struct nlattr *actions[MAILGUARD_A_ACTIONS_MAX + 1] = {};
	const struct smtp_setting *setting;
	const struct nlattr *attr;
	int err = 0;

	if (nest)
		err = nla_parse_nested(actions, MAILGUARD_A_ACTIONS_MAX, nest,
				       mailguard_actions_nl_policy,
				       info->extack);
	for (setting = smtp_settings; !err && setting->size; setting++) {
		attr = setting->nest ? actions[setting->attr] :
				       info->attrs[setting->attr];
		if (attr)
			err = read_setting(info, attr, setting, policy);
	}
	if (err)
		return err;
	return refuse_attr(info, actions[MAILGUARD_A_ACTIONS_STARTTLS],
			   smtp_policy_check_tls(policy));
}

/* The replies are numbered as &enum smtp_denial is. */
static int read_replies(struct genl_info *info, struct smtp_policy *policy)
{
	const struct nlattr *nest = info->attrs[MAILGUARD_A_POLICY_REPLIES];
	struct nlattr *replies[MAILGUARD_A_REPLIES_MAX + 1];
	unsigned int i;
	int err;

	if (!nest)
		return 0;
	err = nla_parse_nested(replies, MAILGUARD_A_REPLIES_MAX, nest,
			       mailguard_replies_nl_policy, info->extack);
	for (i = 1; !err && i <= MAILGUARD_A_REPLIES_MAX; i++) {
		if (!replies[i])
			continue;
		smtp_overlay_init(&policy->denied[i]);
		err = read_overlay(info, replies[i], &policy->denied[i]);
	}
	return err;
}

static int read_mark(struct genl_info *info, const struct nlattr *nest,
		     struct smtp_policy *policy)
{
	struct nlattr *attrs[MAILGUARD_A_MARK_MAX + 1];
	unsigned int i;
	u8 kind;
	int err;

	err = nla_parse_nested(attrs, MAILGUARD_A_MARK_MAX, nest,
			       mailguard_mark_nl_policy, info->extack);
	if (err)
		return err;
	for (i = MAILGUARD_A_MARK_EVENT; i <= MAILGUARD_A_MARK_MASK; i++)
		if (!attrs[i])
			return refuse_attr(info, nest,
					   "a mark has an event, a kind, a value and a mask");
	kind = nla_get_u8(attrs[MAILGUARD_A_MARK_KIND]);
	if (kind == MAILGUARD_MARK_CONNECTION &&
	    !IS_ENABLED(CONFIG_NF_CONNTRACK_MARK))
		return refuse_attr(info, nest,
				   "this kernel's connections have no marks");
	return refuse_attr(info, nest,
			   smtp_policy_mark(policy,
					    nla_get_u8(attrs[MAILGUARD_A_MARK_EVENT]),
					    kind,
					    nla_get_u32(attrs[MAILGUARD_A_MARK_VALUE]),
					    nla_get_u32(attrs[MAILGUARD_A_MARK_MASK])));
}

static int read_marks(struct genl_info *info, struct smtp_policy *policy)
{
	const struct nlattr *nest = info->attrs[MAILGUARD_A_POLICY_MARKS];
	const struct nlattr *attr;
	int err = 0, left;

	if (!nest)
		return 0;
	nla_for_each_nested(attr, nest, left) {
		err = read_mark(info, attr, policy);
		if (err)
			break;
	}
	return err;
}

static int read_offenders(struct genl_info *info, struct smtp_policy *policy)
{
	const struct nlattr *nest = info->attrs[MAILGUARD_A_POLICY_OFFENDERS];
	struct smtp_offenders offenders = { .mask = MAILGUARD_OFFENDERS_MASK };
	struct nlattr *attrs[MAILGUARD_A_OFFENDERS_MAX + 1];
	const struct nlattr *mask;
	unsigned int i;
	int err;

	if (!nest)
		return 0;
	if (!IS_ENABLED(CONFIG_NF_CONNTRACK_MARK))
		return refuse_attr(info, nest,
				   "this kernel's connections have no marks");
	err = nla_parse_nested(attrs, MAILGUARD_A_OFFENDERS_MAX, nest,
			       mailguard_offenders_nl_policy, info->extack);
	if (err)
		return err;
	for (i = MAILGUARD_A_OFFENDERS_EVENT; i <= MAILGUARD_A_OFFENDERS_SECONDS;
	     i++)
		if (!attrs[i])
			return refuse_attr(info, nest,
					   "offenders have an event, a number of events and a time");
	offenders.event = nla_get_u8(attrs[MAILGUARD_A_OFFENDERS_EVENT]);
	offenders.after = nla_get_u16(attrs[MAILGUARD_A_OFFENDERS_AFTER]);
	offenders.seconds = nla_get_u32(attrs[MAILGUARD_A_OFFENDERS_SECONDS]);
	mask = attrs[MAILGUARD_A_OFFENDERS_MASK];
	if (mask)
		offenders.mask = nla_get_u32(mask);
	return refuse_attr(info, mask ?: nest,
			   smtp_policy_offenders(policy, &offenders));
}

static int read_overlays(struct genl_info *info, struct smtp_policy *policy)
{
	const struct nlattr *banner = info->attrs[MAILGUARD_A_POLICY_BANNER];
	int err;

	err = read_overlay(info, banner, &policy->banner);
	if (!err && policy->banner.has_code)
		err = refuse_attr(info, banner,
				  "the banner keeps the server's reply code");
	if (!err)
		err = read_replies(info, policy);
	if (err)
		return err;
	return read_overlay(info, info->attrs[MAILGUARD_A_POLICY_DENIED_REPLY],
			    &policy->denied[SMTP_DENIAL_COMMAND]);
}

/**
 * smtp_netlink_read_policy() - compile the policy of a request
 * @info: the request; its extended ACK is set if the policy is refused
 * @policy: the policy, initialised by smtp_policy_init()
 *
 * Return: 0, -EINVAL, or another error of nla_parse_nested().
 */
int smtp_netlink_read_policy(struct genl_info *info, struct smtp_policy *policy)
{
	const struct nlattr *downgrade =
		info->attrs[MAILGUARD_A_POLICY_EHLO_DOWNGRADE];
	int err;

	err = read_overlays(info, policy);
	if (!err)
		err = read_commands(info, policy);
	if (!err)
		err = read_lists(info, policy);
	if (!err)
		err = read_sets(info, policy);
	if (!err && !policy->permitted) {
		GENL_SET_ERR_MSG(info, "the policy permits no command");
		err = -EINVAL;
	}
	if (!err && downgrade)
		err = refuse_attr(info, downgrade,
				  smtp_policy_downgrade_ehlo(policy));
	if (!err)
		err = read_marks(info, policy);
	if (!err)
		err = read_offenders(info, policy);
	return err ? err : read_settings(info, policy);
}
