// SPDX-License-Identifier: GPL-2.0
/*
 * Content that comes again and says something else. A hostile sender chooses
 * which of its copies the server gets, byte by byte; whatever it chooses, the
 * server must see the end of data where the guard saw it, and nowhere else.
 * SEED=n repeats a run; the seed is printed.
 */
#include <stdio.h>
#include <time.h>

#include "action.h"
#include "harness.h"
#include "wire.h"

#define BYTES 64	/* at most, of a message */

/* Those that mean something to some server, and two that do not. */
static const u8 alphabet[] = { '.', '\r', '\n', '\0', 'a', ' ' };

struct attack {
	struct wire w;
	u32 begin;		/* of the content, in the client's stream */
	u32 got;		/* bytes of the stream that went on */
	u32 high;		/* and where the last of those ahead of it ended */
	u32 acked;
	u8 copies[BYTES];	/* of content: a bit for each byte that went on */
	u32 end;		/* bytes of content, once it ended */
	u32 ofo;		/* segments that went ahead of the stream */
};

static unsigned int below(unsigned int n)
{
	return rand() % n;
}

static void attack_open(struct attack *a, const struct smtp_policy *policy)
{
	static const char greeting[] = "220 mx\r\n";
	static const char go[] = "354 go\r\n";

	memset(a, 0, sizeof(*a));
	wire_open(&a->w, policy, rand(), rand());
	wire_send_bytes(&a->w, SMTP_SERVER, 0, greeting, 8);
	wire_send_bytes(&a->w, SMTP_CLIENT, 0, "DATA\r\n", 6);
	wire_send_bytes(&a->w, SMTP_SERVER, 8, go, 8);
	a->begin = 6;
	a->got = 6;
}

static void deliver(struct attack *a, u32 off, const u8 *bytes, u32 len)
{
	u32 i, letter;

	a->got = a->w.stream.history[SMTP_CLIENT].next - a->w.isn[SMTP_CLIENT];
	if (len && off + len > a->high)
		a->high = off + len;
	for (i = 0; i < len; i++, off++) {
		if (off < a->acked || off < a->begin)
			continue;
		for (letter = 0; letter < sizeof(alphabet); letter++)
			if (bytes[i] == alphabet[letter])
				a->copies[off - a->begin] |= 1U << letter;
	}
}

static void send(struct attack *a, u32 off, const u8 *bytes, u32 len)
{
	struct smtp_events ev = {};
	u8 *copy = malloc(len);
	u32 keep;

	memcpy(copy, bytes, len);
	keep = wire_judge(&a->w, SMTP_CLIENT, off, copy, len, &ev);
	if (ev.verdict == SMTP_PASS || ev.verdict == SMTP_HOLD)
		deliver(a, off, copy, keep);
	a->ofo += ev.count[MAILGUARD_REASON_OUT_OF_ORDER];
	free(copy);
}

/*
 * Anything that was sent before, otherwise, and perhaps one byte more; or
 * something ahead of it.
 */
static void strike(struct attack *a)
{
	u32 off = a->got - below(a->got < 15 ? a->got : 15);
	u32 len = a->got - off + below(2);
	u8 bytes[16];
	u32 i;

	if (!below(4)) {
		off = a->got + 1 + below(6);
		len = 1 + below(9);
	}
	if (!len || off + len >= a->begin + BYTES)
		return;
	for (i = 0; i < len; i++)
		bytes[i] = alphabet[below(sizeof(alphabet))];
	send(a, off, bytes, len);
	if (!below(8)) {
		a->acked += below(a->got - a->acked + 1);
		smtp_stream_ack(&a->w.stream, SMTP_CLIENT,
				a->w.isn[SMTP_CLIENT] + a->acked, &a->w.total);
	}
}

/* Where a line can be, given the copies: a bit for each. */
enum {
	BEGIN = 1,
	PAD = 2,
	DOT = 4,
	TEXT = 8,
};

static u8 step(u8 at, u8 byte)
{
	switch (byte) {
	case '\n':
		return BEGIN;
	case '.':
		return (at & (BEGIN | PAD) ? DOT : 0) |
		       (at & (DOT | TEXT) ? TEXT : 0);
	case '\r':
	case '\0':
		return (at & (BEGIN | PAD) ? PAD : 0) | (at & DOT) |
		       (at & TEXT);
	default:
		return TEXT;
	}
}

/* Can a server of any profile see an end where the guard saw none? */
static bool has_false_end(const struct attack *a)
{
	u32 len = a->got - a->begin;
	u8 at = BEGIN, next, letter;
	u32 i;

	for (i = 0; i < len; i++) {
		u8 copies = a->copies[i];

		if (a->end && i + 1 == a->end)
			return false;
		if (at & DOT && copies & 1U << 2)
			return true;
		next = 0;
		for (letter = 0; letter < sizeof(alphabet); letter++)
			if (copies & 1U << letter)
				next |= step(at, alphabet[letter]);
		at = next;
	}
	return false;
}

/* Does a server that follows the RFC see the end, whatever copies it gets? */
static bool has_end(const struct attack *a)
{
	static const u8 crlf_dot_crlf[] = { 2, 4, 1, 2, 4 };
	u32 i, n = a->end < 5 ? a->end : 5;

	for (i = 0; i < n; i++)
		if (a->copies[a->end - n + i] != crlf_dot_crlf[5 - n + i])
			return false;
	return true;
}

/* The same of one to whom a line ends in LF: LF, dot, perhaps a CR, LF. */
static bool has_lf_end(const struct attack *a)
{
	u32 i = a->end;

	if (!i || a->copies[--i] != 4)
		return false;
	if (i && a->copies[i - 1] == 2)
		i--;
	return i && a->copies[--i] == 1 && (!i || a->copies[i - 1] == 4);
}

static bool attack(struct attack *a, bool lf, bool *ended)
{
	const struct smtp_session *s = &a->w.stream.session;
	unsigned int i;

	for (i = 0; i < 400 && s->state == MAILGUARD_STATE_CONTENT; i++)
		strike(a);
	if (s->state == MAILGUARD_STATE_COMMAND ||
	    s->state == MAILGUARD_STATE_DATA) {
		a->end = a->got - a->begin;
		/* Else commands went on that nobody judged. */
		if (a->high != a->got)
			return false;
	}
	*ended = a->end;
	for (i = 0; i < 20; i++)
		strike(a);
	return !has_false_end(a) &&
	       (!a->end || (lf ? has_lf_end(a) : has_end(a)));
}

static void show(const struct attack *a)
{
	static const char *const names[] = { ".", "\\r", "\\n", "\\0", "a",
	"_" };
	u32 i, letter;

	printf("# end %u:", a->end);
	for (i = 0; i < a->got - a->begin; i++) {
		putchar(' ');
		for (letter = 0; letter < sizeof(alphabet); letter++)
			if (a->copies[i] & 1U << letter)
				fputs(names[letter], stdout);
	}
	putchar('\n');
}

/* What the attacks of a test came to. */
struct tally {
	unsigned int rounds;
	unsigned int ends;
	unsigned int ofo;
};

static bool attack_once(const struct smtp_policy *policy, struct tally *tally)
{
	struct attack a;
	bool ok, ended = false;

	attack_open(&a, policy);
	ok = attack(&a, policy->action[MAILGUARD_A_ACTIONS_END_OF_DATA] ==
			MAILGUARD_ACTION_LF, &ended);
	tally->rounds++;
	tally->ends += ended;
	tally->ofo += a.ofo;
	if (!ok)
		show(&a);
	wire_close(&a.w);
	return ok;
}

/* The policy: what it does about a false end of data. */
static bool attacks_fail(enum mailguard_action false_end, struct tally *tally)
{
	const char *given = getenv("SEED");
	unsigned int seed = given ? strtoul(given, NULL, 0) :
				    (unsigned long)time(NULL);
	struct smtp_policy policy;

	printf("# SEED=%u\n", seed);
	srand(seed);
	memset(tally, 0, sizeof(*tally));
	if (smtp_policy_default(&policy) ||
	    set_action(&policy, MAILGUARD_A_ACTIONS_END_OF_DATA, false_end))
		return false;
	while (tally->rounds < 20000)
		if (!attack_once(&policy, tally))
			return false;
	printf("# %u of %u messages ended, %u segments went ahead\n",
	       tally->ends, tally->rounds, tally->ofo);
	return true;
}

/* The test tests something. */
static bool is_enough(const struct tally *tally)
{
	return tally->ends > 40 && tally->ofo > 10000;
}

TEST(copies_that_differ)
{
	struct tally tally;

	EXPECT_TRUE(attacks_fail(MAILGUARD_ACTION_RESET, &tally));
	EXPECT_TRUE(is_enough(&tally));
}

TEST(copies_that_differ_defanged)
{
	struct tally tally;

	EXPECT_TRUE(attacks_fail(MAILGUARD_ACTION_DEFANG, &tally));
	EXPECT_TRUE(is_enough(&tally));
}

TEST(copies_that_differ_where_lf_ends)
{
	struct tally tally;

	EXPECT_TRUE(attacks_fail(MAILGUARD_ACTION_LF, &tally));
	EXPECT_TRUE(is_enough(&tally));
}

TEST_HARNESS_MAIN
