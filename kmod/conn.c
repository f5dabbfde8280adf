// SPDX-License-Identifier: GPL-2.0
/* Creates, finds and frees guarded connections, and the memory they hold. */
#include <linux/memcontrol.h>
#include <linux/rcupdate_wait.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <net/dst_metadata.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/tcp.h>

#include "conn.h"
#include "core/event.h"
#include "core/monitor.h"
#include "names.h"
#include "notify.h"
#include "packet.h"

#define SWEEP_INTERVAL	(2 * HZ)

/* Conntrack's default timeout for data that is not acknowledged. */
#define REPEAT_TIMEOUT	(5 * 60 * HZ)

/* The most questions to a receiver. Those within the interval count as one. */
#define ASKS_MAX	4
#define ASK_INTERVAL	(HZ / 5)

static struct kmem_cache *conn_cache;

/*
 * Bridged packets have no valid IP control block, and a fake dst. Packets that
 * Open vSwitch or a tc action passes to the helper have neither.
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
static inline int iif(const struct sk_buff *skb)
{
	int in = 0;

	if (is_routed(skb))
		in = ip_hdr(skb)->version == 6 ? inet6_sdif(skb) :
		     inet_sdif(skb);
	return in ? in : skb->skb_iif;
}

/*
 * Find the interface that a packet goes out by, or 0 if it is not known. It is
 * taken from the dst, because skb->dev is still the input device, or NULL, if
 * the packet is for the gateway itself or goes into an IPsec tunnel. A bridge
 * may flood a packet to all of its ports, so the output port is not known,
 * unless the packet goes back to the port that it came in by.
 */
static int oif(const struct sk_buff *skb)
{
	if (is_routed(skb))
		return skb_dst(skb)->dev->ifindex;
	if (is_bridged(skb) && skb->dev->ifindex == skb->skb_iif)
		return skb->skb_iif;
	return 0;
}

/**
 * smtp_conn_side() - remember which interfaces lead to client and server
 * @ct: the conntrack entry
 * @skb: the client's SYN, on its way out
 *
 * Anybody can forge another SYN of the client later, so only the SYN that
 * creates the entry counts.
 */
void smtp_conn_side(const struct nf_conn *ct, const struct sk_buff *skb)
{
	struct smtp_conn_link *link = smtp_conn_link(ct);

	if (!link || nf_ct_is_confirmed(ct))
		return;
	WRITE_ONCE(link->in, iif(skb));
	WRITE_ONCE(link->out, oif(skb));
	WRITE_ONCE(link->syn, true);
}

/**
 * smtp_conn_has_sides() - did the client's SYN create the entry?
 * @ct: the conntrack entry
 *
 * If not, another gateway may have seen the SYN and conntrackd has copied the
 * entry, or conntrack has picked the connection up in its middle. Then nothing
 * tells which interface leads to the server. Anybody could forge the SYN-ACK,
 * and the server may be in any state.
 *
 * Return: true if smtp_conn_side() has remembered the interfaces.
 */
bool smtp_conn_has_sides(const struct nf_conn *ct)
{
	const struct smtp_conn_link *link = smtp_conn_link(ct);

	return link && READ_ONCE(link->syn);
}

/**
 * smtp_conn_ask() - may a receiver be asked where it is in the stream?
 * @ct: the conntrack entry
 *
 * While an address moves, an answer may be lost, or take the way through the other
 * gateway. The receiver would ignore a RST that bears the number of data which it
 * has, and if it has nothing to send, would never hear of the end. So it is asked
 * again with each retransmission, a few times. All segments that come within 200 ms
 * of the first count as one question, because a sender sends several in a row.
 *
 * Return: false if the receiver was asked often enough.
 */
bool smtp_conn_ask(const struct nf_conn *ct)
{
	struct smtp_conn_link *link = smtp_conn_link(ct);
	u32 now = jiffies;
	u8 asks;

	if (!link)
		return false;
	asks = READ_ONCE(link->asks);
	if (asks && now - READ_ONCE(link->asked) < ASK_INTERVAL)
		return true;
	if (asks >= ASKS_MAX)
		return false;
	WRITE_ONCE(link->asked, now);
	WRITE_ONCE(link->asks, asks + 1);
	return true;
}

/**
 * smtp_conn_is_from_client() - did a packet come in on the client's side?
 * @ct: the conntrack entry
 * @skb: a packet with the server's source address
 *
 * Return: true if the packet came in by the same interface as the client's SYN,
 * and the SYN did not go out by that interface, too.
 */
bool smtp_conn_is_from_client(const struct nf_conn *ct,
			      const struct sk_buff *skb)
{
	const struct smtp_conn_link *link = smtp_conn_link(ct);
	int in = link ? READ_ONCE(link->in) : 0;

	return in && in == iif(skb) && in != READ_ONCE(link->out);
}

/*
 * Get the interface that leads to the server. If the SYN did not show it,
 * because the packet was bridged, it is the one that the SYN-ACK comes in by.
 */
static int server_side(struct smtp_conn_link *link, int from, bool begins)
{
	int out = READ_ONCE(link->out);

	if (!out && begins && from != READ_ONCE(link->in))
		out = cmpxchg(&link->out, 0, from) ?: from;
	return out;
}

/*
 * If the gateway is the client, its SYN may go out by a VRF, and the answer
 * then comes in by an interface of that VRF. If the gateway is the server, a
 * SYN goes to a VRF, too, but then the interfaces of the VRF lead to clients.
 */
static bool is_side(const struct nf_conn *ct, const struct smtp_conn_link *link,
		    int out, int from)
{
	if (from == out)
		return true;
	return !READ_ONCE(link->in) &&
	       l3mdev_master_ifindex_by_index(nf_ct_net(ct), from) == out;
}

/*
 * The slow path of smtp_conn_is_from_server(): the packet came in by another
 * interface than the SYN went out by.
 */
static noinline bool may_be_server(const struct nf_conn *ct,
				   struct smtp_conn_link *link, int from,
				   bool begins)
{
	int out = server_side(link, from, begins);

	return out ? is_side(ct, link, out, from) :
		     from != READ_ONCE(link->in);
}

/**
 * smtp_conn_is_from_server() - did a packet come in on the server's side?
 * @ct: the conntrack entry
 * @skb: a packet with the server's source address
 * @begins: conntrack takes the packet for the answer to the client's SYN
 *
 * Packets that the gateway itself sends have no input interface and count as
 * the server's. On a bridge the server's interface is not known before the
 * SYN-ACK. Until then, any interface but the client's will do, because the
 * server may refuse the connection with a RST.
 *
 * Return: true if the packet came in by the interface that the SYN went out by.
 */
bool smtp_conn_is_from_server(const struct nf_conn *ct,
			      const struct sk_buff *skb, bool begins)
{
	struct smtp_conn_link *link = smtp_conn_link(ct);
	int from = iif(skb);

	if (!from || !link || from == READ_ONCE(link->out))
		return true;
	return may_be_server(ct, link, from, begins);
}

/*
 * Get the budget of the connection's network namespace. Each table has its own
 * struct smtp_stream_ops, so the table can be found from the pointer to them,
 * and a connection needs no other pointer. This must not be called after
 * conn_drop(), which replaces that pointer.
 */
static struct smtp_memory *memory_of(const struct smtp_conn *conn)
{
	return &container_of(conn->stream.ops, struct smtp_conn_table,
			     ops)->memory;
}

static u32 size_of(const struct smtp_history *history)
{
	return history->cells * SMTP_HISTORY_CELL;
}

/* How many bytes the connection holds in addition to struct smtp_conn. */
static u32 held_bytes(const struct smtp_conn *conn)
{
	const struct smtp_stream *stream = &conn->stream;
	unsigned int i;
	u32 sum;

	sum = size_of(&stream->history[SMTP_CLIENT]) +
	      size_of(&stream->history[SMTP_SERVER]);
	if (!stream->ofo)
		return sum;
	for (i = 0; i < SMTP_OFO_BLOCKS; i++)
		sum += size_of(&stream->ofo->block[i].history);
	return sum + sizeof(*stream->ofo);
}

/* Not inline: most packets free nothing, and then save no registers for it. */
static noinline void forget_history(struct smtp_conn *conn,
				    struct smtp_history *history)
{
	u32 size = size_of(history);

	smtp_history_clear(history);
	smtp_memory_free(memory_of(conn), smtp_history_move(history, NULL, 0),
			 size);
}

static void forget_if_held(struct smtp_conn *conn, struct smtp_history *history)
{
	if (history->cells)
		forget_history(conn, history);
}

static void free_ofo(struct smtp_conn *conn)
{
	struct smtp_ofo *ofo = conn->stream.ofo;
	unsigned int i;

	if (!ofo)
		return;
	for (i = 0; i < SMTP_OFO_BLOCKS; i++)
		forget_if_held(conn, &ofo->block[i].history);
	smtp_memory_free(memory_of(conn), ofo, sizeof(*ofo));
	conn->stream.ofo = NULL;
}

/*
 * Forget the bytes that were sent on and are not acknowledged. If the sender
 * retransmits them, the retransmission is dropped.
 */
static void forget_all(struct smtp_conn *conn)
{
	lockdep_assert_held(&conn->lock);
	free_ofo(conn);
	forget_if_held(conn, &conn->stream.history[SMTP_CLIENT]);
	forget_if_held(conn, &conn->stream.history[SMTP_SERVER]);
}

/* The caller has freed the histories, or none has been allocated yet. */
static void conn_free(struct smtp_conn *conn)
{
	smtp_policy_put(rcu_dereference_protected(conn->entry, true));
	nf_ct_put(conn->ct);
	kmem_cache_free(conn_cache, conn);
}

static void conn_free_rcu(struct rcu_head *rcu)
{
	conn_free(container_of(rcu, struct smtp_conn, rcu));
}

static struct smtp_ofo *dropped_ofo(struct smtp_stream *stream)
{
	return NULL;
}

static bool dropped_reserve(struct smtp_stream *stream,
			    struct smtp_history *history, u32 more)
{
	return false;
}

/* A dropped connection must not allocate: nothing would free the memory. */
static const struct smtp_stream_ops dropped_ops = {
	.ofo = dropped_ofo,
	.reserve = dropped_reserve,
};

static bool is_dropped(const struct smtp_conn *conn)
{
	lockdep_assert_held(&conn->lock);
	return conn->stream.ops == &dropped_ops;
}

/*
 * Another CPU may still be judging a packet of this connection, or have met it in
 * the table. Free the memory now, not after the grace period: by then the budget
 * of the namespace may no longer exist. From now on nobody writes to @conn->life,
 * whose room is that of @conn->rcu.
 */
static void conn_retire(struct smtp_conn *conn)
{
	spin_lock_bh(&conn->lock);
	forget_all(conn);
	conn->stream.ops = &dropped_ops;
	spin_unlock_bh(&conn->lock);
	call_rcu(&conn->rcu, conn_free_rcu);
}

static void conn_drop(struct smtp_conn_table *table, struct smtp_conn *conn)
{
	xa_erase_bh(&table->conns, conn->id);
	RCU_INIT_POINTER(smtp_conn_link(conn->ct)->conn, NULL);
	smtp_clear_helper(conn->ct);
	conn_retire(conn);
	smtp_memory_add(&table->memory, -(s64)sizeof(*conn));
}

/*
 * Has the connection ended, so that neither end retransmits anything? It has
 * after a RST. TIME_WAIT is no proof: when the server sends its FIN twice,
 * conntrack takes the second one for the client's FIN and enters TIME_WAIT,
 * although the client may still lack the server's last reply.
 */
static bool is_over(const struct smtp_conn *conn)
{
	return nf_ct_is_dying(conn->ct) ||
	       READ_ONCE(conn->ct->proto.tcp.state) == TCP_CONNTRACK_CLOSE;
}

static void forget_unused(struct smtp_conn *conn, struct smtp_history *history)
{
	if (!history->used)
		forget_if_held(conn, history);
}

/* Free the small buffers that shrink_conn() does not free. */
static void shrink_rest(struct smtp_conn *conn)
{
	spin_lock_bh(&conn->lock);
	if (is_over(conn)) {
		forget_all(conn);
	} else {
		forget_unused(conn, &conn->stream.history[SMTP_CLIENT]);
		forget_unused(conn, &conn->stream.history[SMTP_SERVER]);
	}
	spin_unlock_bh(&conn->lock);
}

static void sweep_table(struct work_struct *work)
{
	struct smtp_conn_table *table;
	struct smtp_conn *conn;
	unsigned long id;

	table = container_of(to_delayed_work(work), struct smtp_conn_table,
			     sweep);
	/*
	 * The entry may refer to another connection, or to none: while
	 * smtp_conn_new() runs, a connection is in the table before it is
	 * linked, and it is freed there if another CPU links one first.
	 */
	rcu_read_lock();
	xa_for_each(&table->conns, id, conn) {
		if (nf_ct_is_dying(conn->ct) &&
		    smtp_conn_find(conn->ct) == conn) {
			smtp_notify_end(conn, MAILGUARD_END_TIMEOUT);
			conn_drop(table, conn);
		} else {
			shrink_rest(conn);
		}
		cond_resched_rcu();
	}
	rcu_read_unlock();
	if (!xa_empty(&table->conns))
		queue_delayed_work(system_power_efficient_wq, &table->sweep,
				   SWEEP_INTERVAL);
}

static void count_reason(const struct smtp_conn *conn,
			 enum mailguard_reason why)
{
	struct smtp_events ev;

	smtp_events_begin(&ev);
	smtp_count(&ev, why);
	smtp_counters_add(rcu_dereference(conn->entry)->counters, &ev);
}

static void conn_life_begin(struct smtp_conn *conn)
{
	conn->life = (struct smtp_conn_life){
		.begun = ktime_get_coarse_ns(),
		.reset = -1,
	};
}

/* Charge the object to the cgroup of the task that created the namespace. */
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
	RCU_INIT_POINTER(conn->entry, entry);
	conn->ct = ct;
	nf_conntrack_get(&ct->ct_general);
	conn->stream.ops = &table->ops;
	conn_life_begin(conn);
	smtp_session_init(&conn->stream.session, &entry->policy);
	smtp_history_clear(&conn->stream.history[SMTP_CLIENT]);
	smtp_history_clear(&conn->stream.history[SMTP_SERVER]);
	return conn;
}

/*
 * Put the connection into the table, under a new id. The nodes of the xarray
 * are charged to the same cgroup as the connection.
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
 * @table: the connections of the namespace
 * @ct: the conntrack entry, with this module's helper
 * @entry: the policy; the caller's reference goes to the connection
 *
 * The object counts in the budget of the namespace, but the budget never
 * prevents it: conntrack limits the number of entries, and so of connections.
 *
 * Context: RCU read side, softirq included.
 * Return: the new connection; or the one that another CPU created at the same
 * time; or NULL if there is no memory. In the last two cases the reference to
 * @entry is dropped.
 */
struct smtp_conn *smtp_conn_new(struct smtp_conn_table *table,
				struct nf_conn *ct,
				struct smtp_policy_entry *entry)
{
	struct smtp_conn_link *link = smtp_conn_link(ct);
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
		conn_retire(conn);
		return other;
	}
	smtp_memory_add(&table->memory, sizeof(*conn));
	count_reason(conn, MAILGUARD_REASON_CONNECTIONS);
	queue_delayed_work(system_power_efficient_wq, &table->sweep,
			   SWEEP_INTERVAL);
	return conn;
}

/**
 * smtp_conn_alive() - should the connection be listed?
 * @conn: the connection
 *
 * Return: false if conntrack has seen its end. Retransmissions may still come.
 */
bool smtp_conn_alive(const struct smtp_conn *conn)
{
	return !nf_ct_is_dying(conn->ct) &&
	       READ_ONCE(conn->ct->proto.tcp.state) < TCP_CONNTRACK_TIME_WAIT;
}

/* Is this the history of a block that was sent on out of order? */
static bool is_ahead(const struct smtp_conn *conn,
		     const struct smtp_history *history)
{
	return history != &conn->stream.history[SMTP_CLIENT] &&
	       history != &conn->stream.history[SMTP_SERVER];
}

static struct smtp_conn *conn_of(struct smtp_stream *stream)
{
	return container_of(stream, struct smtp_conn, stream);
}

/*
 * Enlarge a history. This fails if the history would exceed SMTP_MEMORY_MAX, if
 * a budget is spent or if there is no memory.
 */
static bool conn_reserve(struct smtp_stream *stream,
			 struct smtp_history *history, u32 more)
{
	struct smtp_conn *conn = conn_of(stream);
	u32 cells = smtp_history_grown(history, more);
	u32 size = cells * SMTP_HISTORY_CELL;
	u32 before = size_of(history);
	u32 sum = 0;
	u8 *memory;

	lockdep_assert_held(&conn->lock);
	if (size > SMTP_MEMORY_MAX)
		return false;
	if (size > SMTP_MEMORY_MIN || is_ahead(conn, history))
		sum = held_bytes(conn) - before + size;
	memory = smtp_memory_alloc(memory_of(conn), size, sum);
	if (!memory)
		return false;
	smtp_memory_free(memory_of(conn),
			 smtp_history_move(history, memory, cells), before);
	return true;
}

static struct smtp_ofo *conn_ofo(struct smtp_stream *stream)
{
	struct smtp_conn *conn = conn_of(stream);
	u32 size = sizeof(struct smtp_ofo);
	struct smtp_ofo *ofo;

	lockdep_assert_held(&conn->lock);
	ofo = smtp_memory_alloc(memory_of(conn), size,
				held_bytes(conn) + size);
	if (ofo)
		memset(ofo, 0, size);
	return ofo;
}

/*
 * Give one direction the memory of the other. In a dialogue most segments
 * acknowledge the previous segment of the other direction, so the other history
 * has just become empty.
 */
static void reuse_history(struct smtp_conn *conn, enum smtp_dir dir)
{
	struct smtp_history *from = &conn->stream.history[!dir];
	struct smtp_history *to = &conn->stream.history[dir];

	if (!to->cells && from->cells && !from->used)
		smtp_history_reuse(from, to);
}

/*
 * Free the memory of an empty history. SMTP_MEMORY_MIN bytes are kept until the
 * next sweep, because the next command or reply will need them.
 */
static void shrink_history(struct smtp_conn *conn, struct smtp_history *history)
{
	if (!history->used && size_of(history) > SMTP_MEMORY_MIN)
		forget_history(conn, history);
}

static void shrink_ofo(struct smtp_conn *conn)
{
	struct smtp_ofo *ofo = conn->stream.ofo;
	unsigned int i;

	if (!ofo->blocks) {
		free_ofo(conn);
		return;
	}
	for (i = 0; i < SMTP_OFO_BLOCKS; i++)
		forget_unused(conn, &ofo->block[i].history);
}

/*
 * Once an end has sent its FIN, conntrack removes the entry after 30 to 120
 * seconds without a packet. A sender may retransmit a lost segment later than
 * that, and without the entry the segment would be refused. So the entry is
 * kept longer while some bytes are not acknowledged.
 */
static void keep_entry(const struct smtp_conn *conn)
{
	const struct smtp_stream *stream = &conn->stream;
	struct nf_conn *ct = conn->ct;

	if (READ_ONCE(ct->proto.tcp.state) < TCP_CONNTRACK_FIN_WAIT ||
	    !(stream->history[SMTP_CLIENT].used ||
	      stream->history[SMTP_SERVER].used) ||
	    test_bit(IPS_FIXED_TIMEOUT_BIT, &ct->status))
		return;
	WRITE_ONCE(ct->timeout, nfct_time_stamp + REPEAT_TIMEOUT);
}

static void shrink_conn(struct smtp_conn *conn)
{
	shrink_history(conn, &conn->stream.history[SMTP_CLIENT]);
	shrink_history(conn, &conn->stream.history[SMTP_SERVER]);
	if (conn->stream.ofo)
		shrink_ofo(conn);
	if (is_over(conn))
		forget_all(conn);
	else
		keep_entry(conn);
}

/* Has this SYN-ACK the same sequence numbers as the one before? */
static bool has_numbers(const struct smtp_conn *conn,
			const struct smtp_packet *pkt)
{
	return conn->isn[SMTP_SERVER] == pkt->seg.seq &&
	       conn->isn[SMTP_CLIENT] == pkt->ack_seq;
}

/*
 * Did a packet of the connection pass before? If its beginning was not seen, it has
 * no sequence numbers, and passes unread. Another CPU may have created @conn at this
 * moment, for the same SYN-ACK: then no packet has passed.
 */
static bool has_begun(const struct smtp_conn *conn)
{
	return conn->isn[SMTP_SERVER] || conn->isn[SMTP_CLIENT] ||
	       conn->stream.session.state == MAILGUARD_STATE_UNFOLLOWED;
}

/**
 * smtp_conn_is_reused() - does another connection begin on the conntrack entry?
 * @conn: the connection that the entry had so far
 * @pkt: a SYN-ACK that conntrack took for the answer to a SYN
 *
 * Return: true if @conn had begun before, with other sequence numbers or none.
 */
bool smtp_conn_is_reused(struct smtp_conn *conn, const struct smtp_packet *pkt)
{
	bool reused;

	spin_lock_bh(&conn->lock);
	reused = has_begun(conn) && !has_numbers(conn, pkt);
	spin_unlock_bh(&conn->lock);
	return reused;
}

/*
 * A SYN-ACK with new sequence numbers begins the dialogue of the first connection on
 * this entry. If the policy only monitors, it may also be a later connection. A
 * SYN-ACK that conntrack ignored is refused, because anybody can forge it
 * without knowing any sequence number. If it was genuine, no harm is done: both
 * ends retransmit, and conntrack accepts a SYN-ACK that comes directly after the
 * SYN.
 *
 * Not inline: few packets come here, and its stack would cost all others.
 */
static noinline bool begin_again(struct smtp_conn *conn,
				 const struct smtp_packet *pkt)
{
	bool renewing;

	if (has_numbers(conn, pkt))
		return true;
	if (!pkt->begins)
		return false;
	conn->isn[SMTP_SERVER] = pkt->seg.seq;
	conn->isn[SMTP_CLIENT] = pkt->ack_seq;
	if (!is_dropped(conn))
		conn_life_begin(conn);
	renewing = conn->stream.session.renewing;
	smtp_stream_init(&conn->stream, conn->stream.session.policy,
			 pkt->ack_seq, pkt->seg.seq);
	conn->stream.session.renewing = renewing;
	return true;
}

static u32 judge_segment(struct smtp_conn *conn, struct smtp_packet *pkt,
			 struct smtp_events *ev)
{
	struct smtp_stream *stream = &conn->stream;
	u32 keep;

	if (pkt->flags & TCPHDR_ACK)
		smtp_stream_ack(stream, !pkt->seg.dir, pkt->ack_seq, ev);
	if (pkt->seg.len)
		reuse_history(conn, pkt->seg.dir);
	keep = smtp_stream_segment(stream, &pkt->seg, ev);
	shrink_conn(conn);
	return keep;
}

/* Remember why the connection is reset: the RST may have to wait. */
static void note_reset(struct smtp_conn *conn, const struct smtp_events *ev)
{
	int why = smtp_event_reset(ev);

	if (why >= 0)
		conn->life.reset = why;
}

/**
 * smtp_conn_judge() - judge a packet
 * @conn: its connection
 * @pkt: the packet; its data is edited in place
 * @ev: set to what happened, and the verdict; the caller has initialised it
 *	with smtp_events_begin()
 *
 * Context: RCU read side, softirq included.
 * Return: how many bytes of the data may be sent on.
 */
u32 smtp_conn_judge(struct smtp_conn *conn, struct smtp_packet *pkt,
		    struct smtp_events *ev)
{
	u32 keep = pkt->seg.len;

	spin_lock_bh(&conn->lock);
	if (conn->stream.session.state == MAILGUARD_STATE_RELEASED)
		goto out;
	if (pkt->flags & TCPHDR_SYN && pkt->seg.dir == SMTP_SERVER &&
	    !begin_again(conn, pkt)) {
		smtp_stop(ev, SMTP_DROP, MAILGUARD_REASON_FORGED);
		goto out;
	}
	keep = judge_segment(conn, pkt, ev);
	if (ev->verdict != SMTP_PASS && !is_dropped(conn))
		note_reset(conn, ev);
out:
	spin_unlock_bh(&conn->lock);
	return keep;
}

/* Return: the policy that was replaced, or NULL if its name has none now. */
static struct smtp_policy_entry *
take_policy(struct smtp_conn *conn, const struct smtp_policy_table *policies)
{
	struct smtp_policy_entry *old, *entry;

	old = rcu_dereference_protected(conn->entry,
					lockdep_is_held(&conn->lock));
	entry = smtp_policy_get(policies, old->name);
	if (!entry)
		return NULL;
	smtp_stream_renew(&conn->stream, &entry->policy);
	rcu_assign_pointer(conn->entry, entry);
	return old;
}

/**
 * smtp_conn_restart() - take the current policy for another connection
 * @conn: the connection, which begins again at the packet that is judged next
 * @policies: the policies of the namespace
 *
 * Context: RCU read side, softirq included.
 */
void smtp_conn_restart(struct smtp_conn *conn,
		       const struct smtp_policy_table *policies)
{
	struct smtp_policy_entry *old;

	spin_lock_bh(&conn->lock);
	old = take_policy(conn, policies);
	spin_unlock_bh(&conn->lock);
	if (old)
		smtp_policy_put(old);
}

/**
 * smtp_conn_renew() - take the current policy of the connection's policy name
 * @conn: the connection
 * @policies: the policies of the namespace
 *
 * If something depends on the old policy still, such as a reply that is
 * outstanding, the helper calls this again at the next packet. If the policy was
 * deleted, the connection keeps it.
 *
 * Context: RCU read side, softirq included.
 */
void smtp_conn_renew(struct smtp_conn *conn,
		     const struct smtp_policy_table *policies)
{
	struct smtp_policy_entry *old = NULL;

	spin_lock_bh(&conn->lock);
	/* The lock orders this behind the change that smtp_conn_renew_all() saw. */
	if (smtp_stream_may_renew(&conn->stream))
		old = take_policy(conn, policies);
	spin_unlock_bh(&conn->lock);
	if (old)
		smtp_policy_put(old);
}

/**
 * smtp_conn_renew_all() - let live connections take a policy that was replaced
 * @table: the connections of the namespace
 * @policies: its policies, with the new one
 * @name: the policy's name
 *
 * Context: process.
 */
void smtp_conn_renew_all(struct smtp_conn_table *table,
			 const struct smtp_policy_table *policies,
			 const char *name)
{
	struct smtp_conn *conn;
	unsigned long id;

	/*
	 * Pairs with cmpxchg() in smtp_conn_new(). Either a new connection is
	 * found here, or its CPU finds the new policy behind smtp_conn_new().
	 */
	smp_mb();
	rcu_read_lock();
	xa_for_each(&table->conns, id, conn) {
		if (!strcmp(rcu_dereference(conn->entry)->name, name))
			smtp_conn_renew(conn, policies);
		cond_resched_rcu();
	}
	rcu_read_unlock();
}

/**
 * smtp_conn_end() - free the memory of a connection that was reset
 * @conn: the connection; nothing happens unless conntrack accepted the RST
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

/**
 * smtp_conn_unfollow() - let a connection pass unread
 * @conn: the connection; nothing happens unless its policy only monitors
 * @ev: counts it
 *
 * Context: any.
 */
void smtp_conn_unfollow(struct smtp_conn *conn, struct smtp_events *ev)
{
	spin_lock_bh(&conn->lock);
	if (conn->stream.session.monitor)
		smtp_monitor_unfollow(&conn->stream, ev);
	spin_unlock_bh(&conn->lock);
}

/**
 * smtp_conn_end_once() - get what there is to tell of a connection at its end
 * @conn: the connection
 * @end: set to that
 *
 * Context: any.
 * Return: false if this was called before, or if the connection was dropped.
 */
bool smtp_conn_end_once(struct smtp_conn *conn, struct smtp_conn_end *end)
{
	const struct smtp_stream *stream = &conn->stream;
	const struct smtp_session *s = &stream->session;
	unsigned int dir;
	bool first;

	spin_lock_bh(&conn->lock);
	first = !is_dropped(conn) && !conn->life.told;
	if (first) {
		WRITE_ONCE(conn->life.told, true);
		for (dir = 0; dir < SMTP_DIRS; dir++)
			end->bytes[dir] = stream->history[dir].next -
					  conn->isn[dir];
		end->duration = ktime_get_coarse_ns() - conn->life.begun;
		end->reset = conn->life.reset;
		end->messages = s->limits.messages;
		end->recipients = s->accepted;
		end->refused = s->limits.refused;
		end->tls = s->had_tls;
	}
	spin_unlock_bh(&conn->lock);
	return first;
}

static bool release_conn(struct smtp_conn *conn)
{
	u8 *state = &conn->stream.session.state;
	bool was_guarded;

	spin_lock_bh(&conn->lock);
	was_guarded = *state != MAILGUARD_STATE_RELEASED &&
		      *state != MAILGUARD_STATE_ENDED;
	if (was_guarded) {
		WRITE_ONCE(*state, MAILGUARD_STATE_RELEASED);
		smtp_clear_helper(conn->ct);
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
 * @first: first port of a range
 * @last: last port of the range; connections to these ports are released
 *
 * Context: process.
 */
void smtp_conn_release(struct smtp_conn_table *table, u16 first, u16 last)
{
	struct smtp_conn *conn;
	unsigned long id;

	rcu_read_lock();
	xa_for_each(&table->conns, id, conn) {
		if (is_port(conn, first, last) && release_conn(conn)) {
			count_reason(conn, MAILGUARD_REASON_RELEASED);
			smtp_notify_end(conn, MAILGUARD_END_RELEASED);
		}
		cond_resched_rcu();
	}
	rcu_read_unlock();
}

/**
 * smtp_conn_table_init() - set up the connections of a new namespace
 * @table: the table to initialise
 * @net: the namespace
 *
 * Return: 0 or -ENOMEM.
 */
int smtp_conn_table_init(struct smtp_conn_table *table, const struct net *net)
{
	xa_init_flags(&table->conns, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_BH |
		      XA_FLAGS_ACCOUNT);
	table->ops = (struct smtp_stream_ops) {
		.ofo = conn_ofo,
		.reserve = conn_reserve,
	};
	table->next_id = 1;
	INIT_DELAYED_WORK(&table->sweep, sweep_table);
	return smtp_memory_net_init(&table->memory, net);
}

/**
 * smtp_conn_table_exit() - drop every connection of a namespace
 * @table: its connections; no packet reaches the helper any more
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

	BUILD_BUG_ON(sizeof(struct smtp_conn_link) >
		     sizeof_field(struct nf_conn_help, data));
	/* Most connections are idle: pack objects, do not cache-align them. */
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

/*
 * All namespaces have exited; wait until RCU has freed their connections, and
 * then the policies whose last references these gave back.
 */
void smtp_conn_exit(void)
{
	rcu_barrier();
	rcu_barrier();
	smtp_memory_exit();
	kmem_cache_destroy(conn_cache);
}
