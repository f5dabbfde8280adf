/* SPDX-License-Identifier: GPL-2.0 */
/* Asks whether the kernel accepts only modules that are signed. */
#ifndef MAILGUARD_SIGNED_H
#define MAILGUARD_SIGNED_H

#include <stdbool.h>

bool modules_must_be_signed(void);

#endif
