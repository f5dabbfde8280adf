/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family of the module. */
#ifndef MAILGUARD_GENL_H
#define MAILGUARD_GENL_H

#include <stdint.h>

#include "language/errors.h"
#include "language/location.h"
#include "netlink/socket.h"

struct genl {
	struct netlink nl;
	uint16_t family;
	uint32_t events;	/* the multicast group of this name; 0: none */
};

/* A request, and which words of the input became which of its attributes. */
struct genl_msg {
	struct nlmsghdr *nlh;
	bool too_big;
	struct genl_place *places;
	size_t place_count;
	size_t place_room;
};

/*
 * Returns 0 or a negative errno. -ENOENT: the kernel has no such family and no
 * module for it. Prints no message; genl_complain() does.
 */
int genl_open(struct genl *genl);
/*
 * True if the kernel tells that the family is there again, because the module
 * was replaced. Then takes its numbers, which may be others.
 */
bool genl_returns(struct genl *genl, const struct nlmsghdr *nlh);
void genl_complain(int err, struct errors *errors);
void genl_close(struct genl *genl);

/* True if the kernel lets this process see and change policies. */
bool genl_permits(struct genl *genl);

/*
 * These return 0, or a negative errno after an error message. If something
 * changes during a dump, genl_dump() calls @restart, which drops what @cb has
 * gathered, and repeats the dump.
 */
int genl_send(struct genl *genl, struct genl_msg *msg,
	      const struct location *loc, struct errors *errors);
int genl_dump(struct genl *genl, uint8_t cmd, netlink_cb *cb,
	      void (*restart)(void *data), void *data, struct errors *errors);

/* Reports what is wrong with an attribute, or with a whole message. */
void genl_refuse(const struct genl_msg *msg, const struct nlattr *attr,
		 const char *text, const struct location *loc,
		 struct errors *errors);

/* These build a request. @loc may be NULL. */
void genl_msg_begin(const struct genl *genl, struct genl_msg *msg, uint8_t cmd);
void genl_msg_free(struct genl_msg *msg);
void genl_put_string(struct genl_msg *msg, uint16_t type, const char *string,
		     const struct location *loc);
void genl_put_u32(struct genl_msg *msg, uint16_t type, uint32_t value,
		  const struct location *loc);
void genl_put_u16(struct genl_msg *msg, uint16_t type, uint16_t value,
		  const struct location *loc);
void genl_put_u8(struct genl_msg *msg, uint16_t type, uint8_t value,
		 const struct location *loc);
void genl_put_flag(struct genl_msg *msg, uint16_t type,
		   const struct location *loc);
struct nlattr *genl_nest_begin(struct genl_msg *msg, uint16_t type,
			       const struct location *loc);
void genl_nest_end(struct genl_msg *msg, struct nlattr *nest);

/* These read an attribute. They return false if it is not of this type. */
bool genl_get_string(const struct nlattr *attr, const char **value);
bool genl_get_u8(const struct nlattr *attr, uint8_t *value);
bool genl_get_u16(const struct nlattr *attr, uint16_t *value);
bool genl_get_u32(const struct nlattr *attr, uint32_t *value);
bool genl_get_u64(const struct nlattr *attr, uint64_t *value);

#endif
