// SPDX-License-Identifier: GPL-2.0
/*
 * Compiles a policy as the kernel does: from the message that would be sent
 * there, by the kernel's own code.
 */
#include <errno.h>
#include <stdlib.h>

#include <linux/genetlink.h>

#include "compile/compile.h"
#include "compile/kernel/kernel.h"
#include "core/policy.h"
#include "domain_set.h"
#include "lib/memory.h"
#include "netlink/policy.h"
#include "netlink_gen.h"
#include "netlink_read.h"

/* The set is followed by its states and its names. */
struct smtp_domains *smtp_domains_new(unsigned int names, size_t bytes)
{
	size_t nodes = 1 + names + bytes;
	struct smtp_domains *set;
	struct smtp_domains_node *node;

	set = xzalloc(sizeof(*set) + nodes * sizeof(*node) + names + bytes);
	node = (struct smtp_domains_node *)(set + 1);
	smtp_domains_init(set, node, (char *)(node + nodes));
	return set;
}

void smtp_domains_free(const struct smtp_domains *domains)
{
	free((void *)domains);
}

static bool get_integer(const struct nlattr *attr, uint8_t type,
			uint64_t *value)
{
	switch (type) {
	case NLA_U8:
		*value = nla_get_u8(attr);
		return true;
	case NLA_U16:
		*value = nla_get_u16(attr);
		return true;
	case NLA_U32:
		*value = nla_get_u32(attr);
		return true;
	case NLA_U64:
		*value = nla_get_u64(attr);
		return true;
	default:
		return false;
	}
}

/* Returns the largest value of an attribute of this type. */
static uint64_t largest(const struct nla_policy *policy)
{
	if (policy->max)
		return policy->max;
	switch (policy->type) {
	case NLA_U8:
		return U8_MAX;
	case NLA_U16:
		return U16_MAX;
	case NLA_U32:
		return U32_MAX;
	default:
		return UINT64_MAX;
	}
}

/* The same text as the command makes of the range that the kernel sends. */
static const char *range_text(const struct nla_policy *policy)
{
	static char text[NETLINK_ERROR_TEXT];

	netlink_range_text(text, policy->min, largest(policy));
	return text;
}

static bool is_too_long(const struct nlattr *attr,
			const struct nla_policy *policy)
{
	const char *text = nla_data(attr);
	int len = nla_len(attr);

	if (!policy->len || (policy->type != NLA_STRING &&
			     policy->type != NLA_NUL_STRING))
		return false;
	return len - (len && !text[len - 1]) > policy->len;
}

/* Returns the kernel's message if the value is not permitted, or NULL. */
static const char *check_value(const struct nlattr *attr,
			       const struct nla_policy *policy)
{
	uint64_t value;

	if (get_integer(attr, policy->type, &value) &&
	    (value < policy->min || value > largest(policy)))
		return range_text(policy);
	if (is_too_long(attr, policy))
		return "Attribute failed policy validation";
	return NULL;
}

/* An attribute that stands in several places counts as its last one. */
static int parse_attr(struct nlattr **attrs, int max, const struct nlattr *attr,
		      const struct nla_policy *policy,
		      struct netlink_ext_ack *extack)
{
	int type = nla_type(attr);
	const char *why;

	if (!type || type > max)
		return 0;
	why = check_value(attr, &policy[type]);
	if (why) {
		extack->_msg = why;
		extack->bad_attr = attr;
		return -ERANGE;
	}
	attrs[type] = (struct nlattr *)attr;
	return 0;
}

int nla_parse_nested(struct nlattr **attrs, int max, const struct nlattr *nest,
		     const struct nla_policy *policy,
		     struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int err = 0, left;

	memset(attrs, 0, sizeof(*attrs) * (max + 1));
	nla_for_each_nested(attr, nest, left) {
		err = parse_attr(attrs, max, attr, policy, extack);
		if (err)
			break;
	}
	return err;
}

static int read_message(const struct nlmsghdr *nlh, struct smtp_policy *policy,
			struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[MAILGUARD_A_POLICY_MAX + 1] = { NULL };
	struct genl_info info = { .attrs = attrs, .extack = extack };
	const struct nlattr *attr;
	int err;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		err = parse_attr(attrs, MAILGUARD_A_POLICY_MAX, attr,
				 mailguard_policy_new_nl_policy, extack);
		if (err)
			return err;
	}
	if (!smtp_netlink_read_name(&info))
		return -EINVAL;
	return smtp_netlink_read_policy(&info, policy);
}

bool policy_compile(const struct policy *policy, struct smtp_policy *compiled,
		    struct errors *errors)
{
	struct netlink_ext_ack extack = { ._msg = NULL };
	struct genl_msg msg;
	bool ok = false;

	smtp_policy_init(compiled);
	policy_put(&msg, policy);
	if (msg.too_big)
		error_at(errors, &policy->name.loc, "%s", strerror(EMSGSIZE));
	else if (!read_message(msg.nlh, compiled, &extack))
		ok = true;
	else
		genl_refuse(&msg, extack.bad_attr, extack._msg,
			    &policy->name.loc, errors);
	genl_msg_free(&msg);
	return ok;
}

void policy_compile_free(struct smtp_policy *compiled)
{
	unsigned int i;

	for (i = 0; i < SMTP_SETS; i++)
		smtp_domains_free(compiled->domains[i]);
}

static bool same_domains(const struct smtp_domains *a,
			 const struct smtp_domains *b)
{
	if (!a || !b)
		return a == b;
	return a->except == b->except && a->text_len == b->text_len &&
	       !memcmp(a->text, b->text, a->text_len);
}

/* Compares all but the sets of domains as they lie in memory. */
static bool same_compiled(struct smtp_policy *a, struct smtp_policy *b)
{
	bool same = true;
	unsigned int i;

	for (i = 0; i < SMTP_SETS; i++)
		same &= same_domains(a->domains[i], b->domains[i]);
	policy_compile_free(a);
	policy_compile_free(b);
	memset(a->domains, 0, sizeof(a->domains));
	memset(b->domains, 0, sizeof(b->domains));
	return same && !memcmp(a, b, sizeof(*a));
}

bool policy_same(const struct policy *a, const struct policy *b,
		 struct errors *errors)
{
	static struct smtp_policy one, other;
	bool ok = policy_compile(a, &one, errors);

	if (b)
		ok &= policy_compile(b, &other, errors);
	else
		ok &= !smtp_policy_default(&other);
	return same_compiled(&one, &other) && ok;
}

void policy_compile_check(const struct policy *policy, struct errors *errors)
{
	static struct smtp_policy compiled;

	policy_compile(policy, &compiled, errors);
	policy_compile_free(&compiled);
}
