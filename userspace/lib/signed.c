// SPDX-License-Identifier: GPL-2.0
/* Asks whether the kernel accepts only modules that are signed. */
#include <stdio.h>
#include <string.h>

#include "lib/signed.h"

#define SIG_ENFORCE	"/sys/module/module/parameters/sig_enforce"
#define LOCKDOWN	"/sys/kernel/security/lockdown"

/* Returns an empty line if the file cannot be read. */
static void read_line(const char *path, char *line, int size)
{
	FILE *file = fopen(path, "re");

	line[0] = '\0';
	if (!file)
		return;
	if (!fgets(line, size, file))
		line[0] = '\0';
	fclose(file);
}

/* Under Secure Boot Debian's kernels are locked down. */
bool modules_must_be_signed(void)
{
	char line[64];

	read_line(SIG_ENFORCE, line, sizeof(line));
	if (line[0] == 'Y')
		return true;
	read_line(LOCKDOWN, line, sizeof(line));
	return line[0] && !strstr(line, "[none]");
}
