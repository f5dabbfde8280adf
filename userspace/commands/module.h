/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel module: is it loaded, and which version is it? */
#ifndef MAILGUARD_MODULE_H
#define MAILGUARD_MODULE_H

#include <stdbool.h>

#define MODULE_NAME		"nf_conntrack_smtp"

/* True if the module is loaded. Does not load it. */
bool module_loaded(void);

#define MODULE_VERSION_SIZE	32
bool module_version(char version[MODULE_VERSION_SIZE]);

#endif
