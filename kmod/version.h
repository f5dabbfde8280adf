/* SPDX-License-Identifier: GPL-2.0 */
/* Defines the version, which the module and the command share. */
#ifndef _MAILGUARD_VERSION_H
#define _MAILGUARD_VERSION_H

#define MAILGUARD_VERSION "1.0"

#endif
