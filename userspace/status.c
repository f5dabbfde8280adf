// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "../kmod/version.h"
#include "nft.h"
#include "status.h"

#define MODULE		"/sys/module/nf_conntrack_smtp"
#define FIXUPS_SHOWN	5

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
static void print_time(const char *what, uint64_t since)
{
	struct timespec now, up;
	char text[64];
	time_t time;

	if (!since) {
		printf("%s unknown: the table was not made by mailguard\n",
		       what);
		return;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	time = now.tv_sec - (up.tv_sec - (time_t)since);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z",
		 localtime(&time));
	printf("%s %s\n", what, text);
}

static void print_fixups(const struct fixup_list *list)
{
	size_t count = list->count + list->narrowed_count, i;
	const struct fixup *fixup;
	char *text;

	printf("fixups   %zu\n", count);
	for (i = 0; (fixup = fixup_list_at(list, i)); i++) {
		if (i == FIXUPS_SHOWN - 1 && count > FIXUPS_SHOWN) {
			printf("  and %zu more\n", count - i);
			break;
		}
		text = fixup_text(fixup);
		printf("  %s\n", text);
		free(text);
	}
}

int show_status(struct errors *errors)
{
	struct fixup_list fixups = { .array = NULL };
	bool guarding = false;
	struct nft nft;

	if (nft_open(&nft, errors))
		return EXIT_FAILURE;
	if (!nft_read(&nft, &fixups, errors)) {
		guarding = module_loaded() && fixup_list_at(&fixups, 0);
		print_module();
		print_fixups(&fixups);
		if (nft.table) {
			print_time("since   ", nft.since);
			print_time("changed ", nft.changed);
		}
	}
	fixup_list_free(&fixups);
	nft_close(&nft);
	if (errors->count)
		return EXIT_FAILURE;
	return guarding ? EXIT_SUCCESS : STATUS_NOT_GUARDING;
}
