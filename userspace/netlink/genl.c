// SPDX-License-Identifier: GPL-2.0
/* Requests to the module, and its answers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>

#include "lib/memory.h"
#include "lib/retry.h"
#include "lib/signed.h"
#include "mailguard.h"
#include "netlink/genl.h"

static void find_group(const struct nlattr *group, struct genl *genl)
{
	const struct nlattr *attr;
	const char *name = "";
	uint32_t id = 0;

	mnl_attr_for_each_nested(attr, group) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME)
			genl_get_string(attr, &name);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
			genl_get_u32(attr, &id);
	}
	if (!strcmp(name, MAILGUARD_MCGRP_EVENTS))
		genl->events = id;
}

static int family_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr, *group;
	struct genl *genl = data;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    !genl_get_u16(attr, &genl->family))
			return -EBADMSG;
		if (mnl_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		mnl_attr_for_each_nested(group, attr)
			find_group(group, genl);
	}
	return 0;
}

static bool is_our_family(const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;
	const char *name = "";

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_NAME)
			genl_get_string(attr, &name);
	return !strcmp(name, MAILGUARD_FAMILY_NAME);
}

bool genl_returns(struct genl *genl, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *header = mnl_nlmsg_get_payload(nlh);

	return nlh->nlmsg_type == GENL_ID_CTRL &&
	       header->cmd == CTRL_CMD_NEWFAMILY && is_our_family(nlh) &&
	       !family_cb(nlh, genl);
}

static struct nlmsghdr *put_header(char *buf, uint16_t type, uint16_t flags,
				   uint8_t cmd, uint8_t version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return nlh;
}

/* Asking for the family makes the kernel load the module. */
int genl_open(struct genl *genl)
{
	struct netlink_error error;
	struct nlmsghdr *nlh;
	char buf[256];
	int ret;

	genl->family = 0;
	genl->events = 0;
	ret = netlink_open(&genl->nl, NETLINK_GENERIC);
	if (ret)
		return ret;
	nlh = put_header(buf, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY, 1);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, MAILGUARD_FAMILY_NAME);
	ret = netlink_ask(&genl->nl, nlh, family_cb, genl, &error);
	if (!ret && !genl->family)
		ret = -ENOENT;
	if (ret)
		genl_close(genl);
	return ret;
}

void genl_complain(int err, struct errors *errors)
{
	if (err == -ENOENT && modules_must_be_signed())
		error_at(errors, NULL,
			 "the kernel has no mailguard, and accepts only signed modules: is nf_conntrack_smtp installed, and the key enrolled that signed it? try 'modprobe nf_conntrack_smtp' and 'mokutil --test-key /var/lib/dkms/mok.pub'");
	else if (err == -ENOENT)
		error_at(errors, NULL,
			 "the kernel has no mailguard: is the module nf_conntrack_smtp installed? try 'modprobe nf_conntrack_smtp'");
	else
		error_at(errors, NULL,
			 "cannot ask the kernel for mailguard: %s",
			 strerror(-err));
}

void genl_close(struct genl *genl)
{
	netlink_close(&genl->nl);
}

/* Asks for the policy that always exists. */
bool genl_permits(struct genl *genl)
{
	struct netlink_error error;
	struct nlmsghdr *nlh;
	char buf[64];

	nlh = put_header(buf, genl->family, NLM_F_ACK, MAILGUARD_CMD_POLICY_GET,
			 MAILGUARD_FAMILY_VERSION);
	mnl_attr_put_strz(nlh, MAILGUARD_A_POLICY_NAME,
			  MAILGUARD_POLICY_DEFAULT);
	return netlink_ask(&genl->nl, nlh, NULL, NULL, &error) != -EPERM;
}

struct genl_place {
	uint32_t offset;
	struct location loc;
};

void genl_msg_begin(const struct genl *genl, struct genl_msg *msg, uint8_t cmd)
{
	char *buf = xzalloc(NETLINK_BUFFER);

	*msg = (struct genl_msg){
		.nlh = put_header(buf, genl->family, NLM_F_ACK, cmd,
				  MAILGUARD_FAMILY_VERSION),
	};
}

void genl_msg_free(struct genl_msg *msg)
{
	free(msg->places);
	free(msg->nlh);
	*msg = (struct genl_msg){ .nlh = NULL };
}

/* Remembers that the next attribute stands for the words at @loc. */
static void remember_place(struct genl_msg *msg, const struct location *loc)
{
	struct genl_place *place;

	if (!loc || !loc->in)
		return;
	msg->places = xgrow(msg->places, msg->place_count, &msg->place_room,
			    sizeof(*msg->places));
	place = &msg->places[msg->place_count++];
	place->offset = msg->nlh->nlmsg_len;
	place->loc = *loc;
}

static void put_attr(struct genl_msg *msg, uint16_t type, size_t len,
		     const void *value, const struct location *loc)
{
	remember_place(msg, loc);
	/* The length field of an attribute has 16 bits. */
	if (len > UINT16_MAX - MNL_ATTR_HDRLEN ||
	    !mnl_attr_put_check(msg->nlh, NETLINK_BUFFER, type, len, value))
		msg->too_big = true;
}

void genl_put_string(struct genl_msg *msg, uint16_t type, const char *string,
		     const struct location *loc)
{
	put_attr(msg, type, strlen(string) + 1, string, loc);
}

void genl_put_u32(struct genl_msg *msg, uint16_t type, uint32_t value,
		  const struct location *loc)
{
	put_attr(msg, type, sizeof(value), &value, loc);
}

void genl_put_u16(struct genl_msg *msg, uint16_t type, uint16_t value,
		  const struct location *loc)
{
	put_attr(msg, type, sizeof(value), &value, loc);
}

void genl_put_u8(struct genl_msg *msg, uint16_t type, uint8_t value,
		 const struct location *loc)
{
	put_attr(msg, type, sizeof(value), &value, loc);
}

void genl_put_flag(struct genl_msg *msg, uint16_t type,
		   const struct location *loc)
{
	put_attr(msg, type, 0, "", loc);
}

struct nlattr *genl_nest_begin(struct genl_msg *msg, uint16_t type,
			       const struct location *loc)
{
	struct nlattr *nest;

	remember_place(msg, loc);
	nest = mnl_attr_nest_start_check(msg->nlh, NETLINK_BUFFER, type);
	if (!nest)
		msg->too_big = true;
	return nest;
}

void genl_nest_end(struct genl_msg *msg, struct nlattr *nest)
{
	char *tail = mnl_nlmsg_get_payload_tail(msg->nlh);

	if (!nest)
		return;
	if (tail - (char *)nest > UINT16_MAX)
		msg->too_big = true;
	else
		mnl_attr_nest_end(msg->nlh, nest);
}

/*
 * Returns the location of the attribute at fault. If that has none, returns
 * that of the attribute before it, which is the nest around it.
 */
static const struct location *find_place(const struct genl_msg *msg,
					 uint32_t offset,
					 const struct location *otherwise)
{
	size_t i = msg->place_count;

	while (offset && i--)
		if (msg->places[i].offset <= offset)
			return &msg->places[i].loc;
	return otherwise;
}

static int report_error(const struct netlink_error *error,
			const struct location *loc, struct errors *errors)
{
	/*
	 * If the kernel sent a text with EPERM, the reason is another one than
	 * CAP_NET_ADMIN.
	 */
	if (error->code == EPERM && !error->text[0])
		error_not_permitted(errors);
	else
		error_at(errors, loc, "%s", error->text[0] ? error->text :
			 strerror(error->code));
	return -error->code;
}

int genl_send(struct genl *genl, struct genl_msg *msg,
	      const struct location *loc, struct errors *errors)
{
	struct netlink_error error = { .code = EMSGSIZE };

	if (!msg->too_big &&
	    !netlink_ask(&genl->nl, msg->nlh, NULL, NULL, &error))
		return 0;
	return report_error(&error, find_place(msg, error.offset, loc), errors);
}

void genl_refuse(const struct genl_msg *msg, const struct nlattr *attr,
		 const char *text, const struct location *loc,
		 struct errors *errors)
{
	uint32_t offset = attr ? (char *)attr - (char *)msg->nlh : 0;

	error_at(errors, find_place(msg, offset, loc), "%s", text);
}

int genl_dump(struct genl *genl, uint8_t cmd, netlink_cb *cb,
	      void (*restart)(void *data), void *data, struct errors *errors)
{
	struct netlink_error error;
	struct retry retry;
	int ret;
	struct nlmsghdr *nlh;
	char buf[64];

	retry_begin(&retry);
	for (;;) {
		nlh = put_header(buf, genl->family, NLM_F_DUMP, cmd,
				 MAILGUARD_FAMILY_VERSION);
		ret = netlink_ask(&genl->nl, nlh, cb, data, &error);
		if (!ret)
			return 0;
		if (ret != -EINTR)
			return report_error(&error, NULL, errors);
		if (!retry_wait(&retry)) {
			error_at(errors, NULL,
				 "others change the policies all the time");
			return ret;
		}
		restart(data);
	}
}

bool genl_get_string(const struct nlattr *attr, const char **value)
{
	if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING))
		return false;
	*value = mnl_attr_get_str(attr);
	return true;
}

bool genl_get_u8(const struct nlattr *attr, uint8_t *value)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U8))
		return false;
	*value = mnl_attr_get_u8(attr);
	return true;
}

bool genl_get_u16(const struct nlattr *attr, uint16_t *value)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U16))
		return false;
	*value = mnl_attr_get_u16(attr);
	return true;
}

bool genl_get_u32(const struct nlattr *attr, uint32_t *value)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U32))
		return false;
	*value = mnl_attr_get_u32(attr);
	return true;
}

bool genl_get_u64(const struct nlattr *attr, uint64_t *value)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U64))
		return false;
	*value = mnl_attr_get_u64(attr);
	return true;
}
