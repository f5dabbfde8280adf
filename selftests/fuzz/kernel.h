/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel around kmod/netlink.c and lib/nlattr.c, in a program of one
 * thread: RCU waits for nobody, a lock is never held by another. It stands in
 * for all of the kernel's headers but those about netlink, which are its own;
 * kernel.c has the functions.
 *
 * Memory comes from malloc(), so the sanitizers see each byte of a message.
 */
#ifndef _FUZZ_KERNEL_H
#define _FUZZ_KERNEL_H

#include <asm/byteorder.h>
#include <ctype.h>
#include <errno.h>
#include <linux/types.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/*
 * Types, and words for the compiler
 */

typedef __u8 u8;
typedef __s8 s8;
typedef __u16 u16;
typedef __s16 s16;
typedef __u32 u32;
typedef __s32 s32;
typedef __u64 u64;
typedef __s64 s64;
typedef unsigned int gfp_t;

#define U8_MAX UINT8_MAX
#define U16_MAX UINT16_MAX
#define U32_MAX UINT32_MAX
#define U64_MAX UINT64_MAX
#define S8_MIN INT8_MIN
#define S8_MAX INT8_MAX
#define S16_MIN INT16_MIN
#define S16_MAX INT16_MAX
#define S32_MIN INT32_MIN
#define S32_MAX INT32_MAX
#define S64_MIN INT64_MIN
#define S64_MAX INT64_MAX

#define __rcu
#define __percpu
#define __init
#define __exit
#define __ro_after_init
#define __read_mostly
#define __must_check
#define __counted_by(member)

/* No function here returns an error as a pointer. */
#define PTR_ERR_OR_ZERO(ptr) ((void)(ptr), 0)
#define struct_group(name, members...) members
#define __aligned(n) __attribute__((aligned(n)))
#define __packed __attribute__((packed))
#define fallthrough __attribute__((fallthrough))
#define EXPORT_SYMBOL(symbol)
#define THIS_MODULE NULL
#define likely(x) (x)
#define unlikely(x) (x)
#define READ_ONCE(x) (x)
#define WRITE_ONCE(x, value) ((x) = (value))

#define BIT(n) (1UL << (n))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#define min_t(type, a, b) ((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define BUILD_BUG_ON_ZERO(condition) \
	((int)sizeof(struct { int : -!!(condition); }))
#define BUILD_BUG_ON(condition) _Static_assert(!(condition), #condition)
#define array_index_nospec(index, size) (index)
#define IS_ALIGNED(n, to) (!((n) & ((to) - 1)))

/* What the kernel warns of is a bug; what it refuses only is not. */
#define BUG_ON(condition) do { if (condition) abort(); } while (0)
#define WARN_ON(condition) ({ if (condition) abort(); false; })
#define WARN_ON_ONCE(condition) WARN_ON(condition)
#define WARN_ONCE(condition, ...) WARN_ON(condition)
#define pr_warn_ratelimited(...) do { } while (0)
#define net_warn_ratelimited(...) do { } while (0)

/*
 * Memory. GFP_KERNEL can fail as well.
 */

#define GFP_KERNEL 0
#define GFP_KERNEL_ACCOUNT 0
#define GFP_ATOMIC 0
#define PAGE_SIZE 4096UL

void *fuzz_alloc(size_t size);

#define kmalloc(size, flags) fuzz_alloc(size)
#define kzalloc(size, flags) fuzz_alloc(size)
#define kvzalloc(size, flags) fuzz_alloc(size)
#define kfree(memory) free(memory)
#define kmemdup_noprof(memory, len, flags) \
	memcpy(fuzz_alloc(len), memory, len)
#define kvfree_rcu(entry, member) free(entry)
#define call_rcu(head, func) ((func)(head))
#define alloc_percpu_gfp(type, gfp) ((type *)fuzz_alloc(sizeof(type)))
#define free_percpu(memory) free(memory)
#define per_cpu_ptr(memory, cpu) (memory)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < 1; (cpu)++)
#define __ffs64(word) __builtin_ctzll(word)
#define this_cpu_add(counter, n) ((counter) += (n))

/* It leaves the rest of the room as it was. */
static inline long strscpy(char *to, const char *from, size_t size)
{
	size_t len = strnlen(from, size - 1);

	memcpy(to, from, len);
	to[len] = '\0';
	return len;
}

/*
 * Locks, references, lists
 */

struct mutex { bool held; };
struct rcu_head { int unused; };
typedef struct { int n; } refcount_t;
typedef struct { int unused; } spinlock_t;
struct delayed_work { int unused; };
struct percpu_counter { int unused; };

static inline void mutex_init(struct mutex *lock)
{
	lock->held = false;
}

static inline void mutex_lock(struct mutex *lock)
{
	BUG_ON(lock->held);
	lock->held = true;
}

static inline void mutex_unlock(struct mutex *lock)
{
	BUG_ON(!lock->held);
	lock->held = false;
}

#define lockdep_is_held(lock) ((lock)->held)
#define lockdep_assert_held(lock) BUG_ON(!(lock)->held)

extern unsigned int fuzz_rcu;

static inline void rcu_read_lock(void)
{
	fuzz_rcu++;
}

static inline void rcu_read_unlock(void)
{
	BUG_ON(!fuzz_rcu);
	fuzz_rcu--;
}

#define cond_resched_rcu() BUG_ON(!fuzz_rcu)
#define rcu_dereference(pointer) ({ BUG_ON(!fuzz_rcu); (pointer); })

#define CONFIG_NF_CONNTRACK_MARK 1
#define IS_ENABLED(option) (option)
#define capable(capability) true

static inline void refcount_set(refcount_t *ref, int n)
{
	ref->n = n;
}

static inline void refcount_inc(refcount_t *ref)
{
	BUG_ON(ref->n < 1);
	ref->n++;
}

static inline bool refcount_inc_not_zero(refcount_t *ref)
{
	return ref->n ? ref->n++ : false;
}

static inline bool refcount_dec_and_test(refcount_t *ref)
{
	BUG_ON(ref->n < 1);
	return !--ref->n;
}

struct list_head {
	struct list_head *next;
	struct list_head *prev;
};

#define INIT_LIST_HEAD(head) ((head)->next = (head)->prev = (head))
#define list_entry(ptr, type, member) container_of(ptr, type, member)

static inline void list_add_tail_rcu(struct list_head *entry,
				     struct list_head *head)
{
	entry->next = head;
	entry->prev = head->prev;
	head->prev->next = entry;
	head->prev = entry;
}

static inline void list_del_rcu(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
}

static inline void list_replace_rcu(struct list_head *old,
				    struct list_head *entry)
{
	*entry = *old;
	entry->next->prev = entry;
	entry->prev->next = entry;
}

/* Under RCU, or with the lock that @held tells of. */
#define list_for_each_entry_rcu(pos, head, member, held...)		\
	for (fuzz_rcu || (held + 0) ? (void)0 : abort(),		\
	     pos = list_entry((head)->next, typeof(*pos), member);	\
	     &pos->member != (head);					\
	     pos = list_entry(pos->member.next, typeof(*pos), member))
#define list_for_each_entry_safe(pos, after, head, member)		\
	for (pos = list_entry((head)->next, typeof(*pos), member),	\
	     after = list_entry(pos->member.next, typeof(*pos), member);\
	     &pos->member != (head);					\
	     pos = after,						\
	     after = list_entry(pos->member.next, typeof(*pos), member))

/*
 * Messages
 */

struct sock;
struct module;
struct file;
struct notifier_block;
struct user_namespace;
struct net { void *smtp; struct sock *genl_sock; };
struct sock { struct net *net; };
struct scm_creds { int unused; };
typedef struct { struct net *net; } possible_net_t;

struct sk_buff {
	struct sock *sk;
	unsigned char *head;
	unsigned char *data;
	unsigned int len;
	unsigned int room;
	char cb[64] __aligned(8);
	void (*destructor)(struct sk_buff *skb);
};

/* As much as a page holds beside what is told of a message. */
#define SKB_WITH_OVERHEAD(size) ((size) - 320)

struct sk_buff *alloc_skb(unsigned int size, gfp_t flags);
void kfree_skb(struct sk_buff *skb);
struct sk_buff *skb_clone(struct sk_buff *skb, gfp_t flags);
#define consume_skb(skb) kfree_skb(skb)
#define is_vmalloc_addr(memory) false

static inline int skb_tailroom(const struct sk_buff *skb)
{
	return skb->room - skb->len;
}

static inline unsigned char *skb_tail_pointer(const struct sk_buff *skb)
{
	return skb->data + skb->len;
}

static inline void *skb_put(struct sk_buff *skb, unsigned int len)
{
	unsigned char *tail = skb_tail_pointer(skb);

	BUG_ON(len > (unsigned int)skb_tailroom(skb));
	skb->len += len;
	return tail;
}

#define __skb_put(skb, len) skb_put(skb, len)

static inline void *skb_put_zero(struct sk_buff *skb, unsigned int len)
{
	return memset(skb_put(skb, len), 0, len);
}

static inline void *skb_put_data(struct sk_buff *skb, const void *data,
				 unsigned int len)
{
	return memcpy(skb_put(skb, len), data, len);
}

static inline void skb_trim(struct sk_buff *skb, unsigned int len)
{
	if (len < skb->len)
		skb->len = len;
}

#define net_eq(a, b) ((a) == (b))
#define sock_net(sk) ((sk)->net)
#define read_pnet(pnet) ((pnet)->net)
#define write_pnet(pnet, value) ((pnet)->net = (value))
#define net_generic(of, id) ((of)->smtp)

extern struct net init_net;
#define jiffies 0UL
#define msecs_to_jiffies(ms) (ms)
#define jiffies_to_msecs(j) (j)
#define jiffies_to_clock_t(j) (j)
#define jiffies_delta_to_clock_t(j) (j)

/*
 * Connections, of which there are none here
 */

struct xarray { int unused; };

#define xa_for_each_start(table, id, entry, start) \
	for ((void)(table), (void)(id), entry = NULL; entry;)

union nf_inet_addr { __be32 ip; struct in6_addr in6; };

struct nf_conntrack_tuple {
	struct {
		union nf_inet_addr u3;
		union { struct { __be16 port; } tcp; } u;
	} src, dst;
};

struct nf_conn { unsigned long status; struct nf_conntrack_tuple tuple[2]; };
struct nf_conn_help { char data[32] __aligned(8); };
enum ip_conntrack_info { IP_CT_ESTABLISHED };

enum { IP_CT_DIR_ORIGINAL, IP_CT_DIR_REPLY };
enum { NFPROTO_IPV6 = 10 };

#define nf_ct_tuple(ct, dir) (&(ct)->tuple[dir])
#define nf_ct_l3num(ct) 0
#define nfct_help(ct) ((void)(ct), (struct nf_conn_help *)NULL)
#define IPS_HELPER_BIT 13
#define clear_bit(bit, word) (*(word) &= ~BIT(bit))

#endif /* _FUZZ_KERNEL_H */
