// SPDX-License-Identifier: GPL-2.0
/* What is counted for the events, and the marks that they set. */
#include "harness.h"

#include "event.h"
#include "wire.h"
#include "../../userspace/language/names.h"

FIXTURE(dialogue) {
	struct smtp_policy policy;
	struct wire w;
};

FIXTURE_SETUP(dialogue)
{
	static const char * const verbs[] = {
		"EHLO", "MAIL", "RCPT", "DATA", "AUTH", "QUIT"
	};
	size_t i;

	smtp_policy_init(&self->policy);
	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		ASSERT_EQ(NULL, smtp_policy_permit(&self->policy, verbs[i]));
	wire_open(&self->w, &self->policy, 1, 1);
	wire_text(&self->w, SMTP_SERVER, "220 a\r\n");
}

FIXTURE_TEARDOWN(dialogue)
{
	wire_close(&self->w);
}

static void ask(struct wire *w, const char *command, const char *reply)
{
	wire_text(w, SMTP_CLIENT, command);
	wire_text(w, SMTP_SERVER, reply);
}

TEST_F(dialogue, recipients)
{
	struct wire *w = &self->w;

	ask(w, "MAIL FROM:<a@b>\r\n", "250 a\r\n");
	ask(w, "RCPT TO:<a@b>\r\nRCPT TO:<b@b>\r\n", "250 a\r\n251-b\r\n251 c\r\n");
	EXPECT_EQ(2U, w->total.count[MAILGUARD_REASON_RECIPIENTS]);
	ask(w, "RCPT TO:<c@b>\r\nRCPT TO:<d@b>\r\n", "550 a\r\n452 b\r\n");
	EXPECT_EQ(2U, w->total.count[MAILGUARD_REASON_RECIPIENTS]);
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_REFUSED_RECIPIENTS]);
	/* The policy refuses this one, and not the server. */
	ask(w, "RCPT TO:<c|d@b>\r\n", "550 a\r\n");
	EXPECT_EQ(1U, w->total.count[MAILGUARD_REASON_REFUSED_RECIPIENTS]);
}

TEST_F(dialogue, auth_failures)
{
	struct wire *w = &self->w;
	const u32 *failures = &w->total.count[MAILGUARD_REASON_AUTH_FAILURES];

	ask(w, "AUTH PLAIN AAAA\r\n", "535 a\r\n");
	EXPECT_EQ(1U, *failures);
	ask(w, "AUTH NTLM\r\n", "504 a\r\n");
	ask(w, "AUTH PLAIN AAAA\r\n", "454 a\r\n");
	EXPECT_EQ(1U, *failures);
	ask(w, "AUTH LOGIN\r\n", "334 a\r\n");
	ask(w, "*\r\n", "501 a\r\n");
	EXPECT_EQ(1U, *failures);
	ask(w, "AUTH LOGIN\r\n", "334 a\r\n");
	ask(w, "AAAA\r\n", "334 a\r\n");
	ask(w, "AAAA\r\n", "554 a\r\n");
	EXPECT_EQ(2U, *failures);
	/* The exchange before is over. */
	ask(w, "AUTH NTLM\r\n", "504 a\r\n");
	EXPECT_EQ(2U, *failures);
	ask(w, "AUTH PLAIN AAAA\r\n", "235 a\r\n");
	ask(w, "MAIL FROM:<a@b>\r\n", "535 a\r\n");
	EXPECT_EQ(2U, *failures);
}

TEST(marks)
{
	struct smtp_policy policy;
	struct smtp_events ev;

	smtp_policy_init(&policy);
	EXPECT_NE(NULL, smtp_policy_mark(&policy, MAILGUARD_EVENT_DENIED,
					 MAILGUARD_MARK_PACKET, 0x10, 0xf));
	EXPECT_EQ(0, policy.marking);
	EXPECT_EQ(NULL, smtp_policy_mark(&policy, MAILGUARD_EVENT_DENIED,
					 MAILGUARD_MARK_PACKET, 0x1, 0xf));
	EXPECT_EQ(NULL, smtp_policy_mark(&policy, MAILGUARD_EVENT_RESET,
					 MAILGUARD_MARK_PACKET, 0x20, 0xf0));
	EXPECT_EQ(NULL, smtp_policy_mark(&policy, MAILGUARD_EVENT_RESET,
					 MAILGUARD_MARK_CONNECTION, ~0U, ~0U));
	smtp_events_begin(&ev);
	EXPECT_EQ(7U, smtp_mark_set(7, &policy, MAILGUARD_MARK_PACKET, &ev));
	smtp_count(&ev, MAILGUARD_REASON_COMMANDS);
	smtp_count(&ev, MAILGUARD_REASON_HELD_DATA);
	EXPECT_EQ(7U, smtp_mark_set(7, &policy, MAILGUARD_MARK_PACKET, &ev));
	smtp_count(&ev, MAILGUARD_REASON_DENIED_BYTE);
	EXPECT_EQ(0xff1U, smtp_mark_set(0xff7, &policy, MAILGUARD_MARK_PACKET,
					&ev));
	EXPECT_EQ(7U, smtp_mark_set(7, &policy, MAILGUARD_MARK_CONNECTION,
				    &ev));
	smtp_count(&ev, MAILGUARD_REASON_RESET_LENGTH);
	EXPECT_EQ(0xf21U, smtp_mark_set(0xff7, &policy, MAILGUARD_MARK_PACKET,
					&ev));
	EXPECT_EQ(~0U, smtp_mark_set(0, &policy, MAILGUARD_MARK_CONNECTION,
				     &ev));
}

TEST(offences)
{
	struct smtp_offenders offenders = {
		.event = MAILGUARD_EVENT_REFUSED_RECIPIENT,
		.after = 3,
		.seconds = 60,
		.mask = 0xff00,
	};
	struct smtp_policy policy;
	struct smtp_events ev;

	smtp_policy_init(&policy);
	EXPECT_EQ(NULL, smtp_policy_offenders(&policy, &offenders));
	EXPECT_EQ(1 << MAILGUARD_EVENT_REFUSED_RECIPIENT, policy.marking);
	/* The kernel gives the number when the policy enters its table. */
	smtp_events_begin(&ev);
	smtp_count(&ev, MAILGUARD_REASON_REFUSED_RECIPIENTS);
	EXPECT_EQ(7U, smtp_mark_offences(7, &policy.offenders, &ev));
	policy.offenders.number = 2;
	EXPECT_EQ(0x10001207U,
		  smtp_mark_offences(0x10000007, &policy.offenders, &ev));
	/* They add up until a rule has seen them, and no further than 15. */
	EXPECT_EQ(0x4207U, smtp_mark_offences(0x3207, &policy.offenders, &ev));
	EXPECT_EQ(0xf207U, smtp_mark_offences(0xf207, &policy.offenders, &ev));
	/* What other policies counted is of another connection. */
	EXPECT_EQ(0x1207U, smtp_mark_offences(0x3507, &policy.offenders, &ev));
	smtp_count_some(&ev, MAILGUARD_REASON_REFUSED_RECIPIENTS, 1000);
	EXPECT_EQ(0xf207U, smtp_mark_offences(7, &policy.offenders, &ev));
	smtp_events_begin(&ev);
	smtp_count(&ev, MAILGUARD_REASON_RECIPIENTS);
	EXPECT_EQ(7U, smtp_mark_offences(7, &policy.offenders, &ev));
}

/* A client is not to blame for what the server sends. */
TEST(offences_reset)
{
	struct smtp_offenders offenders = {
		.event = MAILGUARD_EVENT_RESET,
		.number = 1,
		.mask = MAILGUARD_OFFENDERS_MASK,
	};
	struct smtp_events ev;

	smtp_events_begin(&ev);
	smtp_count(&ev, MAILGUARD_REASON_RESET_REPLY);
	EXPECT_EQ(0U, smtp_mark_offences(0, &offenders, &ev));
	smtp_count(&ev, MAILGUARD_REASON_RESET_ADDRESS);
	EXPECT_EQ(0x11000000U, smtp_mark_offences(0, &offenders, &ev));
}

TEST(offenders_refused)
{
	static const u32 masks[] = { 0, 1, 0x7f, 0x1ff, 0xff01, 0xfe000000 };
	static const u8 innocent[] = {
		MAILGUARD_EVENT_HELD, MAILGUARD_EVENT_RECIPIENT,
		MAILGUARD_EVENT_MESSAGE, MAILGUARD_EVENT_TLS
	};
	struct smtp_offenders offenders = { .after = 1, .seconds = 1 };
	struct smtp_policy policy;
	size_t i;

	smtp_policy_init(&policy);
	for (i = 0; i < ARRAY_SIZE(masks); i++) {
		offenders.mask = masks[i];
		EXPECT_NE(NULL, smtp_policy_offenders(&policy, &offenders));
	}
	offenders.mask = 0x1fe;
	for (i = 0; i < ARRAY_SIZE(innocent); i++) {
		offenders.event = innocent[i];
		EXPECT_NE(NULL, smtp_policy_offenders(&policy, &offenders));
	}
	EXPECT_EQ(0, policy.offenders.after);
}

/* The name of a reason says which of these events it is. */
TEST(reasons_by_name)
{
	static const unsigned int kinds[] = {
		MAILGUARD_EVENT_DENIED, MAILGUARD_EVENT_HELD,
		MAILGUARD_EVENT_RESET, MAILGUARD_EVENT_LIMIT,
	};
	unsigned int why, i;

	for (why = 0; why <= MAILGUARD_REASON_MAX; why++) {
		for (i = 0; i < ARRAY_SIZE(kinds); i++) {
			const char *event = event_names[kinds[i]];
			bool is = !strncmp(reason_names[why], event,
					   strlen(event));
			struct smtp_policy policy;
			struct smtp_events ev;

			smtp_policy_init(&policy);
			smtp_policy_mark(&policy, kinds[i],
					 MAILGUARD_MARK_CONNECTION, 1, 1);
			smtp_events_begin(&ev);
			smtp_count(&ev, why);
			EXPECT_EQ(is, smtp_mark_set(0, &policy,
						    MAILGUARD_MARK_CONNECTION,
						    &ev)) {
				TH_LOG("%s: %s", event, reason_names[why]);
			}
		}
	}
}

TEST_HARNESS_MAIN
