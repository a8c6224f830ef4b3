/* demo_match: one finished match without names between two invented organisations of the demo. The
 * other side's part is played here too, by the same steps and messages as between two
 * installations; its secrets are forgotten with it. Who is in it said yes in the demo. */
#include "accounts/accounts.h"
#include "known/match.h"
#include "people/people.h"

enum { DEMO_CAP = 5000, DEMO_MESSAGES = 3 };
static const char *const others[][3] = {{"Perran", "Halyard", "1971-04-09"},
                                        {"Dilys", "Samphire", "1988-11-30"}};

struct played {
  struct db *db;
  struct arena *a;
  struct match_partner partner;
  struct psi_identity theirs;
  struct psi side; /* the other side */
  struct str period;
  instant_t now;
  struct why *why;
};

static struct actor worker(struct db *db, struct arena *a, const char *sign_in, instant_t now) {
  struct actor actor = {0};
  int64_t id =
      db_number(db, 0, SQL("select id from user_account where sign_in = ?1"), V(str_of(sign_in)));
  if (id) accounts_actor(db, a, id, 0, instant_local_uk(now).day, &actor);
  return actor;
}

static struct str name_of(struct db *db, struct arena *a, int64_t organisation_id) {
  struct rows r;
  struct str name = {0};
  if (!db_one(&r, db, a, SQL("select name from member_organisation where id = ?1"),
              V(organisation_id)))
    return name;
  name = row_text(&r, 0);
  db_done(&r);
  return name;
}

static bool allow_team(const struct played *d, int64_t team_id) {
  return db_run(d->db,
                SQL("insert into known_match_team (team_id, since) values (?1, ?2) on conflict "
                    "(team_id) do nothing"),
                V(team_id), db_instant(d->a, d->now)) == DB_OK;
}

/* The other side supports one of ours too, and two people we do not know. */
static bool their_begin(struct played *d, const struct match_step *ours) {
  struct psi_element *e = arena_many(d->a, struct psi_element, 3 * PSI_KEY_TYPES);
  struct person shared;
  struct psi_partner us;
  size_t n = 0;
  if (!people_contact(d->db, d->a, ours->people[0], KNOWN_CLASSES, &shared)) return false;
  struct known_asked asked = known_asked_of(&shared);
  const struct str *v = known_forms_of(d->a, &asked).p[0].value;
  struct psi_person one = {.forename = v[FEW_FORENAME],
                           .surname = v[FEW_SURNAME],
                           .dob = v[FEW_DOB],
                           .postcode = v[FEW_POSTCODE],
                           .phone = v[FEW_PHONE]};
  n += psi_elements(d->partner.project, &one, 0, e, *d->a);
  for (size_t i = 0; i < countof(others); i++) {
    struct psi_person other = {.forename = str_of(others[i][0]),
                               .surname = str_of(others[i][1]),
                               .dob = str_of(others[i][2])};
    n += psi_elements(d->partner.project, &other, (uint32_t)i + 1, e + n, *d->a);
  }
  memcpy(us.sign_public, ours->us.sign_public, sizeof us.sign_public);
  memcpy(us.box_public, ours->us.box_public, sizeof us.box_public);
  struct psi_terms terms = {d->partner.project, d->period, d->partner.cap, false};
  return psi_begin(&d->side, &terms, &d->theirs, &us, e, n, d->a, d->why);
}

/* Each side's message crosses the other's. */
static bool cross(struct played *d, struct match_step *step) {
  struct buf theirs = buf_open(1 << 20);
  struct str ours = str_copy(d->a, buf_str(&step->message));
  match_step_free(step);
  bool ok = psi_next(&d->side, &theirs, d->why) && psi_take(&d->side, ours, d->why) &&
            match_answer(d->db, d->a, &d->partner, buf_str(&theirs), d->now, step, d->why) &&
            match_keep(d->db, d->a, step, d->now, d->why);
  buf_free(&theirs);
  return ok;
}

static bool play(struct played *d) {
  struct match_step step = {0};
  bool ok = match_begin(d->db, d->a, &d->partner, d->period, d->now, &step, d->why) &&
            match_keep(d->db, d->a, &step, d->now, d->why) && their_begin(d, &step);
  for (int i = 0; i < DEMO_MESSAGES && ok; i++) ok = cross(d, &step);
  match_step_free(&step);
  return ok;
}

bool known_demo_match(struct db *db, struct arena *a, instant_t now, struct why *why) {
  struct actor us = worker(db, a, "amina", now), them = worker(db, a, "priya", now);
  struct match_partner p = {.purpose = S("same_help"),
                            .project = S("one front door, invented"),
                            .our_organisation_id = us.organisation_id,
                            .organisation_id = them.organisation_id,
                            .cap = DEMO_CAP};
  struct why none = {0};
  day_t today = instant_local_uk(now).day;
  if (!us.user_id || !them.user_id || !match_may(db, a, &p, today, &none)) return true;
  struct played d = {
      .db = db, .a = a, .period = str_slice(day_iso(a, today), 0, 7), .now = now, .why = why};
  p.name = name_of(db, a, them.organisation_id);
  psi_identity_make(&d.theirs);
  memcpy(p.keys.sign_public, d.theirs.sign_public, sizeof p.keys.sign_public);
  memcpy(p.keys.box_public, d.theirs.box_public, sizeof p.keys.box_public);
  return match_partner_add(db, a, &p, now, why) && allow_team(&d, us.team_id) &&
         match_partner_named(db, a, p.name, &d.partner, why) && play(&d);
}
