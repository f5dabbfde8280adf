// SPDX-License-Identifier: GPL-2.0
/*
 * mailguard diff: compares a file with what is running.
 *
 * The file stands for what its statements would make of a machine that has just
 * started. Both are printed as "list ruleset" prints them, but with the policies
 * by name, and diff(1) compares them. A policy of the file that means the same
 * as the running one is printed as that, because the file may say what is the
 * default, too.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands/diff.h"
#include "commands/plan.h"
#include "commands/show.h"
#include "compile/compile.h"
#include "language/parse.h"
#include "lib/capture.h"
#include "lib/memory.h"

/* What is compared: policies by name, and fixups in their order. */
struct side {
	const struct policy **policies;
	size_t count;
	size_t room;
	const struct fixup_list *fixups;
};

static void side_add(struct side *side, const struct policy *policy)
{
	side->policies = xgrow(side->policies, side->count, &side->room,
			       sizeof(*side->policies));
	side->policies[side->count++] = policy;
}

static int compare_names(const void *a, const void *b)
{
	const struct policy * const *one = a, * const *other = b;

	return strcmp((*one)->name.text, (*other)->name.text);
}

/* Prints the side into a file in memory, and returns its descriptor. */
static int side_print(struct side *side, struct errors *errors)
{
	const struct fixup *fixup;
	struct capture capture;
	char *text;
	size_t i;
	int fd;

	if (side->count)
		qsort(side->policies, side->count, sizeof(*side->policies),
		      compare_names);
	capture_begin(&capture);
	for (i = 0; i < side->count; i++)
		policy_print(side->policies[i]);
	for (i = 0; (fixup = fixup_list_at(side->fixups, i)); i++) {
		text = fixup_text(fixup);
		puts(text);
		free(text);
	}
	capture_end(&capture);
	fd = memfd_create("mailguard", 0);
	if (fd < 0 || write(fd, capture.text, capture.len) !=
		      (ssize_t)capture.len)
		error_at(errors, NULL, "cannot write what is compared: %s",
			 strerror(errno));
	free(capture.text);
	return fd;
}

/*
 * Adds the policy as it is running, if it means the same. The file need not say
 * what the policy "default" is.
 */
static void add_planned(struct side *side, const struct policy *planned,
			const struct policy *running, struct errors *errors)
{
	if (running && policy_same(running, planned, errors))
		side_add(side, running);
	else if (planned)
		side_add(side, planned);
}

static void read_side(struct side *side, const struct plan *plan,
		      const struct policy_list *running, struct errors *errors)
{
	const struct policy *policy;
	const struct change *change;
	bool has_default = false;
	size_t i;

	for (i = 0; i < plan->change_count; i++) {
		change = &plan->changes[i];
		has_default |= change->policy &&
			       !strcmp(change->name->text,
				       MAILGUARD_POLICY_DEFAULT);
		policy = policy_list_find(running, change->name->text);
		if (change->policy)
			add_planned(side, change->policy, policy, errors);
	}
	if (!has_default)
		add_planned(side, NULL,
			    policy_list_find(running, MAILGUARD_POLICY_DEFAULT),
			    errors);
	side->fixups = &plan->fixups;
}

/* Returns the exit status of diff(1), which prints the differences. */
static int run_diff(const char *path, int saved, int running,
		    struct errors *errors)
{
	char *one = xasprintf("/proc/self/fd/%d", saved);
	char *other = xasprintf("/proc/self/fd/%d", running);
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		execlp("diff", "diff", "-u", "--label", path, "--label",
		       "running-config", one, other, NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		error_at(errors, NULL, "cannot run diff: %s", strerror(errno));
	else if (!WIFEXITED(status) || WEXITSTATUS(status) > STATUS_TROUBLE)
		error_at(errors, NULL,
			 "cannot run diff: is the package diffutils installed?");
	free(one);
	free(other);
	return WEXITSTATUS(status);
}

static int compare(const char *path, const struct plan *plan,
		   struct errors *errors)
{
	struct policy_list policies = { .head = NULL };
	struct fixup_list fixups = { .array = NULL };
	struct side saved = { .count = 0 }, running = { .fixups = &fixups };
	const struct policy *policy;
	int one = -1, other = -1, status = STATUS_TROUBLE;

	if (!ruleset_read(&policies, &fixups, errors)) {
		for (policy = policies.head; policy; policy = policy->next) {
			side_add(&running, policy);
			refuse_unknown(policy, errors);
		}
		read_side(&saved, plan, &policies, errors);
		one = side_print(&saved, errors);
		other = side_print(&running, errors);
	}
	if (!errors->count)
		status = run_diff(path, one, other, errors);
	if (one >= 0)
		close(one);
	if (other >= 0)
		close(other);
	free(saved.policies);
	free(running.policies);
	policy_list_free(&policies);
	fixup_list_free(&fixups);
	return status;
}

int diff(const char *path, struct errors *errors)
{
	static const struct policy_list no_policies;
	static const struct fixup_list no_fixups;
	struct cmd_list cmds = { .head = NULL };
	struct inputs inputs = { .head = NULL };
	struct plan plan = { .changes = NULL };
	const struct input *in;
	int status = STATUS_TROUBLE;

	in = input_file(&inputs, errors, path, NULL);
	if (in)
		parse(in, &inputs, &cmds, errors);
	if (!errors->count)
		plan_make(&plan, &cmds, &no_policies, &no_fixups, errors);
	if (!errors->count)
		status = compare(path, &plan, errors);
	plan_free(&plan);
	cmd_list_free(&cmds);
	inputs_free(&inputs);
	return status;
}
