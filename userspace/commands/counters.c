// SPDX-License-Identifier: GPL-2.0
/* Lists the counters of each policy, and the memory that is held. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>

#include "commands/budget.h"
#include "commands/counters.h"
#include "commands/metrics.h"
#include "commands/show.h"
#include "language/json.h"
#include "language/names.h"
#include "lib/memory.h"

/* Reads one counter. A reason that this program does not know is ignored. */
static bool get_counter(const struct nlattr *nest, struct counters *counters)
{
	uint32_t reason = UINT32_MAX;
	const struct nlattr *attr;
	uint64_t count = 0;
	bool ok = true;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case MAILGUARD_A_COUNTER_REASON:
			ok &= genl_get_u32(attr, &reason);
			break;
		case MAILGUARD_A_COUNTER_COUNT:
			ok &= genl_get_u64(attr, &count);
			break;
		}
	}
	if (ok && reason < REASONS)
		counters->count[reason] = count;
	return ok;
}

static void counters_free(struct counters *counters)
{
	free(counters->policy);
	free(counters);
}

static int counters_cb(const struct nlmsghdr *nlh, void *data)
{
	struct counters *counters = xzalloc(sizeof(*counters));
	struct counters_list *list = data;
	const struct nlattr *attr;
	const char *policy = "?";
	bool ok = true;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		switch (mnl_attr_get_type(attr)) {
		case MAILGUARD_A_COUNTERS_POLICY:
			ok &= genl_get_string(attr, &policy);
			break;
		case MAILGUARD_A_COUNTERS_COUNTER:
			ok &= get_counter(attr, counters);
			break;
		}
	}
	if (!ok) {
		counters_free(counters);
		return -EBADMSG;
	}
	counters->policy = xstrdup(policy);
	*list->end = counters;
	list->end = &counters->next;
	return 0;
}

void counters_list_free(struct counters_list *list)
{
	struct counters *counters;

	while ((counters = list->head)) {
		list->head = counters->next;
		counters_free(counters);
	}
	list->end = &list->head;
}

static void restart(void *data)
{
	counters_list_free(data);
}

int counters_read(struct genl *genl, struct counters_list *list,
		  struct errors *errors)
{
	*list = (struct counters_list){ .end = &list->head };
	return genl_dump(genl, MAILGUARD_CMD_COUNTER_GET, counters_cb, restart,
			 list, errors);
}

/* Pads the names so that the numbers of all policies form one column. */
static void print_counters(const struct counters *counters, bool all)
{
	unsigned int i;
	int width = 0;

	for (i = 0; i < REASONS; i++)
		if ((int)strlen(reason_names[i]) > width)
			width = strlen(reason_names[i]);
	printf("policy %s {\n", counters->policy);
	for (i = 0; i < REASONS; i++)
		if (all || counters->count[i])
			printf("\t%-*s %" PRIu64 "\n", width,
			       reason_names[i], counters->count[i]);
	fputs("}\n", stdout);
}

/* In JSON the counters that are zero are there, too. */
static void add_counters(const struct counters *counters, struct document *document)
{
	json_t *object = json_checked(json_object());
	json_t *counts = json_checked(json_object());
	unsigned int i;

	for (i = 0; i < REASONS; i++)
		json_put(counts, reason_names[i],
			 json_integer(counters->count[i]));
	json_put(object, "policy", json_text(counters->policy));
	json_put(object, "counts", counts);
	document_add(document, "counters", object);
}

static void print_memory(const struct budget *budget, struct document *document)
{
	if (document)
		document_add(document, "memory", budget_json(budget));
	else
		printf("memory%s {\n\theld   %" PRIu64 "\n\tbudget %" PRIu64
		       "\n}\n", budget->machine ? " machine" : "",
		       budget->held, budget->budget);
}

/*
 * Prints the memory of this namespace and, if it is the initial one, that of
 * the machine.
 */
static void list_memory(struct genl *genl, struct document *document,
			struct errors *errors)
{
	struct budget_list list;
	unsigned int i;
	int ret;

	ret = budget_read(genl, &list, errors);
	for (i = 0; !ret && i < list.count; i++)
		print_memory(&list.at[i], document);
}

static void list_all(const struct counters *counters, const struct show *show)
{
	for (; counters; counters = counters->next) {
		if (show->document)
			add_counters(counters, show->document);
		else
			print_counters(counters, show->all);
	}
}

void list_counters(const struct cmd *cmd, const struct show *show,
		   struct errors *errors)
{
	struct counters_list list;
	struct genl genl;
	int ret;

	(void)cmd;
	if (show->format == FORMAT_OPENMETRICS ||
	    show->format == FORMAT_PROMETHEUS) {
		list_metrics(show->format == FORMAT_OPENMETRICS, errors);
		return;
	}
	ret = genl_open(&genl);
	if (ret) {
		genl_complain(ret, errors);
		return;
	}
	ret = counters_read(&genl, &list, errors);
	if (!ret) {
		list_all(list.head, show);
		list_memory(&genl, show->document, errors);
	}
	counters_list_free(&list);
	genl_close(&genl);
}
