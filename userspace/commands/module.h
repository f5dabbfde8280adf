/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel module: is it loaded, which version is it, and its end. */
#ifndef MAILGUARD_MODULE_H
#define MAILGUARD_MODULE_H

#include <stdbool.h>

#include "language/errors.h"

#define MODULE_NAME		"nf_conntrack_smtp"

/* True if the module is loaded. Does not load it. */
bool module_loaded(void);

/* What to do if it is not loaded: a clause without a dot. */
const char *module_advice(void);

#define MODULE_VERSION_SIZE	32
bool module_version(char version[MODULE_VERSION_SIZE]);

/* True if a module is loaded whose version is not that of this command. */
bool module_differs(void);

/*
 * These return false after an error message. module_unused() waits until
 * nothing uses the module. module_load() says why the kernel refuses it, as
 * modprobe does.
 */
bool module_may_unload(struct errors *errors);
bool module_unused(struct errors *errors);
bool module_unload(struct errors *errors);
bool module_load(struct errors *errors);

#endif
