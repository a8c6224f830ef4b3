/* domain: what safeguarding brings to the program. */
#include "people/part.h"
#include "safeguarding/inside.h"

extern const struct migrations safeguarding_migrations;

enum {
  READERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING | ROLE_PEER,
  STAFF = SAFEGUARDING_STAFF,
  NAMERS = ROLE_SAFEGUARDING | ROLE_MANAGER | ROLE_ADMIN
};
static const struct route routes[] = {
    ROUTE(READ, "/worried", worry_page, STAFF, FAST, "I'm worried about someone.", ROUTE_PERSON),
    ROUTE(WRITE, "/worried", worry_post, STAFF, FAST, "Tell the safeguarding lead.", ROUTE_PERSON),
    ROUTE(READ, "/worried/paper", worry_paper_page, STAFF, FAST, "The same as a blank form.",
          ROUTE_PERSON),
    ROUTE(READ, "/worried/{id}", worry_received_page, STAFF, FAST,
          "That a worry was received, and who reads it.", ROUTE_PERSON),
    ROUTE(READ, "/safeguarding", concerns_page, READERS, FAST, "Concerns you were told of.",
          ROUTE_PERSON),
    ROUTE(READ, "/safeguarding/people", safeguarding_posts_page, READERS | ROLE_ADMIN, FAST,
          "Who answers for safeguarding, and training that is due.", 0),
    ROUTE(WRITE, "/safeguarding/people", safeguarding_posts_post, NAMERS, FAST,
          "Name a lead or a deputy.", 0),
    ROUTE(READ, "/safeguarding/{id}", concern_page, READERS, FAST, "One concern.", ROUTE_PERSON),
    ROUTE(WRITE, "/safeguarding/{id}", concern_post, READERS, FAST, "Write down a step.",
          ROUTE_PERSON),
    ROUTE(READ, "/safeguarding/{id}/paper", concern_paper_page, READERS, FAST,
          "One concern, to print.", ROUTE_PERSON),
    ROUTE(READ, "/stuck", safeguarding_stuck_list_page, READERS, FAST,
          "What people who are stuck wrote to you.", ROUTE_PERSON),
    ROUTE(WRITE, "/stuck/{id}", safeguarding_stuck_read_post, READERS, FAST, "It has been read.",
          ROUTE_PERSON),
    ROUTE(READ, "/me/stuck", safeguarding_stuck_page, ROLE_RESIDENT, FAST, "I'm stuck.",
          ROUTE_PERSON | ROUTE_RESIDENT),
    ROUTE(WRITE, "/me/stuck", safeguarding_stuck_post, ROLE_RESIDENT, FAST,
          "Send it to your worker.", ROUTE_PERSON | ROUTE_RESIDENT),
};
static const struct job_kind jobs[] = {
    {.name = "safeguarding clock", .title = "Telling who must read a concern", .lane = LANE_SOON,
     .run = concern_job}};

/* Organisations whose workers support people and where nobody would read a concern. */
int safeguarding_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out) {
  day_t today = instant_local_uk(now).day;
  int faults = 0;
  struct rows r = db_rows(db, a,
                          SQL("select distinct o.id, o.name from member_organisation o join team t "
                              "on t.organisation_id = o.id where t.function = ?1 and t.ended_at is "
                              "null and o.ended_at is null order by o.id"),
                          V((int)FUNCTION_SUPPORT));
  while (db_next(&r)) {
    int64_t id = row_int(&r, 0);
    if (safeguarding_holders(db, a, id, "lead", 0, today, true).n ||
        safeguarding_holders(db, a, id, "manager", 0, today, true).n)
      continue;
    buf_format(out, "%.*s has nobody to read a concern. Name a safeguarding lead at "
                    "/safeguarding/people, or give somebody the role.\n", P(row_text(&r, 1)));
    faults++;
  }
  return faults;
}

/* No way and no card: concerns stand on no page about a person. */
TEXT_MESSAGE(part_name, "Safeguarding");
static const struct person_part parts[] = {
    {.name = &part_name, .classes = CLASS_SAFETY, .erase = safeguarding_erase,
     .hold = safeguarding_hold}};

const struct domain safeguarding_domain = {
    .name = "safeguarding", .routes = routes, .n_routes = countof(routes),
    .migrations = &safeguarding_migrations, .jobs = jobs, .n_jobs = countof(jobs),
    .doctor = safeguarding_doctor, .demo = safeguarding_demo,
    .person_parts = parts, .n_person_parts = countof(parts),
};
