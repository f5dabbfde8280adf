// SPDX-License-Identifier: GPL-2.0
/* Asks for the module. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "commands/module.h"

#define MODULE		"/sys/module/" MODULE_NAME

bool module_loaded(void)
{
	struct stat st;

	return !stat(MODULE, &st);
}

/* Reads the first line of a file below the module's directory. */
static bool read_line(const char *path, char *line, int size)
{
	FILE *file = fopen(path, "re");
	bool got;

	if (!file)
		return false;
	got = fgets(line, size, file);
	if (got)
		line[strcspn(line, "\n")] = '\0';
	fclose(file);
	return got;
}

bool module_version(char version[MODULE_VERSION_SIZE])
{
	return read_line(MODULE "/version", version, MODULE_VERSION_SIZE);
}
