// SPDX-License-Identifier: GPL-2.0
/*
 * Writes and prints the saved configuration, which is read when the machine
 * starts. A new file is written beside the old one and renamed, so that there
 * is always one complete file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/history.h"
#include "commands/plan.h"
#include "commands/show.h"
#include "commands/trial.h"
#include "language/input.h"
#include "language/json.h"
#include "language/parse.h"
#include "lib/capture.h"
#include "lib/memory.h"
#include "lib/signals.h"
#include "nft/table.h"

#define MODE_NEW	0644

/* If a closed gateway were saved, nothing would be guarded after the next boot. */
static bool is_closed(struct errors *errors)
{
	struct fixup_list fixups = { .array = NULL };
	struct nft nft;
	int ret;

	ret = nft_open(&nft, errors);
	if (ret)
		return false;
	ret = nft_read(&nft, &fixups, errors);
	fixup_list_free(&fixups);
	nft_close(&nft);
	if (ret || !nft.closed)
		return false;
	error_at(errors, NULL,
		 "the gateway is closed, and has no fixups that could be kept: %s",
		 nft.why);
	return true;
}

/* The caller frees the text. */
char *running_config(size_t *len, struct errors *errors)
{
	unsigned int before = errors->count;
	const struct show text_of_all = { .document = NULL };
	struct capture capture;

	if (is_closed(errors))
		return NULL;
	capture_begin(&capture);
	list_ruleset(NULL, &text_of_all, errors);
	capture_end(&capture);
	*len = capture.len;
	if (errors->count == before)
		return capture.text;
	free(capture.text);
	return NULL;
}

/*
 * Follows symbolic links. Returns the path of the real file, or NULL with errno
 * set. The caller frees it.
 */
static char *real_file(const char *path, struct stat *old, bool *there)
{
	char *real = realpath(path, NULL);
	struct stat link;

	*there = real;
	if (!real && errno == ENOENT && lstat(path, &link))
		return xstrdup(path);
	if (!real || stat(real, old)) {
		free(real);
		return NULL;
	}
	if (S_ISREG(old->st_mode))
		return real;
	errno = S_ISDIR(old->st_mode) ? EISDIR : ENODEV;
	free(real);
	return NULL;
}

static int write_all(int fd, const char *text, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(fd, text, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		text += n;
		len -= n;
	}
	return 0;
}

/* Sets the owner before the mode, because fchown() may clear mode bits. */
static int take_after(int fd, const struct stat *old)
{
	if (!old)
		return fchmod(fd, MODE_NEW);
	if (fchown(fd, old->st_uid, old->st_gid))
		return -1;
	return fchmod(fd, old->st_mode & 07777);
}

/*
 * Opens the directory of the file, and waits until no other command writes
 * there. Returns -1 with errno set.
 */
static int lock_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? xmemdup(path, slash - path + 1) : xstrdup(".");
	int fd;

	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	if (fd >= 0)
		flock(fd, LOCK_EX);
	return fd;
}

/* Syncs the directory, so that the new name survives a crash. */
static int sync_directory(int fd)
{
	int ret = fsync(fd);

	/* Some file systems cannot sync a directory, and need not. */
	return ret && errno != EINVAL ? -1 : 0;
}

/* True if the file has this text, so that there is nothing to write. */
static bool has_text(const char *path, const char *text, size_t len)
{
	char *now = xzalloc(len + 1);
	FILE *file = fopen(path, "re");
	bool same;

	same = file && fread(now, 1, len + 1, file) == len &&
	       !memcmp(now, text, len);
	if (file)
		fclose(file);
	free(now);
	return same;
}

static int write_beside(char *beside, const char *text, size_t len,
			const struct stat *old)
{
	int fd, ret, error;

	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return -1;
	ret = take_after(fd, old);
	if (!ret)
		ret = write_all(fd, text, len);
	if (!ret)
		ret = fsync(fd);
	error = errno;
	if (close(fd) && !ret)
		return -1;
	errno = error;
	return ret;
}

/* @old: the file that is replaced and kept, or NULL if there is none. */
static int replace_real(const char *real, const struct stat *old,
			const char *text, size_t len)
{
	char *beside = xasprintf("%s.XXXXXX", real);
	int ret, error;

	ret = write_beside(beside, text, len, old);
	if (!ret && old)
		ret = history_keep(real);
	if (!ret)
		ret = rename(beside, real);
	if (ret) {
		error = errno;
		unlink(beside);
		errno = error;
	}
	free(beside);
	return ret;
}

static int replace_file(const char *path, const char *text, size_t len)
{
	struct stat old;
	int dir, ret = -1;
	bool there;
	char *real;

	real = real_file(path, &old, &there);
	if (!real)
		return -1;
	dir = lock_directory(real);
	if (dir >= 0 && there && has_text(real, text, len))
		ret = 0;
	else if (dir >= 0)
		ret = replace_real(real, there ? &old : NULL, text, len);
	if (!ret)
		ret = sync_directory(dir);
	if (dir >= 0)
		close(dir);
	free(real);
	return ret;
}

/*
 * Signals are blocked meanwhile: one in the middle would leave the temporary
 * file behind.
 */
static int write_config(const char *path, const char *text, size_t len)
{
	sigset_t before;
	int ret, error;

	signals_hold(&before);
	ret = replace_file(path, text, len);
	error = errno;
	signals_let_go(&before);
	errno = error;
	return ret;
}

void write_memory(const struct cmd *cmd, const struct show *show,
		  struct errors *errors)
{
	const char *path = show->startup;
	unsigned long left;
	size_t len;
	char *text;

	(void)cmd;
	if (trial_left(&left)) {
		error_at(errors, NULL,
			 "a test of %lu more seconds runs: 'mailguard confirm' ends it",
			 left);
		return;
	}
	if (!strcmp(path, "-")) {
		error_at(errors, NULL,
			 "write memory needs a file's name: list ruleset writes to the standard output");
		return;
	}
	text = running_config(&len, errors);
	if (text && write_config(path, text, len))
		error_at(errors, NULL, "cannot write '%s': %s", path,
			 errno == ENODEV ? "it is no regular file" :
			 strerror(errno));
	free(text);
}

/* write memory saves only policies and fixups, but a user may add more. */
static void add_statements(const struct cmd_list *cmds, struct document *document,
			   struct errors *errors)
{
	const struct cmd *cmd;
	struct fixup fixup;

	for (cmd = cmds->head; cmd; cmd = cmd->next) {
		if (cmd->op == CMD_POLICY) {
			document_add_policy(document, cmd->policy);
		} else if (cmd->op == CMD_FIXUP) {
			fixup = fixup_of(cmd);
			document_add_fixup(document, &fixup);
		} else {
			error_at(errors, &cmd->loc,
				 "JSON has policies and fixups only");
		}
	}
}

static void parse_startup(const struct input *in, struct inputs *inputs,
			  struct document *document, struct errors *errors)
{
	struct cmd_list cmds = { .head = NULL };

	parse(in, inputs, &cmds, errors);
	if (!errors->count)
		add_statements(&cmds, document, errors);
	cmd_list_free(&cmds);
}

void show_startup_config(const struct cmd *cmd, const struct show *show,
			 struct errors *errors)
{
	struct inputs inputs = { .head = NULL };
	const struct input *in;

	in = history_read(&inputs, errors, show->startup, &cmd->saved);
	if (in && show->document)
		parse_startup(in, &inputs, show->document, errors);
	else if (in)
		fwrite(in->data, 1, in->len, stdout);
	inputs_free(&inputs);
}
