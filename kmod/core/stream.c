// SPDX-License-Identifier: GPL-2.0
/*
 * TCP sequence space: what is new, what is old, what must wait.
 *
 *	        una                 next
 *	---------|-------------------|---------------->
 *	 blanked   as first sent on    judged when it is the next
 *
 * The first decision on an octet wins. What was sent on and is not yet
 * acknowledged is remembered as it was sent on, and a repetition gets those
 * octets whatever it carries. What is older is blanked: the receiver has it.
 * What is ahead of the stream is dropped, and the sender repeats it; but what is
 * no command, whatever precedes it, goes on.
 */
#include "stream.h"

static bool before(u32 a, u32 b)
{
	return (__s32)(a - b) < 0;
}

/**
 * smtp_stream_init() - begin a connection
 * @stream: zeroed, or initialised before; its memories stay
 * @policy: what is permitted; must outlive the stream
 * @client_seq: sequence number of the client's first octet
 * @server_seq: the same for the server
 */
void smtp_stream_init(struct smtp_stream *stream,
		      const struct smtp_policy *policy, u32 client_seq,
		      u32 server_seq)
{
	smtp_session_init(&stream->session, policy);
	stream->held = server_seq;
	stream->doomed = false;
	smtp_trace_init(&stream->trace[SMTP_CLIENT], client_seq);
	smtp_trace_init(&stream->trace[SMTP_SERVER], server_seq);
	while (stream->ahead && stream->ahead->blocks)
		smtp_ahead_drop(stream->ahead, stream->ahead->block);
}

static void out_of_sight(struct smtp_stream *stream, struct smtp_events *ev)
{
	if (stream->session.state == MAILGUARD_STATE_ENDED)
		return;
	stream->session.state = MAILGUARD_STATE_ENDED;
	smtp_count(ev, MAILGUARD_REASON_RESET_MIDSTREAM);
}

static bool has_blocks(const struct smtp_stream *stream)
{
	return stream->ahead && stream->ahead->blocks;
}

static bool block_is_next(const struct smtp_stream *stream)
{
	return has_blocks(stream) && stream->ahead->block[0].trace.una ==
					     stream->trace[SMTP_CLIENT].next;
}

/* All before the block is acknowledged: only its own trace matters. */
static void take_over_block(struct smtp_stream *stream, struct smtp_events *ev)
{
	struct smtp_ahead_block *block = &stream->ahead->block[0];
	struct smtp_trace *trace = &stream->trace[SMTP_CLIENT];
	struct smtp_trace old = *trace;

	smtp_ahead_reach(block, &stream->session, ev);
	*trace = block->trace;
	block->trace = old;
	smtp_ahead_drop(stream->ahead, block);
}

/*
 * Is there a mail of which the client does not know whether the server took it?
 * A reset would make it send the mail again.
 */
static bool mail_is_at_stake(const struct smtp_session *s)
{
	return s->taken == SMTP_TAKEN_REPLY || s->taken == SMTP_TAKEN_SENT ||
	       smtp_queue_has(&s->queue, SMTP_AWAIT_MESSAGE) ||
	       smtp_queue_has(&s->queue, SMTP_AWAIT_LF_MESSAGE);
}

static void reply_acknowledged(struct smtp_stream *stream, u32 ack)
{
	if (stream->session.taken == SMTP_TAKEN_SENT &&
	    !before(ack, stream->taken))
		stream->session.taken = SMTP_TAKEN_SEEN;
}

/**
 * smtp_stream_ack() - the receiver acknowledges
 * @stream: the connection
 * @sender: whose octets are acknowledged
 * @ack: the first octet not acknowledged
 * @ev: counts what happened
 *
 * The acknowledgment of a FIN that went on is one ahead of the octets. Any other
 * that is ahead is for octets that passed unread: the connection was out of our
 * sight, and ends.
 */
void smtp_stream_ack(struct smtp_stream *stream, enum smtp_dir sender, u32 ack,
		     struct smtp_events *ev)
{
	struct smtp_trace *trace = &stream->trace[sender];

	/* It waited for memory, which it needs no more. */
	while (sender == SMTP_CLIENT && block_is_next(stream) &&
	       before(trace->next, ack))
		take_over_block(stream, ev);
	if (ack == trace->next + 1 && trace->fin == trace->next)
		ack = trace->next;
	if (before(trace->next, ack))
		out_of_sight(stream, ev);
	else if (before(trace->una, ack))
		smtp_trace_forget(trace, ack);
	if (sender == SMTP_SERVER)
		reply_acknowledged(stream, ack);
}

/* One window out of the segment, edited, and back in if it changed. */
struct window {
	u8 octets[SMTP_WINDOW];
	u8 before[SMTP_WINDOW];
	u32 off;
	u32 len;
};

static bool window_read(struct window *w, struct smtp_segment *seg, u32 off,
			u32 len)
{
	w->off = off;
	w->len = smtp_at_most(len, SMTP_WINDOW);
	if (seg->read(seg, off, w->octets, w->len))
		return false;
	memcpy(w->before, w->octets, w->len);
	return true;
}

static bool window_write(const struct window *w, struct smtp_segment *seg)
{
	if (!memcmp(w->before, w->octets, w->len))
		return true;
	return !seg->write(seg, w->off, w->octets, w->len);
}

static u32 no_memory(struct smtp_events *ev)
{
	smtp_stop(ev, SMTP_DROP, MAILGUARD_REASON_NO_MEMORY);
	return 0;
}

/* Octets that were acknowledged: whoever did that has them. */
static u32 blank(struct smtp_segment *seg, u32 off, u32 len,
		 struct smtp_events *ev)
{
	struct window w;

	if (!window_read(&w, seg, off, len))
		return no_memory(ev);
	memset(w.octets, ' ', w.len);
	if (!window_write(&w, seg))
		return no_memory(ev);
	return w.len;
}

/* Octets that went on and are not acknowledged. */
static u32 repeat(const struct smtp_trace *trace, struct smtp_segment *seg,
		  u32 off, u32 len, struct smtp_events *ev)
{
	struct window w;

	if (!smtp_trace_knows(trace, seg->seq + off) ||
	    !window_read(&w, seg, off, len))
		return no_memory(ev);
	smtp_trace_repeat(trace, seg->seq + off, w.octets, w.len);
	if (!window_write(&w, seg))
		return no_memory(ev);
	return w.len;
}

static u32 no_room(struct smtp_events *ev)
{
	smtp_stop(ev, SMTP_HOLD, MAILGUARD_REASON_HELD_MEMORY);
	return 0;
}

/* Content of which a byte becomes a blank: what is peeked at is read only. */
static u32 defang(struct smtp_stream *stream, struct smtp_segment *seg, u32 off,
		  u32 len, struct smtp_events *ev)
{
	struct window w;
	u32 done;

	if (!window_read(&w, seg, off, len))
		return no_memory(ev);
	done = smtp_session_defang(&stream->session, &stream->trace[seg->dir],
				   w.octets, w.len, ev);
	if (!window_write(&w, seg))
		return no_memory(ev);
	return done;
}

/* Are there so many more cells? */
static bool has_room(struct smtp_segment *seg, struct smtp_trace *trace,
		     u32 cells)
{
	return smtp_trace_has_cells(trace, cells) ||
	       seg->room(seg, trace, cells);
}

static u32 scan(struct smtp_stream *stream, struct smtp_segment *seg, u32 off,
		struct smtp_events *ev)
{
	struct smtp_trace *trace = &stream->trace[seg->dir];
	u32 next = trace->next;
	u32 len = seg->len - off;
	const u8 *octets;
	u32 done;

	if (seg->dir == SMTP_CLIENT)
		len = smtp_ahead_hole(stream->ahead, trace->next, len);
	if (!has_room(seg, trace, smtp_trace_need(trace, SMTP_SCAN_ROOM)))
		return no_room(ev);
	octets = seg->peek(seg, off, &len);
	if (!octets)
		return no_memory(ev);
	done = smtp_session_opaque(&stream->session, seg->dir, trace, octets,
				   len, ev);
	if (!done && ev->verdict == SMTP_PASS)
		done = defang(stream, seg, off, len, ev);
	/*
	 * An end of data in the hole would make commands of what went ahead, so
	 * it does not go on. That holds also if the packet is dropped because it
	 * could not be edited: the session has moved on, and a repetition of
	 * these octets would go on without being judged again.
	 */
	if (trace->next != next && seg->dir == SMTP_CLIENT &&
	    has_blocks(stream) &&
	    !smtp_ahead_fits(stream->ahead, &stream->session, trace->next)) {
		smtp_stop(ev, SMTP_RESET,
			  stream->session.state == MAILGUARD_STATE_TLS ?
				  MAILGUARD_REASON_RESET_TLS :
				  MAILGUARD_REASON_RESET_CONTENT);
		/* The end does not go on: no reply to it is waited for. */
		stream->session.state = MAILGUARD_STATE_ENDED;
		return done ? done - 1 : 0;
	}
	return done;
}

/* The hole before the first block is filled. It may have to wait for room. */
static bool reach_block(struct smtp_stream *stream, struct smtp_segment *seg,
			struct smtp_events *ev)
{
	struct smtp_trace *trace = &stream->trace[SMTP_CLIENT];
	struct smtp_ahead_block *block = &stream->ahead->block[0];

	if (!has_room(seg, trace, block->trace.used))
		return false;
	smtp_trace_append(trace, &block->trace);
	smtp_ahead_reach(block, &stream->session, ev);
	smtp_ahead_drop(stream->ahead, block);
	return true;
}

/* The same in a block. */
static u32 defang_ahead(struct smtp_ahead_block *block,
			struct smtp_segment *seg, u32 off, u32 len, bool *stop,
			struct smtp_events *ev)
{
	struct window w;
	u32 done;

	if (!window_read(&w, seg, off, len))
		return no_memory(ev);
	done = smtp_ahead_defang(block, w.octets, w.len, stop, ev);
	if (!window_write(&w, seg))
		return no_memory(ev);
	return done;
}

static u32 extend(struct smtp_stream *stream, struct smtp_ahead_block *block,
		  struct smtp_segment *seg, u32 off, struct smtp_events *ev)
{
	u32 len = smtp_ahead_hole(stream->ahead, seg->seq + off,
				  seg->len - off);
	u32 cells = smtp_trace_need(&block->trace, SMTP_SCAN_ROOM);
	const u8 *octets;
	bool stop;
	u32 done;

	if (!smtp_ahead_may_take(stream->ahead, &block->trace, cells) ||
	    !has_room(seg, &block->trace, cells))
		return no_room(ev);
	octets = seg->peek(seg, off, &len);
	if (!octets)
		return no_memory(ev);
	done = smtp_ahead_scan(block, &stream->session,
			       stream->trace[SMTP_CLIENT].next, octets, len,
			       &stop);
	if (!done && !stop)
		done = defang_ahead(block, seg, off, len, &stop, ev);
	if (stop && ev->verdict == SMTP_PASS)
		smtp_stop(ev, off + done ? SMTP_HOLD : SMTP_DROP,
			  MAILGUARD_REASON_REORDERED);
	return done;
}

static struct smtp_ahead_block *begin_block(struct smtp_stream *stream,
					    struct smtp_segment *seg, u32 off)
{
	u32 len = seg->len - off;
	const u8 *octets = seg->peek(seg, off, &len);

	if (!octets || !smtp_ahead_may_begin(&stream->session, *octets,
					     seg->len - off))
		return NULL;
	if (!stream->ahead)
		stream->ahead = seg->ahead(seg);
	if (!stream->ahead)
		return NULL;
	return smtp_ahead_open(stream->ahead, seg->seq + off, &stream->session);
}

/* Octets ahead of the stream; no commands go on. */
static u32 take_ahead(struct smtp_stream *stream, struct smtp_segment *seg,
		      u32 off, struct smtp_events *ev)
{
	struct smtp_ahead_block *block;
	u32 seq = seg->seq + off;

	if (seg->dir == SMTP_SERVER || seg->fin)
		block = NULL;
	else
		block = smtp_ahead_find(stream->ahead, seq) ?:
			begin_block(stream, seg, off);
	if (!block) {
		smtp_stop(ev, off ? SMTP_HOLD : SMTP_DROP,
			  MAILGUARD_REASON_REORDERED);
		return 0;
	}
	if (seq == block->trace.next) {
		u32 done = extend(stream, block, seg, off, ev);

		/* What follows a block that did not begin may be anything. */
		if (block->trace.next == block->trace.una)
			smtp_ahead_drop(stream->ahead, block);
		return done;
	}
	return repeat(&block->trace, seg, off,
		      smtp_at_most(seg->len - off, block->trace.next - seq),
		      ev);
}

/*
 * Nothing could be decided. Of the server's lines that is an EHLO keyword whose
 * end is still to come; the server repeats what came of it with the rest. One
 * that repeats it without any more waits for the acknowledgment first.
 */
static void hold_keyword(struct smtp_stream *stream,
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
	if (stream->held == seg->seq + off &&
	    !before(stream->held_end, end)) {
		smtp_ehlo_force(&stream->session.ehlo);
		return;
	}
	stream->held = seg->seq + off;
	stream->held_end = end;
	smtp_stop(ev, SMTP_HOLD, MAILGUARD_REASON_HELD_KEYWORD);
}

static u32 judge(struct smtp_stream *stream, struct smtp_segment *seg, u32 off,
		 struct smtp_events *ev)
{
	struct smtp_trace *trace = &stream->trace[seg->dir];
	struct window w __uninitialized;
	u32 len;

	if (!window_read(&w, seg, off, seg->len - off))
		return no_memory(ev);
	if (!has_room(seg, trace, smtp_trace_need(trace, w.len)))
		w.len = smtp_at_most(w.len, smtp_trace_room(trace));
	if (!w.len)
		return no_room(ev);
	len = w.len;
	if (seg->dir == SMTP_SERVER)
		w.len = smtp_session_server(&stream->session, w.octets, w.len,
					    ev);
	else
		w.len = smtp_session_client(&stream->session, w.octets, w.len,
					    ev);
	if (!w.len) {
		hold_keyword(stream, seg, off, len, ev);
		return 0;
	}
	smtp_trace_octets(trace, w.octets, w.len);
	if (stream->session.taken == SMTP_TAKEN_REPLY) {
		stream->session.taken = SMTP_TAKEN_SENT;
		stream->taken = trace->next;
	}
	if (!window_write(&w, seg))
		return no_memory(ev);
	return w.len;
}

static u32 take(struct smtp_stream *stream, struct smtp_segment *seg, u32 off,
		struct smtp_events *ev)
{
	struct smtp_trace *trace = &stream->trace[seg->dir];
	u32 seq = seg->seq + off;
	u32 len = seg->len - off;

	if (before(seq, trace->una))
		return blank(seg, off, smtp_at_most(len, trace->una - seq), ev);
	if (before(seq, trace->next))
		return repeat(trace, seg, off,
			      smtp_at_most(len, trace->next - seq), ev);
	if (stream->doomed && seg->dir == SMTP_CLIENT) {
		ev->verdict = SMTP_HOLD;
		return 0;
	}
	/* No more than what waits: a repetition may make room for it. */
	if ((seg->dir == SMTP_CLIENT && block_is_next(stream)) ||
	    trace->next - trace->una > SMTP_OUTSTANDING_MAX)
		return no_room(ev);
	if (before(trace->next, seq))
		return take_ahead(stream, seg, off, ev);
	if (smtp_session_is_opaque(&stream->session, seg->dir))
		return scan(stream, seg, off, ev);
	return judge(stream, seg, off, ev);
}

/* Until they are part of the stream, nothing of the client is judged. */
static void reach_blocks(struct smtp_stream *stream, struct smtp_segment *seg,
			 struct smtp_events *ev)
{
	while (seg->dir == SMTP_CLIENT && block_is_next(stream) &&
	       ev->verdict == SMTP_PASS)
		if (!reach_block(stream, seg, ev))
			break;
}

/* A FIN that goes on ends the octets: its acknowledgment is one beyond them. */
static void note_fin(struct smtp_trace *trace, const struct smtp_segment *seg)
{
	if (seg->fin && seg->seq + seg->len == trace->next)
		trace->fin = trace->next;
}

static void note_repetition(const struct smtp_trace *trace,
			    const struct smtp_segment *seg,
			    struct smtp_events *ev)
{
	if (!before(seg->seq, trace->next))
		return;
	smtp_count(ev, before(seg->seq, trace->una) ?
			       MAILGUARD_REASON_BLANKED :
			       MAILGUARD_REASON_REPEATED);
}

/*
 * The client said what ends the connection. If the server may have taken a mail
 * of its, first it gets to know, and what it says meanwhile is held back.
 */
static void end_stream(struct smtp_stream *stream,
		       const struct smtp_segment *seg, u32 off,
		       struct smtp_events *ev)
{
	stream->doomed = seg->dir == SMTP_CLIENT &&
			 stream->session.state != MAILGUARD_STATE_ENDED &&
			 mail_is_at_stake(&stream->session);
	if (!stream->doomed)
		stream->session.state = MAILGUARD_STATE_ENDED;
	if (off || stream->doomed)
		ev->verdict = SMTP_HOLD;
}

/**
 * smtp_stream_segment() - judge a segment
 * @stream: the connection
 * @seg: the segment; edited in place
 * @ev: what happened, and the verdict; smtp_events_begin() began it
 *
 * With %SMTP_RESET the octets before the offending one still go on, if there
 * are any, and the reset comes with the next packet; so what came before the
 * offence arrives whatever the segmentation. It comes later where the client is
 * still to learn that the server took its mail.
 *
 * Return: how many octets of the segment may go on.
 */
u32 smtp_stream_segment(struct smtp_stream *stream, struct smtp_segment *seg,
			struct smtp_events *ev)
{
	struct smtp_trace *trace = &stream->trace[seg->dir];
	bool ahead = before(trace->next, seg->seq);
	u32 off = 0;

	if (stream->doomed && seg->dir == SMTP_CLIENT && seg->len &&
	    !mail_is_at_stake(&stream->session))
		stream->session.state = MAILGUARD_STATE_ENDED;
	if (stream->session.state == MAILGUARD_STATE_ENDED) {
		ev->verdict = SMTP_RESET;
		return 0;
	}
	if (!seg->len) {
		if (seg->fin && ahead)
			smtp_stop(ev, SMTP_DROP, MAILGUARD_REASON_REORDERED);
		note_fin(trace, seg);
		return 0;
	}
	if (stream->ahead)
		reach_blocks(stream, seg, ev);
	note_repetition(trace, seg, ev);
	while (off < seg->len && ev->verdict == SMTP_PASS) {
		off += take(stream, seg, off, ev);
		if (stream->ahead)
			reach_blocks(stream, seg, ev);
	}
	if (ahead && off)
		smtp_count(ev, MAILGUARD_REASON_AHEAD);
	if (ev->verdict == SMTP_RESET)
		end_stream(stream, seg, off, ev);
	note_fin(trace, seg);
	return off;
}
