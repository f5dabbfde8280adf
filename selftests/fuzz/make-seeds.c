// SPDX-License-Identifier: GPL-2.0
/*
 * make-seeds DIR: the dialogues of the unit test as inputs of fuzz-stream, one
 * file each, which has the name of the dialogue.
 */
#include <ctype.h>

#include "kselftest_harness.h"

#undef TEST_HARNESS_MAIN
#define TEST_HARNESS_MAIN
#include "../core/test-dialogue.c"

#include "profile.h"
#include "program.h"

static const struct {
	int (*policy)(struct smtp_policy *policy);
	u8 bytes[PROFILE_BYTES];
} profiles[] = {
	{ smtp_policy_default, { PROFILE_DEFAULT, 0, PROFILE_PASS } },
	{ ok_profile, { PROFILE_OK, 0, PROFILE_PASS } },
	{ noop_profile, { PROFILE_NOOP, 0, PROFILE_PASS } },
	{ cmap_profile, { PROFILE_CMAP, 0, PROFILE_PASS } },
	{ open_profile, { PROFILE_OPEN, 0, PROFILE_PASS } },
	{ blank_profile, { PROFILE_OPEN, PROFILE_PIPE(PROFILE_BLANK) |
			  PROFILE_BRACKETS(PROFILE_PASS), PROFILE_PASS } },
	{ pipe_reset_profile, { PROFILE_OPEN, PROFILE_PIPE(PROFILE_RESET),
			       PROFILE_PASS } },
	{ truncated_reset_profile, { PROFILE_OPEN, 0, PROFILE_PASS |
				    PROFILE_TRUNCATED_RESET } },
	{ bare_lf_deny_profile, { PROFILE_OPEN, 0, PROFILE_DENY } },
	{ bare_lf_reset_profile, { PROFILE_OPEN, 0, PROFILE_RESET } },
	{ unexpected_profile, { PROFILE_OPEN, 0, PROFILE_PASS |
			       PROFILE_REPLY_PASS } },
	{ hold_profile, { PROFILE_OPEN, 0, PROFILE_PASS | PROFILE_HOLD } },
	{ ehlo_profile, { PROFILE_EHLO, 0, PROFILE_PASS } },
	{ asa_profile, { PROFILE_ASA, 0, PROFILE_PASS } },
	{ except_profile, { PROFILE_EXCEPT, 0, PROFILE_PASS } },
	{ mechanisms_profile, { PROFILE_MECHANISMS, 0, PROFILE_PASS } },
	{ prdr_profile, { PROFILE_EHLO, PROFILE_PRDR, PROFILE_PASS } },
	{ ehlo_hold_profile, { PROFILE_EHLO, 0, PROFILE_PASS | PROFILE_HOLD } },
	{ defang_profile, { PROFILE_OPEN, 0, PROFILE_PASS | PROFILE_DEFANG } },
	{ proxy_profile, { PROFILE_OPEN, PROFILE_PROXY, PROFILE_PASS } },
	{ tls_1_2_profile, { PROFILE_OPEN, 0, PROFILE_BLANK } },
	{ tls_1_3_profile, { PROFILE_OPEN, 0, PROFILE_BLANK } },
	{ foreign_deny_profile, { PROFILE_OPEN, 0, PROFILE_PASS } },
	{ own_get_profile, { PROFILE_EHLO, 0, PROFILE_PASS } },
	{ early_reset_profile, { PROFILE_OPEN, 0, PROFILE_BLANK } },
	{ early_proxy_profile, { PROFILE_OPEN, PROFILE_PROXY, PROFILE_BLANK } },
	{ require_profile, { PROFILE_OPEN, 0, PROFILE_PASS, 0,
			     PROFILE_TLS_REQUIRE } },
	{ mask_tls_profile, { PROFILE_OPEN, 0, PROFILE_PASS, 0,
			      PROFILE_TLS_MASK } },
	{ messages_profile, { PROFILE_OPEN, 0, PROFILE_PASS,
			      PROFILE_MESSAGES } },
	{ size_profile, { PROFILE_OPEN, 0, PROFILE_PASS, PROFILE_SIZE } },
	{ size_reset_profile, { PROFILE_OPEN, 0, PROFILE_PASS, PROFILE_SIZE } },
	{ refused_profile, { PROFILE_OPEN, 0, PROFILE_PASS, PROFILE_REFUSED } },
	{ refused_reset_profile, { PROFILE_OPEN, 0, PROFILE_PASS,
				   PROFILE_REFUSED } },
	{ denied_max_profile, { PROFILE_DEFAULT, 0, PROFILE_PASS,
				PROFILE_DENIED } },
	{ auth_failures_profile, { PROFILE_OPEN, 0, PROFILE_PASS,
				   PROFILE_AUTH } },
	{ junk_profile, { PROFILE_OPEN, 0, PROFILE_PASS, PROFILE_JUNK } },
	{ lf_profile, { PROFILE_OPEN, 0, PROFILE_PASS | PROFILE_LF } },
	{ short_reply_profile, { PROFILE_OPEN, PROFILE_SHORT_REPLIES,
				PROFILE_PASS } },
	{ neutral_profile, { PROFILE_OPEN, PROFILE_NEUTRAL, PROFILE_PASS } },
	{ neutral_only_profile, { PROFILE_BARE, PROFILE_NEUTRAL,
				 PROFILE_PASS } },
	{ address_profile, { PROFILE_OPEN | PROFILE_ADDRESSES, 0,
			     PROFILE_PASS } },
	/* The model has all checks of addresses, or none. */
	{ percent_profile, { PROFILE_OPEN | PROFILE_ADDRESSES, 0,
			     PROFILE_PASS } },
	{ address_reset_profile, { PROFILE_OPEN | PROFILE_ADDRESSES,
				   PROFILE_PIPE(PROFILE_RESET), PROFILE_PASS } },
	{ domains_profile, { PROFILE_OPEN, 0, PROFILE_PASS, 0,
			     PROFILE_DOMAINS } },
	{ judged_foreign_profile, { PROFILE_VERDICTS, 0, PROFILE_PASS } },
	{ verdict_profile, { PROFILE_VERDICTS, 0, PROFILE_PASS } },
	{ helo_profile, { PROFILE_OPEN, 0, PROFILE_PASS, 0, PROFILE_HELO } },
	{ helo_no_dot_profile, { PROFILE_OPEN, 0, PROFILE_PASS, 0,
				 PROFILE_HELO } },
	{ helo_reset_profile, { PROFILE_OPEN, 0, PROFILE_PASS, 0,
				PROFILE_HELO | PROFILE_HELO_RESET } },
	{ helo_literal_profile, { PROFILE_OPEN, 0, PROFILE_PASS, 0,
				  PROFILE_HELO | PROFILE_HELO_LITERALS } },
	{ helo_bare_lf_profile, { PROFILE_OPEN, 0, PROFILE_DENY, 0,
				  PROFILE_HELO } },
	{ helo_downgrade_profile, { PROFILE_NOOP, 0, PROFILE_PASS, 0,
				    PROFILE_HELO } },
	{ helo_domains_profile, { PROFILE_OPEN, 0, PROFILE_PASS, 0,
				  PROFILE_HELO_DOMAINS } },
	{ helo_ours_profile, { PROFILE_OPEN, 0, PROFILE_PASS, 0,
			       PROFILE_HELO_DOMAINS } },
	{ address_some_profile, { PROFILE_OPEN | PROFILE_ADDRESSES,
				  PROFILE_PIPE(PROFILE_PASS), PROFILE_PASS } },
};

static const u8 *profile_bytes(const struct dialogue *d)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(profiles); i++)
		if (profiles[i].policy == d->policy)
			return profiles[i].bytes;
	fprintf(stderr, "make-seeds: no profile for '%s'\n", d->name);
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
		fwrite(string->bytes + at, 1, n, to);
	}
}

/* As the unit test plays it: the other side may have to wait. */
static void put(FILE *to, const struct dialogue *d)
{
	const struct step *step;

	fwrite(profile_bytes(d), 1, PROFILE_BYTES, to);
	for (step = d->step; step < d->step + STEPS && step->in.bytes; step++) {
		u8 server = step->dir == SMTP_SERVER ? PROGRAM_SERVER : 0;

		put_say(to, server, &step->in);
		fputc(STEP_SEND_ALL | server, to);
		fputc(STEP_SEND_ALL | (server ^ PROGRAM_SERVER), to);
		fputc(STEP_ACK | server, to);
		fputc(0, to);
	}
}

/* "An end of data" is the file dialogue-an-end-of-data. */
static void make_path(char *path, size_t size, const char *dir, const char *name)
{
	char *at = path + snprintf(path, size, "%s/dialogue-", dir);

	for (; *name && at < path + size - 1; name++)
		if (isalnum(*name))
			*at++ = tolower(*name);
		else if (at[-1] != '-')
			*at++ = '-';
	*at = '\0';
}

int main(int argc, char **argv)
{
	char path[4096];
	size_t i;

	for (i = 0; argc == 2 && i < DIALOGUES; i++) {
		FILE *to;

		make_path(path, sizeof(path), argv[1], dialogues[i].name);
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
