// SPDX-License-Identifier: GPL-2.0
/* What the text and the JSON report have in common. */
#include <stdio.h>

#include "lib/memory.h"
#include "probe/probe.h"

#define BIT(n)	(1U << (n))

const char * const probe_profile_names[PROBE_PROFILES] = {
	[PROFILE_PIX_4_0]	= "pix-4.0",
	[PROFILE_PIX_4_2]	= "pix-4.2",
	[PROFILE_PIX_4_4]	= "pix-4.4",
	[PROFILE_PIX_5_1]	= "pix-5.1",
	[PROFILE_PIX_6_3]	= "pix-6.3",
	[PROFILE_ASA]		= "asa",
	[PROFILE_MAILGUARD]	= "mailguard",
};

/* Our policies can imitate each profile, so our guard is always possible. */
bool probe_owner_fits(const struct probe_findings *f, enum probe_owner owner)
{
	const unsigned int asa = BIT(PROFILE_ASA),
	ours = BIT(PROFILE_MAILGUARD);

	if (f->verdict < PROBE_LIKELY)
		return false;
	switch (owner) {
	case OWNER_PIX:
		return f->profiles & ~(asa | ours);
	case OWNER_ASA:
		return f->profiles & asa;
	default:
		return true;
	}
}

static size_t remedy_pix(unsigned int port, char **line)
{
	line[0] = xasprintf("no fixup protocol smtp %u", port);
	line[1] = xstrdup("write memory");
	line[2] = xstrdup("clear xlate");
	return 3;
}

static size_t remedy_asa(char **line)
{
	line[0] = xstrdup("policy-map global_policy");
	line[1] = xstrdup(" class inspection_default");
	line[2] = xstrdup("  no inspect esmtp");
	line[3] = xstrdup("write memory");
	return 4;
}

static size_t remedy_mailguard(unsigned int port, char **line)
{
	line[0] = xasprintf("mailguard no fixup protocol smtp %u", port);
	return 1;
}

size_t probe_remedy(enum probe_owner owner, unsigned int port,
		    char *lines[PROBE_REMEDY_LINES])
{
	switch (owner) {
	case OWNER_PIX:
		return remedy_pix(port, lines);
	case OWNER_ASA:
		return remedy_asa(lines);
	default:
		return remedy_mailguard(port, lines);
	}
}

char *probe_sane(const struct probe_line *line)
{
	/* One byte becomes at most four characters. */
	char *sane = xzalloc(line->len * 4 + sizeof("..."));
	char *to = sane;
	size_t i;

	for (i = 0; i < line->len; i++) {
		unsigned char c = line->bytes[i];

		if (c >= ' ' && c < 0x7f)
			*to++ = c;
		else
			to += sprintf(to, "\\x%02x", c);
	}
	if (line->cut)
		sprintf(to, "...");
	return sane;
}
