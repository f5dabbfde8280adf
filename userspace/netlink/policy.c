// SPDX-License-Identifier: GPL-2.0
/* Converts policies to netlink attributes and back. */
#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>

#include "lib/memory.h"
#include "mailguard.h"
#include "netlink/policy.h"

/* An empty string is not sent: it means that nothing was given. */
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

static void put_setting_number(struct genl_msg *msg, const struct statement *s,
			       const struct number *number)
{
	if (number->given && s->wide)
		genl_put_u32(msg, s->attr, number->value, &number->loc);
	else
		put_number(msg, s->attr, number);
}

static void put_action(struct genl_msg *msg, uint16_t type,
		       const struct number *action)
{
	if (action->given)
		genl_put_u8(msg, type, action->value, &action->loc);
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

static uint16_t word_type(const struct statement *s, bool own)
{
	if (s->type == SETTING_WORDS)
		return MAILGUARD_A_WORDS_WORD;
	if (s->type == SETTING_DOMAINS)
		return MAILGUARD_A_DOMAINS_DOMAIN;
	return own ? MAILGUARD_A_COMMANDS_OWN : MAILGUARD_A_COMMANDS_VERB;
}

static uint16_t except_type(const struct statement *s)
{
	return s->type == SETTING_DOMAINS ? MAILGUARD_A_DOMAINS_EXCEPT :
					    MAILGUARD_A_WORDS_EXCEPT;
}

/* Puts a verb that has a verdict of its own. */
static void put_judged(struct genl_msg *msg, const struct list_word *word)
{
	struct nlattr *nest;

	nest = genl_nest_begin(msg, MAILGUARD_A_COMMANDS_JUDGED,
			       &word->word.loc);
	put_word(msg, word->own ? MAILGUARD_A_COMMAND_OWN :
				  MAILGUARD_A_COMMAND_VERB, &word->word);
	put_action(msg, MAILGUARD_A_COMMAND_VERDICT, &word->verdict);
	put_overlay(msg, MAILGUARD_A_COMMAND_REPLY, &word->reply);
	genl_nest_end(msg, nest);
}

static void put_words(struct genl_msg *msg, const struct statement *s,
		      const struct setting *setting)
{
	const struct list_word *word = setting->words;
	struct nlattr *nest;

	nest = genl_nest_begin(msg, s->attr, &setting->loc);
	if (setting->except)
		genl_put_flag(msg, except_type(s), &setting->loc);
	for (; word < setting->words + setting->word_count; word++)
		if (word->verdict.given || word->reply.given)
			put_judged(msg, word);
		else
			put_word(msg, word_type(s, word->own), &word->word);
	genl_nest_end(msg, nest);
}

static void put_mark(struct genl_msg *msg, const struct mark *mark)
{
	struct nlattr *nest;

	nest = genl_nest_begin(msg, MAILGUARD_A_MARKS_MARK, &mark->loc);
	genl_put_u8(msg, MAILGUARD_A_MARK_EVENT, mark->event, &mark->loc);
	genl_put_u8(msg, MAILGUARD_A_MARK_KIND, mark->kind, &mark->loc);
	genl_put_u32(msg, MAILGUARD_A_MARK_VALUE, mark->value, &mark->loc);
	genl_put_u32(msg, MAILGUARD_A_MARK_MASK, mark->mask, &mark->loc);
	genl_nest_end(msg, nest);
}

static void put_marks(struct genl_msg *msg, uint16_t type,
		      const struct setting *setting)
{
	struct nlattr *nest;
	size_t i;

	nest = genl_nest_begin(msg, type, &setting->loc);
	for (i = 0; i < setting->mark_count; i++)
		put_mark(msg, &setting->marks[i]);
	genl_nest_end(msg, nest);
}

static void put_offenders(struct genl_msg *msg, uint16_t type,
			  const struct setting *setting)
{
	struct nlattr *nest;

	nest = genl_nest_begin(msg, type, &setting->loc);
	put_action(msg, MAILGUARD_A_OFFENDERS_EVENT, &setting->action);
	put_number(msg, MAILGUARD_A_OFFENDERS_AFTER, &setting->number);
	genl_put_u32(msg, MAILGUARD_A_OFFENDERS_SECONDS, setting->time.value,
		     &setting->time.loc);
	if (setting->mask.given)
		genl_put_u32(msg, MAILGUARD_A_OFFENDERS_MASK,
			     setting->mask.value, &setting->mask.loc);
	genl_nest_end(msg, nest);
}

/*
 * Puts a setting. Its action and its reply are put later if they belong into the
 * nests of actions and of replies.
 */
static void put_setting(struct genl_msg *msg, const struct statement *s,
			const struct setting *setting)
{
	switch (s->type) {
	case SETTING_FLAG:
		genl_put_flag(msg, s->attr, &setting->loc);
		break;
	case SETTING_NUMBER:
	case SETTING_LIMIT:
		put_setting_number(msg, s, &setting->number);
		break;
	case SETTING_ACTION:
		if (s->attr)
			put_action(msg, s->attr, &setting->action);
		break;
	case SETTING_OVERLAY:
		put_overlay(msg, s->attr, &setting->overlay);
		break;
	case SETTING_DENIED:
		put_action(msg, s->attr, &setting->action);
		put_overlay(msg, s->reply, &setting->overlay);
		break;
	case SETTING_VERBS:
	case SETTING_WORDS:
	case SETTING_DOMAINS:
		put_words(msg, s, setting);
		break;
	case SETTING_MARKS:
		put_marks(msg, s->attr, setting);
		break;
	case SETTING_OFFENDERS:
		put_offenders(msg, s->attr, setting);
		break;
	default:
		break;
	}
}

static void put_settings(struct genl_msg *msg, const struct policy *policy)
{
	const struct statement *s;
	struct nlattr *nest;
	size_t i;

	for (i = 0; (s = statement_at(i)); i++)
		if (policy->settings[i].given)
			put_setting(msg, s, &policy->settings[i]);
	nest = genl_nest_begin(msg, MAILGUARD_A_POLICY_ACTIONS, NULL);
	for (i = 0; (s = statement_at(i)); i++)
		if (s->action)
			put_action(msg, s->action, &policy->settings[i].action);
	genl_nest_end(msg, nest);
	nest = genl_nest_begin(msg, MAILGUARD_A_POLICY_REPLIES, NULL);
	for (i = 0; (s = statement_at(i)); i++)
		if (s->denial)
			put_overlay(msg, s->denial,
				    &policy->settings[i].overlay);
	genl_nest_end(msg, nest);
}

static void put_policy(const struct genl *genl, struct genl_msg *msg,
		       const struct policy *policy, bool check)
{
	genl_msg_begin(genl, msg, MAILGUARD_CMD_POLICY_NEW);
	put_word(msg, MAILGUARD_A_POLICY_NAME, &policy->name);
	if (check)
		genl_put_flag(msg, MAILGUARD_A_POLICY_CHECK, NULL);
	put_settings(msg, policy);
}

/* A message that is not sent belongs to no family. */
void policy_put(struct genl_msg *msg, const struct policy *policy)
{
	static const struct genl nowhere;

	put_policy(&nowhere, msg, policy, true);
}

/* If @check is true, the kernel checks the policy and changes nothing. */
int policy_send(struct genl *genl, const struct policy *policy, bool check,
		struct errors *errors)
{
	struct genl_msg msg;
	int ret;

	put_policy(genl, &msg, policy, check);
	ret = genl_send(genl, &msg, &policy->name.loc, errors);
	genl_msg_free(&msg);
	return ret;
}

/* Sends a request that has only the name of a policy. */
static int send_name(struct genl *genl, uint8_t cmd, const struct word *name,
		     struct errors *errors)
{
	struct genl_msg msg;
	int ret;

	genl_msg_begin(genl, &msg, cmd);
	put_word(&msg, MAILGUARD_A_POLICY_NAME, name);
	ret = genl_send(genl, &msg, &name->loc, errors);
	genl_msg_free(&msg);
	return ret;
}

int policy_send_delete(struct genl *genl, const struct word *name,
		       struct errors *errors)
{
	return send_name(genl, MAILGUARD_CMD_POLICY_DEL, name, errors);
}

int policy_send_renew(struct genl *genl, const struct word *name,
		      struct errors *errors)
{
	return send_name(genl, MAILGUARD_CMD_POLICY_RENEW, name, errors);
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

static bool get_wide_number(const struct nlattr *attr, struct number *number)
{
	uint32_t value;

	if (!genl_get_u32(attr, &value))
		return false;
	number->given = true;
	number->value = value;
	return true;
}

static bool get_action(const struct nlattr *attr, struct number *action)
{
	uint8_t value;

	if (!genl_get_u8(attr, &value))
		return false;
	action->given = true;
	action->value = value;
	return true;
}

static bool get_fill(const struct nlattr *attr, struct word *fill)
{
	uint8_t c;

	if (fill->text || !genl_get_u8(attr, &c))
		return false;
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

static bool get_judged(const struct nlattr *nest, struct setting *setting)
{
	static const struct location nowhere;
	struct list_word *word = setting_add_word(setting, NULL, false,
						  &nowhere);
	const struct nlattr *attr;
	bool ok = true;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case MAILGUARD_A_COMMAND_OWN:
			word->own = true;
			ok &= get_word(attr, &word->word);
			break;
		case MAILGUARD_A_COMMAND_VERB:
			ok &= get_word(attr, &word->word);
			break;
		case MAILGUARD_A_COMMAND_VERDICT:
			ok &= get_action(attr, &word->verdict);
			break;
		case MAILGUARD_A_COMMAND_REPLY:
			ok &= get_overlay(attr, &word->reply);
			break;
		}
	}
	return ok && word->word.text;
}

static bool get_words(const struct nlattr *nest, const struct statement *s,
		      struct setting *setting)
{
	static const struct location nowhere;
	const struct nlattr *attr;
	const char *word;

	mnl_attr_for_each_nested(attr, nest) {
		uint16_t type = mnl_attr_get_type(attr);
		bool own = s->type == SETTING_VERBS &&
			   type == MAILGUARD_A_COMMANDS_OWN;

		if (s->type == SETTING_VERBS &&
		    type == MAILGUARD_A_COMMANDS_JUDGED) {
			if (!get_judged(attr, setting))
				return false;
			continue;
		}
		if (type != word_type(s, own)) {
			setting->except |= s->type != SETTING_VERBS &&
					   type == except_type(s);
			continue;
		}
		if (!genl_get_string(attr, &word))
			return false;
		if (s->type == SETTING_DOMAINS)
			own = setting_must_quote(word);
		setting_add_word(setting, xstrdup(word), own, &nowhere);
	}
	return true;
}

static bool get_mark(const struct nlattr *nest, struct mark *mark)
{
	const struct nlattr *attr;
	bool ok = true;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case MAILGUARD_A_MARK_EVENT:
			ok &= genl_get_u8(attr, &mark->event);
			break;
		case MAILGUARD_A_MARK_KIND:
			ok &= genl_get_u8(attr, &mark->kind);
			break;
		case MAILGUARD_A_MARK_VALUE:
			ok &= genl_get_u32(attr, &mark->value);
			break;
		case MAILGUARD_A_MARK_MASK:
			ok &= genl_get_u32(attr, &mark->mask);
			break;
		}
	}
	return ok;
}

/* Ignores events that this command does not know. */
static bool get_marks(const struct nlattr *nest, struct setting *setting)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		struct mark mark = { .event = 0 };

		if (mnl_attr_get_type(attr) != MAILGUARD_A_MARKS_MARK)
			continue;
		if (!get_mark(attr, &mark))
			return false;
		if (mark.event <= MAILGUARD_EVENT_MAX &&
		    mark.kind <= MAILGUARD_MARK_MAX)
			setting_add_mark(setting, &mark);
	}
	return true;
}

static bool get_offenders(const struct nlattr *nest, struct setting *setting)
{
	const struct nlattr *attr;
	bool ok = true;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case MAILGUARD_A_OFFENDERS_EVENT:
			ok &= get_action(attr, &setting->action);
			break;
		case MAILGUARD_A_OFFENDERS_AFTER:
			ok &= get_number(attr, &setting->number);
			break;
		case MAILGUARD_A_OFFENDERS_SECONDS:
			ok &= get_wide_number(attr, &setting->time);
			break;
		case MAILGUARD_A_OFFENDERS_MASK:
			ok &= get_wide_number(attr, &setting->mask);
			break;
		case MAILGUARD_A_OFFENDERS_NUMBER:
			ok &= genl_get_u8(attr, &setting->mark_number);
			break;
		}
	}
	return ok;
}

static bool get_setting(const struct nlattr *attr, const struct statement *s,
			struct setting *setting)
{
	setting->given = true;
	switch (s->type) {
	case SETTING_NUMBER:
	case SETTING_LIMIT:
		return s->wide ? get_wide_number(attr, &setting->number) :
				 get_number(attr, &setting->number);
	case SETTING_ACTION:
		return get_action(attr, &setting->action);
	case SETTING_OVERLAY:
		return get_overlay(attr, &setting->overlay);
	case SETTING_DENIED:
		if (mnl_attr_get_type(attr) == s->reply)
			return get_overlay(attr, &setting->overlay);
		return get_action(attr, &setting->action);
	case SETTING_VERBS:
	case SETTING_WORDS:
	case SETTING_DOMAINS:
		return get_words(attr, s, setting);
	case SETTING_MARKS:
		return get_marks(attr, setting);
	case SETTING_OFFENDERS:
		return get_offenders(attr, setting);
	default:
		return true;
	}
}

/* Takes a nested attribute for the setting of a statement, or ignores it. */
static bool get_nested(const struct nlattr *attr, bool replies,
		       struct policy *policy)
{
	uint16_t type = mnl_attr_get_type(attr);
	const struct statement *s;
	bool known = false;
	size_t i;

	for (i = 0; (s = statement_at(i)); i++) {
		struct setting *setting = &policy->settings[i];

		if (!type || type != (replies ? s->denial : s->action))
			continue;
		if (replies ? !get_overlay(attr, &setting->overlay) :
			      !get_action(attr, &setting->action))
			return false;
		setting->given = true;
		known = true;
	}
	policy->unknown |= !known;
	return true;
}

/* The actions of a policy, or its replies to denied lines. */
static bool get_nest(const struct nlattr *nest, struct policy *policy)
{
	bool replies = mnl_attr_get_type(nest) == MAILGUARD_A_POLICY_REPLIES;
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (!get_nested(attr, replies, policy))
			return false;
	return true;
}

/* A module of a later version may have settings that this command ignores. */
static bool get_attribute(const struct nlattr *attr, struct policy *policy)
{
	uint16_t type = mnl_attr_get_type(attr);
	const struct statement *s;
	size_t i;

	if (type == MAILGUARD_A_POLICY_NAME)
		return get_word(attr, &policy->name);
	if (type == MAILGUARD_A_POLICY_ACTIONS ||
	    type == MAILGUARD_A_POLICY_REPLIES)
		return get_nest(attr, policy);
	for (i = 0; (s = statement_at(i)); i++)
		if (s->type && type && (type == s->attr || type == s->reply))
			return get_setting(attr, s, &policy->settings[i]);
	policy->unknown = true;
	return true;
}

/* Further messages of a policy have parts of its sets of domains. */
static int policy_cb(const struct nlmsghdr *nlh, void *data)
{
	static const struct location nowhere;
	struct policy *policy = policy_alloc(NULL, &nowhere);
	struct policy_list *list = data;
	const struct nlattr *attr;
	bool ok = true;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		ok &= get_attribute(attr, policy);
	if (!ok || !policy->name.text) {
		policy_free(policy);
		return -EBADMSG;
	}
	if (list->tail && !strcmp(list->tail->name.text, policy->name.text)) {
		policy_free(policy);
		mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
			if (mnl_attr_get_type(attr) != MAILGUARD_A_POLICY_NAME)
				get_attribute(attr, list->tail);
		return 0;
	}
	policy_list_add(list, policy);
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
