// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of usual length that begin with text and end in CRLF, and empty ones:
 * most of a mail is that, so this is where its octets are looked at.
 */
#include "content.h"
#include "find.h"
#include "lines.h"

/* How long is the line? 0 if it is not such a one. */
static u32 line(const u8 *at, const u8 *end)
{
	const u8 *lf;

	if (at == end)
		return 0;
	if (!smtp_content_is_text(*at))
		return end - at > 1 && at[0] == '\r' && at[1] == '\n' ? 2 : 0;
	if (end - at > SMTP_TRACE_LINE_MAX)
		end = at + SMTP_TRACE_LINE_MAX;
	lf = smtp_find_lf(at, end);
	return lf < end && lf[-1] == '\r' ? lf + 1 - at : 0;
}

/* CRLF, as often as it has place in a word. */
#define CRLFS (~0UL / 0xffff * ('\r' | '\n' << 8))

/* Behind as many empty lines as there are. */
static const u8 *behind_empty(const u8 *at, const u8 *end)
{
	while (end - at >= 2 * SMTP_WORD && smtp_word_at(at) == CRLFS &&
	       smtp_word_at(at + SMTP_WORD) == CRLFS)
		at += 2 * SMTP_WORD;
	while (end - at >= 2 && at[0] == '\r' && at[1] == '\n')
		at += 2;
	return at;
}

/* Behind as many lines of that length as there are, as base64 makes them. */
static const u8 *behind_alike(const u8 *at, const u8 *end, u32 len)
{
	if (len < 2 + SMTP_WORDS)
		return at;
	while (end - at >= len && at[len - 1] == '\n' && at[len - 2] == '\r' &&
	       smtp_content_is_text(*at) &&
	       !smtp_may_have_lf_within(at, at + len - 2))
		at += len;
	return at;
}

/**
 * smtp_lines() - pass over usual lines
 * @trace: remembers them
 * @octets: content at the beginning of a line, read only
 * @len: how many
 *
 * Return: how many octets such lines are, as many as there are in a row and
 * @trace has room for.
 */
u32 smtp_lines(struct smtp_trace *trace, const u8 *octets, u32 len)
{
	const u8 *end = octets + len;
	const u8 *at = octets;
	u32 n;

	while (smtp_trace_takes_record(trace) && (n = line(at, end))) {
		const u8 *most = end - at > SMTP_TRACE_LINES_MAX ?
				 at + SMTP_TRACE_LINES_MAX : end;
		const u8 *behind = n == 2 ? behind_empty(at + n, most) :
				   behind_alike(at + n, most, n);

		smtp_trace_lines(trace, n, behind == at + n ?
				 1 : (u32)(behind - at) / n);
		at = behind;
	}
	return at - octets;
}
