// SPDX-License-Identifier: GPL-2.0
/* Which word is meant by one that is misspelt or abbreviated. */
#include <stdlib.h>
#include <string.h>

#include "../core/harness.h"
#include "language/statements.h"
#include "language/suggest.h"
#include "language/verbs.h"

/* For its table. */
#include "../../kmod/core/verb.c"

/* The nearest to @written of candidates, up to NULL. */
static const char *nearest(const char *written, const char * const *candidates)
{
	static struct suggestion s;

	suggest_start(&s, written);
	for (; *candidates; candidates++)
		suggest_offer(&s, *candidates);
	return s.nearest;
}

static const char * const presets[] = {
	"pix-4.0", "pix-4.2", "pix-4.4", "pix-5.1", "pix-6.3", NULL
};

TEST(the_nearest_version)
{
	EXPECT_STREQ("pix-6.3", nearest("pix-9.9", presets));
	EXPECT_STREQ("pix-6.3", nearest("pix-6.2", presets));
	EXPECT_STREQ("pix-4.2", nearest("pix4.2", presets));
	EXPECT_STREQ("pix-5.1", nearest("PIX-5.1", presets));
	EXPECT_STREQ("", nearest("asa", presets));
}

static const char * const words[] = {
	"mail", "protocol", "connections", "fixup", "ip", "pass smtp", NULL
};

TEST(one_slip_is_near)
{
	EXPECT_STREQ("mail", nearest("mial", words));
	EXPECT_STREQ("mail", nearest("mil", words));
	EXPECT_STREQ("mail", nearest("maill", words));
	EXPECT_STREQ("mail", nearest("mall", words));
	EXPECT_STREQ("protocol", nearest("protocl", words));
	EXPECT_STREQ("protocol", nearest("portocol", words));
	EXPECT_STREQ("connections", nearest("connection", words));
	EXPECT_STREQ("connections", nearest("con", words));
	EXPECT_STREQ("pass", nearest("pas", words));
}

TEST(too_many_slips_are_far)
{
	EXPECT_STREQ("", nearest("", words));
	EXPECT_STREQ("", nearest("maps", words));
	EXPECT_STREQ("", nearest("co", words));
	EXPECT_STREQ("", nearest("if", words));
	EXPECT_STREQ("", nearest("fixup-protocol-smtp-25-and-more-words",
				 words));
	EXPECT_STREQ("", nearest("0123456789012345678901234567890", words));
}

/* Reads words up to NULL; what they stand for, or where they end. */
static const char *spelt_out(const char *text)
{
	static struct statement_words w;
	char *copy = strdup(text), *rest = copy, *word, *candidates;
	const char *whole;
	int ret = 1;

	w = (struct statement_words){ .ended = false };
	while (ret > 0 && (word = strsep(&rest, " ")))
		ret = statement_read_word(&w, word, &whole, &candidates);
	free(copy);
	if (ret < 0)
		free(candidates);
	return ret < 0 ? "ambiguous" : w.read;
}

TEST(old_words_are_spelt_out)
{
	EXPECT_STREQ("write memory", spelt_out("wr mem"));
	EXPECT_STREQ("show fixup", spelt_out("sh fixup"));
	EXPECT_STREQ("show running-config", spelt_out("show run"));
	EXPECT_STREQ("show startup-config", spelt_out("sh start"));
	EXPECT_STREQ("no fixup protocol smtp",
		     spelt_out("no fix prot smtp 25"));
	EXPECT_STREQ("clear fixup", spelt_out("cl fixup"));
	EXPECT_STREQ("mailhost", spelt_out("mail no"));
	EXPECT_STREQ("no mailhost", spelt_out("no m"));
}

TEST(new_words_are_not)
{
	EXPECT_STREQ("", spelt_out("pol"));
	EXPECT_STREQ("list", spelt_out("list pol"));
	EXPECT_STREQ("show", spelt_out("show pre"));
	EXPECT_STREQ("show preset", spelt_out("show preset fix"));
}

TEST(names_and_values_are_not)
{
	EXPECT_STREQ("fixup protocol smtp", spelt_out("fixup protocol smtp p"));
	EXPECT_STREQ("policy", spelt_out("policy sh fix"));
	EXPECT_STREQ("mailhost", spelt_out("mailhost fix"));
	EXPECT_STREQ("show", spelt_out("show x fix"));
}

TEST(a_prefix_of_several_is_ambiguous)
{
	struct statement_words w = { .read = "show" };
	const char *whole;
	char *candidates;

	ASSERT_EQ(-1, statement_read_word(&w, "", &whole, &candidates));
	EXPECT_STREQ("fixup, running-config, startup-config or preset",
		     candidates);
	free(candidates);
}

TEST(verbs_are_those_of_the_module)
{
	const struct verb_name *name;
	const struct smtp_verb *verb;
	size_t count = 0;

	for (name = verb_names; name->name; name++, count++) {
		verb = smtp_verb_find(name->name);
		ASSERT_NE(NULL, verb);
		EXPECT_EQ(!!smtp_verb_refused(verb), name->refused);
	}
	EXPECT_EQ(ARRAY_SIZE(verbs), count);
}

TEST_HARNESS_MAIN
