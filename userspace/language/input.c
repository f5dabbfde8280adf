// SPDX-License-Identifier: GPL-2.0
/* Reads files and other inputs. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "language/input.h"
#include "lib/memory.h"

/* A larger input is no configuration but a mistake, such as /dev/zero. */
#define INPUT_SIZE_MAX	(16UL << 20)
#define INPUT_COUNT_MAX	1000

static struct input *input_add(struct inputs *list, const char *name)
{
	struct input *in = xzalloc(sizeof(*in));

	in->name = xstrdup(name);
	in->next = list->head;
	list->head = in;
	return in;
}

struct input *input_place(struct inputs *list, const char *name)
{
	return input_add(list, name);
}

/* Takes ownership of @text. */
struct input *input_text(struct inputs *list, const char *name, char *text)
{
	struct input *in = input_add(list, name);

	in->data = text;
	in->len = strlen(text);
	return in;
}

static int read_all(int fd, struct input *in)
{
	size_t size = 4096;
	ssize_t n;

	in->data = xrealloc(in->data, size);
	for (;;) {
		if (in->len + 1 == size) {
			size *= 2;
			in->data = xrealloc(in->data, size);
		}
		n = read(fd, in->data + in->len, size - in->len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (!n)
			break;
		in->len += n;
		if (in->len > INPUT_SIZE_MAX) {
			errno = EFBIG;
			return -1;
		}
	}
	in->data[in->len] = '\0';
	return 0;
}

/* A relative path begins at the directory of the including file. */
static char *resolve_path(const char *path, const struct location *from)
{
	const char *base = from && from->in ? from->in->path : NULL;
	const char *slash = base ? strrchr(base, '/') : NULL;

	if (path[0] == '/' || !slash)
		return xstrdup(path);
	return xasprintf("%.*s/%s", (int)(slash - base), base, path);
}

/*
 * Reads the file @path. "-" is the standard input, except in an include.
 * Returns NULL after an error message.
 */
struct input *input_file(struct inputs *list, struct errors *errors,
			 const char *path, const struct location *from)
{
	bool standard = !from && !strcmp(path, "-");
	struct input *in;
	char *name;
	int fd, ret;

	if (list->count >= INPUT_COUNT_MAX) {
		error_at(errors, from, "more than %d files are included",
			 INPUT_COUNT_MAX);
		return NULL;
	}
	name = standard ? xstrdup("<stdin>") : resolve_path(path, from);
	fd = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		error_at(errors, from, "cannot open '%s': %s", name,
			 strerror(errno));
		free(name);
		return NULL;
	}
	in = input_add(list, name);
	list->count++;
	in->path = standard ? NULL : xstrdup(name);
	if (from)
		in->from = *from;
	ret = read_all(fd, in);
	if (ret)
		error_at(errors, from, "cannot read '%s': %s", name,
			 strerror(errno));
	if (!standard)
		close(fd);
	free(name);
	return ret ? NULL : in;
}

void inputs_free(struct inputs *list)
{
	struct input *in;

	while ((in = list->head)) {
		list->head = in->next;
		free(in->name);
		free(in->path);
		free(in->data);
		free(in);
	}
	list->count = 0;
}
