/* sight: the full predicate of who may see what of whom, from the source tables. Every list's rows
 * and every person page pass through permission_sight; the projection may_see only makes lists
 * fast. */
#include "permission/permission.h"
#include "base/planted.h"

enum {
  EVERY_CLASS = (1 << CLASS_COUNT) - 1,
  WHOLE_TEAM_ROLES = ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING,
  /* A peer worker walks beside someone: no health, offences, finance, equality or safety. */
  PEER_CLASSES = CLASS_IDENTITY | CLASS_CONTACT | CLASS_SITUATION | CLASS_PLAN | CLASS_CONTACTS |
                 CLASS_OUTCOMES,
  /* What may stand on a resident's remote page: nothing that would endanger them if someone else
     reads it (PRACTICE 4). */
  OWN_CLASSES = CLASS_IDENTITY | CLASS_CONTACT | CLASS_SITUATION | CLASS_PLAN | CLASS_CONTACTS |
                CLASS_OUTCOMES
};

uint32_t permission_role_classes(const struct actor *actor) {
  if (actor->function != FUNCTION_SUPPORT) return 0;
  uint32_t carers = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING;
  if (actor->roles & carers) {
    /* Equality answers are for tables of ten or more, never for a case page (PRACTICE 6). */
    return EVERY_CLASS & ~(uint32_t)CLASS_EQUALITY;
  }
  return actor->roles & ROLE_PEER ? PEER_CLASSES : 0;
}

static struct sight nothing(void) { return (struct sight){0, SIGHT_NONE, DAY_NONE}; }

bool permission_is_restricted(struct db *db, int64_t person_id) {
  /* On failure the answer is "restricted": a broken store must never open a record. */
  return db_number(db, 1, SQL("select count(*) from restricted_person where person_id = ?1"),
                   V(person_id)) != 0;
}

/* A peer worker sees the people they walk beside, whatever their team chose (S46). */
static bool only_peer(const struct actor *actor) {
  return actor->roles & ROLE_PEER && !(actor->roles & (WHOLE_TEAM_ROLES | ROLE_KEY_WORKER)) &&
         PLANTED != PLANTED_PEER_WIDE;
}

/* True when the team's own choice lets this user see the whole team's people; else only their
 * caseload and cover. */
bool permission_whole_team(struct db *db, struct arena *a, const struct actor *actor) {
  struct rows r;
  bool whole = (actor->roles & WHOLE_TEAM_ROLES) != 0;
  if (PLANTED == PLANTED_WHOLE_TEAM) return true;
  if (only_peer(actor)) return false;
  if (whole || !db_one(&r, db, a, SQL("select sees from team where id = ?1"), V(actor->team_id)))
    return whole;
  whole = !str_eq(row_text(&r, 0), S("own"));
  db_done(&r);
  return whole;
}

/* + before a team's id: SQLite must come by the person, not read all that the team supports.
 *
 * What is asked of the sources about one actor and one person. One statement asks it all, whatever
 * the answers: neither the clock nor the number of questions tells whether somebody is there,
 * hides, or is another team's. */
struct facts { bool blocked, restricted, named, glass, supported, whole_team, own, cover, kin; };

static bool read_facts(struct db *db, struct arena *a, const struct actor *actor, int64_t person_id,
                       day_t on, instant_t now, struct facts *out) {
  struct rows r;
  if (!db_one(
          &r, db, a,
          SQL("/* by key */ "
              "select (select count(*) from connection_block where person_id = ?1 and user_id = "
              "?2), "
              "(select count(*) from restricted_person where person_id = ?1), "
              "(select count(*) from restricted_worker where person_id = ?1 and user_id = ?2 and "
              "from_day <= ?3 and "
              "coalesce(to_day, '9999-12-31') >= ?3), "
              "(select count(*) from break_glass where person_id = ?1 and user_id = ?2 and "
              "opened_at <= ?4 and "
              "until_at > ?4), "
              "(select count(*) from engagement where person_id = ?1 and +team_id = ?5 and "
              "from_day "
              "<= ?3 and "
              "coalesce(to_day, '9999-12-31') >= ?3), "
              "(select count(*) from team where id = ?5 and sees <> 'own'), "
              "(select count(*) from caseload where person_id = ?1 and user_id = ?2 and from_day "
              "<= ?3 and "
              "coalesce(to_day, '9999-12-31') >= ?3), "
              "(select count(*) from cover v join caseload c on c.user_id = v.absent_user_id where "
              "v.standing_in_user_id = ?2 and c.person_id = ?1 and v.from_day <= ?3 and v.to_day "
              ">= ?3 and "
              "c.from_day <= ?3 and coalesce(c.to_day, '9999-12-31') >= ?3), "
              "(select count(*) from engagement e join team t on t.id = e.team_id join team m on "
              "m.id = ?5 and m.organisation_id = t.organisation_id and m.sees = 'organisation' "
              "where e.person_id = ?1 and e.from_day <= ?3 and coalesce(e.to_day, '9999-12-31') >= "
              "?3)"),
          V(person_id), V(actor->user_id), db_day(a, on), db_instant(a, now), V(actor->team_id)))
    return false;
  *out = (struct facts){row_int(&r, 0) != 0, row_int(&r, 1) != 0, row_int(&r, 2) != 0,
                        row_int(&r, 3) != 0, row_int(&r, 4) != 0, row_int(&r, 5) != 0,
                        row_int(&r, 6) != 0, row_int(&r, 7) != 0, row_int(&r, 8) != 0};
  db_done(&r);
  if (only_peer(actor)) out->whole_team = false;
  if (actor->roles & WHOLE_TEAM_ROLES || PLANTED == PLANTED_WHOLE_TEAM) out->whole_team = true;
  if (PLANTED == PLANTED_HIDDEN_SHOWN) out->restricted = false;
  return r.result == DB_OK;
}

/* Named workers, and whoever broke the glass within the hour. */
static struct sight sight_restricted(const struct facts *f, day_t on) {
  if (f->named) return (struct sight){EVERY_CLASS, SIGHT_NAMED, DAY_NONE};
  return f->glass ? (struct sight){EVERY_CLASS, SIGHT_GLASS, on} : nothing();
}

static struct sight sight_team(const struct facts *f) {
  if (f->kin) return (struct sight){EVERY_CLASS, SIGHT_TEAM, DAY_NONE};
  if (f->supported && (f->whole_team || f->own))
    return (struct sight){EVERY_CLASS, SIGHT_TEAM, DAY_NONE};
  return f->supported && f->cover ? (struct sight){EVERY_CLASS, SIGHT_COVER, DAY_NONE} : nothing();
}

/* Classes for which the person's newest word to this organisation is yes. */
static uint32_t chosen_classes(struct db *db, struct arena *a, int64_t person_id,
                               int64_t organisation_id) {
  uint32_t yes = 0;
  struct rows r =
      db_rows(db, a,
              SQL("/* by key */ "
                  "select c.class, c.answer from choice c where c.person_id = ?1 and "
                  "c.organisation_id = ?2 and c.id = (select max(n.id) from choice n where "
                  "n.person_id = c.person_id and n.organisation_id = c.organisation_id and "
                  "n.class = c.class)"),
              V(person_id), V(organisation_id));
  while (db_next(&r))
    if (str_eq(row_text(&r, 1), S("yes"))) yes |= (uint32_t)row_int(&r, 0);
  return r.result == DB_OK ? yes : 0;
}

/* Shares with the actor's team whose agreement is live and names both organisations. */
static struct sight sight_agreement(struct db *db, struct arena *a, const struct actor *actor,
                                    int64_t person_id, day_t on) {
  uint32_t agreed = 0;
  struct rows r = db_rows(
      db, a,
      SQL("/* by key */ "
          "select s.classes, g.classes from share s join agreement g on g.id = s.agreement_id "
          "join agreement_party mine on mine.agreement_id = g.id and mine.organisation_id = ?3 "
          "join agreement_party theirs on theirs.agreement_id = g.id and "
          "theirs.organisation_id = s.from_organisation_id "
          "where s.person_id = ?1 and +s.team_id = ?2 and s.from_day <= ?4 and "
          "coalesce(s.to_day, '9999-12-31') >= ?4 and g.from_day <= ?4 and "
          "coalesce(g.to_day, '9999-12-31') >= ?4"),
      V(person_id), V(actor->team_id), V(actor->organisation_id), db_day(a, on));
  while (db_next(&r)) agreed |= (uint32_t)(row_int(&r, 0) & row_int(&r, 1));
  agreed &= chosen_classes(db, a, person_id, actor->organisation_id);
  return r.result == DB_OK && agreed ? (struct sight){agreed, SIGHT_AGREEMENT, DAY_NONE}
                                     : nothing();
}

static struct sight sight_overridden(struct db *db, struct arena *a, const struct actor *actor,
                                     int64_t person_id, day_t on) {
  uint32_t classes = 0;
  day_t until = DAY_NONE;
  struct rows r = db_rows(
      db, a,
      SQL("/* by key */ "
          "select classes, to_day from sight_override where person_id = ?1 and +team_id = ?2 "
          "and from_day <= ?3 and to_day >= ?3"),
      V(person_id), V(actor->team_id), db_day(a, on));
  while (db_next(&r)) {
    classes |= (uint32_t)row_int(&r, 0);
    if (row_day(&r, 1) > until) until = row_day(&r, 1);
  }
  return r.result == DB_OK && classes ? (struct sight){classes, SIGHT_OVERRIDE, until} : nothing();
}

struct sight permission_sight(struct db *db, struct arena *a, const struct actor *actor,
                              int64_t person_id, day_t on, instant_t now) {
  if (actor->person_id && actor->person_id == person_id && actor->roles & ROLE_RESIDENT)
    return (struct sight){OWN_CLASSES, SIGHT_OWN, DAY_NONE};
  uint32_t role = permission_role_classes(actor);
  if (PLANTED == PLANTED_HURRIED && person_id < 0) return nothing();
  /* The same statements run whether or not the person exists, is restricted or is somebody else's,
   * so that the time taken says nothing (SECURITY-REQUIREMENTS 1, D1). */
  struct facts f;
  if (!read_facts(db, a, actor, person_id, on, now, &f)) return nothing();
  struct sight hidden = sight_restricted(&f, on), team = sight_team(&f);
  struct sight agreed = sight_agreement(db, a, actor, person_id, on);
  struct sight overridden = sight_overridden(db, a, actor, person_id, on);
  if (PLANTED == PLANTED_LEAKY && f.blocked)
    return (struct sight){CLASS_IDENTITY, SIGHT_TEAM, DAY_NONE};
  if (!role || f.blocked) return nothing();
  struct sight best = f.restricted     ? hidden
                      : team.classes   ? team
                      : agreed.classes ? agreed
                                       : overridden;
  if (!f.restricted && !team.classes) best.classes |= overridden.classes;
  if (f.glass && !best.classes) best = hidden; /* also somebody who does not hide */
  best.classes &= role;
  return best.classes ? best : nothing();
}

struct str permission_words(struct arena *a, struct sight s) {
  switch (s.reason) {
    case SIGHT_NONE: return S("You cannot see this record.");
    case SIGHT_OWN: return S("This is your own record.");
    case SIGHT_TEAM: return S("Your team supports them.");
    case SIGHT_COVER: return S("You are standing in for the worker who supports them.");
    case SIGHT_AGREEMENT:
      return S("They said yes to sharing, and there is an agreement between the organisations.");
    case SIGHT_OVERRIDE: {
      struct str day = day_words(a, s.until);
      return str_format(a, "A recorded decision lets your team see this until %.*s.", P(day));
    }
    case SIGHT_NAMED:
      return S("You are a named worker for them. Nobody else can find this record.");
    case SIGHT_GLASS: return S("You opened this record for one hour. A reviewer has been told.");
  }
  return (struct str){0};
}
