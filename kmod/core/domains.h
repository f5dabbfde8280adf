/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_DOMAINS_H
#define _SMTP_DOMAINS_H

#include "base.h"

/**
 * struct smtp_domains_node - a state of the automaton
 * @child: the state behind the first possible byte, 0 if there is none
 * @next: the next state that follows the same one, 0 behind the last
 * @fail: the state that has the longest end of what was read, from which on
 *	another name may go on
 * @later: the next state that is as deep or deeper, while the set is sealed
 * @byte: the byte that leads here
 * @ends: what was read ends in a name of the set
 */
struct smtp_domains_node {
	u16 child;
	u16 next;
	u16 fail;
	u16 later;
	u8 byte;
	bool ends;
};

/**
 * struct smtp_domains - a set of domains, immutable once it is sealed
 * @except: the set has what is not permitted
 * @names: how many names it has
 * @nodes: how many entries of @node are in use
 * @text_len: how many bytes of @text are in use
 * @node: the states; the first is the one in which nothing was read
 * @text: the names as they were added, each with its NUL
 *
 * This is the automaton of Aho and Corasick (1975). It reads a domain from left
 * to right, in any pieces, and remembers one number.
 */
struct smtp_domains {
	bool except;
	u16 names;
	u32 nodes;
	u32 text_len;
	struct smtp_domains_node *node;
	char *text;
};

/**
 * struct smtp_domain - a domain that is being read
 * @state: the state of the set
 * @begun: there was a byte
 * @literal: it is an address literal
 * @odd: it has a byte that domains do not have, or an empty label
 * @dot: it ends in a dot so far
 * @named: the set has it without that dot
 */
struct smtp_domain {
	u16 state;
	bool begun : 1;
	bool literal : 1;
	bool odd : 1;
	bool dot : 1;
	bool named : 1;
};

void smtp_domains_init(struct smtp_domains *domains,
		       struct smtp_domains_node *node, char *text);
const char *smtp_domains_add(struct smtp_domains *domains, const char *name);
void smtp_domains_seal(struct smtp_domains *domains);
void smtp_domain_begin(struct smtp_domain *domain,
		       const struct smtp_domains *domains);
void smtp_domain_byte(struct smtp_domain *domain,
		      const struct smtp_domains *domains, u8 byte);
bool smtp_domain_permitted(const struct smtp_domain *domain,
			   const struct smtp_domains *domains);

/* How many states a name of this length needs at most. */
static inline u32 smtp_domains_nodes(u32 len)
{
	return len + 1;
}

#endif /* _SMTP_DOMAINS_H */
