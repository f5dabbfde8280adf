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

u16 judge_limit(const struct profile *profile, const char *verb)
{
	if (verb && judge_is_one_of(verb, long_responses))
		return MAILGUARD_LINE_MAX;
	if (verb && judge_is_one_of(verb, long_lines))
		return profile->line_mail;
	return profile->line;
}

/* The verbs that JUDGE_MAIL stands for. */
static const char * const mailing[] = { "MAIL", "SEND", "SOML", "SAML", NULL };

static bool offends(struct judgement *j, u32 at, enum mailguard_action action)
{
	j->offence = at;
	j->action = action;
	return true;
}

/* A LF without CR, where it is no end of a line: anything else comes later. */
static void judge_bare_lf(const struct profile *profile, const u8 *line,
			  struct judgement *j)
{
	enum mailguard_action action =
		profile->action[MAILGUARD_A_ACTIONS_BARE_LF];
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
			j->mechanism = false;
			j->size = false;
			j->domain = false;
			j->helo &= i > j->verb_len;
			offends(j, i, action);
			return;
		}
}

/* The verbs that need HELO, if its name is judged. */
static const char * const after_helo[] = {
	"MAIL", "SEND", "SOML", "SAML", "AUTH", "X-EXPS", "STARTTLS",
	"X-ANONYMOUSTLS", NULL
};

static const char * const hello[] = { "HELO", "EHLO", NULL };

/* The verbs whose argument is an address behind a colon. */
static const char * const with_path[] = {
	"MAIL", "RCPT", "SEND", "SOML", "SAML", NULL
};

/* An address: what stands in brackets, or all if there are none. */
struct path {
	const struct profile *profile;
	const char *verb;
	const u8 *begin;	/* of what is judged: behind FROM: or TO: */
	bool lacks_prefix;	/* which is not there, and must be */
	const u8 *line;
	const bool *in_quotes;	/* of each byte of the line */
	bool open;
	bool closed;
	bool parameters;
	bool quoted;
	bool escaped;
	bool domain;	/* a byte offends because of the sets of domains only */
	u8 due;		/* bytes of a character in UTF-8 */
	u8 lead;	/* its first one, behind which ranges are narrower */
};

static bool is_stray_bracket(struct path *path, u8 byte)
{
	bool stray;

	if (byte == '<') {
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

static bool ends_in_action(const struct path *path,
			   enum mailguard_actions_attr check,
			   enum mailguard_action *action)
{
	*action = path->profile->action[check];
	return *action == MAILGUARD_ACTION_DENY ||
	       *action == MAILGUARD_ACTION_RESET;
}

/* What is before a byte of an address, taken apart. */
struct parts {
	bool start;	/* nothing is */
	bool route;	/* a source route that has no end */
	const u8 *local;
	const u8 *domain;	/* or NULL */
	u32 at_signs;
	u32 blanks;	/* that do not count */
};

/* @text: the address from @path->begin to @end. */
static struct parts take_apart(const struct path *path, const u8 *end)
{
	const u8 *text = path->begin;
	struct parts parts = {};

	for (;;) {
		for (; text < end && *text == ' '; text++)
			parts.blanks++;
		if (text == end || *text != '@')
			break;
		text = memchr(text, ':', end - text);
		if (!text) {
			parts.route = true;
			return parts;
		}
		text++;
	}
	parts.start = text == end;
	parts.local = text;
	for (; text < end; text++) {
		if (*text != '@')
			continue;
		parts.at_signs++;
		if (!path->in_quotes[text - path->line])
			parts.domain = text + 1;
	}
	return parts;
}

static u32 domain_len(const struct parts *parts, const u8 *end)
{
	const u8 *text;
	u32 len = 0;

	for (text = parts->domain; text < end; text++)
		len += *text != ' ';
	return len;
}

static u32 local_len(const struct path *path, const struct parts *parts,
		     const u8 *end)
{
	const u8 *text = parts->local;

	while (text < end &&
	       (*text != '@' || path->in_quotes[text - path->line]))
		text++;
	return text - parts->local;
}

static bool may_lack_domain(const struct path *path, const struct parts *parts,
			    const u8 *end)
{
	if (!judge_is_one_of(path->verb, with_path))
		return true;
	if (strcmp(path->verb, "RCPT"))
		return parts->start;
	return !parts->route && end - parts->local == 10 &&
	       !strncasecmp("postmaster", (const char *)parts->local, 10);
}

/* The set that an address must pass, or NULL. */
static const struct profile_domains *domains_of(const struct path *path)
{
	const struct profile_domains *set = &path->profile->sender_domains;

	if (!judge_is_one_of(path->verb, with_path))
		return NULL;
	if (!strcmp(path->verb, "RCPT"))
		set = &path->profile->recipient_domains;
	return set->names ? set : NULL;
}

/* Labels with dots between them, or what may stand in square brackets. */
static bool is_domain(const u8 *text, u32 len)
{
	bool literal = *text == '[';
	u32 i;

	for (i = 0; i < len; i++) {
		if (text[i] == '.' && (!i || text[i - 1] == '.'))
			return false;
		if (!isalnum(text[i]) && text[i] < 0x80 &&
		    !strchr(literal ? "-._[:]" : "-._", text[i]))
			return false;
	}
	return true;
}

static bool is_permitted(const struct profile_domains *set,
			 const struct parts *parts, const u8 *end)
{
	u32 len = end - parts->domain;
	u32 root = end[-1] == '.';

	return is_domain(parts->domain, len) &&
	       profile_has_domain(set, parts->domain, len - root) !=
		       set->except;
}

/* The closing bracket. */
static enum mailguard_action judge_closing(struct path *path, const u8 *byte)
{
	const struct profile_domains *set = domains_of(path);
	struct parts parts = take_apart(path, byte);
	bool has_domain = parts.domain && domain_len(&parts, byte);
	enum mailguard_action action;

	if (!has_domain && may_lack_domain(path, &parts, byte))
		return MAILGUARD_ACTION_PASS;
	if (!has_domain &&
	    ends_in_action(path, MAILGUARD_A_ACTIONS_NO_DOMAIN, &action))
		return action;
	if (!set || (has_domain && is_permitted(set, &parts, byte)))
		return MAILGUARD_ACTION_PASS;
	path->domain = true;
	return MAILGUARD_ACTION_DENY;
}

/* Might a server take another domain than the one behind the last at sign? */
static bool is_ambiguous(const struct path *path, const struct parts *parts,
			 const u8 *byte)
{
	bool quoted = path->in_quotes[byte - path->line];

	if (!path->open || (parts->domain && *byte == '@'))
		return true;
	if (parts->domain)
		return false;
	if (!strcmp(path->verb, "RCPT") &&
	    (strchr("%!", *byte) || (*byte == '@' && (quoted || parts->start))))
		return true;
	return !parts->route && !quoted && strchr(" ()<>[]:;,\\", *byte);
}

static bool is_too_long(const struct path *path, const struct parts *parts,
			const u8 *byte, enum mailguard_action *action)
{
	const struct profile *profile = path->profile;
	bool delimits = *byte == '@' &&
			!path->in_quotes[byte - path->line];

	if (byte - path->begin - parts->blanks + 1 > profile->address_length &&
	    ends_in_action(path, MAILGUARD_A_ACTIONS_ADDRESS_LENGTH, action))
		return true;
	if (parts->route || delimits || (parts->start && *byte == '@'))
		return false;
	if (!parts->domain)
		return local_len(path, parts, byte + 1) >
			       profile->local_part_length &&
		       ends_in_action(path,
				      MAILGUARD_A_ACTIONS_LOCAL_PART_LENGTH,
				      action);
	return *byte != '@' &&
	       domain_len(parts, byte + 1) > profile->domain_length &&
	       ends_in_action(path, MAILGUARD_A_ACTIONS_DOMAIN_LENGTH, action);
}

/* Any other byte of an address, in the order in which faults count. */
static enum mailguard_action judge_inner(struct path *path, const u8 *byte)
{
	struct parts parts = take_apart(path, byte);
	bool first = parts.start && !parts.route;
	enum mailguard_action action;
	const struct {
		bool is;
		enum mailguard_actions_attr check;
	} faults[] = {
		{ *byte >= 0x80, MAILGUARD_A_ACTIONS_8BIT },
		{ *byte == '"' && !path->in_quotes[byte - path->line],
		  MAILGUARD_A_ACTIONS_QUOTED },
		{ *byte == '@' && first, MAILGUARD_A_ACTIONS_SOURCE_ROUTE },
		{ *byte == '@' && parts.at_signs,
		  MAILGUARD_A_ACTIONS_DOUBLE_AT },
		{ *byte == '%', MAILGUARD_A_ACTIONS_PERCENT },
		{ *byte == '!', MAILGUARD_A_ACTIONS_BANG },
		{ *byte == '[' && parts.domain && !domain_len(&parts, byte),
		  MAILGUARD_A_ACTIONS_LITERAL },
		{ !path->open && judge_is_one_of(path->verb, with_path),
		  MAILGUARD_A_ACTIONS_NO_DOMAIN },
	};
	unsigned int i;

	if (*byte == ' ' && first)
		return MAILGUARD_ACTION_PASS;
	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (faults[i].is &&
		    ends_in_action(path, faults[i].check, &action))
			return action;
	if (is_too_long(path, &parts, byte, &action))
		return action;
	if (!domains_of(path) || !is_ambiguous(path, &parts, byte))
		return MAILGUARD_ACTION_PASS;
	path->domain = true;
	return MAILGUARD_ACTION_DENY;
}

/* Before the brackets and the quotes in @path know the byte. */
static enum mailguard_action judge_address(struct path *path, const u8 *byte)
{
	if (path->closed)
		return domains_of(path) && !path->parameters && *byte != ' ' ?
			       MAILGUARD_ACTION_RESET : MAILGUARD_ACTION_PASS;
	if (*byte == '<' && !path->quoted && !path->open) {
		path->begin = byte + 1;
		return MAILGUARD_ACTION_PASS;
	}
	if (byte < path->begin)
		return MAILGUARD_ACTION_PASS;
	if (*byte == '>' && !path->quoted && path->open)
		return judge_closing(path, byte);
	return judge_inner(path, byte);
}

/* Return: what is done about the byte, PASS if it is fine. */
static enum mailguard_action judge_path(const struct profile *profile,
					struct path *path, u8 byte)
{
	if (path->parameters)
		return MAILGUARD_ACTION_PASS;
	if (byte == '|')
		return profile->action[MAILGUARD_A_ACTIONS_PIPE];
	if (path->quoted) {
		if (path->escaped || byte == '\\')
			path->escaped = !path->escaped;
		else if (byte == '"')
			path->quoted = false;
		return MAILGUARD_ACTION_PASS;
	}
	if ((byte == '<' || byte == '>') && is_stray_bracket(path, byte))
		return profile->action[MAILGUARD_A_ACTIONS_BRACKETS];
	path->quoted = byte == '"';
	path->parameters = byte == ' ' && path->closed;
	return MAILGUARD_ACTION_PASS;
}

static enum mailguard_action first_of(const struct profile *profile,
				      bool invalid, bool no_dot, bool foreign)
{
	const enum mailguard_action *action = profile->action;

	if (invalid && action[MAILGUARD_A_ACTIONS_HELO_INVALID])
		return action[MAILGUARD_A_ACTIONS_HELO_INVALID];
	if (no_dot && action[MAILGUARD_A_ACTIONS_HELO_NO_DOT])
		return action[MAILGUARD_A_ACTIONS_HELO_NO_DOT];
	return foreign && profile->helo_domains.names ? MAILGUARD_ACTION_DENY :
							MAILGUARD_ACTION_PASS;
}

/* The whole name in HELO. */
static enum mailguard_action judge_name(const struct profile *profile,
					const u8 *name, u32 len)
{
	const struct profile_domains *set = &profile->helo_domains;
	bool literal, open, dot = false, listed;
	u32 i, digits = 0;

	if (!len)
		return first_of(profile, true, true, true);
	literal = *name == '[';
	listed = set->names && is_domain(name, len) &&
		 profile_has_domain(set, name, len - (name[len - 1] == '.'));
	for (i = 1; i < len; i++)
		dot |= name[i - 1] == '.' && name[i] != '.';
	len -= name[len - 1] == '.';
	while (digits < len && isdigit(name[len - digits - 1]))
		digits++;
	open = literal && !memchr(name, ']', len);
	if (literal)
		return first_of(profile, open, false,
				open || listed == set->except);
	return first_of(profile, digits == len || name[len - digits - 1] == '.',
			!dot, listed == set->except);
}

/* A byte of the argument of HELO, which begins at @at. */
static enum mailguard_action judge_name_at(const struct profile *profile,
					   const u8 *at, const u8 *byte)
{
	const u8 *end;
	u32 len;

	while (at < byte && *at == ' ')
		at++;
	len = byte - at;
	end = memchr(at, ' ', len);
	if (*byte == ' ')
		return end || !len ? MAILGUARD_ACTION_PASS :
				     judge_name(profile, at, len);
	if (!len && *at == '[')
		return profile->action[MAILGUARD_A_ACTIONS_HELO_LITERAL];
	return first_of(profile, true, false, true) &&
	       (end || len >= 255 || !is_domain(at, len + 1) ||
		memchr(at, ']', len)) ? first_of(profile, true, false, true) :
					MAILGUARD_ACTION_PASS;
}

/* The same at the end of the line. */
static enum mailguard_action judge_name_end(const struct profile *profile,
					    const u8 *at, const u8 *end)
{
	const u8 *blank;

	while (at < end && *at == ' ')
		at++;
	blank = memchr(at, ' ', end - at);
	return judge_name(profile, at, (blank ?: end) - at);
}

static bool utf8_goes_on(struct path *path, u8 byte)
{
	if (path->due) {
		u8 lead = path->lead;

		path->due--;
		path->lead = 0;
		return byte >= (lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 :
				0x80) &&
		       byte < (lead == 0xed ? 0xa0 : lead == 0xf4 ? 0x90 :
			       0xc0);
	}
	path->lead = byte;
	if (byte >= 0xc2 && byte < 0xe0)
		path->due = 1;
	else if (byte >= 0xe0 && byte < 0xf0)
		path->due = 2;
	else if (byte >= 0xf0 && byte < 0xf5)
		path->due = 3;
	else
		return byte < 0x80;
	return true;
}

static bool may_stand(struct path *path, bool utf8, u8 byte)
{
	if (byte < 0x80 && !isprint(byte))
		return false;
	return utf8 ? utf8_goes_on(path, byte) : byte < 0x80;
}

/* What follows a CR, or ends the line. */
static bool judge_end(const u8 *line, u32 at, struct judgement *j)
{
	if (line[at] == '\r' && line[at + 1] != '\n')
		return offends(j, at + 1, MAILGUARD_ACTION_DENY);
	return false;
}

static bool ends_word(u8 byte)
{
	return byte == ' ' || byte == '\r' || byte == '\n';
}

/* The mechanism of AUTH, where the policy lists those that pass. */
static bool judge_mechanism(const struct profile *profile, const u8 *line,
			    u32 at, struct judgement *j)
{
	u32 n = 0;

	while (line[at] == ' ')
		at++;
	while (!ends_word(line[at + n]) &&
	       profile_begins_mechanism(profile, line + at, n + 1))
		n++;
	if (ends_word(line[at + n]) &&
	    (!n || profile_mechanism(profile, line + at, n)))
		return false;
	j->mechanism = true;
	return offends(j, at + n, MAILGUARD_ACTION_DENY);
}

/* Does a digit at this place make a declared size too large? */
static bool is_too_large(const struct profile *profile, const u8 *line,
			 u32 begin, u32 at, const bool *in_quotes)
{
	static const char parameter[] = "SIZE=";
	u32 i, from = at, size = 0;

	while (from > begin && isdigit(line[from - 1]) && !in_quotes[from - 1])
		from--;
	if (!profile->size || from < begin + 6 || !isdigit(line[at]) ||
	    (line[from - 6] != ' ' && line[from - 6] != '>') ||
	    strncasecmp((const char *)line + from - 5, parameter, 5))
		return false;
	for (i = from - 6; i <= at; i++)
		if (in_quotes[i])
			return false;
	for (i = from; i <= at && size <= profile->size; i++)
		size = size * 10 + line[i] - '0';
	return size > profile->size;
}

static bool judges_addresses(const struct profile *profile)
{
	unsigned int i;

	for (i = MAILGUARD_A_ACTIONS_PERCENT;
	     i <= MAILGUARD_A_ACTIONS_DOMAIN_LENGTH; i++)
		if (profile->action[i] != MAILGUARD_ACTION_PASS)
			return true;
	return profile->sender_domains.names ||
	       profile->recipient_domains.names;
}

/* What stands before an address. */
static void find_begin(struct path *path, const u8 *text)
{
	const char *prefix = !judge_is_one_of(path->verb, with_path) ? "" :
			     strcmp(path->verb, "RCPT") ? "FROM:" : "TO:";

	for (; *prefix && toupper(*text) == *prefix; prefix++)
		text++;
	path->begin = text;
	path->lacks_prefix = *prefix && judges_addresses(path->profile);
}

static bool judge_text(const struct profile *profile, u8 offered,
		       const u8 *line,
		       u32 at, struct judgement *j)
{
	bool address = judge_is_one_of(j->verb, with_address);
	bool utf8 = address && offered & JUDGE_SMTPUTF8;
	static bool in_quotes[65536];
	struct path path = {
		.profile = profile, .verb = j->verb, .line = line,
		.in_quotes = in_quotes,
	};
	u32 begin = at;

	find_begin(&path, line + at);
	j->helo = profile_judges_helo(profile) &&
		  judge_is_one_of(j->verb, hello);
	for (; line[at] != '\r' && line[at] != '\n'; at++) {
		enum mailguard_action action, other;

		if (!may_stand(&path, utf8, line[at]))
			return offends(j, at, MAILGUARD_ACTION_DENY);
		action = j->helo ? judge_name_at(profile, line + begin,
						 line + at) :
				   MAILGUARD_ACTION_PASS;
		if (action != MAILGUARD_ACTION_PASS)
			return offends(j, at, action);
		if (!address)
			continue;
		if (path.lacks_prefix && line + at == path.begin) {
			j->domain = domains_of(&path);
			return offends(j, at, MAILGUARD_ACTION_DENY);
		}
		in_quotes[at] = path.quoted;
		if (judge_is_one_of(j->verb, mailing) &&
		    is_too_large(profile, line, begin, at, in_quotes)) {
			j->size = true;
			return offends(j, at, MAILGUARD_ACTION_DENY);
		}
		other = judge_address(&path, line + at);
		action = judge_path(profile, &path, line[at]);
		if (path.open && at < j->bracket)
			j->bracket = at;
		if (action != MAILGUARD_ACTION_DENY &&
		    action != MAILGUARD_ACTION_RESET) {
			j->domain = path.domain;
			action = other;
		}
		if (action != MAILGUARD_ACTION_PASS)
			return offends(j, at, action);
	}
	/* Servers may do without a bracket that a check waited for. */
	if (path.open && judge_is_one_of(j->verb, with_path) &&
	    (profile->action[MAILGUARD_A_ACTIONS_NO_DOMAIN] !=
		     MAILGUARD_ACTION_PASS || domains_of(&path)))
		return offends(j, at, MAILGUARD_ACTION_RESET);
	if (j->helo && judge_name_end(profile, line + begin, line + at))
		return offends(j, at, judge_name_end(profile, line + begin,
						     line + at));
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
	unsigned long bytes = strtoul((const char *)text, NULL, 10);

	if (!n || n > 10 || bytes > COUNT_MAX)
		return false;
	j->bytes = bytes;
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

static bool judge_argument(const struct profile *profile, u8 offered,
			   const u8 *line, u32 at, struct judgement *j)
{
	if (judge_is_one_of(j->verb, counting)) {
		/* The server must see this end of the line, and no other. */
		if (line[at] == ' ' && is_count(j, line + at + 1))
			return false;
		return offends(j, j->offence - 1, MAILGUARD_ACTION_RESET);
	}
	if (profile->mechanisms && line[at] == ' ' &&
	    judge_is_one_of(j->verb, long_responses) &&
	    judge_mechanism(profile, line, at, j))
		return true;
	if (line[at] == ' ')
		at++;
	return judge_text(profile, offered, line, at, j);
}

static bool is_over(u8 over, const char *verb)
{
	return (over & JUDGE_RCPT && !strcmp(verb, "RCPT")) ||
	       (over & JUDGE_HELO && judge_is_one_of(verb, after_helo)) ||
	       (over & JUDGE_MAIL && judge_is_one_of(verb, mailing));
}

/* The policy without the verbs that are beyond a limit. */
static struct profile without(const struct profile *profile, u8 over)
{
	static const char *verbs[64];
	struct profile less = *profile;
	const char * const *verb;
	u32 n = 0;

	for (verb = profile->verbs; *verb; verb++)
		if (!is_over(over, *verb))
			verbs[n++] = *verb;
	verbs[n] = NULL;
	less.verbs = verbs;
	return less;
}

/* Verbs beyond a limit that begin so. */
static bool begins_over(const struct profile *profile, u8 over, const u8 *bytes,
			u32 len)
{
	static const char * const any[] = {
		"RCPT", "MAIL", "SEND", "SOML", "SAML", "AUTH", "X-EXPS",
		"STARTTLS", "X-ANONYMOUSTLS", NULL
	};
	const char * const *verb;

	for (verb = any; *verb; verb++)
		if (is_over(over, *verb) && len <= strlen(*verb) &&
		    !strncasecmp(*verb, (const char *)bytes, len) &&
		    profile_verb(profile, (const u8 *)*verb, strlen(*verb)))
			return true;
	return false;
}

static bool begins_noop(const struct profile *profile, u8 over, const u8 *bytes,
			u32 len)
{
	return begins_over(profile, over, bytes, len) ||
	       profile_begins_verdict(profile, MAILGUARD_VERDICT_NOOP, bytes,
				      len);
}

bool judge_may_be_noop(const struct profile *profile, u8 over, u8 first)
{
	return begins_noop(profile, over, &first, 1);
}

bool judge_may_need_helo(const struct profile *profile, u8 first)
{
	return begins_over(profile, JUDGE_HELO, &first, 1);
}

/* Is this a line that becomes NOOP, as soon as it can be no permitted one? */
static bool becomes_noop(const struct profile *profile,
			 const struct profile *now, u8 over, const u8 *line)
{
	u32 n = 1;

	while (begins_noop(profile, over, line, n) &&
	       profile_begins_verb(now, line, n))
		n++;
	return begins_noop(profile, over, line, n);
}

/* Is a line NOOP that is denied at its first byte? */
static bool is_noop(const struct profile *profile, u8 over, const u8 *line)
{
	if (profile_begins_verdict(profile, MAILGUARD_VERDICT_NOOP, line, 1))
		return true;
	if (profile_begins_verdict(profile, MAILGUARD_VERDICT_X, line, 1))
		return false;
	return profile->noop || begins_over(profile, over, line, 1);
}

static u32 word_len(const u8 *line)
{
	u32 n = 0;

	while (isalnum(line[n]) || line[n] == '-' || line[n] == '_')
		n++;
	return n;
}

/* A LF that ends no line ends what is known of the verb, too. */
static bool is_bare(const struct profile *profile, const u8 *line, u32 at)
{
	return line[at] == '\n' &&
	       profile->action[MAILGUARD_A_ACTIONS_BARE_LF] !=
		       MAILGUARD_ACTION_PASS;
}

u8 judge_over(const struct profile *profile, u8 over, const u8 *line, u32 len)
{
	const char *verb;
	u32 n = word_len(line);

	if (is_bare(profile, line, n))
		return 0;
	verb = profile_verb(profile, line, n);
	if (!verb || !is_over(over, verb))
		return 0;
	if (is_over(over & JUDGE_HELO, verb))
		return JUDGE_HELO;
	return strcmp(verb, "RCPT") ? JUDGE_MAIL : JUDGE_RCPT;
}

const char *judge_denied_verb(const struct profile *profile,
			      const struct judgement *j, const u8 *line)
{
	const char * const *verb;
	u32 n = word_len(line);

	if (j->verb || j->offence >= n || is_bare(profile, line, n))
		return NULL;
	for (verb = profile->verbs; *verb; verb++)
		if (strlen(*verb) == n &&
		    !strncasecmp(*verb, (const char *)line, n))
			return *verb;
	return profile_verdict(profile, line, n) ?
		       profile_verdict(profile, line, n)->verb : NULL;
}

const struct profile_verdict *judge_verdict(const struct profile *profile,
					    const struct judgement *j,
					    const u8 *line)
{
	u32 n = word_len(line);

	if (j->verb || j->offence >= n || is_bare(profile, line, n))
		return NULL;
	return profile_verdict(profile, line, n);
}

bool judge_mails(const char *verb)
{
	return judge_is_one_of(verb, mailing);
}

bool judge_needs_tls(const struct profile *profile, const u8 *line)
{
	u32 n = word_len(line);

	return !is_bare(profile, line, n) &&
	       profile_needs_tls(profile, line, n);
}

static bool judge_verb(const struct profile *profile, u8 offered,
		       const u8 *line,
		       struct judgement *j)
{
	u32 n = 0;

	for (; line[n] != ' ' && line[n] != '\r' && line[n] != '\n'; n++)
		if (!profile_begins_verb(profile, line, n + 1))
			return offends(j, n, MAILGUARD_ACTION_DENY);
	j->verb = profile_verb(profile, line, n);
	j->verb_len = n;
	if (!j->verb)
		return offends(j, n, line[n] == ' ' ? MAILGUARD_ACTION_DENY :
			       profile->action[MAILGUARD_A_ACTIONS_TRUNCATED]);
	if (!strcmp(j->verb, "BDAT") && !(offered & JUDGE_CHUNKING)) {
		j->verb = NULL;
		return offends(j, n, MAILGUARD_ACTION_DENY);
	}
	return judge_argument(profile, offered, line, n, j);
}

static bool is_word(const char *word, const u8 *line, u32 len)
{
	return strlen(word) == len &&
	       !strncasecmp(word, (const char *)line, len);
}

/* The first word of HTTP, SSH or TLS. */
static bool is_foreign(const u8 *line, u32 len)
{
	static const char * const words[] = {
		"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS",
		"TRACE", "PATCH", "PRI", "SSH-1", "SSH-2", "\26", NULL
	};
	const char * const *word;

	for (word = words; *word; word++)
		if (is_word(*word, line, len ? len : 1))
			return true;
	return false;
}

/* A denied line, and the server would take what follows for what it is. */
static void judge_announced(const struct profile *profile, u8 offered,
			    const u8 *line, struct judgement *j)
{
	u32 n = 0;

	while (isalnum(line[n]) || line[n] == '-' || line[n] == '_')
		n++;
	if (j->verb || j->offence > n || !j->action)
		return;
	if ((is_word("BDAT", line, n) && offered & JUDGE_CHUNKING) ||
	    (is_word("XEXCH50", line, n) && offered & JUDGE_XEXCH50) ||
	    (is_foreign(line, n) && !profile_verdict(profile, line, n)))
		j->action = MAILGUARD_ACTION_RESET;
}

void judge_command(const struct profile *profile, u8 offered, u8 over,
		   u8 first, const u8 *line, u32 len, struct judgement *j)
{
	struct profile now = without(profile, over);
	const struct profile_verdict *verdict;

	*j = (struct judgement){ .offence = len, .bracket = len };
	judge_verb(&now, offered, line, j);
	if (j->offence && !j->verb && first != line[0] &&
	    becomes_noop(profile, &now, over, line)) {
		j->offence = 0;
		j->action = MAILGUARD_ACTION_DENY;
	}
	j->noop = !j->offence && is_noop(profile, over, line);
	judge_bare_lf(profile, line, j);
	judge_announced(profile, offered, line, j);
	verdict = judge_verdict(profile, j, line);
	if (verdict && verdict->verdict == MAILGUARD_VERDICT_RESET)
		j->action = MAILGUARD_ACTION_RESET;
}

void judge_response(const struct profile *profile, const u8 *line, u32 len,
		    struct judgement *j)
{
	u32 at = 0;

	*j = (struct judgement){ .offence = len, .noop = profile->noop };
	while (isalnum(line[at]) || (line[at] && strchr("+/=*", line[at])))
		at++;
	if (line[at] != '\r' && line[at] != '\n')
		offends(j, at, MAILGUARD_ACTION_DENY);
	else
		judge_end(line, at, j);
	judge_bare_lf(profile, line, j);
}

/* A byte before the offence. */
static bool is_sent(const struct profile *profile, const struct judgement *j,
		    u8 first, u32 at, u8 byte, u8 sent)
{
	enum mailguard_actions_attr check = byte == '|' ?
		MAILGUARD_A_ACTIONS_PIPE : MAILGUARD_A_ACTIONS_BRACKETS;

	if (profile->downgrade && toupper(first) == 'E' && at < 4 &&
	    isalpha(byte))
		return toupper(sent) == "HELO"[at] &&
		       !islower(sent) == !islower(byte);
	if (sent == byte)
		return true;
	return sent == ' ' && strchr("|<>", byte) && j->verb &&
	       profile->action[check] == MAILGUARD_ACTION_BLANK &&
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
			   u8 byte, u8 sent)
{
	if (byte == '\r')
		return sent == '\r';
	if (noop)
		return sent == (at < 4 ? "NOOP"[at] : ' ');
	return sent == fill(j);
}

const char *judge_sent(const struct profile *profile, const struct judgement *j,
		       const u8 *line, const u8 *sent, u32 len)
{
	bool noop = j->noop && !j->offence && line[0] != '\r' &&
		    line[0] != '\n';
	u32 i;

	for (i = 0; i < len; i++)
		if (i < j->offence) {
			if (!is_sent(profile, j, line[0], i, line[i], sent[i]))
				return "a byte of a command was changed";
		} else if (i + 1 < len &&
			   !is_overwritten(j, noop, i, line[i], sent[i])) {
			return "a byte behind an offence went on";
		}
	return NULL;
}

/* As a lenient server reads it: blanks, CR and NUL before it do not matter. */
const char *judge_verb_sent(const struct profile *profile, const u8 *sent,
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
	if (profile_verb(profile, sent, n) && !profile->downgrade)
		return NULL;
	for (name = real; *name; name++) {
		bool permitted = profile_verb(profile, (const u8 *)*name,
					      strlen(*name)) ||
				 (profile->noop && !strcmp(*name, "NOOP"));

		if (!permitted && strlen(*name) == n &&
		    !strncasecmp(*name, (const char *)sent, n))
			return "a denied verb reached the server";
	}
	return NULL;
}
