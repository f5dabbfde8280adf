// SPDX-License-Identifier: GPL-2.0
/* Loads the saved configuration when the machine starts. */
#include <errno.h>
#include <syslog.h>
#include <unistd.h>

#include "commands/closing.h"
#include "commands/commit.h"
#include "commands/show.h"
#include "commands/start.h"
#include "language/input.h"
#include "language/parse.h"
#include "lib/memory.h"

bool start_load(const struct input *in, struct inputs *inputs,
		enum commit_how how, struct fixup_list *closed,
		struct errors *errors)
{
	struct cmd_list cmds = { .head = NULL };
	bool read;

	/* Ends the fixups that there are, and releases no connection. */
	parse(input_text(inputs, "<start>",
			 xstrdup("clear fixup; no fixup protocol smtp 25")),
	      inputs, &cmds, errors);
	if (in)
		parse(in, inputs, &cmds, errors);
	read = !errors->count;
	if (read)
		commit(&cmds, how, false, errors);
	*closed = (struct fixup_list){ .array = NULL };
	if (errors->count)
		closing_list(closed, &cmds, read);
	cmd_list_free(&cmds);
	return !errors->count;
}

void start(bool policies_only, struct errors *errors)
{
	struct inputs inputs = { .head = NULL };
	struct fixup_list closed;
	const struct input *in;

	if (access(STARTUP_CONFIG_FILE, F_OK) && errno == ENOENT) {
		error_at(errors, NULL,
			 "there is no " STARTUP_CONFIG_FILE ": 'mailguard write memory' writes it");
		return;
	}
	in = input_file(&inputs, errors, STARTUP_CONFIG_FILE, NULL);
	if (!start_load(in, &inputs, policies_only ? COMMIT_POLICIES :
			COMMIT_ALL, &closed, errors)) {
		if (policies_only)
			closing_tell(LOG_ERR,
				     "the policies are not loaded: nft refuses a file whose rules name their helpers");
		else
			closing_fail(&closed, errors);
	}
	fixup_list_free(&closed);
	inputs_free(&inputs);
}
