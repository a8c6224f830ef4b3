/* permission: who may see what of whom, and why. One domain answers every such question, with its
 * reason in words.
 *
 * A worker sees the people their own team supports. Beyond the team it takes an agreement between
 * the organisations AND the person's choice, or a recorded override. Restricted people (who hide
 * from someone) are never in a list: workers named for them reach them by a second query, anyone
 * else only by breaking the glass. Enforcement sees nothing here, ever. Sources: PRACTICE 1-4 and
 * 7; Data Protection Act 2018; UK GDPR Articles 6, 9, 10. */
#ifndef WAYMARK_PERMISSION_H
#define WAYMARK_PERMISSION_H
#include "accounts/accounts.h"
#include "record/record.h"
#include "web/web.h"

enum sight_reason {
  SIGHT_NONE, /* also when the person does not exist: the two are never told apart */
  SIGHT_OWN, /* the resident's own record, without what must not be on a remote page (PRACTICE 4) */
  SIGHT_TEAM,      /* the actor's team supports them */
  SIGHT_COVER,     /* standing in for the worker who carries the case */
  SIGHT_AGREEMENT, /* an agreement and the person's choice */
  SIGHT_OVERRIDE,
  SIGHT_NAMED, /* named worker of a restricted person */
  SIGHT_GLASS  /* broke the glass, within the hour */
};
struct sight {
  uint32_t classes;  /* mask of data classes; 0 = nothing, not even that the person exists */
  enum sight_reason reason;
  day_t until;       /* DAY_NONE = open */
};
/* The full predicate, from the source tables, not the projection. */
struct sight permission_sight(struct db *db, struct arena *a, const struct actor *actor,
                              int64_t person_id, day_t on, instant_t now);
/* Many people at once, by one statement: within a request permission_sight then answers about each
 * of them without asking. For pages that look at several. */
void permission_foresee(struct db *db, struct arena *a, const struct actor *actor,
                        const int64_t *people, size_t n, day_t on, instant_t now);
struct str permission_words(struct arena *a, struct sight s);  /* "Your team supports them." */
/* What a role may ever see, whatever the reason: a peer worker never sees health or offences. */
uint32_t permission_role_classes(const struct actor *actor);

/* List scope: every list of people starts "from may_see m" (MAY_SEE_FROM) with MAY_SEE_SCOPE, whose
 * `?` are those permission_scope fills; MAY_SEE_OWN is added, with permission_scope_own's, for a
 * user who sees only their own caseload and cover. Both say what permission_sight says: who the row
 * lets the actor see on the day, connection blocks left out, one row a person. */
#define MAY_SEE_FROM "from may_see m "
#define MAY_SEE_SCOPE_OF(team)                                                                     \
  "where " team " = ? and m.from_day <= ? and m.to_day >= ? and (m.classes & ?) <> 0 "             \
  "and not exists (select 1 from connection_block b where b.person_id = m.person_id and "          \
  "b.user_id = ?) "                                                                                \
  "and not exists (select 1 from may_see o where o.team_id = m.team_id and o.person_id = "         \
  "m.person_id "                                                                                   \
  "and o.name_fold = m.name_fold and o.from_day <= ? and o.to_day >= ? and (o.classes & ?) <> 0 "  \
  "and (o.reason < m.reason or (o.reason = m.reason and o.from_day < m.from_day)))"
#define MAY_SEE_SCOPE MAY_SEE_SCOPE_OF("m.team_id")
/* The same for a list that is already narrowed to few people (by their ids, or by a join that finds
 * them): + keeps SQLite from reading the whole team in order of name. */
#define MAY_SEE_SCOPE_FEW MAY_SEE_SCOPE_OF("+m.team_id")
#define MAY_SEE_OWN                                                                                \
  " and (m.reason <> 'team' or exists (select 1 from caseload c where c.person_id = m.person_id "  \
  "and c.user_id = ? "                                                                             \
  "and c.from_day <= ? and coalesce(c.to_day, '9999-12-31') >= ?) "                                \
  "or exists (select 1 from cover v join caseload c on c.user_id = v.absent_user_id where "        \
  "c.person_id = m.person_id and v.standing_in_user_id = ? and v.from_day <= ? and v.to_day >= ? " \
  "and c.from_day <= ? and coalesce(c.to_day, '9999-12-31') >= ?))"
/* The same for a list that walks those with a word that begins so, in order of name: its select
 * ends in MAY_SEE_PREFIX_FROM, its scope is MAY_SEE_SCOPE_PREFIX, one filter MAY_SEE_PREFIX_IS
 * with the first letters (MAY_SEE_PREFIX at most), its sort "x.name_fold, x.person_id, ...". */
#define MAY_SEE_PREFIX_FROM "from may_see_prefix x cross join may_see m "
#define MAY_SEE_SCOPE_PREFIX                                                                       \
  MAY_SEE_SCOPE_OF("x.team_id")                                                                    \
  " and m.team_id = x.team_id and m.name_fold = x.name_fold and m.person_id = x.person_id"
#define MAY_SEE_PREFIX_IS "x.prefix = ?"
enum { MAY_SEE_PREFIX = 3 };
enum { MAY_SEE_ARGS = 8, MAY_SEE_OWN_ARGS = 8 };
/* Writes MAY_SEE_ARGS values, then MAY_SEE_OWN_ARGS more, to `at`. */
void permission_scope(struct arena *a, const struct actor *actor, day_t on, struct db_value *at);
/* After a list is read: re-checks each person with permission_sight; keeps those seen, in order,
 * with what may be seen of them and why, and returns how many; a difference raises an alarm. At
 * most 50 a page. */
size_t permission_recheck(struct request *rq, int64_t *people, struct sight *sights, size_t n);
/* Does the actor's own team choice show them the whole team's people, or only their caseload and
 * cover? */
bool permission_whole_team(struct db *db, struct arena *a, const struct actor *actor);
bool permission_is_restricted(struct db *db,
                              int64_t person_id); /* true also when it cannot be known */
/* The second, separate query: the restricted people this user is named for on the day, and those
 * whose glass they broke within the hour. At most `room`; in order of id. */
size_t permission_named_for(struct db *db, struct arena *a, const struct actor *actor, day_t on,
                            instant_t now, int64_t *people, size_t room);

/* Facts. Each is written with its projection in the caller's MAIN transaction. name: what lists
 * sort and search by. */
enum db_result permission_engage(struct db *db, struct arena *a, int64_t person_id, int64_t team_id,
                                 struct str name, day_t from);
/* Takes back what permission_engage and permission_carry wrote, for somebody added by mistake: as
 * if they had never been here. Never for somebody who hides. */
enum db_result permission_unengage(struct db *db, struct arena *a, int64_t person_id);
/* The worker who carries the case, and a dated stand-in for one worker. */
enum db_result permission_carry(struct db *db, struct arena *a, int64_t person_id, int64_t user_id,
                                day_t from);
/* From that day on the second worker carries the case; the first stops that day. */
enum db_result permission_hand_over(struct db *db, struct arena *a, int64_t person_id,
                                    int64_t from_user, int64_t to_user, day_t day);
enum db_result permission_cover(struct db *db, struct arena *a, int64_t absent_user,
                                int64_t standing_in, day_t from, day_t to, int64_t by_user,
                                instant_t now);
/* Their support by that team ends; `last` is its last day. Nobody there carries them any more. */
enum db_result permission_end(struct db *db, struct arena *a, int64_t person_id, int64_t team_id,
                              day_t last, struct str why_code);
enum db_result permission_renamed(struct db *db, struct arena *a, int64_t person_id,
                                  struct str name);
/* What somebody is found by when a record of the same person is asked about: keyed fingerprints,
 * none in the clear (known/ makes them). Replaces those there were; n 0: none any more. Never kept
 * of somebody who hides. Stands for each team that may see them in may_see_key (team_id, key,
 * person_id), so that a question meets nobody else's people, nor takes longer for them. */
enum db_result permission_list_keys(struct db *db, struct arena *a, int64_t person_id,
                                    const int64_t *keys, size_t n);
/* Those that stand, in order; how many, at most `room`. */
size_t permission_listed_keys(struct db *db, struct arena *a, int64_t person_id, int64_t *keys,
                              size_t room);
/* How many people who hide could be found by keys: always 0 (doctor). */
int64_t permission_hidden_listed(struct db *db);
/* Is an agreement in force on the day that names both organisations and covers all the classes? */
bool permission_agreement_between(struct db *db, struct arena *a, int64_t one, int64_t other,
                                  uint32_t classes, day_t on);
/* People of these teams on the day whose newest word to an organisation about a class is yes; never
 * somebody who hides. How many, in *people, in order of number. */
size_t permission_said_yes(struct db *db, struct arena *a, int64_t organisation_id,
                           uint32_t class_bit, const int64_t *teams, size_t n_teams, day_t on,
                           int64_t **people);
/* The organisations whose teams support somebody on the day. */
struct supporter { int64_t organisation_id; struct str organisation; };
struct supporters { struct supporter *p; size_t n; };
struct supporters permission_supporters(struct db *db, struct arena *a, int64_t person_id,
                                        day_t on);
enum db_result permission_restrict(struct db *db, struct arena *a, int64_t person_id,
                                   int64_t by_user, instant_t now);
/* They hide no more: lists may hold them again once permission_renamed gives them a name; the
 * workers named for them on the day carry them. */
enum db_result permission_unrestrict(struct db *db, struct arena *a, int64_t person_id, day_t day);
/* Everybody who hides, by number, the next after that one. How many, at most `room`. */
size_t permission_hidden(struct db *db, struct arena *a, int64_t after, int64_t *people,
                         size_t room);
enum db_result permission_name_worker(struct db *db, struct arena *a, int64_t person_id,
                                      int64_t user_id, day_t from, day_t to);
struct choice {
  int64_t person_id, organisation_id, asked_by;
  uint32_t class_bit;
  const char *answer, *how, *language;
  struct str notice_version;
};
enum db_result permission_choose(struct db *db, struct arena *a, const struct choice *c,
                                 instant_t now);
/* An agreement between organisations; for_ever: to = DAY_NONE. The first party controls; each said
 * to be one of "controller", "joint", "processor" in `capacity`. Returns its id, 0 when it failed.
 */
struct agreement_party { int64_t organisation_id; const char *capacity; };
struct agreement {
  struct str title, purpose;
  uint32_t classes;
  const char *article6;
  struct str article9, schedule1, article10, impact_assessment, notice_version;
  day_t from, to, review_on;
  int64_t owner_user_id;
  struct {
    const struct agreement_party *p;
    size_t n;
  } parties;
};
int64_t permission_agreement_add(struct db *db, struct arena *a, const struct agreement *g);
struct share {
  int64_t person_id, from_organisation_id, team_id, agreement_id, by_user;
  uint32_t classes;
  day_t from;
};
enum db_result permission_share(struct db *db, struct arena *a, const struct share *s);
/* kind: safeguarding | vital | legal | court. The reason is sealed. */
struct override {
  int64_t person_id, team_id, decided_by;
  const char *kind;
  uint32_t classes;
  bool told;
  day_t from, to;
  struct str reason, not_told_why;
};
enum db_result permission_override(struct db *db, struct arena *a, const struct override *o,
                                   instant_t now);
enum db_result permission_block(struct db *db, struct arena *a, int64_t person_id, int64_t user_id,
                                instant_t now);
/* Opens one record to one worker for 60 minutes, whoever hides included; tells whoever reviews it.
 * The sentence is sealed. Only for somebody the worker's own organisation supports, and never past
 * a connection block: ask permission_may_break_glass first. */
bool permission_may_break_glass(struct db *db, struct arena *a, const struct actor *actor,
                                int64_t person_id, day_t on);
enum db_result permission_break_glass(struct db *db, struct arena *a, const struct actor *actor,
                                      int64_t person_id, struct str reason_code,
                                      struct str sentence, instant_t now);
/* From when to when a team supports somebody: oldest first; and those of a team that contradict
 * themselves (they end before they begin, or overlap another of the same person), at most 50,
 * nobody who hides among them. */
struct spell {
  int64_t id, person_id;
  struct str public_id, why; /* why: a code of packs/codes/support_ended.csv */
  day_t from, to;            /* to DAY_NONE: still */
  bool backwards, overlaps;
};
struct spells {
  struct spell *p;
  size_t n;
};
struct spells permission_spells(struct db *db, struct arena *a, int64_t person_id, int64_t team_id);
struct spells permission_spells_wrong(struct db *db, struct arena *a, int64_t team_id);
/* Puts the days of one right, or ends it; whoever of the team carries the case stops with it.
 * DB_NONE: it is not the team's; DB_CONFLICT: it would end before it begins. */
/* Support begins again: another spell, under the name they are listed by. */
enum db_result permission_engage_again(struct db *db, struct arena *a, int64_t person_id,
                                       int64_t team_id, day_t from);
enum db_result permission_spell_set(struct db *db, struct arena *a, int64_t team_id,
                                    const struct spell *s);
/* Does any team support them on the day; if not, the last day one did, in *last. UNKNOWN: the store
 * did not answer. For how long a record is kept (PRACTICE 9), never for a page. */
enum support { SUPPORT_UNKNOWN, SUPPORT_NEVER, SUPPORT_NOW, SUPPORT_ENDED };
enum support permission_supported(struct db *db, struct arena *a, int64_t person_id, day_t on,
                                  day_t *last);
/* People nobody supports any more, whom a team of the actor's organisation supported last; those
 * who ended longest ago first, at most `room`. For what is kept too long; nothing of them may be
 * shown. */
size_t permission_ended(struct db *db, struct arena *a, const struct actor *actor, day_t on,
                        int64_t *people, size_t room);
/* Re-derives may_see for one person, or for everyone (0); returns how many rows differed from what
 * stood there. */
int64_t permission_rebuild(struct db *db, struct arena *a, int64_t person_id,
                           enum db_result *result);
/* Its review: by a manager or safeguarding lead of the organisation, never by whoever opened it;
 * red when it waits more than GLASS_REVIEW_DAYS working days. finding: needed | mistake | concern.
 * DB_CONFLICT: somebody reviewed it first. */
enum { GLASS_REVIEW_DAYS = 3 };
struct glass {
  int64_t id, person_id, user_id;
  struct str public_id, reason_code, sentence, by_name;
  instant_t opened_at, reviewed_at; /* reviewed_at INSTANT_NONE: it waits */
};
struct glasses { struct glass *p; size_t n; };
struct glasses permission_glass_waiting(struct db *db, struct arena *a, const struct actor *actor);
bool permission_glass_load(struct db *db, struct arena *a, const struct actor *actor,
                           struct str public_id, struct glass *out);
enum db_result permission_glass_review(struct db *db, struct arena *a, const struct actor *actor,
                                       const struct glass *g, const char *finding, struct str note,
                                       instant_t now);
int64_t permission_glass_overdue(struct db *db, struct arena *a, day_t today);
/* Working days that have passed since a day: Monday to Friday. */
int permission_working_days(day_t from, day_t to);

/* Whom a team sees (own | team | organisation), with the reason; every projection it changes is
 * written with it. */
enum db_result permission_team_sees(struct db *db, struct arena *a, int64_t team_id,
                                    const char *sees, struct str reason, int64_t by_user,
                                    instant_t now);
struct str permission_team_sees_reason(struct db *db, struct arena *a, int64_t team_id);
/* A worker searched: a word that is their own surname asks their manager to look, once a day. WORK
 * only, so that a search may call it. */
void permission_search_noticed(struct request *rq, struct strs words);

/* What stands, for the pages that show it (sharing/). */
struct choice_said {
  int64_t organisation_id;
  uint32_t class_bit;
  struct str organisation, answer, how, language, notice_version, asked_by;
  instant_t said_at;
};
struct choices_said { struct choice_said *p; size_t n; };
struct choices_said permission_choices(struct db *db, struct arena *a, int64_t person_id);
struct share_now {
  struct str public_id, team, organisation, agreement;
  uint32_t classes;
  day_t from, to;
};
struct shares_now { struct share_now *p; size_t n; };
struct shares_now permission_shares(struct db *db, struct arena *a, int64_t person_id, day_t on);
enum db_result permission_share_end(struct db *db, struct arena *a, int64_t person_id,
                                    struct str public_id, day_t last);
struct override_now {
  struct str team, organisation, kind, reason, decided_by;
  uint32_t classes;
  bool told;
  day_t to;
};
struct overrides_now { struct override_now *p; size_t n; };
struct overrides_now permission_overrides(struct db *db, struct arena *a, int64_t person_id,
                                          day_t on);
struct party_known { int64_t organisation_id; struct str organisation, capacity; };
struct agreement_known {
  int64_t id;
  struct str public_id, title, purpose, article6, article9, schedule1, article10,
      impact_assessment, notice_version, owner;
  uint32_t classes;
  day_t from, to, review_on;
  struct { struct party_known *p; size_t n; } parties;
};
struct agreements_known { struct agreement_known *p; size_t n; };
struct agreements_known permission_agreements(struct db *db, struct arena *a,
                                              int64_t organisation_id);
bool permission_agreement_load(struct db *db, struct arena *a, int64_t organisation_id,
                               struct str public_id, struct agreement_known *out);
enum db_result permission_agreement_review(struct db *db, struct arena *a, int64_t agreement_id,
                                           int64_t by_user, day_t on, day_t next,
                                           struct str words);
/* Ends it, and with it what was shared under it, from the day after `last`. */
enum db_result permission_agreement_end(struct db *db, struct arena *a, int64_t agreement_id,
                                        day_t last);
struct cover_known { int64_t id; struct str absent, standing_in; day_t from, to; };
struct covers_known { struct cover_known *p; size_t n; };
struct covers_known permission_covers(struct db *db, struct arena *a, int64_t organisation_id,
                                      day_t on);
struct search_review { int64_t id, user_id; day_t day; };
struct search_reviews { struct search_review *p; size_t n; };
struct search_reviews permission_searches(struct db *db, struct arena *a,
                                          int64_t organisation_id, int64_t but_user);
enum db_result permission_search_reviewed(struct db *db, struct arena *a, int64_t id,
                                          int64_t organisation_id, int64_t by_user,
                                          instant_t now);
/* The workers named for somebody who hides. */
struct users permission_named(struct db *db, struct arena *a, int64_t person_id, day_t on);
/* Somebody's record is erased: their answers, what was shared by them and decided without them. */
enum db_result permission_forget(struct db *db, int64_t person_id);
extern const struct domain permission_domain;
#endif
