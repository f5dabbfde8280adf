// SPDX-License-Identifier: GPL-2.0
/* What kmod/netlink.c calls of the kernel, and of the module's other files. */
#include "fuzz-netlink.h"
#include "net.h"

const struct genl_family *fuzz_family;
struct genl_ops fuzz_ops[FUZZ_OPS];
unsigned int fuzz_rcu;
unsigned int fuzz_alloc_fails;
unsigned char *fuzz_sent;
size_t fuzz_sent_len;
unsigned int smtp_net_id;
struct net init_net;

void *fuzz_alloc(size_t size)
{
	if (fuzz_alloc_fails && !--fuzz_alloc_fails)
		return NULL;
	return calloc(1, size);
}

struct sk_buff *alloc_skb(unsigned int size, gfp_t flags)
{
	struct sk_buff *skb = fuzz_alloc(sizeof(*skb) + size);

	if (!skb)
		return NULL;
	skb->head = (unsigned char *)(skb + 1);
	skb->data = skb->head;
	skb->room = size;
	return skb;
}

void kfree_skb(struct sk_buff *skb)
{
	free(skb);
}

/* As in net/netlink/af_netlink.c. */
struct nlmsghdr *__nlmsg_put(struct sk_buff *skb, u32 portid, u32 seq,
			     int type, int len, int flags)
{
	struct nlmsghdr *nlh = skb_put_zero(skb,
					    NLMSG_ALIGN(NLMSG_LENGTH(len)));

	nlh->nlmsg_type = type;
	nlh->nlmsg_len = NLMSG_LENGTH(len);
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_pid = portid;
	nlh->nlmsg_seq = seq;
	return nlh;
}

/* As in net/netlink/genetlink.c. */
void *genlmsg_put(struct sk_buff *skb, u32 portid, u32 seq,
		  const struct genl_family *family, int flags, u8 cmd)
{
	struct nlmsghdr *nlh;
	struct genlmsghdr *hdr;

	nlh = nlmsg_put(skb, portid, seq, family->id, GENL_HDRLEN, flags);
	if (!nlh)
		return NULL;
	hdr = nlmsg_data(nlh);
	hdr->cmd = cmd;
	hdr->version = family->version;
	return (char *)hdr + GENL_HDRLEN;
}

int netlink_unicast(struct sock *sk, struct sk_buff *skb, __u32 portid,
		    int nonblock)
{
	fuzz_sent = realloc(fuzz_sent, fuzz_sent_len + skb->len);
	memcpy(fuzz_sent + fuzz_sent_len, skb->data, skb->len);
	fuzz_sent_len += skb->len;
	kfree_skb(skb);
	return 0;
}

/* Nobody listens to events: they come from packets, and there are none here. */
int netlink_has_listeners(struct sock *sk, unsigned int group)
{
	return 0;
}

int netlink_broadcast_filtered(struct sock *sk, struct sk_buff *skb, __u32 portid,
			       __u32 group, gfp_t allocation,
			       netlink_filter_fn filter, void *filter_data)
{
	kfree_skb(skb);
	return -ESRCH;
}

void fuzz_sent_forget(void)
{
	free(fuzz_sent);
	fuzz_sent = NULL;
	fuzz_sent_len = 0;
}

void do_trace_netlink_extack(const char *msg)
{
}

/*
 * An input names an operation by a number. That is the command's, whichever of the
 * family's two lists has the operation, so that old inputs stay what they were.
 */
int genl_register_family(struct genl_family *family)
{
	const struct genl_small_ops *small;
	unsigned int i;

	fuzz_family = family;
	for (i = 0; i < family->n_ops; i++)
		fuzz_ops[family->ops[i].cmd - 1] = family->ops[i];
	for (i = 0; i < family->n_small_ops; i++) {
		small = &family->small_ops[i];
		fuzz_ops[small->cmd - 1] = (struct genl_ops){
			.cmd = small->cmd,
			.doit = small->doit,
			.dumpit = small->dumpit,
			.flags = small->flags,
		};
	}
	return 0;
}

int genl_unregister_family(const struct genl_family *family)
{
	return 0;
}

/* Stand in for names.c and conn.c: here a policy registers no name. */
struct smtp_name *smtp_name_get(const char *policy)
{
	return NULL;
}

void smtp_name_put(struct smtp_name *name)
{
}

bool smtp_conn_alive(const struct smtp_conn *conn)
{
	return false;
}

u64 smtp_memory_held(struct smtp_memory *memory)
{
	return 1;
}

u64 smtp_memory_max(const struct smtp_memory *memory)
{
	return 2;
}

void smtp_conn_release(struct smtp_conn_table *table, u16 first, u16 last)
{
	if (!first || first > last)
		abort();
}

void smtp_conn_renew_all(struct smtp_conn_table *table,
			 const struct smtp_policy_table *policies,
			 const char *name)
{
}
