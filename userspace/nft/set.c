// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <string.h>

#include <arpa/inet.h>
#include <libnftnl/set.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "lib/memory.h"
#include "nft/set.h"
#include "nft/table.h"

/* Elements of a message: each takes less than 100 octets. */
#define ELEMENTS	500

/*
 * How nft numbers the types of keys, what it takes as a verdict, and the
 * order of octets. It reads this back to list a set the way it was written.
 */
#define TYPE_IPADDR		7
#define TYPE_IP6ADDR		8
#define TYPE_INET_SERVICE	13
#define TYPE_IFNAME		41
#define TYPE_VERDICT		0xffffff00
#define BYTEORDER_NONE		0
#define BYTEORDER_HOST		1
#define BYTEORDER_BIG		2

/* Elements that go into one set, message by message. */
struct filler {
	struct nft_batch *batch;
	const char *name;
	uint32_t id;
	bool map;
	bool plain;		/* its elements are no intervals */
	uint32_t type;
	uint32_t size;		/* of a key */
	struct nftnl_set *set;
	unsigned int count;
};

static struct nftnl_set *set_alloc(const struct filler *filler)
{
	struct nftnl_set *set = nftnl_set_alloc();

	if (!set ||
	    nftnl_set_set_str(set, NFTNL_SET_TABLE, filler->batch->table) ||
	    nftnl_set_set_str(set, NFTNL_SET_NAME, filler->name))
		out_of_memory();
	nftnl_set_set_u32(set, NFTNL_SET_ID, filler->id);
	return set;
}

static void set_user_data(struct nftnl_set *set, const struct filler *filler)
{
	struct nftnl_udata_buf *buf = nftnl_udata_buf_alloc(128);

	if (!buf)
		out_of_memory();
	nftnl_udata_put_u32(buf, NFTNL_UDATA_SET_KEYBYTEORDER,
			    filler->plain ? BYTEORDER_HOST : BYTEORDER_BIG);
	if (filler->map) {
		nftnl_udata_put_u32(buf, NFTNL_UDATA_SET_DATABYTEORDER,
				    BYTEORDER_NONE);
		nftnl_udata_put_u32(buf, NFTNL_UDATA_SET_DATA_INTERVAL, 0);
	}
	if (nftnl_set_set_data(set, NFTNL_SET_USERDATA,
			       nftnl_udata_buf_data(buf),
			       nftnl_udata_buf_len(buf)))
		out_of_memory();
	nftnl_udata_buf_free(buf);
}

static void add_set(const struct filler *filler)
{
	struct nftnl_set *set = set_alloc(filler);
	uint32_t flags = filler->plain ? 0 : NFT_SET_INTERVAL;
	struct nlmsghdr *nlh;

	if (filler->map) {
		flags |= NFT_SET_MAP;
		nftnl_set_set_u32(set, NFTNL_SET_DATA_TYPE, TYPE_VERDICT);
		nftnl_set_set_u32(set, NFTNL_SET_DATA_LEN, 0);
	}
	nftnl_set_set_u32(set, NFTNL_SET_FLAGS, flags);
	nftnl_set_set_u32(set, NFTNL_SET_FAMILY, NFPROTO_INET);
	nftnl_set_set_u32(set, NFTNL_SET_KEY_TYPE, filler->type);
	nftnl_set_set_u32(set, NFTNL_SET_KEY_LEN, filler->size);
	set_user_data(set, filler);
	nlh = nft_batch_message(filler->batch, NFT_MSG_NEWSET, NLM_F_CREATE,
				NULL, "%s %s", filler->map ? "map" : "set",
				filler->name);
	nftnl_set_nlmsg_build_payload(nlh, set);
	nft_batch_message_end(filler->batch);
	nftnl_set_free(set);
}

static void flush(struct filler *filler)
{
	struct nlmsghdr *nlh;

	if (!filler->set)
		return;
	nlh = nft_batch_message(filler->batch, NFT_MSG_NEWSETELEM,
				NLM_F_CREATE, NULL, "the elements of %s %s",
				filler->map ? "map" : "set", filler->name);
	nftnl_set_elems_nlmsg_build_payload(nlh, filler->set);
	nft_batch_message_end(filler->batch);
	nftnl_set_free(filler->set);
	filler->set = NULL;
	filler->count = 0;
}

/* One element: it belongs to the filler's set, and goes when that is flushed. */
struct element {
	const uint8_t *key;
	const char *chain;	/* to which a map sends its packets */
	bool end;		/* nothing from here on */
	bool open;		/* no end follows */
};

static void set_goto(struct nftnl_set_elem *elem, const char *chain)
{
	nftnl_set_elem_set_u32(elem, NFTNL_SET_ELEM_VERDICT, NFT_GOTO);
	if (nftnl_set_elem_set_str(elem, NFTNL_SET_ELEM_CHAIN, chain))
		out_of_memory();
}

/* For nft: there is no end because there is no port behind. */
static void set_open(struct nftnl_set_elem *elem)
{
	struct nftnl_udata_buf *buf = nftnl_udata_buf_alloc(64);

	if (!buf)
		out_of_memory();
	nftnl_udata_put_u32(buf, NFTNL_UDATA_SET_ELEM_FLAGS,
			    NFTNL_SET_ELEM_F_INTERVAL_OPEN);
	if (nftnl_set_elem_set(elem, NFTNL_SET_ELEM_USERDATA,
			       nftnl_udata_buf_data(buf),
			       nftnl_udata_buf_len(buf)))
		out_of_memory();
	nftnl_udata_buf_free(buf);
}

/*
 * The element is complete before it is added: the next one may flush the set,
 * and then this one is gone.
 */
static void add_element(struct filler *filler, const struct element *element)
{
	struct nftnl_set_elem *elem = nftnl_set_elem_alloc();

	if (!elem || nftnl_set_elem_set(elem, NFTNL_SET_ELEM_KEY, element->key,
					filler->size))
		out_of_memory();
	if (element->chain)
		set_goto(elem, element->chain);
	if (element->end)
		nftnl_set_elem_set_u32(elem, NFTNL_SET_ELEM_FLAGS,
				       NFT_SET_ELEM_INTERVAL_END);
	if (element->open)
		set_open(elem);
	if (filler->count == ELEMENTS)
		flush(filler);
	if (!filler->set)
		filler->set = set_alloc(filler);
	nftnl_set_elem_add(filler->set, elem);
	filler->count++;
}

static void add_end(struct filler *filler, const uint8_t *key)
{
	const struct element end = { .key = key, .end = true };

	add_element(filler, &end);
}

/* The value behind this one; false if there is none. */
static bool next_key(uint8_t *key, const uint8_t *last, uint32_t size)
{
	memcpy(key, last, size);
	while (size--)
		if (++key[size])
			return true;
	return false;
}

/* Where the range begins, and where none begins behind it, its end. */
static void add_range(struct filler *filler, const uint8_t *first,
		      const uint8_t *last, const char *chain)
{
	struct element element = { .key = first, .chain = chain };
	uint8_t end[NARROW_SIZE];

	if (filler->plain) {
		add_element(filler, &element);
		return;
	}
	element.open = !next_key(end, last, filler->size);
	add_element(filler, &element);
	if (!element.open)
		add_end(filler, end);
}

/* As nft does: before the first range there is none. */
static void begin_ranges(struct filler *filler, const uint8_t *first)
{
	static const uint8_t zero[NARROW_SIZE];

	add_set(filler);
	if (!filler->plain && memcmp(first, zero, filler->size))
		add_end(filler, zero);
}

static void add_ports(struct filler *filler, const struct fixup *fixup,
		      size_t count, const char *prefix)
{
	char chain[NFT_CHAIN_SIZE];
	uint16_t first, last;
	size_t i;

	filler->type = TYPE_INET_SERVICE;
	filler->size = sizeof(uint16_t);
	for (i = 0; i < count; i++) {
		first = htons(fixup[i].first);
		last = htons(fixup[i].last);
		if (!i)
			begin_ranges(filler, (uint8_t *)&first);
		strcpy(chain, prefix);
		fixup_helper(&fixup[i], chain + strlen(prefix));
		add_range(filler, (uint8_t *)&first, (uint8_t *)&last,
			  filler->map ? chain : NULL);
	}
	flush(filler);
}

void nft_add_ports(struct nft_batch *batch, const struct fixup_list *list)
{
	struct filler filler = {
		.batch = batch,
		.name = NFT_SET_PORTS,
		.id = 1,
	};

	add_ports(&filler, list->array, list->count, "");
}

void nft_add_all_ports(struct nft_batch *batch, const struct fixup_list *list)
{
	struct fixup_list ports = { .array = NULL };
	struct filler filler = {
		.batch = batch,
		.name = NFT_SET_ALL_PORTS,
		.id = 3,
	};

	fixup_list_ports(&ports, list);
	add_ports(&filler, ports.array, ports.count, "");
	fixup_list_free(&ports);
}

void nft_add_policies(struct nft_batch *batch, const struct fixup_list *list)
{
	struct filler filler = {
		.batch = batch,
		.name = NFT_MAP_POLICIES,
		.id = 2,
		.map = true,
	};

	add_ports(&filler, list->array, list->count, "");
}

void nft_add_narrowed_ports(struct nft_batch *batch, const struct fixup *fixup,
			    unsigned int number)
{
	char name[NFT_SET_SIZE];
	struct filler filler = {
		.batch = batch,
		.name = name,
		.id = 3 + number * (NARROW_KEYS + 1),
		.map = true,
	};

	nft_narrowed_ports_name(name, number);
	add_ports(&filler, fixup, 1, NFT_NARROWED);
}

void nft_add_narrowing(struct nft_batch *batch, const struct fixup *fixup,
		       unsigned int number, enum narrow_key key)
{
	static const uint32_t types[NARROW_KEYS] = {
		[NARROW_IIFNAME]	= TYPE_IFNAME,
		[NARROW_IP_SADDR]	= TYPE_IPADDR,
		[NARROW_IP_DADDR]	= TYPE_IPADDR,
		[NARROW_IP6_SADDR]	= TYPE_IP6ADDR,
		[NARROW_IP6_DADDR]	= TYPE_IP6ADDR,
	};
	const struct narrow_match *match = &fixup->narrowing->matches[key];
	char name[NFT_SET_SIZE];
	struct filler filler = {
		.batch = batch,
		.name = name,
		.id = 4 + number * (NARROW_KEYS + 1) + key,
		.plain = key == NARROW_IIFNAME,
		.type = types[key],
		.size = narrow_size(key),
	};
	size_t i;

	nft_narrowing_name(name, number, key, match->negated);
	begin_ranges(&filler, match->ranges[0].first);
	for (i = 0; i < match->count; i++)
		add_range(&filler, match->ranges[i].first,
			  match->ranges[i].last, NULL);
	flush(&filler);
}
