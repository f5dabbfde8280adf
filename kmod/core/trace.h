/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_TRACE_H
#define _SMTP_TRACE_H

#include "base.h"

/* Bytes of a cell; a cache line of most machines. */
#define SMTP_TRACE_CELL		64
/* Cells of the smallest memory. */
#ifndef SMTP_TRACE_MIN
#define SMTP_TRACE_MIN		4
#endif
/* What a cell takes of the bytes of commands and replies. */
#define SMTP_TRACE_OCTETS	(SMTP_TRACE_CELL - sizeof(u32) - 2)
/* Room for any record but for bytes. */
#define SMTP_TRACE_RECORD	6
/* A line of content of so many bytes, CRLF included, takes one byte at most. */
#define SMTP_TRACE_LINE_MIN	2
#define SMTP_TRACE_LINE_MAX	(SMTP_TRACE_LINE_MIN + 0xef)
/* Lines that are alike, and take one record. */
#define SMTP_TRACE_LINES_MAX	0xffff

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
 * @memory: a ring of cells; the caller's, who makes it larger or frees it
 * @fin: sequence number of the FIN that was sent on last; before all others if
 *	none was
 * @cells: room in @memory
 * @used: cells in use; none before @next when nothing is remembered
 * @head: the first one in use
 * @tail: the last one in use
 * @end: where in the last cell the next record goes
 * @last: where in it the last record begins; 0 if none may be added to
 *
 * The cells cover the octets from @una, or from where they begin, to @next.
 * Octets of lines that were judged are kept as they were sent on. Content is
 * not: of it remains where its lines end, which is enough to let no repetition
 * make or unmake an end of data.
 */
struct smtp_trace {
	u32 next;
	u32 una;
	u8 *memory;
	u32 fin;
	u16 cells;
	u16 used;
	u16 head;
	u16 tail;
	u8 end;
	u8 last;
};

/**
 * struct smtp_trace_place - a place among the records
 * @cell: how many cells behind the first one
 * @at: offset of a record in the cell
 * @seq: sequence number of the record's first octet
 */
struct smtp_trace_place {
	u32 cell;
	u32 at;
	u32 seq;
};

void smtp_trace_init(struct smtp_trace *trace, u32 seq);
void smtp_trace_clear(struct smtp_trace *trace);
u8 *smtp_trace_move(struct smtp_trace *trace, u8 *memory, u32 cells);
void smtp_trace_octets(struct smtp_trace *trace, const u8 *octets, u32 len);
void smtp_trace_opaque(struct smtp_trace *trace, u32 len);
void smtp_trace_text(struct smtp_trace *trace, u32 len, u8 flags);
void smtp_trace_lines(struct smtp_trace *trace, u32 len, u32 count);
void smtp_trace_cut(struct smtp_trace *trace);
void smtp_trace_append(struct smtp_trace *trace, const struct smtp_trace *more);
void smtp_trace_forget(struct smtp_trace *trace, u32 ack);
struct smtp_trace_place smtp_trace_begin(const struct smtp_trace *trace);
struct smtp_trace_place smtp_trace_find(const struct smtp_trace *trace, u32 seq);
const u8 *smtp_trace_read(const struct smtp_trace *trace,
			  struct smtp_trace_place *place, u32 *len);
bool smtp_trace_knows(const struct smtp_trace *trace, u32 seq);
void smtp_trace_repeat(const struct smtp_trace *trace, u32 seq, u8 *octets,
		       u32 len);

/* The bytes of commands and replies that there is room for. */
static inline u32 smtp_trace_room(const struct smtp_trace *trace)
{
	u32 rest = SMTP_TRACE_CELL - trace->end;

	return (trace->cells - trace->used) * SMTP_TRACE_OCTETS +
	       (rest > 2 ? rest - 2 : 0);
}

/* How many more cells take so many of these bytes? */
static inline u32 smtp_trace_need(const struct smtp_trace *trace, u32 len)
{
	u32 rest = SMTP_TRACE_CELL - trace->end;

	if (len + 2 <= rest)
		return 0;
	if (rest > 2)
		len -= rest - 2;
	return (len + SMTP_TRACE_OCTETS - 1) / SMTP_TRACE_OCTETS;
}

/* Is there room for so many more cells? */
static inline bool smtp_trace_has_cells(const struct smtp_trace *trace,
					u32 cells)
{
	return trace->used + cells <= trace->cells;
}

/* The cells of a memory that has so many more: a power of two, and not tiny. */
static inline u32 smtp_trace_grown(const struct smtp_trace *trace, u32 more)
{
	u32 cells = SMTP_TRACE_MIN;

	while (cells < trace->used + more)
		cells *= 2;
	return cells;
}

/* Is there room for another record? */
static inline bool smtp_trace_takes_record(const struct smtp_trace *trace)
{
	return trace->end + SMTP_TRACE_RECORD <= SMTP_TRACE_CELL ||
	       trace->used < trace->cells;
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
	to->cells = from->cells;
	from->memory = NULL;
	from->cells = 0;
}

#endif /* _SMTP_TRACE_H */
