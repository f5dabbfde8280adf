// SPDX-License-Identifier: GPL-2.0
/*
 * Judges TCP segments, depending on whether their bytes are new, retransmitted
 * or ahead of the stream.
 *
 *	        una                 next
 *	---------|-------------------|---------------->
 *	 blanked   as first sent on    judged at next, else dropped
 *
 * Bytes at next are new and are judged. Bytes from una to next were sent on and
 * are not acknowledged. The history remembers them, and a retransmission is
 * overwritten with the same bytes, so that it cannot say something else. Bytes
 * before una are overwritten with blanks, because the receiver has them
 * already. Bytes ahead of next are dropped, and the sender retransmits them;
 * but they are sent on if they cannot be commands, whatever the missing bytes
 * are. Such bytes are remembered as blocks (see ofo.c).
 */
#include "monitor.h"
#include "record.h"

static bool seq_before(u32 a, u32 b)
{
	return (__s32)(a - b) < 0;
}

/**
 * smtp_stream_init() - begin a connection
 * @stream: zeroed except for @stream->ops, or a stream that was in use, which
 *	keeps its memory
 * @policy: what is permitted; must outlive the stream
 * @client_seq: sequence number of the client's first byte
 * @server_seq: the same for the server
 */
void smtp_stream_init(struct smtp_stream *stream,
		      const struct smtp_policy *policy, u32 client_seq,
		      u32 server_seq)
{
	smtp_session_init(&stream->session, policy);
	stream->held = server_seq;
	stream->doomed = false;
	smtp_history_init(&stream->history[SMTP_CLIENT], client_seq);
	smtp_history_init(&stream->history[SMTP_SERVER], server_seq);
	while (stream->ofo && stream->ofo->blocks)
		smtp_ofo_drop(stream->ofo, stream->ofo->block);
}

/* Bytes passed that were not judged, so the state of the session is unknown. */
static void out_of_sight(struct smtp_stream *stream, struct smtp_events *ev)
{
	if (stream->session.state == MAILGUARD_STATE_ENDED)
		return;
	stream->session.state = MAILGUARD_STATE_ENDED;
	smtp_count(ev, MAILGUARD_REASON_RESET_MIDSTREAM);
}

static bool has_blocks(const struct smtp_stream *stream)
{
	return stream->ofo && stream->ofo->blocks;
}

/**
 * smtp_stream_may_renew() - may the stream take another policy?
 * @stream: the connection
 *
 * If it may not yet, the client's next lines are held back until it may.
 *
 * Return: true if it may. smtp_stream_renew() must follow.
 */
bool smtp_stream_may_renew(struct smtp_stream *stream)
{
	struct smtp_session *s = &stream->session;

	s->renewing = !smtp_session_is_idle(s) || has_blocks(stream);
	return !s->renewing;
}

/**
 * smtp_stream_renew() - take another policy
 * @stream: a connection for which smtp_stream_may_renew() was true
 * @policy: the policy; must outlive the stream
 */
void smtp_stream_renew(struct smtp_stream *stream,
		       const struct smtp_policy *policy)
{
	stream->session.policy = policy;
}

/* Does the first block begin where the stream ends? */
static bool block_is_next(const struct smtp_stream *stream)
{
	return has_blocks(stream) && stream->ofo->block[0].history.una ==
					     stream->history[SMTP_CLIENT].next;
}

/*
 * Append a block to the stream. Everything before the block is acknowledged, so
 * the history of the stream is replaced by that of the block.
 */
static void take_over_block(struct smtp_stream *stream, struct smtp_events *ev)
{
	struct smtp_ofo_block *block = &stream->ofo->block[0];
	struct smtp_history *history = &stream->history[SMTP_CLIENT];
	struct smtp_history old = *history;

	smtp_ofo_reach(block, &stream->session, ev);
	*history = block->history;
	block->history = old;
	smtp_ofo_drop(stream->ofo, block);
}

static void reply_acknowledged(struct smtp_stream *stream, u32 ack)
{
	if (stream->session.taken == SMTP_TAKEN_SENT &&
	    !seq_before(ack, stream->taken))
		stream->session.taken = SMTP_TAKEN_SEEN;
}

/**
 * smtp_stream_ack() - process an acknowledgment
 * @stream: the connection
 * @sender: whose bytes are acknowledged
 * @ack: the acknowledgment number
 * @ev: counts what happened
 *
 * The acknowledgment of a FIN is one greater than that of the last byte. Any
 * other acknowledgment that is ahead of the stream is for bytes that reached
 * the receiver without being judged, so the connection ends.
 */
void smtp_stream_ack(struct smtp_stream *stream, enum smtp_dir sender, u32 ack,
		     struct smtp_events *ev)
{
	struct smtp_history *history = &stream->history[sender];

	if (stream->session.monitor) {
		smtp_monitor_ack(stream, sender, ack, ev);
		return;
	}
	/*
	 * Such a block waited for memory to append its history (see
	 * reach_block()). Now that the bytes before it are acknowledged, no
	 * memory is needed.
	 */
	while (sender == SMTP_CLIENT && block_is_next(stream) &&
	       seq_before(history->next, ack))
		take_over_block(stream, ev);
	if (ack == history->next + 1 && history->fin == history->next)
		ack = history->next;
	if (seq_before(history->next, ack))
		out_of_sight(stream, ev);
	else if (seq_before(history->una, ack))
		smtp_history_forget(history, ack);
	if (sender == SMTP_SERVER)
		reply_acknowledged(stream, ack);
}

/*
 * A piece of a segment, copied out, edited, and written back if it changed.
 * @before: the piece as it was; in the segment, unless that has it in parts.
 */
struct window {
	u8 bytes[SMTP_WINDOW];
	u8 copy[SMTP_WINDOW];
	const u8 *before;
	u32 off;
	u32 len;
};

static inline bool window_read(struct window *w, struct smtp_segment *seg,
			       u32 off, u32 len)
{
	u32 there;

	w->off = off;
	w->len = smtp_at_most(len, SMTP_WINDOW);
	there = w->len;
	w->before = seg->peek(seg, off, &there);
	if (!w->before || there < w->len) {
		if (seg->read(seg, off, w->copy, w->len))
			return false;
		w->before = w->copy;
	}
	memcpy(w->bytes, w->before, w->len);
	return true;
}

static inline bool window_write(const struct window *w,
				struct smtp_segment *seg)
{
	if (!memcmp(w->before, w->bytes, w->len))
		return true;
	return !seg->write(seg, w->off, w->bytes, w->len);
}

static u32 no_memory(struct smtp_events *ev)
{
	smtp_stop(ev, SMTP_DROP, MAILGUARD_REASON_NO_MEMORY);
	return 0;
}

/*
 * Functions with a window, or that give the address of a variable away, are not
 * inline: the caller's stack would need a protector for each packet.
 */

/* Blank bytes that were acknowledged: the receiver has and will ignore them. */
static noinline u32 blank_acknowledged(struct smtp_segment *seg, u32 off,
				       u32 len, struct smtp_events *ev)
{
	struct window w;

	if (!window_read(&w, seg, off, len))
		return no_memory(ev);
	memset(w.bytes, ' ', w.len);
	if (!window_write(&w, seg))
		return no_memory(ev);
	return w.len;
}

/* Replace retransmitted bytes by those that were sent on the first time. */
static noinline u32 repeat_outstanding(const struct smtp_history *history,
				       struct smtp_segment *seg, u32 off,
				       u32 len, struct smtp_events *ev)
{
	struct window w;

	if (!smtp_history_knows(history, seg->seq + off) ||
	    !window_read(&w, seg, off, len))
		return no_memory(ev);
	smtp_history_repeat(history, seg->seq + off, w.bytes, w.len);
	if (!window_write(&w, seg))
		return no_memory(ev);
	return w.len;
}

static u32 no_room(struct smtp_events *ev)
{
	smtp_stop(ev, SMTP_HOLD, MAILGUARD_REASON_HELD_MEMORY);
	return 0;
}

/* Blank a byte of content. This needs a copy: peeked bytes are read only. */
static noinline u32 defang_content(struct smtp_stream *stream,
				   struct smtp_segment *seg, u32 off, u32 len,
				   struct smtp_events *ev)
{
	struct window w;
	u32 done;

	if (!window_read(&w, seg, off, len))
		return no_memory(ev);
	done = smtp_session_defang(&stream->session, &stream->history[seg->dir],
				   w.bytes, w.len, ev);
	if (!window_write(&w, seg))
		return no_memory(ev);
	return done;
}

/* Are so many cells free, or can the history be enlarged to have them? */
static bool has_room(struct smtp_stream *stream, struct smtp_history *history,
		     u32 cells)
{
	return smtp_history_has_cells(history, cells) ||
	       stream->ops->reserve(stream, history, cells);
}

/* Judge new bytes of content, of a chunk or of TLS. */
static noinline u32 scan_opaque(struct smtp_stream *stream,
				struct smtp_segment *seg, u32 off,
				struct smtp_events *ev)
{
	struct smtp_history *history = &stream->history[seg->dir];
	u32 next = history->next;
	u32 len = seg->len - off;
	const u8 *bytes;
	u32 done;

	if (seg->dir == SMTP_CLIENT)
		len = smtp_ofo_hole(stream->ofo, history->next, len);
	if (!has_room(stream, history,
		      smtp_history_need(history, SMTP_SCAN_ROOM)))
		return no_room(ev);
	bytes = seg->peek(seg, off, &len);
	if (!bytes)
		return no_memory(ev);
	done = smtp_session_opaque(&stream->session, seg->dir, history, bytes,
				   len, ev);
	if (!done && ev->verdict == SMTP_PASS)
		done = defang_content(stream, seg, off, len, ev);
	/*
	 * If content ends before a block that was sent on out of order, the
	 * server would read the block as commands. So the end is not sent on.
	 * Check this even if the packet is dropped because it could not be
	 * edited: its bytes are in the history already, so a retransmission
	 * would be sent on without being judged again.
	 */
	if (history->next != next && seg->dir == SMTP_CLIENT &&
	    has_blocks(stream) &&
	    !smtp_ofo_fits(stream->ofo, &stream->session, history->next)) {
		smtp_stop(ev, SMTP_RESET,
			  stream->session.state == MAILGUARD_STATE_TLS ?
				  MAILGUARD_REASON_RESET_TLS :
				  MAILGUARD_REASON_RESET_CONTENT);
		/* The server will not reply to an end that it does not get. */
		stream->session.state = MAILGUARD_STATE_ENDED;
		return done ? done - 1 : 0;
	}
	return done;
}

/*
 * Append to the stream the first block, which now begins where the stream ends.
 * This fails if there is no memory for its history; then the block stays.
 */
static bool reach_block(struct smtp_stream *stream, struct smtp_events *ev)
{
	struct smtp_history *history = &stream->history[SMTP_CLIENT];
	struct smtp_ofo_block *block = &stream->ofo->block[0];

	if (!has_room(stream, history, block->history.used))
		return false;
	smtp_history_append(history, &block->history);
	smtp_ofo_reach(block, &stream->session, ev);
	smtp_ofo_drop(stream->ofo, block);
	return true;
}

/* Like defang_content(), for bytes that are sent on out of order. */
static noinline u32 defang_ahead(struct smtp_ofo_block *block,
				 struct smtp_segment *seg, u32 off, u32 len,
				 bool *stop, struct smtp_events *ev)
{
	struct window w;
	u32 done;

	if (!window_read(&w, seg, off, len))
		return no_memory(ev);
	done = smtp_ofo_defang(block, w.bytes, w.len, stop, ev);
	if (!window_write(&w, seg))
		return no_memory(ev);
	return done;
}

/* Judge bytes that follow a block. */
static u32 extend_block(struct smtp_stream *stream,
			struct smtp_ofo_block *block,
			struct smtp_segment *seg, u32 off,
			struct smtp_events *ev)
{
	u32 len = smtp_ofo_hole(stream->ofo, seg->seq + off,
				seg->len - off);
	u32 cells = smtp_history_need(&block->history, SMTP_SCAN_ROOM);
	const u8 *bytes;
	bool stop;
	u32 done;

	if (!smtp_ofo_may_take(stream->ofo, &block->history, cells) ||
	    !has_room(stream, &block->history, cells))
		return no_room(ev);
	bytes = seg->peek(seg, off, &len);
	if (!bytes)
		return no_memory(ev);
	done = smtp_ofo_scan(block, &stream->session,
			     stream->history[SMTP_CLIENT].next, bytes, len,
			     &stop);
	if (!done && !stop)
		done = defang_ahead(block, seg, off, len, &stop, ev);
	if (stop && ev->verdict == SMTP_PASS)
		smtp_stop(ev, off + done ? SMTP_HOLD : SMTP_DROP,
			  MAILGUARD_REASON_REORDERED);
	return done;
}

static struct smtp_ofo_block *begin_block(struct smtp_stream *stream,
					  struct smtp_segment *seg, u32 off)
{
	u32 len = seg->len - off;
	const u8 *bytes = seg->peek(seg, off, &len);

	if (!bytes || !smtp_ofo_may_begin(&stream->session, *bytes,
					  seg->len - off))
		return NULL;
	if (!stream->ofo)
		stream->ofo = stream->ops->ofo(stream);
	if (!stream->ofo)
		return NULL;
	return smtp_ofo_open(stream->ofo, seg->seq + off, &stream->session);
}

/* Send bytes ahead of the stream on, unless they might be commands. */
static noinline u32 take_ahead(struct smtp_stream *stream,
			       struct smtp_segment *seg, u32 off,
			       struct smtp_events *ev)
{
	struct smtp_ofo_block *block;
	u32 seq = seg->seq + off;

	if (seg->dir == SMTP_SERVER || seg->fin)
		block = NULL;
	else
		block = smtp_ofo_find(stream->ofo, seq) ?:
			begin_block(stream, seg, off);
	if (!block) {
		smtp_stop(ev, off ? SMTP_HOLD : SMTP_DROP,
			  MAILGUARD_REASON_REORDERED);
		return 0;
	}
	if (seq == block->history.next) {
		u32 done = extend_block(stream, block, seg, off, ev);

		/* Drop a block that is still empty. */
		if (block->history.next == block->history.una)
			smtp_ofo_drop(stream->ofo, block);
		return done;
	}
	return repeat_outstanding(&block->history, seg, off,
				  smtp_at_most(seg->len - off,
					       block->history.next - seq),
				  ev);
}

/*
 * The session judged no byte, because an EHLO keyword of the server or a verb of
 * the client is incomplete. The segment is cut before it, so that the sender
 * retransmits it along with the rest. A sender that retransmits the same bytes
 * only will not send more before they are acknowledged; then the word is sent on
 * in parts.
 */
static void hold_word(struct smtp_stream *stream,
		      const struct smtp_segment *seg, u32 off, u32 len,
		      struct smtp_events *ev)
{
	u32 end = seg->seq + seg->len;

	if (ev->verdict != SMTP_PASS)
		return;
	if (off + len < seg->len) {
		no_room(ev);
		return;
	}
	if (seg->dir == SMTP_CLIENT) {
		stream->session.limits.waited = true;
		smtp_stop(ev, SMTP_HOLD, MAILGUARD_REASON_HELD_VERB);
		return;
	}
	if (stream->held == seg->seq + off &&
	    !seq_before(stream->held_end, end)) {
		smtp_ehlo_force(&stream->session.ehlo);
		return;
	}
	stream->held = seg->seq + off;
	stream->held_end = end;
	smtp_stop(ev, SMTP_HOLD, MAILGUARD_REASON_HELD_KEYWORD);
}

/* Judge new bytes of commands or replies. */
static noinline u32 judge_new(struct smtp_stream *stream,
			      struct smtp_segment *seg, u32 off,
			      struct smtp_events *ev)
{
	struct smtp_history *history = &stream->history[seg->dir];
	struct window w __uninitialized;
	u32 len;

	if (!window_read(&w, seg, off, seg->len - off))
		return no_memory(ev);
	if (!has_room(stream, history, smtp_history_need(history, w.len)))
		w.len = smtp_at_most(w.len, smtp_history_reserve(history));
	if (!w.len)
		return no_room(ev);
	len = w.len;
	if (ev->record)
		smtp_record_piece(ev->record, w.before, len,
				  stream->session.secret);
	if (seg->dir == SMTP_SERVER)
		w.len = smtp_session_server(&stream->session, w.bytes, w.len,
					    ev);
	else
		w.len = smtp_session_client(&stream->session, w.bytes, w.len,
					    ev);
	if (!w.len)
		hold_word(stream, seg, off, len, ev);
	if (ev->record && seg->dir == SMTP_CLIENT)
		stream->session.secret = smtp_record_end(ev->record, -1);
	if (!w.len)
		return 0;
	smtp_history_bytes(history, w.bytes, w.len);
	if (stream->session.taken == SMTP_TAKEN_REPLY) {
		stream->session.taken = SMTP_TAKEN_SENT;
		stream->taken = history->next;
	}
	if (!window_write(&w, seg))
		return no_memory(ev);
	return w.len;
}

static u32 take_segment(struct smtp_stream *stream, struct smtp_segment *seg,
			u32 off,
			struct smtp_events *ev)
{
	struct smtp_history *history = &stream->history[seg->dir];
	u32 seq = seg->seq + off;
	u32 len = seg->len - off;

	if (seq_before(seq, history->una))
		return blank_acknowledged(seg, off,
					  smtp_at_most(len, history->una - seq),
					  ev);
	if (seq_before(seq, history->next))
		return repeat_outstanding(history, seg, off,
					  smtp_at_most(len, history->next - seq), ev);
	/* After a 421, the server must not take a mail: it will not reply to it. */
	if ((stream->doomed || stream->session.reply.closing) &&
	    seg->dir == SMTP_CLIENT) {
		ev->verdict = SMTP_HOLD;
		return 0;
	}
	/*
	 * While a block waits for memory, or too many bytes are not
	 * acknowledged, only the retransmissions above are sent on. Once they
	 * are acknowledged, memory is free again.
	 */
	if ((seg->dir == SMTP_CLIENT && block_is_next(stream)) ||
	    history->next - history->una > SMTP_OUTSTANDING_MAX)
		return no_room(ev);
	if (seq_before(history->next, seq))
		return take_ahead(stream, seg, off, ev);
	if (smtp_session_is_opaque(&stream->session, seg->dir))
		return scan_opaque(stream, seg, off, ev);
	return judge_new(stream, seg, off, ev);
}

/*
 * Append to the stream all blocks that now begin where it ends. If there is no
 * memory for one, no new bytes of the client are judged until there is.
 */
static void reach_blocks(struct smtp_stream *stream,
			 const struct smtp_segment *seg,
			 struct smtp_events *ev)
{
	while (seg->dir == SMTP_CLIENT && block_is_next(stream) &&
	       ev->verdict == SMTP_PASS)
		if (!reach_block(stream, ev))
			break;
}

/* Remember a FIN that is sent on: it is acknowledged like one more byte. */
static void note_fin(struct smtp_history *history,
		     const struct smtp_segment *seg)
{
	if (seg->fin && seg->seq + seg->len == history->next)
		history->fin = history->next;
}

static void note_repetition(const struct smtp_history *history,
			    const struct smtp_segment *seg,
			    struct smtp_events *ev)
{
	if (!seq_before(seg->seq, history->next))
		return;
	smtp_count(ev, seq_before(seg->seq, history->una) ?
			       MAILGUARD_REASON_BLANKED :
			       MAILGUARD_REASON_REPEATED);
}

/*
 * End the connection because of this segment. But if the server may have
 * accepted a mail, the client must get the reply first, lest it send the mail
 * again. Until then nothing new of the client is sent on.
 */
static void end_stream(struct smtp_stream *stream,
		       const struct smtp_segment *seg, u32 off,
		       struct smtp_events *ev)
{
	stream->doomed = seg->dir == SMTP_CLIENT &&
			 stream->session.state != MAILGUARD_STATE_ENDED &&
			 smtp_session_mail_at_stake(&stream->session);
	if (!stream->doomed)
		stream->session.state = MAILGUARD_STATE_ENDED;
	if (off || stream->doomed)
		ev->verdict = SMTP_HOLD;
}

/**
 * smtp_stream_segment() - judge a segment
 * @stream: the connection
 * @seg: the segment; edited in place
 * @ev: set to what happened, and the verdict; the caller has initialised it
 *	with smtp_events_begin()
 *
 * If a byte in the middle of a segment ends the connection, the bytes before it
 * are sent on, and the next packet is answered with the reset. So they arrive
 * however the stream is segmented. The reset is delayed further while the
 * client does not know whether the server accepted its mail.
 *
 * Return: how many bytes of the segment may be sent on.
 */
u32 smtp_stream_segment(struct smtp_stream *stream, struct smtp_segment *seg,
			struct smtp_events *ev)
{
	struct smtp_history *history = &stream->history[seg->dir];
	bool ofo = seq_before(history->next, seg->seq);
	u32 off = 0;

	if (stream->session.monitor)
		return smtp_monitor_segment(stream, seg, ev);
	if (stream->doomed && seg->dir == SMTP_CLIENT && seg->len &&
	    !smtp_session_mail_at_stake(&stream->session))
		stream->session.state = MAILGUARD_STATE_ENDED;
	if (stream->session.state == MAILGUARD_STATE_ENDED) {
		ev->verdict = SMTP_RESET;
		return 0;
	}
	if (!seg->len) {
		if (seg->fin && ofo)
			smtp_stop(ev, SMTP_DROP, MAILGUARD_REASON_REORDERED);
		note_fin(history, seg);
		return 0;
	}
	if (stream->ofo)
		reach_blocks(stream, seg, ev);
	note_repetition(history, seg, ev);
	while (off < seg->len && ev->verdict == SMTP_PASS) {
		off += take_segment(stream, seg, off, ev);
		if (stream->ofo)
			reach_blocks(stream, seg, ev);
	}
	if (ofo && off)
		smtp_count(ev, MAILGUARD_REASON_OUT_OF_ORDER);
	if (ev->verdict == SMTP_RESET)
		end_stream(stream, seg, off, ev);
	note_fin(history, seg);
	return off;
}
