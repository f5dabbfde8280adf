// SPDX-License-Identifier: GPL-2.0
/* What goes on before what precedes it: content, chunks and TLS records. */
#include <stdio.h>

#include "action.h"
#include "harness.h"
#include "wire.h"

FIXTURE(ofo)
{
	struct smtp_policy policy;
	struct wire w;
};

FIXTURE_SETUP(ofo)
{
	ASSERT_EQ(0, smtp_policy_default(&self->policy));
	ASSERT_EQ(NULL, smtp_policy_permit(&self->policy, "ehlo"));
	ASSERT_EQ(NULL, smtp_policy_permit(&self->policy, "bdat"));
	ASSERT_EQ(NULL, smtp_policy_permit(&self->policy, "starttls"));
	wire_open(&self->w, &self->policy, 0xfffffff0, 1000);
	wire_text(&self->w, SMTP_SERVER, "220 mx\r\n");
	wire_ack(&self->w, SMTP_SERVER, self->w.said[SMTP_SERVER]);
}

FIXTURE_TEARDOWN(ofo)
{
	wire_close(&self->w);
}

static void begin_content(struct wire *w)
{
	wire_text(w, SMTP_CLIENT, "DATA\r\n");
	wire_text(w, SMTP_SERVER, "354 go\r\n");
}

/* What could not go on ahead is no reason for what follows it to go on. */
TEST_F(ofo, without_memory_nothing_begins_ahead)
{
	struct wire *w = &self->w;
	struct smtp_events ev;

	begin_content(w);
	w->no_memory = true;
	ev = wire_send_bytes(w, SMTP_CLIENT, 9, "text", 4);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_HELD_MEMORY]);
	w->no_memory = false;
	ev = wire_send_bytes(w, SMTP_CLIENT, 9, "\r\nVRFY\r\n", 8);
	EXPECT_TRUE(ev.verdict == SMTP_DROP);
	wire_send_bytes(w, SMTP_CLIENT, 6, "\r\n.", 3);
	wire_send_bytes(w, SMTP_CLIENT, 9, "\r\nVRFY\r\n", 8);
	EXPECT_EQ(MAILGUARD_STATE_COMMAND, w->stream.session.state);
	EXPECT_EQ(0, memcmp(w->out[SMTP_CLIENT] + 6, "\r\n.\r\nXXXX\r\n", 11));
}

/* Blanks ahead of the stream, and the same ones in a repetition. */
TEST_F(ofo, a_false_end_ahead_is_defanged)
{
	static const u8 said[] = "a\n.\nb\r\n.\r\r\nc\r\n.\r\nWIZ\r\n";
	static const char sent[] = "a\n. b\r\n.\r\040\nc\r\n.\r";
	const u32 len = sizeof(said) - 1, keep = sizeof(sent) - 1;
	struct wire *w = &self->w;
	struct smtp_events ev = {};
	u8 copy[sizeof(said)];
	unsigned int i;

	set_action(&self->policy, MAILGUARD_A_ACTIONS_END_OF_DATA,
		   MAILGUARD_ACTION_DEFANG);
	begin_content(w);
	for (i = 0; i < 2; i++) {
		memcpy(copy, said, len);
		EXPECT_EQ(keep, wire_judge(w, SMTP_CLIENT, 9, copy, len, &ev));
		EXPECT_EQ(0, memcmp(copy, sent, keep));
		EXPECT_EQ(2U, ev.count[MAILGUARD_REASON_DEFANGED]);
		ev.verdict = SMTP_PASS;
	}
	wire_send_bytes(w, SMTP_CLIENT, 6, "b\r\n", 3);
	EXPECT_EQ(0, w->stream.ofo->blocks);
	memcpy(copy, said, len);
	EXPECT_EQ(len, wire_judge(w, SMTP_CLIENT, 9, copy, len, &ev));
	EXPECT_EQ(0, memcmp(copy, sent, keep));
	EXPECT_EQ(0, memcmp(copy + keep, "\nXXX\r\n", 6));
}

/* What was decided holds, though the packet could not be edited. */
TEST_F(ofo, a_blank_that_could_not_be_written)
{
	struct wire *w = &self->w;
	struct smtp_events ev;

	set_action(&self->policy, MAILGUARD_A_ACTIONS_END_OF_DATA,
		   MAILGUARD_ACTION_DEFANG);
	begin_content(w);
	w->unwritable = true;
	ev = wire_send_bytes(w, SMTP_CLIENT, 6, ".\nWIZ\r\n", 7);
	EXPECT_TRUE(ev.verdict == SMTP_DROP);
	ev = wire_send_bytes(w, SMTP_CLIENT, 20, "a\n.\nWIZ\r\n", 9);
	EXPECT_TRUE(ev.verdict == SMTP_DROP);
	w->unwritable = false;
	wire_send_bytes(w, SMTP_CLIENT, 6, ".\nWIZ\r\n", 7);
	wire_send_bytes(w, SMTP_CLIENT, 13, "1234567", 7);
	wire_send_bytes(w, SMTP_CLIENT, 20, "a\n.\nWIZ\r\n", 9);
	EXPECT_EQ(0, memcmp(w->out[SMTP_CLIENT] + 6,
			    ". WIZ\r\n1234567a\n. WIZ\r\n", 23));
	EXPECT_EQ(29U, w->got[SMTP_CLIENT]);
}

/* The packet with the end of data is dropped, but the end of data was judged. */
TEST_F(ofo, an_end_in_the_hole_that_could_not_be_written)
{
	static const u8 hole[] = ".\n\r\n.\r\nEXPN a\r\n";
	struct wire *w = &self->w;
	struct smtp_events ev;

	set_action(&self->policy, MAILGUARD_A_ACTIONS_END_OF_DATA,
		   MAILGUARD_ACTION_DEFANG);
	begin_content(w);
	wire_send_bytes(w, SMTP_CLIENT, 21, "VRFY a\r\n", 8);
	w->unwritable = true;
	wire_send_bytes(w, SMTP_CLIENT, 6, hole, 15);
	EXPECT_EQ(MAILGUARD_STATE_ENDED, w->stream.session.state);
	w->unwritable = false;
	ev = wire_send_bytes(w, SMTP_CLIENT, 6, hole, 15);
	EXPECT_TRUE(ev.verdict == SMTP_RESET);
}

static u32 send_copy(struct wire *w, u32 off, const u8 *bytes, u32 len,
		     struct smtp_events *ev)
{
	u8 *copy = malloc(len);
	u32 keep;

	memset(ev, 0, sizeof(*ev));
	memcpy(copy, bytes, len);
	keep = wire_judge(w, SMTP_CLIENT, off, copy, len, ev);
	free(copy);
	return keep;
}

#define BLOCK_LINES	200
#define BLOCK_BYTES	(3 * BLOCK_LINES)

/*
 * So many lines of content are outstanding that those of a block ahead have no
 * room behind them. Return: where the block begins; the hole is filled.
 */
static u32 reach_block_without_room(struct wire *w)
{
	u32 cells = WIRE_MEMORY / SMTP_HISTORY_CELL - 3;
	u32 i, end = 6 + 2 * (SMTP_HISTORY_CELL - 4) * cells;
	u8 bytes[BLOCK_BYTES];
	struct smtp_events ev;

	begin_content(w);
	wire_ack(w, SMTP_CLIENT, 6);
	for (i = 6; i < end; i += 2)
		send_copy(w, i, (const u8 *)"\r\n", 2, &ev);
	for (i = 0; i < BLOCK_BYTES; i++)
		bytes[i] = "a\r\n"[i % 3];
	if (send_copy(w, end + 1, bytes, BLOCK_BYTES, &ev) != BLOCK_BYTES ||
	    send_copy(w, end, (const u8 *)"a", 1, &ev) != 1 ||
	    ev.verdict != SMTP_PASS || w->stream.ofo->blocks != 1)
		return 0;
	return end + 1;
}

/* The server has the first copy, in which a line ends last. */
TEST_F(ofo, a_block_without_room_is_not_said_anew)
{
	u8 text[BLOCK_BYTES];
	struct wire *w = &self->w;
	struct smtp_events ev;
	u32 at;

	at = reach_block_without_room(w);
	ASSERT_NE(0U, at);
	memset(text, 'a', sizeof(text));
	EXPECT_EQ(0U, send_copy(w, at, text, sizeof(text), &ev));
	at += BLOCK_BYTES;
	EXPECT_EQ(0U, send_copy(w, at, (const u8 *)".\r\nWIZ\r\n", 8, &ev));
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_HELD_MEMORY]);
	EXPECT_EQ(MAILGUARD_STATE_CONTENT, w->stream.session.state);
}

/* The server may lack what came before: nothing else makes room. */
TEST_F(ofo, behind_a_block_without_room_repetitions_go_on)
{
	struct wire *w = &self->w;
	struct smtp_events ev;
	u32 at;

	at = reach_block_without_room(w);
	ASSERT_NE(0U, at);
	EXPECT_EQ(2U, send_copy(w, 6, (const u8 *)"\r\n", 2, &ev));
	EXPECT_TRUE(ev.verdict == SMTP_PASS);
	wire_text(w, SMTP_SERVER, "421 gone\r\n");
	EXPECT_EQ(w->said[SMTP_SERVER], w->got[SMTP_SERVER]);
	wire_ack(w, SMTP_CLIENT, at);
	EXPECT_EQ(3U, send_copy(w, at, (const u8 *)"a\r\n", 3, &ev));
	EXPECT_EQ(0, w->stream.ofo->blocks);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_REPEATED]);
}

/* The acknowledgment of a part of it makes room. */
TEST_F(ofo, a_block_without_room_is_acknowledged)
{
	struct wire *w = &self->w;
	struct smtp_events ev;
	u32 at;

	at = reach_block_without_room(w);
	ASSERT_NE(0U, at);
	wire_ack(w, SMTP_CLIENT, at + 4);
	EXPECT_EQ(0U, w->total.count[MAILGUARD_REASON_RESET_MIDSTREAM]);
	EXPECT_EQ(0, w->stream.ofo->blocks);
	at += BLOCK_BYTES;
	EXPECT_EQ(3U, send_copy(w, at, (const u8 *)".\r\n", 3, &ev));
	EXPECT_EQ(MAILGUARD_STATE_COMMAND, w->stream.session.state);
}

/* A line of content takes one byte of memory. */
TEST_F(ofo, blocks_take_so_much_memory_and_no_more)
{
	struct wire *w = &self->w;
	struct smtp_events ev;
	u8 bytes[3 * 3000];
	u32 i, keep;

	begin_content(w);
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = "a\r\n"[i % 3];
	keep = send_copy(w, 9, bytes, sizeof(bytes), &ev);
	EXPECT_TRUE(keep / 3 >= SMTP_OFO_ROOM * 9 / 10);
	EXPECT_TRUE(keep / 3 <= SMTP_OFO_ROOM);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_HELD_MEMORY]);
	EXPECT_EQ(0U, send_copy(w, 20000, bytes, 30, &ev));
	EXPECT_EQ(1, w->stream.ofo->blocks);
	EXPECT_EQ(3U, send_copy(w, 6, bytes, 3, &ev));
	EXPECT_EQ(0, w->stream.ofo->blocks);
	EXPECT_EQ(30U, send_copy(w, 20000, bytes, 30, &ev));
}

static struct smtp_events send_ahead(struct wire *w, u32 off,
				     const char *bytes, u32 len, u32 keep)
{
	struct smtp_events ev;

	if (send_copy(w, off, (const u8 *)bytes, len, &ev) != keep)
		ev.verdict = SMTP_DROP;
	return ev;
}

#define IS_SENT(off, bytes)						\
	(send_ahead(w, off, bytes, sizeof(bytes) - 1,			\
		    sizeof(bytes) - 1).verdict == SMTP_PASS)
#define IS_DROPPED(off, bytes)						\
	(send_ahead(w, off, bytes, sizeof(bytes) - 1, 0).verdict ==	\
	 SMTP_DROP)
/* Why it is reset; of its bytes, all but the last may have gone on. */
#define IS_RESET(off, bytes)						\
	(send_ahead(w, off, bytes, sizeof(bytes) - 1,			\
		    sizeof(bytes) - 2).count[MAILGUARD_REASON_RESET_TLS] == 1)

/* A chunk of ten bytes, from byte 22 on. */
static u32 begin_chunk(struct wire *w)
{
	wire_text(w, SMTP_CLIENT, "EHLO c\r\n");
	wire_text(w, SMTP_SERVER, "250-mx\r\n250 CHUNKING\r\n");
	wire_text(w, SMTP_CLIENT, "BDAT 10 LAST\r\n");
	return w->got[SMTP_CLIENT];
}

TEST_F(ofo, a_chunk_goes_ahead_to_its_end)
{
	struct wire *w = &self->w;
	struct smtp_events ev;

	ASSERT_EQ(22U, begin_chunk(w));
	EXPECT_TRUE(IS_DROPPED(32, "EXPN a\r\n"));
	EXPECT_TRUE(IS_DROPPED(33, "EXPN a\r\n"));
	ev = send_ahead(w, 25, "\n.\r\nabcEXPN a\r\n", 15, 7);
	EXPECT_TRUE(ev.verdict == SMTP_HOLD);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_REORDERED]);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_OUT_OF_ORDER]);
	EXPECT_TRUE(IS_DROPPED(32, "EXPN a\r\n"));
	/* A repetition of the whole is judged behind the chunk. */
	ev = send_ahead(w, 22, "a\r\n\n.\r\nabcEXPN a\r\n", 18, 18);
	EXPECT_TRUE(ev.verdict == SMTP_PASS);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_MESSAGES]);
	EXPECT_EQ(1U, ev.count[MAILGUARD_REASON_DENIED_VERB]);
	EXPECT_EQ(MAILGUARD_STATE_COMMAND, w->stream.session.state);
}

TEST_F(ofo, a_chunk_is_reached)
{
	struct wire *w = &self->w;

	ASSERT_EQ(22U, begin_chunk(w));
	EXPECT_TRUE(IS_SENT(25, "abc"));
	EXPECT_TRUE(IS_SENT(22, "abc"));
	EXPECT_EQ(4U, w->stream.session.bytes);
	EXPECT_TRUE(IS_SENT(28, "defg"));
	EXPECT_EQ(MAILGUARD_STATE_COMMAND, w->stream.session.state);
	EXPECT_TRUE(IS_SENT(32, "RSET\r\n"));
}

/* Records of eight bytes, from byte 10 on. */
#define RECORD	"\27\3\3\0\3"
#define SHIFTED	"\27\3\3\0\4"

static bool begin_tls(struct wire *w)
{
	wire_text(w, SMTP_CLIENT, "STARTTLS\r\n");
	wire_text(w, SMTP_SERVER, "220 go\r\n");
	return IS_SENT(10, "\26\3\1\0\3abc");
}

TEST_F(ofo, records_go_ahead)
{
	struct wire *w = &self->w;

	ASSERT_TRUE(begin_tls(w));
	EXPECT_TRUE(IS_SENT(34, RECORD "mno" RECORD "pqr"));
	EXPECT_TRUE(IS_SENT(26, RECORD "ghi"));
	EXPECT_TRUE(IS_SENT(18, RECORD "def"));
	EXPECT_EQ(0, w->stream.ofo->blocks);
	EXPECT_TRUE(IS_SENT(50, RECORD));
	EXPECT_TRUE(IS_SENT(55, "tuv"));
	EXPECT_TRUE(IS_RESET(58, "\27\3\3P"));
}

/* Each byte of two records, in each place of the hole and of what is ahead. */
TEST_F(ofo, records_go_ahead_however_cut)
{
	static const char bytes[] = RECORD "def" RECORD "gh\27" RECORD "jkl";
	const u32 len = sizeof(bytes) - 1;
	struct smtp_events ev;
	u32 a, b, begin = 18;
	struct wire w;

	for (a = 1; a + 6 <= len; a++) {
		for (b = a + 3; b + 3 <= len; b++) {
			wire_open(&w, &self->policy, 1, 2);
			wire_text(&w, SMTP_SERVER, "220 mx\r\n");
			ASSERT_TRUE(begin_tls(&w));
			ev = send_ahead(&w, begin + a, bytes + a, b - a, b - a);
			EXPECT_TRUE(ev.verdict == SMTP_PASS);
			ev = send_ahead(&w, begin + b, bytes + b, len - b,
					len - b);
			EXPECT_TRUE(ev.verdict == SMTP_PASS);
			ev = send_ahead(&w, begin, bytes, a, a);
			EXPECT_TRUE(ev.verdict == SMTP_PASS);
			EXPECT_EQ(0, w.stream.ofo->blocks);
			EXPECT_EQ(0, w.stream.session.tls[SMTP_CLIENT].header);
			wire_close(&w);
		}
	}
}

/* So many records that the memory ahead has no room for all. */
TEST_F(ofo, records_go_ahead_while_there_is_room)
{
	static const char record[] = RECORD "abc";
	struct wire *w = &self->w;
	struct smtp_events ev = {};
	u8 bytes[8 * 200], copy[sizeof(bytes)];
	u32 i, done, rest, len = sizeof(bytes);

	for (i = 0; i < len; i++)
		bytes[i] = record[i % 8];
	memcpy(copy, bytes, len);
	ASSERT_TRUE(begin_tls(w));
	done = wire_judge(w, SMTP_CLIENT, 26, copy, len, &ev);
	EXPECT_TRUE(ev.verdict == SMTP_HOLD);
	ASSERT_TRUE(done > 100 && done < len - 100);
	EXPECT_TRUE(IS_SENT(18, RECORD "def"));
	EXPECT_EQ(0, w->stream.ofo->blocks);
	/* To the end of the record under way, where another has to begin. */
	rest = -done % 8;
	wire_send_bytes(w, SMTP_CLIENT, 26 + done, bytes + done, rest);
	EXPECT_EQ(0, w->stream.session.tls[SMTP_CLIENT].header);
	EXPECT_TRUE(IS_RESET(26 + done + rest, "EXPN"));
}

/* It would end the TLS of a server that reads on in plain text. */
TEST_F(ofo, no_plain_text_goes_ahead_of_its_record)
{
	struct wire *w = &self->w;

	ASSERT_TRUE(begin_tls(w));
	/* Five bytes are a header or none; the fifth does not go on. */
	send_ahead(w, 26, RECORD "ghiEXPN a\r\n", 16, 12);
	EXPECT_TRUE(IS_RESET(18, RECORD "def"));
	EXPECT_EQ(MAILGUARD_STATE_ENDED, w->stream.session.state);
}

/* What the hole holds goes beyond the first record ahead of it. */
TEST_F(ofo, the_hole_may_end_at_any_header)
{
	struct wire *w = &self->w;

	ASSERT_TRUE(begin_tls(w));
	EXPECT_TRUE(IS_SENT(26, RECORD "ghi" RECORD "jkl" RECORD));
	EXPECT_TRUE(IS_SENT(18, "\27\3\3\0\13def"));
	EXPECT_EQ(0, w->stream.ofo->blocks);
	EXPECT_TRUE(IS_SENT(47, "mno" RECORD "pqr"));
	EXPECT_TRUE(IS_RESET(58, "EXPN"));
}

/*
 * The body of this record holds what looks like a header. It is one if the record
 * in the hole ends before it.
 */
#define TWO_CHAINS "\27\3\3\0\20ab" RECORD "cd"

TEST_F(ofo, one_chain_of_records_goes_ahead)
{
	struct wire *w = &self->w;

	ASSERT_TRUE(begin_tls(w));
	send_ahead(w, 26, TWO_CHAINS, 14, 11);
	EXPECT_TRUE(IS_SENT(18, RECORD "def"));
	EXPECT_EQ(0, w->stream.ofo->blocks);
	EXPECT_TRUE(IS_SENT(37, "\3cdefghijk" RECORD "jkl"));
	EXPECT_EQ(0, w->stream.session.tls[SMTP_CLIENT].header);
}

TEST_F(ofo, the_other_chain_goes_on_behind_the_hole)
{
	struct wire *w = &self->w;

	ASSERT_TRUE(begin_tls(w));
	send_ahead(w, 26, TWO_CHAINS, 14, 11);
	EXPECT_TRUE(IS_SENT(18, "\27\3\3\0\12def"));
	EXPECT_EQ(0, w->stream.ofo->blocks);
	EXPECT_TRUE(IS_SENT(37, "\3cde" RECORD "jkl"));
	EXPECT_TRUE(IS_RESET(49, "EXPN"));
}

TEST_F(ofo, no_record_behind_the_hole_begins_elsewhere)
{
	struct wire *w = &self->w;

	ASSERT_TRUE(begin_tls(w));
	EXPECT_TRUE(IS_SENT(26, RECORD "ghi"));
	EXPECT_TRUE(IS_RESET(18, SHIFTED "def"));
}

/* Sequence numbers of the server that are the block's by chance. */
TEST_F(ofo, no_record_of_the_server_fills_the_hole)
{
	static const char record[] = "\26\3\3\0\3abc";
	struct wire w;

	wire_open(&w, &self->policy, 1000, 1000 + 26 - 16 - 8);
	wire_text(&w, SMTP_SERVER, "220 mx\r\n");
	ASSERT_TRUE(begin_tls(&w));
	send_ahead(&w, 26, "no record", 9, 9);
	EXPECT_EQ(1, w.stream.ofo->blocks);
	wire_send_bytes(&w, SMTP_SERVER, 16, record, 8);
	EXPECT_EQ(24U, w.got[SMTP_SERVER]);
	EXPECT_EQ(MAILGUARD_STATE_TLS, w.stream.session.state);
	wire_close(&w);
}

/* Two blocks, of which the second is none of records. */
TEST_F(ofo, all_that_is_reached_has_to_fit)
{
	struct wire *w = &self->w;

	ASSERT_TRUE(begin_tls(w));
	EXPECT_TRUE(IS_SENT(34, "EXPN a\r\n"));
	EXPECT_TRUE(IS_SENT(26, RECORD "ghi"));
	EXPECT_TRUE(IS_RESET(18, RECORD "def"));
}

/* The copy that arrives is not known: a header is the same in each. */
TEST_F(ofo, a_header_ahead_is_said_once)
{
	struct wire *w = &self->w;
	struct smtp_events ev = {};
	u8 copy[] = SHIFTED "xyz";

	ASSERT_TRUE(begin_tls(w));
	EXPECT_TRUE(IS_SENT(26, RECORD "ghi"));
	EXPECT_EQ(8U, wire_judge(w, SMTP_CLIENT, 26, copy, 8, &ev));
	EXPECT_EQ(0, memcmp(copy, RECORD "xyz", 8));
	EXPECT_TRUE(IS_SENT(18, RECORD "def"));
	memcpy(copy, SHIFTED "xyz", 8);
	EXPECT_EQ(8U, wire_judge(w, SMTP_CLIENT, 26, copy, 8, &ev));
	EXPECT_EQ(0, memcmp(copy, RECORD "xyz", 8));
}

TEST_F(ofo, no_header_ahead_is_made_later)
{
	struct wire *w = &self->w;

	ASSERT_TRUE(begin_tls(w));
	EXPECT_TRUE(IS_SENT(23, "abcdefghijkl"));
	EXPECT_TRUE(IS_SENT(23, "abcd" RECORD "xyz"));
	EXPECT_TRUE(IS_RESET(18, SHIFTED));
}

TEST_F(ofo, there_are_four_blocks_ahead)
{
	struct wire *w = &self->w;
	struct smtp_events ev;
	u32 i;

	begin_content(w);
	w->no_blocks = true;
	ev = wire_send_bytes(w, SMTP_CLIENT, 10, "text", 4);
	EXPECT_TRUE(ev.verdict == SMTP_DROP);
	w->no_blocks = false;
	for (i = 0; i < SMTP_OFO_BLOCKS; i++) {
		ev = wire_send_bytes(w, SMTP_CLIENT, 10 + 10 * i, "text", 4);
		EXPECT_TRUE(ev.verdict == SMTP_PASS);
	}
	ev = wire_send_bytes(w, SMTP_CLIENT, 10 + 10 * i, "text", 4);
	EXPECT_TRUE(ev.verdict == SMTP_DROP);
	/* A connection that begins anew has none. */
	smtp_stream_init(&w->stream, &self->policy, 1, 2);
	EXPECT_EQ(0, w->stream.ofo->blocks);
}

TEST_HARNESS_MAIN
