/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A wire to drive the core with: two senders that repeat what did not go on,
 * two receivers that check what they get twice.
 */
#ifndef _WIRE_H
#define _WIRE_H

#include <stdlib.h>

#include "stream.h"

#define WIRE_MAX	65536
#ifndef WIRE_MEMORY
#define WIRE_MEMORY	16384
#endif

struct wire {
	struct smtp_stream stream;
	struct smtp_events total;
	u32 isn[SMTP_DIRS];
	/* What the senders have said so far. */
	u32 said[SMTP_DIRS];
	u8 *in[SMTP_DIRS];
	/* What the receivers have got, and acknowledged, from the front. */
	u32 got[SMTP_DIRS];
	u32 acked[SMTP_DIRS];
	u8 *out[SMTP_DIRS];
	bool differs;	/* a repetition carried other bytes */
	bool reset;
	bool stopped;	/* some bytes did not go on */
	enum mailguard_reason first;	/* anomaly that was counted; or 0 */
	/* What fails from now on: */
	bool no_memory;	/* allocations for histories */
	bool no_blocks;	/* the one for blocks ahead */
	bool unreadable;	/* looking into segments */
	bool unwritable;	/* editing them */
};

struct wire_segment {
	struct smtp_segment seg;
	const struct wire *wire;
	u8 *bytes;
};

#define WIRE_HEAD	75

static inline const u8 *wire_peek(struct smtp_segment *seg, u32 off, u32 *len)
{
	struct wire_segment *ws = (struct wire_segment *)seg;

	if (ws->wire->unreadable)
		return NULL;
	/* Packets are in pieces. Windows and lines end elsewhere than the first. */
	*len = smtp_at_most(*len, off < WIRE_HEAD ? WIRE_HEAD - off : 1000);
	return ws->bytes + off;
}

static inline int wire_read(struct smtp_segment *seg, u32 off, u8 *bytes,
			    u32 len)
{
	struct wire_segment *ws = (struct wire_segment *)seg;

	if (ws->wire->unreadable)
		return -ENOMEM;
	memcpy(bytes, ws->bytes + off, len);
	return 0;
}

static inline int wire_write(struct smtp_segment *seg, u32 off,
			     const u8 *bytes, u32 len)
{
	struct wire_segment *ws = (struct wire_segment *)seg;

	if (ws->wire->unwritable)
		return -ENOMEM;
	memcpy(ws->bytes + off, bytes, len);
	return 0;
}

/* The stream is the first member of its wire. */
static inline struct smtp_ofo *wire_ofo(struct smtp_stream *stream)
{
	if (((struct wire *)stream)->no_blocks)
		return NULL;
	return calloc(1, sizeof(struct smtp_ofo));
}

static inline bool wire_reserve(struct smtp_stream *stream,
				struct smtp_history *history, u32 more)
{
	u32 cells = smtp_history_grown(history, more);

	if (((struct wire *)stream)->no_memory)
		return false;
	if (cells > WIRE_MEMORY / SMTP_HISTORY_CELL)
		return false;
	free(smtp_history_move(history, malloc(cells * SMTP_HISTORY_CELL),
			       cells));
	return true;
}

static const struct smtp_stream_ops wire_ops = {
	.ofo = wire_ofo,
	.reserve = wire_reserve,
};

static inline void wire_open(struct wire *w, const struct smtp_policy *policy,
			     u32 client_isn, u32 server_isn)
{
	unsigned int dir;

	memset(w, 0, sizeof(*w));
	w->isn[SMTP_CLIENT] = client_isn;
	w->isn[SMTP_SERVER] = server_isn;
	for (dir = 0; dir < SMTP_DIRS; dir++) {
		w->in[dir] = malloc(WIRE_MAX);
		w->out[dir] = malloc(WIRE_MAX);
	}
	w->stream.ops = &wire_ops;
	smtp_stream_init(&w->stream, policy, client_isn, server_isn);
}

static inline void wire_close(struct wire *w)
{
	unsigned int dir;

	for (dir = 0; dir < SMTP_DIRS; dir++) {
		free(w->in[dir]);
		free(w->out[dir]);
		free(w->stream.history[dir].memory);
	}
	for (dir = 0; w->stream.ofo && dir < SMTP_OFO_BLOCKS; dir++)
		free(w->stream.ofo->block[dir].history.memory);
	free(w->stream.ofo);
}

static inline void wire_say(struct wire *w, enum smtp_dir dir,
			    const void *bytes, u32 len)
{
	memcpy(w->in[dir] + w->said[dir], bytes, len);
	w->said[dir] += len;
}

static inline void wire_deliver(struct wire *w, enum smtp_dir dir, u32 off,
				const u8 *bytes, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++, off++) {
		if (off < w->acked[dir] && !w->stream.session.monitor)
			w->differs |= bytes[i] != ' ';
		else if (off < w->got[dir])
			w->differs |= bytes[i] != w->out[dir][off];
		else
			w->out[dir][w->got[dir]++] = bytes[i];
	}
}

static inline void wire_shrink_history(struct smtp_history *history)
{
	if (!history->used)
		free(smtp_history_move(history, NULL, 0));
}

/* Memory that holds nothing is freed, as in the kernel. */
static inline void wire_shrink(struct wire *w)
{
	unsigned int i;

	wire_shrink_history(&w->stream.history[SMTP_CLIENT]);
	wire_shrink_history(&w->stream.history[SMTP_SERVER]);
	for (i = 0; w->stream.ofo && i < SMTP_OFO_BLOCKS; i++)
		wire_shrink_history(&w->stream.ofo->block[i].history);
}

/*
 * A segment on its way through the guard, at an offset of the sender's stream.
 * Return: how many bytes of it go on, edited.
 */
static inline u32 wire_judge(struct wire *w, enum smtp_dir dir, u32 off,
			     u8 *bytes, u32 len, struct smtp_events *ev)
{
	struct wire_segment ws = {
		.seg = {
			.dir = dir,
			.seq = w->isn[dir] + off,
			.len = len,
			.peek = wire_peek,
			.read = wire_read,
			.write = wire_write,
		},
		.wire = w,
		.bytes = bytes,
	};
	u32 keep = smtp_stream_segment(&w->stream, &ws.seg, ev);

	wire_shrink(w);
	return ev->verdict == SMTP_PASS || ev->verdict == SMTP_HOLD ? keep : 0;
}

/* What a policy counts as it has a line, a reply or the connection. */
static inline bool wire_is_anomaly(enum mailguard_reason why)
{
	return why >= MAILGUARD_REASON_DOWNGRADED &&
	       why != MAILGUARD_REASON_UNFOLLOWED &&
	       (why < MAILGUARD_REASON_MALFORMED_REPLY ||
		why >= MAILGUARD_REASON_RESET_FOREIGN);
}

static inline void wire_note_first(struct wire *w, const struct smtp_events *ev)
{
	unsigned int i;

	for (i = 0; i < ev->reasons && !w->first; i++)
		if (wire_is_anomaly(ev->reason[i]))
			w->first = ev->reason[i];
}

/* Bytes of the sender's choice. */
static inline struct smtp_events
wire_send_bytes(struct wire *w, enum smtp_dir dir, u32 off, const void *bytes,
		u32 len)
{
	struct smtp_events ev = {};
	u8 *copy = malloc(len + 1);
	unsigned int i;
	u32 keep;

	memcpy(copy, bytes, len);
	keep = wire_judge(w, dir, off, copy, len, &ev);
	wire_deliver(w, dir, off, copy, keep);
	w->reset |= ev.verdict == SMTP_RESET;
	w->stopped |= ev.verdict != SMTP_PASS || keep != len;
	wire_note_first(w, &ev);
	for (i = 0; i <= MAILGUARD_REASON_MAX; i++)
		w->total.count[i] += ev.count[i];
	free(copy);
	return ev;
}

static inline struct smtp_events wire_send(struct wire *w, enum smtp_dir dir,
					   u32 off, u32 len)
{
	return wire_send_bytes(w, dir, off, w->in[dir] + off, len);
}

/* The sender says a line, or more, and sends it. */
static inline void wire_text(struct wire *w, enum smtp_dir dir,
			     const char *text)
{
	u32 at = w->said[dir];

	wire_say(w, dir, text, strlen(text));
	wire_send(w, dir, at, strlen(text));
}

/*
 * A FIN without data, at an offset of the sender's stream. Return: how many
 * bytes go on, which should be none.
 */
static inline u32 wire_fin(struct wire *w, enum smtp_dir dir, u32 off,
			   struct smtp_events *ev)
{
	struct wire_segment ws = {
		.seg = {
			.dir = dir,
			.seq = w->isn[dir] + off,
			.fin = true,
		},
		.wire = w,
	};

	memset(ev, 0, sizeof(*ev));
	return smtp_stream_segment(&w->stream, &ws.seg, ev);
}

static inline void wire_ack(struct wire *w, enum smtp_dir sender, u32 end)
{
	if (end > w->acked[sender])
		w->acked[sender] = end;
	smtp_stream_ack(&w->stream, sender, w->isn[sender] + end, &w->total);
}

#endif /* _WIRE_H */
