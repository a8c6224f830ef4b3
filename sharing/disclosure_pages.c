/* disclosure_pages: the register of notices that compel: a court, the police, a law. Two people:
 * one records, another confirms. Counts are public, by year and by who asked; nothing else leaves.
 */
#include "db/seal.h"
#include "office.html.h"
#include "sharing/inside.h"

static const char *const askers[] = {"court",     "A court",     "police", "The police",
                                     "statutory", "Another law", "other",  "Somebody else"};

static struct str asker_words(struct request *rq, struct str code) {
  for (size_t i = 0; i < countof(askers); i += 2)
    if (str_eq(code, str_of(askers[i]))) return words_in(rq, askers[i + 1]);
  return code;
}

static struct disclosure_row row_of(struct request *rq, struct rows *r) {
  struct disclosure_row row = {.id = row_text(r, 0),
                               .asked_by = asker_words(rq, row_text(r, 1)),
                               .received = day_words(rq->arena, row_day(r, 2)),
                               .power = row_text(r, 3),
                               .given = row_int(r, 4) ? PAGE_TITLE(rq, "Something was handed over.")
                                                      : PAGE_TITLE(rq, "Nothing was handed over."),
                               .told = row_int(r, 5) ? PAGE_TITLE(rq, "They were told.")
                                                     : PAGE_TITLE(rq, "They were not told."),
                               .first = row_text(r, 6),
                               .second = row_text(r, 7),
                               .waits = row_null(r, 7),
                               .own = row_int(r, 8) == rq->actor.user_id};
  return row;
}

static void show(struct request *rq, struct str fault) {
  struct disclosures_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Notices that compel")),
                                  .fault = fault};
  size_t cap = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select d.public_id, d.asked_by, d.received_on, d.power, d.anything, d.told, a.name, "
          "b.name, d.first_user_id from disclosure d join user_account a on a.id = "
          "d.first_user_id left join user_account b on b.id = d.second_user_id where "
          "d.organisation_id = ?1 order by d.id desc limit 200"),
      V(rq->actor.organisation_id));
  while (db_next(&r)) *slice_push(rq->arena, &page.rows, &cap) = row_of(rq, &r);
  if (fault.n) reply_status(rq, 422);
  audit_shows(rq, 0, 0);
  view_sharing_disclosures(rq->view, &page);
}

void disclosures_page(struct request *rq) { show(rq, (struct str){0}); }

static bool asker_given(struct request *rq) {
  for (size_t i = 0; i < countof(askers); i += 2)
    if (str_eq(request_form(rq, "asked_by"), str_of(askers[i]))) return true;
  return false;
}

static enum db_result add(struct request *rq, int64_t person_id, day_t received, bool told) {
  struct str sealed, given = text_given(rq, "given");
  if (!seal(rq->db, rq->arena, (struct seal_place){person_id, CLASS_SAFETY, "disclosure"}, given,
            rq->now, &sealed))
    return DB_FAILED;
  return db_run(
      rq->db,
      SQL("insert into disclosure (public_id, organisation_id, person_id, asked_by, power, advice, "
          "given, anything, told, not_told_why, received_on, first_user_id, first_at) values (?1, "
          "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"),
      V(uuid_str(rq->arena, uuid_v4())), V(rq->actor.organisation_id), V(person_id),
      V(request_form(rq, "asked_by")), V(text_given(rq, "power")), V(text_given(rq, "advice")),
      db_blob(sealed), V(str_eq(request_form(rq, "anything"), S("yes"))), V(told),
      db_text_or_null(text_given(rq, "not_told_why")), db_day(rq->arena, received),
      V(rq->actor.user_id), db_instant(rq->arena, rq->now));
}

void disclosure_post(struct request *rq) {
  struct uuid public_id;
  day_t received;
  int64_t id = people_by_reference(rq->db, rq->arena, request_form(rq, "reference"), &public_id);
  bool told = str_eq(request_form(rq, "told"), S("yes"));
  bool theirs = permission_may_break_glass(rq->db, rq->arena, &rq->actor, id, rq->today);
  if (!theirs || !asker_given(rq) || !text_given(rq, "power").n || !text_given(rq, "advice").n ||
      !text_given(rq, "given").n || !day_given(rq, "received", &received) || received > rq->today ||
      (!told && !text_given(rq, "not_told_why").n)) {
    show(rq, PAGE_TITLE(rq, "Give the reference of somebody your organisation supports, who asked, "
                            "the power they named, the advice taken, what was given (\"nothing\" "
                            "is an answer), the day it came, and whether the person was told or "
                            "why not."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  add(rq, id, received, told);
  struct users others =
      accounts_holding(rq->db, rq->arena, rq->actor.organisation_id, SHARING_DECIDERS, rq->today);
  for (size_t i = 0; i < others.n; i++)
    if (others.p[i] != rq->actor.user_id)
      accounts_tell(rq->db, rq->arena, others.p[i],
                    "A notice that compels waits for its second person.", S("/disclosures"),
                    rq->now);
  sharing_keep(rq, "compelled disclosure recorded", id, CLASS_SAFETY,
               PAGE_TITLE(rq, "It is recorded. A second person confirms it."), S("/disclosures"));
}

void disclosure_second_post(struct request *rq) {
  struct rows r;
  int64_t id = 0, person = 0;
  if (db_one(&r, rq->db, rq->arena,
             SQL("select id, person_id from disclosure where public_id = ?1 and organisation_id = "
                 "?2 and second_user_id is null and first_user_id <> ?3"),
             V(request_path(rq, "id")), V(rq->actor.organisation_id), V(rq->actor.user_id))) {
    id = row_int(&r, 0), person = row_int(&r, 1);
    db_done(&r);
  }
  audit_shows(rq, person, 0);
  if (!id) {
    reply_not_found(rq);
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  db_run(rq->db,
         SQL("update disclosure set second_user_id = ?2, second_at = ?3 where id = ?1 and "
             "second_user_id is null and first_user_id <> ?2"),
         V(id), V(rq->actor.user_id), db_instant(rq->arena, rq->now));
  sharing_keep(rq, "compelled disclosure confirmed", person, CLASS_SAFETY,
               PAGE_TITLE(rq, "Two people stand behind it now."), S("/disclosures"));
}

void disclosure_counts_page(struct request *rq) {
  struct counts_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "When the law made us hand over records"))};
  size_t cap = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("/* scan: a register of few rows, counted */ select substr(received_on, 1, 4), asked_by, "
          "count(*), sum(anything), sum(told) from disclosure where second_user_id is not null "
          "group by substr(received_on, 1, 4), asked_by order by 1 desc, 2"));
  while (db_next(&r))
    *slice_push(rq->arena, &page.rows, &cap) =
        (struct count_row){row_text(&r, 0), asker_words(rq, row_text(&r, 1)), row_int(&r, 2),
                           row_int(&r, 3), row_int(&r, 4)};
  view_sharing_counts(rq->view, &page);
}
