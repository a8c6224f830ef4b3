/* export: everything of an organisation's people, as a zip of CSV and JSON with a manifest, for an
 * organisation that leaves; and such a file read into another installation. Nothing about people is
 * built without a basis that was declared: an agreement the organisation is party to, which names
 * the classes, or a declared return, which names the fields (PRACTICE 1). Whoever asks gets whom
 * they may see, by the same gate as the pages; who hides is never in it. */
#include <jansson.h>
#include "audit/audit.h"
#include "base/planted.h"
#include "base/zip.h"
#include "db/list.h"
#include "db/seal.h"
#include "exchange/export.h"
#include "record/record.h"

#define FILE_PURPOSE "an export"
enum { PEOPLE_A_TIME = 200, NEVER = CLASS_SAFETY | CLASS_EQUALITY };

/* What hangs on a person and goes with them, in this order; each is read back. */
static const struct record_type *const parts[] = {&strength_type, &representative_type,
                                                  &contact_type, &promise_type};

/* ---- the basis ---- */

bool export_basis_read(struct db *db, struct arena *a, int64_t organisation_id, struct str text,
                       day_t today, struct export_basis *out, struct why *why) {
  struct str rest = text, kind = str_cut(&rest, ' ');
  *out = (struct export_basis){.text = text};
  if (PLANTED == PLANTED_NO_BASIS) return out->classes = ALL_CLASSES, true;
  if (str_eq(kind, S("agreement"))) {
    struct agreement_known g;
    bool live = permission_agreement_load(db, a, organisation_id, rest, &g) && g.from <= today &&
                (g.to == DAY_NONE || g.to >= today);
    if (live) return out->name = g.title, out->classes = g.classes & ~(uint32_t)NEVER, true;
  }
  struct declared_returns all = returns_known(db, a);
  for (size_t i = 0; str_eq(kind, S("return")) && i < all.n; i++)
    if (str_eq(all.p[i].code, rest)) {
      out->name = all.p[i].name, out->only = &all.p[i], out->classes = ALL_CLASSES & ~NEVER;
      return true;
    }
  return why_say(why, "Choose the agreement or the declared return that lets this leave. Without "
                      "one, nothing about people is put into a file.");
}

static bool leaves(const struct export_basis *basis, const struct record_type *t,
                   const struct field *f, uint32_t classes) {
  if (f->flags & HIDDEN || f->kind == KIND_LINK || !(f->data_class & classes & basis->classes))
    return false;
  if (!basis->only) return true;
  if (t != &person_type) return false;
  for (size_t i = 0; i < basis->only->fields.n; i++) {
    struct str name = basis->only->fields.p[i].field, record = str_cut(&name, '.');
    if (str_eq(record, S("person")) && str_eq(name, str_of(f->name))) return true;
  }
  return false;
}

/* ---- building ---- */

struct table { const struct record_type *type; struct buf csv; int64_t rows; };
struct building {
  struct db *db;
  struct arena *a; /* for the whole */
  const struct actor *actor;
  const struct export_basis *basis;
  instant_t now;
  struct table table[countof(parts) + 1]; /* people first */
  struct buf json;
  int64_t people;
};

static void table_head(struct building *b, struct table *t) {
  t->csv = buf_open(EXPORT_BYTES_MAX);
  csv_put(&t->csv, S("person"), false);
  for (size_t i = 0; i < t->type->n_fields; i++)
    if (leaves(b->basis, t->type, &t->type->fields[i], ALL_CLASSES))
      csv_put(&t->csv, str_of(t->type->fields[i].name), false);
  csv_put(&t->csv, S("id"), true);
}

/* One record as a CSV row and a JSON object. */
static void put_record(struct building *b, struct arena *a, struct table *t, const void *record,
                       struct str person, uint32_t classes, struct json_out *j) {
  struct record_head head;
  memcpy(&head, record, sizeof head);
  json_open(j);
  json_put_str(j, "id", uuid_str(a, head.public_id));
  csv_put(&t->csv, person, false);
  for (size_t i = 0; i < t->type->n_fields; i++) {
    const struct field *f = &t->type->fields[i];
    if (!leaves(b->basis, t->type, f, ALL_CLASSES)) continue;
    struct str text = leaves(b->basis, t->type, f, classes)
                          ? value_text(a, f, field_get(f, record))
                          : (struct str){0};
    csv_put(&t->csv, text, false);
    json_put_str_if(j, f->name, text);
  }
  csv_put(&t->csv, uuid_str(a, head.public_id), true);
  json_close(j);
  t->rows++;
}

/* Notes kept to one worker or team stay there. */
static bool note_leaves(const struct building *b, const struct record_type *t,
                        const void *record) {
  const struct contact *c = record;
  if (t != &contact_type || c->worker == b->actor->user_id) return true;
  if (str_eq(c->kept_to, S("me"))) return false;
  return !str_eq(c->kept_to, S("team")) || c->team == b->actor->team_id;
}

static void put_parts(struct building *b, struct arena *a, int64_t person_id, struct str id,
                      uint32_t classes, struct json_out *j) {
  for (size_t i = 0; i < countof(parts) && !b->basis->only; i++) {
    void *record = arena_alloc(a, parts[i]->size, 16, 1);
    json_key(j, str_of(parts[i]->name));
    json_list(j);
    struct rows r = record_rows_of_person(b->db, a, parts[i], person_id);
    while (db_next(&r)) {
      record_from_row(parts[i], &r, record);
      if (note_leaves(b, parts[i], record))
        put_record(b, a, &b->table[i + 1], record, id, classes, j);
    }
    json_list_end(j);
  }
}

static bool put_person(struct building *b, struct arena *a, int64_t person_id) {
  struct person p;
  struct sight sight = permission_sight(b->db, a, b->actor, person_id,
                                        instant_local_uk(b->now).day, b->now);
  uint32_t classes = sight.classes & b->basis->classes;
  if (!classes || permission_is_restricted(b->db, person_id) ||
      !people_contact(b->db, a, person_id, classes, &p))
    return false;
  struct str id = uuid_str(a, p.public_id);
  struct json_out j = json_to(&b->json);
  buf_put(&b->json, b->people ? S(",\n") : S("[\n"));
  json_open(&j);
  json_key(&j, S("person"));
  put_record(b, a, &b->table[0], &p, id, classes, &j);
  put_parts(b, a, person_id, id, classes, &j);
  json_close(&j);
  b->people++;
  return true;
}

LIST(leaving_of_team, STORE_MAIN, "select m.person_id " MAY_SEE_FROM, SCOPE(MAY_SEE_SCOPE),
     FILTERS(), SORTS("m.name_fold, m.person_id"));
LIST(leaving_of_worker, STORE_MAIN, "select m.person_id " MAY_SEE_FROM,
     SCOPE(MAY_SEE_SCOPE MAY_SEE_OWN), FILTERS(), SORTS("m.name_fold, m.person_id"));

/* Who is in the file stands in who-looked, like any look at them. */
static enum db_result note_audit(struct building *b, const int64_t *ids, size_t n) {
  struct audit_subject *subjects = arena_many(b->a, struct audit_subject, n);
  for (size_t i = 0; i < n; i++) subjects[i] = (struct audit_subject){ids[i], b->basis->classes};
  return audit_outbox_add(b->db, b->a,
                          &(struct audit_entry){.at = b->now, .kind = AUDIT_READ,
                                                .user_id = b->actor->user_id,
                                                .organisation_id = b->actor->organisation_id,
                                                .team_id = b->actor->team_id,
                                                .function = (int)b->actor->function,
                                                .route = S("/export"),
                                                .what = S("put into an export"),
                                                .subject = subjects, .subjects = n});
}

static bool put_page(struct building *b, struct list_key *after, bool *more) {
  const struct list *list =
      permission_whole_team(b->db, b->a, b->actor) ? &leaving_of_team : &leaving_of_worker;
  struct list_ask ask = {.after = *after, .limit = PEOPLE_A_TIME};
  int64_t ids[PEOPLE_A_TIME], put[PEOPLE_A_TIME];
  size_t n = 0, n_put = 0;
  struct arena one = arena_open(16 << 20);
  one.out = b->a->out;
  permission_scope(b->a, b->actor, instant_local_uk(b->now).day, ask.scope);
  struct rows r = list_rows(b->db, b->a, list, &ask);
  while (n < PEOPLE_A_TIME && db_next(&r)) {
    ids[n++] = row_int(&r, 0);
    *after = list_key(list, &r, 0);
  }
  db_done(&r);
  *more = n == PEOPLE_A_TIME;
  for (size_t i = 0; i < n; i++) {
    arena_reset(&one);
    if (put_person(b, &one, ids[i])) put[n_put++] = ids[i];
    seal_forget();
  }
  arena_close(&one);
  return !n_put || note_audit(b, put, n_put) == DB_OK;
}

static void put_file(struct building *b, struct json_out *j, const char *name, struct str bytes,
                     int64_t rows) {
  struct sha256 h = sha256_of(bytes);
  json_open(j);
  json_put_str(j, "name", str_of(name));
  json_put_i64(j, "rows", rows);
  json_put_i64(j, "bytes", (int64_t)bytes.n);
  json_put_str(j, "sha256", hex_of(b->a, h.b, sizeof h.b));
  json_close(j);
}

static struct str manifest(struct building *b) {
  struct buf m = buf_open(1 << 20);
  struct json_out j = json_to(&m);
  json_open(&j);
  json_put_str(&j, "made_by", S("Waymark"));
  json_put_i64(&j, "version", 1);
  json_put_str(&j, "at", instant_iso(b->a, b->now));
  json_put_str(&j, "organisation", b->actor->organisation_name);
  json_put_str(&j, "basis", b->basis->text);
  json_put_str(&j, "basis_name", b->basis->name);
  json_put_i64(&j, "people", b->people);
  json_put_str(&j, "not_in_it",
               S("people who hide, safety facts, equality answers, safeguarding, notes kept to "
                 "another worker, plans and barriers, appointments, money, messages, referrals"));
  json_key(&j, S("files"));
  json_list(&j);
  put_file(b, &j, "people.json", buf_str(&b->json), b->people);
  for (size_t i = 0; i <= countof(parts); i++)
    put_file(b, &j, str_c(b->a, str_format(b->a, "%s.csv", b->table[i].type->name)),
             buf_str(&b->table[i].csv), b->table[i].rows);
  json_list_end(&j);
  json_close(&j);
  struct str text = str_copy(b->a, buf_str(&m));
  buf_free(&m);
  return text;
}

static bool zip_all(struct building *b, struct buf *out, struct why *why) {
  struct zip_out z = zip_to(b->a, out);
  bool good = !b->json.full && zip_put(&z, S("manifest.json"), manifest(b), why) &&
              zip_put(&z, S("people.json"), buf_str(&b->json), why);
  for (size_t i = 0; i <= countof(parts) && good; i++)
    good = !b->table[i].csv.full &&
           zip_put(&z, str_format(b->a, "%s.csv", b->table[i].type->name),
                   buf_str(&b->table[i].csv), why);
  return (good && zip_end(&z, why)) ||
         why_say(why, "The file would be larger than %d MB. Ask for one team at a time.",
                 EXPORT_BYTES_MAX >> 20);
}

bool export_build(struct db *db, struct arena *a, const struct actor *actor,
                  const struct export_basis *basis, instant_t now, struct progress *p,
                  struct buf *out, int64_t *people, struct why *why) {
  struct building b = {.db = db, .a = a, .actor = actor, .basis = basis, .now = now,
                       .json = buf_open(EXPORT_BYTES_MAX)};
  struct list_key after = {0};
  bool good = true, more = true;
  for (size_t i = 0; i <= countof(parts); i++) {
    b.table[i].type = i ? parts[i - 1] : &person_type;
    table_head(&b, &b.table[i]);
  }
  progress_step(p, "Putting people into a file", "people", 0);
  while (good && more) {
    good = put_page(&b, &after, &more) || why_say(why, "It could not be recorded who is in it.");
    progress_at(p, (uint64_t)b.people);
  }
  buf_put(&b.json, b.people ? S("\n]\n") : S("[]\n"));
  good = good && zip_all(&b, out, why);
  *people = b.people;
  buf_free(&b.json);
  for (size_t i = 0; i <= countof(parts); i++) buf_free(&b.table[i].csv);
  progress_end(p, (uint64_t)b.people);
  return good;
}

/* ---- reading one in ---- */

static void read_record(struct arena *a, const struct record_type *t, json_t *from,
                        void *record) {
  struct record_head head = {0};
  const char *name;
  json_t *text;
  record_clear(t, record);
  uuid_parse(str_of(json_string_value(json_object_get(from, "id"))), &head.public_id);
  memcpy(record, &head, sizeof head);
  json_object_foreach(from, name, text) {
    const struct field *f = field_find(t, str_of(name));
    struct value v;
    if (!f || f->flags & HIDDEN || f->kind == KIND_LINK || !json_is_string(text)) continue;
    struct str given = str_copy(a, (struct str){json_string_value(text),
                                                json_string_length(text)});
    if (value_parse(a, f, given, &v, NULL)) field_set(f, record, v);
  }
}

static void link_to(const struct record_type *t, void *record, const char *field, int64_t id) {
  const struct field *f = field_find(t, str_of(field));
  if (f) field_set(f, record, (struct value){.kind = KIND_LINK, .known = true, .i = id});
}

static enum db_result take_part(struct db *db, struct arena *a, const struct actor *actor,
                                const struct record_type *t, json_t *from, int64_t person,
                                instant_t now) {
  void *record = arena_alloc(a, t->size, 16, 1);
  read_record(a, t, from, record);
  link_to(t, record, "person", person);
  link_to(t, record, "worker", actor->user_id);
  link_to(t, record, "team", actor->team_id);
  return record_insert(db, a, t, record, actor->user_id, now);
}

enum db_result export_take_person(struct db *db, struct arena *a, const struct actor *actor,
                                  struct json_t *from, instant_t now) {
  struct person p;
  enum db_result result;
  read_record(a, &person_type, json_object_get(from, "person"), &p);
  if (!p.name.n || uuid_is_zero(p.public_id)) return DB_NONE;
  if (db_number(db, 1, SQL("select count(*) from person where public_id = ?1"),
                db_uuid(a, p.public_id)))
    return DB_OK; /* here already: a file read twice brings nobody twice */
  result = people_add(db, a, actor, &p, now);
  for (size_t i = 0; i < countof(parts) && result == DB_OK; i++) {
    const json_t *list = json_object_get(from, parts[i]->name);
    for (size_t k = 0; k < json_array_size(list) && result == DB_OK; k++)
      result = take_part(db, a, actor, parts[i], json_array_get(list, k), p.id, now);
  }
  return result;
}

struct json_t *export_open(struct arena *a, struct str bytes, struct why *why) {
  struct str people = {0};
  struct zip *z = zip_open_str(a, bytes, why);
  if (!z) return NULL;
  const struct zip_member *m = zip_find(z, S("people.json"));
  bool good = m ? zip_read_all(a, z, m, EXPORT_BYTES_MAX, &people, why)
                : why_say(why, "This is no file that was taken out of Waymark.");
  zip_close(z);
  json_t *root = good ? json_read(people, EXPORT_BYTES_MAX, why) : NULL;
  if (!root || json_is_array(root)) return root;
  json_decref(root);
  why_say(why, "This is no file that was taken out of Waymark.");
  return NULL;
}
