// SPDX-License-Identifier: GPL-2.0
/* Sequence space, memory and bounds: what a hostile or unlucky sender does. */
#include <stdio.h>

#include "harness.h"
#include "wire.h"

FIXTURE(stream)
{
	struct smtp_policy policy;
	struct wire w;
};

FIXTURE_SETUP(stream)
{
	ASSERT_EQ(0, smtp_policy_default(&self->policy));
	wire_open(&self->w, &self->policy, 0xfffffff0, 1000);
	wire_text(&self->w, SMTP_SERVER, "220 mx\r\n");
	wire_ack(&self->w, SMTP_SERVER, self->w.said[SMTP_SERVER]);
}

FIXTURE_TEARDOWN(stream)
{
	wire_close(&self->w);
}

/* The first copy dies behind us; the second one says something else. */
TEST_F(stream, a_repetition_says_nothing_new)
{
	struct wire *w = &self->w;

	wire_text(w, SMTP_CLIENT, "NOOP\r\n");
	wire_send_octets(w, SMTP_CLIENT, 0, "VRFY\r\n", 6);
	wire_send_octets(w, SMTP_CLIENT, 2, "VRFY", 4);
	EXPECT_FALSE(w->differs);
	EXPECT_EQ(2U, w->total.count[MAILGUARD_REASON_REPEATED]);
	/* Old and new octets in one segment. */
	wire_send_octets(w, SMTP_CLIENT, 0, "EXPN\r\nEXPN\r\n", 12);
	EXPECT_FALSE(w->differs);
	EXPECT_EQ(0, memcmp(w->out[SMTP_CLIENT], "NOOP\r\nXXXX\r\n", 12));
}

TEST_F(stream, what_was_acknowledged_is_blanked)
{
	struct wire *w = &self->w;

	wire_text(w, SMTP_CLIENT, "NOOP\r\n");
	wire_ack(w, SMTP_CLIENT, 6);
	wire_send_octets(w, SMTP_CLIENT, 0, "VRFY\r\n", 6);
	EXPECT_FALSE(w->differs);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_BLANKED]);
	/* The masked banner comes again: the client has it. */
	wire_send(w, SMTP_SERVER, 0, 8);
	EXPECT_FALSE(w->differs);
}

TEST_F(stream, an_old_acknowledgment_counts_for_nothing)
{
	struct wire *w = &self->w;

	wire_text(w, SMTP_CLIENT, "NOOP\r\n");
	smtp_stream_ack(&w->stream, SMTP_CLIENT, w->isn[SMTP_CLIENT] - 100,
			&w->total);
	wire_send_octets(w, SMTP_CLIENT, 0, "VRFY\r\n", 6);
	EXPECT_FALSE(w->differs);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_REPEATED]);
}

/* Octets passed while nobody looked, as after a flushed ruleset. */
TEST_F(stream, an_acknowledgment_of_what_never_went_ends_it)
{
	struct wire *w = &self->w;

	wire_text(w, SMTP_CLIENT, "NOOP\r\n");
	smtp_stream_ack(&w->stream, SMTP_CLIENT, w->isn[SMTP_CLIENT] + 8,
			&w->total);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_RESET_MIDSTREAM]);
	smtp_stream_ack(&w->stream, SMTP_CLIENT, w->isn[SMTP_CLIENT] + 9,
			&w->total);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_RESET_MIDSTREAM]);
	wire_text(w, SMTP_SERVER, "250 a\r\n");
	EXPECT_TRUE(w->reset);
}

TEST_F(stream, what_is_ahead_is_dropped)
{
	struct wire *w = &self->w;
	struct smtp_events ev;

	ev = wire_send_octets(w, SMTP_CLIENT, 2, "OP\r\n", 4);
	EXPECT_TRUE(ev.verdict == SMTP_DROP);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_REORDERED]);
	EXPECT_EQ(0U, w->got[SMTP_CLIENT]);
}

/* Rule 4: what depends on the other direction waits for it. */
TEST_F(stream, nothing_goes_on_before_the_greeting)
{
	struct wire w;
	struct smtp_events ev;

	wire_open(&w, &self->policy, 1, 2);
	ev = wire_send_octets(&w, SMTP_CLIENT, 0, "NOOP\r\n", 6);
	EXPECT_TRUE(ev.verdict == SMTP_HOLD);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_HELD_GREETING]);
	wire_text(&w, SMTP_SERVER, "220-mx\r\n");
	wire_send_octets(&w, SMTP_CLIENT, 0, "NOOP\r\n", 6);
	EXPECT_EQ(0U, w.got[SMTP_CLIENT]);
	wire_text(&w, SMTP_SERVER, "220 mx\r\n");
	wire_send_octets(&w, SMTP_CLIENT, 0, "NOOP\r\n", 6);
	EXPECT_EQ(6U, w.got[SMTP_CLIENT]);
	wire_close(&w);
}

TEST_F(stream, nothing_goes_on_behind_data)
{
	struct wire *w = &self->w;

	wire_text(w, SMTP_CLIENT, "DATA\r\nEXPN\r\n");
	EXPECT_EQ(6U, w->got[SMTP_CLIENT]);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_HELD_DATA]);
	wire_text(w, SMTP_SERVER, "354-go\r\n");
	wire_send_octets(w, SMTP_CLIENT, 6, "EXPN\r\n", 6);
	EXPECT_EQ(6U, w->got[SMTP_CLIENT]);
	wire_text(w, SMTP_SERVER, "354 on\r\n");
	wire_send_octets(w, SMTP_CLIENT, 6, "EXPN\r\n", 6);
	EXPECT_EQ(12U, w->got[SMTP_CLIENT]);
	EXPECT_EQ(MAILGUARD_STATE_CONTENT, w->stream.session.state);
}

static enum smtp_verdict fin(struct wire *w, u32 off)
{
	struct smtp_events ev;

	return wire_fin(w, SMTP_CLIENT, off, &ev) ? SMTP_RESET : ev.verdict;
}

/* A FIN takes a sequence number, and its acknowledgment counts it. */
TEST_F(stream, the_acknowledgment_of_a_fin)
{
	struct wire *w = &self->w;

	wire_text(w, SMTP_CLIENT, "QUIT\r\n");
	EXPECT_TRUE(fin(w, 6) == SMTP_PASS);
	EXPECT_TRUE(fin(w, 3) == SMTP_PASS);
	smtp_stream_ack(&w->stream, SMTP_CLIENT, w->isn[SMTP_CLIENT] + 7,
			&w->total);
	EXPECT_EQ(0U, w->stream.trace[SMTP_CLIENT].used);
	EXPECT_EQ(MAILGUARD_STATE_COMMAND, w->stream.session.state);
}

/* Nor is there one behind what was said after it. */
TEST_F(stream, the_acknowledgment_of_no_fin)
{
	struct wire *w = &self->w;

	EXPECT_TRUE(fin(w, 6) == SMTP_DROP);
	EXPECT_TRUE(fin(w, 0) == SMTP_PASS);
	wire_text(w, SMTP_CLIENT, "QUIT\r\n");
	EXPECT_TRUE(fin(w, 0) == SMTP_PASS);
	smtp_stream_ack(&w->stream, SMTP_CLIENT, w->isn[SMTP_CLIENT] + 7,
			&w->total);
	EXPECT_EQ(MAILGUARD_STATE_ENDED, w->stream.session.state);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_RESET_MIDSTREAM]);
}

TEST_F(stream, the_acknowledgment_of_nothing)
{
	struct wire *w = &self->w;

	smtp_stream_ack(&w->stream, SMTP_CLIENT, w->isn[SMTP_CLIENT],
			&w->total);
	EXPECT_NE(MAILGUARD_STATE_ENDED, w->stream.session.state);
	smtp_stream_ack(&w->stream, SMTP_CLIENT, w->isn[SMTP_CLIENT] + 1,
			&w->total);
	EXPECT_EQ(MAILGUARD_STATE_ENDED, w->stream.session.state);
}

TEST_F(stream, a_line_has_a_limit)
{
	struct wire *w = &self->w;
	char line[600];

	memset(line, 'a', sizeof(line));
	memcpy(line, "NOOP ", 5);
	wire_send_octets(w, SMTP_CLIENT, 0, line, 510);
	wire_send_octets(w, SMTP_CLIENT, 510, "\r\n", 2);
	EXPECT_EQ(MAILGUARD_STATE_COMMAND, w->stream.session.state);
	wire_send_octets(w, SMTP_CLIENT, 512, line, 5);
	wire_send_octets(w, SMTP_CLIENT, 517, line + 5, 595);
	EXPECT_EQ(1024U, w->got[SMTP_CLIENT]);
	wire_send_octets(w, SMTP_CLIENT, 1024, "\n", 1);
	EXPECT_TRUE(w->reset);
	EXPECT_EQ(1024U, w->got[SMTP_CLIENT]);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_RESET_LENGTH]);
	/* Nothing goes on any more, in either direction. */
	w->reset = false;
	wire_send_octets(w, SMTP_SERVER, w->got[SMTP_SERVER], "250 a\r\n", 7);
	EXPECT_TRUE(w->reset);
}

TEST_F(stream, a_denied_line_has_one_too)
{
	struct wire *w = &self->w;
	char line[600];

	memset(line, 'a', sizeof(line));
	wire_send_octets(w, SMTP_CLIENT, 0, line, 600);
	EXPECT_EQ(512U, w->got[SMTP_CLIENT]);
	wire_send_octets(w, SMTP_CLIENT, 512, line, 1);
	EXPECT_TRUE(w->reset);
}

TEST_F(stream, mail_and_rcpt_have_a_longer_one)
{
	struct wire *w = &self->w;
	char line[2049];

	memset(line, 'a', sizeof(line));
	memcpy(line, "MAIL FROM:<a@b> AUTH=", 21);
	wire_send_octets(w, SMTP_CLIENT, 0, line, 2048);
	EXPECT_EQ(2048U, w->got[SMTP_CLIENT]);
	wire_send_octets(w, SMTP_CLIENT, 2048, "\n", 1);
	EXPECT_TRUE(w->reset);
}

TEST_F(stream, a_thousand_recipients_take_one_place)
{
	static const char rcpt[] = "RCPT TO:<a@b>\r\n";
	struct wire *w = &self->w;
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		wire_text(w, SMTP_CLIENT, rcpt);
		wire_ack(w, SMTP_CLIENT, w->got[SMTP_CLIENT]);
	}
	EXPECT_EQ(1000 * strlen(rcpt), w->got[SMTP_CLIENT]);
	for (i = 0; i < 1000; i++) {
		wire_text(w, SMTP_SERVER, "250 a\r\n");
		wire_ack(w, SMTP_SERVER, w->got[SMTP_SERVER]);
	}
	EXPECT_EQ(0, w->stream.session.queue.runs);
}

TEST_F(stream, too_many_commands_wait_for_replies)
{
	struct wire *w = &self->w;
	unsigned int i;

	for (i = 0; i < SMTP_QUEUE_RUNS / 2; i++)
		wire_text(w, SMTP_CLIENT, "NOOP\r\nVRFY\r\n");
	wire_text(w, SMTP_CLIENT, "NOOP\r\n");
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_HELD_QUEUE]);
	EXPECT_EQ(12U * SMTP_QUEUE_RUNS / 2, w->got[SMTP_CLIENT]);
	wire_text(w, SMTP_SERVER, "250 a\r\n");
	wire_send(w, SMTP_CLIENT, w->got[SMTP_CLIENT], 6);
	EXPECT_EQ(w->said[SMTP_CLIENT], w->got[SMTP_CLIENT]);
}

TEST_F(stream, memory_has_a_bound)
{
	static const char noop[] = "NOOP xxxxxxxx\r\n";
	struct wire *w = &self->w;

	while (!w->total.count[MAILGUARD_REASON_HELD_MEMORY] &&
	       w->said[SMTP_CLIENT] < 2 * WIRE_MEMORY)
		wire_text(w, SMTP_CLIENT, noop);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_HELD_MEMORY]);
	EXPECT_LE(w->got[SMTP_CLIENT], (u32)WIRE_MEMORY);
	/* The acknowledgment makes room. */
	wire_ack(w, SMTP_CLIENT, w->got[SMTP_CLIENT]);
	wire_send(w, SMTP_CLIENT, w->got[SMTP_CLIENT],
		  w->said[SMTP_CLIENT] - w->got[SMTP_CLIENT]);
	EXPECT_EQ(w->said[SMTP_CLIENT], w->got[SMTP_CLIENT]);
}

TEST_F(stream, without_memory_nothing_passes)
{
	struct wire *w = &self->w;

	w->no_memory = true;
	free(w->stream.trace[SMTP_CLIENT].memory);
	w->stream.trace[SMTP_CLIENT].memory = NULL;
	w->stream.trace[SMTP_CLIENT].cells = 0;
	wire_text(w, SMTP_CLIENT, "NOOP\r\n");
	EXPECT_EQ(0U, w->got[SMTP_CLIENT]);
	w->no_memory = false;
	wire_send(w, SMTP_CLIENT, 0, 6);
	EXPECT_EQ(6U, w->got[SMTP_CLIENT]);
}

TEST_F(stream, a_fin_ahead_is_dropped)
{
	struct wire *w = &self->w;
	struct smtp_events ev = {};
	struct wire_segment ws = {
		.seg = { .seq = w->isn[SMTP_CLIENT] + 1, .fin = true },
		.wire = w,
	};

	smtp_stream_segment(&w->stream, &ws.seg, &ev);
	EXPECT_TRUE(ev.verdict == SMTP_DROP);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_REORDERED]);
	memset(&ev, 0, sizeof(ev));
	ws.seg.seq--;
	smtp_stream_segment(&w->stream, &ws.seg, &ev);
	EXPECT_TRUE(ev.verdict == SMTP_PASS);
}

static bool is_dropped(struct wire *w, enum smtp_dir dir, u32 off,
		       const char *octets)
{
	struct smtp_events ev = wire_send_octets(w, dir, off, octets,
						 strlen(octets));

	return ev.verdict == SMTP_DROP &&
	       ev.count[MAILGUARD_REASON_NO_MEMORY] == 1;
}

/* Octets that can't be had: new, repeated, acknowledged, content, ahead. */
TEST_F(stream, what_can_not_be_read_is_dropped)
{
	struct wire *w = &self->w;
	struct smtp_events ev = {};
	u8 text[] = "text";

	w->unreadable = true;
	EXPECT_TRUE(is_dropped(w, SMTP_CLIENT, 0, "DATA\r\n"));
	EXPECT_TRUE(is_dropped(w, SMTP_SERVER, 0, "220 mx\r\n"));
	w->unreadable = false;
	wire_text(w, SMTP_CLIENT, "DATA\r\n");
	wire_text(w, SMTP_SERVER, "354 go\r\n");
	wire_judge(w, SMTP_CLIENT, 9, text, 4, &ev);
	w->unreadable = true;
	EXPECT_TRUE(is_dropped(w, SMTP_CLIENT, 0, "DATA\r\n"));
	EXPECT_TRUE(is_dropped(w, SMTP_CLIENT, 6, "a"));
	EXPECT_TRUE(is_dropped(w, SMTP_CLIENT, 13, "text"));
	EXPECT_EQ(6U, w->got[SMTP_CLIENT]);
}

/* What was decided stays so, though it did not go on. */
TEST_F(stream, what_can_not_be_edited_is_dropped)
{
	struct wire *w = &self->w;

	w->unwritable = true;
	EXPECT_TRUE(is_dropped(w, SMTP_CLIENT, 0, "VRFY\r\n"));
	EXPECT_TRUE(is_dropped(w, SMTP_SERVER, 0, "220 mx\r\n"));
	EXPECT_TRUE(is_dropped(w, SMTP_CLIENT, 0, "EXPN\r\n"));
	w->unwritable = false;
	wire_send_octets(w, SMTP_CLIENT, 0, "NOOP\r\n", 6);
	EXPECT_EQ(0, memcmp(w->out[SMTP_CLIENT], "XXXX\r\n", 6));
}

/* Of content only its lines are remembered, and the end of data. */
TEST_F(stream, content_is_a_trace)
{
	static const char mail[] = "text\r\n\r\n.\r\nVRFY\r\n";
	struct wire *w = &self->w;
	struct smtp_trace *trace = &w->stream.trace[SMTP_CLIENT];

	wire_text(w, SMTP_CLIENT, "DATA\r\n");
	wire_text(w, SMTP_SERVER, "354 go\r\n");
	wire_text(w, SMTP_CLIENT, mail);
	EXPECT_EQ(1U, trace->used);
	EXPECT_EQ(4U + 2 + 6 + 1 + 1 + 2 + 3 + 6, trace->end);
	wire_send_octets(w, SMTP_CLIENT, 0, "EXPN\r\n", 6);
	wire_send_octets(w, SMTP_CLIENT, 12, "X..X.\r\n\r\nX", 11);
	wire_send_octets(w, SMTP_CLIENT, 17, "EXPN\r\n", 6);
	EXPECT_FALSE(w->differs);
	wire_ack(w, SMTP_CLIENT, 10);
	wire_send_octets(w, SMTP_CLIENT, 17, "EXPN\r\n", 6);
	EXPECT_FALSE(w->differs);
	wire_ack(w, SMTP_CLIENT, w->got[SMTP_CLIENT]);
	EXPECT_EQ(0U, trace->used);
}

/* A line under way needs no memory once it is acknowledged. */
TEST_F(stream, nothing_outstanding_is_no_trace)
{
	struct wire *w = &self->w;
	struct smtp_trace *trace = &w->stream.trace[SMTP_CLIENT];

	wire_text(w, SMTP_CLIENT, "DATA\r\n");
	wire_text(w, SMTP_SERVER, "354 go\r\n");
	wire_text(w, SMTP_CLIENT, "text\r");
	EXPECT_NE(0U, trace->used);
	wire_ack(w, SMTP_CLIENT, 11);
	EXPECT_EQ(0U, trace->used);
	wire_text(w, SMTP_CLIENT, "\n.\r\n");
	wire_send_octets(w, SMTP_CLIENT, 11, "x.\r\n", 4);
	EXPECT_FALSE(w->differs);
	EXPECT_EQ(MAILGUARD_STATE_COMMAND, w->stream.session.state);
}

TEST_F(stream, a_long_reply_line_passes)
{
	struct wire *w = &self->w;
	char line[10001];

	wire_text(w, SMTP_CLIENT, "VRFY\r\n");
	memset(line, 'a', sizeof(line));
	memcpy(line, "252 ", 4);
	line[10000] = '\0';
	wire_text(w, SMTP_SERVER, line);
	wire_text(w, SMTP_SERVER, "\r\n");
	EXPECT_EQ(10010U, w->got[SMTP_SERVER]);
	EXPECT_EQ(0, memcmp(w->out[SMTP_SERVER] + 8,
			    "500 Command unrecognized   ", 27));
	EXPECT_EQ(0, w->stream.session.queue.runs);
}

static void take_mail(struct wire *w)
{
	wire_text(w, SMTP_CLIENT, "DATA\r\n");
	wire_text(w, SMTP_SERVER, "354 go\r\n");
	wire_text(w, SMTP_CLIENT, "text\r\n.\r\n");
	wire_ack(w, SMTP_SERVER, w->got[SMTP_SERVER]);
	wire_text(w, SMTP_SERVER, "250 taken\r\n");
}

/* Rule 9: until the client goes on, an extra reply ends nothing. */
TEST_F(stream, an_extra_reply_when_a_mail_was_taken)
{
	struct wire *w = &self->w;

	take_mail(w);
	wire_text(w, SMTP_SERVER, "250 again\r\n");
	wire_ack(w, SMTP_SERVER, w->got[SMTP_SERVER]);
	wire_text(w, SMTP_SERVER, "250 and again\r\n");
	EXPECT_EQ(2U, w->total.count[MAILGUARD_REASON_UNEXPECTED_REPLY]);
	EXPECT_FALSE(w->reset);
	wire_text(w, SMTP_CLIENT, "NOOP\r\n");
	wire_text(w, SMTP_SERVER, "250 a\r\n250 b\r\n");
	wire_send(w, SMTP_CLIENT, w->got[SMTP_CLIENT], 0);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_RESET_REPLY]);
	EXPECT_EQ(MAILGUARD_STATE_ENDED, w->stream.session.state);
}

/* The client's next command may have been on its way before the reply. */
TEST_F(stream, a_command_that_the_reply_did_not_reach)
{
	struct wire *w = &self->w;

	take_mail(w);
	wire_text(w, SMTP_CLIENT, "NOOP\r\n");
	wire_text(w, SMTP_SERVER, "250 a\r\n250 b\r\n");
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_UNEXPECTED_REPLY]);
	EXPECT_NE(MAILGUARD_STATE_ENDED, w->stream.session.state);
}

static u32 say_too_much(struct wire *w)
{
	char line[600];

	memset(line, 'a', sizeof(line));
	memcpy(line, "NOOP ", 5);
	wire_say(w, SMTP_CLIENT, line, sizeof(line));
	wire_send(w, SMTP_CLIENT, w->got[SMTP_CLIENT], sizeof(line));
	return w->got[SMTP_CLIENT];
}

/* A reset waits for the reply, for its acknowledgment and for the client. */
TEST_F(stream, a_reset_waits_while_a_mail_is_at_stake)
{
	struct wire *w = &self->w;
	u32 end;

	wire_text(w, SMTP_CLIENT, "DATA\r\n");
	wire_text(w, SMTP_SERVER, "354 go\r\n");
	wire_text(w, SMTP_CLIENT, "text\r\n.\r\n");
	end = say_too_much(w);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_RESET_LENGTH]);
	wire_send(w, SMTP_CLIENT, end, 50);
	wire_text(w, SMTP_SERVER, "250 taken\r\n");
	wire_send(w, SMTP_CLIENT, end, 50);
	EXPECT_FALSE(w->reset);
	EXPECT_EQ(w->said[SMTP_SERVER], w->got[SMTP_SERVER]);
	wire_ack(w, SMTP_SERVER, w->got[SMTP_SERVER]);
	wire_send(w, SMTP_CLIENT, end, 0);
	EXPECT_FALSE(w->reset);
	wire_send(w, SMTP_CLIENT, end, 50);
	EXPECT_TRUE(w->reset);
	EXPECT_EQ(end, w->got[SMTP_CLIENT]);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_RESET_LENGTH]);
}

TEST_HARNESS_MAIN
