// SPDX-License-Identifier: GPL-2.0
/* The grammar of preambles: how much of each may stand, and whether it ends. */
#include <stdio.h>

#include "harness.h"
#include "proxy.h"

struct string {
	const char *bytes;
	size_t len;
};

/* What may stand, and behind it what may not. */
struct preamble {
	struct string good;
	struct string bad;
};

#define SIGNATURE	"\r\n\r\n\0\r\nQUIT\n"
#define LONGEST		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
#define STRING(s)	{ s, sizeof(s) - 1 }
#define GOOD(s)		{ STRING(s), {} }
#define BAD(s, rest)	{ STRING(s), STRING(rest) }

static const struct preamble good[] = {
	GOOD("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n"),
	GOOD("PROXY TCP4 10.200.30.9 1.2.3.4 56324 443\r\n"),
	GOOD("PROXY TCP6 :: ::1 1 2\r\n"),
	GOOD("PROXY TCP6 1:: 1:2:3:4:5:6:7:8 1 2\r\n"),
	GOOD("PROXY TCP6 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 1 2\r\n"),
	GOOD("PROXY TCP6 2001:DB8::a:0 fe80::0db8:1 1 2\r\n"),
	GOOD("PROXY TCP6 ::ffff:192.0.2.1 1:2:3:4:5:6:255.0.0.1 1 2\r\n"),
	GOOD("PROXY TCP6 " LONGEST " " LONGEST " 65535 65535\r\n"),
	GOOD("PROXY UNKNOWN\r\n"),
	GOOD("PROXY UNKNOWN \r\n"),
	GOOD("PROXY UNKNOWN " LONGEST " " LONGEST " 65535 65535\r\n"),
	GOOD(SIGNATURE "\x20\0\0\0"),
	GOOD(SIGNATURE "\x20\x11\0\002ab"),
	GOOD(SIGNATURE "\x21\0\0\0"),
	GOOD(SIGNATURE "\x21\x11\0\x0c\n\n\n\n\r\n\r\n1234"),
	GOOD(SIGNATURE "\x21\x21\0\0440123456789abcdef0123456789abcdef1234"),
	GOOD(SIGNATURE "\x21\0\0\3\r\n1"),
	GOOD(SIGNATURE "\x21\x11\0\x0c\xc6\x33\x64\r\ndef\x80\x01\0\x19"),
	GOOD(SIGNATURE "\x21\x11\0\x0c\r\n \tabc\x80ghij"),
};

static const struct preamble bad[] = {
	BAD("", "proxy"), BAD("", "EHLO"), BAD("", "\n"), BAD("", "\0"),
	BAD("PROXY", "\t"), BAD("PROXY ", " "), BAD("PROXY U", "DP4"),
	BAD("PROXY TCP", "5"), BAD("PROXY TCP4", "\r\n"),
	BAD("PROXY TCP4 ", " "), BAD("PROXY TCP4 25", "6"),
	BAD("PROXY TCP4 0", "1"), BAD("PROXY TCP4 1.", "."),
	BAD("PROXY TCP4 1.2.3.4", "."), BAD("PROXY TCP4 1.2.3", " "),
	BAD("PROXY TCP4 1.2.3.", " "), BAD("PROXY TCP4 1", ":"),
	BAD("PROXY TCP4 1.2.3.4 5.6.7.8 ", "\r"),
	BAD("PROXY TCP4 1.2.3.4 5.6.7.8 0", "1"),
	BAD("PROXY TCP4 1.2.3.4 5.6.7.8 6553", "6"),
	BAD("PROXY TCP4 1.2.3.4 5.6.7.8 1", "\r"),
	BAD("PROXY TCP4 1.2.3.4 5.6.7.8 1 2", " "),
	BAD("PROXY TCP4 1.2.3.4 5.6.7.8 1 2", "\n"),
	BAD("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r", "\r"),
	BAD("PROXY TCP6 ", " "), BAD("PROXY TCP6 :", " "),
	BAD("PROXY TCP6 :", "1"), BAD("PROXY TCP6 ::", ":"),
	BAD("PROXY TCP6 1::2:", ":"), BAD("PROXY TCP6 1234", "5"),
	BAD("PROXY TCP6 1:2:3:4:5:6:7", " "),
	BAD("PROXY TCP6 1:2:3:4:5:6:7:", " "),
	BAD("PROXY TCP6 1:2:3:4:5:6:7:8:", "9"),
	BAD("PROXY TCP6 1:2:3:4:5:6:7:8", ".1.1.1 "),
	BAD("PROXY TCP6 1:2:3:4:5:6:7:8::", " "),
	BAD("PROXY TCP6 1:2:3:4:5:1.2.3.4", " "),
	BAD("PROXY TCP6 ::256", "."), BAD("PROXY TCP6 ::a", "."),
	BAD("PROXY TCP6 ::01", "."), BAD("PROXY TCP6 ::1.2", ":"),
	BAD("PROXY TCP6 ::1.2.3.4", "."), BAD("PROXY TCP6 ::1.2.3.", " "),
	BAD("PROXY TCP6 ::1.2.3", " "), BAD("PROXY TCP6 ", "."),
	BAD("PROXY TCP6 ::1.2.3.4", "a"), BAD("PROXY TCP6 fe80::1", "%"),
	BAD("PROXY UNKNOWN", "S"), BAD("PROXY UNKNOWN", "\n"),
	BAD("PROXY UNKNOWN ", "\t"), BAD("PROXY UNKNOWN a", "\0"),
	BAD("PROXY UNKNOWN " LONGEST " " LONGEST " 65535 65535\r", "\r"),
	BAD("PROXY UNKNOWN " LONGEST " " LONGEST " 65535 655350", "\r"),
	BAD("\r\n\r\n\0\r\nQUIT", "\r"), BAD("\r\n", "EHLO"),
	BAD(SIGNATURE, "\x11"), BAD(SIGNATURE, "\x22"),
	BAD(SIGNATURE "\x21", "\x12"), BAD(SIGNATURE "\x21", "\x01"),
	BAD(SIGNATURE "\x21", "\x41"), BAD(SIGNATURE "\x21\x11", "\x09"),
	BAD(SIGNATURE "\x21\x11\x08", "\1"),
	BAD(SIGNATURE "\x21\x11\0", "\x0b"),
	BAD(SIGNATURE "\x21\x21\0", "\x23"),
	BAD(SIGNATURE "\x21\x31\0", "\xd7"),
	BAD(SIGNATURE "\x21\x11\0\x20\r\nabc", "d"),
	BAD(SIGNATURE "\x21\x11\0\r\nVRF", "Y"),
	BAD(SIGNATURE "\x21\x11\0\x20\r\r\nQUI", "T"),
	BAD(SIGNATURE "\x21\x11\0\x20\r\n \t VRF", "Y"),
	BAD(SIGNATURE "\x21\x11\0\x20\r\nX-L", "I"),
	BAD(SIGNATURE "\x21\x11\0\x20\r\nab\r\nEXP", "N"),
};

/* Return: how many bytes of the two may stand. */
static size_t judge(struct smtp_proxy *proxy, const struct preamble *preamble)
{
	const struct string *good = &preamble->good;
	const struct string *bad = &preamble->bad;
	size_t i;

	memset(proxy, 0, sizeof(*proxy));
	for (i = 0; i < good->len + bad->len; i++) {
		u8 byte = i < good->len ? good->bytes[i] :
					   bad->bytes[i - good->len];

		if (proxy->part == SMTP_PROXY_DONE ||
		    !smtp_proxy_byte(proxy, byte))
			break;
	}
	return i;
}

TEST(what_is_a_preamble)
{
	struct smtp_proxy proxy;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		EXPECT_EQ(good[i].good.len, judge(&proxy, &good[i]))
			TH_LOG("%zu: %s", i, good[i].good.bytes);
		EXPECT_EQ(SMTP_PROXY_DONE, proxy.part)
			TH_LOG("%zu: %s", i, good[i].good.bytes);
	}
}

TEST(what_is_none)
{
	struct smtp_proxy proxy;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(bad[i].good.len, judge(&proxy, &bad[i]))
			TH_LOG("%zu: %s", i, bad[i].good.bytes);
		EXPECT_NE(SMTP_PROXY_DONE, proxy.part)
			TH_LOG("%zu: %s", i, bad[i].good.bytes);
	}
}

TEST_HARNESS_MAIN
