/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mailguard probe: ask a mail server, as a client, whether a guard stands
 * before it. dial.c connects, talk.c asks, judge.c tells what the answers mean,
 * text.c and json.c print that.
 */
#ifndef MAILGUARD_PROBE_H
#define MAILGUARD_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "language/errors.h"

/* Status of the program. */
enum {
	PROBE_STATUS_CLEAR	= 0,
	PROBE_STATUS_UNKNOWN	= 1,
	PROBE_STATUS_GUARDED	= 2,
};

/* What stands behind the word "probe"; returns one of the above. */
int probe(int argc, char **argv, struct errors *errors);

/*
 * What was heard
 */

/* A line without its end, or the part of it that came. May hold NULs. */
struct probe_line {
	char *octets;
	size_t len;
	bool cut;		/* it was longer */
};

enum probe_end {
	PROBE_NOT_ASKED = 0,
	PROBE_COMPLETE,
	PROBE_MALFORMED,	/* by a line that belongs to no reply */
	PROBE_TIMEOUT,
	PROBE_CLOSED,
	PROBE_LOST,		/* a reset, or another error of the socket */
	PROBE_ENDLESS,		/* more than any server has to say */
};

struct probe_reply {
	enum probe_end end;
	int code;		/* of the first line, 0 if it has none */
	struct probe_line *lines;
	size_t count, room;
};

/* Lines sent, besides QUIT. The second one no server knows. */
#define PROBE_NONSENSE	"goodmorning"

struct probe_transcript {
	struct probe_reply greeting;
	struct probe_reply premature;	/* to QUIT, when no greeting came */
	struct probe_reply ehlo;
	struct probe_reply helo;
	struct probe_reply nonsense;
	struct probe_reply noop;
};

/* Three digits; and a blank, a hyphen or nothing behind. */
bool probe_line_is_reply(const struct probe_line *line);
void probe_transcript_free(struct probe_transcript *t);

/*
 * What it means
 */

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

/* What became of a command that no server knows. */
enum probe_denied {
	DENIED_UNKNOWN,
	DENIED_REFUSED,		/* in words that tell nothing */
	DENIED_ECHOED,		/* and the server read what was sent */
	DENIED_X,		/* the server read X */
	DENIED_REPLACED,	/* in a guard's words */
	DENIED_OK,		/* a guard says OK */
	DENIED_NOOP,		/* the same answer as that to NOOP */
	DENIED_SUCCESS,		/* other words of success */
};

enum probe_ehlo {
	EHLO_UNKNOWN,
	EHLO_EXTENSIONS,
	EHLO_PLAIN,		/* as HELO is answered: no extensions */
	EHLO_SWALLOWED,		/* as nonsense is answered */
	EHLO_REFUSED,		/* and HELO is not */
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
	OFFER_MASKED,		/* perhaps: a masked keyword is as long */
	OFFER_LOST,		/* with all extensions */
};

/* Whose habits these are; more than one may fit. */
enum probe_manner {
	MANNER_PIX_4_0,
	MANNER_PIX_4_2,
	MANNER_PIX_4_4,
	MANNER_PIX_5_1,
	MANNER_PIX_6_3,
	MANNER_ASA,
	MANNER_MAILGUARD,
	PROBE_MANNERS,
};

struct probe_findings {
	enum probe_verdict verdict;
	enum probe_banner banner;
	bool endless_greeting;	/* for a client that goes by the standard */
	enum probe_denied denied;
	enum probe_ehlo ehlo;
	bool masked_keywords;
	enum probe_offer offers[PROBE_EXTENSIONS];
	unsigned int manners;	/* bits */
	const char *why;	/* the verdict is unknown */
};

/* Nothing but @t decides. */
void probe_judge(const struct probe_transcript *t, struct probe_findings *f);

/* XXXXXXXA: how an ASA writes the keywords it does not like. */
bool probe_keyword_is_masked(const char *keyword, size_t len);
/* The keyword of a line of the reply to EHLO; its length. */
size_t probe_keyword(const struct probe_line *line, const char **keyword);

/*
 * What is printed
 */

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
	char *error;		/* nobody was asked */
	struct probe_transcript transcript;
	struct probe_findings findings;
};

void probe_print_text(const struct probe_report *r);
void probe_print_json(const struct probe_report *r);

/* Printable ASCII, with \xNN for all else; to be freed. */
char *probe_sane(const struct probe_line *line);

extern const char * const probe_extension_names[PROBE_EXTENSIONS];
extern const char * const probe_manner_names[PROBE_MANNERS];

enum probe_owner {
	OWNER_PIX,
	OWNER_ASA,
	OWNER_MAILGUARD,
	PROBE_OWNERS,
};

/* Whose device may it be, to go by the manners? */
bool probe_owner_fits(const struct probe_findings *f, enum probe_owner owner);

/* What an owner types, one line each; to be freed. */
#define PROBE_REMEDY_LINES	8
size_t probe_remedy(enum probe_owner owner, unsigned int port,
		    char *lines[PROBE_REMEDY_LINES]);

#endif
