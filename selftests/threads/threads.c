// SPDX-License-Identifier: GPL-2.0
/*
 * What a gateway's CPUs do at the same time to the connections and policies of a
 * namespace, in threads: packets of both directions of the same connections, new
 * entries and dying ones, policies replaced and deleted, lists, released ports,
 * and the sweep. Run under ThreadSanitizer or AddressSanitizer, which report.
 *
 *	threads [SECONDS]
 *
 * At the end nothing may be left: no connection, no entry, no memory (ASan's
 * leak check).
 */
#include <sched.h>
#include <unistd.h>

#include "threads.h"

#define ENTRIES		8	/* so few that threads meet */
#define PACKET_CPUS	4

static struct smtp_policy_table policies;
static struct smtp_conn_table conns;
static struct nf_conn *entries[ENTRIES];	/* under RCU */
static bool stop;
static unsigned long passed;

static const char *const names[] = { "default", "one", "two" };

static const char *const lines[SMTP_DIRS] = {
	[SMTP_CLIENT] = "HELO a\r\nMAIL FROM:<a@b>\r\nVRFY root\r\nNOOP\r\n",
	[SMTP_SERVER] = "220 a ready\r\n250 a\r\n250 ok\r\n252 no\r\n",
};

struct packet {
	struct smtp_packet pkt;
	u8 data[64];
};

static const u8 *peek(struct smtp_segment *seg, u32 off, u32 *len)
{
	return ((struct packet *)seg)->data + off;
}

static int read_out(struct smtp_segment *seg, u32 off, u8 *bytes, u32 len)
{
	memcpy(bytes, ((struct packet *)seg)->data + off, len);
	return 0;
}

static int write_in(struct smtp_segment *seg, u32 off, const u8 *bytes,
		    u32 len)
{
	memcpy(((struct packet *)seg)->data + off, bytes, len);
	return 0;
}

/* A segment from anywhere in what the side says, new, old or ahead. */
static void make_packet(struct packet *packet, unsigned int *seed)
{
	enum smtp_dir dir = rand_r(seed) % SMTP_DIRS;
	u32 size = strlen(lines[dir]);
	u32 off = rand_r(seed) % size;
	u32 len = 1 + rand_r(seed) % (size - off);

	packet->pkt = (struct smtp_packet) {
		.seg = {
			.dir = dir, .seq = off, .len = len,
			.peek = peek, .read = read_out, .write = write_in,
		},
		.ack_seq = rand_r(seed) % strlen(lines[!dir]),
		.flags = TCPHDR_ACK,
	};
	memcpy(packet->data, lines[dir] + off, len);
}

static void judge(struct smtp_conn *conn, struct smtp_packet *pkt)
{
	struct smtp_events ev;

	smtp_events_begin(&ev);
	smtp_conn_judge(conn, pkt, &ev);
	if (ev.reasons)
		smtp_counters_add(rcu_dereference(conn->entry)->counters, &ev);
}

/*
 * The server's SYN-ACK, whose data would begin at @seq. The helper restarts only a
 * connection whose policy monitors; here it may be any.
 */
static void begin_at(struct smtp_conn *conn, u32 seq)
{
	struct smtp_packet pkt = {
		.seg = { .dir = SMTP_SERVER, .seq = seq },
		.flags = TCPHDR_SYN | TCPHDR_ACK,
		.begins = true,
	};

	if (smtp_conn_is_reused(conn, &pkt))
		smtp_conn_restart(conn, &policies);
	judge(conn, &pkt);
}

/* As smtp_help() does. Now and then the same ports are used again. */
static void help(struct smtp_conn *conn, struct smtp_packet *pkt,
		 unsigned int *seed)
{
	if (READ_ONCE(conn->stream.session.state) == MAILGUARD_STATE_RELEASED)
		return;
	if (READ_ONCE(conn->stream.session.renewing))
		smtp_conn_renew(conn, &policies);
	if (rand_r(seed) % 64 == 0) {
		begin_at(conn, 1);
		begin_at(conn, 0);
	}
	judge(conn, pkt);
	__atomic_fetch_add(&passed, 1, __ATOMIC_RELAXED);
}

static struct nf_conn *entry_get(unsigned int i)
{
	struct nf_conn *ct = rcu_dereference(entries[i]);

	return ct && refcount_inc_not_zero(&ct->ct_general) ? ct : NULL;
}

static void see_packet(unsigned int *seed)
{
	struct net_device dev = { .ifindex = 2 };
	struct sk_buff skb = { .dev = &dev, .skb_iif = 2 };
	struct nf_conn *ct = entry_get(rand_r(seed) % ENTRIES);
	struct smtp_policy_entry *policy;
	struct smtp_conn *conn;
	struct packet packet;

	if (!ct)
		return;
	make_packet(&packet, seed);
	if (packet.pkt.seg.dir == SMTP_SERVER)
		smtp_conn_is_from_server(ct, &skb, rand_r(seed) % 2);
	conn = smtp_conn_find(ct);
	if (!conn) {
		policy = smtp_policy_get(&policies,
					 names[rand_r(seed) % 3]);
		if (policy)
			conn = smtp_conn_new(&conns, ct, policy);
	}
	if (conn)
		help(conn, &packet.pkt, seed);
	nf_ct_put(ct);
}

static void *run_packets(void *cpu)
{
	unsigned int seed = this_cpu = (uintptr_t)cpu;

	while (!READ_ONCE(stop)) {
		rcu_read_lock();
		see_packet(&seed);
		rcu_read_unlock();
	}
	return NULL;
}

/* Only the CPU that makes an entry has it until it is confirmed. */
static struct nf_conn *entry_new(void)
{
	struct nf_conn *ct = calloc(1, sizeof(*ct));
	struct net_device dev = { .ifindex = 1 };
	struct iphdr iph = { .version = 4 };
	struct sk_buff syn = { .dev = &dev, .iph = &iph, .skb_iif = 1 };

	refcount_set(&ct->ct_general, 1);
	ct->status = BIT(IPS_HELPER_BIT);
	ct->proto.tcp.state = TCP_CONNTRACK_ESTABLISHED;
	ct->tuple[IP_CT_DIR_ORIGINAL].dst.u.tcp.port = htons(25);
	smtp_conn_side(ct, &syn);
	set_bit(IPS_CONFIRMED_BIT, &ct->status);
	return ct;
}

static void replace_entry(unsigned int i, struct nf_conn *ct)
{
	struct nf_conn *old = entries[i];

	rcu_assign_pointer(entries[i], ct);
	if (!old)
		return;
	WRITE_ONCE(old->proto.tcp.state, TCP_CONNTRACK_TIME_WAIT);
	set_bit(IPS_DYING_BIT, &old->status);
	nf_ct_put(old);
}

/* Conntrack: entries come and go. */
static void *run_entries(void *cpu)
{
	unsigned int seed = this_cpu = (uintptr_t)cpu;

	while (!READ_ONCE(stop)) {
		replace_entry(rand_r(&seed) % ENTRIES, entry_new());
		usleep(100);
	}
	return NULL;
}

static void *run_policies(void *cpu)
{
	unsigned int seed = this_cpu = (uintptr_t)cpu;
	struct smtp_policy_entry *entry;
	const char *name;

	while (!READ_ONCE(stop)) {
		name = names[rand_r(&seed) % ARRAY_SIZE(names)];
		if (rand_r(&seed) % 4 == 0) {
			smtp_policy_delete(&policies, name);
			continue;
		}
		entry = smtp_policy_entry_new(name);
		if (smtp_policy_default(&entry->policy) ||
		    smtp_policy_replace(&policies, entry))
			abort();
		if (rand_r(&seed) % 2)
			smtp_conn_renew_all(&conns, &policies, name);
	}
	return NULL;
}

/* As put_conn() in kmod/netlink.c does. */
static unsigned long look_at(const struct smtp_conn *conn)
{
	const struct smtp_session *s = &conn->stream.session;

	return conn->id + rcu_dereference(conn->entry)->name[0] + READ_ONCE(s->state) +
	       READ_ONCE(s->passed) + READ_ONCE(s->denied) +
	       nf_ct_tuple(conn->ct, IP_CT_DIR_ORIGINAL)->dst.u.tcp.port;
}

static void *run_lists(void *cpu)
{
	unsigned int seed = this_cpu = (uintptr_t)cpu;
	unsigned long sum = 0, id;
	struct smtp_conn *conn;

	while (!READ_ONCE(stop)) {
		rcu_read_lock();
		xa_for_each(&conns.conns, id, conn)
			if (smtp_conn_alive(conn))
				sum += look_at(conn);
		rcu_read_unlock();
		if (rand_r(&seed) % 8 == 0)
			smtp_conn_release(&conns, 25, 25);
	}
	return (void *)sum;
}

/* The kernel's own threads: RCU's, and the one of the work queue. */
static void *run_rcu(void *cpu)
{
	this_cpu = (uintptr_t)cpu;
	while (!READ_ONCE(stop))
		threads_rcu();
	return NULL;
}

static void *run_works(void *cpu)
{
	struct delayed_work *work = &conns.sweep;

	this_cpu = (uintptr_t)cpu;
	while (!READ_ONCE(stop)) {
		if (READ_ONCE(work->queued)) {
			WRITE_ONCE(work->queued, false);
			work->work.func(&work->work);
		}
		usleep(100);
	}
	return NULL;
}

static void run_all(unsigned int seconds)
{
	void *(*const others[])(void *) = {
		run_entries, run_policies, run_lists, run_rcu, run_works,
	};
	pthread_t thread[PACKET_CPUS + ARRAY_SIZE(others)];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(thread); i++)
		pthread_create(&thread[i], NULL, i < PACKET_CPUS ?
			       run_packets : others[i - PACKET_CPUS],
			       (void *)(uintptr_t)(i + 1));
	sleep(seconds);
	WRITE_ONCE(stop, true);
	for (i = 0; i < ARRAY_SIZE(thread); i++)
		pthread_join(thread[i], NULL);
}

/*
 * A packet has found its connection, the namespace goes, and then the packet is
 * judged. Nothing would free what it took.
 */
static void end_before_packet(void)
{
	struct smtp_policy_entry *policy = smtp_policy_entry_new("last");
	unsigned int seed = 1, i;
	struct smtp_conn *conn;
	struct packet packet;

	replace_entry(0, entry_new());
	rcu_read_lock();
	if (smtp_policy_default(&policy->policy))
		abort();
	conn = smtp_conn_new(&conns, entries[0], policy);
	smtp_conn_table_exit(&conns);
	for (i = 0; i < 100; i++) {
		make_packet(&packet, &seed);
		/* One that acknowledges nothing, since nothing went on. */
		packet.pkt.flags = 0;
		judge(conn, &packet.pkt);
	}
	rcu_read_unlock();
}

int main(int argc, char **argv)
{
	unsigned int i;

	if (smtp_conn_init() || smtp_policy_table_init(&policies))
		return 1;
	if (smtp_conn_table_init(&conns, NULL))
		return 1;
	for (i = 0; i < ENTRIES; i++)
		replace_entry(i, entry_new());
	run_all(argc > 1 ? atoi(argv[1]) : 5);
	end_before_packet();
	smtp_policy_table_exit(&policies);
	for (i = 0; i < ENTRIES; i++)
		replace_entry(i, NULL);
	smtp_conn_exit();
	printf("# %lu packets\n", passed);
	return !passed;
}
