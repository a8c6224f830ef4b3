/* question: sets of questions as versioned data. What packs/questions holds goes into the tables at
 * each init; a version that is there already must say exactly what it said: wording is never edited
 * in place, a better wording is a new version. */
#include "base/embed.h"
#include "support/inside.h"

extern const struct embedded_files support_packs;

static struct str pack(const char *name) {
  for (size_t i = 0; i < support_packs.n; i++)
    if (strcmp(support_packs.p[i].name, name) == 0) return support_packs.p[i].content;
  return (struct str){0};
}

struct source {
  struct db *db;
  struct arena *a;
  instant_t now;
  struct csv *c;
  struct csv_row row;
};

static struct str cell(struct source *s, const char *name) {
  return str_copy(s->a, csv_cell(&s->row, csv_column(s->c, str_of(name))));
}

static struct db_value number_or_null(struct str text) {
  int64_t n;
  return str_to_i64(text, &n) ? db_int(n) : db_null();
}

/* Everything that people read or that decides what an answer means, in one text to compare. */
static void hash_questions(struct arena *a, struct str set, struct str version, struct buf *all) {
  struct csv *c = csv_open_str(a, pack("packs/questions/questions.csv"));
  struct csv_row row;
  bool good = csv_headers(c, NULL);
  while (good && csv_next(c, &row, NULL) == CSV_ROW) {
    if (!str_eq(csv_cell(&row, 0), set) || !str_eq(csv_cell(&row, 1), version)) continue;
    for (size_t i = 0; i < row.n; i++) buf_put(all, row.cell[i]), buf_byte(all, '\x1f');
  }
  csv_close(c);
}

static struct str set_hash(struct source *s) {
  struct buf all = buf_open(1 << 18);
  for (size_t i = 0; i < s->row.n; i++) buf_put(&all, s->row.cell[i]), buf_byte(&all, '\x1f');
  hash_questions(s->a, cell(s, "set"), cell(s, "version"), &all);
  struct sha256 h = sha256_of(buf_str(&all));
  buf_free(&all);
  return hex_of(s->a, &h, sizeof h);
}

static bool add_question(struct source *s, int64_t set_id, int64_t position, struct why *why) {
  uint32_t class_bit = class_of_word(cell(s, "class"));
  struct str kind = cell(s, "kind"), better = cell(s, "better"), code = cell(s, "code");
  if (!class_bit || !cell(s, "words").n)
    return why_say(why, "Question %.*s needs words and a data class.", P(code));
  return db_insert(
             s->db,
             SQL("insert into question (set_id, position, code, words, kind, low, high, low_words, "
                 "high_words, choices, better, class) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
                 "?10, ?11, ?12) returning id"),
             V(set_id), V(position), V(code), V(cell(s, "words")), V(kind),
             number_or_null(cell(s, "low")), number_or_null(cell(s, "high")),
             V(cell(s, "low_words")), V(cell(s, "high_words")), V(cell(s, "choices")),
             V(better), V((int64_t)class_bit)) != 0;
}

static bool add_questions(struct source *of, int64_t set_id, struct why *why) {
  struct source s = {.db = of->db, .a = of->a, .now = of->now};
  struct str set = cell(of, "set"), version = cell(of, "version");
  int64_t position = 0;
  s.c = csv_open_str(s.a, pack("packs/questions/questions.csv"));
  bool good = csv_headers(s.c, why);
  while (good && csv_next(s.c, &s.row, why) == CSV_ROW)
    if (str_eq(cell(&s, "set"), set) && str_eq(cell(&s, "version"), version))
      good = add_question(&s, set_id, ++position, why);
  csv_close(s.c);
  return good;
}

static bool add_set(struct source *s, struct why *why) {
  struct str code = cell(s, "set"), version = cell(s, "version"), hash = set_hash(s), kept = {0};
  struct rows r;
  int64_t n = 0;
  if (!str_to_i64(version, &n)) return why_say(why, "Set %.*s has no version number.", P(code));
  if (db_one(&r, s->db, s->a,
             SQL("select text_hash from question_set where code = ?1 and version = ?2"), V(code),
             V(n))) {
    kept = row_text(&r, 0);
    db_done(&r);
    return str_eq(kept, hash) ||
           why_say(why,
                   "The words of questions %.*s version %lld differ from those people were asked. "
                   "Wording is never edited: give the new wording a new version.",
                   P(code), (long long)n);
  }
  int64_t id = db_insert(
      s->db,
      SQL("insert into question_set (code, version, title, intro, rules, source, licence, "
          "self_only, text_hash, added_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
          "returning id"),
      V(code), V(n), V(cell(s, "title")), V(cell(s, "intro")), V(cell(s, "rules")),
      V(cell(s, "source")), V(cell(s, "licence")), V(str_eq(cell(s, "self_only"), S("yes"))),
      V(hash), db_instant(s->a, s->now));
  return id && add_questions(s, id, why);
}

bool questions_init(struct db *db, struct arena *a, instant_t now, struct why *why) {
  struct source s = {.db = db, .a = a, .now = now};
  s.c = csv_open_str(a, pack("packs/questions/sets.csv"));
  bool good = csv_headers(s.c, why);
  db_begin(db, STORE_MAIN);
  while (good && csv_next(s.c, &s.row, why) == CSV_ROW) good = add_set(&s, why);
  csv_close(s.c);
  if (good)
    return db_commit(db, STORE_MAIN) == DB_OK || why_say(why, "The questions could not be saved.");
  db_rollback(db, STORE_MAIN);
  return false;
}

/* ---- reading ---- */

#define QUESTION_COLUMNS                                                                           \
  "q.id, q.set_id, s.code, s.version, q.code, q.words, q.kind, q.low, q.high, q.low_words, "      \
  "q.high_words, q.choices, q.better, q.class "

static struct question question_of(struct arena *a, struct rows *r) {
  struct str better = row_text(r, 12);
  return (struct question){.id = row_int(r, 0),
                           .set_id = row_int(r, 1),
                           .set = row_text(r, 2),
                           .version = row_int(r, 3),
                           .code = row_text(r, 4),
                           .words = row_text(r, 5),
                           .kind = row_text(r, 6),
                           .low = row_int(r, 7),
                           .high = row_int(r, 8),
                           .low_words = row_text(r, 9),
                           .high_words = row_text(r, 10),
                           .choices = str_split(a, row_text(r, 11), '|'),
                           .better = str_eq(better, S("up")) - str_eq(better, S("down")),
                           .class_bit = (uint32_t)row_int(r, 13)};
}

static struct questions all_of(struct arena *a, struct rows r) {
  struct questions out = {0};
  size_t cap = 0;
  while (db_next(&r)) *slice_push(a, &out, &cap) = question_of(a, &r);
  return out;
}

struct questions support_questions(struct db *db, struct arena *a, struct str set,
                                   int64_t version) {
  return all_of(a, db_rows(db, a,
                           SQL("select " QUESTION_COLUMNS
                               "from question q join question_set s on s.id = q.set_id where "
                               "s.code = ?1 and s.version = ?2 order by q.position"),
                           V(set), V(version)));
}

struct questions questions_asked(struct db *db, struct arena *a, int64_t team_id, day_t on) {
  return all_of(a,
                db_rows(db, a,
                        SQL("select " QUESTION_COLUMNS
                            "from question q join question_set s on s.id = q.set_id where exists "
                            "(select 1 from question_use u where u.set_id = s.id and u.team_id "
                            "= ?1 and u.from_day <= ?2 and coalesce(u.to_day, '9999-12-31') >= "
                            "?2) order by s.code, s.version, q.position"),
                        V(team_id), db_day(a, on)));
}

bool support_question_set(struct db *db, struct arena *a, struct str set, int64_t version,
                          struct str *intro, struct str *source) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("select intro, source from question_set where code = ?1 and version = ?2"),
              V(set), V(version)))
    return false;
  *intro = row_text(&r, 0), *source = row_text(&r, 1);
  db_done(&r);
  return true;
}

bool question_set_read(struct db *db, struct arena *a, int64_t set_id,
                       struct question_set_row *out) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("select id, version, code, title, intro, rules, source, licence, self_only from "
                  "question_set where id = ?1"),
              V(set_id)))
    return false;
  *out = (struct question_set_row){row_int(&r, 0),  row_int(&r, 1),  row_text(&r, 2),
                                   row_text(&r, 3), row_text(&r, 4), row_text(&r, 5),
                                   row_text(&r, 6), row_text(&r, 7), row_int(&r, 8) != 0};
  db_done(&r);
  return true;
}

struct field support_question_field(struct arena *a, const struct question *q) {
  bool scale = str_eq(q->kind, S("scale"));
  return (struct field){.name = str_c(a, q->code),
                        .label = str_c(a, q->words),
                        .hint = "",
                        .kind = scale ? KIND_INT : KIND_TEXT,
                        .data_class = q->class_bit,
                        .limit = scale ? q->high : 200,
                        .offset = -1};
}

enum db_result support_question_use(struct db *db, struct arena *a, struct str set, int64_t version,
                                    int64_t team_id, struct str scheme, day_t from, day_t to,
                                    int64_t by_user) {
  /* Equality questions are never asked in a conversation: programme/ hands them to the person. */
  int64_t id = db_number(db, 0,
                         SQL("select s.id from question_set s where s.code = ?1 and s.version = ?2 "
                             "and not exists (select 1 from question q where q.set_id = s.id and "
                             "q.class = ?3)"),
                         V(set), V(version), V((int64_t)CLASS_EQUALITY));
  if (!id) return DB_NONE;
  return db_run(db,
                SQL("insert into question_use (set_id, team_id, scheme, from_day, to_day, made_by) "
                    "values (?1, ?2, ?3, ?4, ?5, ?6)"),
                V(id), V(team_id), V(scheme), db_day(a, from), db_day(a, to), V(by_user));
}

/* ---- answers ---- */

static bool value_allowed(const struct question *q, struct str value) {
  int64_t n;
  if (str_eq(q->kind, S("scale"))) return str_to_i64(value, &n) && n >= q->low && n <= q->high;
  for (size_t i = 0; i < q->choices.n; i++)
    if (str_eq(q->choices.p[i], value)) return true;
  return str_eq(q->kind, S("text")) && utf8_count(value) <= 2000;
}

enum db_result support_answer(struct db *db, struct arena *a, const struct question *q,
                              const struct answer_given *g, instant_t now) {
  struct sealer s = {db, a, g->person_id, now, false};
  if (q->class_bit == CLASS_EQUALITY) return DB_CONFLICT; /* kept apart (programme/) */
  bool self_only = db_number(db, 1, SQL("select self_only from question_set where id = ?1"),
                             V(q->set_id)) != 0;
  if (g->value.n && !value_allowed(q, g->value)) return DB_CONFLICT;
  if (g->value.n && self_only && strcmp(g->respondent, "proxy") == 0) return DB_CONFLICT;
  struct db_value value = sealed(&s, q->class_bit, "answer.value", g->value);
  if (s.failed) return DB_FAILED;
  return db_run(
      db,
      SQL("insert into answer (public_id, person_id, question_id, talk_id, moment, source, "
          "respondent, declined, value, on_day, asked_by, at) values (?1, ?2, ?3, ?4, ?5, "
          "?6, ?7, ?8, ?9, ?10, ?11, ?12)"),
      db_uuid(a, uuid_v4()), V(g->person_id), V(q->id), g->talk_id ? db_int(g->talk_id) : db_null(),
      V(str_of(g->moment)), db_text_or_null(g->source), V(str_of(g->respondent)),
      V(g->value.n == 0), value, db_day(a, g->on), V(g->asked_by), db_instant(a, now));
}

/* ---- before and after ---- */

struct change_found support_change(const struct change_pair *pairs, size_t n, int better) {
  struct change_found f = {0};
  for (size_t i = 0; i < n; i++) {
    if (!pairs[i].has_before || !pairs[i].has_after) {
      f.missing += pairs[i].has_before || pairs[i].has_after;
      continue;
    }
    double change = pairs[i].after - pairs[i].before;
    f.n++, f.before += pairs[i].before, f.after += pairs[i].after;
    if (change == 0) f.same++;
    else if ((change > 0) == (better > 0)) f.better++;
    else f.worse++;
  }
  f.suppressed = f.n < CHANGE_PAIRS_MIN;
  if (f.suppressed)
    return (struct change_found){.n = f.n, .missing = f.missing, .suppressed = true};
  f.before /= (double)f.n, f.after /= (double)f.n, f.mean = f.after - f.before;
  return f;
}

static void add_answer(struct change_pair *pair, struct str moment, double v, bool in_time) {
  /* At a session the moment was said; otherwise the first is before and the last after. */
  bool before = str_eq(moment, S("before")), after = str_eq(moment, S("after"));
  if (before || (!after && !pair->has_before && !pair->has_after && in_time))
    pair->has_before = true, pair->before = v;
  else pair->has_after = true, pair->after = v;
}

struct change_pairs support_pairs(struct db *db, struct arena *a, const struct question *q,
                                  const int64_t *people, const day_t *started, size_t n,
                                  struct str source) {
  struct change_pairs out = {arena_many(a, struct change_pair, n + 1), n};
  for (size_t i = 0; i < n; i++) {
    struct rows r = db_rows(
        db, a,
        SQL("select value, moment, on_day from answer where person_id = ?1 and question_id = ?2 "
            "and "
            "declined = 0 and respondent <> 'proxy' and coalesce(source, '') = ?3 order by on_day, "
            "id"),
        V(people[i]), V(q->id), V(source));
    while (db_next(&r)) {
      double v;
      struct str text = text_open(db, a, people[i], q->class_bit, "answer.value", row_text(&r, 0));
      bool in_time = !started || row_day(&r, 2) <= started[i] + BASELINE_DAYS_MAX;
      if (str_to_double(text, &v)) add_answer(&out.p[i], row_text(&r, 1), v, in_time);
    }
  }
  return out;
}
