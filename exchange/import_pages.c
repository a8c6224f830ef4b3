/* import_pages: a spreadsheet is sent, shown as it would be read, and read in. Whoever looks like
 * somebody the sender may see is asked about; about anybody else the page is silent. */
#include "base/planted.h"
#include "db/list.h"
#include "exchange.html.h"
#include "exchange/inside.h"
#include "exchange/pages.h"
#include "known/known.h"

enum { FIRST_SHOWN = 5, NAMES_SHOWN = 100, BATCHES_SHOWN = 50, SAME_MAX = 20 };

/* ---- the list, and sending a file ---- */

static struct str state_words(struct request *rq, struct str state) {
  if (str_eq(state, S("looked"))) return PAGE_TITLE(rq, "Looked at, not read in");
  if (str_eq(state, S("going"))) return PAGE_TITLE(rq, "Being read in");
  if (str_eq(state, S("undoing"))) return PAGE_TITLE(rq, "Being undone");
  if (str_eq(state, S("undone"))) return PAGE_TITLE(rq, "Undone");
  return PAGE_TITLE(rq, "Read in");
}

static struct str when_words(struct request *rq, instant_t at) {
  struct local l = instant_local_uk(at);
  return str_format(rq->arena, "%.*s, %02d:%02d", P(day_words(rq->arena, l.day)), l.minute / 60,
                    l.minute % 60);
}

static void show_list(struct request *rq, struct str fault) {
  struct import_list_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "People from a spreadsheet")), .fault = fault};
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select b.public_id, b.made_at, b.state, b.people, u.name from "
                              "import_batch b join user_account u on u.id = b.user_id where "
                              "b.user_id = ?1 order by b.id desc limit ?2"),
                          V(rq->actor.user_id), V((int64_t)BATCHES_SHOWN));
  while (db_next(&r)) {
    struct str id = row_text(&r, 0), state = row_text(&r, 2);
    *slice_push(rq->arena, &page.rows, &cap) = (struct import_row){
        .path = str_format(rq->arena, "/import/%.*s", P(id)),
        .when = when_words(rq, row_instant(&r, 1)),
        .state = state_words(rq, state),
        .people = row_int(&r, 3),
        .by = row_text(&r, 4),
        .undoable = str_eq(state, S("done"))};
  }
  view_import_list(rq->view, &page);
}

void import_list_page(struct request *rq) { show_list(rq, (struct str){0}); }

void import_upload(struct request *rq) {
  struct str bytes;
  struct uuid id;
  struct why why = {0};
  bool good = request_file_bytes(rq, "file", SHEET_BYTES_MAX, &bytes, &why);
  if (good) {
    db_begin(rq->db, STORE_MAIN);
    good = exchange_sheet_send(rq->db, rq->arena, &rq->actor, bytes, rq->now, &id, &why);
    audit_did(rq, "spreadsheet of people sent", 0, 0);
    if (!good) db_rollback(rq->db, STORE_MAIN);
    else if (db_commit(rq->db, STORE_MAIN) != DB_OK)
      good = why_say(&why, "The file could not be kept just now. Send it again.");
  }
  if (good) {
    reply_redirect(rq, str_format(rq->arena, "/import/%.*s", P(uuid_str(rq->arena, id))));
    return;
  }
  reply_status(rq, 422);
  show_list(rq, words_label((enum language)rq->lang, str_copy(rq->arena, why_str(&why))));
}

/* ---- who looks like somebody known ---- */

#define NAMED "m.name_fold = ?"
LIST(named_in_team, STORE_MAIN, "select m.person_id " MAY_SEE_FROM, SCOPE(MAY_SEE_SCOPE),
     FILTERS(NAMED), SORTS("m.name_fold, m.person_id"));
LIST(named_of_worker, STORE_MAIN, "select m.person_id " MAY_SEE_FROM,
     SCOPE(MAY_SEE_SCOPE MAY_SEE_OWN), FILTERS(NAMED), SORTS("m.name_fold, m.person_id"));

struct looking {
  struct request *rq;
  struct batch batch;
  struct sheet sheet;
  struct sheet_plan plan;
  struct sheet_people found;
  bool whole;
  size_t unanswered;
  struct { struct import_alike *p; size_t n; } alike;
  size_t room;
};

static size_t same_name(struct looking *l, struct str name, int64_t *ids) {
  struct request *rq = l->rq;
  struct list_ask ask = {.limit = SAME_MAX};
  size_t n = 0;
  permission_scope(rq->arena, &rq->actor, rq->today, ask.scope);
  ask.filter[0].on = true, ask.filter[0].v = V(utf8_fold(rq->arena, name));
  struct rows r =
      list_rows(rq->db, rq->arena, l->whole ? &named_in_team : &named_of_worker, &ask);
  while (db_next(&r)) ids[n++] = row_int(&r, 0);
  return n;
}

/* Same name and no other birthday. */
static bool same_person(struct looking *l, const struct sheet_person *p, const struct person *k) {
  bool born_apart = p->person.born_on != DAY_NONE && k->born_on != DAY_NONE &&
                    p->person.born_on != k->born_on;
  return !born_apart &&
         str_eq(utf8_fold(l->rq->arena, p->person.name), utf8_fold(l->rq->arena, k->name));
}

static void add_alike(struct looking *l, const struct sheet_person *p, const struct person *k,
                      struct sight sight, struct strs reasons) {
  struct request *rq = l->rq;
  int64_t choice = batch_choice(rq->db, &l->batch, p->line);
  if (choice < 0) l->unanswered++;
  audit_shows(rq, k->id, sight.classes & (CLASS_IDENTITY | CLASS_CONTACT));
  *slice_push(rq->arena, &l->alike, &l->room) = (struct import_alike){
      .line = str_format(rq->arena, "%lld", (long long)p->line),
      .row_name = p->person.name,
      .name = k->name,
      .id = uuid_str(rq->arena, k->public_id),
      .why = words_label((enum language)rq->lang, permission_words(rq->arena, sight)),
      .field = str_format(rq->arena, "k%lld", (long long)p->line),
      .reasons = reasons,
      .same = choice == k->id,
      .other = choice == 0};
}

/* Only people the sender may see are ever met here, each by the full predicate: those "already
 * known here?" finds (known.h: whatever was mistyped or has changed), else one of the same name. */
static void find_alike(struct looking *l, const struct sheet_person *p) {
  struct request *rq = l->rq;
  int64_t ids[SAME_MAX * 2];
  struct known_asked asked = known_asked_of(&p->person);
  struct known_hit hit;
  if (l->alike.n == ALIKE_MAX) return;
  if (known_likeliest(rq, &asked, &hit)) {
    add_alike(l, p, &hit.person, hit.sight, hit.reasons);
    return;
  }
  size_t n = same_name(l, p->person.name, ids);
  if (PLANTED == PLANTED_TELLS_ALL)
    n += people_by_phone(rq->db, rq->arena, p->person.phone, ids + n, SAME_MAX);
  for (size_t i = 0; i < n; i++) {
    struct sight sight =
        permission_sight(rq->db, rq->arena, &rq->actor, ids[i], rq->today, rq->now);
    struct person k;
    if (PLANTED == PLANTED_TELLS_ALL) sight = (struct sight){ALL_CLASSES, SIGHT_TEAM, DAY_NONE};
    if (!sight.classes || !people_seen(rq, ids[i], sight, &k)) continue;
    if (same_person(l, p, &k) || PLANTED == PLANTED_TELLS_ALL) {
      add_alike(l, p, &k, sight, (struct strs){0});
      return;
    }
  }
}

/* ---- one file ---- */

static bool open_batch(struct request *rq, struct batch *b) {
  struct uuid id;
  if (uuid_parse(request_path(rq, "id"), &id) && batch_load(rq->db, rq->arena, id, b) &&
      b->user_id == rq->actor.user_id && b->team_id == rq->actor.team_id)
    return true;
  reply_not_found(rq);
  return false;
}

/* Reads the file as it is decided so far. False: the reply is a sentence. */
static bool look(struct request *rq, struct looking *l) {
  struct why why = {0};
  if (!batch_sheet(rq->arena, &l->batch, &l->sheet, &why)) {
    reply_refuse(rq, 422, words_label((enum language)rq->lang, str_copy(rq->arena, why_str(&why))));
    return false;
  }
  l->rq = rq;
  if (!l->plan.n) plan_of(&l->batch, &l->sheet, &l->plan);
  sheet_people(rq->arena, &l->sheet, &l->plan, instant_local_uk(l->batch.made_at).day, rq->lang,
               &l->found);
  l->whole = permission_whole_team(rq->db, rq->arena, &rq->actor);
  for (size_t i = 0; i < l->found.people.n; i++)
    if (!l->found.people.p[i].stopped) find_alike(l, &l->found.people.p[i]);
  audit_shows(rq, 0, 0);
  return true;
}

static struct exchange_options target_options(struct request *rq, const struct target *chosen) {
  struct exchange_options out = {arena_many(rq->arena, struct exchange_option, sheet_targets_n),
                                 sheet_targets_n};
  for (size_t i = 0; i < sheet_targets_n; i++)
    out.p[i] = (struct exchange_option){
        str_of(sheet_targets[i].code),
        words_of((enum language)rq->lang, sheet_targets[i].label),
        &sheet_targets[i] == chosen};
  return out;
}

static void show_columns(struct looking *l, struct import_page *page) {
  struct request *rq = l->rq;
  size_t cap = 0;
  for (size_t i = 0; i < l->plan.n; i++) {
    enum target_kind kind = l->plan.of[i]->kind;
    if (kind == TARGET_KEEP) page->kept++;
    else if (kind < TARGET_KEEP) page->left++;
    else page->sure++;
    *slice_push(rq->arena, &page->columns, &cap) = (struct import_column){
        .name = l->sheet.headings.p[i].name,
        .example = l->sheet.headings.p[i].example,
        .field = str_format(rq->arena, "t%zu", i),
        .options = target_options(rq, l->plan.of[i])};
  }
}

TEXT_MESSAGE(sign_note, "To know");
TEXT_MESSAGE(sign_kept, "Kept as words");
TEXT_MESSAGE(sign_stops, "Not read in");
static const struct message *const signs[] = {&sign_note, &sign_kept, &sign_stops};

static void show_remarks(struct looking *l, struct import_page *page) {
  struct request *rq = l->rq;
  size_t cap = 0;
  for (size_t i = 0; i < l->found.remarks.n; i++) {
    const struct remark *m = &l->found.remarks.p[i];
    *slice_push(rq->arena, &page->remarks, &cap) = (struct import_remark){
        str_format(rq->arena, "%lld", (long long)m->line), m->cell, m->heading, m->sentence,
        words_of((enum language)rq->lang, signs[m->weight])};
  }
  page->remarks_more = (int64_t)(l->found.remarks_in_all - l->found.remarks.n);
}

static void show_first(struct looking *l, struct import_page *page) {
  struct request *rq = l->rq;
  size_t cap = 0;
  for (size_t i = 0; i < l->found.people.n && page->first.n < FIRST_SHOWN; i++) {
    const struct sheet_person *p = &l->found.people.p[i];
    *slice_push(rq->arena, &page->first, &cap) = (struct import_person){
        str_format(rq->arena, "%lld", (long long)p->line), p->person.name, p->person.phone,
        p->person.born_on == DAY_NONE ? (struct str){0} : day_words(rq->arena, p->person.born_on),
        (int64_t)p->contacts.n};
  }
}

static void show_safe_ways(struct looking *l, struct import_page *page) {
  const struct code_list *codes = code_list("safe_ways");
  size_t cap = 0;
  for (size_t i = 0; codes && i < codes->n; i++)
    *slice_push(l->rq->arena, &page->safe_ways, &cap) = (struct exchange_option){
        codes->p[i].code, words_label((enum language)l->rq->lang, codes->p[i].label),
        str_eq(codes->p[i].code, l->plan.safe_way)};
}

static void show_looked(struct looking *l, struct str fault) {
  struct request *rq = l->rq;
  struct import_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "People from a spreadsheet")),
                             .id = uuid_str(rq->arena, l->batch.public_id),
                             .fault = fault,
                             .looked = true,
                             .rows = (int64_t)l->sheet.rows.n,
                             .people = (int64_t)l->found.going,
                             .stopped = (int64_t)(l->found.people.n - l->found.going),
                             .contacts = (int64_t)l->found.contacts,
                             .remembered = l->batch.safe_way.n > 0};
  page.alike.p = l->alike.p, page.alike.n = l->alike.n;
  show_columns(l, &page);
  page.columns_open = page.kept > 0 && !page.remembered;
  show_remarks(l, &page);
  show_first(l, &page);
  show_safe_ways(l, &page);
  view_import_one(rq->view, &page);
}

/* Under way, done or undone: how far it is. The page asks again by itself. */
static void show_standing(struct request *rq, const struct batch *b) {
  struct job_standing s = {0};
  bool moving = str_eq(b->state, S("going")) || str_eq(b->state, S("undoing"));
  struct import_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "People from a spreadsheet")),
                             .id = uuid_str(rq->arena, b->public_id),
                             .people = b->people,
                             .going = str_eq(b->state, S("going")),
                             .undoing = str_eq(b->state, S("undoing")),
                             .done = str_eq(b->state, S("done")),
                             .undone = str_eq(b->state, S("undone"))};
  if (moving && job_look(rq->db, rq->arena, b->job_id, &s)) {
    page.failed = s.status == JOB_ENDED_BADLY;
    page.fault = page.failed ? words_label((enum language)rq->lang, s.said) : (struct str){0};
    if (s.n_steps)
      page.progress =
          SAY(rq->arena, (enum language)rq->lang, T("{done} of {all}"),
              SLOT("done", number_words(rq->arena, s.steps[s.n_steps - 1].done)),
              SLOT("all", number_words(rq->arena, s.steps[s.n_steps - 1].total)));
  }
  if (moving && !page.failed) reply_header(rq, "Refresh", S("3"));
  audit_shows(rq, 0, 0);
  view_import_one(rq->view, &page);
}

void import_page(struct request *rq) {
  struct looking l = {0};
  if (!open_batch(rq, &l.batch)) return;
  if (!str_eq(l.batch.state, S("looked"))) show_standing(rq, &l.batch);
  else if (look(rq, &l)) show_looked(&l, (struct str){0});
}

/* ---- deciding ---- */

static void read_plan(struct request *rq, struct looking *l) {
  char name[16];
  plan_of(&l->batch, &l->sheet, &l->plan);
  for (size_t i = 0; i < l->plan.n; i++) {
    struct str field = str_format(rq->arena, "t%zu", i);
    memcpy(name, field.p, field.n), name[field.n] = 0;
    const struct target *t = sheet_target(request_form(rq, name));
    if (t) l->plan.of[i] = t;
  }
  struct str way = request_form(rq, "safe_way");
  if (code_find(code_list("safe_ways"), way)) l->plan.safe_way = way;
}

/* The answer must be about the very person the page asked about, who may be seen now. */
static enum db_result keep_answers(struct looking *l) {
  struct request *rq = l->rq;
  enum db_result result = DB_OK;
  for (size_t i = 0; i < l->alike.n && result == DB_OK; i++) {
    struct import_alike *k = &l->alike.p[i];
    struct str said = request_form(rq, str_c(rq->arena, k->field));
    int64_t line = 0, person = 0;
    struct uuid id;
    bool same = str_eq(said, k->id), other = str_eq(said, S("other"));
    str_to_i64(k->line, &line);
    if (!same && !other) continue;
    if (same && uuid_parse(k->id, &id))
      person = db_number(rq->db, 0, SQL("select id from person where public_id = ?1"),
                         db_uuid(rq->arena, id));
    l->unanswered -= !k->same && !k->other;
    k->same = same, k->other = other;
    result = batch_choose(rq->db, &l->batch, line, person);
  }
  return result;
}

static struct str what_is_missing(struct looking *l) {
  struct request *rq = l->rq;
  if (!l->found.going)
    return PAGE_TITLE(rq, "Nobody could be read. Say which column is the name.");
  for (size_t i = 0; i < l->found.people.n; i++)
    if (!l->found.people.p[i].stopped && !l->found.people.p[i].person.safe_way.n)
      return PAGE_TITLE(rq, "Say how it is safe to reach those whose row does not say.");
  if (l->unanswered)
    return PAGE_TITLE(rq, "Some rows look like people you know. Say for each whether it is them.");
  return (struct str){0};
}

void import_post(struct request *rq) {
  struct looking l = {.rq = rq};
  struct why why = {0};
  bool go = str_eq(request_form(rq, "do"), S("go"));
  if (!open_batch(rq, &l.batch)) return;
  if (!str_eq(l.batch.state, S("looked"))) {
    reply_redirect(rq, str_format(rq->arena, "/import/%.*s", P(request_path(rq, "id"))));
    audit_shows(rq, 0, 0);
    return;
  }
  if (batch_sheet(rq->arena, &l.batch, &l.sheet, &why)) read_plan(rq, &l);
  if (!look(rq, &l)) return;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = batch_plan(rq->db, rq->arena, &l.batch, &l.plan, rq->now);
  if (result == DB_OK) result = keep_answers(&l);
  struct str missing = go ? what_is_missing(&l) : (struct str){0};
  if (go && !missing.n && result == DB_OK)
    result = batch_start(rq->db, rq->arena, &l.batch, false, rq->now);
  audit_did(rq, go && !missing.n ? "reading in begun" : "reading in decided", 0, 0);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (result != DB_OK || kept != DB_OK)
    reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
  else if (go && !missing.n)
    reply_redirect(rq, str_format(rq->arena, "/import/%.*s", P(request_path(rq, "id"))));
  else {
    if (missing.n) reply_status(rq, 422);
    show_looked(&l, missing);
  }
}

/* ---- undoing ---- */

void import_undo_page(struct request *rq) {
  struct batch b;
  struct import_undo_page page = {0};
  size_t cap = 0;
  if (!open_batch(rq, &b)) return;
  page.id = uuid_str(rq->arena, b.public_id);
  struct mades all = batch_made(rq->db, rq->arena, b.id);
  for (size_t i = 0; i < all.n; i++) {
    struct person p;
    if (all.p[i].contact_id) {
      page.notes++;
      continue;
    }
    if (!made_touched(rq->db, rq->arena, &b, &all.p[i])) {
      page.people++;
      continue;
    }
    page.kept++;
    struct sight sight =
        permission_sight(rq->db, rq->arena, &rq->actor, all.p[i].person_id, rq->today, rq->now);
    bool seen = page.names.n < NAMES_SHOWN && sight.classes &&
                people_seen(rq, all.p[i].person_id, sight, &p) && p.name.n;
    if (!seen) page.kept_unseen++;
    else audit_shows(rq, p.id, CLASS_IDENTITY), *slice_push(rq->arena, &page.names, &cap) = p.name;
  }
  audit_shows(rq, 0, 0);
  page.layout = page_layout(rq, PAGE_TITLE(rq, "Undo what was read in"));
  view_import_undo(rq->view, &page);
}

void import_undo_post(struct request *rq) {
  struct batch b;
  if (!open_batch(rq, &b)) return;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = str_eq(b.state, S("done"))
                              ? batch_start(rq->db, rq->arena, &b, true, rq->now)
                              : DB_OK;
  audit_did(rq, "undoing begun", 0, 0);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (result != DB_OK || kept != DB_OK)
    reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
  else
    reply_redirect(rq, str_format(rq->arena, "/import/%.*s", P(request_path(rq, "id"))));
}
