// SPDX-License-Identifier: GPL-2.0
/*
 * Writes the table. Each change makes it anew, in the transaction that removes
 * the old one. For the ports 25 and 2525-2530 it holds this, and in each rule a
 * comment that says what the rule is for:
 *
 *	table inet mailguard {
 *		ct helper smtp {
 *			type "smtp" protocol tcp
 *			l3proto inet
 *		}
 *		ct helper smtp-lenient { ... }
 *
 *		set ports {
 *			type inet_service
 *			flags interval
 *			elements = { 25, 2525-2530 }
 *		}
 *		map policies {
 *			type inet_service : verdict
 *			flags interval
 *			elements = { 25 : goto smtp,
 *				     2525-2530 : goto smtp-lenient }
 *		}
 *
 *		chain smtp {
 *			ct helper set "smtp"
 *			iif != "lo" ct status & 0x2000 == 0 \
 *				counter reject with tcp reset
 *		}
 *		chain smtp-lenient { ... }
 *
 *		chain guard {
 *			ct state invalid,untracked counter drop
 *			ct state new,related \
 *				tcp flags & (fin | syn | rst | ack) != syn \
 *				counter reject with tcp reset
 *			ct state established ct status & 0x2000 == 0 \
 *				tcp flags & (fin | syn | rst | ack) == syn \
 *				counter reject with tcp reset
 *		}
 *		chain begin {
 *			ct state invalid exthdr frag exists counter drop
 *			ct state related tcp flags rst accept
 *			tcp sport 1-1023 tcp sport @ports ct state new,related \
 *				tcp flags & (fin | syn | rst | ack) == syn \
 *				counter reject with tcp reset
 *			ct state new,related \
 *				tcp flags & (fin | syn | rst | ack) != syn \
 *				tcp dport vmap @policies
 *			ct state new,related \
 *				tcp flags & (fin | syn | rst | ack) != syn \
 *				tcp sport vmap @policies
 *			tcp dport @ports jump guard
 *			tcp sport @ports jump guard
 *			ct state new,related tcp dport vmap @policies
 *			ct state related tcp dport != @ports \
 *				ct reply proto-src @ports \
 *				counter reject with tcp reset
 *		}
 *		chain prerouting {
 *			type filter hook prerouting priority mangle; policy accept;
 *			ct state != established jump begin
 *			@th,96,32 & 0x170000 == 0x20000 jump begin
 *		}
 *		chain output {
 *			type filter hook output priority mangle; policy accept;
 *			meta oifkind "vrf" ct state untracked accept
 *			... the same
 *		}
 *	}
 *
 * A connection that begins without a SYN occurs when an entry is gone, or is one
 * of another gateway, whose address has moved here. It gets the helper, which
 * resets both ends: a rule could only reset the one that sent the packet.
 *
 * The chain "guard" drops packets that conntrack shows to no helper. It resets
 * what begins without a SYN and got no helper: conntrack would take the side that
 * sends first for the client, and if that is the server, the port would not be a
 * guarded one.
 *
 * It also resets a connection that begins on the entry of an older one, which
 * conntrack takes for the same connection. If the older one began before the
 * fixup or was released, its entry has no helper (bit 0x2000 of its status is
 * clear) and can last for days. The SYN of the new one is found by the flags in
 * the fourth word of the TCP header, at bit 96.
 *
 * With Multipath TCP (RFC 8684) the server would read the bytes in another
 * order than the guard, and from several connections. The module overwrites its
 * option in the SYN, and both ends go on with plain TCP.
 *
 * A connection begins as new, or as related if another helper of conntrack,
 * such as that of FTP, expects it. If it has the other helper already, it gets
 * none of ours and is reset. Conntrack reassembles IPv6 fragments only once: of
 * a fragment inside another one, all parts but the first are invalid and have
 * no port.
 *
 * "ct helper set" does nothing if there is no memory, or if the entry is not
 * new, as when a SYN came before the fixup, and it reports no error. Over
 * loopback a packet passes twice; the second time its entry is not new.
 *
 * A narrowed fixup, such as "25 iifname outside ip daddr 192.0.2.25", has its
 * ports and the values of its matches in sets of its own. Its rules stand among
 * those above:
 *
 *		map fixup-1 {
 *			type inet_service : verdict
 *			flags interval
 *			elements = { 25 : goto narrowed-smtp }
 *		}
 *		set fixup-1-iifname { type ifname; elements = { "outside" } }
 *		set fixup-1-ip-daddr { ... }
 *
 *		chain narrowed-smtp {
 *			ct state new,related \
 *				tcp flags & (fin | syn | rst | ack) != syn \
 *				goto smtp
 *			jump guard
 *			ct direction reply counter reject with tcp reset
 *			ct state new,related jump smtp
 *		}
 *		chain begin {
 *			...
 *			iifname @fixup-1-iifname ip daddr @fixup-1-ip-daddr \
 *				tcp dport vmap @fixup-1
 *			ct state new,related tcp dport vmap @policies
 *			...
 *		}
 *		chain prerouting {
 *			...
 *			ct state != established jump begin
 *			ct direction reply jump begin
 *		}
 *		chain forward {
 *			type filter hook forward priority mangle; policy accept;
 *			ct state new,related \
 *				tcp flags & (fin | syn | rst | ack) != syn \
 *				oifname @fixup-1-iifname \
 *				ip saddr @fixup-1-ip-daddr \
 *				tcp sport vmap @fixup-1
 *			oifname @fixup-1-iifname ip saddr @fixup-1-ip-daddr \
 *				tcp sport 25 jump guard
 *		}
 *
 * The rules recognise replies of the server by its address only if that is not
 * translated. If it is, and the entry was deleted, a packet of the server may
 * begin a new entry. The client's packets then go to a guarded port in the
 * direction of a reply, and are reset.
 *
 * offenders.c tells what the table has for policies with offenders.
 *
 * Chains of the same priority are called in the order of their age, the newest
 * first. While the table is replaced, a packet could meet neither chain: not
 * the new one, which stands before the old one, because the packet was behind
 * that place already, and not the old one, because it was gone when the packet
 * got there. A SYN would then begin an unguarded connection. So a second table
 * with a later priority stands behind the first one during a change, until each
 * packet on its way has met one of the two. The second table is owned by the
 * socket that made it. If this command dies, the kernel removes the table.
 * Another command can neither remove it nor make its own, and waits until the
 * change is done.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <libnftnl/object.h>
#include <libnftnl/rule.h>
#include <libnftnl/table.h>
#include <linux/membarrier.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4.h>

#include "lib/memory.h"
#include "nft/batch.h"
#include "nft/chain.h"
#include "nft/closed.h"
#include "nft/match.h"
#include "nft/offenders.h"
#include "nft/rule.h"
#include "nft/set.h"
#include "nft/table.h"
#include "nft/udata.h"

#define CHAIN_GUARD	"guard"
#define CHAIN_BEGIN	"begin"

#define COMMENT_MIDSTREAM \
	"seen first in its middle, as behind another gateway: the helper resets both ends"

/* A connection that a helper of conntrack expects begins as related. */
#define STATE_BEGINS	(NF_CT_STATE_BIT(IP_CT_NEW) | \
			 NF_CT_STATE_BIT(IP_CT_RELATED))

static void set_user_data(struct nftnl_table *table,
			  const struct nft_batch *batch)
{
	struct nftnl_udata_buf *buf = udata_alloc();

	udata_comment(buf, NFTNL_UDATA_TABLE_COMMENT,
		      "mailguard makes this table anew with each change, so changes by hand are lost; see mailguard(8)");
	nftnl_udata_put(buf, NFT_UDATA_SINCE, sizeof(batch->since),
			&batch->since);
	nftnl_udata_put(buf, NFT_UDATA_CHANGED, sizeof(batch->changed),
			&batch->changed);
	if (nftnl_table_set_data(table, NFTNL_TABLE_USERDATA,
				 nftnl_udata_buf_data(buf),
				 nftnl_udata_buf_len(buf)))
		out_of_memory();
	nftnl_udata_buf_free(buf);
}

static void add_table(struct nft_batch *batch, uint16_t type, uint16_t flags,
		      uint32_t table_flags)
{
	struct nftnl_table *table = nftnl_table_alloc();
	struct nlmsghdr *nlh;

	if (!table ||
	    nftnl_table_set_str(table, NFTNL_TABLE_NAME, batch->table))
		out_of_memory();
	nftnl_table_set_u32(table, NFTNL_TABLE_FLAGS, table_flags);
	if (type == NFT_MSG_NEWTABLE)
		set_user_data(table, batch);
	nlh = nft_batch_message(batch, type, flags, NULL, "table inet %s",
				batch->table);
	nftnl_table_nlmsg_build_payload(nlh, table);
	nft_batch_message_end(batch);
	nftnl_table_free(table);
}

static void add_helper(struct nft_batch *batch, const char *name,
		       const struct location *loc)
{
	struct nftnl_obj *obj = nftnl_obj_alloc();
	struct nlmsghdr *nlh;

	if (!obj)
		out_of_memory();
	nftnl_obj_set_str(obj, NFTNL_OBJ_TABLE, batch->table);
	nftnl_obj_set_str(obj, NFTNL_OBJ_NAME, name);
	nftnl_obj_set_u32(obj, NFTNL_OBJ_TYPE, NFT_OBJECT_CT_HELPER);
	/*
	 * With --check the policy may not exist yet, so another helper that
	 * exists takes its place.
	 */
	nftnl_obj_set_str(obj, NFTNL_OBJ_CT_HELPER_NAME, batch->check ?
			  MAILGUARD_HELPER_NAME : name);
	nftnl_obj_set_u16(obj, NFTNL_OBJ_CT_HELPER_L3PROTO, NFPROTO_INET);
	nftnl_obj_set_u8(obj, NFTNL_OBJ_CT_HELPER_L4PROTO, IPPROTO_TCP);
	nlh = nft_batch_message(batch, NFT_MSG_NEWOBJ, NLM_F_CREATE, loc,
				"helper %s", name);
	nftnl_obj_nlmsg_build_payload(nlh, obj);
	nft_batch_message_end(batch);
	nftnl_obj_free(obj);
}

/* @offenders is NULL if the policy has none. */
static void add_helper_chain(struct nft_batch *batch, const char *name,
			     const struct offenders *offenders)
{
	struct nftnl_rule *rule;

	add_plain_chain(batch, name,
			"assigns the policy whose name follows smtp-, or the policy default");
	if (offenders && !offenders->monitor)
		nft_refuse_offenders(batch, name, offenders);

	rule = rule_in(batch, name,
		       "the helper reads the connection from here on");
	rule_ct_helper_set(rule, name);
	add_rule(batch, rule);

	rule = rule_in(batch, name,
		       "no helper was assigned: there is no memory, or the entry is older than the fixup");
	rule_iif_not_loopback(rule);
	rule_ct_no_helper(rule);
	rule_counter(rule);
	rule_reject_reset(rule);
	add_rule(batch, rule);
}

/* The policies seen so far. There are never more than there are helpers. */
struct policies {
	const char **array;
	size_t count;
	size_t room;
};

/* True if no earlier fixup has this policy. */
static bool meet_policy(struct policies *met, const char *policy)
{
	size_t i;

	for (i = 0; i < met->count; i++)
		if (!strcmp(met->array[i], policy))
			return false;
	met->array = xgrow(met->array, met->count, &met->room,
			   sizeof(*met->array));
	met->array[met->count++] = policy;
	return true;
}

/* Adds for each policy an object and the chain that assigns it. */
static void add_helpers(struct nft_batch *batch, const struct fixup_list *list,
			const struct offenders_list *offenders)
{
	struct policies met = { .array = NULL };
	char helper[FIXUP_HELPER_SIZE];
	const struct fixup *fixup;
	size_t i;

	for (i = 0; (fixup = fixup_list_at(list, i)); i++) {
		if (!meet_policy(&met, fixup->policy))
			continue;
		fixup_helper(fixup, helper);
		add_helper(batch, helper, &fixup->loc);
		add_helper_chain(batch, helper,
				 offenders_find(offenders, fixup->policy));
	}
	free(met.array);
}

/* A packet that begins an entry, but no connection: it is no SYN. */
static void rule_midstream(struct nftnl_rule *rule)
{
	rule_ct_state(rule, STATE_BEGINS);
	rule_tcp_flags_syn(rule, true);
}

/* Adds the chain for packets that a narrowed fixup matches. */
static void add_narrowed_chain(struct nft_batch *batch,
			       const struct fixup *fixup)
{
	char name[NFT_CHAIN_SIZE] = NFT_NARROWED;
	char *helper = name + strlen(NFT_NARROWED);
	struct nftnl_rule *rule;

	fixup_helper(fixup, helper);
	add_plain_chain(batch, name,
			"packets that a narrowed fixup with this policy matches");

	rule = rule_in(batch, name, COMMENT_MIDSTREAM);
	rule_midstream(rule);
	rule_goto(rule, helper);
	add_rule(batch, rule);

	rule = rule_in(batch, name, "as for every guarded port");
	rule_jump(rule, CHAIN_GUARD);
	add_rule(batch, rule);

	rule = rule_in(batch, name,
		       "a client's packet in the direction of a reply: conntrack saw the server first");
	rule_ct_direction(rule, IP_CT_DIR_REPLY);
	rule_counter(rule);
	rule_reject_reset(rule);
	add_rule(batch, rule);

	rule = rule_in(batch, name, "a connection begins: assign the policy");
	rule_ct_state(rule, STATE_BEGINS);
	rule_jump(rule, helper);
	add_rule(batch, rule);
}

static void add_narrowed_sets(struct nft_batch *batch,
			      const struct fixup *fixup, unsigned int number)
{
	int key;

	nft_add_narrowed_ports(batch, fixup, number);
	for (key = 0; key < MATCH_KEYS; key++)
		if (fixup->matches->by_key[key].count)
			nft_add_match(batch, fixup, number, key);
}

static void add_narrowed(struct nft_batch *batch,
			 const struct fixup_list *list)
{
	struct policies met = { .array = NULL };
	size_t i;

	for (i = 0; i < list->narrowed_count; i++) {
		if (meet_policy(&met, list->narrowed[i].policy))
			add_narrowed_chain(batch, &list->narrowed[i]);
		add_narrowed_sets(batch, &list->narrowed[i], i + 1);
	}
	free(met.array);
}

static void add_guard(struct nft_batch *batch)
{
	struct nftnl_rule *rule;

	add_plain_chain(batch, CHAIN_GUARD,
			"stops packets of guarded ports that no helper would read");

	rule = rule_in(batch, CHAIN_GUARD,
		       "conntrack shows these packets to no helper");
	rule_ct_state(rule, NF_CT_STATE_INVALID_BIT |
		      NF_CT_STATE_UNTRACKED_BIT);
	rule_counter(rule);
	rule_drop(rule);
	add_rule(batch, rule);

	rule = rule_in(batch, CHAIN_GUARD,
		       "begins without a SYN: its entry is gone, so client and server cannot be told apart");
	rule_midstream(rule);
	rule_counter(rule);
	rule_reject_reset(rule);
	add_rule(batch, rule);

	rule = rule_in(batch, CHAIN_GUARD,
		       "a new connection on the entry of an old one, which no helper reads");
	rule_ct_state(rule, NF_CT_STATE_BIT(IP_CT_ESTABLISHED));
	rule_ct_no_helper(rule);
	rule_tcp_flags_syn(rule, false);
	rule_counter(rule);
	rule_reject_reset(rule);
	add_rule(batch, rule);
}

/* Rules for packets that have no port, or that pass whatever their port is. */
static void add_portless_rules(struct nft_batch *batch)
{
	struct nftnl_rule *rule;

	add_fragment_rule(batch, CHAIN_BEGIN);

	rule = rule_in(batch, CHAIN_BEGIN,
		       "the kernel's own reset, which is related to the connection that it ends");
	rule_ct_state(rule, NF_CT_STATE_BIT(IP_CT_RELATED));
	rule_tcp_flags_rst(rule);
	rule_accept(rule);
	add_rule(batch, rule);
}

/* It may go to a guarded port, or come from one: either end may speak first. */
static void add_midstream_rule(struct nft_batch *batch, enum tcp_port port)
{
	struct nftnl_rule *rule = rule_in(batch, CHAIN_BEGIN, COMMENT_MIDSTREAM);

	rule_midstream(rule);
	rule_tcp_port_vmap(rule, port, NFT_MAP_POLICIES);
	add_rule(batch, rule);
}

/* The set that has the ports of all fixups, narrowed ones included. */
static const char *all_ports(const struct fixup_list *list)
{
	return list->narrowed_count ? NFT_SET_ALL_PORTS : NFT_SET_PORTS;
}

/*
 * If conntrack took a SYN that comes from a guarded port for a new connection, no
 * helper would read what the other end sends to that port. Honest clients have ports
 * from 1024 on, so only lower ones are refused. Most packets fail the first comparison.
 */
static void add_reversed_rule(struct nft_batch *batch, const char *ports)
{
	struct nftnl_rule *rule;

	rule = rule_in(batch, CHAIN_BEGIN,
		       "begins at a guarded port: no helper would read what the other end sends");
	rule_tcp_port_between(rule, TCP_SPORT, 1, IPPORT_RESERVED - 1);
	rule_tcp_port_in_set(rule, TCP_SPORT, ports);
	rule_ct_state(rule, STATE_BEGINS);
	rule_tcp_flags_syn(rule, false);
	rule_counter(rule);
	rule_reject_reset(rule);
	add_rule(batch, rule);
}

static void add_guard_rules(struct nft_batch *batch)
{
	struct nftnl_rule *rule;

	add_midstream_rule(batch, TCP_DPORT);
	add_midstream_rule(batch, TCP_SPORT);

	rule = rule_in(batch, CHAIN_BEGIN, "to a guarded port");
	rule_tcp_port_in_set(rule, TCP_DPORT, NFT_SET_PORTS);
	rule_jump(rule, CHAIN_GUARD);
	add_rule(batch, rule);

	rule = rule_in(batch, CHAIN_BEGIN, "from a guarded port");
	rule_tcp_port_in_set(rule, TCP_SPORT, NFT_SET_PORTS);
	rule_jump(rule, CHAIN_GUARD);
	add_rule(batch, rule);
}

static void add_narrowed_rule(struct nft_batch *batch,
			      const struct fixup *fixup, unsigned int number)
{
	struct nftnl_rule *rule;
	char map[NFT_SET_SIZE];

	rule = rule_in(batch, CHAIN_BEGIN,
		       "a narrowed fixup; the first that matches decides");
	nft_narrowed_ports_name(map, number);
	nft_rule_match(rule, fixup, number, false);
	rule_tcp_port_vmap(rule, TCP_DPORT, map);
	add_rule(batch, rule);
}

/*
 * A connection that a helper of conntrack expects may go to any port and be
 * translated to a guarded one. No operator asked for that, so it is reset.
 */
static void add_translated_rule(struct nft_batch *batch,
				const struct fixup_list *list)
{
	struct nftnl_rule *rule;

	rule = rule_in(batch, CHAIN_BEGIN,
		       "expected by another helper, such as that of FTP, and translated to a guarded port");
	rule_ct_state(rule, NF_CT_STATE_BIT(IP_CT_RELATED));
	rule_tcp_port_translated(rule, all_ports(list));
	rule_counter(rule);
	rule_reject_reset(rule);
	add_rule(batch, rule);
}

static void add_begin(struct nft_batch *batch, const struct fixup_list *list)
{
	struct nftnl_rule *rule;
	size_t i;

	add_plain_chain(batch, CHAIN_BEGIN,
			"packets that may begin a connection");
	add_portless_rules(batch);
	add_reversed_rule(batch, all_ports(list));
	if (list->count)
		add_guard_rules(batch);
	for (i = 0; i < list->narrowed_count; i++)
		add_narrowed_rule(batch, &list->narrowed[i], i + 1);
	if (list->count) {
		rule = rule_in(batch, CHAIN_BEGIN,
			       "a connection begins: assign the policy of its port");
		rule_ct_state(rule, STATE_BEGINS);
		rule_tcp_port_vmap(rule, TCP_DPORT, NFT_MAP_POLICIES);
		add_rule(batch, rule);
	}
	add_translated_rule(batch, list);
}

/*
 * Most packets belong to connections that are established. These two rules let
 * them pass quickly.
 */
static void add_base_rules(struct nft_batch *batch, const char *chain,
			   const struct fixup_list *list)
{
	struct nftnl_rule *rule;

	rule = rule_in(batch, chain,
		       "new, related, invalid or untracked: it may begin a connection");
	rule_ct_state_not(rule, NF_CT_STATE_BIT(IP_CT_ESTABLISHED));
	rule_jump(rule, CHAIN_BEGIN);
	add_rule(batch, rule);

	rule = rule_in(batch, chain,
		       "a SYN, by the flags in the fourth word of TCP: it may begin a connection on an old entry");
	rule_word_as_syn(rule);
	rule_jump(rule, CHAIN_BEGIN);
	add_rule(batch, rule);
	if (!list->narrowed_count)
		return;
	rule = rule_in(batch, chain,
		       "a client's packet goes in the direction of a reply if conntrack saw the server first");
	rule_ct_direction(rule, IP_CT_DIR_REPLY);
	rule_jump(rule, CHAIN_BEGIN);
	add_rule(batch, rule);
}

static void add_vrf_rule(struct nft_batch *batch, const char *chain)
{
	struct nftnl_rule *rule;

	rule = rule_in(batch, chain,
		       "untracked on its way into a VRF; it comes by again, tracked, when it leaves the machine");
	rule_oif_vrf(rule);
	rule_ct_state(rule, NF_CT_STATE_UNTRACKED_BIT);
	rule_accept(rule);
	add_rule(batch, rule);
}

/* @number is the number of the fixup. */
static void add_reply_rule(struct nft_batch *batch, const char *chain,
			   const struct fixup *fixup, unsigned int number)
{
	struct nftnl_rule *rule;
	char map[NFT_SET_SIZE];

	nft_narrowed_ports_name(map, number);
	rule = rule_in(batch, chain, COMMENT_MIDSTREAM);
	rule_midstream(rule);
	nft_rule_match(rule, fixup, number, true);
	rule_tcp_port_vmap(rule, TCP_SPORT, map);
	add_rule(batch, rule);

	rule = rule_in(batch, chain,
		       "replies of servers that a narrowed fixup guards");
	nft_rule_match(rule, fixup, number, true);
	rule_tcp_port_between(rule, TCP_SPORT, fixup->first, fixup->last);
	rule_jump(rule, CHAIN_GUARD);
	add_rule(batch, rule);
}

/* For hooks at which the outgoing interface of a reply is known. */
static void add_reply_rules(struct nft_batch *batch, const char *chain,
			    const struct fixup_list *list)
{
	size_t i;

	for (i = 0; i < list->narrowed_count; i++)
		add_reply_rule(batch, chain, &list->narrowed[i], i + 1);
}

/* What the table is to hold. */
struct contents {
	const struct fixup_list *list;
	const struct offenders_list *offenders;
	const char *closed;	/* why the fixups are closed, or NULL */
};

static void add_fixups(struct nft_batch *batch, const struct fixup_list *list,
		       const struct offenders_list *offenders)
{
	add_helpers(batch, list, offenders);
	if (list->count) {
		nft_add_ports(batch, list);
		nft_add_policies(batch, list);
	}
	if (list->narrowed_count)
		nft_add_all_ports(batch, list);
	add_guard(batch);
	add_narrowed(batch, list);
	add_begin(batch, list);
	add_base_chain(batch, "prerouting", NF_INET_PRE_ROUTING,
		       batch->priority, "packets that come in");
	add_base_rules(batch, "prerouting", list);
	add_base_chain(batch, "output", NF_INET_LOCAL_OUT,
		       batch->priority, "packets that this machine sends");
	add_vrf_rule(batch, "output");
	add_base_rules(batch, "output", list);
	add_reply_rules(batch, "output", list);
	if (!list->narrowed_count)
		return;
	add_base_chain(batch, "forward", NF_INET_FORWARD, batch->priority,
		       "forwarded packets, whose outgoing interface is known");
	add_reply_rules(batch, "forward", list);
}

static void add_all(struct nft_batch *batch, const struct contents *contents,
		    const struct offenders_list *offenders)
{
	if (contents->closed)
		nft_add_closed(batch, contents->list, contents->closed);
	else
		add_fixups(batch, contents->list, offenders);
}

/*
 * True if the second table exists and has no owner: the kernel then lets nobody
 * become its owner.
 */
static bool is_in_the_way(const struct netlink_error *error,
			  const struct nft_subject *subject)
{
	return error->code == EOPNOTSUPP && subject &&
	       !strcmp(subject->text, "table inet " NFT_TABLE_NEXT);
}

static int report_error(const struct netlink_error *error,
			const struct nft_subject *subject,
			struct errors *errors)
{
	const char *what = subject ? subject->text : "the table";
	bool helper = subject && !strncmp(what, "helper ", 7);

	/*
	 * We could read the ruleset, so only the owner of a table can forbid
	 * writing.
	 */
	if (error->code == EPERM)
		error_at(errors, NULL,
			 "nftables cannot make %s: %s; does another program own the table inet %s?",
			 what, strerror(EPERM), NFT_TABLE);
	else if (is_in_the_way(error, subject))
		error_at(errors, NULL,
			 "%s stands in the way, which another program made: remove it by 'nft delete %s'",
			 what, what);
	else if (error->code == ENOENT && helper)
		error_at(errors, &subject->loc,
			 "the kernel does not know %s: is the module nf_conntrack_smtp loaded, and does it have that policy?",
			 what);
	else if (error->code == EMSGSIZE)
		error_at(errors, NULL,
			 "so many fixups are too long for one message to nftables: raise the sysctl net.core.wmem_max");
	else if (error->code == EOPNOTSUPP || error->code == ENOENT)
		error_at(errors, subject ? &subject->loc : NULL,
			 "nftables cannot make %s: %s; does the kernel have nft_ct, nft_reject_inet and, for offenders, nft_limit?",
			 what, strerror(error->code));
	else
		error_at(errors, subject ? &subject->loc : NULL,
			 "nftables cannot make %s: %s", what,
			 error->text[0] ? error->text : strerror(error->code));
	return -error->code;
}

static int commit_batch(struct nft_batch *batch, struct errors *errors)
{
	const struct nft_subject *subject;
	struct netlink_error error;
	bool next = !strcmp(batch->table, NFT_TABLE_NEXT);
	int ret = nft_batch_commit(batch, &error, &subject);

	/* Another command owns the second table: it is changing the fixups. */
	if (ret == -EPERM && next)
		ret = -ERESTART;
	/* After -ENOBUFS, find_out() finds out what happened to the table. */
	if (ret && ret != -ERESTART &&
	    (next || batch->check || ret != -ENOBUFS))
		report_error(&error, subject, errors);
	nft_batch_free(batch);
	return ret;
}

/*
 * The kernel had no memory for its answer, so the result is unknown. Reads the
 * table to see whether it holds the fixups of the list.
 */
static int find_out(struct nft *nft, const struct contents *contents,
		    struct errors *errors)
{
	struct fixup_list now = { .array = NULL };
	bool done;
	int ret;

	ret = nft_read(nft, &now, errors);
	done = contents->closed ? nft->closed :
	       fixup_list_equal(&now, contents->list);
	if (!ret && !done) {
		error_at(errors, NULL, "nftables cannot make the table: %s",
			 strerror(ENOBUFS));
		ret = -ENOBUFS;
	}
	fixup_list_free(&now);
	return ret;
}

/* Waits until all packets that were in the hooks have left them. */
static void wait_for_packets(void)
{
	static const struct timespec long_enough = { .tv_nsec = 100000000 };

	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		nanosleep(&long_enough, NULL);
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_BOOTTIME, &time);
	return time.tv_sec + 1;
}

static void begin_batch(struct nft_batch *batch, struct nft *nft,
			uint32_t generation, const char *table,
			int32_t priority)
{
	nft_batch_begin(batch, &nft->nl, generation);
	batch->table = table;
	batch->priority = priority;
	batch->check = nft->check;
	batch->changed = now();
	batch->since = nft->table ? nft->since : batch->changed;
}

/*
 * This table does not refuse offenders: they may well connect in that moment. But
 * its chains are newer than those of the first table, so it is this one that
 * counts the offences of that time.
 */
static int add_next(struct nft *nft, const struct contents *contents,
		    struct errors *errors)
{
	static const struct offenders_list none = { .array = NULL };
	static const struct offender_list nobody = { .array = NULL };
	struct nft_batch batch;
	int ret;

	begin_batch(&batch, nft, nft->generation, NFT_TABLE_NEXT,
		    NF_IP_PRI_MANGLE + 1);
	add_table(&batch, NFT_MSG_NEWTABLE, NLM_F_CREATE, NFT_TABLE_F_OWNER);
	nft_add_offenders(&batch, contents->offenders, &nobody);
	add_all(&batch, contents, &none);
	ret = commit_batch(&batch, errors);
	if (ret || nft->check)
		return ret;
	nft->generation++;
	wait_for_packets();
	return 0;
}

/*
 * Clients that became offenders in the second table become so in the first one.
 * The chains of that are the newest now, so nothing is added here any more.
 */
static void keep_new_offenders(struct nft *nft,
			       const struct offenders_list *offenders)
{
	struct offender_list more = { .array = NULL };
	const struct nft_subject *subject;
	struct netlink_error error;
	struct nft_batch batch;
	int ret;

	do
		ret = nft_offenders_read(nft, NFT_TABLE_NEXT, &more, &error);
	while (ret == -EINTR);
	if (more.count) {
		begin_batch(&batch, nft, NFT_ANY_GENERATION, NFT_TABLE, 0);
		nft_add_more_offenders(&batch, offenders, &more);
		nft_batch_commit(&batch, &error, &subject);
		nft_batch_free(&batch);
	}
	offender_list_free(&more);
}

/* If this fails, the kernel removes the table when the socket is closed. */
static void remove_next(struct nft *nft, const struct offenders_list *offenders)
{
	const struct nft_subject *subject;
	struct netlink_error error;
	struct nft_batch batch;

	wait_for_packets();
	if (offenders->count)
		keep_new_offenders(nft, offenders);
	begin_batch(&batch, nft, NFT_ANY_GENERATION, NFT_TABLE_NEXT, 0);
	add_table(&batch, NFT_MSG_DELTABLE, 0, 0);
	nft_batch_commit(&batch, &error, &subject);
	nft_batch_free(&batch);
}

/*
 * Clients stay offenders while the table is made anew. Meanwhile the second
 * table counts offences, so no more are added to these. A closed gateway keeps
 * them until it is guarded again. If they cannot be read, it is closed all the same.
 */
static int read_kept(struct nft *nft, const struct contents *contents,
		     struct offender_list *kept, struct errors *errors)
{
	struct netlink_error error;
	int ret;

	if (!nft->table || (!contents->offenders->count && !contents->closed))
		return 0;
	ret = nft_offenders_read(nft, NFT_TABLE, kept, &error);
	if (ret == -EINTR)
		return -ERESTART;
	if (ret && contents->closed)
		return 0;
	if (ret)
		error_at(errors, NULL, "cannot read the offenders: %s",
			 strerror(-ret));
	return ret;
}

static int replace_table(struct nft *nft, const struct contents *contents,
			 struct errors *errors)
{
	struct offender_list kept = { .array = NULL };
	struct nft_batch batch;
	int ret;

	ret = read_kept(nft, contents, &kept, errors);
	if (ret) {
		offender_list_free(&kept);
		return ret;
	}
	begin_batch(&batch, nft, nft->generation, NFT_TABLE, NF_IP_PRI_MANGLE);
	/*
	 * Deleting a table that does not exist is an error, so it is added
	 * first.
	 */
	add_table(&batch, NFT_MSG_NEWTABLE, NLM_F_CREATE, 0);
	add_table(&batch, NFT_MSG_DELTABLE, 0, 0);
	if (fixup_list_at(contents->list, 0)) {
		add_table(&batch, NFT_MSG_NEWTABLE, NLM_F_CREATE, 0);
		if (contents->closed)
			nft_add_kept_offenders(&batch, &kept);
		else
			nft_add_offenders(&batch, contents->offenders, &kept);
		add_all(&batch, contents, contents->offenders);
	}
	offender_list_free(&kept);
	ret = commit_batch(&batch, errors);
	if (ret == -ENOBUFS && !nft->check)
		return find_out(nft, contents, errors);
	return ret;
}

static int write_contents(struct nft *nft, const struct contents *contents,
			  struct errors *errors)
{
	int ret;

	/*
	 * Nothing was guarded before, or nothing will be: there is no gap to
	 * fill.
	 */
	if (!nft->table || !fixup_list_at(contents->list, 0))
		return replace_table(nft, contents, errors);
	ret = add_next(nft, contents, errors);
	if (ret)
		return ret;
	ret = replace_table(nft, contents, errors);
	if (!nft->check)
		remove_next(nft, contents->offenders);
	return ret;
}

int nft_write(struct nft *nft, const struct fixup_list *list,
	      const struct offenders_list *offenders, struct errors *errors)
{
	const struct contents contents = {
		.list = list,
		.offenders = offenders,
	};

	return write_contents(nft, &contents, errors);
}

int nft_write_closed(struct nft *nft, const struct fixup_list *list,
		     const char *why, struct errors *errors)
{
	static const struct offenders_list none = { .array = NULL };
	const struct contents contents = {
		.list = list,
		.offenders = &none,
		.closed = why,
	};

	return write_contents(nft, &contents, errors);
}
