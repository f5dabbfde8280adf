// SPDX-License-Identifier: GPL-2.0
/* What the answers to "mailguard probe" mean. */
#include <stdio.h>

#include "../core/harness.h"
#include "probe/probe.h"

#define POSTFIX		"220 mx.example.org ESMTP Postfix"
#define EXTENSIONS	"250-mx\n250-AUTH PLAIN\n250-SIZE 1\n250-STARTTLS\n" \
			"250 8BITMIME"

/* Lines of a reply as it was heard, NULL where nothing was. */
struct heard {
	const char *greeting, *ehlo, *helo, *noop, *nonsense;
};

FIXTURE(probe)
{
	struct probe_line lines[5][8];
	struct probe_transcript t;
	struct probe_findings f;
};

static void hear(struct probe_line *lines, struct probe_reply *r,
		 const char *text)
{
	const char *end;

	for (; text; text = *end ? end + 1 : NULL) {
		struct probe_line *line = &lines[r->count++];

		end = strchrnul(text, '\n');
		/* A copy of the very size, for the sanitizer to guard. */
		line->len = end - text;
		line->bytes = malloc(line->len);
		memcpy(line->bytes, text, line->len);
		r->lines = lines;
		r->end = probe_line_is_reply(line) ? PROBE_COMPLETE :
						     PROBE_MALFORMED;
	}
	if (r->count && probe_line_is_reply(lines))
		sscanf(lines->bytes, "%3d", &r->code);
}

static void judge(struct _test_data_probe *p, const struct heard *h)
{
	hear(p->lines[0], &p->t.greeting, h->greeting);
	hear(p->lines[1], &p->t.ehlo, h->ehlo);
	hear(p->lines[2], &p->t.helo, h->helo);
	hear(p->lines[3], &p->t.noop, h->noop);
	hear(p->lines[4], &p->t.nonsense, h->nonsense);
	probe_judge(&p->t, &p->f);
}

FIXTURE_SETUP(probe)
{
	memset(self, 0, sizeof(*self));
}

FIXTURE_TEARDOWN(probe)
{
	int i, j;

	for (i = 0; i < 5; i++)
		for (j = 0; j < 8; j++)
			free(self->lines[i][j].bytes);
}

static unsigned int profile(enum probe_profile m)
{
	return 1U << m;
}

/* Ordinary servers: nobody must be suspected. */

TEST_F(probe, postfix)
{
	const struct heard h = {
		POSTFIX, EXTENSIONS, NULL, "250 2.0.0 Ok",
		"502 5.5.2 Error: command not recognized"
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_NONE, self->f.verdict);
	EXPECT_EQ(DENIED_REFUSED, self->f.denied);
	EXPECT_EQ(OFFER_MADE, self->f.offers[EXTENSION_AUTH]);
	EXPECT_EQ(OFFER_MADE, self->f.offers[EXTENSION_8BITMIME]);
	EXPECT_EQ(0U, self->f.profiles);
}

TEST_F(probe, sendmail_echoes)
{
	const struct heard h = {
		"220 mx ESMTP Sendmail 8.17", EXTENSIONS,
		NULL, "250 2.0.0 OK",
		"500 5.5.1 Command unrecognized: \"goodmorning\""
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_NONE, self->f.verdict);
	EXPECT_EQ(DENIED_ECHOED, self->f.denied);
}

TEST_F(probe, an_old_server_that_echoes)
{
	const struct heard h = {
		"220 mx ESMTP", "500 EHLO?", "250 mx",
		"250 OK", "500 GOODMORNING?"
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_NONE, self->f.verdict);
	EXPECT_EQ(EHLO_REFUSED, self->f.ehlo);
}

TEST_F(probe, an_old_server_that_tells_nothing)
{
	const struct heard h = {
		"220 mx SMTP", "500 what?", "250 mx",
		"250 OK", "500 what?"
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_UNKNOWN, self->f.verdict);
	EXPECT_NE(NULL, self->f.why);
}

TEST_F(probe, asterisks_for_an_ornament)
{
	const struct heard h = {
		"220 *** mx ESMTP ***", EXTENSIONS, NULL,
		"250 OK", "500 unrecognized command"
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_NONE, self->f.verdict);
	EXPECT_EQ(BANNER_CLEAR, self->f.banner);
}

/* The captures of products that are known. */

TEST_F(probe, pix_4)
{
	const struct heard h = {
		"220 SMTP/cmap_____________ read", "250 OK",
		NULL, "250 2.0.0 Ok", "250 OK"
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_CERTAIN, self->f.verdict);
	EXPECT_EQ(BANNER_CMAP, self->f.banner);
	EXPECT_EQ(DENIED_OK, self->f.denied);
	EXPECT_EQ(EHLO_SWALLOWED, self->f.ehlo);
	EXPECT_EQ(profile(PROFILE_PIX_4_0), self->f.profiles);
	EXPECT_EQ(OFFER_LOST, self->f.offers[EXTENSION_STARTTLS]);
}

TEST_F(probe, an_ok_without_a_code)
{
	const struct heard h = {
		"220 SMTP/cmap ready____", "OK", NULL,
		"250 2.0.0 Ok", "OK"
	};

	judge(self, &h);
	EXPECT_EQ(DENIED_OK, self->f.denied);
	EXPECT_EQ(EHLO_SWALLOWED, self->f.ehlo);
}

TEST_F(probe, pix_5)
{
	const struct heard h = {
		"220 ******0*2******0***2002*******2***0*00",
		"250 2.0.0 Ok", NULL, "250 2.0.0 Ok", "250 2.0.0 Ok"
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_CERTAIN, self->f.verdict);
	EXPECT_EQ(BANNER_ASTERISKS_20, self->f.banner);
	EXPECT_EQ(DENIED_NOOP, self->f.denied);
	EXPECT_EQ(profile(PROFILE_PIX_5_1), self->f.profiles);
}

TEST_F(probe, pix_6)
{
	const struct heard h = {
		"220 *******************************",
		"502 Error: command not implemented", "250 mail",
		"250 Ok", "502 Error: command not implemented"
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_CERTAIN, self->f.verdict);
	EXPECT_EQ(EHLO_REFUSED, self->f.ehlo);
	EXPECT_EQ(profile(PROFILE_PIX_6_3), self->f.profiles);
}

TEST_F(probe, a_greeting_without_the_blank)
{
	const struct heard h = {
		.greeting = "220***************"
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_CERTAIN, self->f.verdict);
	EXPECT_TRUE(self->f.endless_greeting);
}

TEST_F(probe, a_masked_second_line)
{
	const struct heard h = {
		"220-*********\n****0*************",
		EXTENSIONS, NULL, NULL, NULL
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_CERTAIN, self->f.verdict);
	EXPECT_EQ(BANNER_ASTERISKS_20, self->f.banner);
	EXPECT_TRUE(self->f.endless_greeting);
}

TEST_F(probe, asa)
{
	const struct heard h = {
		"220 **********",
		"250-mx\n250-SIZE 1\n250-XXXXXXXA\n250 XXXB", NULL,
		"250 OK", "500 Command unknown: 'XXXXXXXXXXX'"
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_CERTAIN, self->f.verdict);
	EXPECT_TRUE(self->f.masked_keywords);
	EXPECT_EQ(DENIED_X, self->f.denied);
	EXPECT_EQ(profile(PROFILE_ASA), self->f.profiles);
	EXPECT_EQ(OFFER_MADE, self->f.offers[EXTENSION_SIZE]);
	EXPECT_EQ(OFFER_MASKED, self->f.offers[EXTENSION_STARTTLS]);
	EXPECT_EQ(OFFER_MASKED, self->f.offers[EXTENSION_AUTH]);
}

TEST_F(probe, asa_without_mask_banner)
{
	const struct heard h = {
		POSTFIX, "250-mx\n250 XXXXXXXA", NULL,
		"250 OK", "502 no"
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_CERTAIN, self->f.verdict);
	EXPECT_EQ(profile(PROFILE_ASA), self->f.profiles);
}

/* Ours. */

TEST_F(probe, the_default_policy)
{
	const struct heard h = {
		"220 ***************",
		"500 Command unrecognized                ", "250 mx",
		"250 Ok", "500 Command unrecognized                "
	};

	judge(self, &h);
	EXPECT_EQ(DENIED_REPLACED, self->f.denied);
	EXPECT_EQ(profile(PROFILE_MAILGUARD), self->f.profiles);
}

TEST_F(probe, the_default_policy_before_a_server_of_few_words)
{
	const struct heard h = {
		"220 ***************", "500 Command unre",
		"250 mx", "250 Ok", "500 Command unre"
	};

	judge(self, &h);
	EXPECT_EQ(DENIED_REPLACED, self->f.denied);
	EXPECT_TRUE(self->f.profiles & profile(PROFILE_MAILGUARD));
}

TEST_F(probe, a_downgrade_behind_a_greeting_that_passes)
{
	const struct heard h = {
		POSTFIX, "250 mx.example.org", NULL,
		"250 2.0.0 Ok",
		"502 5.5.2 Error: command not recognized"
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_LIKELY, self->f.verdict);
	EXPECT_EQ(EHLO_PLAIN, self->f.ehlo);
	EXPECT_EQ(OFFER_LOST, self->f.offers[EXTENSION_AUTH]);
}

/* Whatever else answers. */

TEST_F(probe, nothing)
{
	const struct heard h = {
		.greeting = NULL
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_UNKNOWN, self->f.verdict);
	EXPECT_NE(NULL, self->f.why);
}

TEST_F(probe, no_service)
{
	const struct heard h = {
		.greeting = "554 mx No SMTP service here"
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_UNKNOWN, self->f.verdict);
	EXPECT_STREQ("the server turns us away", self->f.why);
}

TEST_F(probe, ssh)
{
	const struct heard h = {
		.greeting = "SSH-2.0-OpenSSH_9.2p1"
	};

	judge(self, &h);
	EXPECT_STREQ("what answers is no SMTP server", self->f.why);
}

TEST_F(probe, short_lines)
{
	const struct heard h = {
		"220", "250", NULL, "250", "250"
	};

	judge(self, &h);
	EXPECT_EQ(BANNER_CLEAR, self->f.banner);
	EXPECT_EQ(DENIED_NOOP, self->f.denied);
}

TEST_F(probe, empty_lines)
{
	const struct heard h = {
		"\n220", "\n", "\n", "\n", "\n"
	};

	judge(self, &h);
	EXPECT_EQ(PROBE_UNKNOWN, self->f.verdict);
}

TEST_F(probe, a_tls_alert)
{
	hear(self->lines[0], &self->t.premature, "\x15\x03\x01");
	self->t.greeting.end = PROBE_TIMEOUT;
	probe_judge(&self->t, &self->f);
	EXPECT_EQ(0, strncmp("a TLS port", self->f.why, 10));
}

TEST_HARNESS_MAIN
