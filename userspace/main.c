// SPDX-License-Identifier: GPL-2.0
/*
 * mailguard - what a mail server behind this gateway hears and says
 *
 * What stands on the command line is a statement of the language that -f
 * reads from a file.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/version.h"
#include "commands/commit.h"
#include "commands/help.h"
#include "commands/show.h"
#include "commands/status.h"
#include "language/cmd.h"
#include "language/errors.h"
#include "language/input.h"
#include "language/parse.h"
#include "language/preset.h"
#include "lib/memory.h"
#include "probe/probe.h"

/* The words, joined by blanks. Options among them are found too late. */
static const struct input *read_words(char **words, struct inputs *inputs,
				      struct errors *errors)
{
	char *text = xstrdup(""), *longer;
	struct location option = { .in = NULL };
	const struct input *in;
	char **word;

	for (word = words; *word; word++) {
		longer = xasprintf("%s%s%s", text, *text ? " " : "", *word);
		free(text);
		text = longer;
		if ((*word)[0] != '-' || !(*word)[1] || option.last)
			continue;
		option.last = strlen(text);
		option.first = option.last - strlen(*word);
	}
	in = input_text(inputs, "<cmdline>", text);
	if (option.last) {
		option.in = in;
		error_at(errors, &option, "options come before the statement");
	}
	return in;
}

static void show(const struct cmd_list *cmds, const char *startup,
		 struct errors *errors)
{
	static void (* const show_of[])(struct errors *errors) = {
		[CMD_SHOW_FIXUP]	= show_fixup,
		[CMD_LIST_POLICIES]	= list_policies,
		[CMD_LIST_RULESET]	= list_ruleset,
		[CMD_LIST_CONNECTIONS]	= list_connections,
		[CMD_LIST_COUNTERS]	= list_counters,
		[CMD_LIST_PRESETS]	= list_presets,
		[CMD_SHOW_PRESET]	= NULL,
	};
	const struct cmd *cmd;

	for (cmd = cmds->head; cmd && !errors->count; cmd = cmd->next) {
		if (cmd->op == CMD_WRITE_MEMORY)
			write_memory(startup, errors);
		else if (cmd->op == CMD_SHOW_STARTUP)
			show_startup_config(startup, errors);
		else if (cmd->op == CMD_SHOW_PRESET)
			show_preset(&cmd->preset, errors);
		else if (show_of[cmd->op])
			show_of[cmd->op](errors);
	}
}

/* With a statement, -f names the file of these. */
static void check_startup(const struct cmd_list *cmds, struct errors *errors)
{
	const struct cmd *cmd;

	for (cmd = cmds->head; cmd; cmd = cmd->next) {
		if (cmd->op == CMD_WRITE_MEMORY || cmd->op == CMD_SHOW_STARTUP)
			continue;
		error_at(errors, &cmd->loc,
			 "a file or a statement, not both: -f goes with write memory and show startup-config only");
		return;
	}
}

/* Changes come first and together, then what is to be shown. */
static void run(const char *file, char **words, enum commit_how how,
		struct errors *errors)
{
	struct cmd_list cmds = { .head = NULL };
	struct inputs inputs = { .head = NULL };
	const struct input *in;
	bool startup = file && *words;

	if (*words)
		in = read_words(words, &inputs, errors);
	else
		in = input_file(&inputs, errors, file, NULL);
	if (!errors->count)
		parse(in, &inputs, &cmds, errors);
	if (!errors->count && startup)
		check_startup(&cmds, errors);
	if (!errors->count)
		commit(&cmds, how, errors);
	if (!errors->count && how == COMMIT_ALL)
		show(&cmds, startup ? file : STARTUP_CONFIG_FILE, errors);
	cmd_list_free(&cmds);
	inputs_free(&inputs);
}

/* Cuts the words where they ask for help. */
static bool wants_help(char **words)
{
	for (; *words; words++) {
		if (strcmp(*words, "-h") && strcmp(*words, "--help"))
			continue;
		*words = NULL;
		return true;
	}
	return false;
}

static int finish(const struct errors *errors)
{
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "mailguard: cannot write: %s\n",
			strerror(errno));
		return EXIT_FAILURE;
	}
	return errors->count ? EXIT_FAILURE : errors->status;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "file",	required_argument,	NULL, 'f' },
		{ "check",	no_argument,		NULL, 'c' },
		{ "policies",	no_argument,		NULL, 'p' },
		{ "help",	no_argument,		NULL, 'h' },
		{ "version",	no_argument,		NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	struct errors errors = { .count = 0 };
	const char *file = NULL;
	enum commit_how how = COMMIT_ALL;
	int option, status;

	/* "+": what comes behind the statement is part of it. */
	while ((option = getopt_long(argc, argv, "+f:cphV", longs, NULL)) != -1) {
		switch (option) {
		case 'f':
			file = optarg;
			break;
		case 'c':
			how = COMMIT_CHECK;
			break;
		case 'p':
			how = COMMIT_POLICIES;
			break;
		case 'h':
			help_words(argv + optind, &errors);
			return finish(&errors);
		case 'V':
			puts("mailguard " MAILGUARD_VERSION);
			return finish(&errors);
		default:
			fputs("try 'mailguard help'\n", stderr);
			return EXIT_FAILURE;
		}
	}
	argv += optind;
	if (!file && !*argv) {
		help_all(stderr);
		return EXIT_FAILURE;
	}
	if (!file && !strcmp(argv[0], "help")) {
		help_words(argv + 1, &errors);
		return finish(&errors);
	}
	/* Not of the language: it configures nothing. */
	if (!file && how == COMMIT_ALL && !strcmp(argv[0], "probe")) {
		status = probe(argc - optind, argv, &errors);
		return finish(&errors) == EXIT_SUCCESS ? status : EXIT_FAILURE;
	}
	if (!file && how == COMMIT_ALL && !strcmp(argv[0], "status") && !argv[1]) {
		errors.status = show_status(&errors);
		return finish(&errors);
	}
	if (wants_help(argv))
		help_statement(argv, &errors);
	else
		run(file, argv, how, &errors);
	return finish(&errors);
}
