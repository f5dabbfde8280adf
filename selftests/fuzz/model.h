/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A plain SMTP parser that reads a dialogue whole: what went to the server and
 * what it replied, octet by octet in the order of the wire. It shares nothing
 * with the core but the numbers of its states.
 */
#ifndef _MODEL_H
#define _MODEL_H

#include "judge.h"
#include "session.h"

/* Octets of a direction at most. */
#define MODEL_MAX	16384

/* An octet of the dialogue: as it was said, and as the other side got it. */
struct octet {
	enum smtp_dir dir;
	u8 said;
	u8 sent;
};

/* What a reply will answer. */
enum model_await {
	MODEL_NOTHING,
	MODEL_GREETING,
	MODEL_COMMAND,
	MODEL_HELLO,
	MODEL_MAIL,
	MODEL_RCPT,
	MODEL_MESSAGE,
	MODEL_DATA,
	MODEL_LF_MESSAGE,
	MODEL_EXCH50,
	MODEL_AUTH,
	MODEL_TLS,
	MODEL_XCLIENT,
	MODEL_DENIED,
};

struct model_line {
	u32 len;
	u8 said[MODEL_MAX + 1];
	u8 sent[MODEL_MAX + 1];
};

struct model_records {
	u8 header[5];
	u8 seen;	/* octets of the header */
	u16 left;	/* octets of the body */
	bool begun;
};

struct model {
	const struct manner *manner;
	const char *fault;	/* what should not have gone on, or NULL */
	u32 at;			/* octets read */
	u32 fault_at;
	enum mailguard_state state;
	u32 passed;
	u32 denied;
	u64 frames;		/* a hash of where lines and contents end */
	bool plain;		/* the last octet was one of a line */
	bool blank;		/* it was content, and had to become a blank */

	struct judgement judgement;
	u8 offered_before;	/* when the command began */
	enum model_await reply_to;	/* when the reply's line began */
	bool content_crlf;	/* the line before it ended in CRLF */
	bool preamble_over;	/* it came, or the server spoke */
	u32 octets;		/* announced and still to come */
	struct model_records records[SMTP_DIRS];

	u8 offered;
	u8 offer;		/* of the reply under way */
	bool offer_line;	/* its first line is over */
	u32 masked;		/* keywords of it */
	bool more;		/* another line of it follows */
	bool taken;		/* the server took a mail before */
	u32 recipients;		/* accepted of the mail under way */
	u32 verdicts;		/* replies for one each that follow a 353 */
	bool forced;		/* one may have passed in parts; the caller's */

	u32 answered;
	u32 awaited;
	u8 await[MODEL_MAX + 2];	/* of enum model_await */

	/* The lines under way. */
	struct model_line command;
	struct model_line reply;
	struct model_line content;
};

void model_init(struct model *m, const struct manner *manner);
void model_read(struct model *m, const struct octet *octet);

#endif /* _MODEL_H */
