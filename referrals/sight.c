/* sight: who may open a referral, and what a sender hears back. */
#include "referrals/inside.h"

/* Asked of everyone alike: the same statements whether the leg is theirs, another's or nobody's. */
enum side leg_side(struct request *rq, const struct leg *g) {
  const struct actor *who = &rq->actor;
  int64_t here = g->person_id ? g->person_id : -1, from = g->from_person ? g->from_person : -1;
  permission_foresee(rq->db, rq->arena, who, (int64_t[]){here, from}, 2, rq->today, rq->now);
  struct sight of_here = permission_sight(rq->db, rq->arena, who, here, rq->today, rq->now);
  struct sight of_from = permission_sight(rq->db, rq->arena, who, from, rq->today, rq->now);
  if (who->function != FUNCTION_SUPPORT || !actor_has(who, INBOX_ROLES)) return SIDE_NONE;
  if (g->team_id == who->team_id) {
    if (g->person_id && of_here.classes & CLASS_IDENTITY) return SIDE_TEAM;
    if (!g->person_id && (!g->hides || actor_has(who, LEAD_ROLES))) return SIDE_TEAM;
  }
  return g->from_person && of_from.classes & CLASS_PLAN ? SIDE_SENDER : SIDE_NONE;
}

void leg_shown(struct request *rq, const struct leg *g, uint32_t classes) {
  audit_shows(rq, leg_person(g), classes);
}

bool leg_open(struct request *rq, struct leg *out, enum side *side) {
  struct uuid id;
  struct rows r;
  *out = (struct leg){.id = -1};
  if (!uuid_parse(request_path(rq, "id"), &id)) memset(&id, 0, sizeof id);
  if (db_one(&r, rq->db, rq->arena,
             SQL("select " LEG_COLUMNS "from referral_leg g join referral r on r.id = "
                 "g.referral_id where g.public_id = ?1"),
             db_uuid(rq->arena, id))) {
    *out = leg_of(&r);
    db_done(&r);
  }
  *side = leg_side(rq, out);
  audit_shows(rq, 0, 0);
  if (*side == SIDE_NONE) {
    reply_not_found(rq);
    return false;
  }
  leg_shown(rq, out, CLASS_IDENTITY | CLASS_CONTACT | CLASS_SITUATION | CLASS_SAFETY);
  return true;
}

/* A support team that sent somebody hears a "not taken on": without it the person is left standing.
 * What came of it after the first talk is the person's to tell. */
bool sender_knows_end(const struct leg *g) { return str_eq(g->feedback, S("outcome")); }

/* ---- lines for Today and for lists ---- */

/* Of each leg: a person's name as far as the asker sees them, else the name on its sheet. */
static void names_of(struct request *rq, const struct leg *legs, size_t n, struct str *out) {
  int64_t *people = arena_many(rq->arena, int64_t, n + 1);
  struct sight *sights = arena_many(rq->arena, struct sight, n + 1);
  struct person *p = arena_many(rq->arena, struct person, n + 1);
  struct sheet s;
  for (size_t i = 0; i < n; i++) {
    people[i] = legs[i].hides ? 0 : legs[i].person_id;
    if (people[i])
      sights[i] = permission_sight(rq->db, rq->arena, &rq->actor, people[i], rq->today, rq->now);
  }
  people_listed_all(rq, people, sights, n, p);
  for (size_t i = 0; i < n; i++) {
    out[i] = p[i].name;
    if (!legs[i].hides && !legs[i].person_id &&
        sheet_open(rq->db, rq->arena, legs[i].referral_id, &s))
      out[i] = s.name;
  }
}

static struct referral_line line_of(struct request *rq, const struct leg *g, enum side side,
                                    struct referral_facts facts, struct str name) {
  struct referral_standing s = referral_standing_of(facts, g->clock, rq->today);
  struct referral_line line = {.leg_id = g->id,
                               .person_id = g->person_id,
                               .public_id = g->public_id,
                               .service = g->service,
                               .is = s.state,
                               .received = s.received,
                               .since = s.since,
                               .due = s.due,
                               .overdue = s.due != DAY_NONE && s.due < rq->today};
  if (side == SIDE_SENDER) {
    bool came_back = s.state == REFERRAL_RETURNED || s.state == REFERRAL_MEETING;
    bool told = came_back || s.state == REFERRAL_DECLINED || sender_knows_end(g);
    if (!told)
      line.is = REFERRAL_RECEIVED, line.since = s.received, line.due = DAY_NONE,
      line.overdue = false;
  }
  line.state = referral_state_words((enum language)rq->lang, line.is);
  line.name = name;
  leg_shown(rq, g, CLASS_IDENTITY);
  return line;
}

/* What is asked about each of many legs, asked about all of them at once. */
static void legs_foresee(struct request *rq, const struct leg *legs, size_t n) {
  int64_t *people = arena_many(rq->arena, int64_t, 2 * n + 1);
  size_t asked = 0;
  for (size_t i = 0; i < n; i++) {
    if (legs[i].person_id) people[asked++] = legs[i].person_id;
    if (legs[i].from_person) people[asked++] = legs[i].from_person;
  }
  permission_foresee(rq->db, rq->arena, &rq->actor, people, asked, rq->today, rq->now);
}

static struct referral_lines lines_of(struct request *rq, struct rows *r, int limit) {
  struct {
    struct leg *p;
    size_t n;
  } legs = {0};
  struct referral_lines out = {0};
  size_t cap = 0, kept = 0;
  while (db_next(r)) *slice_push(rq->arena, &legs, &cap) = leg_of(r);
  legs_foresee(rq, legs.p, legs.n);
  enum side *sides = arena_many(rq->arena, enum side, legs.n + 1);
  int64_t *ids = arena_many(rq->arena, int64_t, legs.n + 1);
  for (size_t i = 0; i < legs.n && kept < (size_t)limit; i++) {
    sides[kept] = leg_side(rq, &legs.p[i]);
    if (sides[kept] == SIDE_NONE) continue;
    ids[kept] = legs.p[i].id;
    legs.p[kept++] = legs.p[i];
  }
  struct referral_facts *facts = arena_many(rq->arena, struct referral_facts, kept + 1);
  struct str *names = arena_many(rq->arena, struct str, kept + 1);
  legs_facts(rq->db, rq->arena, ids, kept, facts);
  names_of(rq, legs.p, kept, names);
  out.p = arena_many(rq->arena, struct referral_line, kept + 1), out.n = kept;
  for (size_t i = 0; i < kept; i++)
    out.p[i] = line_of(rq, &legs.p[i], sides[i], facts[i], names[i]);
  return out;
}

/* Of somebody who hides a list of the team says nothing, nor a count: their page does. */
#define NOT_HIDING                                                                                 \
  "(n.person_id is null or exists (select 1 from person h where h.id = n.person_id and h.name is " \
  "not null))"

struct referral_lines referrals_waiting(struct request *rq, bool overdue_only, int limit) {
  if (limit > REFERRAL_LINES_MAX) limit = REFERRAL_LINES_MAX;
  /* A few more are read than are shown, for those this worker may not open. */
  struct rows r =
      overdue_only
          ? db_rows(
                rq->db, rq->arena,
                SQL("select " LEG_COLUMNS
                    "from referral_now n join referral_leg g on g.id = n.leg_id join referral "
                    "r on r.id = g.referral_id where n.team_id = ?1 and n.over = 0 and " NOT_HIDING
                    " and n.due < ?2 order by n.due, n.leg_id limit ?3"),
                V(rq->actor.team_id), db_day(rq->arena, rq->today), V(limit * 2))
          : db_rows(
                rq->db, rq->arena,
                SQL("select " LEG_COLUMNS
                    "from referral_now n join referral_leg g on g.id = n.leg_id join referral "
                    "r on r.id = g.referral_id where n.team_id = ?1 and n.over = 0 and " NOT_HIDING
                    " order by n.due, n.leg_id limit ?2"),
                V(rq->actor.team_id), V(limit * 2));
  return lines_of(rq, &r, limit);
}

struct referral_lines referrals_returned(struct request *rq, int limit) {
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select " LEG_COLUMNS
          "from referral r join referral_leg g on g.referral_id = r.id join referral_now n on "
          "n.leg_id = g.id where r.sent_by = ?1 and r.from_person is not null and "
          "(n.state = 'returned' or (n.state = 'meeting' and n.changes <= ?2)) order by g.id"),
      V(rq->actor.user_id), db_day(rq->arena, rq->today));
  return lines_of(rq, &r, limit);
}

struct referral_lines referrals_for_person(struct request *rq, int64_t person_id) {
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("/* by key */ select " LEG_COLUMNS
          "from referral_leg g join referral r on r.id = g.referral_id where g.id in (select "
          "h.id from referral_leg h where h.person_id = ?1 union select k.id from referral f join "
          "referral_leg k on k.referral_id = f.id where f.from_person = ?1) order by g.id desc"),
      V(person_id));
  return lines_of(rq, &r, REFERRAL_LINES_MAX);
}

struct referral_waiting referrals_waiting_count(struct db *db, struct arena *a, int64_t team_id,
                                                day_t today) {
  return (struct referral_waiting){
      db_number(db, 0,
                SQL("select count(*) from referral_now n where n.team_id = ?1 and n.over = 0 "
                    "and " NOT_HIDING),
                V(team_id)),
      db_number(db, 0,
                SQL("select count(*) from referral_now n where n.team_id = ?1 and n.over = 0 and "
                    "n.due < ?2 and " NOT_HIDING),
                V(team_id), db_day(a, today))};
}

struct referral_stages referrals_stages(struct db *db, struct arena *a, int64_t team_id,
                                        day_t today) {
  struct referral_stages out = {0};
  struct {
    int64_t *p;
    size_t n;
  } days[REFERRAL_STATES] = {0};
  size_t cap = 0, caps[REFERRAL_STATES] = {0};
  int64_t overdue[REFERRAL_STATES] = {0};
  struct rows r =
      db_rows(db, a,
              SQL("select n.state, n.since, n.due from referral_now n where n.team_id = "
                  "?1 and n.over = 0 and " NOT_HIDING " order by n.since, n.leg_id"),
              V(team_id));
  while (db_next(&r)) {
    struct str code = row_text(&r, 0);
    for (int s = 0; s < REFERRAL_STATES; s++) {
      if (!str_eq(code, str_of(referral_state_code((enum referral_state)s)))) continue;
      *slice_push(a, &days[s], &caps[s]) = today - row_day(&r, 1); /* longest first */
      overdue[s] += row_day(&r, 2) < today;
    }
  }
  for (int s = 0; s < REFERRAL_STATES; s++)
    if (days[s].n)
      *slice_push(a, &out, &cap) =
          (struct referral_stage){(enum referral_state)s, (int64_t)days[s].n, overdue[s],
                                  days[s].p[0], days[s].p[days[s].n / 2]};
  return out;
}
