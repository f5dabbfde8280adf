// SPDX-License-Identifier: GPL-2.0
/* What a module of another version sends of a policy. */
#include "../core/harness.h"

/* For its static functions. */
#include "../../userspace/netlink/policy.c"

static struct genl_msg msg;

static void begin(void)
{
	static const struct genl nowhere;

	genl_msg_begin(&nowhere, &msg, MAILGUARD_CMD_POLICY_GET);
	genl_put_string(&msg, MAILGUARD_A_POLICY_NAME, "strict", NULL);
	genl_put_u16(&msg, MAILGUARD_A_POLICY_RECIPIENTS, 5, NULL);
}

/* Put one attribute of @type into the nest @nest. */
static void put_nested(uint16_t nest, uint16_t type)
{
	struct nlattr *attr = genl_nest_begin(&msg, nest, NULL);

	genl_put_u8(&msg, type, MAILGUARD_ACTION_DENY, NULL);
	genl_nest_end(&msg, attr);
}

/* Return: does the command know all that the message has? */
static bool knows_all(struct __test_metadata *_metadata)
{
	struct policy_list list = { .head = NULL };
	bool known;

	EXPECT_EQ(0, policy_cb(msg.nlh, &list));
	known = list.head && !list.head->unknown;
	policy_list_free(&list);
	genl_msg_free(&msg);
	return known;
}

TEST(what_is_known)
{
	begin();
	put_nested(MAILGUARD_A_POLICY_ACTIONS,
		   MAILGUARD_A_ACTIONS_HELO_NO_DOT);
	EXPECT_TRUE(knows_all(_metadata));
}

TEST(a_setting_of_a_later_version)
{
	begin();
	genl_put_u8(&msg, MAILGUARD_A_POLICY_MAX + 1, 1, NULL);
	EXPECT_FALSE(knows_all(_metadata));
}

TEST(an_action_of_a_later_version)
{
	begin();
	put_nested(MAILGUARD_A_POLICY_ACTIONS, MAILGUARD_A_ACTIONS_MAX + 1);
	EXPECT_FALSE(knows_all(_metadata));
}

TEST(a_reply_of_a_later_version)
{
	begin();
	put_nested(MAILGUARD_A_POLICY_REPLIES, MAILGUARD_A_REPLIES_MAX + 1);
	EXPECT_FALSE(knows_all(_metadata));
}

TEST_HARNESS_MAIN
