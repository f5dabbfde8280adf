/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_CONN_H
#define _SMTP_CONN_H

#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_helper.h>

#include "core/stream.h"
#include "memory.h"
#include "policy_table.h"

struct smtp_packet;

/**
 * struct smtp_conn_life - what is remembered for the event of the end
 * @begun: when the connection began, as ktime_get_ns() has it
 * @reset: why the module resets it, &enum mailguard_reason; or -1
 * @told: its end was told
 */
struct smtp_conn_life {
	u64 begun;
	int reset;
	bool told;
};

/**
 * struct smtp_conn_end - what there is to tell of a connection at its end
 * @duration: how long it lasted, in nanoseconds
 * @bytes: how many bytes passed, modulo 2^32, by &enum smtp_dir of the sender
 * @reset: why the module reset it, &enum mailguard_reason; or -1
 * @messages: how many messages ended
 * @recipients: how many recipients the server accepted
 * @refused: how many recipients the server refused
 * @tls: it changed to TLS
 */
struct smtp_conn_end {
	u64 duration;
	u32 bytes[SMTP_DIRS];
	int reset;
	u16 messages;
	u16 recipients;
	u16 refused;
	bool tls;
};

/**
 * struct smtp_conn - a guarded connection
 * @lock: protects @stream, @isn and the histories in @stream
 * @isn: sequence number of the first byte of data, by &enum smtp_dir
 * @id: its key in the table of the namespace
 * @ct: the conntrack entry, with a reference
 * @entry: the policy, with a reference; changed under @lock, read under RCU
 * @stream: the state of both directions
 * @life: for the event of its end; under @lock, until the connection is dropped
 * @rcu: frees the connection after a grace period, once it was dropped
 *
 * A connection is created at the SYN-ACK, so that a SYN flood costs no memory
 * here. A packet finds it through the helper's private data in the conntrack
 * entry. It is in a table as well, because a helper is not told reliably that
 * an entry was deleted, so the table must be searched for such entries.
 */
struct smtp_conn {
	spinlock_t lock; /* protects stream, isn and the histories */
	u32 isn[SMTP_DIRS];
	u32 id;
	struct nf_conn *ct;
	struct smtp_policy_entry __rcu *entry;
	struct smtp_stream stream;
	union {
		struct smtp_conn_life life;
		struct rcu_head rcu;
	};
};

/**
 * struct smtp_conn_table - the guarded connections of a network namespace
 * @conns: each &struct smtp_conn by its id; read under RCU
 * @memory: the memory that the connections hold
 * @ops: allocates memory for the streams of these connections; a connection
 *	finds @memory from its pointer to @ops
 * @next_id: where the search for a free id begins
 * @sweep: drops the connections whose conntrack entry was deleted
 */
struct smtp_conn_table {
	struct xarray conns;
	struct smtp_memory memory;
	struct smtp_stream_ops ops;
	u32 next_id;
	struct delayed_work sweep;
};

/**
 * struct smtp_conn_link - the helper's private data in a conntrack entry
 * @conn: the connection, or NULL
 * @in: the interface that the client's SYN came in by; 0 if the gateway is the
 *	client
 * @out: the interface that the SYN went out by; 0 while that is not known
 * @asked: when the receiver was asked by smtp_conn_ask(), in jiffies
 * @asks: how often it was asked
 * @syn: set if the client's SYN created the entry
 */
struct smtp_conn_link {
	struct smtp_conn __rcu *conn;
	int in;
	int out;
	u32 asked;
	u8 asks;
	bool syn;
};

static inline struct smtp_conn_link *smtp_conn_link(const struct nf_conn *ct)
{
	struct nf_conn_help *help = nfct_help(ct);

	return help ? (struct smtp_conn_link *)help->data : NULL;
}

/**
 * smtp_conn_find() - find the connection of a conntrack entry
 * @ct: the entry
 *
 * Context: RCU read side.
 * Return: the connection, or NULL.
 */
static inline struct smtp_conn *smtp_conn_find(const struct nf_conn *ct)
{
	struct smtp_conn_link *link = smtp_conn_link(ct);

	return link ? rcu_dereference(link->conn) : NULL;
}

int smtp_conn_init(void);
void smtp_conn_exit(void);
int smtp_conn_table_init(struct smtp_conn_table *table, const struct net *net);
void smtp_conn_table_exit(struct smtp_conn_table *table);

struct smtp_conn *smtp_conn_new(struct smtp_conn_table *table,
				struct nf_conn *ct,
				struct smtp_policy_entry *entry);
void smtp_conn_side(const struct nf_conn *ct, const struct sk_buff *skb);
bool smtp_conn_has_sides(const struct nf_conn *ct);
bool smtp_conn_ask(const struct nf_conn *ct);
bool smtp_conn_is_from_client(const struct nf_conn *ct,
			      const struct sk_buff *skb);
bool smtp_conn_is_from_server(const struct nf_conn *ct,
			      const struct sk_buff *skb, bool begins);
bool smtp_conn_alive(const struct smtp_conn *conn);
u32 smtp_conn_judge(struct smtp_conn *conn, struct smtp_packet *pkt,
		    struct smtp_events *ev);
bool smtp_conn_is_reused(struct smtp_conn *conn, const struct smtp_packet *pkt);
void smtp_conn_restart(struct smtp_conn *conn,
		       const struct smtp_policy_table *policies);
void smtp_conn_renew(struct smtp_conn *conn,
		     const struct smtp_policy_table *policies);
void smtp_conn_renew_all(struct smtp_conn_table *table,
			 const struct smtp_policy_table *policies,
			 const char *name);
void smtp_conn_end(struct smtp_conn *conn);
void smtp_conn_unfollow(struct smtp_conn *conn, struct smtp_events *ev);
bool smtp_conn_end_once(struct smtp_conn *conn, struct smtp_conn_end *end);
void smtp_conn_release(struct smtp_conn_table *table, u16 first, u16 last);

#endif /* _SMTP_CONN_H */
