/* command: `waymark find`: the same question and the same answers as the page, from a terminal. */
#include <stdio.h>
#include "base/args.h"
#include "db/here.h"
#include "finding/inside.h"

enum { COMMAND_ARENA_BYTES = 1 << 30, OUTPUT_BYTES_MAX = 256 << 20, SAID_MAX = 128 };

struct given { const char *name; struct str value; };
struct call {
  struct given said[SAID_MAX];
  size_t n;
  struct arena *a;
  bool library, json, too_many;
};

static void say_value(struct call *c, const char *name, struct str value) {
  if (c->n < SAID_MAX) c->said[c->n++] = (struct given){name, value};
  else c->too_many = true;
}

static struct strs values(void *from, const char *name) {
  struct call *c = from;
  struct strs all = {0};
  size_t cap = 0;
  for (size_t i = 0; i < c->n; i++)
    if (strcmp(c->said[i].name, name) == 0) *slice_push(c->a, &all, &cap) = c->said[i].value;
  return all;
}

static bool read_call(int argc, char **argv, struct call *c, struct why *why) {
  static const struct { const char *option, *name;
  } options[] = {{"--place", "place"},     {"--postcode", "postcode"}, {"--age", "age"},
                 {"--date", "date"},       {"--status", "status"},     {"--reason", "reason"},
                 {"--cohort", "cohort"},   {"--need", "need"},         {"--words", "words"},
                 {"--tenancy", "tenancy"}, {"--health", "health"},     {"--household", "household"},
                 {"--sort", "sort"}};
  struct args args = args_of(argc, argv);
  struct str value;
  for (size_t i = 0; i < countof(options); i++)
    while (args_value(&args, options[i].option, &value)) say_value(c, options[i].name, value);
  if (args_flag(&args, "--ignore-standing")) say_value(c, "ignore_standing", S("yes"));
  if (args_flag(&args, "--free")) say_value(c, "free", S("yes"));
  c->library = args_flag(&args, "--library");
  c->json = args_flag(&args, "--json");
  if (c->too_many)
    return why_say(why, "That is more than %d answers in one question. Ask with fewer.", SAID_MAX);
  return args_done(&args, why);
}

static void print_json(const struct finding_answers *found) {
  struct buf b = buf_open(OUTPUT_BYTES_MAX);
  struct json_out j = json_to(&b);
  j.pretty = true;
  json_list(&j);
  for (size_t i = 0; i < found->list.n; i++) finding_json(&j, &found->list.p[i]);
  json_list_end(&j);
  fwrite(b.p, 1, b.n, stdout);
  fputc('\n', stdout);
  buf_free(&b);
}

static void print_plain(const struct finding_answers *found) {
  for (size_t i = 0; i < found->list.n; i++) {
    const struct finding_answer *f = &found->list.p[i];
    printf("%-5.*s  %.*s", P(rules_answer_word(f->answer)), P(f->offer->name));
    printf(f->offer->provider.n ? " (%.*s)\n" : "\n", P(f->offer->provider));
    for (size_t k = 0; k < f->because.reasons.n; k++)
      printf("       %.*s\n", P(f->because.reasons.p[k].says));
    if (f->instead) printf("       Closest to it that may fit: %.*s\n", P(f->instead->name));
  }
  printf("%zu yes, %zu maybe, %zu no.\n", found->yes, found->maybe, found->no);
}

static int stop(const struct why *why, int status) {
  fprintf(stderr, "waymark: %s\n", why->text);
  return status;
}

/* An ask only reads; the picture is made for the day the question is about. */
static int answer(struct db *db, struct call *c, instant_t now) {
  struct why why = {0};
  struct local local = instant_local_uk(now);
  struct finding_said said = {values, c};
  struct finding_faults faults;
  struct finding_ask ask;
  struct finding_answers found;
  day_t day = finding_day(&said, local.day);
  const struct finding_picture *p = finding_picture_now(
      db, day == DAY_NONE ? local.day : day, c->library ? DIRECTORY_LIBRARY : DIRECTORY_LIVE, &why);
  if (!p) return stop(&why, 1);
  if (!finding_read(db, c->a, p, &said, local.day, -1, LANG_EN, &ask, &faults)) {
    for (size_t i = 0; i < faults.n; i++)
      fprintf(stderr, "waymark: --%s: %.*s\n", faults.p[i].field, P(faults.p[i].sentence));
    return 2;
  }
  finding_run(c->a, p, &ask, (struct rules_tongue){0}, &found);
  for (size_t i = 0; i < found.unknown.n; i++)
    fprintf(stderr, "waymark: nothing here is about \"%.*s\".\n", P(found.unknown.p[i]));
  if (c->json) print_json(&found);
  else print_plain(&found);
  return 0;
}

int finding_command(int argc, char **argv) {
  struct arena a = arena_open(COMMAND_ARENA_BYTES);
  struct call call = {.a = &a};
  struct why why = {0};
  if (!read_call(argc, argv, &call, &why)) {
    arena_close(&a);
    return stop(&why, 2);
  }
  struct db *db = db_open_here(&why);
  int status = db ? answer(db, &call, here_now()) : stop(&why, 1);
  if (db) db_close(db);
  arena_close(&a);
  return status;
}
