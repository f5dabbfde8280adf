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
 * What is ahead of the stream is dropped; the sender repeats it.
 */
#include "stream.h"

static bool before(u32 a, u32 b)
{
	return (__s32)(a - b) < 0;
}

static u32 at_most(u32 a, u32 b)
{
	return a < b ? a : b;
}

static void flow_init(struct smtp_flow *flow, u32 seq)
{
	flow->next = seq;
	flow->una = seq;
	flow->start = 0;
	flow->used = 0;
	flow->gaps = 0;
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
	flow_init(&stream->flow[SMTP_CLIENT], client_seq);
	flow_init(&stream->flow[SMTP_SERVER], server_seq);
}

/* Remembered octets with a sequence number below seq. */
static u32 remembered_before(const struct smtp_flow *flow, u32 seq)
{
	u32 n = seq - flow->una;
	unsigned int i;

	for (i = 0; i < flow->gaps && before(flow->gap[i].seq, seq); i++)
		n -= at_most(flow->gap[i].len, seq - flow->gap[i].seq);
	return n;
}

static void remember(struct smtp_flow *flow, const u8 *octets, u32 len)
{
	u32 end = flow->start + flow->used;

	if (end + len > flow->size) {
		memmove(flow->memory, flow->memory + flow->start, flow->used);
		flow->start = 0;
		end = flow->used;
	}
	memcpy(flow->memory + end, octets, len);
	flow->used += len;
	flow->next += len;
}

static bool gap_goes_on(const struct smtp_flow *flow)
{
	const struct smtp_gap *last;

	if (!flow->gaps)
		return false;
	last = &flow->gap[flow->gaps - 1];
	return last->seq + last->len == flow->next;
}

static void remember_gap(struct smtp_flow *flow, u32 len)
{
	if (!gap_goes_on(flow)) {
		flow->gap[flow->gaps].seq = flow->next;
		flow->gap[flow->gaps].len = 0;
		flow->gaps++;
	}
	flow->gap[flow->gaps - 1].len += len;
	flow->next += len;
}

static void forget_gaps(struct smtp_flow *flow, u32 ack)
{
	unsigned int gone = 0;

	while (gone < flow->gaps && before(flow->gap[gone].seq, ack)) {
		struct smtp_gap *gap = &flow->gap[gone];
		u32 len = at_most(gap->len, ack - gap->seq);

		gap->seq += len;
		gap->len -= len;
		if (gap->len)
			break;
		gone++;
	}
	flow->gaps -= gone;
	memmove(flow->gap, flow->gap + gone, flow->gaps * sizeof(flow->gap[0]));
}

static void out_of_sight(struct smtp_stream *stream, struct smtp_events *ev)
{
	if (stream->session.state == MAILGUARD_STATE_ENDED)
		return;
	stream->session.state = MAILGUARD_STATE_ENDED;
	smtp_count(ev, MAILGUARD_REASON_RESET_MIDSTREAM);
}

/**
 * smtp_stream_ack() - the receiver acknowledges
 * @stream: the connection
 * @sender: whose octets are acknowledged
 * @ack: the first octet not acknowledged
 * @ev: counts what happened
 *
 * The acknowledgment of a FIN is one ahead of the octets. One that is further
 * ahead is for octets that passed unread: the connection was out of our sight,
 * and ends.
 */
void smtp_stream_ack(struct smtp_stream *stream, enum smtp_dir sender, u32 ack,
		     struct smtp_events *ev)
{
	struct smtp_flow *flow = &stream->flow[sender];
	u32 n;

	if (ack == flow->next + 1)
		ack = flow->next;
	if (before(flow->next, ack)) {
		out_of_sight(stream, ev);
		return;
	}
	if (!before(flow->una, ack))
		return;
	n = remembered_before(flow, ack);
	flow->start += n;
	flow->used -= n;
	forget_gaps(flow, ack);
	flow->una = ack;
}

/* The octets at seq that are remembered, or those that are opaque. */
static u32 sent_span(const struct smtp_flow *flow, u32 seq, bool *opaque)
{
	unsigned int i;

	*opaque = false;
	for (i = 0; i < flow->gaps; i++) {
		const struct smtp_gap *gap = &flow->gap[i];

		if (before(seq, gap->seq))
			return gap->seq - seq;
		if (before(seq, gap->seq + gap->len)) {
			*opaque = true;
			return gap->seq + gap->len - seq;
		}
	}
	return flow->next - seq;
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
	w->len = at_most(len, SMTP_WINDOW);
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

static u32 replay(const struct smtp_flow *flow, struct smtp_segment *seg,
		  u32 off, u32 len, struct smtp_events *ev)
{
	struct window w;

	if (!window_read(&w, seg, off, len))
		return no_memory(ev);
	memcpy(w.octets, flow->memory + flow->start +
	       remembered_before(flow, seg->seq + off), w.len);
	if (!window_write(&w, seg))
		return no_memory(ev);
	return w.len;
}

static u32 scan(struct smtp_stream *stream, struct smtp_segment *seg, u32 off,
		struct smtp_events *ev)
{
	struct smtp_flow *flow = &stream->flow[seg->dir];
	u32 len = seg->len - off;
	const u8 *octets;

	if (flow->gaps == SMTP_GAPS && !gap_goes_on(flow)) {
		smtp_stop(ev, SMTP_HOLD, MAILGUARD_REASON_HELD_MEMORY);
		return 0;
	}
	octets = seg->peek(seg, off, &len);
	if (!octets)
		return no_memory(ev);
	len = smtp_session_opaque(&stream->session, seg->dir, octets, len, ev);
	if (len)
		remember_gap(flow, len);
	return len;
}

static u32 judge(struct smtp_stream *stream, struct smtp_segment *seg, u32 off,
		 struct smtp_events *ev)
{
	struct smtp_flow *flow = &stream->flow[seg->dir];
	struct window w;
	u32 done;

	if (!window_read(&w, seg, off, seg->len - off))
		return no_memory(ev);
	while (w.len && !seg->room(seg, flow, w.len))
		w.len /= 2;
	if (!w.len) {
		smtp_stop(ev, SMTP_HOLD, MAILGUARD_REASON_HELD_MEMORY);
		return 0;
	}
	if (seg->dir == SMTP_SERVER)
		done = smtp_session_server(&stream->session, w.octets, w.len,
					   ev);
	else
		done = smtp_session_client(&stream->session, w.octets, w.len,
					   ev);
	w.len = done;
	remember(flow, w.octets, done);
	if (!window_write(&w, seg))
		return no_memory(ev);
	return done;
}

static u32 take(struct smtp_stream *stream, struct smtp_segment *seg, u32 off,
		struct smtp_events *ev)
{
	struct smtp_flow *flow = &stream->flow[seg->dir];
	u32 seq = seg->seq + off;
	u32 len = seg->len - off;
	bool opaque;

	if (before(seq, flow->una))
		return blank(seg, off, at_most(len, flow->una - seq), ev);
	if (before(seq, flow->next)) {
		len = at_most(len, sent_span(flow, seq, &opaque));
		return opaque ? len : replay(flow, seg, off, len, ev);
	}
	if (smtp_session_is_opaque(&stream->session, seg->dir))
		return scan(stream, seg, off, ev);
	return judge(stream, seg, off, ev);
}

static void note_repetition(const struct smtp_flow *flow,
			    const struct smtp_segment *seg,
			    struct smtp_events *ev)
{
	if (!seg->len || !before(seg->seq, flow->next))
		return;
	smtp_count(ev, before(seg->seq, flow->una) ?
			       MAILGUARD_REASON_BLANKED :
			       MAILGUARD_REASON_REPEATED);
}

/**
 * smtp_stream_segment() - judge a segment
 * @stream: the connection
 * @seg: the segment; edited in place
 * @ev: zeroed; what happened, and the verdict
 *
 * With %SMTP_RESET the octets before the offending one still go on, if there
 * are any, and the reset comes with the next packet; so what came before the
 * offence arrives whatever the segmentation.
 *
 * Return: how many octets of the segment may go on.
 */
u32 smtp_stream_segment(struct smtp_stream *stream, struct smtp_segment *seg,
			struct smtp_events *ev)
{
	struct smtp_flow *flow = &stream->flow[seg->dir];
	u32 off = 0;

	if (stream->session.state == MAILGUARD_STATE_ENDED) {
		ev->verdict = SMTP_RESET;
		return 0;
	}
	if ((seg->len || seg->fin) && before(flow->next, seg->seq)) {
		smtp_stop(ev, SMTP_DROP, MAILGUARD_REASON_REORDERED);
		return 0;
	}
	note_repetition(flow, seg, ev);
	while (off < seg->len && ev->verdict == SMTP_PASS)
		off += take(stream, seg, off, ev);
	if (ev->verdict == SMTP_RESET) {
		stream->session.state = MAILGUARD_STATE_ENDED;
		if (off)
			ev->verdict = SMTP_HOLD;
	}
	return off;
}
