/* person_pages: a person's referrals beside the rest of their record, and sending one with them. */
#include "inbox.html.h"
#include "journeys/journeys.h"
#include "person.html.h"
#include "referrals/page_parts.h"

/* Minutes from their home to each, and the last way back: for the worker's screen only. */
static void add_minutes(struct request *rq, const struct person *p, struct sight sight,
                        const struct matches *m, struct ref_person_page *page) {
  struct why why;
  const struct offers *all = offers_now(rq->db, rq->today, DIRECTORY_LIVE, &why);
  const struct offer **offers = arena_many(rq->arena, const struct offer *, m->list.n + 1);
  struct str *far = arena_many(rq->arena, struct str, m->list.n + 1),
             note = journeys_note((enum language)rq->lang);
  for (size_t i = 0; all && i < m->list.n; i++)
    offers[i] = offers_by_id(all, m->list.p[i].to.service_id);
  if (!all || !journeys_from_home(rq, p, sight.classes, offers, m->list.n, far)) return;
  for (size_t i = 0; i < page->matches.n && i < m->list.n; i++) page->matches.p[i].far = far[i];
  page->far_note = PAGE_TITLE(rq, "Minutes are by bus and on foot from their postcode, worked out "
                                  "now and not kept.");
  if (note.n) page->far_note = str_format(rq->arena, "%.*s %.*s", P(page->far_note), P(note));
}

static void show(struct request *rq, const struct person *p, struct sight sight, struct str fault) {
  struct matches m = {0};
  struct referral_lines lines = referrals_for_person(rq, p->id);
  struct ref_person_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Referrals")),
                                 .id = uuid_str(rq->arena, p->public_id),
                                 .fault = fault,
                                 .rows = ref_rows_of(rq, &lines),
                                 .agreed =
                                     ref_codes(rq, "referral_agreed", request_form(rq, "agreed")),
                                 .words = request_form(rq, "words")};
  if (match_person(rq, p, &m)) ref_matches(rq, &m, &page.matches.p, &page.matches.n);
  add_minutes(rq, p, sight, &m, &page);
  for (size_t i = 0; i < page.matches.n && !request_has(rq, "service"); i++)
    page.matches.p[i].chosen = false; /* from a record nothing is chosen for anybody */
  if (fault.n) reply_status(rq, 422);
  view_ref_person(rq->view, &page);
}

void person_referrals_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_PLAN)) show(rq, &p, sight, (struct str){0});
}

/* The sheet the receiving team gets: a name, the safe way, and what the person wants said. */
static void fill(struct request *rq, const struct person *p, struct referral_new *r) {
  *r = (struct referral_new){
      .via = "staff",
      .about = "professional",
      .source = S("other"),
      .name = p->name,
      .phone = p->phone,
      .email = p->email,
      .safe_way = p->safe_way,
      .safe_note = p->safe_note,
      .words =
          utf8_mend(rq->arena, utf8_head(str_trim(request_form(rq, "words")), REFERRAL_WORDS_MAX)),
      .age = p->born_on == DAY_NONE ? NUMBER_NONE : day_age(p->born_on, rq->today),
      .hides = permission_is_restricted(rq->db, p->id),
      .invented = p->invented == 1,
      .sent_by = rq->actor.user_id,
      .sent_team = rq->actor.team_id,
      .from_person = p->id,
      .lead_user = rq->actor.user_id,
      .from_function = rq->actor.function};
  if (!r->hides) r->area_code = p->ward_code;
}

/* What they said yes to, for the organisation it goes to: being named, and being reached. */
static enum db_result choose(struct request *rq, const struct person *p,
                             const struct referral_to *to, const char *how) {
  int64_t organisation = db_number(rq->db, 0, SQL("select organisation_id from team where id = ?1"),
                                   V(to->team_id));
  enum db_result result = DB_OK;
  static const uint32_t classes[] = {CLASS_IDENTITY, CLASS_CONTACT};
  for (size_t i = 0; i < countof(classes) && result == DB_OK; i++)
    result = permission_choose(rq->db, rq->arena,
                               &(struct choice){.person_id = p->id,
                                                .organisation_id = organisation,
                                                .asked_by = rq->actor.user_id,
                                                .class_bit = classes[i],
                                                .answer = "yes",
                                                .how = how,
                                                .language = rq->lang ? "cy" : "en"},
                               rq->now);
  return result;
}

static bool save(struct request *rq, const struct person *p, const struct referral_new *r) {
  struct uuid id;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = referral_send(rq->db, rq->arena, r, rq->now, &id);
  for (size_t i = 0; i < r->to.n && result == DB_OK; i++)
    result = choose(rq, p, &r->to.p[i], str_c(rq->arena, r->agreed));
  audit_did(rq, "sent a referral", p->id, CLASS_IDENTITY | CLASS_CONTACT | CLASS_SAFETY);
  if (result != DB_OK) {
    db_rollback(rq->db, STORE_MAIN);
    return false;
  }
  return db_commit(rq->db, STORE_MAIN) == DB_OK;
}

void person_referrals_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct matches m;
  struct referral_new r;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  const struct code *agreed = code_find(code_list("referral_agreed"), request_form(rq, "agreed"));
  struct strs chosen = request_form_all(rq, "service");
  fill(rq, &p, &r);
  if (!match_person(rq, &p, &m)) return show(rq, &p, sight, m.fault);
  for (size_t i = 0; i < chosen.n && r.to.n < REFERRAL_TO_MAX; i++) {
    const struct match *one = match_named(&m, chosen.p[i]);
    bool again = false;
    for (size_t k = 0; one && k < r.to.n; k++) again |= r.to.p[k].service_id == one->to.service_id;
    if (one && !again) r.to.p[r.to.n++] = one->to;
  }
  if (!r.to.n) return show(rq, &p, sight, PAGE_TITLE(rq, "Choose at least one."));
  if (!agreed)
    return show(rq, &p, sight,
                PAGE_TITLE(rq,
                           "Ask them first, then say how they agreed. Without a yes, nothing is "
                           "sent."));
  if (people_use_limited(rq->db, p.id) & (CLASS_IDENTITY | CLASS_CONTACT))
    return show(rq, &p, sight,
                PAGE_TITLE(rq, "Their name or how to reach them is kept but not to be used. Lift "
                               "the limit with them first."));
  r.agreed = agreed->code;
  if (!save(rq, &p, &r))
    return show(rq, &p, sight,
                PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute."));
  reply_redirect(
      rq, str_format(rq->arena, "/people/%.*s/referrals", P(uuid_str(rq->arena, p.public_id))));
}

void person_referrals_card(struct request *rq, const struct person *p, struct sight sight) {
  enum { SHOWN_MAX = 3 };
  (void)sight;
  struct referral_lines lines = referrals_for_person(rq, p->id);
  if (!lines.n) return;
  if (lines.n > SHOWN_MAX) lines.n = SHOWN_MAX;
  struct ref_card card = {uuid_str(rq->arena, p->public_id), ref_rows_of(rq, &lines)};
  view_ref_card(rq->view, &card);
}

/* What is due next of a referral they came by: one statement for the whole list. */
void person_referrals_next(struct request *rq, const int64_t *people, struct person_next *out,
                           size_t n) {
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select person_id, min(due) from referral_now where team_id = ?1 and "
                              "over = 0 and due < '9999-12-31' and person_id in INTS(?2) group by "
                              "person_id"),
                          V(rq->actor.team_id), V(db_in(rq->arena, people, n)));
  while (db_next(&r))
    for (size_t i = 0; i < n; i++)
      if (people[i] == row_int(&r, 0))
        out[i] = (struct person_next){PAGE_TITLE(rq, "Referral: the next step"), row_day(&r, 1)};
}

/* What stands in the clear beside sealed words: where they lived, and the reasons given. */
enum db_result person_referrals_erase(struct db *db, struct arena *a, int64_t person_id,
                                      uint32_t classes, instant_t now) {
  enum db_result result = DB_OK;
  (void)a, (void)now;
  if (classes & CLASS_SITUATION)
    result =
        db_run(db,
               SQL("update referral set area_code = null, their_ref = null where from_person = "
                   "?1 or id in (select referral_id from referral_leg where person_id = ?1)"),
               V(person_id));
  if (result == DB_OK && classes & CLASS_CONTACTS)
    result = db_run(db,
                    SQL("update referral_fact set reason = null, follows = null, note = null where "
                        "leg_id in (select id from referral_leg where person_id = ?1)"),
                    V(person_id));
  return result;
}
