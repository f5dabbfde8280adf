// SPDX-License-Identifier: GPL-2.0
/* Policies and their settings. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "language/policy.h"
#include "lib/memory.h"

/* Takes ownership of @name. */
struct policy *policy_alloc(char *name, const struct location *loc)
{
	struct policy *policy = xzalloc(sizeof(*policy));
	size_t count = 0;

	while (statement_at(count))
		count++;
	policy->settings = xzalloc(count * sizeof(*policy->settings));
	policy->name.text = name;
	policy->name.loc = *loc;
	return policy;
}

static void overlay_clear(struct overlay *overlay)
{
	free(overlay->text.text);
	free(overlay->fill.text);
	free(overlay->keep.text);
}

void setting_clear(struct setting *setting)
{
	struct list_word *word;

	overlay_clear(&setting->overlay);
	while (setting->word_count) {
		word = &setting->words[--setting->word_count];
		free(word->word.text);
		overlay_clear(&word->reply);
	}
	free(setting->words);
	free(setting->marks);
	*setting = (struct setting){ .given = false };
}

void policy_free(struct policy *policy)
{
	size_t i;

	if (!policy)
		return;
	for (i = 0; statement_at(i); i++)
		setting_clear(&policy->settings[i]);
	free(policy->settings);
	policy_free(policy->preset);
	free(policy->name.text);
	free(policy);
}

bool setting_must_quote(const char *domain)
{
	for (; *domain; domain++)
		if (!isalnum((unsigned char)*domain) &&
		    !strchr("._-", *domain))
			return true;
	return false;
}

/* Takes ownership of @word. */
struct list_word *setting_add_word(struct setting *setting, char *word,
				   bool own, const struct location *loc)
{
	struct list_word *new;

	setting->words = xgrow(setting->words, setting->word_count,
			       &setting->word_room, sizeof(*setting->words));
	new = &setting->words[setting->word_count++];
	*new = (struct list_word){ .own = own };
	new->word.text = word;
	new->word.loc = *loc;
	return new;
}

void setting_add_mark(struct setting *setting, const struct mark *mark)
{
	setting->marks = xgrow(setting->marks, setting->mark_count,
			       &setting->mark_room, sizeof(*setting->marks));
	setting->marks[setting->mark_count++] = *mark;
}

bool setting_has_mark(const struct setting *setting, const struct mark *mark)
{
	size_t i;

	for (i = 0; i < setting->mark_count; i++)
		if (setting->marks[i].event == mark->event &&
		    setting->marks[i].kind == mark->kind)
			return true;
	return false;
}

/* Reads a decimal or hexadecimal number. Sets @text to what follows it. */
static bool read_bits(const char **text, uint32_t *bits)
{
	bool hex = !strncmp(*text, "0x", 2);
	unsigned long long value;
	char *end;

	if (!isxdigit((unsigned char)(*text)[hex ? 2 : 0]))
		return false;
	value = strtoull(*text, &end, hex ? 16 : 10);
	*text = end;
	*bits = value;
	return value <= UINT32_MAX;
}

const char *mark_read(struct mark *mark, const char *text)
{
	mark->mask = UINT32_MAX;
	if (!read_bits(&text, &mark->value) ||
	    (*text == '/' && (text++, !read_bits(&text, &mark->mask))) || *text)
		return "a mark is a number of 32 bits, or two with '/' between: 0x1/0xff";
	return NULL;
}

struct setting *policy_setting(const struct policy *policy,
			       const struct statement *s)
{
	return &policy->settings[statement_number(s)];
}

void policy_inherit(struct policy *policy)
{
	struct setting *to, *from;
	size_t i;

	for (i = 0; policy->preset && statement_at(i); i++) {
		to = &policy->settings[i];
		from = &policy->preset->settings[i];
		if (to->given)
			continue;
		*to = *from;
		*from = (struct setting){ .given = false };
	}
}

void policy_list_add(struct policy_list *list, struct policy *policy)
{
	policy->next = NULL;
	if (list->tail)
		list->tail->next = policy;
	else
		list->head = policy;
	list->tail = policy;
}

const struct policy *policy_list_find(const struct policy_list *list,
				      const char *name)
{
	const struct policy *policy;

	for (policy = list->head; policy; policy = policy->next)
		if (!strcmp(policy->name.text, name))
			return policy;
	return NULL;
}

void policy_list_free(struct policy_list *list)
{
	struct policy *policy;

	while ((policy = list->head)) {
		list->head = policy->next;
		policy_free(policy);
	}
	list->tail = NULL;
}
