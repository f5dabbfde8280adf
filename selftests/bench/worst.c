// SPDX-License-Identifier: GPL-2.0
/*
 * What a hostile sender can make a segment cost, as ratios to a new segment of
 * plain commands of the same length:
 *
 *	worst
 *
 * prints a line for each case: its name, the length of its segments, the
 * nanoseconds that the dearest of them took, and the ratio. A case is played
 * again and again, and the shortest time of each segment counts: what else the
 * host does is not in the figures.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "stream.h"

#define SEGMENT_MAX	65536
#define MEMORY_MAX	(16384 / SMTP_HISTORY_CELL)
#define ROUNDS		21
#define STRIKES		100

static struct smtp_policy policy;
static struct smtp_stream stream;
static u8 bytes[SEGMENT_MAX + 128], sent[SEGMENT_MAX];
static u32 period;

static const u8 *peek(struct smtp_segment *seg, u32 off, u32 *len)
{
	return sent + off;
}

static int read_bytes(struct smtp_segment *seg, u32 off, u8 *to, u32 len)
{
	memcpy(to, sent + off, len);
	return 0;
}

static int write_bytes(struct smtp_segment *seg, u32 off, const u8 *from,
		       u32 len)
{
	memcpy(sent + off, from, len);
	return 0;
}

static bool reserve(struct smtp_stream *of, struct smtp_history *history,
		    u32 more)
{
	u32 cells = smtp_history_grown(history, more);

	if (cells > MEMORY_MAX)
		return false;
	free(smtp_history_move(history, malloc(cells * SMTP_HISTORY_CELL),
			       cells));
	return true;
}

static struct smtp_ofo *ofo(struct smtp_stream *of)
{
	return calloc(1, sizeof(struct smtp_ofo));
}

static const struct smtp_stream_ops ops = {
	.ofo = ofo,
	.reserve = reserve,
};

/* A segment of the client, from @bytes. Return: how many of it go on. */
static u32 send(u32 seq, u32 len)
{
	struct smtp_events ev;
	struct smtp_segment seg = {
		.dir = SMTP_CLIENT,
		.seq = seq,
		.len = len,
		.peek = peek,
		.read = read_bytes,
		.write = write_bytes,
	};

	smtp_events_begin(&ev);
	return smtp_stream_segment(&stream, &seg, &ev);
}

static u32 next(void)
{
	return stream.history[SMTP_CLIENT].next;
}

static void ack(u32 seq)
{
	struct smtp_events ev;

	smtp_events_begin(&ev);
	smtp_stream_ack(&stream, SMTP_CLIENT, seq, &ev);
}

static void say(u32 seq, u32 len)
{
	memcpy(sent, bytes, len);
	send(seq, len);
}

/* As often as it has place. */
static void pattern(const void *what, u32 len)
{
	u32 i;

	period = len;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = ((const u8 *)what)[i % len];
}

#define PATTERN(what) pattern(what, sizeof(what) - 1)

static void begin(enum mailguard_state state)
{
	unsigned int i;

	for (i = 0; stream.ofo && i < SMTP_OFO_BLOCKS; i++)
		free(stream.ofo->block[i].history.memory);
	free(stream.ofo);
	free(stream.history[SMTP_CLIENT].memory);
	memset(&stream, 0, sizeof(stream));
	stream.ops = &ops;
	smtp_stream_init(&stream, &policy, 0, 0);
	smtp_queue_pop(&stream.session.queue);
	stream.session.state = state;
	if (state == MAILGUARD_STATE_TLS)
		stream.session.tls[SMTP_CLIENT].begun = true;
	else
		smtp_content_begin(&stream.session.content,
				   MAILGUARD_ACTION_RESET);
}

/* The memory is full: of lines as short as they can be, none as the last one. */
static void full_of_lines(void)
{
	begin(MAILGUARD_STATE_CONTENT);
	PATTERN("\r\na\r\n");
	say(0, SEGMENT_MAX);
}

static void full_of_commands(void)
{
	begin(MAILGUARD_STATE_COMMAND);
	PATTERN("NOOP\r\n");
	say(0, SEGMENT_MAX);
}

/*
 * Cases. The segment number @i of them is prepared, and struck.
 */

struct worst {
	const char *name;
	void (*begin)(void);
	void (*prepare)(unsigned int i, u32 len);
	void (*strike)(unsigned int i, u32 len);
};

static u32 place;

/* The pattern goes on where the last segment ended. */
static void prepare_new(unsigned int i, u32 len)
{
	memcpy(sent, bytes + next() % period, len);
}

/* New bytes; those before them are acknowledged. */
static void strike_new(unsigned int i, u32 len)
{
	send(next(), len);
	if (stream.session.state == MAILGUARD_STATE_ENDED) {
		fprintf(stderr, "worst: what was to go on was reset\n");
		exit(1);
	}
}

static void prepare_acked(unsigned int i, u32 len)
{
	ack(next());
	/* In the dialogue there are replies; a run of one command is one. */
	stream.session.queue.runs = 0;
	prepare_new(i, len);
}

static void begin_commands(void)
{
	begin(MAILGUARD_STATE_COMMAND);
	PATTERN("NOOP\r\n");
}

static void begin_denied(void)
{
	begin(MAILGUARD_STATE_COMMAND);
	PATTERN("VRFY\r\n");
}

static void begin_text(const void *what, u32 len)
{
	begin(MAILGUARD_STATE_CONTENT);
	pattern(what, len);
}

#define CONTENT(name, what)						\
static void begin_##name(void)						\
{									\
	begin_text(what, sizeof(what) - 1);				\
}

CONTENT(base64, "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5emFiY2Rl\r\n")
CONTENT(empty, "\r\n")
CONTENT(short, "\r\na\r\n")
CONTENT(three, "a\r\n")
CONTENT(cr, "\r")
CONTENT(nul, "\0")
CONTENT(lf, "\n")
CONTENT(nul_lf, "\0\n")
CONTENT(nul_lf_line, "\0\na\r\n")
CONTENT(dots, "..\r\n")
CONTENT(lf_lines, "a\n")

static void begin_tls_empty(void)
{
	begin(MAILGUARD_STATE_TLS);
	PATTERN("\27\3\3\0\0");
}

static void begin_tls_single(void)
{
	begin(MAILGUARD_STATE_TLS);
	PATTERN("\27\3\3\0\1x");
}

/* Repetitions of bytes that are outstanding, in any place. */
static void prepare_repeat(unsigned int i, u32 len)
{
	u32 una = stream.history[SMTP_CLIENT].una;
	u32 all = next() - una;

	memset(sent, 'b', len);
	if (len > all)
		len = all;
	place = una + (all - len) * (u64)i / (STRIKES - 1);
}

static void strike_place(unsigned int i, u32 len)
{
	u32 all = next() - stream.history[SMTP_CLIENT].una;

	send(place, len < all ? len : all);
}

/* What was acknowledged comes again. */
static void full_and_acked(void)
{
	full_of_lines();
	ack(next() - 1);
}

static void prepare_acked_place(unsigned int i, u32 len)
{
	memset(sent, 'b', len);
	place = stream.history[SMTP_CLIENT].una - len;
}

static void strike_blanked(unsigned int i, u32 len)
{
	send(place, len);
}

/* Acknowledgments of all kinds of lengths, of a memory that is full. */
static void prepare_ack(unsigned int i, u32 len)
{
	full_of_lines();
	place = (next() - 1) * (u64)i / (STRIKES - 1);
}

static void strike_ack(unsigned int i, u32 len)
{
	ack(place);
}

/* Content ahead of the stream. */
static void prepare_ofo(unsigned int i, u32 len)
{
	begin(MAILGUARD_STATE_CONTENT);
	PATTERN("a\r\naa\r\n");
	memcpy(sent, bytes, len);
}

static void strike_ahead(unsigned int i, u32 len)
{
	if (!send(next() + 10, len) && len >= SMTP_OFO_MIN) {
		fprintf(stderr, "worst: nothing goes ahead\n");
		exit(1);
	}
}

/* TLS ahead, each byte of which may be of a header. */
static void prepare_tls_ofo(unsigned int i, u32 len)
{
	begin(MAILGUARD_STATE_TLS);
	PATTERN("\27\3\3\0\1x");
	memcpy(sent, bytes, len);
}

/* The hole before what is ahead is filled. */
static void prepare_hole(unsigned int i, u32 len)
{
	prepare_ofo(i, SEGMENT_MAX);
	send(len, SEGMENT_MAX);
	memset(sent, 'a', len);
}

/* It is long enough for a header's rest. */
static void prepare_tls_hole(unsigned int i, u32 len)
{
	prepare_tls_ofo(i, SEGMENT_MAX);
	place = len > 5 ? len : 6;
	memcpy(sent, bytes + place % 6, SEGMENT_MAX);
	send(place, SEGMENT_MAX);
	memcpy(sent, bytes, len);
	send(0, place - len);
	memcpy(sent, bytes + next() % 6, len);
}

static void strike_tls_hole(unsigned int i, u32 len)
{
	/* A longer one has no room. */
	if (send(next(), len) < len && len <= 1460) {
		fprintf(stderr, "worst: a hole stays\n");
		exit(1);
	}
}

static const struct worst plain = {
	"new: plain commands", begin_commands, prepare_acked, strike_new,
};

static const struct worst cases[] = {
	{ "new: denied commands", begin_denied, prepare_acked, strike_new },
	{ "new: lines of base64", begin_base64, prepare_acked, strike_new },
	{ "new: empty lines", begin_empty, prepare_acked, strike_new },
	{ "new: lines of one letter", begin_three, prepare_acked, strike_new },
	{ "new: these in turn", begin_short, prepare_acked, strike_new },
	{ "new: CR", begin_cr, prepare_acked, strike_new },
	{ "new: NUL", begin_nul, prepare_acked, strike_new },
	{ "new: LF", begin_lf, prepare_acked, strike_new },
	{ "new: NUL, LF", begin_nul_lf, prepare_acked, strike_new },
	{ "new: NUL, LF and a line", begin_nul_lf_line, prepare_acked,
	  strike_new },
	{ "new: stuffed dots", begin_dots, prepare_acked, strike_new },
	{ "new: lines of LF alone", begin_lf_lines, prepare_acked, strike_new },
	{ "new: empty TLS records", begin_tls_empty, prepare_acked,
	  strike_new },
	{ "new: TLS records of a byte", begin_tls_single, prepare_acked,
	  strike_new },
	{ "new: while the memory is full", full_of_lines, prepare_new,
	  strike_new },
	{ "ahead: short lines", begin_short, prepare_ofo, strike_ahead },
	{ "ahead: TLS", begin_short, prepare_tls_ofo, strike_ahead },
	{ "a hole before short lines", begin_short, prepare_hole, strike_new },
	{ "a hole before TLS", begin_short, prepare_tls_hole,
	  strike_tls_hole },
	{ "repeated: short lines, a full memory", full_of_lines,
	  prepare_repeat, strike_place },
	{ "repeated: commands, a full memory", full_of_commands,
	  prepare_repeat, strike_place },
	{ "acknowledged before", full_and_acked, prepare_acked_place,
	  strike_blanked },
	{ "an acknowledgment, a full memory", full_of_lines, prepare_ack,
	  strike_ack },
};

static long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static long long clock_takes(void)
{
	long long least = 1000000, begin;
	int i;

	for (i = 0; i < 10000; i++) {
		begin = now();
		begin = now() - begin;
		least = begin < least ? begin : least;
	}
	return least;
}

/* The dearest segment, in its cheapest round. */
static long long measure(const struct worst *worst, u32 len)
{
	long long best[STRIKES], most = 1, overhead = clock_takes();
	unsigned int round, i;

	for (round = 0; round < ROUNDS; round++) {
		worst->begin();
		for (i = 0; i < STRIKES; i++) {
			long long begin, took;

			worst->prepare(i, len);
			begin = now();
			worst->strike(i, len);
			took = now() - begin - overhead;
			if (!round || took < best[i])
				best[i] = took;
		}
	}
	/* The first ones bring the caches along. */
	for (i = 3; i < STRIKES; i++)
		most = best[i] > most ? best[i] : most;
	return most;
}

int main(void)
{
	static const u32 lengths[] = { 1, 64, 1460, 14000, 64000 };
	unsigned int i, l;

	smtp_policy_default(&policy);
	for (l = 0; l < ARRAY_SIZE(lengths); l++) {
		u32 len = lengths[l];
		long long base = measure(&plain, len);

		printf("worst\t%u\t%s\t%lld\t1.0\n", len, plain.name, base);
		for (i = 0; i < ARRAY_SIZE(cases); i++) {
			long long took = measure(&cases[i], len);

			printf("worst\t%u\t%s\t%lld\t%.1f\n", len,
			       cases[i].name, took, (double)took / base);
		}
	}
	return 0;
}
