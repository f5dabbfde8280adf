// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/policy.h"
#include "language/verbs.h"
#include "lib/memory.h"
#include "mailguard.h"

/* Takes over @name. */
struct policy *policy_alloc(char *name, const struct location *loc)
{
	struct policy *policy = xzalloc(sizeof(*policy));

	policy->name.text = name;
	policy->name.loc = *loc;
	return policy;
}

void overlay_clear(struct overlay *overlay)
{
	free(overlay->text.text);
	free(overlay->fill.text);
	free(overlay->keep.text);
	*overlay = (struct overlay){ .given = false };
}

void policy_free(struct policy *policy)
{
	if (!policy)
		return;
	overlay_clear(&policy->banner);
	overlay_clear(&policy->denied_reply);
	while (policy->verb_count)
		free(policy->verbs[--policy->verb_count].word.text);
	free(policy->verbs);
	policy_free(policy->preset);
	free(policy->name.text);
	free(policy);
}

/* Takes over @verb. */
void policy_add_verb(struct policy *policy, char *verb, bool own,
		     const struct location *loc)
{
	struct verb *new;

	policy->verbs = xgrow(policy->verbs, policy->verb_count,
			      &policy->verb_room, sizeof(*policy->verbs));
	new = &policy->verbs[policy->verb_count++];
	new->word.text = verb;
	new->word.loc = *loc;
	new->own = own;
}

static void move_overlay(struct overlay *to, struct overlay *from)
{
	*to = *from;
	*from = (struct overlay){ .given = false };
}

static void move_verbs(struct policy *to, struct policy *from)
{
	to->verbs = from->verbs;
	to->verb_count = from->verb_count;
	to->verb_room = from->verb_room;
	from->verbs = NULL;
	from->verb_count = 0;
}

static void inherit(struct policy *to, struct policy *from,
		    enum policy_statement statement)
{
	switch (statement) {
	case POLICY_BANNER:
		move_overlay(&to->banner, &from->banner);
		break;
	case POLICY_COMMANDS:
		move_verbs(to, from);
		break;
	case POLICY_DENIED:
		to->denied_write = from->denied_write;
		move_overlay(&to->denied_reply, &from->denied_reply);
		break;
	case POLICY_EHLO:
		to->ehlo_downgrade = from->ehlo_downgrade;
		break;
	case POLICY_LINE_LENGTH:
		to->line_length = from->line_length;
		break;
	case POLICY_LINE_LENGTH_MAIL:
		to->line_length_mail = from->line_length_mail;
		break;
	default:
		to->action[statement - POLICY_ACTIONS] =
			from->action[statement - POLICY_ACTIONS];
		break;
	}
	to->seen[statement] = from->seen[statement];
}

void policy_inherit(struct policy *policy)
{
	enum policy_statement i;

	for (i = 0; policy->preset && i < POLICY_STATEMENTS; i++)
		if (!policy->seen[i].in)
			inherit(policy, policy->preset, i);
}

/* A character within quotes. */
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

static void print_banner(const struct overlay *banner)
{
	if (!banner->given)
		return;
	fputs("\tbanner", stdout);
	print_field("text", &banner->text);
	/* A blank is what the kernel fills with if it isn't told. */
	if (!banner->text.text && !banner->fill.text)
		fputs(" fill \" \"", stdout);
	print_field("fill", &banner->fill);
	print_field("keep", &banner->keep);
	putchar('\n');
}

static void print_denied(const struct policy *policy)
{
	const struct overlay *reply = &policy->denied_reply;
	bool noop = policy->denied_write.value == MAILGUARD_DENIED_NOOP;

	if (!noop && !reply->given)
		return;
	printf("\tdenied%s", noop ? " noop" : "");
	if (reply->given) {
		fputs(" reply", stdout);
		if (reply->code.given)
			printf(" %lu", reply->code.value);
		putchar(' ');
		print_string(reply->text.text ? reply->text.text : "");
		print_field("fill", &reply->fill);
		print_field("keep", &reply->keep);
	}
	putchar('\n');
}

static void print_length(const char *keyword, const struct number *length,
			 unsigned long absent)
{
	if (length->given && length->value != absent)
		printf("\t%s %lu\n", keyword, length->value);
}

static void print_verb(const struct verb *verb)
{
	const char *quote = verb->own ? "\"" : "";
	const char *p;

	fputs(quote, stdout);
	for (p = verb->word.text; *p; p++)
		print_quoted(tolower((unsigned char)*p));
	fputs(quote, stdout);
}

static const char * const action_names[] = {
	[MAILGUARD_ACTION_PASS]		= "pass",
	[MAILGUARD_ACTION_BLANK]	= "blank",
	[MAILGUARD_ACTION_DENY]		= "deny",
	[MAILGUARD_ACTION_RESET]	= "reset",
	[MAILGUARD_ACTION_HOLD]		= "hold",
	[MAILGUARD_ACTION_ACCEPT]	= "accept",
	[MAILGUARD_ACTION_DROP]		= "drop",
	[MAILGUARD_ACTION_DEFANG]	= "defang",
	[MAILGUARD_ACTION_LF]		= "lf",
};

/*
 * Against each anomaly: its statement, what is the default, and what may
 * be said.
 */
static const struct {
	const char *statement;
	unsigned long absent;
	unsigned int possible;
} anomalies[MAILGUARD_A_ACTIONS_MAX + 1] = {
#define CAN(action) (1U << MAILGUARD_ACTION_##action)
	[MAILGUARD_A_ACTIONS_PIPE] = {
		"address pipe", MAILGUARD_ACTION_DENY,
		CAN(PASS) | CAN(BLANK) | CAN(DENY) | CAN(RESET),
	},
	[MAILGUARD_A_ACTIONS_BRACKETS] = {
		"address brackets", MAILGUARD_ACTION_DENY,
		CAN(PASS) | CAN(BLANK) | CAN(DENY) | CAN(RESET),
	},
	[MAILGUARD_A_ACTIONS_TRUNCATED] = {
		"truncated", MAILGUARD_ACTION_DENY, CAN(DENY) | CAN(RESET),
	},
	[MAILGUARD_A_ACTIONS_BARE_LF] = {
		"bare-lf", MAILGUARD_ACTION_PASS,
		CAN(PASS) | CAN(DENY) | CAN(RESET),
	},
	[MAILGUARD_A_ACTIONS_REPLY] = {
		"unexpected-reply", MAILGUARD_ACTION_RESET,
		CAN(PASS) | CAN(RESET),
	},
	[MAILGUARD_A_ACTIONS_PIPELINING] = {
		"pipelining", MAILGUARD_ACTION_PASS, CAN(PASS) | CAN(HOLD),
	},
	[MAILGUARD_A_ACTIONS_END_OF_DATA] = {
		"end-of-data", MAILGUARD_ACTION_RESET,
		CAN(RESET) | CAN(DEFANG) | CAN(LF),
	},
	[MAILGUARD_A_ACTIONS_PROXY_PROTOCOL] = {
		"proxy-protocol", MAILGUARD_ACTION_HOLD,
		CAN(HOLD) | CAN(ACCEPT),
	},
	[MAILGUARD_A_ACTIONS_ASYMMETRIC] = {
		"asymmetric", MAILGUARD_ACTION_DROP,
		CAN(DROP) | CAN(PASS),
	},
	[MAILGUARD_A_ACTIONS_PRDR] = {
		"prdr", MAILGUARD_ACTION_DENY,
		CAN(DENY) | CAN(PASS),
	},
#undef CAN
};

const char *policy_action_statement(enum mailguard_actions_attr anomaly)
{
	return anomalies[anomaly].statement;
}

static void print_actions(const struct policy *policy)
{
	const struct number *action;
	int i;

	for (i = 1; i <= MAILGUARD_A_ACTIONS_MAX; i++) {
		action = &policy->action[i];
		if (action->given && action->value != anomalies[i].absent &&
		    action->value <= MAILGUARD_ACTION_MAX)
			printf("\t%s %s\n", anomalies[i].statement,
			       action_names[action->value]);
	}
}

/* In the words of the language, without the defaults. */
void policy_print(const struct policy *policy)
{
	size_t i;

	printf("policy %s {\n", policy->name.text);
	print_banner(&policy->banner);
	fputs("\tcommands {", stdout);
	for (i = 0; i < policy->verb_count; i++) {
		fputs(i ? ", " : " ", stdout);
		print_verb(&policy->verbs[i]);
	}
	fputs(" }\n", stdout);
	print_denied(policy);
	if (policy->ehlo_downgrade)
		fputs("\tehlo downgrade\n", stdout);
	print_length("line-length", &policy->line_length,
		     MAILGUARD_LINE_DEFAULT);
	print_length("line-length mail", &policy->line_length_mail,
		     MAILGUARD_LINE_MAIL_DEFAULT);
	print_actions(policy);
	fputs("}\n", stdout);
}

void policy_check_name(const struct word *name, struct errors *errors)
{
	if (strlen(name->text) > MAILGUARD_POLICY_NAME_MAX)
		error_at(errors, &name->loc,
			 "policy name '%s' is longer than %d characters: it names the conntrack helper '%s-%s', limited to 15",
			 name->text, MAILGUARD_POLICY_NAME_MAX,
			 MAILGUARD_HELPER_NAME, name->text);
}

static void check_overlay(const struct overlay *overlay, struct errors *errors)
{
	const char *text = overlay->text.text, *fill = overlay->fill.text;
	const struct number *code = &overlay->code;

	if (text && strlen(text) > MAILGUARD_TEXT_MAX)
		error_at(errors, &overlay->text.loc,
			 "a text is at most %d characters long",
			 MAILGUARD_TEXT_MAX);
	if (fill && strlen(fill) != 1)
		error_at(errors, &overlay->fill.loc,
			 "fill takes one character");
	if (code->given && (code->value < 200 || code->value > 599))
		error_at(errors, &code->loc,
			 "a reply code is a number from 200 to 599");
}

static void check_verb(const struct verb *verb, struct errors *errors)
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
}

/* "deny, reset" */
static char *possible_actions(unsigned int possible)
{
	char *text = xstrdup(""), *longer;
	int i;

	for (i = 0; i <= MAILGUARD_ACTION_MAX; i++) {
		if (!(possible & (1U << i)))
			continue;
		longer = xasprintf("%s%s%s", text, *text ? ", " : "",
				   action_names[i]);
		free(text);
		text = longer;
	}
	return text;
}

static void check_action(enum mailguard_actions_attr anomaly,
			 const struct number *action, struct errors *errors)
{
	char *possible;

	if (!action->given ||
	    anomalies[anomaly].possible & (1U << action->value))
		return;
	possible = possible_actions(anomalies[anomaly].possible);
	error_at(errors, &action->loc, "'%s' takes one of: %s",
		 anomalies[anomaly].statement, possible);
	free(possible);
}

static void check_length(const struct number *length, struct errors *errors)
{
	if (length->given && (length->value < MAILGUARD_LINE_MIN ||
			      length->value > MAILGUARD_LINE_MAX))
		error_at(errors, &length->loc,
			 "a line length is a number from %d to %d",
			 MAILGUARD_LINE_MIN, MAILGUARD_LINE_MAX);
}

static void check_verbs(const struct policy *policy, struct errors *errors)
{
	size_t i;

	for (i = 0; i < policy->verb_count; i++)
		check_verb(&policy->verbs[i], errors);
}

void policy_check_statement(const struct policy *policy,
			    enum policy_statement statement,
			    struct errors *errors)
{
	switch (statement) {
	case POLICY_BANNER:
		check_overlay(&policy->banner, errors);
		break;
	case POLICY_COMMANDS:
		check_verbs(policy, errors);
		break;
	case POLICY_DENIED:
		check_overlay(&policy->denied_reply, errors);
		break;
	case POLICY_EHLO:
		break;
	case POLICY_LINE_LENGTH:
		check_length(&policy->line_length, errors);
		break;
	case POLICY_LINE_LENGTH_MAIL:
		check_length(&policy->line_length_mail, errors);
		break;
	default:
		check_action(statement - POLICY_ACTIONS,
			     &policy->action[statement - POLICY_ACTIONS],
			     errors);
		break;
	}
}

void policy_check(const struct policy *policy, struct errors *errors)
{
	if (!policy->verb_count && !policy->incomplete)
		error_at(errors, policy->seen[POLICY_COMMANDS].in ?
			 &policy->seen[POLICY_COMMANDS] : &policy->name.loc,
			 "policy permits no command; add 'commands { ... }'");
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
