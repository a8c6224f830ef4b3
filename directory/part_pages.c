/* The parts of a service (times, places, areas, funders, prices, contacts): shown on its page,
 * edited apart. */
#include "editor.html.h"
#include "directory/pages.h"

void edit_fault(struct request *rq, const struct record_type *t, struct faults *faults,
                const char *field, struct str sentence) {
  struct fault *grown = arena_many(rq->arena, struct fault, faults->n + 1);
  if (faults->n) memcpy(grown, faults->p, faults->n * sizeof *grown);
  grown[faults->n] = (struct fault){field_find(t, str_of(field)), sentence};
  faults->p = grown, faults->n++;
}

void edit_check(struct request *rq, const struct record_type *t, void *record,
                struct faults *faults) {
  const struct entry_ask ask = {rq->arena, (enum language)rq->lang};
  size_t from = 0;
  struct str said = {0};
  const char *field;
  while ((field = entry_check(t, record, &ask, &from, &said)))
    if (!fault_of(faults, field_find(t, str_of(field)))) edit_fault(rq, t, faults, field, said);
}

void place_point(struct db *db, struct location *l) {
  double latitude, longitude;
  if (l->postcode.n && directory_point(db, l->postcode, &latitude, &longitude))
    l->latitude = latitude, l->longitude = longitude;
}

static struct strs posted_values(void *from, const char *name) {
  return request_form_all(from, name);
}

/* ---- Parts. One line of words each, the first known fields of the form. */
static struct str part_words(struct request *rq, const struct service_part *part,
                             const void *record) {
  struct str out = {0};
  size_t said = 0;
  for (const char *const *name = part->fields; *name && said < 4; name++) {
    const struct field *f = field_find(part->type, str_of(*name));
    struct value v = field_get(f, record);
    if (!v.known) continue;
    struct str words = value_words(rq->arena, f, v);
    out = out.n ? str_format(rq->arena, "%.*s, %.*s", P(out), P(words)) : words;
    said++;
  }
  return out.n ? out : SAID_OF(rq, "(nothing said)");
}

static struct rows part_rows(struct request *rq, const struct service_part *part, int64_t service) {
  if (part->type == &schedule_type)
    return db_rows(rq->db, rq->arena, SQL("select * from schedule where service = ?1 order by id"),
                   V(service));
  if (part->type == &service_area_type)
    return db_rows(rq->db, rq->arena,
                   SQL("select * from service_area where service = ?1 order by id"), V(service));
  if (part->type == &service_funding_type)
    return db_rows(rq->db, rq->arena,
                   SQL("select * from service_funding where service = ?1 order by id"), V(service));
  if (part->type == &cost_option_type)
    return db_rows(rq->db, rq->arena,
                   SQL("select * from cost_option where service = ?1 order by id"), V(service));
  if (part->type == &directory_contact_type)
    return db_rows(rq->db, rq->arena,
                   SQL("select * from directory_contact where service = ?1 order by id"),
                   V(service));
  return db_rows(rq->db, rq->arena,
                 SQL("select * from directory_phone where service = ?1 order by id"), V(service));
}

static void put_place_part(struct request *rq, int64_t service, struct str action,
                           struct part_view *out) {
  struct {
    struct part_row *p;
    size_t n;
  } list = {0};
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select sl.public_id, l.name, l.address_1, l.city from "
                              "service_at_location sl join location l on l.id = sl.location "
                              "where sl.service = ?1 order by sl.id"),
                          V(service));
  while (db_next(&r)) {
    struct str name = row_text(&r, 1), street = row_text(&r, 2), town = row_text(&r, 3);
    *slice_push(rq->arena, &list, &cap) =
        (struct part_row){str_format(rq->arena, "%.*s %.*s %.*s", P(name), P(street), P(town)),
                          str_format(rq->arena, "%.*s/places/%.*s", P(action),
                                     P(uuid_str(rq->arena, row_uuid(&r, 0))))};
  }
  *out = (struct part_view){.title = S("Where it happens"),
                            .add = S("Add a place"),
                            .add_path = str_format(rq->arena, "%.*s/places/new", P(action))};
  out->rows.p = list.p, out->rows.n = list.n;
}

void edit_parts(struct request *rq, int64_t service, struct edit_page *p) {
  struct part_view *views = arena_many(rq->arena, struct part_view, parts_n + 1);
  put_place_part(rq, service, p->action, &views[0]);
  for (size_t i = 0; i < parts_n; i++) {
    struct {
      struct part_row *p;
      size_t n;
    } list = {0};
    size_t cap = 0;
    struct rows r = part_rows(rq, &parts[i], service);
    while (db_next(&r)) {
      void *record = arena_alloc(rq->arena, parts[i].type->size, 16, 1);
      struct record_head h;
      record_from_row(parts[i].type, &r, record);
      memcpy(&h, record, sizeof h);
      *slice_push(rq->arena, &list, &cap) =
          (struct part_row){part_words(rq, &parts[i], record),
                            str_format(rq->arena, "%.*s/%s/%.*s", P(p->action), parts[i].path,
                                       P(uuid_str(rq->arena, h.public_id)))};
    }
    views[i + 1] = (struct part_view){
        .title = str_of(parts[i].title),
        .add = str_of(parts[i].add),
        .add_path = str_format(rq->arena, "%.*s/%s/new", P(p->action), parts[i].path)};
    views[i + 1].rows.p = list.p, views[i + 1].rows.n = list.n;
  }
  p->parts.p = views, p->parts.n = parts_n + 1;
}

/* ---- Parts of a service. */
struct part_open {
  struct request *rq;
  struct record_head head;
  struct service service;
  const struct service_part *part;
  void *record;
  bool is_new;
  struct str back, action;
};

static const struct service_part *part_named(struct str path) {
  for (size_t i = 0; i < parts_n; i++)
    if (str_eq(path, str_of(parts[i].path))) return &parts[i];
  return NULL;
}

/* The "places" part: a new place and its link to the service in one form. */
static const char *const place_fields[] = {"name",      "location_type", "address_not_published",
                                           "address_1", "city",          "county",
                                           "postcode",  "transport",     "access",
                                           NULL};
static const struct service_part place_part = {"places", "A place", "Add a place", &location_type,
                                               place_fields};

static int64_t part_service(const struct service_part *part, const void *record) {
  return part->type == &location_type ? 0
                                      : field_get(field_find(part->type, S("service")), record).i;
}

static bool load_part(struct request *rq, struct part_open *o, struct uuid id) {
  struct service_at_location sl;
  if (o->part != &place_part)
    return record_load_public(rq->db, rq->arena, o->part->type, id, o->record) &&
           part_service(o->part, o->record) == o->service.id;
  return record_load_public(rq->db, rq->arena, &service_at_location_type, id, &sl) &&
         sl.service == o->service.id &&
         record_load(rq->db, rq->arena, &location_type, sl.location, o->record);
}

static bool open_part(struct request *rq, struct part_open *o) {
  struct uuid service, id;
  struct str part_id = request_path(rq, "part_id"), path = request_path(rq, "part");
  *o = (struct part_open){.rq = rq,
                          .part = str_eq(path, S("places")) ? &place_part : part_named(path)};
  if (o->part && uuid_parse(request_path(rq, "id"), &service) &&
      record_load_public(rq->db, rq->arena, &service_type, service, &o->service)) {
    o->record = arena_alloc(rq->arena, o->part->type->size, 16, 1);
    record_clear(o->part->type, o->record);
    o->is_new = str_eq(part_id, S("new"));
    if (o->part == &place_part) ((struct location *)o->record)->location_type = S("physical");
    o->back = str_format(rq->arena, "/directory/services/%.*s", P(uuid_str(rq->arena, service)));
    o->action = str_format(rq->arena, "%.*s/%s/%.*s", P(o->back), o->part->path, P(part_id));
    if (o->is_new || (uuid_parse(part_id, &id) && load_part(rq, o, id))) return true;
  }
  reply_not_found(rq);
  return false;
}

static void show_part(struct request *rq, const struct part_open *o, const struct faults *faults,
                      const struct posted *posted, struct part_page p) {
  struct record_form form = {.type = o->part->type,
                             .only = o->part->fields,
                             .record = o->record,
                             .faults = faults,
                             .posted = posted,
                             .lang = (enum language)rq->lang};
  struct buf b = buf_open(1 << 19);
  record_form(&form, rq->arena, &b);
  record_form_version(o->record, &b);
  p.title = str_of(o->part->title), p.action = o->action, p.back = o->back;
  p.fields.html = str_copy(rq->arena, buf_str(&b));
  p.area = o->part->type == &service_area_type;
  if (o->part == &place_part && o->is_new) part_buildings_offer(rq, &p);
  if (!o->is_new) p.remove = str_format(rq->arena, "%.*s/remove", P(o->action));
  buf_free(&b);
  if ((faults && faults->n) || p.existing_fault.n) reply_status(rq, 422);
  p.layout = page_layout(rq, PAGE_TITLE(rq, "Change an entry"));
  view_directory_part(rq->view, &p);
}

void part_show(struct request *rq) {
  struct part_open o;
  if (open_part(rq, &o)) show_part(rq, &o, NULL, NULL, (struct part_page){0});
}

static enum db_result save_part(struct db *db, void *with) {
  struct part_open *o = with;
  struct request *rq = o->rq;
  struct record_head h = o->head; /* a retry begins with the head as it was */
  memcpy(o->record, &h, sizeof h);
  bool place = o->part == &place_part;
  if (!place)
    field_set(field_find(o->part->type, S("service")), o->record,
              (struct value){.kind = KIND_LINK, .known = true, .i = o->service.id});
  enum db_result r =
      h.id ? record_update(db, rq->arena, o->part->type, o->record, rq->actor.user_id, rq->now)
           : record_insert(db, rq->arena, o->part->type, o->record, rq->actor.user_id, rq->now);
  if (r == DB_OK && place && !h.id) {
    struct service_at_location sl;
    record_clear(&service_at_location_type, &sl);
    memcpy(&h, o->record, sizeof h);
    sl.service = o->service.id, sl.location = h.id;
    r = record_insert(db, rq->arena, &service_at_location_type, &sl, rq->actor.user_id, rq->now);
  }
  return r == DB_OK ? directory_touch(db, rq->arena, o->service.id, rq->now) : r;
}

/* The service happens at a place the directory has already. */
struct joining {
  struct request *rq;
  int64_t service, location;
};

static enum db_result join_building(struct db *db, void *with) {
  const struct joining *j = with;
  struct request *rq = j->rq;
  struct service_at_location sl;
  record_clear(&service_at_location_type, &sl);
  sl.service = j->service, sl.location = j->location;
  enum db_result r = DB_OK;
  if (!db_number(db, 0,
                 SQL("select count(*) from service_at_location where service = ?1 and location = "
                     "?2"),
                 V(j->service), V(j->location)))
    r = record_insert(db, rq->arena, &service_at_location_type, &sl, rq->actor.user_id, rq->now);
  return r == DB_OK ? directory_touch(db, rq->arena, j->service, rq->now) : r;
}

static void use_building(const struct part_open *o) {
  struct request *rq = o->rq;
  struct joining j = {rq, o->service.id, part_building_named(rq, request_form(rq, "existing"))};
  struct part_page page = {0};
  if (j.location && db_atomically(rq->db, STORE_MAIN, join_building, &j) == DB_OK) {
    reply_flash(rq, SAID_OF(rq, "Saved."));
    reply_redirect(rq, o->back);
    return;
  }
  page.existing_fault =
      j.location ? SAID_OF(rq, "This could not be saved just now. Save again in a minute.")
                 : SAID_OF(rq, "The directory has no such place. Choose one from the list, or give "
                               "a new place below.");
  show_part(rq, o, NULL, NULL, page);
}

void part_save(struct request *rq) {
  struct part_open o;
  if (!open_part(rq, &o)) return;
  if (o.part == &place_part && o.is_new && request_form(rq, "existing").n) {
    use_building(&o);
    return;
  }
  struct part_page page = {0};
  struct str which_fault = {0};
  struct posted posted = {posted_values, rq};
  struct faults faults =
      record_form_read(o.part->type, o.part->fields, &posted, rq->arena, o.record);
  edit_check(rq, o.part->type, o.record, &faults);
  if (o.part->type == &service_area_type &&
      !part_area_choose(rq, o.record, &which_fault, &page))
    edit_fault(rq, o.part->type, &faults, "name", which_fault);
  if (o.part == &place_part) place_point(rq->db, o.record);
  memcpy(&o.head, o.record, sizeof o.head);
  if (!faults.n && db_atomically(rq->db, STORE_MAIN, save_part, &o) == DB_OK) {
    reply_flash(rq, SAID_OF(rq, "Saved."));
    reply_redirect(rq, o.back);
    return;
  }
  if (!faults.n)
    edit_fault(rq, &service_type, &faults, "name",
               SAID_OF(rq, "This could not be saved just now. Save again in a minute."));
  show_part(rq, &o, &faults, &posted, page);
}

static enum db_result remove_part(struct db *db, void *with) {
  struct part_open *o = with;
  struct request *rq = o->rq;
  struct record_head h;
  struct uuid id;
  struct service_at_location sl;
  memcpy(&h, o->record, sizeof h);
  enum db_result r;
  if (o->part != &place_part)
    r = record_delete(db, rq->arena, o->part->type, h.id, rq->actor.user_id, rq->now);
  else if (!uuid_parse(request_path(rq, "part_id"), &id) ||
           !record_load_public(db, rq->arena, &service_at_location_type, id, &sl))
    r = DB_NONE;
  else
    r = record_delete(db, rq->arena, &service_at_location_type, sl.id, rq->actor.user_id, rq->now);
  return r == DB_OK ? directory_touch(db, rq->arena, o->service.id, rq->now) : r;
}

void part_remove(struct request *rq) {
  struct part_open o;
  if (!open_part(rq, &o)) return;
  bool done = !o.is_new && db_atomically(rq->db, STORE_MAIN, remove_part, &o) == DB_OK;
  reply_flash(rq, done ? SAID_OF(rq, "Taken away. Its history is kept.")
                       : SAID_OF(rq, "This could not be taken away. Try again."));
  reply_redirect(rq, o.back);
}
