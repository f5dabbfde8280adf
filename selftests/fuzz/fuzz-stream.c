// SPDX-License-Identifier: GPL-2.0
/*
 * Two senders, a guard between them, and whatever the input makes them do. The
 * guard's decisions are kept in the order it made them, and judged at the end:
 *
 * - By a model that reads the dialogue whole: what went on is what policy has
 *   it, no denied verb reached the server, and the session counts as the model
 *   does.
 * - By the same dialogue in whole segments: the same goes on.
 * - By what the receivers got, of whatever copies: lines are as first sent on,
 *   and contents end where the guard saw it.
 *
 * Where the policy only monitors, every segment goes on as it came.
 */
#include <stddef.h>
#include <stdio.h>

#include "fuzz.h"
#include "model.h"
#include "program.h"
#include "wire.h"

#define CHECK(what, at) do {						\
	if (!(what))							\
		complain(#what, at);					\
} while (0)

/* One direction. A byte is decided, then it is sent on or repeated. */
struct side {
	u32 said;		/* bytes that the sender has thought of */
	u32 front;		/* decided without a hole */
	u32 top;		/* the last that is decided at all */
	u32 una;		/* acknowledged */
	u32 received;		/* without a hole */
	u8 in[MODEL_MAX];	/* what the sender says */
	u8 decided[MODEL_MAX];	/* of enum byte_is */
	u8 as_said[MODEL_MAX];	/* when it was decided */
	u8 as_sent[MODEL_MAX];
	u8 has[MODEL_MAX];	/* the receiver does */
	u8 got[MODEL_MAX];	/* the copy it took */
	u8 differs[MODEL_MAX];	/* another copy said something else */
};

struct input {
	const u8 *at;
	const u8 *end;
};

static struct profile profile;
static struct smtp_policy policy;
static struct wire wire;
static struct side sides[SMTP_DIRS];
static struct byte dialogue[SMTP_DIRS * MODEL_MAX];
static u32 bytes;
static struct model model, copies;
static bool ended;
static bool forced;	/* a keyword passed in parts */
static u32 unfollowed;	/* how often that was counted */

static void show(void)
{
	enum smtp_dir dir = SMTP_DIRS;
	u32 i;

	for (i = 0; i < bytes; i++) {
		const struct byte *o = &dialogue[i];

		if (o->dir != dir)
			fprintf(stderr, "\n%c ", o->dir ? 'S' : 'C');
		dir = o->dir;
		if (smtp_is_printable(o->said))
			fputc(o->said, stderr);
		else
			fprintf(stderr, "\\%03o", o->said);
		if (o->sent != o->said)
			fprintf(stderr, smtp_is_printable(o->sent) ? "[%c]" :
								     "[\\%03o]",
				o->sent);
	}
	fputc('\n', stderr);
}

static void __attribute__((noreturn)) complain(const char *what, u32 at)
{
	show();
	fprintf(stderr, "fuzz-stream: at %u: %s\n", at, what);
	abort();
}

static u8 take(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

/* New bytes of the guard's dialogue, in the order it met them. */
static void decide_front(enum smtp_dir dir, u32 to)
{
	struct side *s = &sides[dir];

	for (; s->front < to; s->front++) {
		CHECK(s->decided[s->front], s->front);
		dialogue[bytes++] = (struct byte){
			.dir = dir,
			.said = s->as_said[s->front],
			.sent = s->as_sent[s->front],
		};
	}
}

static void decide(struct side *s, u32 off, const u8 *said, const u8 *sent,
		   u32 len)
{
	u32 i;

	for (i = 0; i < len; i++) {
		u32 at = off + i;

		if (at < s->front || s->decided[at])
			continue;
		s->decided[at] = true;
		s->as_said[at] = said[i];
		s->as_sent[at] = sent[i];
		if (at >= s->top)
			s->top = at + 1;
		/* The sender forgets what it wanted to say there. */
		s->in[at] = said[i];
		if (at >= s->said)
			s->said = at + 1;
	}
}

/*
 * What was decided of a segment that was dropped for all that, up to @next. Any
 * copy goes on later, as the first would have: as the history has it.
 */
static void decide_dropped(enum smtp_dir dir, u32 off, const u8 *said, u32 next)
{
	const struct smtp_history *history = &wire.stream.history[dir];
	u32 from = sides[dir].front;
	u8 *sent;

	/* A block that went on ahead, and is part of the stream now. */
	while (from < next && sides[dir].decided[from])
		from++;
	if (off > from || from >= next)
		return;
	said += from - off;
	sent = malloc(next - from);
	memcpy(sent, said, next - from);
	smtp_history_repeat(history, wire.isn[dir] + from, sent, next - from);
	decide(&sides[dir], from, said, sent, next - from);
	free(sent);
}

/* The same of what a history ahead of the stream covers of the segment. */
static void decide_dropped_block(const struct smtp_history *history, u32 off,
				 const u8 *said, u32 len)
{
	u32 from = history->una - wire.isn[SMTP_CLIENT];
	u32 to = history->next - wire.isn[SMTP_CLIENT];
	u8 *sent;

	from = from > off ? from : off;
	to = to < off + len ? to : off + len;
	if (from >= to)
		return;
	said += from - off;
	sent = malloc(to - from);
	memcpy(sent, said, to - from);
	smtp_history_repeat(history, wire.isn[SMTP_CLIENT] + from, sent,
			    to - from);
	decide(&sides[SMTP_CLIENT], from, said, sent, to - from);
	free(sent);
}

static void decide_dropped_ahead(u32 off, const u8 *said, u32 len)
{
	const struct smtp_ofo *ofo = wire.stream.ofo;
	u32 i;

	for (i = 0; ofo && i < ofo->blocks; i++)
		decide_dropped_block(&ofo->block[i].history, off, said, len);
}

static void deliver(struct side *s, u32 off, const u8 *bytes, u32 len,
		    bool lost)
{
	u32 i;

	for (i = 0; i < len; i++) {
		u32 at = off + i;

		if (at < s->una) {
			CHECK(bytes[i] == ' ', at);
			continue;
		}
		s->differs[at] |= bytes[i] != s->as_sent[at];
		if (lost || s->has[at])
			continue;
		s->has[at] = true;
		s->got[at] = bytes[i];
	}
	while (s->has[s->received])
		s->received++;
}

static u32 next_of(enum smtp_dir dir)
{
	return wire.stream.history[dir].next - wire.isn[dir];
}

/* A segment went on; whether the guard could follow makes no difference. */
static void pass_monitored(struct side *s, u32 off, const u8 *said,
			   const u8 *copy, u32 len, const struct smtp_events *ev)
{
	CHECK(ev->verdict == SMTP_PASS, off);
	CHECK(!len || !memcmp(copy, said, len), off);
	CHECK(!ev->count[MAILGUARD_REASON_NO_MEMORY], off);
	unfollowed += ev->count[MAILGUARD_REASON_UNFOLLOWED];
	CHECK(unfollowed <= 1, off);
	if (off > s->front || off + len <= s->front)
		return;
	memcpy(s->in + off, said, len);
	s->front = off + len;
	s->received = s->front;
	if (s->said < s->front)
		s->said = s->front;
}

static void send(enum smtp_dir dir, u32 off, const u8 *said, u32 len, u8 how)
{
	struct side *s = &sides[dir];
	struct smtp_events ev = {};
	u32 keep, next;
	u8 *copy;

	if (ended || off + len >= MODEL_MAX)
		return;
	copy = malloc(len);
	if (len)
		memcpy(copy, said, len);
	wire.no_memory = how & PROGRAM_NO_MEMORY;
	wire.unwritable = how & PROGRAM_UNWRITABLE;
	keep = wire_judge(&wire, dir, off, copy, len, &ev);
	if (profile.monitor) {
		CHECK(keep == len, off);
		pass_monitored(s, off, said, copy, len, &ev);
		free(copy);
		return;
	}
	CHECK(keep <= len, off);
	forced |= wire.stream.session.ehlo.part == SMTP_EHLO_FORCED;
	decide(s, off, said, copy, keep);
	ended = wire.stream.session.state == MAILGUARD_STATE_ENDED;
	/* What ends the connection was looked at, but does not go on. */
	next = next_of(dir);
	if (ended)
		next = next < off + keep ? next : off + keep;
	decide_dropped(dir, off, said, next);
	if (dir == SMTP_CLIENT)
		decide_dropped_ahead(off, said, len);
	decide_front(dir, next);
	deliver(s, off, copy, keep, how & PROGRAM_LOST);
	CHECK(ended || s->front == next_of(dir), off);
	free(copy);
}

/* @back: from the first byte that is not decided. */
static u32 back_from(const struct side *s, u32 back)
{
	return s->front - (back < s->front ? back : s->front);
}

static void send_said(enum smtp_dir dir, u32 off, u32 len, u8 how)
{
	struct side *s = &sides[dir];

	if (off > s->said)
		return;
	if (len > s->said - off)
		len = s->said - off;
	send(dir, off, s->in + off, len, how);
}

static void send_other(enum smtp_dir dir, u32 off, u32 len, struct input *in,
		       u8 how)
{
	u8 other[256];
	u32 i;

	for (i = 0; i < len; i++)
		other[i] = take(in);
	send(dir, off, other, len, how);
}

static void say(struct side *s, const void *bytes, u32 len)
{
	if (s->said + len + 256 >= MODEL_MAX)
		return;
	memcpy(s->in + s->said, bytes, len);
	s->said += len;
}

static void say_text(struct side *s, const char *text)
{
	say(s, text, strlen(text));
}

static void say_bytes(struct side *s, struct input *in)
{
	u8 said[PROGRAM_SAY_MAX];
	u32 i, len = take(in) % (PROGRAM_SAY_MAX + 1);

	for (i = 0; i < len; i++)
		said[i] = take(in);
	say(s, said, len);
}

static void fill(struct side *s, struct input *in)
{
	u8 said[16];
	u32 n;

	memset(said, take(in), sizeof(said));
	for (n = take(in); n; n--)
		say(s, said, sizeof(said));
}

static const char * const client_phrases[] = {
	"EHLO c\r\n", "HELO c\r\n", "MAIL FROM:<a@b>\r\n", "RCPT TO:<c@d>\r\n",
	"DATA\r\n", "RSET\r\n", "NOOP\r\n", "QUIT\r\n", "VRFY a\r\n",
	"EXPN a\r\n", "HELP\r\n", "AUTH LOGI", "AUTH LOGIN\r\n", "AUTH PLAIN YQ==\r\n",
	"YQ==\r\n", "*\r\n", "BDAT 6\r\n", "BDAT 12 LAST\r\n", "BDAT 0\r\n",
	"STARTTLS\r\n", "XCLIENT A=b\r\n", "XEXCH50 6 2\r\n", "XEXCH50 0 2\r\n",
	"X-EXPS NTLM\r\n", "X-ANONYMOUSTLS\r\n", "X-MINE\r\n", "WIZ\r\n",
	"NOO\r\n", "\r\n", "\n", ".\r\n", "\r\n.\r\n", "text\r\n", "..\r\n",
	".", "\r", "text", "NOOP\n", "RCPT TO:<a|b>\r\n", "RCPT TO:<a<b>\r\n",
	"\26\3\1", "\25\3\1", "\27\3\3", "\303\274",
	"\n.\n", "\n.\r\n", "\r\n.\r\r\n", "\r\n.\n",
	"PROXY TCP4 1.2.3.4 5.6.7.8 9 25\r\n", "PROXY UNKNOWN\r\n",
	"PROXY TCP6 ::1 1:2:3:4:5:6:7.8.9.10 9 25\r\n",
	"MAIL FROM:<a@b> SIZE=1000\r\n", "MAIL FROM:<a@b> SIZE=1001\r\n",
	" SIZE=", "R", "RSET x\r\n", "\r\n.\r\nMAIL FROM:<a@b>\r\n",
};

static const char * const server_phrases[] = {
	"220 mx\r\n", "220-mx\r\n", "250 ok\r\n", "250-mx\r\n", "354 go\r\n",
	"334 go\r\n", "235 ok\r\n", "421 bye\r\n", "500 no\r\n", "502 no\r\n",
	"250-mx\r\n250-SIZE\r\n250 CHUNKING\r\n", "250-mx\r\n250 SMTPUTF8\r\n",
	"250 ", "25", "2x\r\n", "\r\n", "CHUNKING", "221\r\n",
	"250-mx\r\n250-STARTTLS\r\n250 CHUNKING\r\n", "250-AUTH LOGIN\r\n",
	"250-AUTH PLAIN NTLM SCRAM-SHA-1\r\n", "250 XNOSUCH a\r\n",
	"250-XEXCH50\r\n", "250 PRDR\r\n", "353 go\r\n",
	"250-", "START", "TLS", "AUTH=LOGIN", "\r", "=",
	"\26\3\1", "\25\3\1", "\27\3\3",
	"535 no\r\n", "550 no\r\n", "452-no\r\n",
};

static void phrase(enum smtp_dir dir, u8 which)
{
	if (dir == SMTP_CLIENT)
		say_text(&sides[dir],
			 client_phrases[which % ARRAY_SIZE(client_phrases)]);
	else
		say_text(&sides[dir],
			 server_phrases[which % ARRAY_SIZE(server_phrases)]);
}

/* What makes the dialogue go on, if nothing is in the way of it. */
static void answer(u8 which)
{
	static const char * const good[] = {
		[SMTP_AWAIT_NOTHING] = "421 bye\r\n",
		[SMTP_AWAIT_GREETING] = "220 mx ESMTP 2002\r\n",
		[SMTP_AWAIT_COMMAND] = "250 ok\r\n",
		[SMTP_AWAIT_HELLO] =
			"250-mx\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n",
		[SMTP_AWAIT_MAIL] = "250 ok\r\n",
		[SMTP_AWAIT_RCPT] = "250 ok\r\n",
		[SMTP_AWAIT_DATA] = "354 go\r\n",
		[SMTP_AWAIT_EXCH50] = "354 go\r\n",
		[SMTP_AWAIT_AUTH] = "334 go\r\n",
		[SMTP_AWAIT_TLS] = "220 go\r\n",
		[SMTP_AWAIT_XCLIENT] = "220 mx again\r\n",
		[SMTP_AWAIT_MESSAGE] = "250 taken\r\n",
		[SMTP_AWAIT_LF_MESSAGE] = "250 taken\r\n",
		[SMTP_AWAIT_DENIED_SESSION] = "250-mx\r\n250 CHUNKING\r\n",
		[SMTP_AWAIT_DENIED] = "502-no such\r\n502 command\r\n",
	};
	enum smtp_await what = smtp_queue_head(&wire.stream.session.queue);
	struct side *s = &sides[SMTP_SERVER];

	/* There are several replies to denied commands. */
	what = smtp_at_most(what, SMTP_AWAIT_DENIED);
	say_text(s, which & 1 ? "503 no\r\n" : good[what]);
	send_said(SMTP_SERVER, s->front, s->said - s->front, 0);
}

/* A server acknowledges what it has; a client, whatever it likes. */
static void ack(enum smtp_dir dir, u32 back)
{
	struct side *s = &sides[dir];
	u32 to = dir == SMTP_CLIENT ? s->received : s->front;

	to = back < to ? to - back : 0;
	wire_ack(&wire, dir, to);
	if (to > s->una)
		s->una = to;
	ended = wire.stream.session.state == MAILGUARD_STATE_ENDED;
	CHECK(!ended || !profile.monitor, to);
	/* A block that waited for memory is part of the stream now. */
	if (!profile.monitor)
		decide_front(dir, next_of(dir));
}

static void fin(enum smtp_dir dir, u32 ofo)
{
	struct smtp_events ev;

	CHECK(!wire_fin(&wire, dir, sides[dir].front + ofo, &ev), ofo);
	if (profile.monitor)
		CHECK(ev.verdict == SMTP_PASS, ofo);
	else
		CHECK(ended || ofo == 0 || ev.verdict == SMTP_DROP, ofo);
}

static void step(struct input *in)
{
	u8 how = take(in);
	enum smtp_dir dir = how & PROGRAM_SERVER ? SMTP_SERVER : SMTP_CLIENT;
	struct side *s = &sides[dir];
	u32 off;

	switch ((how & PROGRAM_STEP) % PROGRAM_STEPS) {
	case STEP_SAY:
		say_bytes(s, in);
		break;
	case STEP_PHRASE:
		phrase(dir, take(in));
		break;
	case STEP_FILL:
		fill(s, in);
		break;
	case STEP_ANSWER:
		answer(take(in));
		break;
	case STEP_SEND:
		send_said(dir, s->front, take(in), how);
		break;
	case STEP_SEND_ALL:
		send_said(dir, s->front, MODEL_MAX, how);
		break;
	case STEP_REPEAT:
		off = back_from(s, take(in));
		send_said(dir, off, take(in), how);
		break;
	case STEP_OTHER:
		off = back_from(s, take(in));
		send_other(dir, off, take(in), in, how);
		break;
	case STEP_AHEAD:
		off = s->front + take(in);
		send_said(dir, off, take(in), how);
		break;
	case STEP_OTHER_AHEAD:
		off = s->front + take(in);
		send_other(dir, off, take(in), in, how);
		break;
	case STEP_ACK:
		ack(dir, take(in));
		break;
	case STEP_FIN:
		fin(dir, take(in));
		break;
	}
}

static void check_model(void)
{
	const struct smtp_session *s = &wire.stream.session;
	u32 i, at[SMTP_DIRS] = {};

	model_init(&model, &profile);
	model.forced = forced;
	for (i = 0; i < bytes; i++) {
		const struct byte *o = &dialogue[i];

		model_read(&model, o);
		if (model.fault)
			complain(model.fault, i);
		CHECK(!model.plain || !sides[o->dir].differs[at[o->dir]], i);
		CHECK(model.plain ||
		      o->sent == (model.blank ? ' ' : o->said), i);
		at[o->dir]++;
	}
	CHECK(model.passed == s->passed, i);
	CHECK(model.denied == s->denied, i);
	CHECK(ended || model.state == (enum mailguard_state)s->state, i);
}

/* The copies that the receivers took make the same dialogue. */
static void check_copies(void)
{
	u32 i, at[SMTP_DIRS] = {};

	model_init(&copies, &profile);
	copies.forced = forced;
	for (i = 0; i < bytes; i++) {
		struct byte o = dialogue[i];
		const struct side *s = &sides[o.dir];
		u32 off = at[o.dir]++;

		if (s->has[off])
			o.sent = s->got[off];
		model_read(&copies, &o);
		if (copies.fault)
			complain(copies.fault, i);
	}
	CHECK(copies.frames == model.frames, i);
	CHECK(copies.passed == model.passed, i);
}

static u32 run_from(u32 i, u8 *said)
{
	u32 n;

	for (n = 0; i + n < bytes && dialogue[i + n].dir == dialogue[i].dir;
	     n++)
		said[n] = dialogue[i + n].said;
	return n;
}

/* In segments that are as long as they can be. */
static void check_whole(void)
{
	static u8 said[MODEL_MAX];
	struct wire w;
	u32 i, n, done;

	/*
	 * How such a keyword passes depends on the segments, and so does whether
	 * a verb beyond a limit is overwritten from its first letter on. When a
	 * limit closes depends on when the client acknowledges that its mail
	 * was taken.
	 */
	if (forced || model.letter ||
	    (model.taken && profile_closes(&profile)))
		return;
	wire_open(&w, &policy, 1, 1);
	for (i = 0; i < bytes; i += n) {
		enum smtp_dir dir = dialogue[i].dir;
		u32 from = w.got[dir];

		n = run_from(i, said);
		do {
			done = w.got[dir];
			wire_send_bytes(&w, dir, done, said + done - from,
					n - (done - from));
			wire_ack(&w, dir, w.got[dir]);
			/* It may have come later in the other dialogue. */
			if (w.stream.session.taken == SMTP_TAKEN_SEEN)
				w.stream.session.taken = SMTP_TAKEN_SENT;
		} while (w.got[dir] > done && w.got[dir] < from + n);
		CHECK(w.got[dir] == from + n, i);
		CHECK(!memcmp(w.out[dir] + from, sides[dir].as_sent + from, n),
		      i);
	}
	CHECK(w.stream.session.passed == model.passed, i);
	CHECK(w.stream.session.denied == model.denied, i);
	wire_close(&w);
}

/* Of the last input; most of it was not used. */
static void forget(struct side *s)
{
	memset(s->in, 0, s->said);
	memset(s->decided, 0, s->top);
	memset(s->has, 0, s->top);
	memset(s->differs, 0, s->top);
	memset(s, 0, offsetof(struct side, in));
}

static void open_all(const u8 *data)
{
	profile_read(&profile, data);
	profile_compile(&profile, &policy);
	wire_open(&wire, &policy, 0xfffffff8, 0x7ffffff0);
	forget(&sides[SMTP_CLIENT]);
	forget(&sides[SMTP_SERVER]);
	bytes = 0;
	ended = false;
	forced = false;
	unfollowed = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data + PROFILE_BYTES, data + size };

	if (size < PROFILE_BYTES)
		return -1;
	open_all(data);
	while (in.at < in.end && !ended)
		step(&in);
	if (!profile.monitor) {
		check_model();
		check_copies();
		check_whole();
	}
	wire_close(&wire);
	return 0;
}
