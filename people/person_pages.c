/* person_pages: one person, as far as the asker may see; and somebody new. */
#include "base/planted.h"
#include "people.html.h"
#include "people/inside.h"
#include "people/pages.h"
#include "record/form.h"

static void add_fact(struct request *rq, struct person_facts *facts, size_t *cap,
                     const struct field *f, const void *record) {
  struct value v = field_get(f, record);
  if (!v.known) return;
  *slice_push(rq->arena, facts, cap) = (struct person_fact){
      words_label((enum language)rq->lang, str_of(f->label)), value_words(rq->arena, f, v)};
}

/* Every known field of a class, in the order of the definition. */
static struct person_facts facts_of(struct request *rq, const struct person *p, uint32_t classes) {
  struct person_facts facts = {0};
  size_t cap = 0;
  for (size_t i = 0; i < person_type.n_fields; i++)
    if (person_type.fields[i].data_class & classes && !(person_type.fields[i].flags & HIDDEN))
      add_fact(rq, &facts, &cap, &person_type.fields[i], p);
  return facts;
}

static void read_strengths(struct request *rq, const struct person *p, struct person_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("/* by key */ "
                              "select * from strength where person = ?1 order by said_on, id"),
                          V(p->id));
  while (db_next(&r)) {
    struct strength s;
    record_clear(&strength_type, &s);
    record_from_row(&strength_type, &r, &s);
    *slice_push(rq->arena, &page->strengths, &cap) =
        (struct person_strength){s.words, s.seen_by, day_words(rq->arena, s.said_on)};
  }
}

/* Only groups the person said yes to, and only their names: who else is in one is theirs to say. */
static void read_households(struct request *rq, const struct person *p, struct person_page *page) {
  size_t cap = 0;
  struct people_groups groups = people_groups_of(rq->db, rq->arena, p->id);
  for (size_t i = 0; i < groups.n; i++)
    *slice_push(rq->arena, &page->households, &cap) = (struct person_household){groups.p[i].name};
}

/* One section a class the sight allows; those of no known fact are only a way to ask. */
static void read_sections(struct request *rq, const struct person *p, struct sight sight,
                          struct person_page *page) {
  size_t cap = 0;
  for (size_t i = 0; i < person_classes_n; i++) {
    const struct person_class *c = &person_classes[i];
    if (!(sight.classes & c->class_bit)) continue;
    *slice_push(rq->arena, &page->sections, &cap) =
        (struct person_section){.word = str_of(c->word),
                                .title = words_of((enum language)rq->lang, c->title),
                                .facts = facts_of(rq, p, c->class_bit)};
    page->unasked |= page->sections.p[page->sections.n - 1].facts.n == 0;
  }
  page->may_change =
      actor_has(&rq->actor, ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING);
}

void people_person_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, 0)) return;
  struct person_page page = {.head =
                                 people_head(rq, &p, sight, PAGE_TITLE(rq, "A person you support")),
                             .cards = people_cards(rq, &p, sight)};
  if (sight.classes & CLASS_PLAN) read_strengths(rq, &p, &page);
  if (sight.classes & CLASS_SITUATION) read_households(rq, &p, &page);
  read_sections(rq, &p, sight, &page);
  view_people_person(rq->view, &page);
}

void people_person_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, 0)) return;
  reply_type(rq, "application/json");
  record_json(&person_type, &p, sight.classes, HIDDEN, &j);
}

/* ---- somebody new ---- */

static const char *const new_fields[] = {"name", "safe_way", "phone", "email", "safe_note", NULL};

static void show_new(struct request *rq, const struct posted *posted, const struct faults *faults,
                     bool from_draft, struct markup alike) {
  struct buf b = buf_open(1 << 18);
  struct record_form form = {.type = &person_type,
                             .only = new_fields,
                             .posted = posted,
                             .faults = faults,
                             .lang = (enum language)rq->lang};
  record_form(&form, rq->arena, &b);
  struct person_new_page page = {page_layout(rq, PAGE_TITLE(rq, "Someone new")),
                                 {str_copy(rq->arena, buf_str(&b))},
                                 alike,
                                 from_draft};
  buf_free(&b);
  view_people_new(rq->view, &page);
}

void people_new_page(struct request *rq) {
  struct draft draft = {0};
  struct typed typed = {rq, NULL};
  struct posted posted = {typed_values, &typed};
  bool sent = request_form(rq, "name").n > 0;
  bool half = !sent && draft_load(rq, S("person"), (struct str){0}, &draft);
  if (half) typed.draft = &draft;
  audit_shows(rq, 0, 0);
  show_new(rq, sent || half ? &posted : NULL, NULL, half, (struct markup){0});
}

void people_new_post(struct request *rq) {
  struct typed typed = {rq, NULL};
  struct posted posted = {typed_values, &typed};
  struct person p;
  record_clear(&person_type, &p);
  struct faults faults = record_form_read(&person_type, new_fields, &posted, rq->arena, &p);
  audit_shows(rq, 0, 0);
  bool wanting = PLANTED == PLANTED_THREE_REQUIRED && p.born_on == DAY_NONE;
  if (faults.n || wanting) {
    reply_status(rq, 422);
    show_new(rq, &posted, &faults, false, (struct markup){0});
    return;
  }
  /* Shown once; whoever says they are new is believed. Nobody to be shown: no page in between. */
  struct markup alike = people_parts_alike(rq, &p);
  if (alike.html.n && !request_form(rq, "looked").n) {
    reply_status(rq, 409);
    show_new(rq, &posted, NULL, false, alike);
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  people_add(rq->db, rq->arena, &rq->actor, &p, rq->now);
  audit_did(rq, "started support", p.id, CLASS_IDENTITY | CLASS_CONTACT);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK) {
    reply_refuse(
        rq, 503,
        PAGE_TITLE(
            rq,
            "That could not be saved just now. What you typed is kept; try again in a minute."));
    return;
  }
  audit_shows(rq, p.id, CLASS_IDENTITY | CLASS_CONTACT);
  draft_drop(rq, S("person"), (struct str){0});
  struct str id = uuid_str(rq->arena, p.public_id);
  reply_redirect(rq, str_format(rq->arena, "/people/%.*s", P(id)));
}
