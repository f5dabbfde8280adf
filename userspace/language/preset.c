// SPDX-License-Identifier: GPL-2.0
/* Reads and prints presets. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "language/json.h"
#include "language/parse.h"
#include "language/preset.h"
#include "language/suggest.h"
#include "lib/memory.h"
#include "mailguard.h"

/* An error message lists at most this many presets. */
#define PRESETS_TOLD		20
/*
 * Presets that start from each other may be nested this deep, because each
 * needs a parser.
 */
#define PRESET_DEPTH_MAX	16

struct names {
	char **array;
	size_t count;
	size_t room;
};

/*
 * secure_getenv(): a command with more privileges than its caller must not read
 * files that its caller chose.
 */
static const char *presets_directory(void)
{
	const char *dir = secure_getenv("MAILGUARD_PRESETS");

	return dir && *dir ? dir : PRESETS_DIR;
}

/*
 * The name must be a valid policy name, and safe as a file name in a path and
 * in a shell.
 */
static bool is_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-");

	return len && !name[len] && len <= MAILGUARD_POLICY_NAME_MAX &&
	       name[0] != '.' && name[0] != '-';
}

static char *path_of(const char *name)
{
	return xasprintf("%s/%s", presets_directory(), name);
}

bool preset_exists(const char *name)
{
	char *path;
	bool exists;

	if (!is_name(name))
		return false;
	path = path_of(name);
	exists = !access(path, F_OK);
	free(path);
	return exists;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char **)a, *(char **)b);
}

/*
 * Reads the sorted names. Returns -1 with errno set if the directory cannot be
 * read.
 */
static int read_names(struct names *names)
{
	const struct dirent *entry;
	DIR *dir;

	dir = opendir(presets_directory());
	if (!dir)
		return -1;
	while ((entry = readdir(dir))) {
		if (entry->d_type == DT_DIR || !is_name(entry->d_name))
			continue;
		names->array = xgrow(names->array, names->count, &names->room,
				     sizeof(*names->array));
		names->array[names->count++] = xstrdup(entry->d_name);
	}
	closedir(dir);
	if (names->count)
		qsort(names->array, names->count, sizeof(*names->array),
		      compare);
	return 0;
}

static void free_names(struct names *names)
{
	while (names->count)
		free(names->array[--names->count]);
	free(names->array);
}

static void complain_directory(struct errors *errors,
			       const struct location *loc)
{
	error_at(errors, loc, "cannot read the presets in '%s': %s",
		 presets_directory(), strerror(errno));
}

static char *all_names(const struct names *names)
{
	char *text = xstrdup(""), *longer;
	const char *glue;
	size_t i;

	for (i = 0; i < names->count && i < PRESETS_TOLD; i++) {
		glue = !i ? "" : i + 1 == names->count ? " and " : ", ";
		longer = xasprintf("%s%s%s", text, glue, names->array[i]);
		free(text);
		text = longer;
	}
	if (i == names->count)
		return text;
	longer = xasprintf("%s and others", text);
	free(text);
	return longer;
}

static void suggest_names(struct suggestion *suggestion,
			  const struct word *name, const struct names *names)
{
	size_t i;

	suggest_start(suggestion, name->text);
	for (i = 0; i < names->count; i++)
		suggest_offer(suggestion, names->array[i]);
}

static void complain_none(struct errors *errors, const struct word *name,
			  const struct names *names)
{
	struct suggestion suggestion;
	char *all = all_names(names);

	suggest_names(&suggestion, name, names);
	if (suggestion.nearest[0])
		error_at(errors, &name->loc,
			 "there is no preset '%s'; did you mean '%s'? There are %s",
			 name->text, suggestion.nearest, all);
	else if (names->count)
		error_at(errors, &name->loc,
			 "there is no preset '%s', but there are %s",
			 name->text, all);
	else
		error_at(errors, &name->loc,
			 "there is no preset '%s', nor any other in '%s'",
			 name->text, presets_directory());
	free(all);
}

static void complain_unknown(struct errors *errors, const struct word *name)
{
	struct names names = { .array = NULL };

	if (read_names(&names)) {
		complain_directory(errors, &name->loc);
		return;
	}
	complain_none(errors, name, &names);
	free_names(&names);
}

void preset_complain(struct errors *errors, const struct word *name,
		     const struct suggestion *s)
{
	struct names names = { .array = NULL };
	struct suggestion preset;

	/* If the directory cannot be read, no preset is suggested. */
	read_names(&names);
	suggest_names(&preset, name, &names);
	free_names(&names);
	if (preset.distance < s->distance)
		error_at(errors, &name->loc,
			 "there is no policy '%s'; did you mean the preset '%s'?",
			 name->text, preset.nearest);
	else if (s->nearest[0])
		error_at(errors, &name->loc,
			 "there is no policy '%s'; did you mean '%s'?",
			 name->text, s->nearest);
	else
		error_at(errors, &name->loc, "there is no policy '%s'",
			 name->text);
}

/*
 * The file must hold one policy with the name of the file. Errors are reported
 * with their place in that file.
 */
static void check_preset(const struct cmd_list *cmds, const struct word *name,
			 const struct input *in, struct errors *errors)
{
	const struct cmd *first = cmds->head;
	struct location loc = { .in = in };
	const struct word *found;

	if (!first || first->op != CMD_POLICY || first->next) {
		if (first)
			loc = first->op != CMD_POLICY ? first->loc :
							first->next->loc;
		error_at(errors, &loc,
			 "a preset is one policy and no other statement");
		return;
	}
	found = &first->policy->name;
	if (strcmp(found->text, name->text))
		error_at(errors, &found->loc,
			 "the policy of the preset '%s' must have its name",
			 name->text);
}

static struct policy *parse_preset(const struct input *in,
				   struct inputs *inputs,
				   const struct word *name,
				   struct errors *errors)
{
	unsigned int before = errors->count;
	struct cmd_list cmds = { .head = NULL };
	struct policy *policy = NULL;

	parse(in, inputs, &cmds, errors);
	if (errors->count == before)
		check_preset(&cmds, name, in, errors);
	if (errors->count == before) {
		policy = cmds.head->policy;
		cmds.head->policy = NULL;
	}
	cmd_list_free(&cmds);
	return policy;
}

/* True if this file is being read already: the preset starts from itself. */
static bool is_open(const struct location *loc, const char *path)
{
	const struct input *in;

	for (in = loc->in; in; in = in->from.in)
		if (in->path && !strcmp(in->path, path))
			return true;
	return false;
}

/*
 * Opens the preset by its full path, because its includes are relative to it.
 */
static const struct input *open_preset(struct inputs *inputs,
				       struct errors *errors,
				       const struct word *name)
{
	char *path = path_of(name->text), *whole = realpath(path, NULL);
	const struct input *in = NULL;

	if (whole && is_open(&name->loc, whole))
		error_at(errors, &name->loc,
			 "the preset '%s' starts from itself", name->text);
	else
		in = input_file(inputs, errors, whole ? whole : path,
				&name->loc);
	free(whole);
	free(path);
	return in;
}

struct policy *preset_read(struct inputs *inputs, struct errors *errors,
			   const struct word *name)
{
	struct policy *policy;
	const struct input *in;

	if (!preset_exists(name->text)) {
		complain_unknown(errors, name);
		return NULL;
	}
	if (inputs->presets == PRESET_DEPTH_MAX) {
		error_at(errors, &name->loc,
			 "presets start from each other deeper than %d",
			 PRESET_DEPTH_MAX);
		return NULL;
	}
	in = open_preset(inputs, errors, name);
	if (!in)
		return NULL;
	inputs->presets++;
	policy = parse_preset(in, inputs, name, errors);
	inputs->presets--;
	return policy;
}

/*
 * Returns the first line of the comment at the head of the file, or NULL. The
 * caller frees it.
 */
static char *about_preset(const struct input *in)
{
	const char *line = in->data, *end, *text;

	for (; *line == '#'; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		text = line + 1 + strspn(line + 1, " \t");
		if (text < end && strncmp(text, "SPDX-", 5))
			return xmemdup(text, end - text);
	}
	return NULL;
}

static void print_about(const char *name, const struct input *in,
			struct document *document)
{
	char *about = about_preset(in);
	json_t *object;

	if (document) {
		object = json_checked(json_object());
		json_put(object, "name", json_text(name));
		if (about)
			json_put(object, "about", json_text(about));
		document_add(document, "preset", object);
	} else if (about) {
		printf("%-*s  %s\n", MAILGUARD_POLICY_NAME_MAX, name, about);
	} else {
		puts(name);
	}
	free(about);
}

/*
 * Reads the file of a preset for printing, without parsing it. No statement
 * includes the file, so errors have no location.
 */
static void print_preset(const char *name, struct document *document,
			 struct errors *errors,
			 void (*print)(const char *name,
				       const struct input *in,
				       struct document *document))
{
	struct inputs inputs = { .head = NULL };
	const struct input *in;
	char *path = path_of(name);

	in = input_file(&inputs, errors, path, NULL);
	if (in)
		print(name, in, document);
	free(path);
	inputs_free(&inputs);
}

void list_presets(struct document *document, struct errors *errors)
{
	struct names names = { .array = NULL };
	size_t i;

	if (read_names(&names)) {
		complain_directory(errors, NULL);
		return;
	}
	for (i = 0; i < names.count; i++)
		print_preset(names.array[i], document, errors, print_about);
	free_names(&names);
}

void preset_print_names(void)
{
	struct names names = { .array = NULL };
	size_t i;

	if (read_names(&names))
		return;
	for (i = 0; i < names.count; i++)
		puts(names.array[i]);
	free_names(&names);
}

static void print_whole(const char *name, const struct input *in,
			struct document *document)
{
	(void)name;
	(void)document;
	fwrite(in->data, 1, in->len, stdout);
}

static void add_policy(const struct word *name, struct document *document,
		       struct errors *errors)
{
	struct inputs inputs = { .head = NULL };
	struct policy *policy = preset_read(&inputs, errors, name);

	if (policy)
		document_add_policy(document, policy);
	policy_free(policy);
	inputs_free(&inputs);
}

/* As text this is the file, with its comments; as JSON, the policy only. */
void show_preset(const struct word *name, struct document *document,
		 struct errors *errors)
{
	if (document)
		add_policy(name, document, errors);
	else if (preset_exists(name->text))
		print_preset(name->text, NULL, errors, print_whole);
	else
		complain_unknown(errors, name);
}
