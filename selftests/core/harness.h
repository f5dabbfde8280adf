/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HARNESS_H
#define _HARNESS_H

#include "kselftest_harness.h"

/*
 * Only what hangs takes that long, however busy the machine. check.sh waits a
 * little longer.
 */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	3500

#endif /* _HARNESS_H */
