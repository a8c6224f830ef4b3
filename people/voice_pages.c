/* voice_pages: who may see, speak or sign for somebody, decisions, a young person's own agreement,
 * and the reviews at 16, 18 and 25; the list of reviews due over everyone the asker may see. */
#include "db/list.h"
#include "people.html.h"
#include "people/pages.h"
#include "people/voice.h"

enum {
  CHANGERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING,
  UNDER_OWN_AGREEMENT = 16,
  AHEAD_DAYS = 60,
  REVIEWS_MAX = 100
};

static struct str said(struct request *rq, const struct message *m) {
  return words_of((enum language)rq->lang, m);
}

/* What was looked at is asked only where something could be due. */
static struct age_due due_of(struct request *rq, const struct person *p) {
  day_t began = instant_local_uk(p->created_at).day;
  struct age_due due = people_age_due(p->born_on, began, 0, rq->today);
  if (!due.stage) return due;
  return people_age_due(p->born_on, began, people_stages_done(rq->db, rq->arena, p->id), rq->today);
}

static struct str due_words(struct request *rq, struct age_due due) {
  struct str age = str_format(rq->arena, "%d", due.stage), day = day_words(rq->arena, due.due_on);
  return SAY(rq->arena, (enum language)rq->lang,
             T("Since {day} they are {age}: look again at their agreement, the notice, who can see "
               "their record, their schemes and the law. Nothing has ended by itself."),
             SLOT("day", day), SLOT("age", age));
}

/* ---- one person ---- */

static struct voice_row row_of(struct request *rq, enum voice v, const union voice_record *r) {
  struct voice_row row = {.id = uuid_str(rq->arena, r->head.public_id)};
  size_t cap = 0;
  const struct record_type *t = voice_kinds[v].type;
  for (size_t i = 0; i < t->n_fields; i++) {
    struct value value = field_get(&t->fields[i], r);
    if (!value.known || t->fields[i].kind == KIND_LINK) continue;
    *slice_push(rq->arena, &row.facts, &cap) =
        (struct person_fact){words_label((enum language)rq->lang, str_of(t->fields[i].label)),
                             value_words(rq->arena, &t->fields[i], value)};
  }
  if (v != VOICE_REPRESENTATIVE) return row;
  const struct representative *who = &r->representative;
  row.may_change = true;
  if (who->to_day != DAY_NONE && who->to_day < rq->today)
    row.note = PAGE_TITLE(rq, "Ended");
  else if (who->review_on != DAY_NONE && who->review_on <= rq->today)
    row.note = PAGE_TITLE(rq, "Look at this again");
  return row;
}

static void add_section(struct request *rq, struct person_voice_page *page, size_t *cap,
                        enum voice v, const struct person *p, struct sight sight) {
  const struct voice_kind *k = &voice_kinds[v];
  size_t room = 0;
  if (!(sight.classes & k->class_bit)) return;
  struct voice_section *s = slice_push(rq->arena, &page->sections, cap);
  *s = (struct voice_section){
      str_of(k->word), said(rq, k->title), said(rq, k->empty), said(rq, k->add), {0}};
  struct voice_records all = voice_read(rq->db, rq->arena, v, p->id, sight.classes);
  for (size_t i = 0; i < all.n; i++)
    *slice_push(rq->arena, &s->rows, &room) = row_of(rq, v, &all.p[i]);
}

static struct str young_words(struct request *rq, const struct person *p) {
  int age = day_age(p->born_on, rq->today);
  bool young = age >= 0 ? age < UNDER_OWN_AGREEMENT : str_eq(p->age_band, S("under_16"));
  return young ? PAGE_TITLE(rq,
                            "Under 16 they agree for themselves once they understand. A parent or "
                            "carer takes part unless they object or it would not be safe. No "
                            "parent sees this record unless it is written here.")
               : (struct str){0};
}

static void voice_page(struct request *rq, const struct person *p, struct sight sight,
                       struct person_voice_page *page) {
  size_t cap = 0;
  struct age_due due = due_of(rq, p);
  *page = (struct person_voice_page){
      .head = people_head(rq, p, sight, PAGE_TITLE(rq, "Agreement and who speaks")),
      .young = young_words(rq, p),
      .may_change = actor_has(&rq->actor, CHANGERS)};
  if (due.stage && sight.classes & CLASS_PLAN) page->due = due_words(rq, due);
  for (enum voice v = 0; v < VOICE_COUNT; v++) add_section(rq, page, &cap, v, p, sight);
}

void people_due_card(struct request *rq, const struct person *p, struct sight sight) {
  struct age_due due = due_of(rq, p);
  if (due.stage && sight.classes & CLASS_PLAN) view_people_due(rq->view, due_words(rq, due));
}

void people_voice_page(struct request *rq) {
  struct person p;
  struct sight sight;
  struct person_voice_page page;
  if (!people_open(rq, &p, &sight, CLASS_PLAN | CLASS_CONTACT)) return;
  voice_page(rq, &p, sight, &page);
  view_people_voice(rq->view, &page);
}

void people_voice_api(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_PLAN | CLASS_CONTACT)) return;
  struct age_due due = due_of(rq, &p);
  struct json_out j = json_to(rq->body);
  reply_type(rq, "application/json");
  json_open(&j);
  if (due.stage && sight.classes & CLASS_PLAN) json_put_i64(&j, "review_due", due.stage);
  for (enum voice v = 0; v < VOICE_COUNT; v++) {
    struct voice_records all = voice_read(rq->db, rq->arena, v, p.id, sight.classes);
    json_key(&j, str_of(voice_kinds[v].word));
    json_list(&j);
    for (size_t i = 0; i < all.n; i++)
      record_json(voice_kinds[v].type, &all.p[i], sight.classes, 0, &j);
    json_list_end(&j);
  }
  json_close(&j);
}

/* ---- a form ---- */

struct voice_edit {
  struct request *rq;
  enum voice v;
  struct person p;
  struct sight sight;
  union voice_record record;
  struct faults faults;
  bool old;
};

/* Which record the route is for, and whose. The last word, or the last but one with an id. */
static bool open_voice(struct request *rq, struct voice_edit *e) {
  struct str path = str_of(rq->route->path);
  struct uuid id;
  *e = (struct voice_edit){.rq = rq, .v = VOICE_REPRESENTATIVE, .old = str_ends(path, S("}"))};
  for (enum voice v = 0; v < VOICE_COUNT; v++)
    if (str_ends(path, str_of(voice_kinds[v].word))) e->v = v;
  const struct voice_kind *k = &voice_kinds[e->v];
  if (!people_open(rq, &e->p, &e->sight, k->class_bit)) return false;
  record_clear(k->type, &e->record);
  if (!e->old) return true;
  bool found = uuid_parse(request_path(rq, "representative"), &id) &&
               record_load_public(rq->db, rq->arena, k->type, id, &e->record) &&
               e->record.representative.person == e->p.id;
  if (!found) reply_not_found(rq);
  return found;
}

/* What stands in a new form: today, and the review that is due. */
static void begin(struct voice_edit *e) {
  if (e->old) return;
  switch (e->v) {
    case VOICE_YOUNG: e->record.young.said_on = e->rq->today; break;
    case VOICE_REVIEW: e->record.review.reviewed_on = e->rq->today; break;
    case VOICE_CAPACITY: e->record.capacity.decided_on = e->rq->today; break;
    default: e->record.representative.from_day = e->rq->today; break;
  }
}

static struct str draft_record(struct voice_edit *e) {
  struct str person = uuid_str(e->rq->arena, e->p.public_id);
  return e->old ? uuid_str(e->rq->arena, e->record.head.public_id) : person;
}

static struct str draft_name(struct voice_edit *e) {
  return str_format(e->rq->arena, "voice-%s", voice_kinds[e->v].word);
}

static void show(struct voice_edit *e, const struct posted *posted, bool from_draft) {
  struct request *rq = e->rq;
  const struct voice_kind *k = &voice_kinds[e->v];
  struct buf b = buf_open(1 << 18);
  struct record_form form = {.type = k->type,
                             .record = &e->record,
                             .posted = posted,
                             .faults = &e->faults,
                             .lang = (enum language)rq->lang};
  record_form(&form, rq->arena, &b);
  if (e->old) record_form_version(&e->record, &b);
  struct voice_form_page page = {
      .head = people_head(rq, &e->p, e->sight, PAGE_TITLE(rq, "Agreement and who speaks")),
      .title = said(rq, k->add),
      .action = rq->path,
      .draft = draft_name(e),
      .record = draft_record(e),
      .form = {str_copy(rq->arena, buf_str(&b))},
      .from_draft = from_draft};
  buf_free(&b);
  view_people_voice_form(rq->view, &page);
}

void people_voice_form(struct request *rq) {
  struct voice_edit e;
  struct draft draft = {0};
  if (!open_voice(rq, &e)) return;
  struct typed typed = {rq, NULL};
  struct posted posted = {typed_values, &typed};
  bool sent = rq->form.n > 0;
  bool half = !sent && draft_load(rq, draft_name(&e), draft_record(&e), &draft);
  if (half) typed.draft = &draft;
  begin(&e);
  show(&e, sent || half ? &posted : NULL, half);
}

static enum db_result keep(struct voice_edit *e) {
  struct request *rq = e->rq;
  const struct record_type *t = voice_kinds[e->v].type;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      e->old ? record_update(rq->db, rq->arena, t, &e->record, rq->actor.user_id, rq->now)
             : record_insert(rq->db, rq->arena, t, &e->record, rq->actor.user_id, rq->now);
  if (result == DB_OK && e->v == VOICE_REVIEW && !permission_is_restricted(rq->db, e->p.id)) {
    struct person whole;
    result = people_whole(rq->db, rq->arena, e->p.id, &whole)
                 ? people_stages_write(rq->db, rq->arena, &whole)
                 : DB_FAILED;
  }
  audit_did(rq, "wrote down agreement", e->p.id, voice_kinds[e->v].class_bit);
  if (result == DB_OK) return db_commit(rq->db, STORE_MAIN);
  db_rollback(rq->db, STORE_MAIN);
  return result;
}

/* Somebody else changed it meanwhile: what was typed stays, and the next save is a choice. */
static void meanwhile(struct voice_edit *e) {
  union voice_record now;
  size_t room = e->faults.n;
  record_clear(voice_kinds[e->v].type, &now);
  if (record_load(e->rq->db, e->rq->arena, voice_kinds[e->v].type, e->record.head.id, &now))
    e->record.head.version = now.head.version;
  *slice_push(e->rq->arena, &e->faults, &room) = (struct fault){
      field_find(voice_kinds[e->v].type, S("name")),
      PAGE_TITLE(e->rq, "Somebody else changed this meanwhile. What you typed is below; look at "
                        "theirs in another window, then save again.")};
  reply_status(e->rq, 409);
  show(e, NULL, false);
}

void people_voice_post(struct request *rq) {
  struct voice_edit e;
  if (!open_voice(rq, &e)) return;
  struct typed typed = {rq, NULL};
  struct posted posted = {typed_values, &typed};
  e.faults = record_form_read(voice_kinds[e.v].type, NULL, &posted, rq->arena, &e.record);
  size_t room = e.faults.n;
  e.record.representative.person = e.p.id; /* the first field of all four */
  if (e.v == VOICE_REVIEW) e.record.review.stage = due_of(rq, &e.p).stage;
  voice_check(rq, e.v, &e.p, &e.record, &e.faults, &room);
  if (e.faults.n) {
    reply_status(rq, 422);
    show(&e, &posted, false);
    return;
  }
  enum db_result result = keep(&e);
  if (result == DB_CONFLICT && e.old) {
    meanwhile(&e);
  } else if (result != DB_OK) {
    reply_refuse(rq, 503,
                 PAGE_TITLE(rq, "That could not be saved just now. What you typed is kept; "
                                "try again in a minute."));
  } else {
    draft_drop(rq, draft_name(&e), draft_record(&e));
    reply_flash(rq, PAGE_TITLE(rq, "Saved."));
    reply_redirect(
        rq, str_format(rq->arena, "/people/%.*s/agreement", P(uuid_str(rq->arena, e.p.public_id))));
  }
}

/* ---- reviews due over everyone ---- */

/* The day is always given. */
#define DUE_SELECT                                                                                 \
  "/* scan: never without the day */ select m.person_id, g.stage, g.due_on " MAY_SEE_FROM
LIST(reviews_of_team, STORE_MAIN, DUE_SELECT,
     SCOPE("join age_stage g on g.person_id = m.person_id " MAY_SEE_SCOPE_FEW),
     FILTERS("g.due_on <= ?"), SORTS("g.due_on, g.person_id, g.stage"));
LIST(reviews_of_worker, STORE_MAIN, DUE_SELECT,
     SCOPE("join age_stage g on g.person_id = m.person_id " MAY_SEE_SCOPE_FEW MAY_SEE_OWN),
     FILTERS("g.due_on <= ?"), SORTS("g.due_on, g.person_id, g.stage"));

static void add_review(struct request *rq, struct reviews_page *page, size_t *cap, int64_t id,
                       struct sight sight, int stage, day_t on) {
  if (!(sight.classes & CLASS_PLAN)) return;
  struct people_row who = people_row_of(rq, id, sight);
  *slice_push(rq->arena, &page->due, cap) = (struct review_row){
      who.id, who.name, who.safe, str_format(rq->arena, "%d", stage), day_words(rq->arena, on)};
}

static void read_listed(struct request *rq, struct reviews_page *page, size_t *cap) {
  int64_t ids[REVIEWS_MAX], one;
  int stage[REVIEWS_MAX];
  day_t on[REVIEWS_MAX];
  size_t n = 0;
  struct list_ask ask = {.limit = REVIEWS_MAX};
  permission_scope(rq->arena, &rq->actor, rq->today, ask.scope);
  ask.filter[0].on = true, ask.filter[0].v = db_day(rq->arena, rq->today + AHEAD_DAYS);
  struct rows r = list_rows(
      rq->db, rq->arena,
      permission_whole_team(rq->db, rq->arena, &rq->actor) ? &reviews_of_team : &reviews_of_worker,
      &ask);
  for (; db_next(&r); n++)
    ids[n] = row_int(&r, 0), stage[n] = (int)row_int(&r, 1), on[n] = row_day(&r, 2);
  for (size_t i = 0; i < n; i++) {
    struct sight sight;
    bool later = false; /* a later stage is due too: it looks at all the earlier one would */
    for (size_t k = i + 1; k < n; k++) later |= ids[k] == ids[i] && on[k] <= rq->today;
    one = ids[i];
    if (!later && permission_recheck(rq, &one, &sight, 1))
      add_review(rq, page, cap, one, sight, stage[i], on[i]);
  }
}

/* People who hide have no row in the projection: theirs are worked out for the workers named. */
static void read_named(struct request *rq, struct reviews_page *page, size_t *cap) {
  int64_t ids[PEOPLE_A_PAGE];
  struct sight sights[PEOPLE_A_PAGE];
  size_t n =
      permission_named_for(rq->db, rq->arena, &rq->actor, rq->today, rq->now, ids, countof(ids));
  n = permission_recheck(rq, ids, sights, n);
  for (size_t i = 0; i < n; i++) {
    struct person p;
    if (!people_read(rq->db, rq->arena, ids[i], sights[i], &p)) continue;
    struct age_due due = due_of(rq, &p);
    if (due.stage) add_review(rq, page, cap, ids[i], sights[i], due.stage, due.due_on);
  }
}

static struct reviews_page read_reviews(struct request *rq) {
  struct reviews_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Reviews due"))};
  size_t cap = 0;
  audit_shows(rq, 0, 0); /* looked; who was shown is added row by row */
  read_listed(rq, &page, &cap);
  read_named(rq, &page, &cap);
  return page;
}

void people_reviews_page(struct request *rq) {
  struct reviews_page page = read_reviews(rq);
  view_people_reviews(rq->view, &page);
}

void people_reviews_api(struct request *rq) {
  struct reviews_page page = read_reviews(rq);
  struct json_out j = json_to(rq->body);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("reviews"));
  json_list(&j);
  for (size_t i = 0; i < page.due.n; i++) {
    json_open(&j);
    json_put_str(&j, "id", page.due.p[i].id);
    json_put_str(&j, "name", page.due.p[i].name);
    json_put_str(&j, "stage", page.due.p[i].stage);
    json_put_str(&j, "due_on", page.due.p[i].due_on);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}
