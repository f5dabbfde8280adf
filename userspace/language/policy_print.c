// SPDX-License-Identifier: GPL-2.0
/* Prints a policy in the words of the language. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "language/names.h"
#include "language/policy.h"
#include "language/time.h"

/* Prints a character inside quotes. */
static void print_quoted(char c)
{
	if (c == '"' || c == '\\')
		putchar('\\');
	putchar(c);
}

static void print_string(const char *s)
{
	putchar('"');
	for (; *s; s++)
		print_quoted(*s);
	putchar('"');
}

static void print_field(const char *keyword, const struct word *word)
{
	if (!word->text)
		return;
	printf(" %s ", keyword);
	print_string(word->text);
}

static void print_overlay(const struct overlay *overlay)
{
	if (!overlay->given) {
		fputs(" pass", stdout);
		return;
	}
	print_field("text", &overlay->text);
	/*
	 * An overlay needs at least one part. The kernel fills with blanks if
	 * no other character is given.
	 */
	if (!overlay->text.text && !overlay->fill.text)
		fputs(" fill \" \"", stdout);
	print_field("fill", &overlay->fill);
	print_field("keep", &overlay->keep);
}

static void print_reply(const struct overlay *reply)
{
	if (!reply->given)
		return;
	fputs(" reply", stdout);
	if (reply->code.given)
		printf(" %lu", reply->code.value);
	putchar(' ');
	print_string(reply->text.text ? reply->text.text : "");
	print_field("fill", &reply->fill);
	print_field("keep", &reply->keep);
}

static void print_word(const struct list_word *word)
{
	const char *quote = word->own ? "\"" : "";
	const char *p;

	fputs(quote, stdout);
	for (p = word->word.text; *p; p++)
		print_quoted(tolower((unsigned char)*p));
	fputs(quote, stdout);
}

static void print_verdict(const struct list_word *word)
{
	if (!word->verdict.given && !word->reply.given)
		return;
	fputs(" :", stdout);
	if (word->verdict.given &&
	    word->verdict.value < sizeof(verdict_names) / sizeof(*verdict_names))
		printf(" %s", verdict_names[word->verdict.value]);
	print_reply(&word->reply);
}

static void print_words(const struct setting *setting)
{
	size_t i;

	fputs(setting->except ? " !{" : " {", stdout);
	for (i = 0; i < setting->word_count; i++) {
		fputs(i ? ", " : " ", stdout);
		print_word(&setting->words[i]);
		print_verdict(&setting->words[i]);
	}
	fputs(" }", stdout);
}

static void print_action(const struct statement *s, const struct number *action)
{
	const char *name = setting_action_name(s, action->value);

	if (action->given && name)
		printf(" %s", name);
}

static void print_mark(const struct statement *s, const struct mark *mark)
{
	printf("\t%s %s mark %s 0x%x", s->words,
	       setting_action_name(s, mark->event), mark_names[mark->kind],
	       mark->value);
	if (mark->mask != UINT32_MAX)
		printf("/0x%x", mark->mask);
	putchar('\n');
}

static void print_offenders(const struct statement *s,
			    const struct setting *setting)
{
	char *time = time_text(setting->time.value);

	printf("\t%s after %lu %s for %s", s->words, setting->number.value,
	       setting_action_name(s, setting->action.value), time);
	if (setting->mask.given)
		printf(" mark 0x%lx", setting->mask.value);
	putchar('\n');
	free(time);
}

static void print_setting(const struct statement *s,
			  const struct setting *setting)
{
	size_t i;

	for (i = 0; i < setting->mark_count; i++)
		print_mark(s, &setting->marks[i]);
	if (s->type == SETTING_OFFENDERS)
		print_offenders(s, setting);
	if (s->type == SETTING_MARKS || s->type == SETTING_OFFENDERS)
		return;
	printf("\t%s", s->words);
	if (setting->number.given)
		printf(" %lu", setting->number.value);
	print_action(s, &setting->action);
	if (s->type == SETTING_OVERLAY)
		print_overlay(&setting->overlay);
	else
		print_reply(&setting->overlay);
	if (setting_is_list(s))
		print_words(setting);
	putchar('\n');
}

void policy_print(const struct policy *policy)
{
	const struct statement *s;
	size_t i;

	printf("policy %s {\n", policy->name.text);
	for (i = 0; (s = statement_at(i)); i++)
		if (s->type && policy->settings[i].given)
			print_setting(s, &policy->settings[i]);
	fputs("}\n", stdout);
}
