// SPDX-License-Identifier: GPL-2.0
/* RCU, the table by id and the work queue of kernel.h. */
#include <sched.h>
#include <unistd.h>

#include "notify.h"
#include "threads.h"

__thread unsigned int this_cpu;

/* When each CPU's outermost read side began, by @now; 0 outside of one. */
static unsigned long reading[CPUS_MAX];
static unsigned long now = 1;
static __thread unsigned int nested;

static pthread_mutex_t rcu_lock = PTHREAD_MUTEX_INITIALIZER;
static struct rcu_head *waiting;
static unsigned long called, done;

void rcu_read_lock(void)
{
	if (nested++)
		return;
	__atomic_store_n(&reading[this_cpu],
			 __atomic_load_n(&now, __ATOMIC_SEQ_CST),
			 __ATOMIC_SEQ_CST);
	/* ThreadSanitizer knows no fences; this is ordered before what follows. */
	__atomic_fetch_add(&now, 0, __ATOMIC_SEQ_CST);
}

void rcu_read_unlock(void)
{
	if (!nested)
		abort();
	if (!--nested)
		__atomic_store_n(&reading[this_cpu], 0, __ATOMIC_SEQ_CST);
}

bool rcu_read_lock_held(void)
{
	return nested;
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	head->func = func;
	pthread_mutex_lock(&rcu_lock);
	head->next = waiting;
	waiting = head;
	called++;
	pthread_mutex_unlock(&rcu_lock);
}

static void wait_for_readers(void)
{
	unsigned long start = __atomic_add_fetch(&now, 1, __ATOMIC_SEQ_CST);
	unsigned long since;
	int cpu;

	for_each_possible_cpu(cpu)
		while ((since = __atomic_load_n(&reading[cpu],
						__ATOMIC_SEQ_CST)) &&
		       since < start)
			sched_yield();
}

/* One grace period, and what waited for it. */
bool threads_rcu(void)
{
	struct rcu_head *head, *next;
	unsigned long n = 0;

	pthread_mutex_lock(&rcu_lock);
	head = waiting;
	waiting = NULL;
	pthread_mutex_unlock(&rcu_lock);
	if (!head)
		return false;
	wait_for_readers();
	for (; head; head = next, n++) {
		next = head->next;
		if (head->func)
			head->func(head);
		else
			free(head->memory);
	}
	__atomic_add_fetch(&done, n, __ATOMIC_SEQ_CST);
	return true;
}

/* Called when no other thread runs any more. */
void rcu_barrier(void)
{
	while (threads_rcu())
		;
	if (called != done)
		abort();
}

int xa_alloc_cyclic_bh(struct xarray *xa, u32 *id, void *entry, u32 limit,
		       u32 *next, gfp_t flags)
{
	unsigned int tries;
	int err = -EBUSY;

	mutex_lock(&xa->lock);
	for (tries = 0; tries < XA_SLOTS; tries++) {
		u32 at = *next;

		*next = at + 1 < XA_SLOTS ? at + 1 : 1;
		if (xa_load(xa, at))
			continue;
		*id = at;
		rcu_assign_pointer(xa->slot[at], entry);
		err = 0;
		break;
	}
	mutex_unlock(&xa->lock);
	return err;
}

void xa_erase_bh(struct xarray *xa, unsigned long id)
{
	mutex_lock(&xa->lock);
	WRITE_ONCE(xa->slot[id], NULL);
	mutex_unlock(&xa->lock);
}

bool xa_empty(struct xarray *xa)
{
	unsigned int id;

	for (id = 1; id < XA_SLOTS; id++)
		if (xa_load(xa, id))
			return false;
	return true;
}

/* The one who runs works is gone by then. */
void cancel_delayed_work_sync(struct delayed_work *work)
{
	work->queued = false;
}

/* Stands in for names.c: no policy in this program has a name. */
void smtp_name_put(struct smtp_name *name)
{
	if (name)
		abort();
}

/* Of notify.c: nobody listens. */
void smtp_notify_end(struct smtp_conn *conn, enum mailguard_end why)
{
	struct smtp_conn_end end;

	smtp_conn_end_once(conn, &end);
}

/* Of memory.c: nothing may be held when a namespace ends. */
int smtp_memory_init(void)
{
	return 0;
}

void smtp_memory_exit(void)
{
}

int smtp_memory_net_init(struct smtp_memory *memory, const struct net *net)
{
	memory->held.count = 0;
	return 0;
}

void smtp_memory_net_exit(struct smtp_memory *memory)
{
	if (memory->held.count)
		abort();
}

void smtp_memory_add(struct smtp_memory *memory, s64 bytes)
{
	__atomic_fetch_add(&memory->held.count, bytes, __ATOMIC_RELAXED);
}

void *smtp_memory_alloc(struct smtp_memory *memory, u32 size, u32 sum)
{
	smtp_memory_add(memory, size);
	return malloc(size);
}

void smtp_memory_free(struct smtp_memory *memory, void *object, u32 size)
{
	if (!object)
		return;
	free(object);
	smtp_memory_add(memory, -(s64)size);
}
