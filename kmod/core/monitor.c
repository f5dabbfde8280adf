// SPDX-License-Identifier: GPL-2.0
/*
 * Judges the segments of a connection that the policy only monitors.
 *
 * All bytes go on at once and as they came. The session judges a copy, and its
 * edits are lost with the copy. Some bytes cannot be judged when they pass: those
 * whose meaning depends on a reply that is outstanding, a line that is
 * incomplete, and what arrives before a missing segment. They are kept and judged
 * later, so the history of a direction is used in another way here:
 *
 *	        una                 next           block
 *	---------|-------------------|--(missing)--|#####|-------->
 *	  judged   kept, to be judged
 *
 * A line is judged when it is complete, or fills the window. So the first window
 * of a line shows its verb and, where a chunk follows, the whole line. The server
 * gets denied commands, too, and this verb tells what follows one.
 *
 * If there is no room for what must be kept, or the server's replies do not
 * match the commands any more, the connection passes unread from then on.
 */
#include "find.h"
#include "monitor.h"
#include "record.h"

/* For records that nobody reads, of so many lines of content in one go. */
#define SCRATCH_CELLS	4

static bool seq_before(u32 a, u32 b)
{
	return (__s32)(a - b) < 0;
}

static bool is_unfollowed(const struct smtp_stream *stream)
{
	return stream->session.state == MAILGUARD_STATE_UNFOLLOWED;
}

/* Is the session encrypted, so that nothing more can be judged? */
static bool is_encrypted(const struct smtp_session *s)
{
	return s->state == MAILGUARD_STATE_TLS &&
	       !smtp_tls_hello_is_due(&s->hello);
}

/**
 * smtp_monitor_unfollow() - let a connection pass unread from now on
 * @stream: the connection
 * @ev: counts it, unless there is nothing to read
 */
void smtp_monitor_unfollow(struct smtp_stream *stream, struct smtp_events *ev)
{
	unsigned int dir;

	if (is_unfollowed(stream))
		return;
	if (!is_encrypted(&stream->session))
		smtp_count(ev, MAILGUARD_REASON_UNFOLLOWED);
	stream->session.state = MAILGUARD_STATE_UNFOLLOWED;
	for (dir = 0; dir < SMTP_DIRS; dir++)
		smtp_history_clear(&stream->history[dir]);
	while (stream->ofo && stream->ofo->blocks)
		smtp_ofo_drop(stream->ofo, stream->ofo->block);
}

/**
 * smtp_monitor_ack() - process an acknowledgment
 * @stream: the connection
 * @sender: whose bytes are acknowledged
 * @ack: the acknowledgment number
 * @ev: counts what happened
 *
 * A FIN counts as one byte. If the receiver has more than passed here, the
 * stream is not known.
 */
void smtp_monitor_ack(struct smtp_stream *stream, enum smtp_dir sender, u32 ack,
		      struct smtp_events *ev)
{
	struct smtp_session *s = &stream->session;

	if (seq_before(stream->history[sender].next + 1, ack))
		smtp_monitor_unfollow(stream, ev);
	if (sender == SMTP_SERVER && s->taken == SMTP_TAKEN_SENT &&
	    !seq_before(ack, stream->taken))
		s->taken = SMTP_TAKEN_SEEN;
}

/* How many bytes are there up to a LF, with it, or without one at all? */
static u32 line_len(const u8 *bytes, u32 len)
{
	u32 n = smtp_find_lf(bytes, bytes + len) - bytes;

	return n < len ? n + 1 : n;
}

/*
 * Judge bytes of content, of a chunk or of TLS. Where the policy would blank a
 * byte or reset, the line is taken for text. Return: how many were judged.
 */
static u32 judge_opaque(struct smtp_stream *stream, enum smtp_dir dir,
			const u8 *bytes, u32 len, struct smtp_events *ev)
{
	u8 cells[SCRATCH_CELLS * SMTP_HISTORY_CELL];
	struct smtp_history scratch = {
		.memory = cells,
		.cells = SCRATCH_CELLS,
	};
	struct smtp_session *s = &stream->session;
	u32 done;

	smtp_history_init(&scratch, 0);
	done = smtp_session_opaque(s, dir, &scratch, bytes, len, ev);
	if (done && ev->verdict == SMTP_PASS)
		return done;
	if (ev->verdict == SMTP_PASS)
		smtp_count(ev, MAILGUARD_REASON_DEFANGED);
	ev->verdict = SMTP_PASS;
	if (s->state == MAILGUARD_STATE_TLS) {
		smtp_monitor_unfollow(stream, ev);
		return len;
	}
	s->content.at = SMTP_AT_TEXT;
	return done;
}

static void judge_kept(struct smtp_stream *stream, enum smtp_dir dir,
		       struct smtp_events *ev);

/*
 * Judge bytes of one line of the server. Return: how many were judged; 0 if
 * there is only a part of a keyword.
 */
static u32 judge_reply(struct smtp_stream *stream, u8 *bytes, u32 len,
		       struct smtp_events *ev)
{
	struct smtp_session *s = &stream->session;
	u32 done;

	done = smtp_session_server(s, bytes, line_len(bytes, len), ev);
	if (ev->verdict != SMTP_PASS) {
		ev->verdict = SMTP_PASS;
		smtp_monitor_unfollow(stream, ev);
		return len;
	}
	if (done && bytes[done - 1] == '\n')
		judge_kept(stream, SMTP_CLIENT, ev);
	else if (!done && len == SMTP_WINDOW)
		smtp_ehlo_force(&s->ehlo);
	return done;
}

/*
 * Judge bytes of one line of the client. Return: how many were judged; 0 if that
 * must wait for a reply, or for the rest of the line.
 */
static u32 judge_command(struct smtp_stream *stream, u8 *bytes, u32 len,
			 struct smtp_events *ev)
{
	struct smtp_session *s = &stream->session;
	u32 n = line_len(bytes, len);
	bool ends = bytes[n - 1] == '\n';
	bool follows = true;

	if (!s->command.len) {
		n = smtp_session_preamble(s, bytes, len, ev);
		if (n)
			return n;
		smtp_session_record_line(s, 0, ev);
		if (smtp_session_waits(s, *bytes, ev))
			return 0;
		n = line_len(bytes, len);
		if (!ends && len < SMTP_WINDOW)
			return 0;
		follows = smtp_session_read_verb(s, bytes, n);
	}
	smtp_session_monitor_line(s, bytes, n, ends, ev);
	if (!follows)
		smtp_monitor_unfollow(stream, ev);
	return n;
}

/* Judge bytes, of which there are no more than a window. Return: how many. */
static u32 judge_window(struct smtp_stream *stream, enum smtp_dir dir,
			const u8 *bytes, u32 len, struct smtp_events *ev)
{
	u8 copy[SMTP_WINDOW];
	u32 off = 0, done;

	memcpy(copy, bytes, len);
	while (off < len && !is_unfollowed(stream)) {
		bool before = smtp_session_is_opaque(&stream->session, dir);

		if (ev->record)
			smtp_record_piece(ev->record, bytes + off, len - off,
					  stream->session.secret);
		if (before)
			done = judge_opaque(stream, dir, bytes + off, len - off,
					    ev);
		else if (dir == SMTP_SERVER)
			done = judge_reply(stream, copy + off, len - off, ev);
		else
			done = judge_command(stream, copy + off, len - off, ev);
		if (ev->record && !before && dir == SMTP_CLIENT)
			stream->session.secret =
				smtp_record_end(ev->record, -1);
		if (!done && !before)
			break;
		off += done;
	}
	return off;
}

/* Note that @len more bytes were judged. */
static void note_judged(struct smtp_stream *stream, enum smtp_dir dir, u32 len)
{
	struct smtp_history *history = &stream->history[dir];
	struct smtp_session *s = &stream->session;

	smtp_history_forget(history, history->una + len);
	if (s->taken != SMTP_TAKEN_REPLY || dir != SMTP_SERVER)
		return;
	s->taken = SMTP_TAKEN_SENT;
	stream->taken = history->una;
}

/* Judge what was kept, as far as that is possible now. */
static void judge_kept(struct smtp_stream *stream, enum smtp_dir dir,
		       struct smtp_events *ev)
{
	struct smtp_history *history = &stream->history[dir];
	u8 bytes[SMTP_WINDOW];
	u32 len, done;

	while (history->used && !is_unfollowed(stream)) {
		len = smtp_at_most(history->next - history->una, SMTP_WINDOW);
		smtp_history_repeat(history, history->una, bytes, len);
		done = judge_window(stream, dir, bytes, len, ev);
		if (!done || is_unfollowed(stream))
			break;
		note_judged(stream, dir, done);
	}
}

/* Keep bytes; if there is no room for them, the connection is lost sight of. */
static bool keep_bytes(struct smtp_stream *stream, struct smtp_history *history,
		       const u8 *bytes, u32 len, struct smtp_events *ev)
{
	u32 cells = smtp_history_need(history, len);

	if (!smtp_history_has_cells(history, cells) &&
	    !stream->ops->reserve(stream, history, cells)) {
		smtp_monitor_unfollow(stream, ev);
		return false;
	}
	smtp_history_bytes(history, bytes, len);
	return true;
}

/* Take bytes that follow those before, no more than a window. */
static void take_window(struct smtp_stream *stream, enum smtp_dir dir,
			const u8 *bytes, u32 len, struct smtp_events *ev)
{
	struct smtp_history *history = &stream->history[dir];
	u32 done = 0;

	if (!history->used) {
		done = judge_window(stream, dir, bytes, len, ev);
		history->next += done;
		note_judged(stream, dir, done);
	}
	if (done == len || is_unfollowed(stream))
		return;
	if (keep_bytes(stream, history, bytes + done, len - done, ev) && !done)
		judge_kept(stream, dir, ev);
}

static u32 read_window(struct smtp_segment *seg, u32 off, u8 *bytes)
{
	u32 len = smtp_at_most(seg->len - off, SMTP_WINDOW);

	return seg->read(seg, off, bytes, len) ? 0 : len;
}

/* Take bytes of a segment in place. Return: how many; 0 if they can't be read. */
static u32 take_opaque(struct smtp_stream *stream, struct smtp_segment *seg,
		       u32 off, struct smtp_events *ev)
{
	struct smtp_history *history = &stream->history[seg->dir];
	u32 len = seg->len - off;
	const u8 *bytes = seg->peek(seg, off, &len);
	u32 done = 0;

	if (!bytes)
		return 0;
	while (done < len && !is_unfollowed(stream) &&
	       smtp_session_is_opaque(&stream->session, seg->dir))
		done += judge_opaque(stream, seg->dir, bytes + done,
				     len - done, ev);
	history->next += done;
	note_judged(stream, seg->dir, done);
	return done;
}

/* Take the bytes of a segment from an offset on, which are the next ones. */
static void take_segment(struct smtp_stream *stream, struct smtp_segment *seg,
			 u32 off, struct smtp_events *ev)
{
	const struct smtp_history *history = &stream->history[seg->dir];
	u8 bytes[SMTP_WINDOW];
	u32 len;

	for (; off < seg->len && !is_unfollowed(stream); off += len) {
		if (!history->used &&
		    smtp_session_is_opaque(&stream->session, seg->dir)) {
			len = take_opaque(stream, seg, off, ev);
		} else {
			len = read_window(seg, off, bytes);
			if (len)
				take_window(stream, seg->dir, bytes, len, ev);
		}
		if (!len)
			smtp_monitor_unfollow(stream, ev);
	}
}

/* The block that has, or ends before, this byte, or a new one, or NULL. */
static struct smtp_ofo_block *block_for(struct smtp_stream *stream,
					enum smtp_dir dir, u32 seq)
{
	struct smtp_ofo_block *block;
	unsigned int i;

	if (!stream->ofo)
		stream->ofo = stream->ops->ofo(stream);
	if (!stream->ofo)
		return NULL;
	for (i = 0; i < stream->ofo->blocks; i++) {
		block = &stream->ofo->block[i];
		if (block->dir == dir && !seq_before(seq, block->history.una) &&
		    !seq_before(block->history.next, seq))
			return block;
	}
	block = smtp_ofo_open(stream->ofo, seq, &stream->session);
	if (block)
		block->dir = dir;
	return block;
}

/* Keep a segment that arrived before one that is missing. */
static void keep_segment(struct smtp_stream *stream, struct smtp_segment *seg,
			 struct smtp_events *ev)
{
	struct smtp_ofo_block *block = block_for(stream, seg->dir, seg->seq);
	u8 bytes[SMTP_WINDOW];
	u32 off, len;

	smtp_count(ev, MAILGUARD_REASON_OUT_OF_ORDER);
	if (!block) {
		smtp_monitor_unfollow(stream, ev);
		return;
	}
	for (off = block->history.next - seg->seq; off < seg->len; off += len) {
		len = read_window(seg, off, bytes);
		if (!len)
			smtp_monitor_unfollow(stream, ev);
		if (!len || !keep_bytes(stream, &block->history, bytes, len, ev))
			return;
	}
}

/* A block that begins where the stream ends, or before that; or NULL. */
static struct smtp_ofo_block *next_block(const struct smtp_stream *stream,
					 enum smtp_dir dir)
{
	struct smtp_ofo *ofo = stream->ofo;
	unsigned int i;

	for (i = 0; ofo && i < ofo->blocks; i++)
		if (ofo->block[i].dir == dir &&
		    !seq_before(stream->history[dir].next,
				ofo->block[i].history.una))
			return &ofo->block[i];
	return NULL;
}

/* Nothing is missing any more in front of some blocks: judge them. */
static void take_blocks(struct smtp_stream *stream, enum smtp_dir dir,
			struct smtp_events *ev)
{
	const struct smtp_history *history = &stream->history[dir];
	struct smtp_ofo_block *block;
	u8 bytes[SMTP_WINDOW];
	u32 len;

	while ((block = next_block(stream, dir))) {
		if (!seq_before(history->next, block->history.next)) {
			smtp_ofo_drop(stream->ofo, block);
			continue;
		}
		len = smtp_at_most(block->history.next - history->next,
				   SMTP_WINDOW);
		smtp_history_repeat(&block->history, history->next, bytes, len);
		take_window(stream, dir, bytes, len, ev);
	}
}

/**
 * smtp_monitor_segment() - judge a segment, all of which goes on as it is
 * @stream: the connection
 * @seg: the segment
 * @ev: counts what happened; its verdict is and stays %SMTP_PASS
 *
 * Return: the length of the segment.
 */
u32 smtp_monitor_segment(struct smtp_stream *stream, struct smtp_segment *seg,
			 struct smtp_events *ev)
{
	const struct smtp_history *history = &stream->history[seg->dir];

	if (is_unfollowed(stream) || !seg->len)
		return seg->len;
	/* The kept bytes were freed with the connection's memory, as after a RST. */
	if (history->una != history->next &&
	    !smtp_history_knows(history, history->una)) {
		smtp_monitor_unfollow(stream, ev);
		return seg->len;
	}
	if (seq_before(history->next, seg->seq)) {
		keep_segment(stream, seg, ev);
		return seg->len;
	}
	if (history->next != seg->seq)
		smtp_count(ev, MAILGUARD_REASON_REPEATED);
	take_segment(stream, seg, history->next - seg->seq, ev);
	take_blocks(stream, seg->dir, ev);
	return seg->len;
}
