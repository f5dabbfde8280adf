/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_QUEUE_H
#define _SMTP_QUEUE_H

#include "base.h"

/**
 * enum smtp_await - what a reply will answer
 * @SMTP_AWAIT_NOTHING: nothing is outstanding
 * @SMTP_AWAIT_GREETING: the connection itself
 * @SMTP_AWAIT_COMMAND: a command that passed, none of the following
 * @SMTP_AWAIT_HELLO: EHLO or HELO
 * @SMTP_AWAIT_MAIL: MAIL, or another that begins a mail
 * @SMTP_AWAIT_RCPT: RCPT
 * @SMTP_AWAIT_DATA: DATA
 * @SMTP_AWAIT_EXCH50: XEXCH50
 * @SMTP_AWAIT_AUTH: AUTH, or a response in its exchange
 * @SMTP_AWAIT_TLS: STARTTLS
 * @SMTP_AWAIT_XCLIENT: XCLIENT
 * @SMTP_AWAIT_MESSAGE: an end of data, or a last chunk
 * @SMTP_AWAIT_LF_MESSAGE: an end of data that needs a server which takes LF for
 *	the end of a line
 * @SMTP_AWAIT_DENIED: a denied command
 */
enum smtp_await {
	SMTP_AWAIT_NOTHING,
	SMTP_AWAIT_GREETING,
	SMTP_AWAIT_COMMAND,
	SMTP_AWAIT_HELLO,
	SMTP_AWAIT_MAIL,
	SMTP_AWAIT_RCPT,
	SMTP_AWAIT_DATA,
	SMTP_AWAIT_EXCH50,
	SMTP_AWAIT_AUTH,
	SMTP_AWAIT_TLS,
	SMTP_AWAIT_XCLIENT,
	SMTP_AWAIT_MESSAGE,
	SMTP_AWAIT_LF_MESSAGE,
	SMTP_AWAIT_DENIED,
};

#define SMTP_QUEUE_RUNS		64
#define SMTP_QUEUE_RUN_MAX	((1 << 12) - 1)

/**
 * struct smtp_run - replies of one kind in a row
 * @what: &enum smtp_await
 * @count: how many
 */
struct smtp_run {
	u16 what : 4;
	u16 count : 12;
};

/**
 * struct smtp_queue - replies outstanding, in order
 * @run: a ring of runs
 * @head: the run that is answered next
 * @runs: how many runs there are
 *
 * Equal neighbours share one place, so a thousand pipelined RCPT take one.
 */
struct smtp_queue {
	struct smtp_run run[SMTP_QUEUE_RUNS];
	u8 head;
	u8 runs;
};

static inline enum smtp_await smtp_queue_head(const struct smtp_queue *queue)
{
	return queue->runs ? queue->run[queue->head].what : SMTP_AWAIT_NOTHING;
}

/* A place for whatever comes, asked for before the first octet of a line. */
static inline bool smtp_queue_full(const struct smtp_queue *queue)
{
	return queue->runs == SMTP_QUEUE_RUNS;
}

static inline bool smtp_queue_has(const struct smtp_queue *queue,
				  enum smtp_await what)
{
	unsigned int i;

	for (i = 0; i < queue->runs; i++)
		if (queue->run[(queue->head + i) % SMTP_QUEUE_RUNS].what == what)
			return true;
	return false;
}

static inline void smtp_queue_push(struct smtp_queue *queue,
				   enum smtp_await what)
{
	unsigned int last = (queue->head + queue->runs - 1) % SMTP_QUEUE_RUNS;

	if (!queue->runs || queue->run[last].what != what ||
	    queue->run[last].count == SMTP_QUEUE_RUN_MAX) {
		last = (queue->head + queue->runs++) % SMTP_QUEUE_RUNS;
		queue->run[last].what = what;
		queue->run[last].count = 0;
	}
	queue->run[last].count++;
}

static inline void smtp_queue_pop(struct smtp_queue *queue)
{
	if (--queue->run[queue->head].count)
		return;
	queue->head = (queue->head + 1) % SMTP_QUEUE_RUNS;
	queue->runs--;
}

#endif /* _SMTP_QUEUE_H */
