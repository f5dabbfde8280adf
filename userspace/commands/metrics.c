// SPDX-License-Identifier: GPL-2.0
/*
 * Prints counters and sizes as metrics of Prometheus. Names and labels are by
 * its conventions: what can be added up is one metric with a label.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/version.h"
#include "commands/budget.h"
#include "commands/connections.h"
#include "commands/counters.h"
#include "commands/metrics.h"
#include "commands/module.h"
#include "commands/status.h"
#include "language/names.h"
#include "lib/memory.h"
#include "nft/count.h"

#define STATES	(sizeof(state_names) / sizeof(*state_names))

/* Reasons that begin with such a word are one metric, with a label "reason". */
static const struct group {
	const char *word;
	const char *help;
} groups[] = {
	{ "masked",	"What replies to EHLO offered and the client did not see." },
	{ "denied",	"Lines of clients that were denied." },
	{ "limit",	"What went beyond a limit of the policy." },
	{ "held",	"Segments that were cut or dropped, to pass when repeated." },
	{ "reset",	"Connections that were reset." },
};

static const struct group *group_of(unsigned int reason)
{
	const char *name = reason_names[reason];
	size_t i, len;

	for (i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		len = strlen(groups[i].word);
		if (!strncmp(name, groups[i].word, len) && name[len] == '-')
			return &groups[i];
	}
	return NULL;
}

/* OpenMetrics calls a counter without "_total", but not its samples. */
static void print_head(bool openmetrics, const char *name, bool counter,
		       const char *help)
{
	const char *suffix = counter && !openmetrics ? "_total" : "";

	printf("# HELP mailguard_%s%s %s\n", name, suffix, help);
	printf("# TYPE mailguard_%s%s %s\n", name, suffix,
	       counter ? "counter" : "gauge");
}

static void print_label(const char *key, const char *value, const char *before)
{
	printf("%s%s=\"", before, key);
	for (; *value; value++) {
		if (*value == '\n') {
			fputs("\\n", stdout);
			continue;
		}
		if (*value == '"' || *value == '\\')
			putchar('\\');
		putchar(*value);
	}
	putchar('"');
}

static char *metric_name(const char *reason)
{
	char *name = xstrdup(reason), *c;

	for (c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	return name;
}

static void print_group(bool openmetrics, const struct group *group,
			const struct counters *counters)
{
	const struct counters *c;
	unsigned int reason;

	print_head(openmetrics, group->word, true, group->help);
	for (c = counters; c; c = c->next) {
		for (reason = 0; reason < REASONS; reason++) {
			if (group_of(reason) != group)
				continue;
			printf("mailguard_%s_total", group->word);
			print_label("policy", c->policy, "{");
			print_label("reason", reason_names[reason] +
				    strlen(group->word) + 1, ",");
			printf("} %" PRIu64 "\n", c->count[reason]);
		}
	}
}

static void print_reason(bool openmetrics, unsigned int reason,
			 const struct counters *counters)
{
	char *name = metric_name(reason_names[reason]);
	const struct counters *c;

	print_head(openmetrics, name, true, reason_docs[reason]);
	for (c = counters; c; c = c->next) {
		printf("mailguard_%s_total", name);
		print_label("policy", c->policy, "{");
		printf("} %" PRIu64 "\n", c->count[reason]);
	}
	free(name);
}

static void print_counters(bool openmetrics, struct genl *genl,
			   struct errors *errors)
{
	struct counters_list list;
	unsigned int reason;
	size_t i;

	if (!counters_read(genl, &list, errors)) {
		for (reason = 0; reason < REASONS; reason++)
			if (!group_of(reason))
				print_reason(openmetrics, reason, list.head);
		for (i = 0; i < sizeof(groups) / sizeof(*groups); i++)
			print_group(openmetrics, &groups[i], list.head);
	}
	counters_list_free(&list);
}

/* How many connections of a policy are in which state. */
struct population {
	const char *policy;
	unsigned int count[STATES];
};

static int compare_policies(const void *a, const void *b)
{
	const struct connection *x = a, *y = b;

	return strcmp(x->policy, y->policy);
}

static void print_population(const struct population *of)
{
	size_t state;

	for (state = 0; state < STATES; state++) {
		fputs("mailguard_open_connections", stdout);
		print_label("policy", of->policy, "{");
		print_label("state", state_names[state], ",");
		printf("} %u\n", of->count[state]);
	}
}

/* The connections are sorted by policy. */
static void print_populations(const struct connections *list)
{
	struct population of = { .policy = NULL };
	const struct connection *conn = list->array;
	size_t i;

	for (i = 0; i < list->count; i++, conn++) {
		if (!of.policy || strcmp(of.policy, conn->policy)) {
			if (of.policy)
				print_population(&of);
			of = (struct population){ .policy = conn->policy };
		}
		if (conn->state < STATES)
			of.count[conn->state]++;
	}
	if (of.policy)
		print_population(&of);
}

static void print_connections(bool openmetrics, struct genl *genl,
			      struct errors *errors)
{
	struct connections list;

	print_head(openmetrics, "open_connections", false,
		   "Connections that are there now.");
	if (!connections_read(genl, &list, errors)) {
		if (list.count)
			qsort(list.array, list.count, sizeof(*list.array),
			      compare_policies);
		print_populations(&list);
	}
	free(list.array);
}

static void print_budget(const char *name, const struct budget_list *list,
			 bool held)
{
	unsigned int i;

	for (i = 0; i < list->count; i++)
		printf("mailguard_%s{scope=\"%s\"} %" PRIu64 "\n", name,
		       list->at[i].machine ? "machine" : "namespace",
		       held ? list->at[i].held : list->at[i].budget);
}

static void print_memory(bool openmetrics, struct genl *genl,
			 struct errors *errors)
{
	struct budget_list list;

	if (budget_read(genl, &list, errors))
		return;
	print_head(openmetrics, "memory_held_bytes", false,
		   "Memory that guarded connections hold.");
	print_budget("memory_held_bytes", &list, true);
	print_head(openmetrics, "memory_limit_bytes", false,
		   "Memory that guarded connections may hold.");
	print_budget("memory_limit_bytes", &list, false);
}

static void print_rules(const struct nft_counts *counts, const char *name,
			bool bytes)
{
	const struct nft_count *count;
	size_t i;

	for (i = 0; i < counts->count; i++) {
		count = &counts->array[i];
		printf("mailguard_%s_total", name);
		print_label("chain", count->chain, "{");
		print_label("rule", count->comment, ",");
		printf("} %" PRIu64 "\n",
		       bytes ? count->bytes : count->packets);
	}
}

static void print_nft(bool openmetrics, struct errors *errors)
{
	struct nft_counts counts = { .array = NULL };
	struct nft nft;

	if (nft_open(&nft, errors))
		return;
	if (!nft_counts_read(&nft, &counts, errors)) {
		print_head(openmetrics, "nft_packets", true,
			   "Packets that rules of the nft table mailguard stopped.");
		print_rules(&counts, "nft_packets", false);
		print_head(openmetrics, "nft_bytes", true,
			   "Bytes of these packets.");
		print_rules(&counts, "nft_bytes", true);
	}
	nft_counts_free(&counts);
	nft_close(&nft);
}

static void print_info(bool openmetrics)
{
	char version[MODULE_VERSION_SIZE];

	print_head(openmetrics, "build_info", false,
		   "The version of the command mailguard.");
	printf("mailguard_build_info{version=\"%s\"} 1\n", MAILGUARD_VERSION);
	if (!module_version(version))
		return;
	print_head(openmetrics, "module_info", false,
		   "The version of the module nf_conntrack_smtp.");
	fputs("mailguard_module_info", stdout);
	print_label("version", version, "{");
	puts("} 1");
}

/* Looks for the module first: opening its netlink family would load it. */
static void print_module(bool openmetrics, struct errors *errors)
{
	struct genl genl;
	int ret;

	if (!module_loaded())
		return;
	ret = genl_open(&genl);
	if (ret) {
		genl_complain(ret, errors);
		return;
	}
	print_counters(openmetrics, &genl, errors);
	if (!errors->count)
		print_connections(openmetrics, &genl, errors);
	if (!errors->count)
		print_memory(openmetrics, &genl, errors);
	genl_close(&genl);
}

/*
 * Without the module there is one metric that says so, and no error: a timer
 * shall tell of it, too.
 */
void list_metrics(bool openmetrics, struct errors *errors)
{
	bool guarding;

	if (!read_guarding(&guarding, errors))
		return;
	print_info(openmetrics);
	print_head(openmetrics, "guarding", false,
		   "1 if the module is loaded, and there are fixups or rules that assign a helper.");
	printf("mailguard_guarding %d\n", guarding);
	print_nft(openmetrics, errors);
	if (!errors->count)
		print_module(openmetrics, errors);
	if (openmetrics && !errors->count)
		puts("# EOF");
}
