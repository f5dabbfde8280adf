// SPDX-License-Identifier: GPL-2.0
/* Prints policies and fixups in the form that -f, or -j -f, reads. */
#include <stdio.h>
#include <stdlib.h>

#include "../kmod/version.h"
#include "commands/module.h"
#include "commands/show.h"
#include "commands/status.h"
#include "language/json.h"
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

/* Sets @nft to what the table says beside the fixups. */
static int read_fixups(struct fixup_list *list, struct nft *nft,
		       struct errors *errors)
{
	int ret;

	ret = nft_open(nft, errors);
	if (ret)
		return ret;
	ret = nft_read(nft, list, errors);
	nft_close(nft);
	return ret;
}

static void print_fixups(const struct fixup_list *list, struct document *document)
{
	const struct fixup *fixup;
	char *text;
	size_t i;

	for (i = 0; (fixup = fixup_list_at(list, i)); i++) {
		if (document) {
			document_add_fixup(document, fixup);
			continue;
		}
		text = fixup_text(fixup);
		puts(text);
		free(text);
	}
}

static void print_policy(const struct policy *policy, struct document *document)
{
	if (document)
		document_add_policy(document, policy);
	else
		policy_print(policy);
}

static void say_why_none(const struct nft *nft, struct errors *errors)
{
	fflush(stdout);
	errors->status = nft->closed ? STATUS_CLOSED : STATUS_NOT_GUARDING;
	if (nft->closed)
		fprintf(stderr, "mailguard: no fixup: the gateway is closed: %s\n",
			nft->why);
	else if (!module_loaded())
		fprintf(stderr,
			"mailguard: no fixup, and the module nf_conntrack_smtp is not loaded: %s\n",
			module_advice());
	else if (!nft->table)
		fputs("mailguard: no fixup: there is no nft table inet " NFT_TABLE "\n",
		      stderr);
	else
		fputs("mailguard: no fixup: the nft table inet " NFT_TABLE " has none\n",
		      stderr);
}

void show_fixup(const struct cmd *cmd, const struct show *show,
		struct errors *errors)
{
	struct fixup_list fixups = { .array = NULL };
	struct nft nft;

	(void)cmd;
	if (!read_fixups(&fixups, &nft, errors)) {
		print_fixups(&fixups, show->document);
		if (!fixup_list_at(&fixups, 0))
			say_why_none(&nft, errors);
	}
	fixup_list_free(&fixups);
}

static bool policy_monitors(const struct policy *policy)
{
	const struct statement *s = statement_find(STATEMENT_POLICY, "mode");
	const struct number *mode = &policy_setting(policy, s)->action;

	return mode->given && mode->value == MAILGUARD_MODE_MONITOR;
}

static void print_name(const struct policy *policy, struct document *document)
{
	bool monitors = policy_monitors(policy);
	json_t *object, *mode;

	if (!document) {
		printf("policy %s%s\n", policy->name.text,
		       monitors ? " mode monitor" : "");
		return;
	}
	object = json_checked(json_object());
	json_put(object, "name", json_text(policy->name.text));
	if (monitors) {
		mode = json_checked(json_object());
		json_put(mode, "action", json_text("monitor"));
		json_put(object, "mode", mode);
	}
	document_add(document, "policy", object);
}

void list_policies(const struct cmd *cmd, const struct show *show,
		   struct errors *errors)
{
	struct policy_list policies = { .head = NULL };
	const struct policy *policy;

	(void)cmd;
	read_policies(&policies, errors);
	for (policy = policies.head; policy; policy = policy->next)
		print_name(policy, show->document);
	policy_list_free(&policies);
}

/*
 * True if a fixup's policy is not in the list. This happens if another command
 * adds both after the policies were read and before the fixups are read.
 */
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

/*
 * Reads policies and fixups, and reads them again if a policy is missing. If it
 * is missing the second time, it does not exist any more.
 */
int ruleset_read(struct policy_list *policies, struct fixup_list *fixups,
		 struct errors *errors)
{
	int ret, looks = 0;
	struct nft nft;

	do {
		policy_list_free(policies);
		ret = read_policies(policies, errors);
		if (!ret)
			ret = read_fixups(fixups, &nft, errors);
	} while (!ret && lacks_policy(policies, fixups) && ++looks < 2);
	return ret;
}

/* Who reads the list again would lose what this command cannot print. */
void refuse_unknown(const struct policy *policy, struct errors *errors)
{
	char version[MODULE_VERSION_SIZE] = "unknown";

	module_version(version);
	if (policy->unknown)
		error_at(errors, NULL,
			 "policy %s has settings of the module, version %s, that this command, version %s, does not know: use the command of that version, or 'mailguard restart'",
			 policy->name.text, version, MAILGUARD_VERSION);
}

void list_ruleset(const struct cmd *cmd, const struct show *show,
		  struct errors *errors)
{
	struct policy_list policies = { .head = NULL };
	struct fixup_list fixups = { .array = NULL };
	const struct policy *policy;

	(void)cmd;
	if (!ruleset_read(&policies, &fixups, errors)) {
		for (policy = policies.head; policy; policy = policy->next) {
			print_policy(policy, show->document);
			refuse_unknown(policy, errors);
		}
		print_fixups(&fixups, show->document);
	}
	policy_list_free(&policies);
	fixup_list_free(&fixups);
}
