// SPDX-License-Identifier: GPL-2.0
#include "language/parse.h"
#include "language/parser.tab.h"
#include "language/scanner.h"
#include "lib/memory.h"

/* Called when the statement has been read to its end. */
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

void parse(const struct input *in, struct inputs *inputs,
	   struct cmd_list *cmds, struct errors *errors)
{
	struct parser p = {
		.errors = errors,
		.inputs = inputs,
		.cmds = cmds,
		.last.token = NEWLINE,
	};
	yyscan_t scanner;

	cmds->inputs = inputs;
	if (yylex_init_extra(&p, &scanner))
		out_of_memory();
	scan_push(&p, scanner, in);
	/* What is wrong has been said where it was found. */
	if (yyparse(scanner, &p) && !errors->count)
		out_of_memory();
	scan_end(&p, scanner);
	yylex_destroy(scanner);
	policy_free(p.policy);
	narrowing_free(p.narrowing);
	defines_free(&p.defines);
}
