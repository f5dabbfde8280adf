// SPDX-License-Identifier: GPL-2.0
/*
 * The table, made anew with each change in the transaction that removes the
 * old one. What is to stand in it for the ports 25 and 2525-2530:
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
 * The chain "guard" keeps out what conntrack shows to no helper, and what
 * begins without a SYN: after an entry is gone, a server that speaks first
 * would be taken for the client, and its port for no port to be guarded. And a
 * connection that begins on the entry of one from before the fixup, or of one
 * that was let go, which may last for days and has no helper (0x2000 in its
 * status): conntrack takes it for the same. The flags of its SYN are in the
 * fourth word of the TCP header, at bit 96.
 *
 * Multipath TCP (RFC 8684) puts the bytes of a connection in an order of its own,
 * and on other connections, too: the guard would read other commands than the
 * server. Without its option in the SYN both ends go on by plain TCP.
 *
 * What begins is new, or related where a helper of conntrack, as that of FTP,
 * expects it; one that has the other helper already gets none of ours, and is
 * reset. Conntrack puts IPv6 fragments together once; a fragment that is inside
 * of another is invalid then, if it is not the first, and has no port.
 *
 * "ct helper set" does nothing, and says nothing, without memory and for an entry
 * that is older, as that of a SYN from before the fixup is. Over loopback a packet
 * comes by a second time, and its entry is older then.
 *
 * A narrowed fixup, say "25 iifname outside ip daddr 192.0.2.25", has its ports
 * and what narrows them in sets of its own, and its rules between those above:
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
 *			oifname @fixup-1-iifname ip saddr @fixup-1-ip-daddr \
 *				tcp sport 25 jump guard
 *		}
 *
 * A server's packet is seen to come back from a narrowed address only where
 * that is not translated. So it may begin an entry, if the client's was
 * deleted; then the client's packets go in the direction of a reply, to a port
 * that is guarded, and are reset.
 *
 * Chains of one priority come in the order of their age, the newest first. A
 * packet between the new one, before the transaction, and the old one, behind
 * it, would be seen by none of them; and so would one that had begun its way
 * through the hooks when there was no new one yet. A SYN would then begin what
 * nobody guards. So where there is a table, a second one stands behind it while
 * it changes, until no packet is on its way that has not met one of the two. It
 * is the socket's that made it: it goes if we die, and another command, which
 * can neither remove it nor make its own, waits until we are done.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <libnftnl/chain.h>
#include <libnftnl/object.h>
#include <libnftnl/rule.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>
#include <linux/membarrier.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4.h>

#include "lib/memory.h"
#include "nft/batch.h"
#include "nft/narrow.h"
#include "nft/rule.h"
#include "nft/set.h"
#include "nft/table.h"

#define CHAIN_GUARD	"guard"
#define CHAIN_BEGIN	"begin"

/* A helper of conntrack may have expected what begins. */
#define STATE_BEGINS	(NF_CT_STATE_BIT(IP_CT_NEW) | \
			 NF_CT_STATE_BIT(IP_CT_RELATED))

static void set_times(struct nftnl_table *table, const struct nft_batch *batch)
{
	struct nftnl_udata_buf *buf = nftnl_udata_buf_alloc(64);

	if (!buf)
		out_of_memory();
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
		set_times(table, batch);
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
	/* What only is to be checked may be of a policy that is not there yet. */
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

static struct nftnl_rule *rule_in(const struct nft_batch *batch,
				  const char *chain)
{
	return rule_alloc(batch->table, chain);
}

static struct nftnl_chain *chain_in(const struct nft_batch *batch,
				    const char *name)
{
	struct nftnl_chain *chain = nftnl_chain_alloc();

	if (!chain ||
	    nftnl_chain_set_str(chain, NFTNL_CHAIN_TABLE, batch->table) ||
	    nftnl_chain_set_str(chain, NFTNL_CHAIN_NAME, name))
		out_of_memory();
	return chain;
}

/* Takes over @chain. */
static void add_chain(struct nft_batch *batch, struct nftnl_chain *chain)
{
	struct nlmsghdr *nlh;

	nlh = nft_batch_message(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE, NULL,
				"chain %s",
				nftnl_chain_get_str(chain, NFTNL_CHAIN_NAME));
	nftnl_chain_nlmsg_build_payload(nlh, chain);
	nft_batch_message_end(batch);
	nftnl_chain_free(chain);
}

/* Takes over @rule. */
static void add_rule(struct nft_batch *batch, struct nftnl_rule *rule)
{
	struct nlmsghdr *nlh;

	nlh = nft_batch_message(batch, NFT_MSG_NEWRULE,
				NLM_F_CREATE | NLM_F_APPEND, NULL,
				"a rule of chain %s",
				nftnl_rule_get_str(rule, NFTNL_RULE_CHAIN));
	nftnl_rule_nlmsg_build_payload(nlh, rule);
	nft_batch_message_end(batch);
	nftnl_rule_free(rule);
}

static void add_helper_chain(struct nft_batch *batch, const char *name)
{
	struct nftnl_rule *rule = rule_in(batch, name);

	add_chain(batch, chain_in(batch, name));
	rule_ct_helper_set(rule, name);
	add_rule(batch, rule);

	rule = rule_in(batch, name);
	rule_iif_not_loopback(rule);
	rule_ct_no_helper(rule);
	rule_counter(rule);
	rule_reject_reset(rule);
	add_rule(batch, rule);
}

/* Policies that were met. There are at most as many as helpers. */
struct policies {
	const char **array;
	size_t count;
	size_t room;
};

/* Is this the first time that the policy is met? */
static bool meet(struct policies *met, const char *policy)
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

/* For each policy in use, an object and the chain that assigns it. */
static void add_helpers(struct nft_batch *batch, const struct fixup_list *list)
{
	struct policies met = { .array = NULL };
	char helper[FIXUP_HELPER_SIZE];
	const struct fixup *fixup;
	size_t i;

	for (i = 0; (fixup = fixup_list_at(list, i)); i++) {
		if (!meet(&met, fixup->policy))
			continue;
		fixup_helper(fixup, helper);
		add_helper(batch, helper, &fixup->loc);
		add_helper_chain(batch, helper);
	}
	free(met.array);
}

/* What is done where a narrowed fixup matches. */
static void add_narrowed_chain(struct nft_batch *batch,
			       const struct fixup *fixup)
{
	char name[NFT_CHAIN_SIZE] = NFT_NARROWED;
	char *helper = name + strlen(NFT_NARROWED);
	struct nftnl_rule *rule;

	fixup_helper(fixup, helper);
	add_chain(batch, chain_in(batch, name));

	rule = rule_in(batch, name);
	rule_jump(rule, CHAIN_GUARD);
	add_rule(batch, rule);

	rule = rule_in(batch, name);
	rule_ct_direction(rule, IP_CT_DIR_REPLY);
	rule_counter(rule);
	rule_reject_reset(rule);
	add_rule(batch, rule);

	rule = rule_in(batch, name);
	rule_ct_state(rule, STATE_BEGINS);
	rule_jump(rule, helper);
	add_rule(batch, rule);
}

static void add_narrowed_sets(struct nft_batch *batch,
			      const struct fixup *fixup, unsigned int number)
{
	int key;

	nft_add_narrowed_ports(batch, fixup, number);
	for (key = 0; key < NARROW_KEYS; key++)
		if (fixup->narrowing->matches[key].count)
			nft_add_narrowing(batch, fixup, number, key);
}

static void add_narrowed(struct nft_batch *batch,
			 const struct fixup_list *list)
{
	struct policies met = { .array = NULL };
	size_t i;

	for (i = 0; i < list->narrowed_count; i++) {
		if (meet(&met, list->narrowed[i].policy))
			add_narrowed_chain(batch, &list->narrowed[i]);
		add_narrowed_sets(batch, &list->narrowed[i], i + 1);
	}
	free(met.array);
}

static void add_guard(struct nft_batch *batch)
{
	struct nftnl_rule *rule;

	add_chain(batch, chain_in(batch, CHAIN_GUARD));

	rule = rule_in(batch, CHAIN_GUARD);
	rule_ct_state(rule, NF_CT_STATE_INVALID_BIT |
		      NF_CT_STATE_UNTRACKED_BIT);
	rule_counter(rule);
	rule_drop(rule);
	add_rule(batch, rule);

	rule = rule_in(batch, CHAIN_GUARD);
	rule_ct_state(rule, STATE_BEGINS);
	rule_tcp_flags_syn(rule, true);
	rule_counter(rule);
	rule_reject_reset(rule);
	add_rule(batch, rule);

	rule = rule_in(batch, CHAIN_GUARD);
	rule_ct_state(rule, NF_CT_STATE_BIT(IP_CT_ESTABLISHED));
	rule_ct_no_helper(rule);
	rule_tcp_flags_syn(rule, false);
	rule_counter(rule);
	rule_reject_reset(rule);
	add_rule(batch, rule);
}

static void add_base_chain(struct nft_batch *batch, const char *name,
			   uint32_t hook)
{
	struct nftnl_chain *chain = chain_in(batch, name);

	if (nftnl_chain_set_str(chain, NFTNL_CHAIN_TYPE, "filter"))
		out_of_memory();
	nftnl_chain_set_u32(chain, NFTNL_CHAIN_HOOKNUM, hook);
	nftnl_chain_set_s32(chain, NFTNL_CHAIN_PRIO, batch->priority);
	nftnl_chain_set_u32(chain, NFTNL_CHAIN_POLICY, NF_ACCEPT);
	add_chain(batch, chain);
}

/*
 * What has a port no more, or is not to be judged by it: a fragment, and the
 * RST that the kernel sends for a rule or the helper, which is related to what
 * it resets.
 */
static void add_portless_rules(struct nft_batch *batch)
{
	struct nftnl_rule *rule;

	rule = rule_in(batch, CHAIN_BEGIN);
	rule_ct_state(rule, NF_CT_STATE_INVALID_BIT);
	rule_ip6_fragment(rule);
	rule_counter(rule);
	rule_drop(rule);
	add_rule(batch, rule);

	rule = rule_in(batch, CHAIN_BEGIN);
	rule_ct_state(rule, NF_CT_STATE_BIT(IP_CT_RELATED));
	rule_tcp_flags_rst(rule);
	rule_accept(rule);
	add_rule(batch, rule);
}

static void add_guard_rules(struct nft_batch *batch)
{
	struct nftnl_rule *rule;

	rule = rule_in(batch, CHAIN_BEGIN);
	rule_tcp_port_in_set(rule, TCP_DPORT, NFT_SET_PORTS);
	rule_jump(rule, CHAIN_GUARD);
	add_rule(batch, rule);

	rule = rule_in(batch, CHAIN_BEGIN);
	rule_tcp_port_in_set(rule, TCP_SPORT, NFT_SET_PORTS);
	rule_jump(rule, CHAIN_GUARD);
	add_rule(batch, rule);
}

static void add_narrowed_rule(struct nft_batch *batch,
			      const struct fixup *fixup, unsigned int number)
{
	struct nftnl_rule *rule = rule_in(batch, CHAIN_BEGIN);
	char map[NFT_SET_SIZE];

	nft_narrowed_ports_name(map, number);
	nft_rule_narrow(rule, fixup, number, false);
	rule_tcp_port_vmap(rule, TCP_DPORT, map);
	add_rule(batch, rule);
}

/*
 * Where addresses are translated, so is what a helper of conntrack expects: to
 * whichever port, and from there to a guarded one. No operator asked for that.
 */
static void add_translated_rule(struct nft_batch *batch,
				const struct fixup_list *list)
{
	struct nftnl_rule *rule = rule_in(batch, CHAIN_BEGIN);

	rule_ct_state(rule, NF_CT_STATE_BIT(IP_CT_RELATED));
	rule_tcp_port_translated(rule, list->narrowed_count ?
				 NFT_SET_ALL_PORTS : NFT_SET_PORTS);
	rule_counter(rule);
	rule_reject_reset(rule);
	add_rule(batch, rule);
}

static void add_begin(struct nft_batch *batch, const struct fixup_list *list)
{
	struct nftnl_rule *rule;
	size_t i;

	add_chain(batch, chain_in(batch, CHAIN_BEGIN));
	add_portless_rules(batch);
	if (list->count)
		add_guard_rules(batch);
	for (i = 0; i < list->narrowed_count; i++)
		add_narrowed_rule(batch, &list->narrowed[i], i + 1);
	if (list->count) {
		rule = rule_in(batch, CHAIN_BEGIN);
		rule_ct_state(rule, STATE_BEGINS);
		rule_tcp_port_vmap(rule, TCP_DPORT, NFT_MAP_POLICIES);
		add_rule(batch, rule);
	}
	add_translated_rule(batch, list);
}

/*
 * Most packets need nothing of what is done where connections begin, but for a
 * SYN, and the client's that go in the direction of a reply.
 */
static void add_base_rules(struct nft_batch *batch, const char *chain,
			   const struct fixup_list *list)
{
	struct nftnl_rule *rule = rule_in(batch, chain);

	rule_ct_state_not(rule, NF_CT_STATE_BIT(IP_CT_ESTABLISHED));
	rule_jump(rule, CHAIN_BEGIN);
	add_rule(batch, rule);

	rule = rule_in(batch, chain);
	rule_word_as_syn(rule);
	rule_jump(rule, CHAIN_BEGIN);
	add_rule(batch, rule);
	if (!list->narrowed_count)
		return;
	rule = rule_in(batch, chain);
	rule_ct_direction(rule, IP_CT_DIR_REPLY);
	rule_jump(rule, CHAIN_BEGIN);
	add_rule(batch, rule);
}

/*
 * What the gateway sends under a VRF comes by twice: untracked, on its way to
 * the VRF, and then with the interface by which it leaves.
 */
static void add_vrf_rule(struct nft_batch *batch, const char *chain)
{
	struct nftnl_rule *rule = rule_in(batch, chain);

	rule_oif_vrf(rule);
	rule_ct_state(rule, NF_CT_STATE_UNTRACKED_BIT);
	rule_accept(rule);
	add_rule(batch, rule);
}

/* What comes back, where it is known to which interface it goes. */
static void add_reply_rules(struct nft_batch *batch, const char *chain,
			    const struct fixup_list *list)
{
	const struct fixup *fixup;
	struct nftnl_rule *rule;
	size_t i;

	for (i = 0; i < list->narrowed_count; i++) {
		fixup = &list->narrowed[i];
		rule = rule_in(batch, chain);
		nft_rule_narrow(rule, fixup, i + 1, true);
		rule_tcp_port_between(rule, TCP_SPORT, fixup->first,
				      fixup->last);
		rule_jump(rule, CHAIN_GUARD);
		add_rule(batch, rule);
	}
}

static void add_all(struct nft_batch *batch, const struct fixup_list *list)
{
	add_helpers(batch, list);
	if (list->count) {
		nft_add_ports(batch, list);
		nft_add_policies(batch, list);
	}
	if (list->narrowed_count)
		nft_add_all_ports(batch, list);
	add_guard(batch);
	add_narrowed(batch, list);
	add_begin(batch, list);
	add_base_chain(batch, "prerouting", NF_INET_PRE_ROUTING);
	add_base_rules(batch, "prerouting", list);
	add_base_chain(batch, "output", NF_INET_LOCAL_OUT);
	add_vrf_rule(batch, "output");
	add_base_rules(batch, "output", list);
	add_reply_rules(batch, "output", list);
	if (!list->narrowed_count)
		return;
	add_base_chain(batch, "forward", NF_INET_FORWARD);
	add_reply_rules(batch, "forward", list);
}

/* The kernel lets no one become the owner of a table that is there. */
static bool is_in_the_way(const struct netlink_error *error,
			  const struct nft_subject *subject)
{
	return error->code == EOPNOTSUPP && subject &&
	       !strcmp(subject->text, "table inet " NFT_TABLE_NEXT);
}

static int report(const struct netlink_error *error,
		  const struct nft_subject *subject, struct errors *errors)
{
	const char *what = subject ? subject->text : "the table";
	bool helper = subject && !strncmp(what, "helper ", 7);

	/* Who may read may write, were it not for an owner. */
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
			 "nftables cannot make %s: %s; does the kernel have nft_ct and nft_reject_inet?",
			 what, strerror(error->code));
	else
		error_at(errors, subject ? &subject->loc : NULL,
			 "nftables cannot make %s: %s", what,
			 error->text[0] ? error->text : strerror(error->code));
	return -error->code;
}

static int commit(struct nft_batch *batch, struct errors *errors)
{
	const struct nft_subject *subject;
	struct netlink_error error;
	bool next = !strcmp(batch->table, NFT_TABLE_NEXT);
	int ret = nft_batch_commit(batch, &error, &subject);

	/* Another command is at it. */
	if (ret == -EPERM && next)
		ret = -ERESTART;
	/* What became of the table, find_out() tells. */
	if (ret && ret != -ERESTART &&
	    (next || batch->check || ret != -ENOBUFS))
		report(&error, subject, errors);
	nft_batch_free(batch);
	return ret;
}

/* The kernel had no memory to say what it did: does the table say the list? */
static int find_out(struct nft *nft, const struct fixup_list *list,
		    struct errors *errors)
{
	struct fixup_list now = { .array = NULL };
	int ret;

	ret = nft_read(nft, &now, errors);
	if (!ret && !fixup_list_equal(&now, list)) {
		error_at(errors, NULL, "nftables cannot make the table: %s",
			 strerror(ENOBUFS));
		ret = -ENOBUFS;
	}
	fixup_list_free(&now);
	return ret;
}

/* What was on its way through the hooks has come to its end behind this. */
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

static void begin(struct nft_batch *batch, struct nft *nft,
		  uint32_t generation, const char *table, int32_t priority)
{
	nft_batch_begin(batch, &nft->nl, generation);
	batch->table = table;
	batch->priority = priority;
	batch->check = nft->check;
	batch->changed = now();
	batch->since = nft->table ? nft->since : batch->changed;
}

static int add_next(struct nft *nft, const struct fixup_list *list,
		    struct errors *errors)
{
	struct nft_batch batch;
	int ret;

	begin(&batch, nft, nft->generation, NFT_TABLE_NEXT,
	      NF_IP_PRI_MANGLE + 1);
	add_table(&batch, NFT_MSG_NEWTABLE, NLM_F_CREATE, NFT_TABLE_F_OWNER);
	add_all(&batch, list);
	ret = commit(&batch, errors);
	if (ret || nft->check)
		return ret;
	nft->generation++;
	wait_for_packets();
	return 0;
}

/* Should it not succeed, the table goes with the socket. */
static void remove_next(struct nft *nft)
{
	const struct nft_subject *subject;
	struct netlink_error error;
	struct nft_batch batch;

	wait_for_packets();
	begin(&batch, nft, NFT_ANY_GENERATION, NFT_TABLE_NEXT, 0);
	add_table(&batch, NFT_MSG_DELTABLE, 0, 0);
	nft_batch_commit(&batch, &error, &subject);
	nft_batch_free(&batch);
}

static int replace(struct nft *nft, const struct fixup_list *list,
		   struct errors *errors)
{
	struct nft_batch batch;
	int ret;

	begin(&batch, nft, nft->generation, NFT_TABLE, NF_IP_PRI_MANGLE);
	/* Added first, so that there is one to delete. */
	add_table(&batch, NFT_MSG_NEWTABLE, NLM_F_CREATE, 0);
	add_table(&batch, NFT_MSG_DELTABLE, 0, 0);
	if (fixup_list_at(list, 0)) {
		add_table(&batch, NFT_MSG_NEWTABLE, NLM_F_CREATE, 0);
		add_all(&batch, list);
	}
	ret = commit(&batch, errors);
	return ret == -ENOBUFS && !nft->check ? find_out(nft, list, errors) : ret;
}

int nft_write(struct nft *nft, const struct fixup_list *list,
	      struct errors *errors)
{
	int ret;

	/* Nothing was guarded, or nothing is to be. */
	if (!nft->table || !fixup_list_at(list, 0))
		return replace(nft, list, errors);
	ret = add_next(nft, list, errors);
	if (ret)
		return ret;
	ret = replace(nft, list, errors);
	if (!nft->check)
		remove_next(nft);
	return ret;
}
