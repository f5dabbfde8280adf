// SPDX-License-Identifier: GPL-2.0
/*
 * Passes tokens from the scanner to the parser. Remembers the open braces, and
 * skips the rest of a statement that has an error.
 */
#include <stdlib.h>

#include "language/parse.h"
#include "language/parser.tab.h"
#include "language/scanner.h"

static bool is_separator(int token)
{
	return token == NEWLINE || token == SEMICOLON;
}

static void open_brace(struct parser *p, const struct location *loc)
{
	if (p->brace_count < BRACES_KEPT)
		p->braces[p->brace_count] = (struct brace){
			.loc = *loc,
			.list = p->mode == SCAN_WORDS ? p->row : NULL,
		};
	p->brace_count++;
}

/*
 * Forgets the words of the statement before, which an error at its end still
 * needed. Inside braces other than those of a policy no statement begins.
 */
static void begin_statement(struct parser *p)
{
	bool in_policy = p->policy && p->brace_count == 1;

	p->begins = false;
	p->words = (struct statement_words){
		.place = in_policy ? STATEMENT_POLICY : STATEMENT_TOP,
		.ended = p->brace_count && !in_policy,
	};
	/* A newline does not end a list. */
	if (p->mode != SCAN_WORDS)
		p->row = NULL;
}

static void note_token(struct parser *p, int token, const struct location *loc)
{
	struct token *last = &p->last;

	p->before = *last;
	last->begins_line = is_separator(last->token);
	last->token = token;
	last->loc = *loc;
	if (token == '{')
		open_brace(p, loc);
	else if (token == '}' && p->brace_count)
		p->brace_count--;
	if (is_separator(token) || (token == '{' && p->policy &&
				    p->brace_count == 1))
		p->begins = true;
}

bool tokens_end_statement(const struct parser *p)
{
	if (is_separator(p->last.token))
		return p->brace_count <= p->in_block;
	return p->last.token == '}' && p->brace_count < p->in_block;
}

void tokens_skip_statement(struct parser *p)
{
	p->skipping = !tokens_end_statement(p);
	if (!p->skipping)
		p->mode = SCAN_KEYWORDS;
}

void tokens_close_brace(struct parser *p)
{
	p->brace_count--;
	p->begins = true;
}

void tokens_leave_block(struct parser *p)
{
	p->lacks_brace = p->in_block;
	p->in_block = false;
	p->brace_count = 0;
}

static void free_value(int token, YYSTYPE *val)
{
	if (token == WORD || token == STRING || token == VALUES ||
	    token == SET_NAME)
		free(val->text);
}

/*
 * The end of the statement with an error is reached. If the end of the block is
 * missing, a "}" comes first.
 */
static int end_skipping(struct parser *p, int token)
{
	tokens_skip_statement(p);
	if (!p->lacks_brace)
		return token;
	p->lacks_brace = false;
	p->pending = token;
	return '}';
}

static int take_pending(struct parser *p, YYLTYPE *loc)
{
	int token = p->pending;

	*loc = p->last.loc;
	p->pending = 0;
	return token;
}

int yylex(YYSTYPE *val, YYLTYPE *loc, yyscan_t scanner, struct parser *p)
{
	bool skipping;
	int token;

	if (p->pending)
		return take_pending(p, loc);
	for (;;) {
		/*
		 * The scanner starts to skip when it reports an error itself.
		 */
		skipping = p->skipping;
		if (p->begins)
			begin_statement(p);
		token = scan_token(val, loc, scanner);
		note_token(p, token, loc);
		if (!skipping || token == YYEOF)
			return token;
		if (tokens_end_statement(p))
			return end_skipping(p, token);
		free_value(token, val);
	}
}
