/* One entry: its form, saving it, publishing, checking, its parts and its sources. */
#include "editor.html.h"
#include "directory/pages.h"

enum { ORGANISATIONS_OFFERED_MAX = 500 };

/* ---- What was posted. The organisation is typed by name; its id takes the name's place. */
struct typed { struct request *rq; int64_t organisation; };

static struct strs posted_values(void *from, const char *name) {
  struct typed *t = from;
  struct strs values = request_form_all(t->rq, name);
  if (strcmp(name, "organisation") != 0 || !values.n || !str_trim(values.p[0]).n) return values;
  struct strs id = {arena_new(t->rq->arena, struct str), 1};
  id.p[0] = t->organisation ? str_format(t->rq->arena, "%lld", (long long)t->organisation) : S("unknown");
  return id;
}

static int64_t organisation_named(struct request *rq, struct str name) {
  struct str tidy = str_trim(name), folded = utf8_fold(rq->arena, tidy);
  int64_t id = db_number(rq->db, 0, SQL("select min(id) from organisation where name = ?1 and withdrawn_on is null"), V(tidy));
  if (id || !folded.n) return id;
  struct rows r = db_rows(rq->db, rq->arena, SQL("select id, name from organisation where withdrawn_on is null order by id"));
  while (db_next(&r))
    if (!id && str_eq(utf8_fold(rq->arena, row_text(&r, 1)), folded)) id = row_int(&r, 0);
  return id;
}

static struct str organisation_name(struct request *rq, int64_t id) {
  struct organisation o;
  return id && record_load(rq->db, rq->arena, &organisation_type, id, &o) ? o.name : (struct str){0};
}

/* ---- The form. */
struct editing {
  struct request *rq;
  const struct editable *kind;
  void *record;
  bool is_new;
  struct faults faults;
  const struct posted *posted;
  struct str fault;
};

static const char *const *all_fields(struct request *rq, const struct editable *kind) {
  const char **names = arena_many(rq->arena, const char *, kind->type->n_fields + 1);
  size_t n = 0;
  for (const struct edit_group *g = kind->groups; g->title; g++)
    for (const char *const *f = g->fields; *f; f++) names[n++] = *f;
  return names;
}

static struct str link_text(void *with, const struct field *f, const void *record) {
  return organisation_name(with, field_get(f, record).i);
}

static bool group_has_fault(const struct editing *e, const struct edit_group *g) {
  for (const char *const *f = g->fields; *f; f++)
    if (fault_of(&e->faults, field_find(e->kind->type, str_of(*f)))) return true;
  return false;
}

static struct markup kept(struct request *rq, struct buf *b) {
  struct markup m = {str_copy(rq->arena, buf_str(b))};
  buf_reset(b);
  return m;
}

static void put_groups(const struct editing *e, struct edit_page *p) {
  struct request *rq = e->rq;
  struct buf b = buf_open(1 << 20);
  struct record_form form = {.type = e->kind->type, .record = e->record, .faults = &e->faults, .posted = e->posted,
                             .link_text = link_text, .with = rq, .lang = (enum language)rq->lang};
  size_t n = 0;
  while (e->kind->groups[n].title) n++;
  struct group_view *groups = arena_many(rq->arena, struct group_view, n);
  record_form_summary(&form, rq->arena, &b);
  p->summary = kept(rq, &b);
  for (size_t i = 0; i < n; i++) {
    const struct edit_group *g = &e->kind->groups[i];
    for (const char *const *name = g->fields; *name; name++) {
      const struct field *f = field_find(e->kind->type, str_of(*name));
      if (f) record_form_field(&form, f, rq->arena, &b);
    }
    groups[i] = (struct group_view){str_of(g->title), kept(rq, &b), i == 0 || e->is_new || group_has_fault(e, g)};
  }
  record_form_version(e->record, &b);
  p->version = kept(rq, &b);
  p->groups.p = groups, p->groups.n = n;
  buf_free(&b);
}

static void offer_organisations(struct request *rq, struct edit_page *p) {
  struct { struct str *p; size_t n; } names = {0};
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
      SQL("select name from organisation where withdrawn_on is null order by name, id limit ?1"), V(ORGANISATIONS_OFFERED_MAX));
  while (db_next(&r)) *slice_push(rq->arena, &names, &cap) = row_text(&r, 0);
  p->organisations.p = names.p, p->organisations.n = names.n;
}

/* ---- Parts. One line of words each, the first known fields of the form. */
static struct str part_words(struct request *rq, const struct service_part *part, const void *record) {
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
  if (part->type == &schedule_type) return db_rows(rq->db, rq->arena, SQL("select * from schedule where service = ?1 order by id"), V(service));
  if (part->type == &service_area_type)
    return db_rows(rq->db, rq->arena, SQL("select * from service_area where service = ?1 order by id"), V(service));
  if (part->type == &service_funding_type)
    return db_rows(rq->db, rq->arena, SQL("select * from service_funding where service = ?1 order by id"), V(service));
  if (part->type == &cost_option_type)
    return db_rows(rq->db, rq->arena, SQL("select * from cost_option where service = ?1 order by id"), V(service));
  if (part->type == &directory_contact_type)
    return db_rows(rq->db, rq->arena, SQL("select * from directory_contact where service = ?1 order by id"), V(service));
  return db_rows(rq->db, rq->arena, SQL("select * from directory_phone where service = ?1 order by id"), V(service));
}

static void put_place_part(struct request *rq, int64_t service, struct str action, struct part_view *out) {
  struct { struct part_row *p; size_t n; } list = {0};
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
      SQL("select sl.public_id, l.name, l.address_1, l.city from service_at_location sl join location l on l.id = sl.location "
          "where sl.service = ?1 order by sl.id"), V(service));
  while (db_next(&r)) {
    struct str name = row_text(&r, 1), street = row_text(&r, 2), town = row_text(&r, 3);
    *slice_push(rq->arena, &list, &cap) = (struct part_row){
        str_format(rq->arena, "%.*s %.*s %.*s", P(name), P(street), P(town)),
        str_format(rq->arena, "%.*s/places/%.*s", P(action), P(uuid_str(rq->arena, row_uuid(&r, 0))))};
  }
  *out = (struct part_view){.title = S("Where it happens"), .add = S("Add a place"),
                            .add_path = str_format(rq->arena, "%.*s/places/new", P(action))};
  out->rows.p = list.p, out->rows.n = list.n;
}

static void put_parts(struct request *rq, int64_t service, struct edit_page *p) {
  struct part_view *views = arena_many(rq->arena, struct part_view, parts_n + 1);
  put_place_part(rq, service, p->action, &views[0]);
  for (size_t i = 0; i < parts_n; i++) {
    struct { struct part_row *p; size_t n; } list = {0};
    size_t cap = 0;
    struct rows r = part_rows(rq, &parts[i], service);
    while (db_next(&r)) {
      void *record = arena_alloc(rq->arena, parts[i].type->size, 16, 1);
      struct record_head h;
      record_from_row(parts[i].type, &r, record);
      memcpy(&h, record, sizeof h);
      *slice_push(rq->arena, &list, &cap) = (struct part_row){
          part_words(rq, &parts[i], record),
          str_format(rq->arena, "%.*s/%s/%.*s", P(p->action), parts[i].path, P(uuid_str(rq->arena, h.public_id)))};
    }
    views[i + 1] = (struct part_view){.title = str_of(parts[i].title), .add = str_of(parts[i].add),
                                      .add_path = str_format(rq->arena, "%.*s/%s/new", P(p->action), parts[i].path)};
    views[i + 1].rows.p = list.p, views[i + 1].rows.n = list.n;
  }
  p->parts.p = views, p->parts.n = parts_n + 1;
}

/* ---- Sources. */
struct str source_value_words(struct request *rq, const struct record_type *t, const struct fact_source *s) {
  const struct field *f = field_find(t, s->field);
  struct value v;
  if (!f || !value_parse(rq->arena, f, s->value, &v, NULL)) return s->value;
  return value_words(rq->arena, f, v);
}

static void put_sources(const struct editing *e, int64_t id, struct edit_page *p) {
  struct request *rq = e->rq;
  struct source_facts all = sources_of(rq->db, rq->arena, e->kind->type, id);
  struct source_row *rows = arena_many(rq->arena, struct source_row, all.n + 1);
  struct option *fields = arena_many(rq->arena, struct option, e->kind->type->n_fields);
  size_t n = 0;
  for (size_t i = 0; i < all.n; i++) {
    const struct fact_source *s = &all.p[i];
    const struct field *f = field_find(e->kind->type, s->field);
    bool differs = sources_disagree(&all, str_c(rq->arena, s->field)) && (i == 0 || !str_eq(s->field, all.p[i - 1].field));
    rows[i] = (struct source_row){f ? str_of(f->label) : s->field, source_value_words(rq, e->kind->type, s), s->source,
                                  s->as_of == DAY_NONE ? (struct str){0} : day_words(rq->arena, s->as_of), s->chosen == 1,
                                  differs};
  }
  for (size_t i = 0; i < e->kind->type->n_fields; i++) {
    const struct field *f = &e->kind->type->fields[i];
    if (f->flags & SOURCED) fields[n++] = (struct option){str_of(f->name), str_of(f->label), false};
  }
  p->sources.p = rows, p->sources.n = all.n, p->source_fields.p = fields, p->source_fields.n = n;
}

static struct str record_name(const struct editing *e) {
  return field_get(field_find(e->kind->type, S("name")), e->record).s;
}

static void put_standing(const struct editing *e, struct edit_page *p) {
  const struct service *s = e->record;
  struct standing_facts f = service_facts(s);
  struct standing standing = standing_of(&f, e->rq->today);
  p->service = true;
  p->published = standing.state != STANDING_WITHDRAWN;
  p->state = standing_word(standing.state);
  p->sentence = standing_sentence(e->rq->arena, standing, &f);
  p->public_path = p->published ? str_format(e->rq->arena, "/help/services/%.*s", P(uuid_str(e->rq->arena, s->public_id)))
                                : (struct str){0};
}

static void show_form(const struct editing *e) {
  struct request *rq = e->rq;
  struct record_head h;
  memcpy(&h, e->record, sizeof h);
  struct edit_page p = {.is_new = e->is_new, .fault = e->fault};
  struct str id = e->is_new ? S("new") : uuid_str(rq->arena, h.public_id);
  p.action = str_format(rq->arena, "/directory/%s/%.*s", e->kind->path, P(id));
  p.history = str_format(rq->arena, "%.*s/history", P(p.action));
  p.back = str_format(rq->arena, "/directory/%s", e->kind->path);
  struct str name = record_name(e);
  p.title = !e->is_new && name.n ? name : SAID_OF(rq, "A new entry");
  p.changed = e->is_new ? (struct str){0} : SAY(rq->arena, (enum language)rq->lang, T("Last changed {when}"),
                                                 SLOT("when", when_words(rq, h.changed_at)));
  put_groups(e, &p);
  if (e->kind->type == &service_type) {
    offer_organisations(rq, &p);
    if (!e->is_new) put_standing(e, &p), put_parts(rq, h.id, &p);
  }
  if (!e->is_new) put_sources(e, h.id, &p);
  p.layout = page_layout(rq, PAGE_TITLE(rq, "Change an entry"));
  if (e->faults.n || e->fault.n) reply_status(rq, 422);
  view_directory_edit(rq->view, &p);
}

/* Loads what the path names; "new" gives an empty record. false: not found was replied. */
static bool open_entry(struct request *rq, struct editing *e) {
  struct str id = request_path(rq, "id");
  struct uuid uuid;
  *e = (struct editing){.rq = rq, .kind = editable_of(rq)};
  if (!e->kind) return false;
  e->record = arena_alloc(rq->arena, e->kind->type->size, 16, 1);
  record_clear(e->kind->type, e->record);
  e->is_new = str_eq(id, S("new"));
  if (e->is_new) {
    if (e->kind->type == &service_type) ((struct service *)e->record)->status = S("active");
    if (e->kind->type == &location_type) ((struct location *)e->record)->location_type = S("physical");
    return true;
  }
  if (uuid_parse(id, &uuid) && record_load_public(rq->db, rq->arena, e->kind->type, uuid, e->record)) return true;
  reply_not_found(rq);
  return false;
}

void edit_show(struct request *rq) {
  struct editing e;
  if (open_entry(rq, &e)) show_form(&e);
}

/* ---- Saving. */
static void add_fault(const struct editing *e, struct faults *faults, const char *field, struct str sentence) {
  struct fault *grown = arena_many(e->rq->arena, struct fault, faults->n + 1);
  if (faults->n) memcpy(grown, faults->p, faults->n * sizeof *grown);
  grown[faults->n] = (struct fault){field_find(e->kind->type, str_of(field)), sentence};
  faults->p = grown, faults->n++;
}

static void check_rule(struct editing *e) {
  const struct field *f = field_find(e->kind->type, S("rule"));
  struct str text = f ? field_get(f, e->record).s : (struct str){0};
  struct rules_rule rule;
  struct why why = {0};
  if (!text.n || fault_of(&e->faults, f)) return;
  if (!rules_parse_body(e->rq->arena, directory_book(), S("entry"), text, &rule, &why))
    add_fault(e, &e->faults, "rule", str_copy(e->rq->arena, why_str(&why)));
}

static void check_service(struct editing *e) {
  const struct service *s = e->record;
  if (s->starts != DAY_NONE && s->ends != DAY_NONE && s->ends < s->starts)
    add_fault(e, &e->faults, "ends", SAID_OF(e->rq, "The end is before the start. Change one of them."));
  if (s->minimum_age != NUMBER_NONE && s->maximum_age != NUMBER_NONE && s->maximum_age < s->minimum_age)
    add_fault(e, &e->faults, "maximum_age", SAID_OF(e->rq, "The oldest age is below the youngest. Change one of them."));
}

static void check_scheme(struct editing *e) {
  const struct scheme *s = e->record;
  struct day_span span;
  if (s->started.n && !day_span_parse(s->started, &span))
    add_fault(e, &e->faults, "started", SAID_OF(e->rq, "Write the start like 2022, 2022-12 or 2022-12-31."));
  if (s->ended.n && !day_span_parse(s->ended, &span))
    add_fault(e, &e->faults, "ended", SAID_OF(e->rq, "Write the end like 2022, 2022-12 or 2022-12-31."));
}

struct saving { struct request *rq; const struct record_type *type; void *record; };

static enum db_result save(struct db *db, void *with) {
  const struct saving *s = with;
  struct record_head h;
  memcpy(&h, s->record, sizeof h);
  enum db_result r = h.id ? record_update(db, s->rq->arena, s->type, s->record, s->rq->actor.user_id, s->rq->now)
                          : record_insert(db, s->rq->arena, s->type, s->record, s->rq->actor.user_id, s->rq->now);
  return r == DB_OK ? directory_changed(db) : r;
}

static enum db_result save_record(struct request *rq, const struct record_type *type, void *record) {
  struct saving s = {rq, type, record};
  return db_atomically(rq->db, STORE_MAIN, save, &s);
}

static struct str save_sentence(struct request *rq, enum db_result r) {
  return r == DB_CONFLICT
             ? SAID_OF(rq, "Somebody else changed this entry while you were typing. Your words are still here: look at its "
                           "history, then save again.")
             : SAID_OF(rq, "This could not be saved just now. Your words are still here. Save again in a minute.");
}

/* After a conflict the form carries on from the newest version, so that the second press is a choice, not an accident. */
static void take_newest_version(struct editing *e) {
  struct record_head mine, stored;
  void *now = arena_alloc(e->rq->arena, e->kind->type->size, 16, 1);
  memcpy(&mine, e->record, sizeof mine);
  if (!mine.id || !record_load(e->rq->db, e->rq->arena, e->kind->type, mine.id, now)) return;
  memcpy(&stored, now, sizeof stored);
  mine.version = stored.version;
  memcpy(e->record, &mine, sizeof mine);
}

static void place_from_postcode(struct editing *e);

void edit_save(struct request *rq) {
  struct editing e;
  if (!open_entry(rq, &e)) return;
  struct typed typed = {rq, organisation_named(rq, request_form(rq, "organisation"))};
  struct posted posted = {posted_values, &typed};
  e.posted = &posted;
  e.faults = record_form_read(e.kind->type, all_fields(rq, e.kind), &posted, rq->arena, e.record);
  check_rule(&e);
  if (e.kind->type == &service_type) check_service(&e);
  if (e.kind->type == &scheme_type) check_scheme(&e);
  if (e.kind->type == &location_type) place_from_postcode(&e);
  if (!e.faults.n) {
    enum db_result r = save_record(rq, e.kind->type, e.record);
    if (r == DB_OK) {
      struct record_head h;
      memcpy(&h, e.record, sizeof h);
      reply_flash(rq, SAID_OF(rq, "Saved."));
      reply_redirect(rq, str_format(rq->arena, "/directory/%s/%.*s", e.kind->path, P(uuid_str(rq->arena, h.public_id))));
      return;
    }
    e.fault = save_sentence(rq, r);
    if (r == DB_CONFLICT) take_newest_version(&e);
  }
  show_form(&e);
}

static void place_from_postcode(struct editing *e) {
  struct location *l = e->record;
  double latitude, longitude;
  if (l->postcode.n && directory_point(e->rq->db, l->postcode, &latitude, &longitude))
    l->latitude = latitude, l->longitude = longitude;
}

/* ---- Publish, withdraw, "I checked this today". */
static enum db_result act(struct request *rq, struct service *s, struct str what) {
  if (str_eq(what, S("checked"))) s->assured_on = rq->today;
  else if (str_eq(what, S("withdraw"))) s->withdrawn_on = rq->today;
  else if (s->published_on == DAY_NONE) s->published_on = rq->today, s->withdrawn_on = DAY_NONE;
  else s->withdrawn_on = DAY_NONE;
  return save_record(rq, &service_type, s);
}

void edit_act(struct request *rq) {
  struct uuid id;
  struct service s;
  struct str what = str_of(strrchr(rq->route->path, '/') + 1), next = request_form(rq, "next");
  if (!uuid_parse(request_path(rq, "id"), &id) || !record_load_public(rq->db, rq->arena, &service_type, id, &s)) {
    reply_not_found(rq);
    return;
  }
  enum db_result r = act(rq, &s, what);
  if (r != DB_OK) reply_flash(rq, SAID_OF(rq, "Somebody else changed this entry at the same moment. Look at it, then press again."));
  else if (str_eq(what, S("checked"))) reply_flash(rq, SAID_OF(rq, "Thank you. Marked as checked today."));
  else reply_flash(rq, str_eq(what, S("withdraw")) ? SAID_OF(rq, "Taken off the directory.") : SAID_OF(rq, "On the directory now."));
  if (next.n) reply_redirect(rq, next);
  else reply_redirect(rq, str_format(rq->arena, "/directory/services/%.*s", P(uuid_str(rq->arena, id))));
}

/* ---- Parts of a service. */
struct part_open { struct service service; const struct service_part *part; void *record; bool is_new; struct str back, action; };

static const struct service_part *part_named(struct str path) {
  for (size_t i = 0; i < parts_n; i++)
    if (str_eq(path, str_of(parts[i].path))) return &parts[i];
  return NULL;
}

/* The "places" part: a new place and its link to the service in one form. */
static const char *const place_fields[] = {"name", "location_type", "address_not_published", "address_1", "city", "county",
                                           "postcode", "transport", "access", NULL};
static const struct service_part place_part = {"places", "A place", "Add a place", &location_type, place_fields};

static int64_t part_service(const struct service_part *part, const void *record) {
  return part->type == &location_type ? 0 : field_get(field_find(part->type, S("service")), record).i;
}

static bool load_part(struct request *rq, struct part_open *o, struct uuid id) {
  struct service_at_location sl;
  if (o->part != &place_part)
    return record_load_public(rq->db, rq->arena, o->part->type, id, o->record) &&
           part_service(o->part, o->record) == o->service.id;
  return record_load_public(rq->db, rq->arena, &service_at_location_type, id, &sl) && sl.service == o->service.id &&
         record_load(rq->db, rq->arena, &location_type, sl.location, o->record);
}

static bool open_part(struct request *rq, struct part_open *o) {
  struct uuid service, id;
  struct str part_id = request_path(rq, "part_id"), path = request_path(rq, "part");
  *o = (struct part_open){.part = str_eq(path, S("places")) ? &place_part : part_named(path)};
  if (o->part && uuid_parse(request_path(rq, "id"), &service) &&
      record_load_public(rq->db, rq->arena, &service_type, service, &o->service)) {
    o->record = arena_alloc(rq->arena, o->part->type->size, 16, 1);
    record_clear(o->part->type, o->record);
    o->is_new = str_eq(part_id, S("new"));
    o->back = str_format(rq->arena, "/directory/services/%.*s", P(uuid_str(rq->arena, service)));
    o->action = str_format(rq->arena, "%.*s/%s/%.*s", P(o->back), o->part->path, P(part_id));
    if (o->is_new || (uuid_parse(part_id, &id) && load_part(rq, o, id))) return true;
  }
  reply_not_found(rq);
  return false;
}

static void show_part(struct request *rq, const struct part_open *o, const struct faults *faults, const struct posted *posted) {
  struct record_form form = {.type = o->part->type, .only = o->part->fields, .record = o->record, .faults = faults,
                             .posted = posted, .lang = (enum language)rq->lang};
  struct buf b = buf_open(1 << 19);
  record_form(&form, rq->arena, &b);
  record_form_version(o->record, &b);
  struct part_page p = {.title = str_of(o->part->title), .action = o->action, .back = o->back,
                        .fields = {str_copy(rq->arena, buf_str(&b))}};
  if (!o->is_new) p.remove = str_format(rq->arena, "%.*s/remove", P(o->action));
  buf_free(&b);
  if (faults && faults->n) reply_status(rq, 422);
  p.layout = page_layout(rq, PAGE_TITLE(rq, "Change an entry"));
  view_directory_part(rq->view, &p);
}

void part_show(struct request *rq) {
  struct part_open o;
  if (open_part(rq, &o)) show_part(rq, &o, NULL, NULL);
}

static void check_times(struct request *rq, const struct part_open *o, struct faults *faults) {
  static const char *const names[] = {"opens_at", "closes_at"};
  struct schedule *s = o->record;
  struct editing e = {.rq = rq};
  static const struct editable times = {.type = &schedule_type};
  e.kind = &times;
  struct str *values[] = {&s->opens_at, &s->closes_at};
  for (int i = 0; i < 2; i++) {
    int minutes = values[i]->n ? minutes_parse(*values[i]) : 0;
    if (minutes < 0) add_fault(&e, faults, names[i], SAID_OF(rq, "Write the time like 09:30."));
    else if (values[i]->n) *values[i] = str_format(rq->arena, "%02d:%02d", minutes / 60, minutes % 60);
  }
  if (!s->freq.n && s->byday.n) s->freq = S("WEEKLY");
}

static enum db_result save_part(struct db *db, void *with) {
  struct part_open *o = *(struct part_open **)with;
  struct request *rq = ((void **)with)[1];
  struct record_head h;
  memcpy(&h, o->record, sizeof h);
  bool place = o->part == &place_part;
  if (!place) field_set(field_find(o->part->type, S("service")), o->record,
                        (struct value){.kind = KIND_LINK, .known = true, .i = o->service.id});
  enum db_result r = h.id ? record_update(db, rq->arena, o->part->type, o->record, rq->actor.user_id, rq->now)
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

void part_save(struct request *rq) {
  struct part_open o;
  if (!open_part(rq, &o)) return;
  struct typed typed = {rq, 0};
  struct posted posted = {posted_values, &typed};
  struct faults faults = record_form_read(o.part->type, o.part->fields, &posted, rq->arena, o.record);
  if (o.part->type == &schedule_type) check_times(rq, &o, &faults);
  if (o.part == &place_part) {
    struct editing e = {.rq = rq, .record = o.record};
    place_from_postcode(&e);
  }
  void *with[2] = {&o, rq};
  if (!faults.n && db_atomically(rq->db, STORE_MAIN, save_part, with) == DB_OK) {
    reply_flash(rq, SAID_OF(rq, "Saved."));
    reply_redirect(rq, o.back);
    return;
  }
  if (!faults.n) add_fault(&(struct editing){.rq = rq, .kind = &editables[0]}, &faults, "name",
                           SAID_OF(rq, "This could not be saved just now. Save again in a minute."));
  show_part(rq, &o, &faults, &posted);
}

static enum db_result remove_part(struct db *db, void *with) {
  struct part_open *o = *(struct part_open **)with;
  struct request *rq = ((void **)with)[1];
  struct record_head h;
  struct uuid id;
  struct service_at_location sl;
  memcpy(&h, o->record, sizeof h);
  enum db_result r;
  if (o->part != &place_part) r = record_delete(db, rq->arena, o->part->type, h.id, rq->actor.user_id, rq->now);
  else if (!uuid_parse(request_path(rq, "part_id"), &id) ||
           !record_load_public(db, rq->arena, &service_at_location_type, id, &sl)) r = DB_NONE;
  else r = record_delete(db, rq->arena, &service_at_location_type, sl.id, rq->actor.user_id, rq->now);
  return r == DB_OK ? directory_touch(db, rq->arena, o->service.id, rq->now) : r;
}

void part_remove(struct request *rq) {
  struct part_open o;
  if (!open_part(rq, &o)) return;
  void *with[2] = {&o, rq};
  bool done = !o.is_new && db_atomically(rq->db, STORE_MAIN, remove_part, with) == DB_OK;
  reply_flash(rq, done ? SAID_OF(rq, "Taken away. Its history is kept.") : SAID_OF(rq, "This could not be taken away. Try again."));
  reply_redirect(rq, o.back);
}

/* ---- What a source says. */
struct source_work { struct request *rq; const struct record_type *type; int64_t id; struct fact_source said; bool choose; };

static enum db_result add_source(struct db *db, void *with) {
  const struct source_work *w = with;
  return source_add(db, w->rq->arena, w->type, w->id, &w->said, w->choose, w->rq->actor.user_id, w->rq->now);
}

static struct str source_fault(struct request *rq, const struct field *f, struct fact_source *said) {
  struct why why = {0};
  struct value v;
  struct str as_of = str_trim(request_form(rq, "as_of"));
  if (!f || !(f->flags & SOURCED)) return SAID_OF(rq, "Choose which fact the source speaks of.");
  if (!said->source.n) return SAID_OF(rq, "Say who says so: a report, a web page, a person's role.");
  if (!value_parse(rq->arena, f, request_form(rq, "value"), &v, &why)) return str_copy(rq->arena, why_str(&why));
  said->value = value_text(rq->arena, f, v);
  if (as_of.n && !day_parse_typed(as_of, &said->as_of) && !day_parse(as_of, &said->as_of))
    return SAID_OF(rq, "Write the day like 27/3/2026.");
  return (struct str){0};
}

void source_save(struct request *rq) {
  struct editing e;
  struct record_head h;
  if (!open_entry(rq, &e)) return;
  memcpy(&h, e.record, sizeof h);
  struct source_work w = {.rq = rq, .type = e.kind->type, .id = h.id, .choose = request_has(rq, "choose")};
  record_clear(&fact_source_type, &w.said);
  const struct field *f = field_find(e.kind->type, request_form(rq, "field"));
  w.said.field = f ? str_of(f->name) : (struct str){0};
  w.said.source = utf8_head(str_trim(request_form(rq, "source")), 300);
  e.fault = e.is_new ? SAID_OF(rq, "Save the entry first.") : source_fault(rq, f, &w.said);
  if (!e.fault.n && db_atomically(rq->db, STORE_MAIN, add_source, &w) == DB_OK) {
    reply_flash(rq, SAID_OF(rq, "Kept, with who says so."));
    reply_redirect(rq, str_format(rq->arena, "/directory/%s/%.*s", e.kind->path, P(uuid_str(rq->arena, h.public_id))));
    return;
  }
  if (!e.fault.n) e.fault = save_sentence(rq, DB_FAILED);
  show_form(&e);
}
