// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a capture, and follows the connections to mail servers in it. What is
 * remembered is bounded, however long the capture is.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pcap/pcap.h>

#include "explain/dialogue.h"
#include "explain/packet.h"
#include "explain/progress.h"
#include "lib/memory.h"

#define FLOWS_MAX	32768
#define BUCKETS		65536
/* In seconds; no timeout of RFC 5321, section 4.5.3.2, is longer. */
#define IDLE_MAX	3600

/* What is between two ends. */
struct flow {
	struct flow *same_hash;
	struct flow *older;		/* it was heard of longer ago */
	struct flow *newer;
	struct endpoint end[SMTP_DIRS];	/* the client, if that is known */
	uint32_t seq[SMTP_DIRS];
	bool has_seq[SMTP_DIRS];
	bool fin[SMTP_DIRS];
	bool ignored;			/* no mail, or it has ended */
	bool begun;			/* a SYN was seen */
	time_t last;
	struct explain_conn *conn;	/* NULL before the first data */
};

struct capture {
	const struct smtp_policy *policy;
	struct explain_output *out;
	struct flow *buckets[BUCKETS];
	struct flow *oldest;
	struct flow *newest;
	unsigned int count;
	unsigned long fragments;
	unsigned long cut;		/* packets that are not captured whole */
};

static uint32_t hash_bytes(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint32_t hash = 2166136261U;

	while (len--)
		hash = (hash ^ *p++) * 16777619;
	return hash ^ hash >> 16;
}

/* Ports count with their address, so that no others give the same sum. */
static uint32_t hash_end(const struct endpoint *end)
{
	uint32_t hash = hash_bytes(end->address, sizeof(end->address));

	hash = (hash ^ end->port) * 0x9e3779b1U;
	hash = (hash ^ hash >> 15) * 0x85ebca77U;
	return hash ^ hash >> 13;
}

/* The same for both directions. */
static struct flow **bucket_of(struct capture *capture,
			       const struct endpoint *a,
			       const struct endpoint *b)
{
	return &capture->buckets[(hash_end(a) + hash_end(b)) % BUCKETS];
}

static bool is_end(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port &&
	       !memcmp(a->address, b->address, sizeof(a->address));
}

static struct flow *find_flow(struct capture *capture, const struct packet *p)
{
	struct flow *flow = *bucket_of(capture, &p->from, &p->to);

	while (flow && !(is_end(&flow->end[0], &p->from) &&
			 is_end(&flow->end[1], &p->to)) &&
	       !(is_end(&flow->end[1], &p->from) &&
		 is_end(&flow->end[0], &p->to)))
		flow = flow->same_hash;
	return flow;
}

/* Nothing more of the connection is judged. */
static void end_conn(struct flow *flow)
{
	if (flow->conn)
		explain_close(flow->conn);
	flow->conn = NULL;
	flow->ignored = true;
}

static void link_newest(struct capture *capture, struct flow *flow)
{
	flow->older = capture->newest;
	flow->newer = NULL;
	if (flow->older)
		flow->older->newer = flow;
	else
		capture->oldest = flow;
	capture->newest = flow;
}

static void unlink_flow(struct capture *capture, struct flow *flow)
{
	if (flow->older)
		flow->older->newer = flow->newer;
	else
		capture->oldest = flow->newer;
	if (flow->newer)
		flow->newer->older = flow->older;
	else
		capture->newest = flow->older;
}

static void free_flow(struct capture *capture, struct flow *flow)
{
	struct flow **at = bucket_of(capture, &flow->end[0], &flow->end[1]);

	while (*at != flow)
		at = &(*at)->same_hash;
	*at = flow->same_hash;
	unlink_flow(capture, flow);
	capture->count--;
	end_conn(flow);
	free(flow);
}

static struct flow *add_flow(struct capture *capture,
			     const struct endpoint *client,
			     const struct endpoint *server)
{
	struct flow **at = bucket_of(capture, client, server), *flow;

	if (capture->count == FLOWS_MAX)
		free_flow(capture, capture->oldest);
	flow = xzalloc(sizeof(*flow));
	flow->end[SMTP_CLIENT] = *client;
	flow->end[SMTP_SERVER] = *server;
	flow->same_hash = *at;
	*at = flow;
	link_newest(capture, flow);
	capture->count++;
	return flow;
}

static void touch_flow(struct capture *capture, struct flow *flow, time_t now)
{
	struct flow *oldest;

	flow->last = now;
	unlink_flow(capture, flow);
	link_newest(capture, flow);
	while ((oldest = capture->oldest) != flow &&
	       oldest->last + IDLE_MAX < now)
		free_flow(capture, oldest);
}

/* Ports that mail servers listen on in plain text, at least at first. */
static bool is_mail_port(uint16_t port)
{
	return port == 25 || port == 587 || port == 2525;
}

/* Does a server greet like this? So do servers of FTP on their port. */
static bool is_greeting(const struct packet *p)
{
	return p->len >= 4 && !memcmp(p->bytes, "220", 3) &&
	       (p->bytes[3] == ' ' || p->bytes[3] == '-') &&
	       p->from.port != 21;
}

static char *end_text(const struct endpoint *end)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	char text[INET6_ADDRSTRLEN];
	bool ipv4 = !memcmp(end->address, mapped, sizeof(mapped));

	if (ipv4)
		inet_ntop(AF_INET, end->address + 12, text, sizeof(text));
	else
		inet_ntop(AF_INET6, end->address, text, sizeof(text));
	return xasprintf(ipv4 ? "%s:%u" : "[%s]:%u", text, end->port);
}

/* @why: what there is to say beside who the ends are. */
static void note_ends(struct capture *capture, const struct flow *flow,
		      const char *why)
{
	char *client = end_text(&flow->end[SMTP_CLIENT]);
	char *server = end_text(&flow->end[SMTP_SERVER]);
	char *text = xasprintf("%s to %s, %s", client, server, why);

	capture->out->printer->note(flow->conn, text);
	free(text);
	free(server);
	free(client);
}

static void open_conn(struct capture *capture, struct flow *flow)
{
	char when[32];

	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S UTC",
		 gmtime(&flow->last));
	flow->conn = explain_open(capture->out, capture->policy,
				  capture->out->conns + 1,
				  flow->seq[SMTP_CLIENT],
				  flow->seq[SMTP_SERVER]);
	note_ends(capture, flow, when);
}

static void ignore_middle(struct capture *capture, struct flow *flow)
{
	note_ends(capture, flow, "begins in the middle, not judged");
	capture->out->unjudged++;
	flow->ignored = true;
}

/* The first packet of a connection. Returns NULL if it tells nothing. */
static struct flow *begin_flow(struct capture *capture, const struct packet *p)
{
	bool server = p->syn ? p->acks : is_greeting(p);

	if (!p->syn && !p->len)
		return NULL;
	if (!p->syn && !server && is_mail_port(p->from.port))
		server = true;
	if (server)
		return add_flow(capture, &p->to, &p->from);
	return add_flow(capture, &p->from, &p->to);
}

/* Learns where the sequence numbers of both sides begin. */
static void learn_begin(struct flow *flow, const struct packet *p,
			enum smtp_dir dir)
{
	if (p->syn) {
		flow->begun = true;
		flow->seq[dir] = p->seq;
		flow->has_seq[dir] = true;
	}
	if (p->acks && !flow->has_seq[!dir]) {
		flow->seq[!dir] = p->ack;
		flow->has_seq[!dir] = true;
	}
	if (p->len && !flow->has_seq[dir]) {
		flow->seq[dir] = p->seq;
		flow->has_seq[dir] = true;
	}
}

/* The first data of a connection tells whether it is of mail. */
static void first_data(struct capture *capture, struct flow *flow,
		       const struct packet *p, enum smtp_dir dir)
{
	bool greets = dir == SMTP_SERVER && is_greeting(p);
	bool mail = greets || is_mail_port(flow->end[SMTP_SERVER].port);

	if (!mail)
		flow->ignored = true;
	else if (flow->begun || greets)
		open_conn(capture, flow);
	else
		ignore_middle(capture, flow);
}

static bool has_ended(const struct flow *flow)
{
	return flow->fin[SMTP_CLIENT] && flow->fin[SMTP_SERVER] &&
	       !flow->conn->side[SMTP_CLIENT].pieces &&
	       !flow->conn->side[SMTP_SERVER].pieces;
}

/* Was all before @seq judged? A RST with another number is nobody's. */
static bool told_to(const struct flow *flow, enum smtp_dir dir, uint32_t seq)
{
	return flow->conn->side[dir].told == seq;
}

static void judge_packet(struct flow *flow, const struct packet *p,
			 enum smtp_dir dir)
{
	uint32_t ack = flow->conn->side[!dir].told;

	if (p->acks) {
		ack = p->ack;
		explain_ack(flow->conn, !dir, ack);
	}
	if (!explain_segment(flow->conn, dir, p->seq, ack, p->bytes, p->len,
			     p->fin && !p->cut)) {
		end_conn(flow);
		return;
	}
	if (p->cut)
		explain_sent(flow->conn, dir, p->seq + p->len + p->cut);
	/* A FIN before the data in front of it ends nothing yet. */
	flow->fin[dir] |= p->fin &&
			  told_to(flow, dir, p->seq + p->len + p->cut);
	if (has_ended(flow) || (p->rst && told_to(flow, dir, p->seq)))
		end_conn(flow);
}

/* Do the ends use their ports again? */
static bool begins_anew(const struct flow *flow, const struct packet *p)
{
	return p->syn && !p->acks &&
	       (flow->ignored || flow->seq[SMTP_CLIENT] != p->seq);
}

static void take_packet(struct capture *capture, const struct packet *p,
			time_t now)
{
	struct flow *flow = find_flow(capture, p);
	enum smtp_dir dir;

	if (flow && begins_anew(flow, p)) {
		free_flow(capture, flow);
		flow = NULL;
	}
	if (!flow)
		flow = begin_flow(capture, p);
	if (!flow)
		return;
	touch_flow(capture, flow, now);
	if (flow->ignored)
		return;
	dir = is_end(&flow->end[SMTP_CLIENT], &p->from) ? SMTP_CLIENT :
							   SMTP_SERVER;
	if (!flow->conn)
		learn_begin(flow, p, dir);
	if (!flow->conn && p->len && !p->syn)
		first_data(capture, flow, p, dir);
	if (flow->conn && !p->syn)
		judge_packet(flow, p, dir);
}

static void note_count(struct capture *capture, unsigned long count,
		       const char *what)
{
	char *text;

	if (!count)
		return;
	text = xasprintf("%lu %s", count, what);
	capture->out->printer->note(NULL, text);
	free(text);
}

/* A capture can name times of which gmtime() knows no date. */
static time_t time_of(time_t written)
{
	const time_t end_of_9999 = 253402300799;

	if (written < 0)
		return 0;
	return written > end_of_9999 ? end_of_9999 : written;
}

static void read_packets(struct capture *capture, pcap_t *pcap,
			 const char *name, struct errors *errors)
{
	struct progress progress;
	struct pcap_pkthdr *header;
	const u_char *frame;
	int link = pcap_datalink(pcap), ret;

	progress_begin(&progress, pcap_file(pcap));
	while ((ret = pcap_next_ex(pcap, &header, &frame)) == 1) {
		struct packet packet;

		progress_step(&progress);
		capture->cut += header->caplen < header->len;
		switch (packet_read(&packet, link, frame, header->caplen)) {
		case PACKET_TCP:
			take_packet(capture, &packet,
				    time_of(header->ts.tv_sec));
			break;
		case PACKET_FRAGMENT:
			capture->fragments++;
			break;
		case PACKET_OTHER:
			break;
		}
	}
	progress_end(&progress);
	if (ret != PCAP_ERROR_BREAK)
		error_at(errors, NULL, "cannot read all of '%s': %s", name,
			 pcap_geterr(pcap));
}

static void read_capture(pcap_t *pcap, const char *name,
			 const struct smtp_policy *policy,
			 struct explain_output *out, struct errors *errors)
{
	struct capture *capture = xzalloc(sizeof(*capture));

	capture->policy = policy;
	capture->out = out;
	read_packets(capture, pcap, name, errors);
	while (capture->oldest)
		free_flow(capture, capture->oldest);
	note_count(capture, capture->cut, "packets are not captured whole");
	note_count(capture, capture->fragments, "fragments of IP are not read");
	free(capture);
	if (out->conns)
		out->printer->summary(out);
	else if (!errors->count)
		error_at(errors, NULL,
			 "'%s' has no connection to a mail server from its begin",
			 name);
}

/* Reads the first bytes of a file, and leaves them there. Returns how many. */
static size_t peek(FILE *file, uint8_t bytes[4])
{
	size_t len = fread(bytes, 1, 4, file), i;

	/* The C library takes back what it has just given. */
	for (i = len; i; i--)
		ungetc(bytes[i - 1], file);
	return len;
}

bool explain_is_capture(FILE *file)
{
	static const uint8_t magic[][4] = {
		{ 0xa1, 0xb2, 0xc3, 0xd4 }, { 0xd4, 0xc3, 0xb2, 0xa1 },
		{ 0xa1, 0xb2, 0x3c, 0x4d }, { 0x4d, 0x3c, 0xb2, 0xa1 },
		{ 0x0a, 0x0d, 0x0d, 0x0a },
	};
	uint8_t bytes[4];
	bool whole = peek(file, bytes) == sizeof(bytes), found = false;
	size_t i;

	for (i = 0; i < sizeof(magic) / sizeof(*magic); i++)
		found |= whole && !memcmp(bytes, magic[i], sizeof(bytes));
	return found;
}

const char *explain_unpacker(FILE *file)
{
	static const struct {
		const char *program;
		const char *magic;
	} packers[] = {
		{ "zcat", "\x1f\x8b" }, { "bzcat", "BZh" },
		{ "xzcat", "\3757zX" }, { "zstdcat", "\x28\xb5\x2f\xfd" },
		{ "lz4cat", "\x04\x22\x4d\x18" },
	};
	uint8_t bytes[4];
	size_t len = peek(file, bytes), n, i;

	for (i = 0; i < sizeof(packers) / sizeof(*packers); i++) {
		n = strlen(packers[i].magic);
		if (len >= n && !memcmp(bytes, packers[i].magic, n))
			return packers[i].program;
	}
	return NULL;
}

void explain_capture(FILE *file, const char *name,
		     const struct smtp_policy *policy,
		     struct explain_output *out, struct errors *errors)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_fopen_offline(file, why);
	const char *link;

	if (!pcap) {
		error_at(errors, NULL, "cannot read '%s': %s", name, why);
		fclose(file);
		return;
	}
	link = pcap_datalink_val_to_name(pcap_datalink(pcap));
	if (packet_link_is_known(pcap_datalink(pcap)))
		read_capture(pcap, name, policy, out, errors);
	else
		error_at(errors, NULL,
			 "'%s' was captured on a link that is not known here: %s",
			 name, link ? link : "no name");
	pcap_close(pcap);
}
