/* SPDX-License-Identifier: GPL-2.0 */
/* Compiles a policy without the kernel. */
#ifndef MAILGUARD_EXPLAIN_COMPILE_H
#define MAILGUARD_EXPLAIN_COMPILE_H

#include "core/policy.h"
#include "language/policy.h"

/*
 * Returns false after an error message. The memory of sets of domains is not
 * freed: there is one policy, and it is used until the command ends.
 */
bool explain_compile(const struct policy *policy, struct smtp_policy *compiled,
		     struct errors *errors);

#endif
