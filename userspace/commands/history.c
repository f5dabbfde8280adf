// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps, lists and reads the configurations that were saved before: beside the
 * file of the saved configuration, FILE, there are FILE.1, the one before it, to
 * FILE.10.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "commands/history.h"
#include "commands/show.h"
#include "language/json.h"
#include "language/parse.h"
#include "lib/json.h"
#include "lib/memory.h"

/* Number 0 is the file itself. The caller frees the name. */
static char *kept_name(const char *real, unsigned long number)
{
	return number ? xasprintf("%s.%lu", real, number) : xstrdup(real);
}

/* It is no error if there is no file of this number. */
static int rename_kept(const char *real, unsigned long number)
{
	char *from = kept_name(real, number);
	char *to = kept_name(real, number + 1);
	int ret = rename(from, to);

	if (ret && errno == ENOENT)
		ret = 0;
	free(from);
	free(to);
	return ret;
}

/*
 * A hard link needs no room on the disk. It is made first: where there can be none,
 * each attempt would lose the oldest file.
 */
int history_keep(const char *real)
{
	char *kept = xasprintf("%s.kept", real), *first = kept_name(real, 1);
	unsigned long number;
	int ret, error;

	unlink(kept);	/* of a command that was killed */
	ret = link(real, kept);
	for (number = SAVED_MAX - 1; !ret && number; number--)
		ret = rename_kept(real, number);
	if (!ret)
		ret = rename(kept, first);
	error = errno;
	if (ret)
		unlink(kept);
	errno = error;
	free(first);
	free(kept);
	return ret;
}

/* The files are beside the real one, if @startup is a symbolic link. */
static char *name_of(const char *startup, unsigned long number)
{
	char *real = realpath(startup, NULL), *name;

	name = kept_name(real ? real : startup, number);
	free(real);
	return name;
}

const struct input *history_read(struct inputs *inputs, struct errors *errors,
				 const char *startup,
				 const struct number *number)
{
	const struct input *in = NULL;
	char *name;

	if (!number->given)
		return input_file(inputs, errors, startup, NULL);
	name = name_of(startup, number->value);
	if (access(name, F_OK))
		error_at(errors, &number->loc,
			 "there is no file '%s': 'list startup-configs' tells which are saved",
			 name);
	else
		in = input_file(inputs, errors, name, NULL);
	free(name);
	return in;
}

void history_expand(struct cmd_list *cmds, const char *startup,
		    struct inputs *inputs, struct errors *errors)
{
	struct cmd *rollback = cmds->head;
	const struct input *in;
	struct cmd *cmd;

	while (rollback && rollback->op != CMD_ROLLBACK)
		rollback = rollback->next;
	if (!rollback)
		return;
	if (rollback == cmds->head && !rollback->next) {
		in = history_read(inputs, errors, startup, &rollback->saved);
		if (in)
			parse(in, inputs, cmds, errors);
		rollback = NULL;
		for (cmd = cmds->head->next; cmd; cmd = cmd->next)
			if (cmd->op == CMD_ROLLBACK)
				rollback = cmd;
	}
	if (rollback)
		error_at(errors, &rollback->loc,
			 "configure rollback is given alone, on the command line");
}

static void print_saved(unsigned long number, const char *name,
			const struct stat *st, struct document *document)
{
	json_t *object;
	char when[64];

	if (!document) {
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S %z",
			 localtime(&st->st_mtime));
		printf("startup-config %-2.0lu  %s  %lld bytes\n", number, when,
		       (long long)st->st_size);
		return;
	}
	object = json_checked(json_object());
	json_put(object, "number", json_integer(number));
	json_put(object, "file", json_text(name));
	json_put(object, "saved", json_integer(st->st_mtime));
	json_put(object, "size", json_integer(st->st_size));
	document_add(document, "startup-config", object);
}

void list_startup_configs(const struct cmd *cmd, const struct show *show,
			  struct errors *errors)
{
	unsigned long number;
	struct stat st;
	char *name;

	(void)cmd;
	for (number = 0; number <= SAVED_MAX; number++) {
		name = name_of(show->startup, number);
		if (!stat(name, &st))
			print_saved(number, name, &st, show->document);
		else if (errno != ENOENT)
			error_at(errors, NULL, "cannot read '%s': %s", name,
				 strerror(errno));
		free(name);
	}
}
