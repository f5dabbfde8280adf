// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "judge.h"

#define COUNT_MAX 0x7fffffffU

static const char * const with_address[] = {
	"MAIL", "RCPT", "VRFY", "EXPN", "SEND", "SOML", "SAML", NULL
};

static const char * const long_lines[] = {
	"MAIL", "RCPT", "SEND", "SOML", "SAML", "BURL", "X-LINK2STATE", NULL
};

static const char * const long_responses[] = { "AUTH", "X-EXPS", NULL };

static const char * const counting[] = { "BDAT", "XEXCH50", NULL };

/* Verbs that some server acts on. */
static const char * const real[] = {
	"HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY",
	"EXPN", "HELP", "SEND", "SOML", "SAML", "TURN", "ETRN", "ATRN", "BDAT",
	"STARTTLS", "BURL", "AUTH", "LHLO", "XCLIENT", "XFORWARD", "X-EXPS",
	"X-ANONYMOUSTLS", "X-LINK2STATE", "XEXCH50", "WIZ", "DEBUG", "KILL",
	"VERB", "ONEX", "XADR", "XUSR", "XSTA", "XCIR", "XGEN", NULL
};

bool judge_is_one_of(const char *verb, const char * const *names)
{
	for (; *names; names++)
		if (!strcmp(verb, *names))
			return true;
	return false;
}

u16 judge_limit(const struct manner *manner, const char *verb)
{
	if (verb && judge_is_one_of(verb, long_responses))
		return MAILGUARD_LINE_MAX;
	if (verb && judge_is_one_of(verb, long_lines))
		return manner->line_mail;
	return manner->line;
}

static bool offends(struct judgement *j, u32 at, enum mailguard_action action)
{
	j->offence = at;
	j->action = action;
	return true;
}

/* A LF without CR, where it is no end of a line: anything else comes later. */
static void judge_bare_lf(const struct manner *manner, const u8 *line,
			  struct judgement *j)
{
	enum mailguard_action action =
		manner->action[MAILGUARD_A_ACTIONS_BARE_LF];
	u32 i;

	if (action == MAILGUARD_ACTION_PASS)
		return;
	/* What counts is no command any more, whatever the LF is. */
	if (action == MAILGUARD_ACTION_DENY && j->verb &&
	    judge_is_one_of(j->verb, counting))
		return;
	/* At the place of another offence this one counts. */
	for (i = 0; i < j->offence || (i == j->offence && j->action); i++)
		if (line[i] == '\n' && (!i || line[i - 1] != '\r')) {
			offends(j, i, action);
			return;
		}
}

/* An address: what stands in brackets, or all if there are none. */
struct path {
	bool open;
	bool closed;
	bool parameters;
	bool quoted;
	bool escaped;
	u8 due;		/* octets of a character in UTF-8 */
	u8 lead;	/* its first one, behind which ranges are narrower */
};

static bool is_stray_bracket(struct path *path, u8 octet)
{
	bool stray;

	if (octet == '<') {
		stray = path->open || path->closed;
		path->open |= !stray;
	} else {
		stray = !path->open;
		if (!stray) {
			path->open = false;
			path->closed = true;
		}
	}
	return stray;
}

/* Return: what is done about the octet, PASS if it is fine. */
static enum mailguard_action judge_path(const struct manner *manner,
					struct path *path, u8 octet)
{
	if (path->parameters)
		return MAILGUARD_ACTION_PASS;
	if (octet == '|')
		return manner->action[MAILGUARD_A_ACTIONS_PIPE];
	if (path->quoted) {
		if (path->escaped || octet == '\\')
			path->escaped = !path->escaped;
		else if (octet == '"')
			path->quoted = false;
		return MAILGUARD_ACTION_PASS;
	}
	if ((octet == '<' || octet == '>') && is_stray_bracket(path, octet))
		return manner->action[MAILGUARD_A_ACTIONS_BRACKETS];
	path->quoted = octet == '"';
	path->parameters = octet == ' ' && path->closed;
	return MAILGUARD_ACTION_PASS;
}

static bool utf8_goes_on(struct path *path, u8 octet)
{
	if (path->due) {
		u8 lead = path->lead;

		path->due--;
		path->lead = 0;
		return octet >= (lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 :
				 0x80) &&
		       octet < (lead == 0xed ? 0xa0 : lead == 0xf4 ? 0x90 :
				0xc0);
	}
	path->lead = octet;
	if (octet >= 0xc2 && octet < 0xe0)
		path->due = 1;
	else if (octet >= 0xe0 && octet < 0xf0)
		path->due = 2;
	else if (octet >= 0xf0 && octet < 0xf5)
		path->due = 3;
	else
		return octet < 0x80;
	return true;
}

static bool may_stand(struct path *path, bool utf8, u8 octet)
{
	if (octet < 0x80 && !isprint(octet))
		return false;
	return utf8 ? utf8_goes_on(path, octet) : octet < 0x80;
}

/* What follows a CR, or ends the line. */
static bool judge_end(const u8 *line, u32 at, struct judgement *j)
{
	if (line[at] == '\r' && line[at + 1] != '\n')
		return offends(j, at + 1, MAILGUARD_ACTION_DENY);
	return false;
}

static bool judge_text(const struct manner *manner, u8 offered, const u8 *line,
		       u32 at, struct judgement *j)
{
	bool address = judge_is_one_of(j->verb, with_address);
	bool utf8 = address && offered & JUDGE_SMTPUTF8;
	struct path path = {};

	for (; line[at] != '\r' && line[at] != '\n'; at++) {
		enum mailguard_action action;

		if (!may_stand(&path, utf8, line[at]))
			return offends(j, at, MAILGUARD_ACTION_DENY);
		if (!address)
			continue;
		action = judge_path(manner, &path, line[at]);
		if (path.open && at < j->bracket)
			j->bracket = at;
		if (action == MAILGUARD_ACTION_DENY ||
		    action == MAILGUARD_ACTION_RESET)
			return offends(j, at, action);
	}
	return judge_end(line, at, j);
}

static u32 digits(const u8 *text)
{
	u32 n = 0;

	while (isdigit(text[n]))
		n++;
	return n;
}

/* "5", "5 LAST", or of XEXCH50 "5 2"; then CRLF. */
static bool is_count(struct judgement *j, const u8 *text)
{
	u32 n = digits(text);
	unsigned long octets = strtoul((const char *)text, NULL, 10);

	if (!n || n > 10 || octets > COUNT_MAX)
		return false;
	j->octets = octets;
	text += n;
	if (!strcmp(j->verb, "XEXCH50")) {
		n = *text++ == ' ' ? digits(text) : 0;
		text += n;
		if (!n || n > 10)
			return false;
	} else if (!strncasecmp((const char *)text, " LAST", 5)) {
		j->last = true;
		text += 5;
	}
	return text[0] == '\r' && text[1] == '\n';
}

static bool judge_argument(const struct manner *manner, u8 offered,
			   const u8 *line, u32 at, struct judgement *j)
{
	if (judge_is_one_of(j->verb, counting)) {
		/* The server must see this end of the line, and no other. */
		if (line[at] == ' ' && is_count(j, line + at + 1))
			return false;
		return offends(j, j->offence - 1, MAILGUARD_ACTION_RESET);
	}
	if (line[at] == ' ')
		at++;
	return judge_text(manner, offered, line, at, j);
}

static bool judge_verb(const struct manner *manner, u8 offered, const u8 *line,
		       struct judgement *j)
{
	u32 n = 0;

	for (; line[n] != ' ' && line[n] != '\r' && line[n] != '\n'; n++)
		if (!manner_begins_verb(manner, line, n + 1))
			return offends(j, n, MAILGUARD_ACTION_DENY);
	j->verb = manner_verb(manner, line, n);
	j->verb_len = n;
	if (!j->verb)
		return offends(j, n, line[n] == ' ' ? MAILGUARD_ACTION_DENY :
			       manner->action[MAILGUARD_A_ACTIONS_TRUNCATED]);
	if (!strcmp(j->verb, "BDAT") && !(offered & JUDGE_CHUNKING)) {
		j->verb = NULL;
		return offends(j, n, MAILGUARD_ACTION_DENY);
	}
	return judge_argument(manner, offered, line, n, j);
}

static bool is_word(const char *word, const u8 *line, u32 len)
{
	return strlen(word) == len &&
	       !strncasecmp(word, (const char *)line, len);
}

/* A denied line, and the server would take what follows for what it is. */
static void judge_announced(u8 offered, const u8 *line, struct judgement *j)
{
	u32 n = 0;

	while (isalnum(line[n]) || line[n] == '-' || line[n] == '_')
		n++;
	if (j->verb || j->offence > n || !j->action)
		return;
	if ((is_word("BDAT", line, n) && offered & JUDGE_CHUNKING) ||
	    (is_word("XEXCH50", line, n) && offered & JUDGE_XEXCH50))
		j->action = MAILGUARD_ACTION_RESET;
}

void judge_command(const struct manner *manner, u8 offered, const u8 *line,
		   u32 len, struct judgement *j)
{
	*j = (struct judgement){ .offence = len, .bracket = len };
	judge_verb(manner, offered, line, j);
	judge_bare_lf(manner, line, j);
	judge_announced(offered, line, j);
}

void judge_response(const struct manner *manner, const u8 *line, u32 len,
		    struct judgement *j)
{
	u32 at = 0;

	*j = (struct judgement){ .offence = len };
	while (isalnum(line[at]) || (line[at] && strchr("+/=*", line[at])))
		at++;
	if (line[at] != '\r' && line[at] != '\n')
		offends(j, at, MAILGUARD_ACTION_DENY);
	else
		judge_end(line, at, j);
	judge_bare_lf(manner, line, j);
}

/* An octet before the offence. */
static bool is_sent(const struct manner *manner, const struct judgement *j,
		    u8 first, u32 at, u8 octet, u8 sent)
{
	enum mailguard_actions_attr check = octet == '|' ?
		MAILGUARD_A_ACTIONS_PIPE : MAILGUARD_A_ACTIONS_BRACKETS;

	if (manner->downgrade && toupper(first) == 'E' && at < 4 &&
	    isalpha(octet))
		return toupper(sent) == "HELO"[at] &&
		       !islower(sent) == !islower(octet);
	if (sent == octet)
		return true;
	return sent == ' ' && strchr("|<>", octet) && j->verb &&
	       manner->action[check] == MAILGUARD_ACTION_BLANK &&
	       judge_is_one_of(j->verb, with_address);
}

/* What is left of an address without brackets must not be one. */
static u8 fill(const struct judgement *j)
{
	if (!j->verb || !judge_is_one_of(j->verb, with_address))
		return 'X';
	return j->offence > j->verb_len && j->bracket >= j->offence ? '<' : 'X';
}

/* One behind it; @noop: the whole line is made one. */
static bool is_overwritten(const struct judgement *j, bool noop, u32 at,
			   u8 octet, u8 sent)
{
	if (octet == '\r')
		return sent == '\r';
	if (noop)
		return sent == (at < 4 ? "NOOP"[at] : ' ');
	return sent == fill(j);
}

const char *judge_sent(const struct manner *manner, const struct judgement *j,
		       const u8 *line, const u8 *sent, u32 len)
{
	bool noop = manner->noop && !j->offence && line[0] != '\r' &&
		    line[0] != '\n';
	u32 i;

	for (i = 0; i < len; i++)
		if (i < j->offence) {
			if (!is_sent(manner, j, line[0], i, line[i], sent[i]))
				return "an octet of a command was changed";
		} else if (i + 1 < len &&
			   !is_overwritten(j, noop, i, line[i], sent[i])) {
			return "an octet behind an offence went on";
		}
	return NULL;
}

/* As a lenient server reads it: blanks, CR and NUL before it do not matter. */
const char *judge_verb_sent(const struct manner *manner, const u8 *sent,
			    u32 len)
{
	const char * const *name;
	u32 n = 0;

	while (len && (!*sent || strchr(" \t\r", *sent))) {
		sent++;
		len--;
	}
	while (n < len && (isalnum(sent[n]) || sent[n] == '-'))
		n++;
	if (manner_verb(manner, sent, n) && !manner->downgrade)
		return NULL;
	for (name = real; *name; name++) {
		bool permitted = judge_is_one_of(*name, manner->verbs) ||
				 (manner->noop && !strcmp(*name, "NOOP"));

		if (!permitted && strlen(*name) == n &&
		    !strncasecmp(*name, (const char *)sent, n))
			return "a denied verb reached the server";
	}
	return NULL;
}
