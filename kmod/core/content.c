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

/* Within a line only its LF matters, and whether a CR is before it. */
static u32 skip_text(struct smtp_content *content, const u8 *octets, u32 len)
{
	const u8 *lf = memchr(octets, '\n', len);
	u32 n = lf ? lf - octets : len;

	if (n)
		content->cr = octets[n - 1] == '\r';
	return n;
}

/**
 * smtp_content_scan() - look for the end of data
 * @content: the automaton
 * @octets: content, read only
 * @len: how many
 * @end: set to why the scan stopped
 *
 * Return: how many of the octets are content, the end of data included.
 */
u32 smtp_content_scan(struct smtp_content *content, const u8 *octets, u32 len,
		      enum smtp_content_end *end)
{
	u32 i = 0;

	*end = SMTP_CONTENT_GOES_ON;
	while (i < len) {
		if (content->at == SMTP_AT_TEXT) {
			i += skip_text(content, octets + i, len - i);
			if (i == len)
				break;
		}
		if (octets[i] == '\n') {
			*end = line_feed(content);
			if (*end == SMTP_CONTENT_FALSE_END)
				return i;
			i++;
			if (*end == SMTP_CONTENT_END)
				return i;
			continue;
		}
		content->at = after(content, octets[i]);
		content->cr = octets[i] == '\r';
		i++;
	}
	return i;
}
