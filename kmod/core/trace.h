/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_TRACE_H
#define _SMTP_TRACE_H

#include "base.h"

/* The most that a call here takes of the memory, but for octets. */
#define SMTP_TRACE_RECORD	8
/* Lines of content of so many octets, CRLF included, take one each. */
#define SMTP_TRACE_LINE_MIN	2
#define SMTP_TRACE_LINE_MAX	(SMTP_TRACE_LINE_MIN + 0xef)

/**
 * enum smtp_trace_flags - what is known of text of content
 * @SMTP_TRACE_BEGINS: it begins a line, with an octet that can be in no line
 *	that ends content
 * @SMTP_TRACE_CR: it ends in CR, and LF may follow
 * @SMTP_TRACE_LF: it ends in LF
 * @SMTP_TRACE_CRLF: and a CR stands before that
 * @SMTP_TRACE_OPEN: the line goes on in the same record; set here
 */
enum smtp_trace_flags {
	SMTP_TRACE_BEGINS = 1,
	SMTP_TRACE_CR = 2,
	SMTP_TRACE_LF = 4,
	SMTP_TRACE_CRLF = 8,
	SMTP_TRACE_OPEN = 16,
};

/**
 * struct smtp_trace - what was sent on and is not acknowledged, one direction
 * @next: the first octet not sent on yet
 * @una: the first octet that the receiver has not acknowledged
 * @memory: the records; the caller's, who makes it larger or frees it
 * @size: room in @memory
 * @start: where in it the records begin
 * @used: what they take
 * @last: where in @memory the last of them begins
 * @skip: octets of the first one that are acknowledged
 * @fin: sequence number of the FIN that was sent on last; before all others if
 *	none was
 *
 * A queue of records that covers the octets from @una - @skip to @next. Octets
 * of lines that were judged are kept as they were sent on. Content is not: of
 * it remains where its lines end, which is enough to let no repetition make or
 * unmake an end of data.
 */
struct smtp_trace {
	u32 next;
	u32 una;
	u8 *memory;
	u32 size;
	u32 start;
	u32 used;
	u32 last;
	u32 skip;
	u32 fin;
};

/**
 * struct smtp_trace_place - a place among the records
 * @at: offset of a record from the first one
 * @seq: sequence number of its first octet
 */
struct smtp_trace_place {
	u32 at;
	u32 seq;
};

void smtp_trace_init(struct smtp_trace *trace, u32 seq);
u8 *smtp_trace_move(struct smtp_trace *trace, u8 *memory, u32 size);
u32 smtp_trace_octets_need(u32 len);
void smtp_trace_octets(struct smtp_trace *trace, const u8 *octets, u32 len);
void smtp_trace_opaque(struct smtp_trace *trace, u32 len);
void smtp_trace_text(struct smtp_trace *trace, u32 len, u8 flags);
u8 *smtp_trace_lines(struct smtp_trace *trace, u32 *room);
void smtp_trace_lines_end(struct smtp_trace *trace, u32 count, u32 len);
void smtp_trace_cut(struct smtp_trace *trace);
void smtp_trace_append(struct smtp_trace *trace, const struct smtp_trace *more);
void smtp_trace_forget(struct smtp_trace *trace, u32 ack);
struct smtp_trace_place smtp_trace_begin(const struct smtp_trace *trace);
const u8 *smtp_trace_read(const struct smtp_trace *trace,
			  struct smtp_trace_place *place, u32 *len);
void smtp_trace_repeat(const struct smtp_trace *trace,
		       struct smtp_trace_place *place, u32 seq, u8 *octets,
		       u32 len);

/* Room for so much more without asking the caller? */
static inline bool smtp_trace_has_room(const struct smtp_trace *trace, u32 len)
{
	return trace->used + len <= trace->size;
}

/**
 * smtp_trace_hand_over() - let a direction have the other's memory
 * @from: remembers nothing
 * @to: has no memory
 */
static inline void smtp_trace_hand_over(struct smtp_trace *from,
					struct smtp_trace *to)
{
	to->memory = from->memory;
	to->size = from->size;
	to->start = 0;
	from->memory = NULL;
	from->size = 0;
	from->start = 0;
}

#endif /* _SMTP_TRACE_H */
