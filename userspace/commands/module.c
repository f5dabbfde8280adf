// SPDX-License-Identifier: GPL-2.0
/* Asks for the module, unloads it and loads it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../kmod/version.h"
#include "commands/module.h"
#include "lib/retry.h"
#include "lib/signed.h"

#define MODULE		"/sys/module/" MODULE_NAME
#define MODPROBE	"/sbin/modprobe"
#define UNUSED_SECONDS	5

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

/* depmod lists each module that is installed: "updates/nf_conntrack_smtp.ko:". */
static bool is_installed(void)
{
	struct utsname kernel;
	char path[128], line[4096];
	bool found = false;
	FILE *file;

	uname(&kernel);
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep",
		 kernel.release);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file)) {
		line[strcspn(line, ":")] = '\0';
		found = strstr(line, "/" MODULE_NAME ".ko");
	}
	fclose(file);
	return found;
}

/* DKMS signs with this key, where Secure Boot is on. */
#define SIGNED_ADVICE \
	"the kernel accepts only signed modules: try 'modprobe " MODULE_NAME \
	"' and 'mokutil --test-key /var/lib/dkms/mok.pub'"

const char *module_advice(void)
{
	if (!is_installed())
		return "it is not installed for this kernel";
	if (modules_must_be_signed())
		return SIGNED_ADVICE;
	return "'modprobe " MODULE_NAME "' loads it, or says why not";
}

bool module_version(char version[MODULE_VERSION_SIZE])
{
	return read_line(MODULE "/version", version, MODULE_VERSION_SIZE);
}

bool module_differs(void)
{
	char version[MODULE_VERSION_SIZE];

	return module_version(version) && strcmp(version, MAILGUARD_VERSION);
}

/* The kernel looks for the right before it looks for the name. */
bool module_may_unload(struct errors *errors)
{
	if (!syscall(SYS_delete_module, MODULE_NAME "_none", O_NONBLOCK) ||
	    errno != EPERM)
		return true;
	error_at(errors, NULL,
		 "Operation not permitted: CAP_SYS_MODULE is needed to replace the module, and modules must not be disabled");
	return false;
}

/*
 * nftables drops the references of objects some time after they were deleted.
 */
bool module_unused(struct errors *errors)
{
	struct retry retry;
	char count[32];

	retry_begin_for(&retry, UNUSED_SECONDS);
	do {
		if (!read_line(MODULE "/refcnt", count, sizeof(count)) ||
		    !strcmp(count, "0"))
			return true;
	} while (retry_wait(&retry));
	error_at(errors, NULL,
		 "the module is in use: does an nft ruleset of another network namespace name its helpers, or an object \"ct helper\" that no rule uses?");
	return false;
}

bool module_unload(struct errors *errors)
{
	if (!syscall(SYS_delete_module, MODULE_NAME, O_NONBLOCK) ||
	    errno == ENOENT)
		return true;
	error_at(errors, NULL, "cannot unload the module: %s", strerror(errno));
	return false;
}

bool module_load(struct errors *errors)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		execl(MODPROBE, MODPROBE, MODULE_NAME, NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!status)
		return true;
	error_at(errors, NULL,
		 "cannot load the module for this kernel: try 'modprobe %s'",
		 MODULE_NAME);
	return false;
}
