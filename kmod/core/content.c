// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the end of message content, CRLF.CRLF (RFC 5321, 4.1.1.4), however the
 * content is segmented.
 *
 * Some servers also take LF.LF, LF.CRLF, CRLF.LF or a dot among CRs and NULs
 * for the end of data. Such a server would read the next line of the content as
 * a command. The policy says what is done about such a false end:
 *
 *	reset	The LF that would complete it is not sent on.
 *	defang	The byte behind the dot becomes a blank as soon as the line
 *		cannot be CRLF.CRLF any more. No server takes a line that begins
 *		with dot and blank for the end.
 *	lf	The server ends lines at LF, whether or not CR precedes it. So
 *		a line with only a dot is the end. What follows it is held back
 *		until the server's reply proves that. The forms with more CRs,
 *		or with NULs, are treated as with reset.
 */
#include "content.h"
#include "find.h"

/**
 * smtp_content_begin() - begin to scan the content of a message
 * @content: the state to initialise
 * @false_end: what to do about a false end (&enum mailguard_action)
 *
 * If the content is empty, the CRLF that ended the DATA command is the first
 * one of CRLF.CRLF, so @content->crlf is set.
 */
void smtp_content_begin(struct smtp_content *content, u8 false_end)
{
	content->at = SMTP_AT_BOL;
	content->cr = false;
	content->crlf = true;
	content->false_end = false_end;
}

/* Can a CR behind the dot be part of an end of data? */
static bool cr_may_end(const struct smtp_content *content)
{
	return content->crlf || content->false_end == MAILGUARD_ACTION_LF;
}

/* Returns the state after a byte other than LF. */
static u8 place_after(const struct smtp_content *content, u8 byte)
{
	bool pad = byte == '\r' || byte == '\0';

	switch (content->at) {
	case SMTP_AT_BOL:
		if (byte == '.')
			return SMTP_AT_DOT;
		return pad ? SMTP_AT_BOL_PADDED : SMTP_AT_TEXT;
	case SMTP_AT_BOL_PADDED:
		if (byte == '.')
			return SMTP_AT_DOT_PADDED;
		return pad ? SMTP_AT_BOL_PADDED : SMTP_AT_TEXT;
	case SMTP_AT_DOT:
		if (byte == '\r')
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

/*
 * Scan the rest of a line that cannot be the end of data. Only its LF matters,
 * and whether CR precedes it.
 */
static u32 scan_text(struct smtp_content *content, struct smtp_history *history,
		     const u8 *bytes, u32 len, u8 flags)
{
	const u8 *lf = smtp_find_lf(bytes, bytes + len);
	bool ends = lf != bytes + len;
	u32 n = ends ? lf - bytes + 1 : len;
	bool cr;

	if (!ends) {
		content->cr = bytes[n - 1] == '\r';
		if (content->cr)
			flags |= SMTP_HISTORY_CR;
		smtp_history_text(history, n, flags);
		return n;
	}
	cr = n > 1 ? lf[-1] == '\r' : content->cr;
	flags |= cr ? SMTP_HISTORY_LF | SMTP_HISTORY_CRLF : SMTP_HISTORY_LF;
	smtp_history_text(history, n, flags);
	content->at = SMTP_AT_BOL;
	content->crlf = cr;
	content->cr = false;
	return n;
}

static bool is_crlf(const u8 *bytes)
{
	return !memcmp(bytes, "\r\n", 2);
}

/*
 * Measure a usual line, for which a record of one byte in the history is
 * enough. Such a line ends in CRLF, is not too long, and is empty or begins
 * with text. Most lines of a mail are usual, so most bytes are scanned here.
 *
 * Return: the length of the line including CRLF, or 0 if it is not usual.
 */
static u32 line_length(const u8 *at, const u8 *end)
{
	const u8 *lf;

	if (at == end)
		return 0;
	if (!smtp_content_is_text(*at))
		return end - at > 1 && is_crlf(at) ? 2 : 0;
	if (end - at > SMTP_HISTORY_LINE_MAX)
		end = at + SMTP_HISTORY_LINE_MAX;
	lf = smtp_find_lf(at, end);
	return lf < end && lf[-1] == '\r' ? lf + 1 - at : 0;
}

/* A word that is filled with CRLFs. */
#define CRLFS (~0UL / 0xffff * ('\r' | '\n' << 8))

/* Skip empty lines. */
static const u8 *behind_empty(const u8 *at, const u8 *end)
{
	while (end - at >= 2 * SMTP_WORD && smtp_word_at(at) == CRLFS &&
	       smtp_word_at(at + SMTP_WORD) == CRLFS)
		at += 2 * SMTP_WORD;
	while (end - at >= 2 && is_crlf(at))
		at += 2;
	return at;
}

/* Skip usual lines of the same length @len, as they occur in base64. */
static const u8 *behind_alike(const u8 *at, const u8 *end, u32 len)
{
	if (len < 2 + SMTP_WORDS)
		return at;
	while (end - at >= len && is_crlf(at + len - 2) &&
	       smtp_content_is_text(*at) &&
	       !smtp_may_have_lf_within(at, at + len - 2))
		at += len;
	return at;
}

/* Skip consecutive usual lines, as long as @history has room for a record. */
static u32 usual_lines(struct smtp_content *content,
		       struct smtp_history *history,
		       const u8 *bytes, u32 len)
{
	const u8 *end = bytes + len;
	const u8 *at = bytes;
	u32 n;

	while (smtp_history_takes_record(history) && (n = line_length(at,
								      end))) {
		const u8 *most = end - at > SMTP_HISTORY_LINES_MAX ?
				 at + SMTP_HISTORY_LINES_MAX : end;
		const u8 *behind = n == 2 ? behind_empty(at + n, most) :
				   behind_alike(at + n, most, n);

		smtp_history_lines(history, n, behind == at + n ?
				   1 : (u32)(behind - at) / n);
		at = behind;
	}
	if (at != bytes)
		content->crlf = true;
	return at - bytes;
}

/* Must this byte be blanked, lest it be part of a false end? */
static bool must_blank(const struct smtp_content *content, u8 byte)
{
	if (content->false_end != MAILGUARD_ACTION_DEFANG ||
	    (byte != '\r' && byte != '\n' && byte != '\0'))
		return false;
	switch (content->at) {
	case SMTP_AT_DOT:
		return byte != '\r' || !content->crlf;
	case SMTP_AT_DOT_CR:
		return byte != '\n';
	case SMTP_AT_DOT_PADDED:
		return true;
	default:
		return false;
	}
}

/* Scan one byte of a line that may still be an end of data. */
static void step_byte(struct smtp_content *content, u8 byte,
		      enum smtp_content_end *end)
{
	if (must_blank(content, byte)) {
		*end = SMTP_CONTENT_BLANK;
	} else if (byte == '\n') {
		*end = line_feed(content);
	} else {
		content->at = place_after(content, byte);
		content->cr = byte == '\r';
	}
}

/*
 * Scan lines byte by byte while they may still be an end of data. All these
 * bytes are added to the history in one call, because a call for each would be
 * slow.
 */
static u32 scan_beginning(struct smtp_content *content,
			  struct smtp_history *history,
			  const u8 *bytes, u32 len, enum smtp_content_end *end)
{
	u32 room = smtp_history_reserve(history);
	u32 i = 0;

	if (len > room)
		len = room;
	while (i < len && content->at != SMTP_AT_TEXT &&
	       !(content->at == SMTP_AT_BOL &&
		 smtp_content_is_text(bytes[i]))) {
		step_byte(content, bytes[i], end);
		if (*end == SMTP_CONTENT_FALSE_END ||
		    *end == SMTP_CONTENT_BLANK)
			break;
		i++;
		if (*end != SMTP_CONTENT_GOES_ON)
			break;
	}
	smtp_history_bytes(history, bytes, i);
	return i;
}

/**
 * smtp_content_scan() - look for the end of data
 * @content: the state of the search
 * @history: remembers the bytes that were scanned
 * @bytes: bytes of content; read only
 * @len: how many
 * @end: set to why the scan stopped
 *
 * Return: how many of the bytes are content, including the end of data. These
 * are fewer than @len also if @history has no room for another record; then
 * @end is %SMTP_CONTENT_GOES_ON.
 */
u32 smtp_content_scan(struct smtp_content *content,
		      struct smtp_history *history,
		      const u8 *bytes, u32 len, enum smtp_content_end *end)
{
	u32 i = 0;

	*end = SMTP_CONTENT_GOES_ON;
	while (i < len && *end == SMTP_CONTENT_GOES_ON &&
	       smtp_history_takes_record(history)) {
		u8 flags = 0;

		if (content->at == SMTP_AT_BOL)
			i += usual_lines(content, history, bytes + i, len - i);
		if (i == len || !smtp_history_takes_record(history))
			break;
		if (content->at == SMTP_AT_BOL &&
		    smtp_content_is_text(bytes[i])) {
			content->at = SMTP_AT_TEXT;
			flags = SMTP_HISTORY_BEGINS;
		}
		if (content->at == SMTP_AT_TEXT)
			i += scan_text(content, history, bytes + i, len - i,
				       flags);
		else
			i += scan_beginning(content, history, bytes + i,
					    len - i,
					    end);
	}
	return i;
}

/**
 * smtp_content_defang() - look for the end of data, and blank false ends
 * @content: the state of the search
 * @history: remembers the bytes that were scanned
 * @bytes: bytes of content; edited in place
 * @len: how many
 * @end: set to why the scan stopped; never %SMTP_CONTENT_BLANK, because the
 *	byte is blanked and the scan goes on
 * @blanks: set to how many bytes were blanked
 *
 * Return: the same as smtp_content_scan().
 */
u32 smtp_content_defang(struct smtp_content *content,
			struct smtp_history *history,
			u8 *bytes, u32 len, enum smtp_content_end *end,
			u32 *blanks)
{
	u32 i = 0;

	*blanks = 0;
	for (;;) {
		i += smtp_content_scan(content, history, bytes + i, len - i,
				       end);
		if (*end != SMTP_CONTENT_BLANK)
			return i;
		/* The scan stops at a byte only if there is room for it. */
		bytes[i] = ' ';
		smtp_history_bytes(history, bytes + i, 1);
		content->at = SMTP_AT_TEXT;
		content->cr = false;
		++*blanks;
		i++;
	}
}
