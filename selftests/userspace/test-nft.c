// SPDX-License-Identifier: GPL-2.0
/*
 * The table of the fixups: what is written to a stand-in for the kernel is
 * read from it again. The sanitizer does not see what libnftnl does to an
 * object; so the linker leads the calls of libnftnl through here, where the
 * object is touched first.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libnftnl/common.h>
#include <libnftnl/set.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "../core/harness.h"
#include "nft/offenders.h"
#include "nft/table.h"
#include "test-nft.h"

static void touch(const void *object)
{
	asm volatile("" : : "r" (*(const char *)object));
}

int __wrap_nftnl_set_elem_set(struct nftnl_set_elem *elem, uint16_t attr,
			      const void *data, uint32_t len)
{
	touch(elem);
	return __real_nftnl_set_elem_set(elem, attr, data, len);
}

void __wrap_nftnl_set_elem_set_u32(struct nftnl_set_elem *elem, uint16_t attr,
				   uint32_t value)
{
	touch(elem);
	__real_nftnl_set_elem_set_u32(elem, attr, value);
}

int __wrap_nftnl_set_elem_set_str(struct nftnl_set_elem *elem, uint16_t attr,
				  const char *string)
{
	touch(elem);
	return __real_nftnl_set_elem_set_str(elem, attr, string);
}

/* Messages that the stand-in for the kernel took. */
struct kernel {
	struct nlmsghdr **messages;
	size_t count;
	size_t room;
	bool ended;		/* the batch had an end */
};

static struct kernel kernel;

/* The sender counts the elements in their types; the kernel's have but one. */
static void answer_with(struct nlmsghdr *nlh)
{
	struct nlattr *attr, *element;

	if (NFNL_MSG_TYPE(nlh->nlmsg_type) != NFT_MSG_NEWSETELEM)
		return;
	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg)) {
		if (mnl_attr_get_type(attr) != NFTA_SET_ELEM_LIST_ELEMENTS)
			continue;
		mnl_attr_for_each_nested(element, attr)
			element->nla_type = NLA_F_NESTED | NFTA_LIST_ELEM;
	}
}

static void kernel_take(const struct nlmsghdr *nlh)
{
	if (kernel.count == kernel.room) {
		kernel.room = kernel.room * 2 + 64;
		kernel.messages = realloc(kernel.messages, kernel.room *
					  sizeof(*kernel.messages));
	}
	kernel.messages[kernel.count] = malloc(nlh->nlmsg_len);
	memcpy(kernel.messages[kernel.count], nlh, nlh->nlmsg_len);
	answer_with(kernel.messages[kernel.count++]);
}

static void kernel_forget(void)
{
	while (kernel.count)
		free(kernel.messages[--kernel.count]);
	free(kernel.messages);
	kernel = (struct kernel){ .count = 0 };
}

/* Attributes whose length does not fit into its field are cut by that. */
static bool is_whole(const struct nlmsghdr *nlh)
{
	const char *end = (const char *)nlh + nlh->nlmsg_len;
	const struct nlattr *attr;
	const char *at = (const char *)nlh + MNL_NLMSG_HDRLEN +
			 sizeof(struct nfgenmsg);

	for (; at < end; at += MNL_ALIGN(attr->nla_len)) {
		attr = (const void *)at;
		if (!mnl_attr_ok(attr, end - at))
			return false;
	}
	return at == end;
}

int netlink_batch(struct netlink *nl, struct iovec *iov, int count,
		  size_t size, struct netlink_error *error)
{
	const struct nlmsghdr *nlh;
	int i, len;

	*error = (struct netlink_error){ .code = 0 };
	for (i = 0; i < count; i++) {
		len = iov[i].iov_len;
		for (nlh = iov[i].iov_base; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			if (!is_whole(nlh))
				return -EBADMSG;
			kernel.ended |= nlh->nlmsg_type ==
					NFNL_MSG_BATCH_END;
			kernel_take(nlh);
		}
		if (len)
			return -EBADMSG;
	}
	return 0;
}

/* The type of message that tells what the request asks for. */
static int told_by(const struct nlmsghdr *request)
{
	switch (NFNL_MSG_TYPE(request->nlmsg_type)) {
	case NFT_MSG_GETSET:
		return NFT_MSG_NEWSET;
	case NFT_MSG_GETSETELEM:
		return NFT_MSG_NEWSETELEM;
	case NFT_MSG_GETTABLE:
		return NFT_MSG_NEWTABLE;
	default:
		return -1;
	}
}

static const char *string_of(const struct nlmsghdr *nlh, int type)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(attr) == type)
			return mnl_attr_get_str(attr);
	return "";
}

static bool is_about(const struct nlmsghdr *nlh,
		     const struct nlmsghdr *request)
{
	const char *set = string_of(request, NFTA_SET_ELEM_LIST_SET);

	return nlh->nlmsg_type >= NLMSG_MIN_TYPE &&
	       NFNL_MSG_TYPE(nlh->nlmsg_type) == told_by(request) &&
	       (told_by(request) != NFT_MSG_NEWSETELEM ||
		!strcmp(string_of(nlh, NFTA_SET_ELEM_LIST_SET), set));
}

/* The generation never changes: no other program writes to this kernel. */
static int tell_generation(netlink_cb *cb, void *data)
{
	char buf[MNL_NLMSG_HDRLEN + 64] = "";
	struct nlmsghdr *nlh;

	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_NEWGEN, AF_UNSPEC, 0, 0);
	mnl_attr_put_u32(nlh, NFTA_GEN_ID, htonl(1));
	return cb(nlh, data);
}

int netlink_ask(struct netlink *nl, struct nlmsghdr *nlh, netlink_cb *cb,
		void *data, struct netlink_error *error)
{
	size_t i;
	int ret;

	*error = (struct netlink_error){ .code = 0 };
	if (NFNL_MSG_TYPE(nlh->nlmsg_type) == NFT_MSG_GETGEN)
		return tell_generation(cb, data);
	for (i = 0; i < kernel.count; i++) {
		if (!is_about(kernel.messages[i], nlh))
			continue;
		ret = cb(kernel.messages[i], data);
		if (ret)
			return ret;
	}
	return 0;
}

int netlink_open(struct netlink *nl, int bus)
{
	return 0;
}

void netlink_close(struct netlink *nl)
{
}

FIXTURE(nft)
{
	struct nft nft;
	struct fixup_list list;
	struct errors errors;
};

FIXTURE_SETUP(nft)
{
	memset(self, 0, sizeof(*self));
}

FIXTURE_TEARDOWN(nft)
{
	fixup_list_free(&self->list);
	kernel_forget();
}

/* Every second fixup is of another policy, so that each range is told apart. */
static struct fixup nth(unsigned int i, unsigned int step)
{
	struct fixup fixup = { .first = 1 + i * step, .last = 1 + i * step };

	sprintf(fixup.policy, "p%u", i % 60);
	if (step > 2)
		fixup.last += i % 2;
	return fixup;
}

static void add_many(struct fixup_list *list, unsigned int count,
		     unsigned int step)
{
	struct fixup fixup;
	unsigned int i;

	for (i = 0; i < count; i++) {
		fixup = nth(i, step);
		fixup_list_insert(list, &fixup);
	}
}

static const struct offenders_list no_offenders;

/* Returns whether what is read again is what was written. */
static bool comes_back(struct nft *nft, const struct fixup_list *list,
		       struct errors *errors)
{
	struct fixup_list read = { .array = NULL };
	bool same;

	/* Nothing was there, so that one table is made. */
	nft->table = false;
	kernel_forget();
	if (nft_write(nft, list, &no_offenders, errors) || nft_read(nft, &read, errors))
		return false;
	same = fixup_list_equal(list, &read);
	fixup_list_free(&read);
	return same;
}

/* Among them those where an end, or a beginning, is the last of a message. */
TEST_F(nft, disjoint_ports)
{
	static const unsigned int counts[] = { 1, 249, 250, 251, 500, 1000,
					       10000 };
	size_t i;

	for (i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		fixup_list_free(&self->list);
		add_many(&self->list, counts[i], 6);
		EXPECT_TRUE(comes_back(&self->nft, &self->list, &self->errors))
			TH_LOG("%u fixups", counts[i]);
		EXPECT_TRUE(kernel.ended);
	}
}

/* A closed table has no fixups, and says why. */
TEST_F(nft, closed)
{
	struct matches matches = { .by_key[0].count = 0 };
	struct match_range range = { .first = { 10 }, .last = { 10 } };
	struct fixup fixup = { .first = 587, .last = 587, .matches = &matches };
	struct fixup_list read = { .array = NULL };

	add_many(&self->list, 3, 6);
	matches_add(&matches, MATCH_IP_DADDR, &range);
	fixup_list_add_narrowed(&self->list, &fixup);
	EXPECT_EQ(nft_write_closed(&self->nft, &self->list, "the reason",
				   &self->errors), 0);
	EXPECT_EQ(nft_read(&self->nft, &read, &self->errors), 0);
	EXPECT_TRUE(self->nft.closed);
	EXPECT_STREQ(self->nft.why, "the reason");
	EXPECT_EQ(fixup_list_at(&read, 0), NULL);
	fixup_list_free(&read);
	fixup_list_free(&self->list);
	add_many(&self->list, 3, 6);
	EXPECT_TRUE(comes_back(&self->nft, &self->list, &self->errors));
	EXPECT_FALSE(self->nft.closed);
	free(matches.by_key[MATCH_IP_DADDR].ranges);
}

TEST_F(nft, every_port)
{
	add_many(&self->list, 65535, 1);
	EXPECT_TRUE(comes_back(&self->nft, &self->list, &self->errors));
}

TEST_F(nft, narrowed)
{
	struct matches matches = { .by_key[0].count = 0 };
	struct match_range range = { .first = { 10 }, .last = { 10 } };
	struct fixup fixup;
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		fixup = nth(i, 3);
		range.first[2] = i >> 8;
		range.first[3] = i;
		range.last[2] = i >> 8;
		range.last[3] = i;
		matches_add(&matches, MATCH_IP_DADDR, &range);
		if (i % 3 == 0)
			matches.by_key[MATCH_IP_DADDR].negated ^= true;
		fixup.matches = &matches;
		fixup_list_add_narrowed(&self->list, &fixup);
		matches.by_key[MATCH_IP_DADDR].count = 0;
	}
	add_many(&self->list, 1000, 6);
	EXPECT_TRUE(comes_back(&self->nft, &self->list, &self->errors));
	free(matches.by_key[MATCH_IP_DADDR].ranges);
}

TEST_F(nft, narrowed_to_many)
{
	struct matches matches = { .by_key[0].count = 0 };
	struct match_range range = { .first = { 10 }, .last = { 10 } };
	struct fixup fixup = nth(0, 1);
	unsigned int i;

	for (i = 0; i < 1001; i++) {
		range.first[2] = i >> 7;
		range.first[3] = i << 1;
		range.last[2] = i >> 7;
		range.last[3] = i << 1;
		matches_add(&matches, MATCH_IP_DADDR, &range);
	}
	fixup.matches = &matches;
	fixup_list_add_narrowed(&self->list, &fixup);
	EXPECT_TRUE(comes_back(&self->nft, &self->list, &self->errors));
	free(matches.by_key[MATCH_IP_DADDR].ranges);
}

/* Where the kernel keeps user data, and which of it is the comment. */
static bool user_data_of(int message, int *attr, int *comment)
{
	switch (message) {
	case NFT_MSG_NEWTABLE:
		*attr = NFTA_TABLE_USERDATA;
		*comment = NFTNL_UDATA_TABLE_COMMENT;
		return true;
	case NFT_MSG_NEWCHAIN:
		*attr = NFTA_CHAIN_USERDATA;
		*comment = NFTNL_UDATA_CHAIN_COMMENT;
		return true;
	case NFT_MSG_NEWRULE:
		*attr = NFTA_RULE_USERDATA;
		*comment = NFTNL_UDATA_RULE_COMMENT;
		return true;
	case NFT_MSG_NEWSET:
		*attr = NFTA_SET_USERDATA;
		*comment = NFTNL_UDATA_SET_COMMENT;
		return true;
	default:
		return false;
	}
}

struct comment {
	int type;
	const char *text;
	size_t len;
};

static int comment_cb(const struct nftnl_udata *attr, void *data)
{
	struct comment *comment = data;

	if (nftnl_udata_type(attr) == comment->type) {
		comment->text = nftnl_udata_get(attr);
		comment->len = nftnl_udata_len(attr);
	}
	return 0;
}

/* Does nft list it, and read what it listed? */
static bool is_comment(const struct comment *comment)
{
	return comment->text && comment->len > 1 &&
	       comment->len <= NFTNL_UDATA_COMMENT_MAXLEN &&
	       strnlen(comment->text, comment->len) == comment->len - 1 &&
	       !strchr(comment->text, '"');
}

static bool has_comment(const struct nlmsghdr *nlh, int userdata, int type)
{
	struct comment comment = { .type = type };
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(attr) == userdata)
			nftnl_udata_parse(mnl_attr_get_payload(attr),
					  mnl_attr_get_payload_len(attr),
					  comment_cb, &comment);
	return is_comment(&comment);
}

/* As a program wrote it that puts no user data to this kind of object. */
static void forget_user_data(struct nlmsghdr *nlh, int userdata)
{
	struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(attr) == userdata)
			attr->nla_type = 0;
}

static void add_few(struct fixup_list *list)
{
	struct matches matches = { .by_key[0].count = 0 };
	struct match_range range = { .first = "outside", .last = "outside" };
	struct fixup fixup = nth(1, 1);

	add_many(list, 3, 6);
	matches_add(&matches, MATCH_IIFNAME, &range);
	fixup.matches = &matches;
	fixup_list_add_narrowed(list, &fixup);
	free(matches.by_key[MATCH_IIFNAME].ranges);
}

TEST_F(nft, comments)
{
	int userdata, type, message;
	unsigned int count = 0;
	size_t i;

	add_few(&self->list);
	ASSERT_TRUE(comes_back(&self->nft, &self->list, &self->errors));
	for (i = 0; i < kernel.count; i++) {
		message = NFNL_MSG_TYPE(kernel.messages[i]->nlmsg_type);
		if (kernel.messages[i]->nlmsg_type < NLMSG_MIN_TYPE ||
		    !user_data_of(message, &userdata, &type))
			continue;
		count++;
		EXPECT_TRUE(has_comment(kernel.messages[i], userdata, type))
			TH_LOG("message %zu, of type %d", i, message);
	}
	EXPECT_GT(count, 30);
	/* The times of the table stand beside its comment. */
	EXPECT_NE(self->nft.since, 0);
	EXPECT_EQ(self->nft.since, self->nft.changed);
}

/* nft leaves out what it does not know, and older versions wrote no comments. */
TEST_F(nft, no_user_data)
{
	struct fixup_list read = { .array = NULL };
	int userdata, type;
	size_t i;

	add_few(&self->list);
	ASSERT_TRUE(comes_back(&self->nft, &self->list, &self->errors));
	for (i = 0; i < kernel.count; i++)
		if (kernel.messages[i]->nlmsg_type >= NLMSG_MIN_TYPE &&
		    user_data_of(NFNL_MSG_TYPE(kernel.messages[i]->nlmsg_type),
				 &userdata, &type))
			forget_user_data(kernel.messages[i], userdata);
	EXPECT_EQ(nft_read(&self->nft, &read, &self->errors), 0);
	EXPECT_TRUE(self->nft.table);
	EXPECT_EQ(self->nft.since, 0);
	EXPECT_TRUE(fixup_list_equal(&self->list, &read));
	fixup_list_free(&read);
}

/* A check has no end, by which the kernel knows that it is none. */
TEST_F(nft, check)
{
	self->nft.check = true;
	add_many(&self->list, 300, 6);
	EXPECT_EQ(nft_write(&self->nft, &self->list, &no_offenders,
			    &self->errors), 0);
	EXPECT_FALSE(kernel.ended);
}

/* Client @i is of one of two policies, and of one of two families. */
static struct offender client(unsigned int i)
{
	struct offender offender = {
		.nfproto = i & 1 ? NFPROTO_IPV6 : NFPROTO_IPV4,
		.address = { 10, i >> 16, i >> 8, i },
		.timeout = 3600000,
		.expires = 1 + i,
	};

	strcpy(offender.policy, i & 2 ? "b" : "a");
	return offender;
}

/* They are more than one message has, and what is read is as it was written. */
TEST_F(nft, offenders)
{
	struct offenders policies[] = {
		{ .policy = "a", .after = 3, .seconds = 3600,
		  .mask = 0xff000000, .number = 1 },
		{ .policy = "b", .after = 1, .seconds = 60, .mask = 0xff,
		  .number = 15 },
	};
	struct offenders_list list = { .array = policies, .count = 2 };
	struct offender_list kept = { .array = NULL }, read = kept;
	const struct nft_subject *subject;
	struct netlink_error error;
	struct offender expected;
	struct nft_batch batch;
	unsigned int i, at;

	kept.array = calloc(5000, sizeof(*kept.array));
	for (; kept.count < 5000; kept.count++)
		kept.array[kept.count] = client(kept.count);
	nft_batch_begin(&batch, &self->nft.nl, NFT_ANY_GENERATION);
	batch.table = NFT_TABLE;
	nft_add_offenders(&batch, &list, &kept);
	ASSERT_EQ(nft_batch_commit(&batch, &error, &subject), 0);
	nft_batch_free(&batch);
	ASSERT_EQ(nft_offenders_read(&self->nft, NFT_TABLE, &read,
				     &error), 0);
	ASSERT_EQ(read.count, kept.count);
	for (i = 0; i < read.count; i++) {
		at = read.array[i].expires - 1;
		ASSERT_LT(at, kept.count);
		expected = client(at);
		EXPECT_EQ(memcmp(&read.array[i], &expected, sizeof(expected)),
			  0);
	}
	offender_list_free(&read);
	offender_list_free(&kept);
}

TEST_HARNESS_MAIN
