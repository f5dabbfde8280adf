// SPDX-License-Identifier: GPL-2.0
/*
 * What "mode monitor" must keep in order to follow a dialogue, and what makes it
 * give up. The dialogues of test-dialogue.c show the rest.
 */
#include "action.h"
#include "harness.h"
#include "wire.h"

static struct smtp_policy policy;
static struct wire w;

static void begin(void)
{
	smtp_policy_default(&policy);
	policy.mode = MAILGUARD_MODE_MONITOR;
	wire_open(&w, &policy, 0xfffffff0, 0x7ffffff0);
	wire_text(&w, SMTP_SERVER, "220 mx\r\n");
}

/* All bytes went on, as they came. */
static bool passed(void)
{
	bool ok = !w.stopped && !w.differs;
	unsigned int dir;

	for (dir = 0; dir < SMTP_DIRS; dir++)
		ok &= w.got[dir] == w.said[dir] &&
		      !memcmp(w.out[dir], w.in[dir], w.said[dir]);
	wire_close(&w);
	return ok;
}

static int count(enum mailguard_reason why)
{
	return w.total.count[why];
}

/* Say a text, and send its parts in the other order. */
static void swap(enum smtp_dir dir, const char *first, const char *then)
{
	u32 at = w.said[dir], len = strlen(first);

	wire_say(&w, dir, first, len);
	wire_say(&w, dir, then, strlen(then));
	wire_send(&w, dir, at + len, strlen(then));
	/* wire.h delivers in order only. */
	w.got[dir] = at;
	wire_send(&w, dir, at, len);
	w.got[dir] = w.said[dir];
	memcpy(w.out[dir], w.in[dir], w.said[dir]);
}

static int state(void)
{
	return w.stream.session.state;
}

TEST(commands_out_of_order)
{
	begin();
	swap(SMTP_CLIENT, "VRFY a\r\nNO", "OP\r\nEXPN a\r\nDA");
	EXPECT_EQ(count(MAILGUARD_REASON_DENIED_VERB), 2);
	swap(SMTP_SERVER, "250 a\r\n25", "0 b\r\n250 c\r\n");
	wire_text(&w, SMTP_CLIENT, "TA\r\n");
	EXPECT_EQ(state(), MAILGUARD_STATE_DATA);
	EXPECT_EQ(count(MAILGUARD_REASON_RESET_REPLY), 0);
	EXPECT_EQ(count(MAILGUARD_REASON_OUT_OF_ORDER), 2);
	EXPECT_TRUE(passed());
}

TEST(end_of_data_out_of_order)
{
	begin();
	wire_text(&w, SMTP_CLIENT, "DATA\r\n");
	wire_text(&w, SMTP_SERVER, "354 go\r\n");
	swap(SMTP_CLIENT, "text\r\nmore\r\n", ".\r\nVRFY a\r\n");
	EXPECT_EQ(count(MAILGUARD_REASON_MESSAGES), 1);
	EXPECT_EQ(count(MAILGUARD_REASON_DENIED_VERB), 1);
	EXPECT_EQ(state(), MAILGUARD_STATE_COMMAND);
	EXPECT_TRUE(passed());
}

/* A client that does not wait for the 354, and then is refused. */
TEST(content_before_the_reply)
{
	begin();
	wire_text(&w, SMTP_CLIENT, "DATA\r\n");
	wire_text(&w, SMTP_CLIENT, "VRFY a\r\n");
	wire_text(&w, SMTP_CLIENT, ".\r\n");
	EXPECT_EQ(count(MAILGUARD_REASON_HELD_DATA), 1);
	EXPECT_EQ(count(MAILGUARD_REASON_DENIED_VERB), 0);
	wire_text(&w, SMTP_SERVER, "503 no\r\n252 a\r\n500 b\r\n");
	EXPECT_EQ(count(MAILGUARD_REASON_DENIED_VERB), 2);
	EXPECT_EQ(count(MAILGUARD_REASON_RESET_REPLY), 0);
	EXPECT_EQ(count(MAILGUARD_REASON_UNFOLLOWED), 0);
	EXPECT_TRUE(passed());
}

TEST(denied_commands_that_bytes_follow)
{
	begin();
	wire_text(&w, SMTP_CLIENT, "EHLO c\r\n");
	wire_text(&w, SMTP_SERVER, "250-mx\r\n250 CHUNKING\r\n");
	wire_text(&w, SMTP_CLIENT, "BDAT 8 LAST\r\nVRFY a\r\nVRFY b\r\n");
	EXPECT_EQ(count(MAILGUARD_REASON_RESET_CHUNK), 1);
	/* EHLO and the second VRFY. */
	EXPECT_EQ(count(MAILGUARD_REASON_DENIED_VERB), 2);
	EXPECT_EQ(count(MAILGUARD_REASON_MESSAGES), 1);
	wire_text(&w, SMTP_SERVER, "250 a\r\n252 b\r\n");
	wire_text(&w, SMTP_CLIENT, "STARTTLS\r\n");
	wire_text(&w, SMTP_SERVER, "220 go\r\n");
	EXPECT_EQ(state(), MAILGUARD_STATE_TLS);
	EXPECT_TRUE(passed());
}

TEST(no_room_to_keep_bytes)
{
	unsigned int i;

	begin();
	wire_text(&w, SMTP_CLIENT, "DATA\r\n");
	for (i = 0; i < 400; i++)
		wire_text(&w, SMTP_CLIENT,
			  "content of a client that does not wait for it\r\n");
	EXPECT_EQ(count(MAILGUARD_REASON_UNFOLLOWED), 1);
	wire_text(&w, SMTP_SERVER, "354 go\r\n");
	wire_text(&w, SMTP_CLIENT, ".\r\nVRFY a\r\n");
	EXPECT_EQ(count(MAILGUARD_REASON_DENIED_VERB), 0);
	EXPECT_EQ(state(), MAILGUARD_STATE_UNFOLLOWED);
	EXPECT_TRUE(passed());
}

TEST(no_memory_for_a_block)
{
	begin();
	w.no_blocks = true;
	swap(SMTP_CLIENT, "NOOP\r\n", "VRFY a\r\n");
	EXPECT_EQ(count(MAILGUARD_REASON_UNFOLLOWED), 1);
	EXPECT_TRUE(passed());
}

TEST(unreadable)
{
	begin();
	w.unreadable = true;
	wire_text(&w, SMTP_CLIENT, "NOOP\r\n");
	EXPECT_EQ(count(MAILGUARD_REASON_UNFOLLOWED), 1);
	EXPECT_TRUE(passed());
}

/* The receiver has what never came by here. */
TEST(acknowledged_and_not_seen)
{
	begin();
	wire_text(&w, SMTP_CLIENT, "NOOP\r\n");
	/* A FIN counts as one byte, whether it was seen or not. */
	wire_ack(&w, SMTP_CLIENT, w.said[SMTP_CLIENT] + 1);
	EXPECT_EQ(count(MAILGUARD_REASON_UNFOLLOWED), 0);
	wire_ack(&w, SMTP_CLIENT, w.said[SMTP_CLIENT] + 2);
	EXPECT_EQ(count(MAILGUARD_REASON_UNFOLLOWED), 1);
	EXPECT_TRUE(passed());
}

/* There is nothing to follow. */
TEST(loss_in_tls)
{
	begin();
	wire_text(&w, SMTP_CLIENT, "STARTTLS\r\n");
	wire_text(&w, SMTP_SERVER, "220 go\r\n");
	wire_text(&w, SMTP_CLIENT, "\26\3\1\1\3abc");
	w.no_blocks = true;
	swap(SMTP_CLIENT, "def", "ghi");
	EXPECT_EQ(state(), MAILGUARD_STATE_UNFOLLOWED);
	EXPECT_EQ(count(MAILGUARD_REASON_UNFOLLOWED), 0);
	EXPECT_TRUE(passed());
}

/* As conn.c does it when conntrack has seen a RST. */
static void forget(enum smtp_dir dir)
{
	struct smtp_history *history = &w.stream.history[dir];

	smtp_history_clear(history);
	free(smtp_history_move(history, NULL, 0));
}

TEST(kept_bytes_go_with_the_memory)
{
	begin();
	wire_text(&w, SMTP_CLIENT, "EH");
	forget(SMTP_CLIENT);
	wire_text(&w, SMTP_CLIENT, "LO a\r\n");
	EXPECT_EQ(state(), MAILGUARD_STATE_UNFOLLOWED);
	EXPECT_EQ(count(MAILGUARD_REASON_UNFOLLOWED), 1);
	EXPECT_TRUE(passed());

	begin();
	wire_text(&w, SMTP_CLIENT, "NOOP\r\n");
	wire_text(&w, SMTP_SERVER, "25");
	forget(SMTP_SERVER);
	wire_text(&w, SMTP_SERVER, "0 a\r\n");
	EXPECT_TRUE(passed());
}

TEST(limit_is_told_once)
{
	unsigned int i;

	begin();
	policy.denied_max = 1;
	for (i = 0; i < 5; i++) {
		wire_text(&w, SMTP_CLIENT, "VRFY a\r\n");
		wire_text(&w, SMTP_SERVER, "252 a\r\n");
	}
	EXPECT_EQ(count(MAILGUARD_REASON_DENIED_VERB), 5);
	EXPECT_EQ(count(MAILGUARD_REASON_LIMIT_DENIED), 1);
	EXPECT_EQ(count(MAILGUARD_REASON_RESET_LIMIT), 1);
	EXPECT_TRUE(passed());
}

/* The server takes a name that the policy denies. Under it, it had none. */
TEST(a_denied_name_is_none)
{
	begin();
	ASSERT_EQ(NULL, set_action(&policy, MAILGUARD_A_ACTIONS_HELO_NO_DOT,
				   MAILGUARD_ACTION_DENY));
	smtp_policy_tie(&policy);
	wire_text(&w, SMTP_CLIENT, "HELO localhost\r\n");
	wire_text(&w, SMTP_SERVER, "250 mx\r\n");
	wire_text(&w, SMTP_CLIENT, "MAIL FROM:<a@b.c>\r\n");
	wire_text(&w, SMTP_SERVER, "250 a\r\n");
	EXPECT_EQ(count(MAILGUARD_REASON_DENIED_HELO_NO_DOT), 1);
	EXPECT_EQ(count(MAILGUARD_REASON_DENIED_NO_HELO), 1);
	wire_text(&w, SMTP_CLIENT, "HELO host.example\r\n");
	wire_text(&w, SMTP_SERVER, "250 mx\r\n");
	wire_text(&w, SMTP_CLIENT, "MAIL FROM:<a@b.c>\r\n");
	wire_text(&w, SMTP_SERVER, "250 a\r\n");
	EXPECT_EQ(count(MAILGUARD_REASON_DENIED_NO_HELO), 1);
	EXPECT_TRUE(passed());
}

/* Only a new connection takes the mode of a policy that replaces the old one. */
TEST(mode_stays)
{
	static struct smtp_policy strict;

	begin();
	smtp_policy_default(&strict);
	ASSERT_TRUE(smtp_stream_may_renew(&w.stream));
	smtp_stream_renew(&w.stream, &strict);
	wire_text(&w, SMTP_CLIENT, "VRFY a\r\n");
	EXPECT_EQ(count(MAILGUARD_REASON_DENIED_VERB), 1);
	EXPECT_TRUE(passed());

	wire_open(&w, &strict, 1, 1);
	wire_text(&w, SMTP_SERVER, "220 mx\r\n");
	ASSERT_TRUE(smtp_stream_may_renew(&w.stream));
	smtp_stream_renew(&w.stream, &policy);
	wire_text(&w, SMTP_CLIENT, "VRFY a\r\n");
	EXPECT_TRUE(!memcmp(w.out[SMTP_CLIENT], "XXXXXX\r\n", 8));
	wire_close(&w);
}

TEST_HARNESS_MAIN
