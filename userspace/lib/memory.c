// SPDX-License-Identifier: GPL-2.0
/* Allocates memory. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/memory.h"

void out_of_memory(void)
{
	fputs("mailguard: out of memory\n", stderr);
	exit(1);
}

static void *check_allocated(void *p)
{
	if (!p)
		out_of_memory();
	return p;
}

void *xzalloc(size_t size)
{
	return check_allocated(calloc(1, size ? size : 1));
}

void *xrealloc(void *p, size_t size)
{
	return check_allocated(realloc(p, size ? size : 1));
}

char *xstrdup(const char *s)
{
	return check_allocated(strdup(s));
}

/* Copies @len bytes and adds a NUL. */
char *xmemdup(const char *s, size_t len)
{
	char *p = xrealloc(NULL, len + 1);

	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	if (vasprintf(&p, fmt, ap) < 0)
		p = NULL;
	va_end(ap);
	return check_allocated(p);
}

void *xgrow(void *array, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return array;
	*room = *room ? *room * 2 : 8;
	if (*room > SIZE_MAX / size)
		out_of_memory();
	return xrealloc(array, *room * size);
}
