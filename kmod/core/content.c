// SPDX-License-Identifier: GPL-2.0
/*
 * Message content: octets until CRLF.CRLF (RFC 5321, 4.1.1.4), whatever the
 * segmentation.
 *
 * Some servers also take LF.LF, LF.CRLF, CRLF.LF or a lone dot among CRs and
 * NULs for the end, and would then read the next line of the content as a
 * command. No such line passes: the LF that would complete it is refused.
 */
#include "content.h"
#include "line_feed.h"
#include "lines.h"

/**
 * smtp_content_begin() - begin a message
 * @content: the automaton
 *
 * The CRLF that ended the DATA command is the first of CRLF.CRLF.
 */
void smtp_content_begin(struct smtp_content *content)
{
	content->at = SMTP_AT_BOL;
	content->cr = false;
	content->crlf = true;
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
			return content->crlf ? SMTP_AT_DOT_CR :
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
		return SMTP_CONTENT_END;
	case SMTP_AT_DOT:
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

/* An octet of a line that begins with something else than text. */
static u32 beginning(struct smtp_content *content, struct smtp_trace *trace,
		     u8 octet, enum smtp_content_end *end)
{
	if (octet == '\n') {
		*end = line_feed(content);
		if (*end == SMTP_CONTENT_FALSE_END)
			return 0;
	} else {
		content->at = after(content, octet);
		content->cr = octet == '\r';
	}
	smtp_trace_octets(trace, &octet, 1);
	return 1;
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
	       smtp_trace_has_room(trace, SMTP_TRACE_RECORD)) {
		u8 flags = 0;

		if (content->at == SMTP_AT_BOL)
			i += usual_lines(content, trace, octets + i, len - i);
		if (i == len || !smtp_trace_has_room(trace, SMTP_TRACE_RECORD))
			break;
		if (content->at == SMTP_AT_BOL && smtp_content_is_text(octets[i])) {
			content->at = SMTP_AT_TEXT;
			flags = SMTP_TRACE_BEGINS;
		}
		if (content->at == SMTP_AT_TEXT)
			i += text(content, trace, octets + i, len - i, flags);
		else
			i += beginning(content, trace, octets[i], end);
	}
	return i;
}
