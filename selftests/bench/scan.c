// SPDX-License-Identifier: GPL-2.0
/*
 * How long the core takes to look for the end of data in a mail, and memchr()
 * for its line ends:
 *
 *	scan core|memchr FILE ROUNDS
 *
 * prints the nanoseconds that the CPU took. Functions core() and lf() are there
 * for callgrind, to count from and to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "stream.h"

/* What a card or a sender hands over at a time, and the receiver acknowledges. */
#define SEGMENT		16384

struct mail {
	u8 *bytes;
	u32 len;
};

static struct mail read_mail(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct mail mail = {};

	if (!file || fseek(file, 0, SEEK_END)) {
		perror(path);
		exit(1);
	}
	mail.len = ftell(file);
	rewind(file);
	mail.bytes = malloc(mail.len);
	if (!mail.bytes || fread(mail.bytes, mail.len, 1, file) != 1) {
		perror(path);
		exit(1);
	}
	fclose(file);
	return mail;
}

struct held {
	struct smtp_segment seg;
	const u8 *bytes;
};

static const u8 *peek(struct smtp_segment *seg, u32 off, u32 *len)
{
	return ((struct held *)seg)->bytes + off;
}

static bool reserve(struct smtp_stream *stream, struct smtp_history *history,
		    u32 cells)
{
	return false;
}

static const struct smtp_stream_ops ops = {
	.reserve = reserve,
};

/* Content is looked at in place, and there is room for its lines. */
static noinline void core(struct smtp_stream *stream,
			  const struct mail *mail)
{
	u32 at, next = 0;

	for (at = 0; at < mail->len; at = next) {
		struct smtp_events ev = {};
		struct held held = {
			.seg = {
				.dir = SMTP_CLIENT,
				.seq = at,
				.peek = peek,
			},
			.bytes = mail->bytes + at,
		};

		next = at + SEGMENT < mail->len ? at + SEGMENT : mail->len;
		held.seg.len = next - at;
		if (smtp_stream_segment(stream, &held.seg, &ev) < next - at) {
			fprintf(stderr, "scan: the mail does not pass\n");
			exit(1);
		}
		smtp_stream_ack(stream, SMTP_CLIENT, next, &ev);
	}
}

static void by_core(const struct mail *mail)
{
	static struct smtp_policy policy;
	static struct smtp_stream stream = { .ops = &ops };
	static u8 memory[16384];

	smtp_policy_init(&policy);
	smtp_stream_init(&stream, &policy, 0, 0);
	smtp_history_move(&stream.history[SMTP_CLIENT], memory,
			  sizeof(memory) / SMTP_HISTORY_CELL);
	smtp_content_begin(&stream.session.content, MAILGUARD_ACTION_RESET);
	stream.session.state = MAILGUARD_STATE_CONTENT;
	core(&stream, mail);
}

static noinline u32 lf(const struct mail *mail)
{
	const u8 *end = mail->bytes + mail->len;
	const u8 *at = mail->bytes;
	u32 lines = 0;

	while ((at = memchr(at, '\n', end - at))) {
		at++;
		lines++;
	}
	return lines;
}

int main(int argc, char **argv)
{
	struct timespec begin, end;
	unsigned long long lines = 0;
	struct mail mail;
	long i;

	if (argc != 4) {
		fprintf(stderr, "usage: scan core|memchr FILE ROUNDS\n");
		return 1;
	}
	mail = read_mail(argv[2]);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	for (i = 0; i < atol(argv[3]); i++) {
		if (argv[1][0] == 'c')
			by_core(&mail);
		else
			lines += lf(&mail);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	/* Whoever counts lines must tell how many. */
	fprintf(stderr, "%llu lines\n", lines);
	printf("%lld\n", (end.tv_sec - begin.tv_sec) * 1000000000LL +
			 end.tv_nsec - begin.tv_nsec);
	free(mail.bytes);
	return 0;
}
