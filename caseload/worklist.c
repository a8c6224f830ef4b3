/* worklist: what the domains say wants looking at, within what the asker may see. A large team is
 * not walked for it person by person each time: who stands on which list is kept each night, and
 * those few are looked at again when somebody asks. */
#include "caseload/inside.h"

enum {
  CHUNK = 1000, /* list.h's largest page */
  LARGE = 500   /* people; a smaller team is walked each time */
};

static struct list_key read_chunk(struct request *rq, const struct list *list,
                                  const struct list_ask *ask, struct listeds *out, size_t *cap) {
  struct list_key key = {0};
  int n = 0;
  struct rows r = list_rows(rq->db, rq->arena, list, ask);
  while (db_next(&r)) {
    *slice_push(rq->arena, out, cap) = (struct listed){row_int(&r, 0), row_day(&r, 1)};
    if (++n == ask->limit) key = list_key(list, &r, 0);
  }
  return key; /* empty: that was all */
}

static struct list_ask ask_of(struct request *rq, const struct person_worklist *w, int limit) {
  struct list_ask ask = {.limit = limit < CHUNK ? limit : CHUNK};
  permission_scope(rq->arena, &rq->actor, rq->today, ask.scope);
  ask.filter[WORKLIST_CONDITION].on = true;
  ask.filter[WORKLIST_CONDITION].v = db_day(rq->arena, rq->today + w->day);
  return ask;
}

/* Asked once a page. */
bool worklists_kept(struct request *rq) {
  static struct {
    uint64_t turn;
    int64_t team_id;
    bool kept;
  } known;
  if (!permission_whole_team(rq->db, rq->arena, &rq->actor)) return false;
  if (known.turn && known.turn == db_turn(rq->db) && known.team_id == rq->actor.team_id)
    return known.kept;
  known.turn = db_turn(rq->db), known.team_id = rq->actor.team_id;
  known.kept =
      db_number(rq->db, 0,
                SQL("select count(*) from worklist_made where team_id = ?1 and on_day = ?2"),
                V(rq->actor.team_id), db_day(rq->arena, rq->today)) > 0;
  return known.kept;
}

struct listeds worklist_read(struct request *rq, const struct person_worklist *w, int limit) {
  struct listeds out = {0};
  size_t cap = 0;
  bool whole = permission_whole_team(rq->db, rq->arena, &rq->actor);
  const struct list *list = whole ? w->team : w->own;
  struct list_ask ask = ask_of(rq, w, limit);
  if (w->name && worklists_kept(rq)) { /* of everyone none is kept */
    list = w->kept;
    ask.filter[WORKLIST_CODE].on = true;
    ask.filter[WORKLIST_CODE].v = V(str_of(w->code));
  }
  do ask.after = read_chunk(rq, list, &ask, &out, &cap);
  while (ask.after.n && out.n < (size_t)limit);
  return out;
}

PERSON_WORKLIST(everyone, "m.from_day <= ?");
const struct person_worklist worklist_everyone = {.code = "everyone",
                                                  PERSON_WORKLISTS(everyone),
                                                  .classes = CLASS_IDENTITY,
                                                  .path = ""};

/* ---- kept each night ---- */

static enum db_result keep_chunk(struct request *rq, const struct person_worklist *w,
                                 const struct listeds *of) {
  int64_t *ids = arena_many(rq->arena, int64_t, of->n + 1);
  for (size_t i = 0; i < of->n; i++) ids[i] = of->p[i].person_id;
  return db_run(rq->db,
                SQL("insert into worklist_now (team_id, list, name_fold, person_id) select "
                    "m.team_id, ?2, m.name_fold, m.person_id from may_see m where m.person_id in "
                    "INTS(?3) and +m.team_id = ?1 on conflict (team_id, list, name_fold, "
                    "person_id) do nothing"),
                V(rq->actor.team_id), V(str_of(w->code)), db_in(rq->arena, ids, of->n));
}

/* Where the next chunk begins, out of the arena that is used anew for it. */
static struct list_key key_kept(struct list_key key, struct buf *hold) {
  buf_reset(hold);
  for (size_t i = 0; i < key.n; i++)
    if (key.v[i].kind == DB_TEXT) { /* one a sort: the name */
      buf_put(hold, key.v[i].s);
      key.v[i].s = buf_str(hold);
    }
  return key;
}

static enum db_result keep_list(struct request *rq, const struct person_worklist *w) {
  struct list_ask ask = ask_of(rq, w, CHUNK);
  struct buf hold = buf_open(1 << 16);
  enum db_result result =
      db_run(rq->db, SQL("delete from worklist_now where team_id = ?1 and list = ?2"),
             V(rq->actor.team_id), V(str_of(w->code)));
  do {
    struct arena scratch = *rq->arena;
    struct request asks = *rq;
    struct listeds some = {0};
    size_t cap = 0;
    asks.arena = &scratch;
    ask.after = key_kept(read_chunk(&asks, w->team, &ask, &some, &cap), &hold);
    if (some.n && result == DB_OK) result = keep_chunk(&asks, w, &some);
  } while (ask.after.n && result == DB_OK);
  buf_free(&hold);
  return result;
}

enum db_result worklists_keep(struct db *db, struct arena *a, int64_t team_id, instant_t now) {
  struct request rq = {.db = db,
                       .arena = a,
                       .now = now,
                       .today = instant_local_uk(now).day,
                       .actor = {.team_id = team_id,
                                 .function = FUNCTION_SUPPORT,
                                 .roles = ROLE_TEAM_LEAD}};
  enum db_result result = DB_OK;
  for (size_t i = 0; people_worklist(i) && result == DB_OK; i++) {
    struct arena scratch = *a;
    rq.arena = &scratch;
    result = keep_list(&rq, people_worklist(i));
  }
  if (result != DB_OK) return result;
  return db_run(db,
                SQL("insert into worklist_made (team_id, on_day) values (?1, ?2) on conflict "
                    "(team_id) do update set on_day = excluded.on_day"),
                V(team_id), db_day(a, rq.today));
}

/* A team that is large no more is walked again. */
enum db_result caseload_night(struct db *db, struct arena *a, instant_t now) {
  enum db_result result =
      db_run(db, SQL("delete from worklist_made where on_day <> ?1"),
             db_day(a, instant_local_uk(now).day));
  struct rows r = db_rows(db, a,
                          SQL("/* scan: each night */ select team_id, count(*) from may_see group "
                              "by team_id having count(*) > ?1 order by team_id"),
                          V((int64_t)LARGE));
  struct {
    int64_t *p;
    size_t n;
  } teams = {0};
  size_t cap = 0;
  while (db_next(&r)) *slice_push(a, &teams, &cap) = row_int(&r, 0);
  if (result == DB_OK) result = r.result;
  for (size_t i = 0; i < teams.n && result == DB_OK; i++) {
    struct arena scratch = *a;
    result = worklists_keep(db, &scratch, teams.p[i], now);
  }
  return result;
}
