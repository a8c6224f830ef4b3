/* match: see match.h. */
#include <sodium.h>
#include "audit/audit.h"
#include "db/seal.h"
#include "known/match.h"

enum {
  PERSON_CLASSES = CLASS_IDENTITY,
  CAP_MOST = 500000,
  BATCH = AUDIT_SUBJECTS_MAX,
  PERIOD_MAX = 32,
  MESSAGE_MAX = 1 << 28
};
const char *const match_purposes[] = {"same_help", "hand_over", "planning"};
const size_t match_purposes_n = 3;
static const char self_purpose[] = "known match";

/* ---- our keys ---- */

bool match_self(struct db *db, struct arena *a, instant_t now, struct psi_identity *out,
                struct why *why) {
  struct rows r;
  struct str plain, sealed;
  if (db_one(&r, db, a, SQL("select sealed from known_match_self where id = 1"))) {
    sealed = row_text(&r, 0);
    db_done(&r);
    if (!unseal_own(a, self_purpose, sealed, &plain) || plain.n != sizeof *out)
      return why_say(why, "Our keys for matching do not open with this master key.");
    memcpy(out, plain.p, sizeof *out);
    return true;
  }
  psi_identity_make(out);
  plain = (struct str){(char *)out, sizeof *out};
  if (!seal_own(a, self_purpose, plain, &sealed) ||
      db_run(db, SQL("insert into known_match_self (id, sealed, made_at) values (1, ?1, ?2)"),
             V(db_blob(sealed)), db_instant(a, now)) != DB_OK)
    return why_say(why, "Our keys for matching could not be kept.");
  return true;
}

/* ---- partners and services ---- */

static int64_t organisation_named(struct db *db, struct str name) {
  return db_number(db, 0, SQL("select id from member_organisation where name = ?1"), V(name));
}

static bool has_enforcement(struct db *db, int64_t organisation_id) {
  return db_number(db, 1,
                   SQL("select count(*) from team where organisation_id = ?1 and function = ?2"),
                   V(organisation_id), V((int64_t)FUNCTION_ENFORCEMENT)) != 0;
}

#define PARTNER                                                                                    \
  "select p.id, p.organisation_id, p.our_organisation_id, p.purpose, p.project, p.sign_public, "   \
  "p.box_public, p.cap, p.count_only, p.address, o.name from known_partner p join "                \
  "member_organisation o on o.id = p.organisation_id "

static bool read_partner(struct rows *r, struct match_partner *out) {
  struct str sign = row_text(r, 5), box = row_text(r, 6);
  *out = (struct match_partner){.id = row_int(r, 0),
                                .organisation_id = row_int(r, 1),
                                .our_organisation_id = row_int(r, 2),
                                .purpose = row_text(r, 3),
                                .project = row_text(r, 4),
                                .cap = (uint32_t)row_int(r, 7),
                                .count_only = row_int(r, 8) != 0,
                                .address = row_text(r, 9),
                                .name = row_text(r, 10)};
  db_done(r);
  if (sign.n != 32 || box.n != 32) return false;
  memcpy(out->keys.sign_public, sign.p, 32);
  memcpy(out->keys.box_public, box.p, 32);
  return true;
}

bool match_partner_named(struct db *db, struct arena *a, struct str name, struct match_partner *out,
                         struct why *why) {
  struct rows r;
  if (!db_one(&r, db, a, SQL(PARTNER "where o.name = ?1"), V(name)))
    return why_say(why, "There is no partner of that name. Add one with waymark match partner.");
  return read_partner(&r, out) || why_say(why, "The partner's keys are not whole.");
}

bool match_partner_numbered(struct db *db, struct arena *a, int64_t id, struct match_partner *out) {
  struct rows r;
  return db_one(&r, db, a, SQL(PARTNER "where p.id = ?1"), V(id)) && read_partner(&r, out);
}

bool match_partner_signing(struct db *db, struct arena *a, const uint8_t sign_public[32],
                           struct match_partner *out) {
  struct rows r;
  struct str key = {(char *)(uintptr_t)sign_public, 32};
  return db_one(&r, db, a, SQL(PARTNER "where p.sign_public = ?1"), V(db_blob(key))) &&
         read_partner(&r, out);
}

static bool purpose_known(struct str purpose) {
  for (size_t i = 0; i < match_purposes_n; i++)
    if (str_eq(purpose, str_of(match_purposes[i]))) return true;
  return false;
}

bool match_may(struct db *db, struct arena *a, const struct match_partner *p, day_t on,
               struct why *why) {
  if (!purpose_known(p->purpose))
    return why_say(why, "The purpose must be one of same_help, hand_over and planning.");
  if (has_enforcement(db, p->organisation_id) || has_enforcement(db, p->our_organisation_id))
    return why_say(why,
                   "One of the organisations decides on benefits, debts or the like. People are "
                   "never matched with it.");
  if (!permission_agreement_between(db, a, p->our_organisation_id, p->organisation_id,
                                    PERSON_CLASSES, on))
    return why_say(why, "No agreement between the two organisations covers who people are today. A "
                        "manager adds one under Oversight.");
  return true;
}

bool match_partner_add(struct db *db, struct arena *a, const struct match_partner *given,
                       instant_t now, struct why *why) {
  struct match_partner p = *given;
  p.organisation_id = organisation_named(db, p.name);
  if (!p.organisation_id || !p.our_organisation_id)
    return why_say(why, "Both organisations must be known here by that name.");
  if (!p.cap || p.cap > CAP_MOST || !p.project.n || p.project.n > PSI_NAME_MAX)
    return why_say(why, "Give a project of at most %d characters and a cap between 1 and %d.",
                   PSI_NAME_MAX, CAP_MOST);
  if (!match_may(db, a, &p, instant_local_uk(now).day, why)) return false;
  struct str sign = {(char *)p.keys.sign_public, 32}, box = {(char *)p.keys.box_public, 32};
  return db_run(db,
                SQL("insert into known_partner (public_id, organisation_id, our_organisation_id, "
                    "purpose, project, cap, count_only, sign_public, box_public, made_at) values "
                    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"),
                db_uuid(a, uuid_v4()), V(p.organisation_id), V(p.our_organisation_id), V(p.purpose),
                V(p.project), V((int64_t)p.cap), V((int64_t)p.count_only), V(db_blob(sign)),
                V(db_blob(box)), db_instant(a, now)) == DB_OK ||
         why_say(why, "That partner is there already.");
}

bool match_team_allow(struct db *db, struct arena *a, struct str team, bool on, instant_t now,
                      struct why *why) {
  int64_t id = db_number(db, 0, SQL("select min(id) from team where name = ?1"), V(team));
  if (!id) return why_say(why, "There is no team of that name.");
  enum db_result r =
      on ? db_run(db,
                  SQL("insert into known_match_team (team_id, since) values (?1, ?2) on conflict "
                      "(team_id) do nothing"),
                  V(id), db_instant(a, now))
         : db_run(db, SQL("delete from known_match_team where team_id = ?1"), V(id));
  return r == DB_OK || why_say(why, "That could not be kept.");
}

/* ---- the log ---- */

static void log_line(struct db *db, struct arena *a, const struct psi_identity *us, int64_t match,
                     struct str said, instant_t now) {
  unsigned char signature[crypto_sign_BYTES];
  crypto_sign_detached(signature, NULL, (const unsigned char *)said.p, said.n, us->sign_secret);
  struct str bytes = {(char *)signature, sizeof signature};
  db_run(db,
         SQL("insert into known_match_log (match_id, at, said, signature) values (?1, ?2, ?3, ?4)"),
         V(match), db_instant(a, now), V(said), V(db_blob(bytes)));
}

/* Everybody in it finds it under who looked, a few at a time; no values. */
static enum db_result tell_people(struct db *db, struct arena *a, const int64_t *people, size_t n,
                                  const struct match_partner *p, instant_t now) {
  enum db_result r = DB_OK;
  for (size_t i = 0; i < n && r == DB_OK; i += BATCH) {
    struct audit_subject subjects[BATCH];
    size_t many = n - i < BATCH ? n - i : BATCH;
    for (size_t k = 0; k < many; k++)
      subjects[k] = (struct audit_subject){people[i + k], CLASS_IDENTITY | CLASS_CONTACT};
    struct audit_entry e = {.at = now,
                            .kind = AUDIT_WRITE,
                            .route = S("match"),
                            .organisation_id = p->our_organisation_id,
                            .what = S("compared with a partner, without names"),
                            .subject = subjects,
                            .subjects = many};
    r = audit_outbox_add(db, a, &e);
  }
  return r;
}

/* ---- who is in it ---- */

struct members {
  int64_t *p;
  size_t n;
};

static struct members members_of(struct db *db, struct arena *a, const struct match_partner *p,
                                 day_t on) {
  struct {
    int64_t *p;
    size_t n;
  } teams = {0};
  struct members all = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select m.team_id from known_match_team m join team t on t.id = "
                              "m.team_id where t.organisation_id = ?1 and t.function = ?2"),
                          V(p->our_organisation_id), V((int64_t)FUNCTION_SUPPORT));
  while (db_next(&r)) *slice_push(a, &teams, &cap) = row_int(&r, 0);
  all.n =
      permission_said_yes(db, a, p->organisation_id, PERSON_CLASSES, teams.p, teams.n, on, &all.p);
  return all;
}

static size_t elements_of(struct db *db, struct arena *a, const struct match_partner *p,
                          const struct members *members, struct psi_element *out) {
  size_t n = 0;
  for (size_t i = 0; i < members->n; i++) {
    struct arena scratch = *a;
    struct person one;
    if (people_use_limited(db, members->p[i]) & KNOWN_CLASSES) continue;
    if (!people_contact(db, &scratch, members->p[i], KNOWN_CLASSES, &one)) continue;
    struct known_asked asked = known_asked_of(&one);
    struct known_forms forms = known_forms_of(&scratch, &asked);
    const struct str *v = forms.p[0].value;
    struct psi_person person = {.forename = v[FEW_FORENAME],
                                .surname = v[FEW_SURNAME],
                                .dob = v[FEW_DOB],
                                .postcode = v[FEW_POSTCODE],
                                .phone = v[FEW_PHONE]};
    n += psi_elements(p->project, &person, (uint32_t)i, out + n, scratch);
    if (i % 64 == 0) seal_forget();
  }
  seal_forget();
  return n;
}

/* ---- the run ---- */

static struct psi_terms terms_of(const struct match_partner *p, struct str period) {
  return (struct psi_terms){p->project, period, p->cap, p->count_only};
}

static bool keep_run(struct db *db, struct arena *a, const struct psi *psi, int64_t match) {
  struct buf saved = buf_open((size_t)1 << 28);
  bool ok =
      psi_save(psi, &saved) && db_run(db, SQL("update known_match set saved = ?2 where id = ?1"),
                                      V(match), V(db_blob(str_copy(a, buf_str(&saved))))) == DB_OK;
  buf_free(&saved);
  return ok;
}

static bool keep_people(struct db *db, const struct match_step *s) {
  for (size_t i = 0; i < s->n_people; i++)
    if (db_run(db,
               SQL("insert into known_match_person (match_id, record, person_id, shared) values "
                   "(?1, ?2, ?3, 0)"),
               V(s->id), V((int64_t)i), V(s->people[i])) != DB_OK)
      return false;
  return true;
}

bool match_begin(struct db *db, struct arena *a, const struct match_partner *p, struct str period,
                 instant_t now, struct match_step *out, struct why *why) {
  day_t today = instant_local_uk(now).day;
  *out = (struct match_step){
      .partner = p, .period = period, .begins = true, .message = buf_open(MESSAGE_MAX)};
  if (!period.n || period.n > PERIOD_MAX) return why_say(why, "Say the period, such as 2026-11.");
  for (size_t i = 0; i < period.n; i++)
    if (period.p[i] <= ' ' || period.p[i] > '~')
      return why_say(why, "Say the period in letters and figures, such as 2026-11.");
  if (!match_may(db, a, p, today, why) || !match_self(db, a, now, &out->us, why)) return false;
  if (db_number(db, 0,
                SQL("select count(*) from known_match where partner_id = ?1 and period = ?2"),
                V(p->id), V(period)))
    return why_say(why, "There was a run with this partner for this period. One run a period.");
  struct members members = members_of(db, a, p, today);
  if (!members.n)
    return why_say(why, "Nobody said yes to this partner, or no service was switched on.");
  struct psi_element *elements = arena_many(a, struct psi_element, members.n * PSI_KEY_TYPES);
  size_t n = elements_of(db, a, p, &members, elements);
  struct psi_terms terms = terms_of(p, period);
  out->people = members.p, out->n_people = members.n;
  return psi_begin(&out->psi, &terms, &out->us, &p->keys, elements, n, a, why) &&
         psi_next(&out->psi, &out->message, why);
}

void match_step_free(struct match_step *s) { buf_free(&s->message); }

static bool end_run(struct db *db, struct arena *a, struct psi *psi, int64_t match, instant_t now,
                    struct why *why) {
  bool *shared = psi->count_only ? NULL : arena_many(a, bool, psi->n + 1);
  uint32_t elements = 0;
  int64_t people = 0;
  if (!psi_result(psi, shared, &elements, why)) return false;
  for (uint32_t i = 0; shared && i < psi->n; i++)
    if (shared[i])
      db_run(db,
             SQL("update known_match_person set shared = 1 where match_id = ?1 and record = ?2"),
             V(match), V((int64_t)psi->element[i].record));
  people = shared ? db_number(db, 0,
                              SQL("select count(*) from known_match_person where match_id = ?1 and "
                                  "shared = 1"),
                              V(match))
                  : (int64_t)elements;
  return db_run(db,
                SQL("update known_match set state = 'done', saved = null, shared = ?2, ended_at = "
                    "?3 where id = ?1"),
                V(match), V(people), db_instant(a, now)) == DB_OK ||
         why_say(why, "What was found could not be kept.");
}

struct match_run match_run_of(struct db *db, struct arena *a, int64_t partner, struct str period) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("select id, taken, state from known_match where partner_id = ?1 and period = ?2"),
              V(partner), V(period)))
    return (struct match_run){0};
  struct match_run run = {row_int(&r, 0), row_int(&r, 1), !str_eq(row_text(&r, 2), S("open"))};
  db_done(&r);
  return run;
}

static int64_t open_run(struct db *db, struct arena *a, const struct match_partner *p,
                        struct match_step *out, struct str *saved) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("select id, saved, taken, period from known_match where partner_id = ?1 and "
                  "state = 'open' and "
                  "saved is not null order by id desc limit 1"),
              V(p->id)))
    return 0;
  int64_t id = row_int(&r, 0);
  *saved = row_text(&r, 1);
  out->taken_before = row_int(&r, 2);
  out->period = row_text(&r, 3);
  db_done(&r);
  return id;
}

bool match_answer(struct db *db, struct arena *a, const struct match_partner *p, struct str theirs,
                  instant_t now, struct match_step *out, struct why *why) {
  struct str saved;
  *out = (struct match_step){.partner = p, .theirs = theirs, .message = buf_open(MESSAGE_MAX)};
  if (!match_may(db, a, p, instant_local_uk(now).day, why)) return false;
  if (!match_self(db, a, now, &out->us, why)) return false;
  int64_t id = open_run(db, a, p, out, &saved);
  if (!id) return why_say(why, "No run with this partner is open. Begin with waymark match start.");
  out->id = id;
  if (!psi_load(&out->psi, saved, &out->us, a, why)) return false;
  return psi_take(&out->psi, theirs, why) &&
         (psi_done(&out->psi) || psi_next(&out->psi, &out->message, why));
}

void match_refused(struct db *db, struct arena *a, const struct match_step *s, struct str said,
                   instant_t now) {
  if (s->id) log_line(db, a, &s->us, s->id, str_format(a, "refused: %.*s", P(said)), now);
}

static bool keep_message(struct db *db, int64_t match, bool ours, int64_t number, struct str m) {
  uint8_t hash[32];
  crypto_generichash(hash, sizeof hash, (const unsigned char *)m.p, m.n, NULL, 0);
  struct str sum = {(char *)hash, sizeof hash};
  struct db_value body = ours ? V(db_blob(m)) : db_null();
  return db_run(db,
                SQL("insert into known_match_message (match_id, ours, number, hash, body) values "
                    "(?1, ?2, ?3, ?4, ?5)"),
                V(match), V((int64_t)ours), V(number), V(db_blob(sum)), body) == DB_OK;
}

/* What the run before left is no longer asked for. */
static bool forget_messages(struct db *db, const struct match_partner *p) {
  return db_run(db,
                SQL("delete from known_match_message where match_id in (select id from known_match "
                    "where partner_id = ?1)"),
                V(p->id)) == DB_OK;
}

static bool keep_begun(struct db *db, struct arena *a, struct match_step *s, instant_t now) {
  const struct match_partner *p = s->partner;
  s->id = forget_messages(db, p)
              ? db_insert(db,
                          SQL("insert into known_match (public_id, partner_id, period, state, "
                              "people, began_at) values (?1, ?2, ?3, 'open', ?4, ?5) returning id"),
                          db_uuid(a, uuid_v4()), V(p->id), V(s->period), V((int64_t)s->n_people),
                          db_instant(a, now))
              : 0;
  return s->id && keep_people(db, s) && tell_people(db, a, s->people, s->n_people, p, now) == DB_OK;
}

/* Nobody else took the same message meanwhile. */
static bool count_taken(struct db *db, const struct match_step *s) {
  return db_run(db, SQL("update known_match set taken = ?3 where id = ?1 and taken = ?2"), V(s->id),
                V(s->taken_before), V((int64_t)s->psi.taken)) == DB_OK &&
         db_changes(db) == 1 && keep_message(db, s->id, false, s->psi.taken, s->theirs);
}

bool match_keep(struct db *db, struct arena *a, struct match_step *s, instant_t now,
                struct why *why) {
  bool kept = s->begins ? keep_begun(db, a, s, now) : count_taken(db, s);
  if (!kept) return why_say(why, "The run could not be kept, or went on meanwhile. Try again.");
  struct str ours = buf_str(&s->message);
  if (ours.n && !keep_message(db, s->id, true, s->psi.sent, ours))
    return why_say(why, "The message could not be kept. Try again.");
  log_line(db, a, &s->us, s->id, psi_log_line(a, &s->psi), now);
  if (psi_done(&s->psi)) return end_run(db, a, &s->psi, s->id, now, why);
  return keep_run(db, a, &s->psi, s->id) || why_say(why, "The run could not be kept.");
}
