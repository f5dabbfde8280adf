// SPDX-License-Identifier: GPL-2.0
/* Runs the parser over an input. */
#include <stdlib.h>

#include "language/parse.h"
#include "language/parser.tab.h"
#include "language/scanner.h"
#include "lib/memory.h"

/* Called at the end of an include statement. */
void parse_include(struct parser *p, void *scanner, const char *path,
		   const struct location *loc)
{
	const struct input *in;

	if (p->depth == INCLUDE_DEPTH_MAX) {
		error_at(p->errors, loc, "includes are nested deeper than %d",
			 INCLUDE_DEPTH_MAX - 1);
		return;
	}
	in = input_file(p->inputs, p->errors, path, loc);
	if (in)
		scan_push(p, scanner, in);
}

static void run_parser(struct parser *p, const struct input *in)
{
	yyscan_t scanner;

	p->last.token = NEWLINE;
	p->cmds->inputs = p->inputs;
	if (yylex_init_extra(p, &scanner))
		out_of_memory();
	scan_push(p, scanner, in);
	/* The parser has reported all errors but one: lack of memory. */
	if (yyparse(scanner, p) && !p->errors->count)
		out_of_memory();
	scan_end(p, scanner);
	yylex_destroy(scanner);
	policy_free(p->policy);
	matches_free(p->matches);
	defines_free(&p->defines);
}

void parse(const struct input *in, struct inputs *inputs,
	   struct cmd_list *cmds, struct errors *errors)
{
	struct parser p = {
		.errors = errors,
		.inputs = inputs,
		.cmds = cmds,
	};

	run_parser(&p, in);
}

void parse_expected(const char *text, struct expected *expected)
{
	char *marked = xasprintf("%s %c", text, COMPLETE_MARK);
	struct cmd_list cmds = { .head = NULL };
	struct inputs inputs = { .head = NULL };
	struct errors errors = { .quiet = true };
	struct parser p = {
		.errors = &errors,
		.inputs = &inputs,
		.cmds = &cmds,
		.expected = expected,
	};

	run_parser(&p, input_text(&inputs, "<cmdline>", marked));
	cmd_list_free(&cmds);
	inputs_free(&inputs);
}

void expected_free(struct expected *expected)
{
	while (expected->count)
		free(expected->array[--expected->count]);
	free(expected->array);
}
