/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_MEMORY_H
#define _SMTP_MEMORY_H

#include <linux/percpu_counter.h>

struct mem_cgroup;
struct net;

/* A history always gets this many bytes, so that every dialogue can go on. */
#define SMTP_MEMORY_MIN		256
/*
 * The share of a connection, in bytes. Half of a budget is reserved for
 * connections that hold no more than this.
 */
#define SMTP_MEMORY_SHARE	4096
/* The largest history in bytes; kept small so that its allocation succeeds. */
#define SMTP_MEMORY_MAX		16384

/**
 * struct smtp_memory - the memory held by connections of a network namespace
 * @held: how many bytes they hold
 * @is_guest: the network namespace belongs to a user namespace other than the
 *	initial one
 * @memcg: the memory cgroup of the task that created the network namespace,
 *	with a reference
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
