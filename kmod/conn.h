/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_CONN_H
#define _SMTP_CONN_H

#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/netfilter/nf_conntrack.h>

#include "core/stream.h"
#include "memory.h"
#include "policy_table.h"

/**
 * struct smtp_conn - a guarded connection
 * @lock: guards @stream, @isn and the memories
 * @isn: the first sequence numbers, by &enum smtp_dir
 * @id: its key in the namespace's table
 * @ct: the conntrack entry, one reference held
 * @entry: the policy, one reference held
 * @memory: what its memories are counted in; NULL once it was dropped, under
 *	@lock
 * @stream: both directions
 * @rcu: to be freed
 *
 * Made at the SYN-ACK, so that a flood of SYN costs no memory here. Found from
 * the entry's private data; tracked in a table of our own, since nothing tells
 * a helper reliably that an entry is gone.
 */
struct smtp_conn {
	spinlock_t lock; /* guards stream, isn and the memories */
	u32 isn[SMTP_DIRS];
	u32 id;
	struct nf_conn *ct;
	struct smtp_policy_entry *entry;
	struct smtp_memory *memory;
	struct smtp_stream stream;
	struct rcu_head rcu;
};

/**
 * struct smtp_conn_table - the guarded connections of a network namespace
 * @conns: &struct smtp_conn by id; read under RCU
 * @memory: what they hold
 * @next_id: where the search for a free id begins
 * @sweep: drops the ones whose entry conntrack let go
 */
struct smtp_conn_table {
	struct xarray conns;
	struct smtp_memory memory;
	u32 next_id;
	struct delayed_work sweep;
};

int smtp_conn_init(void);
void smtp_conn_exit(void);
int smtp_conn_table_init(struct smtp_conn_table *table, const struct net *net);
void smtp_conn_table_exit(struct smtp_conn_table *table);

struct smtp_conn *smtp_conn_find(const struct nf_conn *ct);
struct smtp_conn *smtp_conn_new(struct smtp_conn_table *table,
				struct nf_conn *ct,
				struct smtp_policy_entry *entry);
void smtp_conn_side(const struct nf_conn *ct, const struct sk_buff *skb);
void smtp_conn_disown(struct nf_conn *ct);
bool smtp_conn_is_from_client(const struct nf_conn *ct,
			      const struct sk_buff *skb);
bool smtp_conn_is_from_server(const struct nf_conn *ct,
			      const struct sk_buff *skb, bool begins);
bool smtp_conn_alive(const struct smtp_conn *conn);
bool smtp_conn_room(struct smtp_conn *conn, struct smtp_trace *trace, u32 more);
struct smtp_ahead *smtp_conn_ahead(struct smtp_conn *conn);
void smtp_conn_hand_over(struct smtp_conn *conn, enum smtp_dir dir);
void smtp_conn_tidy(struct smtp_conn *conn);
void smtp_conn_end(struct smtp_conn *conn);
void smtp_conn_release(struct smtp_conn_table *table, u16 first, u16 last);

#endif /* _SMTP_CONN_H */
