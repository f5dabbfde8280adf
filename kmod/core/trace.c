// SPDX-License-Identifier: GPL-2.0
/*
 * What was sent on and is not acknowledged.
 *
 * A record is one octet of kind and what belongs to it:
 *
 *	0 to TRACE_LINE		a line of content of 2 octets and as many more
 *	TRACE_OCTETS		u8 length, and the octets as they were sent on
 *	TRACE_OPAQUE		u32 length: octets that are no lines
 *	TRACE_TEXT		u8 flags, u32 length: content that is none of these
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
#include "trace.h"

enum {
	TRACE_LINE = SMTP_TRACE_LINE_MAX - SMTP_TRACE_LINE_MIN,
	TRACE_OCTETS,
	TRACE_OPAQUE,
	TRACE_TEXT,
};

/* So many octets make a record at most: sums of them don't wrap. */
#define TRACE_OPAQUE_MAX 0x40000000U

/* One record, read. */
struct record {
	u8 kind;
	u8 flags;
	u32 len;	/* octets it stands for */
	u32 size;	/* octets it takes */
	const u8 *octets;
};

static u32 get_u32(const u8 *from)
{
	u32 value;

	memcpy(&value, from, sizeof(value));
	return value;
}

static void record_read(const struct smtp_trace *trace, u32 at,
			struct record *r)
{
	const u8 *p = trace->memory + trace->start + at;

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
		r->size = 6;
		break;
	default:
		r->len = SMTP_TRACE_LINE_MIN + r->kind;
		r->size = 1;
		break;
	}
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
	trace->start = 0;
	trace->used = 0;
	trace->skip = 0;
}

/**
 * smtp_trace_move() - put the records into other memory
 * @trace: the direction
 * @memory: takes them
 * @size: room there
 *
 * Return: the memory they were in, or NULL.
 */
u8 *smtp_trace_move(struct smtp_trace *trace, u8 *memory, u32 size)
{
	u8 *before = trace->memory;

	if (trace->used)
		memcpy(memory, before + trace->start, trace->used);
	trace->last -= trace->start;
	trace->start = 0;
	trace->memory = memory;
	trace->size = size;
	return before;
}

static u8 *last_record(struct smtp_trace *trace, u8 kind)
{
	u8 *last = trace->memory + trace->last;

	return trace->used && *last == kind ? last : NULL;
}

/* Where the next record goes. Room for it is there, if need be at the front. */
static u8 *end_of(struct smtp_trace *trace, u32 size)
{
	if (trace->start + trace->used + size > trace->size) {
		memmove(trace->memory, trace->memory + trace->start,
			trace->used);
		trace->last -= trace->start;
		trace->start = 0;
	}
	return trace->memory + trace->start + trace->used;
}

static u8 *append(struct smtp_trace *trace, u32 size)
{
	u8 *p = end_of(trace, size);

	trace->used += size;
	return p;
}

static u8 *append_record(struct smtp_trace *trace, u8 kind, u32 size)
{
	u8 *p = append(trace, size);

	trace->last = p - trace->memory;
	*p = kind;
	return p;
}

/**
 * smtp_trace_octets_need() - the most that so many octets take
 * @len: how many
 */
u32 smtp_trace_octets_need(u32 len)
{
	return len + 2 * (len / 255 + 2);
}

/**
 * smtp_trace_octets() - remember octets as they were sent on
 * @trace: with room for smtp_trace_octets_need()
 * @octets: the octets
 * @len: how many
 */
void smtp_trace_octets(struct smtp_trace *trace, const u8 *octets, u32 len)
{
	trace->next += len;
	while (len) {
		u8 *last = last_record(trace, TRACE_OCTETS);
		u32 n;

		if (!last || last[1] == 255) {
			last = append_record(trace, TRACE_OCTETS, 2);
			last[1] = 0;
		}
		n = len < 255U - last[1] ? len : 255U - last[1];
		memcpy(append(trace, n), octets, n);
		trace->memory[trace->last + 1] += n;
		octets += n;
		len -= n;
	}
}

/**
 * smtp_trace_opaque() - remember that octets were sent on
 * @trace: with room for %SMTP_TRACE_RECORD
 * @len: how many
 */
void smtp_trace_opaque(struct smtp_trace *trace, u32 len)
{
	u8 *last = last_record(trace, TRACE_OPAQUE);
	u32 sum = last ? get_u32(last + 1) + len : len;

	if (!last || sum > TRACE_OPAQUE_MAX) {
		last = append_record(trace, TRACE_OPAQUE, 5);
		sum = len;
	}
	memcpy(last + 1, &sum, sizeof(sum));
	trace->next += len;
}

/* The text of the line so far is the last record, if there is some. */
static u32 take_text(struct smtp_trace *trace, u8 *flags)
{
	u8 *last = last_record(trace, TRACE_TEXT);

	if (!last || !(last[1] & SMTP_TRACE_OPEN))
		return 0;
	*flags |= last[1] & SMTP_TRACE_BEGINS;
	trace->used -= 6;
	return get_u32(last + 2);
}

/**
 * smtp_trace_text() - remember text of content
 * @trace: with room for %SMTP_TRACE_RECORD
 * @len: octets of one line, behind those of it that are remembered already
 * @flags: &enum smtp_trace_flags
 */
void smtp_trace_text(struct smtp_trace *trace, u32 len, u8 flags)
{
	u8 *p;

	trace->next += len;
	len += take_text(trace, &flags);
	if (flags == (SMTP_TRACE_BEGINS | SMTP_TRACE_LF | SMTP_TRACE_CRLF) &&
	    len <= SMTP_TRACE_LINE_MAX) {
		append_record(trace, len - SMTP_TRACE_LINE_MIN, 1);
		return;
	}
	if (!(flags & SMTP_TRACE_LF))
		flags |= SMTP_TRACE_OPEN;
	p = append_record(trace, TRACE_TEXT, 6);
	p[1] = flags;
	memcpy(p + 2, &len, sizeof(len));
}

/**
 * smtp_trace_lines() - begin to remember lines of content
 * @trace: with room for %SMTP_TRACE_RECORD
 * @room: set to how many lines there is room for
 *
 * Whole lines that are CRLF, or begin with text and end in CRLF, of
 * %SMTP_TRACE_LINE_MIN to %SMTP_TRACE_LINE_MAX octets.
 *
 * Return: where the caller puts an octet for each: by how many octets it is
 * longer than %SMTP_TRACE_LINE_MIN.
 */
u8 *smtp_trace_lines(struct smtp_trace *trace, u32 *room)
{
	u8 *p = end_of(trace, 1);

	*room = trace->memory + trace->size - p;
	return p;
}

/**
 * smtp_trace_lines_end() - remember them
 * @trace: as smtp_trace_lines() left it
 * @count: how many lines, one at least
 * @len: how many octets they are together
 */
void smtp_trace_lines_end(struct smtp_trace *trace, u32 count, u32 len)
{
	trace->next += len;
	trace->used += count;
	trace->last = trace->start + trace->used - 1;
}

/**
 * smtp_trace_cut() - the last octet did not go on
 * @trace: a trace whose last octet was remembered by smtp_trace_octets()
 */
void smtp_trace_cut(struct smtp_trace *trace)
{
	trace->memory[trace->last + 1]--;
	trace->used--;
	trace->next--;
}

/**
 * smtp_trace_append() - remember what another trace does, behind this one
 * @trace: with room for what @more uses
 * @more: begins where @trace ends; nothing of it is forgotten
 */
void smtp_trace_append(struct smtp_trace *trace, const struct smtp_trace *more)
{
	u8 *last = last_record(trace, TRACE_TEXT);

	if (last)
		last[1] &= ~SMTP_TRACE_OPEN;
	memcpy(append(trace, more->used), more->memory + more->start,
	       more->used);
	trace->last = trace->start + trace->used -
		      (more->start + more->used - more->last);
	trace->next = more->next;
}

/* Text that goes on keeps its place, but for what is acknowledged of it. */
static void shorten(struct smtp_trace *trace, u32 by)
{
	u8 *last = trace->memory + trace->last;
	u32 len = get_u32(last + 2) - by;

	last[1] &= ~SMTP_TRACE_BEGINS;
	memcpy(last + 2, &len, sizeof(len));
}

/*
 * Most records are of lines: go by those from @at on that lie whole within @len
 * octets, which end within a record, and lower it by theirs. Return: the record
 * behind them.
 */
static u32 pass_lines(const struct smtp_trace *trace, u32 at, u32 *len)
{
	const u8 *record = trace->memory + trace->start;

	for (; record[at] <= TRACE_LINE; at++) {
		u32 line = SMTP_TRACE_LINE_MIN + record[at];

		if (*len < line)
			break;
		*len -= line;
	}
	return at;
}

/**
 * smtp_trace_forget() - the receiver acknowledges
 * @trace: the direction
 * @ack: the first octet not acknowledged, not beyond what was sent on
 */
void smtp_trace_forget(struct smtp_trace *trace, u32 ack)
{
	u32 gone = ack - trace->una + trace->skip;
	struct record r;

	trace->una = ack;
	/* In a dialogue that is all there is; behind it, some record is left. */
	if (ack == trace->next) {
		trace->used = 0;
		trace->skip = 0;
		return;
	}
	for (;;) {
		u32 lines = pass_lines(trace, 0, &gone);

		trace->start += lines;
		trace->used -= lines;
		record_read(trace, 0, &r);
		if (r.kind == TRACE_TEXT && r.flags & SMTP_TRACE_OPEN) {
			if (gone)
				shorten(trace, gone);
			gone = 0;
			break;
		}
		if (gone < r.len)
			break;
		gone -= r.len;
		trace->start += r.size;
		trace->used -= r.size;
	}
	trace->skip = gone;
}

/**
 * smtp_trace_begin() - the first place
 * @trace: the direction
 */
struct smtp_trace_place smtp_trace_begin(const struct smtp_trace *trace)
{
	return (struct smtp_trace_place){ .seq = trace->una - trace->skip };
}

/**
 * smtp_trace_read() - the record at a place
 * @trace: the direction
 * @place: behind it then
 * @len: set to how many octets it stands for
 *
 * Return: these octets, or NULL if it does not have them.
 */
const u8 *smtp_trace_read(const struct smtp_trace *trace,
			  struct smtp_trace_place *place, u32 *len)
{
	struct record r;

	record_read(trace, place->at, &r);
	place->at += r.size;
	place->seq += r.len;
	*len = r.len;
	return r.kind == TRACE_OCTETS ? r.octets : NULL;
}

static bool is_text(u8 octet)
{
	return octet != '.' && octet != '\r' && octet != '\0';
}

static u8 text_octet(const struct record *r, u32 pos, u8 octet)
{
	u32 left = r->len - pos;

	if (left == 1 && r->flags & SMTP_TRACE_LF)
		return '\n';
	if ((left == 1 && r->flags & SMTP_TRACE_CR) ||
	    (left == 2 && r->flags & SMTP_TRACE_CRLF))
		return '\r';
	if (octet == '\n')
		return ' ';
	if (r->flags & SMTP_TRACE_BEGINS && !pos && !is_text(octet))
		return ' ';
	return octet;
}

static void repeat(const struct record *r, u32 pos, u8 *octets, u32 len)
{
	u32 i;

	switch (r->kind) {
	case TRACE_OPAQUE:
		break;
	case TRACE_OCTETS:
		memcpy(octets, r->octets + pos, len);
		break;
	default:
		for (i = 0; i < len; i++)
			octets[i] = text_octet(r, pos + i, octets[i]);
		break;
	}
}

/**
 * smtp_trace_repeat() - say again what was sent on
 * @trace: the direction
 * @place: where to look from; set to where to look from next
 * @seq: sequence number of the first octet
 * @octets: what the sender says now; edited to what may be sent on
 * @len: how many; all between &smtp_trace.una and &smtp_trace.next
 */
void smtp_trace_repeat(const struct smtp_trace *trace,
		       struct smtp_trace_place *place, u32 seq, u8 *octets,
		       u32 len)
{
	while (len) {
		u32 pos = seq - place->seq;
		struct record r;
		u32 n;

		place->at = pass_lines(trace, place->at, &pos);
		place->seq = seq - pos;
		record_read(trace, place->at, &r);
		if (pos >= r.len) {
			place->at += r.size;
			place->seq += r.len;
			continue;
		}
		n = len < r.len - pos ? len : r.len - pos;
		repeat(&r, pos, octets, n);
		octets += n;
		seq += n;
		len -= n;
	}
}
