// SPDX-License-Identifier: GPL-2.0
/* TCP options: which stay, which become NOPs, and lists that are broken. */
#include <stdlib.h>

#include "harness.h"
#include "options.h"

#define NOP4	"\1\1\1\1"
#define MSS	"\2\4\5\xb4"
#define TS	"\10\12abcdefgh"

struct list {
	const char *what;
	u32 len;
	const char *before;
	const char *after;	/* NULL if nothing changes */
	bool multipath;
};

#define LIST(what, before, after) \
	{ what, sizeof(before) - 1, before, after, false }
#define MULTIPATH_LIST(what, before, after) \
	{ what, sizeof(before) - 1, before, after, true }

static const struct list lists[] = {
	LIST("none", "", NULL),
	LIST("those of every packet", "\1\1" TS, NULL),
	LIST("those of every SYN", MSS "\4\2" TS "\1\3\3\7", NULL),
	LIST("SACK", "\1\1" TS "\1\1\5\12abcdefgh", NULL),
	LIST("MD5", "\1\1\23\22abcdefghijklmnop", NULL),
	LIST("AO", "\35\20abcdefghijklmn", NULL),
	LIST("user timeout", "\34\4ab", NULL),
	LIST("accurate ECN", "\254\13abcdefghi\256\5abc", NULL),
	LIST("the end of the list", MSS "\0\36\3a", NULL),
	MULTIPATH_LIST("MP_CAPABLE", MSS "\36\4\1\1", MSS NOP4),
	MULTIPATH_LIST("MP_JOIN before others", "\36\14abcdefghij" MSS,
		       NOP4 NOP4 NOP4 MSS),
	LIST("Fast Open", "\42\12abcdefgh" MSS, NOP4 NOP4 "\1\1" MSS),
	LIST("Fast Open asks for a cookie", "\42\2\1\1", NOP4),
	LIST("ENO", "\105\3a\1", NOP4),
	LIST("experiments", "\375\4ab\376\4ab", NOP4 NOP4),
	LIST("T/TCP", "\1\1\13\6abcd", NOP4 NOP4),
	LIST("another checksum", "\16\3a\1", NOP4),
	LIST("what is not invented yet", "\377\4ab" MSS, NOP4 MSS),
	MULTIPATH_LIST("a length of 0", MSS "\36\0ab", MSS NOP4),
	LIST("a length of 1", MSS "\2\1ab", MSS NOP4),
	LIST("a length beyond the header", MSS "\2\5ab", MSS NOP4),
	MULTIPATH_LIST("no length", MSS "\1\1\1\36", MSS NOP4),
	LIST("one behind what is broken", "\10\377ab\36\4\1\1", NOP4 NOP4),
};

TEST(what_stays_and_what_does_not)
{
	u8 options[SMTP_OPTIONS_MAX];
	const struct list *l;
	bool multipath;
	bool changed;

	for (l = lists; l < lists + ARRAY_SIZE(lists); l++) {
		TH_LOG("%s", l->what);
		multipath = false;
		memcpy(options, l->before, l->len);
		changed = smtp_options_clean(options, l->len, &multipath);
		EXPECT_EQ(changed, !!l->after);
		EXPECT_EQ(multipath, l->multipath);
		EXPECT_EQ(memcmp(options, l->after ?: l->before, l->len), 0);
	}
}

TEST(the_usual_list_is_clean)
{
	static const u8 usual[] = "\1\1" TS;
	u32 word = usual[0] << 24 | usual[1] << 16 | usual[2] << 8 | usual[3];

	EXPECT_EQ((size_t)SMTP_OPTIONS_USUAL_LEN, sizeof(usual) - 1);
	EXPECT_EQ((u32)SMTP_OPTIONS_USUAL, word);
}

/* As Linux parses them: what is broken ends the list. */
static bool is_clean(const u8 *options, u32 len)
{
	u32 at = 0;

	while (at < len && options[at]) {
		if (options[at] == 1) {
			at++;
			continue;
		}
		if (len - at < 2 || options[at + 1] < 2 ||
		    options[at + 1] > len - at)
			return false;
		if (options[at] > 29 && options[at] != 172 &&
		    options[at] != 174)
			return false;
		at += options[at + 1];
	}
	return true;
}

TEST(whatever_comes_is_clean_behind_and_stays_so)
{
	u8 options[SMTP_OPTIONS_MAX];
	bool multipath;
	u32 i, k, len;

	srand(1);
	for (i = 0; i < 1000000; i++) {
		len = rand() % (SMTP_OPTIONS_MAX / 4 + 1) * 4;
		for (k = 0; k < len; k++)
			options[k] = rand() % 4 ? rand() % 34 : rand();
		smtp_options_clean(options, len, &multipath);
		ASSERT_TRUE(is_clean(options, len));
		ASSERT_FALSE(smtp_options_clean(options, len, &multipath));
	}
}

TEST_HARNESS_MAIN
