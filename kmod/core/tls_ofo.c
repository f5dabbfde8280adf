// SPDX-License-Identifier: GPL-2.0
/*
 * Follows TLS records that arrive out of order. A block has only one possible
 * chain of records. So when the hole in front of it is filled, a look at the
 * first header tells whether the block fits there, and the cost does not depend
 * on how many records the block has.
 */
#include "find.h"
#include "tls_ofo.h"

/*
 * The most headers followed in one go. The history may have no room for more,
 * and following them would be in vain.
 */
#define HEADERS_MAX 16

/*
 * Is this the header of a record other than the first one? @length: set to the
 * length of its body.
 */
static bool is_header(const u8 *bytes, u32 *length)
{
	struct smtp_tls tls = { .begun = true };
	u32 i;

	for (i = 0; i < SMTP_TLS_HEADER; i++)
		if (!smtp_tls_header(&tls, bytes[i]))
			return false;
	*length = tls.left;
	return true;
}

/* Can a header begin here, whatever the bytes behind the end will be? */
static bool may_be_header(const u8 *bytes, u32 len)
{
	if (bytes[0] < TLS_CHANGE_CIPHER_SPEC || bytes[0] > TLS_HEARTBEAT)
		return false;
	return (len < 2 || bytes[1] == TLS_VERSION_MAJOR) &&
	       (len < 3 || bytes[2] <= TLS_VERSION_MINOR_MAX) &&
	       (len < 4 || bytes[3] <= SMTP_TLS_LENGTH_MAX >> 8);
}

/* The first offset from @i on where a header can begin, or @len. */
static u32 find_header(const u8 *bytes, u32 i, u32 len)
{
	const u8 *end = bytes + len;
	const u8 *at = bytes + i + 1;

	for (; at < end; at++) {
		at = smtp_find_byte(at, end, TLS_VERSION_MAJOR);
		if (at < end && may_be_header(at - 1, end - at + 1))
			return at - 1 - bytes;
	}
	return i < len && may_be_header(end - 1, 1) ? len - 1 : len;
}

/*
 * Judge the five bytes from @seq on. Once the chain was found, they must be a
 * header if the chain has one there, and must not be one otherwise. Return: may
 * the last of them be sent on?
 */
static bool take_header(struct smtp_tls_ofo *ofo, u32 seq, const u8 *bytes)
{
	bool is_next = seq == ofo->header;
	u32 length;
	bool header = is_header(bytes, &length);

	if (ofo->found && header != is_next)
		return false;
	if (header) {
		ofo->header = seq + SMTP_TLS_HEADER + length;
		ofo->found = true;
	}
	return true;
}

/*
 * Judge headers that began in the last bytes of the block and end in @bytes.
 * Return: how many of @bytes may be sent on.
 */
static u32 take_begun(struct smtp_tls_ofo *ofo, u32 seq, const u8 *bytes,
		      u32 len)
{
	u8 joined[2 * sizeof(ofo->last)];
	u32 i;

	len = smtp_at_most(len, sizeof(ofo->last));
	memcpy(joined, ofo->last, sizeof(ofo->last));
	memcpy(joined + sizeof(ofo->last), bytes, len);
	for (i = 0; i < len; i++)
		if (!take_header(ofo, seq + i - sizeof(ofo->last),
				 joined + i))
			break;
	return i;
}

/*
 * Follow the chain of headers. It breaks where other bytes look like a header,
 * too, or where its next header should be and is not. @stop is then true, and
 * the last of these five bytes must not be sent on. Return: how many bytes may
 * be sent on. They are fewer than @len also after HEADERS_MAX headers; @stop is
 * then false.
 */
static u32 follow_chain(struct smtp_tls_ofo *ofo, u32 seq, const u8 *bytes,
			u32 len, bool *stop)
{
	u32 headers = HEADERS_MAX;
	u32 i = take_begun(ofo, seq, bytes, len);

	*stop = i < smtp_at_most(len, sizeof(ofo->last));
	if (*stop)
		return i;
	for (i = 0; i + SMTP_TLS_HEADER <= len; i++) {
		u32 next = ofo->found ? ofo->header - seq : len;

		i = smtp_at_most(find_header(bytes, i, len), next);
		if (i + SMTP_TLS_HEADER > len)
			break;
		if (!headers--)
			return i;
		*stop = !take_header(ofo, seq + i, bytes + i);
		if (*stop)
			return i + SMTP_TLS_HEADER - 1;
	}
	return len;
}

/*
 * Remember all bytes that may be part of a header, and how many other bytes
 * there are. Also remember the block's first bytes: they may end a header that
 * begins in the hole. Return: how many bytes there was room for.
 */
static u32 remember_headers(struct smtp_history *history, const u8 *bytes,
			    u32 len)
{
	u32 kept = smtp_at_most(SMTP_TLS_HEADER - 1, len);
	u32 next = find_header(bytes, 0, len);
	u32 i = 0, n;

	while (i < len && smtp_history_takes_record(history)) {
		if (next < len && (next <= kept || next == i)) {
			kept = smtp_at_most(next + SMTP_TLS_HEADER, len);
			next = find_header(bytes, next + 1, len);
		} else if (i < kept) {
			n = smtp_at_most(kept - i,
					 smtp_history_reserve(history));
			smtp_history_bytes(history, bytes + i, n);
			i += n;
		} else {
			smtp_history_opaque(history, next - i);
			i = next;
		}
	}
	return i;
}

static void note_last(struct smtp_tls_ofo *ofo, const u8 *bytes, u32 len)
{
	u32 new = smtp_at_most(len, sizeof(ofo->last));
	u32 old = sizeof(ofo->last) - new;

	memmove(ofo->last, ofo->last + new, old);
	memcpy(ofo->last + old, bytes + len - new, new);
}

/**
 * smtp_tls_ofo_scan() - extend a block by bytes of TLS records
 * @ofo: the records of the block, zeroed where the block begins
 * @history: the history of the block, with room for a record
 * @bytes: the bytes that follow the block, which are not edited
 * @len: how many
 * @stop: set to true if the next byte must not be sent on out of order
 *
 * Return: how many of the bytes may be sent on. They are fewer than @len also
 * when @history has no room for more.
 */
u32 smtp_tls_ofo_scan(struct smtp_tls_ofo *ofo, struct smtp_history *history,
		      const u8 *bytes, u32 len, bool *stop)
{
	struct smtp_tls_ofo before = *ofo;
	u32 seq = history->next;
	u32 n = follow_chain(ofo, seq, bytes, len, stop);
	u32 done = remember_headers(history, bytes, n);

	if (done < n) {
		*ofo = before;
		follow_chain(ofo, seq, bytes, done, stop);
	}
	note_last(ofo, bytes, done);
	return done;
}

/*
 * Read a header, or the rest of one, as far as the block has it. @seq is where
 * to read, and moves behind what was read. Return: false if it is no header.
 */
static bool read_header(struct smtp_tls *tls,
			const struct smtp_history *history,
			u32 *seq)
{
	struct smtp_history_place place;

	if (*seq == history->next)
		return true;
	place = smtp_history_find(history, *seq);
	while (*seq != history->next && tls->header < SMTP_TLS_HEADER) {
		u32 off = *seq - place.seq, len;
		const u8 *bytes = smtp_history_read(history, &place, &len);

		if (!bytes)
			return false;
		for (; off < len && tls->header < SMTP_TLS_HEADER; off++) {
			if (!smtp_tls_header(tls, bytes[off]))
				return false;
			++*seq;
		}
	}
	return true;
}

/*
 * The stream has reached a header of the chain. Set @tls to the position at the
 * end of the block, which is in the body of the chain's last record or in the
 * header behind that. Return: false if there is no valid header.
 */
static bool chain_end(const struct smtp_tls_ofo *ofo, u32 end,
		      struct smtp_tls *tls)
{
	__s32 left = ofo->header - end;

	*tls = (struct smtp_tls){ .begun = true };
	if (!ofo->found)
		return false;
	if (left > 0) {
		tls->left = left;
		tls->header = SMTP_TLS_HEADER;
	}
	for (; left < 0; left++)
		if (!smtp_tls_header(tls, ofo->last[sizeof(ofo->last) +
						    left]))
			return false;
	return true;
}

/*
 * Skip the rest of a record's body, as far as the block has it. Return: the
 * sequence number behind it.
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
 * smtp_tls_ofo_reach() - check a block when the hole in front of it is filled
 * @ofo: the records of the block
 * @history: what smtp_tls_ofo_scan() remembered of the block
 * @tls: the position at the beginning of the block; moved to its end
 *
 * Return: true if all bytes of the block belong to records.
 */
bool smtp_tls_ofo_reach(const struct smtp_tls_ofo *ofo,
			const struct smtp_history *history,
			struct smtp_tls *tls)
{
	u32 seq = history->una;

	if (tls->header && tls->header < SMTP_TLS_HEADER &&
	    !read_header(tls, history, &seq))
		return false;
	if (tls->header == SMTP_TLS_HEADER)
		seq = pass_body(tls, seq, history->next);
	if (tls->header)
		return true;
	if (!read_header(tls, history, &seq))
		return false;
	return tls->header < SMTP_TLS_HEADER ||
	       chain_end(ofo, history->next, tls);
}
