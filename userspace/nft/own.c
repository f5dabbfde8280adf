// SPDX-License-Identifier: GPL-2.0
/*
 * Finds rules of the operator's own that assign a helper of ours. A rule names
 * a "ct helper" object, whose type is the name of the helper, or a map of such
 * objects. Objects and rules are dumped first and maps are read later, because
 * a request cannot be sent in the middle of a dump.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/object.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "lib/memory.h"
#include "nft/elements.h"
#include "nft/own.h"

/* A "ct helper" object whose helper is ours. */
struct own_object {
	uint32_t family;
	char *table;
	char *name;
	char policy[MAILGUARD_POLICY_NAME_MAX + 1];
};

struct own_objects {
	struct own_object *array;
	size_t count;
	size_t room;
};

/* A rule that refers to an object or to a map of objects. */
struct reference {
	uint32_t family;
	char *table;
	char *chain;
	char *object;		/* or NULL */
	char *map;		/* or NULL */
};

struct references {
	struct reference *array;
	size_t count;
	size_t room;
};

struct search {
	struct own_objects objects;
	struct references references;
	struct own_chains *chains;
	const struct reference *reference;	/* its map is being read */
	uint32_t map_type;			/* of the objects in it */
};

/* True if the table is not one of the two that hold the fixups. */
static bool is_foreign(uint32_t family, const char *table)
{
	return family != NFPROTO_INET || (strcmp(table, NFT_TABLE) &&
					  strcmp(table, NFT_TABLE_NEXT));
}

static void add_object(struct own_objects *objects, struct nftnl_obj *object)
{
	uint32_t family = nftnl_obj_get_u32(object, NFTNL_OBJ_FAMILY);
	const char *table = nftnl_obj_get_str(object, NFTNL_OBJ_TABLE);
	const char *name = nftnl_obj_get_str(object, NFTNL_OBJ_NAME);
	const char *helper = nftnl_obj_get_str(object,
					       NFTNL_OBJ_CT_HELPER_NAME);
	struct fixup fixup;
	struct own_object *new;

	if (!table || !name || !helper || !is_foreign(family, table) ||
	    !fixup_policy_of(helper, &fixup))
		return;
	objects->array = xgrow(objects->array, objects->count, &objects->room,
			       sizeof(*objects->array));
	new = &objects->array[objects->count++];
	*new = (struct own_object){
		.family = family,
		.table = xstrdup(table),
		.name = xstrdup(name),
	};
	strcpy(new->policy, fixup.policy);
}

static int object_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_obj *object = nftnl_obj_alloc();
	struct search *search = data;
	int ret = 0;

	if (!object)
		return -ENOMEM;
	if (nftnl_obj_nlmsg_parse(nlh, object))
		ret = -EBADMSG;
	else if (nftnl_obj_get_u32(object, NFTNL_OBJ_TYPE) ==
		 NFT_OBJECT_CT_HELPER)
		add_object(&search->objects, object);
	nftnl_obj_free(object);
	return ret;
}

static const char *string_of(const struct nftnl_expr *expr, uint16_t attr)
{
	return nftnl_expr_is_set(expr, attr) ? nftnl_expr_get_str(expr, attr) :
					       NULL;
}

static char *copy_text(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static void add_reference(struct references *references,
			  const struct nftnl_rule *rule,
			  const struct nftnl_expr *expr)
{
	const char *object = string_of(expr, NFTNL_EXPR_OBJREF_IMM_NAME);

	if (object && nftnl_expr_get_u32(expr, NFTNL_EXPR_OBJREF_IMM_TYPE) !=
		      NFT_OBJECT_CT_HELPER)
		return;
	references->array = xgrow(references->array, references->count,
				  &references->room,
				  sizeof(*references->array));
	references->array[references->count++] = (struct reference){
		.family = nftnl_rule_get_u32(rule, NFTNL_RULE_FAMILY),
		.table = xstrdup(nftnl_rule_get_str(rule, NFTNL_RULE_TABLE)),
		.chain = xstrdup(nftnl_rule_get_str(rule, NFTNL_RULE_CHAIN)),
		.object = copy_text(object),
		.map = copy_text(string_of(expr, NFTNL_EXPR_OBJREF_SET_NAME)),
	};
}

static int rule_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();
	struct nftnl_expr_iter *iter;
	struct search *search = data;
	struct nftnl_expr *expr;

	if (!rule)
		return -ENOMEM;
	if (nftnl_rule_nlmsg_parse(nlh, rule)) {
		nftnl_rule_free(rule);
		return -EBADMSG;
	}
	iter = nftnl_expr_iter_create(rule);
	if (!iter)
		out_of_memory();
	while ((expr = nftnl_expr_iter_next(iter)))
		if (!strcmp(nftnl_expr_get_str(expr, NFTNL_EXPR_NAME),
			    "objref"))
			add_reference(&search->references, rule, expr);
	nftnl_expr_iter_destroy(iter);
	nftnl_rule_free(rule);
	return 0;
}

static void add_chain(struct own_chains *chains,
		      const struct reference *reference, const char *policy)
{
	struct own_chain *chain;
	size_t i;

	for (i = 0; i < chains->count; i++) {
		chain = &chains->array[i];
		if (chain->family == reference->family &&
		    !strcmp(chain->table, reference->table) &&
		    !strcmp(chain->chain, reference->chain) &&
		    !strcmp(chain->policy, policy))
			return;
	}
	chains->array = xgrow(chains->array, chains->count, &chains->room,
			      sizeof(*chains->array));
	chain = &chains->array[chains->count++];
	*chain = (struct own_chain){
		.family = reference->family,
		.table = xstrdup(reference->table),
		.chain = xstrdup(reference->chain),
	};
	strcpy(chain->policy, policy);
}

static bool in_table(const struct own_object *object,
		     const struct reference *reference)
{
	return object->family == reference->family &&
	       !strcmp(object->table, reference->table);
}

/* Adds a chain for the object that the rule names, if its helper is ours. */
static void resolve_reference(struct search *search,
			      const struct reference *reference,
			      const char *name)
{
	const struct own_objects *objects = &search->objects;
	size_t i;

	for (i = 0; i < objects->count; i++)
		if (in_table(&objects->array[i], reference) &&
		    !strcmp(objects->array[i].name, name))
			add_chain(search->chains, reference,
				  objects->array[i].policy);
}

static int map_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_set *set = nftnl_set_alloc();
	struct search *search = data;
	int ret = 0;

	if (!set)
		return -ENOMEM;
	if (nftnl_set_nlmsg_parse(nlh, set))
		ret = -EBADMSG;
	else if (nftnl_set_is_set(set, NFTNL_SET_OBJ_TYPE))
		search->map_type = nftnl_set_get_u32(set, NFTNL_SET_OBJ_TYPE);
	nftnl_set_free(set);
	return ret;
}

static int element_cb(struct nftnl_set_elem *elem, void *data)
{
	struct search *search = data;

	if (nftnl_set_elem_is_set(elem, NFTNL_SET_ELEM_OBJREF))
		resolve_reference(search, search->reference,
				  nftnl_set_elem_get_str(elem, NFTNL_SET_ELEM_OBJREF));
	return 0;
}

static int elements_cb(const struct nlmsghdr *nlh, void *data)
{
	return nft_elements_each(nlh, element_cb, data);
}

static bool has_object(const struct own_objects *objects,
		       const struct reference *reference)
{
	size_t i;

	for (i = 0; i < objects->count; i++)
		if (in_table(&objects->array[i], reference))
			return true;
	return false;
}

/* A map may be large, so it is read only if its table has an object of ours. */
static int resolve_map(struct nft *nft, struct search *search,
		       const struct reference *reference,
		       struct netlink_error *error)
{
	char buf[MNL_NLMSG_HDRLEN + 1024];
	struct nlmsghdr *nlh;
	int ret;

	if (!has_object(&search->objects, reference))
		return 0;
	search->map_type = NFT_OBJECT_UNSPEC;
	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSET, reference->family,
				    NLM_F_ACK, 0);
	mnl_attr_put_strz(nlh, NFTA_SET_TABLE, reference->table);
	mnl_attr_put_strz(nlh, NFTA_SET_NAME, reference->map);
	ret = netlink_ask(&nft->nl, nlh, map_cb, search, error);
	if (ret || search->map_type != NFT_OBJECT_CT_HELPER)
		return ret;
	search->reference = reference;
	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSETELEM, reference->family,
				    NLM_F_DUMP, 0);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_TABLE, reference->table);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_SET, reference->map);
	return netlink_ask(&nft->nl, nlh, elements_cb, search, error);
}

/*
 * If something is missing, it was removed between two dumps. -EINTR lets the
 * caller try again.
 */
static int resolve_all(struct nft *nft, struct search *search,
		       struct netlink_error *error)
{
	const struct reference *reference;
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < search->references.count; i++) {
		reference = &search->references.array[i];
		if (reference->object)
			resolve_reference(search, reference, reference->object);
		else if (reference->map)
			ret = resolve_map(nft, search, reference, error);
	}
	return ret == -ENOENT ? -EINTR : ret;
}

static int dump_objects(struct nft *nft, uint16_t type, netlink_cb *cb,
			struct search *search, struct netlink_error *error)
{
	char buf[MNL_NLMSG_HDRLEN + 64];
	struct nlmsghdr *nlh;

	nlh = nftnl_nlmsg_build_hdr(buf, type, NFPROTO_UNSPEC, NLM_F_DUMP, 0);
	return netlink_ask(&nft->nl, nlh, cb, search, error);
}

static void search_free(struct search *search)
{
	size_t i;

	for (i = 0; i < search->objects.count; i++) {
		free(search->objects.array[i].table);
		free(search->objects.array[i].name);
	}
	free(search->objects.array);
	for (i = 0; i < search->references.count; i++) {
		free(search->references.array[i].table);
		free(search->references.array[i].chain);
		free(search->references.array[i].object);
		free(search->references.array[i].map);
	}
	free(search->references.array);
}

static int read_once(struct nft *nft, void *data, struct netlink_error *error)
{
	struct search search = { .chains = data };
	int ret;

	nft_own_free(search.chains);
	ret = dump_objects(nft, NFT_MSG_GETOBJ, object_cb, &search, error);
	if (!ret && search.objects.count)
		ret = dump_objects(nft, NFT_MSG_GETRULE, rule_cb, &search,
				   error);
	if (!ret)
		ret = resolve_all(nft, &search, error);
	search_free(&search);
	return ret;
}

/* The chains are sorted, because the elements of a map come in any order. */
static int compare(const void *a, const void *b)
{
	const struct own_chain *x = a, *y = b;
	int order = strcmp(x->table, y->table);

	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	if (!order)
		order = strcmp(x->chain, y->chain);
	return order ? order : strcmp(x->policy, y->policy);
}

int nft_own_read(struct nft *nft, struct own_chains *chains,
		 struct errors *errors)
{
	int ret;

	ret = nft_read_whole(nft, read_once, chains, "ruleset", errors);
	if (chains->count)
		qsort(chains->array, chains->count, sizeof(*chains->array),
		      compare);
	return ret;
}

void nft_own_free(struct own_chains *chains)
{
	size_t i;

	for (i = 0; i < chains->count; i++) {
		free(chains->array[i].table);
		free(chains->array[i].chain);
	}
	free(chains->array);
	*chains = (struct own_chains){ .array = NULL };
}

static const char *family_name(uint32_t family)
{
	switch (family) {
	case NFPROTO_INET:
		return "inet";
	case NFPROTO_IPV4:
		return "ip";
	case NFPROTO_IPV6:
		return "ip6";
	case NFPROTO_BRIDGE:
		return "bridge";
	default:
		return "?";
	}
}

json_t *nft_own_json(const struct own_chain *chain)
{
	json_t *object = json_checked(json_object());

	json_put(object, "family", json_text(family_name(chain->family)));
	json_put(object, "table", json_text(chain->table));
	json_put(object, "chain", json_text(chain->chain));
	json_put(object, "policy", json_text(chain->policy));
	return object;
}

char *nft_own_text(const struct own_chain *chain)
{
	return xasprintf("%s %s %s policy %s", family_name(chain->family),
			 chain->table, chain->chain, chain->policy);
}
