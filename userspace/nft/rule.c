// SPDX-License-Identifier: GPL-2.0
/* The parts of which rules are built. */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>

#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>

#include "lib/memory.h"
#include "lib/question.h"
#include "nft/rule.h"
#include "nft/udata.h"

#define TCP_OFFSET_FLAGS	13
#define LOOPBACK_IFINDEX	1	/* the same in each namespace */

static void add_comment(struct nftnl_rule *rule, const char *comment)
{
	struct nftnl_udata_buf *buf = udata_alloc();

	udata_comment(buf, NFTNL_UDATA_RULE_COMMENT, comment);
	if (nftnl_rule_set_data(rule, NFTNL_RULE_USERDATA,
				nftnl_udata_buf_data(buf),
				nftnl_udata_buf_len(buf)))
		out_of_memory();
	nftnl_udata_buf_free(buf);
}

struct nftnl_rule *rule_alloc(const char *table, const char *chain,
			      const char *comment)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();

	if (!rule)
		out_of_memory();
	nftnl_rule_set_u32(rule, NFTNL_RULE_FAMILY, NFPROTO_INET);
	if (nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, table) ||
	    nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, chain))
		out_of_memory();
	add_comment(rule, comment);
	return rule;
}

static struct nftnl_expr *add_expr(struct nftnl_rule *rule, const char *name)
{
	struct nftnl_expr *expr = nftnl_expr_alloc(name);

	if (!expr)
		out_of_memory();
	nftnl_rule_add_expr(rule, expr);
	return expr;
}

static void add_compare(struct nftnl_rule *rule, enum nft_cmp_ops op,
			const void *data, uint32_t len)
{
	struct nftnl_expr *expr = add_expr(rule, "cmp");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_OP, op);
	nftnl_expr_set(expr, NFTNL_EXPR_CMP_DATA, data, len);
}

static void add_mask(struct nftnl_rule *rule, const void *mask, uint32_t len)
{
	static const uint8_t nothing[16];
	struct nftnl_expr *expr = add_expr(rule, "bitwise");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_OP, NFT_BITWISE_BOOL);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_LEN, len);
	nftnl_expr_set(expr, NFTNL_EXPR_BITWISE_MASK, mask, len);
	nftnl_expr_set(expr, NFTNL_EXPR_BITWISE_XOR, nothing, len);
}

static void add_meta(struct nftnl_rule *rule, enum nft_meta_keys key)
{
	struct nftnl_expr *expr = add_expr(rule, "meta");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_DREG, NFT_REG_1);
}

static void add_payload(struct nftnl_rule *rule, enum nft_payload_bases base,
			uint32_t offset, uint32_t len)
{
	struct nftnl_expr *expr = add_expr(rule, "payload");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_BASE, base);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_LEN, len);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
}

static void add_tcp_payload(struct nftnl_rule *rule, uint32_t offset,
			    uint32_t len)
{
	static const uint8_t tcp = IPPROTO_TCP;

	add_meta(rule, NFT_META_L4PROTO);
	add_compare(rule, NFT_CMP_EQ, &tcp, sizeof(tcp));
	add_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, offset, len);
}

static void add_tcp_port(struct nftnl_rule *rule, enum tcp_port port)
{
	add_tcp_payload(rule, port == TCP_SPORT ?
			offsetof(struct tcphdr, source) :
			offsetof(struct tcphdr, dest), sizeof(uint16_t));
}

static struct nftnl_expr *add_lookup(struct nftnl_rule *rule, const char *set)
{
	struct nftnl_expr *expr = add_expr(rule, "lookup");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_SREG, NFT_REG_1);
	nftnl_expr_set_str(expr, NFTNL_EXPR_LOOKUP_SET, set);
	return expr;
}

static void add_verdict(struct nftnl_rule *rule, int verdict, const char *chain)
{
	struct nftnl_expr *expr = add_expr(rule, "immediate");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_VERDICT, verdict);
	if (chain)
		nftnl_expr_set_str(expr, NFTNL_EXPR_IMM_CHAIN, chain);
}

static struct nftnl_expr *add_ct(struct nftnl_rule *rule,
				 enum nft_ct_keys key)
{
	struct nftnl_expr *expr = add_expr(rule, "ct");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_CT_KEY, key);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CT_DREG, NFT_REG_1);
	return expr;
}

void rule_ct_state(struct nftnl_rule *rule, uint32_t state)
{
	static const uint32_t nothing;

	add_ct(rule, NFT_CT_STATE);
	add_mask(rule, &state, sizeof(state));
	add_compare(rule, NFT_CMP_NEQ, &nothing, sizeof(nothing));
}

void rule_ct_state_not(struct nftnl_rule *rule, uint32_t state)
{
	add_ct(rule, NFT_CT_STATE);
	add_compare(rule, NFT_CMP_NEQ, &state, sizeof(state));
}

void rule_tcp_port_in_set(struct nftnl_rule *rule, enum tcp_port port,
			  const char *set)
{
	add_tcp_port(rule, port);
	add_lookup(rule, set);
}

void rule_tcp_original_port_in_set(struct nftnl_rule *rule, const char *set)
{
	static const uint8_t tcp = IPPROTO_TCP;
	struct nftnl_expr *expr;

	add_meta(rule, NFT_META_L4PROTO);
	add_compare(rule, NFT_CMP_EQ, &tcp, sizeof(tcp));
	expr = add_ct(rule, NFT_CT_PROTO_DST);
	nftnl_expr_set_u8(expr, NFTNL_EXPR_CT_DIR, IP_CT_DIR_ORIGINAL);
	add_lookup(rule, set);
}

void rule_tcp_port_vmap(struct nftnl_rule *rule, enum tcp_port port,
			const char *map)
{
	struct nftnl_expr *expr;

	add_tcp_port(rule, port);
	expr = add_lookup(rule, map);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_DREG, NFT_REG_VERDICT);
}

void rule_tcp_port_between(struct nftnl_rule *rule, enum tcp_port port,
			   uint16_t first, uint16_t last)
{
	uint16_t from = htons(first), to = htons(last);
	struct nftnl_expr *expr;

	add_tcp_port(rule, port);
	if (first == last) {
		add_compare(rule, NFT_CMP_EQ, &from, sizeof(from));
		return;
	}
	expr = add_expr(rule, "range");
	nftnl_expr_set_u32(expr, NFTNL_EXPR_RANGE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_RANGE_OP, NFT_RANGE_EQ);
	nftnl_expr_set(expr, NFTNL_EXPR_RANGE_FROM_DATA, &from, sizeof(from));
	nftnl_expr_set(expr, NFTNL_EXPR_RANGE_TO_DATA, &to, sizeof(to));
}

static void add_in_set(struct nftnl_rule *rule, const char *set, bool inverted)
{
	struct nftnl_expr *expr = add_lookup(rule, set);

	if (inverted)
		nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_FLAGS,
				   NFT_LOOKUP_F_INV);
}

void rule_tcp_port_translated(struct nftnl_rule *rule, const char *set)
{
	struct nftnl_expr *expr;

	add_tcp_port(rule, TCP_DPORT);
	add_in_set(rule, set, true);
	expr = add_ct(rule, NFT_CT_PROTO_SRC);
	nftnl_expr_set_u8(expr, NFTNL_EXPR_CT_DIR, IP_CT_DIR_REPLY);
	add_in_set(rule, set, false);
}

void rule_meta_in_set(struct nftnl_rule *rule, uint32_t key, const char *set,
		      bool inverted)
{
	add_meta(rule, key);
	add_in_set(rule, set, inverted);
}

void rule_address_in_set(struct nftnl_rule *rule, uint8_t nfproto,
			 uint32_t offset, uint32_t len, const char *set,
			 bool inverted)
{
	add_meta(rule, NFT_META_NFPROTO);
	add_compare(rule, NFT_CMP_EQ, &nfproto, sizeof(nfproto));
	add_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, offset, len);
	add_in_set(rule, set, inverted);
}

void rule_iif_not_loopback(struct nftnl_rule *rule)
{
	static const uint32_t loopback = LOOPBACK_IFINDEX;

	add_meta(rule, NFT_META_IIF);
	add_compare(rule, NFT_CMP_NEQ, &loopback, sizeof(loopback));
}

void rule_oif_vrf(struct nftnl_rule *rule)
{
	static const char kind[IFNAMSIZ] = "vrf";

	add_meta(rule, NFT_META_OIFKIND);
	add_compare(rule, NFT_CMP_EQ, kind, sizeof(kind));
}

void rule_ct_direction(struct nftnl_rule *rule, uint8_t direction)
{
	add_ct(rule, NFT_CT_DIRECTION);
	add_compare(rule, NFT_CMP_EQ, &direction, sizeof(direction));
}

void rule_ct_no_helper(struct nftnl_rule *rule)
{
	static const uint32_t helper = IPS_HELPER, nothing;

	add_ct(rule, NFT_CT_STATUS);
	add_mask(rule, &helper, sizeof(helper));
	add_compare(rule, NFT_CMP_EQ, &nothing, sizeof(nothing));
}

void rule_ct_mark_is(struct nftnl_rule *rule, uint32_t mask, uint32_t value)
{
	add_ct(rule, NFT_CT_MARK);
	add_mask(rule, &mask, sizeof(mask));
	add_compare(rule, NFT_CMP_EQ, &value, sizeof(value));
}

/* The kernel compares byte by byte, so the first byte must be the highest. */
void rule_ct_mark_at_least(struct nftnl_rule *rule, uint32_t mask,
			   uint32_t value)
{
	uint32_t ordered = htonl(value);
	struct nftnl_expr *expr;

	add_ct(rule, NFT_CT_MARK);
	add_mask(rule, &mask, sizeof(mask));
	expr = add_expr(rule, "byteorder");
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BYTEORDER_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BYTEORDER_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BYTEORDER_OP, NFT_BYTEORDER_HTON);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BYTEORDER_LEN, sizeof(mask));
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BYTEORDER_SIZE, sizeof(mask));
	add_compare(rule, NFT_CMP_GTE, &ordered, sizeof(ordered));
}

void rule_ct_mark_clear(struct nftnl_rule *rule, uint32_t mask)
{
	uint32_t others = ~mask;
	struct nftnl_expr *expr;

	add_ct(rule, NFT_CT_MARK);
	add_mask(rule, &others, sizeof(others));
	expr = add_expr(rule, "ct");
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CT_KEY, NFT_CT_MARK);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CT_SREG, NFT_REG_1);
}

static void add_client(struct nftnl_rule *rule, uint8_t nfproto)
{
	static const uint8_t network[16] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
	};
	bool ipv6 = nfproto == NFPROTO_IPV6;
	struct nftnl_expr *expr;

	expr = add_ct(rule, ipv6 ? NFT_CT_SRC_IP6 : NFT_CT_SRC_IP);
	nftnl_expr_set_u8(expr, NFTNL_EXPR_CT_DIR, IP_CT_DIR_ORIGINAL);
	if (ipv6)
		add_mask(rule, network, sizeof(network));
}

void rule_client_in_set(struct nftnl_rule *rule, uint8_t nfproto,
			const char *set)
{
	add_client(rule, nfproto);
	add_lookup(rule, set);
}

static struct nftnl_expr *add_client_to_set(struct nftnl_rule *rule,
					    uint8_t nfproto, const char *set,
					    enum nft_dynset_ops op,
					    uint32_t seconds)
{
	struct nftnl_expr *expr;

	add_client(rule, nfproto);
	expr = add_expr(rule, "dynset");
	nftnl_expr_set_u32(expr, NFTNL_EXPR_DYNSET_SREG_KEY, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_DYNSET_OP, op);
	nftnl_expr_set_u64(expr, NFTNL_EXPR_DYNSET_TIMEOUT,
			   seconds * UINT64_C(1000));
	nftnl_expr_set_str(expr, NFTNL_EXPR_DYNSET_SET_NAME, set);
	return expr;
}

void rule_client_update(struct nftnl_rule *rule, uint8_t nfproto,
			const char *set, uint32_t seconds)
{
	add_client_to_set(rule, nfproto, set, NFT_DYNSET_OP_UPDATE, seconds);
}

/*
 * An element that is added again keeps its time, and its limit. The limit
 * permits @burst packets, and none more within a week.
 */
void rule_client_over(struct nftnl_rule *rule, uint8_t nfproto,
		      const char *set, uint32_t seconds, uint32_t burst)
{
	struct nftnl_expr *expr, *limit = nftnl_expr_alloc("limit");

	if (!limit)
		out_of_memory();
	nftnl_expr_set_u64(limit, NFTNL_EXPR_LIMIT_RATE, 1);
	nftnl_expr_set_u64(limit, NFTNL_EXPR_LIMIT_UNIT, 7 * 24 * 60 * 60);
	nftnl_expr_set_u32(limit, NFTNL_EXPR_LIMIT_BURST, burst);
	nftnl_expr_set_u32(limit, NFTNL_EXPR_LIMIT_TYPE, NFT_LIMIT_PKTS);
	nftnl_expr_set_u32(limit, NFTNL_EXPR_LIMIT_FLAGS, NFT_LIMIT_F_INV);
	expr = add_client_to_set(rule, nfproto, set, NFT_DYNSET_OP_ADD,
				 seconds);
	nftnl_expr_set(expr, NFTNL_EXPR_DYNSET_EXPR, limit, 0);
}

void rule_tcp_flags_syn(struct nftnl_rule *rule, bool inverted)
{
	static const uint8_t mask = TH_FIN | TH_SYN | TH_RST | TH_ACK;
	static const uint8_t syn = TH_SYN;

	add_tcp_payload(rule, TCP_OFFSET_FLAGS, sizeof(mask));
	add_mask(rule, &mask, sizeof(mask));
	add_compare(rule, inverted ? NFT_CMP_NEQ : NFT_CMP_EQ, &syn,
		    sizeof(syn));
}

/* The kernel compares a word of four bytes without a function call. */
void rule_word_as_syn(struct nftnl_rule *rule)
{
	static const uint8_t mask[4] = { 0, TH_FIN | TH_SYN | TH_RST | TH_ACK };
	static const uint8_t syn[4] = { 0, TH_SYN };

	add_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, TCP_OFFSET_FLAGS - 1,
		    sizeof(mask));
	add_mask(rule, mask, sizeof(mask));
	add_compare(rule, NFT_CMP_EQ, syn, sizeof(syn));
}

void rule_tcp_question(struct nftnl_rule *rule)
{
	const uint32_t mask[2] = { htonl(INT32_MAX), UINT32_MAX };
	const uint32_t question[2] = { htonl(QUESTION_SEQ), 0 };

	add_tcp_payload(rule, offsetof(struct tcphdr, seq), sizeof(mask));
	add_mask(rule, mask, sizeof(mask));
	add_compare(rule, NFT_CMP_EQ, question, sizeof(question));
}

void rule_tcp_flags_rst(struct nftnl_rule *rule)
{
	static const uint8_t mask = TH_RST, nothing;

	add_tcp_payload(rule, TCP_OFFSET_FLAGS, sizeof(mask));
	add_mask(rule, &mask, sizeof(mask));
	add_compare(rule, NFT_CMP_NEQ, &nothing, sizeof(nothing));
}

void rule_ip6_fragment(struct nftnl_rule *rule)
{
	static const uint8_t ipv6 = NFPROTO_IPV6, exists = 1;
	struct nftnl_expr *expr;

	add_meta(rule, NFT_META_NFPROTO);
	add_compare(rule, NFT_CMP_EQ, &ipv6, sizeof(ipv6));
	expr = add_expr(rule, "exthdr");
	nftnl_expr_set_u32(expr, NFTNL_EXPR_EXTHDR_DREG, NFT_REG_1);
	nftnl_expr_set_u8(expr, NFTNL_EXPR_EXTHDR_TYPE, IPPROTO_FRAGMENT);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_EXTHDR_OFFSET, 0);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_EXTHDR_LEN, 1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_EXTHDR_FLAGS,
			   NFT_EXTHDR_F_PRESENT);
	add_compare(rule, NFT_CMP_EQ, &exists, sizeof(exists));
}

void rule_counter(struct nftnl_rule *rule)
{
	add_expr(rule, "counter");
}

void rule_notrack(struct nftnl_rule *rule)
{
	add_expr(rule, "notrack");
}

void rule_accept(struct nftnl_rule *rule)
{
	add_verdict(rule, NF_ACCEPT, NULL);
}

void rule_drop(struct nftnl_rule *rule)
{
	add_verdict(rule, NF_DROP, NULL);
}

void rule_jump(struct nftnl_rule *rule, const char *chain)
{
	add_verdict(rule, NFT_JUMP, chain);
}

void rule_goto(struct nftnl_rule *rule, const char *chain)
{
	add_verdict(rule, NFT_GOTO, chain);
}

void rule_reject_reset(struct nftnl_rule *rule)
{
	struct nftnl_expr *expr = add_expr(rule, "reject");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_REJECT_TYPE, NFT_REJECT_TCP_RST);
	nftnl_expr_set_u8(expr, NFTNL_EXPR_REJECT_CODE, 0);
}

void rule_ct_helper_set(struct nftnl_rule *rule, const char *object)
{
	struct nftnl_expr *expr = add_expr(rule, "objref");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_OBJREF_IMM_TYPE,
			   NFT_OBJECT_CT_HELPER);
	nftnl_expr_set_str(expr, NFTNL_EXPR_OBJREF_IMM_NAME, object);
}
