// SPDX-License-Identifier: GPL-2.0
/* One object per connection: birth, death, and the memory in between. */
#include <linux/memcontrol.h>
#include <linux/rcupdate_wait.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <net/dst_metadata.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/netfilter/nf_conntrack_helper.h>

#include "conn.h"

#define SWEEP_INTERVAL	(2 * HZ)

/* As long as conntrack itself waits for an acknowledgment. */
#define REPEAT_TIMEOUT	(5 * 60 * HZ)

static struct kmem_cache *conn_cache;

/*
 * The helper's private data in the conntrack entry: the connection, and the
 * interfaces where its SYN came in and went out. @in is 0 if the gateway is the
 * client, @out while it is not known.
 */
struct conn_link {
	struct smtp_conn __rcu *conn;
	int in;
	int out;
};

static struct conn_link *link_of(const struct nf_conn *ct)
{
	struct nf_conn_help *help = nfct_help(ct);

	return help ? (struct conn_link *)help->data : NULL;
}

/**
 * smtp_conn_find() - the connection of a conntrack entry
 * @ct: the entry
 *
 * Context: RCU read side.
 * Return: the connection, or NULL.
 */
struct smtp_conn *smtp_conn_find(const struct nf_conn *ct)
{
	struct conn_link *link = link_of(ct);

	return link ? rcu_dereference(link->conn) : NULL;
}

/*
 * Bridged packets have no control block of IP, and a fake route. Packets that
 * open vSwitch or a tc action shows to the helper have neither.
 */
static bool is_bridged(const struct sk_buff *skb)
{
	return skb->dev && netif_is_bridge_port(skb->dev);
}

static bool is_routed(const struct sk_buff *skb)
{
	return !is_bridged(skb) && skb_valid_dst(skb);
}

/* Under a VRF skb_iif is the VRF; sdif holds the real interface. */
static inline int came_in(const struct sk_buff *skb)
{
	int in = 0;

	if (is_routed(skb))
		in = ip_hdr(skb)->version == 6 ? inet6_sdif(skb) :
		     inet_sdif(skb);
	return in ? in : skb->skb_iif;
}

/*
 * The route tells where a packet goes out: on the way to the gateway itself and
 * into a tunnel of IPsec, skb->dev is still the device that it came in by, or
 * none. A bridge may flood the packet to all of its ports, so there is no telling
 * but where it goes back to the port that it came in by.
 */
static int goes_out(const struct sk_buff *skb)
{
	if (is_routed(skb))
		return skb_dst(skb)->dev->ifindex;
	if (is_bridged(skb) && skb->dev->ifindex == skb->skb_iif)
		return skb->skb_iif;
	return 0;
}

/**
 * smtp_conn_side() - remember on which sides of the gateway client and server are
 * @ct: the conntrack entry
 * @skb: the client's SYN, on its way out
 *
 * Anybody can send another SYN in the client's name later, so only the one that
 * makes the entry counts.
 */
void smtp_conn_side(const struct nf_conn *ct, const struct sk_buff *skb)
{
	struct conn_link *link = link_of(ct);

	if (!link || nf_ct_is_confirmed(ct))
		return;
	WRITE_ONCE(link->in, came_in(skb));
	WRITE_ONCE(link->out, goes_out(skb));
}

/**
 * smtp_conn_is_from_client() - does a packet come from where the client is?
 * @ct: the conntrack entry
 * @skb: a packet with the server's address
 *
 * Return: true if it came in where the client's SYN did, and the server is not
 * there, too.
 */
bool smtp_conn_is_from_client(const struct nf_conn *ct,
			      const struct sk_buff *skb)
{
	const struct conn_link *link = link_of(ct);
	int in = link ? READ_ONCE(link->in) : 0;

	return in && in == came_in(skb) && in != READ_ONCE(link->out);
}

/* The answer to the SYN tells where the server is, if the SYN did not. */
static int server_side(struct conn_link *link, int from, bool begins)
{
	int out = READ_ONCE(link->out);

	if (!out && begins && from != READ_ONCE(link->in))
		out = cmpxchg(&link->out, 0, from) ?: from;
	return out;
}

/*
 * What the gateway sends itself may go out by the VRF, and the answer then comes
 * in by a link of it. If the gateway is the server, the VRF is where the SYN went,
 * too; but then its links are where clients are.
 */
static bool is_side(const struct nf_conn *ct, const struct conn_link *link,
		    int out, int from)
{
	if (from == out)
		return true;
	return !READ_ONCE(link->in) &&
	       l3mdev_master_ifindex_by_index(nf_ct_net(ct), from) == out;
}

/* The packet did not come in by the interface that the SYN went out by. */
static noinline bool may_be_server(const struct nf_conn *ct,
				   struct conn_link *link, int from,
				   bool begins)
{
	int out = server_side(link, from, begins);

	return out ? is_side(ct, link, out, from) :
		     from != READ_ONCE(link->in);
}

/**
 * smtp_conn_is_from_server() - does a packet come from where the server is?
 * @ct: the conntrack entry
 * @skb: a packet with the server's address
 * @begins: conntrack takes it for the answer to the client's SYN
 *
 * What the gateway sends itself comes in nowhere. On a bridge a RST may refuse
 * the connection before it is known where the server is.
 *
 * Return: true if it came in where the client's SYN went out.
 */
bool smtp_conn_is_from_server(const struct nf_conn *ct,
			      const struct sk_buff *skb, bool begins)
{
	struct conn_link *link = link_of(ct);
	int from = came_in(skb);

	if (!from || !link || from == READ_ONCE(link->out))
		return true;
	return may_be_server(ct, link, from, begins);
}

static u32 size_of(const struct smtp_trace *trace)
{
	return trace->cells * SMTP_TRACE_CELL;
}

/* Bytes that the connection holds beside itself. */
static u32 held(const struct smtp_conn *conn)
{
	const struct smtp_stream *stream = &conn->stream;
	unsigned int i;
	u32 sum;

	sum = size_of(&stream->trace[SMTP_CLIENT]) +
	      size_of(&stream->trace[SMTP_SERVER]);
	if (!stream->ahead)
		return sum;
	for (i = 0; i < SMTP_AHEAD_BLOCKS; i++)
		sum += size_of(&stream->ahead->block[i].trace);
	return sum + sizeof(*stream->ahead);
}

/* Not inline: most packets free nothing, and need not save registers for it. */
static noinline void forget(struct smtp_conn *conn, struct smtp_trace *trace)
{
	u32 size = size_of(trace);

	smtp_trace_clear(trace);
	smtp_memory_free(conn->memory, smtp_trace_move(trace, NULL, 0), size);
}

static void forget_if_held(struct smtp_conn *conn, struct smtp_trace *trace)
{
	if (trace->cells)
		forget(conn, trace);
}

static void free_ahead(struct smtp_conn *conn)
{
	struct smtp_ahead *ahead = conn->stream.ahead;
	unsigned int i;

	if (!ahead)
		return;
	for (i = 0; i < SMTP_AHEAD_BLOCKS; i++)
		forget_if_held(conn, &ahead->block[i].trace);
	smtp_memory_free(conn->memory, ahead, sizeof(*ahead));
	conn->stream.ahead = NULL;
}

/*
 * Forget what was sent on and is not acknowledged. If the sender repeats it, the
 * repetition is dropped.
 */
static void forget_all(struct smtp_conn *conn)
{
	lockdep_assert_held(&conn->lock);
	free_ahead(conn);
	forget_if_held(conn, &conn->stream.trace[SMTP_CLIENT]);
	forget_if_held(conn, &conn->stream.trace[SMTP_SERVER]);
}

/* Its memories were freed, or never made. */
static void conn_free(struct smtp_conn *conn)
{
	smtp_policy_put(conn->entry);
	nf_ct_put(conn->ct);
	kmem_cache_free(conn_cache, conn);
}

static void conn_free_rcu(struct rcu_head *rcu)
{
	conn_free(container_of(rcu, struct smtp_conn, rcu));
}

/**
 * smtp_conn_disown() - nothing reads what comes on an entry any more
 * @ct: the entry
 *
 * The rules of mailguard(8) tell by this bit, which conntrack itself never
 * clears, on which entry no connection may begin.
 */
void smtp_conn_disown(struct nf_conn *ct)
{
	clear_bit(IPS_HELPER_BIT, &ct->status);
}

static void conn_drop(struct smtp_conn_table *table, struct smtp_conn *conn)
{
	xa_erase_bh(&table->conns, conn->id);
	RCU_INIT_POINTER(link_of(conn->ct)->conn, NULL);
	smtp_conn_disown(conn->ct);
	/* A packet may have found it; the namespace may be gone before RCU is. */
	spin_lock_bh(&conn->lock);
	forget_all(conn);
	conn->memory = NULL;
	spin_unlock_bh(&conn->lock);
	smtp_memory_add(&table->memory, -(s64)sizeof(*conn));
	call_rcu(&conn->rcu, conn_free_rcu);
}

/*
 * After a RST no end repeats anything. TIME_WAIT is no proof of that: when the
 * server sends its FIN twice, conntrack takes the second one for the client's FIN
 * and enters TIME_WAIT, although the client may still lack the server's last reply.
 */
static bool is_over(const struct smtp_conn *conn)
{
	return nf_ct_is_dying(conn->ct) ||
	       READ_ONCE(conn->ct->proto.tcp.state) == TCP_CONNTRACK_CLOSE;
}

static void forget_unused(struct smtp_conn *conn, struct smtp_trace *trace)
{
	if (!trace->used)
		forget_if_held(conn, trace);
}

/* Free the small buffers that smtp_conn_tidy() does not free. */
static void tidy_rest(struct smtp_conn *conn)
{
	spin_lock_bh(&conn->lock);
	if (is_over(conn)) {
		forget_all(conn);
	} else {
		forget_unused(conn, &conn->stream.trace[SMTP_CLIENT]);
		forget_unused(conn, &conn->stream.trace[SMTP_SERVER]);
	}
	spin_unlock_bh(&conn->lock);
}

static void sweep(struct work_struct *work)
{
	struct smtp_conn_table *table;
	struct smtp_conn *conn;
	unsigned long id;

	table = container_of(to_delayed_work(work), struct smtp_conn_table,
			     sweep);
	/*
	 * Only this work and the namespace's exit drop connections; one that
	 * is not linked yet, or lost against another CPU, is not ours to drop.
	 */
	rcu_read_lock();
	xa_for_each(&table->conns, id, conn) {
		if (nf_ct_is_dying(conn->ct) && smtp_conn_find(conn->ct) == conn)
			conn_drop(table, conn);
		else
			tidy_rest(conn);
		cond_resched_rcu();
	}
	rcu_read_unlock();
	if (!xa_empty(&table->conns))
		queue_delayed_work(system_power_efficient_wq, &table->sweep,
				   SWEEP_INTERVAL);
}

static void count(const struct smtp_conn *conn, enum mailguard_reason why)
{
	struct smtp_events ev;

	smtp_events_begin(&ev);
	smtp_count(&ev, why);
	smtp_audit_add(conn->entry->audit, &ev);
}

/* Charged to the cgroup of whoever made the namespace, as its memories are. */
static struct smtp_conn *conn_alloc(struct smtp_conn_table *table,
				    struct nf_conn *ct,
				    struct smtp_policy_entry *entry)
{
	struct mem_cgroup *memcg = set_active_memcg(table->memory.memcg);
	struct smtp_conn *conn;

	conn = kmem_cache_zalloc(conn_cache, GFP_ATOMIC | __GFP_NOWARN |
				 __GFP_NOMEMALLOC);
	set_active_memcg(memcg);
	if (!conn)
		return NULL;
	spin_lock_init(&conn->lock);
	conn->entry = entry;
	conn->memory = &table->memory;
	conn->ct = ct;
	nf_conntrack_get(&ct->ct_general);
	smtp_session_init(&conn->stream.session, &entry->policy);
	smtp_trace_clear(&conn->stream.trace[SMTP_CLIENT]);
	smtp_trace_clear(&conn->stream.trace[SMTP_SERVER]);
	return conn;
}

/*
 * Give the connection an id and a place in the table. The xarray's nodes are charged
 * to the same cgroup as the connection itself.
 */
static int conn_index(struct smtp_conn_table *table, struct smtp_conn *conn)
{
	struct mem_cgroup *memcg = set_active_memcg(table->memory.memcg);
	int err;

	err = xa_alloc_cyclic_bh(&table->conns, &conn->id, conn, xa_limit_32b,
				 &table->next_id, GFP_ATOMIC | __GFP_NOWARN |
				 __GFP_NOMEMALLOC);
	set_active_memcg(memcg);
	return err;
}

/**
 * smtp_conn_new() - begin to guard a connection
 * @table: the namespace's connections
 * @ct: the conntrack entry, with this module's helper
 * @entry: the policy; the caller's reference goes to the connection
 *
 * No budget refuses a connection: conntrack bounds how many there are.
 *
 * Context: RCU read side, softirq included.
 * Return: the connection, or the one that another CPU made at the same time;
 * NULL without memory. In both of these cases @entry's reference is dropped.
 */
struct smtp_conn *smtp_conn_new(struct smtp_conn_table *table,
				struct nf_conn *ct,
				struct smtp_policy_entry *entry)
{
	struct conn_link *link = link_of(ct);
	struct smtp_conn *conn, *other;

	conn = link ? conn_alloc(table, ct, entry) : NULL;
	if (!conn) {
		smtp_policy_put(entry);
		return NULL;
	}
	if (conn_index(table, conn) < 0) {
		conn_free(conn);
		return NULL;
	}
	other = cmpxchg((struct smtp_conn __force **)&link->conn, NULL, conn);
	if (other) {
		xa_erase_bh(&table->conns, conn->id);
		call_rcu(&conn->rcu, conn_free_rcu);
		return other;
	}
	smtp_memory_add(&table->memory, sizeof(*conn));
	count(conn, MAILGUARD_REASON_CONNECTIONS);
	queue_delayed_work(system_power_efficient_wq, &table->sweep,
			   SWEEP_INTERVAL);
	return conn;
}

/**
 * smtp_conn_alive() - should the connection be listed?
 * @conn: the connection
 *
 * Return: false when conntrack has seen its end. Repetitions may still come.
 */
bool smtp_conn_alive(const struct smtp_conn *conn)
{
	return !nf_ct_is_dying(conn->ct) &&
	       READ_ONCE(conn->ct->proto.tcp.state) < TCP_CONNTRACK_TIME_WAIT;
}

static bool is_ahead(const struct smtp_conn *conn,
		     const struct smtp_trace *trace)
{
	return trace != &conn->stream.trace[SMTP_CLIENT] &&
	       trace != &conn->stream.trace[SMTP_SERVER];
}

/**
 * smtp_conn_room() - make a trace's memory take more
 * @conn: the connection, its lock held
 * @trace: one of its traces
 * @more: how many more cells
 *
 * Context: any; the lock keeps softirqs out.
 * Return: false when the bound or a budget is reached, or there is no memory.
 */
bool smtp_conn_room(struct smtp_conn *conn, struct smtp_trace *trace, u32 more)
{
	u32 cells = smtp_trace_grown(trace, more);
	u32 size = cells * SMTP_TRACE_CELL;
	u32 before = size_of(trace);
	u32 sum = 0;
	u8 *memory;

	lockdep_assert_held(&conn->lock);
	if (size > SMTP_MEMORY_MAX || !conn->memory)
		return false;
	if (size > SMTP_MEMORY_MIN || is_ahead(conn, trace))
		sum = held(conn) - before + size;
	memory = smtp_memory_alloc(conn->memory, size, sum);
	if (!memory)
		return false;
	smtp_memory_free(conn->memory, smtp_trace_move(trace, memory, cells),
			 before);
	return true;
}

/**
 * smtp_conn_ahead() - room for blocks ahead of the stream
 * @conn: the connection, its lock held
 *
 * Return: none in use yet, or NULL.
 */
struct smtp_ahead *smtp_conn_ahead(struct smtp_conn *conn)
{
	u32 size = sizeof(struct smtp_ahead);
	struct smtp_ahead *ahead;

	lockdep_assert_held(&conn->lock);
	if (!conn->memory)
		return NULL;
	ahead = smtp_memory_alloc(conn->memory, size, held(conn) + size);
	if (ahead)
		memset(ahead, 0, size);
	return ahead;
}

/**
 * smtp_conn_hand_over() - let a direction have the other's memory
 * @conn: the connection, its lock held
 * @dir: the direction that will need some
 *
 * In a dialogue most segments acknowledge the one before, whose memory is free
 * then.
 */
void smtp_conn_hand_over(struct smtp_conn *conn, enum smtp_dir dir)
{
	struct smtp_trace *from = &conn->stream.trace[!dir];
	struct smtp_trace *to = &conn->stream.trace[dir];

	lockdep_assert_held(&conn->lock);
	if (!to->cells && from->cells && !from->used)
		smtp_trace_hand_over(from, to);
}

/*
 * A buffer of SMTP_MEMORY_MIN stays until the next sweep, since the next command or
 * reply needs one again.
 */
static void tidy(struct smtp_conn *conn, struct smtp_trace *trace)
{
	if (!trace->used && size_of(trace) > SMTP_MEMORY_MIN)
		forget(conn, trace);
}

static void tidy_ahead(struct smtp_conn *conn)
{
	struct smtp_ahead *ahead = conn->stream.ahead;
	unsigned int i;

	if (!ahead->blocks) {
		free_ahead(conn);
		return;
	}
	for (i = 0; i < SMTP_AHEAD_BLOCKS; i++)
		forget_unused(conn, &ahead->block[i].trace);
}

/*
 * Once an end has sent its FIN, conntrack removes the entry after 30 to 120 seconds
 * without a packet. A sender may repeat a lost segment later than that, and without
 * the entry the segment would be refused. So the entry is kept longer while some
 * octets are not acknowledged.
 */
static void keep_entry(const struct smtp_conn *conn)
{
	const struct smtp_stream *stream = &conn->stream;
	struct nf_conn *ct = conn->ct;

	if (READ_ONCE(ct->proto.tcp.state) < TCP_CONNTRACK_FIN_WAIT ||
	    !(stream->trace[SMTP_CLIENT].used ||
	      stream->trace[SMTP_SERVER].used) ||
	    test_bit(IPS_FIXED_TIMEOUT_BIT, &ct->status))
		return;
	WRITE_ONCE(ct->timeout, nfct_time_stamp + REPEAT_TIMEOUT);
}

/**
 * smtp_conn_tidy() - free memory that holds nothing any more
 * @conn: the connection, its lock held
 */
void smtp_conn_tidy(struct smtp_conn *conn)
{
	lockdep_assert_held(&conn->lock);
	tidy(conn, &conn->stream.trace[SMTP_CLIENT]);
	tidy(conn, &conn->stream.trace[SMTP_SERVER]);
	if (conn->stream.ahead)
		tidy_ahead(conn);
	if (is_over(conn))
		forget_all(conn);
	else
		keep_entry(conn);
}

/**
 * smtp_conn_end() - free the memory of a connection that was reset
 * @conn: the connection; without a RST that conntrack accepts, nothing happens
 *
 * Context: any.
 */
void smtp_conn_end(struct smtp_conn *conn)
{
	if (!is_over(conn))
		return;
	spin_lock_bh(&conn->lock);
	forget_all(conn);
	spin_unlock_bh(&conn->lock);
}

static bool release(struct smtp_conn *conn)
{
	u8 *state = &conn->stream.session.state;
	bool was_guarded;

	spin_lock_bh(&conn->lock);
	was_guarded = *state != MAILGUARD_STATE_RELEASED &&
		      *state != MAILGUARD_STATE_ENDED;
	if (was_guarded) {
		WRITE_ONCE(*state, MAILGUARD_STATE_RELEASED);
		smtp_conn_disown(conn->ct);
		forget_all(conn);
	}
	spin_unlock_bh(&conn->lock);
	return was_guarded;
}

static bool is_port(const struct smtp_conn *conn, u16 first, u16 last)
{
	const struct nf_conntrack_tuple *tuple =
		nf_ct_tuple(conn->ct, IP_CT_DIR_ORIGINAL);
	u16 port = ntohs(tuple->dst.u.tcp.port);

	return port >= first && port <= last;
}

/**
 * smtp_conn_release() - let connections pass untouched from now on
 * @table: the namespace's connections
 * @first: first port
 * @last: last port; a connection's is the one its client connected to
 *
 * Context: process.
 */
void smtp_conn_release(struct smtp_conn_table *table, u16 first, u16 last)
{
	struct smtp_conn *conn;
	unsigned long id;

	rcu_read_lock();
	xa_for_each(&table->conns, id, conn) {
		if (is_port(conn, first, last) && release(conn))
			count(conn, MAILGUARD_REASON_RELEASED);
		cond_resched_rcu();
	}
	rcu_read_unlock();
}

/**
 * smtp_conn_table_init() - a namespace begins
 * @table: its connections, none
 * @net: the namespace
 *
 * Return: 0 or -ENOMEM.
 */
int smtp_conn_table_init(struct smtp_conn_table *table, const struct net *net)
{
	xa_init_flags(&table->conns, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_BH |
		      XA_FLAGS_ACCOUNT);
	table->next_id = 1;
	INIT_DELAYED_WORK(&table->sweep, sweep);
	return smtp_memory_net_init(&table->memory, net);
}

/**
 * smtp_conn_table_exit() - drop every connection of a namespace
 * @table: its connections; no packet meets the helper any more
 */
void smtp_conn_table_exit(struct smtp_conn_table *table)
{
	struct smtp_conn *conn;
	unsigned long id;

	cancel_delayed_work_sync(&table->sweep);
	xa_for_each(&table->conns, id, conn)
		conn_drop(table, conn);
	xa_destroy(&table->conns);
	smtp_memory_net_exit(&table->memory);
}

int __init smtp_conn_init(void)
{
	int err;

	BUILD_BUG_ON(sizeof(struct conn_link) >
		     sizeof_field(struct nf_conn_help, data));
	/* Most connections stand idle: room is saved, not lines of a cache. */
	conn_cache = kmem_cache_create("nf_conntrack_smtp",
				       sizeof(struct smtp_conn), 0,
				       SLAB_ACCOUNT, NULL);
	if (!conn_cache)
		return -ENOMEM;
	err = smtp_memory_init();
	if (err)
		kmem_cache_destroy(conn_cache);
	return err;
}

/* Every namespace was left; wait for what RCU still holds. */
void smtp_conn_exit(void)
{
	rcu_barrier();
	smtp_memory_exit();
	kmem_cache_destroy(conn_cache);
}
