// SPDX-License-Identifier: GPL-2.0
/*
 * mailguard - configure and show the guard of mail servers
 *
 * The words on the command line are a statement of the language that -f reads
 * from a file.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/version.h"
#include "commands/commit.h"
#include "commands/complete.h"
#include "commands/diff.h"
#include "commands/help.h"
#include "commands/history.h"
#include "commands/module.h"
#include "commands/show.h"
#include "commands/start.h"
#include "commands/status.h"
#include "commands/top.h"
#include "commands/trial.h"
#include "explain/explain.h"
#include "language/cmd.h"
#include "language/errors.h"
#include "language/input.h"
#include "language/json.h"
#include "language/parse.h"
#include "language/preset.h"
#include "language/time.h"
#include "lib/memory.h"
#include "monitor/monitor.h"
#include "probe/probe.h"

static const struct input *read_words(char **words, struct inputs *inputs)
{
	char *text = xstrdup(""), *longer;
	char **word;

	for (word = words; *word; word++) {
		longer = xasprintf("%s%s%s", text, *text ? " " : "", *word);
		free(text);
		text = longer;
	}
	return input_text(inputs, "<cmdline>", text);
}

static void print_versions(void)
{
	char version[MODULE_VERSION_SIZE];

	puts("mailguard " MAILGUARD_VERSION);
	if (module_version(version))
		printf("module %s%s\n", version, module_differs() ?
		       ", not that of the command: 'mailguard restart' replaces the module" :
		       "");
}

/* What the options say about the statements. */
struct how {
	enum commit_how commit;
	bool now;		/* live connections take the policies */
	unsigned long test_for;	/* seconds; 0: no test */
	bool all;		/* counters that are zero are listed, too */
	enum format format;	/* of the output and, if JSON, of the input */
};

static bool prints_anything(const struct cmd_list *cmds)
{
	const struct cmd *cmd = cmds->head;

	while (cmd && (cmd_changes(cmd) || cmd->op == CMD_WRITE_MEMORY ||
		       cmd->op == CMD_DELETE_OFFENDER))
		cmd = cmd->next;
	return cmd;
}

/* Prints what one statement asks for. */
static void show_one(const struct cmd *cmd, const struct show *show,
		     struct errors *errors)
{
	static show_statement * const show_of[CMD_OPS] = {
		[CMD_SHOW_FIXUP]	= show_fixup,
		[CMD_LIST_POLICIES]	= list_policies,
		[CMD_LIST_RULESET]	= list_ruleset,
		[CMD_LIST_CONNECTIONS]	= list_connections,
		[CMD_LIST_COUNTERS]	= list_counters,
		[CMD_LIST_OFFENDERS]	= list_offenders,
		[CMD_DELETE_OFFENDER]	= delete_offender,
		[CMD_SHOW_STARTUP]	= show_startup_config,
		[CMD_LIST_STARTUPS]	= list_startup_configs,
		[CMD_WRITE_MEMORY]	= write_memory,
	};

	if (cmd->op == CMD_LIST_PRESETS)
		list_presets(show->document, errors);
	else if (cmd->op == CMD_SHOW_PRESET)
		show_preset(&cmd->preset, show->document, errors);
	else if (show_of[cmd->op])
		show_of[cmd->op](cmd, show, errors);
}

/* All statements print into one document. An error leaves none. */
static void show_all(const struct cmd_list *cmds, const char *startup,
		     const struct how *how, struct errors *errors)
{
	struct show show = {
		.format = how->format,
		.all = how->all,
		.startup = startup,
	};
	const struct cmd *cmd;
	char *text;

	if (how->format == FORMAT_JSON && prints_anything(cmds))
		show.document = document_start();
	for (cmd = cmds->head; cmd && !errors->count; cmd = cmd->next)
		show_one(cmd, &show, errors);
	if (!show.document)
		return;
	text = document_end(show.document);
	if (!errors->count)
		fputs(text, stdout);
	free(text);
}

static bool uses_startup(enum cmd_op op)
{
	return op == CMD_WRITE_MEMORY || op == CMD_SHOW_STARTUP ||
	       op == CMD_LIST_STARTUPS || op == CMD_ROLLBACK;
}

/*
 * If both -f and statements are given, -f names the file of the saved
 * configuration.
 */
static void check_startup(const struct cmd_list *cmds, struct errors *errors)
{
	const struct cmd *cmd;

	for (cmd = cmds->head; cmd; cmd = cmd->next) {
		if (uses_startup(cmd->op))
			continue;
		error_at(errors, &cmd->loc,
			 "a file or a statement, not both: -f goes with statements about the saved configuration only");
		return;
	}
}

static void check_now(const struct cmd_list *cmds, struct errors *errors)
{
	const struct cmd *cmd = cmds->head;

	while (cmd && cmd->op != CMD_POLICY && cmd->op != CMD_FIXUP &&
	       cmd->op != CMD_DELETE_POLICY)
		cmd = cmd->next;
	if (!cmd)
		error_at(errors, cmds->head ? &cmds->head->loc : NULL,
			 "--now goes with statements that change a policy only");
}

static bool changes_anything(const struct cmd_list *cmds)
{
	const struct cmd *cmd = cmds->head;

	while (cmd && !cmd_changes(cmd))
		cmd = cmd->next;
	return cmd;
}

static void check_test(const struct cmd_list *cmds, const struct how *how,
		       struct errors *errors)
{
	if (!changes_anything(cmds) || how->commit == COMMIT_CHECK)
		error_at(errors, cmds->head ? &cmds->head->loc : NULL,
			 "--test-for goes with statements that change something only");
}

static void check_all(const struct cmd_list *cmds, struct errors *errors)
{
	const struct cmd *cmd = cmds->head;

	while (cmd && cmd->op != CMD_LIST_COUNTERS)
		cmd = cmd->next;
	if (!cmd)
		error_at(errors, cmds->head ? &cmds->head->loc : NULL,
			 "--all goes with list counters only");
}

/* Metrics are a document of their own. */
static void check_metrics(const struct cmd_list *cmds, struct errors *errors)
{
	const struct cmd *cmd = cmds->head;

	if (!cmd || cmd->op != CMD_LIST_COUNTERS || cmd->next)
		error_at(errors, cmd ? &cmd->loc : NULL,
			 "only list counters has this format");
}

/* The command line holds words, not JSON. */
static void check_format(const struct cmd_list *cmds, enum format format,
			 bool words, struct errors *errors)
{
	if (format == FORMAT_OPENMETRICS || format == FORMAT_PROMETHEUS)
		check_metrics(cmds, errors);
	else if (format == FORMAT_JSON && words && !prints_anything(cmds))
		error_at(errors, cmds->head ? &cmds->head->loc : NULL,
			 "-j goes with -f and with statements that print something only");
}

/*
 * Statements that change something are applied together, before the statements
 * that print something.
 */
static void run_statements(const char *file, char **words,
			   const struct how *how, struct errors *errors)
{
	struct cmd_list cmds = { .head = NULL };
	struct inputs inputs = { .head = NULL };
	const struct input *in;
	bool both = file && *words;
	const char *startup = both ? file : STARTUP_CONFIG_FILE;

	if (*words)
		in = read_words(words, &inputs);
	else
		in = input_file(&inputs, errors, file, NULL);
	if (!errors->count && how->format == FORMAT_JSON && !*words)
		parse_json(in, &inputs, &cmds, errors);
	else if (!errors->count)
		parse(in, &inputs, &cmds, errors);
	if (!errors->count)
		check_format(&cmds, how->format, *words, errors);
	if (!errors->count && both)
		check_startup(&cmds, errors);
	if (!errors->count)
		history_expand(&cmds, startup, &inputs, errors);
	if (!errors->count && how->all)
		check_all(&cmds, errors);
	if (!errors->count && how->now)
		check_now(&cmds, errors);
	if (!errors->count && how->test_for)
		check_test(&cmds, how, errors);
	if (!errors->count && how->test_for)
		trial_commit(&cmds, how->commit, how->now, how->test_for,
			     errors);
	else if (!errors->count)
		commit(&cmds, how->commit, how->now, errors);
	if (!errors->count && !how->test_for && how->commit != COMMIT_CHECK &&
	    changes_anything(&cmds))
		trial_warn();
	if (!errors->count && how->commit == COMMIT_ALL)
		show_all(&cmds, startup, how, errors);
	cmd_list_free(&cmds);
	inputs_free(&inputs);
}

/* Finds -h or --help among the words, and ends the list of words there. */
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

static bool takes_format(const struct statement *s, enum format format)
{
	return format == FORMAT_TEXT ||
	       (format == FORMAT_JSON &&
		(s->op == CMD_STATUS || s->op == CMD_MONITOR));
}

/* Runs diff or confirm. */
static void run_change(const struct statement *s, int count, char **words,
		       struct errors *errors)
{
	int most = s->op == CMD_DIFF ? 2 : 1;

	if (s->op == CMD_DIFF)
		errors->failure = STATUS_TROUBLE;
	if (wants_help(words + 1))
		help_statement(words, errors);
	else if (count > most)
		error_at(errors, NULL, "too many words: try 'mailguard help %s'",
			 s->words);
	else if (s->op == CMD_DIFF)
		errors->status = diff(words[1] ?: STARTUP_CONFIG_FILE, errors);
	else
		trial_confirm(errors);
}

static bool takes_how(const struct statement *s, enum commit_how how)
{
	return how == COMMIT_ALL ||
	       (how == COMMIT_POLICIES && s->op == CMD_START);
}

/* Runs a statement that takes no further word. */
static void run_alone(char **words, const struct statement *s,
		      const struct how *how, struct errors *errors)
{
	if (words[1]) {
		error_at(errors, NULL, "no word may follow %s", s->words);
		return;
	}
	if (s->op == CMD_START)
		start(how->commit == COMMIT_POLICIES, errors);
	else if (s->op == CMD_RESTART)
		restart(errors);
	else
		errors->status = show_status(how->format == FORMAT_JSON,
					     errors);
}

/*
 * Runs a statement that exists on the command line only, such as probe. Returns
 * false if the words are no such statement, or if the options do not go with
 * it.
 */
static bool run_command_line(char **words, const struct how *how,
			     struct errors *errors)
{
	const struct statement *s = statement_find(STATEMENT_COMMAND_LINE,
						   words[0]);
	int count = 0;

	while (words[count])
		count++;
	if (!s)
		return false;
	if (s->op != CMD_HELP &&
	    (!takes_how(s, how->commit) || how->all || how->now ||
	     how->test_for || !takes_format(s, how->format))) {
		error_at(errors, NULL,
			 "%s does not take such an option: try 'mailguard help %s'",
			 s->words, s->words);
		return true;
	}
	switch (s->op) {
	case CMD_HELP:
		help_words(words + 1, errors);
		return true;
	case CMD_COMPLETE:
		complete(words + 1);
		return true;
	case CMD_EXPLAIN:
		errors->status = explain(count, words, errors);
		return true;
	case CMD_MONITOR:
		errors->status = monitor(count, words,
					 how->format == FORMAT_JSON, errors);
		return true;
	case CMD_PROBE:
		errors->status = probe(count, words, errors);
		return true;
	case CMD_TOP:
		errors->status = top(count, words, errors);
		return true;
	case CMD_DIFF:
	case CMD_CONFIRM:
		run_change(s, count, words, errors);
		return true;
	case CMD_STATUS:
	case CMD_START:
	case CMD_RESTART:
		run_alone(words, s, how, errors);
		return true;
	default:
		return false;
	}
}

static int finish_output(const struct errors *errors)
{
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "mailguard: cannot write: %s\n",
			strerror(errno));
		return EXIT_FAILURE;
	}
	if (!errors->count)
		return errors->status;
	return errors->failure ?: EXIT_FAILURE;
}

static bool read_format(const char *name, enum format *format)
{
	static const char * const names[] = {
		[FORMAT_TEXT]		= "text",
		[FORMAT_JSON]		= "json",
		[FORMAT_OPENMETRICS]	= "openmetrics",
		[FORMAT_PROMETHEUS]	= "prometheus",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(names[i], name))
			continue;
		*format = i;
		return true;
	}
	fprintf(stderr,
		"mailguard: a format is text, json, openmetrics or prometheus, not '%s'\n",
		name);
	return false;
}

static bool read_test_time(const char *text, unsigned long *seconds)
{
	if (time_read(seconds, text) && *seconds &&
	    *seconds <= TRIAL_SECONDS_MAX)
		return true;
	fprintf(stderr,
		"mailguard: a test takes from 1s to 1d, such as 90s or 10m, not '%s'\n",
		text);
	return false;
}

enum option_end {
	OPTIONS_READ,
	OPTIONS_DONE,		/* they asked for all that is wanted */
	OPTIONS_WRONG,
};

/* Reads options up to the statement or, without "+" in @shorts, also behind. */
static enum option_end read_options(int argc, char **argv, const char *shorts,
				    const char **file, struct how *how,
				    struct errors *errors)
{
	static const struct option longs[] = {
		{ "all",	no_argument,		NULL, 'a' },
		{ "file",	required_argument,	NULL, 'f' },
		{ "format",	required_argument,	NULL, 'F' },
		{ "check",	no_argument,		NULL, 'c' },
		{ "policies",	no_argument,		NULL, 'p' },
		{ "now",	no_argument,		NULL, 'n' },
		{ "test-for",	required_argument,	NULL, 't' },
		{ "json",	no_argument,		NULL, 'j' },
		{ "help",	no_argument,		NULL, 'h' },
		{ "version",	no_argument,		NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		switch (option) {
		case 'a':
			how->all = true;
			break;
		case 'f':
			*file = optarg;
			break;
		case 'F':
			if (!read_format(optarg, &how->format))
				return OPTIONS_WRONG;
			break;
		case 'c':
			how->commit = COMMIT_CHECK;
			break;
		case 'p':
			how->commit = COMMIT_POLICIES;
			break;
		case 'n':
			how->now = true;
			break;
		case 't':
			if (!read_test_time(optarg, &how->test_for))
				return OPTIONS_WRONG;
			break;
		case 'j':
			how->format = FORMAT_JSON;
			break;
		case 'h':
			help_words(argv + optind, errors);
			return OPTIONS_DONE;
		case 'V':
			print_versions();
			return OPTIONS_DONE;
		default:
			fputs("try 'mailguard help'\n", stderr);
			return OPTIONS_WRONG;
		}
	}
	return OPTIONS_READ;
}

#define OPTIONS	"af:cpnjhV"

/* Such a statement reads the words behind it itself, and options among them. */
static bool reads_words(const char *word)
{
	const struct statement *s = statement_find(STATEMENT_COMMAND_LINE, word);

	return s && s->rest;
}

int main(int argc, char **argv)
{
	struct errors errors = { .count = 0 };
	const char *file = NULL;
	struct how how = { .commit = COMMIT_ALL };
	enum option_end end;
	char **words;

	end = read_options(argc, argv, "+" OPTIONS, &file, &how, &errors);
	if (end == OPTIONS_WRONG)
		return EXIT_FAILURE;
	if (end == OPTIONS_DONE)
		return finish_output(&errors);
	words = argv + optind;
	if (!file && !*words) {
		if (argc == 1)
			help_all(stderr);
		else
			fputs("mailguard: no statement and no -f FILE: try 'mailguard help'\n",
			      stderr);
		return EXIT_FAILURE;
	}
	if (!file && reads_words(words[0])) {
		run_command_line(words, &how, &errors);
		return finish_output(&errors);
	}
	if (wants_help(words)) {
		help_statement(words, &errors);
		return finish_output(&errors);
	}
	/* No word of a statement looks like an option: reads those behind it. */
	optind = 0;
	end = read_options(argc, argv, OPTIONS, &file, &how, &errors);
	if (end == OPTIONS_WRONG)
		return EXIT_FAILURE;
	words = argv + optind;
	if (end == OPTIONS_READ &&
	    (file || !run_command_line(words, &how, &errors)))
		run_statements(file, words, &how, &errors);
	return finish_output(&errors);
}
