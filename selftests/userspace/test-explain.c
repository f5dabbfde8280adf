// SPDX-License-Identifier: GPL-2.0
/*
 * "mailguard explain" over all recorded dialogues of the unit test of kmod/core:
 * it says of each byte what that test expects of the guard.
 */
#include "harness.h"

/* The tests of the dialogues are not those of this program. */
#undef TEST
#define TEST(name) static __attribute__((unused)) void \
	name(struct __test_metadata *_metadata)
#undef TEST_HARNESS_MAIN
#define TEST_HARNESS_MAIN
#include "../core/test-dialogue.c"

#undef TEST
#define TEST(test_name) __TEST_IMPL(test_name, -1)

#include "explain/judge.h"

/* What a side says and what the other one gets, all steps together. */
struct expected {
	u8 in[WIRE_MAX];
	u8 out[WIRE_MAX];
	u32 len;
	u32 out_len;
	u32 at;
	bool wrong;
};

static struct expected expected[SMTP_DIRS];
static bool reset;

static void expect(const struct dialogue *d)
{
	const struct step *step;

	memset(expected, 0, sizeof(expected));
	reset = false;
	for (step = d->step; step < d->step + STEPS && step->in.bytes; step++) {
		const struct string *out = step->out.bytes ? &step->out :
							      &step->in;
		struct expected *e = &expected[step->dir];

		memcpy(e->in + e->len, step->in.bytes, step->in.len);
		memcpy(e->out + e->out_len, out->bytes, out->len);
		e->len += step->in.len;
		e->out_len += out->len;
	}
}

static void take_note(const struct explain_conn *conn, const char *text)
{
}

static void take_line(const struct explain_conn *conn, enum smtp_dir dir,
		      enum explain_action action,
		      const struct explain_line *line)
{
	struct expected *e = &expected[dir];

	if (action == EXPLAIN_HOLD)
		return;
	reset |= action == EXPLAIN_RESET;
	e->wrong |= e->at + line->sent_len > e->out_len ||
		    memcmp(e->out + e->at, line->sent, line->sent_len) ||
		    memcmp(e->in + e->at, line->said, line->len);
	e->wrong |= action == EXPLAIN_PASS &&
		    memcmp(line->said, line->sent, line->len);
	e->at += line->sent_len;
}

static void take_bytes(const struct explain_conn *conn, enum smtp_dir dir,
		       enum explain_kind kind, uint64_t bytes)
{
	struct expected *e = &expected[dir];

	e->wrong |= e->at + bytes > e->out_len ||
		    memcmp(e->out + e->at, e->in + e->at, bytes);
	e->at += bytes;
}

static const struct explain_printer printer = {
	.note = take_note,
	.line = take_line,
	.bytes = take_bytes,
};

static bool agrees(const struct dialogue *d)
{
	const struct smtp_policy *policy = compiled(d);
	struct explain_output out = { .printer = &printer };
	struct explain_conn *conn;
	const struct step *step;
	unsigned int dir;
	bool ok;

	expect(d);
	conn = explain_open(&out, policy, 0, 0xfffffff0, 0x7ffffff0);
	for (step = d->step; step < d->step + STEPS && step->in.bytes; step++)
		explain_say(conn, step->dir, (const u8 *)step->in.bytes,
			    step->in.len);
	explain_close(conn);
	ok = reset == d->reset;
	for (dir = 0; dir < SMTP_DIRS; dir++)
		ok &= !expected[dir].wrong &&
		      expected[dir].at == expected[dir].out_len;
	if (!ok)
		printf("# %s: reset %d, client %u of %u, server %u of %u\n",
		       d->name, reset, expected[SMTP_CLIENT].at,
		       expected[SMTP_CLIENT].out_len, expected[SMTP_SERVER].at,
		       expected[SMTP_SERVER].out_len);
	return ok;
}

TEST(all_dialogues)
{
	size_t i;

	for (i = 0; i < DIALOGUES; i++)
		EXPECT_TRUE(agrees(&dialogues[i]));
}

int main(int argc, char **argv)
{
	return test_harness_run(argc, argv);
}
