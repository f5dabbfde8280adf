// SPDX-License-Identifier: GPL-2.0
/*
 * What was sent on and is not acknowledged.
 *
 * The memory is a ring of cells. A cell begins with the sequence number of its
 * first octet, and no record goes on in the next cell, so that a place is found by
 * a binary search over the cells and a walk within one: the cost does not depend
 * on how much is outstanding. Acknowledged cells go as a whole.
 *
 * A record is one octet of kind and what belongs to it:
 *
 *	0 to TRACE_LINE		a line of content of 2 octets and as many more
 *	TRACE_OCTETS		u8 length, and the octets as they were sent on
 *	TRACE_OPAQUE		u32 length: octets that are no lines
 *	TRACE_TEXT		u8 flags, u32 length: content that is none of these
 *	TRACE_LINES		u8 kind, u16 count: so many lines of this kind
 *
 * A line of content is empty, or begins with an octet that can be in no line that
 * ends content, whatever the server: no dot, CR or NUL. Where one of these begins
 * another line, the octets are kept up to the first that is none, and so is an
 * end of data. A repetition may then change the content, but
 *
 *	- LF stands in it where it stood, and nowhere else,
 *	- no dot, CR or NUL begins a line that none of them began,
 *	- CRLF that ended a line does, and CR that LF may follow stays.
 *
 * No line becomes an end of data in that way, and none ceases to be one.
 */
#include "find.h"
#include "trace.h"

enum {
	TRACE_LINE = SMTP_TRACE_LINE_MAX - SMTP_TRACE_LINE_MIN,
	TRACE_OCTETS,
	TRACE_OPAQUE,
	TRACE_TEXT,
	TRACE_LINES,
};

/* Where in a cell its records begin. */
#define CELL_RECORDS sizeof(u32)

/*
 * A record stands for so many octets at most, but for those of the segment that
 * goes beyond, and so does a cell but for its last record. What is outstanding is
 * bounded, too: sequence numbers compare from the first cell on.
 */
#define SPAN_MAX 0x10000000U

/* Fewer lines that are alike take a record each. */
#define ALIKE_MIN 4

/* The unit tests count the records that a search visits. */
#ifndef SMTP_TRACE_VISIT
#define SMTP_TRACE_VISIT()
#endif

/* One record, read. */
struct record {
	u8 kind;
	u8 flags;
	u32 len;	/* octets it stands for */
	u32 line;	/* octets of each of its lines */
	u32 size;	/* bytes it takes */
	const u8 *octets;
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

/* The cell that is so many behind the first one. */
static u8 *cell_at(const struct smtp_trace *trace, u32 cell)
{
	cell += trace->head;
	if (cell >= trace->cells)
		cell -= trace->cells;
	return trace->memory + cell * SMTP_TRACE_CELL;
}

static u8 *tail_of(const struct smtp_trace *trace)
{
	return trace->memory + trace->tail * SMTP_TRACE_CELL;
}

static u32 cell_seq(const struct smtp_trace *trace, u32 cell)
{
	return get_u32(cell_at(trace, cell));
}

/* The octet behind those of a cell. */
static u32 cell_end(const struct smtp_trace *trace, u32 cell)
{
	return cell + 1 < trace->used ? cell_seq(trace, cell + 1) : trace->next;
}

static void record_read(const u8 *p, struct record *r)
{
	SMTP_TRACE_VISIT();
	r->kind = *p;
	r->flags = SMTP_TRACE_BEGINS | SMTP_TRACE_LF | SMTP_TRACE_CRLF;
	r->octets = p + 2;
	switch (r->kind) {
	case TRACE_OCTETS:
		r->len = p[1];
		r->size = 2 + r->len;
		break;
	case TRACE_OPAQUE:
		r->len = get_u32(p + 1);
		r->size = 5;
		break;
	case TRACE_TEXT:
		r->flags = p[1];
		r->len = get_u32(p + 2);
		r->line = r->len;
		r->size = 6;
		break;
	case TRACE_LINES:
		r->line = SMTP_TRACE_LINE_MIN + p[1];
		r->len = r->line * get_u16(p + 2);
		r->size = 4;
		break;
	default:
		r->len = SMTP_TRACE_LINE_MIN + r->kind;
		r->line = r->len;
		r->size = 1;
		break;
	}
}

/**
 * smtp_trace_clear() - remember nothing
 * @trace: the direction; its memory stays
 */
void smtp_trace_clear(struct smtp_trace *trace)
{
	trace->used = 0;
	trace->head = 0;
	trace->end = SMTP_TRACE_CELL;
	trace->last = 0;
}

/**
 * smtp_trace_init() - begin a direction
 * @trace: zeroed, or used before; its memory stays
 * @seq: sequence number of the first octet
 */
void smtp_trace_init(struct smtp_trace *trace, u32 seq)
{
	trace->next = seq;
	trace->una = seq;
	trace->fin = seq - 1;
	smtp_trace_clear(trace);
}

/**
 * smtp_trace_move() - put the records into other memory
 * @trace: the direction
 * @memory: takes them
 * @cells: room there, %SMTP_TRACE_CELL bytes each; not less than are in use
 *
 * Return: the memory they were in, or NULL.
 */
u8 *smtp_trace_move(struct smtp_trace *trace, u8 *memory, u32 cells)
{
	u8 *before = trace->memory;
	u32 first = trace->cells - trace->head;

	if (first > trace->used)
		first = trace->used;
	if (trace->used) {
		memcpy(memory, cell_at(trace, 0), first * SMTP_TRACE_CELL);
		memcpy(memory + first * SMTP_TRACE_CELL, before,
		       (trace->used - first) * SMTP_TRACE_CELL);
		trace->tail = trace->used - 1;
	}
	trace->head = 0;
	trace->memory = memory;
	trace->cells = cells;
	return before;
}

/* Another cell. There is room for it. */
static u8 *add_cell(struct smtp_trace *trace)
{
	if (!trace->used)
		trace->tail = 0;
	else if (++trace->tail == trace->cells)
		trace->tail = 0;
	trace->used++;
	trace->last = 0;
	trace->end = CELL_RECORDS;
	return tail_of(trace);
}

static bool is_far(const struct smtp_trace *trace, u32 seq)
{
	return seq - get_u32(tail_of(trace)) > SPAN_MAX &&
	       trace->used < trace->cells;
}

/* Where the next record goes; there is room for it. @seq: its first octet */
static u8 *append(struct smtp_trace *trace, u32 size, u32 seq)
{
	u8 *cell = tail_of(trace);

	if (trace->end + size > SMTP_TRACE_CELL || is_far(trace, seq)) {
		cell = add_cell(trace);
		memcpy(cell, &seq, sizeof(seq));
	}
	cell += trace->end;
	trace->end += size;
	return cell;
}

static u8 *append_record(struct smtp_trace *trace, u8 kind, u32 size, u32 seq)
{
	u8 *p = append(trace, size, seq);

	trace->last = trace->end - size;
	*p = kind;
	return p;
}

static u8 *last_record(const struct smtp_trace *trace, u8 kind)
{
	u8 *last = tail_of(trace) + trace->last;

	return trace->last && *last == kind ? last : NULL;
}

/**
 * smtp_trace_octets() - remember octets as they were sent on
 * @trace: with room for them, smtp_trace_room()
 * @octets: the octets
 * @len: how many
 */
void smtp_trace_octets(struct smtp_trace *trace, const u8 *octets, u32 len)
{
	while (len) {
		u8 *last = last_record(trace, TRACE_OCTETS);
		u32 n;

		if (!last || trace->end == SMTP_TRACE_CELL) {
			/* Room for one octet behind the length, or none. */
			if (trace->end + 3 > SMTP_TRACE_CELL)
				trace->end = SMTP_TRACE_CELL;
			last = append_record(trace, TRACE_OCTETS, 2,
					     trace->next);
			last[1] = 0;
		}
		n = SMTP_TRACE_CELL - trace->end;
		if (n > len)
			n = len;
		memcpy(tail_of(trace) + trace->end, octets, n);
		last[1] += n;
		trace->end += n;
		trace->next += n;
		octets += n;
		len -= n;
	}
}

/**
 * smtp_trace_opaque() - remember that octets were sent on
 * @trace: with room for a record
 * @len: how many
 */
void smtp_trace_opaque(struct smtp_trace *trace, u32 len)
{
	u8 *last = last_record(trace, TRACE_OPAQUE);
	u32 sum = last ? get_u32(last + 1) : 0;

	if (!last || sum > SPAN_MAX) {
		last = append_record(trace, TRACE_OPAQUE, 5, trace->next);
		sum = 0;
	}
	sum += len;
	memcpy(last + 1, &sum, sizeof(sum));
	trace->next += len;
}

/* The text of the line so far is the last record, if there is some. */
static u32 take_text(struct smtp_trace *trace, u8 *flags)
{
	u8 *last = last_record(trace, TRACE_TEXT);

	if (!last || !(last[1] & SMTP_TRACE_OPEN) ||
	    get_u32(last + 2) > SPAN_MAX)
		return 0;
	*flags |= last[1] & SMTP_TRACE_BEGINS;
	trace->end = trace->last;
	trace->last = 0;
	return get_u32(last + 2);
}

/**
 * smtp_trace_text() - remember text of content
 * @trace: with room for a record
 * @len: octets of one line, behind those of it that are remembered already
 * @flags: &enum smtp_trace_flags
 */
void smtp_trace_text(struct smtp_trace *trace, u32 len, u8 flags)
{
	u32 before = take_text(trace, &flags);
	u8 *p;

	trace->next -= before;
	len += before;
	if (flags == (SMTP_TRACE_BEGINS | SMTP_TRACE_LF | SMTP_TRACE_CRLF) &&
	    len <= SMTP_TRACE_LINE_MAX) {
		smtp_trace_lines(trace, len, 1);
		return;
	}
	if (!(flags & SMTP_TRACE_LF))
		flags |= SMTP_TRACE_OPEN;
	p = append_record(trace, TRACE_TEXT, 6, trace->next);
	p[1] = flags;
	memcpy(p + 2, &len, sizeof(len));
	trace->next += len;
}

/* Are these lines like the last ones? Then there are so many more of them. */
static bool add_alike(struct smtp_trace *trace, u8 kind, u32 count)
{
	u8 *last = last_record(trace, TRACE_LINES);
	u32 sum = last ? get_u16(last + 2) + count : 0;
	u16 stored = sum;

	if (!last || last[1] != kind || sum > SMTP_TRACE_LINES_MAX)
		return false;
	memcpy(last + 2, &stored, sizeof(stored));
	return true;
}

/**
 * smtp_trace_lines() - remember lines of content that are equally long
 * @trace: with room for a record
 * @len: octets of each, %SMTP_TRACE_LINE_MIN to %SMTP_TRACE_LINE_MAX
 * @count: how many, one to %SMTP_TRACE_LINES_MAX
 *
 * The lines are CRLF, or begin with text and end in CRLF.
 */
void smtp_trace_lines(struct smtp_trace *trace, u32 len, u32 count)
{
	u8 kind = len - SMTP_TRACE_LINE_MIN;
	u16 stored = count;
	u8 *p;

	if (add_alike(trace, kind, count)) {
		trace->next += len * count;
		return;
	}
	if (count < ALIKE_MIN) {
		p = append(trace, count, trace->next);
		trace->last = 0;
		while (count--) {
			*p++ = kind;
			trace->next += len;
		}
		return;
	}
	p = append_record(trace, TRACE_LINES, 4, trace->next);
	p[1] = kind;
	memcpy(p + 2, &stored, sizeof(stored));
	trace->next += len * count;
}

/**
 * smtp_trace_cut() - the last octet did not go on
 * @trace: a trace whose last octet was remembered by smtp_trace_octets()
 */
void smtp_trace_cut(struct smtp_trace *trace)
{
	u8 *last = tail_of(trace) + trace->last;

	trace->next--;
	trace->end--;
	if (--last[1])
		return;
	trace->end = trace->last;
	trace->last = 0;
	if (trace->end > CELL_RECORDS)
		return;
	if (trace->used == 1) {
		smtp_trace_clear(trace);
		return;
	}
	trace->used--;
	trace->tail = trace->tail ? trace->tail - 1 : trace->cells - 1;
	trace->end = SMTP_TRACE_CELL;
}

/**
 * smtp_trace_append() - remember what another trace does, behind this one
 * @trace: with room for as many cells as @more uses
 * @more: begins where @trace ends; nothing of it is forgotten, so its first cell
 *	in use is the first of its memory
 */
void smtp_trace_append(struct smtp_trace *trace, const struct smtp_trace *more)
{
	u32 to = trace->used ? trace->tail + 1 : 0;
	u32 done, n;

	for (done = 0; done < more->used; done += n) {
		to = to == trace->cells ? 0 : to;
		n = smtp_at_most(more->used - done, trace->cells - to);
		memcpy(trace->memory + to * SMTP_TRACE_CELL,
		       more->memory + done * SMTP_TRACE_CELL,
		       n * SMTP_TRACE_CELL);
		to += n;
	}
	if (more->used) {
		trace->tail = to - 1;
		trace->used += more->used;
		trace->end = more->end;
		trace->last = more->last;
	}
	trace->next = more->next;
}

/* The last cell that begins at an octet or before it. */
static u32 find_cell(const struct smtp_trace *trace, u32 seq)
{
	u32 first = cell_seq(trace, 0);
	u32 low = 0, high = trace->used;

	while (high - low > 1) {
		u32 middle = (low + high) / 2;

		SMTP_TRACE_VISIT();
		if (cell_seq(trace, middle) - first <= seq - first)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/**
 * smtp_trace_knows() - is it remembered what was sent on?
 * @trace: the direction
 * @seq: an octet between &smtp_trace.una and &smtp_trace.next
 *
 * Return: false if the memory of a connection that seemed to end was freed.
 */
bool smtp_trace_knows(const struct smtp_trace *trace, u32 seq)
{
	return trace->used && (__s32)(seq - cell_seq(trace, 0)) >= 0;
}

/**
 * smtp_trace_forget() - the receiver acknowledges
 * @trace: the direction
 * @ack: the first octet not acknowledged, not beyond what was sent on
 */
void smtp_trace_forget(struct smtp_trace *trace, u32 ack)
{
	u32 gone;

	trace->una = ack;
	/* In a dialogue that is all there is; behind it, some record is left. */
	if (ack == trace->next) {
		smtp_trace_clear(trace);
		return;
	}
	if (!smtp_trace_knows(trace, ack))
		return;
	gone = find_cell(trace, ack);
	trace->used -= gone;
	gone += trace->head;
	trace->head = gone < trace->cells ? gone : gone - trace->cells;
}

static struct smtp_trace_place place_of(const struct smtp_trace *trace, u32 cell)
{
	return (struct smtp_trace_place){
		.cell = cell,
		.at = CELL_RECORDS,
		.seq = cell_seq(trace, cell),
	};
}

/**
 * smtp_trace_begin() - the first place
 * @trace: a direction that remembers something
 *
 * Return: the place of the first record.
 */
struct smtp_trace_place smtp_trace_begin(const struct smtp_trace *trace)
{
	return place_of(trace, 0);
}

/* Go on in the next cell if this one ends at the place. */
static const u8 *record_at(const struct smtp_trace *trace,
			   struct smtp_trace_place *place)
{
	if (place->seq == cell_end(trace, place->cell) &&
	    place->cell + 1 < trace->used)
		*place = place_of(trace, place->cell + 1);
	return cell_at(trace, place->cell) + place->at;
}

/**
 * smtp_trace_read() - the record at a place
 * @trace: the direction
 * @place: of an octet that was sent on; behind the record then
 * @len: set to how many octets it stands for
 *
 * Return: these octets, or NULL if it does not have them.
 */
const u8 *smtp_trace_read(const struct smtp_trace *trace,
			  struct smtp_trace_place *place, u32 *len)
{
	struct record r;

	record_read(record_at(trace, place), &r);
	place->at += r.size;
	place->seq += r.len;
	*len = r.len;
	return r.kind == TRACE_OCTETS ? r.octets : NULL;
}

/*
 * Most records are of lines: pass those from @at on that lie whole within @len
 * octets, which end within the cell, and lower it by theirs. Return: the record
 * behind them.
 */
static u32 pass_lines(const u8 *cell, u32 at, u32 *len)
{
	for (; cell[at] <= TRACE_LINE; at++) {
		u32 line = SMTP_TRACE_LINE_MIN + cell[at];

		SMTP_TRACE_VISIT();
		if (*len < line)
			break;
		*len -= line;
	}
	return at;
}

/* The record with an octet, which begins in this cell or behind the place. */
static void walk(const struct smtp_trace *trace, struct smtp_trace_place *place,
		 u32 seq, struct record *r)
{
	const u8 *cell = cell_at(trace, place->cell);

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
 * smtp_trace_find() - the record that has an octet
 * @trace: the direction
 * @seq: the octet; smtp_trace_knows() it
 *
 * Return: the place of that record.
 */
struct smtp_trace_place smtp_trace_find(const struct smtp_trace *trace, u32 seq)
{
	struct smtp_trace_place place = place_of(trace, find_cell(trace, seq));
	struct record r;

	walk(trace, &place, seq, &r);
	return place;
}

static bool is_text(u8 octet)
{
	return octet != '.' && octet != '\r' && octet != '\0';
}

/* How a line ends, and text whose LF may follow. */
static u8 ending_octet(u8 flags, u32 left)
{
	return left == 1 && flags & SMTP_TRACE_LF ? '\n' : '\r';
}

static u32 ending_len(const struct record *r)
{
	u32 len = r->flags & SMTP_TRACE_CRLF ? 2 :
		  r->flags & (SMTP_TRACE_LF | SMTP_TRACE_CR) ? 1 : 0;

	return len < r->line ? len : r->line;
}

/* Octets of one line. */
static void repeat_line(const struct record *r, u32 pos, u8 *octets, u32 len)
{
	u32 text = r->line - ending_len(r);
	u8 *end = octets + len;
	u8 *text_end = end;

	if (pos + len > text)
		text_end = pos < text ? octets + (text - pos) : octets;
	if (text_end != octets && !pos && r->flags & SMTP_TRACE_BEGINS &&
	    !is_text(*octets))
		*octets = ' ';
	pos += text_end - octets;
	while ((octets = (u8 *)smtp_find_lf(octets, text_end)) != text_end)
		*octets = ' ';
	for (; octets < end; octets++)
		*octets = ending_octet(r->flags, r->line - pos++);
}

static void repeat_lines(const struct record *r, u32 pos, u8 *octets, u32 len)
{
	pos %= r->line;
	while (len) {
		u32 n = r->line - pos;

		if (n > len)
			n = len;
		repeat_line(r, pos, octets, n);
		octets += n;
		len -= n;
		pos = 0;
	}
}

static void repeat(const struct record *r, u32 pos, u8 *octets, u32 len)
{
	switch (r->kind) {
	case TRACE_OPAQUE:
		break;
	case TRACE_OCTETS:
		memcpy(octets, r->octets + pos, len);
		break;
	default:
		repeat_lines(r, pos, octets, len);
		break;
	}
}

/**
 * smtp_trace_repeat() - say again what was sent on
 * @trace: the direction
 * @seq: sequence number of the first octet; smtp_trace_knows() it
 * @octets: what the sender says now; edited to what may be sent on
 * @len: how many; all before &smtp_trace.next
 */
void smtp_trace_repeat(const struct smtp_trace *trace, u32 seq, u8 *octets,
		       u32 len)
{
	struct smtp_trace_place place;

	if (!len)
		return;
	place = place_of(trace, find_cell(trace, seq));
	for (;;) {
		struct record r;
		u32 n, pos;

		walk(trace, &place, seq, &r);
		pos = seq - place.seq;
		n = len < r.len - pos ? len : r.len - pos;
		repeat(&r, pos, octets, n);
		octets += n;
		seq += n;
		len -= n;
		if (!len)
			break;
		place.at += r.size;
		place.seq = seq;
		record_at(trace, &place);
	}
}
