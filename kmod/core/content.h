/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_CONTENT_H
#define _SMTP_CONTENT_H

#include "trace.h"

/**
 * enum smtp_content_at - where in the content the next octet stands
 * @SMTP_AT_TEXT: in a line
 * @SMTP_AT_BOL: at the beginning of a line
 * @SMTP_AT_BOL_PADDED: there too, but for CRs and NULs
 * @SMTP_AT_DOT: behind a dot that begins a line
 * @SMTP_AT_DOT_CR: behind that dot and one CR
 * @SMTP_AT_DOT_PADDED: behind that dot and other CRs and NULs
 */
enum smtp_content_at {
	SMTP_AT_TEXT,
	SMTP_AT_BOL,
	SMTP_AT_BOL_PADDED,
	SMTP_AT_DOT,
	SMTP_AT_DOT_CR,
	SMTP_AT_DOT_PADDED,
};

/**
 * enum smtp_content_end - why the scan stopped
 * @SMTP_CONTENT_GOES_ON: it did not; all was content
 * @SMTP_CONTENT_END: CRLF.CRLF, its LF included
 * @SMTP_CONTENT_LF_END: the same of a server whose lines end in LF
 * @SMTP_CONTENT_FALSE_END: the next octet would end the message for some
 *	servers only
 * @SMTP_CONTENT_BLANK: the next octet is to become a blank, so that it does not
 */
enum smtp_content_end {
	SMTP_CONTENT_GOES_ON,
	SMTP_CONTENT_END,
	SMTP_CONTENT_LF_END,
	SMTP_CONTENT_FALSE_END,
	SMTP_CONTENT_BLANK,
};

/**
 * struct smtp_content - the automaton that finds the end of data
 * @at: &enum smtp_content_at
 * @cr: the last octet was a CR
 * @crlf: the last line ended in CRLF
 * @false_end: &enum mailguard_action, what is done about a false end
 */
struct smtp_content {
	u8 at;
	bool cr;
	bool crlf;
	u8 false_end;
};

/* What can be in no line that is taken for an end of data, by whatever server. */
static inline bool smtp_content_is_text(u8 octet)
{
	return octet != '.' && octet != '\r' && octet != '\n' && octet != '\0';
}

void smtp_content_begin(struct smtp_content *content, u8 false_end);
u32 smtp_content_scan(struct smtp_content *content, struct smtp_trace *trace,
		      const u8 *octets, u32 len, enum smtp_content_end *end);
u32 smtp_content_defang(struct smtp_content *content, struct smtp_trace *trace,
			u8 *octets, u32 len, enum smtp_content_end *end,
			u32 *blanks);

#endif /* _SMTP_CONTENT_H */
