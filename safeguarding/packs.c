/* packs: numbers, hours, legal reasons and words that ask for a person, as data. */
#include <stdlib.h>
#include "base/embed.h"
#include "safeguarding/inside.h"

extern const struct embedded_files safeguarding_packs;
enum { PACK_BYTES_MAX = 4 << 20 };

struct minutes { struct str code; int64_t minutes; };
struct crisis { struct str nation, name, number, when[LANG_COUNT], about[LANG_COUNT], source;
                day_t from, to; };
static struct {
  bool read;
  struct arena a;
  struct { struct minutes *p; size_t n; } minutes;
  struct { struct crisis *p; size_t n; } crises;
  struct { struct reason *p; size_t n; } reasons;
  struct strs phrases, kinds;
} pack;
static struct str nation;

void safeguarding_nation(struct str ons_code) { nation = ons_code; }
struct str safeguarding_site_nation(void) { return nation; }

static struct csv *open_pack(const char *name) {
  struct why why;
  for (size_t i = 0; i < safeguarding_packs.n; i++)
    if (str_ends(str_of(safeguarding_packs.p[i].name), str_of(name))) {
      struct csv *c = csv_open_str(&pack.a, safeguarding_packs.p[i].content);
      if (csv_headers(c, &why)) return c;
    }
  log_event(LOG_ALARM, "pack_unreadable", "pack=%s", name);
  exit(70); /* built into the program: it was never run */
}

static struct str kept(const struct csv_row *row, struct csv *c, const char *name) {
  return str_copy(&pack.a, csv_cell(row, csv_column(c, str_of(name))));
}

static day_t day_at(const struct csv_row *row, struct csv *c, const char *name) {
  day_t d = DAY_NONE;
  day_parse(kept(row, c, name), &d);
  return d;
}

static void read_crises(void) {
  size_t cap = 0;
  struct csv_row row;
  struct csv *c = open_pack("crisis.csv");
  while (csv_next(c, &row, NULL) == CSV_ROW)
    *slice_push(&pack.a, &pack.crises, &cap) =
        (struct crisis){.nation = kept(&row, c, "nation"),
                        .name = kept(&row, c, "name"),
                        .number = kept(&row, c, "number"),
                        .when = {kept(&row, c, "when_en"), kept(&row, c, "when_cy")},
                        .about = {kept(&row, c, "about_en"), kept(&row, c, "about_cy")},
                        .source = kept(&row, c, "source"),
                        .from = day_at(&row, c, "from"),
                        .to = day_at(&row, c, "to")};
  csv_close(c);
}

static void read_others(void) {
  size_t minutes = 0, reasons = 0, phrases = 0, kinds = 0;
  struct csv_row row;
  struct csv *c = open_pack("clock.csv");
  while (csv_next(c, &row, NULL) == CSV_ROW) {
    struct minutes m = {.code = kept(&row, c, "code")};
    str_to_i64(kept(&row, c, "minutes"), &m.minutes);
    *slice_push(&pack.a, &pack.minutes, &minutes) = m;
  }
  csv_close(c);
  c = open_pack("reasons.csv");
  while (csv_next(c, &row, NULL) == CSV_ROW)
    *slice_push(&pack.a, &pack.reasons, &reasons) =
        (struct reason){kept(&row, c, "code"), kept(&row, c, "label"), kept(&row, c, "source")};
  csv_close(c);
  c = open_pack("prompts.csv");
  while (csv_next(c, &row, NULL) == CSV_ROW) {
    *slice_push(&pack.a, &pack.phrases, &phrases) = kept(&row, c, "phrase");
    *slice_push(&pack.a, &pack.kinds, &kinds) = kept(&row, c, "kind");
  }
  csv_close(c);
}

static void read_packs(void) {
  if (pack.read) return;
  pack.a = arena_open(PACK_BYTES_MAX);
  read_crises();
  read_others();
  pack.read = true;
}

int safeguarding_minutes(const char *code) {
  read_packs();
  for (size_t i = 0; i < pack.minutes.n; i++)
    if (str_eq(pack.minutes.p[i].code, str_of(code))) return (int)pack.minutes.p[i].minutes;
  return 0;
}

struct reasons safeguarding_reasons(void) {
  read_packs();
  return (struct reasons){pack.reasons.p, pack.reasons.n};
}

const struct reason *legal_reason(struct str code) {
  struct reasons all = safeguarding_reasons();
  for (size_t i = 0; i < all.n; i++)
    if (str_eq(all.p[i].code, code)) return &all.p[i];
  return NULL;
}

enum prompt safeguarding_prompt_for(struct arena *a, struct str text) {
  read_packs();
  int at = phrase_in(a, text, &pack.phrases);
  if (at < 0) return PROMPT_NONE;
  return str_eq(pack.kinds.p[at], S("violence")) ? PROMPT_VIOLENCE : PROMPT_SELF_HARM;
}

struct crisis_numbers safeguarding_numbers(struct arena *a, int lang, struct str of_nation,
                                           day_t on) {
  struct crisis_numbers out = {0};
  size_t cap = 0;
  read_packs();
  for (size_t i = 0; i < pack.crises.n; i++) {
    const struct crisis *c = &pack.crises.p[i];
    bool here = !c->nation.n || str_eq(c->nation, of_nation);
    bool now = c->from <= on && (c->to == DAY_NONE || c->to >= on);
    if (!here || !now) continue;
    *slice_push(a, &out, &cap) =
        (struct crisis_number){c->name, c->number, c->when[lang], c->about[lang], c->source};
  }
  return out;
}
