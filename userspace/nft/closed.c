// SPDX-License-Identifier: GPL-2.0
/*
 * Writes and reads the table of a closed gateway. It needs no module. For the
 * fixups "25" and "587 ip daddr 192.0.2.25" it holds this:
 *
 *	table inet mailguard {
 *		set closed {
 *			type inet_service
 *			flags interval
 *			comment "/etc/mailguard.conf:3:1-6: ..."
 *			elements = { 25 }
 *		}
 *		set fixup-1-ip-daddr { ... }
 *		set offenders4-login { ... }
 *
 *		chain closed {
 *			tcp flags rst accept
 *			counter reject with tcp reset
 *		}
 *		chain prerouting {
 *			type filter hook prerouting priority mangle; policy accept;
 *			ct state untracked \
 *				@th,32,64 & 0x7fffffffffffffff == 0x4d61696c00000000 \
 *				accept
 *			ct state invalid exthdr frag exists counter drop
 *			tcp dport @closed jump closed
 *			tcp sport @closed jump closed
 *			ct original proto-dst @closed jump closed
 *			ip daddr @fixup-1-ip-daddr tcp dport 587 jump closed
 *		}
 *		chain questions {
 *			type filter hook output priority raw; policy accept;
 *			@th,32,64 & 0x7fffffffffffffff == 0x4d61696c00000000 \
 *				notrack
 *		}
 *		chain output {
 *			... the same, and the rule of chain forward
 *		}
 *		chain forward {
 *			type filter hook forward priority mangle; policy accept;
 *			ip saddr @fixup-1-ip-daddr tcp sport 587 jump closed
 *		}
 *	}
 *
 * The set "closed" is always there, and tells a closed gateway from others; its
 * comment says why it is closed. No rule uses the sets of offenders: they keep
 * them until the gateway is guarded again. A reset passes, so that it reaches the
 * other end. So do questions that this machine asks the ends, which conntrack
 * must neither judge nor translate; one to an end on this machine comes in again by
 * the interface lo.
 */
#include <errno.h>
#include <string.h>

#include <libnftnl/common.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4.h>

#include "nft/chain.h"
#include "nft/closed.h"
#include "nft/match.h"
#include "nft/rule.h"
#include "nft/set.h"

#define CHAIN_CLOSED	"closed"
#define CHAIN_QUESTIONS	"questions"

static void add_closed_chain(struct nft_batch *batch)
{
	struct nftnl_rule *rule;

	add_plain_chain(batch, CHAIN_CLOSED,
			"ends connections that nobody can read");

	rule = rule_in(batch, CHAIN_CLOSED, "a reset reaches the other end");
	rule_tcp_flags_rst(rule);
	rule_accept(rule);
	add_rule(batch, rule);

	rule = rule_in(batch, CHAIN_CLOSED, "the sender tries again later");
	rule_counter(rule);
	rule_reject_reset(rule);
	add_rule(batch, rule);
}

static void add_questions(struct nft_batch *batch)
{
	struct nftnl_rule *rule;

	add_base_chain(batch, CHAIN_QUESTIONS, NF_INET_LOCAL_OUT,
		       NF_IP_PRI_RAW,
		       "packets that this machine sends, before conntrack");
	rule = rule_in(batch, CHAIN_QUESTIONS,
		       "a question to an end has the addresses that it knows");
	rule_tcp_question(rule);
	rule_notrack(rule);
	add_rule(batch, rule);
}

static void accept_questions(struct nft_batch *batch, const char *chain)
{
	struct nftnl_rule *rule;

	rule = rule_in(batch, chain,
		       "a question to an end, whose answer is reset");
	rule_ct_state(rule, NF_CT_STATE_UNTRACKED_BIT);
	rule_tcp_question(rule);
	rule_accept(rule);
	add_rule(batch, rule);
}

static void add_closed_rules(struct nft_batch *batch, const char *chain,
			     const struct fixup_list *list)
{
	const struct fixup *fixup;
	struct nftnl_rule *rule;
	size_t i;

	add_fragment_rule(batch, chain);

	rule = rule_in(batch, chain, "to a closed port");
	rule_tcp_port_in_set(rule, TCP_DPORT, NFT_SET_CLOSED);
	rule_jump(rule, CHAIN_CLOSED);
	add_rule(batch, rule);

	rule = rule_in(batch, chain, "from a closed port");
	rule_tcp_port_in_set(rule, TCP_SPORT, NFT_SET_CLOSED);
	rule_jump(rule, CHAIN_CLOSED);
	add_rule(batch, rule);

	rule = rule_in(batch, chain,
		       "of a connection to a closed port, translated to another one");
	rule_tcp_original_port_in_set(rule, NFT_SET_CLOSED);
	rule_jump(rule, CHAIN_CLOSED);
	add_rule(batch, rule);

	for (i = 0; i < list->narrowed_count; i++) {
		fixup = &list->narrowed[i];
		rule = rule_in(batch, chain, "what a narrowed fixup matches");
		nft_rule_match(rule, fixup, i + 1, false);
		rule_tcp_port_between(rule, TCP_DPORT, fixup->first,
				      fixup->last);
		rule_jump(rule, CHAIN_CLOSED);
		add_rule(batch, rule);
	}
}

static void add_reply_rules(struct nft_batch *batch, const char *chain,
			    const struct fixup_list *list)
{
	const struct fixup *fixup;
	struct nftnl_rule *rule;
	size_t i;

	for (i = 0; i < list->narrowed_count; i++) {
		fixup = &list->narrowed[i];
		rule = rule_in(batch, chain,
			       "replies of servers that a narrowed fixup names");
		nft_rule_match(rule, fixup, i + 1, true);
		rule_tcp_port_between(rule, TCP_SPORT, fixup->first,
				      fixup->last);
		rule_jump(rule, CHAIN_CLOSED);
		add_rule(batch, rule);
	}
}

/* Adds the sets of matches, but no map of ports: those are read as fixups. */
static void add_matches(struct nft_batch *batch, const struct fixup_list *list)
{
	size_t i;
	int key;

	for (i = 0; i < list->narrowed_count; i++)
		for (key = 0; key < MATCH_KEYS; key++)
			if (list->narrowed[i].matches->by_key[key].count)
				nft_add_match(batch, &list->narrowed[i], i + 1,
					      key);
}

void nft_add_closed(struct nft_batch *batch, const struct fixup_list *list,
		    const char *why)
{
	nft_add_closed_ports(batch, list, why);
	add_matches(batch, list);
	add_closed_chain(batch);
	add_base_chain(batch, "prerouting", NF_INET_PRE_ROUTING,
		       batch->priority, "packets that come in");
	accept_questions(batch, "prerouting");
	add_closed_rules(batch, "prerouting", list);
	add_questions(batch);
	add_base_chain(batch, "output", NF_INET_LOCAL_OUT, batch->priority,
		       "packets that this machine sends");
	accept_questions(batch, "output");
	add_closed_rules(batch, "output", list);
	add_reply_rules(batch, "output", list);
	if (!list->narrowed_count)
		return;
	add_base_chain(batch, "forward", NF_INET_FORWARD, batch->priority,
		       "forwarded packets, whose outgoing interface is known");
	add_reply_rules(batch, "forward", list);
}

static int comment_cb(const struct nftnl_udata *attr, void *data)
{
	const char *text = nftnl_udata_get(attr);
	uint8_t len = nftnl_udata_len(attr);
	struct nft *nft = data;

	if (nftnl_udata_type(attr) == NFTNL_UDATA_SET_COMMENT && len &&
	    len <= sizeof(nft->why) && !text[len - 1])
		strcpy(nft->why, text);
	return 0;
}

static int set_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_set *set = nftnl_set_alloc();
	struct nft *nft = data;
	const void *udata;
	uint32_t len;
	int ret = 0;

	if (!set)
		return -ENOMEM;
	if (nftnl_set_nlmsg_parse(nlh, set)) {
		ret = -EBADMSG;
	} else if (!strcmp(nftnl_set_get_str(set, NFTNL_SET_NAME),
			   NFT_SET_CLOSED)) {
		nft->closed = true;
		udata = nftnl_set_get_data(set, NFTNL_SET_USERDATA, &len);
		if (udata)
			nftnl_udata_parse(udata, len, comment_cb, nft);
	}
	nftnl_set_free(set);
	return ret;
}

int nft_closed_read(struct nft *nft, struct netlink_error *error)
{
	char buf[MNL_NLMSG_HDRLEN + 128];
	struct nlmsghdr *nlh;
	int ret;

	nft->closed = false;
	nft->why[0] = '\0';
	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSET, NFPROTO_INET,
				    NLM_F_ACK, 0);
	mnl_attr_put_strz(nlh, NFTA_SET_TABLE, NFT_TABLE);
	mnl_attr_put_strz(nlh, NFTA_SET_NAME, NFT_SET_CLOSED);
	ret = netlink_ask(&nft->nl, nlh, set_cb, nft, error);
	return ret == -ENOENT ? 0 : ret;
}
