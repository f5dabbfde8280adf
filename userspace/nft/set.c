// SPDX-License-Identifier: GPL-2.0
/* Writes the sets and maps of the table. */
#include <stdbool.h>
#include <string.h>

#include <arpa/inet.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "lib/memory.h"
#include "nft/offenders.h"
#include "nft/set.h"
#include "nft/table.h"
#include "nft/udata.h"

/* The number of elements in one message. Each takes less than 100 bytes. */
#define ELEMENTS	500

/* The number of clients in a set of offenders. */
#define CLIENTS		65536

/*
 * The numbers that nft gives to types of keys, to a verdict and to byte orders.
 * nft reads them back to list a set as it was written.
 */
#define TYPE_IPADDR		7
#define TYPE_IP6ADDR		8
#define TYPE_INET_SERVICE	13
#define TYPE_IFNAME		41
#define TYPE_VERDICT		0xffffff00
#define BYTEORDER_NONE		0
#define BYTEORDER_HOST		1
#define BYTEORDER_BIG		2

/*
 * Collects elements of one set and adds them to the batch message by message.
 */
struct filler {
	struct nft_batch *batch;
	const char *name;
	const char *comment;
	uint32_t id;
	bool map;
	bool plain;		/* its elements are no intervals */
	bool clients;		/* nor these: rules add them for some time */
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
	struct nftnl_udata_buf *buf = udata_alloc();

	nftnl_udata_put_u32(buf, NFTNL_UDATA_SET_KEYBYTEORDER,
			    filler->plain ? BYTEORDER_HOST : BYTEORDER_BIG);
	if (filler->map) {
		nftnl_udata_put_u32(buf, NFTNL_UDATA_SET_DATABYTEORDER,
				    BYTEORDER_NONE);
		nftnl_udata_put_u32(buf, NFTNL_UDATA_SET_DATA_INTERVAL, 0);
	}
	udata_comment(buf, NFTNL_UDATA_SET_COMMENT, filler->comment);
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

	if (filler->clients) {
		flags = NFT_SET_EVAL | NFT_SET_TIMEOUT;
		nftnl_set_set_u32(set, NFTNL_SET_DESC_SIZE, CLIENTS);
	}
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

static void flush_elements(struct filler *filler)
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

/* An element before it is built for the set. */
struct element {
	const uint8_t *key;
	const char *chain;	/* to which a map sends its packets */
	bool end;		/* a range ends before this key */
	bool open;		/* the range has no end element */
	uint64_t timeout;	/* in milliseconds, or 0 */
	uint64_t expires;
};

static void set_goto(struct nftnl_set_elem *elem, const char *chain)
{
	nftnl_set_elem_set_u32(elem, NFTNL_SET_ELEM_VERDICT, NFT_GOTO);
	if (nftnl_set_elem_set_str(elem, NFTNL_SET_ELEM_CHAIN, chain))
		out_of_memory();
}

/*
 * Tells nft that the range has no end because its last key is the largest one.
 */
static void set_open(struct nftnl_set_elem *elem)
{
	struct nftnl_udata_buf *buf = udata_alloc();

	nftnl_udata_put_u32(buf, NFTNL_UDATA_SET_ELEM_FLAGS,
			    NFTNL_SET_ELEM_F_INTERVAL_OPEN);
	if (nftnl_set_elem_set(elem, NFTNL_SET_ELEM_USERDATA,
			       nftnl_udata_buf_data(buf),
			       nftnl_udata_buf_len(buf)))
		out_of_memory();
	nftnl_udata_buf_free(buf);
}

/*
 * The element must be complete before it is added: adding the next one may send
 * and free the set, and with it this element.
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
	if (element->timeout) {
		nftnl_set_elem_set_u64(elem, NFTNL_SET_ELEM_TIMEOUT,
				       element->timeout);
		nftnl_set_elem_set_u64(elem, NFTNL_SET_ELEM_EXPIRATION,
				       element->expires);
	}
	if (filler->count == ELEMENTS)
		flush_elements(filler);
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

/* Sets @key to the key after @last. Returns false if there is none. */
static bool next_key(uint8_t *key, const uint8_t *last, uint32_t size)
{
	memcpy(key, last, size);
	while (size--)
		if (++key[size])
			return true;
	return false;
}

/* Adds the key where the range begins, and the key after it, where it ends. */
static void add_range(struct filler *filler, const uint8_t *first,
		      const uint8_t *last, const char *chain)
{
	struct element element = { .key = first, .chain = chain };
	uint8_t end[MATCH_SIZE];

	if (filler->plain) {
		add_element(filler, &element);
		return;
	}
	element.open = !next_key(end, last, filler->size);
	add_element(filler, &element);
	if (!element.open)
		add_end(filler, end);
}

/* Adds an end at key 0, as nft does, unless a range begins there. */
static void begin_ranges(struct filler *filler, const uint8_t *first)
{
	static const uint8_t zero[MATCH_SIZE];

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
	flush_elements(filler);
}

void nft_add_ports(struct nft_batch *batch, const struct fixup_list *list)
{
	struct filler filler = {
		.batch = batch,
		.name = NFT_SET_PORTS,
		.comment = "guarded ports",
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
		.comment = "guarded ports, those of narrowed fixups too",
		.id = 3,
	};

	fixup_list_ports(&ports, list);
	add_ports(&filler, ports.array, ports.count, "");
	fixup_list_free(&ports);
}

/* The set may be empty: narrowed fixups have their ports in rules. */
void nft_add_closed_ports(struct nft_batch *batch,
			  const struct fixup_list *list, const char *why)
{
	struct filler filler = {
		.batch = batch,
		.name = NFT_SET_CLOSED,
		.comment = why,
		.id = 1,
		.type = TYPE_INET_SERVICE,
		.size = sizeof(uint16_t),
	};

	if (list->count)
		add_ports(&filler, list->array, list->count, "");
	else
		add_set(&filler);
}

void nft_add_policies(struct nft_batch *batch, const struct fixup_list *list)
{
	struct filler filler = {
		.batch = batch,
		.name = NFT_MAP_POLICIES,
		.comment = "guarded ports, and the chains that assign their policies",
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
		.comment = "ports of the narrowed fixup of this number",
		.id = 3 + number * (MATCH_KEYS + 1),
		.map = true,
	};

	nft_narrowed_ports_name(name, number);
	add_ports(&filler, fixup, 1, NFT_NARROWED);
}

void nft_add_match(struct nft_batch *batch, const struct fixup *fixup,
		   unsigned int number, enum match_key key)
{
	static const uint32_t types[MATCH_KEYS] = {
		[MATCH_IIFNAME]	= TYPE_IFNAME,
		[MATCH_IP_SADDR]	= TYPE_IPADDR,
		[MATCH_IP_DADDR]	= TYPE_IPADDR,
		[MATCH_IP6_SADDR]	= TYPE_IP6ADDR,
		[MATCH_IP6_DADDR]	= TYPE_IP6ADDR,
	};
	const struct match *match = &fixup->matches->by_key[key];
	char name[NFT_SET_SIZE];
	struct filler filler = {
		.batch = batch,
		.name = name,
		.comment = "what narrows the fixup of this number",
		.id = 4 + number * (MATCH_KEYS + 1) + key,
		.plain = key == MATCH_IIFNAME,
		.type = types[key],
		.size = match_size(key),
	};
	size_t i;

	nft_match_set_name(name, number, key, match->negated);
	begin_ranges(&filler, match->ranges[0].first);
	for (i = 0; i < match->count; i++)
		add_range(&filler, match->ranges[i].first,
			  match->ranges[i].last, NULL);
	flush_elements(&filler);
}

static struct filler filler_of_clients(struct nft_batch *batch,
				       const char *name, uint8_t nfproto)
{
	bool ipv6 = nfproto == NFPROTO_IPV6;

	return (struct filler){
		.batch = batch,
		.name = name,
		.clients = true,
		.type = ipv6 ? TYPE_IP6ADDR : TYPE_IPADDR,
		.size = ipv6 ? 16 : 4,
	};
}

static void fill_clients(struct filler *filler, uint8_t nfproto,
			 const char *policy, const struct offender_list *list)
{
	const struct offender *client = list->array;

	for (; client < list->array + list->count; client++) {
		const struct element element = {
			.key = client->address,
			.timeout = client->timeout,
			.expires = client->expires,
		};

		if (client->nfproto == nfproto &&
		    !strcmp(client->policy, policy))
			add_element(filler, &element);
	}
	flush_elements(filler);
}

void nft_add_clients(struct nft_batch *batch, const char *name,
		     const char *comment, uint8_t nfproto, const char *policy,
		     const struct offender_list *list)
{
	struct filler filler = filler_of_clients(batch, name, nfproto);

	filler.comment = comment;
	filler.id = CLIENTS + batch->count;
	add_set(&filler);
	fill_clients(&filler, nfproto, policy, list);
}

void nft_add_more_clients(struct nft_batch *batch, const char *name,
			  uint8_t nfproto, const char *policy,
			  const struct offender_list *list)
{
	struct filler filler = filler_of_clients(batch, name, nfproto);

	fill_clients(&filler, nfproto, policy, list);
}

void nft_remove_client(struct nft_batch *batch, const char *name,
		       uint8_t nfproto, const struct offender *client)
{
	struct filler filler = filler_of_clients(batch, name, nfproto);
	const struct element element = {
		.key = client ? client->address : NULL
	};
	struct nftnl_set *set;
	struct nlmsghdr *nlh;

	filler.set = set_alloc(&filler);
	if (client)
		add_element(&filler, &element);
	set = filler.set;
	nlh = nft_batch_message(batch, NFT_MSG_DELSETELEM, 0, NULL, "set %s",
				name);
	nftnl_set_elems_nlmsg_build_payload(nlh, set);
	nft_batch_message_end(batch);
	nftnl_set_free(set);
}
