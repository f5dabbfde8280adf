/* SPDX-License-Identifier: GPL-2.0 */
/* Compiles a policy without the kernel. */
#ifndef MAILGUARD_COMPILE_H
#define MAILGUARD_COMPILE_H

#include <stdbool.h>

#include "language/policy.h"

struct smtp_policy;

/*
 * Returns false after an error message, which is the one of the kernel. The
 * memory of sets of domains is freed by policy_compile_free(), also then.
 */
bool policy_compile(const struct policy *policy, struct smtp_policy *compiled,
		    struct errors *errors);
void policy_compile_free(struct smtp_policy *compiled);

/*
 * True if both mean the same to the guard, however they are written. If @b is
 * NULL, it is the built-in policy "default".
 */
bool policy_same(const struct policy *a, const struct policy *b,
		 struct errors *errors);

/* Compiles the policy only to report what is wrong with it. */
void policy_compile_check(const struct policy *policy, struct errors *errors);

#endif
