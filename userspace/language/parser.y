/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The grammar of the language. A statement ends at a newline or ";". Errors are
 * reported, and after a syntax error the rest of the statement is skipped.
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
#include "language/time.h"
#include "lib/memory.h"
#include "mailguard.h"

#define YYLLOC_DEFAULT(at, rhs, n) ((at) = join(rhs, n))

static struct location join(const struct location *rhs, int n);
static void yyerror(YYLTYPE *loc, void *scanner, struct parser *p,
		    const char *text);
static void start_setting(struct parser *p, const struct statement *s,
			  const struct location *loc);
static void add_word(struct parser *p, char *text, bool own,
		     const struct location *loc);
static void add_list(struct parser *p, char *list, const struct location *loc);
static char *number_text(struct parser *p, const struct location *loc);
static void set_word(struct parser *p, struct word *word, const char *name,
		     char *text, const struct location *loc);
static void set_number(struct number *number, unsigned long value,
		       const struct location *loc);
static void check_protocol(struct parser *p, const char *name,
			   const struct location *loc);
static void start_mark(struct parser *p, const struct statement *s,
		       unsigned long event, const struct location *loc);
static void set_mark(struct parser *p, char *text, const struct location *loc);
static void set_time(struct parser *p, char *text, const struct location *loc);
static void set_mask(struct parser *p, char *text, const struct location *loc);
static void start_from_preset(struct parser *p, char *name,
			      const struct location *loc);
static void start_match(struct parser *p, enum match_key key,
			const struct location *loc);
static void match_value(struct parser *p, char *text,
			const struct location *loc);
static void end_matches(struct parser *p, struct cmd *cmd);
static void match_list(struct parser *p, char *list,
		       const struct location *loc);
static void match_set(struct parser *p, char *name,
		      const struct location *loc);
static void read_filter_word(struct parser *p, char *key,
			     const struct location *key_loc, char *value,
			     const struct location *value_loc);
static void read_filter_number(struct parser *p, char *key,
			       const struct location *loc, enum comparison how,
			       unsigned long number);
static void end_statement(struct parser *p);
static void drop_statement(struct parser *p);
static void start_policy(struct parser *p, char *name,
			 const struct location *loc);
static void end_policy(struct parser *p, const struct location *loc);
static void end_setting(struct parser *p);
static char *join_list(char *list, char *value);
static char *quote_value(char *value);
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
	struct number optional;
	const struct statement *statement;
	struct {
		int token;
		char *text;
	} value;
}

%token NEWLINE "end of line"
%token SEMICOLON "';'"

%token ADD "add"
%token CLEAR "clear"
%token CONFIGURE "configure"
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
%token OFFENDER "offender"
%token OFFENDERS "offenders"
%token RUNNING_CONFIG "running-config"
%token STARTUP_CONFIG "startup-config"
%token STARTUP_CONFIGS "startup-configs"
%token ROLLBACK "rollback"
%token MEMORY "memory"

%token IIFNAME "iifname"
%token IP "ip"
%token IP6 "ip6"
%token SADDR "saddr"
%token DADDR "daddr"
%token NOT_EQUAL "'!='"
%token <number> COMPARISON "a comparison"

/*
 * The first words of a setting, one token for each type of setting. MORE_WORDS
 * stands for words that need another word to be a setting.
 */
%token MORE_WORDS "a word"
%token <statement> FLAG "a flag"
%token <statement> ACTION_SETTING "an action's setting"
%token <statement> NUMBER_SETTING "a number's setting"
%token <statement> LIMIT "a limit"
%token <statement> OVERLAY "an overlay"
%token <statement> DENIED "denied"
%token <statement> VERBS "verbs"
%token <statement> WORDS "words"
%token <statement> ON "marks"
%token <statement> AFTER_EVENTS "after events"
%token PRESET "preset"

%token PASS "pass"
%token TEXT "text"
%token FILL "fill"
%token KEEP "keep"
%token <number> ACTION "an action"
%token REPLY "reply"
%token MARK "mark"
%token AFTER "after"
%token FOR "for"
%token PACKET "packet"
%token CONNECTION "connection"

%token <text> WORD "a name"
%token <text> STRING "a string in double quotes"
%token <number> NUMBER "a number"
%token <range> RANGE "a range"
%token <text> VALUES "a list"
%token <text> SET_NAME "a set of nft"

%type <range> range
%type <ports> ports_opt
%type <word> policy_opt
%type <number> comparison
%type <optional> number_opt
%type <value> value
%type <text> list_values list_value
%type <statement> flag action_setting number_setting

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
		| DELETE OFFENDER WORD
		{
			struct cmd *cmd = cmd_add(p->cmds, CMD_DELETE_OFFENDER,
						  &@$);

			cmd->client = (struct word){ .text = $3, .loc = @3 };
		}
		| CONFIGURE ROLLBACK number_opt
		{
			struct cmd *cmd = cmd_add(p->cmds, CMD_ROLLBACK, &@$);

			cmd->saved = $3;
		}
		| DELETE OFFENDERS
		{
			cmd_add(p->cmds, CMD_DELETE_OFFENDER, &@$);
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
		{
			$$ = quote_value($1);
		}
		| VALUES
		;

fixup		: FIXUP PROTOCOL protocol ports_opt matches policy_opt
		{
			struct cmd *cmd = cmd_add(p->cmds, CMD_FIXUP, &@$);

			cmd->ports = $4;
			cmd->name = $6;
			end_matches(p, cmd);
		}
		| NO FIXUP PROTOCOL protocol ports_opt matches policy_opt
		{
			struct cmd *cmd = cmd_add(p->cmds, CMD_NO_FIXUP, &@$);

			cmd->ports = $5;
			cmd->name = $7;
			end_matches(p, cmd);
		}
		| CLEAR FIXUP
		{
			cmd_add(p->cmds, CMD_CLEAR_FIXUP, &@$);
		}
		;

mailhost	: MAILHOST host_opt
		{
			cmd_add_mailhost(p->cmds, CMD_FIXUP, &@$);
			end_matches(p, p->cmds->tail);
		}
		| NO MAILHOST host_opt
		{
			cmd_add_mailhost(p->cmds, CMD_NO_FIXUP, &@$);
			end_matches(p, p->cmds->tail);
		}
		;

host_opt	: %empty
		| WORD
		{
			start_match(p, strchr($1, ':') ? MATCH_IP6_DADDR :
				    MATCH_IP_DADDR, &@1);
			match_value(p, $1, &@1);
		}
		;

matches	: %empty
		| matches match
		;

match		: match_key match_not match_value
		| match_key match_not '{' match_values newlines '}'
		| match_key match_not '{' match_values ',' newlines '}'
		;

match_key	: IIFNAME
		{
			start_match(p, MATCH_IIFNAME, &@$);
		}
		| IP SADDR
		{
			start_match(p, MATCH_IP_SADDR, &@$);
		}
		| IP DADDR
		{
			start_match(p, MATCH_IP_DADDR, &@$);
		}
		| IP6 SADDR
		{
			start_match(p, MATCH_IP6_SADDR, &@$);
		}
		| IP6 DADDR
		{
			start_match(p, MATCH_IP6_DADDR, &@$);
		}
		;

match_not	: %empty
		| NOT_EQUAL
		{
			p->matches->by_key[p->match_key].negated = true;
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

number_opt	: %empty
		{
			$$ = (struct number){ .given = false };
		}
		| NUMBER
		{
			set_number(&$$, $1, &@1);
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
		| SHOW STARTUP_CONFIG number_opt
		{
			struct cmd *cmd = cmd_add(p->cmds, CMD_SHOW_STARTUP,
						  &@$);

			cmd->saved = $3;
		}
		| LIST STARTUP_CONFIGS
		{
			cmd_add(p->cmds, CMD_LIST_STARTUPS, &@$);
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
		| list_connections
		| LIST COUNTERS
		{
			cmd_add(p->cmds, CMD_LIST_COUNTERS, &@$);
		}
		| LIST PRESETS
		{
			cmd_add(p->cmds, CMD_LIST_PRESETS, &@$);
		}
		| LIST OFFENDERS
		{
			cmd_add(p->cmds, CMD_LIST_OFFENDERS, &@$);
		}
		| SHOW PRESET WORD
		{
			struct cmd *cmd = cmd_add(p->cmds, CMD_SHOW_PRESET,
						  &@$);

			cmd->preset = (struct word){ .text = $3, .loc = @3 };
		}
		;

list_connections: LIST CONNECTIONS
		{
			struct cmd *cmd = cmd_add(p->cmds,
						  CMD_LIST_CONNECTIONS, &@$);

			cmd->filter = xzalloc(sizeof(*cmd->filter));
		}
		| list_connections WORD WORD
		{
			read_filter_word(p, $2, &@2, $3, &@3);
		}
		| list_connections POLICY WORD
		{
			read_filter_word(p, xstrdup("policy"), &@2, $3, &@3);
		}
		| list_connections WORD POLICY
		{
			read_filter_word(p, $2, &@2, xstrdup("policy"), &@3);
		}
		| list_connections WORD comparison NUMBER
		{
			read_filter_number(p, $2, &@2, $3, $4);
		}
		;

comparison	: COMPARISON
		| NOT_EQUAL
		{
			$$ = COMPARE_NOT_EQUAL;
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
			end_setting(p);
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
			end_setting(p);
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
		| flag
		{
			start_setting(p, $1, &@1);
		}
		| action_start action
		| action_start action reply
		| action_start reply
		| number_setting NUMBER
		{
			start_setting(p, $1, &@1);
			set_number(&p->setting->number, $2, &@2);
		}
		| limit
		| overlay
		| denied
		| verbs_start list_words
		| words_start except list_words
		| mark_start MARK mark_kind mark_bits
		| offenders FOR time
		| offenders FOR time MARK offenders_mask
		;

/*
 * Each of the first words is a token. The words of one setting may begin those
 * of another: "line-length" and "line-length mail".
 */
flag		: FLAG
		| MORE_WORDS FLAG
		{
			$$ = $2;
		}
		;

action_start	: action_setting
		{
			start_setting(p, $1, &@1);
		}
		;

action		: ACTION
		{
			set_number(&p->setting->action, $1, &@1);
		}
		;

action_setting	: ACTION_SETTING
		| MORE_WORDS ACTION_SETTING
		{
			$$ = $2;
		}
		;

number_setting	: NUMBER_SETTING
		| number_setting NUMBER_SETTING
		{
			$$ = $2;
		}
		;

/*
 * The number may be missing: the kernel sends back only what differs from the
 * default, and the printed policy must be valid input.
 */
limit		: limit_start limit_parts
		| limit_start limit_parts reply
		| limit_start reply
		;

limit_parts	: limit_number
		| action
		| limit_number action
		;

limit_start	: LIMIT
		{
			start_setting(p, $1, &@1);
		}
		;

limit_number	: NUMBER
		{
			set_number(&p->setting->number, $1, &@1);
		}
		;

overlay		: overlay_start PASS
		| overlay_start overlay_parts
		{
			p->overlay->loc = @$;
		}
		;

overlay_start	: OVERLAY
		{
			start_setting(p, $1, &@1);
		}
		;

overlay_parts	: overlay_part
		| overlay_parts overlay_part
		;

overlay_part	: overlay_text
		| overlay_look
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
			start_setting(p, $1, &@1);
		}
		;

denied_write	: ACTION
		{
			set_number(&p->setting->action, $1, &@1);
		}
		;

reply		: REPLY reply_code STRING reply_look
		{
			p->overlay->loc = @$;
			set_word(p, &p->overlay->text, "text", $3, &@3);
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

mark_start	: ON ACTION
		{
			start_mark(p, $1, $2, &@$);
		}
		;

mark_kind	: %empty
		| CONNECTION
		| PACKET
		{
			p->mark.kind = MAILGUARD_MARK_PACKET;
		}
		;

mark_bits	: WORD
		{
			set_mark(p, $1, &@1);
		}
		| NUMBER
		{
			set_mark(p, number_text(p, &@1), &@1);
		}
		;

offenders	: offenders_start AFTER NUMBER action
		{
			set_number(&p->setting->number, $3, &@3);
		}
		;

offenders_start	: AFTER_EVENTS
		{
			start_setting(p, $1, &@1);
		}
		;

time		: WORD
		{
			set_time(p, $1, &@1);
		}
		| NUMBER
		{
			set_time(p, number_text(p, &@1), &@1);
		}
		;

offenders_mask	: WORD
		{
			set_mask(p, $1, &@1);
		}
		| NUMBER
		{
			set_mask(p, number_text(p, &@1), &@1);
		}
		;

verbs_start	: VERBS
		{
			start_setting(p, $1, &@1);
		}
		;

words_start	: WORDS
		{
			start_setting(p, $1, &@1);
		}
		;

except		: %empty
		| '!'
		{
			p->setting->except = true;
		}
		;

list_words	: '{' words '}'
		| VALUES
		{
			add_list(p, $1, &@1);
		}
		;

words		: newlines
		| newlines word_list
		| newlines word_list word_separator
		;

newlines	: %empty
		| newlines NEWLINE
		;

word_list	: list_word
		| word_list word_separator list_word
		;

list_word	: list_text
		| list_text ':' verdict
		| list_text ':' verdict reply
		| list_text ':' reply
		| VALUES
		{
			add_list(p, $1, &@1);
		}
		;

list_text	: WORD
		{
			add_word(p, $1, false, &@1);
		}
		| STRING
		{
			add_word(p, $1, true, &@1);
		}
		;

verdict		: ACTION
		{
			set_number(&p->word->verdict, $1, &@1);
		}
		;

word_separator	: ','
		| NEWLINE
		| word_separator NEWLINE
		;

%%

/*
 * Joins the locations from the first word to the last. All are in one input,
 * because an include is a statement of its own.
 */
static struct location join(const struct location *rhs, int n)
{
	struct location loc = rhs[n ? 1 : 0];

	if (!n)
		loc.first = loc.last;
	else if (rhs[n].in == loc.in)
		loc.last = rhs[n].last;
	return loc;
}

/*
 * Starts a setting. If the policy has it already, that is an error, and the
 * second one replaces the first.
 */
static void start_setting(struct parser *p, const struct statement *s,
			  const struct location *loc)
{
	struct setting *setting = policy_setting(p->policy, s);

	if (setting->given)
		error_at(p->errors, loc,
			 "'%s' stands twice in this policy, first in line %u",
			 s->words, location_line(&setting->loc));
	setting_clear(setting);
	setting->given = true;
	setting->loc = *loc;
	p->setting = setting;
	p->overlay = &setting->overlay;
	p->checks = s;
}

static void start_mark(struct parser *p, const struct statement *s,
		       unsigned long event, const struct location *loc)
{
	p->setting = policy_setting(p->policy, s);
	if (!p->setting->given)
		p->setting->loc = *loc;
	p->setting->given = true;
	p->mark = (struct mark){ .event = event };
}

/* Takes ownership of @text. */
static void set_mark(struct parser *p, char *text, const struct location *loc)
{
	const char *why = mark_read(&p->mark, text);

	if (setting_has_mark(p->setting, &p->mark))
		why = "this event sets that mark already";
	if (why)
		error_at(p->errors, loc, "%s", why);
	p->mark.loc = *loc;
	setting_add_mark(p->setting, &p->mark);
	free(text);
}

/* Takes ownership of @text. */
static void set_time(struct parser *p, char *text, const struct location *loc)
{
	unsigned long seconds;

	if (time_read(&seconds, text))
		set_number(&p->setting->time, seconds, loc);
	else
		error_at(p->errors, loc,
			 "a time is written as 30s, 90m, 1h or 1d12h");
	free(text);
}

/* Takes ownership of @text. */
static void set_mask(struct parser *p, char *text, const struct location *loc)
{
	struct mark mark;
	const char *why = mark_read(&mark, text);

	if (why || mark.mask != UINT32_MAX)
		error_at(p->errors, loc, "a mask is a number of 32 bits");
	set_number(&p->setting->mask, mark.value, loc);
	free(text);
}

/* A reply that follows is that of this word. Takes ownership of @text. */
static void add_word(struct parser *p, char *text, bool own,
		     const struct location *loc)
{
	/* A domain may stand in quotes that it does not need. */
	if (p->checks->type == SETTING_DOMAINS)
		own = setting_must_quote(text);
	p->word = setting_add_word(p->setting, text, own, loc);
	p->overlay = &p->word->reply;
}

static void end_setting(struct parser *p)
{
	if (p->checks)
		policy_check_setting(p->policy, p->checks, p->errors);
	p->checks = NULL;
}

/*
 * Returns the number as it was written, because it may be a name, such as 007.
 */
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

/* Takes ownership of @text. */
static void set_word(struct parser *p, struct word *word, const char *name,
		     char *text, const struct location *loc)
{
	if (word->text)
		error_at(p->errors, loc, "'%s' stands here twice", name);
	free(word->text);
	word->text = text;
	word->loc = *loc;
	p->overlay->given = true;
}

static void set_number(struct number *number, unsigned long value,
		       const struct location *loc)
{
	number->given = true;
	number->value = value;
	number->loc = *loc;
}

/*
 * The protocol is compared here because a word from a definition is never a
 * keyword.
 */
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

/*
 * A policy names its preset before all its settings. Takes ownership of @name.
 */
static void start_from_preset(struct parser *p, char *name,
			      const struct location *loc)
{
	struct word preset = { .text = name, .loc = *loc };
	size_t i;

	for (i = 0; statement_at(i) && !p->policy->settings[i].given; i++)
		;
	if (p->policy->preset)
		error_at(p->errors, loc,
			 "'preset' stands twice in this policy, first in line %u",
			 location_line(&p->policy->preset_loc));
	else if (statement_at(i))
		error_at(p->errors, loc,
			 "'preset' comes before the other statements of a policy");
	else
		p->policy->preset = preset_read(p->inputs, p->errors, &preset);
	if (!p->policy->preset)
		p->policy->incomplete = true;
	p->policy->preset_loc = *loc;
	free(name);
}

static void start_match(struct parser *p, enum match_key key,
			const struct location *loc)
{
	if (!p->matches)
		p->matches = xzalloc(sizeof(*p->matches));
	if (p->matches->by_key[key].count)
		error_at(p->errors, loc, "'%s' stands here twice",
			 match_words(key));
	p->match_key = key;
}

/* Takes ownership of @text. */
static void match_value(struct parser *p, char *text,
			const struct location *loc)
{
	matches_add_text(p->matches, p->match_key, text, loc, p->errors);
	free(text);
}

/* @list has one value on each line. Takes ownership of @list. */
static void match_list(struct parser *p, char *list,
		       const struct location *loc)
{
	char *rest = list, *value;

	while ((value = strsep(&rest, "\n")))
		matches_add_text(p->matches, p->match_key,
				 value + (*value == '"'), loc, p->errors);
	free(list);
}

/* The same for the words of a setting. */
static void add_list(struct parser *p, char *list, const struct location *loc)
{
	char *rest = list, *value;

	while ((value = strsep(&rest, "\n"))) {
		bool own = *value == '"';

		add_word(p, xstrdup(value + own), own, loc);
	}
	free(list);
}

/* Marks a value of a list that was a string. Takes ownership of @value. */
static char *quote_value(char *value)
{
	char *quoted = xasprintf("\"%s", value);

	free(value);
	return quoted;
}

/*
 * Joins the values by a newline, which no value contains. Takes ownership of
 * both strings.
 */
static char *join_list(char *list, char *value)
{
	char *longer = xasprintf("%s\n%s", list, value);

	free(list);
	free(value);
	return longer;
}

/*
 * Reports that a set of nftables cannot be a value. It is visible only in its
 * own table, and the table of the fixups is made anew with each change. Takes
 * ownership of @name.
 */
static void match_set(struct parser *p, char *name,
		      const struct location *loc)
{
	error_at(p->errors, loc,
		 "a fixup cannot use '%s': a set of nft is known in its own table only. Write 'define %s = { ... }' and '$%s', or assign the helper by rules in the table of the set",
		 name, name + 1, name + 1);
	free(name);
}

/* Takes ownership of both texts. */
static void read_filter_word(struct parser *p, char *key,
			     const struct location *key_loc, char *value,
			     const struct location *value_loc)
{
	struct word key_word = { .text = key, .loc = *key_loc };
	struct word value_word = { .text = value, .loc = *value_loc };

	filter_add_word(p->cmds->tail->filter, &key_word, &value_word,
			p->errors);
	free(key);
}

/* Takes ownership of @key. */
static void read_filter_number(struct parser *p, char *key,
			       const struct location *loc, enum comparison how,
			       unsigned long number)
{
	struct word key_word = { .text = key, .loc = *loc };

	filter_add_number(p->cmds->tail->filter, &key_word, how, number,
			  p->errors);
	free(key);
}

/* Checks the statement that was added, before the next one is read. */
static void end_statement(struct parser *p)
{
	if (p->cmds->tail != p->checked && p->cmds->tail)
		cmd_check(p->cmds->tail, p->errors);
	p->checked = p->cmds->tail;
}

/* Frees what a statement with an error has left behind. */
static void drop_statement(struct parser *p)
{
	policy_free(p->policy);
	matches_free(p->matches);
	p->policy = NULL;
	p->matches = NULL;
	p->in_block = false;
}

/* Takes ownership of @name. */
static void start_policy(struct parser *p, char *name,
			 const struct location *loc)
{
	p->policy = policy_alloc(name, loc);
	p->checks = NULL;
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

static void end_matches(struct parser *p, struct cmd *cmd)
{
	if (!p->matches)
		return;
	matches_sort(p->matches);
	cmd->matches = p->matches;
	p->matches = NULL;
}

static void yyerror(YYLTYPE *loc, void *scanner, struct parser *p,
		    const char *text)
{
	(void)scanner;
	error_at(p->errors, loc, "%s", text);
}

/* Takes ownership of @word, which may be NULL. */
static bool expect(struct expected *expected, char *word)
{
	if (!word)
		return false;
	expected->array = xgrow(expected->array, expected->count,
				&expected->room, sizeof(*expected->array));
	expected->array[expected->count++] = word;
	return true;
}

static bool begins_setting(yysymbol_kind_t kind)
{
	switch (kind) {
	case YYSYMBOL_MORE_WORDS:
	case YYSYMBOL_FLAG:
	case YYSYMBOL_ACTION_SETTING:
	case YYSYMBOL_NUMBER_SETTING:
	case YYSYMBOL_LIMIT:
	case YYSYMBOL_OVERLAY:
	case YYSYMBOL_DENIED:
	case YYSYMBOL_VERBS:
	case YYSYMBOL_WORDS:
	case YYSYMBOL_ON:
	case YYSYMBOL_AFTER_EVENTS:
		return true;
	default:
		return false;
	}
}

static bool takes_reply(const struct statement *s)
{
	return !s || s->reply || s->denial;
}

/* Error messages list the words that a token stands for, not its name. */
static void expect_token(struct expected *expected, const struct parser *p,
			 yysymbol_kind_t kind, bool *settings)
{
	size_t i = 0;

	if (kind == YYSYMBOL_ACTION) {
		while (expect(expected, setting_permitted_action(p->row, i)))
			i++;
	} else if (!begins_setting(kind)) {
		if (kind != YYSYMBOL_REPLY || takes_reply(p->row))
			expect(expected, xstrdup(yysymbol_name(kind)));
	} else if (!*settings) {
		while (expect(expected, statement_next_word(&p->words, i)))
			i++;
		*settings = true;
	}
}

static void expect_tokens(struct expected *expected, const yypcontext_t *ctx,
			  const struct parser *p)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	bool settings = false;
	int i, n;

	n = yypcontext_expected_tokens(ctx, kinds, YYNTOKENS);
	for (i = 0; i < n; i++)
		expect_token(expected, p, kinds[i], &settings);
}

static int yyreport_syntax_error(const yypcontext_t *ctx, void *scanner,
				 struct parser *p)
{
	struct syntax_error e = {
		.loc = *yypcontext_location(ctx),
		.found = yysymbol_name(yypcontext_token(ctx)),
	};

	(void)scanner;
	if (yypcontext_token(ctx) == YYSYMBOL_YYUNDEF) {
		expect_tokens(p->expected, ctx, p);
	} else {
		expect_tokens(&e.expected, ctx, p);
		syntax_error_report(p, &e);
		expected_free(&e.expected);
	}
	tokens_skip_statement(p);
	return 0;
}
