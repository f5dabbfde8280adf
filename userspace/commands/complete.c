// SPDX-License-Identifier: GPL-2.0
/* Tells shells which words may come next, by what the parser expects there. */
#include <ctype.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/complete.h"
#include "commands/help.h"
#include "language/filter.h"
#include "language/names.h"
#include "language/parse.h"
#include "language/preset.h"
#include "language/statements.h"
#include "lib/memory.h"
#include "netlink/genl.h"
#include "netlink/policy.h"

#define LIST_CONNECTIONS	" list connections"

/* Prints nothing on an error: a completion is no place for messages. */
static void print_policies(void)
{
	struct policy_list list = { .head = NULL };
	struct errors errors = { .quiet = true };
	const struct policy *policy;
	struct genl genl;

	if (genl_open(&genl))
		return;
	if (!policy_receive_all(&genl, &list, &errors))
		for (policy = list.head; policy; policy = policy->next)
			puts(policy->name.text);
	policy_list_free(&list);
	genl_close(&genl);
}

static void print_interfaces(void)
{
	struct if_nameindex *all = if_nameindex();
	const struct if_nameindex *one;

	if (!all)
		return;
	for (one = all; one->if_index; one++)
		puts(one->if_name);
	if_freenameindex(all);
}

/* The grammar itself names the key "policy". */
static void print_filter_names(const char *before)
{
	const char *key;
	size_t i;

	if (!strcmp(before, "state"))
		for (i = 0; i < sizeof(state_names) / sizeof(*state_names); i++)
			puts(state_names[i]);
	else if (!strcmp(before, "policy"))
		print_policies();
	else if (strcmp(before, "address"))
		for (i = 0; (key = filter_key_name(i)); i++)
			if (strcmp(key, "policy"))
				puts(key);
}

/* A name may stand behind the statement @text, whose last word is @before. */
static void print_names(const char *text, const char *before)
{
	if (!strncmp(text, LIST_CONNECTIONS, strlen(LIST_CONNECTIONS))) {
		print_filter_names(before);
	} else if (!strcmp(before, "policy")) {
		print_policies();
		if (strcmp(text, " delete policy"))
			preset_print_names();
	} else if (!strcmp(before, "preset")) {
		preset_print_names();
	} else if (!strcmp(before, "iifname")) {
		print_interfaces();
	}
}

static void print_expected(const char *token, const char *text,
			   const char *before)
{
	if (!strcmp(token, "a name"))
		print_names(text, before);
	else if (islower((unsigned char)*token) && !strchr(token, ' '))
		puts(token);
	else if (!strcmp(token, "'{'") || !strcmp(token, "'}'"))
		printf("%c\n", token[1]);
}

/* Prints the options that a text of help has, such as "[-4 | -6] HOST". */
static void print_options(const char *text)
{
	static const char * const between = " ,|[]";
	size_t len;

	for (text += strspn(text, between); *text;
	     text += len + strspn(text + len, between)) {
		len = strcspn(text, between);
		if (*text == '-' && len > 1)
			printf("%.*s\n", (int)len, text);
	}
}

/* Statements that exist on the command line only have no grammar. */
static void print_command_line(void)
{
	const struct statement *s;
	const char *option;
	size_t i;

	for (i = 0; (s = statement_at(i)); i++)
		if (s->place == STATEMENT_COMMAND_LINE)
			printf("%.*s\n", (int)strcspn(s->words, " "), s->words);
	for (i = 0; (option = help_option(i)); i++)
		print_options(option);
}

static void print_reasons(void)
{
	size_t i;

	for (i = 0; i < sizeof(reason_names) / sizeof(*reason_names); i++)
		if (reason_names[i])
			puts(reason_names[i]);
}

/* @words: those behind the statement. */
static void print_words(const struct statement *s, char **words)
{
	const char *before = "";

	for (; *words; words++)
		before = *words;
	if (s->op == CMD_EXPLAIN && !strcmp(before, "--policy")) {
		print_policies();
		preset_print_names();
	} else {
		print_options(s->rest);
	}
}

/* @words: those behind "monitor", whose row of the table is @s. */
static void print_monitor(const struct statement *s, char **words)
{
	bool first = true;

	while (*words && **words == '-')
		words++;
	if (*words && (!strcmp(*words, "events") ||
		       !strcmp(*words, "connections"))) {
		first = false;
		words++;
	}
	for (; *words && words[1]; words += 2)
		first = false;
	if (!*words)
		puts("policy\nreason\naddress");
	else if (!strcmp(*words, "policy"))
		print_policies();
	else if (!strcmp(*words, "reason"))
		print_reasons();
	if (!*words && first) {
		puts("events\nconnections");
		print_options(s->rest);
	}
}

/* Returns false if the grammar knows the statement, or if there is none. */
static bool complete_command_line(char **words)
{
	const struct statement *s = NULL;

	if (*words)
		s = statement_find(STATEMENT_COMMAND_LINE, *words);
	if (!s || s->op == CMD_HELP)
		return false;
	if (s->op == CMD_MONITOR)
		print_monitor(s, words + 1);
	else if (s->rest)
		print_words(s, words + 1);
	return true;
}

void complete(char **words)
{
	struct expected expected = { .array = NULL };
	char *text = xstrdup(""), *longer;
	const char *before = "";
	size_t i;

	if (complete_command_line(words)) {
		free(text);
		return;
	}
	if (*words && !strcmp(*words, "help"))
		words++;
	if (!*words)
		print_command_line();
	for (; *words; words++) {
		longer = xasprintf("%s %s", text, *words);
		free(text);
		text = longer;
		before = *words;
	}
	parse_expected(text, &expected);
	for (i = 0; i < expected.count; i++)
		print_expected(expected.array[i], text, before);
	expected_free(&expected);
	free(text);
}
