// SPDX-License-Identifier: GPL-2.0
/* Words at a time must see what octets at a time see. */
#include <stdlib.h>

#include "harness.h"

#include "content.h"
#include "find.h"

/* Octets that are nearly LF, for one trick or another. */
static const u8 others[] = {
	'a', 0, 1, 9, 11, '\r', '.', 0x7f, 0x80, 0x89, 0x8a, 0x8b, 0xf5, 0xff
};

static void fill(u8 *octets, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		octets[i] = rand() % 4 ? 'a' : others[rand() % sizeof(others)];
}

TEST(finds_the_first_lf)
{
	u32 len, at, i;

	for (len = 0; len < 100; len++) {
		u8 *octets = malloc(len + 1);

		for (at = 0; at <= len; at++) {
			fill(octets, len);
			for (i = at; i < len; i += 1 + rand() % 8)
				octets[i] = '\n';
			ASSERT_EQ(smtp_find_lf(octets, octets + len),
				  octets + at);
		}
		free(octets);
	}
}

TEST(none_may_be_within)
{
	u32 len, at;

	for (len = SMTP_WORDS; len < 100; len++) {
		u8 octets[100];

		memset(octets, 'a', len);
		ASSERT_FALSE(smtp_may_have_lf_within(octets, octets + len));
		for (at = 0; at < len; at++) {
			fill(octets, len);
			octets[at] = '\n';
			ASSERT_TRUE(smtp_may_have_lf_within(octets,
							    octets + len));
		}
	}
}

struct scanned {
	struct smtp_content content;
	struct smtp_trace trace;
	enum smtp_content_end end;
	u32 len;
	u8 memory[8192];
};

/* In pieces of at most so many octets. */
static void scan(struct scanned *s, const u8 *octets, u32 len, u32 piece)
{
	memset(s, 0, sizeof(*s));
	smtp_trace_init(&s->trace, 0);
	smtp_trace_move(&s->trace, s->memory,
			sizeof(s->memory) / SMTP_TRACE_CELL);
	smtp_content_begin(&s->content, MAILGUARD_ACTION_RESET);
	while (s->len < len && s->end == SMTP_CONTENT_GOES_ON)
		s->len += smtp_content_scan(&s->content, &s->trace,
					    octets + s->len,
					    piece < len - s->len ?
						    piece : len - s->len,
					    &s->end);
}

/* Many lines alike, and now and then something else. */
static u32 invent(u8 *octets, u32 size)
{
	u32 usual = 1 + rand() % 120;
	u32 len = 0;

	while (len + 300 < size) {
		u32 n = rand() % 8 ? usual : (u32)rand() % 260;

		memset(octets + len, 'a', n);
		if (!(rand() % 4))
			octets[len + rand() % (n + 1)] =
				rand() % 4 ? others[rand() % sizeof(others)] :
					     '\n';
		len += n;
		if (rand() % 16)
			octets[len++] = '\r';
		octets[len++] = '\n';
	}
	return len;
}

TEST(lines_at_once_or_octet_by_octet)
{
	static struct scanned whole, single;
	static u8 octets[4096], again[2][4096];
	u32 i, len;

	for (i = 0; i < 3000; i++) {
		srand(i);
		len = invent(octets, sizeof(octets));
		scan(&whole, octets, len, len);
		scan(&single, octets, len, 1);
		ASSERT_EQ(whole.len, single.len);
		ASSERT_EQ(whole.end, single.end);
		ASSERT_EQ(memcmp(&whole.content, &single.content,
				 sizeof(whole.content)), 0);
		ASSERT_EQ(whole.trace.next, single.trace.next);

		/* What is remembered puts a repetition right alike. */
		fill(again[0], whole.len);
		memcpy(again[1], again[0], whole.len);
		smtp_trace_repeat(&whole.trace, 0, again[0], whole.len);
		smtp_trace_repeat(&single.trace, 0, again[1], whole.len);
		ASSERT_EQ(memcmp(again[0], again[1], whole.len), 0);
	}
}

/* Where there is room for a few lines only, the rest waits. */
TEST(no_more_lines_than_there_is_room_for)
{
	static struct scanned whole, some;
	static u8 octets[4096];
	u32 i, len;

	for (i = 0; i < 1000; i++) {
		u32 cells = 1 + rand() % 2;

		srand(i);
		len = invent(octets, sizeof(octets));
		scan(&whole, octets, len, len);
		memset(&some, 0, sizeof(some));
		smtp_trace_init(&some.trace, 0);
		smtp_trace_move(&some.trace, malloc(cells * SMTP_TRACE_CELL),
				cells);
		smtp_content_begin(&some.content, MAILGUARD_ACTION_RESET);
		while (some.len < len && some.end == SMTP_CONTENT_GOES_ON) {
			some.len += smtp_content_scan(&some.content, &some.trace,
						      octets + some.len,
						      len - some.len, &some.end);
			ASSERT_LE(some.trace.used, cells);
			smtp_trace_forget(&some.trace, some.trace.next);
		}
		ASSERT_EQ(some.len, whole.len);
		ASSERT_EQ(memcmp(&some.content, &whole.content,
				 sizeof(whole.content)), 0);
		free(some.trace.memory);
	}
}

TEST_HARNESS_MAIN
