// SPDX-License-Identifier: GPL-2.0
/*
 * Remembers what was sent on and is not acknowledged, so that a retransmission
 * can be edited to agree with it.
 *
 * The memory is a ring of cells. A cell begins with the sequence number of its
 * first byte, and no record extends over two cells. So a byte is found by a
 * binary search over the cells and a walk within one cell, and the cost does
 * not depend on how much is outstanding. A cell is freed when all of its bytes
 * are acknowledged.
 *
 * A record begins with one byte that tells its kind:
 *
 *	0 to HISTORY_LINE	a line of content; its length is 2 more than
 *				this byte
 *	HISTORY_BYTES		u8 length, then the bytes as they were sent on
 *	HISTORY_OPAQUE		u32 length: bytes of a chunk or of TLS
 *	HISTORY_TEXT		u8 flags, u32 length: a piece of content that
 *				has no other record
 *	HISTORY_LINES		u8 kind, u16 count: so many lines of content,
 *				all of the length that this kind stands for
 *
 * Servers differ on which lines end the content. But no server takes a line for
 * the end if it is empty (CRLF alone) or begins with a byte other than a dot,
 * CR or NUL. The records of such lines hold lengths only. If another line
 * begins with one or more of these three bytes, they and the byte behind them
 * are kept in HISTORY_BYTES; so an end of data is kept as a whole. A repetition
 * can therefore change the content, but
 *
 *	- LF stays where it was, and there is no LF elsewhere,
 *	- a line that did not begin with a dot, CR or NUL still does not,
 *	- CRLF at the end of a line stays, and so does CR where LF may follow.
 *
 * So no line becomes an end of data, and none ceases to be one.
 */
#include "find.h"
#include "history.h"

enum {
	HISTORY_LINE = SMTP_HISTORY_LINE_MAX - SMTP_HISTORY_LINE_MIN,
	HISTORY_BYTES,
	HISTORY_OPAQUE,
	HISTORY_TEXT,
	HISTORY_LINES,
};

/* Offset in a cell of its first record, which follows the sequence number. */
#define CELL_RECORDS sizeof(u32)

/*
 * A record that describes more bytes than this is not extended, and a cell
 * whose records do gets no further record. Outstanding bytes are bounded, too.
 * So sequence numbers compare by their distance from that of the first cell.
 */
#define SPAN_MAX 0x10000000U

/* Fewer lines of equal length than this have a record of one byte each. */
#define ALIKE_MIN 4

/* The unit tests count how many records a search visits. */
#ifndef SMTP_HISTORY_VISIT
#define SMTP_HISTORY_VISIT()
#endif

/* A decoded record. */
struct record {
	u8 kind;
	u8 flags;
	u32 len;	/* how many bytes of the stream it describes */
	u32 line;	/* the length of each line that it describes */
	u32 size;	/* how many bytes it occupies in the cell */
	const u8 *bytes;
};

static inline u32 get_u32(const u8 *from)
{
	u32 value;

	memcpy(&value, from, sizeof(value));
	return value;
}

static inline u16 get_u16(const u8 *from)
{
	u16 value;

	memcpy(&value, from, sizeof(value));
	return value;
}

/* @cell counts from the first cell in use. */
static u8 *cell_at(const struct smtp_history *history, u32 cell)
{
	cell += history->head;
	if (cell >= history->cells)
		cell -= history->cells;
	return history->memory + cell * SMTP_HISTORY_CELL;
}

static u8 *tail_of(const struct smtp_history *history)
{
	return history->memory + history->tail * SMTP_HISTORY_CELL;
}

static u32 cell_seq(const struct smtp_history *history, u32 cell)
{
	return get_u32(cell_at(history, cell));
}

/* The sequence number behind the last byte of a cell. */
static u32 cell_end(const struct smtp_history *history, u32 cell)
{
	return cell + 1 < history->used ? cell_seq(history,
						   cell + 1) : history->next;
}

static void record_read(const u8 *p, struct record *r)
{
	SMTP_HISTORY_VISIT();
	r->kind = *p;
	r->flags = SMTP_HISTORY_BEGINS | SMTP_HISTORY_LF | SMTP_HISTORY_CRLF;
	r->bytes = p + 2;
	switch (r->kind) {
	case HISTORY_BYTES:
		r->len = p[1];
		r->size = 2 + r->len;
		break;
	case HISTORY_OPAQUE:
		r->len = get_u32(p + 1);
		r->size = 5;
		break;
	case HISTORY_TEXT:
		r->flags = p[1];
		r->len = get_u32(p + 2);
		r->line = r->len;
		r->size = 6;
		break;
	case HISTORY_LINES:
		r->line = SMTP_HISTORY_LINE_MIN + p[1];
		r->len = r->line * get_u16(p + 2);
		r->size = 4;
		break;
	default:
		r->len = SMTP_HISTORY_LINE_MIN + r->kind;
		r->line = r->len;
		r->size = 1;
		break;
	}
}

/**
 * smtp_history_clear() - forget everything
 * @history: the history; it keeps its memory
 */
void smtp_history_clear(struct smtp_history *history)
{
	history->used = 0;
	history->head = 0;
	history->end = SMTP_HISTORY_CELL;
	history->last = 0;
}

/**
 * smtp_history_init() - initialise the history of one direction
 * @history: zeroed, or used before; it keeps its memory
 * @seq: sequence number of the first byte
 */
void smtp_history_init(struct smtp_history *history, u32 seq)
{
	history->next = seq;
	history->una = seq;
	history->fin = seq - 1;
	smtp_history_clear(history);
}

/**
 * smtp_history_move() - move the records to other memory
 * @history: the history
 * @memory: the new memory
 * @cells: its size in cells; not less than are in use
 *
 * Return: the old memory, or NULL if there was none.
 */
u8 *smtp_history_move(struct smtp_history *history, u8 *memory, u32 cells)
{
	u8 *before = history->memory;
	u32 first = history->cells - history->head;

	if (first > history->used)
		first = history->used;
	if (history->used) {
		memcpy(memory, cell_at(history, 0), first * SMTP_HISTORY_CELL);
		memcpy(memory + first * SMTP_HISTORY_CELL, before,
		       (history->used - first) * SMTP_HISTORY_CELL);
		history->tail = history->used - 1;
	}
	history->head = 0;
	history->memory = memory;
	history->cells = cells;
	return before;
}

/* Take another cell; one is free. */
static u8 *add_cell(struct smtp_history *history)
{
	if (!history->used)
		history->tail = 0;
	else if (++history->tail == history->cells)
		history->tail = 0;
	history->used++;
	history->last = 0;
	history->end = CELL_RECORDS;
	return tail_of(history);
}

static bool is_far(const struct smtp_history *history, u32 seq)
{
	return seq - get_u32(tail_of(history)) > SPAN_MAX &&
	       history->used < history->cells;
}

/* Take @size bytes for a record of the bytes from @seq on; there is room. */
static u8 *append_cell(struct smtp_history *history, u32 size, u32 seq)
{
	u8 *cell = tail_of(history);

	if (history->end + size > SMTP_HISTORY_CELL || is_far(history, seq)) {
		cell = add_cell(history);
		memcpy(cell, &seq, sizeof(seq));
	}
	cell += history->end;
	history->end += size;
	return cell;
}

static u8 *append_record(struct smtp_history *history, u8 kind, u32 size,
			 u32 seq)
{
	u8 *p = append_cell(history, size, seq);

	history->last = history->end - size;
	*p = kind;
	return p;
}

static u8 *last_record(const struct smtp_history *history, u8 kind)
{
	u8 *last = tail_of(history) + history->last;

	return history->last && *last == kind ? last : NULL;
}

/*
 * In a dialogue, most segments find the history empty, and fit in a cell: this
 * does what the general case would do with them.
 */
static bool begin_with_bytes(struct smtp_history *history, const u8 *bytes,
			     u32 len)
{
	u8 *cell = history->memory;

	if (history->used || !len || len > SMTP_HISTORY_BYTES)
		return false;
	memcpy(cell, &history->next, sizeof(history->next));
	cell[CELL_RECORDS] = HISTORY_BYTES;
	cell[CELL_RECORDS + 1] = len;
	memcpy(cell + CELL_RECORDS + 2, bytes, len);
	history->used = 1;
	history->tail = 0;
	history->last = CELL_RECORDS;
	history->end = CELL_RECORDS + 2 + len;
	history->next += len;
	return true;
}

/**
 * smtp_history_bytes() - remember bytes as they were sent on
 * @history: a history with room for them (see smtp_history_reserve())
 * @bytes: the bytes
 * @len: how many
 */
void smtp_history_bytes(struct smtp_history *history, const u8 *bytes, u32 len)
{
	if (begin_with_bytes(history, bytes, len))
		return;
	while (len) {
		u8 *last = last_record(history, HISTORY_BYTES);
		u32 n;

		if (!last || history->end == SMTP_HISTORY_CELL) {
			/* A record needs room for one byte at least. */
			if (history->end + 3 > SMTP_HISTORY_CELL)
				history->end = SMTP_HISTORY_CELL;
			last = append_record(history, HISTORY_BYTES, 2,
					     history->next);
			last[1] = 0;
		}
		n = SMTP_HISTORY_CELL - history->end;
		if (n > len)
			n = len;
		memcpy(tail_of(history) + history->end, bytes, n);
		last[1] += n;
		history->end += n;
		history->next += n;
		bytes += n;
		len -= n;
	}
}

/**
 * smtp_history_opaque() - remember that bytes were sent on, but not which
 * @history: a history with room for a record
 * @len: how many
 */
void smtp_history_opaque(struct smtp_history *history, u32 len)
{
	u8 *last = last_record(history, HISTORY_OPAQUE);
	u32 sum = last ? get_u32(last + 1) : 0;

	if (!last || sum > SPAN_MAX) {
		last = append_record(history, HISTORY_OPAQUE, 5, history->next);
		sum = 0;
	}
	sum += len;
	memcpy(last + 1, &sum, sizeof(sum));
	history->next += len;
}

/*
 * If the last record is of the same line, remove it: its bytes are recorded
 * anew together with those that follow. Return: how many bytes it described.
 */
static u32 take_text(struct smtp_history *history, u8 *flags)
{
	u8 *last = last_record(history, HISTORY_TEXT);

	if (!last || !(last[1] & SMTP_HISTORY_OPEN) ||
	    get_u32(last + 2) > SPAN_MAX)
		return 0;
	*flags |= last[1] & SMTP_HISTORY_BEGINS;
	history->end = history->last;
	history->last = 0;
	return get_u32(last + 2);
}

/**
 * smtp_history_text() - remember a piece of a line of content
 * @history: a history with room for a record
 * @len: how many bytes the piece has; earlier pieces are remembered already
 * @flags: &enum smtp_history_flags
 */
void smtp_history_text(struct smtp_history *history, u32 len, u8 flags)
{
	u32 before = take_text(history, &flags);
	u8 *p;

	history->next -= before;
	len += before;
	if (flags ==
	    (SMTP_HISTORY_BEGINS | SMTP_HISTORY_LF | SMTP_HISTORY_CRLF) &&
	    len <= SMTP_HISTORY_LINE_MAX) {
		smtp_history_lines(history, len, 1);
		return;
	}
	if (!(flags & SMTP_HISTORY_LF))
		flags |= SMTP_HISTORY_OPEN;
	p = append_record(history, HISTORY_TEXT, 6, history->next);
	p[1] = flags;
	memcpy(p + 2, &len, sizeof(len));
	history->next += len;
}

/* Extend the last record if it is of lines of the same length. */
static bool add_alike(struct smtp_history *history, u8 kind, u32 count)
{
	u8 *last = last_record(history, HISTORY_LINES);
	u32 sum = last ? get_u16(last + 2) + count : 0;
	u16 stored = sum;

	if (!last || last[1] != kind || sum > SMTP_HISTORY_LINES_MAX)
		return false;
	memcpy(last + 2, &stored, sizeof(stored));
	return true;
}

/**
 * smtp_history_lines() - remember lines of content of equal length
 * @history: a history with room for a record
 * @len: the length of each, %SMTP_HISTORY_LINE_MIN to %SMTP_HISTORY_LINE_MAX
 * @count: how many lines, one to %SMTP_HISTORY_LINES_MAX
 *
 * All of the lines end in CRLF. Each is empty, or begins with a byte other than
 * a dot, CR or NUL.
 */
void smtp_history_lines(struct smtp_history *history, u32 len, u32 count)
{
	u8 kind = len - SMTP_HISTORY_LINE_MIN;
	u16 stored = count;
	u8 *p;

	if (add_alike(history, kind, count)) {
		history->next += len * count;
		return;
	}
	if (count < ALIKE_MIN) {
		p = append_cell(history, count, history->next);
		history->last = 0;
		while (count--) {
			*p++ = kind;
			history->next += len;
		}
		return;
	}
	p = append_record(history, HISTORY_LINES, 4, history->next);
	p[1] = kind;
	memcpy(p + 2, &stored, sizeof(stored));
	history->next += len * count;
}

/**
 * smtp_history_cut() - forget the last byte, which was not sent on after all
 * @history: a history whose last byte was remembered by smtp_history_bytes()
 */
void smtp_history_cut(struct smtp_history *history)
{
	u8 *last = tail_of(history) + history->last;

	history->next--;
	history->end--;
	if (--last[1])
		return;
	history->end = history->last;
	history->last = 0;
	if (history->end > CELL_RECORDS)
		return;
	if (history->used == 1) {
		smtp_history_clear(history);
		return;
	}
	history->used--;
	history->tail = history->tail ? history->tail - 1 : history->cells - 1;
	history->end = SMTP_HISTORY_CELL;
}

/**
 * smtp_history_append() - append the records of another history
 * @history: a history with as many free cells as @more uses
 * @more: a history that begins where @history ends; nothing of it is forgotten,
 *	so its first cell in use is the first one of its memory
 */
void smtp_history_append(struct smtp_history *history,
			 const struct smtp_history *more)
{
	u32 to = history->used ? history->tail + 1 : 0;
	u32 done, n;

	for (done = 0; done < more->used; done += n) {
		to = to == history->cells ? 0 : to;
		n = smtp_at_most(more->used - done, history->cells - to);
		memcpy(history->memory + to * SMTP_HISTORY_CELL,
		       more->memory + done * SMTP_HISTORY_CELL,
		       n * SMTP_HISTORY_CELL);
		to += n;
	}
	if (more->used) {
		history->tail = to - 1;
		history->used += more->used;
		history->end = more->end;
		history->last = more->last;
	}
	history->next = more->next;
}

/* The last cell that begins at @seq or before it. */
static u32 find_cell(const struct smtp_history *history, u32 seq)
{
	u32 first = cell_seq(history, 0);
	u32 low = 0, high = history->used;

	while (high - low > 1) {
		u32 middle = (low + high) / 2;

		SMTP_HISTORY_VISIT();
		if (cell_seq(history, middle) - first <= seq - first)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/**
 * smtp_history_knows() - is a byte that was sent on still remembered?
 * @history: the history
 * @seq: the byte, between &smtp_history.una and &smtp_history.next
 *
 * Return: false if its record is lost, because the connection seemed to end and
 * its memory was freed.
 */
bool smtp_history_knows(const struct smtp_history *history, u32 seq)
{
	return history->used && (__s32)(seq - cell_seq(history, 0)) >= 0;
}

/**
 * smtp_history_forget() - forget what the receiver has acknowledged
 * @history: the history
 * @ack: the first byte not acknowledged, not beyond &smtp_history.next
 */
void smtp_history_forget(struct smtp_history *history, u32 ack)
{
	u32 gone;

	history->una = ack;
	/* The usual case in a dialogue. Otherwise some records remain. */
	if (ack == history->next) {
		smtp_history_clear(history);
		return;
	}
	if (!smtp_history_knows(history, ack))
		return;
	gone = find_cell(history, ack);
	history->used -= gone;
	gone += history->head;
	history->head = gone < history->cells ? gone : gone - history->cells;
}

static struct smtp_history_place place_of(const struct smtp_history *history,
					  u32 cell)
{
	return (struct smtp_history_place){
		.cell = cell,
		.at = CELL_RECORDS,
		.seq = cell_seq(history, cell),
	};
}

/**
 * smtp_history_begin() - find the first record
 * @history: a history that remembers something
 *
 * Return: the place of that record.
 */
struct smtp_history_place smtp_history_begin(const struct smtp_history *history)
{
	return place_of(history, 0);
}

/* The record at @place, which moves to the next cell if this one is over. */
static const u8 *record_at(const struct smtp_history *history,
			   struct smtp_history_place *place)
{
	if (place->seq == cell_end(history, place->cell) &&
	    place->cell + 1 < history->used)
		*place = place_of(history, place->cell + 1);
	return cell_at(history, place->cell) + place->at;
}

/**
 * smtp_history_read() - read the record at a place
 * @history: the history
 * @place: a place before &smtp_history.next; moved behind the record
 * @len: set to how many bytes the record describes
 *
 * Return: these bytes, or NULL if the record does not contain them.
 */
const u8 *smtp_history_read(const struct smtp_history *history,
			    struct smtp_history_place *place, u32 *len)
{
	struct record r;

	record_read(record_at(history, place), &r);
	place->at += r.size;
	place->seq += r.len;
	*len = r.len;
	return r.kind == HISTORY_BYTES ? r.bytes : NULL;
}

/*
 * Most records describe one line each. Skip such records, from offset @at on,
 * as long as their lines fit in the next @len bytes, and subtract the lengths
 * of these lines from @len. This cell describes the byte at @len, so the loop
 * ends in it. Return: the offset of the first record that is not skipped.
 */
static u32 pass_lines(const u8 *cell, u32 at, u32 *len)
{
	for (; cell[at] <= HISTORY_LINE; at++) {
		u32 line = SMTP_HISTORY_LINE_MIN + cell[at];

		SMTP_HISTORY_VISIT();
		if (*len < line)
			break;
		*len -= line;
	}
	return at;
}

/* Move @place to the record of @seq, which is in this cell, and decode it. */
static void walk_cell(const struct smtp_history *history,
		      struct smtp_history_place *place,
		      u32 seq, struct record *r)
{
	const u8 *cell = cell_at(history, place->cell);

	for (;;) {
		u32 pos = seq - place->seq;

		place->at = pass_lines(cell, place->at, &pos);
		place->seq = seq - pos;
		record_read(cell + place->at, r);
		if (pos < r->len)
			break;
		place->at += r->size;
		place->seq += r->len;
	}
}

/**
 * smtp_history_find() - find the record of a byte
 * @history: the history
 * @seq: the byte, for which smtp_history_knows() is true
 *
 * Return: the place of that record.
 */
struct smtp_history_place smtp_history_find(const struct smtp_history *history,
					    u32 seq)
{
	struct smtp_history_place place = place_of(history,
						   find_cell(history, seq));
	struct record r;

	walk_cell(history, &place, seq, &r);
	return place;
}

static bool is_text(u8 byte)
{
	return byte != '.' && byte != '\r' && byte != '\0';
}

/*
 * The ending of a line is CRLF or LF, or CR if LF may still follow. @left: how
 * many bytes the line has from this one on.
 */
static u8 ending_byte(u8 flags, u32 left)
{
	return left == 1 && flags & SMTP_HISTORY_LF ? '\n' : '\r';
}

static u32 ending_len(const struct record *r)
{
	u32 len = r->flags & SMTP_HISTORY_CRLF ? 2 :
		  r->flags & (SMTP_HISTORY_LF | SMTP_HISTORY_CR) ? 1 : 0;

	return len < r->line ? len : r->line;
}

/* Edit bytes of one line, which begin at the offset @pos of the line. */
static void repeat_line(const struct record *r, u32 pos, u8 *bytes, u32 len)
{
	u32 text = r->line - ending_len(r);
	u8 *end = bytes + len;
	u8 *text_end = end;

	if (pos + len > text)
		text_end = pos < text ? bytes + (text - pos) : bytes;
	if (text_end != bytes && !pos && r->flags & SMTP_HISTORY_BEGINS &&
	    !is_text(*bytes))
		*bytes = ' ';
	pos += text_end - bytes;
	while ((bytes = (u8 *)smtp_find_lf(bytes, text_end)) != text_end)
		*bytes = ' ';
	for (; bytes < end; bytes++)
		*bytes = ending_byte(r->flags, r->line - pos++);
}

static void repeat_lines(const struct record *r, u32 pos, u8 *bytes, u32 len)
{
	pos %= r->line;
	while (len) {
		u32 n = r->line - pos;

		if (n > len)
			n = len;
		repeat_line(r, pos, bytes, n);
		bytes += n;
		len -= n;
		pos = 0;
	}
}

static void repeat_record(const struct record *r, u32 pos, u8 *bytes, u32 len)
{
	switch (r->kind) {
	case HISTORY_OPAQUE:
		break;
	case HISTORY_BYTES:
		memcpy(bytes, r->bytes + pos, len);
		break;
	default:
		repeat_lines(r, pos, bytes, len);
		break;
	}
}

/**
 * smtp_history_repeat() - edit a repetition so that it agrees with the records
 * @history: the history
 * @seq: the first byte, for which smtp_history_knows() is true
 * @bytes: what the sender says this time; edited in place
 * @len: how many bytes; all of them are before &smtp_history.next
 */
void smtp_history_repeat(const struct smtp_history *history, u32 seq, u8 *bytes,
			 u32 len)
{
	struct smtp_history_place place;

	if (!len)
		return;
	place = place_of(history, find_cell(history, seq));
	for (;;) {
		struct record r;
		u32 n, pos;

		walk_cell(history, &place, seq, &r);
		pos = seq - place.seq;
		n = len < r.len - pos ? len : r.len - pos;
		repeat_record(&r, pos, bytes, n);
		bytes += n;
		seq += n;
		len -= n;
		if (!len)
			break;
		place.at += r.size;
		place.seq = seq;
		record_at(history, &place);
	}
}
