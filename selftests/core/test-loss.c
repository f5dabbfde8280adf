// SPDX-License-Identifier: GPL-2.0
/*
 * An honest client and server, and a guard with little memory between them that
 * loses packets on both sides: all arrives, and nothing else.
 */
#include <stdio.h>

#define WIRE_MEMORY	512
#include "harness.h"
#include "wire.h"

#define RUNS		1000
#define PATIENCE	20000
#define CONTENT_MAX	12000

struct run {
	struct wire w;
	u32 seed;
	u32 loss;		/* packets lost of 100, on each side */
	u32 mss;
	u32 window;
	u32 base;		/* where the content begins in the client's stream */
	u32 len;
	u8 said[CONTENT_MAX];
	u32 next;		/* sent so far */
	u32 una;		/* acknowledged */
	u8 got[CONTENT_MAX];
	bool has[CONTENT_MAX];
	u32 received;		/* in a row */
};

static struct run run;

static u32 below(u32 n)
{
	run.seed = run.seed * 1103515245 + 12345;
	return n ? (run.seed >> 8) % n : 0;
}

static void say(const void *bytes, u32 len)
{
	memcpy(run.said + run.len, bytes, len);
	run.len += len;
}

static void say_some(u32 len, const char *of)
{
	while (len--)
		run.said[run.len++] = of[below(strlen(of))];
}

static void say_content(void)
{
	u32 lines = 5 + below(200);

	wire_text(&run.w, SMTP_CLIENT, "DATA\r\n");
	wire_text(&run.w, SMTP_SERVER, "354 go\r\n");
	run.base = run.w.got[SMTP_CLIENT];
	while (lines--) {
		say_some(below(4) ? below(6) : below(50), "abcde. \r");
		say_some(below(3), "fg");
		if (below(10))
			say("z\r\n", 3);
		else
			say("z\n", 2);
	}
	say("z\r\n.\r\n", 6);
}

static void say_chunk(void)
{
	char verb[32];
	u32 len = 100 + below(8000);

	snprintf(verb, sizeof(verb), "BDAT %u LAST\r\n", len);
	wire_text(&run.w, SMTP_CLIENT, verb);
	run.base = run.w.got[SMTP_CLIENT];
	say_some(len, "ab\r\n.");
	say("RSET\r\n", 6);
}

static void say_records(void)
{
	u32 records = 2 + below(20);

	wire_text(&run.w, SMTP_CLIENT, "STARTTLS\r\n");
	wire_text(&run.w, SMTP_SERVER, "220 go\r\n");
	run.base = run.w.got[SMTP_CLIENT];
	say("\26\3\1\0\1a", 6);
	while (records--) {
		u32 len = 1 + below(500);
		u8 header[] = { 23, 3, 3, len >> 8, len };

		say(header, sizeof(header));
		say_some(len, "\27\3\3\1abc");
	}
}

static void open_wire(const struct smtp_policy *policy, u32 number)
{
	static void (*const says[])(void) = {
		say_content, say_chunk, say_records
	};

	memset(&run, 0, sizeof(run));
	run.seed = number * 7919;
	run.loss = below(40);
	run.mss = 20 + below(600);
	run.window = run.mss * (2 + below(20));
	wire_open(&run.w, policy, -below(4000), 1);
	wire_text(&run.w, SMTP_SERVER, "220 mx\r\n");
	wire_text(&run.w, SMTP_CLIENT, "EHLO c\r\n");
	wire_text(&run.w, SMTP_SERVER, "250-mx\r\n250 CHUNKING\r\n");
	says[number % 3]();
	wire_ack(&run.w, SMTP_SERVER, run.w.got[SMTP_SERVER]);
	wire_ack(&run.w, SMTP_CLIENT, run.base);
}

/* Of two copies, the server may take either one until it has read it. */
static void receive(u32 off, const u8 *bytes, u32 len)
{
	for (; len--; off++, bytes++) {
		if (off < run.received || (run.has[off] && below(2)))
			continue;
		run.has[off] = true;
		run.got[off] = *bytes;
	}
	while (run.received < run.len && run.has[run.received])
		run.received++;
}

static void send(u32 off, u32 len)
{
	struct smtp_events ev = {};
	u8 *bytes;
	u32 keep;

	if (below(100) < run.loss)
		return;
	bytes = malloc(len);
	memcpy(bytes, run.said + off, len);
	keep = wire_judge(&run.w, SMTP_CLIENT, run.base + off, bytes, len, &ev);
	run.w.reset |= ev.verdict == SMTP_RESET;
	if (below(100) >= run.loss)
		receive(off, bytes, keep);
	free(bytes);
}

static u32 at_most(u32 a, u32 b)
{
	return a < b ? a : b;
}

/* From the first byte that is not acknowledged, or from a hole behind it. */
static void send_again(void)
{
	u32 off = run.una;

	if (below(2))
		off += below(run.next - run.una);
	while (off > run.una && (run.has[off] || !run.has[off - 1]))
		off--;
	send(off, at_most(1 + below(run.mss), run.next - off));
}

static void send_new(void)
{
	u32 len = below(15) ? run.mss : 1 + below(run.mss);

	len = at_most(len, run.len - run.next);
	send(run.next, len);
	run.next += len;
}

static void acknowledge(void)
{
	if (run.received == run.una || below(100) < run.loss)
		return;
	run.una += 1 + below(run.received - run.una);
	if (below(5))
		run.una = run.received;
	wire_ack(&run.w, SMTP_CLIENT, run.base + run.una);
}

static bool arrives(void)
{
	u32 steps;

	for (steps = 0; steps < PATIENCE && run.una < run.len; steps++) {
		if (run.next < run.len && run.next - run.una < run.window &&
		    below(3))
			send_new();
		else if (run.next > run.una)
			send_again();
		acknowledge();
	}
	return run.una == run.len && !run.w.reset &&
	       run.w.stream.session.state != MAILGUARD_STATE_ENDED &&
	       !memcmp(run.said, run.got, run.len);
}

TEST(whatever_is_lost_all_arrives)
{
	struct smtp_policy policy;
	u32 number;

	ASSERT_EQ(0, smtp_policy_default(&policy));
	ASSERT_EQ(NULL, smtp_policy_permit(&policy, "ehlo"));
	ASSERT_EQ(NULL, smtp_policy_permit(&policy, "bdat"));
	ASSERT_EQ(NULL, smtp_policy_permit(&policy, "starttls"));
	for (number = 0; number < RUNS; number++) {
		open_wire(&policy, number);
		EXPECT_TRUE(arrives())
			TH_LOG("run %u: %u of %u bytes", number, run.una,
			       run.len);
		wire_close(&run.w);
	}
}

TEST_HARNESS_MAIN
