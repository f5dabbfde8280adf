/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The language: statements, each ended by a newline or ";". The first syntax
 * error ends the parsing; what is wrong in other ways is reported and parsed
 * on.
 */
%code requires {
#include "cmd.h"
#include "location.h"

struct parser;
}

%code {
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mailguard.h"
#include "memory.h"
#include "parse.h"
#include "parser.tab.h"
#include "preset.h"
#include "scanner.h"

#define YYLLOC_DEFAULT(at, rhs, n) ((at) = join(rhs, n))

static struct location join(const struct location *rhs, int n);
static void yyerror(YYLTYPE *loc, void *scanner, struct parser *p,
		    const char *text);
static void once(struct parser *p, enum policy_statement statement,
		 const char *name, const struct location *loc);
static char *number_text(struct parser *p, const struct location *loc);
static void start_overlay(struct parser *p, struct overlay *overlay);
static void set_word(struct parser *p, struct word *word, const char *name,
		     char *text, const struct location *loc);
static void set_number(struct number *number, unsigned long value,
		       const struct location *loc);
static bool is_smtp(struct parser *p, const char *name,
		    const struct location *loc);
static void start_from_preset(struct parser *p, char *name,
			      const struct location *loc);
static void denied_word(struct parser *p, const char *name,
			const struct location *loc);
static void action(struct parser *p, enum mailguard_actions_attr anomaly,
		   const struct location *loc, enum mailguard_action what,
		   const struct location *what_loc);
static void start_match(struct parser *p, enum narrow_key key,
			const struct location *loc);
static void match_value(struct parser *p, char *text,
			const struct location *loc);
static void end_narrowing(struct parser *p, struct cmd *cmd);
}

%define api.pure full
%define api.location.type {struct location}
%define parse.error custom
%define parse.lac full
%locations
%param {void *scanner}
%parse-param {struct parser *p}

%union {
	char *text;
	unsigned long number;
	struct {
		unsigned long first;
		unsigned long last;
	} range;
	struct ports ports;
	struct word word;
	enum mailguard_actions_attr anomaly;
	enum mailguard_action action;
	struct {
		int token;
		char *text;
	} value;
}

%token NEWLINE "end of line"
%token SEMICOLON "';'"

%token ADD "add"
%token CLEAR "clear"
%token DEFINE "define"
%token DELETE "delete"
%token FIXUP "fixup"
%token INCLUDE "include"
%token LIST "list"
%token MAILHOST "mailhost"
%token NO "no"
%token POLICY "policy"
%token SHOW "show"
%token WRITE "write"

%token PROTOCOL "protocol"
%token SMTP "smtp"
%token POLICIES "policies"
%token RULESET "ruleset"
%token CONNECTIONS "connections"
%token COUNTERS "counters"
%token PRESETS "presets"
%token RUNNING_CONFIG "running-config"
%token STARTUP_CONFIG "startup-config"
%token MEMORY "memory"

%token IIFNAME "iifname"
%token IP "ip"
%token IP6 "ip6"
%token SADDR "saddr"
%token DADDR "daddr"
%token NOT_EQUAL "'!='"

%token BANNER "banner"
%token COMMANDS "commands"
%token DENIED "denied"
%token EHLO "ehlo"
%token LINE_LENGTH "line-length"
%token ADDRESS "address"
%token TRUNCATED "truncated"
%token BARE_LF "bare-lf"
%token UNEXPECTED_REPLY "unexpected-reply"
%token PIPELINING "pipelining"
%token END_OF_DATA "end-of-data"
%token PROXY_PROTOCOL "proxy-protocol"
%token ASYMMETRIC "asymmetric"
%token PRDR "prdr"
%token PRESET "preset"

%token PASS "pass"
%token TEXT "text"
%token FILL "fill"
%token KEEP "keep"
%token X "x"
%token NOOP "noop"
%token REPLY "reply"
%token DOWNGRADE "downgrade"
%token PIPE "pipe"
%token BRACKETS "brackets"
%token BLANK "blank"
%token DENY "deny"
%token RESET "reset"
%token HOLD "hold"
%token ACCEPT "accept"
%token DROP "drop"
%token DEFANG "defang"
%token LF "lf"
%token MAIL "mail"

%token <text> WORD "a name"
%token <text> STRING "a string in double quotes"
%token <number> NUMBER "a number"
%token <range> RANGE "a range"

%type <range> range
%type <ports> ports_opt
%type <word> policy_opt
%type <value> value
%type <anomaly> anomaly
%type <action> action

%destructor { free($$); } <text>
%destructor { free($$.text); } <word> <value>

%start input

%%

input		: %empty
		| input line
		;

line		: separator
		| statement separator
		| INCLUDE STRING separator
		{
			unsigned int before = p->errors->count;

			parse_include(p, scanner, $2, &@2);
			free($2);
			if (p->errors->count != before)
				YYABORT;
		}
		;

separator	: NEWLINE
		| SEMICOLON
		;

statement	: fixup
		| mailhost
		| list
		| policy
		| ADD policy
		| DELETE POLICY WORD
		{
			struct cmd *cmd = cmd_add(p->cmds, CMD_DELETE_POLICY,
						  &@$);

			cmd->name = (struct word){ .text = $3, .loc = @3 };
		}
		| DEFINE WORD '=' value
		{
			struct word name = { .text = $2, .loc = @2 };

			define_add(&p->defines, p->errors, name, $4.token,
				   $4.text);
		}
		;

value		: WORD
		{
			$$.token = WORD;
			$$.text = $1;
		}
		| STRING
		{
			$$.token = STRING;
			$$.text = $1;
		}
		| NUMBER
		{
			$$.token = NUMBER;
			$$.text = number_text(p, &@1);
		}
		| RANGE
		{
			$$.token = RANGE;
			$$.text = number_text(p, &@1);
		}
		;

fixup		: FIXUP PROTOCOL protocol ports_opt narrowing policy_opt
		{
			struct cmd *cmd = cmd_add(p->cmds, CMD_FIXUP, &@$);

			cmd->ports = $4;
			cmd->name = $6;
			end_narrowing(p, cmd);
		}
		| NO FIXUP PROTOCOL protocol ports_opt narrowing policy_opt
		{
			struct cmd *cmd = cmd_add(p->cmds, CMD_NO_FIXUP, &@$);

			cmd->ports = $5;
			cmd->name = $7;
			end_narrowing(p, cmd);
		}
		| CLEAR FIXUP
		{
			cmd_add(p->cmds, CMD_CLEAR_FIXUP, &@$);
		}
		;

mailhost	: MAILHOST host_opt
		{
			cmd_add_mailhost(p->cmds, CMD_FIXUP, &@$);
			end_narrowing(p, p->cmds->tail);
		}
		| NO MAILHOST host_opt
		{
			cmd_add_mailhost(p->cmds, CMD_NO_FIXUP, &@$);
			end_narrowing(p, p->cmds->tail);
		}
		;

host_opt	: %empty
		| WORD
		{
			start_match(p, strchr($1, ':') ? NARROW_IP6_DADDR :
				    NARROW_IP_DADDR, &@1);
			match_value(p, $1, &@1);
		}
		;

narrowing	: %empty
		| narrowing match
		;

match		: match_key match_not match_value
		| match_key match_not '{' match_values newlines '}'
		| match_key match_not '{' match_values ',' newlines '}'
		;

match_key	: IIFNAME
		{
			start_match(p, NARROW_IIFNAME, &@$);
		}
		| IP SADDR
		{
			start_match(p, NARROW_IP_SADDR, &@$);
		}
		| IP DADDR
		{
			start_match(p, NARROW_IP_DADDR, &@$);
		}
		| IP6 SADDR
		{
			start_match(p, NARROW_IP6_SADDR, &@$);
		}
		| IP6 DADDR
		{
			start_match(p, NARROW_IP6_DADDR, &@$);
		}
		;

match_not	: %empty
		| NOT_EQUAL
		{
			p->narrowing->matches[p->narrow_key].negated = true;
		}
		;

match_values	: newlines match_value
		| match_values ',' newlines match_value
		;

match_value	: WORD
		{
			match_value(p, $1, &@1);
		}
		| STRING
		{
			match_value(p, $1, &@1);
		}
		;

protocol	: SMTP
		| WORD
		{
			bool known = is_smtp(p, $1, &@1);

			free($1);
			if (!known)
				YYABORT;
		}
		;

ports_opt	: %empty
		{
			$$ = (struct ports){ .given = false };
		}
		| range
		{
			$$ = (struct ports){
				.given = true,
				.first = $1.first,
				.last = $1.last,
				.loc = @1,
			};
		}
		;

range		: RANGE
		| NUMBER
		{
			$$.first = $1;
			$$.last = $1;
		}
		| NUMBER '-' NUMBER
		{
			$$.first = $1;
			$$.last = $3;
		}
		;

policy_opt	: %empty
		{
			$$ = (struct word){ .text = NULL };
		}
		| POLICY WORD
		{
			$$ = (struct word){ .text = $2, .loc = @2 };
		}
		;

list		: SHOW FIXUP
		{
			cmd_add(p->cmds, CMD_SHOW_FIXUP, &@$);
		}
		| SHOW FIXUP PROTOCOL protocol
		{
			cmd_add(p->cmds, CMD_SHOW_FIXUP, &@$);
		}
		| SHOW RUNNING_CONFIG
		{
			cmd_add(p->cmds, CMD_LIST_RULESET, &@$);
		}
		| SHOW STARTUP_CONFIG
		{
			cmd_add(p->cmds, CMD_SHOW_STARTUP, &@$);
		}
		| WRITE MEMORY
		{
			cmd_add(p->cmds, CMD_WRITE_MEMORY, &@$);
		}
		| LIST POLICIES
		{
			cmd_add(p->cmds, CMD_LIST_POLICIES, &@$);
		}
		| LIST RULESET
		{
			cmd_add(p->cmds, CMD_LIST_RULESET, &@$);
		}
		| LIST CONNECTIONS
		{
			cmd_add(p->cmds, CMD_LIST_CONNECTIONS, &@$);
		}
		| LIST COUNTERS
		{
			cmd_add(p->cmds, CMD_LIST_COUNTERS, &@$);
		}
		| LIST PRESETS
		{
			cmd_add(p->cmds, CMD_LIST_PRESETS, &@$);
		}
		| SHOW PRESET WORD
		{
			struct cmd *cmd = cmd_add(p->cmds, CMD_SHOW_PRESET,
						  &@$);

			cmd->preset = (struct word){ .text = $3, .loc = @3 };
		}
		;

policy		: policy_name '{' block '}'
		{
			struct cmd *cmd = cmd_add(p->cmds, CMD_POLICY, &@$);

			policy_inherit(p->policy);
			cmd->policy = p->policy;
			p->policy = NULL;
		}
		;

policy_name	: POLICY WORD
		{
			p->policy = policy_alloc($2, &@2);
		}
		;

block		: block_lines
		| block_lines block_statement
		;

block_lines	: %empty
		| block_lines separator
		| block_lines block_statement separator
		;

block_statement	: PRESET WORD
		{
			start_from_preset(p, $2, &@2);
		}
		| banner
		| COMMANDS '{' verbs '}'
		{
			once(p, POLICY_COMMANDS, "commands", &@1);
		}
		| denied
		| EHLO DOWNGRADE
		{
			once(p, POLICY_EHLO, "ehlo", &@1);
			p->policy->ehlo_downgrade = true;
		}
		| LINE_LENGTH NUMBER
		{
			once(p, POLICY_LINE_LENGTH, "line-length", &@1);
			set_number(&p->policy->line_length, $2, &@2);
		}
		| LINE_LENGTH MAIL NUMBER
		{
			once(p, POLICY_LINE_LENGTH_MAIL, "line-length mail",
			     &@1);
			set_number(&p->policy->line_length_mail, $3, &@3);
		}
		| anomaly action
		{
			action(p, $1, &@1, $2, &@2);
		}
		;

anomaly		: ADDRESS PIPE
		{
			$$ = MAILGUARD_A_ACTIONS_PIPE;
		}
		| ADDRESS BRACKETS
		{
			$$ = MAILGUARD_A_ACTIONS_BRACKETS;
		}
		| TRUNCATED
		{
			$$ = MAILGUARD_A_ACTIONS_TRUNCATED;
		}
		| BARE_LF
		{
			$$ = MAILGUARD_A_ACTIONS_BARE_LF;
		}
		| UNEXPECTED_REPLY
		{
			$$ = MAILGUARD_A_ACTIONS_REPLY;
		}
		| PIPELINING
		{
			$$ = MAILGUARD_A_ACTIONS_PIPELINING;
		}
		| END_OF_DATA
		{
			$$ = MAILGUARD_A_ACTIONS_END_OF_DATA;
		}
		| PROXY_PROTOCOL
		{
			$$ = MAILGUARD_A_ACTIONS_PROXY_PROTOCOL;
		}
		| ASYMMETRIC
		{
			$$ = MAILGUARD_A_ACTIONS_ASYMMETRIC;
		}
		| PRDR
		{
			$$ = MAILGUARD_A_ACTIONS_PRDR;
		}
		;

action		: PASS
		{
			$$ = MAILGUARD_ACTION_PASS;
		}
		| BLANK
		{
			$$ = MAILGUARD_ACTION_BLANK;
		}
		| DENY
		{
			$$ = MAILGUARD_ACTION_DENY;
		}
		| RESET
		{
			$$ = MAILGUARD_ACTION_RESET;
		}
		| HOLD
		{
			$$ = MAILGUARD_ACTION_HOLD;
		}
		| ACCEPT
		{
			$$ = MAILGUARD_ACTION_ACCEPT;
		}
		| DROP
		{
			$$ = MAILGUARD_ACTION_DROP;
		}
		| DEFANG
		{
			$$ = MAILGUARD_ACTION_DEFANG;
		}
		| LF
		{
			$$ = MAILGUARD_ACTION_LF;
		}
		;

banner		: BANNER PASS
		{
			once(p, POLICY_BANNER, "banner", &@1);
		}
		| banner_start overlay
		{
			p->overlay->loc = @$;
		}
		;

banner_start	: BANNER
		{
			once(p, POLICY_BANNER, "banner", &@1);
			start_overlay(p, &p->policy->banner);
		}
		;

overlay		: overlay_text
		| overlay_look
		| overlay overlay_text
		| overlay overlay_look
		;

overlay_text	: TEXT STRING
		{
			set_word(p, &p->overlay->text, "text", $2, &@2);
		}
		;

overlay_look	: FILL STRING
		{
			set_word(p, &p->overlay->fill, "fill", $2, &@2);
		}
		| KEEP STRING
		{
			set_word(p, &p->overlay->keep, "keep", $2, &@2);
		}
		;

denied		: denied_start denied_write
		| denied_start denied_write reply
		| denied_start reply
		;

denied_start	: DENIED
		{
			once(p, POLICY_DENIED, "denied", &@1);
		}
		;

denied_write	: X
		{
			set_number(&p->policy->denied_write, MAILGUARD_DENIED_X,
				   &@1);
		}
		| NOOP
		{
			set_number(&p->policy->denied_write,
				   MAILGUARD_DENIED_NOOP, &@1);
		}
		| WORD
		{
			denied_word(p, $1, &@1);
			free($1);
		}
		;

reply		: reply_start reply_code STRING reply_look
		{
			p->overlay->loc = @$;
			set_word(p, &p->overlay->text, "text", $3, &@3);
		}
		;

reply_start	: REPLY
		{
			start_overlay(p, &p->policy->denied_reply);
		}
		;

reply_code	: %empty
		| NUMBER
		{
			set_number(&p->overlay->code, $1, &@1);
		}
		;

reply_look	: %empty
		| reply_look overlay_look
		;

verbs		: newlines
		| newlines verb_list
		| newlines verb_list verb_separator
		;

newlines	: %empty
		| newlines NEWLINE
		;

verb_list	: verb
		| verb_list verb_separator verb
		;

verb		: WORD
		{
			policy_add_verb(p->policy, $1, false, &@1);
		}
		| STRING
		{
			policy_add_verb(p->policy, $1, true, &@1);
		}
		;

verb_separator	: ','
		| NEWLINE
		| verb_separator NEWLINE
		;

%%

/* From the first word to the last; includes lie between statements. */
static struct location join(const struct location *rhs, int n)
{
	struct location loc = rhs[n ? 1 : 0];

	if (!n)
		loc.first = loc.last;
	else if (rhs[n].in == loc.in)
		loc.last = rhs[n].last;
	return loc;
}

static void once(struct parser *p, enum policy_statement statement,
		 const char *name, const struct location *loc)
{
	struct location *seen = &p->policy->seen[statement];

	if (seen->in)
		error_at(p->errors, loc,
			 "'%s' stands twice in this policy, first in line %u",
			 name, location_line(seen));
	else
		*seen = *loc;
}

/* As it is written, for it may be a name, too: 007. */
static char *number_text(struct parser *p, const struct location *loc)
{
	char *text = xmemdup(loc->in->data + loc->first, loc->last - loc->first);
	char *value;

	if (*text != '$')
		return text;
	value = xstrdup(define_find(&p->defines, text + 1)->text);
	free(text);
	return value;
}

/* Anew, should once() have found the statement a second time. */
static void start_overlay(struct parser *p, struct overlay *overlay)
{
	overlay_clear(overlay);
	overlay->given = true;
	p->overlay = overlay;
}

/* Takes over @text. */
static void set_word(struct parser *p, struct word *word, const char *name,
		     char *text, const struct location *loc)
{
	if (word->text)
		error_at(p->errors, loc, "'%s' stands here twice", name);
	free(word->text);
	word->text = text;
	word->loc = *loc;
}

static void set_number(struct number *number, unsigned long value,
		       const struct location *loc)
{
	number->given = true;
	number->value = value;
	number->loc = *loc;
}

/* A word is no keyword when it comes from a definition. */
static bool is_smtp(struct parser *p, const char *name,
		    const struct location *loc)
{
	if (!strcmp(name, "smtp"))
		return true;
	error_at(p->errors, loc, "'%s' is not inspected: only smtp is inspected",
		 name);
	return false;
}

/* What it starts from comes before what is changed. Takes over @name. */
static void start_from_preset(struct parser *p, char *name,
			      const struct location *loc)
{
	struct word preset = { .text = name, .loc = *loc };
	unsigned int i;

	for (i = 0; i < POLICY_STATEMENTS && !p->policy->seen[i].in; i++)
		;
	if (p->policy->preset)
		error_at(p->errors, loc,
			 "'preset' stands twice in this policy, first in line %u",
			 location_line(&p->policy->preset_loc));
	else if (i < POLICY_STATEMENTS)
		error_at(p->errors, loc,
			 "'preset' comes before the other statements of a policy");
	else
		p->policy->preset = preset_read(p->inputs, p->errors, &preset);
	p->policy->preset_loc = *loc;
	free(name);
}

/* A definition may stand where the keyword does. */
static void denied_word(struct parser *p, const char *name,
			const struct location *loc)
{
	if (!strcmp(name, "x"))
		set_number(&p->policy->denied_write, MAILGUARD_DENIED_X, loc);
	else if (!strcmp(name, "noop"))
		set_number(&p->policy->denied_write, MAILGUARD_DENIED_NOOP,
			   loc);
	else
		error_at(p->errors, loc,
			 "a denied command becomes x or noop, not '%s'", name);
}

static void action(struct parser *p, enum mailguard_actions_attr anomaly,
		   const struct location *loc, enum mailguard_action what,
		   const struct location *what_loc)
{
	once(p, POLICY_ACTIONS + anomaly, policy_action_statement(anomaly),
	     loc);
	set_number(&p->policy->action[anomaly], what, what_loc);
}

static void start_match(struct parser *p, enum narrow_key key,
			const struct location *loc)
{
	if (!p->narrowing)
		p->narrowing = xzalloc(sizeof(*p->narrowing));
	if (p->narrowing->matches[key].count)
		error_at(p->errors, loc, "'%s' stands here twice",
			 narrow_words(key));
	p->narrow_key = key;
}

/* Takes over @text. */
static void match_value(struct parser *p, char *text,
			const struct location *loc)
{
	narrowing_add_text(p->narrowing, p->narrow_key, text, loc, p->errors);
	free(text);
}

static void end_narrowing(struct parser *p, struct cmd *cmd)
{
	if (!p->narrowing)
		return;
	narrowing_sort(p->narrowing);
	cmd->narrowing = p->narrowing;
	p->narrowing = NULL;
}

static void yyerror(YYLTYPE *loc, void *scanner, struct parser *p,
		    const char *text)
{
	(void)scanner;
	error_at(p->errors, loc, "%s", text);
}

/* What stands there, if it isn't long. */
static char *written(const struct location *loc, yysymbol_kind_t kind)
{
	size_t len = loc->last - loc->first;
	const char *text = loc->in->data + loc->first;

	if (len > 40 || kind == YYSYMBOL_NEWLINE || kind == YYSYMBOL_YYEOF)
		return xstrdup(yysymbol_name(kind));
	if (*text == '"')
		return xmemdup(text, len);
	return xasprintf("'%.*s'", (int)len, text);
}

static bool is_word_like(yysymbol_kind_t kind)
{
	return kind >= YYSYMBOL_ADD && kind <= YYSYMBOL_MAIL;
}

/*
 * Not worth a mention: that a line may be empty, that ";" does what a newline
 * does, and that any word gets its own error message where keywords stand.
 */
static int select_expected(yysymbol_kind_t *kinds, int n)
{
	bool words = false, start = false;
	int i, kept = 0;

	for (i = 0; i < n; i++) {
		words |= is_word_like(kinds[i]);
		start |= kinds[i] == YYSYMBOL_ADD || kinds[i] == YYSYMBOL_BANNER;
	}
	for (i = 0; i < n; i++) {
		if (kinds[i] == YYSYMBOL_SEMICOLON)
			continue;
		if (start && (kinds[i] == YYSYMBOL_NEWLINE ||
			      kinds[i] == YYSYMBOL_YYEOF))
			continue;
		if (words && kinds[i] == YYSYMBOL_WORD)
			continue;
		kinds[kept++] = kinds[i];
	}
	return kept;
}

static char *expected(const yypcontext_t *ctx)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	char *list = xstrdup(""), *longer;
	const char *glue;
	int i, n;

	n = yypcontext_expected_tokens(ctx, kinds, YYNTOKENS);
	n = select_expected(kinds, n);
	/* Keywords first, then the end of the line. */
	if (n > 1 && kinds[0] == YYSYMBOL_NEWLINE) {
		memmove(kinds, kinds + 1, (n - 1) * sizeof(*kinds));
		kinds[n - 1] = YYSYMBOL_NEWLINE;
	}
	for (i = 0; i < n; i++) {
		glue = !i ? "" : i == n - 1 ? " or " : ", ";
		longer = xasprintf("%s%s%s", list, glue,
				   yysymbol_name(kinds[i]));
		free(list);
		list = longer;
	}
	return list;
}

static int yyreport_syntax_error(const yypcontext_t *ctx, void *scanner,
				 struct parser *p)
{
	yysymbol_kind_t kind = yypcontext_token(ctx);
	const struct location *loc = yypcontext_location(ctx);
	char *list = expected(ctx);
	char *found = written(loc, kind);

	(void)scanner;
	error_at(p->errors, loc, "syntax error: unexpected %s; expected %s",
		 found, list);
	free(found);
	free(list);
	return 0;
}
