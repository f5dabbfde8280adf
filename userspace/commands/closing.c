// SPDX-License-Identifier: GPL-2.0
/* Closes the gateway, or leaves it open, if it cannot be guarded. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "commands/closing.h"
#include "commands/module.h"
#include "commands/status.h"
#include "lib/memory.h"
#include "lib/retry.h"
#include "nft/offenders.h"
#include "nft/own.h"
#include "nft/table.h"

#define KEY		"ON_FAILURE="

void closing_tell(int priority, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	if (getenv("JOURNAL_STREAM"))
		fprintf(stderr, "<%d>", priority);
	fputs("mailguard: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/* Returns the default port if the statement has none, or one that is none. */
static struct fixup ports_of(const struct cmd *cmd)
{
	const struct ports *ports = &cmd->ports;
	struct fixup fixup = {
		.first = FIXUP_PORT_DEFAULT,
		.last = FIXUP_PORT_DEFAULT,
		.policy = MAILGUARD_POLICY_DEFAULT,
		.matches = cmd->matches,
	};

	if (ports->given && ports->first >= 1 && ports->first <= ports->last &&
	    ports->last <= UINT16_MAX) {
		fixup.first = ports->first;
		fixup.last = ports->last;
	}
	return fixup;
}

static void close_ports(struct fixup_list *list, const struct fixup *fixup)
{
	if (!fixup->matches)
		fixup_list_insert(list, fixup);
	else if (!fixup_list_find_narrowed(list, fixup))
		fixup_list_add_narrowed(list, fixup);
}

static void open_ports(struct fixup_list *list, const struct cmd *cmd)
{
	struct fixup wanted = ports_of(cmd), *old;

	if (!cmd->ports.given && !cmd->matches && !cmd->name.text) {
		fixup_list_free(list);
	} else if (wanted.matches) {
		old = fixup_list_find_narrowed(list, &wanted);
		if (old)
			fixup_list_remove_narrowed(list, old);
	} else {
		old = fixup_list_overlap(list, wanted.first, wanted.last);
		if (old && old->first == wanted.first &&
		    old->last == wanted.last)
			fixup_list_remove(list, old);
	}
}

/* In a file with errors ports may overlap. Merges those. */
static void merge_ports(struct fixup_list *list)
{
	struct fixup_list plain = *list, ports;

	plain.narrowed = NULL;
	plain.narrowed_count = 0;
	fixup_list_ports(&ports, &plain);
	free(list->array);
	list->array = ports.array;
	list->count = ports.count;
	list->room = ports.room;
}

/* Do rules of one's own assign a helper? Then its policy is there, too. */
static bool own_rules_guard(void)
{
	struct errors errors = { .quiet = true };
	struct own_chains rules = { .array = NULL };
	struct nft nft;
	bool guard;

	if (nft_open(&nft, &errors))
		return false;
	guard = !nft_own_read(&nft, &rules, &errors) && rules.count &&
		module_loaded();
	nft_own_free(&rules);
	nft_close(&nft);
	return guard;
}

void closing_list(struct fixup_list *list, const struct cmd_list *cmds,
		  bool whole)
{
	static const struct cmd port_25 = { .op = CMD_FIXUP };
	struct fixup fixup = ports_of(&port_25);
	const struct cmd *cmd;
	bool policies = false;

	*list = (struct fixup_list){ .array = NULL };
	for (cmd = cmds->head; cmd; cmd = cmd->next) {
		policies |= cmd->op == CMD_POLICY;
		if (cmd->op == CMD_NO_FIXUP) {
			open_ports(list, cmd);
			continue;
		}
		if (cmd->op == CMD_CLEAR_FIXUP)
			fixup_list_free(list);
		else if (cmd->op != CMD_FIXUP)
			continue;
		fixup = ports_of(cmd);
		close_ports(list, &fixup);
	}
	fixup = ports_of(&port_25);
	if (!whole || (policies && !fixup_list_at(list, 0) &&
		       !own_rules_guard()))
		close_ports(list, &fixup);
	merge_ports(list);
}

static int close_once(struct nft *nft, const struct fixup_list *list,
		      const char *why, struct errors *errors)
{
	struct fixup_list old = { .array = NULL };
	int ret;

	ret = nft_read(nft, &old, errors);
	fixup_list_free(&old);
	return ret ? ret : nft_write_closed(nft, list, why, errors);
}

bool closing_close(const struct fixup_list *list, const char *why,
		   struct errors *errors)
{
	struct retry retry;
	struct nft nft;
	int ret;

	if (nft_open(&nft, errors))
		return false;
	retry_begin(&retry);
	do {
		ret = close_once(&nft, list, why, errors);
	} while (ret == -ERESTART && retry_wait(&retry));
	nft_close(&nft);
	if (ret == -ERESTART)
		error_at(errors, NULL,
			 "others change the nft ruleset all the time");
	return !ret;
}

/* Removes the table of a closed gateway. */
static void open_again(struct nft *nft, struct errors *errors)
{
	static const struct offenders_list none = { .array = NULL };
	static const struct fixup_list nothing = { .array = NULL };

	if (nft->closed)
		nft_write(nft, &nothing, &none, errors);
}

/* Reads the last line "ON_FAILURE=open", or the same with quotes. */
static bool stays_open(void)
{
	FILE *file = fopen(DEFAULTS_FILE, "re");
	char line[256], *value;
	bool open = false;

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, KEY, strlen(KEY)))
			continue;
		value = line + strlen(KEY);
		value += strspn(value, "\"'");
		value[strcspn(value, "\"' \t\r\n")] = '\0';
		open = !strcmp(value, "open");
		if (!open && strcmp(value, "closed"))
			closing_tell(LOG_ERR,
				     "%s: ON_FAILURE is closed or open, not '%s': closed is assumed",
				     DEFAULTS_FILE, value);
	}
	fclose(file);
	return open;
}

static char *text_of_ports(const struct fixup_list *list)
{
	struct fixup_list ports;
	char *text = xstrdup(""), *one, *longer;
	size_t i;

	fixup_list_ports(&ports, list);
	for (i = 0; i < ports.count; i++) {
		one = ports_text(ports.array[i].first, ports.array[i].last);
		longer = xasprintf("%s%s%s", text, i ? ", " : "", one);
		free(one);
		free(text);
		text = longer;
	}
	fixup_list_free(&ports);
	return text;
}

/* If the command exits with this status, the unit lets nft close the gateway. */
static void not_closed(struct errors *errors)
{
	closing_tell(LOG_CRIT,
		     "NOTHING IS GUARDED: the gateway cannot be closed");
	errors->failure = STATUS_NOT_CLOSED;
}

static void close_or_open(struct nft *nft, const struct fixup_list *list,
			  struct errors *errors)
{
	char *ports;

	if (stays_open()) {
		open_again(nft, errors);
		closing_tell(LOG_CRIT,
			     "NOTHING IS GUARDED: mail passes unread, as ON_FAILURE=open in %s wants it",
			     DEFAULTS_FILE);
		return;
	}
	if (!fixup_list_at(list, 0))
		return;
	ports = text_of_ports(list);
	if (closing_close(list, errors->first, errors))
		closing_tell(LOG_CRIT,
			     "THE GATEWAY IS CLOSED: connections to port %s are reset until 'mailguard start' succeeds",
			     ports);
	else
		not_closed(errors);
	free(ports);
}

void closing_fail(const struct fixup_list *list, struct errors *errors)
{
	struct fixup_list fixups = { .array = NULL };
	struct nft nft;

	if (nft_open(&nft, errors))
		return;
	if (!nft_read(&nft, &fixups, errors) && fixup_list_at(&fixups, 0))
		closing_tell(LOG_ERR,
			     "the fixups that there are go on guarding");
	else
		close_or_open(&nft, list, errors);
	fixup_list_free(&fixups);
	nft_close(&nft);
}
