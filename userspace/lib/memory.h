/* SPDX-License-Identifier: GPL-2.0 */
/* Allocations that end the program when there is no memory. */
#ifndef MAILGUARD_MEMORY_H
#define MAILGUARD_MEMORY_H

#include <stddef.h>

void out_of_memory(void) __attribute__((noreturn));
void *xzalloc(size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);
char *xmemdup(const char *s, size_t len);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Makes room for one more element behind the first @count of @array. */
void *xgrow(void *array, size_t count, size_t *room, size_t size);

#endif
