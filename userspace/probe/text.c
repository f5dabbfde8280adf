// SPDX-License-Identifier: GPL-2.0
/* Prints the report for people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/probe.h"

static void print_reply(const char *what, const struct probe_reply *reply)
{
	static const char * const ends[] = {
		[PROBE_TIMEOUT]	= "(no end came within the time)",
		[PROBE_CLOSED]	= "(the connection was closed)",
		[PROBE_LOST]	= "(the connection was lost)",
		[PROBE_ENDLESS]	= "(and so on, without an end)",
		[PROBE_MALFORMED] = NULL,
	};
	size_t shown = reply->count, i;
	char *sane;

	/* The first lines show well enough what comes. */
	if (reply->end == PROBE_ENDLESS && shown > 3)
		shown = 3;
	for (i = 0; i < shown; i++, what = "") {
		sane = probe_sane(&reply->lines[i]);
		printf("  %-12s %s\n", what, sane);
		free(sane);
	}
	if (reply->end == PROBE_TIMEOUT && !shown)
		printf("  %-12s (nothing came within the time)\n", what);
	else if (ends[reply->end])
		printf("  %-12s %s\n", what, ends[reply->end]);
}

static void print_heard(const struct probe_report *r)
{
	const struct probe_transcript *t = &r->transcript;
	size_t i;

	for (i = 0; i < r->count; i++)
		printf("%s port %u: %s\n", r->attempts[i].address, r->port,
		       r->attempts[i].error);
	if (!r->address)
		return;
	printf("%s port %u", r->address, r->port);
	if (strcmp(r->host, r->address))
		printf(" (%s)", r->host);
	putchar('\n');
	print_reply("greeting", &t->greeting);
	print_reply("QUIT", &t->premature);
	print_reply("EHLO", &t->ehlo);
	print_reply("HELO", &t->helo);
	print_reply("NOOP", &t->noop);
	print_reply(PROBE_NONSENSE, &t->nonsense);
}

static void print_signs(const struct probe_findings *f)
{
	static const char * const banners[] = {
		[BANNER_CMAP] = "The greeting is \"SMTP/cmap\", which no server says.",
		[BANNER_ASTERISKS] = "The greeting is masked by asterisks.",
		[BANNER_ASTERISKS_20] =
			"The greeting is masked by asterisks, but for 2 and 0.",
	};
	static const char * const denied[] = {
		[DENIED_X] = "The server read X where " PROBE_NONSENSE " was said.",
		[DENIED_REPLACED] =
			"A command nobody knows is refused in words cut or padded to a length.",
		[DENIED_OK] = "A command nobody knows is answered OK.",
		[DENIED_NOOP] = "A command nobody knows becomes NOOP.",
		[DENIED_SUCCESS] =
			"A command nobody knows is answered as if it had worked.",
	};
	static const char * const ehlos[] = {
		[EHLO_PLAIN] =
			"EHLO is answered without extensions, as if it were HELO.",
		[EHLO_SWALLOWED] =
			"EHLO is answered as if it were NOOP: the server did not hear it.",
		[EHLO_REFUSED] = "EHLO is refused, HELO is not.",
	};

	if (f->banner > BANNER_CLEAR)
		printf("  %s\n", banners[f->banner]);
	if (f->denied > DENIED_ECHOED)
		printf("  %s\n", denied[f->denied]);
	if (f->ehlo > EHLO_EXTENSIONS)
		printf("  %s\n", ehlos[f->ehlo]);
	if (f->masked_keywords)
		puts("  Keywords in the answer to EHLO are masked by X.");
}

static void print_profiles(const struct probe_findings *f)
{
	const char *comma = "";
	size_t i;

	fputs("  Profile: ", stdout);
	for (i = 0; i < PROBE_PROFILES; i++) {
		if (!(f->profiles & (1U << i)))
			continue;
		printf("%s%s", comma, probe_profile_names[i]);
		comma = " or ";
	}
	putchar('\n');
}

static void print_offers(const struct probe_findings *f)
{
	static const char * const without[PROBE_EXTENSIONS] = {
		[EXTENSION_AUTH] =
			"nobody can log in; Exchange takes its peers for strangers (550 5.7.1)",
		[EXTENSION_STARTTLS] =
			"mail crosses the network in the clear, or not at all",
		[EXTENSION_8BITMIME] =
			"8-bit mail is converted, or refused (554 5.6.1)",
		[EXTENSION_SIZE] =
			"mail too large is refused only after it was sent",
	};
	const char *name;
	size_t i;

	for (i = 0; i < PROBE_EXTENSIONS; i++) {
		name = probe_extension_names[i];
		if (f->offers[i] == OFFER_LOST)
			printf("  %-9s cannot be offered: %s\n", name,
			       without[i]);
		else if (f->offers[i] == OFFER_MASKED)
			printf("  %-9s may be what is masked: %s\n", name,
			       without[i]);
	}
}

static bool breaks_mail(const struct probe_findings *f)
{
	size_t i;

	for (i = 0; i < PROBE_EXTENSIONS; i++)
		if (f->offers[i] == OFFER_LOST || f->offers[i] == OFFER_MASKED)
			return true;
	return f->endless_greeting || f->denied >= DENIED_OK ||
	       f->banner > BANNER_CLEAR;
}

static void print_breaks(const struct probe_findings *f)
{
	if (!breaks_mail(f))
		return;
	puts("\nWhat it breaks:");
	print_offers(f);
	if (f->endless_greeting)
		puts("  The greeting has no end: clients wait for it until they give up.");
	if (f->banner > BANNER_CLEAR && f->ehlo == EHLO_EXTENSIONS)
		puts("  Postfix and sendmail take such a server for one without extensions.");
	if (f->ehlo == EHLO_SWALLOWED)
		puts("  Who says EHLO has not greeted the server, which may refuse its mail.");
	if (f->denied >= DENIED_OK)
		puts("  A client is told that a denied command worked.");
}

static void print_remedies(const struct probe_report *r)
{
	static const char * const whose[PROBE_OWNERS] = {
		[OWNER_PIX] = "On a PIX (4.0 and 4.1: it is mailhost that turns it on)",
		[OWNER_ASA] = "On an ASA (or allow-tls and no mask-banner in a map of its own)",
		[OWNER_MAILGUARD] =
			"On a gateway of ours (or permit more verbs in the policy)",
	};
	char *lines[PROBE_REMEDY_LINES];
	size_t owner, count, i;

	puts("\nRemedy:");
	for (owner = 0; owner < PROBE_OWNERS; owner++) {
		if (!probe_owner_fits(&r->findings, owner))
			continue;
		printf("  %s:\n", whose[owner]);
		count = probe_remedy(owner, r->port, lines);
		for (i = 0; i < count; i++) {
			printf("    %s\n", lines[i]);
			free(lines[i]);
		}
	}
}

void probe_print_text(const struct probe_report *r)
{
	const struct probe_findings *f = &r->findings;

	print_heard(r);
	switch (f->verdict) {
	case PROBE_UNKNOWN:
		return;
	case PROBE_NONE:
		puts("\nNo sign of a Mailguard.");
		return;
	case PROBE_LIKELY:
		puts("\nA Mailguard is likely to stand in the path:");
		break;
	case PROBE_CERTAIN:
		puts("\nA Mailguard stands in the path:");
		break;
	}
	print_signs(f);
	print_profiles(f);
	print_breaks(f);
	print_remedies(r);
}
