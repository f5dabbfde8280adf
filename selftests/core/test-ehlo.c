// SPDX-License-Identifier: GPL-2.0
/* A keyword of the reply to EHLO is judged whole, and the server gets on. */
#include <stdio.h>

#include "action.h"
#include "harness.h"
#include "wire.h"

FIXTURE(ehlo)
{
	struct smtp_policy policy;
	struct wire w;
};

FIXTURE_SETUP(ehlo)
{
	ASSERT_EQ(0, smtp_policy_default(&self->policy));
	ASSERT_EQ(NULL, smtp_policy_permit(&self->policy, "ehlo"));
	wire_open(&self->w, &self->policy, 1000, 0xfffffff0);
	wire_text(&self->w, SMTP_SERVER, "220 mx\r\n");
	wire_text(&self->w, SMTP_CLIENT, "EHLO c\r\n");
	wire_text(&self->w, SMTP_SERVER, "250-mx\r\n");
	wire_ack(&self->w, SMTP_SERVER, self->w.got[SMTP_SERVER]);
}

FIXTURE_TEARDOWN(ehlo)
{
	wire_close(&self->w);
}

/* Is this all that the client has of the reply behind "220 mx, 250-mx"? */
static bool got(const struct wire *w, const char *text)
{
	return w->got[SMTP_SERVER] == 16 + strlen(text) &&
	       !memcmp(w->out[SMTP_SERVER] + 16, text, strlen(text));
}

/* The server sends bytes from an offset behind that on. */
static struct smtp_events serve(struct wire *w, u32 off, const char *text)
{
	return wire_send_bytes(w, SMTP_SERVER, 16 + off, text, strlen(text));
}

TEST_F(ehlo, a_segment_is_cut_before_a_keyword)
{
	struct wire *w = &self->w;
	struct smtp_events ev;

	ev = serve(w, 0, "250-SIZE\r\n250-START");
	EXPECT_TRUE(ev.verdict == SMTP_HOLD);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_HELD_KEYWORD]);
	EXPECT_TRUE(got(w, "250-SIZE\r\n250-"));
	/* The rest alone is ahead of the stream. */
	ev = serve(w, 19, "TLS\r\n");
	EXPECT_TRUE(ev.verdict == SMTP_DROP);
	ev = serve(w, 14, "STARTTLS");
	EXPECT_TRUE(ev.verdict == SMTP_HOLD);
	EXPECT_TRUE(got(w, "250-SIZE\r\n250-"));
	ev = serve(w, 14, "STARTTLS\r");
	EXPECT_TRUE(ev.verdict == SMTP_PASS);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_MASKED_KEYWORDS]);
	EXPECT_TRUE(got(w, "250-SIZE\r\n250-XXXXXXXA\r"));
}

TEST_F(ehlo, a_segment_that_is_part_of_a_keyword_is_cut_to_nothing)
{
	struct wire *w = &self->w;
	struct smtp_events ev;

	serve(w, 0, "250-");
	ev = serve(w, 4, "A");
	EXPECT_TRUE(ev.verdict == SMTP_HOLD);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_HELD_KEYWORD]);
	EXPECT_TRUE(got(w, "250-"));
	/* It says something else now; nothing of it was sent on. */
	ev = serve(w, 4, "8BIT");
	EXPECT_TRUE(ev.verdict == SMTP_PASS);
	EXPECT_TRUE(got(w, "250-8BIT"));
	ev = serve(w, 8, "MIME\r\n250 AUTH LOGIN\r\n");
	EXPECT_TRUE(got(w, "250-8BITMIME\r\n250 XXXA XXXXX\r\n"));
}

/* Not even one that is longer than a segment's first look at it. */
TEST_F(ehlo, what_can_be_no_denied_keyword_waits_for_nothing)
{
	struct wire *w = &self->w;
	struct smtp_events ev;

	ev = serve(w, 0, "250-ENH");
	EXPECT_TRUE(ev.verdict == SMTP_PASS);
	ev = serve(w, 7, "ANCED");
	EXPECT_TRUE(ev.verdict == SMTP_PASS);
	ev = serve(w, 12, "STATUSCODES\r\n250-STARTTLSX");
	EXPECT_TRUE(ev.verdict == SMTP_PASS);
	EXPECT_TRUE(got(w, "250-ENHANCEDSTATUSCODES\r\n250-STARTTLSX"));
}

/* Whatever was sent on is repeated so, in any cut. */
TEST_F(ehlo, a_masked_keyword_is_masked_again)
{
	struct wire *w = &self->w;

	serve(w, 0, "250-AUTH PLAIN\r\n250-VRFY\r\n250 ETRN\r\n");
	EXPECT_TRUE(got(w, "250-XXXA XXXXX\r\n250-XXXB\r\n250 XXXC\r\n"));
	serve(w, 4, "AUTH");
	serve(w, 6, "TH PLAIN\r\n250-V");
	serve(w, 21, "RFY\r\n250 ETRN\r\n");
	serve(w, 4, "STARTTLS\r\n");
	EXPECT_FALSE(w->differs);
	EXPECT_EQ(3U, w->total.count[MAILGUARD_REASON_MASKED_KEYWORDS]);
}

/* One byte after the other, and all that is not acknowledged with it. */
TEST_F(ehlo, a_server_that_writes_bytes_gets_on)
{
	static const char reply[] =
		"250-X_PIPE_CONNECT\r\n250-SIZE\r\n250-AUTH=LOGIN\r\n"
		"250-XSHADOWREQUEST\r\n250-STARTTLSSTARTTLSSTARTTLS\r\n"
		"250 CHUNKING\r\n";
	struct wire *w = &self->w;
	u32 end, tries = 0;

	wire_say(w, SMTP_SERVER, reply, strlen(reply));
	for (end = 17; end <= w->said[SMTP_SERVER]; end++, tries++)
		wire_send(w, SMTP_SERVER, w->got[SMTP_SERVER],
			  end - w->got[SMTP_SERVER]);
	EXPECT_TRUE(got(w,
			"250-XXXXXXXXXXXXXA\r\n250-SIZE\r\n250-XXXB XXXXX\r\n"
			   "250-XXXXXXXXXXXXXC\r\n250-STARTTLSSTARTTLSSTARTTLS\r\n"
			   "250 XXXXXXXD\r\n"));
	EXPECT_EQ(strlen(reply), tries);
}

/*
 * A server whose congestion window is one segment repeats that one, and sends no
 * more before it is acknowledged: part of a keyword passes, but no denied one.
 */
static bool gets_on_by_bytes(struct wire *w, const char *reply,
			     const char *wanted)
{
	u32 off;

	wire_ack(w, SMTP_SERVER, w->got[SMTP_SERVER]);
	for (off = 0; off < strlen(reply); off++) {
		u32 at = w->got[SMTP_SERVER];

		wire_send_bytes(w, SMTP_SERVER, at, reply + off, 1);
		if (w->got[SMTP_SERVER] == at)
			wire_send_bytes(w, SMTP_SERVER, at, reply + off, 1);
		if (w->got[SMTP_SERVER] != at + 1)
			return false;
	}
	return !w->differs && got(w, wanted);
}

TEST_F(ehlo, a_server_that_must_wait_for_acknowledgments_gets_on)
{
	static const char reply[] =
		"250-STARTTLS\r\n250-SIZE\r\n250-AUTH=LOGIN X\r\n"
		"250-XPROXYFROM\r\n250-xproxy\r\n250-XPROXYTOO A\r\n250-ONEX\r\n"
		"250-SMTPUTF8\r\n250-PIPELINING\r\n250-BINARYMIM\r\n250 CHUNKING\r\n";
	static const char wanted[] =
		"250-STARTTLX\r\n250-SIZE\r\n250-AUTX XXXXXXX\r\n"
		"250-XPROXXFROX\r\n250-xproxX\r\n250-XPROXXTXO A\r\n250-ONEA\r\n"
		"250-SMTPUTF8\r\n250-PIPELINING\r\n250-BINARYMIM\r\n250 CHUNKINX\r\n";

	EXPECT_TRUE(gets_on_by_bytes(&self->w, reply, wanted));
	EXPECT_EQ(1U << SMTP_EXTENSION_CHUNKING | 1U << SMTP_EXTENSION_SMTPUTF8,
		  self->w.stream.session.offered & (u32)SMTP_EXTENSIONS);
	EXPECT_EQ(6U, self->w.total.count[MAILGUARD_REASON_MASKED_KEYWORDS]);
}

/* From now on only listed keywords are offered, and this is one of them. */
static void list_keyword(struct smtp_policy *policy, const char *keyword)
{
	policy->keywords.on = true;
	smtp_word_list_add(&policy->keywords, keyword);
	smtp_policy_tie(policy);
}

TEST_F(ehlo, the_same_where_only_listed_keywords_are_offered)
{
	static const char reply[] =
		"250-SIZE 1\r\n250-SIZ 1\r\n250-SIZES 1\r\n250-DSN 1\r\n"
		"250-XX\r\n250-ABCDEFGHIJKLMNOPQRSTUVWXYZABCD 1\r\n250 size\r\n";
	static const char wanted[] =
		"250-SIZE 1\r\n250-SIZ X\r\n250-SIZEX X\r\n250-XXX X\r\n"
		"250-AA\r\n250-XXXXXXXXXXXXXXXXXXXXXXXAXXXXXX X\r\n250 size\r\n";

	list_keyword(&self->policy, "size");
	EXPECT_TRUE(gets_on_by_bytes(&self->w, reply, wanted));
	EXPECT_EQ(5U, self->w.total.count[MAILGUARD_REASON_MASKED_KEYWORDS]);
}

/* Its end is in another segment than its beginning, and in another window. */
TEST_F(ehlo, a_keyword_of_ten_thousand_bytes)
{
	static char keyword[10001], masked[10001];
	struct wire *w = &self->w;
	u32 at, end;

	memset(keyword, 'Q', sizeof(keyword) - 1);
	memset(masked, 'X', sizeof(masked) - 1);
	masked[SMTP_KEYWORD_LEN] = 'A';
	list_keyword(&self->policy, "size");
	wire_say(w, SMTP_SERVER, "250-", 4);
	wire_say(w, SMTP_SERVER, keyword, sizeof(keyword) - 1);
	wire_say(w, SMTP_SERVER, " Q\r\n250 SIZE\r\n", 14);
	for (at = 16; at < w->said[SMTP_SERVER]; at = end) {
		end = smtp_at_most(at + 1400, w->said[SMTP_SERVER]);
		wire_send(w, SMTP_SERVER, at, end - at);
		ASSERT_EQ(end, w->got[SMTP_SERVER]);
		wire_ack(w, SMTP_SERVER, end);
	}
	EXPECT_EQ(0, memcmp(w->out[SMTP_SERVER] + 20, masked,
			    sizeof(masked) - 1));
	EXPECT_EQ(0, memcmp(w->out[SMTP_SERVER] + 10020, " X\r\n250 SIZE\r\n",
			    14));
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_MASKED_KEYWORDS]);
}

/* The client sees a thousand keywords, and no two are equal. */
TEST_F(ehlo, a_thousand_lines)
{
	struct wire *w = &self->w;
	const u8 *lines, *line, *other;
	char reply[20];
	u32 i;

	list_keyword(&self->policy, "size");
	for (i = 0; i < 1000; i++) {
		snprintf(reply, sizeof(reply), "250-K%03u %u\r\n", i, i % 10);
		wire_text(w, SMTP_SERVER, reply);
		wire_ack(w, SMTP_SERVER, w->got[SMTP_SERVER]);
	}
	wire_text(w, SMTP_SERVER, "250 size\r\n");
	ASSERT_EQ(16U + 12 * 1000 + 10, w->got[SMTP_SERVER]);
	EXPECT_EQ(1000U, w->total.count[MAILGUARD_REASON_MASKED_KEYWORDS]);
	lines = w->out[SMTP_SERVER] + 16;
	for (line = lines; line < lines + 12000; line += 12) {
		ASSERT_EQ(0, memcmp(line + 8, " X\r\n", 4));
		ASSERT_EQ('X', line[4]);
		for (other = lines; other < line; other += 12)
			ASSERT_NE(0, memcmp(line, other, 12));
	}
}

/* A long reply is looked at in windows, whose ends are none of a segment's. */
TEST_F(ehlo, a_keyword_at_the_end_of_a_window)
{
	struct wire *w = &self->w;
	char reply[200], wanted[200];
	u32 len;

	for (len = 1; len < 150; len++) {
		struct smtp_events ev;
		u32 at = w->got[SMTP_SERVER];

		snprintf(reply, sizeof(reply), "250-%0*d\r\n250-STARTTLS\r\n",
			 len, 0);
		snprintf(wanted, sizeof(wanted),
			 "250-%0*d\r\n250-XXXXXX", len, 0);
		ev = serve(w, at - 16, reply);
		EXPECT_TRUE(ev.verdict == SMTP_PASS);
		EXPECT_EQ(0, memcmp(w->out[SMTP_SERVER] + at, wanted,
				    strlen(wanted)));
		wire_ack(w, SMTP_SERVER, w->got[SMTP_SERVER]);
	}
}

/* Room for part of a keyword is none. */
TEST_F(ehlo, a_keyword_for_which_memory_is_short)
{
	static const char line[] = "250-STARTTLS\r\n";
	struct wire *w = &self->w;
	struct smtp_events ev;
	u32 at, sent = 0;

	do {
		at = w->got[SMTP_SERVER] - 16;
		ev = serve(w, at, line + sent % 14);
		sent = w->got[SMTP_SERVER] - 16;
	} while (ev.verdict == SMTP_PASS);
	EXPECT_TRUE(ev.verdict == SMTP_HOLD);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_HELD_MEMORY]);
	EXPECT_LT((u32)WIRE_MEMORY / 2, sent);
	wire_ack(w, SMTP_SERVER, w->got[SMTP_SERVER]);
	ev = serve(w, sent, line + sent % 14);
	EXPECT_TRUE(ev.verdict == SMTP_PASS);
	EXPECT_EQ(0, memcmp(w->out[SMTP_SERVER] + w->got[SMTP_SERVER] - 10,
			    "XXXXX", 5));
}

/* What the server offers is not what the client sees. */
TEST_F(ehlo, a_masked_offer_is_known)
{
	struct wire *w = &self->w;

	serve(w, 0, "250-CHUNKING\r\n250 XEXCH50\r\n");
	EXPECT_EQ(1U << SMTP_EXTENSION_CHUNKING | 1U << SMTP_EXTENSION_XEXCH50,
		  w->stream.session.offered & (u32)SMTP_EXTENSIONS);
	wire_text(w, SMTP_CLIENT, "BDAT 6\r\nNOOP\r\n");
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_RESET_CHUNK]);
	EXPECT_EQ(0, memcmp(w->out[SMTP_CLIENT] + 8, "XXXX", 4));
	EXPECT_EQ(12U, w->got[SMTP_CLIENT]);
}

/* An own verb, an action, a verb that comes later: each counts at once. */
TEST(what_unties_a_keyword)
{
	struct smtp_policy policy;
	u64 all, word;

	smtp_policy_init(&policy);
	all = policy.keywords.masked;
	EXPECT_EQ(0U, all & 1U << SMTP_EXTENSION_SMTPUTF8);
	EXPECT_EQ(NULL, smtp_policy_permit(&policy, "bdat"));
	word = all & ~policy.keywords.masked;
	EXPECT_EQ(2, __builtin_popcountll(word));
	EXPECT_NE(0U, word & 1U << SMTP_EXTENSION_CHUNKING);
	all = policy.keywords.masked;
	EXPECT_EQ(NULL, smtp_policy_permit_own(&policy, "xshadow"));
	EXPECT_EQ(1, __builtin_popcountll(all & ~policy.keywords.masked));
	all = policy.keywords.masked;
	EXPECT_EQ(NULL, set_action(&policy, MAILGUARD_A_ACTIONS_PRDR,
				   MAILGUARD_ACTION_PASS));
	EXPECT_EQ(1ULL << SMTP_EXTENSION_PRDR, all & ~policy.keywords.masked);
	EXPECT_EQ(NULL, set_action(&policy, MAILGUARD_A_ACTIONS_PIPELINING,
				   MAILGUARD_ACTION_HOLD));
	EXPECT_EQ(1, __builtin_popcountll(policy.keywords.masked & ~all));
}

static bool is_masked(const struct smtp_policy *policy, const char *keyword)
{
	u64 word = smtp_keywords_find(&policy->keywords.words, ~0ULL, keyword);

	return word & policy->keywords.masked;
}

/* A verb is denied with the keyword that offers it, in any order. */
TEST(what_a_list_ties)
{
	struct smtp_policy policy;

	smtp_policy_init(&policy);
	list_keyword(&policy, "etrn");
	EXPECT_EQ(NULL, smtp_policy_permit(&policy, "bdat"));
	EXPECT_EQ(NULL, smtp_policy_permit(&policy, "etrn"));
	EXPECT_EQ(NULL, smtp_policy_permit(&policy, "quit"));
	EXPECT_EQ(NULL, smtp_policy_permit_own(&policy, "x-own"));
	EXPECT_FALSE(smtp_policy_permits(&policy, "bdat"));
	EXPECT_NE(NULL, smtp_policy_permit(&policy, "bdat"));
	EXPECT_TRUE(smtp_policy_permits(&policy, "etrn"));
	EXPECT_TRUE(smtp_policy_permits(&policy, "quit"));
	EXPECT_TRUE(smtp_policy_permits(&policy, "x-own"));
	/* CHUNKING offers BDAT; BINARYMIME only makes use of it. */
	list_keyword(&policy, "chunking");
	EXPECT_TRUE(smtp_policy_permits(&policy, "bdat"));
	EXPECT_TRUE(is_masked(&policy, "binarymime"));
	list_keyword(&policy, "binarymime");
	EXPECT_FALSE(is_masked(&policy, "binarymime"));
	list_keyword(&policy, "starttls");
	EXPECT_TRUE(is_masked(&policy, "starttls"));
}

TEST(what_can_be_listed)
{
	struct smtp_word_list list = {};
	char word[SMTP_KEYWORD_LEN + 1];
	unsigned int i;

	smtp_ehlo_keywords(&list);
	EXPECT_EQ(NULL, smtp_word_list_add(&list, "Size"));
	EXPECT_NE(NULL, smtp_word_list_add(&list, "sIZE"));
	EXPECT_EQ(NULL, smtp_word_list_add(&list, "X_PIPE_CONNECT"));
	EXPECT_NE(NULL, smtp_word_list_add(&list, "x_pipe_connect"));
	EXPECT_NE(NULL, smtp_word_list_add(&list, ""));
	EXPECT_NE(NULL, smtp_word_list_add(&list, "-x"));
	EXPECT_NE(NULL, smtp_word_list_add(&list, "_x"));
	EXPECT_NE(NULL, smtp_word_list_add(&list, "auth="));
	EXPECT_NE(NULL, smtp_word_list_add(&list, " auth"));
	EXPECT_EQ(NULL, smtp_word_list_add(&list, "abcdefghijklmnopqrstuvwx"));
	EXPECT_NE(NULL, smtp_word_list_add(&list, "abcdefghijklmnopqrstuvwxy"));
	for (i = 0; list.used < SMTP_WORDS_MAX; i++) {
		snprintf(word, sizeof(word), "W%u", i);
		EXPECT_EQ(NULL, smtp_word_list_add(&list, word));
	}
	EXPECT_LT(16U, i);
	EXPECT_NE(NULL, smtp_word_list_add(&list, "W"));
	EXPECT_EQ(NULL, smtp_word_list_add(&list, "starttls"));
	EXPECT_STREQ("SIZE", smtp_keywords_name(&list.words, list.bit[0], word));
	EXPECT_STREQ("X_PIPE_CONNECT",
		     smtp_keywords_name(&list.words, list.bit[1], word));
	EXPECT_STREQ("STARTTLS",
		     smtp_keywords_name(&list.words, list.bit[list.count - 1],
					word));
}

TEST_HARNESS_MAIN
