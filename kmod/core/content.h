/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_CONTENT_H
#define _SMTP_CONTENT_H

#include "history.h"

/**
 * enum smtp_content_at - the position of the next byte in a line of content
 * @SMTP_AT_TEXT: the line cannot be an end of data any more
 * @SMTP_AT_BOL: the byte begins the line
 * @SMTP_AT_BOL_PADDED: only CRs and NULs precede the byte in the line
 * @SMTP_AT_DOT: only a dot precedes the byte
 * @SMTP_AT_DOT_CR: only a dot and a CR precede the byte; if the byte is LF, the
 *	data ends
 * @SMTP_AT_DOT_PADDED: a dot and CRs or NULs precede the byte; if the byte is
 *	LF, the data ends for some servers only
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
 * @SMTP_CONTENT_GOES_ON: no end was found
 * @SMTP_CONTENT_END: the last byte scanned is the final LF of CRLF.CRLF
 * @SMTP_CONTENT_LF_END: the last byte scanned is the LF of an end of data other
 *	than CRLF.CRLF, which a server accepts whose lines end in LF
 * @SMTP_CONTENT_FALSE_END: the next byte is LF and would complete an end of
 *	data for some servers only
 * @SMTP_CONTENT_BLANK: the next byte must become a blank, so that no server
 *	takes the line for an end of data
 */
enum smtp_content_end {
	SMTP_CONTENT_GOES_ON,
	SMTP_CONTENT_END,
	SMTP_CONTENT_LF_END,
	SMTP_CONTENT_FALSE_END,
	SMTP_CONTENT_BLANK,
};

/**
 * struct smtp_content - the state of the search for the end of data
 * @at: &enum smtp_content_at
 * @cr: the last byte was a CR
 * @crlf: the previous line ended in CRLF
 * @false_end: what to do about bytes that only some servers take for the end of
 *	data (&enum mailguard_action)
 */
struct smtp_content {
	u8 at;
	bool cr;
	bool crlf;
	u8 false_end;
};

/* Is this a byte that no end of data contains, whatever the server? */
static inline bool smtp_content_is_text(u8 byte)
{
	return byte != '.' && byte != '\r' && byte != '\n' && byte != '\0';
}

void smtp_content_begin(struct smtp_content *content, u8 false_end);
u32 smtp_content_scan(struct smtp_content *content,
		      struct smtp_history *history,
		      const u8 *bytes, u32 len, enum smtp_content_end *end);
u32 smtp_content_defang(struct smtp_content *content,
			struct smtp_history *history,
			u8 *bytes, u32 len, enum smtp_content_end *end,
			u32 *blanks);

#endif /* _SMTP_CONTENT_H */
