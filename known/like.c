/* like: "is this person already known here?", asked of what the asker may see and of nothing else.
 *
 * Scope first: the keys looked in are those of the asker's own team's scope (may_see_key), so
 * nobody else's people are met, and none who hide. Then everyone found passes permission_sight; as
 * much is asked when nobody was found, so that the clock tells no more than the page does
 * (SECURITY-REQUIREMENTS 1, D1). */
#include "known.html.h"
#include "known/inside.h"
#include "known/pages.h"
#include "web/page.h"

enum { LOOKS_LEAST = 2 };

/* Each key has a place of its own, filled up with the last: PostgreSQL then goes by the index of
 * team and key whatever its statistics say, where a list it cannot see into made it read the team's
 * whole part. Those who share most come first, and whether they are the team's is asked in that
 * order and of no more than are wanted: a common name is shared by thousands. What is asked of each
 * is a value, not an exists, so that PostgreSQL cannot make it a join over everybody; and the inner
 * limit, which nothing reaches, keeps the inner order for the outer, which SQLite would else make
 * again after it had asked of everybody. */
#define KEYS                                                                                       \
  "(?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)"
_Static_assert(KNOWN_KEYS_MAX == 20, "a place for each key");
#define OF_TEAM                                                                                    \
  "/* by key */ select c.person_id from (select k.person_id, count(*) as shared from may_see_key " \
  "k where k.team_id = ?1 and k.key in " KEYS " group by k.person_id order by shared desc, "       \
  "k.person_id limit 1000000000) c where coalesce((select 1 from may_see m where m.person_id = "   \
  "c.person_id and "                                                                               \
  "+m.team_id = ?1 and m.from_day <= ?2 and m.to_day >= ?2 limit 1), 0) = 1"
#define MOST " limit ?3"

static const struct sql *candidates_of_team(void) { return SQL(OF_TEAM MOST); }

/* The same for a worker who sees their own caseload and cover, and what was shared with the team.
 */
static const struct sql *candidates_of_worker(void) {
  return SQL(OF_TEAM
             " and coalesce((select 1 from caseload w where w.person_id = c.person_id and "
             "w.user_id = ?24 limit 1), (select 1 from cover v join caseload w on w.user_id = "
             "v.absent_user_id where v.standing_in_user_id = ?24 and w.person_id = c.person_id "
             "limit 1), (select 1 from may_see m where m.person_id = c.person_id and +m.team_id = "
             "?1 and m.reason <> 'team' limit 1), 0) = 1" MOST);
}

static size_t candidates(struct request *rq, const int64_t *keys, size_t n, int64_t but,
                         int64_t people[KNOWN_HITS_MAX]) {
  size_t found = 0, places = 3 + KNOWN_KEYS_MAX;
  int64_t most = KNOWN_HITS_MAX + 1; /* one more, for the one left out */
  bool whole = permission_whole_team(rq->db, rq->arena, &rq->actor);
  struct db_value v[4 + KNOWN_KEYS_MAX] = {V(rq->actor.team_id), db_day(rq->arena, rq->today),
                                           V(most)};
  for (size_t i = 0; i < KNOWN_KEYS_MAX; i++)
    v[3 + i] = V(n ? keys[i < n ? i : n - 1] : INT64_MIN); /* the least is nobody's */
  v[places] = V(rq->actor.user_id);
  struct rows r = whole ? db_rows_(rq->db, rq->arena, candidates_of_team(), v, places)
                        : db_rows_(rq->db, rq->arena, candidates_of_worker(), v, places + 1);
  if (PLANTED == PLANTED_KNOWN_HIDDEN)
    r = db_rows(rq->db, rq->arena,
                SQL("select distinct person_id from listed_key where key in INTS(?1) limit ?2"),
                V(db_in(rq->arena, keys, n)), V(most));
  while (db_next(&r))
    if (row_int(&r, 0) != but && found < KNOWN_HITS_MAX) people[found++] = row_int(&r, 0);
  return found;
}

/* As much is asked about nobody (-1, -2) as about somebody who was found and may not be seen. */
static void look_at_all(struct request *rq, const int64_t people[KNOWN_HITS_MAX], size_t n,
                        struct sight sights[KNOWN_HITS_MAX]) {
  size_t least = PLANTED == PLANTED_KNOWN_HASTY ? 0 : LOOKS_LEAST, looks = n > least ? n : least;
  int64_t ids[KNOWN_HITS_MAX + LOOKS_LEAST];
  for (size_t i = 0; i < looks; i++) ids[i] = i < n ? people[i] : -1 - (int64_t)i;
  permission_foresee(rq->db, rq->arena, &rq->actor, ids, looks, rq->today, rq->now);
  for (size_t i = 0; i < looks; i++) {
    int64_t id = ids[i];
    sights[i] = permission_sight(rq->db, rq->arena, &rq->actor, id, rq->today, rq->now);
    if (people_use_limited(rq->db, id) & KNOWN_CLASSES) sights[i].classes = 0;
    if (PLANTED == PLANTED_KNOWN_HIDDEN && i < n)
      sights[i] = (struct sight){KNOWN_EVERYTHING, SIGHT_NAMED, DAY_NONE};
  }
}

static bool weigh_one(struct request *rq, const struct known_facts *ours, int64_t id,
                      struct sight sight, struct known_hit *hit, float *weight) {
  struct person p;
  if (!(sight.classes & CLASS_IDENTITY) || !people_seen(rq, id, sight, &p)) return false;
  struct known_asked theirs = known_asked_of(&p);
  struct known_facts facts = known_other_facts(rq->arena, &theirs);
  struct known_weighed w = known_weigh(ours, &facts, *rq->arena);
  if (w.band == KNOWN_NOT) return false;
  *hit = (struct known_hit){.person = p,
                            .sight = sight,
                            .band = w.band,
                            .reasons = known_reasons(rq->arena, (enum language)rq->lang, &w)};
  *weight = w.why.weight;
  return true;
}

static size_t like(struct request *rq, const struct known_asked *asked, int64_t but,
                   struct known_hit hits[KNOWN_HITS_MAX]) {
  int64_t keys[KNOWN_KEYS_MAX], people[KNOWN_HITS_MAX];
  struct sight sights[KNOWN_HITS_MAX] = {{0}};
  float weights[KNOWN_HITS_MAX];
  struct known_asked today = *asked;
  if (today.age != NUMBER_NONE && today.asked_on == DAY_NONE) today.asked_on = rq->today;
  struct known_facts ours = known_facts_of(rq->db, rq->arena, &today);
  size_t n = candidates(rq, keys, known_keys(rq->arena, &ours.forms, keys), but, people), found = 0;
  look_at_all(rq, people, n, sights);
  for (size_t i = 0; i < n; i++) {
    struct known_hit hit;
    float weight;
    if (!weigh_one(rq, &ours, people[i], sights[i], &hit, &weight)) continue;
    size_t at = found++;
    for (; at && weights[at - 1] < weight; at--)
      weights[at] = weights[at - 1], hits[at] = hits[at - 1];
    weights[at] = weight, hits[at] = hit;
  }
  return found;
}

static void named(struct request *rq, const struct known_hit *hit) {
  audit_shows(rq, hit->person.id, hit->sight.classes & KNOWN_CLASSES);
}

size_t known_like(struct request *rq, const struct known_asked *asked, int64_t but,
                  struct known_hit hits[KNOWN_HITS_MAX]) {
  size_t n = like(rq, asked, but, hits);
  for (size_t i = 0; i < n; i++) named(rq, &hits[i]);
  return n;
}

bool known_likeliest(struct request *rq, const struct known_asked *asked, struct known_hit *hit) {
  struct known_hit hits[KNOWN_HITS_MAX];
  size_t n = like(rq, asked, 0, hits);
  if (!n) return false;
  *hit = hits[0];
  named(rq, hit);
  return true;
}

struct markup known_hits_box(struct request *rq, const struct known_hit *hits, size_t n) {
  struct known_box_page box = {0};
  size_t cap = 0;
  for (size_t i = 0; i < n; i++)
    *slice_push(rq->arena, &box.rows, &cap) =
        (struct known_row){.id = uuid_str(rq->arena, hits[i].person.public_id),
                           .name = hits[i].person.name,
                           .band = known_band_words((enum language)rq->lang, hits[i].band),
                           .likely = hits[i].band == KNOWN_LIKELY,
                           .reasons = hits[i].reasons};
  if (!n) return (struct markup){{0}};
  struct buf b = buf_open(1 << 18), *page = rq->view->out;
  rq->view->out = &b;
  view_known_box(rq->view, &box);
  rq->view->out = page;
  struct markup m = {str_copy(rq->arena, buf_str(&b))};
  buf_free(&b);
  return m;
}

struct markup known_box(struct request *rq, const struct known_asked *asked) {
  struct known_hit hits[KNOWN_HITS_MAX];
  return known_hits_box(rq, hits, known_like(rq, asked, 0, hits));
}

struct markup known_alike(struct request *rq, const struct person *p) {
  struct known_asked asked = known_asked_of(p);
  return known_box(rq, &asked);
}
