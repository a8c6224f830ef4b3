/* contact_pages: conversations with somebody: what was promised last time on top, a form that takes
 * seconds, and what was said before. */
#include "contacts.html.h"
#include "contacts/inside.h"
#include "contacts/pages.h"
#include "record/form.h"

enum { CONTACTS_A_PAGE = 25, CONTACTS_A_CARD = 4, PROMISES_SHOWN = 20 };
static const char *const fields[] = {"on_day", "mode", "words", "health_words", "minutes",
                                     "interventions", "kept_to", NULL};

/* Which notes somebody may read: those of everyone, their team's, their own (SCENARIOS S06, S39).
 */
bool contact_readable(const struct actor *actor, const struct contact *c) {
  if (c->worker == actor->user_id) return true;
  if (str_eq(c->kept_to, S("me"))) return false;
  return !str_eq(c->kept_to, S("team")) || c->team == actor->team_id;
}

static struct str title_of(struct request *rq, const struct contact *c) {
  struct str mode = label_of(rq, "contact_modes", c->mode), day = day_words(rq->arena, c->on_day);
  return str_format(rq->arena, "%.*s, %.*s", P(day), P(mode));
}

static void add_contact(struct request *rq, const struct person *p, struct sight sight,
                        struct contact *c, struct lines *lines, size_t *cap) {
  people_redact(&contact_type, c, sight.classes);
  struct line *l = add_line(rq, lines, cap);
  struct str id = uuid_str(rq->arena, c->public_id), path = contacts_path(rq, p, "/contacts/");
  l->href = str_format(rq->arena, "%.*s%.*s", P(path), P(id));
  l->title = title_of(rq, c);
  l->text = c->words;
  l->note = c->health_words;
  l->beside = people_said_of(rq, p, "contact", c->public_id);
  l->why = labels_of(rq, "interventions", c->interventions);
  l->sign = str_eq(c->kept_to, S("me")) || str_eq(c->kept_to, S("team"))
                ? label_of(rq, "kept_to", c->kept_to)
                : (struct str){0};
}

/* By day, newest first, at most `most`; "" or the address of those before them, which holds a
 * number of a day and nothing else. */
static struct str read_contacts(struct request *rq, const struct person *p, struct sight sight,
                                size_t most, struct lines *lines) {
  size_t cap = 0;
  int64_t skip = 0;
  str_to_i64(request_query(rq, "skip"), &skip);
  if (skip < 0 || skip > 100000) skip = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("/* by key */ "
          "select * from contact c where c.person = ?1 and (c.worker = ?2 or (c.kept_to is null or "
          "c.kept_to = 'all' or (c.kept_to = 'team' and c.team = ?3))) order by c.on_day desc, "
          "c.id desc limit ?4 offset ?5"),
      V(p->id), V(rq->actor.user_id), V(rq->actor.team_id), V((int64_t)most + 1), V(skip));
  while (db_next(&r)) {
    struct contact c;
    if (lines->n == most) {
      db_done(&r);
      return str_format(rq->arena, "%lld", (long long)skip + (long long)most);
    }
    record_clear(&contact_type, &c);
    record_from_row(&contact_type, &r, &c);
    if (contact_readable(&rq->actor, &c)) add_contact(rq, p, sight, &c, lines, &cap);
  }
  return (struct str){0};
}

static void promise_line(struct request *rq, const struct person *p, const struct promise *m,
                         struct lines *lines, size_t *cap) {
  struct line *l = add_line(rq, lines, cap);
  size_t presses = 0;
  struct str who = str_eq(m->who, S("worker"))   ? accounts_name_for(rq, m->worker)
                   : str_eq(m->who, S("person")) ? PAGE_TITLE(rq, "They promised")
                                                 : PAGE_TITLE(rq, "Somebody else promised"),
             day = day_words(rq->arena, m->by_day), id = uuid_str(rq->arena, m->public_id),
             action = contacts_path(rq, p, "/contacts/promise");
  l->title = m->words;
  l->own_words = true;
  l->due = m->by_day <= rq->today;
  l->sign = l->due ? PAGE_TITLE(rq, "Due") : (struct str){0};
  l->why = SAY(rq->arena, (enum language)rq->lang, T("{who}, by {day}"), SLOT("who", who),
               SLOT("day", day));
  *slice_push(rq->arena, &l->presses, &presses) = (struct press){
      action, S("promise"), id, S("end"), S("kept"), PAGE_TITLE(rq, "Kept"), m->words};
  *slice_push(rq->arena, &l->presses, &presses) = (struct press){
      action, S("promise"), id, S("end"), S("let_go"), PAGE_TITLE(rq, "Let it go"), m->words};
}

static void read_promises(struct request *rq, const struct person *p, struct lines *lines) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("/* by key */ "
                              "select * from promise where person = ?1 and kept_on is null and "
                              "let_go_on is null order by by_day, id limit ?2"),
                          V(p->id), V(PROMISES_SHOWN));
  while (db_next(&r)) {
    struct promise m;
    record_clear(&promise_type, &m);
    record_from_row(&promise_type, &r, &m);
    promise_line(rq, p, &m, lines, &cap);
  }
}

static struct str day_typed(struct arena *a, day_t d) {
  struct ymd y = day_ymd(d);
  return str_format(a, "%d/%d/%d", y.day, y.month, y.year);
}

/* The form's own id, so that what is sent twice is kept once. No secret, and the same for the same
 * moment: nothing on the page differs that says nothing. */
static struct str form_key(struct request *rq, struct str person) {
  struct str name = str_format(rq->arena, "%lld %lld %.*s", (long long)rq->actor.user_id,
                               (long long)rq->now, P(person));
  return uuid_str(rq->arena, uuid_from_name(S("contact"), name));
}

/* The quick form, with what was typed before where something was. */
static struct contact_page form_page(struct request *rq, const struct person *p,
                                     struct sight sight) {
  struct str id = uuid_str(rq->arena, p->public_id);
  return (struct contact_page){
      .action = contacts_path(rq, p, "/contacts"),
      .id = id,
      .key = form_key(rq, id),
      .may_write = actor_has(&rq->actor, WRITERS),
      .health = (sight.classes & CLASS_HEALTH) != 0,
      .on = day_typed(rq->arena, rq->today),
      .modes = code_options(rq, "contact_modes", S("in_person")),
      .interventions = code_options(rq, "interventions", (struct str){0}),
      .kept = code_options(rq, "kept_to", S("all")),
      .whos = code_options(rq, "promise_who", S("worker"))};
}

static void show(struct request *rq, const struct person *p, struct sight sight,
                 struct str fault) {
  struct contact_page page = form_page(rq, p, sight);
  page.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Contacts"));
  page.fault = fault;
  read_promises(rq, p, &page.promises);
  page.older = read_contacts(rq, p, sight, CONTACTS_A_PAGE, &page.contacts);
  view_contacts(rq->view, &page);
}

void contacts_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_CONTACTS)) show(rq, &p, sight, (struct str){0});
}

void contacts_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS)) return;
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("contacts"));
  json_list(&j);
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select * from contact where person = ?1 order by on_day desc, id "
                              "desc limit 200"),
                          V(p.id));
  while (db_next(&r)) {
    struct contact c;
    record_clear(&contact_type, &c);
    record_from_row(&contact_type, &r, &c);
    if (contact_readable(&rq->actor, &c))
      record_json(&contact_type, &c, sight.classes, HIDDEN, &j);
  }
  json_list_end(&j);
  json_close(&j);
}

/* ---- keeping one ---- */

/* A promise beside the contact: words, who, and a day (a week from today unless said). */
static struct str read_promise(struct request *rq, struct promise *m) {
  struct str by = str_trim(request_form(rq, "by"));
  record_clear(&promise_type, m);
  m->words = str_trim(request_form(rq, "promise"));
  m->who = request_form(rq, "who").n ? request_form(rq, "who") : S("worker");
  m->by_day = rq->today + 7;
  m->worker = rq->actor.user_id;
  if (utf8_count(m->words) > 400) return PAGE_TITLE(rq, "A promise has at most 400 characters.");
  if (!code_find(code_list("promise_who"), m->who)) return PAGE_TITLE(rq, "Say who promised.");
  if (by.n && !day_parse_typed(by, &m->by_day))
    return PAGE_TITLE(rq, "Give the promise's day as 27/3/2026.");
  return (struct str){0};
}

static struct str read_contact(struct request *rq, struct sight sight, struct contact *c) {
  struct posted posted = {contacts_posted, rq};
  struct faults faults = record_form_read(&contact_type, fields, &posted, rq->arena, c);
  if (!(sight.classes & CLASS_HEALTH)) c->health_words = (struct str){0};
  if (faults.n) {
    struct str label = words_label((enum language)rq->lang, str_of(faults.p[0].field->label));
    return str_format(rq->arena, "%.*s: %.*s", P(label), P(faults.p[0].sentence));
  }
  if (c->on_day > rq->today)
    return PAGE_TITLE(rq, "A contact has happened: its day is today or before. An appointment is "
                          "for what is to come.");
  return (struct str){0};
}

/* Other words under a form's id: the page was gone back to and filled anew. It is another contact:
 * no typed word is taken for one kept already. */
static bool other_words(struct request *rq, const struct contact *c) {
  struct contact kept;
  record_clear(&contact_type, &kept);
  return record_load_public(rq->db, rq->arena, &contact_type, c->public_id, &kept) &&
         !str_eq(kept.words, c->words);
}

static enum db_result keep(struct request *rq, const struct person *p, struct contact *c,
                           struct promise *m) {
  bool again = false;
  c->person = m->person = p->id;
  c->worker = rq->actor.user_id, c->team = rq->actor.team_id;
  uuid_parse(request_form(rq, "key"), &c->public_id);
  if (other_words(rq, c)) c->public_id = (struct uuid){0};
  enum db_result result = contacts_add(rq->db, rq->arena, c, rq->actor.user_id, rq->now, &again);
  if (result == DB_OK && !again && m->words.n) {
    m->contact = c->id;
    result = contacts_promise(rq->db, rq->arena, m, rq->actor.user_id, rq->now);
  }
  return result;
}

void contacts_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct contact c;
  struct promise m;
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS)) return;
  record_clear(&contact_type, &c);
  struct str fault = read_contact(rq, sight, &c), promise_fault = read_promise(rq, &m);
  if (!fault.n) fault = promise_fault;
  if (fault.n) {
    reply_status(rq, 422);
    show(rq, &p, sight, fault);
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = keep(rq, &p, &c, &m);
  audit_did(rq, "contact kept", p.id, CLASS_CONTACTS);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_flash(rq, PAGE_TITLE(rq, "The contact is kept."));
  reply_redirect(rq, contacts_path(rq, &p, "/contacts"));
}

void contacts_promise_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct promise m;
  struct uuid id;
  struct str end = request_form(rq, "end");
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS)) return;
  record_clear(&promise_type, &m);
  bool theirs = uuid_parse(request_form(rq, "promise"), &id) &&
                record_load_public(rq->db, rq->arena, &promise_type, id, &m) && m.person == p.id;
  if (!theirs || (!str_eq(end, S("kept")) && !str_eq(end, S("let_go")))) {
    reply_status(rq, 422);
    show(rq, &p, sight, PAGE_TITLE(rq, "Choose a promise and what became of it."));
    return;
  }
  if (str_eq(end, S("kept"))) m.kept_on = rq->today;
  else m.let_go_on = rq->today;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      record_update(rq->db, rq->arena, &promise_type, &m, rq->actor.user_id, rq->now);
  audit_did(rq, "promise", p.id, CLASS_CONTACTS);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, contacts_path(rq, &p, "/contacts"));
}

/* ---- one ---- */

static bool contact_of(struct request *rq, const struct person *p, struct contact *c) {
  struct uuid id;
  record_clear(&contact_type, c);
  if (uuid_parse(request_path(rq, "contact"), &id) &&
      record_load_public(rq->db, rq->arena, &contact_type, id, c) && c->person == p->id &&
      contact_readable(&rq->actor, c))
    return true;
  reply_not_found(rq);
  return false;
}

static void history(struct request *rq, const struct contact *c, struct groups *groups,
                    size_t *cap) {
  struct revisions all = record_history(rq->db, rq->arena, &contact_type, c->id, 20);
  struct group g = {.id = S("history"), .heading = PAGE_TITLE(rq, "History")};
  size_t lines = 0;
  for (size_t i = 0; i < all.n; i++) {
    struct line *l = add_line(rq, &g.lines, &lines);
    l->title = day_words(rq->arena, instant_local_uk(all.p[i].at).day);
    l->why = accounts_name_for(rq, all.p[i].user_id);
    for (size_t k = 0; k < all.p[i].changes.n && i + 1 < all.n; k++) {
      const struct field *f = all.p[i].changes.p[k].field;
      struct str label = f ? words_label((enum language)rq->lang, str_of(f->label))
                           : all.p[i].changes.p[k].name;
      l->note = l->note.n ? str_format(rq->arena, "%.*s, %.*s", P(l->note), P(label)) : label;
    }
  }
  *slice_push(rq->arena, groups, cap) = g;
}

static void show_one(struct request *rq, const struct person *p, struct sight sight,
                     struct contact *c, const struct faults *faults, struct str fault) {
  struct str id = uuid_str(rq->arena, c->public_id);
  static const char *const seen[] = {"on_day", "mode", "words", "minutes", "interventions",
                                     "kept_to", NULL};
  people_redact(&contact_type, c, sight.classes);
  struct list_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "A contact")),
                           .heading = title_of(rq, c), .fault = fault,
                           .lede = accounts_name_for(rq, c->worker),
                           .draft = S("contact-change"), .draft_id = id};
  size_t cap = 0;
  bool mine = c->worker == rq->actor.user_id && actor_has(&rq->actor, WRITERS);
  if (mine) {
    struct buf b = buf_open(4096);
    record_form_version(c, &b);
    page.form = form_of(rq, &contact_type, sight.classes & CLASS_HEALTH ? fields : seen, c, faults);
    struct str version = str_copy(rq->arena, buf_str(&b));
    page.form.html = str_format(rq->arena, "%.*s%.*s", P(version), P(page.form.html));
    buf_free(&b);
    page.form_action = rq->path, page.form_button = PAGE_TITLE(rq, "Keep the change");
  } else {
    struct group g = {.id = S("words"), .heading = PAGE_TITLE(rq, "What happened")};
    size_t lines = 0;
    add_contact(rq, p, sight, c, &g.lines, &lines);
    *slice_push(rq->arena, &page.groups, &cap) = g;
  }
  history(rq, c, &page.groups, &cap);
  view_contacts_list(rq->view, &page);
}

void contacts_one_page(struct request *rq) {
  struct person p;
  struct sight sight;
  struct contact c;
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS) || !contact_of(rq, &p, &c)) return;
  show_one(rq, &p, sight, &c, NULL, (struct str){0});
}

/* Whoever wrote it may put it right; what stood there before stays in its history. */
void contacts_one_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct contact c;
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS) || !contact_of(rq, &p, &c)) return;
  struct str health = c.health_words;
  if (c.worker != rq->actor.user_id) {
    reply_status(rq, 422);
    show_one(rq, &p, sight, &c, NULL,
             PAGE_TITLE(rq, "Whoever wrote this may change it. Add a contact of your own beside "
                            "it."));
    return;
  }
  struct posted posted = {contacts_posted, rq};
  struct faults faults = record_form_read(&contact_type, fields, &posted, rq->arena, &c);
  if (!(sight.classes & CLASS_HEALTH)) c.health_words = health;
  if (faults.n) {
    reply_status(rq, 422);
    show_one(rq, &p, sight, &c, &faults, (struct str){0});
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      record_update(rq->db, rq->arena, &contact_type, &c, rq->actor.user_id, rq->now);
  if (result == DB_OK) result = contacts_now_write(rq->db, rq->arena, p.id);
  audit_did(rq, "contact changed", p.id, CLASS_CONTACTS);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, contacts_path(rq, &p, "/contacts"));
}

/* On the person's first page: what is promised, when next, and the last few times. */
void contacts_card(struct request *rq, const struct person *p, struct sight sight) {
  struct contact_page page = {.action = contacts_path(rq, p, "/contacts")};
  struct next_appointment next;
  if (!(sight.classes & CLASS_CONTACTS)) return;
  read_promises(rq, p, &page.promises);
  read_contacts(rq, p, sight, CONTACTS_A_CARD, &page.contacts);
  if (contacts_next(rq->db, rq->arena, p->id, rq->today, &next)) {
    struct str day = day_words(rq->arena, next.on),
               clock = contact_clock_words(rq->arena, next.minute);
    page.on = str_format(rq->arena, "%.*s, %.*s", P(day), P(clock));
  }
  view_contacts_card(rq->view, &page);
}

/* Beside it: the quick form, so that a contact is kept from the first page. */
void contacts_beside(struct request *rq, const struct person *p, struct sight sight) {
  if (!(sight.classes & CLASS_CONTACTS) || !actor_has(&rq->actor, WRITERS)) return;
  struct contact_page page = form_page(rq, p, sight);
  view_contacts_form(rq->view, &page);
}
