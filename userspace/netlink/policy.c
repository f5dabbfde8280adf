// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include <linux/genetlink.h>

#include "lib/memory.h"
#include "mailguard.h"
#include "netlink/policy.h"

/* An empty one is none. */
static void put_word(struct genl_msg *msg, uint16_t type,
		     const struct word *word)
{
	if (word->text && word->text[0])
		genl_put_string(msg, type, word->text, &word->loc);
}

static void put_number(struct genl_msg *msg, uint16_t type,
		       const struct number *number)
{
	if (number->given)
		genl_put_u16(msg, type, number->value, &number->loc);
}

static void put_overlay(struct genl_msg *msg, uint16_t type,
			const struct overlay *overlay)
{
	struct nlattr *nest;

	if (!overlay->given)
		return;
	nest = genl_nest_begin(msg, type, &overlay->loc);
	put_number(msg, MAILGUARD_A_OVERLAY_CODE, &overlay->code);
	put_word(msg, MAILGUARD_A_OVERLAY_TEXT, &overlay->text);
	if (overlay->fill.text)
		genl_put_u8(msg, MAILGUARD_A_OVERLAY_FILL,
			    overlay->fill.text[0], &overlay->fill.loc);
	put_word(msg, MAILGUARD_A_OVERLAY_KEEP, &overlay->keep);
	genl_nest_end(msg, nest);
}

static void put_commands(struct genl_msg *msg, const struct policy *policy)
{
	struct nlattr *nest;
	size_t i;

	nest = genl_nest_begin(msg, MAILGUARD_A_POLICY_COMMANDS,
			       &policy->seen[POLICY_COMMANDS]);
	for (i = 0; i < policy->verb_count; i++)
		put_word(msg, policy->verbs[i].own ? MAILGUARD_A_COMMANDS_OWN :
						     MAILGUARD_A_COMMANDS_VERB,
			 &policy->verbs[i].word);
	genl_nest_end(msg, nest);
}

static void put_actions(struct genl_msg *msg, const struct policy *policy)
{
	struct nlattr *nest;
	int i;

	nest = genl_nest_begin(msg, MAILGUARD_A_POLICY_ACTIONS, NULL);
	for (i = 1; i <= MAILGUARD_A_ACTIONS_MAX; i++)
		if (policy->action[i].given)
			genl_put_u8(msg, i, policy->action[i].value,
				    &policy->action[i].loc);
	genl_nest_end(msg, nest);
}

/* With @check the kernel judges, and does nothing. */
int policy_send(struct genl *genl, const struct policy *policy, bool check,
		struct errors *errors)
{
	struct genl_msg msg;
	int ret;

	genl_msg_begin(genl, &msg, MAILGUARD_CMD_POLICY_NEW);
	put_word(&msg, MAILGUARD_A_POLICY_NAME, &policy->name);
	if (check)
		genl_put_flag(&msg, MAILGUARD_A_POLICY_CHECK, NULL);
	put_overlay(&msg, MAILGUARD_A_POLICY_BANNER, &policy->banner);
	put_commands(&msg, policy);
	if (policy->denied_write.given)
		genl_put_u8(&msg, MAILGUARD_A_POLICY_DENIED_WRITE,
			    policy->denied_write.value,
			    &policy->denied_write.loc);
	put_overlay(&msg, MAILGUARD_A_POLICY_DENIED_REPLY,
		    &policy->denied_reply);
	if (policy->ehlo_downgrade)
		genl_put_flag(&msg, MAILGUARD_A_POLICY_EHLO_DOWNGRADE,
			      &policy->seen[POLICY_EHLO]);
	put_number(&msg, MAILGUARD_A_POLICY_LINE_LENGTH, &policy->line_length);
	put_number(&msg, MAILGUARD_A_POLICY_LINE_LENGTH_MAIL,
		   &policy->line_length_mail);
	put_actions(&msg, policy);
	ret = genl_send(genl, &msg, &policy->name.loc, errors);
	genl_msg_free(&msg);
	return ret;
}

int policy_send_delete(struct genl *genl, const struct word *name,
		       struct errors *errors)
{
	struct genl_msg msg;
	int ret;

	genl_msg_begin(genl, &msg, MAILGUARD_CMD_POLICY_DEL);
	put_word(&msg, MAILGUARD_A_POLICY_NAME, name);
	ret = genl_send(genl, &msg, &name->loc, errors);
	genl_msg_free(&msg);
	return ret;
}

static bool get_word(const struct nlattr *attr, struct word *word)
{
	const char *text;

	if (word->text || !genl_get_string(attr, &text))
		return false;
	word->text = xstrdup(text);
	return true;
}

static bool get_number(const struct nlattr *attr, struct number *number)
{
	uint16_t value;

	if (!genl_get_u16(attr, &value))
		return false;
	number->given = true;
	number->value = value;
	return true;
}

/* A blank is the default fill. */
static bool get_fill(const struct nlattr *attr, struct word *fill)
{
	uint8_t c;

	if (fill->text || !genl_get_u8(attr, &c))
		return false;
	if (c != ' ')
		fill->text = xmemdup((char *)&c, 1);
	return true;
}

static bool get_overlay(const struct nlattr *nest, struct overlay *overlay)
{
	const struct nlattr *attr;
	bool ok = true;

	overlay->given = true;
	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case MAILGUARD_A_OVERLAY_CODE:
			ok &= get_number(attr, &overlay->code);
			break;
		case MAILGUARD_A_OVERLAY_TEXT:
			ok &= get_word(attr, &overlay->text);
			break;
		case MAILGUARD_A_OVERLAY_FILL:
			ok &= get_fill(attr, &overlay->fill);
			break;
		case MAILGUARD_A_OVERLAY_KEEP:
			ok &= get_word(attr, &overlay->keep);
			break;
		}
	}
	return ok;
}

static bool get_commands(const struct nlattr *nest, struct policy *policy)
{
	static const struct location nowhere;
	const struct nlattr *attr;
	const char *verb;
	bool own;

	mnl_attr_for_each_nested(attr, nest) {
		own = mnl_attr_get_type(attr) == MAILGUARD_A_COMMANDS_OWN;
		if (!own && mnl_attr_get_type(attr) != MAILGUARD_A_COMMANDS_VERB)
			continue;
		if (!genl_get_string(attr, &verb))
			return false;
		policy_add_verb(policy, xstrdup(verb), own, &nowhere);
	}
	return true;
}

static bool get_actions(const struct nlattr *nest, struct policy *policy)
{
	const struct nlattr *attr;
	struct number *action;
	uint8_t value;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) > MAILGUARD_A_ACTIONS_MAX)
			continue;
		if (!genl_get_u8(attr, &value))
			return false;
		action = &policy->action[mnl_attr_get_type(attr)];
		action->given = true;
		action->value = value;
	}
	return true;
}

static bool get_attribute(const struct nlattr *attr, struct policy *policy)
{
	uint8_t write;

	switch (mnl_attr_get_type(attr)) {
	case MAILGUARD_A_POLICY_NAME:
		return get_word(attr, &policy->name);
	case MAILGUARD_A_POLICY_BANNER:
		return get_overlay(attr, &policy->banner);
	case MAILGUARD_A_POLICY_COMMANDS:
		return get_commands(attr, policy);
	case MAILGUARD_A_POLICY_DENIED_WRITE:
		if (!genl_get_u8(attr, &write))
			return false;
		policy->denied_write.given = true;
		policy->denied_write.value = write;
		return true;
	case MAILGUARD_A_POLICY_DENIED_REPLY:
		return get_overlay(attr, &policy->denied_reply);
	case MAILGUARD_A_POLICY_EHLO_DOWNGRADE:
		policy->ehlo_downgrade = true;
		return true;
	case MAILGUARD_A_POLICY_LINE_LENGTH:
		return get_number(attr, &policy->line_length);
	case MAILGUARD_A_POLICY_LINE_LENGTH_MAIL:
		return get_number(attr, &policy->line_length_mail);
	case MAILGUARD_A_POLICY_ACTIONS:
		return get_actions(attr, policy);
	}
	return true;
}

static int policy_cb(const struct nlmsghdr *nlh, void *data)
{
	static const struct location nowhere;
	struct policy *policy = policy_alloc(NULL, &nowhere);
	const struct nlattr *attr;
	bool ok = true;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		ok &= get_attribute(attr, policy);
	if (!ok || !policy->name.text) {
		policy_free(policy);
		return -EBADMSG;
	}
	policy_list_add(data, policy);
	return 0;
}

static void restart(void *data)
{
	policy_list_free(data);
}

int policy_receive_all(struct genl *genl, struct policy_list *list,
		       struct errors *errors)
{
	int ret;

	ret = genl_dump(genl, MAILGUARD_CMD_POLICY_GET, policy_cb, restart,
			list, errors);
	if (ret)
		policy_list_free(list);
	return ret;
}
