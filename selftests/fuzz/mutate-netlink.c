// SPDX-License-Identifier: GPL-2.0
/*
 * Mutations that know what an attribute is: they make some by the policy of the
 * operation, nested ones too, put them in, take them out, repeat them, and lie
 * about types and lengths. Every other mutation is libFuzzer's own.
 */
#include "fuzz.h"
#include "fuzz-netlink.h"

/* A command of a list of commands with its reply, and a nest where none belongs. */
#define DEPTH	5

/* Room for what is put in at once. */
struct piece {
	size_t len;
	u8 bytes[1024];
};

/*
 * Where in the input: an attribute from @at to @end, or the place behind the
 * last one. @nest are the attributes around it, of which there are @depth.
 */
struct place {
	struct message *msg;
	const struct nla_policy *policy;
	unsigned int maxattr;
	struct nlattr *nest[DEPTH];
	unsigned int depth;
	u8 *at;
	u8 *end;
};

struct input {
	u8 *bytes;
	size_t size;
	size_t max;
	u32 random;
	u32 word;
};

static u32 pick(struct input *in, u32 n)
{
	in->random = in->random * 1664525 + 1013904223;
	return n ? (in->random >> 8) % n : 0;
}

static void add(struct piece *piece, const void *bytes, size_t len)
{
	if (len > sizeof(piece->bytes) - piece->len)
		len = sizeof(piece->bytes) - piece->len;
	memcpy(piece->bytes + piece->len, bytes, len);
	piece->len += len;
}

/* Words that mean something somewhere, and some that nearly do. */
static void add_string(struct piece *piece, struct input *in,
		       const struct nla_policy *policy)
{
	static const char * const words[] = {
		"helo", "mail", "RCPT", "data", "rset", "noop", "quit", "bdat",
		"starttls", "auth", "xexch50", "vrfy", "ehlo", "expn", "turn",
		"lhlo", "x-own", "hel", "e", "default", "a", "b", "-a", "a_b.c",
		"20", "Command unrecognized", "\x7f", "\xe9", "",
	};
	const u32 usual = 12;
	char text[160] = "";
	size_t len;

	if (pick(in, 32)) {
		/* Few words may be given twice. */
		len = pick(in, 16) ? in->word++ % usual :
				     pick(in, ARRAY_SIZE(words));
		strcpy(text, words[len]);
	} else {
		/* About as long as may be. */
		len = policy->len + pick(in, 4) - 1;
		memset(text, " ~aZ"[pick(in, 4)],
		       min_t(size_t, len, sizeof(text) - 1));
	}
	add(piece, text, strlen(text) + !!pick(in, 16));
}

static void add_number(struct piece *piece, struct input *in,
		       const struct nla_policy *policy, size_t len)
{
	u32 value = policy->min + pick(in, policy->max - policy->min + 1);

	switch (pick(in, 12)) {
	case 0:
		value = policy->min - 1 + pick(in, 2);
		break;
	case 1:
		value = policy->max + pick(in, 2);
		break;
	case 2:
		value = pick(in, 65536);
		break;
	}
	add(piece, &value, len);
}

/* An attribute as the policy wants it, by and large. */
static void add_attr(struct piece *piece, struct input *in,
		     const struct nla_policy *policy, u16 type)
{
	static const u8 padding[NLA_ALIGNTO];
	struct nlattr attr = { .nla_type = type };
	size_t begin = piece->len;
	u32 n;

	policy = policy ? &policy[type] : NULL;
	add(piece, &attr, sizeof(attr));
	switch (policy ? policy->type : NLA_UNSPEC) {
	case NLA_NESTED:
		attr.nla_type |= NLA_F_NESTED;
		for (n = pick(in, pick(in, 4) ? 6 : 80); n; n--)
			add_attr(piece, in, policy->nested_policy,
				 1 + pick(in, policy->len));
		break;
	case NLA_STRING:
	case NLA_NUL_STRING:
		add_string(piece, in, policy);
		break;
	case NLA_U8:
		add_number(piece, in, policy, 1);
		break;
	case NLA_U16:
		add_number(piece, in, policy, 2);
		break;
	case NLA_U32:
		add_number(piece, in, policy, 4);
		break;
	}
	attr.nla_len = piece->len - begin;
	if (piece->len - begin >= sizeof(attr))
		memcpy(piece->bytes + begin, &attr, sizeof(attr));
	add(piece, padding, NLA_ALIGN(piece->len) - piece->len);
}

static void add_message(struct piece *piece, struct input *in)
{
	struct message msg = { .op = pick(in, FUZZ_OPS) };
	const struct genl_ops *op = &fuzz_ops[msg.op];
	size_t begin = piece->len + sizeof(msg);
	u16 type;

	if (!pick(in, 8))
		msg.how = MESSAGE_DUMP;
	else if (!pick(in, 8))
		msg.how = 1 + pick(in, 5);
	add(piece, &msg, sizeof(msg));
	for (type = 1; type <= op->maxattr; type++)
		if (pick(in, 3))
			add_attr(piece, in, op->policy, type);
	message_set_len(&msg, piece->len - begin);
	memcpy(piece->bytes + begin - sizeof(msg), &msg, sizeof(msg));
}

/* One of the attributes from @from to @to, or the end of them. */
static void find_attr(struct input *in, struct place *place, u8 *from, u8 *to)
{
	struct nlattr *attr, *found[64];
	unsigned int i, n = 0;
	int left;

	nla_for_each_attr(attr, (struct nlattr *)from, to - from, left)
		if (n < ARRAY_SIZE(found))
			found[n++] = attr;
	i = pick(in, n + 1);
	place->at = i < n ? (u8 *)found[i] : to;
	place->end = i < n ? min(place->at + NLA_ALIGN(found[i]->nla_len), to) :
			     to;
}

/* Return: NULL if there is no whole message. */
static struct message *find_message(struct input *in)
{
	struct message *found[16];
	unsigned int n = 0;
	size_t at = 0, len;

	while (in->size - at >= sizeof(struct message) &&
	       n < ARRAY_SIZE(found)) {
		found[n] = (struct message *)(in->bytes + at);
		len = message_len(found[n]);
		at += sizeof(struct message);
		if (len > in->size - at)
			break;
		at += len;
		n++;
	}
	return n ? found[pick(in, n)] : NULL;
}

/* Into the attribute of the place, as if it were a nest. */
static void descend(struct input *in, struct place *place)
{
	struct nlattr *attr = (struct nlattr *)place->at;
	const struct nla_policy *policy = NULL;
	u8 *from = nla_data(attr);

	if (place->policy && nla_type(attr) <= (int)place->maxattr)
		policy = &place->policy[nla_type(attr)];
	if (policy && policy->type == NLA_NESTED) {
		place->maxattr = policy->len;
		place->policy = policy->nested_policy;
	} else {
		place->policy = NULL;
	}
	place->nest[place->depth++] = attr;
	find_attr(in, place, from, from + nla_len(attr));
}

/* Return: false if there is no whole message. */
static bool find_place(struct input *in, struct place *place)
{
	const struct genl_ops *op;
	u8 *from;

	place->msg = find_message(in);
	if (!place->msg)
		return false;
	op = &fuzz_ops[place->msg->op % FUZZ_OPS];
	place->policy = op->policy;
	place->maxattr = op->maxattr;
	place->depth = 0;
	from = (u8 *)(place->msg + 1);
	find_attr(in, place, from, from + message_len(place->msg));
	while (place->depth < DEPTH && place->at < place->end && pick(in, 2)) {
		if (!(((struct nlattr *)place->at)->nla_type & NLA_F_NESTED) &&
		    pick(in, 8))
			break;
		descend(in, place);
	}
	return true;
}

/* Put a piece there instead of what is there; mostly the lengths go along. */
static void replace(struct input *in, struct place *place, size_t remove,
		    const struct piece *piece)
{
	size_t at = place->at - in->bytes;
	long more = (long)piece->len - (long)remove;
	bool honest = pick(in, 16);
	unsigned int i;

	if ((long)in->size + more > (long)in->max)
		return;
	memmove(place->at + piece->len, place->at + remove,
		in->size - at - remove);
	memcpy(place->at, piece->bytes, piece->len);
	in->size += more;
	if (!honest)
		return;
	message_set_len(place->msg, message_len(place->msg) + more);
	for (i = 0; i < place->depth; i++)
		place->nest[i]->nla_len += more;
}

static void change_header(struct input *in, struct place *place)
{
	struct nlattr *attr = (struct nlattr *)place->at;

	switch (pick(in, 4)) {
	case 0:
		attr->nla_type = pick(in, 16);
		break;
	case 1:
		attr->nla_type ^= NLA_F_NESTED;
		break;
	case 2:
		attr->nla_len += pick(in, 9) - 4;
		break;
	case 3:
		attr->nla_len = pick(in, 65536);
		break;
	}
}

static void change(struct input *in, struct place *place)
{
	struct piece piece = { .len = 0 };
	size_t len = place->end - place->at;

	switch (pick(in, 6)) {
	case 0:
		replace(in, place, len, &piece);
		return;
	case 1:
		add(&piece, place->at, len);
		if (!pick(in, 8))
			while (piece.len && piece.len < 700)
				add(&piece, place->at, len);
		replace(in, place, 0, &piece);
		return;
	case 2:
		if (len >= sizeof(struct nlattr))
			change_header(in, place);
		return;
	case 3:
		if (place->maxattr)
			add_attr(&piece, in, place->policy,
				 1 + pick(in, place->maxattr));
		replace(in, place, len, &piece);
		return;
	default:
		if (place->maxattr)
			add_attr(&piece, in, place->policy,
				 1 + pick(in, place->maxattr));
		replace(in, place, 0, &piece);
		return;
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed)
{
	struct input in = {
		.bytes = data, .size = size, .max = max, .random = seed,
		.word = seed,
	};
	struct piece piece = { .len = 0 };
	struct place place;

	if (!pick(&in, 2))
		return LLVMFuzzerMutate(data, size, max);
	if (find_place(&in, &place) && pick(&in, 8)) {
		change(&in, &place);
	} else {
		add_message(&piece, &in);
		if (piece.len <= in.max - in.size) {
			memcpy(in.bytes + in.size, piece.bytes, piece.len);
			in.size += piece.len;
		}
	}
	return in.size;
}
