// SPDX-License-Identifier: GPL-2.0
/* Gives the files it is told of to a fuzzer, where there is no libFuzzer. */
#include <stdio.h>

#include "fuzz.h"

#define INPUT_MAX 65536

int main(int argc, char **argv)
{
	static uint8_t data[INPUT_MAX];

	for (argv++; *argv; argv++) {
		FILE *from = fopen(*argv, "r");

		if (!from) {
			perror(*argv);
			return 1;
		}
		LLVMFuzzerTestOneInput(data, fread(data, 1, INPUT_MAX, from));
		fclose(from);
	}
	return 0;
}
