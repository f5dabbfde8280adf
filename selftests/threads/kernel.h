/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel around kmod/conn.c, policy_table.c and counters.c, in a program of
 * several threads, for ThreadSanitizer.
 *
 * Each thread stands for a CPU. Locks, references, RCU and the xarray order
 * memory as the kernel's do, and no more than these: what the module does not
 * protect is a data race here. As KCSAN does by default, this takes a plain write
 * of a word for atomic where it meets a READ_ONCE(), which is hidden from
 * ThreadSanitizer for that. A WRITE_ONCE() that meets a plain read is reported.
 */
#ifndef _THREADS_KERNEL_H
#define _THREADS_KERNEL_H

#include <errno.h>
#include <linux/types.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s64 s64;
typedef unsigned int gfp_t;

#define U8_MAX UINT8_MAX
#define U32_MAX UINT32_MAX
#define __rcu
#define __force
#define __percpu
#define __init
#define __uninitialized
#define noinline __attribute__((__noinline__))
#define BIT(n) (1UL << (n))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#define max_t(type, a, b) ((type)(a) > (type)(b) ? (type)(a) : (type)(b))
#define BUILD_BUG_ON(condition) _Static_assert(!(condition), #condition)
#define WARN_ON_ONCE(condition) ({ if (condition) abort(); false; })
#define __ffs64(word) __builtin_ctzll(word)

#define READ_ONCE(x) ({					\
	typeof(x) word;						\
	read_once(&(x), (void *)&word, sizeof(word));			\
	word; })
#define WRITE_ONCE(x, value) __atomic_store_n(&(x), value, __ATOMIC_RELAXED)

/* A call of a function that is not looked into; x86 reads a word at once. */
__attribute__((__noinline__, no_sanitize("thread"), unused))
static void read_once(const volatile void *from, void *to, size_t size)
{
	switch (size) {
	case 1:
		*(u8 *)to = *(const volatile u8 *)from;
		break;
	case 2:
		*(u16 *)to = *(const volatile u16 *)from;
		break;
	case 4:
		*(u32 *)to = *(const volatile u32 *)from;
		break;
	case 8:
		*(u64 *)to = *(const volatile u64 *)from;
		break;
	default:
		abort();
	}
}

#define smp_mb() atomic_thread_fence(memory_order_seq_cst)

#define cmpxchg(ptr, from, to) ({					\
	typeof(*(ptr)) was = (from);					\
	__atomic_compare_exchange_n(ptr, &was, to, false,		\
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);\
	was; })

static inline void clear_bit(unsigned int bit, unsigned long *word)
{
	__atomic_fetch_and(word, ~BIT(bit), __ATOMIC_RELAXED);
}

static inline void set_bit(unsigned int bit, unsigned long *word)
{
	__atomic_fetch_or(word, BIT(bit), __ATOMIC_RELAXED);
}

static inline bool test_bit(unsigned int bit, const unsigned long *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED) & BIT(bit);
}

static inline long strscpy(char *to, const char *from, size_t size)
{
	size_t len = strnlen(from, size - 1);

	memcpy(to, from, len);
	to[len] = '\0';
	return len;
}

/*
 * Memory
 */

#define GFP_KERNEL 0
#define GFP_KERNEL_ACCOUNT 0
#define GFP_ATOMIC 0
#define __GFP_NOWARN 0
#define __GFP_NOMEMALLOC 0
#define SLAB_ACCOUNT 0

/* Memory cgroups, of which there are none */
struct mem_cgroup;
static inline struct mem_cgroup *set_active_memcg(struct mem_cgroup *memcg)
{
	return memcg;
}

/* Counted in kernel.c, in place of memory.c */
struct percpu_counter { s64 count; };

struct kmem_cache { size_t size; };

#define kmalloc(size, flags) malloc(size)
#define kzalloc(size, flags) calloc(1, size)
#define kvzalloc(size, flags) calloc(1, size)
#define kfree(memory) free(memory)

static inline struct kmem_cache *kmem_cache_create(const char *name,
						   size_t size,
						   unsigned int align,
						   unsigned int flags,
						   void *constructor)
{
	struct kmem_cache *cache = malloc(sizeof(*cache));

	cache->size = size;
	return cache;
}

#define kmem_cache_zalloc(cache, flags) calloc(1, (cache)->size)
#define kmem_cache_free(cache, object) free(object)
#define kmem_cache_destroy(cache) free(cache)

/*
 * CPUs
 */

#define CPUS_MAX 16

extern __thread unsigned int this_cpu;

struct per_cpu { char own[1024]; };

#define alloc_percpu_gfp(type, gfp) ({				\
	BUILD_BUG_ON(sizeof(type) > sizeof(struct per_cpu));	\
	(type *)calloc(CPUS_MAX, sizeof(struct per_cpu)); })
#define free_percpu(memory) free(memory)
#define per_cpu_ptr(memory, cpu) \
	((typeof(memory))((struct per_cpu *)(memory) + (cpu)))
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < CPUS_MAX; (cpu)++)
#define this_cpu_add(counter, n) \
	__atomic_fetch_add((typeof(&(counter)))((char *)&(counter) +	\
			   this_cpu * sizeof(struct per_cpu)), n,	\
			   __ATOMIC_RELAXED)

/*
 * Locks, which know who holds them
 */

struct mutex { pthread_mutex_t lock; pthread_t holder; };
typedef struct mutex spinlock_t;

static inline void mutex_init(struct mutex *mutex)
{
	pthread_mutex_init(&mutex->lock, NULL);
}

static inline void mutex_lock(struct mutex *mutex)
{
	pthread_mutex_lock(&mutex->lock);
	WRITE_ONCE(mutex->holder, pthread_self());
}

static inline void mutex_unlock(struct mutex *mutex)
{
	WRITE_ONCE(mutex->holder, 0);
	pthread_mutex_unlock(&mutex->lock);
}

#define lockdep_is_held(mutex) \
	(READ_ONCE((mutex)->holder) == pthread_self())
#define lockdep_assert_held(mutex) do {				\
	if (!lockdep_is_held(mutex)) {					\
		fprintf(stderr, "%s:%d: %s: the lock is not held\n",	\
			__FILE__, __LINE__, __func__);			\
		abort();						\
	}								\
} while (0)
#define spin_lock_init(lock) mutex_init(lock)
#define spin_lock_bh(lock) mutex_lock(lock)
#define spin_unlock_bh(lock) mutex_unlock(lock)

typedef struct { int n; } refcount_t;

static inline void refcount_set(refcount_t *ref, int n)
{
	WRITE_ONCE(ref->n, n);
}

static inline void refcount_inc(refcount_t *ref)
{
	if (__atomic_fetch_add(&ref->n, 1, __ATOMIC_RELAXED) < 1)
		abort();
}

static inline bool refcount_inc_not_zero(refcount_t *ref)
{
	int n = __atomic_load_n(&ref->n, __ATOMIC_RELAXED);

	do {
		if (!n)
			return false;
	} while (!__atomic_compare_exchange_n(&ref->n, &n, n + 1, false,
					      __ATOMIC_RELAXED,
					      __ATOMIC_RELAXED));
	return true;
}

static inline bool refcount_dec_and_test(refcount_t *ref)
{
	int n = __atomic_fetch_sub(&ref->n, 1, __ATOMIC_ACQ_REL);

	if (n < 1)
		abort();
	return n == 1;
}

/*
 * RCU
 */

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
	void *memory;	/* to be freed when there is no function */
};

void rcu_read_lock(void);
void rcu_read_unlock(void);
bool rcu_read_lock_held(void);
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));
void rcu_barrier(void);

#define rcu_dereference(pointer) ({					\
	if (!rcu_read_lock_held())					\
		abort();						\
	__atomic_load_n(&(pointer), __ATOMIC_ACQUIRE); })
#define rcu_dereference_protected(pointer, held) ({			\
	if (!(held))							\
		abort();						\
	(pointer); })
#define RCU_INIT_POINTER(pointer, value) WRITE_ONCE(pointer, value)
#define rcu_assign_pointer(pointer, value) \
	__atomic_store_n(&(pointer), value, __ATOMIC_RELEASE)
#define kvfree_rcu(object, head) kfree_rcu(object, head)
#define kfree_rcu(object, head) do {		\
	(object)->head.memory = (object);	\
	call_rcu(&(object)->head, NULL);	\
} while (0)
#define cond_resched_rcu() do {		\
	rcu_read_unlock();		\
	rcu_read_lock();		\
} while (0)

struct list_head { struct list_head *next, *prev; };

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	WRITE_ONCE(head->next, head);
	head->prev = head;
}

static inline void list_add_tail_rcu(struct list_head *entry,
				     struct list_head *head)
{
	entry->next = head;
	entry->prev = head->prev;
	rcu_assign_pointer(head->prev->next, entry);
	head->prev = entry;
}

static inline void list_del_rcu(struct list_head *entry)
{
	/*
	 * The mutex of the list's writers orders this after the publication of
	 * what comes next, for all CPUs; C11 wants that said again.
	 */
	entry->next->prev = entry->prev;
	rcu_assign_pointer(entry->prev->next, entry->next);
}

static inline void list_replace_rcu(struct list_head *old,
				    struct list_head *entry)
{
	entry->next = old->next;
	entry->prev = old->prev;
	rcu_assign_pointer(entry->prev->next, entry);
	entry->next->prev = entry;
}

#define list_next(pos, member) container_of(				\
	__atomic_load_n(&(pos)->member.next, __ATOMIC_ACQUIRE),		\
	typeof(*(pos)), member)
#define list_for_each_entry_rcu(pos, head, member, held...)		\
	for (rcu_read_lock_held() || (held + 0) ? (void)0 : abort(),	\
	     pos = container_of(__atomic_load_n(&(head)->next,		\
						__ATOMIC_ACQUIRE),	\
				typeof(*pos), member);			\
	     &pos->member != (head); pos = list_next(pos, member))
#define list_for_each_entry_safe(pos, after, head, member)		\
	for (pos = container_of((head)->next, typeof(*pos), member),	\
	     after = list_next(pos, member);				\
	     &pos->member != (head);					\
	     pos = after, after = list_next(pos, member))

/*
 * A table by id, of few ids, so that they are used again soon
 */

#define XA_FLAGS_ALLOC1 0
#define XA_FLAGS_LOCK_BH 0
#define XA_FLAGS_ACCOUNT 0
#define XA_SLOTS 256
#define xa_limit_32b 0

struct xarray { struct mutex lock; void *slot[XA_SLOTS]; };

static inline void xa_init_flags(struct xarray *xa, unsigned int flags)
{
	mutex_init(&xa->lock);
	memset(xa->slot, 0, sizeof(xa->slot));
}

int xa_alloc_cyclic_bh(struct xarray *xa, u32 *id, void *entry, u32 limit,
		       u32 *next, gfp_t flags);
void xa_erase_bh(struct xarray *xa, unsigned long id);
bool xa_empty(struct xarray *xa);

static inline void *xa_load(struct xarray *xa, unsigned long id)
{
	return __atomic_load_n(&xa->slot[id], __ATOMIC_ACQUIRE);
}

#define xa_for_each(xa, id, entry) \
	for ((id) = 1; (id) < XA_SLOTS; (id)++) \
		if ((entry = xa_load(xa, id)))
#define xa_destroy(xa) do { } while (0)

/*
 * Works, which one thread runs
 */

struct work_struct { void (*func)(struct work_struct *work); };
struct delayed_work { struct work_struct work; bool queued; };

#define HZ 100
#define system_power_efficient_wq NULL
#define to_delayed_work(of) container_of(of, struct delayed_work, work)
#define INIT_DELAYED_WORK(of, f) ((of)->work.func = (f), (of)->queued = false)
#define queue_delayed_work(queue, of, delay) WRITE_ONCE((of)->queued, true)

void cancel_delayed_work_sync(struct delayed_work *work);

/*
 * Conntrack entries and packets
 */

#define IPS_CONFIRMED_BIT 3
#define IPS_HELPER_BIT 13
#define IPS_DYING_BIT 9
#define IPS_FIXED_TIMEOUT_BIT 10

enum { IP_CT_DIR_ORIGINAL, IP_CT_DIR_REPLY };
enum {
	TCP_CONNTRACK_ESTABLISHED = 3,
	TCP_CONNTRACK_FIN_WAIT,
	TCP_CONNTRACK_TIME_WAIT = 7,
	TCP_CONNTRACK_CLOSE,
};

#define nfct_time_stamp 0

struct nf_conntrack_tuple {
	struct {
		union { struct { __be16 port; } tcp; } u;
	} src, dst;
};

struct nf_conn_help { void *helper; char data[32] __attribute__((aligned(8))); };

struct nf_conn {
	refcount_t ct_general;
	unsigned long status;
	u32 timeout;
	struct { struct { u8 state; } tcp; } proto;
	struct nf_conntrack_tuple tuple[2];
	struct nf_conn_help help;
	struct rcu_head rcu;
};

#define nfct_help(ct) ((struct nf_conn_help *)&(ct)->help)
#define nf_ct_tuple(ct, dir) (&(ct)->tuple[dir])
#define nf_conntrack_get(ref) refcount_inc(ref)
#define nf_ct_is_confirmed(ct) test_bit(IPS_CONFIRMED_BIT, &(ct)->status)
#define nf_ct_is_dying(ct) test_bit(IPS_DYING_BIT, &(ct)->status)
#define nf_ct_net(ct) NULL
#define ktime_get_coarse_ns() 0ULL
#define jiffies 0UL
/* No interface belongs to a VRF. */
#define l3mdev_master_ifindex_by_index(net, ifindex) 0

/* Entries are reused under RCU; to be freed late is as good here. */
static inline void nf_ct_put(struct nf_conn *ct)
{
	if (refcount_dec_and_test(&ct->ct_general))
		kfree_rcu(ct, rcu);
}

struct net_device { int ifindex; };
struct dst_entry { struct net_device *dev; };
struct iphdr { u8 version; };
struct sk_buff {
	struct net_device *dev;
	struct dst_entry *dst;
	struct iphdr *iph;
	int skb_iif;
};

enum ip_conntrack_info { IP_CT_ESTABLISHED };
struct skb_seq_state { int unused; };

#define TCPHDR_SYN 0x02
#define TCPHDR_ACK 0x10
#define skb_abort_seq_read(state) do { } while (0)
#define netif_is_bridge_port(dev) false
#define inet6_sdif(skb) 0
#define inet_sdif(skb) 0
#define ip_hdr(skb) ((skb)->iph)
#define skb_valid_dst(skb) ((skb)->dst)
#define skb_dst(skb) ((skb)->dst)

#endif /* _THREADS_KERNEL_H */
