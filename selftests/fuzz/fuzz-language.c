// SPDX-License-Identifier: GPL-2.0
/*
 * The policy language. Any bytes go in; policies that are as they should be
 * are printed, parsed again and printed again, and both prints are the same.
 * They are also written and read as JSON.
 *
 * Files are not read: "include" and "preset" find none here.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "language/json.h"
#include "language/parse.h"
#include "language/preset.h"
#include "lib/memory.h"

/* Instead of what input.c and preset.c have. */
struct input *__wrap_input_file(struct inputs *list, struct errors *errors,
				const char *path, const struct location *from);
struct input *__wrap_input_file(struct inputs *list, struct errors *errors,
				const char *path, const struct location *from)
{
	error_at(errors, from, "cannot open '%s': %s", path, strerror(ENOENT));
	return NULL;
}

bool preset_exists(const char *name)
{
	return false;
}

struct policy *preset_read(struct inputs *inputs, struct errors *errors,
			   const struct word *name)
{
	error_at(errors, &name->loc, "there is no preset '%s'", name->text);
	return NULL;
}

/* As "mailguard -c" does; takes over @text. */
static void read_text(char *text, size_t len, struct inputs *inputs,
		      struct cmd_list *cmds, struct errors *errors)
{
	struct input *in = input_text(inputs, "input", text);

	/* A file may hold NULs. */
	in->len = len;
	parse(in, inputs, cmds, errors);
}

static char *print(const struct cmd_list *cmds, size_t *len)
{
	FILE *before = stdout;
	const struct cmd *cmd;
	char *text = NULL;

	stdout = open_memstream(&text, len);
	for (cmd = cmds->head; cmd; cmd = cmd->next)
		if (cmd->op == CMD_POLICY)
			policy_print(cmd->policy);
	fclose(stdout);
	stdout = before;
	return text;
}

static char *to_json(const struct cmd_list *cmds)
{
	struct document *document = document_start();
	const struct cmd *cmd;

	for (cmd = cmds->head; cmd; cmd = cmd->next)
		if (cmd->op == CMD_POLICY)
			document_add_policy(document, cmd->policy);
	return document_end(document);
}

/* JSON replaces what is no UTF-8, which the module refuses anyway. */
static bool is_ascii(const char *text, size_t len)
{
	while (len && !(text[len - 1] & 0x80))
		len--;
	return !len;
}

/* What JSON says of the policies must be the same policies. */
static void check_json(const struct cmd_list *cmds, const char *printed,
		       size_t len)
{
	struct inputs inputs = { .head = NULL };
	struct cmd_list again = { .head = NULL };
	struct errors errors = { .count = 0 };
	char *json, *text;
	size_t size;

	if (!is_ascii(printed, len))
		return;
	json = to_json(cmds);
	parse_json(input_text(&inputs, "json", json), &inputs, &again,
		   &errors);
	text = print(&again, &size);
	if (errors.count || size != len || memcmp(text, printed, len)) {
		puts("fuzz-language: as JSON a policy is another one");
		printf("printed:\n%s\nJSON:\n%s\nand again:\n%s\n",
		       printed, json, text);
		fflush(stdout);
		abort();
	}
	free(text);
	cmd_list_free(&again);
	inputs_free(&inputs);
}

/* Takes over @text; returns what was printed, or NULL if it is wrong. */
static char *round_trip(char *text, size_t len, size_t *printed)
{
	struct inputs inputs = { .head = NULL };
	struct cmd_list cmds = { .head = NULL };
	struct errors errors = { .count = 0 };
	char *after = NULL;

	read_text(text, len, &inputs, &cmds, &errors);
	if (!errors.count) {
		after = print(&cmds, printed);
		check_json(&cmds, after, *printed);
	}
	cmd_list_free(&cmds);
	inputs_free(&inputs);
	return after;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	/* By its own choice Jansson would hash at random. */
	json_object_seed(1);
	/* Of every input, messages; libFuzzer's own go there too. */
	if (!getenv("FUZZ_MESSAGES"))
		stderr = fopen("/dev/null", "w");
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text, *first, *second;
	size_t len, again;

	text = xmemdup((const char *)data, size);
	first = round_trip(text, size, &len);
	if (!first)
		return 0;
	second = round_trip(xmemdup(first, len), len, &again);
	if (!second || len != again || memcmp(first, second, len)) {
		puts("fuzz-language: a policy that is printed and read is another one");
		printf("printed:\n%s\nand again:\n%s\n", first,
		       second ? second : "(an error)");
		fflush(stdout);
		abort();
	}
	free(first);
	free(second);
	return 0;
}
