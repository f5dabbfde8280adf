// SPDX-License-Identifier: GPL-2.0
/*
 * Judges a recorded connection.
 *
 * Each line is a segment of its own: what the guard sends does not depend on
 * segments, and so each reason belongs to a line. The recording goes on as it
 * was recorded. So bytes that the guard would hold back, which a sender would
 * repeat, are judged again after each further segment.
 *
 * A recording may have both sides in an order that is not that of the packets. So
 * a packet waits until what it acknowledges was judged.
 */
#include <stdlib.h>
#include <string.h>

#include "explain/judge.h"
#include "lib/memory.h"

/* As the module has it; see kmod/memory.h. */
#define HISTORY_MAX	16384
/* No TCP window is full of more, on the way to a mail server. */
#define WAITING_MAX	(8U << 20)
/* In so many pieces: each is looked for from the first one on. */
#define PIECES_MAX	16384
/* Of all connections together. */
#define WAITING_ALL	(64U << 20)
/* What is judged at once, though captured packets may be larger (BIG TCP). */
#define SEGMENT_MAX	65536

static bool seq_is_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

/* A segment that is copied when it is edited. */
struct segment {
	struct smtp_segment seg;
	const uint8_t *bytes;
	bool edited;
};

static uint8_t edited[SEGMENT_MAX];

static const u8 *segment_peek(struct smtp_segment *seg, u32 off, u32 *len)
{
	struct segment *s = (struct segment *)seg;

	(void)len;
	return (s->edited ? edited : s->bytes) + off;
}

static int segment_read(struct smtp_segment *seg, u32 off, u8 *bytes, u32 len)
{
	struct segment *s = (struct segment *)seg;

	memcpy(bytes, (s->edited ? edited : s->bytes) + off, len);
	return 0;
}

static int segment_write(struct smtp_segment *seg, u32 off, const u8 *bytes,
			 u32 len)
{
	struct segment *s = (struct segment *)seg;

	if (!s->edited)
		memcpy(edited, s->bytes, seg->len);
	s->edited = true;
	memcpy(edited + off, bytes, len);
	return 0;
}

static struct smtp_ofo *stream_ofo(struct smtp_stream *stream)
{
	(void)stream;
	return xzalloc(sizeof(struct smtp_ofo));
}

static bool stream_reserve(struct smtp_stream *stream,
			   struct smtp_history *history, u32 more)
{
	u32 cells = smtp_history_grown(history, more);

	(void)stream;
	if (cells * SMTP_HISTORY_CELL > HISTORY_MAX)
		return false;
	free(smtp_history_move(history, xzalloc(cells * SMTP_HISTORY_CELL),
			       cells));
	return true;
}

static const struct smtp_stream_ops stream_ops = {
	.ofo = stream_ofo,
	.reserve = stream_reserve,
};

struct explain_conn *explain_open(struct explain_output *out,
				  const struct smtp_policy *policy,
				  unsigned long number, uint32_t client_seq,
				  uint32_t server_seq)
{
	struct explain_conn *conn = xzalloc(sizeof(*conn));

	conn->out = out;
	conn->number = number;
	conn->side[SMTP_CLIENT].told = client_seq;
	conn->side[SMTP_CLIENT].end = client_seq;
	conn->side[SMTP_CLIENT].acked = client_seq;
	conn->side[SMTP_SERVER].told = server_seq;
	conn->side[SMTP_SERVER].end = server_seq;
	conn->side[SMTP_SERVER].acked = server_seq;
	conn->stream.ops = &stream_ops;
	smtp_stream_init(&conn->stream, policy, client_seq, server_seq);
	out->conns++;
	return conn;
}

static void show_bytes(struct explain_conn *conn, enum smtp_dir dir)
{
	struct explain_side *side = &conn->side[dir];

	if (side->bytes)
		conn->out->printer->bytes(conn, dir, side->kind, side->bytes);
	side->bytes = 0;
}

static void show_line(struct explain_conn *conn, enum smtp_dir dir,
		      enum explain_action action)
{
	struct explain_side *side = &conn->side[dir];
	struct explain_line *line = side->line;

	show_bytes(conn, SMTP_CLIENT);
	show_bytes(conn, SMTP_SERVER);
	if (action == EXPLAIN_PASS && line->denied)
		action = EXPLAIN_DENY;
	else if (action == EXPLAIN_PASS &&
		 memcmp(line->said, line->sent, line->sent_len))
		action = EXPLAIN_EDIT;
	conn->out->printer->line(conn, dir, action, line);
	free(line);
	side->line = NULL;
}

static void begin_line(struct explain_side *side)
{
	if (side->line)
		return;
	side->line = xrealloc(NULL, sizeof(*side->line));
	side->line->len = 0;
	side->line->sent_len = 0;
	side->line->denied = false;
	smtp_events_begin(&side->line->events);
}

/* Adds bytes to the line; those that find no room are not shown. */
static void add_bytes(struct explain_line *line, const uint8_t *said,
		      const uint8_t *sent, uint32_t len, uint32_t sent_len)
{
	uint32_t room = EXPLAIN_LINE_MAX - line->len;

	len = len < room ? len : room;
	sent_len = sent_len < room ? sent_len : room;
	memcpy(line->said + line->len, said, len);
	memcpy(line->sent + line->len, sent, sent_len);
	line->sent_len = line->len + sent_len;
	line->len += len;
}

static void add_reasons(struct explain_line *line, const struct smtp_events *ev)
{
	unsigned int i;

	for (i = 0; i < ev->reasons; i++)
		smtp_count_some(&line->events, ev->reason[i],
				ev->count[ev->reason[i]]);
}

static void count_reasons(struct explain_conn *conn,
			  const struct smtp_events *ev)
{
	unsigned int i;

	for (i = 0; i < ev->reasons; i++)
		conn->out->count[ev->reason[i]] += ev->count[ev->reason[i]];
}

static enum explain_kind kind_now(const struct explain_conn *conn,
				  enum smtp_dir dir)
{
	if (!smtp_session_is_opaque(&conn->stream.session, dir))
		return EXPLAIN_LINE;
	switch (conn->stream.session.state) {
	case MAILGUARD_STATE_CONTENT:
		return EXPLAIN_CONTENT;
	case MAILGUARD_STATE_CHUNK:
		return EXPLAIN_CHUNK;
	default:
		return EXPLAIN_TLS;
	}
}

/* Content is shown as lines only where the guard does something to it. */
static void tell_sent(struct explain_conn *conn, enum smtp_dir dir,
		      enum explain_kind kind, const uint8_t *said,
		      const uint8_t *sent, uint32_t len)
{
	struct explain_side *side = &conn->side[dir];

	side->told += len;
	if (kind != EXPLAIN_LINE && !side->line &&
	    (said == sent || !memcmp(said, sent, len))) {
		if (side->kind != kind)
			show_bytes(conn, dir);
		side->kind = kind;
		side->bytes += len;
		return;
	}
	begin_line(side);
	add_bytes(side->line, said, sent, len, len);
	if (said[len - 1] == '\n' || kind != EXPLAIN_LINE)
		show_line(conn, dir, EXPLAIN_PASS);
}

/* These depend on how the recording is cut into segments, and end by themselves. */
static bool is_passing(const struct smtp_events *ev)
{
	unsigned int i;

	for (i = 0; i < ev->reasons; i++)
		if (ev->reason[i] == MAILGUARD_REASON_HELD_KEYWORD ||
		    ev->reason[i] == MAILGUARD_REASON_HELD_VERB ||
		    ev->reason[i] == MAILGUARD_REASON_REORDERED)
			return true;
	return false;
}

/* Shows a line that is held, once. It is shown again when it is sent on. */
static void tell_held(struct explain_conn *conn, enum smtp_dir dir,
		      const uint8_t *said, uint32_t len,
		      const struct smtp_events *ev)
{
	struct explain_side *side = &conn->side[dir];
	struct explain_line held = { .len = 0 };

	side->tried = side->told + len;
	if (is_passing(ev) || (side->is_held && side->held == side->told))
		return;
	count_reasons(conn, ev);
	side->is_held = true;
	side->held = side->told;
	add_bytes(&held, said, said, len, 0);
	held.events = *ev;
	show_bytes(conn, SMTP_CLIENT);
	show_bytes(conn, SMTP_SERVER);
	conn->out->printer->line(conn, dir, EXPLAIN_HOLD, &held);
}

/* @keep: how many of the bytes go on, before the connection ends. */
static void tell_reset(struct explain_conn *conn, enum smtp_dir dir,
		       const uint8_t *said, const uint8_t *sent, uint32_t len,
		       uint32_t keep)
{
	struct explain_side *side = &conn->side[dir];

	begin_line(side);
	add_bytes(side->line, said, sent, len, keep);
	side->told += keep;
	show_line(conn, dir, EXPLAIN_RESET);
	conn->stopped = true;
}

/* Judges one line, or the part of it that there is. */
static uint32_t judge(struct explain_conn *conn, enum smtp_dir dir,
		      const uint8_t *said, uint32_t len)
{
	struct explain_side *side = &conn->side[dir];
	enum explain_kind kind = kind_now(conn, dir);
	bool doomed = conn->stream.doomed;
	uint32_t denied = conn->stream.session.denied;
	struct segment s = {
		.seg = {
			.dir = dir,
			.seq = side->told,
			.len = len,
			.peek = segment_peek,
			.read = segment_read,
			.write = segment_write,
		},
		.bytes = said,
	};
	const uint8_t *sent;
	struct smtp_events ev;
	uint32_t keep;

	smtp_events_begin(&ev);
	keep = smtp_stream_segment(&conn->stream, &s.seg, &ev);
	sent = s.edited ? edited : said;
	conn->ended = conn->stream.session.state == MAILGUARD_STATE_ENDED;
	if (conn->ended || conn->stream.doomed != doomed) {
		begin_line(side);
		add_reasons(side->line, &ev);
		count_reasons(conn, &ev);
		tell_reset(conn, dir, said, sent, len, keep);
		return keep;
	}
	if (keep) {
		if (ev.reasons && (kind == EXPLAIN_LINE || s.edited)) {
			begin_line(side);
			add_reasons(side->line, &ev);
			side->line->denied =
				denied != conn->stream.session.denied;
		}
		count_reasons(conn, &ev);
		tell_sent(conn, dir, kind, said, sent, keep);
	} else {
		tell_held(conn, dir, said, len, &ev);
	}
	return keep;
}

/* How many bytes are judged at once. */
static uint32_t cut_at(const struct explain_conn *conn, enum smtp_dir dir,
		       const uint8_t *bytes, uint32_t len)
{
	const uint8_t *lf;

	if (len > SEGMENT_MAX)
		len = SEGMENT_MAX;
	switch (kind_now(conn, dir)) {
	case EXPLAIN_TLS:
		return len;
	case EXPLAIN_CHUNK:
		return smtp_at_most(len, conn->stream.session.bytes);
	default:
		lf = memchr(bytes, '\n', len);
		return lf ? lf + 1 - bytes : len;
	}
}

static void shrink_history(struct smtp_history *history)
{
	if (!history->used)
		free(smtp_history_move(history, NULL, 0));
}

/* Judges bytes in their order, as far as the guard sends them on. */
static uint32_t judge_all(struct explain_conn *conn, enum smtp_dir dir,
			  const uint8_t *bytes, uint32_t len)
{
	uint32_t done = 0, cut, keep;

	while (done < len && !conn->ended) {
		cut = cut_at(conn, dir, bytes + done, len - done);
		keep = judge(conn, dir, bytes + done, cut);
		done += keep;
		if (!keep)
			break;
	}
	return done;
}

static uint8_t *copy_bytes(const uint8_t *bytes, uint32_t len)
{
	return memcpy(xrealloc(NULL, len), bytes, len);
}

static struct explain_piece *piece_new(uint32_t seq, uint32_t ack,
				       const uint8_t *bytes, uint32_t len)
{
	struct explain_piece *piece = xzalloc(sizeof(*piece));

	piece->seq = seq;
	piece->ack = ack;
	piece->len = len;
	piece->said = copy_bytes(bytes, len);
	return piece;
}

static void piece_free(struct explain_piece *piece)
{
	free(piece->said);
	free(piece->sent);
	free(piece);
}

/* Adds bytes that come next to a piece, so that words are whole. */
static bool piece_extend(struct explain_piece *piece, uint32_t seq, uint32_t ack,
			 const uint8_t *bytes, uint32_t len)
{
	if (piece->sent || piece->ack != ack || piece->seq + piece->len != seq)
		return false;
	piece->said = xrealloc(piece->said, piece->len + len);
	memcpy(piece->said + piece->len, bytes, len);
	piece->len += len;
	return true;
}

/* A segment ahead of the stream, which goes on if it can be no command. */
static void judge_ahead(struct explain_conn *conn, enum smtp_dir dir,
			struct explain_piece *piece)
{
	struct segment s = {
		.seg = {
			.dir = dir,
			.seq = piece->seq,
			.len = piece->len,
			.peek = segment_peek,
			.read = segment_read,
			.write = segment_write,
		},
		.bytes = piece->said,
	};
	struct smtp_events ev;

	if (piece->len > SEGMENT_MAX)
		return;
	smtp_events_begin(&ev);
	if (!smtp_stream_segment(&conn->stream, &s.seg, &ev))
		return;
	count_reasons(conn, &ev);
	piece->sent = copy_bytes(s.edited ? edited : piece->said, piece->len);
}

/* Is there room for so many bytes more? */
static bool make_wait(struct explain_conn *conn, struct explain_side *side,
		      uint32_t n)
{
	if (side->waiting + n > WAITING_MAX ||
	    conn->out->waiting + n > WAITING_ALL)
		return false;
	side->waiting += n;
	conn->out->waiting += n;
	return true;
}

/* Inserts what no piece has yet. Returns false if too much waits. */
static bool pieces_insert(struct explain_conn *conn, enum smtp_dir dir,
			  uint32_t seq, uint32_t ack, const uint8_t *bytes,
			  uint32_t len)
{
	struct explain_side *side = &conn->side[dir];
	struct explain_piece **at = &side->pieces, *piece;
	struct explain_piece *before = NULL;
	uint32_t n;

	while (len) {
		while (*at && !seq_is_before(seq, (*at)->seq + (*at)->len)) {
			before = *at;
			at = &before->next;
		}
		n = *at && seq_is_before((*at)->seq, seq + len) ?
		    (*at)->seq - seq : len;
		if (*at && !seq_is_before(seq, (*at)->seq)) {
			n = smtp_at_most(len, (*at)->seq + (*at)->len - seq);
		} else if (side->count == PIECES_MAX ||
			   !make_wait(conn, side, n)) {
			return false;
		} else if (!before || !piece_extend(before, seq, ack, bytes,
						     n)) {
			piece = piece_new(seq, ack, bytes, n);
			piece->next = *at;
			*at = piece;
			side->count++;
			if (seq_is_before(conn->stream.history[dir].next, seq))
				judge_ahead(conn, dir, piece);
		}
		seq += n;
		bytes += n;
		len -= n;
	}
	return true;
}

static void pieces_drop(struct explain_conn *conn, struct explain_side *side)
{
	struct explain_piece *piece = side->pieces;

	side->pieces = piece->next;
	side->count--;
	side->waiting -= piece->len;
	conn->out->waiting -= piece->len;
	piece_free(piece);
}

void explain_ack(struct explain_conn *conn, enum smtp_dir sender, uint32_t ack)
{
	const struct smtp_history *history = &conn->stream.history[sender];
	struct smtp_events ev;

	if (conn->ended)
		return;
	if (seq_is_before(conn->side[sender].acked, ack))
		conn->side[sender].acked = ack;
	/* The recorded receiver also got what the guard would hold back. */
	if (seq_is_before(history->next, ack) &&
	    !(ack == history->next + 1 && history->fin == history->next))
		ack = history->next;
	smtp_events_begin(&ev);
	smtp_stream_ack(&conn->stream, sender, ack, &ev);
}

/*
 * Judges the part of the first piece that was not, or one line of it. If it went on
 * out of order, the stream goes on behind it already.
 */
static bool judge_piece(struct explain_conn *conn, enum smtp_dir dir,
			bool one_line)
{
	struct explain_side *side = &conn->side[dir];
	struct explain_piece *piece = side->pieces;
	uint32_t next = conn->stream.history[dir].next;
	uint32_t off = side->told - piece->seq;
	uint32_t ahead = smtp_at_most(next - side->told, piece->len - off);
	uint32_t len = piece->len - off;

	explain_ack(conn, !dir, piece->ack);
	if (ahead) {
		tell_sent(conn, dir, kind_now(conn, dir) ?: EXPLAIN_CONTENT,
			  piece->said + off,
			  (piece->sent ?: piece->said) + off, ahead);
		return true;
	}
	if (one_line)
		len = cut_at(conn, dir, piece->said + off, len);
	return judge_all(conn, dir, piece->said + off, len);
}

/* The end of the bytes that were recorded without a hole. */
static uint32_t seen_end(const struct explain_side *side)
{
	const struct explain_piece *piece;
	uint32_t end = side->told;

	for (piece = side->pieces; piece; piece = piece->next) {
		if (seq_is_before(end, piece->seq))
			break;
		end = piece->seq + piece->len;
	}
	return end;
}

/* Does an acknowledgment need bytes of @sender behind @end? */
static bool acks_more(const struct explain_side *sender, uint32_t ack,
		      uint32_t end)
{
	/* A FIN is acknowledged like a byte. */
	if (sender->has_fin && ack == sender->fin + 1)
		ack--;
	return seq_is_before(end, ack);
}

/* Has a receiver got bytes that were not recorded? One may be a FIN. */
static bool lacks_bytes(const struct explain_side *sender)
{
	return sender->acked != sender->told &&
	       seq_is_before(seen_end(sender), sender->acked - 1);
}

/* The first piece, if nothing lacks before it. */
static struct explain_piece *next_piece(struct explain_conn *conn,
					enum smtp_dir dir)
{
	struct explain_side *side = &conn->side[dir];
	struct explain_piece *piece;

	while ((piece = side->pieces) &&
	       !seq_is_before(side->told, piece->seq + piece->len))
		pieces_drop(conn, side);
	return piece && !seq_is_before(side->told, piece->seq) ? piece : NULL;
}

/* Makes one piece of the first two, if the second one may be judged, too. */
static bool join_pieces(struct explain_conn *conn, enum smtp_dir dir)
{
	struct explain_side *side = &conn->side[dir];
	struct explain_piece *piece = side->pieces, *next = piece->next;

	if (!next || next->sent ||
	    acks_more(&conn->side[!dir], next->ack, conn->side[!dir].told) ||
	    !piece_extend(piece, next->seq, piece->ack, next->said, next->len))
		return false;
	piece->next = next->next;
	side->count--;
	piece_free(next);
	return true;
}

/*
 * Judges what waits, as far as it goes on. @again: a sender repeats what was
 * judged in vain, though nothing follows it.
 */
static bool pump(struct explain_conn *conn, enum smtp_dir dir, bool again)
{
	struct explain_side *side = &conn->side[dir];
	const struct explain_side *other = &conn->side[!dir];
	struct explain_piece *piece;
	bool moved = false;

	while (!conn->ended && (piece = next_piece(conn, dir)) &&
	       !acks_more(other, piece->ack, other->told)) {
		if ((again || side->tried != piece->seq + piece->len) &&
		    judge_piece(conn, dir, false))
			moved = true;
		else if (!join_pieces(conn, dir))
			break;
	}
	shrink_history(&conn->stream.history[dir]);
	return moved;
}

/*
 * What the other side is to say first is recorded, and held back. Judges one line as
 * if it had been said, because the recording goes on.
 */
static bool pump_ahead(struct explain_conn *conn, enum smtp_dir dir)
{
	struct explain_side *side = &conn->side[dir];
	const struct explain_side *other = &conn->side[!dir];
	struct explain_piece *piece = next_piece(conn, dir);

	return !conn->ended && piece &&
	       side->tried != piece->seq + piece->len &&
	       acks_more(other, piece->ack, other->told) &&
	       !acks_more(other, piece->ack, seen_end(other)) &&
	       judge_piece(conn, dir, true);
}

/* @again: the server has said more, so the client repeats what is held back. */
static void pump_both(struct explain_conn *conn, bool again)
{
	bool client;

	do {
		client = pump(conn, SMTP_CLIENT, again);
		again = pump(conn, SMTP_SERVER, false) ||
			(!client && pump_ahead(conn, SMTP_SERVER));
		if (!client && !again)
			client = pump_ahead(conn, SMTP_CLIENT);
	} while (client || again);
}

/* A repetition of what was judged before. */
static void judge_again(struct explain_conn *conn, enum smtp_dir dir,
			uint32_t seq, const uint8_t *bytes, uint32_t len)
{
	struct segment s = {
		.seg = {
			.dir = dir,
			.seq = seq,
			.len = smtp_at_most(len, SEGMENT_MAX),
			.peek = segment_peek,
			.read = segment_read,
			.write = segment_write,
		},
		.bytes = bytes,
	};
	struct smtp_events ev;

	smtp_events_begin(&ev);
	smtp_stream_segment(&conn->stream, &s.seg, &ev);
	count_reasons(conn, &ev);
}

static void judge_fin(struct explain_conn *conn, enum smtp_dir dir,
		      uint32_t seq)
{
	struct smtp_segment seg = { .dir = dir, .seq = seq, .fin = true };
	struct smtp_events ev;

	smtp_events_begin(&ev);
	smtp_stream_segment(&conn->stream, &seg, &ev);
}

bool explain_segment(struct explain_conn *conn, enum smtp_dir dir, uint32_t seq,
		     uint32_t ack, const uint8_t *bytes, uint32_t len, bool fin)
{
	struct explain_side *side = &conn->side[dir];
	const struct explain_side *other = &conn->side[!dir];
	uint32_t end = seq + len, n;

	if ((len || fin) && seq_is_before(side->end, end))
		side->end = end;
	if (fin) {
		side->fin = end;
		side->has_fin = true;
	}
	if (conn->ended)
		return true;
	if (len && seq_is_before(seq, side->told)) {
		n = smtp_at_most(len, side->told - seq);
		judge_again(conn, dir, seq, bytes, n);
		seq += n;
		bytes += n;
		len -= n;
	}
	if (len && !side->pieces && seq == side->told &&
	    !acks_more(other, ack, other->told)) {
		n = judge_all(conn, dir, bytes, len);
		seq += n;
		bytes += n;
		len -= n;
	}
	if (len && !conn->ended && !pieces_insert(conn, dir, seq, ack, bytes, len))
		return false;
	if (!conn->ended)
		pump_both(conn, dir == SMTP_SERVER);
	if (fin && !conn->ended && end == side->told)
		judge_fin(conn, dir, end);
	return true;
}

void explain_sent(struct explain_conn *conn, enum smtp_dir dir, uint32_t end)
{
	struct explain_side *side = &conn->side[dir];

	if (seq_is_before(side->end, end))
		side->end = end;
}

static void acknowledge(struct explain_conn *conn)
{
	unsigned int dir;

	for (dir = 0; dir < SMTP_DIRS; dir++)
		explain_ack(conn, dir, conn->stream.history[dir].next);
}

void explain_say(struct explain_conn *conn, enum smtp_dir dir,
		 const uint8_t *bytes, uint32_t len)
{
	explain_segment(conn, dir, conn->side[dir].end, conn->side[!dir].end,
			bytes, len, false);
	acknowledge(conn);
	pump_both(conn, dir == SMTP_SERVER);
	acknowledge(conn);
}

/* A side may have acknowledged a FIN that was not recorded. */
static void guess_fin(struct explain_side *sender)
{
	uint32_t end = seen_end(sender);

	if (sender->has_fin || sender->acked != end + 1)
		return;
	sender->fin = end;
	sender->has_fin = true;
}

/* The end of the recording: a sender would repeat what is held once more. */
static void show_rest(struct explain_conn *conn, enum smtp_dir dir)
{
	struct explain_side *side = &conn->side[dir];

	pump(conn, dir, true);
	if (side->line)
		show_line(conn, dir, EXPLAIN_PASS);
}

/* Does the capture lack bytes behind those that were judged? */
static bool has_hole(const struct explain_side *side)
{
	if (lacks_bytes(side))
		return true;
	return side->pieces ? seq_is_before(side->told, side->pieces->seq) :
			      side->told != side->end;
}

/* What was never judged would not have arrived. */
static void note_rest(struct explain_conn *conn)
{
	const struct explain_side *client = &conn->side[SMTP_CLIENT];
	const struct explain_side *server = &conn->side[SMTP_SERVER];
	const char *text = NULL;

	if (conn->ended)
		return;
	if (has_hole(client))
		text = "bytes of the client are missing, the rest is not judged";
	else if (has_hole(server) || server->pieces)
		text = "bytes of the server are missing, the rest is not judged";
	else if (!client->pieces)
		return;
	if (text) {
		conn->out->unjudged++;
	} else {
		text = "what is held would not have been sent on";
		conn->stopped = true;
	}
	conn->out->printer->note(conn, text);
}

static void free_histories(struct explain_conn *conn)
{
	unsigned int i;

	free(conn->stream.history[SMTP_CLIENT].memory);
	free(conn->stream.history[SMTP_SERVER].memory);
	for (i = 0; conn->stream.ofo && i < SMTP_OFO_BLOCKS; i++)
		free(conn->stream.ofo->block[i].history.memory);
	free(conn->stream.ofo);
}

void explain_close(struct explain_conn *conn)
{
	unsigned int dir;

	for (dir = 0; dir < SMTP_DIRS; dir++)
		guess_fin(&conn->side[dir]);
	pump_both(conn, true);
	for (dir = 0; dir < SMTP_DIRS; dir++)
		show_rest(conn, dir);
	note_rest(conn);
	for (dir = 0; dir < SMTP_DIRS; dir++) {
		show_bytes(conn, dir);
		while (conn->side[dir].pieces)
			pieces_drop(conn, &conn->side[dir]);
	}
	if (conn->stream.session.denied)
		conn->stopped = true;
	conn->out->stopped += conn->stopped;
	conn->out->reset += conn->ended || conn->stream.doomed;
	free_histories(conn);
	free(conn);
}
