// SPDX-License-Identifier: GPL-2.0
/*
 * Limits the memory that connections hold. Each network namespace has a budget,
 * and so has the machine.
 *
 * A direction of a connection always gets SMTP_MEMORY_MIN bytes. A connection
 * that holds no more than SMTP_MEMORY_SHARE gets memory as long as the budget
 * is not used up. A connection that holds more gets memory only as long as less
 * than half of the budget is used. So a few large connections leave half of the
 * budget to all others, and even when small ones have used up the budget, each
 * gets what a dialogue needs. When memory is refused no data is lost: bytes are
 * held back, and the sender retransmits them.
 *
 * Every user can create user namespaces with network namespaces in them. All of
 * these together may hold only a part of the machine's budget, so that the rest
 * is left for the network namespaces of the initial user namespace.
 *
 * The counters are approximate: a CPU may have up to SMTP_MEMORY_BATCH bytes
 * that it has not added yet. So a packet of an ordinary dialogue does not write
 * to memory that CPUs share.
 */
#include <linux/gfp.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "memory.h"

#define SMTP_MEMORY_BATCH	4096
/* Guests (see smtp_memory) together may hold 1/4 of the machine's budget. */
#define SMTP_MEMORY_GUESTS_DIVISOR	4

static unsigned long machine_max;
module_param_named(memory, machine_max, ulong, 0644);
MODULE_PARM_DESC(memory, "Bytes that guarded connections may hold in all network namespaces together (0: a 32nd of the machine's memory)");

static unsigned long net_max;
module_param_named(memory_net, net_max, ulong, 0644);
MODULE_PARM_DESC(memory_net, "Bytes that guarded connections may hold in each network namespace (0: a quarter of the former)");

static struct percpu_counter machine_held;
static struct percpu_counter guests_held;

/**
 * smtp_memory_max() - get the size of a budget
 * @memory: the memory of a network namespace, or NULL for the machine
 *
 * Return: bytes.
 */
u64 smtp_memory_max(const struct smtp_memory *memory)
{
	u64 max = READ_ONCE(machine_max);

	if (!max)
		max = ((u64)totalram_pages() << PAGE_SHIFT) / 32;
	if (!memory)
		return max;
	return READ_ONCE(net_max) ?: max / 4;
}

/**
 * smtp_memory_held() - get how much of a budget is used
 * @memory: the memory of a network namespace, or NULL for the machine
 *
 * Return: bytes.
 */
u64 smtp_memory_held(struct smtp_memory *memory)
{
	return percpu_counter_sum_positive(memory ? &memory->held :
						    &machine_held);
}

static bool is_granted(struct percpu_counter *held, u64 max, u32 size,
		       u32 sum)
{
	if (sum > SMTP_MEMORY_SHARE)
		max /= 2;
	return percpu_counter_read_positive(held) + size <= max;
}

static bool may_hold(struct smtp_memory *memory, u32 size, u32 sum)
{
	u64 max = smtp_memory_max(NULL);

	return is_granted(&memory->held, smtp_memory_max(memory), size, sum) &&
	       is_granted(&machine_held, max, size, sum) &&
	       (!memory->is_guest ||
		is_granted(&guests_held, max / SMTP_MEMORY_GUESTS_DIVISOR,
			   size, sum));
}

/**
 * smtp_memory_add() - count bytes that were allocated or freed
 * @memory: the memory of the network namespace
 * @bytes: how many bytes; negative if they were freed
 *
 * Context: any.
 */
void smtp_memory_add(struct smtp_memory *memory, s64 bytes)
{
	percpu_counter_add_batch(&memory->held, bytes, SMTP_MEMORY_BATCH);
	percpu_counter_add_batch(&machine_held, bytes, SMTP_MEMORY_BATCH);
	if (memory->is_guest)
		percpu_counter_add_batch(&guests_held, bytes,
					 SMTP_MEMORY_BATCH);
}

/**
 * smtp_memory_alloc() - allocate memory for a connection
 * @memory: the memory of the connection's network namespace
 * @size: how many bytes
 * @sum: how many bytes the connection will hold; 0 to ignore the budgets, for
 *	what a connection always gets
 *
 * The memory is charged to the cgroup of the task that created the namespace. A
 * connection within its share is charged even beyond the limit of the cgroup
 * (GFP_ATOMIC): a softirq cannot reclaim memory, and page cache alone may have
 * filled the cgroup.
 *
 * Context: any.
 * Return: the memory, or NULL.
 */
void *smtp_memory_alloc(struct smtp_memory *memory, u32 size, u32 sum)
{
	gfp_t gfp = sum > SMTP_MEMORY_SHARE ? GFP_NOWAIT : GFP_ATOMIC;
	struct mem_cgroup *memcg;
	void *object;

	if (sum && !may_hold(memory, size, sum))
		return NULL;
	memcg = set_active_memcg(memory->memcg);
	object = kmalloc(size, gfp | __GFP_ACCOUNT | __GFP_NOWARN |
			 __GFP_NOMEMALLOC);
	set_active_memcg(memcg);
	if (object)
		smtp_memory_add(memory, size);
	return object;
}

/**
 * smtp_memory_free() - free memory of a connection
 * @memory: the memory of the connection's network namespace
 * @object: what smtp_memory_alloc() returned, or NULL
 * @size: its size in bytes
 */
void smtp_memory_free(struct smtp_memory *memory, void *object, u32 size)
{
	if (!object)
		return;
	kfree(object);
	smtp_memory_add(memory, -(s64)size);
}

/**
 * smtp_memory_net_init() - set up the memory of a network namespace
 * @memory: the memory
 * @net: the network namespace
 *
 * This runs in the task that creates the namespace. If the namespace is older
 * than the module, the kernel calls this with the cgroup to which the namespace
 * is charged as the active one.
 *
 * Return: 0 or -ENOMEM.
 */
int smtp_memory_net_init(struct smtp_memory *memory, const struct net *net)
{
	int err;

	err = percpu_counter_init(&memory->held, 0, GFP_KERNEL_ACCOUNT);
	if (err)
		return err;
	memory->is_guest = net->user_ns != &init_user_ns;
	memory->memcg = get_mem_cgroup_from_mm(NULL);
	return 0;
}

void smtp_memory_net_exit(struct smtp_memory *memory)
{
	WARN_ON_ONCE(percpu_counter_sum(&memory->held));
	percpu_counter_destroy(&memory->held);
	mem_cgroup_put(memory->memcg);
}

int __init smtp_memory_init(void)
{
	int err = percpu_counter_init(&machine_held, 0, GFP_KERNEL);

	if (err)
		return err;
	err = percpu_counter_init(&guests_held, 0, GFP_KERNEL);
	if (err)
		percpu_counter_destroy(&machine_held);
	return err;
}

void smtp_memory_exit(void)
{
	percpu_counter_destroy(&guests_held);
	percpu_counter_destroy(&machine_held);
}
