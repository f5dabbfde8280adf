// SPDX-License-Identifier: GPL-2.0
/*
 * Resets connections and deletes their entries of conntrack. All entries are dumped
 * first: a request cannot be sent in the middle of a dump. A request names an
 * entry by the attributes that the dump had, copied as they were.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include "lib/ends.h"
#include "lib/memory.h"
#include "lib/retry.h"
#include "netlink/entries.h"
#include "netlink/socket.h"

/* The tuple, the zone and the number of an entry. */
#define ENTRY_SIZE	256

struct entry {
	uint8_t family;
	uint16_t len;
	char attrs[ENTRY_SIZE];
};

/* A narrowed fixup guards only those connections to its ports that have a helper. */
struct entries {
	struct fixup_list ports;	/* of fixups that are not narrowed */
	struct entry *array;
	size_t count;
	size_t room;
	struct ends ends;
};

/* Finds an attribute in a nest. Returns NULL if it is not there. */
static const struct nlattr *find_in(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *attr;

	if (nest)
		mnl_attr_for_each_nested(attr, nest)
			if (mnl_attr_get_type(attr) == type)
				return attr;
	return NULL;
}

/* @fixup: gets the policy. */
static bool has_policy(const struct nlattr *help, struct fixup *fixup)
{
	const struct nlattr *name = find_in(help, CTA_HELP_NAME);

	return name && !mnl_attr_validate(name, MNL_TYPE_NUL_STRING) &&
	       fixup_policy_of(mnl_attr_get_str(name), fixup);
}

static bool is_ours(const struct nlattr *help)
{
	struct fixup fixup;

	return has_policy(help, &fixup);
}

/*
 * Returns the port of a tuple of TCP, or 0. Of the tuple of replies, the port
 * of the server is the source.
 */
static unsigned int port_of(const struct nlattr *tuple, uint16_t type)
{
	const struct nlattr *proto = find_in(tuple, CTA_TUPLE_PROTO);
	const struct nlattr *num = find_in(proto, CTA_PROTO_NUM);
	const struct nlattr *attr = find_in(proto, type);

	if (!num || mnl_attr_validate(num, MNL_TYPE_U8) ||
	    mnl_attr_get_u8(num) != IPPROTO_TCP ||
	    !attr || mnl_attr_validate(attr, MNL_TYPE_U16))
		return 0;
	return ntohs(mnl_attr_get_u16(attr));
}

static bool has_port(const struct nlattr *tuple, uint16_t type,
		     const struct fixup_list *ports)
{
	unsigned int port = port_of(tuple, type), end;

	return port && fixup_list_guarded(ports, port, port, &end);
}

static void copy_address(uint8_t address[16], const struct nlattr *tuple,
			 uint16_t ipv4, uint16_t ipv6)
{
	const struct nlattr *ip = find_in(tuple, CTA_TUPLE_IP), *attr;

	attr = find_in(ip, ipv6);
	if (!attr)
		attr = find_in(ip, ipv4);
	if (attr && mnl_attr_get_payload_len(attr) <= 16)
		memcpy(address, mnl_attr_get_payload(attr),
		       mnl_attr_get_payload_len(attr));
}

/* The question goes to the tuple's source, so it comes from the tuple's destination. */
static void read_path(struct question_path *path, uint8_t family,
		      const struct nlattr *tuple)
{
	*path = (struct question_path){
		.family = family,
		.from_port = htons(port_of(tuple, CTA_PROTO_DST_PORT)),
		.to_port = htons(port_of(tuple, CTA_PROTO_SRC_PORT)),
	};
	copy_address(path->from, tuple, CTA_IP_V4_DST, CTA_IP_V6_DST);
	copy_address(path->to, tuple, CTA_IP_V4_SRC, CTA_IP_V6_SRC);
}

/*
 * May an end wait? Not where it has to repeat its SYN, and not after both have sent
 * their FIN. TCP_CONNTRACK_CLOSE tells that one end was reset: by a rule that
 * rejected its packet, perhaps, of which the other end does not know. Its number is
 * behind TCP_CONNTRACK_TIME_WAIT.
 */
static bool may_wait(const struct nlattr *protoinfo)
{
	const struct nlattr *tcp = find_in(protoinfo, CTA_PROTOINFO_TCP);
	const struct nlattr *state = find_in(tcp, CTA_PROTOINFO_TCP_STATE);

	return state && !mnl_attr_validate(state, MNL_TYPE_U8) &&
	       mnl_attr_get_u8(state) >= TCP_CONNTRACK_SYN_RECV &&
	       mnl_attr_get_u8(state) != TCP_CONNTRACK_TIME_WAIT;
}

static void copy_attr(struct entry *entry, const struct nlattr *attr)
{
	size_t len = attr ? MNL_ALIGN(attr->nla_len) : 0;

	if (entry->len + len > ENTRY_SIZE)
		return;
	memcpy(entry->attrs + entry->len, attr, len);
	entry->len += len;
}

static void parse_entry(const struct nlmsghdr *nlh,
			const struct nlattr *found[CTA_MAX + 1])
{
	const struct nlattr *attr;

	memset(found, 0, sizeof(*found) * (CTA_MAX + 1));
	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(attr) <= CTA_MAX)
			found[mnl_attr_get_type(attr)] = attr;
}

static int entry_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *found[CTA_MAX + 1];
	struct entries *entries = data;
	struct question_path paths[2];
	struct entry *entry;

	parse_entry(nlh, found);
	if (!is_ours(found[CTA_HELP]) &&
	    !has_port(found[CTA_TUPLE_ORIG], CTA_PROTO_DST_PORT,
		      &entries->ports) &&
	    !has_port(found[CTA_TUPLE_REPLY], CTA_PROTO_SRC_PORT,
		      &entries->ports))
		return 0;
	entries->array = xgrow(entries->array, entries->count, &entries->room,
			       sizeof(*entries->array));
	entry = &entries->array[entries->count++];
	entry->family = nfg->nfgen_family;
	entry->len = 0;
	copy_attr(entry, found[CTA_TUPLE_ORIG]);
	copy_attr(entry, found[CTA_ZONE]);
	copy_attr(entry, found[CTA_ID]);
	if (!may_wait(found[CTA_PROTOINFO]))
		return 0;
	read_path(&paths[0], entry->family, found[CTA_TUPLE_ORIG]);
	read_path(&paths[1], entry->family, found[CTA_TUPLE_REPLY]);
	ends_add(&entries->ends, paths);
	return 0;
}

/*
 * May a narrowed fixup of the port guard a connection with this policy? Its matches
 * are not compared: an entry of conntrack does not tell the client's interface.
 */
static bool may_be_narrowed(const struct fixup_list *list,
			    const struct fixup *fixup)
{
	const struct fixup *one;
	size_t i;

	for (i = 0; i < list->narrowed_count; i++) {
		one = &list->narrowed[i];
		if (one->first <= fixup->first && fixup->first <= one->last &&
		    !strcmp(one->policy, fixup->policy))
			return true;
	}
	return false;
}

static int port_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *found[CTA_MAX + 1];
	struct fixup fixup = { .policy = "" };
	struct fixup_list *list = data;

	parse_entry(nlh, found);
	if (!has_policy(found[CTA_HELP], &fixup))
		return 0;
	fixup.first = port_of(found[CTA_TUPLE_ORIG], CTA_PROTO_DST_PORT);
	fixup.last = fixup.first;
	if (fixup.first && !may_be_narrowed(list, &fixup) &&
	    !fixup_list_overlap(list, fixup.first, fixup.first))
		fixup_list_insert(list, &fixup);
	return 0;
}

static struct nlmsghdr *put_header(char *buf, uint8_t type, uint16_t flags,
				   uint8_t family)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg;

	nlh->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->nfgen_family = family;
	nfg->version = NFNETLINK_V0;
	return nlh;
}

/* Entries that change meanwhile may be collected twice, but none is missed. */
static int dump_entries(struct netlink *nl, netlink_cb *cb, void *data)
{
	struct netlink_error error;
	struct nlmsghdr *nlh;
	struct retry retry;
	char buf[64];
	int ret;

	retry_begin(&retry);
	do {
		nlh = put_header(buf, IPCTNL_MSG_CT_GET, NLM_F_DUMP, AF_UNSPEC);
		ret = netlink_ask(nl, nlh, cb, data, &error);
	} while (ret == -EINTR && retry_wait(&retry));
	return ret;
}

/* It is no error if an entry has ended meanwhile. */
static int delete_entry(struct netlink *nl, const struct entry *entry)
{
	char buf[MNL_NLMSG_HDRLEN + 64 + ENTRY_SIZE];
	struct netlink_error error;
	struct nlmsghdr *nlh;
	int ret;

	nlh = put_header(buf, IPCTNL_MSG_CT_DELETE, NLM_F_ACK, entry->family);
	memcpy(mnl_nlmsg_get_payload_tail(nlh), entry->attrs, entry->len);
	nlh->nlmsg_len += entry->len;
	ret = netlink_ask(nl, nlh, NULL, NULL, &error);
	return ret == -ENOENT ? 0 : ret;
}

static int complain(int ret, struct errors *errors)
{
	if (ret)
		error_at(errors, NULL,
			 "cannot find the live connections: %s; does the kernel have nf_conntrack_netlink?",
			 strerror(-ret));
	return ret;
}

int entries_ports(struct fixup_list *list, struct errors *errors)
{
	struct netlink nl;
	int ret;

	ret = netlink_open(&nl, NETLINK_NETFILTER);
	if (!ret) {
		ret = dump_entries(&nl, port_cb, list);
		netlink_close(&nl);
	}
	return complain(ret, errors);
}

/* Shares the array of the list. */
static struct fixup_list not_narrowed(const struct fixup_list *list)
{
	struct fixup_list plain = *list;

	plain.narrowed = NULL;
	plain.narrowed_count = 0;
	return plain;
}

static void free_entries(struct entries *entries)
{
	free(entries->array);
	ends_free(&entries->ends);
}

int entries_reset(const struct fixup_list *ports, size_t *left,
		  struct errors *errors)
{
	struct entries entries = { .ports = not_narrowed(ports) };
	struct netlink nl;
	int ret;

	ret = netlink_open(&nl, NETLINK_NETFILTER);
	if (!ret) {
		ret = dump_entries(&nl, entry_cb, &entries);
		netlink_close(&nl);
	}
	*left = ends_reset(&entries.ends);
	free_entries(&entries);
	return complain(ret, errors);
}

int entries_delete(const struct fixup_list *ports, struct errors *errors)
{
	struct entries entries = { .ports = not_narrowed(ports) };
	struct netlink nl;
	size_t i;
	int ret;

	ret = netlink_open(&nl, NETLINK_NETFILTER);
	if (!ret) {
		ret = dump_entries(&nl, entry_cb, &entries);
		for (i = 0; !ret && i < entries.count; i++)
			ret = delete_entry(&nl, &entries.array[i]);
		netlink_close(&nl);
	}
	free_entries(&entries);
	return complain(ret, errors);
}
