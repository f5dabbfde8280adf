// SPDX-License-Identifier: GPL-2.0
/*
 * Sends the client's bytes on out of order, where that is safe.
 *
 *	          next       [block)      [block)
 *	------------|--hole--|#####|-hole-|#####|---------------->
 *
 * After a loss, what follows the hole is sent on if it cannot be a command,
 * whatever the hole turns out to hold.
 *
 * Content: a block begins with a byte that no end of data contains. So it makes
 * no difference whether that byte begins a line. The block itself holds no end
 * of data. If the hole turns out to hold one, then the block was commands,
 * which were sent on unjudged. The connection is then reset before the end of
 * data is sent on, so the server never reads the block as commands.
 *
 * A chunk: the number of bytes still to come is known.
 *
 * TLS: where the block's first record header is depends on the hole, but all
 * bytes that may be a header are remembered. If the records do not fit when the
 * hole is filled, the connection is reset before the hole's last byte is sent
 * on.
 */
#include "ofo.h"

static bool seq_before(u32 a, u32 b)
{
	return (__s32)(a - b) < 0;
}

/**
 * smtp_ofo_open() - begin a block
 * @ofo: the blocks
 * @seq: the first byte of the new block, which no other block contains
 * @s: the session, in its state at the end of the stream
 *
 * Return: the new block, or NULL if there are too many.
 */
struct smtp_ofo_block *smtp_ofo_open(struct smtp_ofo *ofo, u32 seq,
				     const struct smtp_session *s)
{
	struct smtp_ofo_block block;
	unsigned int i = 0;

	if (ofo->blocks == SMTP_OFO_BLOCKS)
		return NULL;
	while (i < ofo->blocks && seq_before(ofo->block[i].history.una, seq))
		i++;
	block = ofo->block[ofo->blocks];
	memmove(&ofo->block[i + 1], &ofo->block[i],
		(ofo->blocks - i) * sizeof(block));
	smtp_history_init(&block.history, seq);
	if (s->state == MAILGUARD_STATE_TLS)
		memset(&block.records, 0, sizeof(block.records));
	else
		smtp_content_begin(&block.content, smtp_session_false_end(s));
	ofo->block[i] = block;
	ofo->blocks++;
	return &ofo->block[i];
}

/**
 * smtp_ofo_find() - find the block that contains or precedes a byte
 * @ofo: the blocks, or NULL
 * @seq: the byte
 *
 * Return: the block that contains the byte or ends right before it, the second
 * one where two blocks meet; or NULL.
 */
struct smtp_ofo_block *smtp_ofo_find(struct smtp_ofo *ofo, u32 seq)
{
	struct smtp_ofo_block *found = NULL;
	unsigned int i;

	/* Go on after a match: a block may begin where another one ends. */
	for (i = 0; ofo && i < ofo->blocks; i++) {
		struct smtp_history *history = &ofo->block[i].history;

		if (!seq_before(seq, history->una) && !seq_before(history->next,
								  seq))
			found = &ofo->block[i];
	}
	return found;
}

/**
 * smtp_ofo_may_take() - may a block take more memory?
 * @ofo: the blocks
 * @history: the history of the block
 * @cells: how many more cells it needs
 *
 * Return: true if the blocks stay within %SMTP_OFO_ROOM bytes.
 */
bool smtp_ofo_may_take(const struct smtp_ofo *ofo,
		       const struct smtp_history *history, u32 cells)
{
	u32 sum = smtp_history_grown(history, cells);
	unsigned int i;

	if (smtp_history_has_cells(history, cells))
		return true;
	for (i = 0; i < SMTP_OFO_BLOCKS; i++)
		sum += ofo->block[i].history.cells;
	sum -= history->cells;
	return sum * SMTP_HISTORY_CELL <= SMTP_OFO_ROOM;
}

/**
 * smtp_ofo_hole() - how many bytes lie before the next block?
 * @ofo: the blocks, or NULL
 * @seq: the first byte
 * @len: how many bytes there are
 *
 * Return: the number, at most @len.
 */
u32 smtp_ofo_hole(const struct smtp_ofo *ofo, u32 seq, u32 len)
{
	unsigned int i;

	for (i = 0; ofo && i < ofo->blocks; i++) {
		u32 una = ofo->block[i].history.una;

		if (seq_before(seq, una) && una - seq < len)
			return una - seq;
	}
	return len;
}

/**
 * smtp_ofo_may_begin() - may a block begin with this byte?
 * @s: the session, in its state at the end of the stream
 * @byte: the byte
 * @len: how many bytes the segment has from this byte on
 *
 * Return: true if it may.
 */
bool smtp_ofo_may_begin(const struct smtp_session *s, u8 byte, u32 len)
{
	if (len < SMTP_OFO_MIN || !smtp_session_is_opaque(s, SMTP_CLIENT))
		return false;
	return s->state != MAILGUARD_STATE_CONTENT ||
	       smtp_content_is_text(byte);
}

/* The end of data is never sent on out of order, so its LF is taken back. */
static u32 content_stops(struct smtp_ofo_block *block, u32 done,
			 enum smtp_content_end end, bool *stop)
{
	bool ends = end == SMTP_CONTENT_END || end == SMTP_CONTENT_LF_END;

	*stop = ends || end == SMTP_CONTENT_FALSE_END;
	if (ends) {
		smtp_history_cut(&block->history);
		done--;
	}
	return done;
}

static u32 scan_content(struct smtp_ofo_block *block, const u8 *bytes,
			u32 len, bool *stop)
{
	enum smtp_content_end end;
	u32 done;

	done = smtp_content_scan(&block->content, &block->history, bytes, len,
				 &end);
	return content_stops(block, done, end, stop);
}

/**
 * smtp_ofo_defang() - follow content that needs blanks written in
 * @block: a block whose next byte smtp_ofo_scan() did not follow
 * @bytes: the bytes that follow the block; edited in place
 * @len: how many
 * @stop: set to true if the next byte must not be sent on out of order
 * @ev: counts the blanks
 *
 * Return: how many bytes may be sent on.
 */
u32 smtp_ofo_defang(struct smtp_ofo_block *block, u8 *bytes, u32 len,
		    bool *stop, struct smtp_events *ev)
{
	enum smtp_content_end end;
	u32 done, blanks;

	done = smtp_content_defang(&block->content, &block->history, bytes, len,
				   &end, &blanks);
	smtp_count_some(ev, MAILGUARD_REASON_DEFANGED, blanks);
	return content_stops(block, done, end, stop);
}

/* @left: how many bytes of the chunk follow the block. */
static u32 scan_chunk(struct smtp_ofo_block *block, u32 left, u32 len,
		      bool *stop)
{
	*stop = left < len;
	if (left < len)
		len = left;
	if (len)
		smtp_history_opaque(&block->history, len);
	return len;
}

/**
 * smtp_ofo_scan() - extend a block
 * @block: the block, with room for a record in its history
 * @s: the session, in its state at the end of the stream
 * @next: sequence number of the first byte behind the stream
 * @bytes: the bytes that follow the block
 * @len: how many
 * @stop: set to true if the next byte must not be sent on out of order
 *
 * Return: how many bytes may be sent on. If that is 0 and @stop is false, the
 * next byte must become a blank: the caller goes on with smtp_ofo_defang().
 */
u32 smtp_ofo_scan(struct smtp_ofo_block *block,
		  const struct smtp_session *s, u32 next, const u8 *bytes,
		  u32 len, bool *stop)
{
	u32 off = block->history.next - next;

	switch (s->state) {
	case MAILGUARD_STATE_CONTENT:
		return scan_content(block, bytes, len, stop);
	case MAILGUARD_STATE_CHUNK:
		return scan_chunk(block, off < s->bytes ? s->bytes - off : 0,
				  len, stop);
	default:
		return smtp_tls_ofo_scan(&block->records, &block->history,
					 bytes, len, stop);
	}
}

static bool follow_records(struct smtp_ofo *ofo, struct smtp_tls tls, u32 next)
{
	unsigned int i;

	for (i = 0; i < ofo->blocks; i++) {
		struct smtp_ofo_block *block = &ofo->block[i];

		if (block->history.una != next)
			break;
		if (!smtp_tls_ofo_reach(&block->records, &block->history,
					&tls))
			return false;
		block->tls = tls;
		next = block->history.next;
	}
	return true;
}

/**
 * smtp_ofo_fits() - do the blocks fit behind the stream as it has grown?
 * @ofo: the blocks
 * @s: the session, in its state at the end of the stream
 * @next: sequence number of the first byte behind the stream
 *
 * Return: false if a block is not what it was taken for when it was sent on.
 */
bool smtp_ofo_fits(struct smtp_ofo *ofo, const struct smtp_session *s,
		   u32 next)
{
	switch (s->state) {
	case MAILGUARD_STATE_CONTENT:
	case MAILGUARD_STATE_CHUNK:
		return true;
	case MAILGUARD_STATE_TLS:
		return follow_records(ofo, s->tls[SMTP_CLIENT], next);
	default:
		return false;
	}
}

/**
 * smtp_ofo_reach() - move the session from the beginning to the end of a block
 * @block: a block that begins where the stream ends, and fits there
 * @s: the session
 * @ev: counts a message that ends there
 */
void smtp_ofo_reach(const struct smtp_ofo_block *block,
		    struct smtp_session *s, struct smtp_events *ev)
{
	switch (s->state) {
	case MAILGUARD_STATE_CONTENT:
		s->content = block->content;
		break;
	case MAILGUARD_STATE_CHUNK:
		smtp_session_chunk(s, block->history.next - block->history.una,
				   ev);
		break;
	default:
		s->tls[SMTP_CLIENT] = block->tls;
		break;
	}
}

/**
 * smtp_ofo_drop() - remove a block that joined the stream or stayed empty
 * @ofo: the blocks
 * @gone: the block to remove; its memory stays for another block
 */
void smtp_ofo_drop(struct smtp_ofo *ofo, struct smtp_ofo_block *gone)
{
	struct smtp_ofo_block block = *gone;
	struct smtp_ofo_block *last = &ofo->block[--ofo->blocks];

	memmove(gone, gone + 1, (last - gone) * sizeof(block));
	smtp_history_clear(&block.history);
	*last = block;
}
