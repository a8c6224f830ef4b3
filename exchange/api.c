/* api: writes for programs and for telephones that had no signal. Each call carries a key of its
 * own making; the same call again is answered as the first time and changes nothing. Ids may be
 * made by the caller. Fields are read by the same readers as the forms, behind the same gate. */
#include <jansson.h>
#include "base/planted.h"
#include "db/seal.h"
#include "exchange/inside.h"
#include "record/form.h"
#include "web/page.h"

enum { CALL_BYTES_MAX = 1 << 16, KEY_LEAST = 8, KEY_MOST = 100, FIELDS_MAX = 40, TRIES = 3 };

struct call {
  struct request *rq;
  json_t *root, *set;
  struct str key, print;
  const char *fields[FIELDS_MAX + 1];
  size_t n;
};

static void refuse(struct request *rq, struct str sentence) {
  reply_refuse(rq, 422, sentence);
}

static void end_call(struct call *c) { json_decref(c->root); }

static struct str text_of(struct call *c, const json_t *v) {
  return json_is_string(v)
             ? str_copy(c->rq->arena, (struct str){json_string_value(v), json_string_length(v)})
             : (struct str){0};
}

static struct str said(struct call *c, const char *name) {
  return text_of(c, json_object_get(c->root, name));
}

/* Reads the body. False: the reply says what to send. */
static bool begin_call(struct request *rq, struct call *c) {
  struct why why = {0};
  *c = (struct call){.rq = rq};
  c->root = json_read(rq->content, CALL_BYTES_MAX, &why);
  c->set = json_object_get(c->root, "set");
  c->key = said(c, "key");
  if (!json_is_object(c->root) || c->key.n < KEY_LEAST || c->key.n > KEY_MOST) {
    refuse(rq, PAGE_TITLE(rq, "Send JSON with a \"key\" of 8 to 100 characters, made by you and "
                              "the same each time you send this."));
    end_call(c);
    return false;
  }
  struct str whole = str_format(rq->arena, "%.*s\n%.*s", P(rq->path), P(rq->content));
  c->print = seal_blind(rq->arena, "api write", whole);
  return true;
}

/* The fields "set" names, each of this record and for people to give. */
static bool name_fields(struct call *c, const struct record_type *t, uint32_t classes,
                        const char *const *always) {
  const char *name;
  json_t *value;
  for (size_t i = 0; always[i]; i++) c->fields[c->n++] = always[i];
  json_object_foreach(c->set, name, value) {
    const struct field *f = field_find(t, str_of(name));
    bool before = false;
    for (size_t i = 0; i < c->n; i++) before |= strcmp(c->fields[i], name) == 0;
    if (!f || f->flags & HIDDEN || !(f->data_class & classes) || !json_is_string(value) ||
        c->n == FIELDS_MAX)
      return false;
    if (!before) c->fields[c->n++] = f->name;
  }
  c->fields[c->n] = NULL;
  return json_is_object(c->set);
}

static struct strs set_values(void *with, const char *name) {
  struct call *c = with;
  struct str text = text_of(c, json_object_get(c->set, name));
  struct strs one = {arena_new(c->rq->arena, struct str), text.n > 0};
  one.p[0] = text;
  return text.n && str_find_byte(text, ' ') < text.n && strcmp(name, "interventions") == 0
             ? str_split(c->rq->arena, text, ' ')
             : one;
}

/* Reads the fields into the record. False: the reply lists what to put right. */
static bool read_fields(struct call *c, const struct record_type *t, void *record) {
  struct posted posted = {set_values, c};
  struct faults faults = record_form_read(t, c->fields, &posted, c->rq->arena, record);
  if (!faults.n) return true;
  struct json_out j = json_to(c->rq->body);
  reply_status(c->rq, 422);
  reply_type(c->rq, "application/json");
  json_open(&j);
  json_key(&j, S("faults"));
  json_list(&j);
  for (size_t i = 0; i < faults.n; i++) {
    json_open(&j);
    json_put_str(&j, "field", str_of(faults.p[i].field->name));
    json_put_str(&j, "sentence", faults.p[i].sentence);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
  return false;
}

/* ---- once ---- */

enum before { BEFORE_NEW, BEFORE_SAME, BEFORE_OTHER };

static enum before sent_before(struct call *c, struct str *answer) {
  struct rows r;
  if (PLANTED == PLANTED_TWICE ||
      !db_one(&r, c->rq->db, c->rq->arena,
              SQL("select print, answer from api_write where user_id = ?1 and write_key = ?2"),
              V(c->rq->actor.user_id), V(c->key)))
    return BEFORE_NEW;
  bool same = str_eq(row_text(&r, 0), c->print);
  *answer = row_text(&r, 1);
  db_done(&r);
  return same ? BEFORE_SAME : BEFORE_OTHER;
}

static enum db_result keep_answer(struct call *c, struct str answer) {
  if (PLANTED == PLANTED_TWICE) return DB_OK;
  return db_run(c->rq->db,
                SQL("insert into api_write (user_id, write_key, print, answer, at) values (?1, ?2, "
                    "?3, ?4, ?5)"),
                V(c->rq->actor.user_id), V(c->key), V(c->print), V(answer),
                db_instant(c->rq->arena, c->rq->now));
}

/* What a call does, inside the transaction, and what it answers. */
typedef enum db_result call_work(struct call *c, void *with, struct str *answer);

static enum db_result try_call(struct call *c, call_work *work, void *with, struct str *answer) {
  db_begin(c->rq->db, STORE_MAIN);
  enum db_result result = work(c, with, answer);
  if (result == DB_OK) result = keep_answer(c, *answer);
  if (result == DB_OK) return db_commit(c->rq->db, STORE_MAIN);
  db_rollback(c->rq->db, STORE_MAIN);
  return result;
}

/* Two at once: the second waits for the first and gets its answer. */
static void do_once(struct call *c, call_work *work, void *with) {
  struct request *rq = c->rq;
  struct str answer = {0};
  enum db_result result = DB_RETRY;
  for (int i = 0; i < TRIES && (result == DB_RETRY || result == DB_CONFLICT); i++) {
    enum before before = sent_before(c, &answer);
    if (before == BEFORE_OTHER)
      return refuse(rq, PAGE_TITLE(rq, "This key was used for something else. Make a new one."));
    result = before == BEFORE_SAME ? DB_OK : try_call(c, work, with, &answer);
  }
  if (result == DB_NONE)
    return refuse(rq, PAGE_TITLE(rq, "There is no such thing in this record. Read it again."));
  if (result == DB_CONFLICT)
    return reply_refuse(rq, 409, PAGE_TITLE(rq, "This cannot be kept as it stands now. Read the "
                                                "record again, and send it with a new id."));
  if (result != DB_OK)
    return reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Send the same "
                                                "again in a minute."));
  audit_shows(rq, 0, 0); /* the answer names nobody who was not named before */
  reply_type(rq, "application/json");
  buf_put(rq->body, answer);
}

static struct str answer_id(struct call *c, struct uuid id, int64_t version) {
  return str_format(c->rq->arena, "{\"id\":\"%.*s\",\"version\":%lld}",
                    P(uuid_str(c->rq->arena, id)), (long long)version);
}

/* ---- somebody new ---- */

struct new_person { struct person person; bool hides; };

/* An id that stands already is not said to: they get another, and the answer's id counts. */
static void own_id(struct call *c, struct uuid *id) {
  if (!uuid_parse(said(c, "id"), id)) *id = (struct uuid){0};
  if (!uuid_is_zero(*id) &&
      db_number(c->rq->db, 1, SQL("select count(*) from person where public_id = ?1"),
                db_uuid(c->rq->arena, *id)))
    *id = (struct uuid){0};
}

static enum db_result add_person(struct call *c, void *with, struct str *answer) {
  struct new_person *n = with;
  struct request *rq = c->rq;
  struct person p = n->person;
  enum db_result result =
      n->hides ? people_add_restricted(rq->db, rq->arena, &rq->actor, &p, rq->now)
               : people_add(rq->db, rq->arena, &rq->actor, &p, rq->now);
  if (result != DB_OK) return result;
  audit_did(rq, "added", p.id, CLASS_IDENTITY | CLASS_CONTACT);
  *answer = answer_id(c, p.public_id, p.version);
  return DB_OK;
}

void api_person_new(struct request *rq) {
  static const char *const always[] = {"name", "safe_way", NULL};
  struct call c;
  struct new_person n = {.hides = false};
  if (!begin_call(rq, &c)) return;
  record_clear(&person_type, &n.person);
  n.hides = json_is_true(json_object_get(c.root, "hides"));
  if (!name_fields(&c, &person_type, ALL_CLASSES, always))
    refuse(rq, PAGE_TITLE(rq, "\"set\" holds fields of a person, each with its text: at least name "
                              "and safe_way."));
  else if (read_fields(&c, &person_type, &n.person)) {
    own_id(&c, &n.person.public_id);
    do_once(&c, add_person, &n);
  }
  end_call(&c);
}

/* ---- a contact ---- */

static enum db_result add_contact(struct call *c, void *with, struct str *answer) {
  struct request *rq = c->rq;
  struct contact one = *(struct contact *)with;
  bool again;
  enum db_result result = contacts_add(rq->db, rq->arena, &one, rq->actor.user_id, rq->now, &again);
  if (result != DB_OK) return result;
  audit_did(rq, "contact kept", one.person, CLASS_CONTACTS);
  *answer = answer_id(c, one.public_id, 1);
  return DB_OK;
}

void api_contact_new(struct request *rq) {
  static const char *const always[] = {"on_day", "mode", "kept_to", NULL};
  struct call c;
  struct person p;
  struct sight sight;
  struct contact one;
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS) || !begin_call(rq, &c)) return;
  record_clear(&contact_type, &one);
  if (!name_fields(&c, &contact_type, sight.classes, always))
    refuse(rq, PAGE_TITLE(rq, "\"set\" holds fields of a contact, each with its text: at least "
                              "on_day and mode."));
  else if (read_fields(&c, &contact_type, &one)) {
    one.person = p.id, one.worker = rq->actor.user_id, one.team = rq->actor.team_id;
    if (!one.kept_to.n) one.kept_to = S("all");
    uuid_parse(said(&c, "id"), &one.public_id);
    if (one.on_day > rq->today)
      refuse(rq, PAGE_TITLE(rq, "A contact has happened: its day is today or before."));
    else
      do_once(&c, add_contact, &one);
  }
  end_call(&c);
}

/* ---- an appointment ---- */

struct new_appointment { struct appointment one; struct attempt first; };

static enum db_result add_appointment(struct call *c, void *with, struct str *answer) {
  struct new_appointment *n = with;
  struct request *rq = c->rq;
  struct appointment one = n->one;
  enum db_result result =
      contacts_book(rq->db, rq->arena, &one, &n->first, rq->actor.user_id, rq->now);
  if (result != DB_OK) return result;
  audit_did(rq, "appointment", one.person, CLASS_CONTACTS);
  *answer = answer_id(c, one.public_id, 1);
  return DB_OK;
}

/* {"on": "2026-12-01", "at": "10:30", "minutes": 45} */
static bool read_when(struct call *c, struct attempt *out) {
  struct str at = said(c, "at"), hours = str_cut(&at, ':');
  int64_t h, m;
  json_int_t minutes = json_integer_value(json_object_get(c->root, "minutes"));
  *out = (struct attempt){.number = 1, .zone = S("Europe/London")};
  if (!day_parse(said(c, "on"), &out->on) || !str_to_i64(hours, &h) || !str_to_i64(at, &m) ||
      h < 0 || h > 23 || m < 0 || m > 59 || minutes < 0 || minutes > 1440)
    return false;
  out->minute = (int)(h * 60 + m), out->minutes = minutes ? minutes : 60;
  return true;
}

void api_appointment_new(struct request *rq) {
  static const char *const always[] = {"kind", "mode", NULL};
  struct call c;
  struct person p;
  struct sight sight;
  struct new_appointment n;
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS) || !begin_call(rq, &c)) return;
  record_clear(&appointment_type, &n.one);
  if (!name_fields(&c, &appointment_type, sight.classes, always) || !read_when(&c, &n.first))
    refuse(rq, PAGE_TITLE(rq, "Send \"on\" as 2026-12-01, \"at\" as 10:30, and \"set\" with at "
                              "least kind and mode."));
  else if (read_fields(&c, &appointment_type, &n.one)) {
    n.one.person = p.id, n.one.worker = rq->actor.user_id;
    uuid_parse(said(&c, "id"), &n.one.public_id);
    do_once(&c, add_appointment, &n);
  }
  end_call(&c);
}

/* ---- what came of it ---- */

struct new_outcome {
  struct outcome one;
  struct evidence shown; /* what "" = nothing is said to show it */
};

static enum db_result add_outcome(struct call *c, void *with, struct str *answer) {
  struct new_outcome *n = with;
  struct request *rq = c->rq;
  struct outcome one = n->one;
  bool again;
  enum db_result result =
      outcome_keep(rq->db, rq->arena, &one, rq->actor.user_id, rq->now, &again);
  if (result == DB_OK && !again && n->shown.what.n)
    result = outcome_show(rq->db, rq->arena, &one, &n->shown, rq->now);
  if (result != DB_OK) return result;
  audit_did(rq, "an outcome written down", one.person, CLASS_OUTCOMES);
  *answer = answer_id(c, one.public_id, one.version);
  return DB_OK;
}

/* {"shown": "payslip", "seen_on": "2026-12-01", "note": "April to May"}, each as on the page; no
 * day: today. False: the reply says what to send. */
static bool read_evidence(struct call *c, struct evidence *out) {
  struct request *rq = c->rq;
  struct str on = said(c, "seen_on");
  *out = (struct evidence){.what = said(c, "shown"),
                           .note = utf8_head(str_trim(said(c, "note")), OUTCOME_NOTE_MAX),
                           .on = rq->today,
                           .by_user = rq->actor.user_id};
  if (!out->what.n ? !on.n && !out->note.n
                   : code_find(code_list("outcome_evidence"), out->what) &&
                         (!on.n || (day_parse(on, &out->on) && out->on <= rq->today)))
    return true;
  refuse(rq, PAGE_TITLE(rq, "\"shown\" is a code of outcome_evidence; \"seen_on\" is its day as "
                            "2026-12-01, today or before."));
  return false;
}

void api_outcome_new(struct request *rq) {
  static const char *const always[] = {"kind", "on_day", NULL};
  struct call c;
  struct person p;
  struct sight sight;
  struct new_outcome n;
  if (!people_open(rq, &p, &sight, CLASS_OUTCOMES) || !begin_call(rq, &c)) return;
  record_clear(&outcome_type, &n.one);
  if (!name_fields(&c, &outcome_type, CLASS_OUTCOMES, always))
    refuse(rq, PAGE_TITLE(rq, "\"set\" holds fields of an outcome, each with its text: at least "
                              "kind and on_day."));
  else if (read_fields(&c, &outcome_type, &n.one) && read_evidence(&c, &n.shown)) {
    n.one.person = p.id;
    uuid_parse(said(&c, "id"), &n.one.public_id);
    if (n.one.on_day > rq->today)
      refuse(rq, PAGE_TITLE(rq, "An outcome has come: its day is today or before."));
    else
      do_once(&c, add_outcome, &n);
  }
  end_call(&c);
}

static enum db_result change_outcome(struct call *c, void *with, struct str *answer) {
  struct new_outcome *n = with;
  struct request *rq = c->rq;
  struct outcome one = n->one;
  enum db_result result =
      n->shown.what.n ? outcome_show(rq->db, rq->arena, &one, &n->shown, rq->now)
                      : outcome_change(rq->db, rq->arena, &one, rq->actor.user_id, rq->now);
  if (result != DB_OK) return result;
  audit_did(rq, n->shown.what.n ? "evidence of an outcome seen" : "an outcome changed", one.person,
            CLASS_OUTCOMES);
  *answer = answer_id(c, one.public_id, one.version);
  return DB_OK;
}

/* "ended_on" or "mistake": true. False: neither, or a day that cannot be. */
static bool read_change(struct call *c, struct outcome *o) {
  day_t today = c->rq->today;
  if (json_is_true(json_object_get(c->root, "mistake"))) return o->mistake_on = today, true;
  return day_parse(said(c, "ended_on"), &o->ended_on) && o->ended_on <= today &&
         o->ended_on >= o->on_day;
}

void api_outcome_change(struct request *rq) {
  struct call c;
  struct person p;
  struct sight sight;
  struct new_outcome n = {0};
  struct uuid id;
  if (!people_open(rq, &p, &sight, CLASS_OUTCOMES) || !begin_call(rq, &c)) return;
  if (!uuid_parse(said(&c, "outcome"), &id) || !outcome_known(rq->db, rq->arena, id, &n.one) ||
      n.one.person != p.id)
    refuse(rq, PAGE_TITLE(rq, "There is no such thing in this record. Read it again."));
  else if (read_evidence(&c, &n.shown)) {
    if (n.shown.what.n || read_change(&c, &n.one))
      do_once(&c, change_outcome, &n);
    else
      refuse(rq, PAGE_TITLE(rq, "Send \"shown\" with a code of outcome_evidence, \"ended_on\" as "
                                "2026-12-01, or \"mistake\": true."));
  }
  end_call(&c);
}

/* ---- a step done ---- */

struct ended_step { int64_t person_id; struct uuid step; struct str end; };

static enum db_result end_step(struct call *c, void *with, struct str *answer) {
  struct ended_step *s = with;
  struct request *rq = c->rq;
  enum db_result result = support_step_end(rq->db, rq->arena, s->person_id, s->step, s->end,
                                           rq->actor.user_id, rq->now);
  if (result != DB_OK) return result;
  audit_did(rq, "plan step", s->person_id, CLASS_PLAN);
  *answer = answer_id(c, s->step, 1);
  return DB_OK;
}

void api_step_end(struct request *rq) {
  struct call c;
  struct person p;
  struct sight sight;
  struct ended_step s = {0};
  if (!people_open(rq, &p, &sight, CLASS_PLAN) || !begin_call(rq, &c)) return;
  s.person_id = p.id, s.end = said(&c, "end");
  if (!uuid_parse(said(&c, "step"), &s.step) ||
      !(str_eq(s.end, S("done")) || str_eq(s.end, S("dropped"))))
    refuse(rq, PAGE_TITLE(rq, "Send \"step\" with the step’s id, \"end\" as done or dropped."));
  else
    do_once(&c, end_step, &s);
  end_call(&c);
}

void api_description(struct request *rq) {
  reply_type(rq, "application/json");
  request_openapi(rq, rq->body);
}
