#include <stdlib.h>
#include "db/veil.h"

enum { PLACE_DIGITS = 6, FIELD_BYTES_MAX = 64, TOKEN_BYTES_MAX = 8192 };

struct veiled {
  struct db_value key;
  struct str value;
  bool open;
};
struct veileds {
  struct veiled *p;
  size_t n;
};

/* The parts of "!w1.000003.47.512.contact.on_day.SEALED". */
static bool token_parts(struct str text, char field[FIELD_BYTES_MAX], struct seal_place *at,
                        struct str *sealed) {
  int64_t class_bit, place;
  struct str rest = str_slice(text, sizeof VEIL_MARK - 1, text.n);
  if (!str_to_i64(str_cut(&rest, '.'), &place) ||
      !str_to_i64(str_cut(&rest, '.'), &at->person_id) ||
      !str_to_i64(str_cut(&rest, '.'), &class_bit))
    return false;
  size_t dot = rest.n;
  while (dot && rest.p[dot - 1] != '.') dot--;
  if (dot < 2 || dot > FIELD_BYTES_MAX) return false;
  memcpy(field, rest.p, dot - 1);
  field[dot - 1] = 0;
  at->class_bit = (uint32_t)class_bit, at->field = field;
  *sealed = str_slice(rest, dot, rest.n);
  return true;
}

bool veil_open(struct db *db, struct arena *a, struct str *text) {
  char field[FIELD_BYTES_MAX];
  struct seal_place at;
  struct str coded, sealed, plain;
  if (!veil_is(*text) || !token_parts(*text, field, &at, &coded) ||
      !base64url_parse(a, coded, &sealed) || !unseal(db, a, at, sealed, &plain))
    return false;
  *text = plain;
  return true;
}

static bool veil_token(struct db *db, struct arena *a, const struct veil *veil,
                       const struct veil_column *c, size_t place, struct str value,
                       struct str *out) {
  struct str sealed;
  struct seal_place at = {veil->person_id, c->class_bit, c->field};
  if (!seal(db, a, at, value, veil->now, &sealed)) return false;
  struct str coded = base64url_of(a, sealed.p, sealed.n);
  *out = str_format(a, VEIL_MARK "%0*zu.%lld.%u.%s.%.*s", PLACE_DIGITS, place,
                    (long long)veil->person_id, c->class_bit, c->field, P(coded));
  return out->n <= TOKEN_BYTES_MAX;
}

static int by_value(const void *a, const void *b) {
  const struct veiled *x = a, *y = b;
  return str_cmp(x->value, y->value);
}

/* What stands there, opened; how many were in the clear. DB_FAILED: one does not open. */
static enum db_result read_values(struct db *db, struct arena *a, const struct veil *veil,
                                  const struct veil_column *c, struct veileds *out, size_t *clear) {
  size_t cap = 0;
  bool opened = true;
  struct rows r = db_rows_(db, a, c->rows, DB_ARGS(V(veil->person_id)));
  while (db_next(&r)) {
    struct veiled *v = slice_push(a, out, &cap);
    *v = (struct veiled){.key = c->person_key ? V(row_text(&r, 0)) : V(row_int(&r, 0)),
                         .value = row_raw(&r, 1)};
    v->open = !veil_is(v->value);
    *clear += v->open && v->value.n;
    if (!v->open) opened = veil_open(db, a, &v->value) && opened;
  }
  return r.result == DB_OK && !opened ? DB_FAILED : r.result;
}

static enum db_result veil_column(struct db *db, struct arena *a, const struct veil *veil,
                                  const struct veil_column *c) {
  struct veileds all = {0};
  size_t clear = 0, place = 0;
  enum db_result result = read_values(db, a, veil, c, &all, &clear);
  if (veil->hides && !clear) return result;
  if (all.n) qsort(all.p, all.n, sizeof *all.p, by_value);
  for (size_t i = 0; i < all.n && result == DB_OK; i++) {
    struct str put = all.p[i].value;
    if (!put.n || (!veil->hides && all.p[i].open)) continue;
    place += !i || !str_eq(put, all.p[i - 1].value);
    if (veil->hides && !veil_token(db, a, veil, c, place, put, &put)) result = DB_FAILED;
    const struct db_value with[] = {all.p[i].key, V(put), V(veil->person_id)};
    if (result == DB_OK) result = db_run_(db, c->put, with, c->person_key ? 3 : 2);
  }
  return result;
}

enum db_result veil_columns(struct db *db, struct arena *a, const struct veil *veil,
                            const struct veil_column *columns, size_t n) {
  enum db_result result = DB_OK;
  for (size_t i = 0; i < n && result == DB_OK; i++) result = veil_column(db, a, veil, &columns[i]);
  return result;
}
