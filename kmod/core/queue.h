/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_QUEUE_H
#define _SMTP_QUEUE_H

#include "base.h"

/**
 * enum smtp_await - what a reply will answer
 * @SMTP_AWAIT_NOTHING: nothing is outstanding
 * @SMTP_AWAIT_GREETING: the connection itself
 * @SMTP_AWAIT_COMMAND: a command that passed
 * @SMTP_AWAIT_DATA: a DATA that passed
 * @SMTP_AWAIT_MESSAGE: an end of data
 * @SMTP_AWAIT_DENIED: a denied command
 */
enum smtp_await {
	SMTP_AWAIT_NOTHING,
	SMTP_AWAIT_GREETING,
	SMTP_AWAIT_COMMAND,
	SMTP_AWAIT_DATA,
	SMTP_AWAIT_MESSAGE,
	SMTP_AWAIT_DENIED,
};

#define SMTP_QUEUE_RUNS 16

/**
 * struct smtp_queue - replies outstanding, in order
 * @what: &enum smtp_await of each run
 * @count: how many of them in a row
 * @head: the run that is answered next
 * @runs: how many runs there are
 *
 * Equal neighbours share one place, so a thousand pipelined RCPT take one.
 */
struct smtp_queue {
	u16 count[SMTP_QUEUE_RUNS];
	u8 what[SMTP_QUEUE_RUNS];
	u8 head;
	u8 runs;
};

static inline enum smtp_await smtp_queue_head(const struct smtp_queue *queue)
{
	return queue->runs ? queue->what[queue->head] : SMTP_AWAIT_NOTHING;
}

/* A place for whatever comes, asked for before the first octet of a line. */
static inline bool smtp_queue_full(const struct smtp_queue *queue)
{
	return queue->runs == SMTP_QUEUE_RUNS;
}

static inline void smtp_queue_push(struct smtp_queue *queue,
				   enum smtp_await what)
{
	unsigned int last = (queue->head + queue->runs - 1) % SMTP_QUEUE_RUNS;

	if (!queue->runs || queue->what[last] != what ||
	    queue->count[last] == (u16)-1) {
		last = (queue->head + queue->runs++) % SMTP_QUEUE_RUNS;
		queue->what[last] = what;
		queue->count[last] = 0;
	}
	queue->count[last]++;
}

static inline void smtp_queue_pop(struct smtp_queue *queue)
{
	if (--queue->count[queue->head])
		return;
	queue->head = (queue->head + 1) % SMTP_QUEUE_RUNS;
	queue->runs--;
}

#endif /* _SMTP_QUEUE_H */
