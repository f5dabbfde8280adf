// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>

#include "commands/budget.h"
#include "commands/reason_names.h"
#include "commands/show.h"
#include "lib/memory.h"
#include "mailguard.h"
#include "netlink/genl.h"

#define REASONS	(MAILGUARD_REASON_MAX + 1)

struct counters {
	struct counters *next;
	char *policy;
	uint64_t count[REASONS];
};

struct counters_list {
	struct counters *head;
	struct counters **end;
};

/* A reason that this program does not know is left out. */
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

static void restart(void *data)
{
	struct counters_list *list = data;
	struct counters *counters;

	while ((counters = list->head)) {
		list->head = counters->next;
		counters_free(counters);
	}
	list->end = &list->head;
}

static void print(const struct counters *counters)
{
	unsigned int i;
	int width = 0;

	for (i = 0; i < REASONS; i++)
		if ((int)strlen(reason_names[i]) > width)
			width = strlen(reason_names[i]);
	printf("policy %s {\n", counters->policy);
	for (i = 0; i < REASONS; i++)
		printf("\t%-*s %" PRIu64 "\n", width, reason_names[i],
		       counters->count[i]);
	fputs("}\n", stdout);
}

/* Of the namespace, and in the first one of the machine. */
static void list_memory(struct genl *genl, struct errors *errors)
{
	struct budget_list list;
	unsigned int i;
	int ret;

	ret = budget_read(genl, &list, errors);
	for (i = 0; !ret && i < list.count; i++)
		printf("memory%s {\n\theld   %" PRIu64 "\n\tbudget %" PRIu64
		       "\n}\n", list.at[i].machine ? " machine" : "",
		       list.at[i].held, list.at[i].budget);
}

void list_counters(struct errors *errors)
{
	struct counters_list list = { .end = &list.head };
	const struct counters *counters;
	struct genl genl;
	int ret;

	ret = genl_open(&genl);
	if (ret) {
		genl_complain(ret, errors);
		return;
	}
	ret = genl_dump(&genl, MAILGUARD_CMD_COUNTER_GET, counters_cb,
			restart, &list, errors);
	for (counters = list.head; !ret && counters; counters = counters->next)
		print(counters);
	if (!ret)
		list_memory(&genl, errors);
	restart(&list);
	genl_close(&genl);
}
