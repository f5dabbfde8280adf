// SPDX-License-Identifier: GPL-2.0
/*
 * Prints in at most ten lines what is guarded. Five lines are always there.
 * Four more are for the lists of fixups and rules, and the tenth tells when the
 * table of the fixups was made. If the gateway is closed, a line says why, and
 * there are no fixups to list.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../kmod/version.h"
#include "commands/budget.h"
#include "commands/module.h"
#include "commands/status.h"
#include "language/json.h"
#include "lib/memory.h"
#include "netlink/genl.h"
#include "nft/own.h"
#include "nft/table.h"

#define LINES_OF_LISTS	4
#define LINES_OF_RULES	2	/* and more if there are few fixups */

static void print_module(void)
{
	char version[MODULE_VERSION_SIZE] = "unknown";

	module_version(version);
	if (module_loaded())
		printf("module   loaded, version %s\n", version);
	else
		printf("module   not loaded: %s\n", module_advice());
	printf("command  version %s%s\n", MAILGUARD_VERSION,
	       module_differs() ?
	       ", not that of the module: 'mailguard restart' replaces the module" :
	       "");
}

/*
 * @since is a time of CLOCK_BOOTTIME, which runs while the machine sleeps and
 * is never set.
 */
static time_t real_time(uint64_t since)
{
	struct timespec now, up;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	return now.tv_sec - (up.tv_sec - (time_t)since);
}

static void print_time(const char *what, uint64_t since, const char *end)
{
	time_t time = real_time(since);
	char text[64];

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

/*
 * Prints the list in at most @lines lines. If it is longer, the last line says
 * how many more there are.
 */
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

static void print_lists(const struct nft *nft, const struct fixup_list *fixups,
			const struct own_chains *rules)
{
	size_t all = LINES_OF_LISTS - nft->closed, lines = all;
	size_t count = fixup_count(fixups);

	if (nft->closed)
		printf("closed   %s\n", nft->why);
	if (rules->count)
		lines -= rules->count < LINES_OF_RULES ? rules->count :
							 LINES_OF_RULES;
	printf("fixups   %zu\n", count);
	print_list(fixups, count, lines, text_of_fixup);
	lines = all - (count < lines ? count : lines);
	printf("rules    %zu\n", rules->count);
	print_list(rules, rules->count, lines, text_of_rule);
}

static void read_budget(struct budget_list *list, struct errors *errors)
{
	struct genl genl;
	int ret;

	list->count = 0;
	ret = genl_open(&genl);
	if (ret) {
		genl_complain(ret, errors);
		return;
	}
	if (budget_read(&genl, list, errors))
		list->count = 0;
	genl_close(&genl);
}

/* Looks for the module first: opening its netlink family would load it. */
static void print_memory(struct errors *errors)
{
	struct budget_list list;
	unsigned int i;

	if (!module_loaded()) {
		puts("memory   none held");
		return;
	}
	read_budget(&list, errors);
	for (i = 0; i < list.count; i++)
		if (!list.at[i].machine)
			printf("memory   %" PRIu64 " bytes held, at most %" PRIu64 "\n",
			       list.at[i].held, list.at[i].budget);
}

static json_t *module_json(void)
{
	json_t *object = json_checked(json_object());
	char version[MODULE_VERSION_SIZE];

	json_put(object, "loaded", json_boolean(module_loaded()));
	if (module_version(version))
		json_put(object, "version", json_text(version));
	return object;
}

static json_t *fixups_json(const struct fixup_list *fixups)
{
	json_t *array = json_checked(json_array());
	const struct fixup *fixup;
	size_t i;

	for (i = 0; (fixup = fixup_list_at(fixups, i)); i++)
		json_add(array, fixup_json(fixup));
	return array;
}

static json_t *rules_json(const struct own_chains *rules)
{
	json_t *array = json_checked(json_array());
	size_t i;

	for (i = 0; i < rules->count; i++)
		json_add(array, nft_own_json(&rules->array[i]));
	return array;
}

/* Times are seconds since 1970 in JSON. */
static void put_times(json_t *object, const struct nft *nft)
{
	if (!nft->table || !nft->since || !nft->changed)
		return;
	json_put(object, "since", json_integer(real_time(nft->since)));
	json_put(object, "changed", json_integer(real_time(nft->changed)));
}

/* Looks for the module first: opening its netlink family would load it. */
static void put_memory(json_t *object, struct errors *errors)
{
	struct budget_list list = { .count = 0 };
	json_t *array = json_checked(json_array());
	unsigned int i;

	if (module_loaded())
		read_budget(&list, errors);
	for (i = 0; i < list.count; i++)
		json_add(array, budget_json(&list.at[i]));
	json_put(object, "memory", array);
}

static void print_json(bool guarding, const struct nft *nft,
		       const struct fixup_list *fixups,
		       const struct own_chains *rules, struct errors *errors)
{
	struct document *document = document_start();
	json_t *object = json_checked(json_object());
	char *text;

	json_put(object, "guarding", json_boolean(guarding));
	if (nft->closed)
		json_put(object, "closed", json_text(nft->why));
	json_put(object, "module", module_json());
	json_put(object, "fixups", fixups_json(fixups));
	json_put(object, "rules", rules_json(rules));
	put_times(object, nft);
	put_memory(object, errors);
	document_add(document, "status", object);
	text = document_end(document);
	fputs(text, stdout);
	free(text);
}

static void print_text(const struct nft *nft, const struct fixup_list *fixups,
		       const struct own_chains *rules, struct errors *errors)
{
	print_module();
	print_lists(nft, fixups, rules);
	print_times(nft);
	print_memory(errors);
}

static bool read_all(struct nft *nft, struct fixup_list *fixups,
		     struct own_chains *rules, struct errors *errors)
{
	return !nft_own_read(nft, rules, errors) &&
	       !nft_read(nft, fixups, errors);
}

/* A closed gateway resets connections, whatever other rules would guard. */
static bool is_guarding(const struct nft *nft, const struct fixup_list *fixups,
			const struct own_chains *rules)
{
	return !nft->closed && module_loaded() &&
	       (fixup_count(fixups) || rules->count);
}

bool read_guarding(bool *guarding, struct errors *errors)
{
	struct fixup_list fixups = { .array = NULL };
	struct own_chains rules = { .array = NULL };
	struct nft nft;
	bool done;

	if (nft_open(&nft, errors))
		return false;
	done = read_all(&nft, &fixups, &rules, errors);
	*guarding = done && is_guarding(&nft, &fixups, &rules);
	fixup_list_free(&fixups);
	nft_own_free(&rules);
	nft_close(&nft);
	return done;
}

int show_status(bool json, struct errors *errors)
{
	struct fixup_list fixups = { .array = NULL };
	struct own_chains rules = { .array = NULL };
	bool guarding = false;
	struct nft nft;

	if (nft_open(&nft, errors))
		return EXIT_FAILURE;
	if (read_all(&nft, &fixups, &rules, errors)) {
		guarding = is_guarding(&nft, &fixups, &rules);
		if (json)
			print_json(guarding, &nft, &fixups, &rules, errors);
		else
			print_text(&nft, &fixups, &rules, errors);
	}
	fixup_list_free(&fixups);
	nft_own_free(&rules);
	nft_close(&nft);
	if (errors->count)
		return EXIT_FAILURE;
	if (nft.closed)
		return STATUS_CLOSED;
	return guarding ? EXIT_SUCCESS : STATUS_NOT_GUARDING;
}
