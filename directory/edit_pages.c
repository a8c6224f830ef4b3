/* One entry: its form, saving it, publishing, checking, its parts and its sources. */
#include "editor.html.h"
#include "directory/pages.h"

enum { ORGANISATIONS_OFFERED_MAX = 500 };

/* ---- What was posted. The organisation is typed by name; its id takes the name's place. */
struct typed {
  struct request *rq;
  int64_t organisation;
};

static struct strs posted_values(void *from, const char *name) {
  struct typed *t = from;
  struct strs values = request_form_all(t->rq, name);
  if (strcmp(name, "organisation") != 0 || !values.n || !str_trim(values.p[0]).n) return values;
  struct strs id = {arena_new(t->rq->arena, struct str), 1};
  id.p[0] =
      t->organisation ? str_format(t->rq->arena, "%lld", (long long)t->organisation) : S("unknown");
  return id;
}

static int64_t organisation_named(struct request *rq, struct str name) {
  struct str tidy = str_trim(name), folded = utf8_fold(rq->arena, tidy);
  int64_t id = db_number(
      rq->db, 0, SQL("select min(id) from organisation where name = ?1 and withdrawn_on is null"),
      V(tidy));
  if (id || !folded.n) return id;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select id, name from organisation where withdrawn_on is null order by id"));
  while (db_next(&r))
    if (!id && str_eq(utf8_fold(rq->arena, row_text(&r, 1)), folded)) id = row_int(&r, 0);
  return id;
}

static struct str organisation_name(struct request *rq, int64_t id) {
  struct organisation o;
  return id && record_load(rq->db, rq->arena, &organisation_type, id, &o) ? o.name
                                                                          : (struct str){0};
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
  struct record_form form = {.type = e->kind->type,
                             .record = e->record,
                             .faults = &e->faults,
                             .posted = e->posted,
                             .link_text = link_text,
                             .with = rq,
                             .lang = (enum language)rq->lang};
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
    groups[i] = (struct group_view){str_of(g->title), kept(rq, &b),
                                    i == 0 || e->is_new || group_has_fault(e, g)};
  }
  record_form_version(e->record, &b);
  p->version = kept(rq, &b);
  p->groups.p = groups, p->groups.n = n;
  buf_free(&b);
}

static void offer_organisations(struct request *rq, struct edit_page *p) {
  struct {
    struct str *p;
    size_t n;
  } names = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select name from organisation where withdrawn_on is null order by name, id limit ?1"),
      V(ORGANISATIONS_OFFERED_MAX));
  while (db_next(&r)) *slice_push(rq->arena, &names, &cap) = row_text(&r, 0);
  p->organisations.p = names.p, p->organisations.n = names.n;
}

/* ---- Sources. */
struct str source_value_words(struct request *rq, const struct record_type *t,
                              const struct fact_source *s) {
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
    bool differs = sources_disagree(&all, str_c(rq->arena, s->field)) &&
                   (i == 0 || !str_eq(s->field, all.p[i - 1].field));
    rows[i] =
        (struct source_row){f ? str_of(f->label) : s->field,
                            source_value_words(rq, e->kind->type, s),
                            s->source,
                            s->as_of == DAY_NONE ? (struct str){0} : day_words(rq->arena, s->as_of),
                            s->chosen == 1,
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
  p->sentence = standing_sentence(e->rq->arena, (enum language)e->rq->lang, standing, &f);
  p->public_path = p->published ? str_format(e->rq->arena, "/help/services/%.*s",
                                             P(uuid_str(e->rq->arena, s->public_id)))
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
  p.changed = e->is_new ? (struct str){0}
                        : SAY(rq->arena, (enum language)rq->lang, T("Last changed {when}"),
                              SLOT("when", when_words(rq, h.changed_at)));
  put_groups(e, &p);
  if (e->kind->type == &service_type) {
    offer_organisations(rq, &p);
    if (!e->is_new) put_standing(e, &p), edit_parts(rq, h.id, &p);
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
    if (e->kind->type == &location_type)
      ((struct location *)e->record)->location_type = S("physical");
    if (e->kind->type == &national_row_type)
      ((struct national_row *)e->record)->row_number =
          1 + db_number(rq->db, 0,
                        SQL("select coalesce(max(row_number), 0) from national_programme"));
    return true;
  }
  if (uuid_parse(id, &uuid) &&
      record_load_public(rq->db, rq->arena, e->kind->type, uuid, e->record))
    return true;
  reply_not_found(rq);
  return false;
}

void edit_show(struct request *rq) {
  struct editing e;
  if (open_entry(rq, &e)) show_form(&e);
}

/* ---- Saving. */
/* A retry begins with the head as it was: a failed try may have given it an id or a version. */
struct saving {
  struct request *rq;
  const struct record_type *type;
  void *record;
  struct record_head head;
};

static enum db_result save(struct db *db, void *with) {
  const struct saving *s = with;
  struct request *rq = s->rq;
  memcpy(s->record, &s->head, sizeof s->head);
  enum db_result r =
      s->head.id ? record_update(db, rq->arena, s->type, s->record, rq->actor.user_id, rq->now)
                 : record_insert(db, rq->arena, s->type, s->record, rq->actor.user_id, rq->now);
  return r == DB_OK ? directory_changed(db) : r;
}

static enum db_result save_record(struct request *rq, const struct record_type *type,
                                  void *record) {
  struct saving s = {.rq = rq, .type = type, .record = record};
  memcpy(&s.head, record, sizeof s.head);
  return db_atomically(rq->db, STORE_MAIN, save, &s);
}

static struct str save_sentence(struct request *rq, enum db_result r) {
  return r == DB_CONFLICT ? SAID_OF(rq, "Somebody else changed this entry while you were typing. "
                                        "Your words are still here: look at its "
                                        "history, then save again.")
                          : SAID_OF(rq, "This could not be saved just now. Your words are still "
                                        "here. Save again in a minute.");
}

/* After a conflict the form carries on from the newest version, so that the second press is a
 * choice, not an accident. */
static void take_newest_version(struct editing *e) {
  struct record_head mine, stored;
  void *now = arena_alloc(e->rq->arena, e->kind->type->size, 16, 1);
  memcpy(&mine, e->record, sizeof mine);
  if (!mine.id || !record_load(e->rq->db, e->rq->arena, e->kind->type, mine.id, now)) return;
  memcpy(&stored, now, sizeof stored);
  mine.version = stored.version;
  memcpy(e->record, &mine, sizeof mine);
}

void edit_save(struct request *rq) {
  struct editing e;
  if (!open_entry(rq, &e)) return;
  struct typed typed = {rq, organisation_named(rq, request_form(rq, "organisation"))};
  struct posted posted = {posted_values, &typed};
  e.posted = &posted;
  e.faults = record_form_read(e.kind->type, all_fields(rq, e.kind), &posted, rq->arena, e.record);
  edit_check(rq, e.kind->type, e.record, &e.faults);
  if (e.kind->type == &location_type) place_point(rq->db, e.record);
  if (!e.faults.n) {
    enum db_result r = save_record(rq, e.kind->type, e.record);
    if (r == DB_OK) {
      struct record_head h;
      memcpy(&h, e.record, sizeof h);
      reply_flash(rq, SAID_OF(rq, "Saved."));
      reply_redirect(rq, str_format(rq->arena, "/directory/%s/%.*s", e.kind->path,
                                    P(uuid_str(rq->arena, h.public_id))));
      return;
    }
    e.fault = save_sentence(rq, r);
    if (r == DB_CONFLICT) take_newest_version(&e);
  }
  show_form(&e);
}

/* ---- Publish, withdraw, "I checked this today". */
static enum db_result act(struct request *rq, struct service *s, struct str what) {
  if (str_eq(what, S("checked")))
    s->assured_on = rq->today;
  else if (str_eq(what, S("withdraw")))
    s->withdrawn_on = rq->today;
  else if (s->published_on == DAY_NONE)
    s->published_on = rq->today, s->withdrawn_on = DAY_NONE;
  else
    s->withdrawn_on = DAY_NONE;
  return save_record(rq, &service_type, s);
}

void edit_act(struct request *rq) {
  struct uuid id;
  struct service s;
  struct str what = str_of(strrchr(rq->route->path, '/') + 1), next = request_form(rq, "next");
  if (!uuid_parse(request_path(rq, "id"), &id) ||
      !record_load_public(rq->db, rq->arena, &service_type, id, &s)) {
    reply_not_found(rq);
    return;
  }
  enum db_result r = act(rq, &s, what);
  if (r != DB_OK)
    reply_flash(
        rq,
        SAID_OF(
            rq,
            "Somebody else changed this entry at the same moment. Look at it, then press again."));
  else if (str_eq(what, S("checked")))
    reply_flash(rq, SAID_OF(rq, "Thank you. Marked as checked today."));
  else
    reply_flash(rq, str_eq(what, S("withdraw")) ? SAID_OF(rq, "Taken off the directory.")
                                                : SAID_OF(rq, "On the directory now."));
  if (next.n)
    reply_redirect(rq, next);
  else
    reply_redirect(rq,
                   str_format(rq->arena, "/directory/services/%.*s", P(uuid_str(rq->arena, id))));
}

/* ---- What a source says. */
struct source_work {
  struct request *rq;
  const struct record_type *type;
  int64_t id;
  struct fact_source said;
  bool choose;
};

static enum db_result add_source(struct db *db, void *with) {
  const struct source_work *w = with;
  return source_add(db, w->rq->arena, w->type, w->id, &w->said, w->choose, w->rq->actor.user_id,
                    w->rq->now);
}

static struct str source_fault(struct request *rq, const struct field *f,
                               struct fact_source *said) {
  struct why why = {0};
  struct value v;
  struct str as_of = str_trim(request_form(rq, "as_of"));
  if (!f || !(f->flags & SOURCED)) return SAID_OF(rq, "Choose which fact the source speaks of.");
  if (!said->source.n)
    return SAID_OF(rq, "Say who says so: a report, a web page, a person's role.");
  if (!value_parse(rq->arena, f, request_form(rq, "value"), &v, &why))
    return str_copy(rq->arena, why_str(&why));
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
  struct source_work w = {
      .rq = rq, .type = e.kind->type, .id = h.id, .choose = request_has(rq, "choose")};
  record_clear(&fact_source_type, &w.said);
  const struct field *f = field_find(e.kind->type, request_form(rq, "field"));
  w.said.field = f ? str_of(f->name) : (struct str){0};
  w.said.source = utf8_head(str_trim(request_form(rq, "source")), 300);
  e.fault = e.is_new ? SAID_OF(rq, "Save the entry first.") : source_fault(rq, f, &w.said);
  if (!e.fault.n && db_atomically(rq->db, STORE_MAIN, add_source, &w) == DB_OK) {
    reply_flash(rq, SAID_OF(rq, "Kept, with who says so."));
    reply_redirect(rq, str_format(rq->arena, "/directory/%s/%.*s", e.kind->path,
                                  P(uuid_str(rq->arena, h.public_id))));
    return;
  }
  if (!e.fault.n) e.fault = save_sentence(rq, DB_FAILED);
  show_form(&e);
}
