// SPDX-License-Identifier: GPL-2.0
/*
 * Judges the name in HELO and EHLO byte by byte.
 *
 * What can only be known at the end of the name is decided when the server has
 * all of it, and a server accepts almost any name. So the client cannot begin a
 * mail until the server has accepted a permitted one: see
 * smtp_policy_lacks_helo().
 */
#include "helo.h"

#define FAULT(name) (1U << SMTP_HELO_##name)

/* RFC 1035, section 2.3.4 */
#define NAME_MAX_LEN 255

/**
 * smtp_helo_begin() - begin the argument of HELO or EHLO
 * @helo: the name, zeroed
 * @policy: what is permitted
 */
void smtp_helo_begin(struct smtp_helo *helo, const struct smtp_policy *policy)
{
	smtp_domain_begin(&helo->domain, policy->domains[SMTP_SET_HELO]);
}

/* Servers differ on what the name is if it is none. */
static u32 invalid(const struct smtp_policy *policy)
{
	return FAULT(INVALID) |
	       (policy->domains[SMTP_SET_HELO] ? FAULT(FOREIGN) : 0);
}

/* Follow the labels of a name; the byte is not read yet. */
static void follow_labels(struct smtp_helo *helo, u8 byte)
{
	if (byte == '.')
		return;
	if (helo->domain.dot) {
		helo->inner_dot = true;
		helo->no_number = false;
	}
	if (!smtp_is_digit(byte))
		helo->no_number = true;
}

static u32 take_byte(struct smtp_helo *helo, const struct smtp_policy *policy,
		     u8 byte)
{
	bool first = !helo->len;
	bool ended = helo->closed || helo->len == NAME_MAX_LEN;

	follow_labels(helo, byte);
	smtp_domain_byte(&helo->domain, policy->domains[SMTP_SET_HELO], byte);
	if (helo->len < NAME_MAX_LEN)
		helo->len++;
	if (byte == ']')
		helo->closed = true;
	if (ended || helo->domain.odd)
		return invalid(policy);
	return first && helo->domain.literal ? FAULT(LITERAL) : 0;
}

/**
 * smtp_helo_byte() - check the next byte of the argument of HELO or EHLO
 * @helo: the name
 * @policy: what is permitted
 * @byte: the byte, which is printable ASCII
 *
 * Return: what is wrong with it, a mask of &enum smtp_helo_fault.
 */
u32 smtp_helo_byte(struct smtp_helo *helo, const struct smtp_policy *policy,
		   u8 byte)
{
	if (byte != ' ')
		return helo->ended ? invalid(policy) :
				     take_byte(helo, policy, byte);
	if (!helo->len || helo->ended)
		return 0;
	helo->ended = true;
	return smtp_helo_ends(helo, policy);
}

/**
 * smtp_helo_ends() - check the whole name
 * @helo: the name
 * @policy: what is permitted
 *
 * Return: what is wrong with it, a mask of &enum smtp_helo_fault.
 */
u32 smtp_helo_ends(const struct smtp_helo *helo,
		   const struct smtp_policy *policy)
{
	const struct smtp_domains *domains = policy->domains[SMTP_SET_HELO];
	u32 faults = 0;

	if (!helo->len)
		return invalid(policy) | FAULT(NO_DOT);
	if (helo->domain.literal && !helo->closed)
		faults |= invalid(policy);
	if (!helo->domain.literal && !helo->no_number)
		faults |= FAULT(INVALID);
	if (!helo->domain.literal && !helo->inner_dot)
		faults |= FAULT(NO_DOT);
	if (domains && !smtp_domain_permitted(&helo->domain, domains))
		faults |= FAULT(FOREIGN);
	return faults;
}
