// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "model.h"
#include "neutral.h"

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

void model_init(struct model *m, const struct profile *profile)
{
	memset(m, 0, offsetof(struct model, await));
	m->command.len = 0;
	m->reply.len = 0;
	m->content.len = 0;
	m->hello.len = 0;
	m->profile = profile;
	m->frames = 0xcbf29ce484222325;
	await(m, MODEL_GREETING, MAILGUARD_STATE_GREETING);
}

/* Here one unit ends, and this is what comes next. */
static void frame(struct model *m)
{
	m->frames = (m->frames ^ m->at) * 0x100000001b3;
	m->frames = (m->frames ^ m->state) * 0x100000001b3;
}

static void line_add(struct model_line *line, const struct byte *byte)
{
	line->said[line->len] = byte->said;
	line->sent[line->len++] = byte->sent;
	line->said[line->len] = '\0';
	line->sent[line->len] = '\0';
}

/* One more of what may be so many: it closes if there were too many before. */
static void count(struct model *m, u32 *number, u32 limit)
{
	if (limit && *number >= limit)
		m->ending = true;
	++*number;
}

static bool has_mail(const struct model *m)
{
	return awaits(m, MODEL_MESSAGE) || awaits(m, MODEL_LF_MESSAGE);
}

static void message_ends(struct model *m)
{
	m->messages++;
	m->junk = 0;
	m->recipients_next = 0;
}

static void bytes_begin(struct model *m, enum model_await what)
{
	await(m, what, MAILGUARD_STATE_CHUNK);
	m->last = what == MODEL_MESSAGE;
	if (m->bytes)
		return;
	m->state = MAILGUARD_STATE_COMMAND;
	if (m->last)
		message_ends(m);
}

/* Verbs of which there were as many as there may be. */
static u8 over(const struct model *m)
{
	const struct profile *profile = m->profile;
	u8 verbs = 0;

	if (profile->recipients && m->recipients_now >= profile->recipients)
		verbs |= JUDGE_RCPT;
	if (profile->messages && m->messages >= profile->messages &&
	    profile->action[MAILGUARD_A_ACTIONS_MESSAGES] ==
		    MAILGUARD_ACTION_DENY)
		verbs |= JUDGE_MAIL;
	if (profile_judges_helo(profile) && !m->greeted)
		verbs |= JUDGE_HELO;
	if (m->mail_begun)
		verbs |= JUDGE_MAIL | JUDGE_RCPT;
	return verbs;
}

/* @len: of the line, to tell a RSET that no server refuses. */
static void count_passed(struct model *m, const char *verb, u32 len)
{
	if (judge_mails(verb)) {
		if (m->profile->messages &&
		    m->messages >= m->profile->messages)
			m->ending = true;
		return;
	}
	if (!strcmp(verb, "RCPT")) {
		m->recipients_now++;
		m->recipients_next++;
		return;
	}
	if (!strcmp(verb, "DATA") || !strcmp(verb, "BDAT") ||
	    !strcmp(verb, "BURL"))
		return;
	if (!strcmp(verb, "RSET") && len <= 6) {
		m->recipients_now = 0;
		m->recipients_next = 0;
		m->mail_begun = false;
	}
	if (!strcmp(verb, "HELO") || !strcmp(verb, "EHLO")) {
		m->mail_begun = false;
		if (!has_mail(m) && !awaits(m, MODEL_HELLO))
			m->recipients_next = 0;
	}
	count(m, &m->junk, m->profile->junk);
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
		{ "BURL", MODEL_MESSAGE, MAILGUARD_STATE_COMMAND },
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
	count_passed(m, verb, m->command.len);
	m->bytes = m->judgement.bytes;
	if (!strcmp(verb, "BDAT")) {
		bytes_begin(m, m->judgement.last ? MODEL_MESSAGE :
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
		judge_response(m->profile, line->said, line->len,
			       &m->judgement);
		limit = MAILGUARD_LINE_MAX;
	} else {
		judge_command(m->profile, m->offered_before, m->over_before,
			      line->sent[0], line->said, line->len,
			      &m->judgement);
		limit = judge_limit(m->profile, m->judgement.verb ?:
				    judge_denied_verb(m->profile, &m->judgement,
						      line->said));
		what = judge_verb_sent(m->profile, line->sent, line->len);
	}
	if (what)
		fault(m, what);
	what = judge_sent(m->profile, &m->judgement, line->said, line->sent,
			  line->len);
	if (what)
		fault(m, what);
	if (line->len > limit)
		fault(m, "a line is too long");
	if (m->judgement.action == MAILGUARD_ACTION_RESET)
		fault(m, "a line should have ended the connection");
}

/* A byte behind the verb was denied. The server may accept the rest of the line. */
static enum model_await denied_session(struct model *m)
{
	if (m->profile->denied.text)
		return MODEL_DENIED_SESSION;
	if (!strcmp(m->judgement.verb, "XCLIENT"))
		return MODEL_XCLIENT;
	if (!has_mail(m) && !awaits(m, MODEL_HELLO))
		m->recipients_next = 0;
	return MODEL_HELLO;
}

static bool begins_session(const char *verb)
{
	return verb && (!strcmp(verb, "HELO") || !strcmp(verb, "EHLO") ||
			!strcmp(verb, "XCLIENT"));
}

/* Which reply will a denied line get? */
static enum model_await denial(struct model *m)
{
	const struct profile_verdict *verdict;
	const struct judgement *j = &m->judgement;
	u8 which = judge_over(m->profile, m->over_before, m->command.said,
			      m->command.len);

	if (j->helo)
		return MODEL_DENIED_HELO;
	if (begins_session(j->verb))
		return denied_session(m);
	if (j->mechanism)
		return MODEL_DENIED_MECHANISM;
	if (j->size)
		return MODEL_DENIED_SIZE;
	if (j->domain)
		return strcmp(j->verb, "RCPT") ? MODEL_DENIED_SENDER :
						 MODEL_DENIED_RECIPIENT;
	if (which == JUDGE_HELO)
		return MODEL_DENIED_NO_HELO;
	if (which)
		return which == JUDGE_RCPT ? MODEL_DENIED_RECIPIENTS :
					     MODEL_DENIED_MESSAGES;
	if (judge_needs_tls(m->profile, m->command.said))
		return MODEL_DENIED_PLAIN;
	verdict = judge_verdict(m->profile, j, m->command.said);
	if (verdict && verdict->reply.text)
		return MODEL_DENIED_VERDICT + (verdict - m->profile->verdicts);
	return MODEL_DENIED;
}

static void command_ends(struct model *m)
{
	bool response = m->state == MAILGUARD_STATE_RESPONSE;
	enum model_await what = MODEL_DENIED;
	bool denied;

	judge(m, response);
	denied = m->judgement.action == MAILGUARD_ACTION_DENY;
	m->denied += denied;
	if (denied && !response)
		what = denial(m);
	if (what == MODEL_DENIED_SIZE)
		m->mail_begun = true;
	if (denied && what != MODEL_DENIED_RECIPIENTS &&
	    what != MODEL_DENIED_MESSAGES)
		count(m, &m->denied_commands, m->profile->denied_commands);
	if (response)
		await(m, MODEL_AUTH, MAILGUARD_STATE_AUTH);
	else if (denied)
		await(m, what, MAILGUARD_STATE_COMMAND);
	else
		command_passed(m);
	m->command.len = 0;
	frame(m);
}

static void command_begins(struct model *m, const struct byte *byte)
{
	const struct profile *profile = m->profile;

	m->offered_before = m->offered;
	m->over_before = over(m);
	m->letter |= byte->said == byte->sent &&
		     judge_may_be_noop(profile, m->over_before, byte->said);
	if (m->ending && has_mail(m))
		fault(m, "a command came behind a limit and a mail");
	if (awaited(m) != MODEL_NOTHING &&
	    profile->action[MAILGUARD_A_ACTIONS_PIPELINING] ==
		    MAILGUARD_ACTION_HOLD)
		fault(m, "a command came before the reply to another");
	if (toupper(byte->said) == 'B' &&
	    (awaits(m, MODEL_HELLO) || awaits(m, MODEL_XCLIENT) ||
	     awaits(m, MODEL_DENIED_SESSION)))
		fault(m, "what may be BDAT came before the reply to EHLO");
	if (m->over_before & JUDGE_HELO && awaits(m, MODEL_HELLO) &&
	    judge_may_need_helo(profile, byte->said))
		fault(m, "what needs HELO came before the reply to it");
	if (awaits(m, MODEL_DENIED_HELO))
		fault(m, "a command came before the reply to a denied HELO");
}

static void command(struct model *m, const struct byte *byte)
{
	if (!m->command.len)
		command_begins(m, byte);
	line_add(&m->command, byte);
	if (byte->sent == '\n')
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
	return m->profile->action[MAILGUARD_A_ACTIONS_END_OF_DATA] ==
		       MAILGUARD_ACTION_LF &&
	       (is_line(line, ".\n") || is_line(line, ".\r\n"));
}

/* Behind a lone dot, what would be a step to a false end. */
static bool becomes_blank(const struct model *m, u8 byte)
{
	const struct model_line *line = &m->content;
	bool crlf = m->content_crlf;

	if (m->profile->action[MAILGUARD_A_ACTIONS_END_OF_DATA] !=
		    MAILGUARD_ACTION_DEFANG ||
	    (byte && byte != '\r' && byte != '\n') || !is_dot(line))
		return false;
	if (crlf && is_line(line, "."))
		return byte != '\r';
	if (crlf && is_line(line, ".\r"))
		return byte != '\n';
	return true;
}

static void content(struct model *m, const struct byte *byte)
{
	struct model_line *line = &m->content;
	bool crlf;

	m->blank = becomes_blank(m, byte->said);
	if (m->blank && byte->sent != ' ')
		fault(m, "a false end was not defanged");
	line_add(line, byte);
	if (byte->sent != '\n')
		return;
	crlf = line->len > 1 && line->sent[line->len - 2] == '\r';
	if (m->content_crlf && is_line(line, ".\r\n")) {
		message_ends(m);
		await(m, MODEL_MESSAGE, MAILGUARD_STATE_COMMAND);
	} else if (ends_lf_data(m, line)) {
		message_ends(m);
		await(m, MODEL_LF_MESSAGE, MAILGUARD_STATE_DATA);
	} else if (is_dot(line)) {
		fault(m, "some servers see an end of data here");
	}
	m->content_crlf = crlf;
	line->len = 0;
	frame(m);
}

static void chunk(struct model *m)
{
	if (--m->bytes)
		return;
	m->state = MAILGUARD_STATE_COMMAND;
	if (m->last)
		message_ends(m);
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

static u32 number_at(const u8 *at, u32 bytes)
{
	u32 number = 0;

	while (bytes--)
		number = number << 8 | *at++;
	return number;
}

/* The version that a ServerHello selects, or 0 if it is not valid. */
static u32 selected_version(const u8 *hello, u32 len)
{
	u32 version = number_at(hello + 4, 2);
	u32 at = 4 + 2 + 32, size;

	if (hello[0] != 2 || len < at + 1)
		return 0;
	at += 1 + hello[at] + 3;
	if (at == len)
		return version;
	if (len < at + 2 || number_at(hello + at, 2) != len - at - 2)
		return 0;
	for (at += 2; at < len; at += 4 + size) {
		if (len < at + 4)
			return 0;
		size = number_at(hello + at + 2, 2);
		if (len < at + 4 + size)
			return 0;
		if (number_at(hello + at, 2) != 43)
			continue;
		if (size != 2)
			return 0;
		version = number_at(hello + at + 4, 2);
	}
	return version;
}

/* A byte in a record of the server's, up to the end of the ServerHello. */
static void hello(struct model *m, const struct byte *byte, u8 type)
{
	struct model_line *line = &m->hello;
	u32 version;

	if (m->version_known || !m->profile->tls_minimum || type == 21)
		return;
	if (type != 22)
		fault(m, "the server sent something else than a ServerHello");
	line_add(line, byte);
	if (line->len < 4 || line->len < 4 + number_at(line->sent + 1, 3))
		return;
	m->version_known = true;
	version = selected_version(line->sent, line->len);
	if (version >> 8 != 3 || (version & 0xff) < m->profile->tls_minimum)
		fault(m, "the version of TLS is too low");
}

static void tls(struct model *m, const struct byte *byte)
{
	struct model_records *r = &m->records[byte->dir];

	if (byte->dir == SMTP_SERVER && !m->records[SMTP_CLIENT].begun)
		fault(m, "a server speaks TLS before it is spoken to");
	m->plain = r->seen < 5;
	if (m->plain) {
		r->header[r->seen++] = byte->sent;
		if (r->seen == 5)
			header_ends(m, r);
		return;
	}
	if (byte->dir == SMTP_SERVER)
		hello(m, byte, r->header[0]);
	if (!--r->left) {
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

/* Does any server take this for the beginning of a command? */
static bool begins_verb(const u8 *bytes, const u8 *end)
{
	u32 len = 0;

	while (bytes < end && (*bytes == ' ' || *bytes == '\t'))
		bytes++;
	while (bytes + len < end && (isalpha(bytes[len]) ||
				     (len && (isdigit(bytes[len]) ||
					      bytes[len] == '-'))))
		len++;
	return len >= 4;
}

static bool is_v2(const u8 *bytes, u32 len)
{
	u32 least = bytes[13] == 0x11 ? 12 : bytes[13] == 0x21 ? 36 :
		    bytes[13] == 0x31 ? 216 : 0;
	u32 i;

	if (bytes[12] == 0x20)
		least = 0;
	for (i = 15; i + 2 < len; i++)
		if (bytes[i] == '\r' && bytes[i + 1] == '\n' &&
		    begins_verb(bytes + i + 2, bytes + len))
			return false;
	return (bytes[12] == 0x20 || bytes[12] == 0x21) &&
	       (least || !bytes[13] || bytes[12] == 0x20) &&
	       len >= 16 + least && len <= 16 + 2048;
}

/* Judged whole, at its end. */
static void from_proxy(struct model *m, const struct byte *byte)
{
	struct model_line *line = &m->command;
	const u8 *text = line->sent;
	u32 len;

	line_add(line, byte);
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
	       m->profile->action[MAILGUARD_A_ACTIONS_PROXY_PROTOCOL] ==
		       MAILGUARD_ACTION_ACCEPT;
}

static void from_client(struct model *m, const struct byte *byte)
{
	m->plain = !is_opaque(m);
	m->blank = false;
	if (m->closing && !m->may_close)
		fault(m, "the client went on behind a 421");
	if (may_be_preamble(m)) {
		from_proxy(m, byte);
		return;
	}
	switch (m->state) {
	case MAILGUARD_STATE_COMMAND:
	case MAILGUARD_STATE_RESPONSE:
		command(m, byte);
		break;
	case MAILGUARD_STATE_CONTENT:
		content(m, byte);
		break;
	case MAILGUARD_STATE_CHUNK:
		chunk(m);
		break;
	case MAILGUARD_STATE_TLS:
		tls(m, byte);
		break;
	default:
		fault(m, "the client went on before the server's word");
		break;
	}
}

/* How many of the first four bytes are as those of a reply. */
static u32 reply_prefix(const struct model_line *line)
{
	const u8 *said = line->said;
	u32 n;

	for (n = 0; n < 3 && n < line->len; n++)
		if (said[n] < (n ? '0' : '2') || said[n] > (n ? '9' : '5'))
			return n;
	return n == 3 && n < line->len ? 4 : n;
}

static bool is_prefix(const struct model_line *line, u8 byte, const char *code)
{
	return !memcmp(line->said, code, line->len) &&
	       byte == (u8)code[line->len];
}

/* Is a code with this byte what the dialogue calls for? */
static bool is_expected(const struct model *m, u8 byte)
{
	const struct model_line *line = &m->reply;
	u8 first = line->len ? line->said[0] : byte;

	switch (awaited(m)) {
	case MODEL_NOTHING:
		return first == '4' || line->len ||
		       (!m->more && (byte == ' ' || byte == '\t')) ||
		       (first == '5' && is_opaque(m));
	case MODEL_MESSAGE:
	case MODEL_LF_MESSAGE:
		/* Whatever it is, the server has the mail. */
		return true;
	case MODEL_DATA:
	case MODEL_EXCH50:
		return first != '3' || is_prefix(line, byte, "354");
	case MODEL_AUTH:
		return first != '3' || is_prefix(line, byte, "334");
	default:
		return line->len || byte != '3';
	}
}

static u8 code_digit(unsigned int code, u32 at)
{
	return '0' + (at == 0 ? code / 100 : at == 1 ? code / 10 : code) % 10;
}

/* @prefix: bytes of the line that are as those of a reply. */
static u8 laid(const struct profile_overlay *overlay,
	       const struct model_line *line, u32 prefix, u32 at)
{
	u8 byte = line->said[at];

	if (byte == '\r' || byte == '\n')
		return byte;
	if (at == 3 && prefix == 4)
		return byte == '-' ? '-' : ' ';
	if (at < 3 && at < prefix)
		return overlay->code &&
		       (line->said[0] != '4' || overlay->code == 421) ?
			       code_digit(overlay->code, at) : byte;
	if (prefix == 4 && at - 4 < strlen(overlay->text))
		return overlay->text[at - 4];
	return byte && byte < 128 && strchr(overlay->keep, byte) ?
		       byte : (u8)overlay->fill;
}

static const struct profile_overlay denied_mechanism = {
	.code = 504,
	.text = "5.5.4 Unrecognized authentication type",
	.fill = ' ',
	.keep = "",
};

static const struct profile_overlay limited[] = {
	[MODEL_DENIED_PLAIN] = {
		.code = 530, .fill = ' ', .keep = "",
		.text = "5.7.0 Must issue a STARTTLS command first",
	},
	[MODEL_DENIED_RECIPIENTS] = {
		.code = 452, .fill = ' ', .keep = "",
		.text = "4.5.3 Too many recipients",
	},
	[MODEL_DENIED_MESSAGES] = {
		.code = 452, .fill = ' ', .keep = "",
		.text = "4.5.3 Too many messages",
	},
	[MODEL_DENIED_SIZE] = {
		.code = 552, .fill = ' ', .keep = "",
		.text = "5.3.4 Message size exceeds fixed limit",
	},
	[MODEL_DENIED_HELO] = {
		.code = 550, .fill = ' ', .keep = "",
		.text = "5.7.1 HELO name denied",
	},
	[MODEL_DENIED_NO_HELO] = {
		.code = 503, .fill = ' ', .keep = "",
		.text = "5.5.1 Send HELO or EHLO first",
	},
	[MODEL_DENIED_SENDER] = {
		.code = 550, .fill = ' ', .keep = "",
		.text = "5.7.1 Sender domain denied",
	},
	[MODEL_DENIED_RECIPIENT] = {
		.code = 550, .fill = ' ', .keep = "",
		.text = "5.7.1 Relaying denied",
	},
};

static const struct profile_overlay closing = {
	.code = 421, .fill = ' ', .keep = "",
	.text = "4.7.0 Limit exceeded, closing connection",
};

static const struct profile_overlay *overlay_of(const struct model *m)
{
	const struct model_line *line = &m->reply;
	bool code = reply_prefix(line) >= 3;
	int verdict;

	if (m->closing)
		return &closing;
	switch (m->reply_to) {
	case MODEL_GREETING:
		return &m->profile->banner;
	case MODEL_XCLIENT:
		return code && !memcmp(line->said, "220", 3) ?
			       &m->profile->banner : NULL;
	case MODEL_DENIED:
	case MODEL_DENIED_SESSION:
		return code && !memcmp(line->said, "421", 3) ?
			       NULL : &m->profile->denied;
	case MODEL_DENIED_MECHANISM:
		return code && !memcmp(line->said, "421", 3) ?
			       NULL : &denied_mechanism;
	case MODEL_DENIED_PLAIN:
	case MODEL_DENIED_RECIPIENTS:
	case MODEL_DENIED_MESSAGES:
	case MODEL_DENIED_SIZE:
	case MODEL_DENIED_HELO:
	case MODEL_DENIED_NO_HELO:
	case MODEL_DENIED_SENDER:
	case MODEL_DENIED_RECIPIENT:
		return code && !memcmp(line->said, "421", 3) ?
			       NULL : &limited[m->reply_to];
	default:
		verdict = m->reply_to - MODEL_DENIED_VERDICT;
		if (verdict < 0 || (code && !memcmp(line->said, "421", 3)))
			return NULL;
		return &m->profile->verdicts[verdict].reply;
	}
}

/* Is the wording of this line replaced, by no overlay of the policy's own? */
static bool is_neutral(const struct model *m)
{
	const struct profile_overlay *overlay = overlay_of(m);
	const u8 *said = m->reply.said;
	bool code = reply_prefix(&m->reply) >= 3;

	if (m->profile->action[MAILGUARD_A_ACTIONS_WORDING] !=
	    MAILGUARD_ACTION_NEUTRAL)
		return false;
	if (m->reply_to == MODEL_GREETING || (overlay && overlay->text) ||
	    (code && !memcmp(said, "334", 3)))
		return false;
	if (m->reply_to == MODEL_XCLIENT && code && !memcmp(said, "220", 3))
		return false;
	return m->reply_to != MODEL_HELLO || !m->offer_line || !code ||
	       said[0] != '2';
}

/* Is this an enhanced status code, or the beginning of one? */
static bool is_enhanced(const char *text, char class)
{
	int part;
	size_t len;

	if (*text++ != class)
		return false;
	for (part = 0; part < 2 && *text; part++) {
		if (*text++ != '.')
			return false;
		len = strspn(text, "0123456789");
		text += len;
		if (len > 3 || (!len && *text))
			return false;
	}
	return !*text;
}

static bool is_domain(const char *text)
{
	for (; isalnum((u8)*text) || (*text && strchr("-._:[]", *text)); text++)
		;
	return !*text;
}

/* The wording of a code; only here the model believes the core. */
static void wording(const u8 *code, u8 *text, u32 len)
{
	struct smtp_reply reply = {
		.code = (code[0] * 10 + code[1]) * 10 + code[2] - '0' * 111,
		.reworded = true,
	};

	memset(text, ' ', len);
	smtp_neutral_text(&reply, false, text, len);
}

/* What the text of a neutral reply becomes. */
static void make_neutral(const struct model *m, u8 *wanted)
{
	const struct model_line *line = &m->reply;
	bool domain = m->reply_to == MODEL_HELLO && line->said[0] == '2';
	static char seen[MODEL_MAX + 1];
	bool ended = false;
	u32 i, len = 0, put = 0;
	u8 text[64];

	wording(line->said, text, sizeof(text));
	for (i = 4; i < line->len; i++) {
		if (wanted[i] == '\r' || wanted[i] == '\n')
			continue;
		if (!ended) {
			seen[len++] = wanted[i] ? wanted[i] : ' ';
			seen[len] = '\0';
			ended = domain ? !is_domain(seen) :
				!is_enhanced(seen, line->said[0]);
			if (ended && len > 1)
				wanted[i] = ' ';
			if (!ended || len > 1)
				continue;
		}
		wanted[i] = put < sizeof(text) ? text[put++] : ' ';
	}
}

static bool is_keyword_letter(u8 byte)
{
	return isalnum(byte) || byte == '-' || byte == '_';
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

/* The longest keyword whose end the guard waits for. */
#define KEYWORD_MAX	24

/* The number that a keyword gets: XXXA to XXXZ, XXAA to XXWZ, XAAA. */
static void number_keyword(u8 *keyword, u32 len, u32 number)
{
	u32 at = len > KEYWORD_MAX ? KEYWORD_MAX : len - 1;

	memset(keyword, 'X', len);
	keyword[at] = 'A' + number % 26;
	for (number /= 26; number && at--; number = (number - 1) / 23)
		keyword[at] = 'A' + (number - 1) % 23;
}

static bool has_mechanisms(const struct model *m, const u8 *keyword, u32 len)
{
	return m->profile->mechanisms &&
	       ((len == 4 && !strncasecmp((const char *)keyword, "AUTH", 4)) ||
		(len == 6 && !strncasecmp((const char *)keyword, "X-EXPS", 6)));
}

/* The next word of a line, and its length; 0 if there is none. */
static u32 next_word(const u8 **text)
{
	u32 len = 0;

	while (**text != '\n' && !is_keyword_letter(**text))
		++*text;
	while (is_keyword_letter((*text)[len]))
		len++;
	return len;
}

static void mask_mechanisms(struct model *m, u8 *text, bool failure)
{
	const u8 *word = text;
	u32 len;

	while (!failure && (len = next_word(&word))) {
		if (!profile_mechanism(m->profile, word, len))
			number_keyword(text + (word - text), len, m->masked++);
		word += len;
	}
}

/* What a line of the reply to EHLO becomes; @text is behind its code. */
static void mask_keyword(struct model *m, u8 *text, bool failure)
{
	u32 len, begin = find_keyword(text, &len);
	u8 *end = text + begin + len;

	if (!profile_masks(m->profile, text + begin, len, failure)) {
		if (has_mechanisms(m, text + begin, len))
			mask_mechanisms(m, end, failure);
		return;
	}
	if (len)
		number_keyword(text + begin, len, m->masked++);
	if (*end != '\r' && *end != '\n')
		*end = ' ';
	while (*end++ != '\n')
		if (*end != '\r' && *end != '\n')
			*end = 'X';
}

/* Has it the form of a masked word? Then a word of this form became itself. */
static bool is_numbered(const u8 *word, u32 len)
{
	u32 x = 0;

	while (x < len && word[x] == 'X')
		x++;
	return len - x < 3 && (x == len || isupper(word[x])) &&
	       (len - x < 2 || isupper(word[x + 1]));
}

static void check_forced_mechanisms(struct model *m, const u8 *sent,
				    bool failure)
{
	const struct model_line *line = &m->reply;
	u32 len;

	while (!failure && (len = next_word(&sent))) {
		if (!memcmp(sent, line->said + (sent - line->sent), len) &&
		    !is_numbered(sent, len) &&
		    !profile_begins_mechanism(m->profile, sent, len))
			fault(m, "a mechanism passed that is not listed");
		sent += len;
	}
}

/* In parts: a letter by which it would be a denied keyword was changed. */
static void check_forced_keyword(struct model *m, bool failure)
{
	const struct profile *profile = m->profile;
	const struct model_line *line = &m->reply;
	u32 len, begin = find_keyword(line->sent + 4, &len) + 4;
	const u8 *sent = line->sent + begin;

	if (has_mechanisms(m, sent, len) &&
	    !memcmp(sent, line->said + begin, len))
		check_forced_mechanisms(m, sent + len, failure);
	if (!profile_masks(profile, sent, len, failure))
		return;
	/* Only listed ones pass, and parts of them. */
	if (profile->keywords && !profile->except &&
	    (!len || memcmp(sent, line->said + begin, len) ||
	     is_numbered(sent, len) ||
	     profile_begins_keyword(profile, sent, len)))
		return;
	fault(m, "a denied keyword passed");
}

static void check_keyword(struct model *m)
{
	const struct model_line *line = &m->reply;
	bool failure = line->said[0] != '2';
	static u8 wanted[MODEL_MAX + 1];

	if (awaited(m) != MODEL_HELLO || !m->offer_line || m->closing ||
	    reply_prefix(line) < 4)
		return;
	if (m->forced) {
		check_forced_keyword(m, failure);
		return;
	}
	memcpy(wanted, line->said, line->len);
	mask_keyword(m, wanted + 4, failure);
	if (is_neutral(m))
		return;
	if (memcmp(wanted, line->sent, line->len))
		fault(m, "a keyword is not as the policy has it");
}

/* The whole line, but where the question came in the middle of it. */
static void check_overlay(struct model *m)
{
	static const struct profile_overlay blank = {
		.text = "", .fill = ' ', .keep = "",
	};
	const struct model_line *line = &m->reply;
	bool neutral = is_neutral(m);
	const struct profile_overlay *overlay = neutral ? &blank : overlay_of(m);
	u32 i, prefix = reply_prefix(line);
	static u8 wanted[MODEL_MAX + 1];

	if (awaited(m) != m->reply_to ||
	    (m->reply_to == MODEL_HELLO && !neutral && !m->closing))
		return;
	memcpy(wanted, line->said, line->len);
	if (neutral && prefix == 4)
		make_neutral(m, wanted);
	for (i = 0; i < line->len; i++) {
		u8 byte = wanted[i];

		if (overlay && overlay->text && (!neutral || prefix < 4 || i < 4))
			byte = laid(overlay, line, prefix, i);
		if (line->sent[i] != byte)
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
		if (code / 100 == 2) {
			m->offered = m->offer;
			m->greeted = true;
			m->recipients_now = m->recipients_next;
		}
		m->offer = 0;
		m->masked = 0;
		m->offer_line = false;
	}
	if ((what == MODEL_XCLIENT && code == 220) ||
	    ((what == MODEL_DENIED_HELO || what == MODEL_DENIED_SESSION) &&
	     code / 100 == 2)) {
		m->offered = 0;
		m->greeted = false;
	}
	if (what == MODEL_MAIL && code / 100 == 2)
		m->recipients = 0;
	if (what == MODEL_DENIED_SIZE && code / 100 != 2 &&
	    !awaits(m, MODEL_DENIED_SIZE))
		m->mail_begun = false;
	if (what == MODEL_RCPT && code / 100 == 2)
		m->recipients++;
	if (what == MODEL_RCPT && code / 100 == 5)
		count(m, &m->refused, m->profile->refused);
	if (what == MODEL_AUTH && code == 535)
		count(m, &m->auth_failures, m->profile->auth_failures);
	if (what == MODEL_MESSAGE || what == MODEL_LF_MESSAGE) {
		m->recipients_now = m->recipients_next;
		m->taken |= code / 100 == 2 || code / 100 == 3;
		m->recipients = 0;
	}
	if (what == MODEL_COMMAND || what == MODEL_HELLO ||
	    what == MODEL_MAIL || what == MODEL_RCPT || what == MODEL_MESSAGE ||
	    what == MODEL_XCLIENT || what >= MODEL_DENIED)
		return;
	m->state = MAILGUARD_STATE_COMMAND;
	if (what == MODEL_DATA && code == 354)
		content_begins(m);
	if (what == MODEL_EXCH50 && code == 354)
		bytes_begin(m, MODEL_COMMAND);
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

/* The line tells if it was known that the client knows of its mail. */
static bool is_closing(const struct model *m)
{
	const struct model_line *line = &m->reply;
	u32 i, prefix = reply_prefix(line);

	for (i = 0; i < line->len; i++)
		if (line->sent[i] != laid(&closing, line, prefix, i))
			return false;
	return memcmp(line->said, line->sent, line->len);
}

static void reply_ends(struct model *m)
{
	enum model_await what = awaited(m);
	const u8 *said = m->reply.said;
	int code = (said[0] * 10 + said[1]) * 10 + said[2] - '0' * 111;
	bool unsure;

	/* Such a line looks the same under another overlay. */
	unsure = m->may_close && reply_prefix(&m->reply) < 4;
	if (m->may_close)
		m->closing = is_closing(m);
	m->may_close = false;
	m->begun = false;
	check_overlay(m);
	check_keyword(m);
	if (reply_prefix(&m->reply) == 4)
		m->more = said[3] == '-';
	if (reply_prefix(&m->reply) == 4 && m->offer_line)
		read_offer(m);
	m->closing &= !unsure;
	m->ended = m->closing && !m->more;
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
static bool is_indent(struct model *m, const struct byte *byte)
{
	if (m->reply.len || m->more || (byte->said != ' ' && byte->said != '\t'))
		return false;
	if (byte->sent != byte->said)
		fault(m, "a blank before a reply does not stay");
	return true;
}

/*
 * After an exceeded limit the next reply is a 421. It is not while the server has
 * a mail; and it may not be if the client may not know that a mail was taken.
 */
static void reply_line_begins(struct model *m)
{
	if (m->begun)
		return;
	m->begun = true;
	if (m->more)
		return;
	m->closing = m->ending && !has_mail(m);
	m->may_close = m->closing && m->taken;
}

static void from_server(struct model *m, const struct byte *byte)
{
	const struct profile *profile = m->profile;

	m->plain = true;
	/* What there was of a preamble is no part of a command. */
	if (!m->preamble_over && m->state == MAILGUARD_STATE_GREETING) {
		m->preamble_over = true;
		m->command.len = 0;
	}
	if (m->state == MAILGUARD_STATE_TLS) {
		tls(m, byte);
		return;
	}
	reply_line_begins(m);
	if (!m->reply.len)
		m->reply_to = awaited(m);
	if (m->reply.len < 3 && !is_expected(m, byte->said) &&
	    (is_opaque(m) || !m->taken) &&
	    (is_opaque(m) || profile->action[MAILGUARD_A_ACTIONS_REPLY] !=
				     MAILGUARD_ACTION_PASS))
		fault(m, "a reply that nothing asked for passed");
	if (is_indent(m, byte))
		return;
	line_add(&m->reply, byte);
	if (byte->said == '\n')
		reply_ends(m);
}

void model_read(struct model *m, const struct byte *byte)
{
	m->at++;
	if (m->ended)
		fault(m, "something passed behind the 421 that closes");
	if (byte->dir == SMTP_CLIENT)
		from_client(m, byte);
	else
		from_server(m, byte);
}
