// SPDX-License-Identifier: GPL-2.0
/*
 * Places in a history: each byte is found, whatever is outstanding, and finding
 * it takes a bounded number of steps.
 */
#include <stdio.h>

#include "harness.h"

static unsigned int visits;

#define SMTP_HISTORY_VISIT() (visits++)
#include "history.c"

/* Of a binary search over all cells of 16 kB, and of the records of one. */
#define VISITS_MAX	(8 + SMTP_HISTORY_CELL - sizeof(u32) + 1)

#define CELLS		256
#define SAID		4096

/* A history, and what went on: a byte of a mask with 0 may be any. */
struct said {
	struct smtp_history history;
	u32 isn;
	u32 len;
	u8 memory[CELLS * SMTP_HISTORY_CELL];
	u8 bytes[SAID];
	u8 kept[SAID];
};

static void said_open(struct said *s, u32 isn, u32 cells)
{
	memset(s, 0, sizeof(*s));
	s->isn = isn;
	smtp_history_init(&s->history, isn);
	smtp_history_move(&s->history, s->memory, cells);
}

static void say(struct said *s, const char *bytes, u32 len, bool kept)
{
	memcpy(s->bytes + s->len, bytes, len);
	memset(s->kept + s->len, kept, len);
	s->len += len;
}

static void say_line(struct said *s, u32 len)
{
	char line[SMTP_HISTORY_LINE_MAX];

	memset(line, 'a', len);
	say(s, line, len - 2, false);
	say(s, "\r\n", 2, true);
}

/* A record of some kind; more of them than there are kinds. */
static void say_something(struct said *s)
{
	u32 len = 2 + rand() % (SMTP_HISTORY_LINE_MAX - 1);
	u32 i, count = 1 + rand() % 6;
	char some[100];

	switch (rand() % 6) {
	case 0:
		len = len < 60 ? len : 3;
		smtp_history_lines(&s->history, len, count);
		for (i = 0; i < count; i++)
			say_line(s, len);
		break;
	case 1:
		smtp_history_lines(&s->history, 2 + count % 2, 1);
		say_line(s, 2 + count % 2);
		break;
	case 2:
		for (i = 0; i < sizeof(some); i++)
			some[i] = rand();
		len = 1 + rand() % sizeof(some);
		smtp_history_bytes(&s->history, (u8 *)some, len);
		say(s, some, len, true);
		break;
	case 3:
		smtp_history_opaque(&s->history, 1);
		say(s, "?", 1, false);
		break;
	case 4:
		smtp_history_text(&s->history, 3, SMTP_HISTORY_BEGINS);
		smtp_history_text(&s->history, 1, SMTP_HISTORY_CR);
		smtp_history_text(&s->history, 1,
				  SMTP_HISTORY_LF | SMTP_HISTORY_CRLF);
		say_line(s, 5);
		break;
	default:
		smtp_history_text(&s->history, 2, SMTP_HISTORY_LF);
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
	smtp_history_repeat(&s->history, s->isn + at, again, len);
	for (i = 0; i < len; i++, at++) {
		if (s->kept[at] && again[i] != s->bytes[at])
			return false;
		if (!s->kept[at] && s->bytes[at] != '?' && again[i] == '\n')
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
		ASSERT_EQ(s.isn + s.len, s.history.next);
		for (at = 0; at < s.len; at++)
			for (len = 0; len <= s.len - at; len++)
				ASSERT_TRUE(is_repeated(&s, at, len));
	}
}

/* The ring goes round, and is made larger in the middle of that. */
TEST(cells_that_go_round)
{
	static struct said s;
	static u8 more[CELLS * SMTP_HISTORY_CELL];
	u32 round, acked = 0;

	srand(1);
	for (round = 0; round < 500; round++) {
		u32 cells = 6 + rand() % 8;

		said_open(&s, rand(), cells);
		acked = 0;
		while (s.len < SAID - 400) {
			while (s.history.used + 8U < s.history.cells ||
			       acked == s.len)
				if (s.len < SAID - 400)
					say_something(&s);
				else
					break;
			if (s.history.used + 2U >= s.history.cells &&
			    s.history.cells == cells)
				smtp_history_move(&s.history, more, CELLS);
			if (s.history.cells == CELLS && !(rand() % 3))
				say_something(&s);
			acked += rand() % (s.len - acked + 1);
			smtp_history_forget(&s.history, s.isn + acked);
			ASSERT_LE(s.history.used, s.history.cells);
			if (acked < s.len)
				ASSERT_TRUE(is_repeated(&s, acked,
							s.len - acked));
		}
	}
}

/* Each line takes a byte, so that there are as many records as there can be. */
static void fill(struct smtp_history *history)
{
	while (smtp_history_takes_record(history)) {
		smtp_history_lines(history, 2, 1);
		if (smtp_history_takes_record(history))
			smtp_history_lines(history, 3, 1);
	}
}

TEST(a_place_is_found_in_a_few_steps)
{
	static u8 memory[CELLS * SMTP_HISTORY_CELL];
	struct smtp_history history = {};
	unsigned int most = 0;
	u32 seq;

	smtp_history_init(&history, 0xfffff000);
	smtp_history_move(&history, memory, CELLS);
	fill(&history);
	/* The test tests something. */
	ASSERT_GT(history.next - history.una, 30000U);
	for (seq = history.una; seq != history.next; seq++) {
		u8 byte = 'a';

		visits = 0;
		smtp_history_repeat(&history, seq, &byte, 1);
		most = visits > most ? visits : most;
	}
	printf("# %u visits at most\n", most);
	EXPECT_LE(most, VISITS_MAX);
	EXPECT_GT(most, VISITS_MAX / 2);
}

TEST(an_acknowledgment_takes_a_few_steps)
{
	static u8 memory[CELLS * SMTP_HISTORY_CELL];
	struct smtp_history history = {};
	u32 step;

	for (step = 1; step < 30000; step = step * 3 + 1) {
		smtp_history_init(&history, 0xfffff000);
		smtp_history_move(&history, memory, CELLS);
		fill(&history);
		while (history.next - history.una > step) {
			visits = 0;
			smtp_history_forget(&history, history.una + step);
			ASSERT_LE(visits, 8U);
		}
	}
}

/* As much is outstanding as TCP permits, of a chunk and of a line without end. */
TEST(a_gigabyte_is_outstanding)
{
	static u8 memory[CELLS * SMTP_HISTORY_CELL];
	struct smtp_history history = {};
	const u32 isn = 0xf0000000, step = 0x00fffff0;
	u32 seq;
	u8 lf;

	smtp_history_init(&history, isn);
	smtp_history_move(&history, memory, CELLS);
	for (seq = isn; seq - isn < 0x40000000; seq += step) {
		if (seq - isn < 0x20000000)
			smtp_history_opaque(&history, step);
		else
			smtp_history_text(&history, step, 0);
	}
	for (seq = isn; seq - isn < history.next - isn; seq += 0x1234567) {
		lf = '\n';
		smtp_history_repeat(&history, seq, &lf, 1);
		ASSERT_EQ(lf, seq - isn < history.next - isn &&
			  seq - isn < 0x20000000 / step * step + step ?
			  '\n' : ' ');
		smtp_history_forget(&history, seq);
	}
}

/* Of a record that was begun for it, and of a cell, nothing remains. */
TEST(the_last_byte_did_not_go_on)
{
	static u8 memory[4 * SMTP_HISTORY_CELL];
	struct smtp_history history = {};
	u8 bytes[2];
	u32 len;

	for (len = 1; len < 150; len++) {
		u32 i;

		smtp_history_init(&history, 7);
		smtp_history_move(&history, memory, 4);
		for (i = 0; i < len; i++)
			smtp_history_bytes(&history, (const u8 *)"x", 1);
		smtp_history_cut(&history);
		ASSERT_EQ(7 + len - 1, history.next);
		smtp_history_bytes(&history, (const u8 *)"yz", 2);
		memset(bytes, 0, 2);
		smtp_history_repeat(&history, history.next - 2, bytes, 2);
		ASSERT_EQ(0, memcmp(bytes, "yz", 2));
	}
	smtp_history_init(&history, 7);
	smtp_history_lines(&history, 2, 1);
	smtp_history_bytes(&history, (const u8 *)".", 1);
	smtp_history_cut(&history);
	EXPECT_EQ(CELL_RECORDS + 1, history.end);
}

/* An empty history is begun as it would be with the bytes one by one. */
TEST(bytes_at_once)
{
	static u8 memory[4 * SMTP_HISTORY_CELL], others[sizeof(memory)];
	struct smtp_history history = {}, other = {};
	u8 bytes[SMTP_HISTORY_BYTES + 2];
	u32 len, i;

	for (len = 0; len < sizeof(bytes); len++) {
		memset(memory, 0, sizeof(memory));
		memset(others, 0, sizeof(others));
		smtp_history_init(&history, 7);
		smtp_history_init(&other, 7);
		smtp_history_move(&history, memory, 4);
		smtp_history_move(&other, others, 4);
		for (i = 0; i < len; i++)
			bytes[i] = 'a' + i;
		smtp_history_bytes(&history, bytes, len);
		for (i = 0; i < len; i++)
			smtp_history_bytes(&other, bytes + i, 1);
		ASSERT_EQ(0, memcmp(memory, others, sizeof(memory)));
		history.memory = others;
		if (!len)
			other.tail = history.tail;
		ASSERT_EQ(0, memcmp(&history, &other, sizeof(history)));
	}
}

TEST_HARNESS_MAIN
