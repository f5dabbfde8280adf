/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A plain SMTP parser that reads a dialogue whole: what went to the server and
 * what it replied, byte by byte in the order of the wire. It shares nothing
 * with the core but the numbers of its states.
 */
#ifndef _MODEL_H
#define _MODEL_H

#include "judge.h"
#include "session.h"

/* Bytes of a direction at most. */
#define MODEL_MAX	16384

/* A byte of the dialogue: as it was said, and as the other side got it. */
struct byte {
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
	MODEL_DENIED_SESSION,
	MODEL_DENIED_MECHANISM,
	MODEL_DENIED_PLAIN,
	MODEL_DENIED_RECIPIENTS,
	MODEL_DENIED_MESSAGES,
	MODEL_DENIED_SIZE,
	MODEL_DENIED_HELO,
	MODEL_DENIED_NO_HELO,
	MODEL_DENIED_SENDER,
	MODEL_DENIED_RECIPIENT,
	/* From here on, a verdict that has a reply. */
	MODEL_DENIED_VERDICT,
};

struct model_line {
	u32 len;
	u8 said[MODEL_MAX + 1];
	u8 sent[MODEL_MAX + 1];
};

struct model_records {
	u8 header[5];
	u8 seen;	/* bytes of the header */
	u16 left;	/* bytes of the body */
	bool begun;
};

struct model {
	const struct profile *profile;
	const char *fault;	/* what should not have gone on, or NULL */
	u32 at;			/* bytes read */
	u32 fault_at;
	enum mailguard_state state;
	u32 passed;
	u32 denied;
	u64 frames;		/* a hash of where lines and contents end */
	bool plain;		/* the last byte was one of a line */
	bool blank;		/* it was content, and had to become a blank */

	struct judgement judgement;
	u8 offered_before;	/* when the command began */
	enum model_await reply_to;	/* when the reply's line began */
	bool content_crlf;	/* the line before it ended in CRLF */
	bool preamble_over;	/* it came, or the server spoke */
	u32 bytes;		/* announced and still to come */
	struct model_records records[SMTP_DIRS];
	bool version_known;	/* the ServerHello is complete */

	u8 offered;
	bool greeted;		/* its last accepted HELO was a permitted one */
	u8 offer;		/* of the reply under way */
	bool offer_line;	/* its first line is over */
	u32 masked;		/* keywords of it */
	bool more;		/* another line of it follows */
	bool taken;		/* the server took a mail before */
	u32 recipients;		/* accepted of the mail under way */
	u32 verdicts;		/* replies for one each that follow a 353 */
	/* What limits count. */
	u32 recipients_now;	/* RCPT that may belong to the mail under way */
	u32 recipients_next;	/* the same, if the outstanding replies are good */
	u32 messages;
	bool mail_begun;	/* perhaps, by MAIL whose size was denied */
	u32 refused;
	u32 denied_commands;
	u32 auth_failures;
	u32 junk;
	bool ending;		/* one was exceeded that closes */
	bool begun;		/* a line of the server */
	bool closing;		/* this reply is the 421 by which the guard closes */
	bool may_close;		/* or it is not: see its line */
	bool ended;		/* behind the 421 */
	bool letter;		/* a letter passed that may be of a verb that is NOOP */
	bool last;		/* the chunk is, of its message */
	u8 over_before;		/* when the command began */

	bool forced;		/* one may have passed in parts; the caller's */

	u32 answered;
	u32 awaited;
	u8 await[MODEL_MAX + 2];	/* of enum model_await */

	/* The lines under way. */
	struct model_line command;
	struct model_line reply;
	struct model_line content;
	struct model_line hello;	/* the server's handshake, unwrapped */
};

void model_init(struct model *m, const struct profile *profile);
void model_read(struct model *m, const struct byte *byte);

#endif /* _MODEL_H */
