/* edit_pages: changing what is known of somebody, a form for each class the asker may see. What was
 * typed is never lost: bad input is shown again with a sentence beside it, two people editing at
 * once both keep their words, and drafts are kept as one types. */
#include <jansson.h>
#include "base/planted.h"
#include "db/seal.h"
#include "people.html.h"
#include "people/inside.h"
#include "people/pages.h"

enum { FIELDS_MAX = 24, TRIES_MAX = 4, EDIT_BYTES_MAX = 1 << 16 };

TEXT_MESSAGE(title_identity, "Name and age");
TEXT_MESSAGE(title_contact, "Being in touch");
TEXT_MESSAGE(title_safety, "Staying safe");
TEXT_MESSAGE(title_situation, "About them");
TEXT_MESSAGE(title_finance, "Money");
TEXT_MESSAGE(title_health, "Health");
TEXT_MESSAGE(title_offences, "Convictions");
TEXT_MESSAGE(title_status, "Right to work");
const struct person_class person_classes[] = {
    {"identity", CLASS_IDENTITY, &title_identity}, {"contact", CLASS_CONTACT, &title_contact},
    {"safety", CLASS_SAFETY, &title_safety},       {"situation", CLASS_SITUATION, &title_situation},
    {"finance", CLASS_FINANCE, &title_finance},    {"health", CLASS_HEALTH, &title_health},
    {"offences", CLASS_OFFENCES, &title_offences}, {"status", CLASS_STATUS, &title_status},
};
const size_t person_classes_n = countof(person_classes);

struct edit {
  struct request *rq;
  const struct person_class *of;
  const char *fields[FIELDS_MAX + 1];
  struct sight sight;
  struct person seen, stored, mine; /* as the asker may see; as stored; as they want it */
  struct faults faults;
  size_t room; /* of the faults */
};

static void class_fields(struct edit *e) {
  size_t n = 0;
  for (size_t i = 0; i < person_type.n_fields && n < FIELDS_MAX; i++) {
    const struct field *f = &person_type.fields[i];
    if (f->data_class == e->of->class_bit && !(f->flags & HIDDEN)) e->fields[n++] = f->name;
  }
  e->fields[n] = NULL;
}

/* The class is the last word of the route. False: the reply is "not found". */
static bool open_edit(struct request *rq, struct edit *e) {
  struct str word = str_of(strrchr(rq->route->path, '/') + 1);
  *e = (struct edit){.rq = rq, .of = &person_classes[0]};
  for (size_t i = 0; i < person_classes_n; i++)
    if (str_eq(word, str_of(person_classes[i].word))) e->of = &person_classes[i];
  if (!people_open(rq, &e->seen, &e->sight, e->of->class_bit)) return false;
  class_fields(e);
  return true;
}

static bool read_stored(struct edit *e) {
  record_clear(&person_type, &e->stored);
  return people_whole(e->rq->db, e->rq->arena, e->seen.id, &e->stored);
}

static void fault(struct edit *e, const char *field, struct str sentence) {
  *slice_push(e->rq->arena, &e->faults, &e->room) =
      (struct fault){field_find(&person_type, str_of(field)), sentence};
}

/* What a field alone cannot tell. Prompts, not refusals, where facts only look odd. */
static void check(struct edit *e) {
  struct request *rq = e->rq;
  const struct person *p = &e->mine;
  bool identity = e->of->class_bit == CLASS_IDENTITY,
       situation = e->of->class_bit == CLASS_SITUATION;
  if (identity && p->born_on != DAY_NONE &&
      (p->born_on > rq->today || day_age(p->born_on, rq->today) > 120))
    fault(e, "born_on", PAGE_TITLE(rq, "Check the year: nobody is that old or not born yet."));
  if (situation && p->out_of_work_since != DAY_NONE && p->out_of_work_since > rq->today)
    fault(e, "out_of_work_since", PAGE_TITLE(rq, "This day has not come yet. Enter one that has."));
  if (situation && p->inactivity_reason.n && p->status.n && !str_eq(p->status, S("inactive")))
    fault(e, "inactivity_reason",
          PAGE_TITLE(rq, "This is for people not working and not looking. Change one of the two."));
}

/* ---- showing ---- */

static struct str draft_name(const struct edit *e) {
  return str_format(e->rq->arena, "person-%s", e->of->word);
}

static struct str record_word(const struct edit *e) {
  return uuid_str(e->rq->arena, e->seen.public_id);
}

static void show(struct edit *e, const struct posted *posted, struct str base, bool from_draft) {
  struct request *rq = e->rq;
  struct buf b = buf_open(1 << 18);
  struct record_form form = {.type = &person_type,
                             .only = e->fields,
                             .record = &e->mine,
                             .posted = posted,
                             .faults = &e->faults,
                             .lang = (enum language)rq->lang};
  record_form(&form, rq->arena, &b);
  struct person_edit_page page = {
      .head = people_head(rq, &e->seen, e->sight, PAGE_TITLE(rq, "Change what is known")),
      .title = words_of((enum language)rq->lang, e->of->title),
      .word = str_of(e->of->word),
      .draft = draft_name(e),
      .base = base,
      .form = {str_copy(rq->arena, buf_str(&b))},
      .from_draft = from_draft};
  buf_free(&b);
  view_people_edit(rq->view, &page);
}

void people_edit_page(struct request *rq) {
  struct edit e;
  struct draft draft = {0};
  if (!open_edit(rq, &e)) return;
  struct typed typed = {rq, NULL};
  struct posted posted = {typed_values, &typed};
  bool sent = request_form(rq, "base").n > 0; /* what had been sent when the session ran out */
  bool half = !sent && draft_load(rq, draft_name(&e), record_word(&e), &draft);
  if (half) typed.draft = &draft;
  e.mine = e.seen;
  struct str base =
      sent || half ? typed_first(&typed, "base") : people_base(rq->arena, &e.seen, e.fields);
  show(&e, sent || half ? &posted : NULL, base, half);
}

/* ---- saving ---- */

static struct str changed_words(struct edit *e, const struct field *f) {
  struct request *rq = e->rq;
  struct revisions r = record_history(rq->db, rq->arena, &person_type, e->stored.id, 1);
  struct str who = people_said_by(rq, r.n ? r.p[0].user_id : 0),
             theirs = value_words(rq->arena, f, field_get(f, &e->stored));
  return SAY(
      rq->arena, (enum language)rq->lang,
      T("{who} changed this meanwhile to: {theirs}. What you typed is below. Save again to keep "
        "yours, or type theirs."),
      SLOT("who", who), SLOT("theirs", theirs));
}

static bool merge(struct edit *e, struct str base) {
  const struct field *conflicts[FIELDS_MAX];
  size_t n = 0;
  if (PLANTED == PLANTED_LAST_WINS) return true;
  if (people_merge(e->rq->arena, base, e->fields, &e->stored, &e->mine, conflicts, &n)) return true;
  for (size_t i = 0; i < n; i++) fault(e, conflicts[i]->name, changed_words(e, conflicts[i]));
  return false;
}

static enum db_result keep(struct edit *e) {
  struct request *rq = e->rq;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = people_save(rq->db, rq->arena, &e->mine, rq->actor.user_id, rq->now);
  if (result != DB_OK) {
    db_rollback(rq->db, STORE_MAIN);
    return result;
  }
  audit_did(rq, "changed", e->mine.id, e->of->class_bit);
  return db_commit(rq->db, STORE_MAIN);
}

enum edit_end { EDIT_SAVED, EDIT_FAULTS, EDIT_BOTH, EDIT_FAILED };

/* Reads, merges and saves; when somebody saves in the same instant, it looks again. */
static enum edit_end try_edit(struct edit *e, const struct posted *posted, struct str base) {
  enum db_result result = DB_CONFLICT;
  for (int i = 0; i < TRIES_MAX && (result == DB_CONFLICT || result == DB_RETRY); i++) {
    e->faults.n = 0;
    if (!read_stored(e)) return EDIT_FAILED;
    e->mine = e->stored;
    e->faults = record_form_read(&person_type, e->fields, posted, e->rq->arena, &e->mine);
    e->room = e->faults.n;
    e->mine.version = e->stored.version;
    if (!e->faults.n) check(e);
    if (e->faults.n) return EDIT_FAULTS;
    if (!merge(e, base)) return EDIT_BOTH;
    result = keep(e);
  }
  return result == DB_OK ? EDIT_SAVED : EDIT_FAILED;
}

/* What another class holds of them is not for this page: only this class's values leave. */
static void only_seen(struct edit *e) { people_redact(&person_type, &e->mine, e->sight.classes); }

void people_edit_post(struct request *rq) {
  struct edit e;
  if (!open_edit(rq, &e)) return;
  struct typed typed = {rq, NULL};
  struct posted posted = {typed_values, &typed};
  struct str base = request_form(rq, "base");
  enum edit_end end = try_edit(&e, &posted, base);
  only_seen(&e);
  if (end == EDIT_SAVED) {
    draft_drop(rq, draft_name(&e), record_word(&e));
    reply_flash(rq, PAGE_TITLE(rq, "Saved."));
    reply_redirect(rq, str_format(rq->arena, "/people/%.*s", P(record_word(&e))));
  } else if (end == EDIT_FAILED) {
    reply_refuse(rq, 503,
                 PAGE_TITLE(rq, "That could not be saved just now. What you typed is kept; "
                                "try again in a minute."));
  } else if (end == EDIT_BOTH) {
    struct str again = people_base(rq->arena, &e.stored, e.fields); /* the next save is a choice */
    reply_status(rq, 409);
    show(&e, NULL, again, false);
  } else {
    reply_status(rq, 422);
    show(&e, &posted, base, false);
  }
}

/* ---- the same by call: {"version": 3, "set": {"phone": "0151 ..."}}, or version=3&phone=... ----
 */

struct said {
  struct request *rq;
  json_t *set;
  const struct person *stored;
};

/* A field the call does not name keeps its value. */
static struct strs said_values(void *with, const char *name) {
  struct said *said = with;
  struct arena *a = said->rq->arena;
  const struct field *f = field_find(&person_type, str_of(name));
  const json_t *v = json_object_get(said->set, name);
  if (!f) return (struct strs){0};
  struct str text = v ? str_copy(a, (struct str){json_string_value(v), json_string_length(v)})
                      : value_text(a, f, field_get(f, said->stored));
  if (f->kind == KIND_CODES) return str_split(a, text, ' ');
  struct strs one = {arena_new(a, struct str), text.n > 0};
  one.p[0] = text;
  return one;
}

static void put_fault(struct json_out *j, struct edit *e, const struct fault *f, bool both) {
  json_open(j);
  json_put_str(j, "field", str_of(f->field->name));
  json_put_str(j, "sentence", f->sentence);
  if (both) {
    json_put_str(j, "theirs", value_text(e->rq->arena, f->field, field_get(f->field, &e->stored)));
    json_put_str(j, "yours", value_text(e->rq->arena, f->field, field_get(f->field, &e->mine)));
  }
  json_close(j);
}

static void reply_json(struct edit *e, enum edit_end end) {
  static const int statuses[] = {200, 422, 409, 503};
  struct json_out j = json_to(e->rq->body);
  reply_status(e->rq, statuses[end]);
  reply_type(e->rq, "application/json");
  json_open(&j);
  json_put_i64(&j, "version", end == EDIT_SAVED ? e->mine.version : e->stored.version);
  json_key(&j, S("faults"));
  json_list(&j);
  for (size_t i = 0; i < e->faults.n; i++) put_fault(&j, e, &e->faults.p[i], end == EDIT_BOTH);
  json_list_end(&j);
  json_close(&j);
}

/* Every field named must be of a class the asker may see; what they call "version" is what they
 * edited from. */
static bool fields_said(struct edit *e, json_t *set) {
  const char *name;
  json_t *value;
  size_t n = 0;
  json_object_foreach(set, name, value) {
    const struct field *f = field_find(&person_type, str_of(name));
    if (!f || f->flags & HIDDEN || !(f->data_class & e->sight.classes) || n == FIELDS_MAX ||
        !json_is_string(value))
      return false;
    e->fields[n++] = f->name;
  }
  e->fields[n] = NULL;
  return n > 0;
}

/* The fingerprints of what the caller knew: of the stored values while the version is the same, of
 * nothing once somebody saved in between. */
static struct str base_said(struct edit *e, int64_t version) {
  return version == e->stored.version ? people_base(e->rq->arena, &e->stored, e->fields)
                                      : (struct str){0};
}

/* A form says the same: each field by its name. */
static json_t *said_in_form(struct request *rq) {
  json_t *root = json_object(), *set = json_object();
  int64_t version;
  for (size_t i = 0; i < rq->form.n; i++) {
    struct str name = rq->form.p[i].name, value = rq->form.p[i].value;
    if (str_eq(name, S("version")) && str_to_i64(value, &version))
      json_object_set_new(root, "version", json_integer(version));
    else if (field_find(&person_type, name))
      json_object_set_new(set, str_c(rq->arena, name),
                          json_stringn(value.p ? value.p : "", value.n));
  }
  json_object_set_new(root, "set", set);
  return root;
}

void people_edit_api(struct request *rq) {
  struct edit e = {.rq = rq, .of = &person_classes[0]};
  struct why why = {0};
  if (!people_open(rq, &e.seen, &e.sight, 0)) return;
  json_t *root = rq->content.n ? json_read(rq->content, EDIT_BYTES_MAX, &why) : said_in_form(rq);
  json_t *set = json_object_get(root, "set"), *version = json_object_get(root, "version");
  if (!json_is_integer(version) || !json_is_object(set) || !fields_said(&e, set) ||
      !read_stored(&e)) {
    reply_refuse(
        rq, 422,
        PAGE_TITLE(rq,
                   "Send {\"version\": number, \"set\": {field: text}} with fields you may see."));
  } else {
    struct said said = {rq, set, &e.stored};
    struct posted posted = {said_values, &said};
    enum edit_end end = try_edit(&e, &posted, base_said(&e, json_integer_value(version)));
    only_seen(&e);
    reply_json(&e, end);
  }
  json_decref(root);
}
