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
};

/* A request, and which word became which of its attributes. */
struct genl_msg {
	struct nlmsghdr *nlh;
	bool too_big;
	struct genl_place *places;
	size_t place_count;
	size_t place_room;
};

/*
 * -ENOENT: there is no such family, and no module to load for it. Neither
 * this nor another error is reported but by genl_complain().
 */
int genl_open(struct genl *genl);
void genl_complain(int err, struct errors *errors);
void genl_close(struct genl *genl);

/*
 * These return 0, or a negative errno after an error message. A dump that
 * something changed under is repeated, after @restart has thrown away what
 * @cb had gathered.
 */
int genl_send(struct genl *genl, struct genl_msg *msg,
	      const struct location *loc, struct errors *errors);
int genl_dump(struct genl *genl, uint8_t cmd, netlink_cb *cb,
	      void (*restart)(void *data), void *data, struct errors *errors);

/* Building a request; @loc may be NULL. */
void genl_msg_begin(const struct genl *genl, struct genl_msg *msg, uint8_t cmd);
void genl_msg_free(struct genl_msg *msg);
void genl_put_string(struct genl_msg *msg, uint16_t type, const char *string,
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

/* Reading an attribute; false: it is not of this type. */
bool genl_get_string(const struct nlattr *attr, const char **value);
bool genl_get_u8(const struct nlattr *attr, uint8_t *value);
bool genl_get_u16(const struct nlattr *attr, uint16_t *value);
bool genl_get_u32(const struct nlattr *attr, uint32_t *value);
bool genl_get_u64(const struct nlattr *attr, uint64_t *value);

#endif
