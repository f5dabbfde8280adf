/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stands in for the kernel's headers about netlink, so that kmod/netlink_read.c
 * and kmod/netlink_gen.c are compiled into the command as they are. It reads
 * attributes by libmnl, and checks their values as lib/nlattr.c of the kernel
 * does. The command has made the message itself, so its layout is right.
 */
#ifndef MAILGUARD_COMPILE_KERNEL_H
#define MAILGUARD_COMPILE_KERNEL_H

#include <ctype.h>
#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/base.h"

#define IS_ENABLED(option)		1
#define U8_MAX				UINT8_MAX
#define U16_MAX				UINT16_MAX
#define U32_MAX				UINT32_MAX

enum nla_type {
	NLA_UNSPEC,
	NLA_U8,
	NLA_U16,
	NLA_U32,
	NLA_U64,
	NLA_STRING,
	NLA_NUL_STRING,
	NLA_FLAG,
	NLA_NESTED,
	NLA_BINARY,
};

/* The values that an attribute may have. */
struct nla_policy {
	uint8_t type;
	uint16_t len;		/* the longest string; 0 if it may be any */
	uint64_t min;
	uint64_t max;		/* 0 if there is none */
};

/* The range of a value with more than 16 bits. */
struct netlink_range_validation {
	uint64_t min;
	uint64_t max;
};

#define NLA_POLICY_MIN(number, low)	{ .type = (number), .min = (low) }
#define NLA_POLICY_MAX(number, high)	{ .type = (number), .max = (high) }
#define NLA_POLICY_RANGE(number, low, high) \
	{ .type = (number), .min = (low), .max = (high) }
#define NLA_POLICY_NESTED(nested)	{ .type = NLA_NESTED }
#define NLA_POLICY_MASK(number, mask)	{ .type = (number), .max = (mask) }

struct netlink_ext_ack {
	const char *_msg;
	const struct nlattr *bad_attr;
};

struct sk_buff;
struct netlink_callback;

#define nla_for_each_nested(attr, nest, left)				\
	for ((left) = mnl_attr_get_payload_len(nest),			\
	     (attr) = mnl_attr_get_payload(nest);			\
	     mnl_attr_ok(attr, left);					\
	     (left) -= MNL_ALIGN((attr)->nla_len),			\
	     (attr) = mnl_attr_next(attr))

static inline int nla_type(const struct nlattr *attr)
{
	return mnl_attr_get_type(attr);
}

static inline int nla_len(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr);
}

static inline void *nla_data(const struct nlattr *attr)
{
	return mnl_attr_get_payload(attr);
}

static inline u8 nla_get_u8(const struct nlattr *attr)
{
	return mnl_attr_get_u8(attr);
}

static inline u16 nla_get_u16(const struct nlattr *attr)
{
	return mnl_attr_get_u16(attr);
}

static inline u32 nla_get_u32(const struct nlattr *attr)
{
	return mnl_attr_get_u32(attr);
}

static inline u64 nla_get_u64(const struct nlattr *attr)
{
	return mnl_attr_get_u64(attr);
}

static inline bool nla_get_flag(const struct nlattr *attr)
{
	return attr;
}

static inline long nla_strscpy(char *to, const struct nlattr *attr, size_t size)
{
	size_t len = strnlen(nla_data(attr), nla_len(attr));

	if (len >= size)
		len = size - 1;
	memcpy(to, nla_data(attr), len);
	to[len] = '\0';
	return len;
}

int nla_parse_nested(struct nlattr **attrs, int max, const struct nlattr *nest,
		     const struct nla_policy *policy,
		     struct netlink_ext_ack *extack);

struct genl_info {
	struct nlattr **attrs;
	struct netlink_ext_ack *extack;
};

/* The table of operations is not compiled into the command. */
struct genl_ops {
	unsigned char cmd;
};

#define GENL_REQ_ATTR_CHECK(info, attr)	(!(info)->attrs[attr])
#define GENL_SET_ERR_MSG(info, text)	((void)((info)->extack->_msg = (text)))

#endif
