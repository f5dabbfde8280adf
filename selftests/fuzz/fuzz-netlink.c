// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink family. Messages go in one after another, as generic netlink
 * would pass them on: what the kernel's own lib/nlattr.c validates is handed to
 * kmod/netlink.c.
 *
 * A request that is refused says why, changes nothing and keeps no memory. A
 * policy that is accepted is what is told of it: sent again, it is the same.
 */
#include "fuzz.h"
#include "fuzz-netlink.h"
#include "net.h"
#include "netlink.h"
#include "netlink_gen.h"

static struct sock sock;
static struct net net = { .genl_sock = &sock };
static struct smtp_net guard;

/* What a dump of all policies told last. */
static unsigned char *told;
static size_t told_len;

/* Refusals that are about no attribute. */
static const char * const about_none[] = {
	"the policy has no name",
	"the policy permits no command",
	"a range of ports is missing",
	"bytes leftover after parsing attributes",
	"too many policies",
};

static void check(bool right, const char *what)
{
	if (right)
		return;
	printf("fuzz-netlink: %s\n", what);
	fflush(stdout);
	abort();
}

/* A request in memory of its own, so that no byte behind it is read. */
static struct nlmsghdr *make_request(const struct genl_ops *op,
				     const void *attrs, size_t len)
{
	struct nlmsghdr *nlh = malloc(NLMSG_HDRLEN + GENL_HDRLEN + len);

	memset(nlh, 0, NLMSG_HDRLEN + GENL_HDRLEN);
	nlh->nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN + len;
	((struct genlmsghdr *)nlmsg_data(nlh))->cmd = op->cmd;
	memcpy(nlmsg_data(nlh) + GENL_HDRLEN, attrs, len);
	return nlh;
}

/* A dump goes on until nothing is left to tell. */
static int dump(const struct genl_ops *op, const struct nlmsghdr *nlh)
{
	struct sk_buff request = { .sk = &sock };
	struct netlink_callback cb = { .nlh = nlh, .skb = &request };
	struct sk_buff *skb;
	int len;

	do {
		skb = alloc_skb(NLMSG_GOODSIZE, GFP_KERNEL);
		if (!skb)
			return -ENOMEM;
		skb->sk = &sock;
		len = op->dumpit(skb, &cb);
		check(len == (int)skb->len,
		      "what is dumped has the length it tells");
		netlink_unicast(&sock, skb, 0, 0);
	} while (len);
	return 0;
}

/* As genl_family_rcv_msg() does, with what comes from net/netlink/. */
static int receive(const struct genl_ops *op, const struct nlmsghdr *nlh,
		   bool dumps, struct netlink_ext_ack *extack)
{
	struct nlattr **attrs = calloc(op->maxattr + 1, sizeof(*attrs));
	struct genl_info info = {
		.nlhdr = nlh, .genlhdr = nlmsg_data(nlh), .attrs = attrs,
		.family = fuzz_family, .extack = extack, ._net = { &net },
	};
	int err = -EOPNOTSUPP;

	if (dumps ? !!op->dumpit : !!op->doit) {
		err = !op->maxattr ? 0 :
		      genlmsg_parse(nlh, fuzz_family, attrs, op->maxattr,
				    op->policy, extack);
		if (!err)
			err = dumps ? dump(op, nlh) : op->doit(NULL, &info);
	}
	free(attrs);
	check(!fuzz_rcu, "RCU read side is left");
	check(!guard.policies.lock.held, "the lock is given back");
	return err;
}

static const struct genl_ops *find_op(u8 cmd)
{
	return &fuzz_ops[cmd - 1];
}

/* Send what must be accepted; the answer is the caller's to free. */
static unsigned char *ask(u8 cmd, const void *attrs, size_t len, bool dumps,
			  size_t *answer_len)
{
	struct nlmsghdr *nlh = make_request(find_op(cmd), attrs, len);
	struct netlink_ext_ack extack = {};
	unsigned char *answer;

	fuzz_sent_forget();
	if (receive(find_op(cmd), nlh, dumps, &extack)) {
		printf("fuzz-netlink: %s\n", extack._msg);
		check(false, "what the module tells is accepted");
	}
	free(nlh);
	answer = fuzz_sent;
	*answer_len = fuzz_sent_len;
	fuzz_sent = NULL;
	fuzz_sent_len = 0;
	return answer;
}

static bool concerns_none(const char *message)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(about_none); i++)
		if (!strcmp(message, about_none[i]))
			return true;
	return false;
}

static void check_refusal(int err, const struct nlmsghdr *nlh,
			  const struct netlink_ext_ack *extack)
{
	const char *attr = (const char *)extack->bad_attr;
	const char *from = (const char *)nlh + NLMSG_HDRLEN + GENL_HDRLEN;
	const char *to = (const char *)nlh + nlh->nlmsg_len;

	if (err == -ENOMEM || err == -EOPNOTSUPP)
		return;
	check(extack->_msg, "a refusal has words");
	if (!attr)
		check(concerns_none(extack->_msg),
		      "a refusal tells the attribute");
	else
		check(attr >= from && attr + NLA_HDRLEN <= to,
		      "the attribute is of the message");
}

/* Take away the headers between the messages of an answer. */
static size_t join_messages(unsigned char *answer, size_t len)
{
	size_t head = NLMSG_HDRLEN + GENL_HDRLEN, from = 0, to = 0, one;

	for (; from < len; from += one) {
		one = ((struct nlmsghdr *)(answer + from))->nlmsg_len;
		memmove(answer + to, answer + from + head, one - head);
		to += one - head;
	}
	return to;
}

/* What is told of the policy of this name; the caller frees it. */
static unsigned char *ask_policy(const char *name, size_t *len)
{
	struct nlattr *attr = calloc(1, NLA_HDRLEN +
				     NLA_ALIGN(MAILGUARD_POLICY_NAME_MAX + 1));
	unsigned char *answer;

	attr->nla_type = MAILGUARD_A_POLICY_NAME;
	attr->nla_len = NLA_HDRLEN + strlen(name) + 1;
	strcpy(nla_data(attr), name);
	answer = ask(MAILGUARD_CMD_POLICY_GET, attr, NLA_ALIGN(attr->nla_len),
		     false, len);
	*len = join_messages(answer, *len);
	free(attr);
	return answer;
}

/* A copy of the policy, without its sets, which the caller frees. */
static struct smtp_policy *copy_policy(const char *name)
{
	struct smtp_policy *policy = malloc(sizeof(*policy));
	struct smtp_policy_entry *entry;

	rcu_read_lock();
	entry = smtp_policy_lookup(&guard.policies, name);
	check(entry, "an accepted policy is there");
	*policy = entry->policy;
	rcu_read_unlock();
	memset(policy->domains, 0, sizeof(policy->domains));
	return policy;
}

/* The policy is what is told of it. */
static void check_policy(const char *name)
{
	struct smtp_policy *before = copy_policy(name), *after;
	unsigned char *first, *second;
	size_t len, again;

	first = ask_policy(name, &len);
	free(ask(MAILGUARD_CMD_POLICY_NEW, first, len, false, &again));
	second = ask_policy(name, &again);
	check(len == again && !memcmp(first, second, len),
	      "a policy sent again is told alike");
	after = copy_policy(name);
	check(!memcmp(before, after, sizeof(*before)),
	      "a policy sent again is the same");
	free(before);
	free(after);
	free(first);
	free(second);
}

/* Was it accepted, and no mere check, then it names a policy. */
static const char *policy_made(const struct nlmsghdr *nlh)
{
	struct nlattr *attrs[MAILGUARD_A_POLICY_MAX + 1];

	if (genlmsg_parse(nlh, fuzz_family, attrs, MAILGUARD_A_POLICY_MAX,
			  mailguard_policy_new_nl_policy, NULL) ||
	    attrs[MAILGUARD_A_POLICY_CHECK])
		return NULL;
	return nla_data(attrs[MAILGUARD_A_POLICY_NAME]);
}

/* Return: is anything told otherwise than the last time? */
static bool has_changed(void)
{
	unsigned char *before = told;
	size_t len = told_len;
	bool changed;

	told = ask(MAILGUARD_CMD_POLICY_GET, NULL, 0, true, &told_len);
	changed = len != told_len || (len && memcmp(before, told, len));
	free(before);
	return changed;
}

static void one(const struct message *msg, const u8 *bytes, size_t len)
{
	const struct genl_ops *op = &fuzz_ops[msg->op % FUZZ_OPS];
	struct nlmsghdr *nlh = make_request(op, bytes, len);
	struct netlink_ext_ack extack = {};
	const char *name = NULL;
	int err;

	fuzz_alloc_fails = msg->how & ~MESSAGE_DUMP;
	err = receive(op, nlh, msg->how & MESSAGE_DUMP, &extack);
	fuzz_alloc_fails = 0;
	if (err)
		check_refusal(err, nlh, &extack);
	else if (op->cmd == MAILGUARD_CMD_POLICY_NEW)
		name = policy_made(nlh);
	if (name)
		check_policy(name);
	check(!has_changed() || name ||
	      (!err && op->cmd == MAILGUARD_CMD_POLICY_DEL),
	      "what is no change changes nothing");
	free(nlh);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	net.smtp = &guard;
	sock.net = &net;
	return smtp_netlink_init();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct message *msg;
	size_t len;

	check(!smtp_policy_table_init(&guard.policies), "there is a default");
	has_changed();
	while (size >= sizeof(*msg)) {
		msg = (const struct message *)data;
		data += sizeof(*msg);
		size -= sizeof(*msg);
		len = min_t(size_t, message_len(msg), size);
		one(msg, data, len);
		data += len;
		size -= len;
	}
	smtp_policy_table_exit(&guard.policies);
	fuzz_sent_forget();
	free(told);
	told = NULL;
	told_len = 0;
	return 0;
}
