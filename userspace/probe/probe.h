/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mailguard probe: asks a mail server, as a client, whether there is a guard in
 * front of it. dial.c connects, talk.c asks, judge.c finds out what the answers
 * mean, text.c and json.c print the result.
 */
#ifndef MAILGUARD_PROBE_H
#define MAILGUARD_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "language/errors.h"

/* Exit status. */
enum {
	PROBE_STATUS_CLEAR	= 0,
	PROBE_STATUS_UNKNOWN	= 1,
	PROBE_STATUS_GUARDED	= 2,
};

/* @argv begins with the word "probe". Returns one of the above. */
int probe(int argc, char **argv, struct errors *errors);

/* What the server answered */

/*
 * A line without its CR LF, or the part of it that arrived. It may hold NULs.
 */
struct probe_line {
	char *bytes;
	size_t len;
	bool cut;		/* the line was longer */
};

enum probe_end {
	PROBE_NOT_ASKED = 0,
	PROBE_COMPLETE,
	PROBE_MALFORMED,	/* a line belongs to no reply */
	PROBE_TIMEOUT,
	PROBE_CLOSED,
	PROBE_LOST,		/* a reset, or another error of the socket */
	PROBE_ENDLESS,		/* longer than any server's */
};

struct probe_reply {
	enum probe_end end;
	int code;		/* of the first line, 0 if it has none */
	struct probe_line *lines;
	size_t count, room;
};

/* A command that no server knows. */
#define PROBE_NONSENSE	"goodmorning"

struct probe_transcript {
	struct probe_reply greeting;
	struct probe_reply premature;	/* to QUIT, when no greeting came */
	struct probe_reply ehlo;
	struct probe_reply helo;
	struct probe_reply nonsense;
	struct probe_reply noop;
};

/*
 * True if the line is three digits, and then ends or has a blank or a hyphen.
 */
bool probe_line_is_reply(const struct probe_line *line);
void probe_transcript_free(struct probe_transcript *t);

/* What the answers mean */

enum probe_verdict {
	PROBE_UNKNOWN,
	PROBE_NONE,
	PROBE_LIKELY,
	PROBE_CERTAIN,
};

enum probe_banner {
	BANNER_UNKNOWN,
	BANNER_CLEAR,
	BANNER_CMAP,
	BANNER_ASTERISKS,
	BANNER_ASTERISKS_20,	/* 2 and 0 are among them */
};

/* What happened to the command that no server knows. */
enum probe_denied {
	DENIED_UNKNOWN,
	DENIED_REFUSED,		/* by the server or by a guard */
	DENIED_ECHOED,		/* the server read it unchanged */
	DENIED_X,		/* the server read X */
	DENIED_REPLACED,	/* in the words of a guard */
	DENIED_OK,		/* a guard answered OK */
	DENIED_NOOP,		/* answered like NOOP */
	DENIED_SUCCESS,		/* answered by another success */
};

enum probe_ehlo {
	EHLO_UNKNOWN,
	EHLO_EXTENSIONS,
	EHLO_PLAIN,		/* no extensions, as for HELO */
	EHLO_SWALLOWED,		/* answered like nonsense */
	EHLO_REFUSED,		/* but HELO is accepted */
};

enum probe_extension {
	EXTENSION_AUTH,
	EXTENSION_STARTTLS,
	EXTENSION_8BITMIME,
	EXTENSION_SIZE,
	PROBE_EXTENSIONS,
};

enum probe_offer {
	OFFER_UNKNOWN,
	OFFER_MADE,
	OFFER_ABSENT,
	OFFER_MASKED,		/* maybe: a masked keyword is as long */
	OFFER_LOST,		/* all extensions are missing */
};

/* Products that behave like this. More than one may fit. */
enum probe_profile {
	PROFILE_PIX_4_0,
	PROFILE_PIX_4_2,
	PROFILE_PIX_4_4,
	PROFILE_PIX_5_1,
	PROFILE_PIX_6_3,
	PROFILE_ASA,
	PROFILE_MAILGUARD,
	PROBE_PROFILES,
};

struct probe_findings {
	enum probe_verdict verdict;
	enum probe_banner banner;
	bool endless_greeting;	/* a strict client waits for ever */
	enum probe_denied denied;
	enum probe_ehlo ehlo;
	bool masked_keywords;
	enum probe_offer offers[PROBE_EXTENSIONS];
	unsigned int profiles;	/* one bit for each that fits */
	const char *why;	/* why the verdict is unknown */
};

/* The findings depend on @t alone. */
void probe_judge(const struct probe_transcript *t, struct probe_findings *f);

/* True for keywords such as XXXXXXXA: an ASA masks keywords like this. */
bool probe_keyword_is_masked(const char *keyword, size_t len);
/* Finds the keyword in a line of the reply to EHLO. Returns its length. */
size_t probe_keyword(const struct probe_line *line, const char **keyword);

/* What is printed */

/* An address that could not be reached, and why. */
struct probe_attempt {
	char *address;
	char *error;
};

struct probe_report {
	const char *host;
	unsigned int port;
	char *address;		/* the one that answered, or NULL */
	struct probe_attempt *attempts;
	size_t count, room;
	char *error;		/* why no server was asked */
	struct probe_transcript transcript;
	struct probe_findings findings;
};

void probe_print_text(const struct probe_report *r);
void probe_print_json(const struct probe_report *r);

/*
 * Returns the line in printable ASCII, with \xNN for other bytes. The caller
 * frees it.
 */
char *probe_sane(const struct probe_line *line);

extern const char * const probe_extension_names[PROBE_EXTENSIONS];
extern const char * const probe_profile_names[PROBE_PROFILES];

enum probe_owner {
	OWNER_PIX,
	OWNER_ASA,
	OWNER_MAILGUARD,
	PROBE_OWNERS,
};

/* True if the profiles that fit include one of this owner's product. */
bool probe_owner_fits(const struct probe_findings *f, enum probe_owner owner);

/*
 * Returns the number of lines that the owner types as a remedy. The caller
 * frees the lines.
 */
#define PROBE_REMEDY_LINES	8
size_t probe_remedy(enum probe_owner owner, unsigned int port,
		    char *lines[PROBE_REMEDY_LINES]);

#endif
