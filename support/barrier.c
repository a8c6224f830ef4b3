/* barrier: what is in the way. Rows are sayings, written once; the newest is how it stands. What a
 * saying holds is one JSON text sealed under the barrier's own class. */
#include <jansson.h>
#include "base/embed.h"
#include "db/seal.h"
#include "support/inside.h"

extern const struct embedded_files support_packs;
enum { SAYING_BYTES_MAX = 8192, KINDS_BYTES = 1 << 20 };

uint32_t class_of_word(struct str word) {
  for (uint32_t bit = 1; bit < 1u << CLASS_COUNT; bit <<= 1)
    if (str_eq(word, str_of(class_words(bit)))) return bit;
  return 0;
}

/* ---- kinds ---- */

static void read_kinds(struct arena *a, struct str text, struct barrier_kinds *out) {
  struct csv *c = csv_open_str(a, text);
  struct csv_row row;
  struct why why = {0};
  size_t cap = 0;
  bool good = csv_headers(c, &why);
  while (good && csv_next(c, &row, &why) == CSV_ROW) {
    struct barrier_kind k = {str_copy(a, csv_cell(&row, csv_column(c, S("code")))),
                             str_copy(a, csv_cell(&row, csv_column(c, S("label")))),
                             class_of_word(csv_cell(&row, csv_column(c, S("class"))))};
    if (!k.label.n) k.label = str_copy(a, code_label("barriers", k.code));
    if (k.class_bit) *slice_push(a, out, &cap) = k;
    else log_event(LOG_ALARM, "barrier-kind-without-class", "code=%.*s", P(k.code));
  }
  csv_close(c);
}

const struct barrier_kinds *barrier_kinds(void) {
  static struct { struct arena arena; struct barrier_kinds kinds; } kept;
  if (kept.kinds.n) return &kept.kinds;
  kept.arena = arena_open(KINDS_BYTES);
  for (size_t i = 0; i < support_packs.n; i++)
    if (strcmp(support_packs.p[i].name, "packs/support/barriers.csv") == 0)
      read_kinds(&kept.arena, support_packs.p[i].content, &kept.kinds);
  return &kept.kinds;
}

static const struct barrier_kind *kind_of(struct str code) {
  const struct barrier_kinds *all = barrier_kinds();
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->p[i].code, code)) return &all->p[i];
  return NULL;
}

uint32_t support_barrier_class(struct str kind) {
  const struct barrier_kind *k = kind_of(kind);
  return k ? k->class_bit : 0;
}

struct str support_barrier_label(struct str kind) {
  const struct barrier_kind *k = kind_of(kind);
  return k ? k->label : kind;
}

/* ---- a saying as JSON and back ---- */

static struct str saying_json(struct arena *a, const struct barrier_saying *s) {
  struct buf b = buf_open(SAYING_BYTES_MAX);
  struct json_out j = json_to(&b);
  json_open(&j);
  json_put_str(&j, "kind", s->kind);
  json_put_str_if(&j, "words", s->words);
  if (s->in_the_way != SCORE_UNKNOWN) json_put_i64(&j, "in_the_way", s->in_the_way);
  if (s->able != SCORE_UNKNOWN) json_put_i64(&j, "able", s->able);
  if (s->priority) json_put_i64(&j, "priority", s->priority);
  if (s->lifted_on != DAY_NONE) json_put_str(&j, "lifted_on", day_iso(a, s->lifted_on));
  json_put_str_if(&j, "lifted_by", s->lifted_by);
  json_close(&j);
  struct str out = b.full ? (struct str){0} : str_copy(a, buf_str(&b));
  buf_free(&b);
  return out;
}

static struct str text_at(struct arena *a, json_t *o, const char *key) {
  return str_copy(a, str_of(json_string_value(json_object_get(o, key))));
}

static int score_at(json_t *o, const char *key) {
  json_t *v = json_object_get(o, key);
  return v ? (int)json_integer_value(v) : SCORE_UNKNOWN;
}

static bool saying_read(struct arena *a, struct str text, struct barrier_saying *s) {
  json_t *o = json_read(text, SAYING_BYTES_MAX, NULL);
  if (!o) return false;
  s->kind = text_at(a, o, "kind"), s->words = text_at(a, o, "words");
  s->lifted_by = text_at(a, o, "lifted_by");
  s->in_the_way = score_at(o, "in_the_way"), s->able = score_at(o, "able");
  s->priority = json_object_get(o, "priority") ? score_at(o, "priority") : 0;
  s->lifted_on = DAY_NONE;
  day_parse(text_at(a, o, "lifted_on"), &s->lifted_on);
  json_decref(o);
  return true;
}

/* ---- reading ---- */

/* Their order first, what is lifted last. */
static int standing_cmp(const void *x, const void *y) {
  const struct barrier *p = x, *q = y;
  bool pl = p->now.lifted_on != DAY_NONE, ql = q->now.lifted_on != DAY_NONE;
  int po = p->now.priority ? p->now.priority : 1000, qo = q->now.priority ? q->now.priority : 1000;
  if (pl != ql) return pl - ql;
  if (po != qo) return po < qo ? -1 : 1;
  return p->id < q->id ? -1 : p->id > q->id;
}

struct barriers support_barriers(struct db *db, struct arena *a, int64_t person_id,
                                 uint32_t classes) {
  struct barriers out = {0};
  size_t cap = 0, said_cap = 0;
  struct rows r = db_rows(
      db, a,
      SQL("select b.id, b.public_id, b.named_on, s.number, s.head, s.body, s.on_day, s.said_to "
          "from barrier_said s join barrier b on b.id = s.barrier_id where s.person_id = ?1 "
          "order by s.barrier_id, s.number"),
      V(person_id));
  while (db_next(&r)) {
    struct barrier_saying s = {.number = row_int(&r, 3), .on = row_day(&r, 6),
                               .by_user = row_int(&r, 7)};
    uint32_t class_bit;
    struct str text;
    struct sealed_fact f = {row_text(&r, 4), row_text(&r, 5)};
    if (!fact_open(db, a, person_id, classes, "barrier", f, &class_bit, &text) ||
        !saying_read(a, text, &s))
      continue;
    if (!out.n || out.p[out.n - 1].id != row_int(&r, 0)) {
      *slice_push(a, &out, &cap) = (struct barrier){
          .id = row_int(&r, 0), .public_id = row_uuid(&r, 1), .named_on = row_day(&r, 2)};
      said_cap = 0;
    }
    struct barrier *b = &out.p[out.n - 1];
    *slice_push(a, &b->said, &said_cap) = s;
    b->now = s, b->class_bit = class_bit;
  }
  if (out.n) qsort(out.p, out.n, sizeof *out.p, standing_cmp);
  return out;
}

/* ---- writing ---- */

enum db_result support_barrier_say(struct db *db, struct arena *a, int64_t person_id,
                                   int64_t barrier_id, int64_t after_number, uint32_t class_bit,
                                   const struct barrier_saying *s, int64_t by_user, instant_t now) {
  struct sealed_fact f;
  struct str text = saying_json(a, s);
  if (!text.n || !class_bit ||
      !fact_seal(db, a, person_id, class_bit, "barrier", text, now, &f))
    return DB_FAILED;
  return db_run(db,
                SQL("insert into barrier_said (barrier_id, person_id, number, head, body, on_day, "
                    "said_to, said_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
                V(barrier_id), V(person_id), V(after_number + 1), V(db_blob(f.head)),
                V(db_blob(f.body)), db_day(a, s->on), V(by_user), db_instant(a, now));
}

enum db_result support_barrier_name(struct db *db, struct arena *a, int64_t person_id,
                                    struct barrier *b, int64_t by_user, instant_t now) {
  if (uuid_is_zero(b->public_id)) b->public_id = uuid_v4();
  if (!b->class_bit) b->class_bit = support_barrier_class(b->now.kind);
  b->id = db_insert(db,
                    SQL("insert into barrier (public_id, person_id, named_on, made_by, made_at) "
                        "values (?1, ?2, ?3, ?4, ?5) returning id"),
                    db_uuid(a, b->public_id), V(person_id), db_day(a, b->now.on), V(by_user),
                    db_instant(a, now));
  if (!b->id) return DB_FAILED;
  return support_barrier_say(db, a, person_id, b->id, 0, b->class_bit, &b->now, by_user, now);
}

/* ---- a decision whose reason is never shown ---- */

bool support_safety_flag(struct db *db, struct arena *a, int64_t person_id) {
  struct rows r;
  if (permission_is_restricted(db, person_id)) return true;
  if (!db_one(&r, db, a, SQL("select safe_way, safe_note from person where id = ?1"),
              V(person_id)))
    return true;
  struct str way = row_text(&r, 0);
  bool noted = !row_null(&r, 1);
  db_done(&r);
  if (noted || str_eq(way, S("in_person")) || str_eq(way, S("through_worker")) ||
      str_eq(way, S("none")))
    return true;
  struct barriers all = support_barriers(db, a, person_id, CLASS_SAFETY);
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i].now.lifted_on == DAY_NONE) return true;
  return false;
}
