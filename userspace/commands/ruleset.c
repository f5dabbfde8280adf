// SPDX-License-Identifier: GPL-2.0
/* What could be read again with -f. */
#include <stdio.h>
#include <stdlib.h>

#include "commands/show.h"
#include "commands/status.h"
#include "netlink/genl.h"
#include "netlink/policy.h"
#include "nft/table.h"

static int read_policies(struct policy_list *list, struct errors *errors)
{
	struct genl genl;
	int ret;

	ret = genl_open(&genl);
	if (ret) {
		genl_complain(ret, errors);
		return ret;
	}
	ret = policy_receive_all(&genl, list, errors);
	genl_close(&genl);
	return ret;
}

/* @table: is there one? */
static int read_fixups(struct fixup_list *list, bool *table,
		       struct errors *errors)
{
	struct nft nft;
	int ret;

	ret = nft_open(&nft, errors);
	if (ret)
		return ret;
	ret = nft_read(&nft, list, errors);
	*table = nft.table;
	nft_close(&nft);
	return ret;
}

static void print_fixups(const struct fixup_list *list)
{
	const struct fixup *fixup;
	char *text;
	size_t i;

	for (i = 0; (fixup = fixup_list_at(list, i)); i++) {
		text = fixup_text(fixup);
		puts(text);
		free(text);
	}
}

static void say_why_none(bool table, struct errors *errors)
{
	fflush(stdout);
	if (!module_loaded())
		fputs("mailguard: no fixup, and the module nf_conntrack_smtp is not loaded\n",
		      stderr);
	else if (!table)
		fputs("mailguard: no fixup: there is no nft table inet " NFT_TABLE "\n",
		      stderr);
	else
		fputs("mailguard: no fixup: the nft table inet " NFT_TABLE " has none\n",
		      stderr);
	errors->status = STATUS_NOT_GUARDING;
}

void show_fixup(struct errors *errors)
{
	struct fixup_list fixups = { .array = NULL };
	bool table;

	if (!read_fixups(&fixups, &table, errors)) {
		print_fixups(&fixups);
		if (!fixup_list_at(&fixups, 0))
			say_why_none(table, errors);
	}
	fixup_list_free(&fixups);
}

void list_policies(struct errors *errors)
{
	struct policy_list policies = { .head = NULL };
	const struct policy *policy;

	read_policies(&policies, errors);
	for (policy = policies.head; policy; policy = policy->next)
		printf("policy %s\n", policy->name.text);
	policy_list_free(&policies);
}

/* Both were added when the policies were read, but not yet the fixups. */
static bool lacks_policy(const struct policy_list *policies,
			 const struct fixup_list *fixups)
{
	const struct fixup *fixup;
	size_t i;

	for (i = 0; (fixup = fixup_list_at(fixups, i)); i++)
		if (!policy_list_find(policies, fixup->policy))
			return true;
	return false;
}

/* What lacks a policy at a second look is a fixup whose policy is gone. */
static int read_both(struct policy_list *policies, struct fixup_list *fixups,
		     struct errors *errors)
{
	int ret, looks = 0;
	bool table;

	do {
		policy_list_free(policies);
		ret = read_policies(policies, errors);
		if (!ret)
			ret = read_fixups(fixups, &table, errors);
	} while (!ret && lacks_policy(policies, fixups) && ++looks < 2);
	return ret;
}

void list_ruleset(struct errors *errors)
{
	struct policy_list policies = { .head = NULL };
	struct fixup_list fixups = { .array = NULL };
	const struct policy *policy;

	if (!read_both(&policies, &fixups, errors)) {
		for (policy = policies.head; policy; policy = policy->next)
			policy_print(policy);
		print_fixups(&fixups);
	}
	policy_list_free(&policies);
	fixup_list_free(&fixups);
}
