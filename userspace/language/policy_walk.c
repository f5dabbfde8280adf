// SPDX-License-Identifier: GPL-2.0
/*
 * A policy in JSON. A statement is a member whose key is its words, and the
 * type of its row tells what its value is.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "language/json.h"
#include "language/names.h"
#include "language/preset.h"
#include "language/suggest.h"
#include "lib/memory.h"

/*
 * An action, or what the statement has instead: see setting_action(). The same
 * function names the verdicts of verbs and the events of marks.
 */
static void walk_action(struct walk *w, const char *key,
			const struct statement *s, struct number *action)
{
	struct word word = { .text = NULL };
	int value;

	if (!w->reads) {
		if (action->given)
			json_put(w->object, key,
				 json_text(setting_action_name(s, action->value)));
		return;
	}
	walk_word(w, key, &word);
	if (!word.text)
		return;
	value = setting_action(s, word.text);
	if (value < 0)
		error_at(w->errors, &word.loc, "'%s' takes %s", s->words,
			 s->rest);
	*action = (struct number){
		.given = value >= 0,
		.value = value,
		.loc = word.loc,
	};
	free(word.text);
}

static void walk_overlay(struct walk *w, struct overlay *overlay)
{
	overlay->given = true;
	overlay->loc = walk_place(w, NULL);
	walk_word(w, "text", &overlay->text);
	walk_word(w, "fill", &overlay->fill);
	/* An overlay needs one part. The kernel fills with blanks anyway. */
	if (!w->reads && !json_object_size(w->object))
		json_put(w->object, "fill", json_text(" "));
	walk_word(w, "keep", &overlay->keep);
}

static void walk_reply(struct walk *w, struct overlay *reply)
{
	struct walk inner;

	if ((!w->reads && !reply->given) || !walk_enter(w, "reply", &inner))
		return;
	if (w->reads && !walk_has(&inner, "text"))
		walk_complain_missing(&inner, "text");
	walk_number(&inner, "code", &reply->code);
	if (!w->reads && !reply->text.text)
		json_put(inner.object, "text", json_text(""));
	walk_overlay(&inner, reply);
	walk_leave(w, "reply", &inner);
}

/* A number, an action and a reply, as far as the statement has them. */
static void walk_parts(struct walk *w, const struct statement *s,
		       struct setting *setting)
{
	struct walk inner;

	if (!walk_enter(w, s->words, &inner))
		return;
	if (w->reads && !json_object_size(inner.object)) {
		struct location loc = walk_place(&inner, NULL);

		error_at(w->errors, &loc, "'%s' takes %s", s->words, s->rest);
	}
	if (s->type == SETTING_LIMIT)
		walk_number(&inner, "number", &setting->number);
	walk_action(&inner, "action", s, &setting->action);
	if (s->reply || s->denial)
		walk_reply(&inner, &setting->overlay);
	walk_leave(w, s->words, &inner);
}

/* "pass", or an overlay. */
static void walk_banner(struct walk *w, const struct statement *s,
			struct setting *setting)
{
	struct word pass = { .text = NULL };
	struct walk inner;

	if (!w->reads && !setting->overlay.given) {
		json_put(w->object, s->words, json_text("pass"));
		return;
	}
	if (w->reads &&
	    json_is_string(json_object_get(w->object, s->words))) {
		walk_word(w, s->words, &pass);
		if (pass.text && strcmp(pass.text, "pass"))
			error_at(w->errors, &pass.loc, "'%s' takes %s",
				 s->words, s->rest);
		free(pass.text);
		return;
	}
	if (!walk_enter(w, s->words, &inner))
		return;
	if (w->reads && !json_object_size(inner.object))
		walk_complain_missing(&inner, "text");
	walk_overlay(&inner, &setting->overlay);
	walk_leave(w, s->words, &inner);
}

static char *lower(const char *text)
{
	char *copy = xstrdup(text), *c;

	for (c = copy; *c; c++)
		*c = tolower((unsigned char)*c);
	return copy;
}

/* A verb. @verb is NULL for a reader, which adds one. */
static void walk_verb(struct walk *w, const struct statement *s,
		      struct setting *setting, struct list_word *verb)
{
	struct word word = { .text = verb ? lower(verb->word.text) : NULL };
	bool own = verb && verb->own;

	walk_word(w, "verb", &word);
	walk_flag(w, "own", &own);
	if (w->reads && !word.text) {
		walk_complain_missing(w, "verb");
		return;
	}
	if (w->reads)
		verb = setting_add_word(setting, word.text, own, &word.loc);
	else
		free(word.text);
	walk_action(w, "action", s, &verb->verdict);
	walk_reply(w, &verb->reply);
}

static void walk_verbs(struct walk *w, const struct statement *s,
		       struct setting *setting)
{
	json_t *array = walk_array(w, s->words);
	size_t i, count = w->reads ? json_array_size(array) :
				     setting->word_count;
	struct walk item;

	for (i = 0; i < count; i++) {
		if (!walk_item(w, s->words, array, i, &item))
			continue;
		walk_verb(&item, s, setting,
			  w->reads ? NULL : &setting->words[i]);
		walk_item_end(&item);
	}
	walk_array_end(array);
}

static void write_words(const struct setting *setting, json_t *array)
{
	char *text;
	size_t i;

	for (i = 0; i < setting->word_count; i++) {
		text = lower(setting->words[i].word.text);
		json_add(array, json_text(text));
		free(text);
	}
}

static void read_words(struct walk *w, const struct statement *s,
		       struct setting *setting, const json_t *array)
{
	struct location loc;
	char *text;
	bool own;
	size_t i;

	for (i = 0; i < json_array_size(array); i++) {
		text = walk_read_string(w, "words", array, i, &loc);
		if (!text)
			continue;
		own = s->type == SETTING_DOMAINS && setting_must_quote(text);
		setting_add_word(setting, text, own, &loc);
	}
}

/* Words of the kernel are printed in lower case, as in the language. */
static void walk_words(struct walk *w, const struct statement *s,
		       struct setting *setting)
{
	struct walk inner;
	json_t *array;

	if (!walk_enter(w, s->words, &inner))
		return;
	walk_flag(&inner, "except", &setting->except);
	if (w->reads && !walk_has(&inner, "words"))
		walk_complain_missing(&inner, "words");
	array = walk_array(&inner, "words");
	if (w->reads)
		read_words(&inner, s, setting, array);
	else
		write_words(setting, array);
	walk_array_end(array);
	walk_leave(w, s->words, &inner);
}

static void walk_kind(struct walk *w, struct mark *mark)
{
	struct word word = { .text = NULL };
	unsigned int i;

	if (!w->reads) {
		json_put(w->object, "mark", json_text(mark_names[mark->kind]));
		return;
	}
	walk_word(w, "mark", &word);
	for (i = 0; word.text && i <= MAILGUARD_MARK_MAX; i++)
		if (!strcmp(mark_names[i], word.text))
			break;
	if (i > MAILGUARD_MARK_MAX)
		error_at(w->errors, &word.loc,
			 "a mark is one of a connection or of a packet");
	else if (word.text)
		mark->kind = i;
	free(word.text);
}

static void walk_bits(struct walk *w, const char *key, uint32_t *bits,
		      bool needed)
{
	struct number number = { .given = true, .value = *bits };

	if (w->reads && !walk_has(w, key)) {
		if (needed)
			walk_complain_missing(w, key);
		return;
	}
	walk_number(w, key, &number);
	if (number.value > UINT32_MAX)
		error_at(w->errors, &number.loc,
			 "a mark is a number of 32 bits");
	*bits = number.value;
}

static void walk_mark(struct walk *w, const struct statement *s,
		      struct mark *mark)
{
	struct number event = { .given = true, .value = mark->event };

	if (w->reads && !walk_has(w, "event"))
		walk_complain_missing(w, "event");
	walk_action(w, "event", s, &event);
	mark->event = event.value;
	mark->loc = walk_place(w, NULL);
	walk_kind(w, mark);
	walk_bits(w, "value", &mark->value, true);
	walk_bits(w, "mask", &mark->mask, false);
}

static void add_mark(struct walk *w, struct setting *setting,
		     const struct mark *mark)
{
	if (setting_has_mark(setting, mark))
		error_at(w->errors, &mark->loc,
			 "this event sets that mark already");
	setting_add_mark(setting, mark);
}

static void walk_marks(struct walk *w, const struct statement *s,
		       struct setting *setting)
{
	json_t *array = walk_array(w, s->words);
	size_t i, count = w->reads ? json_array_size(array) :
				     setting->mark_count;
	struct walk item;
	struct mark mark;

	for (i = 0; i < count; i++) {
		mark = w->reads ? (struct mark){ .mask = UINT32_MAX } :
				  setting->marks[i];
		if (!walk_item(w, s->words, array, i, &item))
			continue;
		walk_mark(&item, s, &mark);
		if (w->reads)
			add_mark(w, setting, &mark);
		walk_item_end(&item);
	}
	walk_array_end(array);
}

/* The time is a number of seconds. */
static void walk_offenders(struct walk *w, const struct statement *s,
			   struct setting *setting)
{
	static const char * const needed[] = { "after", "event", "for" };
	struct walk inner;
	size_t i;

	if (!walk_enter(w, s->words, &inner))
		return;
	for (i = 0; w->reads && i < sizeof(needed) / sizeof(*needed); i++)
		if (!walk_has(&inner, needed[i]))
			walk_complain_missing(&inner, needed[i]);
	walk_number(&inner, "after", &setting->number);
	walk_action(&inner, "event", s, &setting->action);
	walk_number(&inner, "for", &setting->time);
	walk_number(&inner, "mark", &setting->mask);
	walk_leave(w, s->words, &inner);
}

static void walk_setting(struct walk *w, const struct statement *s,
			 struct setting *setting)
{
	bool flag = true;

	switch (s->type) {
	case SETTING_FLAG:
		walk_flag(w, s->words, &flag);
		setting->given = flag;
		break;
	case SETTING_NUMBER:
		walk_number(w, s->words, &setting->number);
		break;
	case SETTING_OVERLAY:
		walk_banner(w, s, setting);
		break;
	case SETTING_VERBS:
		walk_verbs(w, s, setting);
		break;
	case SETTING_WORDS:
	case SETTING_DOMAINS:
		walk_words(w, s, setting);
		break;
	case SETTING_MARKS:
		walk_marks(w, s, setting);
		break;
	case SETTING_OFFENDERS:
		walk_offenders(w, s, setting);
		break;
	default:
		walk_parts(w, s, setting);
		break;
	}
}

static void walk_preset(struct walk *w, struct policy *policy)
{
	struct word preset = { .text = NULL };

	if (!w->reads)
		return;
	walk_word(w, "preset", &preset);
	if (!preset.text)
		return;
	policy->preset = preset_read(w->inputs, w->errors, &preset);
	policy->incomplete = !policy->preset;
	free(preset.text);
}

void policy_walk(struct walk *w, struct policy *policy)
{
	const struct statement *s;
	struct setting *setting;
	size_t i;

	walk_preset(w, policy);
	for (i = 0; (s = statement_at(i)); i++) {
		setting = policy_setting(policy, s);
		if (!s->type || !walk_has(w, s->words) ||
		    (!w->reads && !setting->given))
			continue;
		setting->given = true;
		setting->loc = walk_place(w, s->words);
		walk_setting(w, s, setting);
		if (w->reads)
			policy_check_setting(policy, s, w->errors);
	}
}
