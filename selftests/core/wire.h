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
	bool differs;	/* a repetition carried other octets */
	bool reset;
	/* What fails from now on: */
	bool no_memory;	/* allocations for traces */
	bool no_blocks;	/* the one for blocks ahead */
	bool unreadable;	/* looking into segments */
	bool unwritable;	/* editing them */
};

struct wire_segment {
	struct smtp_segment seg;
	const struct wire *wire;
	u8 *octets;
};

static inline const u8 *wire_peek(struct smtp_segment *seg, u32 off, u32 *len)
{
	struct wire_segment *ws = (struct wire_segment *)seg;

	if (ws->wire->unreadable)
		return NULL;
	/* Packets are in pieces. */
	if (*len > 1000)
		*len = 1000;
	return ws->octets + off;
}

static inline int wire_read(struct smtp_segment *seg, u32 off, u8 *octets,
			    u32 len)
{
	struct wire_segment *ws = (struct wire_segment *)seg;

	if (ws->wire->unreadable)
		return -ENOMEM;
	memcpy(octets, ws->octets + off, len);
	return 0;
}

static inline int wire_write(struct smtp_segment *seg, u32 off,
			     const u8 *octets, u32 len)
{
	struct wire_segment *ws = (struct wire_segment *)seg;

	if (ws->wire->unwritable)
		return -ENOMEM;
	memcpy(ws->octets + off, octets, len);
	return 0;
}

static inline struct smtp_ahead *wire_ahead(struct smtp_segment *seg)
{
	if (((struct wire_segment *)seg)->wire->no_blocks)
		return NULL;
	return calloc(1, sizeof(struct smtp_ahead));
}

static inline bool wire_room(struct smtp_segment *seg, struct smtp_trace *trace,
			     u32 more)
{
	u32 cells = smtp_trace_grown(trace, more);

	if (((struct wire_segment *)seg)->wire->no_memory)
		return false;
	if (cells > WIRE_MEMORY / SMTP_TRACE_CELL)
		return false;
	free(smtp_trace_move(trace, malloc(cells * SMTP_TRACE_CELL), cells));
	return true;
}

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
	smtp_stream_init(&w->stream, policy, client_isn, server_isn);
}

static inline void wire_close(struct wire *w)
{
	unsigned int dir;

	for (dir = 0; dir < SMTP_DIRS; dir++) {
		free(w->in[dir]);
		free(w->out[dir]);
		free(w->stream.trace[dir].memory);
	}
	for (dir = 0; w->stream.ahead && dir < SMTP_AHEAD_BLOCKS; dir++)
		free(w->stream.ahead->block[dir].trace.memory);
	free(w->stream.ahead);
}

static inline void wire_say(struct wire *w, enum smtp_dir dir,
			    const void *octets, u32 len)
{
	memcpy(w->in[dir] + w->said[dir], octets, len);
	w->said[dir] += len;
}

static inline void wire_deliver(struct wire *w, enum smtp_dir dir, u32 off,
				const u8 *octets, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++, off++) {
		if (off < w->acked[dir])
			w->differs |= octets[i] != ' ';
		else if (off < w->got[dir])
			w->differs |= octets[i] != w->out[dir][off];
		else
			w->out[dir][w->got[dir]++] = octets[i];
	}
}

static inline void wire_tidy_trace(struct smtp_trace *trace)
{
	if (!trace->used)
		free(smtp_trace_move(trace, NULL, 0));
}

/* Memory that holds nothing is freed, as in the kernel. */
static inline void wire_tidy(struct wire *w)
{
	unsigned int i;

	wire_tidy_trace(&w->stream.trace[SMTP_CLIENT]);
	wire_tidy_trace(&w->stream.trace[SMTP_SERVER]);
	for (i = 0; w->stream.ahead && i < SMTP_AHEAD_BLOCKS; i++)
		wire_tidy_trace(&w->stream.ahead->block[i].trace);
}

/*
 * A segment on its way through the guard, at an offset of the sender's stream.
 * Return: how many octets of it go on, edited.
 */
static inline u32 wire_judge(struct wire *w, enum smtp_dir dir, u32 off,
			     u8 *octets, u32 len, struct smtp_events *ev)
{
	struct wire_segment ws = {
		.seg = {
			.dir = dir,
			.seq = w->isn[dir] + off,
			.len = len,
			.peek = wire_peek,
			.read = wire_read,
			.write = wire_write,
			.ahead = wire_ahead,
			.room = wire_room,
		},
		.wire = w,
		.octets = octets,
	};
	u32 keep = smtp_stream_segment(&w->stream, &ws.seg, ev);

	wire_tidy(w);
	return ev->verdict == SMTP_PASS || ev->verdict == SMTP_HOLD ? keep : 0;
}

/* Octets of the sender's choice. */
static inline struct smtp_events
wire_send_octets(struct wire *w, enum smtp_dir dir, u32 off, const void *octets,
		 u32 len)
{
	struct smtp_events ev = {};
	u8 *copy = malloc(len + 1);
	unsigned int i;
	u32 keep;

	memcpy(copy, octets, len);
	keep = wire_judge(w, dir, off, copy, len, &ev);
	wire_deliver(w, dir, off, copy, keep);
	w->reset |= ev.verdict == SMTP_RESET;
	for (i = 0; i <= MAILGUARD_REASON_MAX; i++)
		w->total.count[i] += ev.count[i];
	free(copy);
	return ev;
}

static inline struct smtp_events wire_send(struct wire *w, enum smtp_dir dir,
					   u32 off, u32 len)
{
	return wire_send_octets(w, dir, off, w->in[dir] + off, len);
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
 * octets go on, which should be none.
 */
static inline u32 wire_fin(struct wire *w, enum smtp_dir dir, u32 off,
			   struct smtp_events *ev)
{
	struct wire_segment ws = {
		.seg = {
			.dir = dir,
			.seq = w->isn[dir] + off,
			.fin = true,
			.room = wire_room,
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
