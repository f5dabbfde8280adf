// SPDX-License-Identifier: GPL-2.0
/* Keyword automata and the compiling of policies. */
#include <stdio.h>

#include "action.h"
#include "harness.h"
#include "policy.h"
#include "../../userspace/language/names.h"

static u64 walk(const struct smtp_keywords *words, const char *text)
{
	u64 reach = ~0ULL;
	unsigned int i;

	for (i = 0; text[i]; i++)
		reach = smtp_keywords_step(words, reach, i, text[i]);
	return smtp_keywords_ending(words, reach, i);
}

TEST(keywords)
{
	struct smtp_keywords words = {};

	EXPECT_EQ(0, smtp_keywords_add(&words, "HELO", 0));
	EXPECT_EQ(0, smtp_keywords_add(&words, "HELP", 1));
	EXPECT_EQ(0, smtp_keywords_add(&words, "X-LINK2STATE", 63));
	EXPECT_EQ(-EINVAL, smtp_keywords_add(&words, "", 2));
	EXPECT_EQ(-EINVAL, smtp_keywords_add(&words, "A B", 2));
	EXPECT_EQ(-EINVAL, smtp_keywords_add(&words, "ABCDEFGHIJKLMNOPQRSTUVWXY",
					     2));
	EXPECT_EQ(-EINVAL, smtp_keywords_add(&words, "A", SMTP_KEYWORDS));
	EXPECT_EQ(1ULL, walk(&words, "HELO"));
	EXPECT_EQ(2ULL, walk(&words, "hElP"));
	EXPECT_EQ(1ULL << 63, walk(&words, "x-link2state"));
	EXPECT_EQ(0ULL, walk(&words, "HEL"));
	EXPECT_EQ(0ULL, walk(&words, "HELPX"));
	EXPECT_EQ(0ULL, walk(&words, "X-LINK2STATEXXXXXXX"));
	/* The eighth bit, and the neighbours of the letters. */
	EXPECT_EQ(0ULL, walk(&words, "\310ELO"));
	EXPECT_EQ(0ULL, walk(&words, "(ELO"));
}

TEST(verbs_that_can_be_permitted)
{
	struct smtp_policy policy;
	char name[SMTP_KEYWORD_LEN + 1];

	smtp_policy_init(&policy);
	EXPECT_EQ(NULL, smtp_policy_permit(&policy, "helo"));
	EXPECT_EQ(NULL, smtp_policy_permit(&policy, "VRFY"));
	EXPECT_NE(NULL, smtp_policy_permit(&policy, "Helo"));
	EXPECT_EQ(NULL, smtp_policy_permit(&policy, "x-anonymoustls"));
	EXPECT_NE(NULL, smtp_policy_permit(&policy, "turn"));
	EXPECT_NE(NULL, smtp_policy_permit(&policy, "atrn"));
	EXPECT_NE(NULL, smtp_policy_permit(&policy, "lhlo"));
	EXPECT_NE(NULL, smtp_policy_permit(&policy, "goodmorning"));
	EXPECT_EQ(NULL, smtp_policy_permit_own(&policy, "goodmorning"));
	EXPECT_NE(NULL, smtp_policy_permit_own(&policy, "GOODMORNING"));
	EXPECT_NE(NULL, smtp_policy_permit_own(&policy, "turn"));
	EXPECT_NE(NULL, smtp_policy_permit_own(&policy, "good morning"));
	EXPECT_NE(NULL, smtp_policy_permit_own(&policy, "GOOD_MORNING"));
	EXPECT_NE(NULL, smtp_policy_permit_own(&policy, ""));
	EXPECT_STREQ("HELO", smtp_policy_name(&policy, 0, name));
	EXPECT_STREQ("VRFY", smtp_policy_name(&policy, 1, name));
	EXPECT_STREQ("X-ANONYMOUSTLS", smtp_policy_name(&policy, 2, name));
	EXPECT_STREQ("GOODMORNING", smtp_policy_name(&policy, 3, name));
	EXPECT_EQ(NULL, smtp_policy_name(&policy, 4, name));
}

TEST(there_is_room_for_50_verbs)
{
	struct smtp_policy policy;
	char name[SMTP_KEYWORD_LEN + 1];
	unsigned int i;

	smtp_policy_init(&policy);
	EXPECT_EQ(NULL, smtp_policy_permit(&policy, "helo"));
	for (i = 1; i < SMTP_VERBS_MAX; i++) {
		snprintf(name, sizeof(name), "X%u", i);
		EXPECT_EQ(NULL, smtp_policy_permit_own(&policy, name));
	}
	EXPECT_NE(NULL, smtp_policy_permit_own(&policy, "X"));
	EXPECT_NE(NULL, smtp_policy_permit(&policy, "QUIT"));
	EXPECT_NE(NULL, smtp_policy_downgrade_ehlo(&policy));
	EXPECT_STREQ("X49", smtp_policy_name(&policy, 49, name));
	EXPECT_EQ(NULL, smtp_policy_name(&policy, 50, name));
}

TEST(domains_that_can_be_in_a_set)
{
	static const char * const bad[] = {
		"", ".", "..", "a.", ".a.", "a..b", "a b", "a@b", "<a>", "a:b",
		"[1.2.3.4", "1.2.3.4]", "[]x", "\"a\"", "a(b", NULL
	};
	static struct smtp_domains_node node[64];
	struct smtp_domains domains;
	const char * const *name;
	static char text[64];

	smtp_domains_init(&domains, node, text);
	for (name = bad; *name; name++)
		EXPECT_NE(NULL, smtp_domains_add(&domains, *name));
	EXPECT_EQ(NULL, smtp_domains_add(&domains, "a-1.B_c"));
	EXPECT_NE(NULL, smtp_domains_add(&domains, "A-1.b_c"));
	EXPECT_EQ(NULL, smtp_domains_add(&domains, ".a-1.b_c"));
	EXPECT_EQ(NULL, smtp_domains_add(&domains, "[IPv6:::1]"));
	EXPECT_EQ(3, domains.names);
	EXPECT_STREQ("a-1.B_c", domains.text);
}

TEST(actions)
{
	struct smtp_policy policy;

	smtp_policy_init(&policy);
	EXPECT_EQ(MAILGUARD_ACTION_DENY,
		  policy.action[MAILGUARD_A_ACTIONS_PIPE]);
	EXPECT_EQ(NULL, set_action(&policy, MAILGUARD_A_ACTIONS_PIPE,
				   MAILGUARD_ACTION_BLANK));
	EXPECT_EQ(MAILGUARD_ACTION_BLANK,
		  policy.action[MAILGUARD_A_ACTIONS_PIPE]);
	EXPECT_NE(NULL, set_action(&policy, MAILGUARD_A_ACTIONS_TRUNCATED,
				   MAILGUARD_ACTION_PASS));
	EXPECT_NE(NULL, set_action(&policy, MAILGUARD_A_ACTIONS_REPLY,
				   MAILGUARD_ACTION_DENY));
	EXPECT_NE(NULL, set_action(&policy, MAILGUARD_A_ACTIONS_PIPE,
				   MAILGUARD_ACTION_HOLD));
}

/* Writes a text such as "possible here: deny, reset". */
static void permitted_text(u32 permitted, char *text, size_t size)
{
	const char *before = "possible here: ";
	size_t i, len = 0;

	for (i = 0; i <= MAILGUARD_ACTION_MAX; i++) {
		if (!(permitted & (1U << i)))
			continue;
		len += snprintf(text + len, size - len, "%s%s", before,
				action_names[i]);
		before = ", ";
	}
}

TEST(each_setting_has_one_row)
{
	bool seen[2][MAILGUARD_A_ACTIONS_MAX + MAILGUARD_A_POLICY_MAX] = {};
	const struct smtp_setting *setting;
	struct smtp_policy policy;
	char text[80];
	unsigned int i;

	smtp_policy_init(&policy);
	for (setting = smtp_settings; setting->size; setting++) {
		EXPECT_FALSE(seen[!!setting->nest][setting->attr]);
		seen[!!setting->nest][setting->attr] = true;
		EXPECT_EQ(setting->initial, smtp_setting_get(setting, &policy));
		if (!setting->permitted)
			continue;
		EXPECT_NE(0U, setting->permitted &
			      (1U << setting->initial));
		permitted_text(setting->permitted, text, sizeof(text));
		EXPECT_STREQ(text, setting->refusal);
	}
	for (i = 1; i <= MAILGUARD_A_ACTIONS_MAX; i++)
		EXPECT_TRUE(seen[1][i]);
}

TEST(downgrade)
{
	struct smtp_policy policy;
	char name[SMTP_KEYWORD_LEN + 1];

	smtp_policy_init(&policy);
	EXPECT_NE(NULL, smtp_policy_downgrade_ehlo(&policy));
	smtp_policy_permit(&policy, "helo");
	smtp_policy_permit(&policy, "expn");
	EXPECT_NE(NULL, smtp_policy_downgrade_ehlo(&policy));
	smtp_policy_init(&policy);
	smtp_policy_permit(&policy, "helo");
	EXPECT_EQ(NULL, smtp_policy_downgrade_ehlo(&policy));
	EXPECT_STREQ("HELO", smtp_policy_name(&policy, 0, name));
	EXPECT_EQ(NULL, smtp_policy_name(&policy, 1, name));
	smtp_policy_init(&policy);
	smtp_policy_permit(&policy, "helo");
	smtp_policy_permit(&policy, "ehlo");
	EXPECT_NE(NULL, smtp_policy_downgrade_ehlo(&policy));
}

TEST(overlays)
{
	struct smtp_overlay overlay;
	char text[MAILGUARD_TEXT_MAX + 2] = {};

	smtp_overlay_init(&overlay);
	EXPECT_FALSE(overlay.on);
	memset(text, 'a', MAILGUARD_TEXT_MAX);
	EXPECT_EQ(NULL, smtp_overlay_set_text(&overlay, text));
	text[MAILGUARD_TEXT_MAX] = 'a';
	EXPECT_NE(NULL, smtp_overlay_set_text(&overlay, text));
	EXPECT_NE(NULL, smtp_overlay_set_text(&overlay, "a\r\n"));
	EXPECT_NE(NULL, smtp_overlay_set_fill(&overlay, '\n'));
	EXPECT_NE(NULL, smtp_overlay_set_keep(&overlay, "\377"));
	EXPECT_EQ(NULL, smtp_overlay_set_keep(&overlay, "2 ~"));
	EXPECT_TRUE(smtp_overlay_keeps(&overlay, '~'));
	EXPECT_FALSE(smtp_overlay_keeps(&overlay, '2' | 0x80));
	smtp_overlay_set_code(&overlay, 502);
	EXPECT_EQ(0, memcmp(overlay.code, "502", 3));
}

TEST_HARNESS_MAIN
