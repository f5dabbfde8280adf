// SPDX-License-Identifier: GPL-2.0
/*
 * Message content: octets until CRLF.CRLF (RFC 5321, 4.1.1.4), whatever the
 * segmentation.
 *
 * Some servers also take LF.LF, LF.CRLF, CRLF.LF or a lone dot among CRs and
 * NULs for the end, and would then read the next line of the content as a
 * command. The policy says what is done about such a false end:
 *
 *	reset	the LF that would complete it is refused
 *	defang	the byte behind the dot becomes a blank as soon as the line can
 *		not be CRLF.CRLF any more; dot and blank end content nowhere
 *	lf	the server ends a line at LF, with or without a CR before it: a
 *		line of a dot is the end, and what follows waits for the reply
 *		that proves it; the forms with more CRs and NULs are refused
 */
#include "content.h"
#include "find.h"
#include "lines.h"

/**
 * smtp_content_begin() - begin a message
 * @content: the automaton
 * @false_end: &enum mailguard_action, what is done about a false end
 *
 * The CRLF that ended the DATA command is the first of CRLF.CRLF.
 */
void smtp_content_begin(struct smtp_content *content, u8 false_end)
{
	content->at = SMTP_AT_BOL;
	content->cr = false;
	content->crlf = true;
	content->false_end = false_end;
}

/* Can CR behind the dot be the one of the end of data? */
static bool cr_may_end(const struct smtp_content *content)
{
	return content->crlf || content->false_end == MAILGUARD_ACTION_LF;
}

static u8 after(const struct smtp_content *content, u8 octet)
{
	bool pad = octet == '\r' || octet == '\0';

	switch (content->at) {
	case SMTP_AT_BOL:
		if (octet == '.')
			return SMTP_AT_DOT;
		return pad ? SMTP_AT_BOL_PADDED : SMTP_AT_TEXT;
	case SMTP_AT_BOL_PADDED:
		if (octet == '.')
			return SMTP_AT_DOT_PADDED;
		return pad ? SMTP_AT_BOL_PADDED : SMTP_AT_TEXT;
	case SMTP_AT_DOT:
		if (octet == '\r')
			return cr_may_end(content) ? SMTP_AT_DOT_CR :
						     SMTP_AT_DOT_PADDED;
		return pad ? SMTP_AT_DOT_PADDED : SMTP_AT_TEXT;
	case SMTP_AT_DOT_CR:
	case SMTP_AT_DOT_PADDED:
		return pad ? SMTP_AT_DOT_PADDED : SMTP_AT_TEXT;
	default:
		return SMTP_AT_TEXT;
	}
}

static enum smtp_content_end line_feed(struct smtp_content *content)
{
	switch (content->at) {
	case SMTP_AT_DOT_CR:
		return content->crlf ? SMTP_CONTENT_END : SMTP_CONTENT_LF_END;
	case SMTP_AT_DOT:
		return content->false_end == MAILGUARD_ACTION_LF ?
			       SMTP_CONTENT_LF_END : SMTP_CONTENT_FALSE_END;
	case SMTP_AT_DOT_PADDED:
		return SMTP_CONTENT_FALSE_END;
	default:
		content->at = SMTP_AT_BOL;
		content->crlf = content->cr;
		content->cr = false;
		return SMTP_CONTENT_GOES_ON;
	}
}

/* Text up to its LF: within a line only that matters, and a CR before it. */
static u32 text(struct smtp_content *content, struct smtp_trace *trace,
		const u8 *octets, u32 len, u8 flags)
{
	const u8 *lf = smtp_find_lf(octets, octets + len);
	bool ends = lf != octets + len;
	u32 n = ends ? lf - octets + 1 : len;
	bool cr;

	if (!ends) {
		content->cr = octets[n - 1] == '\r';
		if (content->cr)
			flags |= SMTP_TRACE_CR;
		smtp_trace_text(trace, n, flags);
		return n;
	}
	cr = n > 1 ? lf[-1] == '\r' : content->cr;
	flags |= cr ? SMTP_TRACE_LF | SMTP_TRACE_CRLF : SMTP_TRACE_LF;
	smtp_trace_text(trace, n, flags);
	content->at = SMTP_AT_BOL;
	content->crlf = cr;
	content->cr = false;
	return n;
}

static u32 usual_lines(struct smtp_content *content, struct smtp_trace *trace,
		       const u8 *octets, u32 len)
{
	u32 done = smtp_lines(trace, octets, len);

	if (done)
		content->crlf = true;
	return done;
}

/* Does this byte make or complete what may be an end, and is none? */
static bool must_blank(const struct smtp_content *content, u8 octet)
{
	if (content->false_end != MAILGUARD_ACTION_DEFANG ||
	    (octet != '\r' && octet != '\n' && octet != '\0'))
		return false;
	switch (content->at) {
	case SMTP_AT_DOT:
		return octet != '\r' || !content->crlf;
	case SMTP_AT_DOT_CR:
		return octet != '\n';
	case SMTP_AT_DOT_PADDED:
		return true;
	default:
		return false;
	}
}

/* The octet is of a line that begins with something else than text. */
static void step(struct smtp_content *content, u8 octet,
		 enum smtp_content_end *end)
{
	if (must_blank(content, octet)) {
		*end = SMTP_CONTENT_BLANK;
	} else if (octet == '\n') {
		*end = line_feed(content);
	} else {
		content->at = after(content, octet);
		content->cr = octet == '\r';
	}
}

/*
 * Octets of lines that begin with something else than text, up to text. They
 * are remembered at once: one by one they would be dear.
 */
static u32 beginning(struct smtp_content *content, struct smtp_trace *trace,
		     const u8 *octets, u32 len, enum smtp_content_end *end)
{
	u32 room = smtp_trace_room(trace);
	u32 i = 0;

	if (len > room)
		len = room;
	while (i < len && content->at != SMTP_AT_TEXT &&
	       !(content->at == SMTP_AT_BOL && smtp_content_is_text(octets[i]))) {
		step(content, octets[i], end);
		if (*end == SMTP_CONTENT_FALSE_END ||
		    *end == SMTP_CONTENT_BLANK)
			break;
		i++;
		if (*end != SMTP_CONTENT_GOES_ON)
			break;
	}
	smtp_trace_octets(trace, octets, i);
	return i;
}

/**
 * smtp_content_scan() - look for the end of data
 * @content: the automaton
 * @trace: remembers what passes
 * @octets: content, read only
 * @len: how many
 * @end: set to why the scan stopped
 *
 * Return: how many of the octets are content, the end of data included; fewer
 * also when @trace has no room for another record.
 */
u32 smtp_content_scan(struct smtp_content *content, struct smtp_trace *trace,
		      const u8 *octets, u32 len, enum smtp_content_end *end)
{
	u32 i = 0;

	*end = SMTP_CONTENT_GOES_ON;
	while (i < len && *end == SMTP_CONTENT_GOES_ON &&
	       smtp_trace_takes_record(trace)) {
		u8 flags = 0;

		if (content->at == SMTP_AT_BOL)
			i += usual_lines(content, trace, octets + i, len - i);
		if (i == len || !smtp_trace_takes_record(trace))
			break;
		if (content->at == SMTP_AT_BOL && smtp_content_is_text(octets[i])) {
			content->at = SMTP_AT_TEXT;
			flags = SMTP_TRACE_BEGINS;
		}
		if (content->at == SMTP_AT_TEXT)
			i += text(content, trace, octets + i, len - i, flags);
		else
			i += beginning(content, trace, octets + i, len - i,
				       end);
	}
	return i;
}

/**
 * smtp_content_defang() - follow content where a byte of it becomes a blank
 * @content: the automaton
 * @trace: remembers what passes
 * @octets: content; edited in place
 * @len: how many
 * @end: set to why the scan stopped; %SMTP_CONTENT_BLANK is no reason to
 * @blanks: set to how many octets became a blank
 *
 * Return: as smtp_content_scan() does.
 */
u32 smtp_content_defang(struct smtp_content *content, struct smtp_trace *trace,
			u8 *octets, u32 len, enum smtp_content_end *end,
			u32 *blanks)
{
	u32 i = 0;

	*blanks = 0;
	for (;;) {
		i += smtp_content_scan(content, trace, octets + i, len - i,
				       end);
		if (*end != SMTP_CONTENT_BLANK)
			return i;
		/* The scan found room for it. */
		octets[i] = ' ';
		smtp_trace_octets(trace, octets + i, 1);
		content->at = SMTP_AT_TEXT;
		content->cr = false;
		++*blanks;
		i++;
	}
}
