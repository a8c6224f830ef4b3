/* held: everything kept of somebody, as pages a person can read: for an access request (PRACTICE
 * 9). Each domain brings its own by the `hold` of its parts; none is left out for being dull. */
#include "people/inside.h"

enum { HELD_BYTES_MAX = 1 << 16 };

void held_add(struct held *h, struct held_item item) {
  if (item.words.n) *slice_push(h->a, &h->items, &h->cap) = item;
}

/* The fields of one class, a line each. */
static struct str lines_of(struct held *h, const struct record_type *t, const void *record,
                           uint32_t class_bit, day_t *on) {
  struct buf b = buf_open(HELD_BYTES_MAX);
  for (size_t i = 0; i < t->n_fields; i++) {
    const struct field *f = &t->fields[i];
    struct value v = field_get(f, record);
    if (!v.known || f->kind == KIND_LINK) continue;
    if (f->kind == KIND_DAY && *on == DAY_NONE && t != &person_type) *on = (day_t)v.i;
    if (f->data_class != class_bit || f->flags & HIDDEN) continue;
    struct str words = value_words(h->a, f, v);
    if (words.n) buf_format(&b, "%s: %.*s\n", f->label, P(words));
  }
  struct str words = str_copy(h->a, buf_str(&b));
  buf_free(&b);
  return words;
}

void held_record(struct held *h, const struct record_type *t, const void *record, uint32_t roles) {
  for (int c = 0; c < CLASS_COUNT; c++) {
    day_t on = DAY_NONE;
    struct str words = lines_of(h, t, record, 1u << c, &on);
    held_add(h, (struct held_item){str_of(t->label), words, 1u << c, roles, on});
  }
}

void held_records(struct held *h, const struct record_type *t) {
  struct rows r = record_rows_of_person(h->db, h->a, t, h->person_id);
  while (db_next(&r)) {
    void *record = arena_alloc(h->a, t->size, 16, 1);
    record_from_row(t, &r, record);
    held_record(h, t, record, 0);
  }
  if (r.result != DB_OK) h->failed = true;
}

void people_hold(struct held *h) {
  struct person p;
  if (people_whole(h->db, h->a, h->person_id, &p))
    held_record(h, &person_type, &p, 0);
  else
    h->failed = true;
  held_records(h, &strength_type);
  held_records(h, &representative_type);
  held_records(h, &capacity_decision_type);
  held_records(h, &young_agreement_type);
  held_records(h, &age_review_type);
}
