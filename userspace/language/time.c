// SPDX-License-Identifier: GPL-2.0
/* Reads and prints times. */
#include <ctype.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>

#include "language/time.h"
#include "lib/memory.h"

static const struct {
	char letter;
	unsigned long seconds;
} units[] = {
	{ 'd', 24 * 60 * 60 },
	{ 'h', 60 * 60 },
	{ 'm', 60 },
	{ 's', 1 },
};

#define UNITS	(sizeof(units) / sizeof(*units))

bool time_read(unsigned long *seconds, const char *text)
{
	unsigned long value, sum = 0;
	size_t unit = 0;
	char *end;

	/* The units follow each other from the longest to the shortest. */
	for (; *text; text = end + 1, unit++) {
		if (!isdigit((unsigned char)*text))
			return false;
		value = strtoul(text, &end, 10);
		while (unit < UNITS && units[unit].letter != *end)
			unit++;
		if (unit == UNITS)
			return false;
		if (value > (ULONG_MAX - sum) / units[unit].seconds)
			sum = ULONG_MAX;
		else
			sum += value * units[unit].seconds;
	}
	*seconds = sum;
	return unit;
}

char *time_text(unsigned long seconds)
{
	char *text = xstrdup(""), *longer;
	size_t unit;

	for (unit = 0; unit < UNITS; unit++) {
		if (seconds < units[unit].seconds &&
		    (*text || unit + 1 < UNITS))
			continue;
		longer = xasprintf("%s%lu%c", text,
				   seconds / units[unit].seconds,
				   units[unit].letter);
		free(text);
		text = longer;
		seconds %= units[unit].seconds;
	}
	return text;
}
