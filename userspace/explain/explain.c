// SPDX-License-Identifier: GPL-2.0
/*
 * mailguard explain: what the guard would do with a recorded dialogue or with a
 * capture. It needs neither the module nor root.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compile/compile.h"
#include "explain/dialogue.h"
#include "explain/explain.h"
#include "explain/print.h"
#include "language/input.h"
#include "language/parse.h"
#include "language/preset.h"
#include "language/suggest.h"

/* Nothing would be stopped; something would; it is not known. */
#define STATUS_PASS	0
#define STATUS_UNKNOWN	1
#define STATUS_STOPPED	2

static const char usage[] =
	"Usage: mailguard explain [-j] [--policy NAME] [-f FILE] DIALOGUE|CAPTURE|-\n"
	"  -f, --file FILE    take the policy of this file\n"
	"  -p, --policy NAME  take this policy of the file, or this preset\n"
	"  -j, --json         print JSON, an object a line\n";

struct options {
	const char *file;
	struct word policy;
	bool json;
};

/* Returns the exit status if the options end the command, or -1. */
static int parse_options(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "file",	required_argument,	NULL, 'f' },
		{ "policy",	required_argument,	NULL, 'p' },
		{ "json",	no_argument,		NULL, 'j' },
		{ "help",	no_argument,		NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	/* 0 makes getopt_long() forget the options before the statement. */
	optind = 0;
	while ((option = getopt_long(argc, argv, "f:p:jh", longs,
				     NULL)) != -1) {
		switch (option) {
		case 'f':
			o->file = optarg;
			break;
		case 'p':
			o->policy.text = optarg;
			break;
		case 'j':
			o->json = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return STATUS_PASS;
		default:
			fputs(usage, stderr);
			return STATUS_UNKNOWN;
		}
	}
	if (argc - optind == 1)
		return -1;
	fputs(usage, stderr);
	return STATUS_UNKNOWN;
}

/* Finds the only policy among the statements, or the one with the name. */
static const struct policy *find_policy(const struct cmd_list *cmds,
					const struct options *o,
					struct errors *errors)
{
	const struct policy *found = NULL;
	struct suggestion s;
	const struct cmd *cmd;
	unsigned int count = 0;

	suggest_start(&s, o->policy.text ? o->policy.text : "");
	for (cmd = cmds->head; cmd; cmd = cmd->next) {
		if (cmd->op != CMD_POLICY)
			continue;
		suggest_offer(&s, cmd->policy->name.text);
		if (o->policy.text &&
		    strcmp(o->policy.text, cmd->policy->name.text))
			continue;
		found = cmd->policy;
		count++;
	}
	if (count > 1 && !o->policy.text)
		error_at(errors, NULL,
			 "'%s' has %u policies: choose one with --policy",
			 o->file, count);
	else if (!count && !o->policy.text)
		error_at(errors, NULL, "'%s' has no policy", o->file);
	else if (!count && !preset_exists(o->policy.text))
		preset_complain(errors, &o->policy, &s);
	return found;
}

/* The policy of the file, a preset, or the default of the module. */
static void compile_policy(const struct options *o, struct smtp_policy *compiled,
			   struct errors *errors)
{
	struct cmd_list cmds = { .head = NULL };
	struct inputs inputs = { .head = NULL };
	const struct policy *policy = NULL;
	struct policy *preset = NULL;
	const struct input *in;

	if (o->file) {
		in = input_file(&inputs, errors, o->file, NULL);
		if (in)
			parse(in, &inputs, &cmds, errors);
		if (!errors->count)
			policy = find_policy(&cmds, o, errors);
	}
	if (!policy && !errors->count && o->policy.text &&
	    (strcmp(o->policy.text, MAILGUARD_POLICY_DEFAULT) ||
	     preset_exists(o->policy.text))) {
		preset = preset_read(&inputs, errors, &o->policy);
		policy = preset;
	}
	if (policy)
		policy_compile(policy, compiled, errors);
	else if (!errors->count && smtp_policy_default(compiled))
		error_at(errors, NULL, "the default policy does not compile");
	/* It is told what a policy would do that only monitors. */
	compiled->mode = MAILGUARD_MODE_ENFORCE;
	policy_free(preset);
	cmd_list_free(&cmds);
	inputs_free(&inputs);
}

static void refuse_compressed(const char *name, const char *unpacker,
			      struct errors *errors)
{
	if (strcmp(name, "-"))
		error_at(errors, NULL,
			 "'%s' is compressed: %s %s | mailguard explain -",
			 name, unpacker, name);
	else
		error_at(errors, NULL,
			 "standard input is compressed: pass it through %s",
			 unpacker);
}

/* Closes the file. */
static void explain_file(FILE *file, const char *name,
			 const struct smtp_policy *policy,
			 struct explain_output *out, struct errors *errors)
{
	const char *unpacker = explain_unpacker(file);

	if (unpacker) {
		refuse_compressed(name, unpacker, errors);
		fclose(file);
		return;
	}
	if (!strcmp(name, "-"))
		name = "<stdin>";
	if (explain_is_capture(file)) {
		explain_capture(file, name, policy, out, errors);
		return;
	}
	explain_dialogue(file, name, policy, out, errors);
	fclose(file);
}

static FILE *open_recording(const char *name, struct errors *errors)
{
	FILE *file = strcmp(name, "-") ? fopen(name, "re") : stdin;

	if (!file)
		error_at(errors, NULL, "cannot open '%s': %s", name,
			 strerror(errno));
	return file;
}

int explain(int argc, char **argv, struct errors *errors)
{
	struct explain_output out = { .printer = &explain_text };
	struct options options = { .file = NULL };
	static struct smtp_policy policy;
	const char *name;
	FILE *file;
	int status;

	status = parse_options(argc, argv, &options);
	if (status >= 0)
		return status;
	name = argv[optind];
	if (options.file && !strcmp(options.file, "-") && !strcmp(name, "-"))
		error_at(errors, NULL,
			 "the policy and the recording cannot both be standard input");
	else
		compile_policy(&options, &policy, errors);
	if (errors->count)
		return STATUS_UNKNOWN;
	if (options.json)
		out.printer = &explain_json;
	file = open_recording(name, errors);
	if (!file)
		return STATUS_UNKNOWN;
	explain_file(file, name, &policy, &out, errors);
	return out.stopped ? STATUS_STOPPED : STATUS_PASS;
}
