/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_QUEUE_H
#define _SMTP_QUEUE_H

#include "base.h"

/**
 * enum smtp_await - what the server's next reply answers
 * @SMTP_AWAIT_NOTHING: no reply is outstanding
 * @SMTP_AWAIT_GREETING: the connection; the reply is the greeting
 * @SMTP_AWAIT_COMMAND: any command that passed and is not listed here
 * @SMTP_AWAIT_HELLO: EHLO or HELO
 * @SMTP_AWAIT_MAIL: MAIL, or another command that begins a mail
 * @SMTP_AWAIT_RCPT: RCPT
 * @SMTP_AWAIT_DATA: DATA
 * @SMTP_AWAIT_EXCH50: XEXCH50
 * @SMTP_AWAIT_AUTH: AUTH, or a response in its SASL exchange
 * @SMTP_AWAIT_TLS: STARTTLS
 * @SMTP_AWAIT_XCLIENT: XCLIENT
 * @SMTP_AWAIT_MESSAGE: an end of data, the last chunk of a message, or BURL,
 *	which may be the last part of one
 * @SMTP_AWAIT_LF_MESSAGE: an end of data for a server whose lines end in LF;
 *	other servers will not reply to it
 * @SMTP_AWAIT_DENIED_SESSION: EHLO, HELO or XCLIENT in which a byte was denied,
 *	and whose reply is not shown. If the server accepts what is left of the
 *	line, it begins its session anew
 * @SMTP_AWAIT_DENIED: a denied command to which &smtp_policy.denied has the
 *	first reply; the numbers that follow stand for its other replies
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
	SMTP_AWAIT_DENIED_SESSION,
	SMTP_AWAIT_DENIED,
};

/* &smtp_run.what has six bits. */
#define SMTP_AWAIT_END		64
#define SMTP_QUEUE_RUNS		32
#define SMTP_QUEUE_RUN_MAX	((1 << 10) - 1)

/**
 * struct smtp_run - consecutive replies of one kind
 * @what: &enum smtp_await
 * @count: how many replies
 */
struct smtp_run {
	u16 what : 6;
	u16 count : 10;
};

/**
 * struct smtp_queue - the outstanding replies, in order
 * @run: a ring of runs
 * @head: index of the run that the next reply belongs to
 * @runs: how many runs are in use
 * @what: &enum smtp_await of the next reply
 *
 * Consecutive replies of one kind share a run, so a thousand pipelined RCPT
 * take one.
 */
struct smtp_queue {
	struct smtp_run run[SMTP_QUEUE_RUNS];
	u8 head;
	u8 runs;
	u8 what;
};

static inline enum smtp_await smtp_queue_head(const struct smtp_queue *queue)
{
	return queue->what;
}

/* Asked before a line begins, when it is not known what it will be. */
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
	queue->what = queue->run[queue->head].what;
}

static inline void smtp_queue_pop(struct smtp_queue *queue)
{
	if (--queue->run[queue->head].count)
		return;
	queue->head = (queue->head + 1) % SMTP_QUEUE_RUNS;
	queue->runs--;
	queue->what = queue->runs ? queue->run[queue->head].what :
				    SMTP_AWAIT_NOTHING;
}

#endif /* _SMTP_QUEUE_H */
