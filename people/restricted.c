/* restricted: people who hide. What would stand in the clear columns of their row is kept here as
 * one sealed text a data class, so that a stolen database or backup names nobody and erasing a
 * class erases its part. */
#include <jansson.h>
#include "db/seal.h"
#include "people/inside.h"

enum { IDENTITY_BYTES_MAX = 1 << 16 };

static bool is_clear(const struct field *f) { return !(f->flags & (SEALED | HIDDEN)); }

void restricted_only(struct person *p, bool sealed_fields) {
  for (size_t i = 0; i < person_type.n_fields; i++) {
    const struct field *f = &person_type.fields[i];
    struct value unknown = {.kind = f->kind};
    if (((f->flags & SEALED) != 0) != sealed_fields) field_set(f, p, unknown);
  }
}

static struct seal_place place_of(int64_t person_id, uint32_t class_bit) {
  return (struct seal_place){person_id, class_bit, "restricted"};
}

/* The clear fields of one class as JSON, field name to text; how many there are. */
static size_t class_text(struct arena *a, const struct person *p, uint32_t class_bit,
                         struct buf *out) {
  struct json_out j = json_to(out);
  size_t n = 0;
  json_open(&j);
  for (size_t i = 0; i < person_type.n_fields; i++) {
    const struct field *f = &person_type.fields[i];
    struct value v = field_get(f, p);
    if (!is_clear(f) || f->data_class != class_bit || !v.known) continue;
    json_put_str(&j, f->name, value_text(a, f, v));
    n++;
  }
  json_close(&j);
  return n;
}

static enum db_result keep_class(struct db *db, struct arena *a, const struct person *p,
                                 uint32_t class_bit, instant_t now) {
  struct buf text = buf_open(IDENTITY_BYTES_MAX);
  struct str sealed;
  enum db_result result = DB_OK;
  if (!class_text(a, p, class_bit, &text)) {
    result = db_run(db, SQL("delete from restricted_identity where person_id = ?1 and class = ?2"),
                    V(p->id), V(class_bit));
  } else {
    if (text.full || !seal(db, a, place_of(p->id, class_bit), buf_str(&text), now, &sealed))
      result = DB_FAILED;
    else
      result = db_run(
          db,
          SQL("insert into restricted_identity (person_id, class, sealed) values (?1, ?2, ?3) "
              "on conflict (person_id, class) do update set sealed = excluded.sealed"),
          V(p->id), V(class_bit), db_blob(sealed));
  }
  buf_free(&text);
  return result;
}

enum db_result restricted_keep(struct db *db, struct arena *a, const struct person *p,
                               instant_t now) {
  enum db_result result = DB_OK;
  for (int c = 0; c < CLASS_COUNT && result == DB_OK; c++)
    result = keep_class(db, a, p, 1u << c, now);
  return result;
}

static bool take_class(struct db *db, struct arena *a, uint32_t class_bit, struct str sealed,
                       struct person *p) {
  struct str text;
  const char *name;
  json_t *each;
  if (!unseal(db, a, place_of(p->id, class_bit), sealed, &text)) return false;
  json_t *root = json_read(text, IDENTITY_BYTES_MAX, NULL);
  json_object_foreach(root, name, each) {
    const struct field *f = field_find(&person_type, str_of(name));
    struct value v;
    struct str said = str_copy(a, (struct str){json_string_value(each), json_string_length(each)});
    if (f && f->data_class == class_bit && value_parse(a, f, said, &v, NULL)) field_set(f, p, v);
  }
  bool read = root != NULL;
  json_decref(root);
  return read;
}

bool restricted_open(struct db *db, struct arena *a, uint32_t classes, struct person *p) {
  bool ok = true;
  struct rows r = db_rows(
      db, a, SQL("select class, sealed from restricted_identity where person_id = ?1"), V(p->id));
  while (db_next(&r)) {
    uint32_t class_bit = (uint32_t)row_int(&r, 0);
    if (class_bit & classes) ok = take_class(db, a, class_bit, row_text(&r, 1), p) && ok;
  }
  return ok && r.result == DB_OK;
}

enum db_result people_restrict(struct db *db, struct arena *a, int64_t person_id, int64_t by_user,
                               instant_t now) {
  struct person p;
  record_clear(&person_type, &p);
  if (!record_load(db, a, &person_type, person_id, &p)) return DB_NONE;
  if (permission_is_restricted(db, person_id)) return DB_OK;
  enum db_result result = restricted_keep(db, a, &p, now);
  int8_t invented = p.invented;
  restricted_only(&p, true);
  p.invented = invented;
  if (result == DB_OK) result = record_update(db, a, &person_type, &p, by_user, now);
  if (result == DB_OK) result = record_history_forget(db, &person_type, person_id);
  if (result == DB_OK) result = people_blind_drop(db, person_id);
  if (result == DB_OK) result = people_stages_drop(db, person_id);
  struct person nobody;
  record_clear(&person_type, &nobody);
  nobody.id = person_id;
  if (result == DB_OK) result = people_parts_wrote(db, a, &nobody, now);
  if (result == DB_OK) result = permission_restrict(db, a, person_id, by_user, now);
  return result == DB_OK ? people_parts_hide(db, a, &(struct veil){person_id, true, now}) : result;
}

enum db_result people_reveal(struct db *db, struct arena *a, int64_t person_id, int64_t by_user,
                             instant_t now) {
  struct person p;
  record_clear(&person_type, &p);
  if (!permission_is_restricted(db, person_id)) return DB_NONE;
  if (!people_whole(db, a, person_id, &p)) return DB_FAILED;
  enum db_result result = permission_unrestrict(db, a, person_id, instant_local_uk(now).day);
  if (result == DB_OK) result = record_update(db, a, &person_type, &p, by_user, now);
  if (result == DB_OK)
    result = db_run(db, SQL("delete from restricted_identity where person_id = ?1"), V(person_id));
  if (result == DB_OK) result = permission_renamed(db, a, person_id, p.name);
  if (result == DB_OK) result = people_blind_write(db, a, &p);
  if (result == DB_OK) result = people_stages_write(db, a, &p);
  if (result == DB_OK) result = people_parts_wrote(db, a, &p, now);
  return result == DB_OK ? people_parts_hide(db, a, &(struct veil){person_id, false, now}) : result;
}
