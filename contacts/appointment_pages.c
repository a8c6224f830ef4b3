/* appointment_pages: booking, what became of it without blame, another time, and calendars whose
 * titles say nothing. */
#include "contacts.html.h"
#include "contacts/inside.h"
#include "contacts/pages.h"
#include "record/form.h"

enum { TOKEN_BYTES = 18, FEED_EVENTS_MAX = 400, FEED_DAYS_BACK = 30 };
static const char *const fields[] = {"kind",           "mode",        "place",
                                     "needs",          "interpreter", "interpreter_language",
                                     "interpreter_is", "remind",      NULL};

static struct str when_words(struct request *rq, const struct attempt *t) {
  struct str day = day_words(rq->arena, t->on), clock = contact_clock_words(rq->arena, t->minute);
  return str_format(rq->arena, "%.*s, %.*s", P(day), P(clock));
}

static struct str end_words(struct request *rq, const struct attempt *t) {
  struct str why = t->why.n ? label_of(rq, "not_happened", t->why) : (struct str){0};
  if (!t->end.n) return PAGE_TITLE(rq, "To come");
  if (str_eq(t->end, S("happened"))) return PAGE_TITLE(rq, "Happened");
  if (str_eq(t->end, S("called_off"))) return PAGE_TITLE(rq, "Called off");
  if (str_eq(t->end, S("moved"))) return PAGE_TITLE(rq, "Moved");
  return why.n ? SAY(rq->arena, (enum language)rq->lang, T("Did not happen: {why}"),
                     SLOT("why", why))
               : PAGE_TITLE(rq, "Did not happen");
}

static struct str state_words(struct request *rq, enum appointment_state s) {
  switch (s) {
    case APPOINTMENT_TO_COME: return PAGE_TITLE(rq, "To come");
    case APPOINTMENT_HAPPENED: return PAGE_TITLE(rq, "Happened");
    case APPOINTMENT_CALLED_OFF: return PAGE_TITLE(rq, "Called off");
    default: return PAGE_TITLE(rq, "Find another time");
  }
}

/* Communication needs and the interpreter stand on every booking. */
static struct str help_words(struct request *rq, const struct appointment *p) {
  struct str needs = labels_of(rq, "communication_needs", p->needs);
  if (!p->interpreter.n) return needs;
  struct str state = label_of(rq, "interpreter_states", p->interpreter),
             language = label_of(rq, "languages", p->interpreter_language),
             who = label_of(rq, "interpreters", p->interpreter_is);
  return str_format(rq->arena, "%.*s%s%.*s %.*s: %.*s", P(needs), needs.n ? ". " : "", P(who),
                    P(language), P(state));
}

static void read_appointments(struct request *rq, const struct person *p, struct groups *groups) {
  struct group soon = {.id = S("soon"), .heading = PAGE_TITLE(rq, "To come"),
                       .none = PAGE_TITLE(rq, "Nothing is agreed.")},
               past = {.id = S("past"), .heading = PAGE_TITLE(rq, "Before"),
                       .none = PAGE_TITLE(rq, "None yet.")};
  size_t cap = 0, soon_cap = 0, past_cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select * from appointment where person = ?1 order by id desc limit "
                              "100"),
                          V(p->id));
  while (db_next(&r)) {
    struct appointment one;
    record_clear(&appointment_type, &one);
    record_from_row(&appointment_type, &r, &one);
    struct attempts chain = contacts_attempts(rq->db, rq->arena, one.id);
    if (!chain.n) continue;
    enum appointment_state state = contacts_appointment_state(chain.p, chain.n);
    bool open = state == APPOINTMENT_TO_COME || state == APPOINTMENT_NOT_YET;
    struct line *l =
        open ? add_line(rq, &soon.lines, &soon_cap) : add_line(rq, &past.lines, &past_cap);
    struct str id = uuid_str(rq->arena, one.public_id),
               path = contacts_path(rq, p, "/appointments/");
    l->href = str_format(rq->arena, "%.*s%.*s", P(path), P(id));
    l->title = when_words(rq, &chain.p[chain.n - 1]);
    l->sign = state_words(rq, state);
    l->good = state == APPOINTMENT_HAPPENED;
    l->text = label_of(rq, "appointment_kinds", one.kind);
    l->note = help_words(rq, &one);
  }
  *slice_push(rq->arena, groups, &cap) = soon;
  *slice_push(rq->arena, groups, &cap) = past;
}

void appointments_page(struct request *rq) {
  struct person p;
  struct sight sight;
  size_t cap = 0;
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS)) return;
  struct list_page page = {.head = people_head(rq, &p, sight, PAGE_TITLE(rq, "Appointments")),
                           .heading = PAGE_TITLE(rq, "Appointments")};
  read_appointments(rq, &p, &page.groups);
  if (actor_has(&rq->actor, WRITERS))
    *slice_push(rq->arena, &page.links, &cap) =
        (struct link){contacts_path(rq, &p, "/appointments/new"), PAGE_TITLE(rq, "Agree a time")};
  view_contacts_list(rq->view, &page);
}

static void attempt_json(struct request *rq, struct json_out *j, const struct attempt *t) {
  json_open(j);
  json_put_str(j, "day", day_iso(rq->arena, t->on));
  json_put_str(j, "time", contact_clock_words(rq->arena, t->minute));
  json_put_str(j, "zone", t->zone);
  json_put_str_if(j, "end", t->end);
  json_put_str_if(j, "why", t->why);
  json_close(j);
}

void appointments_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS)) return;
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("appointments"));
  json_list(&j);
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select * from appointment where person = ?1 order by id desc limit "
                              "100"),
                          V(p.id));
  while (db_next(&r)) {
    struct appointment one;
    record_clear(&appointment_type, &one);
    record_from_row(&appointment_type, &r, &one);
    struct attempts chain = contacts_attempts(rq->db, rq->arena, one.id);
    json_open(&j);
    json_put_str(&j, "id", uuid_str(rq->arena, one.public_id));
    json_put_str(&j, "kind", one.kind);
    json_put_str(&j, "mode", one.mode);
    json_put_str_if(&j, "place", one.place);
    json_put_str_if(&j, "needs", one.needs);
    json_put_str_if(&j, "interpreter", one.interpreter);
    json_key(&j, S("attempts"));
    json_list(&j);
    for (size_t i = 0; i < chain.n; i++) attempt_json(rq, &j, &chain.p[i]);
    json_list_end(&j);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

/* ---- agreeing a time ---- */

/* Day, time and length are the attempt's; the form shows them before the record's own fields. */
static struct markup time_form(struct request *rq) {
  static const struct field when[] = {{.name = "on_day",
                                       .label = "Day",
                                       .hint = "",
                                       .kind = KIND_TEXT,
                                       .flags = REQUIRED,
                                       .limit = 40,
                                       .offset = -1},
                                      {.name = "clock",
                                       .label = "Time",
                                       .hint = "For example 10:30",
                                       .kind = KIND_TEXT,
                                       .flags = REQUIRED,
                                       .limit = 5,
                                       .offset = -1},
                                      {.name = "minutes",
                                       .label = "How many minutes",
                                       .hint = "Empty is an hour",
                                       .kind = KIND_TEXT,
                                       .limit = 4,
                                       .offset = -1}};
  static const struct record_type type = {.name = "when",
                                          .label = "When",
                                          .fields = when,
                                          .n_fields = countof(when),
                                          .size = sizeof(struct answers)};
  return form_of(rq, &type, NULL, NULL, NULL);
}

static bool read_time(struct request *rq, struct attempt *t) {
  int64_t minutes = 60;
  struct str length = str_trim(request_form(rq, "minutes"));
  *t = (struct attempt){.zone = S("Europe/London")};
  if (!day_parse_typed(str_trim(request_form(rq, "on_day")), &t->on) ||
      !clock_read(request_form(rq, "clock"), &t->minute) ||
      (length.n && (!str_to_i64(length, &minutes) || minutes < 5 || minutes > 1440)))
    return false;
  t->minutes = minutes;
  return true;
}

static void show_new(struct request *rq, const struct person *p, struct sight sight,
                     const struct faults *faults, struct str fault) {
  struct str id = uuid_str(rq->arena, p->public_id);
  struct appointment fresh;
  record_clear(&appointment_type, &fresh);
  fresh.mode = S("in_person"), fresh.kind = S("talk"), fresh.needs = p->communication;
  if (codes_has(p->communication, S("interpreter")))
    fresh.interpreter = S("wanted"), fresh.interpreter_language = p->language,
    fresh.interpreter_is = S("trained");
  struct list_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Agree a time")),
                           .heading = PAGE_TITLE(rq, "Agree a time"), .fault = fault,
                           .form_action = rq->path, .form_button = PAGE_TITLE(rq, "Keep it"),
                           .form_heading = PAGE_TITLE(rq, "When, how and where"),
                           .draft = S("appointment"), .draft_id = id};
  struct markup when = time_form(rq),
                rest = form_of(rq, &appointment_type, fields, &fresh, faults);
  page.form.html = str_format(rq->arena, "%.*s%.*s", P(when.html), P(rest.html));
  view_contacts_list(rq->view, &page);
}

void appointment_new_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_CONTACTS)) show_new(rq, &p, sight, NULL, (struct str){0});
}

/* One sentence for every reason there is (PRACTICE 7). */
static struct str trained_words(struct request *rq) {
  return PAGE_TITLE(rq, "For this appointment we use a trained interpreter.");
}

void appointment_new_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct appointment one;
  struct attempt first;
  struct posted posted = {contacts_posted, rq};
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS)) return;
  record_clear(&appointment_type, &one);
  struct faults faults = record_form_read(&appointment_type, fields, &posted, rq->arena, &one);
  if (faults.n || !read_time(rq, &first)) {
    reply_status(rq, 422);
    show_new(rq, &p, sight, &faults,
             faults.n ? (struct str){0}
                      : PAGE_TITLE(rq, "Give the day as 27/3/2026 and the time as 10:30."));
    return;
  }
  one.person = p.id, one.worker = rq->actor.user_id;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      contacts_book(rq->db, rq->arena, &one, &first, rq->actor.user_id, rq->now);
  audit_did(rq, "appointment", p.id, CLASS_CONTACTS);
  if (result == DB_CONFLICT) {
    db_rollback(rq->db, STORE_MAIN);
    reply_status(rq, 422);
    return show_new(rq, &p, sight, NULL, trained_words(rq));
  }
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, contacts_path(rq, &p, "/appointments"));
}

/* ---- one ---- */

static bool appointment_of(struct request *rq, const struct person *p, struct appointment *one) {
  struct uuid id;
  record_clear(&appointment_type, one);
  if (uuid_parse(request_path(rq, "appointment"), &id) &&
      record_load_public(rq->db, rq->arena, &appointment_type, id, one) && one->person == p->id)
    return true;
  reply_not_found(rq);
  return false;
}

static struct str base_path(struct request *rq, const struct person *p,
                            const struct appointment *one, const char *rest) {
  struct str id = uuid_str(rq->arena, one->public_id),
             path = contacts_path(rq, p, "/appointments/");
  return str_format(rq->arena, "%.*s%.*s%s", P(path), P(id), rest);
}

/* What can be said of the attempt that is open: it happened, or why it did not. */
static void end_presses(struct request *rq, struct str action, struct line *l) {
  const struct code_list *why = code_list("not_happened");
  size_t cap = 0;
  *slice_push(rq->arena, &l->presses, &cap) = (struct press){
      action, S("why"), S(""), S("end"), S("happened"), PAGE_TITLE(rq, "It happened"), l->title};
  for (size_t i = 0; why && i < why->n; i++) {
    struct str label = label_of(rq, "not_happened", why->p[i].code);
    *slice_push(rq->arena, &l->presses, &cap) = (struct press){
        action, S("why"), why->p[i].code, S("end"), S("did_not_happen"),
        SAY(rq->arena, (enum language)rq->lang, T("Did not happen: {why}"), SLOT("why", label)),
        l->title};
  }
  *slice_push(rq->arena, &l->presses, &cap) = (struct press){
      action, S("why"), S(""), S("end"), S("moved"), PAGE_TITLE(rq, "Moved"), l->title};
  *slice_push(rq->arena, &l->presses, &cap) = (struct press){
      action, S("why"), S(""), S("end"), S("called_off"), PAGE_TITLE(rq, "Called off"), l->title};
}

/* What they could be told now, by the one send path; where it is not safe, the sentence that says
 * so instead of a button. */
static void tell_lines(struct request *rq, const struct appointment *one, struct str action,
                       struct group *g, size_t *cap) {
  struct message_ask ask;
  size_t presses = 0;
  if (!appointment_word(rq->db, rq->arena, one, rq->actor.organisation_id, rq->actor.user_id, &ask))
    return;
  struct message_answer answer = messages_preview(rq->db, rq->arena, rq->lang, &ask, rq->now);
  struct line *l = add_line(rq, &g->lines, cap);
  l->title = PAGE_TITLE(rq, "Tell them");
  l->note = answer.refusal ? answer.why : answer.shown;
  if (answer.refusal) return;
  *slice_push(rq->arena, &l->presses, &presses) =
      (struct press){action,     S("tell"), S("yes"),
                     S("press"), S("yes"),  PAGE_TITLE(rq, "Send exactly these words"),
                     l->title};
}

static void remind_line(struct request *rq, const struct appointment *one,
                        const struct attempt *last, struct group *g, size_t *cap) {
  if (one->remind != 1) return;
  struct line *l = add_line(rq, &g->lines, cap);
  l->title = PAGE_TITLE(rq, "A reminder the day before");
  l->why = last->on - 1 < rq->today
               ? PAGE_TITLE(rq, "The day before is over; none is sent any more.")
               : PAGE_TITLE(rq, "It leaves by their safe way, if that is still safe then.");
}

/* Both ways from home, when it is somewhere they go to and the place holds a postcode. */
static struct legs_view legs_of(struct request *rq, const struct person *p, struct sight sight,
                                const struct appointment *one, const struct attempt *t) {
  bool met = str_eq(one->mode, S("in_person")) || str_eq(one->mode, S("outreach"));
  if (!met || !one->place.n) return (struct legs_view){0};
  struct legs_ask ask = {.to_words = one->place,
                         .day = t->on,
                         .from_minute = t->minute,
                         .until_minute = t->minutes > 0 ? t->minute + (int)t->minutes : -1};
  return journeys_legs(rq, p, sight.classes, &ask);
}

static void show_one(struct request *rq, const struct person *p, struct sight sight,
                     const struct appointment *one, struct str fault, struct str secret) {
  struct attempts chain = contacts_attempts(rq->db, rq->arena, one->id);
  enum appointment_state state = contacts_appointment_state(chain.p, chain.n);
  struct group g = {.id = S("chain"), .heading = PAGE_TITLE(rq, "Times agreed")};
  struct list_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "An appointment")),
                           .heading = label_of(rq, "appointment_kinds", one->kind),
                           .lede = help_words(rq, one),
                           .fault = fault,
                           .secret = secret,
                           .secret_words =
                               PAGE_TITLE(rq, "This address adds it to a calendar, with "
                                              "a title that says nothing. It is shown "
                                              "only now."),
                           .form_page = rq->path};
  size_t cap = 0, lines = 0;
  bool writes = actor_has(&rq->actor, WRITERS);
  for (size_t i = 0; i < chain.n; i++) {
    struct line *l = add_line(rq, &g.lines, &lines);
    l->title = when_words(rq, &chain.p[i]);
    l->sign = end_words(rq, &chain.p[i]);
    l->good = str_eq(chain.p[i].end, S("happened"));
    if (i + 1 == chain.n) l->text = one->place;
    if (!chain.p[i].end.n && writes) end_presses(rq, base_path(rq, p, one, "/end"), l);
  }
  if (state == APPOINTMENT_TO_COME && writes) {
    struct line *l = add_line(rq, &g.lines, &lines);
    size_t presses = 0;
    l->title = PAGE_TITLE(rq, "For their calendar");
    *slice_push(rq->arena, &l->presses, &presses) =
        (struct press){base_path(rq, p, one, "/link"), S("make"), S("yes"), S("press"), S("yes"),
                       PAGE_TITLE(rq, "Make an address"), l->title};
  }
  if (state == APPOINTMENT_TO_COME) remind_line(rq, one, &chain.p[chain.n - 1], &g, &lines);
  if (writes) tell_lines(rq, one, base_path(rq, p, one, "/tell"), &g, &lines);
  *slice_push(rq->arena, &page.groups, &cap) = g;
  if (state == APPOINTMENT_TO_COME) page.legs = legs_of(rq, p, sight, one, &chain.p[chain.n - 1]);
  if (state == APPOINTMENT_NOT_YET && writes) {
    page.form = time_form(rq);
    page.form_action = base_path(rq, p, one, "/again");
    page.form_page = base_path(rq, p, one, "");
    page.form_button = PAGE_TITLE(rq, "Another time");
  }
  view_contacts_list(rq->view, &page);
}

void appointment_page(struct request *rq) {
  struct person p;
  struct sight sight;
  struct appointment one;
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS) || !appointment_of(rq, &p, &one)) return;
  show_one(rq, &p, sight, &one, (struct str){0}, (struct str){0});
}

void appointment_end_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct appointment one;
  struct str end = request_form(rq, "end"), why = request_form(rq, "why");
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS) || !appointment_of(rq, &p, &one)) return;
  struct attempts chain = contacts_attempts(rq->db, rq->arena, one.id);
  bool known = str_eq(end, S("happened")) || str_eq(end, S("moved")) ||
               str_eq(end, S("called_off")) ||
               (str_eq(end, S("did_not_happen")) && code_find(code_list("not_happened"), why));
  if (!known || !chain.n) {
    reply_status(rq, 422);
    return show_one(rq, &p, sight, &one, PAGE_TITLE(rq, "Say what became of it."),
                    (struct str){0});
  }
  if (!str_eq(end, S("did_not_happen"))) why = (struct str){0};
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = appointment_end(rq->db, rq->arena, &one, (int64_t)chain.n, end, why,
                                          rq->actor.user_id, rq->now);
  audit_did(rq, "appointment", p.id, CLASS_CONTACTS);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, base_path(rq, &p, &one, ""));
}

void appointment_again_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct appointment one;
  struct attempt next;
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS) || !appointment_of(rq, &p, &one)) return;
  if (!read_time(rq, &next)) {
    reply_status(rq, 422);
    return show_one(rq, &p, sight, &one,
                    PAGE_TITLE(rq, "Give the day as 27/3/2026 and the time as 10:30."),
                    (struct str){0});
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = appointment_again(rq->db, rq->arena, &one, &next, rq->now);
  audit_did(rq, "appointment", p.id, CLASS_CONTACTS);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, base_path(rq, &p, &one, ""));
}

/* One press sends what the page showed; what has become unsafe meanwhile is said instead. */
void appointment_tell_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct appointment one;
  struct message_ask ask;
  enum db_result result;
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS) || !appointment_of(rq, &p, &one)) return;
  if (!appointment_word(rq->db, rq->arena, &one, rq->actor.organisation_id, rq->actor.user_id,
                        &ask)) {
    reply_status(rq, 422);
    return show_one(rq, &p, sight, &one, PAGE_TITLE(rq, "There is nothing to tell them now."),
                    (struct str){0});
  }
  db_begin(rq->db, STORE_MAIN);
  struct message_answer answer = messages_send(rq->db, rq->arena, rq->lang, &ask, rq->now, &result);
  audit_did(rq, answer.refusal ? "message refused" : "message asked for", p.id, CLASS_CONTACTS);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  if (answer.refusal) {
    reply_status(rq, 422);
    return show_one(rq, &p, sight, &one, answer.why, (struct str){0});
  }
  reply_flash(rq, answer.when > rq->now
                      ? PAGE_TITLE(rq, "It leaves in the first hour that is safe for them.")
                      : PAGE_TITLE(rq, "It is on its way."));
  reply_redirect(rq, base_path(rq, &p, &one, ""));
}

/* ---- calendars ---- */

static struct str token_hash(struct arena *a, struct str token) {
  struct sha256 h = sha256_of2(S("calendar "), token);
  return hex_of(a, &h, sizeof h);
}

/* Makes an address and keeps its hash; "" when it could not be kept. */
static struct str make_feed(struct request *rq, int64_t user_id, int64_t appointment_id) {
  uint8_t bytes[TOKEN_BYTES];
  secret_bytes(bytes, sizeof bytes);
  struct str token = base64url_of(rq->arena, bytes, sizeof bytes), origin = request_origin(rq);
  enum db_result result =
      db_run(rq->db,
             SQL("insert into calendar_feed (token_hash, user_id, appointment_id, made_at) values "
                 "(?1, ?2, "
                 "?3, ?4)"),
             V(token_hash(rq->arena, token)), user_id ? db_int(user_id) : db_null(),
             appointment_id ? db_int(appointment_id) : db_null(), db_instant(rq->arena, rq->now));
  return result == DB_OK
             ? str_format(rq->arena, "%.*s/calendar/%.*s", P(origin), P(token))
             : (struct str){0};
}

void appointment_link_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct appointment one;
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS) || !appointment_of(rq, &p, &one)) return;
  db_begin(rq->db, STORE_MAIN);
  struct str address = make_feed(rq, 0, one.id);
  audit_did(rq, "calendar address", p.id, CLASS_CONTACTS);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, address.n ? kept : DB_FAILED)) return;
  show_one(rq, &p, sight, &one, (struct str){0}, address);
}

static void show_calendar(struct request *rq, struct str secret) {
  int64_t live = db_number(rq->db, 0,
                           SQL("select count(*) from calendar_feed where user_id = ?1 and ended_at "
                               "is null"),
                           V(rq->actor.user_id));
  struct group g = {.id = S("feed"), .heading = PAGE_TITLE(rq, "Your calendar's address")};
  struct list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Calendar")),
                           .heading = PAGE_TITLE(rq, "Calendar"),
                           .lede =
                               PAGE_TITLE(rq, "Your appointments in your own calendar. It shows "
                                              "times, never a name or a place."),
                           .secret = secret,
                           .secret_words = PAGE_TITLE(rq, "Give this address to your calendar. It "
                                                          "is shown only now; anybody who has it "
                                                          "sees your times.")};
  size_t cap = 0, lines = 0, presses = 0;
  struct line *l = add_line(rq, &g.lines, &lines);
  l->title = live ? PAGE_TITLE(rq, "There is an address") : PAGE_TITLE(rq, "There is no address");
  *slice_push(rq->arena, &l->presses, &presses) =
      (struct press){S("/calendar"), S("do"), S("make"), S("press"), S("yes"),
                     PAGE_TITLE(rq, "Make a new one"), l->title};
  if (live)
    *slice_push(rq->arena, &l->presses, &presses) =
        (struct press){S("/calendar"), S("do"), S("end"), S("press"), S("yes"),
                       PAGE_TITLE(rq, "End it"), l->title};
  *slice_push(rq->arena, &page.groups, &cap) = g;
  view_contacts_list(rq->view, &page);
}

void calendar_page(struct request *rq) { show_calendar(rq, (struct str){0}); }

/* A new address ends the one before. */
void calendar_post(struct request *rq) {
  struct str address = {0};
  db_begin(rq->db, STORE_MAIN);
  db_run(rq->db,
         SQL("update calendar_feed set ended_at = ?2 where user_id = ?1 and ended_at is null"),
         V(rq->actor.user_id), db_instant(rq->arena, rq->now));
  if (str_eq(request_form(rq, "do"), S("make"))) address = make_feed(rq, rq->actor.user_id, 0);
  audit_did(rq, "calendar address", 0, 0);
  if (contacts_failed(rq, db_commit(rq->db, STORE_MAIN))) return;
  show_calendar(rq, address);
}

static void add_events(struct request *rq, struct rows r, struct calendar_event *events,
                       size_t *n) {
  while (db_next(&r)) {
    struct str id = row_text(&r, 0);
    /* The event's name is a hash: it must not lead back to the record. */
    struct sha256 h = sha256_of2(S("event "), id);
    struct str uid = hex_of(rq->arena, &h, 12);
    events[(*n)++] = (struct calendar_event){.uid = str_format(rq->arena, "%.*s", P(uid)),
                                             .on = row_day(&r, 1), .minute = (int)row_int(&r, 2),
                                             .minutes = row_int(&r, 3)};
  }
}

/* GET /calendar/{token}: the same "not found" for an address that never was and one that ended. */
void calendar_file(struct request *rq) {
  struct calendar_event *events = arena_many(rq->arena, struct calendar_event, FEED_EVENTS_MAX + 1);
  size_t n = 0;
  int64_t user = 0, appointment = 0;
  struct rows r;
  if (!db_one(&r, rq->db, rq->arena,
              SQL("select user_id, appointment_id from calendar_feed where token_hash = ?1 and "
                  "ended_at is null"),
              V(token_hash(rq->arena, request_path(rq, "token")))))
    return reply_not_found(rq);
  user = row_int(&r, 0), appointment = row_int(&r, 1);
  db_done(&r);
  if (user)
    add_events(rq,
               db_rows(rq->db, rq->arena,
                       SQL("select p.public_id, t.on_day, t.minute, t.minutes from "
                           "appointment_attempt t join appointment p on p.id = t.appointment_id "
                           "where t.worker_id = ?1 and t.on_day >= ?2 and (t.end_word is null or "
                           "t.end_word = 'happened') order by t.on_day, t.minute, t.id limit ?3"),
                       V(user), db_day(rq->arena, rq->today - FEED_DAYS_BACK),
                       V((int64_t)FEED_EVENTS_MAX)),
               events, &n);
  else
    add_events(rq,
               db_rows(rq->db, rq->arena,
                       SQL("select p.public_id, t.on_day, t.minute, t.minutes from "
                           "appointment_attempt t join appointment p on p.id = t.appointment_id "
                           "where t.appointment_id = ?1 and t.end_word is null"),
                       V(appointment)),
               events, &n);
  reply_type(rq, "text/calendar; charset=utf-8");
  contacts_calendar(rq->arena, events, n, PAGE_TITLE(rq, "Appointment"), rq->now, rq->body);
}
