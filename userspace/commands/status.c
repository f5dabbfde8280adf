// SPDX-License-Identifier: GPL-2.0
/*
 * Tell in ten lines what is guarded. Five lines are always there, and four more
 * are for lists of fixups and of rules; the tenth tells since when there are
 * fixups.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "../kmod/version.h"
#include "commands/budget.h"
#include "commands/status.h"
#include "lib/memory.h"
#include "netlink/genl.h"
#include "nft/own.h"
#include "nft/table.h"

#define MODULE		"/sys/module/nf_conntrack_smtp"
#define LINES_OF_LISTS	4
#define LINES_OF_RULES	2	/* and more if there are few fixups */

bool module_loaded(void)
{
	struct stat st;

	return !stat(MODULE, &st);
}

static void print_module(void)
{
	char version[32] = "unknown";
	FILE *file = fopen(MODULE "/version", "re");

	if (file) {
		if (fgets(version, sizeof(version), file))
			version[strcspn(version, "\n")] = '\0';
		fclose(file);
	}
	if (module_loaded())
		printf("module   loaded, version %s\n", version);
	else
		puts("module   not loaded");
	printf("command  version %s\n", MAILGUARD_VERSION);
}

/* The clock of the table goes on while the machine sleeps, and never jumps. */
static void print_time(const char *what, uint64_t since, const char *end)
{
	struct timespec now, up;
	char text[64];
	time_t time;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	time = now.tv_sec - (up.tv_sec - (time_t)since);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z",
		 localtime(&time));
	printf("%s %s%s", what, text, end);
}

static void print_times(const struct nft *nft)
{
	if (!nft->table)
		return;
	if (!nft->since || !nft->changed) {
		puts("since    unknown: the table was not made by mailguard");
		return;
	}
	print_time("since   ", nft->since, ", ");
	print_time("changed", nft->changed, "\n");
}

static size_t fixup_count(const struct fixup_list *list)
{
	return list->count + list->narrowed_count;
}

static char *text_of_fixup(const void *list, size_t i)
{
	return fixup_text(fixup_list_at(list, i));
}

static char *text_of_rule(const void *chains, size_t i)
{
	return nft_own_text(&((const struct own_chains *)chains)->array[i]);
}

/* In at most so many lines; the last one counts what has no line. */
static void print_list(const void *list, size_t count, size_t lines,
		       char *(*text_of)(const void *list, size_t i))
{
	size_t i, shown = count <= lines ? count : lines - 1;
	char *text;

	for (i = 0; i < shown; i++) {
		text = text_of(list, i);
		printf("  %s\n", text);
		free(text);
	}
	if (shown < count)
		printf("  and %zu more\n", count - shown);
}

static void print_lists(const struct fixup_list *fixups,
			const struct own_chains *rules)
{
	size_t count = fixup_count(fixups), lines = LINES_OF_LISTS;

	if (rules->count)
		lines -= rules->count < LINES_OF_RULES ? rules->count :
							 LINES_OF_RULES;
	printf("fixups   %zu\n", count);
	print_list(fixups, count, lines, text_of_fixup);
	lines = LINES_OF_LISTS - (count < lines ? count : lines);
	printf("rules    %zu\n", rules->count);
	print_list(rules, rules->count, lines, text_of_rule);
}

/* Opening the netlink family would make the kernel load the module. */
static void print_memory(struct errors *errors)
{
	struct budget_list list;
	struct genl genl;
	unsigned int i;
	int ret;

	if (!module_loaded()) {
		puts("memory   none held");
		return;
	}
	ret = genl_open(&genl);
	if (ret) {
		genl_complain(ret, errors);
		return;
	}
	ret = budget_read(&genl, &list, errors);
	for (i = 0; !ret && i < list.count; i++)
		if (!list.at[i].machine)
			printf("memory   %" PRIu64 " bytes held, at most %" PRIu64 "\n",
			       list.at[i].held, list.at[i].budget);
	genl_close(&genl);
}

static bool read_all(struct nft *nft, struct fixup_list *fixups,
		     struct own_chains *rules, struct errors *errors)
{
	return !nft_own_read(nft, rules, errors) &&
	       !nft_read(nft, fixups, errors);
}

int show_status(struct errors *errors)
{
	struct fixup_list fixups = { .array = NULL };
	struct own_chains rules = { .array = NULL };
	bool guarding = false;
	struct nft nft;

	if (nft_open(&nft, errors))
		return EXIT_FAILURE;
	if (read_all(&nft, &fixups, &rules, errors)) {
		guarding = module_loaded() &&
			   (fixup_count(&fixups) || rules.count);
		print_module();
		print_lists(&fixups, &rules);
		print_times(&nft);
		print_memory(errors);
	}
	fixup_list_free(&fixups);
	nft_own_free(&rules);
	nft_close(&nft);
	if (errors->count)
		return EXIT_FAILURE;
	return guarding ? EXIT_SUCCESS : STATUS_NOT_GUARDING;
}
