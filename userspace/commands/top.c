// SPDX-License-Identifier: GPL-2.0
/* mailguard top: its options, its samples and its screen. */
#include <curses.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands/top.h"
#include "lib/memory.h"

#define DELAY_MAX	3600
#define CLIENTS_BATCH	20	/* lines of a view that no screen bounds */

struct top_options {
	bool batch;
	unsigned int delay;	/* seconds between two samples */
	unsigned int count;	/* of views; 0: until the user ends it */
	enum top_key key;
};

static const char usage[] =
	"Usage: mailguard top [-b] [-d SECONDS] [-n COUNT] [-s KEY]\n"
	"\n"
	"  -b, --batch            print lines; so it does without a terminal, too\n"
	"  -d, --delay SECONDS    between two looks, 2 if not given\n"
	"  -n, --count COUNT      end after so many\n"
	"  -s, --sort KEY         of the clients: denied, passed, connections\n"
	"\n"
	"On the screen d, p and c sort the clients, and q ends.\n";

static bool parse_number(const char *what, const char *text, unsigned int max,
			 unsigned int *number, struct errors *errors)
{
	size_t digits = strspn(text, "0123456789");

	*number = strtoul(text, NULL, 10);
	if (digits && !text[digits] && digits <= 9 && *number &&
	    *number <= max)
		return true;
	error_at(errors, NULL, "%s is a number from 1 to %u, not '%s'", what,
		 max, text);
	return false;
}

static bool parse_key(const char *text, enum top_key *key,
		      struct errors *errors)
{
	for (*key = 0; *key < TOP_KEYS; (*key)++)
		if (!strcmp(top_key_names[*key], text))
			return true;
	error_at(errors, NULL,
		 "clients are sorted by denied, passed or connections, not by '%s'",
		 text);
	return false;
}

/* Returns -1 to go on, or the exit status. */
static int parse_options(int argc, char **argv, struct top_options *o,
			 struct errors *errors)
{
	static const struct option longs[] = {
		{ "batch",	no_argument,		NULL, 'b' },
		{ "delay",	required_argument,	NULL, 'd' },
		{ "count",	required_argument,	NULL, 'n' },
		{ "sort",	required_argument,	NULL, 's' },
		{ "help",	no_argument,		NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	bool good = true;
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, "bd:n:s:h", longs,
				     NULL)) != -1) {
		switch (option) {
		case 'b':
			o->batch = true;
			break;
		case 'd':
			good &= parse_number("a delay", optarg, DELAY_MAX,
					     &o->delay, errors);
			break;
		case 'n':
			good &= parse_number("a count", optarg, 999999999,
					     &o->count, errors);
			break;
		case 's':
			good &= parse_key(optarg, &o->key, errors);
			break;
		case 'h':
			fputs(usage, stdout);
			return EXIT_SUCCESS;
		default:
			good = false;
		}
	}
	if (good && optind == argc)
		return -1;
	if (!errors->count)
		fputs(usage, stderr);
	return EXIT_FAILURE;
}

static void add_up(struct top_sample *sample, const struct counters *counters)
{
	unsigned int i;

	for (; counters; counters = counters->next)
		for (i = 0; i < REASONS; i++)
			sample->count[i] += counters->count[i];
}

static int take_sample(struct genl *genl, struct top_sample *sample,
		       struct errors *errors)
{
	struct counters_list counters;
	struct budget_list budgets;
	struct timespec now;
	int ret;

	*sample = (struct top_sample){ .time = 0 };
	clock_gettime(CLOCK_MONOTONIC, &now);
	sample->time = now.tv_sec + now.tv_nsec / 1e9;
	ret = counters_read(genl, &counters, errors);
	if (!ret)
		add_up(sample, counters.head);
	counters_list_free(&counters);
	if (!ret)
		ret = connections_read(genl, &sample->connections, errors);
	if (!ret)
		ret = budget_read(genl, &budgets, errors);
	if (!ret && budgets.count)
		sample->memory = budgets.at[0];
	return ret;
}

static void print_view(const struct top_view *view)
{
	size_t i;

	for (i = 0; i < view->count; i++)
		puts(view->lines[i]);
	putchar('\n');
	fflush(stdout);
}

static void draw_view(const struct top_view *view, const struct top_options *o)
{
	size_t i;

	erase();
	attron(A_REVERSE);
	mvprintw(0, 0, "%-*.*s", COLS, COLS, "mailguard top");
	mvprintw(0, 15, "%.*s", COLS > 15 ? COLS - 15 : 0,
		 top_key_names[o->key]);
	attroff(A_REVERSE);
	for (i = 0; i < view->count; i++)
		mvaddnstr(i + 1, 0, view->lines[i], COLS);
	refresh();
}

/* Acts on a key. Returns false if it ends the program. */
static bool take_key(int key, struct top_options *o)
{
	switch (key) {
	case 'q':
		return false;
	case 'd':
		o->key = TOP_DENIED;
		break;
	case 'p':
		o->key = TOP_PASSED;
		break;
	case 'c':
		o->key = TOP_CONNECTIONS;
		break;
	}
	return true;
}

static int left_ms(double until)
{
	struct timespec now;
	double left;

	clock_gettime(CLOCK_MONOTONIC, &now);
	left = until - now.tv_sec - now.tv_nsec / 1e9;
	return left > 0 ? left * 1000 : 0;
}

/* Shows the view until it is time for the next sample. */
static bool show_view(struct top_view *view, const struct top_sample *before,
		      const struct top_sample *now, struct top_options *o)
{
	double until = now->time + o->delay;
	int key;

	do {
		view->width = COLS;
		view->height = LINES - 1;
		top_view_fill(view, before, now, o->key);
		draw_view(view, o);
		timeout(left_ms(until));
		key = getch();
		if (!take_key(key, o))
			return false;
	} while (key != ERR);
	return true;
}

static void wait_for_sample(const struct top_sample *last,
			    const struct top_options *o)
{
	int ms = left_ms(last->time + o->delay);

	usleep(ms * 1000U);
}

static void run(struct genl *genl, struct top_options *o,
		struct errors *errors)
{
	struct top_view view = { .width = 80, .height = CLIENTS_BATCH + 20 };
	struct top_sample before, now;
	unsigned int shown = 0;
	bool goes_on = true;

	if (take_sample(genl, &before, errors))
		return;
	wait_for_sample(&before, o);
	while (goes_on && !take_sample(genl, &now, errors)) {
		shown++;
		if (o->batch) {
			top_view_fill(&view, &before, &now, o->key);
			print_view(&view);
		} else {
			goes_on = show_view(&view, &before, &now, o);
		}
		goes_on &= !o->count || shown < o->count;
		if (goes_on && o->batch)
			wait_for_sample(&now, o);
		free(before.connections.array);
		before = now;
	}
	free(before.connections.array);
	top_view_clear(&view);
}

/* The screen would wipe an error message, so it is printed afterwards. */
static void run_on_screen(struct genl *genl, struct top_options *o,
			  struct errors *errors)
{
	SCREEN *screen = newterm(NULL, stdout, stdin);
	FILE *terminal = stderr, *said;
	char *text = NULL;
	size_t len;

	if (!screen) {
		error_at(errors, NULL,
			 "the terminal cannot be used; -b prints lines");
		return;
	}
	said = open_memstream(&text, &len);
	if (!said)
		out_of_memory();
	stderr = said;
	cbreak();
	noecho();
	curs_set(0);
	keypad(stdscr, TRUE);
	run(genl, o, errors);
	endwin();
	delscreen(screen);
	stderr = terminal;
	fclose(said);
	fputs(text, stderr);
	free(text);
}

int top(int argc, char **argv, struct errors *errors)
{
	struct top_options options = { .delay = 2 };
	struct genl genl;
	int status, ret;

	status = parse_options(argc, argv, &options, errors);
	if (status >= 0)
		return status;
	ret = genl_open(&genl);
	if (ret) {
		genl_complain(ret, errors);
		return EXIT_FAILURE;
	}
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		options.batch = true;
	if (options.batch)
		run(&genl, &options, errors);
	else
		run_on_screen(&genl, &options, errors);
	genl_close(&genl);
	return EXIT_SUCCESS;
}
