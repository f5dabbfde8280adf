// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of usual length that begin with text and end in CRLF, and empty ones:
 * most of a mail is that, so this is where its octets are looked at.
 */
#include "content.h"
#include "line_feed.h"
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
 * @trace: remembers them; with room for %SMTP_TRACE_RECORD
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
	u32 n, room;
	u8 *record = smtp_trace_lines(trace, &room);
	u8 *first = record;

	while (room && (n = line(at, end))) {
		u32 most = room < (end - at) / n ? room : (end - at) / n;
		const u8 *behind = behind_alike(at + n, at + most * n, n);
		u32 count = (behind - at) / n;

		memset(record, n - SMTP_TRACE_LINE_MIN, count);
		record += count;
		room -= count;
		at = behind;
	}
	if (at != octets)
		smtp_trace_lines_end(trace, record - first, at - octets);
	return at - octets;
}
