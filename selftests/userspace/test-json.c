// SPDX-License-Identifier: GPL-2.0
/*
 * The language in JSON: what is written can be read, and comes out the same;
 * what is wrong is refused; and the schema knows each statement.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../core/harness.h"
#include "language/json.h"
#include "language/parse.h"
#include "lib/memory.h"

#define PRESETS	"../../presets"
#define SCHEMA	"../../Documentation/mailguard.schema.json"

/* Reads statements, which are text or JSON. */
static void read_statements(const char *text, bool json, struct inputs *inputs,
			    struct cmd_list *cmds, struct errors *errors)
{
	const struct input *in = input_text(inputs, "test", xstrdup(text));

	if (json)
		parse_json(in, inputs, cmds, errors);
	else
		parse(in, inputs, cmds, errors);
}

static char *print_policies(const struct cmd_list *cmds)
{
	FILE *before = stdout;
	const struct cmd *cmd;
	char *text = NULL;
	size_t len;

	stdout = open_memstream(&text, &len);
	for (cmd = cmds->head; cmd; cmd = cmd->next)
		if (cmd->op == CMD_POLICY)
			policy_print(cmd->policy);
	fclose(stdout);
	stdout = before;
	return text;
}

static char *to_json(const struct cmd_list *cmds)
{
	struct document *document = document_start();
	const struct cmd *cmd;

	for (cmd = cmds->head; cmd; cmd = cmd->next)
		if (cmd->op == CMD_POLICY)
			document_add_policy(document, cmd->policy);
	return document_end(document);
}

/* Prints the policies of the text after a way through JSON, or returns NULL. */
static char *by_way_of_json(const char *text, char **direct)
{
	struct inputs inputs = { .head = NULL };
	struct cmd_list cmds = { .head = NULL }, again = { .head = NULL };
	struct errors errors = { .count = 0 };
	char *json, *after = NULL;

	read_statements(text, false, &inputs, &cmds, &errors);
	*direct = print_policies(&cmds);
	json = to_json(&cmds);
	if (!errors.count)
		read_statements(json, true, &inputs, &again, &errors);
	if (!errors.count)
		after = print_policies(&again);
	free(json);
	cmd_list_free(&cmds);
	cmd_list_free(&again);
	inputs_free(&inputs);
	return after;
}

static bool survives_json(const char *text)
{
	char *direct, *after = by_way_of_json(text, &direct);
	bool same = after && *after && !strcmp(direct, after);

	if (!same)
		printf("# written:\n%s\n# and read:\n%s\n", direct,
		       after ? after : "(an error)");
	free(direct);
	free(after);
	return same;
}

/* Each type of setting, with all its parts and with few. */
TEST(policies)
{
	EXPECT_TRUE(survives_json("policy p { commands { quit } }"));
	EXPECT_TRUE(survives_json("policy p { banner pass; commands { quit } }"));
	EXPECT_TRUE(survives_json("policy p {\n"
		"banner text \"mx \\\"a\\\" \\\\\" fill \"*\" keep \"20\"\n"
		"commands { helo, \"x-mine\", vrfy : noop reply 252 \"no\",\n"
		"	expn : reset, help : log, turn : x,\n"
		"	rcpt : reply 550 \"go\" fill \"_\" keep \"x\" }\n"
		"denied noop reply 500 \"what?\" fill \"_\" keep \" \"\n"
		"ehlo downgrade\n"
		"keywords ! { size, x-mine }\n"
		"auth-mechanisms { plain, login }\n"
		"line-length 600\n"
		"line-length mail 4096\n"
		"reply-line-length 600 pass\n"
		"address pipe blank\n"
		"sender-domains { \"example.org\", .example.net, \"[192.0.2.1]\" }\n"
		"recipient-domains ! { example.org }\n"
		"starttls require reply 530 \"first STARTTLS\"\n"
		"recipients 100 close reply 452 \"too many\"\n"
		"messages 5\n"
		"message-size 4294967295 pass\n"
		"tls-minimum 1.2\n"
		"on denied mark 0x1/0xff\n"
		"on denied mark packet 7\n"
		"on reset mark connection 0xffffffff\n"
		"offenders after 5 denied for 1h mark 0xff000000\n"
		"}"));
	EXPECT_TRUE(survives_json("policy a { commands { quit }; denied x }\n"
				  "policy b { commands { quit }; denied reply \"\" }"));
}

TEST(presets)
{
	const struct dirent *entry;
	char text[65536];
	char *path;
	FILE *file;
	DIR *dir;
	int i = 0;

	setenv("MAILGUARD_PRESETS", PRESETS, 1);
	dir = opendir(PRESETS);
	ASSERT_NE(NULL, dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		path = xasprintf(PRESETS "/%s", entry->d_name);
		file = fopen(path, "r");
		ASSERT_NE(NULL, file);
		text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
		fclose(file);
		EXPECT_TRUE(survives_json(text)) {
			TH_LOG("%s", path);
		}
		free(path);
		i++;
	}
	closedir(dir);
	EXPECT_LT(10, i);
}

/* What is said about the first error of a document. */
static char *complaint(const char *json)
{
	struct inputs inputs = { .head = NULL };
	struct cmd_list cmds = { .head = NULL };
	struct errors errors = { .count = 0 };
	FILE *before = stderr;
	char *text = NULL;
	size_t len;

	stderr = open_memstream(&text, &len);
	read_statements(json, true, &inputs, &cmds, &errors);
	fclose(stderr);
	stderr = before;
	text[strcspn(text, "\n")] = '\0';
	cmd_list_free(&cmds);
	inputs_free(&inputs);
	return text;
}

#define DOCUMENT(objects)	"{\"mailguard\":[" objects "]}"
#define POLICY(members)		DOCUMENT("{\"policy\":{\"name\":\"p\"," \
				"\"commands\":[{\"verb\":\"quit\"}]" members "}}")
#define COMMANDS(verbs)		DOCUMENT("{\"policy\":{\"name\":\"p\"," \
				"\"commands\":[" verbs "]}}")
#define FIXUP(members)		DOCUMENT("{\"fixup\":{" members "}}")

static const struct {
	const char *json, *complaint;
} wrong[] = {
	/* no JSON */
	{
		"",
		"test:1:1-1: Error: no JSON: unexpected token near end of file",
	}, {
		"policy p {}",
		"test:1:6-6: Error: no JSON: invalid token near 'policy'",
	}, {
		"{\n \"mailguard\": [\n}",
		"test:3:1-1: Error: no JSON: unexpected token near '}'",
	}, {
		"{\"mailguard\":[]",
		"test:1:15-15: Error: no JSON: '}' expected near end of file",
	}, {
		"{\"mailguard\":[]} x",
		"test:1:18-18: Error: no JSON: end of file expected near 'x'",
	}, {
		"{\"a\":1,\"a\":2}",
		"test:1:10-10: Error: no JSON: duplicate object key near '\"a\"'",
	}, {
		"{\"\xff\":1}",
		"test:1:2-2: Error: no JSON: unable to decode byte 0xff near '\"'",
	},
	/* no document */
	{
		"[]",
		"test: Error: a document is an object with the key 'mailguard', as -j list ruleset prints it",
	}, {
		"{\"nftables\":[]}",
		"test: Error: a document is an object with the key 'mailguard', as -j list ruleset prints it",
	}, {
		"{\"mailguard\":{}}",
		"test: /mailguard: Error: an array must stand here, not an object",
	}, {
		"{\"mailguard\":[],\"x\":1}",
		"test: Error: unknown key 'x'",
	}, {
		DOCUMENT("1"),
		"test: /mailguard/0: Error: an object must stand here, not an integer",
	}, {
		DOCUMENT("{}"),
		"test: /mailguard/0: Error: an object with one key, such as 'policy', must stand here",
	}, {
		DOCUMENT("{\"polcy\":{}}"),
		"test: /mailguard/0: Error: unknown key 'polcy'; did you mean 'policy'?",
	}, {
		DOCUMENT("{\"connection\":{}}"),
		"test: /mailguard/0: Error: unknown key 'connection'",
	}, {
		DOCUMENT("{\"metainfo\":{\"json_schema_version\":2}}"),
		"test: /mailguard/0/metainfo/json_schema_version: Error: this mailguard reads version 1 of the schema only",
	},
	/* policies */
	{
		DOCUMENT("{\"policy\":{}}"),
		"test: /mailguard/0/policy: Error: the key 'name' is missing",
	}, {
		DOCUMENT("{\"policy\":{\"name\":\"p\"}}"),
		"test: /mailguard/0/policy/name: Error: policy permits no command; add 'commands { ... }'",
	}, {
		DOCUMENT("{\"policy\":{\"name\":\"longer-than\"}}"),
		"test: /mailguard/0/policy/name: Error: policy name 'longer-than' is longer than 9 characters: it names the conntrack helper 'smtp-longer-than', limited to 14",
	}, {
		POLICY(",\"baner\":\"pass\""),
		"test: /mailguard/0/policy: Error: unknown key 'baner'; did you mean 'banner'?",
	}, {
		POLICY(",\"\\u001b[2J\":1"),
		"test: /mailguard/0/policy: Error: unknown key '?[2J'",
	}, {
		POLICY(",\"banner\":\"hide\""),
		"test: /mailguard/0/policy/banner: Error: 'banner' takes pass | [text STRING] [fill STRING] [keep STRING]",
	}, {
		POLICY(",\"banner\":{}"),
		"test: /mailguard/0/policy/banner: Error: the key 'text' is missing",
	}, {
		POLICY(",\"banner\":{\"fill\":\"ab\"}"),
		"test: /mailguard/0/policy/banner/fill: Error: fill takes one character",
	}, {
		POLICY(",\"banner\":{\"text\":\"a\\nb\"}"),
		"test: /mailguard/0/policy/banner/text: Error: a control character in a string",
	}, {
		POLICY(",\"banner\":{\"text\":7}"),
		"test: /mailguard/0/policy/banner/text: Error: a string must stand here, not an integer",
	}, {
		POLICY(",\"banner\":{\"code\":220,\"text\":\"x\"}"),
		"test: /mailguard/0/policy/banner: Error: unknown key 'code'",
	}, {
		POLICY(",\"line-length\":\"512\""),
		"test: /mailguard/0/policy/line-length: Error: an integer must stand here, not a string",
	}, {
		POLICY(",\"line-length\":-1"),
		"test: /mailguard/0/policy/line-length: Error: a number is at most 65535",
	}, {
		POLICY(",\"bare-lf\":{\"action\":\"rest\"}"),
		"test: /mailguard/0/policy/bare-lf/action: Error: 'bare-lf' takes pass | deny | reset",
	}, {
		POLICY(",\"bare-lf\":{}"),
		"test: /mailguard/0/policy/bare-lf: Error: 'bare-lf' takes pass | deny | reset",
	}, {
		POLICY(",\"bare-lf\":{\"action\":\"deny\",\"reply\":{\"text\":\"x\"}}"),
		"test: /mailguard/0/policy/bare-lf: Error: unknown key 'reply'",
	}, {
		POLICY(",\"denied\":{\"reply\":{\"code\":999,\"text\":\"x\"}}"),
		"test: /mailguard/0/policy/denied/reply/code: Error: a reply code is a number from 200 to 599",
	}, {
		POLICY(",\"denied\":{\"reply\":{\"code\":500}}"),
		"test: /mailguard/0/policy/denied/reply: Error: the key 'text' is missing",
	}, {
		POLICY(",\"ehlo downgrade\":1"),
		"test: /mailguard/0/policy/ehlo downgrade: Error: a boolean must stand here, not an integer",
	}, {
		POLICY(",\"keywords\":{\"words\":[1]}"),
		"test: /mailguard/0/policy/keywords/words/0: Error: a string must stand here, not an integer",
	}, {
		POLICY(",\"keywords\":{}"),
		"test: /mailguard/0/policy/keywords: Error: the key 'words' is missing",
	}, {
		POLICY(",\"auth-mechanisms\":{\"except\":true,\"words\":[]}"),
		"test: /mailguard/0/policy/auth-mechanisms: Error: 'auth-mechanisms' lists what passes, and takes no '!'",
	}, {
		POLICY(",\"on\":[{\"event\":\"denied\",\"value\":4294967296}]"),
		"test: /mailguard/0/policy/on/0/value: Error: a mark is a number of 32 bits",
	}, {
		POLICY(",\"on\":[{\"event\":\"denied\"}]"),
		"test: /mailguard/0/policy/on/0: Error: the key 'value' is missing",
	}, {
		POLICY(",\"on\":[{\"event\":\"tls\",\"value\":1},{\"event\":\"tls\",\"value\":2}]"),
		"test: /mailguard/0/policy/on/1: Error: this event sets that mark already",
	}, {
		COMMANDS("{\"verb\":\"mial\"}"),
		"test: /mailguard/0/policy/commands/0/verb: Error: unknown verb 'mial'; did you mean 'mail'? A verb of your own has \"own\": true",
	}, {
		COMMANDS("{\"verb\":\"mail\",\"action\":\"deny\"}"),
		"test: /mailguard/0/policy/commands/0/action: Error: 'commands' takes { VERB [: x | noop | reset | log] [reply [CODE] STRING], ... }",
	},
	/* fixups */
	{
		FIXUP(""),
		"test: /mailguard/0/fixup: Error: the key 'first' is missing",
	}, {
		FIXUP("\"first\":0"),
		"test: /mailguard/0/fixup/first: Error: a port is a number from 1 to 65535",
	}, {
		FIXUP("\"first\":30,\"last\":25"),
		"test: /mailguard/0/fixup/last: Error: the range ends before it begins",
	}, {
		FIXUP("\"first\":25,\"match\":{\"ip saddr\":{\"values\":[\"::1\"]}}"),
		"test: /mailguard/0/fixup/match/ip saddr/values/0: Error: '::1' is not an address, prefix or range for ip saddr",
	}, {
		FIXUP("\"first\":25,\"match\":{\"ip saddr\":{\"values\":[]}}"),
		"test: /mailguard/0/fixup/match/ip saddr: Error: the key 'values' is missing",
	}, {
		FIXUP("\"first\":25,\"match\":{\"saddr\":{}}"),
		"test: /mailguard/0/fixup/match: Error: unknown key 'saddr'",
	},
};

TEST(what_is_wrong)
{
	char *text;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		text = complaint(wrong[i].json);
		EXPECT_STREQ(wrong[i].complaint, text) {
			TH_LOG("%s", wrong[i].json);
		}
		free(text);
	}
}

/* jansson recurses. */
TEST(deep_nesting)
{
	size_t depth = 8 << 20;
	char *json = xrealloc(NULL, depth + 1), *text;

	memset(json, '[', depth);
	json[depth] = '\0';
	text = complaint(json);
	EXPECT_STREQ("test:1:2049-2049: Error: no JSON: maximum parsing depth reached near '['",
		     text);
	free(text);
	free(json);
}

static const char * const types[] = {
	[SETTING_FLAG]		= "flag",
	[SETTING_ACTION]	= "action",
	[SETTING_NUMBER]	= "number",
	[SETTING_LIMIT]		= "limit",
	[SETTING_OVERLAY]	= "overlay",
	[SETTING_DENIED]	= "denied",
	[SETTING_VERBS]		= "verbs",
	[SETTING_WORDS]		= "words",
	[SETTING_DOMAINS]	= "words",
	[SETTING_MARKS]		= "marks",
	[SETTING_OFFENDERS]	= "offenders",
};

/* The schema describes a policy in the order of the table. */
TEST(schema_has_each_statement)
{
	const struct statement *s;
	const char *type;
	json_t *schema, *policy;
	size_t i, count = 2;	/* name and preset */
	char *wanted;

	schema = json_load_file(SCHEMA, 0, NULL);
	ASSERT_NE(NULL, schema);
	ASSERT_EQ(0, json_unpack(schema, "{s:{s:{s:o}}}", "$defs", "policy",
				 "properties", &policy));
	for (i = 0; (s = statement_at(i)); i++) {
		if (!s->type)
			continue;
		type = NULL;
		json_unpack(json_object_get(policy, s->words), "{s:s}", "$ref",
			    &type);
		wanted = xasprintf("#/$defs/%s", types[s->type]);
		EXPECT_STREQ(wanted, type ? type : "(absent)") {
			TH_LOG("%s", s->words);
		}
		free(wanted);
		count++;
	}
	EXPECT_EQ(count, json_object_size(policy));
	json_decref(schema);
}

TEST_HARNESS_MAIN
