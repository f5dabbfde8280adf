// SPDX-License-Identifier: GPL-2.0
/*
 * Octets ahead of the stream.
 *
 *	          next       [block)      [block)
 *	------------|--hole--|#####|-hole-|#####|---------------->
 *
 * After a loss, what follows goes on if it is no command whatever the hole holds.
 *
 * Content: it begins with an octet that can be in no line that ends content, so
 * whether a line began in the hole makes no difference, and there is no end of
 * data in it. Should the hole turn out to hold one, then what went on were
 * commands that nobody judged; that is the end of the connection, before the
 * end of data goes on.
 *
 * A chunk: how many octets are to come is known.
 *
 * TLS: where the first header is depends on the hole, but all that might be a
 * header is remembered. Should the records not be what they have to be, then
 * that is the end of the connection, before the hole's last octet goes on.
 */
#include "ahead.h"

static bool before(u32 a, u32 b)
{
	return (__s32)(a - b) < 0;
}

/**
 * smtp_ahead_open() - begin a block
 * @ahead: the blocks
 * @seq: where; in none of them
 * @s: the session, where the stream ends
 *
 * Return: the block, or NULL if there are too many.
 */
struct smtp_ahead_block *smtp_ahead_open(struct smtp_ahead *ahead, u32 seq,
					 const struct smtp_session *s)
{
	struct smtp_ahead_block block;
	unsigned int i = 0;

	if (ahead->blocks == SMTP_AHEAD_BLOCKS)
		return NULL;
	while (i < ahead->blocks && before(ahead->block[i].trace.una, seq))
		i++;
	block = ahead->block[ahead->blocks];
	memmove(&ahead->block[i + 1], &ahead->block[i],
		(ahead->blocks - i) * sizeof(block));
	smtp_trace_init(&block.trace, seq);
	if (s->state == MAILGUARD_STATE_TLS)
		memset(&block.records, 0, sizeof(block.records));
	else
		smtp_content_begin(&block.content, smtp_session_false_end(s));
	ahead->block[i] = block;
	ahead->blocks++;
	return &ahead->block[i];
}

/**
 * smtp_ahead_find() - the block that has an octet, or ends before it
 * @ahead: the blocks, or NULL
 * @seq: the octet
 *
 * Return: that block, the last of two that meet there, or NULL.
 */
struct smtp_ahead_block *smtp_ahead_find(struct smtp_ahead *ahead, u32 seq)
{
	struct smtp_ahead_block *found = NULL;
	unsigned int i;

	/* The last one that does: one may begin where another ends. */
	for (i = 0; ahead && i < ahead->blocks; i++) {
		struct smtp_trace *trace = &ahead->block[i].trace;

		if (!before(seq, trace->una) && !before(trace->next, seq))
			found = &ahead->block[i];
	}
	return found;
}

/**
 * smtp_ahead_may_take() - may a block take more memory?
 * @ahead: the blocks
 * @trace: the block's
 * @cells: how many more cells
 *
 * Return: true if the blocks stay within their bound.
 */
bool smtp_ahead_may_take(const struct smtp_ahead *ahead,
			 const struct smtp_trace *trace, u32 cells)
{
	u32 sum = smtp_trace_grown(trace, cells);
	unsigned int i;

	if (smtp_trace_has_cells(trace, cells))
		return true;
	for (i = 0; i < SMTP_AHEAD_BLOCKS; i++)
		sum += ahead->block[i].trace.cells;
	sum -= trace->cells;
	return sum * SMTP_TRACE_CELL <= SMTP_AHEAD_ROOM;
}

/**
 * smtp_ahead_hole() - how far octets go before a block begins
 * @ahead: the blocks, or NULL
 * @seq: the first octet
 * @len: how many
 *
 * Return: at most @len.
 */
u32 smtp_ahead_hole(const struct smtp_ahead *ahead, u32 seq, u32 len)
{
	unsigned int i;

	for (i = 0; ahead && i < ahead->blocks; i++) {
		u32 una = ahead->block[i].trace.una;

		if (before(seq, una) && una - seq < len)
			return una - seq;
	}
	return len;
}

/**
 * smtp_ahead_may_begin() - may a block begin?
 * @s: the session, where the stream ends
 * @octet: the first one of the block
 * @len: octets of the segment from there on
 *
 * Return: true if a block may begin there.
 */
bool smtp_ahead_may_begin(const struct smtp_session *s, u8 octet, u32 len)
{
	if (len < SMTP_AHEAD_MIN || !smtp_session_is_opaque(s, SMTP_CLIENT))
		return false;
	return s->state != MAILGUARD_STATE_CONTENT ||
	       smtp_content_is_text(octet);
}

/* The end of data does not go on ahead of the stream. */
static u32 content_stops(struct smtp_ahead_block *block, u32 done,
			 enum smtp_content_end end, bool *stop)
{
	bool ends = end == SMTP_CONTENT_END || end == SMTP_CONTENT_LF_END;

	*stop = ends || end == SMTP_CONTENT_FALSE_END;
	if (ends) {
		smtp_trace_cut(&block->trace);
		done--;
	}
	return done;
}

static u32 scan_content(struct smtp_ahead_block *block, const u8 *octets,
			u32 len, bool *stop)
{
	enum smtp_content_end end;
	u32 done;

	done = smtp_content_scan(&block->content, &block->trace, octets, len,
				 &end);
	return content_stops(block, done, end, stop);
}

/**
 * smtp_ahead_defang() - follow content where a byte of it becomes a blank
 * @block: a block whose next octet smtp_ahead_scan() did not follow
 * @octets: what follows the block; edited in place
 * @len: how many
 * @stop: set to whether the next octet may not go on
 * @ev: counts the blanks
 *
 * Return: how many octets may go on.
 */
u32 smtp_ahead_defang(struct smtp_ahead_block *block, u8 *octets, u32 len,
		      bool *stop, struct smtp_events *ev)
{
	enum smtp_content_end end;
	u32 done, blanks;

	done = smtp_content_defang(&block->content, &block->trace, octets, len,
				   &end, &blanks);
	smtp_count_some(ev, MAILGUARD_REASON_DEFANGED, blanks);
	return content_stops(block, done, end, stop);
}

/* @left: what the chunk has behind the block. */
static u32 scan_chunk(struct smtp_ahead_block *block, u32 left, u32 len,
		      bool *stop)
{
	*stop = left < len;
	if (left < len)
		len = left;
	if (len)
		smtp_trace_opaque(&block->trace, len);
	return len;
}

/**
 * smtp_ahead_scan() - scan what may become part of a block
 * @block: the block, with room for a record in its trace
 * @s: the session, where the stream ends
 * @next: sequence number of the octet that it ends before
 * @octets: what follows the block
 * @len: how many
 * @stop: set to whether the next octet may not go on
 *
 * Return: how many octets may go on. None, and not @stop, where an octet has to
 * become a blank: smtp_ahead_defang() goes on from there.
 */
u32 smtp_ahead_scan(struct smtp_ahead_block *block,
		    const struct smtp_session *s, u32 next, const u8 *octets,
		    u32 len, bool *stop)
{
	u32 off = block->trace.next - next;

	switch (s->state) {
	case MAILGUARD_STATE_CONTENT:
		return scan_content(block, octets, len, stop);
	case MAILGUARD_STATE_CHUNK:
		return scan_chunk(block, off < s->octets ? s->octets - off : 0,
				  len, stop);
	default:
		return smtp_tls_ahead_scan(&block->records, &block->trace,
					   octets, len, stop);
	}
}

static bool follow(struct smtp_ahead *ahead, struct smtp_tls tls, u32 next)
{
	unsigned int i;

	for (i = 0; i < ahead->blocks; i++) {
		struct smtp_ahead_block *block = &ahead->block[i];

		if (block->trace.una != next)
			break;
		if (!smtp_tls_ahead_reach(&block->records, &block->trace,
					  &tls))
			return false;
		block->tls = tls;
		next = block->trace.next;
	}
	return true;
}

/**
 * smtp_ahead_fits() - may the stream go on to where it ends now?
 * @ahead: the blocks
 * @s: the session there
 * @next: sequence number of the octet that it ends before
 *
 * Return: false if what went ahead would not be what it was taken for.
 */
bool smtp_ahead_fits(struct smtp_ahead *ahead, const struct smtp_session *s,
		     u32 next)
{
	switch (s->state) {
	case MAILGUARD_STATE_CONTENT:
	case MAILGUARD_STATE_CHUNK:
		return true;
	case MAILGUARD_STATE_TLS:
		return follow(ahead, s->tls[SMTP_CLIENT], next);
	default:
		return false;
	}
}

/**
 * smtp_ahead_reach() - the stream goes on to the end of a block
 * @block: begins where the stream ends, and fits there
 * @s: the session
 * @ev: counts what happens
 */
void smtp_ahead_reach(const struct smtp_ahead_block *block,
		      struct smtp_session *s, struct smtp_events *ev)
{
	switch (s->state) {
	case MAILGUARD_STATE_CONTENT:
		s->content = block->content;
		break;
	case MAILGUARD_STATE_CHUNK:
		smtp_session_chunk(s, block->trace.next - block->trace.una, ev);
		break;
	default:
		s->tls[SMTP_CLIENT] = block->tls;
		break;
	}
}

/**
 * smtp_ahead_drop() - a block is part of the stream now, or never began
 * @ahead: the blocks
 * @gone: the block
 */
void smtp_ahead_drop(struct smtp_ahead *ahead, struct smtp_ahead_block *gone)
{
	struct smtp_ahead_block block = *gone;
	struct smtp_ahead_block *last = &ahead->block[--ahead->blocks];

	memmove(gone, gone + 1, (last - gone) * sizeof(block));
	smtp_trace_clear(&block.trace);
	*last = block;
}
