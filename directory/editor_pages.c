/* Lists, reminders and history for editors. */
#include "editor.html.h"
#include "directory/night.h"
#include "directory/oruk.h"
#include "directory/pages.h"

enum { ROWS_PER_PAGE = 50, REMINDERS_MAX = 100, HISTORY_MAX = 200 };
static const struct {
  const char *code, *label;
} states[] = {{"", "Any"},
              {"live", "Live"},
              {"check", "Needs a check"},
              {"paused", "Closed for now"},
              {"ahead", "Not started yet"},
              {"ended", "Ended"},
              {"off", "Not published"}};
static const char *const state_codes[] = {
    [STANDING_WITHDRAWN] = "off", [STANDING_ENDED] = "ended",     [STANDING_NOT_STARTED] = "ahead",
    [STANDING_PAUSED] = "paused", [STANDING_UNCHECKED] = "check", [STANDING_LIVE] = "live"};

struct listed {
  int64_t id; /* of a service */
  struct editor_row row;
  struct standing standing;
};
struct listing {
  struct {
    struct listed *p;
    size_t n;
  } all;
  size_t cap;
};

static void row_state(struct request *rq, const struct standing_facts *f, struct listed *l) {
  l->standing = standing_of(f, rq->today);
  l->row.state = standing_word(l->standing.state);
  l->row.live = l->standing.state == STANDING_LIVE;
  l->row.quiet = l->standing.state == STANDING_WITHDRAWN || l->standing.state == STANDING_ENDED;
  day_t due = l->standing.review_due;
  bool soon = due != DAY_NONE && !l->row.quiet && due <= rq->today + REVIEW_SOON_DAYS;
  if (!soon) return;
  const struct message *words = due < rq->today ? T("Check was due by {day}") : T("Check by {day}");
  l->row.due =
      SAY(rq->arena, (enum language)rq->lang, words, SLOT("day", day_words(rq->arena, due)));
}

static struct str path_of(struct request *rq, const char *kind, struct uuid id) {
  char text[37];
  uuid_text(id, text);
  return str_format(rq->arena, "/directory/%s/%s", kind, text);
}

/* Every service with its state; 20,000 are read in some tens of milliseconds, and nothing is cut
 * off before the filters. */
static void list_services(struct request *rq, struct str search, struct listing *out) {
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select s.public_id, s.name, o.name, s.status, s.published_on, "
                  "s.withdrawn_on, s.starts, s.ends, s.assured_on, "
                  "s.review_days, s.phone, s.id from service s join organisation o on o.id = "
                  "s.organisation order by s.name, s.id"));
  while (db_next(&r)) {
    struct str name = row_text(&r, 1), organisation = row_text(&r, 2);
    if (search.n && !words_hold(utf8_fold(rq->arena, str_format(rq->arena, "%.*s %.*s", P(name),
                                                                P(organisation))),
                                search))
      continue;
    struct standing_facts f = {row_day(&r, 4), row_day(&r, 5),
                               row_day(&r, 6), row_day(&r, 7),
                               row_day(&r, 8), row_null(&r, 9) ? NUMBER_NONE : row_int(&r, 9),
                               row_text(&r, 3)};
    struct listed *l = slice_push(rq->arena, &out->all, &out->cap);
    struct uuid id = row_uuid(&r, 0);
    *l = (struct listed){.id = row_int(&r, 11),
                         .row = {.path = path_of(rq, "services", id),
                                 .name = name,
                                 .organisation = organisation,
                                 .phone = row_text(&r, 10),
                                 .id = uuid_str(rq->arena, id)}};
    row_state(rq, &f, l);
  }
}

/* Organisations, places and schemes: a name and a line that tells them apart. */
static struct rows plain_rows(struct request *rq, const struct editable *kind) {
  if (kind->type == &organisation_type)
    return db_rows(rq->db, rq->arena,
                   SQL("select public_id, name, '' from organisation order by name, id"));
  if (kind->type == &location_type)
    return db_rows(
        rq->db, rq->arena,
        SQL("select public_id, coalesce(name, address_1), city from location order by name, id"));
  if (kind->type == &national_row_type)
    return db_rows(rq->db, rq->arena,
                   SQL("select public_id, name, source from national_programme order by "
                       "row_number, id"));
  return db_rows(rq->db, rq->arena,
                 SQL("select public_id, name, place from scheme order by name, id"));
}

static void list_plain(struct request *rq, const struct editable *kind, struct str search,
                       struct listing *out) {
  struct rows r = plain_rows(rq, kind);
  while (db_next(&r)) {
    struct str name = row_text(&r, 1), where = row_text(&r, 2);
    if (search.n &&
        !words_hold(utf8_fold(rq->arena, str_format(rq->arena, "%.*s %.*s", P(name), P(where))),
                    search))
      continue;
    struct listed *l = slice_push(rq->arena, &out->all, &out->cap);
    *l = (struct listed){.row = {.path = path_of(rq, kind->path, row_uuid(&r, 0)),
                                 .organisation = where,
                                 .name = name.n ? name : SAID_OF(rq, "(no name)")}};
  }
}

static size_t keep_state(struct listing *l, struct str state) {
  size_t kept = 0;
  for (size_t i = 0; i < l->all.n; i++)
    if (!state.n || str_eq(str_of(state_codes[l->all.p[i].standing.state]), state))
      l->all.p[kept++] = l->all.p[i];
  return l->all.n = kept;
}

static struct str page_path(struct request *rq, const struct editor_list_page *p, struct str state,
                            int64_t page) {
  struct buf b = buf_open(8192);
  buf_format(&b, "/directory/%s?page=%lld&state=%.*s&q=", p->kind->path, (long long)page, P(state));
  struct view v = *rq->view;
  v.out = &b;
  view_query_str(&v, p->search);
  struct str out = str_copy(rq->arena, buf_str(&b));
  buf_free(&b);
  return out;
}

static void list_choices(struct request *rq, struct str state, struct editor_list_page *p) {
  struct option *kinds = arena_many(rq->arena, struct option, editables_n);
  struct option *all = arena_many(rq->arena, struct option, countof(states));
  for (size_t i = 0; i < editables_n; i++)
    kinds[i] = (struct option){str_of(editables[i].path), str_of(editables[i].many),
                               &editables[i] == p->kind};
  for (size_t i = 0; i < countof(states); i++)
    all[i] = (struct option){str_of(states[i].code), str_of(states[i].label),
                             str_eq(state, str_of(states[i].code))};
  p->kinds.p = kinds, p->kinds.n = editables_n, p->states.p = all, p->states.n = countof(states);
}

static bool needs_check(const struct listed *l, day_t today) {
  enum standing_state s = l->standing.state;
  return s == STANDING_UNCHECKED ||
         (s == STANDING_LIVE && l->standing.review_due <= today + REVIEW_SOON_DAYS);
}

static int64_t count_to_check(struct request *rq, const struct listing *given) {
  struct listing all = {0};
  int64_t n = 0;
  if (!given) list_services(rq, (struct str){0}, &all), given = &all;
  for (size_t i = 0; i < given->all.n; i++) n += needs_check(&given->all.p[i], rq->today);
  return n;
}

void editor_list(struct request *rq) {
  struct editor_list_page p = {.search = str_trim(request_query(rq, "q"))};
  struct str state = request_query(rq, "state"), folded = utf8_fold(rq->arena, p.search);
  struct listing l = {0};
  int64_t page = 1;
  p.kind = request_path(rq, "kind").n ? editable_of(rq) : &editables[0];
  if (!p.kind) return;
  p.services = p.kind->type == &service_type;
  if (!str_to_i64(request_query(rq, "page"), &page) || page < 1) page = 1;
  if (p.services)
    list_services(rq, folded, &l);
  else
    list_plain(rq, p.kind, folded, &l);
  p.to_check = count_to_check(rq, p.services && !folded.n ? &l : NULL);
  if (p.services) keep_state(&l, state);
  size_t from = (size_t)(page - 1) * ROWS_PER_PAGE, n = from < l.all.n ? l.all.n - from : 0;
  if (n > ROWS_PER_PAGE) n = ROWS_PER_PAGE;
  struct editor_row *rows = arena_many(rq->arena, struct editor_row, n + 1);
  for (size_t i = 0; i < n; i++) rows[i] = l.all.p[from + i].row;
  p.rows.p = rows, p.rows.n = n, p.total = l.all.n, p.first = from + 1;
  if (page > 1) p.before = page_path(rq, &p, state, page - 1);
  if (from + n < l.all.n) p.after = page_path(rq, &p, state, page + 1);
  list_choices(rq, state, &p);
  p.layout = page_layout(rq, PAGE_TITLE(rq, "The directory"));
  view_directory_editor_list(rq->view, &p);
}

static int by_due(const void *x, const void *y) {
  const struct listed *a = x, *b = y;
  if (a->standing.review_due != b->standing.review_due)
    return a->standing.review_due < b->standing.review_due ? -1 : 1;
  return str_cmp(a->row.name, b->row.name);
}

void editor_reminders(struct request *rq) {
  struct listing l = {0};
  struct editor_reminders_page p = {0};
  list_services(rq, (struct str){0}, &l);
  size_t kept = 0;
  for (size_t i = 0; i < l.all.n; i++)
    if (needs_check(&l.all.p[i], rq->today)) l.all.p[kept++] = l.all.p[i];
  if (kept) qsort(l.all.p, kept, sizeof *l.all.p, by_due);
  size_t n = kept < REMINDERS_MAX ? kept : REMINDERS_MAX;
  struct editor_row *rows = arena_many(rq->arena, struct editor_row, n + 1);
  for (size_t i = 0; i < n; i++) {
    rows[i] = l.all.p[i].row;
    day_t on = reminder_asked_on(rq->db, rq->arena, l.all.p[i].id);
    if (on != DAY_NONE)
      rows[i].asked = SAY(rq->arena, (enum language)rq->lang, T("Asked by mail on {day}"),
                          SLOT("day", day_words(rq->arena, on)));
  }
  p.rows.p = rows, p.rows.n = n, p.total = kept, p.mail = page_site()->mail_url.n > 0;
  p.layout = page_layout(rq, PAGE_TITLE(rq, "To check"));
  view_directory_reminders(rq->view, &p);
}

/* ---- History. */
static directory_user_name *user_name;
void directory_user_names_use(directory_user_name *name) { user_name = name; }

struct str editor_name(struct request *rq, int64_t user_id) {
  if (!user_id) return SAID_OF(rq, "Waymark itself");
  struct str name = user_name ? user_name(rq->db, rq->arena, user_id) : (struct str){0};
  return name.n ? name : str_format(rq->arena, "#%lld", (long long)user_id);
}

struct str when_words(struct request *rq, instant_t t) {
  static const struct field instant = {.kind = KIND_INSTANT};
  return value_words(rq->arena, &instant,
                     (struct value){.kind = KIND_INSTANT, .known = t != INSTANT_NONE, .i = t});
}

static struct str side_words(struct request *rq, const struct change *c, struct str text) {
  struct value v;
  int64_t id;
  struct organisation o;
  if (!text.n) return SAID_OF(rq, "Not known");
  if (c->field && c->field->kind == KIND_LINK &&
      str_eq(str_of(c->field->list), S("organisation")) && str_to_i64(text, &id) &&
      record_load(rq->db, rq->arena, &organisation_type, id, &o))
    return o.name;
  if (!c->field || (c->field->flags & SEALED) || !value_parse(rq->arena, c->field, text, &v, NULL))
    return text;
  return value_words(rq->arena, c->field, v);
}

static void history_row(struct request *rq, const struct revision *r, struct history_row *out) {
  struct history_change *c = arena_many(rq->arena, struct history_change, r->changes.n + 1);
  for (size_t i = 0; i < r->changes.n; i++) {
    const struct change *change = &r->changes.p[i];
    c[i] = (struct history_change){change->field ? str_of(change->field->label) : change->name,
                                   side_words(rq, change, change->before),
                                   side_words(rq, change, change->after)};
  }
  *out = (struct history_row){
      .when = when_words(rq, r->at), .who = editor_name(rq, r->user_id), .source = r->source};
  out->what = str_eq(r->what, S("insert"))   ? S("Added")
              : str_eq(r->what, S("delete")) ? S("Taken away")
                                             : S("Changed");
  out->changes.p = c, out->changes.n = r->changes.n;
}

void editor_history(struct request *rq) {
  const struct editable *kind = editable_of(rq);
  struct uuid id;
  if (!kind) return;
  void *record = arena_alloc(rq->arena, kind->type->size, 16, 1);
  if (!uuid_parse(request_path(rq, "id"), &id) ||
      !record_load_public(rq->db, rq->arena, kind->type, id, record)) {
    reply_not_found(rq);
    return;
  }
  struct record_head h;
  memcpy(&h, record, sizeof h);
  struct revisions all = record_history(rq->db, rq->arena, kind->type, h.id, HISTORY_MAX);
  struct history_row *rows = arena_many(rq->arena, struct history_row, all.n + 1);
  for (size_t i = 0; i < all.n; i++) history_row(rq, &all.p[i], &rows[i]);
  struct history_page p = {.name = field_get(field_find(kind->type, S("name")), record).s,
                           .back = path_of(rq, kind->path, id)};
  p.rows.p = rows, p.rows.n = all.n;
  p.layout = page_layout(rq, PAGE_TITLE(rq, "What was changed"));
  view_directory_history(rq->view, &p);
}
