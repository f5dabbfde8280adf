// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the metrics of a guard that has seen everything there is, as "mailguard
 * --format prometheus list counters" does: print-metrics COUNT. dashboard.sh gives
 * them to Prometheus.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/budget.h"
#include "commands/connections.h"
#include "commands/counters.h"
#include "commands/metrics.h"
#include "commands/module.h"
#include "commands/status.h"
#include "language/names.h"
#include "nft/count.h"

/* Every counter has this value. */
static uint64_t count;

bool read_guarding(bool *guarding, struct errors *errors)
{
	*guarding = true;
	return true;
}

bool module_loaded(void)
{
	return true;
}

bool module_version(char version[MODULE_VERSION_SIZE])
{
	strcpy(version, "1.0");
	return true;
}

int genl_open(struct genl *genl)
{
	return 0;
}

void genl_complain(int err, struct errors *errors)
{
}

void genl_close(struct genl *genl)
{
}

int counters_read(struct genl *genl, struct counters_list *list,
		  struct errors *errors)
{
	static struct counters counters = { .policy = "default" };
	unsigned int reason;

	for (reason = 0; reason < REASONS; reason++)
		counters.count[reason] = count;
	list->head = &counters;
	return 0;
}

void counters_list_free(struct counters_list *list)
{
}

/* A connection in each state. */
int connections_read(struct genl *genl, struct connections *list,
		     struct errors *errors)
{
	size_t state;

	list->count = sizeof(state_names) / sizeof(*state_names);
	list->array = calloc(list->count, sizeof(*list->array));
	if (!list->array)
		return -1;
	for (state = 0; state < list->count; state++) {
		strcpy(list->array[state].policy, "default");
		list->array[state].state = state;
	}
	return 0;
}

int budget_read(struct genl *genl, struct budget_list *list,
		struct errors *errors)
{
	*list = (struct budget_list){
		.at = { { .held = 4096, .budget = 16777216 } },
		.count = 1,
	};
	return 0;
}

int nft_open(struct nft *nft, struct errors *errors)
{
	return 0;
}

void nft_close(struct nft *nft)
{
}

int nft_counts_read(struct nft *nft, struct nft_counts *counts,
		    struct errors *errors)
{
	static struct nft_count rule = {
		.chain = "guard",
		.comment = "begins without a SYN: not inspected",
	};

	rule.packets = count;
	rule.bytes = count;
	counts->array = &rule;
	counts->count = 1;
	return 0;
}

void nft_counts_free(struct nft_counts *counts)
{
}

int main(int argc, char **argv)
{
	struct errors errors = { .count = 0 };

	if (argc != 2)
		return EXIT_FAILURE;
	count = strtoull(argv[1], NULL, 10);
	list_metrics(false, &errors);
	return EXIT_SUCCESS;
}
