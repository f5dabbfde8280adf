// SPDX-License-Identifier: GPL-2.0
/*
 * Replaces the module without a gap. The table is replaced by one that resets
 * the guarded connections, old and new. The ends of the old ones are made to send
 * something, so that they are reset at once. Then their entries are deleted, so that
 * what is left of them begins without a SYN, which the new table resets, too.
 * Only then the module is unloaded.
 */
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "commands/closing.h"
#include "commands/module.h"
#include "commands/show.h"
#include "commands/start.h"
#include "language/input.h"
#include "language/parse.h"
#include "lib/memory.h"
#include "lib/signals.h"
#include "netlink/entries.h"
#include "nft/own.h"
#include "nft/table.h"

#define WHY	"mailguard restart replaces the module"

/* What the new module gets from the old one. */
struct before {
	struct fixup_list fixups;	/* and ports of other connections */
	char *running;			/* policies and fixups, or NULL */
	bool closed;			/* the gateway was closed */
};

/* The module cannot go while rules name its helpers. */
static bool complain_own(struct nft *nft, struct errors *errors)
{
	struct own_chains chains = { .array = NULL };
	char *text;
	bool none;

	if (nft_own_read(nft, &chains, errors))
		return false;
	none = !chains.count;
	if (!none) {
		text = nft_own_text(&chains.array[0]);
		error_at(errors, NULL,
			 "rules of your own need the module, such as those of %s: delete the table, and load it again afterwards",
			 text);
		free(text);
	}
	nft_own_free(&chains);
	return none;
}

/* If what runs cannot be read, the saved configuration takes its place. */
static char *read_running(void)
{
	struct errors errors = { .count = 0 };
	size_t len;
	char *text = running_config(&len, &errors);

	if (!text)
		closing_tell(LOG_WARNING,
			     "the running configuration cannot be read: the saved one is loaded");
	return text;
}

/*
 * The table of a closed gateway has no fixups. So port 25 and the ports of the saved
 * file are those that stay closed during the restart.
 */
static void read_saved(struct fixup_list *list)
{
	struct errors errors = { .quiet = true };
	struct cmd_list cmds = { .head = NULL };
	struct inputs inputs = { .head = NULL };
	const struct input *in;

	in = input_file(&inputs, &errors, STARTUP_CONFIG_FILE, NULL);
	if (in)
		parse(in, &inputs, &cmds, &errors);
	closing_list(list, &cmds, false);
	cmd_list_free(&cmds);
	inputs_free(&inputs);
}

static bool read_before(struct before *before, struct errors *errors)
{
	struct nft nft;
	bool done;

	*before = (struct before){ .running = NULL };
	if (nft_open(&nft, errors))
		return false;
	done = complain_own(&nft, errors) &&
	       !nft_read(&nft, &before->fixups, errors);
	before->closed = nft.closed;
	nft_close(&nft);
	if (done && before->closed)
		read_saved(&before->fixups);
	if (!done || !module_loaded())
		return done;
	if (!before->closed)
		before->running = read_running();
	return !entries_ports(&before->fixups, errors);
}

/*
 * Begins as soon as the gateway is closed: the entry of a connection whose one end
 * was reset expires after ten seconds, and its other end would not be found.
 */
static bool reset_connections(const struct before *before,
			      struct errors *errors)
{
	size_t left;

	if (entries_reset(&before->fixups, &left, errors))
		return false;
	if (left)
		closing_tell(LOG_WARNING,
			     "%zu connection%s may have an end that was not reached: it is reset when it next sends something, or waits for its own timeout",
			     left, left == 1 ? "" : "s");
	return true;
}

static bool replace_module(const struct before *before, struct errors *errors)
{
	if (module_loaded() &&
	    (!reset_connections(before, errors) || !module_unused(errors) ||
	     entries_delete(&before->fixups, errors) ||
	     !module_unload(errors)))
		return false;
	return module_load(errors);
}

/* Without a configuration the gateway would be open, and mail pass unread. */
static bool lacks_config(const struct before *before)
{
	return !before->running && access(STARTUP_CONFIG_FILE, F_OK) &&
	       (before->closed || fixup_list_at(&before->fixups, 0));
}

/* Loads what ran before or, if nothing ran, the saved configuration. */
static void load_again(const struct before *before, struct errors *errors)
{
	struct errors after = { .count = 0 };
	struct inputs inputs = { .head = NULL };
	const struct input *in = NULL;
	struct fixup_list closed;

	if (lacks_config(before)) {
		error_at(errors, NULL,
			 "no " STARTUP_CONFIG_FILE ": 'mailguard fixup' opens the gateway");
		closing_fail(&before->fixups, errors);
		return;
	}
	if (before->running)
		in = input_text(&inputs, "<running-config>",
				xstrdup(before->running));
	else if (!access(STARTUP_CONFIG_FILE, F_OK))
		in = input_file(&inputs, &after, STARTUP_CONFIG_FILE, NULL);
	if (!start_load(in, &inputs, COMMIT_ALL, &closed, &after)) {
		if (!errors->count)
			strcpy(errors->first, after.first);
		errors->count += after.count;
		if (!before->running || fixup_list_at(&before->fixups, 0))
			closing_fail(&closed, errors);
	}
	fixup_list_free(&closed);
	inputs_free(&inputs);
}

/* Signals are blocked: one in the middle would leave the gateway closed. */
static void run(struct before *before, struct errors *errors)
{
	sigset_t signals;

	signals_hold(&signals);
	if (!fixup_list_at(&before->fixups, 0) ||
	    closing_close(&before->fixups, WHY, errors)) {
		replace_module(before, errors);
		load_again(before, errors);
	}
	signals_let_go(&signals);
}

void restart(struct errors *errors)
{
	struct before before;

	if (module_may_unload(errors)) {
		if (read_before(&before, errors))
			run(&before, errors);
		fixup_list_free(&before.fixups);
		free(before.running);
	}
}
