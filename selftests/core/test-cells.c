// SPDX-License-Identifier: GPL-2.0
/*
 * Places in a trace: each octet is found, whatever is outstanding, and finding
 * it takes a bounded number of steps.
 */
#include <stdio.h>

#include "harness.h"

static unsigned int visits;

#define SMTP_TRACE_VISIT() (visits++)
#include "trace.c"

/* Of a binary search over all cells of 16 kB, and of the records of one. */
#define VISITS_MAX	(8 + SMTP_TRACE_CELL - sizeof(u32) + 1)

#define CELLS		256
#define SAID		4096

/* A trace, and what went on: an octet of a mask with 0 may be any. */
struct said {
	struct smtp_trace trace;
	u32 isn;
	u32 len;
	u8 memory[CELLS * SMTP_TRACE_CELL];
	u8 octets[SAID];
	u8 kept[SAID];
};

static void said_open(struct said *s, u32 isn, u32 cells)
{
	memset(s, 0, sizeof(*s));
	s->isn = isn;
	smtp_trace_init(&s->trace, isn);
	smtp_trace_move(&s->trace, s->memory, cells);
}

static void say(struct said *s, const char *octets, u32 len, bool kept)
{
	memcpy(s->octets + s->len, octets, len);
	memset(s->kept + s->len, kept, len);
	s->len += len;
}

static void say_line(struct said *s, u32 len)
{
	char line[SMTP_TRACE_LINE_MAX];

	memset(line, 'a', len);
	say(s, line, len - 2, false);
	say(s, "\r\n", 2, true);
}

/* A record of some kind; more of them than there are kinds. */
static void say_something(struct said *s)
{
	u32 len = 2 + rand() % (SMTP_TRACE_LINE_MAX - 1);
	u32 i, count = 1 + rand() % 6;
	char some[100];

	switch (rand() % 6) {
	case 0:
		len = len < 60 ? len : 3;
		smtp_trace_lines(&s->trace, len, count);
		for (i = 0; i < count; i++)
			say_line(s, len);
		break;
	case 1:
		smtp_trace_lines(&s->trace, 2 + count % 2, 1);
		say_line(s, 2 + count % 2);
		break;
	case 2:
		for (i = 0; i < sizeof(some); i++)
			some[i] = rand();
		len = 1 + rand() % sizeof(some);
		smtp_trace_octets(&s->trace, (u8 *)some, len);
		say(s, some, len, true);
		break;
	case 3:
		smtp_trace_opaque(&s->trace, 1);
		say(s, "?", 1, false);
		break;
	case 4:
		smtp_trace_text(&s->trace, 3, SMTP_TRACE_BEGINS);
		smtp_trace_text(&s->trace, 1, SMTP_TRACE_CR);
		smtp_trace_text(&s->trace, 1, SMTP_TRACE_LF | SMTP_TRACE_CRLF);
		say_line(s, 5);
		break;
	default:
		smtp_trace_text(&s->trace, 2, SMTP_TRACE_LF);
		say(s, "a", 1, false);
		say(s, "\n", 1, true);
		break;
	}
}

/* Does a repetition of @len bytes from @at on say what was sent on first? */
static bool is_repeated(const struct said *s, u32 at, u32 len)
{
	u8 again[SAID];
	u32 i;

	for (i = 0; i < len; i++)
		again[i] = rand() % 4 ? '\n' : 'b';
	smtp_trace_repeat(&s->trace, s->isn + at, again, len);
	for (i = 0; i < len; i++, at++) {
		if (s->kept[at] && again[i] != s->octets[at])
			return false;
		if (!s->kept[at] && s->octets[at] != '?' && again[i] == '\n')
			return false;
	}
	return true;
}

TEST(all_places_and_lengths)
{
	static struct said s;
	u32 round, at, len;

	for (round = 0; round < 6; round++) {
		srand(round);
		said_open(&s, 0U - rand() % 500, CELLS);
		while (s.len < 500)
			say_something(&s);
		ASSERT_EQ(s.isn + s.len, s.trace.next);
		for (at = 0; at < s.len; at++)
			for (len = 0; len <= s.len - at; len++)
				ASSERT_TRUE(is_repeated(&s, at, len));
	}
}

/* The ring goes round, and is made larger in the middle of that. */
TEST(cells_that_go_round)
{
	static struct said s;
	static u8 more[CELLS * SMTP_TRACE_CELL];
	u32 round, acked = 0;

	srand(1);
	for (round = 0; round < 500; round++) {
		u32 cells = 6 + rand() % 8;

		said_open(&s, rand(), cells);
		acked = 0;
		while (s.len < SAID - 400) {
			while (s.trace.used + 8U < s.trace.cells ||
			       acked == s.len)
				if (s.len < SAID - 400)
					say_something(&s);
				else
					break;
			if (s.trace.used + 2U >= s.trace.cells &&
			    s.trace.cells == cells)
				smtp_trace_move(&s.trace, more, CELLS);
			if (s.trace.cells == CELLS && !(rand() % 3))
				say_something(&s);
			acked += rand() % (s.len - acked + 1);
			smtp_trace_forget(&s.trace, s.isn + acked);
			ASSERT_LE(s.trace.used, s.trace.cells);
			if (acked < s.len)
				ASSERT_TRUE(is_repeated(&s, acked,
							s.len - acked));
		}
	}
}

/* Each line takes a byte, so that there are as many records as there can be. */
static void fill(struct smtp_trace *trace)
{
	while (smtp_trace_takes_record(trace)) {
		smtp_trace_lines(trace, 2, 1);
		if (smtp_trace_takes_record(trace))
			smtp_trace_lines(trace, 3, 1);
	}
}

TEST(a_place_is_found_in_a_few_steps)
{
	static u8 memory[CELLS * SMTP_TRACE_CELL];
	struct smtp_trace trace = {};
	unsigned int most = 0;
	u32 seq;

	smtp_trace_init(&trace, 0xfffff000);
	smtp_trace_move(&trace, memory, CELLS);
	fill(&trace);
	/* The test tests something. */
	ASSERT_GT(trace.next - trace.una, 30000U);
	for (seq = trace.una; seq != trace.next; seq++) {
		u8 octet = 'a';

		visits = 0;
		smtp_trace_repeat(&trace, seq, &octet, 1);
		most = visits > most ? visits : most;
	}
	printf("# %u visits at most\n", most);
	EXPECT_LE(most, VISITS_MAX);
	EXPECT_GT(most, VISITS_MAX / 2);
}

TEST(an_acknowledgment_takes_a_few_steps)
{
	static u8 memory[CELLS * SMTP_TRACE_CELL];
	struct smtp_trace trace = {};
	u32 step;

	for (step = 1; step < 30000; step = step * 3 + 1) {
		smtp_trace_init(&trace, 0xfffff000);
		smtp_trace_move(&trace, memory, CELLS);
		fill(&trace);
		while (trace.next - trace.una > step) {
			visits = 0;
			smtp_trace_forget(&trace, trace.una + step);
			ASSERT_LE(visits, 8U);
		}
	}
}

/* As much is outstanding as TCP permits, of a chunk and of a line without end. */
TEST(a_gigabyte_is_outstanding)
{
	static u8 memory[CELLS * SMTP_TRACE_CELL];
	struct smtp_trace trace = {};
	const u32 isn = 0xf0000000, step = 0x00fffff0;
	u32 seq;
	u8 lf;

	smtp_trace_init(&trace, isn);
	smtp_trace_move(&trace, memory, CELLS);
	for (seq = isn; seq - isn < 0x40000000; seq += step) {
		if (seq - isn < 0x20000000)
			smtp_trace_opaque(&trace, step);
		else
			smtp_trace_text(&trace, step, 0);
	}
	for (seq = isn; seq - isn < trace.next - isn; seq += 0x1234567) {
		lf = '\n';
		smtp_trace_repeat(&trace, seq, &lf, 1);
		ASSERT_EQ(lf, seq - isn < trace.next - isn &&
			  seq - isn < 0x20000000 / step * step + step ?
			  '\n' : ' ');
		smtp_trace_forget(&trace, seq);
	}
}

/* Of a record that was begun for it, and of a cell, nothing remains. */
TEST(the_last_octet_did_not_go_on)
{
	static u8 memory[4 * SMTP_TRACE_CELL];
	struct smtp_trace trace = {};
	u8 octets[2];
	u32 len;

	for (len = 1; len < 150; len++) {
		u32 i;

		smtp_trace_init(&trace, 7);
		smtp_trace_move(&trace, memory, 4);
		for (i = 0; i < len; i++)
			smtp_trace_octets(&trace, (const u8 *)"x", 1);
		smtp_trace_cut(&trace);
		ASSERT_EQ(7 + len - 1, trace.next);
		smtp_trace_octets(&trace, (const u8 *)"yz", 2);
		memset(octets, 0, 2);
		smtp_trace_repeat(&trace, trace.next - 2, octets, 2);
		ASSERT_EQ(0, memcmp(octets, "yz", 2));
	}
	smtp_trace_init(&trace, 7);
	smtp_trace_lines(&trace, 2, 1);
	smtp_trace_octets(&trace, (const u8 *)".", 1);
	smtp_trace_cut(&trace);
	EXPECT_EQ(CELL_RECORDS + 1, trace.end);
}

TEST_HARNESS_MAIN
