// SPDX-License-Identifier: GPL-2.0
/*
 * TLS records ahead of the stream. Records follow one another, so one look at the
 * first header of a block tells whether the block fits behind what precedes it;
 * the cost of that does not depend on how many records the block has.
 */
#include "find.h"
#include "tls_ahead.h"

/* So many are followed at a time: there may be no room for more. */
#define HEADERS_MAX 16

/* Is this a header, but for that of a first record? @length: of its record */
static bool is_header(const u8 *octets, u32 *length)
{
	struct smtp_tls tls = { .begun = true };
	u32 i;

	for (i = 0; i < SMTP_TLS_HEADER; i++)
		if (!smtp_tls_header(&tls, octets[i]))
			return false;
	*length = tls.left;
	return true;
}

/* Could a header begin here? What is behind the end may be anything. */
static bool may_be_header(const u8 *octets, u32 len)
{
	if (octets[0] < TLS_CHANGE_CIPHER_SPEC || octets[0] > TLS_HEARTBEAT)
		return false;
	return (len < 2 || octets[1] == TLS_VERSION_MAJOR) &&
	       (len < 3 || octets[2] <= TLS_VERSION_MINOR_MAX) &&
	       (len < 4 || octets[3] <= SMTP_TLS_LENGTH_MAX >> 8);
}

/* The first place at @i or behind it where a header could begin, or @len. */
static u32 find_header(const u8 *octets, u32 i, u32 len)
{
	const u8 *end = octets + len;
	const u8 *at = octets + i + 1;

	for (; at < end; at++) {
		at = smtp_find_octet(at, end, TLS_VERSION_MAJOR);
		if (at < end && may_be_header(at - 1, end - at + 1))
			return at - 1 - octets;
	}
	return i < len && may_be_header(end - 1, 1) ? len - 1 : len;
}

/* Judge five octets, from @seq on. Return: whether the last of them may go on. */
static bool take_header(struct smtp_tls_ahead *ahead, u32 seq, const u8 *octets)
{
	bool is_next = seq == ahead->header;
	u32 length;
	bool header = is_header(octets, &length);

	if (ahead->found && header != is_next)
		return false;
	if (header) {
		ahead->header = seq + SMTP_TLS_HEADER + length;
		ahead->found = true;
	}
	return true;
}

/*
 * Judge the headers that began in the block's last octets and end in these.
 * Return: how many octets may go on.
 */
static u32 take_begun(struct smtp_tls_ahead *ahead, u32 seq, const u8 *octets,
		      u32 len)
{
	u8 joined[2 * sizeof(ahead->last)];
	u32 i;

	len = smtp_at_most(len, sizeof(ahead->last));
	memcpy(joined, ahead->last, sizeof(ahead->last));
	memcpy(joined + sizeof(ahead->last), octets, len);
	for (i = 0; i < len; i++)
		if (!take_header(ahead, seq + i - sizeof(ahead->last),
				 joined + i))
			break;
	return i;
}

/*
 * Follow the chain. Return: how many octets may go on; they end before the last
 * one of a header beside the chain, or of octets that should be its header.
 * There may be more: where headers are dense, @stop is false.
 */
static u32 follow(struct smtp_tls_ahead *ahead, u32 seq, const u8 *octets,
		  u32 len, bool *stop)
{
	u32 headers = HEADERS_MAX;
	u32 i = take_begun(ahead, seq, octets, len);

	*stop = i < smtp_at_most(len, sizeof(ahead->last));
	if (*stop)
		return i;
	for (i = 0; i + SMTP_TLS_HEADER <= len; i++) {
		u32 next = ahead->found ? ahead->header - seq : len;

		i = smtp_at_most(find_header(octets, i, len), next);
		if (i + SMTP_TLS_HEADER > len)
			break;
		if (!headers--)
			return i;
		*stop = !take_header(ahead, seq + i, octets + i);
		if (*stop)
			return i + SMTP_TLS_HEADER - 1;
	}
	return len;
}

/*
 * Remember what may be a header, or end one that began before, and that the rest
 * passed. Return: how many octets there was room for.
 */
static u32 remember(struct smtp_trace *trace, const u8 *octets, u32 len)
{
	u32 kept = smtp_at_most(SMTP_TLS_HEADER - 1, len);
	u32 next = find_header(octets, 0, len);
	u32 i = 0, n;

	while (i < len && smtp_trace_takes_record(trace)) {
		if (next < len && (next <= kept || next == i)) {
			kept = smtp_at_most(next + SMTP_TLS_HEADER, len);
			next = find_header(octets, next + 1, len);
		} else if (i < kept) {
			n = smtp_at_most(kept - i, smtp_trace_room(trace));
			smtp_trace_octets(trace, octets + i, n);
			i += n;
		} else {
			smtp_trace_opaque(trace, next - i);
			i = next;
		}
	}
	return i;
}

static void note_last(struct smtp_tls_ahead *ahead, const u8 *octets, u32 len)
{
	u32 new = smtp_at_most(len, sizeof(ahead->last));
	u32 old = sizeof(ahead->last) - new;

	memmove(ahead->last, ahead->last + new, old);
	memcpy(ahead->last + old, octets + len - new, new);
}

/**
 * smtp_tls_ahead_scan() - look at octets before what precedes them is there
 * @ahead: the block's records, zeroed where the block begins
 * @trace: the block's, with room for a record; remembers the headers
 * @octets: what follows the block; read only
 * @len: how many
 * @stop: set to whether the next octet may not go on
 *
 * Return: how many of the octets may go on; fewer also when @trace has no room
 * for another record of its own.
 */
u32 smtp_tls_ahead_scan(struct smtp_tls_ahead *ahead, struct smtp_trace *trace,
			const u8 *octets, u32 len, bool *stop)
{
	struct smtp_tls_ahead before = *ahead;
	u32 seq = trace->next;
	u32 n = follow(ahead, seq, octets, len, stop);
	u32 done = remember(trace, octets, n);

	if (done < n) {
		*ahead = before;
		follow(ahead, seq, octets, done, stop);
	}
	note_last(ahead, octets, done);
	return done;
}

/*
 * Read the rest of a header, as far as it is in the block. @seq is where it goes
 * on, and is moved behind what was read. Return: false if it is no header.
 */
static bool read_header(struct smtp_tls *tls, const struct smtp_trace *trace,
			u32 *seq)
{
	struct smtp_trace_place place;

	if (*seq == trace->next)
		return true;
	place = smtp_trace_find(trace, *seq);
	while (*seq != trace->next && tls->header < SMTP_TLS_HEADER) {
		u32 off = *seq - place.seq, len;
		const u8 *octets = smtp_trace_read(trace, &place, &len);

		if (!octets)
			return false;
		for (; off < len && tls->header < SMTP_TLS_HEADER; off++) {
			if (!smtp_tls_header(tls, octets[off]))
				return false;
			++*seq;
		}
	}
	return true;
}

/*
 * The stream reached a header of the chain: move @tls to where the block ends,
 * which is within a record of the chain, or within the header of the next one.
 * Return: false if that is no header.
 */
static bool chain_end(const struct smtp_tls_ahead *ahead, u32 end,
		      struct smtp_tls *tls)
{
	__s32 left = ahead->header - end;

	*tls = (struct smtp_tls){ .begun = true };
	if (!ahead->found)
		return false;
	if (left > 0) {
		tls->left = left;
		tls->header = SMTP_TLS_HEADER;
	}
	for (; left < 0; left++)
		if (!smtp_tls_header(tls, ahead->last[sizeof(ahead->last) +
						      left]))
			return false;
	return true;
}

/*
 * Pass the rest of a record's body, as far as it is in the block. Return: the
 * octet behind it.
 */
static u32 pass_body(struct smtp_tls *tls, u32 seq, u32 end)
{
	u32 n = smtp_at_most(tls->left, end - seq);

	tls->left -= n;
	if (!tls->left)
		tls->header = 0;
	return seq + n;
}

/**
 * smtp_tls_ahead_reach() - what precedes a block is there
 * @ahead: the block's records
 * @trace: what smtp_tls_ahead_scan() remembers of the block
 * @tls: where the block begins; moved to where it ends
 *
 * Return: whether all of the block belongs to records.
 */
bool smtp_tls_ahead_reach(const struct smtp_tls_ahead *ahead,
			  const struct smtp_trace *trace, struct smtp_tls *tls)
{
	u32 seq = trace->una;

	if (tls->header && tls->header < SMTP_TLS_HEADER &&
	    !read_header(tls, trace, &seq))
		return false;
	if (tls->header == SMTP_TLS_HEADER)
		seq = pass_body(tls, seq, trace->next);
	if (tls->header)
		return true;
	if (!read_header(tls, trace, &seq))
		return false;
	return tls->header < SMTP_TLS_HEADER ||
	       chain_end(ahead, trace->next, tls);
}
