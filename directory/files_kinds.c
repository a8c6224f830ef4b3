/* Files of entries: what each kind of file holds, and how its columns that point at another entry
 * are written and read. A service or place is named by its id, an organisation by its name; what
 * goes out comes back as the same. */
#include "directory/pages.h"

const struct file_kind file_kinds[] = {
    {"services", "Services", &service_type},
    {"organisations", "Organisations", &organisation_type},
    {"places", "Places", &location_type},
    {"services-at-places", "Which service is at which place", &service_at_location_type},
    {"times", "Opening times", &schedule_type},
    {"areas", "Areas services take people from", &service_area_type},
    {"funding", "Who pays", &service_funding_type},
    {"costs", "What it costs", &cost_option_type},
    {"contacts", "Contacts", &directory_contact_type},
    {"numbers", "More telephone numbers", &directory_phone_type},
    {"schemes", "What has been tried", &scheme_type},
    {"national", "National programmes", &national_row_type}};
const size_t file_kinds_n = countof(file_kinds);

const struct file_kind *file_kind_named(struct str path) {
  for (size_t i = 0; i < file_kinds_n; i++)
    if (str_eq(path, str_of(file_kinds[i].path))) return &file_kinds[i];
  return NULL;
}

static struct rows part_rows(struct db *db, struct arena *a, const struct record_type *t) {
  if (t == &schedule_type)
    return db_rows(db, a, SQL("select * from schedule order by service, id"));
  if (t == &service_area_type)
    return db_rows(db, a, SQL("select * from service_area order by service, id"));
  if (t == &service_funding_type)
    return db_rows(db, a, SQL("select * from service_funding order by service, id"));
  if (t == &cost_option_type)
    return db_rows(db, a, SQL("select * from cost_option order by service, id"));
  if (t == &directory_contact_type)
    return db_rows(db, a, SQL("select * from directory_contact order by service, id"));
  if (t == &directory_phone_type)
    return db_rows(db, a, SQL("select * from directory_phone order by service, id"));
  return db_rows(db, a, SQL("select * from service_at_location order by service, id"));
}

struct rows file_rows(struct db *db, struct arena *a, const struct record_type *t) {
  if (t == &service_type) return db_rows(db, a, SQL("select * from service order by name, id"));
  if (t == &organisation_type)
    return db_rows(db, a, SQL("select * from organisation order by name, id"));
  if (t == &location_type) return db_rows(db, a, SQL("select * from location order by name, id"));
  if (t == &scheme_type) return db_rows(db, a, SQL("select * from scheme order by name, id"));
  if (t == &national_row_type)
    return db_rows(db, a, SQL("select * from national_programme order by row_number, id"));
  return part_rows(db, a, t);
}

/* ---- Columns that point at another entry. */

bool file_link_column(const struct field *f) {
  return f->kind == KIND_LINK && !(f->flags & (HIDDEN | COMPUTED));
}

struct str file_link_text(struct db *db, struct arena *a, const struct field *f, int64_t id) {
  struct rows r;
  struct str out = {0};
  if (!id) return out;
  bool found;
  if (str_eq(str_of(f->list), S("organisation")))
    found = db_one(&r, db, a, SQL("select name from organisation where id = ?1"), V(id));
  else if (str_eq(str_of(f->list), S("service")))
    found = db_one(&r, db, a, SQL("select public_id from service where id = ?1"), V(id));
  else
    found = db_one(&r, db, a, SQL("select public_id from location where id = ?1"), V(id));
  if (!found) return out;
  out = str_eq(str_of(f->list), S("organisation")) ? row_text(&r, 0)
                                                   : uuid_str(a, row_uuid(&r, 0));
  db_done(&r);
  return out;
}

static int64_t by_public_id(struct db *db, struct arena *a, struct str list, struct uuid id) {
  const struct record_type *t = str_eq(list, S("organisation")) ? &organisation_type
                                : str_eq(list, S("service"))    ? &service_type
                                                                : &location_type;
  struct record_head h;
  void *record = arena_alloc(a, t->size, 16, 1);
  if (!record_load_public(db, a, t, id, record)) return 0;
  memcpy(&h, record, sizeof h);
  return h.id;
}

/* By a name that only one of them bears; -1 = several do. */
static int64_t by_name(struct db *db, struct str list, struct str name) {
  if (str_eq(list, S("organisation")))
    return db_number(
        db, 0, SQL("select min(id) from organisation where name = ?1 and withdrawn_on is null"),
        V(name));
  if (str_eq(list, S("service")))
    return db_number(
        db, 0,
        SQL("select case when count(*) > 1 then -1 else min(id) end from service where name = ?1"),
        V(name));
  return db_number(
      db, 0,
      SQL("select case when count(*) > 1 then -1 else min(id) end from location where name = ?1"),
      V(name));
}

bool file_link_read(struct import_ask *ask, const struct field *f, struct str given, int64_t *id,
                    struct why *why) {
  struct uuid uuid;
  struct str list = str_of(f->list);
  *id = uuid_parse(given, &uuid) ? by_public_id(ask->db, ask->arena, list, uuid)
                                 : by_name(ask->db, list, given);
  if (*id > 0) return true;
  if (*id < 0)
    return why_say(why, "Several have this name. Give the id instead; it is in the file you take "
                        "out.");
  if (str_eq(list, S("organisation")))
    return why_say(why,
                   "There is no organisation of this name. Add it first, or correct the name.");
  return why_say(why, "There is none of this name or id. Add it first, or correct it.");
}
