// SPDX-License-Identifier: GPL-2.0
/* Builds and sends a transaction of nf_tables. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <libnftnl/batch.h>
#include <libnftnl/common.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>

#include "lib/memory.h"
#include "nft/batch.h"

/* No single message is longer. */
#define MESSAGE_MAX	(64 * 1024)

void nft_batch_begin(struct nft_batch *batch, struct netlink *nl,
		     uint32_t generation)
{
	struct nlmsghdr *nlh;

	*batch = (struct nft_batch){
		.nl = nl,
		.batch = nftnl_batch_alloc(MESSAGE_MAX, MESSAGE_MAX),
	};
	if (!batch->batch)
		out_of_memory();
	nlh = nftnl_batch_begin(nftnl_batch_buffer(batch->batch), ++nl->seq);
	if (generation != NFT_ANY_GENERATION)
		mnl_attr_put_u32(nlh, NFNL_BATCH_GENID, htonl(generation));
	nft_batch_message_end(batch);
}

void nft_batch_message_end(struct nft_batch *batch)
{
	if (nftnl_batch_update(batch->batch))
		out_of_memory();
}

struct nlmsghdr *nft_batch_message(struct nft_batch *batch, uint16_t type,
				   uint16_t flags, const struct location *loc,
				   const char *fmt, ...)
{
	struct nft_subject *subject;
	va_list ap;

	batch->subjects = xgrow(batch->subjects, batch->count, &batch->room,
				sizeof(*batch->subjects));
	subject = &batch->subjects[batch->count++];
	*subject = (struct nft_subject){ .seq = ++batch->nl->seq };
	if (loc)
		subject->loc = *loc;
	va_start(ap, fmt);
	vsnprintf(subject->text, sizeof(subject->text), fmt, ap);
	va_end(ap);
	return nftnl_nlmsg_build_hdr(nftnl_batch_buffer(batch->batch), type,
				     NFPROTO_INET, flags, subject->seq);
}

/* If a batch has no end message, the kernel validates it and then undoes it. */
int nft_batch_commit(struct nft_batch *batch, struct netlink_error *error,
		     const struct nft_subject **subject)
{
	struct iovec *iov;
	size_t i, size = 0;
	int ret, count;

	*subject = NULL;
	if (!batch->check) {
		nftnl_batch_end(nftnl_batch_buffer(batch->batch),
				++batch->nl->seq);
		nft_batch_message_end(batch);
	}
	count = nftnl_batch_iovec_len(batch->batch);
	iov = xzalloc(count * sizeof(*iov));
	nftnl_batch_iovec(batch->batch, iov, count);
	for (i = 0; i < (size_t)count; i++)
		size += iov[i].iov_len;
	ret = netlink_batch(batch->nl, iov, count, size, error);
	free(iov);
	for (i = 0; ret && i < batch->count; i++)
		if (batch->subjects[i].seq == error->seq)
			*subject = &batch->subjects[i];
	return ret;
}

void nft_batch_free(struct nft_batch *batch)
{
	nftnl_batch_free(batch->batch);
	free(batch->subjects);
	*batch = (struct nft_batch){ .batch = NULL };
}
