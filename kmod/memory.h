/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_MEMORY_H
#define _SMTP_MEMORY_H

#include <linux/percpu_counter.h>

struct mem_cgroup;
struct net;

/* Bytes of a trace that no budget refuses, so that each dialogue goes on. */
#define SMTP_MEMORY_MIN		256
/* Bytes of a connection that half of a budget is reserved for. */
#define SMTP_MEMORY_SHARE	4096
/* Bytes of a trace at most: a small order of pages. */
#define SMTP_MEMORY_MAX		16384

/**
 * struct smtp_memory - what the connections of a network namespace hold
 * @held: bytes
 * @is_guest: the network namespace belongs to a user namespace other than the
 *	initial one
 * @memcg: the memory cgroup of whoever made the namespace, a reference held
 */
struct smtp_memory {
	struct percpu_counter held;
	bool is_guest;
	struct mem_cgroup *memcg;
};

int smtp_memory_init(void);
void smtp_memory_exit(void);
int smtp_memory_net_init(struct smtp_memory *memory, const struct net *net);
void smtp_memory_net_exit(struct smtp_memory *memory);

void smtp_memory_add(struct smtp_memory *memory, s64 bytes);
void *smtp_memory_alloc(struct smtp_memory *memory, u32 size, u32 sum);
void smtp_memory_free(struct smtp_memory *memory, void *object, u32 size);

u64 smtp_memory_held(struct smtp_memory *memory);
u64 smtp_memory_max(const struct smtp_memory *memory);

#endif /* _SMTP_MEMORY_H */
