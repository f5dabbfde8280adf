// SPDX-License-Identifier: GPL-2.0
/* What events tell: the text of a line, the code of a reply, what was done. */
#include "harness.h"

#include "event.h"
#include "wire.h"
#include "../../userspace/language/names.h"

FIXTURE(record) {
	struct smtp_policy policy;
	struct wire w;
	char told[4096];
};

FIXTURE_SETUP(record)
{
	static const char * const verbs[] = {
		"EHLO", "MAIL", "RCPT", "DATA", "RSET", "QUIT", "STARTTLS"
	};
	size_t i;

	smtp_policy_init(&self->policy);
	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		ASSERT_EQ(NULL, smtp_policy_permit(&self->policy, verbs[i]));
	wire_open(&self->w, &self->policy, 1, 1);
}

FIXTURE_TEARDOWN(record)
{
	wire_close(&self->w);
}

static void print_entry(char *to, const struct smtp_record *record,
			const struct smtp_record_entry *entry)
{
	int done = smtp_event_done(entry);

	if (done < 0)
		return;
	to += strlen(to);
	to += sprintf(to, "%s %s", reason_names[entry->why], done_names[done]);
	if (entry->count > 1)
		to += sprintf(to, " %u times", entry->count);
	if (entry->code)
		to += sprintf(to, " %u", entry->code);
	if (entry->len)
		to += sprintf(to, " '%.*s'", entry->len,
			      (const char *)entry->text);
	if (entry->hello)
		to += sprintf(to, " [%s]", (const char *)record->name);
	sprintf(to, "\n");
}

/* What is told of a segment. */
static const char *tell_segment(struct wire *w, char *told, enum smtp_dir dir,
				const char *bytes, u32 len)
{
	struct smtp_record record = {};
	struct smtp_events ev;
	u8 *copy = malloc(len);
	u32 at = w->said[dir];
	unsigned int i;

	wire_say(w, dir, bytes, len);
	memcpy(copy, bytes, len);
	smtp_events_begin(&ev);
	ev.record = &record;
	w->said[dir] = at + wire_judge(w, dir, at, copy, len, &ev);
	free(copy);
	*told = '\0';
	for (i = 0; i < record.used; i++)
		print_entry(told, &record, &record.entry[i]);
	return told;
}

#define TELL(dir, bytes, len) \
	tell_segment(&self->w, self->told, dir, bytes, len)
#define CLIENT(text) TELL(SMTP_CLIENT, text, sizeof(text) - 1)
#define SERVER(text) TELL(SMTP_SERVER, text, sizeof(text) - 1)

TEST_F(record, lines)
{
	EXPECT_STREQ("held-greeting held 'EHLO a'\n", CLIENT("EHLO a\r\n"));
	EXPECT_STREQ("", SERVER("220 a\r\n"));
	EXPECT_STREQ("denied-verb denied 'VRFY postmaster'\n"
		     "denied-verb denied 'expn \x1b[31m'\n",
		     CLIENT("VRFY postmaster\r\nRSET\r\nexpn \x1b[31m\r\n"));
	EXPECT_STREQ("", SERVER("500 a\r\n250 b\r\n500 c\r\n"));
	/* A line that began in another segment may be a password. */
	EXPECT_STREQ("", CLIENT("VRFY post"));
	EXPECT_STREQ("denied-verb denied\n", CLIENT("master\r\n"));
}

TEST_F(record, long_lines)
{
	char line[200], expected[200] = "denied-verb denied 'HELP ";

	SERVER("220 a\r\n");
	memset(line, 'a', sizeof(line));
	memcpy(line, "HELP ", 5);
	memset(expected + strlen(expected), 'a', 59);
	strcat(expected, "'\n");
	line[198] = '\r';
	line[199] = '\n';
	EXPECT_STREQ(expected, TELL(SMTP_CLIENT, line, sizeof(line)));
}

/* Eight bytes of a window of 128, and the rest in the next one. */
TEST_F(record, lines_in_two_windows)
{
	char lines[200] = "";
	unsigned int i;

	SERVER("220 a\r\n");
	for (i = 0; i < 20; i++)
		strcat(lines, "RSET\r\n");
	strcat(lines, "HELP abcdefgh\r\n");
	EXPECT_STREQ("denied-verb denied 'HELP abcdefgh'\n",
		     TELL(SMTP_CLIENT, lines, strlen(lines)));
}

TEST_F(record, many_lines)
{
	char lines[200] = "";
	unsigned int i;

	SERVER("220 a\r\n");
	for (i = 0; i < 20; i++)
		strcat(lines, "HELP\r\n");
	TELL(SMTP_CLIENT, lines, strlen(lines));
	EXPECT_NE(NULL, strstr(self->told, "denied 5 times 'HELP'\n"));
}

TEST_F(record, no_password)
{
	SERVER("220 a\r\n");
	EXPECT_STREQ("denied-verb denied 'AUTH PLAIN'\n",
		     CLIENT("AUTH PLAIN AGEAcGFzc3dvcmQ=\r\n"));
	SERVER("500 a\r\n");
	EXPECT_STREQ("denied-verb denied 'auth  login'\n",
		     CLIENT("auth  login  AGEAcGFzc3dvcmQ=\r\n"));
	SERVER("500 a\r\n");
	EXPECT_STREQ("denied-verb denied 'AUTH'\n", CLIENT("AUTH\r\n"));
	SERVER("500 a\r\n");
	ASSERT_EQ(NULL, smtp_policy_permit(&self->policy, "AUTH"));
	EXPECT_STREQ("", CLIENT("AUTH LOGIN\r\n"));
	SERVER("334 a\r\n");
	EXPECT_STREQ("denied-byte denied\n", CLIENT("cGFz\x01\r\n"));
}

TEST_F(record, no_password_in_other_forms)
{
	SERVER("220 a\r\n");
	EXPECT_STREQ("denied-verb denied ' AUTH PLAIN'\n",
		     CLIENT(" AUTH PLAIN AGEAcGFzc3dvcmQ=\r\n"));
	SERVER("500 a\r\n");
	EXPECT_STREQ("denied-verb denied 'AUTH\tPLAIN'\n",
		     CLIENT("AUTH\tPLAIN\tAGEAcGFzc3dvcmQ=\r\n"));
	SERVER("500 a\r\n");
	EXPECT_STREQ("denied-verb denied 'X-EXPS LOGIN'\n"
		     "denied-verb denied\ndenied-verb denied\n",
		     CLIENT("X-EXPS LOGIN AGEA\r\nam9l\r\nc2VjcmV0\r\n"));
	SERVER("500 a\r\n500 a\r\n500 a\r\n");
	/* The response comes before the server asks for it. */
	ASSERT_EQ(NULL, smtp_policy_permit(&self->policy, "AUTH"));
	EXPECT_STREQ("held-auth held\n",
		     CLIENT("AUTH PLAIN\r\nAGEAcGFzc3dvcmQ=\r\n"));
}

/* A client goes on as if AUTH were not denied. */
TEST_F(record, no_password_in_later_segments)
{
	SERVER("220 a\r\n");
	EXPECT_STREQ("denied-verb denied 'AUTH LOGIN'\n",
		     CLIENT("AUTH LOGIN\r\n"));
	EXPECT_STREQ("denied-verb denied\n", CLIENT("am9l\r\n"));
	EXPECT_STREQ("", CLIENT("c2Vjc"));
	EXPECT_STREQ("denied-verb denied\n", CLIENT("mV0\r\n"));
	EXPECT_STREQ("denied-verb denied\n", CLIENT("secret word\r\n"));
	EXPECT_STREQ("denied-verb denied 'VRFY joe'\n"
		     "denied-verb denied 'XYZ'\n",
		     CLIENT("VRFY joe\r\nXYZ\r\n"));
	EXPECT_STREQ("", CLIENT("AU"));
	EXPECT_STREQ("denied-verb denied\n", CLIENT("TH LOGIN\r\n"));
	EXPECT_STREQ("denied-verb denied\n", CLIENT("am9l\r\n"));
	EXPECT_STREQ("", CLIENT("RSET\r\n"));
	EXPECT_STREQ("denied-verb denied 'XYZ'\n", CLIENT("XYZ\r\n"));
}

/* Somebody begins to listen when AUTH has been denied. */
TEST_F(record, no_password_for_a_new_listener)
{
	SERVER("220 a\r\n");
	wire_text(&self->w, SMTP_CLIENT, "AUTH LOGIN\r\n");
	EXPECT_STREQ("denied-verb denied\n", CLIENT("am9l\r\n"));
	EXPECT_STREQ("denied-verb denied 'HELP'\n", CLIENT("HELP\r\n"));
	EXPECT_STREQ("denied-verb denied 'XYZ'\n", CLIENT("XYZ\r\n"));
}

TEST_F(record, replies)
{
	SERVER("220 a\r\n");
	CLIENT("EHLO a\r\n");
	EXPECT_STREQ("masked-keywords masked 'CHUNKING'\n"
		     "masked-keywords masked 'AUTH'\n",
		     SERVER("250-a\r\n250-CHUNKING\r\n250-SIZE 1\r\n250 AUTH PLAIN\r\n"));
	CLIENT("MAIL FROM:<a@b>\r\n");
	SERVER("250 a\r\n");
	CLIENT("RCPT TO:<a@b>\r\n");
	EXPECT_STREQ("refused-recipients logged 550\n", SERVER("550 a\r\n"));
	EXPECT_STREQ("reset-reply reset 250\n", SERVER("250 a\r\n"));
}

#define RANDOM	"01234567890123456789012345678901"

TEST_F(record, hello)
{
	static const char hello[] = "\x16\3\1\0\x3d\1\0\0\x39\3\3" RANDOM
		"\0\0\2\x13\1\1\0\0\x0e\0\0\0\x0a\0\x08\0\0\5mx.eu";

	SERVER("220 a\r\n");
	CLIENT("STARTTLS\r\n");
	EXPECT_STREQ("", SERVER("220 a\r\n"));
	EXPECT_STREQ("tls logged [mx.eu]\n", CLIENT(hello));
	EXPECT_TRUE(self->w.stream.session.had_tls);
}

/* All that denies, holds and resets is told, and nothing ordinary is. */
TEST(done)
{
	static const char * const kinds[][2] = {
		{ "denied", "denied" }, { "held", "held" }, { "reset", "reset" },
		{ "limit", "logged" }, { "masked", "masked" },
		{ "unfollowed", "passed" }, { "bare-lf", "passed" },
		{ "unexpected-reply", "passed" }, { "defanged", "edited" },
		{ "downgraded", "edited" }, { "forged", "dropped" },
	};
	struct smtp_record_entry entry = {};
	unsigned int why, i;
	int done;

	for (why = 0; why <= MAILGUARD_REASON_MAX; why++) {
		entry.why = why;
		done = smtp_event_done(&entry);
		for (i = 0; i < ARRAY_SIZE(kinds); i++) {
			if (strncmp(reason_names[why], kinds[i][0],
				    strlen(kinds[i][0])))
				continue;
			ASSERT_LE(0, done);
			EXPECT_STREQ(kinds[i][1], done_names[done]);
		}
	}
	entry.why = MAILGUARD_REASON_COMMANDS;
	EXPECT_EQ(-1, smtp_event_done(&entry));
	entry.why = MAILGUARD_REASON_LIMIT_SIZE;
	entry.denied = true;
	EXPECT_EQ(MAILGUARD_DONE_DENIED, smtp_event_done(&entry));
}

TEST_HARNESS_MAIN
