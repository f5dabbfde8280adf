/* SPDX-License-Identifier: GPL-2.0 */
/* Builds rules from the parts that the table needs. */
#ifndef MAILGUARD_NFT_RULE_H
#define MAILGUARD_NFT_RULE_H

#include <stdbool.h>
#include <stdint.h>

struct nftnl_rule;

/* Which of the two ports of a TCP segment. */
enum tcp_port {
	TCP_SPORT,
	TCP_DPORT,
};

/* Each function adds to the rule what its name says in the words of nft. */
struct nftnl_rule *rule_alloc(const char *table, const char *chain,
			      const char *comment);
void rule_ct_state(struct nftnl_rule *rule, uint32_t state);
void rule_ct_state_not(struct nftnl_rule *rule, uint32_t state);
void rule_tcp_port_in_set(struct nftnl_rule *rule, enum tcp_port port,
			  const char *set);
/* meta l4proto tcp ct original proto-dst @set */
void rule_tcp_original_port_in_set(struct nftnl_rule *rule, const char *set);
void rule_tcp_port_vmap(struct nftnl_rule *rule, enum tcp_port port,
			const char *map);
void rule_tcp_port_between(struct nftnl_rule *rule, enum tcp_port port,
			   uint16_t first, uint16_t last);
void rule_meta_in_set(struct nftnl_rule *rule, uint32_t key, const char *set,
		      bool inverted);
void rule_address_in_set(struct nftnl_rule *rule, uint8_t nfproto,
			 uint32_t offset, uint32_t len, const char *set,
			 bool inverted);
void rule_iif_not_loopback(struct nftnl_rule *rule);
void rule_oif_vrf(struct nftnl_rule *rule);
void rule_ct_direction(struct nftnl_rule *rule, uint8_t direction);
/*
 * ct status & helper == 0. "ct helper" cannot test this: it reads the helper of
 * the master connection.
 */
void rule_ct_no_helper(struct nftnl_rule *rule);
/* ct mark & mask == value, or >= value */
void rule_ct_mark_is(struct nftnl_rule *rule, uint32_t mask, uint32_t value);
void rule_ct_mark_at_least(struct nftnl_rule *rule, uint32_t mask,
			   uint32_t value);
/* ct mark set ct mark & ~mask */
void rule_ct_mark_clear(struct nftnl_rule *rule, uint32_t mask);
/*
 * These take the client's address, ct original ip saddr, or its /64 of IPv6.
 * The first looks it up. The second adds it, and lets its time begin anew. The
 * third adds it if it is not there, and matches the packets beyond @burst in
 * its time.
 */
void rule_client_in_set(struct nftnl_rule *rule, uint8_t nfproto,
			const char *set);
void rule_client_update(struct nftnl_rule *rule, uint8_t nfproto,
			const char *set, uint32_t seconds);
void rule_client_over(struct nftnl_rule *rule, uint8_t nfproto,
		      const char *set, uint32_t seconds, uint32_t burst);
/* tcp flags & (fin | syn | rst | ack) == syn, or != syn */
void rule_tcp_flags_syn(struct nftnl_rule *rule, bool inverted);
/* The same, but cheaper, where other protocols than TCP may match, too. */
void rule_word_as_syn(struct nftnl_rule *rule);
/* A question of lib/question.h: @th,32,64 & 0x7fffffffffffffff == ... */
void rule_tcp_question(struct nftnl_rule *rule);
/* tcp flags rst */
void rule_tcp_flags_rst(struct nftnl_rule *rule);
/* exthdr frag exists */
void rule_ip6_fragment(struct nftnl_rule *rule);
/* tcp dport != @set ct reply proto-src @set */
void rule_tcp_port_translated(struct nftnl_rule *rule, const char *set);
void rule_counter(struct nftnl_rule *rule);
void rule_notrack(struct nftnl_rule *rule);
void rule_accept(struct nftnl_rule *rule);
void rule_drop(struct nftnl_rule *rule);
void rule_jump(struct nftnl_rule *rule, const char *chain);
void rule_goto(struct nftnl_rule *rule, const char *chain);
void rule_reject_reset(struct nftnl_rule *rule);
void rule_ct_helper_set(struct nftnl_rule *rule, const char *object);

#endif
