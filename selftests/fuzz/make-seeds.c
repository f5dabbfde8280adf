// SPDX-License-Identifier: GPL-2.0
/*
 * make-seeds DIR: the dialogues of the unit test as inputs of fuzz-stream, one
 * file each.
 */
#include "kselftest_harness.h"

#undef TEST_HARNESS_MAIN
#define TEST_HARNESS_MAIN
#include "../core/test-dialogue.c"

#include "manner.h"
#include "program.h"

static const struct {
	int (*policy)(struct smtp_policy *policy);
	u8 octets[MANNER_OCTETS];
} manners[] = {
	{ smtp_policy_default, { MANNER_DEFAULT, 0, MANNER_PASS } },
	{ ok_manner, { MANNER_OK, 0, MANNER_PASS } },
	{ noop_manner, { MANNER_NOOP, 0, MANNER_PASS } },
	{ cmap_manner, { MANNER_CMAP, 0, MANNER_PASS } },
	{ open_manner, { MANNER_OPEN, 0, MANNER_PASS } },
	{ blank_manner, { MANNER_OPEN, MANNER_PIPE(MANNER_BLANK) |
			  MANNER_BRACKETS(MANNER_PASS), MANNER_PASS } },
	{ pipe_reset_manner, { MANNER_OPEN, MANNER_PIPE(MANNER_RESET),
			       MANNER_PASS } },
	{ truncated_reset_manner, { MANNER_OPEN, 0, MANNER_PASS |
				    MANNER_TRUNCATED_RESET } },
	{ bare_lf_deny_manner, { MANNER_OPEN, 0, MANNER_DENY } },
	{ bare_lf_reset_manner, { MANNER_OPEN, 0, MANNER_RESET } },
	{ unexpected_manner, { MANNER_OPEN, 0, MANNER_PASS |
			       MANNER_REPLY_PASS } },
	{ hold_manner, { MANNER_OPEN, 0, MANNER_PASS | MANNER_HOLD } },
	{ ehlo_manner, { MANNER_EHLO, 0, MANNER_PASS } },
	{ prdr_manner, { MANNER_EHLO, MANNER_PRDR, MANNER_PASS } },
	{ ehlo_hold_manner, { MANNER_EHLO, 0, MANNER_PASS | MANNER_HOLD } },
	{ defang_manner, { MANNER_OPEN, 0, MANNER_PASS | MANNER_DEFANG } },
	{ proxy_manner, { MANNER_OPEN, MANNER_PROXY, MANNER_PASS } },
	{ lf_manner, { MANNER_OPEN, 0, MANNER_PASS | MANNER_LF } },
};

static const u8 *manner_octets(const struct dialogue *d)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(manners); i++)
		if (manners[i].policy == d->policy)
			return manners[i].octets;
	fprintf(stderr, "make-seeds: no manner for '%s'\n", d->name);
	exit(1);
}

static void put_say(FILE *to, u8 server, const struct string *string)
{
	size_t at, n;

	for (at = 0; at < string->len; at += n) {
		n = string->len - at;
		if (n > PROGRAM_SAY_MAX)
			n = PROGRAM_SAY_MAX;
		fputc(STEP_SAY | server, to);
		fputc(n, to);
		fwrite(string->octets + at, 1, n, to);
	}
}

/* As the unit test plays it: the other side may have to wait. */
static void put(FILE *to, const struct dialogue *d)
{
	const struct step *step;

	fwrite(manner_octets(d), 1, MANNER_OCTETS, to);
	for (step = d->step; step < d->step + STEPS && step->in.octets; step++) {
		u8 server = step->dir == SMTP_SERVER ? PROGRAM_SERVER : 0;

		put_say(to, server, &step->in);
		fputc(STEP_SEND_ALL | server, to);
		fputc(STEP_SEND_ALL | (server ^ PROGRAM_SERVER), to);
		fputc(STEP_ACK | server, to);
		fputc(0, to);
	}
}

int main(int argc, char **argv)
{
	char path[4096];
	size_t i;

	for (i = 0; argc == 2 && i < DIALOGUES; i++) {
		FILE *to;

		snprintf(path, sizeof(path), "%s/dialogue-%02zu", argv[1], i);
		to = fopen(path, "w");
		if (!to) {
			perror(path);
			return 1;
		}
		put(to, &dialogues[i]);
		if (fclose(to)) {
			perror(path);
			return 1;
		}
	}
	return argc != 2;
}
