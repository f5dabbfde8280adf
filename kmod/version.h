/* SPDX-License-Identifier: GPL-2.0 */
/* The version of the module and of the command, which belong together. */
#ifndef _MAILGUARD_VERSION_H
#define _MAILGUARD_VERSION_H

#define MAILGUARD_VERSION "0.1"

#endif
