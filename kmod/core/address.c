// SPDX-License-Identifier: GPL-2.0
/*
 * Judges the addresses of MAIL, RCPT, VRFY and the like byte by byte, and checks
 * UTF-8 in them.
 *
 * Servers differ on where an address without angle brackets ends, so the whole
 * rest of its line is checked. Behind the brackets there are parameters, in
 * which brackets are legal (AUTH=<>; RFC 4954, 5). A backslash escapes the next
 * byte in a quoted string only. Some servers let it escape elsewhere; there, a
 * bracket behind it is checked nevertheless.
 *
 * Bars, percent signs, exclamation marks and at signs are checked in quoted
 * strings, too: some servers route mail by what they find there.
 */
#include "address.h"

#define FAULT(name) (1U << SMTP_ADDRESS_##name)

static const char postmaster[] = "postmaster";

static bool has_action(const struct smtp_policy *policy,
		       enum mailguard_actions_attr check)
{
	return policy->action[check] != MAILGUARD_ACTION_PASS;
}

/* Return: the set that the domain of this address must pass, or NULL. */
static const struct smtp_domains *domains_of(const struct smtp_address *address,
					     const struct smtp_policy *policy)
{
	switch (address->kind) {
	case SMTP_ADDRESS_SENDER:
		return policy->domains[SMTP_SET_SENDER];
	case SMTP_ADDRESS_RECIPIENT:
		return policy->domains[SMTP_SET_RECIPIENT];
	default:
		return NULL;
	}
}

/**
 * smtp_address_begin() - begin the argument of MAIL, RCPT etc.
 * @address: the address, zeroed
 * @policy: what is permitted
 * @framing: the framing of the verb
 */
void smtp_address_begin(struct smtp_address *address,
			const struct smtp_policy *policy,
			enum smtp_framing framing)
{
	address->judged = policy->judges_addresses;
	if (framing == SMTP_FRAMING_MAIL)
		address->kind = SMTP_ADDRESS_SENDER;
	else if (framing == SMTP_FRAMING_RCPT)
		address->kind = SMTP_ADDRESS_RECIPIENT;
	else
		address->at = SMTP_ADDRESS_OUT;
	address->must_close = domains_of(address, policy) ||
			      (address->kind != SMTP_ADDRESS_NAME &&
			       has_action(policy,
					  MAILGUARD_A_ACTIONS_NO_DOMAIN));
}

static void take_quoted(struct smtp_address *address, u8 byte)
{
	if (address->escaped)
		address->escaped = false;
	else if (byte == '\\')
		address->escaped = true;
	else if (byte == '"')
		address->quoted = false;
}

static u32 take_bracket(struct smtp_address *address, u8 byte)
{
	if (byte == '<' && address->at < SMTP_ADDRESS_IN)
		address->at = SMTP_ADDRESS_IN;
	else if (byte == '>' && address->at == SMTP_ADDRESS_IN)
		address->at = SMTP_ADDRESS_AFTER;
	else
		return FAULT(BRACKET);
	return 0;
}

static void path_begins(struct smtp_address *address)
{
	address->len = 0;
	address->part_len = 0;
	address->part = SMTP_ADDRESS_START;
	address->at_sign = false;
	address->not_postmaster = false;
}

/* RFC 5321: the null sender (4.5.5) and <postmaster> (4.1.1.3) are legal. */
static bool needs_no_domain(const struct smtp_address *address)
{
	switch (address->kind) {
	case SMTP_ADDRESS_SENDER:
		return address->part == SMTP_ADDRESS_START;
	case SMTP_ADDRESS_RECIPIENT:
		return address->part == SMTP_ADDRESS_LOCAL &&
		       address->part_len == sizeof(postmaster) - 1 &&
		       !address->not_postmaster;
	default:
		return true;
	}
}

static u32 path_ends(const struct smtp_address *address,
		     const struct smtp_policy *policy)
{
	const struct smtp_domains *domains = domains_of(address, policy);

	if (address->part != SMTP_ADDRESS_DOMAIN || !address->part_len)
		return needs_no_domain(address) ? 0 :
		       FAULT(NO_DOMAIN) | (domains ? FAULT(FOREIGN) : 0);
	if (!domains || smtp_domain_permitted(&address->domain, domains))
		return 0;
	return FAULT(FOREIGN);
}

static void domain_begins(struct smtp_address *address,
			  const struct smtp_policy *policy)
{
	address->part = SMTP_ADDRESS_DOMAIN;
	address->part_len = 0;
	smtp_domain_begin(&address->domain, domains_of(address, policy));
}

/*
 * Can a server take another domain than the one that is judged? Recipients are
 * sent on by percent signs, exclamation marks and at signs of the local part,
 * even by quoted ones. What must be quoted in a local part, and is not, may end
 * it or begin a comment.
 */
static bool is_ambiguous(const struct smtp_address *address, u8 byte)
{
	bool recipient = address->kind == SMTP_ADDRESS_RECIPIENT;

	if (address->part == SMTP_ADDRESS_DOMAIN)
		return byte == '@';
	if (recipient && (byte == '%' || byte == '!' ||
			  (byte == '@' && (address->quoted ||
					   address->part == SMTP_ADDRESS_START))))
		return true;
	return address->part != SMTP_ADDRESS_ROUTE && !address->quoted &&
	       strchr(" ()<>[]:;,\\", byte);
}

static u32 take_at_sign(struct smtp_address *address,
			const struct smtp_policy *policy)
{
	u32 fault = address->at_sign ? FAULT(DOUBLE_AT) : 0;

	address->at_sign = true;
	if (!address->quoted)
		domain_begins(address, policy);
	return fault;
}

static u32 take_local(struct smtp_address *address,
		      const struct smtp_policy *policy, u8 byte)
{
	u32 at = address->part_len;

	if (at >= sizeof(postmaster) - 1 || (byte | 0x20) != postmaster[at])
		address->not_postmaster = true;
	if (++address->part_len > policy->local_part_length)
		return FAULT(LOCAL_TOO_LONG);
	return 0;
}

static u32 take_domain(struct smtp_address *address,
		       const struct smtp_policy *policy, u8 byte)
{
	const struct smtp_domains *domains = domains_of(address, policy);

	if (domains)
		smtp_domain_byte(&address->domain, domains, byte);
	if (byte == ' ')
		return 0;
	if (++address->part_len > policy->domain_length)
		return FAULT(DOMAIN_TOO_LONG);
	return address->part_len == 1 && byte == '[' ? FAULT(LITERAL) : 0;
}

static u32 take_part(struct smtp_address *address,
		     const struct smtp_policy *policy, u8 byte)
{
	u32 faults = 0;

	switch (address->part) {
	case SMTP_ADDRESS_START:
		address->part = byte == '@' ? SMTP_ADDRESS_ROUTE :
					      SMTP_ADDRESS_LOCAL;
		if (byte == '@')
			return FAULT(SOURCE_ROUTE);
		return take_local(address, policy, byte);
	case SMTP_ADDRESS_ROUTE:
		if (byte == ':')
			address->part = SMTP_ADDRESS_START;
		return 0;
	case SMTP_ADDRESS_LOCAL:
		if (byte == '@')
			faults = take_at_sign(address, policy);
		/* A quoted at sign belongs to the local part. */
		if (address->part == SMTP_ADDRESS_LOCAL)
			faults |= take_local(address, policy, byte);
		return faults;
	default:
		if (byte == '@')
			return take_at_sign(address, policy);
		return take_domain(address, policy, byte);
	}
}

static u32 byte_faults(const struct smtp_address *address, u8 byte)
{
	if (byte >= 0x80)
		return FAULT(8BIT);
	if (byte == '%')
		return FAULT(PERCENT);
	if (byte == '!')
		return FAULT(BANG);
	return byte == '"' && !address->quoted ? FAULT(QUOTED) : 0;
}

static u32 take_path(struct smtp_address *address,
		     const struct smtp_policy *policy, u8 byte)
{
	u32 faults = byte_faults(address, byte);

	if (byte == ' ' && address->part == SMTP_ADDRESS_START)
		return 0;
	if (address->must_close && address->at == SMTP_ADDRESS_OUT)
		faults |= FAULT(NO_DOMAIN);
	if (domains_of(address, policy) &&
	    (address->at == SMTP_ADDRESS_OUT || is_ambiguous(address, byte)))
		faults |= FAULT(FOREIGN);
	if (++address->len > policy->address_length)
		faults |= FAULT(TOO_LONG);
	return faults | take_part(address, policy, byte);
}

/* Judge a byte before its effect on the brackets and on quoting. */
static u32 judge_byte(struct smtp_address *address,
		      const struct smtp_policy *policy, u8 byte)
{
	bool opens = byte == '<' && !address->quoted;
	bool closes = byte == '>' && !address->quoted;

	switch (address->at) {
	case SMTP_ADDRESS_OUT:
		if (!opens)
			return take_path(address, policy, byte);
		path_begins(address);
		return 0;
	case SMTP_ADDRESS_IN:
		return closes ? path_ends(address, policy) :
				take_path(address, policy, byte);
	case SMTP_ADDRESS_AFTER:
		return byte != ' ' && domains_of(address, policy) ?
		       FAULT(TRAILING) : 0;
	default:
		return 0;
	}
}

/*
 * Read FROM: or TO: (RFC 5321, 4.1.1.2 and 4.1.1.3). Behind anything else, Courier
 * takes an address behind the first colon of the line, also one that looks like
 * a parameter: RCPT <a@b> X:<c@d>.
 */
static u32 take_prefix(struct smtp_address *address,
		       const struct smtp_policy *policy, u8 byte)
{
	const char *prefix = address->kind == SMTP_ADDRESS_SENDER ? "from:" :
								    "to:";

	if ((byte | 0x20) != prefix[address->len++])
		return FAULT(NO_PREFIX) |
		       (domains_of(address, policy) ? FAULT(FOREIGN) : 0);
	if (byte == ':') {
		address->at = SMTP_ADDRESS_OUT;
		address->len = 0;
	}
	return 0;
}

/**
 * smtp_address_byte() - check the next byte of the argument of MAIL, RCPT etc.
 * @address: the address
 * @policy: what is permitted
 * @byte: the byte
 *
 * Return: what is wrong with it, a mask of &enum smtp_address_fault.
 */
u32 smtp_address_byte(struct smtp_address *address,
		      const struct smtp_policy *policy, u8 byte)
{
	u32 faults;

	if (address->judged && address->at == SMTP_ADDRESS_PREFIX)
		return take_prefix(address, policy, byte);
	faults = address->judged ? judge_byte(address, policy, byte) : 0;
	if (address->at == SMTP_ADDRESS_PARAMETERS)
		return 0;
	if (byte == '|')
		return faults | FAULT(PIPE);
	if (address->quoted)
		take_quoted(address, byte);
	else if (byte == '<' || byte == '>')
		faults |= take_bracket(address, byte);
	else if (byte == '"')
		address->quoted = true;
	else if (byte == ' ' && address->at == SMTP_ADDRESS_AFTER)
		address->at = SMTP_ADDRESS_PARAMETERS;
	return faults;
}

/*
 * Begin a character of UTF-8 (RFC 3629, 4). The range of its second byte
 * excludes overlong forms, surrogates, and numbers beyond Unicode.
 */
static void begin_utf8(struct smtp_address *address, u8 byte)
{
	address->due = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
	address->from = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
	address->to = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
}

/**
 * smtp_address_is_utf8() - is the address valid UTF-8 up to this byte?
 * @address: the address
 * @byte: the next byte, which is taken if it is valid
 *
 * This also keeps out 0xfc, which is a vertical bar to a server that clears the
 * eighth bit.
 *
 * Return: true if the byte is valid.
 */
bool smtp_address_is_utf8(struct smtp_address *address, u8 byte)
{
	if (byte < 0x80)
		return !address->due;
	if (!address->due) {
		if (byte < 0xc2 || byte > 0xf4)
			return false;
		begin_utf8(address, byte);
		return true;
	}
	if (byte < address->from || byte > address->to)
		return false;
	address->due--;
	address->from = 0x80;
	address->to = 0xbf;
	return true;
}
