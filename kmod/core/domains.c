// SPDX-License-Identifier: GPL-2.0
/*
 * Recognises the domains of a set byte by byte.
 *
 * "example.org" is that domain, ".example.org" every domain below it. A domain
 * is read behind an at sign, which the automaton reads, too: only a name without
 * a leading dot begins with it, so only such a name must be the whole domain.
 */
#include "domains.h"

/* States are numbered in 16 bits. */
#define NODES_MAX 0xffff

static u8 lower(u8 byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

/**
 * smtp_domains_init() - begin an empty set
 * @domains: the set
 * @node: zeroed room for 1 state, and smtp_domains_nodes() for each name
 * @text: room for all names and their NULs
 */
void smtp_domains_init(struct smtp_domains *domains,
		       struct smtp_domains_node *node, char *text)
{
	memset(domains, 0, sizeof(*domains));
	domains->node = node;
	domains->text = text;
	domains->nodes = 1;
}

static u16 find_child(const struct smtp_domains *domains, u16 state, u8 byte)
{
	u16 child = domains->node[state].child;

	while (child && domains->node[child].byte != byte)
		child = domains->node[child].next;
	return child;
}

static u16 add_child(struct smtp_domains *domains, u16 state, u8 byte)
{
	u16 child = find_child(domains, state, byte);

	if (child)
		return child;
	child = domains->nodes++;
	domains->node[child].byte = byte;
	domains->node[child].next = domains->node[state].child;
	domains->node[state].child = child;
	return child;
}

/* Letters, digits, hyphens, underscores, dots, UTF-8, or an address literal. */
static bool is_domain(const char *name)
{
	bool literal = *name == '[';
	char before = '.';
	const char *p;

	for (p = literal ? name + 1 : name; *p; before = *p++) {
		u8 byte = lower(*p);

		if (literal && (byte == ':' || (byte == ']' && !p[1])))
			continue;
		if (*p == '.' && before == '.' && p > name)
			return false;
		if (!(byte >= 'a' && byte <= 'z') && !smtp_is_digit(byte) &&
		    byte < 0x80 && byte != '-' && byte != '_' && byte != '.')
			return false;
	}
	return before != '.' && (!literal || before == ']');
}

/**
 * smtp_domains_add() - add a name
 * @domains: a set that is not sealed
 * @name: the name, in any case
 *
 * Return: NULL, or a message for the user.
 */
const char *smtp_domains_add(struct smtp_domains *domains, const char *name)
{
	u16 state = 0;
	const char *p;

	if (!is_domain(name))
		return "a domain has labels with dots between them, and perhaps a dot in front";
	if (domains->names == MAILGUARD_DOMAINS_MAX)
		return "too many domains";
	if (strlen(name) + 1 > NODES_MAX - domains->nodes)
		return "the domains are too long together";
	if (*name != '.')
		state = add_child(domains, 0, '@');
	for (p = name; *p; p++)
		state = add_child(domains, state, lower(*p));
	if (domains->node[state].ends)
		return "domain is given twice";
	domains->node[state].ends = true;
	domains->names++;
	memcpy(domains->text + domains->text_len, name, p - name + 1);
	domains->text_len += p - name + 1;
	return NULL;
}

/* Return: the state behind a byte of any case. */
static u16 step(const struct smtp_domains *domains, u16 state, u8 byte)
{
	u16 child;

	byte = lower(byte);
	for (;;) {
		child = find_child(domains, state, byte);
		if (child || !state)
			return child;
		state = domains->node[state].fail;
	}
}

/* Find the state that has the longest end of what leads to @state. */
static u16 find_fail(const struct smtp_domains *domains, u16 parent, u8 byte)
{
	return parent ? step(domains, domains->node[parent].fail, byte) : 0;
}

/**
 * smtp_domains_seal() - make a set ready for use
 * @domains: the set
 *
 * The states are visited breadth first: the one to fall back to is less deep.
 */
void smtp_domains_seal(struct smtp_domains *domains)
{
	struct smtp_domains_node *node = domains->node;
	u16 state, child, last = 0;

	for (state = 0; state || !last; state = node[state].later) {
		for (child = node[state].child; child; child = node[child].next) {
			node[child].fail = find_fail(domains, state,
						     node[child].byte);
			node[child].ends |= node[node[child].fail].ends;
			node[last].later = child;
			last = child;
		}
		if (!last)
			break;
	}
}

/**
 * smtp_domain_begin() - begin to read a domain
 * @domain: the domain
 * @domains: the set that may have it, or NULL
 */
void smtp_domain_begin(struct smtp_domain *domain,
		       const struct smtp_domains *domains)
{
	memset(domain, 0, sizeof(*domain));
	if (domains)
		domain->state = step(domains, 0, '@');
}

static bool may_have(const struct smtp_domain *domain, u8 byte)
{
	u8 letter = byte | 0x20;

	return (letter >= 'a' && letter <= 'z') || smtp_is_digit(byte) ||
	       byte == '-' || byte == '.' || byte == '_' || byte >= 0x80 ||
	       (domain->literal &&
		(byte == '[' || byte == ':' || byte == ']'));
}

/**
 * smtp_domain_byte() - read a byte of a domain
 * @domain: the domain
 * @domains: the set that may have it, or NULL
 * @byte: the byte, in any case
 */
void smtp_domain_byte(struct smtp_domain *domain,
		      const struct smtp_domains *domains, u8 byte)
{
	if (byte == '[' && !domain->begun)
		domain->literal = true;
	if (!may_have(domain, byte))
		domain->odd = true;
	/* Servers differ on an empty label. */
	if (byte == '.' && (domain->dot || !domain->begun))
		domain->odd = true;
	domain->begun = true;
	domain->dot = byte == '.';
	if (!domains)
		return;
	domain->named = domains->node[domain->state].ends;
	domain->state = step(domains, domain->state, byte);
}

/**
 * smtp_domain_permitted() - does a set permit a domain?
 * @domain: the domain, which has ended
 * @domains: the set
 *
 * Return: true if it does. No set permits an odd domain.
 */
bool smtp_domain_permitted(const struct smtp_domain *domain,
			   const struct smtp_domains *domains)
{
	bool listed = domain->dot ? domain->named :
				    domains->node[domain->state].ends;

	return !domain->odd && listed != domains->except;
}
