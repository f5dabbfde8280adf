// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "model.h"

static void fault(struct model *m, const char *what)
{
	if (m->fault)
		return;
	m->fault = what;
	m->fault_at = m->at;
}

static void await(struct model *m, enum model_await what,
		  enum mailguard_state state)
{
	m->await[m->awaited++] = what;
	m->state = state;
}

static enum model_await awaited(const struct model *m)
{
	return m->answered < m->awaited ? m->await[m->answered] : MODEL_NOTHING;
}

static bool awaits(const struct model *m, enum model_await what)
{
	return m->answered < m->awaited &&
	       memchr(m->await + m->answered, what, m->awaited - m->answered);
}

void model_init(struct model *m, const struct manner *manner)
{
	memset(m, 0, offsetof(struct model, await));
	m->command.len = 0;
	m->reply.len = 0;
	m->content.len = 0;
	m->manner = manner;
	m->frames = 0xcbf29ce484222325;
	await(m, MODEL_GREETING, MAILGUARD_STATE_GREETING);
}

/* Here one unit ends, and this is what comes next. */
static void frame(struct model *m)
{
	m->frames = (m->frames ^ m->at) * 0x100000001b3;
	m->frames = (m->frames ^ m->state) * 0x100000001b3;
}

static void line_add(struct model_line *line, const struct octet *octet)
{
	line->said[line->len] = octet->said;
	line->sent[line->len++] = octet->sent;
	line->said[line->len] = '\0';
	line->sent[line->len] = '\0';
}

static void octets_begin(struct model *m, enum model_await what)
{
	await(m, what, MAILGUARD_STATE_CHUNK);
	if (!m->octets)
		m->state = MAILGUARD_STATE_COMMAND;
}

static void command_passed(struct model *m)
{
	static const struct {
		const char *verb;
		enum model_await what;
		enum mailguard_state state;
	} followed[] = {
		{ "HELO", MODEL_HELLO, MAILGUARD_STATE_COMMAND },
		{ "EHLO", MODEL_HELLO, MAILGUARD_STATE_COMMAND },
		{ "MAIL", MODEL_MAIL, MAILGUARD_STATE_COMMAND },
		{ "SEND", MODEL_MAIL, MAILGUARD_STATE_COMMAND },
		{ "SOML", MODEL_MAIL, MAILGUARD_STATE_COMMAND },
		{ "SAML", MODEL_MAIL, MAILGUARD_STATE_COMMAND },
		{ "RCPT", MODEL_RCPT, MAILGUARD_STATE_COMMAND },
		{ "XCLIENT", MODEL_XCLIENT, MAILGUARD_STATE_COMMAND },
		{ "DATA", MODEL_DATA, MAILGUARD_STATE_DATA },
		{ "XEXCH50", MODEL_EXCH50, MAILGUARD_STATE_EXCH50 },
		{ "AUTH", MODEL_AUTH, MAILGUARD_STATE_AUTH },
		{ "X-EXPS", MODEL_AUTH, MAILGUARD_STATE_AUTH },
		{ "STARTTLS", MODEL_TLS, MAILGUARD_STATE_STARTTLS },
		{ "X-ANONYMOUSTLS", MODEL_TLS, MAILGUARD_STATE_STARTTLS },
	};
	const char *verb = m->judgement.verb;
	unsigned int i;

	m->passed++;
	m->octets = m->judgement.octets;
	if (!strcmp(verb, "BDAT")) {
		octets_begin(m, m->judgement.last ? MODEL_MESSAGE :
						    MODEL_COMMAND);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(followed); i++)
		if (!strcmp(verb, followed[i].verb)) {
			await(m, followed[i].what, followed[i].state);
			return;
		}
	await(m, MODEL_COMMAND, MAILGUARD_STATE_COMMAND);
}

static void judge(struct model *m, bool response)
{
	struct model_line *line = &m->command;
	const char *what = NULL;
	u16 limit;

	if (response) {
		judge_response(m->manner, line->said, line->len,
			       &m->judgement);
		limit = MAILGUARD_LINE_MAX;
	} else {
		judge_command(m->manner, m->offered_before, line->said,
			      line->len, &m->judgement);
		limit = judge_limit(m->manner, m->judgement.verb);
		what = judge_verb_sent(m->manner, line->sent, line->len);
	}
	if (what)
		fault(m, what);
	what = judge_sent(m->manner, &m->judgement, line->said, line->sent,
			  line->len);
	if (what)
		fault(m, what);
	if (line->len > limit)
		fault(m, "a line is too long");
	if (m->judgement.action == MAILGUARD_ACTION_RESET)
		fault(m, "a line should have ended the connection");
}

static void command_ends(struct model *m)
{
	bool response = m->state == MAILGUARD_STATE_RESPONSE;
	bool denied;

	judge(m, response);
	denied = m->judgement.action == MAILGUARD_ACTION_DENY;
	m->denied += denied;
	if (response)
		await(m, MODEL_AUTH, MAILGUARD_STATE_AUTH);
	else if (denied)
		await(m, MODEL_DENIED, MAILGUARD_STATE_COMMAND);
	else
		command_passed(m);
	m->command.len = 0;
	frame(m);
}

static void command_begins(struct model *m, const struct octet *octet)
{
	const struct manner *manner = m->manner;

	m->offered_before = m->offered;
	if (awaited(m) != MODEL_NOTHING &&
	    manner->action[MAILGUARD_A_ACTIONS_PIPELINING] ==
		    MAILGUARD_ACTION_HOLD)
		fault(m, "a command came before the reply to another");
	if (toupper(octet->said) == 'B' &&
	    (awaits(m, MODEL_HELLO) || awaits(m, MODEL_XCLIENT)))
		fault(m, "what may be BDAT came before the reply to EHLO");
}

static void command(struct model *m, const struct octet *octet)
{
	if (!m->command.len)
		command_begins(m, octet);
	line_add(&m->command, octet);
	if (octet->sent == '\n')
		command_ends(m);
}

/* A dot alone in its line, as servers see it that know no CR and no NUL. */
static bool is_dot(const struct model_line *line)
{
	u32 i, dots = 0;

	for (i = 0; i < line->len; i++)
		if (line->sent[i] == '.')
			dots++;
		else if (line->sent[i] && !strchr("\r\n", line->sent[i]))
			return false;
	return dots == 1;
}

static bool is_line(const struct model_line *line, const char *text)
{
	return line->len == strlen(text) &&
	       !memcmp(line->sent, text, line->len);
}

static bool ends_lf_data(const struct model *m, const struct model_line *line)
{
	return m->manner->action[MAILGUARD_A_ACTIONS_END_OF_DATA] ==
		       MAILGUARD_ACTION_LF &&
	       (is_line(line, ".\n") || is_line(line, ".\r\n"));
}

/* Behind a lone dot, what would be a step to a false end. */
static bool becomes_blank(const struct model *m, u8 octet)
{
	const struct model_line *line = &m->content;
	bool crlf = m->content_crlf;

	if (m->manner->action[MAILGUARD_A_ACTIONS_END_OF_DATA] !=
		    MAILGUARD_ACTION_DEFANG ||
	    (octet && octet != '\r' && octet != '\n') || !is_dot(line))
		return false;
	if (crlf && is_line(line, "."))
		return octet != '\r';
	if (crlf && is_line(line, ".\r"))
		return octet != '\n';
	return true;
}

static void content(struct model *m, const struct octet *octet)
{
	struct model_line *line = &m->content;
	bool crlf;

	m->blank = becomes_blank(m, octet->said);
	if (m->blank && octet->sent != ' ')
		fault(m, "a false end was not defanged");
	line_add(line, octet);
	if (octet->sent != '\n')
		return;
	crlf = line->len > 1 && line->sent[line->len - 2] == '\r';
	if (m->content_crlf && is_line(line, ".\r\n"))
		await(m, MODEL_MESSAGE, MAILGUARD_STATE_COMMAND);
	else if (ends_lf_data(m, line))
		await(m, MODEL_LF_MESSAGE, MAILGUARD_STATE_DATA);
	else if (is_dot(line))
		fault(m, "some servers see an end of data here");
	m->content_crlf = crlf;
	line->len = 0;
	frame(m);
}

static void chunk(struct model *m)
{
	if (--m->octets)
		return;
	m->state = MAILGUARD_STATE_COMMAND;
	frame(m);
}

static void header_ends(struct model *m, struct model_records *r)
{
	u32 len = r->header[3] << 8 | r->header[4];

	if (r->header[0] < 20 || r->header[0] > 24 || r->header[1] != 3 ||
	    r->header[2] > 4 || len > 16384 + 2048 ||
	    (!r->begun && r->header[0] != 21 && r->header[0] != 22))
		fault(m, "this is no TLS record");
	r->begun = true;
	r->left = len;
	r->seen = len ? 5 : 0;
}

static void tls(struct model *m, const struct octet *octet)
{
	struct model_records *r = &m->records[octet->dir];

	if (octet->dir == SMTP_SERVER && !m->records[SMTP_CLIENT].begun)
		fault(m, "a server speaks TLS before it is spoken to");
	m->plain = r->seen < 5;
	if (m->plain) {
		r->header[r->seen++] = octet->sent;
		if (r->seen == 5)
			header_ends(m, r);
	} else if (!--r->left) {
		r->seen = 0;
		frame(m);
	}
}

static bool is_opaque(const struct model *m)
{
	return m->state == MAILGUARD_STATE_CONTENT ||
	       m->state == MAILGUARD_STATE_CHUNK ||
	       m->state == MAILGUARD_STATE_TLS;
}

static bool is_v1(const u8 *text)
{
	char family, from[108], to[108], again[108];
	unsigned int from_port, to_port;
	u8 address[16];
	int af;

	if (!strncmp((const char *)text, "PROXY UNKNOWN", 13) &&
	    (text[13] == ' ' || text[13] == '\r'))
		return true;
	if (sscanf((const char *)text, "PROXY TCP%c %107s %107s %5u %5u\r\n",
		   &family, from, to, &from_port, &to_port) != 5)
		return false;
	/* Nothing more, and no zeroes in front. */
	snprintf(again, sizeof(again), "PROXY TCP%c %s %s %u %u\r\n", family,
		 from, to, from_port, to_port);
	af = family == '4' ? AF_INET : AF_INET6;
	return !strcmp(again, (const char *)text) && from_port <= 65535 &&
	       to_port <= 65535 && (family == '4' || family == '6') &&
	       inet_pton(af, from, address) == 1 &&
	       inet_pton(af, to, address) == 1;
}

static bool is_v2(const u8 *octets, u32 len)
{
	u32 least = octets[13] == 0x11 ? 12 : octets[13] == 0x21 ? 36 :
		    octets[13] == 0x31 ? 216 : 0;
	u32 i;

	if (octets[12] == 0x20)
		least = 0;
	for (i = 15; i + 2 < len; i++)
		if (octets[i] == '\r' && octets[i + 1] == '\n' &&
		    isalpha(octets[i + 2]))
			return false;
	return (octets[12] == 0x20 || octets[12] == 0x21) &&
	       (least || !octets[13] || octets[12] == 0x20) &&
	       len >= 16 + least && len <= 16 + 2048;
}

/* Judged whole, at its end. */
static void from_proxy(struct model *m, const struct octet *octet)
{
	struct model_line *line = &m->command;
	const u8 *text = line->sent;
	u32 len;

	line_add(line, octet);
	len = line->len;
	m->preamble_over = len >= 2 && text[0] == 'P' && text[len - 1] == '\n';
	if (m->preamble_over && (len > 107 || !is_v1(text)))
		fault(m, "this is no preamble of version 1");
	if (len < 16 || text[0] != '\r') {
		if (!strchr("P\r", text[0]) || (text[0] == 'P' && len > 106 &&
						!m->preamble_over))
			fault(m, "this is no preamble");
		goto out;
	}
	m->preamble_over = len == 16U + (text[14] << 8 | text[15]);
	if (memcmp(text, "\r\n\r\n\0\r\nQUIT\n", 12) ||
	    (m->preamble_over && !is_v2(text, len)))
		fault(m, "this is no preamble of version 2");
out:
	if (!m->preamble_over)
		return;
	line->len = 0;
	frame(m);
}

static bool may_be_preamble(const struct model *m)
{
	return m->state == MAILGUARD_STATE_GREETING && !m->preamble_over &&
	       m->manner->action[MAILGUARD_A_ACTIONS_PROXY_PROTOCOL] ==
		       MAILGUARD_ACTION_ACCEPT;
}

static void from_client(struct model *m, const struct octet *octet)
{
	m->plain = !is_opaque(m);
	m->blank = false;
	if (may_be_preamble(m)) {
		from_proxy(m, octet);
		return;
	}
	switch (m->state) {
	case MAILGUARD_STATE_COMMAND:
	case MAILGUARD_STATE_RESPONSE:
		command(m, octet);
		break;
	case MAILGUARD_STATE_CONTENT:
		content(m, octet);
		break;
	case MAILGUARD_STATE_CHUNK:
		chunk(m);
		break;
	case MAILGUARD_STATE_TLS:
		tls(m, octet);
		break;
	default:
		fault(m, "the client went on before the server's word");
		break;
	}
}

/* How many of the first four octets are as those of a reply. */
static u32 reply_prefix(const struct model_line *line)
{
	const u8 *said = line->said;
	u32 n;

	for (n = 0; n < 3 && n < line->len; n++)
		if (said[n] < (n ? '0' : '2') || said[n] > (n ? '9' : '5'))
			return n;
	return n == 3 && n < line->len ? 4 : n;
}

static bool is_prefix(const struct model_line *line, u8 octet, const char *code)
{
	return !memcmp(line->said, code, line->len) &&
	       octet == (u8)code[line->len];
}

/* Is a code with this octet what the dialogue calls for? */
static bool is_expected(const struct model *m, u8 octet)
{
	const struct model_line *line = &m->reply;
	u8 first = line->len ? line->said[0] : octet;

	switch (awaited(m)) {
	case MODEL_NOTHING:
		return first == '4' || line->len ||
		       (first == '5' && is_opaque(m));
	case MODEL_MESSAGE:
	case MODEL_LF_MESSAGE:
		/* Whatever it is, the server has the mail. */
		return true;
	case MODEL_DATA:
	case MODEL_EXCH50:
		return first != '3' || is_prefix(line, octet, "354");
	case MODEL_AUTH:
		return first != '3' || is_prefix(line, octet, "334");
	default:
		return line->len || octet != '3';
	}
}

static u8 code_digit(unsigned int code, u32 at)
{
	return '0' + (at == 0 ? code / 100 : at == 1 ? code / 10 : code) % 10;
}

/* @prefix: octets of the line that are as those of a reply. */
static u8 laid(const struct manner_overlay *overlay,
	       const struct model_line *line, u32 prefix, u32 at)
{
	u8 octet = line->said[at];

	if (octet == '\r' || octet == '\n')
		return octet;
	if (at == 3 && prefix == 4)
		return octet == '-' ? '-' : ' ';
	if (at < 3 && at < prefix)
		return overlay->code && line->said[0] != '4' ?
			       code_digit(overlay->code, at) : octet;
	if (prefix == 4 && at - 4 < strlen(overlay->text))
		return overlay->text[at - 4];
	return octet && octet < 128 && strchr(overlay->keep, octet) ?
		       octet : (u8)overlay->fill;
}

static const struct manner_overlay *overlay_of(const struct model *m)
{
	const struct model_line *line = &m->reply;
	bool code = reply_prefix(line) >= 3;

	switch (m->reply_to) {
	case MODEL_GREETING:
		return &m->manner->banner;
	case MODEL_XCLIENT:
		return code && !memcmp(line->said, "220", 3) ?
			       &m->manner->banner : NULL;
	case MODEL_DENIED:
		return code && !memcmp(line->said, "421", 3) ?
			       NULL : &m->manner->denied;
	default:
		return NULL;
	}
}

static bool is_keyword_letter(u8 octet)
{
	return isalnum(octet) || octet == '-' || octet == '_';
}

/* The keyword of a line's text: where it begins, and its length. */
static u32 find_keyword(const u8 *text, u32 *len)
{
	u32 begin = 0;

	while (text[begin] && strchr(" \t=", text[begin]))
		begin++;
	for (*len = 0; is_keyword_letter(text[begin + *len]);)
		++*len;
	return begin;
}

/* What a line of the reply to EHLO becomes; @text is behind its code. */
static void mask_keyword(struct model *m, u8 *text)
{
	u32 len, begin = find_keyword(text, &len);
	u8 *end = text + begin + len;
	u32 turn = m->masked / 26;

	if (!manner_masks(m->manner, text + begin, len))
		return;
	memset(text + begin, 'X', len);
	end[-1] = 'A' + m->masked % 26;
	if (turn)
		end[-2] = 'A' + (turn - 1) % 23;
	m->masked++;
	if (*end != '\r' && *end != '\n')
		*end = ' ';
	while (*end++ != '\n')
		if (*end != '\r' && *end != '\n')
			*end = 'X';
}

static void check_keyword(struct model *m)
{
	const struct model_line *line = &m->reply;
	static u8 wanted[MODEL_MAX + 1];

	if (awaited(m) != MODEL_HELLO || !m->offer_line ||
	    reply_prefix(line) < 4)
		return;
	memcpy(wanted, line->said, line->len);
	if (m->forced) {
		u32 len, begin = find_keyword(line->sent + 4, &len);

		if (manner_masks(m->manner, line->sent + 4 + begin, len))
			fault(m, "a denied keyword passed");
		return;
	}
	mask_keyword(m, wanted + 4);
	if (memcmp(wanted, line->sent, line->len))
		fault(m, "a keyword is not as the policy has it");
}

/* The whole line, but where the question came in the middle of it. */
static void check_overlay(struct model *m)
{
	const struct manner_overlay *overlay = overlay_of(m);
	const struct model_line *line = &m->reply;
	u32 i, prefix = reply_prefix(line);

	if (awaited(m) != m->reply_to || m->reply_to == MODEL_HELLO)
		return;
	for (i = 0; i < line->len; i++) {
		u8 octet = line->said[i];

		if (overlay && overlay->text)
			octet = laid(overlay, line, prefix, i);
		if (line->sent[i] != octet)
			fault(m, "a reply is not as the policy has it");
	}
}

/* "250-CHUNKING", "250-AUTH=LOGIN" */
static void read_offer(struct model *m)
{
	const char *text = (const char *)m->reply.said + 4;
	u32 len;

	text += find_keyword((const u8 *)text, &len);
	if (len == 8 && !strncasecmp(text, "CHUNKING", len))
		m->offer |= JUDGE_CHUNKING;
	if (len == 8 && !strncasecmp(text, "SMTPUTF8", len))
		m->offer |= JUDGE_SMTPUTF8;
	if (len == 7 && !strncasecmp(text, "XEXCH50", len))
		m->offer |= JUDGE_XEXCH50;
	if (len == 4 && !strncasecmp(text, "PRDR", len))
		m->offer |= JUDGE_PRDR;
}

static void tls_begins(struct model *m)
{
	m->state = MAILGUARD_STATE_TLS;
	memset(m->records, 0, sizeof(m->records));
}

static void content_begins(struct model *m)
{
	m->state = MAILGUARD_STATE_CONTENT;
	m->content.len = 0;
	m->content_crlf = true;
}

static void answered(struct model *m, enum model_await what, int code)
{
	if (what == MODEL_HELLO) {
		if (code / 100 == 2)
			m->offered = m->offer;
		m->offer = 0;
		m->masked = 0;
		m->offer_line = false;
	}
	if (what == MODEL_XCLIENT && code == 220)
		m->offered = 0;
	if (what == MODEL_MAIL && code / 100 == 2)
		m->recipients = 0;
	if (what == MODEL_RCPT && code / 100 == 2)
		m->recipients++;
	if (what == MODEL_MESSAGE || what == MODEL_LF_MESSAGE) {
		m->taken |= code / 100 == 2 || code / 100 == 3;
		m->recipients = 0;
	}
	if (what == MODEL_COMMAND || what == MODEL_HELLO ||
	    what == MODEL_MAIL || what == MODEL_RCPT || what == MODEL_MESSAGE ||
	    what == MODEL_XCLIENT || what == MODEL_DENIED)
		return;
	m->state = MAILGUARD_STATE_COMMAND;
	if (what == MODEL_DATA && code == 354)
		content_begins(m);
	if (what == MODEL_EXCH50 && code == 354)
		octets_begin(m, MODEL_COMMAND);
	if (what == MODEL_AUTH && code == 334)
		m->state = MAILGUARD_STATE_RESPONSE;
	if (what == MODEL_TLS && code == 220)
		tls_begins(m);
}

/* A 353 leaves a reply for each recipient and one for all to come. */
static bool verdicts_follow(struct model *m, int code)
{
	if (m->verdicts) {
		m->verdicts--;
		return true;
	}
	if (code == 353 && m->offered & JUDGE_PRDR)
		m->verdicts = m->recipients;
	return m->verdicts;
}

static void reply_ends(struct model *m)
{
	enum model_await what = awaited(m);
	const u8 *said = m->reply.said;
	int code = (said[0] * 10 + said[1]) * 10 + said[2] - '0' * 111;

	check_overlay(m);
	check_keyword(m);
	if (reply_prefix(&m->reply) == 4)
		m->more = said[3] == '-';
	if (reply_prefix(&m->reply) == 4 && m->offer_line)
		read_offer(m);
	m->offer_line |= what == MODEL_HELLO;
	if (reply_prefix(&m->reply) == 4 && said[3] != '-' &&
	    what != MODEL_NOTHING &&
	    ((what != MODEL_MESSAGE && what != MODEL_LF_MESSAGE) ||
	     !verdicts_follow(m, code))) {
		m->answered++;
		answered(m, what, code);
	}
	m->reply.len = 0;
	frame(m);
}

/* A reply may begin with blanks, but not a line by which it goes on. */
static bool is_indent(struct model *m, const struct octet *octet)
{
	if (m->reply.len || m->more || (octet->said != ' ' && octet->said != '\t'))
		return false;
	if (octet->sent != octet->said)
		fault(m, "a blank before a reply does not stay");
	return true;
}

static void from_server(struct model *m, const struct octet *octet)
{
	const struct manner *manner = m->manner;

	m->plain = true;
	/* What there was of a preamble is no part of a command. */
	if (!m->preamble_over && m->state == MAILGUARD_STATE_GREETING) {
		m->preamble_over = true;
		m->command.len = 0;
	}
	if (m->state == MAILGUARD_STATE_TLS) {
		tls(m, octet);
		return;
	}
	if (!m->reply.len)
		m->reply_to = awaited(m);
	if (m->reply.len < 3 && !is_expected(m, octet->said) &&
	    (is_opaque(m) || !m->taken) &&
	    (is_opaque(m) || manner->action[MAILGUARD_A_ACTIONS_REPLY] !=
				     MAILGUARD_ACTION_PASS))
		fault(m, "a reply that nothing asked for passed");
	if (is_indent(m, octet))
		return;
	line_add(&m->reply, octet);
	if (octet->said == '\n')
		reply_ends(m);
}

void model_read(struct model *m, const struct octet *octet)
{
	m->at++;
	if (octet->dir == SMTP_CLIENT)
		from_client(m, octet);
	else
		from_server(m, octet);
}
