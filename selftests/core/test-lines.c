// SPDX-License-Identifier: GPL-2.0
/* Words at a time must see what bytes at a time see. */
#include <stdlib.h>

#include "harness.h"

#include "content.h"
#include "find.h"

/* Bytes that are nearly LF, for one trick or another. */
static const u8 others[] = {
	'a', 0, 1, 9, 11, '\r', '.', 0x7f, 0x80, 0x89, 0x8a, 0x8b, 0xf5, 0xff
};

static void fill(u8 *bytes, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		bytes[i] = rand() % 4 ? 'a' : others[rand() % sizeof(others)];
}

TEST(finds_the_first_lf)
{
	u32 len, at, i;

	for (len = 0; len < 100; len++) {
		u8 *bytes = malloc(len + 1);

		for (at = 0; at <= len; at++) {
			fill(bytes, len);
			for (i = at; i < len; i += 1 + rand() % 8)
				bytes[i] = '\n';
			ASSERT_EQ(smtp_find_lf(bytes, bytes + len),
				  bytes + at);
		}
		free(bytes);
	}
}

TEST(none_may_be_within)
{
	u32 len, at;

	for (len = SMTP_WORDS; len < 100; len++) {
		u8 bytes[100];

		memset(bytes, 'a', len);
		ASSERT_FALSE(smtp_may_have_lf_within(bytes, bytes + len));
		for (at = 0; at < len; at++) {
			fill(bytes, len);
			bytes[at] = '\n';
			ASSERT_TRUE(smtp_may_have_lf_within(bytes,
							    bytes + len));
		}
	}
}

struct scanned {
	struct smtp_content content;
	struct smtp_history history;
	enum smtp_content_end end;
	u32 len;
	u8 memory[8192];
};

/* In pieces of at most so many bytes. */
static void scan(struct scanned *s, const u8 *bytes, u32 len, u32 piece)
{
	memset(s, 0, sizeof(*s));
	smtp_history_init(&s->history, 0);
	smtp_history_move(&s->history, s->memory,
			  sizeof(s->memory) / SMTP_HISTORY_CELL);
	smtp_content_begin(&s->content, MAILGUARD_ACTION_RESET);
	while (s->len < len && s->end == SMTP_CONTENT_GOES_ON)
		s->len += smtp_content_scan(&s->content, &s->history,
					    bytes + s->len,
					    piece < len - s->len ?
						    piece : len - s->len,
					    &s->end);
}

/* Many lines alike, and now and then something else. */
static u32 invent(u8 *bytes, u32 size)
{
	u32 usual = 1 + rand() % 120;
	u32 len = 0;

	while (len + 300 < size) {
		u32 n = rand() % 8 ? usual : (u32)rand() % 260;

		memset(bytes + len, 'a', n);
		if (!(rand() % 4))
			bytes[len + rand() % (n + 1)] =
				rand() % 4 ? others[rand() % sizeof(others)] :
					     '\n';
		len += n;
		if (rand() % 16)
			bytes[len++] = '\r';
		bytes[len++] = '\n';
	}
	return len;
}

TEST(lines_at_once_or_byte_by_byte)
{
	static struct scanned whole, single;
	static u8 bytes[4096], again[2][4096];
	u32 i, len;

	for (i = 0; i < 3000; i++) {
		srand(i);
		len = invent(bytes, sizeof(bytes));
		scan(&whole, bytes, len, len);
		scan(&single, bytes, len, 1);
		ASSERT_EQ(whole.len, single.len);
		ASSERT_EQ(whole.end, single.end);
		ASSERT_EQ(memcmp(&whole.content, &single.content,
				 sizeof(whole.content)), 0);
		ASSERT_EQ(whole.history.next, single.history.next);

		/* What is remembered puts a repetition right alike. */
		fill(again[0], whole.len);
		memcpy(again[1], again[0], whole.len);
		smtp_history_repeat(&whole.history, 0, again[0], whole.len);
		smtp_history_repeat(&single.history, 0, again[1], whole.len);
		ASSERT_EQ(memcmp(again[0], again[1], whole.len), 0);
	}
}

/* Where there is room for a few lines only, the rest waits. */
TEST(no_more_lines_than_there_is_room_for)
{
	static struct scanned whole, some;
	static u8 bytes[4096];
	u32 i, len;

	for (i = 0; i < 1000; i++) {
		u32 cells = 1 + rand() % 2;

		srand(i);
		len = invent(bytes, sizeof(bytes));
		scan(&whole, bytes, len, len);
		memset(&some, 0, sizeof(some));
		smtp_history_init(&some.history, 0);
		smtp_history_move(&some.history,
				  malloc(cells * SMTP_HISTORY_CELL),
				  cells);
		smtp_content_begin(&some.content, MAILGUARD_ACTION_RESET);
		while (some.len < len && some.end == SMTP_CONTENT_GOES_ON) {
			some.len += smtp_content_scan(&some.content,
						      &some.history,
						      bytes + some.len,
						      len - some.len,
						      &some.end);
			ASSERT_LE(some.history.used, cells);
			smtp_history_forget(&some.history, some.history.next);
		}
		ASSERT_EQ(some.len, whole.len);
		ASSERT_EQ(memcmp(&some.content, &whole.content,
				 sizeof(whole.content)), 0);
		free(some.history.memory);
	}
}

TEST_HARNESS_MAIN
