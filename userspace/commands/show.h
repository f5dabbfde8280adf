/* SPDX-License-Identifier: GPL-2.0 */
/* The statements that print the current state. */
#ifndef MAILGUARD_SHOW_H
#define MAILGUARD_SHOW_H

#include <stdbool.h>

#include "language/cmd.h"
#include "language/errors.h"
#include "language/json.h"

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_OPENMETRICS,
	FORMAT_PROMETHEUS,
};

/* How a statement prints what it asks for. */
struct show {
	enum format format;
	struct document *document; /* add objects to it; NULL: print text */
	bool all;		/* counters that are zero are listed, too */
	const char *startup;	/* the file of the saved configuration */
};

typedef void show_statement(const struct cmd *cmd, const struct show *show,
			    struct errors *errors);

show_statement show_fixup, list_policies, list_ruleset, list_connections,
	       list_counters, list_offenders, delete_offender,
	       show_startup_config, list_startup_configs, write_memory;

/* Returns what "list ruleset" prints, or NULL after an error message. */
char *running_config(size_t *len, struct errors *errors);

/* Reads policies and fixups. Returns 0, or a negative errno after a message. */
int ruleset_read(struct policy_list *policies, struct fixup_list *fixups,
		 struct errors *errors);

/* Gives an error message if the policy has settings that cannot be printed. */
void refuse_unknown(const struct policy *policy, struct errors *errors);

/* The file of the saved configuration, unless -f names another. */
#define STARTUP_CONFIG_FILE	"/etc/mailguard.conf"

#endif
