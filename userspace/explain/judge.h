/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recorded connection, judged by kmod/core. What the guard would hold back is
 * judged again when the recording has more.
 */
#ifndef MAILGUARD_EXPLAIN_JUDGE_H
#define MAILGUARD_EXPLAIN_JUDGE_H

#include <stdint.h>

#include "core/stream.h"

struct explain_output;

/* What the guard would do with a line, or with other bytes. */
enum explain_action {
	EXPLAIN_PASS,
	EXPLAIN_EDIT,
	EXPLAIN_DENY,
	EXPLAIN_HOLD,
	EXPLAIN_RESET,
};

/* What bytes are that are not shown line by line. */
enum explain_kind {
	EXPLAIN_LINE,
	EXPLAIN_CONTENT,
	EXPLAIN_CHUNK,
	EXPLAIN_TLS,
};

/* The longest line that is shown in one piece. */
#define EXPLAIN_LINE_MAX	4096

/* The begin of a line, and how the guard would send it. */
struct explain_line {
	uint8_t said[EXPLAIN_LINE_MAX];
	uint8_t sent[EXPLAIN_LINE_MAX];
	uint32_t len;
	uint32_t sent_len;
	bool denied;
	struct smtp_events events;
};

/* Bytes that wait, in the order of their sequence numbers, without overlaps. */
struct explain_piece {
	struct explain_piece *next;
	uint32_t seq;
	uint32_t len;
	uint32_t ack;		/* of its packet */
	uint8_t *said;
	uint8_t *sent;		/* of a piece that went on out of order, or NULL */
};

/* A direction. */
struct explain_side {
	uint32_t told;		/* the bytes before this were shown */
	uint32_t end;		/* of the last bytes that were recorded */
	uint32_t fin;		/* where a FIN was seen, if has_fin */
	bool has_fin;
	uint32_t acked;		/* the receiver has all bytes before this */
	uint32_t tried;		/* the end of what was judged in vain */
	uint32_t held;		/* where the last line began that is held */
	bool is_held;
	enum explain_kind kind;	/* of the bytes below */
	uint64_t bytes;
	struct explain_line *line;	/* NULL if none is begun */
	struct explain_piece *pieces;
	size_t waiting;		/* bytes of the pieces */
	unsigned int count;	/* how many pieces there are */
};

struct explain_conn {
	struct smtp_stream stream;	/* the first member */
	struct explain_output *out;
	unsigned long number;		/* 0 for a dialogue */
	bool ended;			/* the guard would have reset it */
	bool stopped;			/* a command was denied, or worse */
	struct explain_side side[SMTP_DIRS];
};

/* What is counted of all connections, and how it is printed. */
struct explain_output {
	const struct explain_printer *printer;
	unsigned long conns;
	unsigned long unjudged;
	unsigned long stopped;
	unsigned long reset;
	size_t waiting;			/* bytes of all pieces */
	uint64_t count[MAILGUARD_REASON_MAX + 1];
};

struct explain_printer {
	/* @text: what is wrong with a connection, or who its ends are. */
	void (*note)(const struct explain_conn *conn, const char *text);
	void (*line)(const struct explain_conn *conn, enum smtp_dir dir,
		     enum explain_action action,
		     const struct explain_line *line);
	void (*bytes)(const struct explain_conn *conn, enum smtp_dir dir,
		      enum explain_kind kind, uint64_t bytes);
	void (*summary)(const struct explain_output *out);
};

struct explain_conn *explain_open(struct explain_output *out,
				  const struct smtp_policy *policy,
				  unsigned long number, uint32_t client_seq,
				  uint32_t server_seq);

/*
 * Takes recorded bytes, whose sender had all bytes before @ack then. Returns false
 * if too many wait for those in between.
 */
bool explain_segment(struct explain_conn *conn, enum smtp_dir dir, uint32_t seq,
		     uint32_t ack, const uint8_t *bytes, uint32_t len, bool fin);

/* Notes that bytes up to @end were sent, though they were not recorded. */
void explain_sent(struct explain_conn *conn, enum smtp_dir dir, uint32_t end);

/* Takes an acknowledgment of what @sender has sent. */
void explain_ack(struct explain_conn *conn, enum smtp_dir sender, uint32_t ack);

/* The next bytes of a sender, and their acknowledgment at once. */
void explain_say(struct explain_conn *conn, enum smtp_dir dir,
		 const uint8_t *bytes, uint32_t len);

/* Shows what is still held, and frees the connection. */
void explain_close(struct explain_conn *conn);

#endif
