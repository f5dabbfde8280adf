// SPDX-License-Identifier: GPL-2.0
/* Sequence space, memory and bounds: what a hostile or unlucky sender does. */
#include <stdio.h>

#include "action.h"
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
	wire_send_bytes(w, SMTP_CLIENT, 0, "VRFY\r\n", 6);
	wire_send_bytes(w, SMTP_CLIENT, 2, "VRFY", 4);
	EXPECT_FALSE(w->differs);
	EXPECT_EQ(2U, w->total.count[MAILGUARD_REASON_REPEATED]);
	/* Old and new bytes in one segment. */
	wire_send_bytes(w, SMTP_CLIENT, 0, "EXPN\r\nEXPN\r\n", 12);
	EXPECT_FALSE(w->differs);
	EXPECT_EQ(0, memcmp(w->out[SMTP_CLIENT], "NOOP\r\nXXXX\r\n", 12));
}

TEST_F(stream, what_was_acknowledged_is_blanked)
{
	struct wire *w = &self->w;

	wire_text(w, SMTP_CLIENT, "NOOP\r\n");
	wire_ack(w, SMTP_CLIENT, 6);
	wire_send_bytes(w, SMTP_CLIENT, 0, "VRFY\r\n", 6);
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
	wire_send_bytes(w, SMTP_CLIENT, 0, "VRFY\r\n", 6);
	EXPECT_FALSE(w->differs);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_REPEATED]);
}

/* Bytes passed while nobody looked, as after a flushed ruleset. */
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

	ev = wire_send_bytes(w, SMTP_CLIENT, 2, "OP\r\n", 4);
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
	ev = wire_send_bytes(&w, SMTP_CLIENT, 0, "NOOP\r\n", 6);
	EXPECT_TRUE(ev.verdict == SMTP_HOLD);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_HELD_GREETING]);
	wire_text(&w, SMTP_SERVER, "220-mx\r\n");
	wire_send_bytes(&w, SMTP_CLIENT, 0, "NOOP\r\n", 6);
	EXPECT_EQ(0U, w.got[SMTP_CLIENT]);
	wire_text(&w, SMTP_SERVER, "220 mx\r\n");
	wire_send_bytes(&w, SMTP_CLIENT, 0, "NOOP\r\n", 6);
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
	wire_send_bytes(w, SMTP_CLIENT, 6, "EXPN\r\n", 6);
	EXPECT_EQ(6U, w->got[SMTP_CLIENT]);
	wire_text(w, SMTP_SERVER, "354 on\r\n");
	wire_send_bytes(w, SMTP_CLIENT, 6, "EXPN\r\n", 6);
	EXPECT_EQ(12U, w->got[SMTP_CLIENT]);
	EXPECT_EQ(MAILGUARD_STATE_CONTENT, w->stream.session.state);
}

/*
 * A RCPT beyond the limit becomes NOOP, RSET passes, and a sender that repeats
 * the letter they share is served, too.
 */
TEST_F(stream, a_recipient_too_many_becomes_noop)
{
	static const char wanted[] =
		"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nNOOP         \r\n"
		"NOOP \r\nRXXXXXX\r\nRSET\r\nRCPT TO:<c@d>\r\n";
	struct wire *w = &self->w;
	struct smtp_events ev;
	u32 end;

	self->policy.recipients = 1;
	wire_text(w, SMTP_CLIENT, "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n"
		  "RCPT TO:<e@d>\r\n");
	end = w->got[SMTP_CLIENT];
	ev = wire_send_bytes(w, SMTP_CLIENT, end, "R", 1);
	EXPECT_TRUE(ev.verdict == SMTP_HOLD);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_HELD_VERB]);
	wire_send_bytes(w, SMTP_CLIENT, end, "RCPT \r\n", 7);
	wire_send_bytes(w, SMTP_CLIENT, end + 7, "R", 1);
	EXPECT_EQ(end + 7, w->got[SMTP_CLIENT]);
	wire_send_bytes(w, SMTP_CLIENT, end + 7, "R", 1);
	EXPECT_EQ(end + 8, w->got[SMTP_CLIENT]);
	wire_send_bytes(w, SMTP_CLIENT, end + 8, "CPT TO\r\nRSET\r\n", 14);
	wire_send_bytes(w, SMTP_CLIENT, end + 22, "RCPT TO:<c@d>\r\n", 15);
	EXPECT_EQ(0, memcmp(wanted, w->out[SMTP_CLIENT], sizeof(wanted) - 1));
	wire_text(w, SMTP_SERVER, "250 a\r\n250 b\r\n"
		  "250 2.0.0 Ok, and what now?\r\n");
	EXPECT_NE(NULL, strstr((char *)w->out[SMTP_SERVER],
			       "452 4.5.3 Too many recipien\r\n"));
}

/* The RCPT behind an end of data belong to the next mail. */
TEST_F(stream, each_mail_may_have_its_recipients)
{
	struct wire *w = &self->w;

	self->policy.recipients = 1;
	wire_text(w, SMTP_CLIENT, "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
	wire_text(w, SMTP_SERVER, "250 a\r\n250 b\r\n354 c\r\n");
	wire_text(w, SMTP_CLIENT, ".\r\n");
	wire_text(w, SMTP_SERVER, "250 taken\r\n");
	wire_text(w, SMTP_CLIENT, "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n");
	EXPECT_EQ(NULL, strstr((char *)w->out[SMTP_CLIENT], "NOOP"));
	wire_text(w, SMTP_CLIENT, "RCPT TO:<c@d>\r\n");
	EXPECT_NE(NULL, strstr((char *)w->out[SMTP_CLIENT], "NOOP"));
}

static bool is_said(const struct wire *w, const char *text)
{
	return strstr((char *)w->out[SMTP_SERVER], text);
}

/* The reply to BURL may be that the server has taken a mail. */
TEST_F(stream, no_421_over_the_reply_to_burl)
{
	struct wire *w = &self->w;

	ASSERT_EQ(NULL, smtp_policy_permit(&self->policy, "BURL"));
	self->policy.refused = 1;
	wire_text(w, SMTP_CLIENT, "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n"
		  "RCPT TO:<e@d>\r\nRCPT TO:<f@d>\r\n"
		  "BURL imap://a@b LAST\r\n");
	wire_text(w, SMTP_SERVER, "250 a\r\n550 b\r\n550 c\r\n250 d\r\n"
		  "250 taken\r\n");
	EXPECT_TRUE(is_said(w, "250 taken\r\n"));
	wire_ack(w, SMTP_SERVER, w->said[SMTP_SERVER]);
	wire_text(w, SMTP_CLIENT, "NOOP\r\n");
	wire_text(w, SMTP_SERVER, "250 e\r\n");
	EXPECT_TRUE(is_said(w, "421 4\r\n"));
}

/* A response of a SASL exchange begins as a verb that becomes NOOP does. */
TEST_F(stream, a_response_is_not_held_for_its_verb)
{
	struct wire *w = &self->w;

	ASSERT_EQ(NULL, smtp_policy_permit(&self->policy, "AUTH"));
	self->policy.recipients = 1;
	wire_text(w, SMTP_CLIENT, "RCPT TO:<c@d>\r\nAUTH LOGIN\r\n");
	wire_text(w, SMTP_SERVER, "250 a\r\n334 b\r\n");
	wire_text(w, SMTP_CLIENT, "R");
	EXPECT_EQ(0U, w->total.count[MAILGUARD_REASON_HELD_VERB]);
	EXPECT_EQ(w->said[SMTP_CLIENT], w->got[SMTP_CLIENT]);
}

/* NOOP for HELP, which shares three letters with HELO. */
TEST_F(stream, a_verb_is_looked_at_up_to_where_it_differs)
{
	struct wire *w = &self->w;

	ASSERT_EQ(NULL, smtp_policy_judge(&self->policy, "HELP", false,
					  MAILGUARD_VERDICT_NOOP));
	wire_text(w, SMTP_CLIENT, "HELP me\r\nHELO c\r\nhelp\r\n");
	EXPECT_EQ(0, memcmp(w->out[SMTP_CLIENT], "NOOP   \r\nHELO c\r\nNOOP\r\n",
			    23));
	wire_send_bytes(w, SMTP_CLIENT, 23, "HEL", 3);
	EXPECT_EQ(23U, w->got[SMTP_CLIENT]);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_HELD_VERB]);
	wire_send_bytes(w, SMTP_CLIENT, 23, "HELP\r\n", 6);
	EXPECT_EQ(0, memcmp(w->out[SMTP_CLIENT] + 23, "NOOP\r\n", 6));
	wire_send_bytes(w, SMTP_CLIENT, 29, "H", 1);
	wire_send_bytes(w, SMTP_CLIENT, 29, "H", 1);
	EXPECT_EQ(30U, w->got[SMTP_CLIENT]);
	wire_send_bytes(w, SMTP_CLIENT, 30, "ELP\r\n", 5);
	EXPECT_EQ(0, memcmp(w->out[SMTP_CLIENT] + 29, "HELX\r\n", 6));
}

/*
 * A 421 ends the connection after the last message, but not before the client
 * knows that the server has it.
 */
TEST_F(stream, no_421_before_the_client_knows_of_its_mail)
{
	struct wire *w = &self->w;

	self->policy.messages = 1;
	wire_text(w, SMTP_CLIENT, "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
	wire_text(w, SMTP_SERVER, "250 a\r\n250 b\r\n354 c\r\n");
	wire_text(w, SMTP_CLIENT, ".\r\nMAIL FROM:<a@b>\r\n");
	wire_text(w, SMTP_SERVER, "250 taken\r\n250 sender\r\n");
	EXPECT_FALSE(is_said(w, "421"));
	wire_ack(w, SMTP_SERVER, w->said[SMTP_SERVER]);
	wire_text(w, SMTP_CLIENT, "RCPT TO:<c@d>\r\nDATA\r\n");
	wire_text(w, SMTP_SERVER, "250-to\r\n250 recipient\r\n354 go\r\n");
	EXPECT_TRUE(is_said(w, "421-4.\r\n421 4.7.0 Lim\r\n"));
	EXPECT_FALSE(is_said(w, "354 go"));
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_LIMIT_MESSAGES]);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_RESET_LIMIT]);
	EXPECT_EQ(MAILGUARD_STATE_ENDED, w->stream.session.state);
}

/* Many recipients, of which those beyond the limit become NOOP. */
static bool is_limited(struct wire *w)
{
	u32 at = w->got[SMTP_CLIENT];

	wire_text(w, SMTP_CLIENT, "RCPT TO:<e@d>\r\n");
	return w->got[SMTP_CLIENT] == at + 15 &&
	       !memcmp(w->out[SMTP_CLIENT] + at, "NOOP", 4);
}

/* A server that refuses RSET with an argument keeps the recipients. */
TEST_F(stream, rset_with_an_argument_does_not_end_a_mail)
{
	struct wire *w = &self->w;

	self->policy.recipients = 1;
	wire_text(w, SMTP_CLIENT, "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n"
		  "RSET now\r\n");
	EXPECT_TRUE(is_limited(w));
	wire_text(w, SMTP_SERVER, "250 a\r\n250 b\r\n501 Syntax: RSET\r\n"
		  "250 ok\r\n");
	EXPECT_TRUE(is_limited(w));
	wire_text(w, SMTP_CLIENT, "RSET\r\nMAIL FROM:<a@b>\r\n");
	EXPECT_FALSE(is_limited(w));
}

/* The reply to HELO ends the mail before it, not the one behind it. */
TEST_F(stream, recipients_behind_a_pipelined_helo_count)
{
	struct wire *w = &self->w;

	self->policy.recipients = 1;
	wire_text(w, SMTP_CLIENT, "HELO c\r\nMAIL FROM:<a@b>\r\n"
		  "RCPT TO:<c@d>\r\n");
	wire_text(w, SMTP_SERVER, "250 mx\r\n250 a\r\n250 b\r\n");
	EXPECT_TRUE(is_limited(w));
	wire_text(w, SMTP_CLIENT, "HELO c\r\n");
	wire_text(w, SMTP_SERVER, "250 ok\r\n501 no\r\n");
	EXPECT_TRUE(is_limited(w));
	wire_text(w, SMTP_CLIENT, "HELO c\r\nHELO c\r\n");
	wire_text(w, SMTP_SERVER, "250 ok\r\n250 mx\r\n");
	EXPECT_FALSE(is_limited(w));
}

/* A mail, and the next one before the reply to it. */
static void exceed_messages(struct wire *w, struct smtp_policy *policy)
{
	policy->messages = 1;
	wire_text(w, SMTP_CLIENT, "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
	wire_text(w, SMTP_SERVER, "250 a\r\n250 b\r\n354 c\r\n");
	wire_text(w, SMTP_CLIENT, ".\r\nMAIL FROM:<a@b>\r\n");
}

/* A client that does not wait cannot keep a mail at stake all the time. */
TEST_F(stream, a_limit_holds_what_follows_a_mail)
{
	struct wire *w = &self->w;
	u32 at;

	exceed_messages(w, &self->policy);
	at = w->got[SMTP_CLIENT];
	wire_text(w, SMTP_CLIENT, "RCPT TO:<c@d>\r\nDATA\r\n");
	EXPECT_EQ(at, w->got[SMTP_CLIENT]);
	wire_text(w, SMTP_SERVER, "250 taken\r\n250 sender\r\n");
	wire_send(w, SMTP_CLIENT, at, 21);
	EXPECT_EQ(at, w->got[SMTP_CLIENT]);
	EXPECT_EQ(2U, w->total.count[MAILGUARD_REASON_HELD_PIPELINING]);
	wire_ack(w, SMTP_SERVER, w->said[SMTP_SERVER]);
	wire_send(w, SMTP_CLIENT, at, 21);
	EXPECT_EQ(at + 21, w->got[SMTP_CLIENT]);
	wire_text(w, SMTP_SERVER, "250 recipient\r\n");
	EXPECT_TRUE(is_said(w, "421 4.7.0 Lim\r\n"));
}

/* The server could take a mail that the client sends behind half a 421. */
TEST_F(stream, nothing_goes_on_behind_half_a_421)
{
	struct wire *w = &self->w;
	u32 at;

	exceed_messages(w, &self->policy);
	wire_text(w, SMTP_SERVER, "250 taken\r\n");
	wire_ack(w, SMTP_SERVER, w->said[SMTP_SERVER]);
	wire_text(w, SMTP_SERVER, "250 sen");
	EXPECT_TRUE(is_said(w, "421 4.7"));
	at = w->got[SMTP_CLIENT];
	wire_text(w, SMTP_CLIENT, "RCPT TO:<c@d>\r\nDATA\r\n");
	EXPECT_EQ(at, w->got[SMTP_CLIENT]);
	wire_text(w, SMTP_SERVER, "der\r\n");
	EXPECT_TRUE(is_said(w, "421 4.7.0 \r\n"));
	EXPECT_EQ(MAILGUARD_STATE_ENDED, w->stream.session.state);
}

/* A packet that cannot be edited is dropped, but the limit was exceeded. */
TEST_F(stream, a_421_without_memory_ends_the_connection)
{
	struct wire *w = &self->w;

	exceed_messages(w, &self->policy);
	wire_text(w, SMTP_SERVER, "250 taken\r\n");
	wire_ack(w, SMTP_SERVER, w->said[SMTP_SERVER]);
	w->unwritable = true;
	wire_text(w, SMTP_SERVER, "250 sender\r\n");
	w->unwritable = false;
	EXPECT_FALSE(w->reset);
	wire_send(w, SMTP_SERVER, w->got[SMTP_SERVER], 12);
	EXPECT_FALSE(is_said(w, "250 sender"));
	EXPECT_TRUE(w->reset);
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
	EXPECT_EQ(0U, w->stream.history[SMTP_CLIENT].used);
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
	wire_send_bytes(w, SMTP_CLIENT, 0, line, 510);
	wire_send_bytes(w, SMTP_CLIENT, 510, "\r\n", 2);
	EXPECT_EQ(MAILGUARD_STATE_COMMAND, w->stream.session.state);
	wire_send_bytes(w, SMTP_CLIENT, 512, line, 5);
	wire_send_bytes(w, SMTP_CLIENT, 517, line + 5, 595);
	EXPECT_EQ(1024U, w->got[SMTP_CLIENT]);
	wire_send_bytes(w, SMTP_CLIENT, 1024, "\n", 1);
	EXPECT_TRUE(w->reset);
	EXPECT_EQ(1024U, w->got[SMTP_CLIENT]);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_RESET_LENGTH]);
	/* Nothing goes on any more, in either direction. */
	w->reset = false;
	wire_send_bytes(w, SMTP_SERVER, w->got[SMTP_SERVER], "250 a\r\n", 7);
	EXPECT_TRUE(w->reset);
}

/* One reply line of so many bytes, CR and LF included. */
static void reply_line(struct wire *w, u32 len)
{
	char line[2000];

	memset(line, 'a', sizeof(line));
	memcpy(line, "250-", 4);
	memcpy(line + len - 2, "\r\n", 3);
	wire_text(w, SMTP_SERVER, line);
}

TEST_F(stream, a_reply_line_too_long_is_counted_once)
{
	struct wire *w = &self->w;

	wire_text(w, SMTP_CLIENT, "NOOP\r\n");
	reply_line(w, 512);
	EXPECT_EQ(0U, w->total.count[MAILGUARD_REASON_LONG_REPLY]);
	reply_line(w, 513);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_LONG_REPLY]);
	reply_line(w, 1999);
	EXPECT_EQ(2U, w->total.count[MAILGUARD_REASON_LONG_REPLY]);
	EXPECT_EQ(w->said[SMTP_SERVER], w->got[SMTP_SERVER]);
	self->policy.action[MAILGUARD_A_ACTIONS_REPLY_LENGTH] =
		MAILGUARD_ACTION_RESET;
	reply_line(w, 512);
	EXPECT_FALSE(w->reset);
	reply_line(w, 513);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_RESET_REPLY_LENGTH]);
	EXPECT_EQ(w->said[SMTP_SERVER] - 2, w->got[SMTP_SERVER]);
}

/* The packet is judged, but cannot be edited, and comes again. */
TEST_F(stream, a_reply_too_long_that_was_dropped_is_still_too_long)
{
	struct wire *w = &self->w;
	u32 at = w->said[SMTP_SERVER];
	char line[600];

	self->policy.action[MAILGUARD_A_ACTIONS_REPLY_LENGTH] =
		MAILGUARD_ACTION_RESET;
	memset(line, 'a', sizeof(line));
	memcpy(line, "502 ", 4);
	wire_text(w, SMTP_CLIENT, "VRFY\r\n");
	wire_send_bytes(w, SMTP_SERVER, at, line, 500);
	w->unwritable = true;
	wire_send_bytes(w, SMTP_SERVER, at + 500, line + 500, 100);
	EXPECT_EQ(at + 500, w->got[SMTP_SERVER]);
	w->unwritable = false;
	wire_send_bytes(w, SMTP_SERVER, at + 500, line + 500, 100);
	EXPECT_EQ(at + 511, w->got[SMTP_SERVER]);
	wire_send_bytes(w, SMTP_SERVER, at + 511, line + 511, 89);
	EXPECT_EQ(at + 511, w->got[SMTP_SERVER]);
	EXPECT_TRUE(w->reset);
}

/* The same for a command, whatever comes in place of the byte at fault. */
TEST_F(stream, a_line_to_be_reset_that_was_dropped_is_still_reset)
{
	static const char lines[] = "VRFY\r\nMAIL FROM:<a|b@c>\r\n";
	static const char other[] = "VRFY\r\nMAIL FROM:<aab@c>\r\n";
	struct wire *w = &self->w;

	self->policy.action[MAILGUARD_A_ACTIONS_PIPE] = MAILGUARD_ACTION_RESET;
	w->unwritable = true;
	wire_send_bytes(w, SMTP_CLIENT, 0, lines, strlen(lines));
	EXPECT_EQ(0U, w->got[SMTP_CLIENT]);
	w->unwritable = false;
	wire_send_bytes(w, SMTP_CLIENT, 0, other, strlen(other));
	EXPECT_EQ(strlen("VRFY\r\nMAIL FROM:<a"), w->got[SMTP_CLIENT]);
	wire_send_bytes(w, SMTP_CLIENT, w->got[SMTP_CLIENT], "b@c>\r\n", 6);
	EXPECT_TRUE(w->reset);
}

TEST_F(stream, a_denied_line_has_one_too)
{
	struct wire *w = &self->w;
	char line[600];

	memset(line, 'a', sizeof(line));
	wire_send_bytes(w, SMTP_CLIENT, 0, line, 600);
	EXPECT_EQ(512U, w->got[SMTP_CLIENT]);
	wire_send_bytes(w, SMTP_CLIENT, 512, line, 1);
	EXPECT_TRUE(w->reset);
}

TEST_F(stream, mail_and_rcpt_have_a_longer_one)
{
	struct wire *w = &self->w;
	char line[2049];

	memset(line, 'a', sizeof(line));
	memcpy(line, "MAIL FROM:<a@b> AUTH=", 21);
	wire_send_bytes(w, SMTP_CLIENT, 0, line, 2048);
	EXPECT_EQ(2048U, w->got[SMTP_CLIENT]);
	wire_send_bytes(w, SMTP_CLIENT, 2048, "\n", 1);
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

/* What the server has of a mail does not go with the policy that denied it. */
TEST_F(stream, a_mail_of_a_denied_size_outlives_the_policy)
{
	struct wire *w = &self->w;
	struct smtp_policy other;

	ASSERT_EQ(0, smtp_policy_default(&other));
	self->policy.message_size = 1000;
	wire_text(w, SMTP_CLIENT, "MAIL FROM:<> SIZE=1001\r\n");
	wire_text(w, SMTP_SERVER, "250 sender\r\n");
	ASSERT_TRUE(smtp_stream_may_renew(&w->stream));
	smtp_stream_renew(&w->stream, &other);
	wire_text(w, SMTP_CLIENT, "RCPT TO:<c@d>\r\n");
	EXPECT_EQ(0, memcmp(w->out[SMTP_CLIENT] + 24, "NOOP         \r\n", 15));
}

/* 503 to MAIL would make an honest client bounce its mail. */
TEST_F(stream, a_name_accepted_before_outlives_the_policy)
{
	struct smtp_policy other;
	struct wire *w = &self->w;

	ASSERT_EQ(0, smtp_policy_default(&other));
	ASSERT_EQ(NULL, set_action(&other, MAILGUARD_A_ACTIONS_HELO_NO_DOT,
				   MAILGUARD_ACTION_DENY));
	smtp_policy_tie(&other);
	wire_text(w, SMTP_CLIENT, "HELO localhost\r\n");
	wire_text(w, SMTP_SERVER, "250 mx\r\n");
	ASSERT_TRUE(smtp_stream_may_renew(&w->stream));
	smtp_stream_renew(&w->stream, &other);
	wire_text(w, SMTP_CLIENT, "MAIL FROM:<a@b.c>\r\n");
	EXPECT_EQ(0U, w->total.count[MAILGUARD_REASON_DENIED_NO_HELO]);
	wire_text(w, SMTP_SERVER, "250 ok\r\n");
	wire_text(w, SMTP_CLIENT, "HELO localhost\r\n");
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_DENIED_HELO_NO_DOT]);
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
	free(w->stream.history[SMTP_CLIENT].memory);
	w->stream.history[SMTP_CLIENT].memory = NULL;
	w->stream.history[SMTP_CLIENT].cells = 0;
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
		       const char *bytes)
{
	struct smtp_events ev = wire_send_bytes(w, dir, off, bytes,
						strlen(bytes));

	return ev.verdict == SMTP_DROP &&
	       ev.count[MAILGUARD_REASON_NO_MEMORY] == 1;
}

/* Bytes that can't be had: new, repeated, acknowledged, content, ahead. */
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
	wire_send_bytes(w, SMTP_CLIENT, 0, "NOOP\r\n", 6);
	EXPECT_EQ(0, memcmp(w->out[SMTP_CLIENT], "XXXX\r\n", 6));
}

/* Of content only its lines are remembered, and the end of data. */
TEST_F(stream, content_is_in_the_history)
{
	static const char mail[] = "text\r\n\r\n.\r\nVRFY\r\n";
	struct wire *w = &self->w;
	struct smtp_history *history = &w->stream.history[SMTP_CLIENT];

	wire_text(w, SMTP_CLIENT, "DATA\r\n");
	wire_text(w, SMTP_SERVER, "354 go\r\n");
	wire_text(w, SMTP_CLIENT, mail);
	EXPECT_EQ(1U, history->used);
	EXPECT_EQ(4U + 2 + 6 + 1 + 1 + 2 + 3 + 6, history->end);
	wire_send_bytes(w, SMTP_CLIENT, 0, "EXPN\r\n", 6);
	wire_send_bytes(w, SMTP_CLIENT, 12, "X..X.\r\n\r\nX", 11);
	wire_send_bytes(w, SMTP_CLIENT, 17, "EXPN\r\n", 6);
	EXPECT_FALSE(w->differs);
	wire_ack(w, SMTP_CLIENT, 10);
	wire_send_bytes(w, SMTP_CLIENT, 17, "EXPN\r\n", 6);
	EXPECT_FALSE(w->differs);
	wire_ack(w, SMTP_CLIENT, w->got[SMTP_CLIENT]);
	EXPECT_EQ(0U, history->used);
}

/* A line under way needs no memory once it is acknowledged. */
TEST_F(stream, nothing_outstanding_is_no_history)
{
	struct wire *w = &self->w;
	struct smtp_history *history = &w->stream.history[SMTP_CLIENT];

	wire_text(w, SMTP_CLIENT, "DATA\r\n");
	wire_text(w, SMTP_SERVER, "354 go\r\n");
	wire_text(w, SMTP_CLIENT, "text\r");
	EXPECT_NE(0U, history->used);
	wire_ack(w, SMTP_CLIENT, 11);
	EXPECT_EQ(0U, history->used);
	wire_text(w, SMTP_CLIENT, "\n.\r\n");
	wire_send_bytes(w, SMTP_CLIENT, 11, "x.\r\n", 4);
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
