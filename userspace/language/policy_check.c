// SPDX-License-Identifier: GPL-2.0
/*
 * Checks a policy as far as is possible without the kernel. Only the kernel
 * knows the bounds of numbers.
 */
#include <stdint.h>
#include <string.h>

#include "language/policy.h"
#include "language/verbs.h"

void policy_check_name(const struct word *name, struct errors *errors)
{
	if (strlen(name->text) > MAILGUARD_POLICY_NAME_MAX)
		error_at(errors, &name->loc,
			 "policy name '%s' is longer than %d characters: it names the conntrack helper '%s-%s', limited to 14",
			 name->text, MAILGUARD_POLICY_NAME_MAX,
			 MAILGUARD_HELPER_NAME, name->text);
}

static void check_fill(const struct word *fill, struct errors *errors)
{
	const char *text = fill->text;

	if (text && (strlen(text) != 1 || *text < ' ' || *text > '~'))
		error_at(errors, &fill->loc, "fill takes one character");
}

static void check_overlay(const struct overlay *overlay, struct errors *errors)
{
	const char *text = overlay->text.text;
	const struct number *code = &overlay->code;

	if (text && strlen(text) > MAILGUARD_TEXT_MAX)
		error_at(errors, &overlay->text.loc,
			 "a text is at most %d characters long",
			 MAILGUARD_TEXT_MAX);
	check_fill(&overlay->fill, errors);
	if (code->given && (code->value < 200 || code->value > 599))
		error_at(errors, &code->loc,
			 "a reply code is a number from 200 to 599");
}

static void check_verb(const struct list_word *verb, struct errors *errors)
{
	const char *text = verb->word.text;

	if (strlen(text) > MAILGUARD_VERB_MAX)
		error_at(errors, &verb->word.loc,
			 "a command is at most %d characters long",
			 MAILGUARD_VERB_MAX);
	if (!*text)
		error_at(errors, &verb->word.loc, "a command without a name");
	if (!verb->own)
		verb_check(&verb->word, errors);
	check_overlay(&verb->reply, errors);
}

static void check_word(const struct list_word *word, struct errors *errors)
{
	if (strlen(word->word.text) > MAILGUARD_WORD_MAX)
		error_at(errors, &word->word.loc,
			 "a word of this list is at most %d characters long",
			 MAILGUARD_WORD_MAX);
	if (word->own)
		error_at(errors, &word->word.loc,
			 "write the words of this list without quotes");
}

static void check_domain(const struct list_word *word, struct errors *errors)
{
	if (strlen(word->word.text) > MAILGUARD_DOMAIN_MAX)
		error_at(errors, &word->word.loc,
			 "a domain is at most %d characters long",
			 MAILGUARD_DOMAIN_MAX);
	if (!*word->word.text)
		error_at(errors, &word->word.loc, "a domain without a name");
}

static void check_offenders(const struct setting *setting,
			    struct errors *errors)
{
	const struct number *time = &setting->time;

	if (time->given &&
	    (!time->value || time->value > MAILGUARD_OFFENDERS_TIME_MAX))
		error_at(errors, &time->loc,
			 "expected a time from 1s to 7d");
	if (setting->mask.value > UINT32_MAX)
		error_at(errors, &setting->mask.loc,
			 "a mask is a number of 32 bits");
}

void policy_check_setting(const struct policy *policy,
			  const struct statement *s, struct errors *errors)
{
	const struct setting *setting = policy_setting(policy, s);
	unsigned long max = s->wide ? UINT32_MAX : UINT16_MAX;
	size_t i;

	if (setting->number.value > max)
		error_at(errors, &setting->number.loc,
			 "a number is at most %lu", max);
	if (setting->overlay.given && !s->reply && !s->denial &&
	    s->type != SETTING_OVERLAY)
		error_at(errors, &setting->overlay.loc,
			 "'%s' takes no reply", s->words);
	check_overlay(&setting->overlay, errors);
	check_offenders(setting, errors);
	if (setting->except && !setting_takes_except(s))
		error_at(errors, &setting->loc,
			 "'%s' lists what passes, and takes no '!'", s->words);
	for (i = 0; i < setting->word_count; i++) {
		if (s->type == SETTING_VERBS)
			check_verb(&setting->words[i], errors);
		else if (s->type == SETTING_DOMAINS)
			check_domain(&setting->words[i], errors);
		else
			check_word(&setting->words[i], errors);
	}
}

void policy_check(const struct policy *policy, struct errors *errors)
{
	const struct setting *commands =
		policy_setting(policy, statement_find(STATEMENT_POLICY,
						      "commands"));

	if (!commands->word_count && !policy->incomplete)
		error_at(errors, commands->given ?
			 &commands->loc : &policy->name.loc,
			 "policy permits no command; add 'commands { ... }'");
}
