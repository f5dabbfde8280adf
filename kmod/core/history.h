/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_HISTORY_H
#define _SMTP_HISTORY_H

#include "base.h"

/* The size of a cell in bytes: a cache line of most machines. */
#define SMTP_HISTORY_CELL		64
/* The smallest memory that a history gets, in cells. */
#ifndef SMTP_HISTORY_MIN
#define SMTP_HISTORY_MIN		4
#endif
/*
 * How many bytes of commands and replies fit in a cell, behind its sequence
 * number and the kind and length of one record.
 */
#define SMTP_HISTORY_BYTES	(SMTP_HISTORY_CELL - sizeof(u32) - 2)
/* The size of the largest record that is not HISTORY_BYTES. */
#define SMTP_HISTORY_RECORD	6
/* A line of content of this length, CRLF included, has a record of one byte. */
#define SMTP_HISTORY_LINE_MIN	2
#define SMTP_HISTORY_LINE_MAX	(SMTP_HISTORY_LINE_MIN + 0xef)
/* One record stands for at most this many lines of equal length. */
#define SMTP_HISTORY_LINES_MAX	0xffff

/**
 * enum smtp_history_flags - what is known of a piece of a line of content
 * @SMTP_HISTORY_BEGINS: the piece begins a line, and because of its first byte
 *	no server can take that line for the end of data
 * @SMTP_HISTORY_CR: the piece ends in CR, which LF may follow
 * @SMTP_HISTORY_LF: the piece ends in LF
 * @SMTP_HISTORY_CRLF: set with LF if the piece ends in CRLF
 * @SMTP_HISTORY_OPEN: the line has not ended, and its next piece is added to
 *	the same record; history.c sets this flag
 */
enum smtp_history_flags {
	SMTP_HISTORY_BEGINS = 1,
	SMTP_HISTORY_CR = 2,
	SMTP_HISTORY_LF = 4,
	SMTP_HISTORY_CRLF = 8,
	SMTP_HISTORY_OPEN = 16,
};

/**
 * struct smtp_history - what was sent on and is not acknowledged, one direction
 * @next: sequence number of the first byte that was not sent on yet
 * @una: sequence number of the first byte that is not acknowledged yet
 * @memory: a ring of cells, which the caller allocates, enlarges and frees
 * @fin: sequence number of the last FIN that was sent on; if there was none,
 *	one less than that of the first byte
 * @cells: how many cells @memory has
 * @used: how many of the cells are in use; 0 when nothing is remembered
 * @head: index of the first cell in use
 * @tail: index of the last cell in use
 * @end: offset in the last cell where the next record goes
 * @last: offset in the last cell of the last record; 0 if that record must not
 *	be extended
 *
 * The records describe the bytes up to @next. They may begin before @una,
 * because a cell is freed as a whole, or after @una, if older ones were
 * discarded (see smtp_history_knows()).
 *
 * Commands and replies are kept as they were sent on. Content is not kept, only
 * where its lines end. That is enough to ensure that no repetition adds or
 * removes an end of data.
 */
struct smtp_history {
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
 * struct smtp_history_place - the position of a record
 * @cell: its cell, counted from the first one in use
 * @at: offset of the record in the cell
 * @seq: sequence number of the first byte that the record describes
 */
struct smtp_history_place {
	u32 cell;
	u32 at;
	u32 seq;
};

void smtp_history_init(struct smtp_history *history, u32 seq);
void smtp_history_clear(struct smtp_history *history);
u8 *smtp_history_move(struct smtp_history *history, u8 *memory, u32 cells);
void smtp_history_bytes(struct smtp_history *history, const u8 *bytes, u32 len);
void smtp_history_opaque(struct smtp_history *history, u32 len);
void smtp_history_text(struct smtp_history *history, u32 len, u8 flags);
void smtp_history_lines(struct smtp_history *history, u32 len, u32 count);
void smtp_history_cut(struct smtp_history *history);
void smtp_history_append(struct smtp_history *history,
			 const struct smtp_history *more);
void smtp_history_forget(struct smtp_history *history, u32 ack);
struct smtp_history_place
smtp_history_begin(const struct smtp_history *history);
struct smtp_history_place smtp_history_find(const struct smtp_history *history,
					    u32 seq);
const u8 *smtp_history_read(const struct smtp_history *history,
			    struct smtp_history_place *place, u32 *len);
bool smtp_history_knows(const struct smtp_history *history, u32 seq);
void smtp_history_repeat(const struct smtp_history *history, u32 seq, u8 *bytes,
			 u32 len);

/* How many more bytes of commands and replies fit in the memory there is. */
static inline u32 smtp_history_reserve(const struct smtp_history *history)
{
	u32 rest = SMTP_HISTORY_CELL - history->end;

	return (history->cells - history->used) * SMTP_HISTORY_BYTES +
	       (rest > 2 ? rest - 2 : 0);
}

/* How many free cells are needed for @len more bytes of commands or replies. */
static inline u32 smtp_history_need(const struct smtp_history *history, u32 len)
{
	u32 rest = SMTP_HISTORY_CELL - history->end;

	if (len + 2 <= rest)
		return 0;
	if (rest > 2)
		len -= rest - 2;
	return (len + SMTP_HISTORY_BYTES - 1) / SMTP_HISTORY_BYTES;
}

/* Are so many cells free? */
static inline bool smtp_history_has_cells(const struct smtp_history *history,
					  u32 cells)
{
	return history->used + cells <= history->cells;
}

/* The size, in cells, of a memory for @more cells than are in use. */
static inline u32 smtp_history_grown(const struct smtp_history *history,
				     u32 more)
{
	u32 cells = SMTP_HISTORY_MIN;

	while (cells < history->used + more)
		cells *= 2;
	return cells;
}

/* Is there room for another record, other than HISTORY_BYTES? */
static inline bool smtp_history_takes_record(const struct smtp_history *history)
{
	return history->end + SMTP_HISTORY_RECORD <= SMTP_HISTORY_CELL ||
	       history->used < history->cells;
}

/**
 * smtp_history_reuse() - give the memory of one direction to the other
 * @from: a history that remembers nothing
 * @to: a history without memory
 */
static inline void smtp_history_reuse(struct smtp_history *from,
				      struct smtp_history *to)
{
	to->memory = from->memory;
	to->cells = from->cells;
	from->memory = NULL;
	from->cells = 0;
}

#endif /* _SMTP_HISTORY_H */
