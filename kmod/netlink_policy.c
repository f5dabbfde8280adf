// SPDX-License-Identifier: GPL-2.0
/* Puts a policy into netlink attributes. */
#include "netlink.h"
#include "netlink_gen.h"
#include "netlink_read.h"

static int put_keep(struct sk_buff *skb, const struct smtp_overlay *overlay)
{
	char keep[MAILGUARD_KEEP_MAX];
	unsigned int n = 0;
	u8 byte;

	for (byte = ' '; byte <= '~'; byte++)
		if (smtp_overlay_keeps(overlay, byte))
			keep[n++] = byte;
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
	    (overlay->fill != SMTP_OVERLAY_FILL &&
	     nla_put_u8(skb, MAILGUARD_A_OVERLAY_FILL, overlay->fill)) ||
	    put_keep(skb, overlay))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_judged(struct sk_buff *skb, const struct smtp_policy *policy,
		      unsigned int bit, const char *name)
{
	struct nlattr *nest = nla_nest_start(skb, MAILGUARD_A_COMMANDS_JUDGED);
	u8 denial = policy->denial[bit];

	if (!nest ||
	    nla_put_string(skb, policy->verb[bit] == &smtp_verb_own ?
			   MAILGUARD_A_COMMAND_OWN :
			   MAILGUARD_A_COMMAND_VERB, name) ||
	    nla_put_u8(skb, MAILGUARD_A_COMMAND_VERDICT,
		       smtp_policy_verdict(policy, bit)) ||
	    (denial >= SMTP_DENIAL_OWN &&
	     put_overlay(skb, MAILGUARD_A_COMMAND_REPLY,
			 &policy->denied[denial])))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_command(struct sk_buff *skb, const struct smtp_policy *policy,
		       unsigned int bit, const char *name)
{
	if ((policy->x | policy->noop | policy->resets | policy->logged) &
	    (1ULL << bit))
		return put_judged(skb, policy, bit, name);
	return nla_put_string(skb, policy->verb[bit] == &smtp_verb_own ?
			      MAILGUARD_A_COMMANDS_OWN :
			      MAILGUARD_A_COMMANDS_VERB, name);
}

static int put_commands(struct sk_buff *skb, const struct smtp_policy *policy)
{
	char name[SMTP_KEYWORD_LEN + 1];
	struct nlattr *nest;
	unsigned int i;

	nest = nla_nest_start(skb, MAILGUARD_A_POLICY_COMMANDS);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; smtp_policy_name(policy, i, name); i++)
		if (put_command(skb, policy, i, name))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* @type: the attribute that gets the list. */
static int put_words(struct sk_buff *skb, int type,
		     const struct smtp_word_list *list)
{
	char word[SMTP_KEYWORD_LEN + 1];
	struct nlattr *nest;
	unsigned int i;

	if (!list->on)
		return 0;
	nest = nla_nest_start(skb, type);
	if (!nest || (list->except && nla_put_flag(skb, MAILGUARD_A_WORDS_EXCEPT)))
		return -EMSGSIZE;
	for (i = 0; i < list->count; i++) {
		smtp_keywords_name(&list->words, list->bit[i], word);
		if (nla_put_string(skb, MAILGUARD_A_WORDS_WORD, word))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_setting(struct sk_buff *skb, const struct smtp_policy *policy,
		       const struct smtp_setting *setting)
{
	u32 value = smtp_setting_get(setting, policy);

	if (value == setting->initial)
		return 0;
	switch (setting->size) {
	case sizeof(u8):
		return nla_put_u8(skb, setting->attr, value);
	case sizeof(u16):
		return nla_put_u16(skb, setting->attr, value);
	default:
		return nla_put_u32(skb, setting->attr, value);
	}
}

/* @type: the nest that has the settings, or 0 for those outside of a nest. */
static int put_settings(struct sk_buff *skb, const struct smtp_policy *policy,
			int type)
{
	const struct smtp_setting *setting;

	for (setting = smtp_settings; setting->size; setting++)
		if (setting->nest == type && put_setting(skb, policy, setting))
			return -EMSGSIZE;
	return 0;
}

static int put_replies(struct sk_buff *skb, const struct smtp_policy *policy)
{
	struct nlattr *nest = nla_nest_start(skb, MAILGUARD_A_POLICY_REPLIES);
	unsigned int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 1; i <= MAILGUARD_A_REPLIES_MAX; i++)
		if (!smtp_denial_is_default(policy, i) &&
		    put_overlay(skb, i, &policy->denied[i]))
			return -EMSGSIZE;
	if (skb_tail_pointer(skb) == nla_data(nest))
		nla_nest_cancel(skb, nest);
	else
		nla_nest_end(skb, nest);
	return 0;
}

static int put_actions(struct sk_buff *skb, const struct smtp_policy *policy)
{
	struct nlattr *nest = nla_nest_start(skb, MAILGUARD_A_POLICY_ACTIONS);

	if (!nest || put_settings(skb, policy, MAILGUARD_A_POLICY_ACTIONS))
		return -EMSGSIZE;
	if (skb_tail_pointer(skb) == nla_data(nest))
		nla_nest_cancel(skb, nest);
	else
		nla_nest_end(skb, nest);
	return 0;
}

/* Return: how many bytes of the text were put. */
static u32 put_names(struct sk_buff *skb, const struct smtp_domains *domains,
		     u32 from)
{
	u32 at = from;

	while (at < domains->text_len) {
		const char *name = domains->text + at;

		if (nla_put_string(skb, MAILGUARD_A_DOMAINS_DOMAIN, name))
			break;
		at += strlen(name) + 1;
	}
	return at - from;
}

static u32 text_len(const struct smtp_domains *domains)
{
	return domains ? domains->text_len : 0;
}

/**
 * smtp_netlink_put_domains() - put a part of a policy's sets of domains
 * @skb: the message, which has nothing yet
 * @entry: the policy and its name
 * @at: how many bytes of all sets were put before, not all of them; increased
 *
 * Return: 0, or -EMSGSIZE.
 */
int smtp_netlink_put_domains(struct sk_buff *skb,
			     const struct smtp_policy_entry *entry, u32 *at)
{
	const struct smtp_domains * const *sets = entry->policy.domains;
	const struct smtp_domains *set;
	struct nlattr *nest;
	unsigned int i;
	u32 n, from = *at;

	for (i = 0; from >= text_len(sets[i]); i++)
		from -= text_len(sets[i]);
	set = sets[i];
	if (nla_put_string(skb, MAILGUARD_A_POLICY_NAME, entry->name))
		return -EMSGSIZE;
	nest = nla_nest_start(skb, smtp_netlink_sets[i]);
	if (!nest ||
	    (set->except && nla_put_flag(skb, MAILGUARD_A_DOMAINS_EXCEPT)))
		return -EMSGSIZE;
	n = put_names(skb, set, from);
	if (!n)
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	*at += n;
	return 0;
}

/**
 * smtp_netlink_domains_len() - tell how long the sets of domains are
 * @entry: the policy
 *
 * Return: how many bytes smtp_netlink_put_domains() puts in all.
 */
u32 smtp_netlink_domains_len(const struct smtp_policy_entry *entry)
{
	unsigned int i;
	u32 len = 0;

	for (i = 0; i < SMTP_SETS; i++)
		len += text_len(entry->policy.domains[i]);
	return len;
}

static int put_mark(struct sk_buff *skb, unsigned int event, unsigned int kind,
		    const struct smtp_mark *mark)
{
	struct nlattr *nest;

	if (!mark->mask)
		return 0;
	nest = nla_nest_start(skb, MAILGUARD_A_MARKS_MARK);
	if (!nest || nla_put_u8(skb, MAILGUARD_A_MARK_EVENT, event) ||
	    nla_put_u8(skb, MAILGUARD_A_MARK_KIND, kind) ||
	    nla_put_u32(skb, MAILGUARD_A_MARK_VALUE, mark->value) ||
	    nla_put_u32(skb, MAILGUARD_A_MARK_MASK, mark->mask))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_marks(struct sk_buff *skb, const struct smtp_policy *policy)
{
	unsigned int event, kind;
	struct nlattr *nest;

	if (!policy->marking)
		return 0;
	nest = nla_nest_start(skb, MAILGUARD_A_POLICY_MARKS);
	if (!nest)
		return -EMSGSIZE;
	for (event = 0; event <= MAILGUARD_EVENT_MAX; event++)
		for (kind = 0; kind <= MAILGUARD_MARK_MAX; kind++)
			if (put_mark(skb, event, kind,
				     &policy->mark[event][kind]))
				return -EMSGSIZE;
	if (skb_tail_pointer(skb) == nla_data(nest))
		nla_nest_cancel(skb, nest);
	else
		nla_nest_end(skb, nest);
	return 0;
}

static int put_offenders(struct sk_buff *skb,
			 const struct smtp_offenders *offenders)
{
	struct nlattr *nest;

	if (!offenders->after)
		return 0;
	nest = nla_nest_start(skb, MAILGUARD_A_POLICY_OFFENDERS);
	if (!nest ||
	    nla_put_u8(skb, MAILGUARD_A_OFFENDERS_EVENT, offenders->event) ||
	    nla_put_u16(skb, MAILGUARD_A_OFFENDERS_AFTER, offenders->after) ||
	    nla_put_u32(skb, MAILGUARD_A_OFFENDERS_SECONDS,
			offenders->seconds) ||
	    (offenders->mask != MAILGUARD_OFFENDERS_MASK &&
	     nla_put_u32(skb, MAILGUARD_A_OFFENDERS_MASK, offenders->mask)) ||
	    nla_put_u8(skb, MAILGUARD_A_OFFENDERS_NUMBER, offenders->number))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * smtp_netlink_put_policy() - put a policy in a message, without its defaults
 *	and its sets of domains
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
	    put_words(skb, MAILGUARD_A_POLICY_KEYWORDS, &policy->keywords) ||
	    put_words(skb, MAILGUARD_A_POLICY_AUTH_MECHANISMS,
		      &policy->mechanisms) ||
	    put_overlay(skb, MAILGUARD_A_POLICY_DENIED_REPLY,
			&policy->denied[SMTP_DENIAL_COMMAND]) ||
	    (policy->downgrade &&
	     nla_put_flag(skb, MAILGUARD_A_POLICY_EHLO_DOWNGRADE)) ||
	    put_marks(skb, policy) ||
	    put_offenders(skb, &policy->offenders) ||
	    put_settings(skb, policy, 0) ||
	    put_replies(skb, policy) ||
	    put_actions(skb, policy))
		return -EMSGSIZE;
	return 0;
}
