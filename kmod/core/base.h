/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declares the types and functions that all of kmod/core needs. It does so
 * inside and outside the kernel, because the same sources are compiled into the
 * module and into the unit tests.
 */
#ifndef _SMTP_BASE_H
#define _SMTP_BASE_H

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <linux/types.h>
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif
#define __uninitialized
#ifndef noinline
#define noinline	__attribute__((__noinline__))
#endif
#endif

#include "../uapi/mailguard.h"

static inline bool smtp_is_blank(u8 byte)
{
	return byte == ' ' || byte == '\t';
}

/* Is this printable ASCII, or a blank? */
static inline bool smtp_is_printable(u8 byte)
{
	return byte >= ' ' && byte <= '~';
}

static inline bool smtp_is_digit(u8 byte)
{
	return byte >= '0' && byte <= '9';
}

static inline u32 smtp_at_most(u32 a, u32 b)
{
	return a < b ? a : b;
}

/**
 * enum smtp_verdict - what is done with a segment
 * @SMTP_PASS: it is sent on, edited in place
 * @SMTP_HOLD: it is trimmed to what could be judged; the sender will retransmit
 *	the rest
 * @SMTP_DROP: it is dropped; the sender will retransmit it
 * @SMTP_RESET: the connection is reset; both ends get a RST
 */
enum smtp_verdict {
	SMTP_PASS,
	SMTP_HOLD,
	SMTP_DROP,
	SMTP_RESET,
};

struct smtp_record;

/**
 * struct smtp_events - what happened while a segment was judged
 * @verdict: &enum smtp_verdict; judging stops unless it is %SMTP_PASS
 * @reasons: how many different reasons were counted
 * @reason: a list of these reasons, &enum mailguard_reason
 * @count: how often each was counted, by reason; valid for those in @reason
 *	only
 * @record: remembers more of what happened, if somebody listens to events; else
 *	NULL
 *
 * smtp_events_begin() does not zero the arrays, because most segments count
 * nothing. Hardly any segment counts more than two reasons, so they are in a
 * list, which is searched faster than a mask of all reasons.
 */
struct smtp_events {
	enum smtp_verdict verdict;
	u8 reasons;
	u8 reason[MAILGUARD_REASON_MAX + 1];
	u32 count[MAILGUARD_REASON_MAX + 1];
	struct smtp_record *record;
};

void smtp_record_add(struct smtp_record *record, enum mailguard_reason why,
		     u32 count);

static inline void smtp_events_begin(struct smtp_events *ev)
{
	ev->verdict = SMTP_PASS;
	ev->reasons = 0;
	ev->record = NULL;
}

static inline void smtp_count_some(struct smtp_events *ev,
				   enum mailguard_reason why, u32 times)
{
	unsigned int i = 0;

	while (i < ev->reasons && ev->reason[i] != why)
		i++;
	if (i == ev->reasons) {
		ev->reason[ev->reasons++] = why;
		ev->count[why] = 0;
	}
	ev->count[why] += times;
	if (ev->record)
		smtp_record_add(ev->record, why, times);
}

static inline void smtp_count(struct smtp_events *ev, enum mailguard_reason why)
{
	smtp_count_some(ev, why, 1);
}

static inline void smtp_stop(struct smtp_events *ev, enum smtp_verdict verdict,
			     enum mailguard_reason why)
{
	ev->verdict = verdict;
	smtp_count(ev, why);
}

#endif /* _SMTP_BASE_H */
