// SPDX-License-Identifier: GPL-2.0
/* Prints the table of statements, whole or in part. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "commands/help.h"
#include "commands/show.h"
#include "language/statements.h"
#include "language/suggest.h"
#include "lib/memory.h"

#define WIDTH	50

static const char * const titles[STATEMENT_PLACES] = {
	[STATEMENT_TOP]		= "Statements:",
	[STATEMENT_COMMAND_LINE] = "On the command line only:",
	[STATEMENT_POLICY]	= "Statements of a policy, each ended by ';' or a newline:",
	[STATEMENT_MATCH]	= "MATCH, as nft has it:",
};

static const struct {
	const char *words;
	const char *what;
} options[] = {
	{ "-f, --file FILE",	"read statements from FILE, - is standard input" },
	{ "-f FILE write memory", "save to FILE, not to " STARTUP_CONFIG_FILE },
	{ "-c, --check",	"check the statements, and change nothing" },
	{ "-p, --policies",	"apply only the policies, and leave the fixups" },
	{ "-n, --now",		"let live connections take the changed policies" },
	{ "--test-for TIME",	"undo the change after TIME, such as 60s, unless confirmed" },
	{ "-j, --json",		"print JSON; with -f, read JSON" },
	{ "--format FORMAT",	"print text or json; list counters: openmetrics, prometheus" },
	{ "-a, --all",		"with list counters, print those that are zero, too" },
	{ "-h, --help",		"print this; after a statement, print what may follow it" },
	{ "-V, --version",	"print the version" },
};

static void print_row(FILE *to, const char *words, const char *rest,
		      const char *what)
{
	int len = fprintf(to, "  %s%s%s", words, rest ? " " : "",
			  rest ? rest : "");

	if (len > WIDTH)
		fprintf(to, "\n%*s", WIDTH, "");
	else
		fprintf(to, "%*s", WIDTH - len, "");
	fprintf(to, "  %s\n", what);
}

static void print_title(FILE *to, enum statement_place place)
{
	fprintf(to, "\n%s\n", titles[place]);
}

static void print_usage(FILE *to)
{
	fputs("Usage: mailguard [OPTIONS] STATEMENT\n"
	      "       mailguard [OPTIONS] -f FILE\n", to);
}

static void print_place(FILE *to, enum statement_place place)
{
	const struct statement *s;
	size_t i;

	print_title(to, place);
	for (i = 0; (s = statement_at(i)); i++)
		if (s->place == place)
			print_row(to, s->words, s->rest, s->what);
}

const char *help_option(size_t i)
{
	return i < sizeof(options) / sizeof(*options) ? options[i].words : NULL;
}

void help_all(FILE *to)
{
	size_t i;

	print_usage(to);
	print_place(to, STATEMENT_TOP);
	print_place(to, STATEMENT_COMMAND_LINE);
	fputs("\nOptions:\n", to);
	for (i = 0; i < sizeof(options) / sizeof(*options); i++)
		print_row(to, options[i].words, NULL, options[i].what);
	fputs("\nhelp policy has the statements of a policy, help fixup has MATCH.\n",
	      to);
}

/*
 * True if one of the words is @word or, if @whole is false, is longer and
 * begins with it.
 */
static bool holds_word(const char *words, const char *word, bool whole)
{
	size_t len = strlen(word), n;

	for (; *words; words += n + strspn(words + n, " ")) {
		n = strcspn(words, " ");
		if (whole ? n == len : n > len)
			if (!strncmp(words, word, len))
				return true;
	}
	return false;
}

static bool is_held(const char *word, bool whole)
{
	const struct statement *s;
	size_t i;

	for (i = 0; (s = statement_at(i)); i++)
		if (holds_word(s->words, word, whole))
			return true;
	return false;
}

/*
 * A word that is no complete word of any statement is taken as the beginning of
 * one.
 */
static bool holds_words(const struct statement *s, char **words)
{
	for (; *words; words++)
		if (!holds_word(s->words, *words, is_held(*words, true)))
			return false;
	return true;
}

static const struct statement *find_statement(char **words)
{
	const struct statement *s;
	size_t i;

	for (i = 0; (s = statement_at(i)); i++)
		if (holds_words(s, words))
			return s;
	return NULL;
}

/*
 * Prints the matching statements of one place. Sets @parts for the places where
 * parts of these statements stand.
 */
static void print_matching(enum statement_place place, char **words,
			   bool parts[STATEMENT_PLACES])
{
	const struct statement *s;
	bool titled = false;
	size_t i;

	for (i = 0; (s = statement_at(i)); i++) {
		if (s->place != place || !holds_words(s, words))
			continue;
		if (!titled)
			print_title(stdout, place);
		titled = true;
		print_row(stdout, s->words, s->rest, s->what);
		parts[s->part] = true;
	}
}

static void complain_unknown(const char *word, struct errors *errors)
{
	struct suggestion suggestion;
	const struct statement *s;
	const char *next;
	char *text;
	size_t i;

	suggest_start(&suggestion, word);
	for (i = 0; (s = statement_at(i)); i++) {
		for (next = s->words; next; next = strchr(next, ' ')) {
			next += strspn(next, " ");
			suggest_offer(&suggestion, next);
		}
	}
	text = suggest_text(&suggestion);
	error_at(errors, NULL, "no statement has the word '%s'%s", word, text);
	free(text);
}

static void complain_words(char **words, struct errors *errors)
{
	for (; *words; words++) {
		if (is_held(*words, false) || is_held(*words, true))
			continue;
		complain_unknown(*words, errors);
		return;
	}
	error_at(errors, NULL, "no statement has these words together");
}

void help_words(char **words, struct errors *errors)
{
	bool parts[STATEMENT_PLACES] = { false };
	enum statement_place place;

	if (!*words) {
		help_all(stdout);
		return;
	}
	if (!find_statement(words)) {
		complain_words(words, errors);
		return;
	}
	print_usage(stdout);
	for (place = 0; place < STATEMENT_PLACES; place++)
		print_matching(place, words, parts);
	for (place = STATEMENT_POLICY; place < STATEMENT_PLACES; place++)
		if (parts[place])
			print_place(stdout, place);
}

void help_statement(char **words, struct errors *errors)
{
	size_t count = 0;

	while (words[count])
		count++;
	while (count > 1 && !find_statement(words))
		words[--count] = NULL;
	help_words(words, errors);
}
