/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The language: statements, each ended by a newline or ";". What is wrong is
 * reported; behind a syntax error the rest of the statement is skipped.
 */
%code requires {
#include "language/cmd.h"
#include "language/location.h"

struct parser;
}

%code {
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/parse.h"
#include "language/parser.tab.h"
#include "language/preset.h"
#include "language/scanner.h"
#include "language/suggest.h"
#include "language/syntax_error.h"
#include "lib/memory.h"
#include "mailguard.h"

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
static void check_protocol(struct parser *p, const char *name,
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
static void match_list(struct parser *p, char *list,
		       const struct location *loc);
static void match_set(struct parser *p, char *name,
		      const struct location *loc);
static void end_statement(struct parser *p);
static void drop_statement(struct parser *p);
static void start_policy(struct parser *p, char *name,
			 const struct location *loc);
static void end_policy(struct parser *p, const struct location *loc);
static void end_policy_statement(struct parser *p);
static char *join_list(char *list, char *value);
}

%define api.pure full
%define api.location.type {struct location}
%define parse.error custom
%define parse.lac full
%locations
%param {void *scanner} {struct parser *p}

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
%token <text> VALUES "a list"
%token <text> SET_NAME "a set of nft"

%type <range> range
%type <ports> ports_opt
%type <word> policy_opt
%type <value> value
%type <text> list_values list_value
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
		{
			end_statement(p);
			if (errors_suffice(p->errors))
				YYABORT;
		}
		| INCLUDE STRING separator
		{
			parse_include(p, scanner, $2, &@2);
			free($2);
			if (errors_suffice(p->errors))
				YYABORT;
		}
		| error separator
		{
			yyerrok;
			drop_statement(p);
			if (errors_suffice(p->errors))
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
		| '{' list_values newlines '}'
		{
			$$.token = VALUES;
			$$.text = $2;
		}
		| '{' list_values ',' newlines '}'
		{
			$$.token = VALUES;
			$$.text = $2;
		}
		;

list_values	: newlines list_value
		{
			$$ = $2;
		}
		| list_values ',' newlines list_value
		{
			$$ = join_list($1, $4);
		}
		;

list_value	: WORD
		| STRING
		| VALUES
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
		| VALUES
		{
			match_list(p, $1, &@1);
		}
		| SET_NAME
		{
			match_set(p, $1, &@1);
		}
		;

protocol	: SMTP
		| WORD
		{
			check_protocol(p, $1, &@1);
			free($1);
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

policy		: policy_start block '}'
		{
			end_policy(p, &@$);
		}
		;

policy_start	: policy_name '{'
		{
			p->in_block = true;
		}
		;

policy_name	: POLICY WORD
		{
			start_policy(p, $2, &@2);
		}
		;

block		: block_lines
		| block_lines block_statement
		{
			end_policy_statement(p);
		}
		| block_lines error
		{
			yyerrok;
			p->policy->incomplete = true;
		}
		;

block_lines	: %empty
		| block_lines separator
		| block_lines block_statement separator
		{
			end_policy_statement(p);
		}
		| block_lines error separator
		{
			yyerrok;
			p->policy->incomplete = true;
			if (errors_suffice(p->errors))
				YYABORT;
		}
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
	p->statement = statement;
}

static void end_policy_statement(struct parser *p)
{
	if (p->statement < POLICY_STATEMENTS)
		policy_check_statement(p->policy, p->statement, p->errors);
	p->statement = POLICY_STATEMENTS;
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
static void check_protocol(struct parser *p, const char *name,
			   const struct location *loc)
{
	struct suggestion suggestion;

	if (!strcmp(name, "smtp"))
		return;
	suggest_start(&suggestion, name);
	suggest_offer(&suggestion, "smtp");
	if (suggestion.nearest[0])
		error_at(p->errors, loc,
			 "there is no protocol '%s'; did you mean 'smtp'?",
			 name);
	else
		error_at(p->errors, loc,
			 "'%s' is not inspected: only smtp is inspected",
			 name);
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
	if (!p->policy->preset)
		p->policy->incomplete = true;
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

/* One value a line. Takes over @list. */
static void match_list(struct parser *p, char *list,
		       const struct location *loc)
{
	char *rest = list, *value;

	while ((value = strsep(&rest, "\n")))
		narrowing_add_text(p->narrowing, p->narrow_key, value, loc,
				   p->errors);
	free(list);
}

/* No string holds a newline. Takes over both. */
static char *join_list(char *list, char *value)
{
	char *longer = xasprintf("%s\n%s", list, value);

	free(list);
	free(value);
	return longer;
}

/*
 * A set belongs to a table: other tables cannot name it, and that of the
 * fixups is made anew with each change. Takes over @name.
 */
static void match_set(struct parser *p, char *name,
		      const struct location *loc)
{
	error_at(p->errors, loc,
		 "a fixup cannot use '%s': a set of nft is known in its own table only. Write 'define %s = { ... }' and '$%s', or assign the helper by rules in the table of the set",
		 name, name + 1, name + 1);
	free(name);
}

/* What the statement added is judged before the next one is read. */
static void end_statement(struct parser *p)
{
	if (p->cmds->tail != p->checked && p->cmds->tail)
		cmd_check(p->cmds->tail, p->errors);
	p->checked = p->cmds->tail;
}

/* What a statement with an error has left behind. */
static void drop_statement(struct parser *p)
{
	policy_free(p->policy);
	narrowing_free(p->narrowing);
	p->policy = NULL;
	p->narrowing = NULL;
	p->in_block = false;
}

/* Takes over @name. */
static void start_policy(struct parser *p, char *name,
			 const struct location *loc)
{
	p->policy = policy_alloc(name, loc);
	p->statement = POLICY_STATEMENTS;
	policy_check_name(&p->policy->name, p->errors);
}

static void end_policy(struct parser *p, const struct location *loc)
{
	struct cmd *cmd = cmd_add(p->cmds, CMD_POLICY, loc);

	policy_inherit(p->policy);
	cmd->policy = p->policy;
	p->policy = NULL;
	p->in_block = false;
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

static int yyreport_syntax_error(const yypcontext_t *ctx, void *scanner,
				 struct parser *p)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	const char *names[YYNTOKENS];
	struct syntax_error e = {
		.loc = *yypcontext_location(ctx),
		.found = yysymbol_name(yypcontext_token(ctx)),
		.expected = names,
	};
	int i, n;

	(void)scanner;
	n = yypcontext_expected_tokens(ctx, kinds, YYNTOKENS);
	for (i = 0; i < n; i++)
		names[i] = yysymbol_name(kinds[i]);
	e.count = n;
	syntax_error_report(p, &e);
	tokens_skip_statement(p);
	return 0;
}
