/* joining: every write about somebody on a programme, each inside a MAIN transaction, each with the
 * state that follows. */
#include "db/seal.h"
#include "programme/inside.h"
#include "sharing/sharing.h"

static const struct field joining_fields[] = {
#define FIELD(...) RECORD_ROW(struct joining, __VA_ARGS__)
#include "programme/joining.def"
};
const struct record_type joining_type =
    RECORD_TYPE(joining, "joining", "Somebody on a programme", joining_fields);
RECORD(joining_type);

enum { TOLD_BYTES_MAX = 8000 };

/* ---- what is told ---- */

static const struct declared_return *return_named(const struct declared_returns *all,
                                                  struct str code) {
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->p[i].code, code)) return &all->p[i];
  return NULL;
}

static bool pays_on(const struct contract_funder *f, day_t on) {
  return f->from <= on && (f->to == DAY_NONE || on <= f->to);
}

struct str programme_told(struct db *db, struct arena *a, const struct contract *c, day_t on) {
  struct declared_returns all = returns_known(db, a);
  struct buf b = buf_open(TOLD_BYTES_MAX);
  for (size_t i = 0; i < c->funders.n; i++) {
    const struct contract_funder *f = &c->funders.p[i];
    const struct declared_return *d = pays_on(f, on) ? return_named(&all, f->returns) : NULL;
    if (!d) continue;
    buf_format(&b, "%s%.*s %.*s", b.n ? "\n" : "", P(f->code), P(d->code));
    for (size_t k = 0; k < d->fields.n; k++) buf_format(&b, " %.*s", P(d->fields.p[k].field));
  }
  struct str told = str_copy(a, buf_str(&b));
  buf_free(&b);
  return told;
}

bool programme_was_told(struct str told, struct str funder, struct str field) {
  while (told.n) {
    struct str line = str_cut(&told, '\n');
    if (!str_eq(str_cut(&line, ' '), funder)) continue;
    str_cut(&line, ' '); /* the return's own code */
    while (line.n)
      if (str_eq(str_cut(&line, ' '), field)) return true;
  }
  return false;
}

/* ---- reading ---- */

bool programme_joining(struct db *db, struct arena *a, struct uuid id, struct joining *out) {
  record_clear(&joining_type, out);
  return record_load_public(db, a, &joining_type, id, out);
}

struct joinings programme_joinings(struct db *db, struct arena *a, int64_t person_id) {
  struct joinings all = {0};
  size_t cap = 0;
  struct rows r =
      db_rows(db, a, SQL("/* by key */ select * from joining where person = ?1 order by id desc"),
              V(person_id));
  while (db_next(&r)) {
    struct joining *j = slice_push(a, &all, &cap);
    record_clear(&joining_type, j);
    record_from_row(&joining_type, &r, j);
  }
  return all;
}

struct strs programme_signed(struct db *db, struct arena *a, int64_t joining_id, day_t on) {
  struct strs out = {0};
  size_t cap = 0;
  struct rows r =
      db_rows(db, a,
              SQL("/* by key */ select distinct form from signing where joining_id = ?1 and "
                  "signed_on <= ?2 order by form"),
              V(joining_id), db_day(a, on));
  while (db_next(&r)) *slice_push(a, &out, &cap) = row_text(&r, 0);
  return out;
}

static struct seal_place place_of(int64_t person, uint32_t class_bit) {
  return (struct seal_place){person, class_bit, "proof_fact.seen"};
}

/* Facts of a class the reader does not see come without what was seen. */
struct proof_facts programme_facts_under(struct db *db, struct arena *a, const struct joining *j,
                                         const struct contract *c, uint32_t classes) {
  struct proof_facts out = {0};
  size_t cap = 0;
  struct rows r =
      db_rows(db, a,
              SQL("/* by key */ select id, proof, what, day, until, by_user, seen from proof_fact "
                  "where joining_id = ?1 order by id"),
              V(j->id));
  while (db_next(&r)) {
    struct proof_fact f = {.id = row_int(&r, 0),
                           .proof = row_text(&r, 1),
                           .what = row_text(&r, 2),
                           .day = row_day(&r, 3),
                           .until = row_day(&r, 4),
                           .by_user = row_int(&r, 5)};
    const struct contract_proof *p = contract_proof(c, f.proof);
    struct str seen = row_text(&r, 6), plain = {0};
    if (p && seen.n && unseal(db, a, place_of(j->person, p->class_bit), seen, &plain)) {
      f.paper = str_cut(&plain, '\n');
      if (p->class_bit & classes) f.note = plain;
    }
    *slice_push(a, &out, &cap) = f;
  }
  return out;
}

struct proof_facts programme_facts(struct db *db, struct arena *a, const struct joining *j,
                                   uint32_t classes) {
  struct contract c;
  if (!programme_wording(db, a, j->programme, j->contract_hash, &c)) return (struct proof_facts){0};
  return programme_facts_under(db, a, j, &c, classes);
}

enum joining_state programme_state(struct db *db, struct arena *a, const struct joining *j,
                                   day_t on) {
  struct contract c;
  if (!programme_wording(db, a, j->programme, j->contract_hash, &c)) return JOINING_GATHERING;
  struct proof_facts facts = programme_facts_under(db, a, j, &c, 0);
  return joining_state_of(&c, j, &facts, programme_signed(db, a, j->id, on), on);
}

enum db_result programme_project(struct db *db, struct arena *a, const struct joining *j,
                                 day_t today) {
  const char *state = joining_state_code(programme_state(db, a, j, today));
  return db_run(
      db,
      SQL("insert into joining_now (joining_id, person_id, programme_id, organisation_id, state, "
          "since, started_on) values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict (joining_id) do "
          "update set since = case when joining_now.state = excluded.state then joining_now.since "
          "else excluded.since end, state = excluded.state, started_on = excluded.started_on"),
      V(j->id), V(j->person), V(j->programme), V(j->organisation), V(str_of(state)),
      db_day(a, today), db_day(a, j->started_on));
}

enum { REBUILD_AT_ONCE = 100, REBUILD_ARENA_BYTES = 32 << 20 };

static size_t rebuild_some(struct db *db, struct arena *a, day_t today, int64_t *last,
                           enum db_result *result) {
  size_t n = 0;
  struct joining j[REBUILD_AT_ONCE];
  struct rows r = db_rows(db, a,
                          SQL("/* scan: nightly rebuild */ select j.* from joining j join "
                              "joining_now n on n.joining_id = j.id where n.state in ('gathering', "
                              "'waiting', 'ready') and j.id > ?1 order by j.id limit ?2"),
                          V(*last), V((int64_t)REBUILD_AT_ONCE));
  for (; db_next(&r); n++) {
    record_clear(&joining_type, &j[n]);
    record_from_row(&joining_type, &r, &j[n]);
    *last = j[n].id;
  }
  for (size_t i = 0; i < n && *result == DB_OK; i++)
    *result = programme_project(db, a, &j[i], today);
  return n;
}

enum db_result programme_rebuild(struct db *db, day_t today) {
  struct arena some = arena_open(REBUILD_ARENA_BYTES);
  enum db_result result = DB_OK;
  int64_t last = 0;
  while (rebuild_some(db, &some, today, &last, &result) && result == DB_OK) arena_reset(&some);
  arena_close(&some);
  return result;
}

/* ---- joining ---- */

enum db_result programme_join(struct db *db, struct arena *a, const struct actor *by,
                              const struct programme *g, int64_t person_id, struct uuid id,
                              instant_t now, struct joining *out, struct why *why) {
  day_t today = instant_local_uk(now).day;
  if (programme_joining(db, a, id, out))
    return out->person == person_id ? DB_OK : DB_CONFLICT; /* the same form came twice */
  if (!programme_delivered(db, g->id, by->organisation_id))
    return why_say(why, "Your organisation does not deliver this programme."), DB_CONFLICT;
  if ((g->contract.from != DAY_NONE && today < g->contract.from) ||
      (g->contract.to != DAY_NONE && today > g->contract.to))
    return why_say(why, "This programme takes nobody new today. Who is on it goes on."),
           DB_CONFLICT;
  if (db_number(db, 0,
                SQL("select 1 from joining where person = ?1 and programme = ?2 and ended_on is "
                    "null"),
                V(person_id), V(g->id)))
    return why_say(why, "They are on this programme already."), DB_CONFLICT;
  record_clear(&joining_type, out);
  out->public_id = id, out->person = person_id, out->programme = g->id;
  out->organisation = by->organisation_id, out->contract_hash = g->hash;
  out->told = programme_told(db, a, &g->contract, today);
  out->agreed_on = today, out->agreed_with = by->user_id;
  enum db_result r = record_insert(db, a, &joining_type, out, by->user_id, now);
  return r == DB_OK ? programme_project(db, a, out, today) : r;
}

enum db_result programme_tell(struct db *db, struct arena *a, const struct actor *by,
                              struct joining *j, instant_t now) {
  struct programme g;
  if (!programme_by_id(db, a, j->programme, &g)) return DB_FAILED;
  struct str told = programme_told(db, a, &g.contract, instant_local_uk(now).day);
  if (!told.n || str_contains(j->told, told)) return DB_OK;
  if (j->told.n + told.n >= TOLD_BYTES_MAX) return DB_CONFLICT;
  j->told = j->told.n ? str_format(a, "%.*s\n%.*s", P(j->told), P(told)) : told;
  return record_update(db, a, &joining_type, j, by->user_id, now);
}

/* ---- proofs ---- */

struct proving {
  struct db *db;
  struct arena *a;
  const struct actor *by;
  const struct joining *j;
  const struct proof_fact *f;
  bool none_above;
  day_t today;
  struct why *why;
};

static bool seen_right(const struct proving *v, const struct contract_proof *p) {
  const struct contract_paper *paper = contract_paper(p, v->f->paper);
  if (!paper) return why_say(v->why, "Choose which paper was seen.");
  if (paper->otherwise && !v->none_above)
    return why_say(v->why, "This counts only when none of the papers above can be had. Say so.");
  if (v->f->until != DAY_NONE && v->f->until < v->today)
    return why_say(v->why, "That paper's last day has passed. Ask for another.");
  return true;
}

/* Signed by a manager, and never by whoever asked. */
static bool signed_right(const struct proving *v, const struct contract_proof *p) {
  struct proof_facts facts = programme_facts(v->db, v->a, v->j, 0);
  const struct proof_fact *asked = NULL;
  if (proof_state_of(p, &facts, v->today, &asked) != PROOF_ASKED)
    return why_say(v->why, "No exception waits for this proof. Look again at where it stands.");
  if (!actor_has(v->by, ROLE_MANAGER) || v->by->organisation_id != v->j->organisation)
    return why_say(v->why, "A manager of the organisation signs exceptions.");
  if (asked->by_user == v->by->user_id)
    return why_say(v->why, "You asked for it, so another manager must sign it.");
  return v->f->note.n || str_eq(v->f->what, S("allowed")) ||
         why_say(v->why, "Say why in a few words.");
}

static bool fact_right(const struct proving *v, const struct contract *c) {
  const struct contract_proof *p = contract_proof(c, v->f->proof);
  if (!p) return why_say(v->why, "The contract asks for no such proof.");
  if (v->j->started_on != DAY_NONE)
    return why_say(v->why, "The start is made; what it was proved by stands as it was.");
  if (str_eq(v->f->what, S("seen"))) return seen_right(v, p);
  if (str_eq(v->f->what, S("asked")))
    return v->f->note.n || why_say(v->why, "Say why there is no paper, for the manager.");
  if (str_eq(v->f->what, S("allowed")) || str_eq(v->f->what, S("refused")))
    return signed_right(v, p);
  return str_eq(v->f->what, S("mistake")) || why_say(v->why, "Choose what happened.");
}

enum db_result programme_prove(struct db *db, struct arena *a, const struct actor *by,
                               const struct joining *j, const struct proof_fact *f, bool none_above,
                               instant_t now, struct why *why) {
  struct proving v = {db, a, by, j, f, none_above, instant_local_uk(now).day, why};
  struct contract c;
  struct str sealed;
  if (!programme_wording(db, a, j->programme, j->contract_hash, &c)) return DB_FAILED;
  if (!fact_right(&v, &c)) return DB_CONFLICT;
  const struct contract_proof *p = contract_proof(&c, f->proof);
  struct str plain = str_format(a, "%.*s\n%.*s", P(f->paper), P(f->note));
  if (!seal(db, a, place_of(j->person, p->class_bit), plain, now, &sealed)) return DB_FAILED;
  enum db_result r =
      db_run(db,
             SQL("insert into proof_fact (joining_id, proof, what, day, until, by_user, seen, at) "
                 "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
             V(j->id), V(f->proof), V(f->what), db_day(a, v.today), db_day(a, f->until),
             V(by->user_id), V(db_blob(sealed)), db_instant(a, now));
  return r == DB_OK ? programme_project(db, a, j, v.today) : r;
}

/* ---- first and last day ---- */

/* The contract says how long; the duty stands under the programme's own name. */
static enum db_result keep_for(struct db *db, struct arena *a, const struct contract *c,
                               const struct joining *j, int64_t by_user, instant_t now) {
  if (!c->kept_months) return DB_OK;
  struct duty duty = {.person_id = j->person,
                      .made_by = by_user,
                      .kind = "contract",
                      .source = c->name,
                      .classes = c->kept_classes,
                      .since = j->started_on,
                      .until = DAY_NONE};
  if (j->ended_on != DAY_NONE) duty.until = day_add_months(j->ended_on, (int)c->kept_months);
  return people_keep(db, a, &duty, now);
}

static bool may_start(struct db *db, struct arena *a, const struct joining *j,
                      const struct contract *c, day_t on, day_t today, struct why *why) {
  if (j->started_on != DAY_NONE) return why_say(why, "They have started already.");
  if (on > today) return why_say(why, "A start is written down on its day or later.");
  if ((c->from != DAY_NONE && on < c->from) || (c->to != DAY_NONE && on > c->to))
    return why_say(why, "The contract takes no starts on that day.");
  return programme_state(db, a, j, on) == JOINING_READY ||
         why_say(why, "Something a start needs was still missing on that day.");
}

enum db_result programme_start(struct db *db, struct arena *a, const struct actor *by,
                               struct joining *j, day_t on, enum rules_answer judged, instant_t now,
                               struct why *why) {
  struct contract c;
  day_t today = instant_local_uk(now).day;
  if (!programme_wording(db, a, j->programme, j->contract_hash, &c)) return DB_FAILED;
  if (!may_start(db, a, j, &c, on, today, why)) return DB_CONFLICT;
  j->started_on = on, j->judged = rules_answer_word(judged);
  enum db_result r = record_update(db, a, &joining_type, j, by->user_id, now);
  if (r == DB_OK) r = keep_for(db, a, &c, j, by->user_id, now);
  if (r == DB_OK) r = outcome_project(db, a, j->person);
  return r == DB_OK ? programme_project(db, a, j, today) : r;
}

enum db_result programme_end(struct db *db, struct arena *a, const struct actor *by,
                             struct joining *j, day_t on, struct str end_code, instant_t now,
                             struct why *why) {
  struct contract c;
  day_t today = instant_local_uk(now).day;
  if (!programme_wording(db, a, j->programme, j->contract_hash, &c)) return DB_FAILED;
  if (j->ended_on != DAY_NONE) return why_say(why, "It has ended already."), DB_CONFLICT;
  if (j->started_on != DAY_NONE && !contract_end(&c, end_code))
    return why_say(why, "Choose how it ended, in the contract's words."), DB_CONFLICT;
  if (on > today || on < (j->started_on != DAY_NONE ? j->started_on : j->agreed_on))
    return why_say(why, "The last day is between the first and today."), DB_CONFLICT;
  j->ended_on = on, j->end_code = j->started_on == DAY_NONE ? (struct str){0} : end_code;
  enum db_result r = record_update(db, a, &joining_type, j, by->user_id, now);
  if (r == DB_OK && j->started_on != DAY_NONE) r = keep_for(db, a, &c, j, by->user_id, now);
  return r == DB_OK ? programme_project(db, a, j, today) : r;
}

/* ---- erasing: the clear codes go with the class they belong to ---- */

enum db_result programme_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                               instant_t now) {
  (void)a, (void)now;
  enum db_result r = DB_OK;
  if (classes & CLASS_EQUALITY)
    r = db_run(db, SQL("delete from equality_answer where person_id = ?1"), V(person_id));
  if (r == DB_OK && classes & CLASS_EQUALITY)
    r = db_run(db, SQL("delete from equality_link where person_id = ?1"), V(person_id));
  if (r == DB_OK && classes & CLASS_OUTCOMES) r = RECORD_HISTORY_FORGET(db, "joining", person_id);
  if (r == DB_OK && classes & CLASS_OUTCOMES)
    r = db_run(db,
               SQL("update joining set told = '', judged = null, end_code = null where person = "
                   "?1"),
               V(person_id));
  return r == DB_OK && classes & CLASS_OUTCOMES ? outcome_erase(db, person_id) : r;
}
