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

/* What is asked of the sources about one actor and one person. */
struct facts {
  bool blocked, restricted, named, glass, supported, own, cover, kin;
  uint32_t shared, chosen, overridden; /* classes */
  day_t until;                         /* of what is overridden */
};
enum fact {
  BLOCKED,
  RESTRICTED,
  NAMED,
  GLASS,
  SUPPORTED,
  OWN,
  COVER,
  KIN,
  SHARED,
  CHOSEN,
  OVERRIDDEN,
  TEAM_SEES
};

/* The row under the cursor: which fact, about whom, two numbers, a word. */
static void take(struct facts *f, enum fact kind, struct rows *r) {
  uint32_t one = (uint32_t)row_int(r, 2);
  switch (kind) {
    case BLOCKED: f->blocked = true; break;
    case RESTRICTED: f->restricted = PLANTED != PLANTED_HIDDEN_SHOWN; break;
    case NAMED: f->named = true; break;
    case GLASS: f->glass = true; break;
    case SUPPORTED: f->supported = true; break;
    case OWN: f->own = true; break;
    case COVER: f->cover = true; break;
    case KIN: f->kin = true; break;
    case SHARED: f->shared |= one & (uint32_t)row_int(r, 3); break;
    case CHOSEN:
      if (str_eq(row_text(r, 4), S("yes"))) f->chosen |= one;
      break;
    case OVERRIDDEN:
      f->overridden |= one;
      if (row_day(r, 4) > f->until) f->until = row_day(r, 4);
      break;
    case TEAM_SEES: break;
  }
}

/* One statement asks it all about everyone, whatever the answers: neither the clock nor the number
 * of questions tells whether somebody is there, hides, or is another team's
 * (SECURITY-REQUIREMENTS 1, D1). A row is a fact (enum fact) about a person. Shares count under a
 * live agreement that names both organisations; of a class the newest word to the actor's
 * organisation. + before a team's id: SQLite must come by the person, not read all that the team
 * supports. */
/* clang-format off */
#define ON_DAY(t) t "from_day <= ?3 and coalesce(" t "to_day, '9999-12-31') >= ?3 "
#define FACT(n) "select " n ", person_id, 0, 0, '' from "
#define ABOUT "where person_id in INTS(?1) "
#define AND "union all "
static const struct sql *facts_sql(void) {
  return SQL("/* by key */ "
      FACT("0") "connection_block " ABOUT "and user_id = ?2 " AND
      FACT("1") "restricted_person " ABOUT AND
      FACT("2") "restricted_worker " ABOUT "and user_id = ?2 and " ON_DAY("") AND
      FACT("3") "break_glass " ABOUT "and user_id = ?2 and opened_at <= ?4 and until_at > ?4 " AND
      FACT("4") "engagement " ABOUT "and +team_id = ?5 and " ON_DAY("") AND
      FACT("5") "caseload " ABOUT "and user_id = ?2 and " ON_DAY("") AND
      "select 6, c.person_id, 0, 0, '' from cover v "
        "join caseload c on c.user_id = v.absent_user_id and c.person_id in INTS(?1) "
        "where v.standing_in_user_id = ?2 and v.from_day <= ?3 and v.to_day >= ?3 "
        "and " ON_DAY("c.") AND
      "select 7, e.person_id, 0, 0, '' from engagement e join team t on t.id = +e.team_id "
        "join team m on m.id = ?5 and m.organisation_id = t.organisation_id "
          "and m.sees = 'organisation' "
        "where e.person_id in INTS(?1) and " ON_DAY("e.") AND
      "select 8, s.person_id, s.classes, g.classes, '' from share s "
        "join agreement g on g.id = s.agreement_id "
        "join agreement_party mine on mine.agreement_id = g.id and mine.organisation_id = ?6 "
        "join agreement_party theirs on theirs.agreement_id = g.id "
          "and theirs.organisation_id = s.from_organisation_id "
        "where s.person_id in INTS(?1) and +s.team_id = ?5 and " ON_DAY("s.")
        "and " ON_DAY("g.") AND
      "select 9, c.person_id, c.class, 0, c.answer from choice c "
        "where c.person_id in INTS(?1) and c.organisation_id = ?6 "
        "and c.id = (select max(n.id) from choice n where n.person_id = c.person_id "
          "and n.organisation_id = c.organisation_id and n.class = c.class) " AND
      "select 10, person_id, classes, 0, to_day from sight_override " ABOUT
        "and +team_id = ?5 and from_day <= ?3 and to_day >= ?3 " AND
      "select 11, 0, 0, 0, '' from team where id = ?5 and sees <> 'own'");
}
#undef AND
/* clang-format on */

static bool read_facts(struct db *db, struct arena *a, const struct actor *actor,
                       const int64_t *people, size_t n, day_t on, instant_t now, struct facts *out,
                       bool *team_sees) {
  size_t at = 0;
  for (size_t i = 0; i < n; i++) out[i] = (struct facts){.until = DAY_NONE};
  struct rows r = db_rows(db, a, facts_sql(), db_in(a, people, n), V(actor->user_id), db_day(a, on),
                          db_instant(a, now), V(actor->team_id), V(actor->organisation_id));
  while (db_next(&r)) {
    if (row_int(&r, 0) == TEAM_SEES) *team_sees = true;
    int64_t person = row_int(&r, 1);
    for (size_t tried = 0; tried < n; tried++, at++)
      if (people[at % n] == person) {
        take(&out[at % n], (enum fact)row_int(&r, 0), &r);
        break;
      }
  }
  return r.result == DB_OK;
}

/* Named workers, and whoever broke the glass within the hour. */
static struct sight sight_restricted(const struct facts *f, day_t on) {
  if (f->named) return (struct sight){EVERY_CLASS, SIGHT_NAMED, DAY_NONE};
  return f->glass ? (struct sight){EVERY_CLASS, SIGHT_GLASS, on} : nothing();
}

static struct sight sight_team(const struct facts *f, bool whole_team) {
  if (f->kin) return (struct sight){EVERY_CLASS, SIGHT_TEAM, DAY_NONE};
  if (f->supported && (whole_team || f->own))
    return (struct sight){EVERY_CLASS, SIGHT_TEAM, DAY_NONE};
  return f->supported && f->cover ? (struct sight){EVERY_CLASS, SIGHT_COVER, DAY_NONE} : nothing();
}

static struct sight sight_of(const struct facts *f, bool whole_team, uint32_t role, day_t on) {
  struct sight hidden = sight_restricted(f, on), team = sight_team(f, whole_team);
  struct sight agreed = {f->shared & f->chosen, SIGHT_AGREEMENT, DAY_NONE};
  struct sight overridden = {f->overridden, SIGHT_OVERRIDE, f->until};
  if (PLANTED == PLANTED_LEAKY && f->blocked)
    return (struct sight){CLASS_IDENTITY, SIGHT_TEAM, DAY_NONE};
  if (!role || f->blocked) return nothing();
  struct sight best = f->restricted    ? hidden
                      : team.classes   ? team
                      : agreed.classes ? agreed
                                       : overridden;
  if (!f->restricted && !team.classes) best.classes |= overridden.classes;
  if (f->glass && !best.classes) best = hidden; /* also somebody who does not hide */
  best.classes &= role;
  return best.classes ? best : nothing();
}

/* ---- what this request has asked already (db_turn) ---- */

enum { SEEN_MAX = 512 };
static struct seen {
  uint64_t turn;
  int64_t user_id, team_id, organisation_id;
  uint32_t roles, classes;
  day_t on;
  instant_t now;
  size_t n;
  int64_t person[SEEN_MAX];
  struct sight sight[SEEN_MAX];
} seen;

static const struct sight *seen_of(int64_t person_id) {
  for (size_t i = 0; i < seen.n; i++)
    if (seen.person[i] == person_id) return &seen.sight[i];
  return NULL;
}

static void remember(int64_t person_id, struct sight s) {
  if (!seen.turn || seen.n == SEEN_MAX) return;
  seen.person[seen.n] = person_id;
  seen.sight[seen.n++] = s;
}

/* Empties it unless the same is asked by the same, and nothing was written since. */
static void seen_for(const struct db *db, const struct actor *who, day_t on, instant_t now) {
  uint32_t classes = permission_role_classes(who);
  if (seen.turn == db_turn(db) && seen.user_id == who->user_id && seen.team_id == who->team_id &&
      seen.organisation_id == who->organisation_id && seen.roles == who->roles &&
      seen.classes == classes && seen.on == on && seen.now == now)
    return;
  seen.turn = db_turn(db), seen.user_id = who->user_id, seen.team_id = who->team_id;
  seen.organisation_id = who->organisation_id, seen.roles = who->roles, seen.classes = classes;
  seen.on = on, seen.now = now, seen.n = 0;
}

/* The sights of people not asked about yet; nothing of anybody when the store did not answer. */
static void ask_sights(struct db *db, struct arena *a, const struct actor *actor,
                       const int64_t *people, size_t n, day_t on, instant_t now,
                       struct sight *out) {
  struct facts *f = arena_many(a, struct facts, n);
  bool team_sees = false, read = read_facts(db, a, actor, people, n, on, now, f, &team_sees),
       whole = actor->roles & WHOLE_TEAM_ROLES || PLANTED == PLANTED_WHOLE_TEAM ||
               (team_sees && !only_peer(actor));
  for (size_t i = 0; i < n; i++)
    out[i] = read ? sight_of(&f[i], whole, permission_role_classes(actor), on) : nothing();
  for (size_t i = 0; read && i < n; i++) remember(people[i], out[i]);
  if (read && !seen_of(-1)) remember(-1, nothing()); /* whoever is nobody costs no question more */
}

void permission_foresee(struct db *db, struct arena *a, const struct actor *actor,
                        const int64_t *people, size_t n, day_t on, instant_t now) {
  int64_t *ask = arena_many(a, int64_t, n + 1);
  size_t asked = 0;
  if (!db_turn(db)) return;
  seen_for(db, actor, on, now);
  for (size_t i = 0; i < n; i++) {
    size_t same = 0;
    while (same < asked && ask[same] != people[i]) same++;
    if (same == asked && !seen_of(people[i])) ask[asked++] = people[i];
  }
  if (asked) ask_sights(db, a, actor, ask, asked, on, now, arena_many(a, struct sight, asked));
}

struct sight permission_sight(struct db *db, struct arena *a, const struct actor *actor,
                              int64_t person_id, day_t on, instant_t now) {
  struct sight s;
  if (actor->person_id && actor->person_id == person_id && actor->roles & ROLE_RESIDENT)
    return (struct sight){OWN_CLASSES, SIGHT_OWN, DAY_NONE};
  if (PLANTED == PLANTED_HURRIED && person_id < 0) return nothing();
  seen_for(db, actor, on, now);
  const struct sight *known = seen_of(person_id);
  if (known) return *known;
  ask_sights(db, a, actor, &person_id, 1, on, now, &s);
  return s;
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
