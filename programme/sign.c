/* sign: a form signed. The words are kept exactly as they were shown, sealed, with their hash and
 * the hash of the mark made below them; both can be worked out again at any time. */
#include "db/seal.h"
#include "programme/inside.h"

const char *sign_way_code(enum sign_way w) {
  static const char *const codes[SIGN_WAYS] = {"drawn", "typed", "spoken"};
  return codes[w];
}

/* ---- a signature drawn ---- */

struct pen {
  struct str rest;
  size_t points, lines;
  struct buf out;
};

static bool pen_number(struct pen *p, int64_t most, int64_t *out) {
  size_t n = 0;
  int64_t v = 0;
  while (n < p->rest.n && n < 4 && p->rest.p[n] >= '0' && p->rest.p[n] <= '9')
    v = v * 10 + (p->rest.p[n++] - '0');
  p->rest = str_slice(p->rest, n, p->rest.n);
  *out = v;
  return n > 0 && v <= most;
}

static bool pen_point(struct pen *p) {
  int64_t x, y;
  char letter = p->rest.p[0];
  if (letter != 'M' && (letter != 'L' || !p->points)) return false;
  p->rest = str_slice(p->rest, 1, p->rest.n);
  if (!pen_number(p, SIGN_WIDE, &x) || !p->rest.n || p->rest.p[0] != ' ') return false;
  p->rest = str_slice(p->rest, 1, p->rest.n);
  if (!pen_number(p, SIGN_HIGH, &y) || ++p->points > SIGN_POINTS_MAX) return false;
  p->lines += letter == 'L';
  buf_format(&p->out, "%c%lld %lld", letter, (long long)x, (long long)y);
  return true;
}

bool signature_parse(struct arena *a, struct str path, struct str *tidy) {
  struct pen p = {.rest = path, .out = buf_open(SIGN_BYTES_MAX)};
  bool good = path.n > 0 && path.n <= SIGN_BYTES_MAX;
  while (good && p.rest.n) good = pen_point(&p);
  good = good && p.lines > 0 && !p.out.full; /* dots alone are no signature */
  if (good) *tidy = str_copy(a, buf_str(&p.out));
  buf_free(&p.out);
  return good;
}

/* ---- hashes ---- */

static struct str hash_hex(struct arena *a, struct str first, struct str second) {
  struct sha256 h = sha256_of2(first, second);
  return hex_of(a, &h, sizeof h);
}

/* How, when and by whose hand it was signed belong to the mark, so that none can be exchanged. */
static struct str mark_hash(struct arena *a, const struct signing *s) {
  struct str head = str_format(a, "%.*s\n%s\n%.*s\n%lld\n", P(s->hash), sign_way_code(s->way),
                               P(day_iso(a, s->on)), (long long)s->by_user);
  return hash_hex(a, head, s->mark);
}

bool signing_unaltered(struct arena *a, const struct signing *s) {
  return str_eq(hash_hex(a, s->words, (struct str){0}), s->hash) &&
         str_eq(mark_hash(a, s), s->mark_hash);
}

/* ---- keeping and reading ---- */

static struct seal_place place_of(int64_t person, const char *field) {
  return (struct seal_place){person, CLASS_OUTCOMES, field};
}

enum db_result programme_sign(struct db *db, struct arena *a, struct signing *s, instant_t now) {
  struct str words, mark;
  s->hash = hash_hex(a, s->words, (struct str){0});
  s->mark_hash = mark_hash(a, s);
  if (!seal(db, a, place_of(s->person_id, "signing.words"), s->words, now, &words) ||
      !seal(db, a, place_of(s->person_id, "signing.mark"), s->mark, now, &mark))
    return DB_FAILED;
  s->id = db_insert(
      db,
      SQL("insert into signing (public_id, person_id, joining_id, form, words, hash, way, mark, "
          "mark_hash, signed_on, by_user, at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
          "?11, ?12) returning id"),
      db_uuid(a, s->public_id), V(s->person_id), V(s->joining_id), V(s->form), V(db_blob(words)),
      V(s->hash), V(str_of(sign_way_code(s->way))), V(db_blob(mark)), V(s->mark_hash),
      db_day(a, s->on), V(s->by_user), db_instant(a, now));
  return s->id ? DB_OK : DB_FAILED;
}

/* A row in the order below; false when it does not open (erased, or moved from where it was). */
static bool read_row(struct db *db, struct arena *a, struct rows *r, struct signing *out) {
  struct str way = row_text(r, 7);
  *out = (struct signing){.id = row_int(r, 0),
                          .public_id = row_uuid(r, 1),
                          .person_id = row_int(r, 2),
                          .joining_id = row_int(r, 3),
                          .form = row_text(r, 4),
                          .hash = row_text(r, 6),
                          .mark_hash = row_text(r, 9),
                          .on = row_day(r, 10),
                          .by_user = row_int(r, 11)};
  for (enum sign_way w = 0; w < SIGN_WAYS; w++)
    if (str_eq(way, str_of(sign_way_code(w)))) out->way = w;
  return unseal(db, a, place_of(out->person_id, "signing.words"), row_text(r, 5), &out->words) &&
         unseal(db, a, place_of(out->person_id, "signing.mark"), row_text(r, 8), &out->mark);
}

bool programme_signing(struct db *db, struct arena *a, struct uuid id, struct signing *out) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("select id, public_id, person_id, joining_id, form, words, hash, way, mark, "
                  "mark_hash, signed_on, by_user from signing where public_id = ?1"),
              db_uuid(a, id)))
    return false;
  bool good = read_row(db, a, &r, out);
  db_done(&r);
  return good;
}

enum { CHECK_AT_ONCE = 50, CHECK_ARENA_BYTES = 32 << 20 };

/* The next few after `last`; how many there were. */
static size_t check_some(struct db *db, struct arena *a, int64_t *last, struct checked *all) {
  size_t n = 0;
  struct rows r = db_rows(db, a,
                          SQL("/* scan: verification */ select id, public_id, person_id, "
                              "joining_id, form, words, hash, way, mark, mark_hash, signed_on, "
                              "by_user from signing where id > ?1 order by id limit ?2"),
                          V(*last), V((int64_t)CHECK_AT_ONCE));
  for (; db_next(&r); n++) {
    struct signing s;
    *last = row_int(&r, 0);
    if (!read_row(db, a, &r, &s))
      all->closed++;
    else if (signing_unaltered(a, &s))
      all->right++;
    else
      all->altered++;
  }
  return n;
}

struct checked programme_check(struct db *db) {
  struct arena some = arena_open(CHECK_ARENA_BYTES);
  struct checked all = {0};
  int64_t last = 0;
  while (check_some(db, &some, &last, &all)) arena_reset(&some);
  arena_close(&some);
  return all;
}
