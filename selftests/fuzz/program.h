/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The input of fuzz-stream: PROFILE_BYTES that choose the policy, then steps,
 * each a byte and its operands.
 */
#ifndef _PROGRAM_H
#define _PROGRAM_H

/*
 * Lengths and distances are one byte each. "more" is what a side wants to say;
 * it goes through the guard when it is sent.
 */
enum program_step {
	STEP_SAY,	/* length, bytes: more */
	STEP_PHRASE,	/* which: more, of what such a side says */
	STEP_FILL,	/* byte, sixteenths of the length: more */
	STEP_ANSWER,	/* which: the server answers what is due */
	STEP_SEND,	/* length: what comes next */
	STEP_SEND_ALL,	/* all there is */
	STEP_REPEAT,	/* distance back, length: once more */
	STEP_OTHER,	/* distance back, length, bytes: other ones there */
	STEP_AHEAD,	/* distance, length: what comes later */
	STEP_OTHER_AHEAD, /* distance, length, bytes */
	STEP_ACK,	/* distance from what was received */
	STEP_FIN,	/* distance: an empty segment that ends it all */
	PROGRAM_STEPS,
};

/* Bits beside the step. */
#define PROGRAM_STEP		0x0f
#define PROGRAM_SERVER		0x10	/* it is the server's */
#define PROGRAM_LOST		0x20	/* it dies behind the guard */
#define PROGRAM_NO_MEMORY	0x40	/* there is none meanwhile */
#define PROGRAM_UNWRITABLE	0x80	/* nor can segments be edited */

/* Bytes of a STEP_SAY at most. */
#define PROGRAM_SAY_MAX		64

#endif /* _PROGRAM_H */
