/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the protocol core needs of the world: integers, memcpy() and bool.
 * The core is compiled unchanged into the module and into the unit tests.
 */
#ifndef _SMTP_BASE_H
#define _SMTP_BASE_H

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <errno.h>
#include <stdbool.h>
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
#endif

#include "../uapi/mailguard.h"

/* An octet that may stand in a command line: printable ASCII and the blank. */
static inline bool smtp_is_printable(u8 octet)
{
	return octet >= ' ' && octet <= '~';
}

static inline bool smtp_is_digit(u8 octet)
{
	return octet >= '0' && octet <= '9';
}

static inline u32 smtp_at_most(u32 a, u32 b)
{
	return a < b ? a : b;
}

/**
 * enum smtp_verdict - what is to become of a segment
 * @SMTP_PASS: it goes on, edited in place
 * @SMTP_HOLD: what was not decided is cut off; the sender will repeat it
 * @SMTP_DROP: nothing goes on; the sender will repeat it
 * @SMTP_RESET: both ends get a RST
 */
enum smtp_verdict {
	SMTP_PASS,
	SMTP_HOLD,
	SMTP_DROP,
	SMTP_RESET,
};

/**
 * struct smtp_events - what happened while a segment was judged
 * @verdict: &enum smtp_verdict; anything but %SMTP_PASS stops the judging
 * @counted: the reasons that @count has something of, a mask
 * @count: events by &enum mailguard_reason; of the others nothing is known
 *
 * To be begun by smtp_events_begin(): most segments count nothing, and zeroes
 * for all reasons would cost each of them something.
 */
struct smtp_events {
	enum smtp_verdict verdict;
	u64 counted;
	u32 count[MAILGUARD_REASON_MAX + 1];
};

static inline void smtp_events_begin(struct smtp_events *ev)
{
	ev->verdict = SMTP_PASS;
	ev->counted = 0;
}

static inline void smtp_count_some(struct smtp_events *ev,
				   enum mailguard_reason why, u32 times)
{
	u64 bit = 1ULL << why;

	if (!(ev->counted & bit))
		ev->count[why] = 0;
	ev->counted |= bit;
	ev->count[why] += times;
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
