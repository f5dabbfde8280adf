// SPDX-License-Identifier: GPL-2.0
/*
 * Tells which events happened in a segment, what mark they give, and which of
 * them are told to those who listen.
 */
#include "event.h"

enum {
	DENIED = 1U << MAILGUARD_EVENT_DENIED,
	RESET = 1U << MAILGUARD_EVENT_RESET,
	HELD = 1U << MAILGUARD_EVENT_HELD,
	LIMIT = 1U << MAILGUARD_EVENT_LIMIT,
};

/* A mask of the events that each reason is; most reasons are none. */
static const u16 events_of[MAILGUARD_REASON_MAX + 1] = {
	[MAILGUARD_REASON_MESSAGES] = 1U << MAILGUARD_EVENT_MESSAGE,
	[MAILGUARD_REASON_RECIPIENTS] = 1U << MAILGUARD_EVENT_RECIPIENT,
	[MAILGUARD_REASON_REFUSED_RECIPIENTS] =
		1U << MAILGUARD_EVENT_REFUSED_RECIPIENT,
	[MAILGUARD_REASON_AUTH_FAILURES] = 1U << MAILGUARD_EVENT_AUTH_FAILED,
	[MAILGUARD_REASON_TLS] = 1U << MAILGUARD_EVENT_TLS,
	[MAILGUARD_REASON_DENIED_VERB] = DENIED,
	[MAILGUARD_REASON_DENIED_SHORT] = DENIED,
	[MAILGUARD_REASON_DENIED_BYTE] = DENIED,
	[MAILGUARD_REASON_DENIED_8BIT] = DENIED,
	[MAILGUARD_REASON_DENIED_ADDRESS] = DENIED,
	[MAILGUARD_REASON_DENIED_BARE_LF] = DENIED,
	[MAILGUARD_REASON_DENIED_CHUNKING] = DENIED,
	[MAILGUARD_REASON_DENIED_MECHANISM] = DENIED,
	[MAILGUARD_REASON_DENIED_PERCENT] = DENIED,
	[MAILGUARD_REASON_DENIED_BANG] = DENIED,
	[MAILGUARD_REASON_DENIED_SOURCE_ROUTE] = DENIED,
	[MAILGUARD_REASON_DENIED_DOUBLE_AT] = DENIED,
	[MAILGUARD_REASON_DENIED_QUOTED] = DENIED,
	[MAILGUARD_REASON_DENIED_NO_DOMAIN] = DENIED,
	[MAILGUARD_REASON_DENIED_LITERAL] = DENIED,
	[MAILGUARD_REASON_DENIED_SENDER] = DENIED,
	[MAILGUARD_REASON_DENIED_RECIPIENT] = DENIED,
	[MAILGUARD_REASON_DENIED_ADDRESS_LENGTH] = DENIED,
	[MAILGUARD_REASON_DENIED_HELO_NO_DOT] = DENIED,
	[MAILGUARD_REASON_DENIED_HELO_LITERAL] = DENIED,
	[MAILGUARD_REASON_DENIED_HELO_INVALID] = DENIED,
	[MAILGUARD_REASON_DENIED_HELO] = DENIED,
	[MAILGUARD_REASON_DENIED_NO_HELO] = DENIED,
	[MAILGUARD_REASON_DENIED_PLAIN] = DENIED,
	[MAILGUARD_REASON_LIMIT_RECIPIENTS] = LIMIT,
	[MAILGUARD_REASON_LIMIT_MESSAGES] = LIMIT,
	[MAILGUARD_REASON_LIMIT_SIZE] = LIMIT,
	[MAILGUARD_REASON_LIMIT_REFUSED] = LIMIT,
	[MAILGUARD_REASON_LIMIT_DENIED] = LIMIT,
	[MAILGUARD_REASON_LIMIT_AUTH] = LIMIT,
	[MAILGUARD_REASON_LIMIT_JUNK] = LIMIT,
	[MAILGUARD_REASON_HELD_SYN] = HELD,
	[MAILGUARD_REASON_HELD_VERB] = HELD,
	[MAILGUARD_REASON_HELD_GREETING] =
		HELD | 1U << MAILGUARD_EVENT_EARLY_TALK,
	[MAILGUARD_REASON_HELD_DATA] = HELD,
	[MAILGUARD_REASON_HELD_AUTH] = HELD,
	[MAILGUARD_REASON_HELD_STARTTLS] = HELD,
	[MAILGUARD_REASON_HELD_EHLO] = HELD,
	[MAILGUARD_REASON_HELD_KEYWORD] = HELD,
	[MAILGUARD_REASON_HELD_PIPELINING] = HELD,
	[MAILGUARD_REASON_HELD_POLICY] = HELD,
	[MAILGUARD_REASON_HELD_QUEUE] = HELD,
	[MAILGUARD_REASON_HELD_MEMORY] = HELD,
	[MAILGUARD_REASON_HELD_MIDSTREAM] = HELD,
	[MAILGUARD_REASON_HELD_REUSED] = HELD,
	[MAILGUARD_REASON_RESET_EARLY_TALK] =
		RESET | 1U << MAILGUARD_EVENT_EARLY_TALK,
	[MAILGUARD_REASON_RESET_FOREIGN] =
		RESET | 1U << MAILGUARD_EVENT_EARLY_TALK,
	[MAILGUARD_REASON_RESET_LENGTH] = RESET,
	[MAILGUARD_REASON_RESET_ADDRESS] = RESET,
	[MAILGUARD_REASON_RESET_TRUNCATED] = RESET,
	[MAILGUARD_REASON_RESET_BARE_LF] = RESET,
	[MAILGUARD_REASON_RESET_COMMAND] = RESET,
	[MAILGUARD_REASON_RESET_CHUNK_SIZE] = RESET,
	[MAILGUARD_REASON_RESET_CHUNK] = RESET,
	[MAILGUARD_REASON_RESET_REPLY] = RESET,
	[MAILGUARD_REASON_RESET_REPLY_LENGTH] = RESET,
	[MAILGUARD_REASON_RESET_CONTENT] = RESET,
	[MAILGUARD_REASON_RESET_TLS] = RESET,
	[MAILGUARD_REASON_RESET_TLS_VERSION] = RESET,
	[MAILGUARD_REASON_RESET_HELO] = RESET,
	[MAILGUARD_REASON_RESET_LIMIT] = RESET,
	[MAILGUARD_REASON_RESET_MPTCP] = RESET,
	[MAILGUARD_REASON_RESET_MIDSTREAM] = RESET,
	[MAILGUARD_REASON_RESET_POLICY] = RESET,
};

static u16 events_mask(const struct smtp_events *ev)
{
	unsigned int i;
	u16 mask = 0;

	for (i = 0; i < ev->reasons; i++)
		mask |= events_of[ev->reason[i]];
	return mask;
}

/*
 * Is the client to blame for what the reason counts? Some resets are because of
 * the server, or because the guard does not know the connection.
 */
static bool blames_client(unsigned int reason)
{
	switch (reason) {
	case MAILGUARD_REASON_RESET_REPLY:
	case MAILGUARD_REASON_RESET_REPLY_LENGTH:
	case MAILGUARD_REASON_RESET_TLS_VERSION:
	case MAILGUARD_REASON_RESET_MIDSTREAM:
	case MAILGUARD_REASON_RESET_POLICY:
		return false;
	default:
		return true;
	}
}

/**
 * smtp_mark_offences() - count offences in a connection's mark
 * @mark: the mark
 * @offenders: of the policy
 * @ev: what was counted for a segment
 *
 * The rule of nft that has seen them clears the bits.
 *
 * Return: the new mark.
 */
u32 smtp_mark_offences(u32 mark, const struct smtp_offenders *offenders,
		       const struct smtp_events *ev)
{
	u32 lowest = offenders->mask & -offenders->mask;
	u32 field = (mark & offenders->mask) / (lowest ?: 1);
	u32 count = 0;
	unsigned int i;

	for (i = 0; i < ev->reasons; i++)
		if (events_of[ev->reason[i]] & (1U << offenders->event) &&
		    blames_client(ev->reason[i]))
			count += ev->count[ev->reason[i]];
	if (!offenders->number || !count)
		return mark;
	if ((field & 0xf) == offenders->number)
		count += field >> 4;
	if (count > SMTP_OFFENCES_MAX)
		count = SMTP_OFFENCES_MAX;
	return (mark & ~offenders->mask) |
	       (count << 4 | offenders->number) * lowest;
}

/**
 * smtp_mark_set() - set the bits of a mark that belong to what happened
 * @mark: the mark
 * @policy: which bits each event sets
 * @kind: &enum mailguard_mark_kind
 * @ev: what was counted for a segment
 *
 * Return: the new mark.
 */
u32 smtp_mark_set(u32 mark, const struct smtp_policy *policy, unsigned int kind,
		  const struct smtp_events *ev)
{
	u16 events = events_mask(ev) & policy->marking;
	unsigned int event;

	for (event = 0; events >> event; event++) {
		const struct smtp_mark *bits = &policy->mark[event][kind];

		if (events & (1U << event))
			mark = (mark & ~bits->mask) | bits->value;
	}
	return mark;
}

/**
 * smtp_event_reset() - find the reason for which a connection is reset
 * @ev: what was counted for a segment
 *
 * Return: &enum mailguard_reason, or -1 if there is none.
 */
int smtp_event_reset(const struct smtp_events *ev)
{
	unsigned int i;

	for (i = 0; i < ev->reasons; i++)
		if (events_of[ev->reason[i]] & RESET)
			return ev->reason[i];
	return -1;
}

/* For reasons that are not in &events_of: what the guard did. */
static const struct {
	u8 why;
	u8 done;
} done_otherwise[] = {
	{ MAILGUARD_REASON_LOGGED_COMMANDS, MAILGUARD_DONE_LOGGED },
	{ MAILGUARD_REASON_REFUSED_RECIPIENTS, MAILGUARD_DONE_LOGGED },
	{ MAILGUARD_REASON_AUTH_FAILURES, MAILGUARD_DONE_LOGGED },
	{ MAILGUARD_REASON_BARE_LF, MAILGUARD_DONE_PASSED },
	{ MAILGUARD_REASON_PIPES, MAILGUARD_DONE_PASSED },
	{ MAILGUARD_REASON_BRACKETS, MAILGUARD_DONE_PASSED },
	{ MAILGUARD_REASON_UNEXPECTED_REPLY, MAILGUARD_DONE_PASSED },
	{ MAILGUARD_REASON_MALFORMED_REPLY, MAILGUARD_DONE_PASSED },
	{ MAILGUARD_REASON_LONG_REPLY, MAILGUARD_DONE_PASSED },
	{ MAILGUARD_REASON_UNFOLLOWED, MAILGUARD_DONE_PASSED },
	{ MAILGUARD_REASON_DOWNGRADED, MAILGUARD_DONE_EDITED },
	{ MAILGUARD_REASON_DEFANGED, MAILGUARD_DONE_EDITED },
	{ MAILGUARD_REASON_MASKED_KEYWORDS, MAILGUARD_DONE_MASKED },
	{ MAILGUARD_REASON_MASKED_MECHANISMS, MAILGUARD_DONE_MASKED },
	{ MAILGUARD_REASON_REORDERED, MAILGUARD_DONE_DROPPED },
	{ MAILGUARD_REASON_NO_MEMORY, MAILGUARD_DONE_DROPPED },
	{ MAILGUARD_REASON_FORGED, MAILGUARD_DONE_DROPPED },
};

/**
 * smtp_event_done() - tell what was done
 * @entry: what happened
 *
 * Return: &enum mailguard_done; -1 if nobody needs to be told. What is counted
 * in an ordinary dialogue is not told.
 */
int smtp_event_done(const struct smtp_record_entry *entry)
{
	u16 events = events_of[entry->why];
	unsigned int i;

	if (entry->denied || events & DENIED)
		return MAILGUARD_DONE_DENIED;
	if (events & RESET)
		return MAILGUARD_DONE_RESET;
	if (events & HELD)
		return MAILGUARD_DONE_HELD;
	if (entry->hello || events & LIMIT)
		return MAILGUARD_DONE_LOGGED;
	for (i = 0; i < ARRAY_SIZE(done_otherwise); i++)
		if (done_otherwise[i].why == entry->why)
			return done_otherwise[i].done;
	return -1;
}
