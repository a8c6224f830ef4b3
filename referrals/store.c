/* store: referrals, their legs and facts as rows; sealed fields; the projection. */
#include "db/seal.h"
#include "directory/directory.h"
#include "referrals/inside.h"

#define FOR_EVER S("9999-12-31")

/* ---- what is sealed ---- */

/* Until somebody has a record, what a referral knows of them is sealed for "the person -id". */
static struct seal_place place_in(int64_t referral_id, uint32_t class_bit, const char *field) {
  return (struct seal_place){-referral_id, class_bit, field};
}

/* Several short texts as one sealed value: each with its length before it. */
static struct str packed(struct arena *a, const struct str *p, size_t n) {
  struct buf b = buf_open(1 << 16);
  for (size_t i = 0; i < n; i++) {
    buf_u32(&b, (uint32_t)p[i].n);
    buf_put(&b, p[i]);
  }
  struct str out = str_copy(a, buf_str(&b));
  buf_free(&b);
  return out;
}

static void unpack(struct str s, struct str *p, size_t n) {
  for (size_t i = 0; i < n; i++) {
    p[i] = (struct str){0};
    if (s.n < 4) continue;
    const unsigned char *u = (const unsigned char *)s.p;
    size_t len = (size_t)u[0] | (size_t)u[1] << 8 | (size_t)u[2] << 16 | (size_t)u[3] << 24;
    if (len > s.n - 4) return;
    p[i] = str_slice(s, 4, 4 + len);
    s = str_slice(s, 4 + len, s.n);
  }
}

struct sealed_set {
  struct str identity, contact, safety, words, referrer;
};

static bool seal_all(struct db *db, struct arena *a, int64_t id, const struct referral_new *r,
                     instant_t now, struct sealed_set *out) {
  struct str age =
      r->age == NUMBER_NONE ? (struct str){0} : str_format(a, "%lld", (long long)r->age);
  struct str identity[] = {r->name, age}, contact[] = {r->phone, r->email, r->safe_way};
  return seal(db, a, place_in(id, CLASS_IDENTITY, "referral identity"), packed(a, identity, 2), now,
              &out->identity) &&
         seal(db, a, place_in(id, CLASS_CONTACT, "referral contact"), packed(a, contact, 3), now,
              &out->contact) &&
         seal(db, a, place_in(id, CLASS_SAFETY, "referral safety"), r->safe_note, now,
              &out->safety) &&
         seal(db, a, place_in(id, CLASS_SITUATION, "referral words"), r->words, now, &out->words) &&
         seal(db, a, place_in(id, CLASS_CONTACT, "referral referrer"), r->referrer, now,
              &out->referrer);
}

static struct str opened(struct db *db, struct arena *a, int64_t id, uint32_t class_bit,
                         const char *field, struct str sealed) {
  struct str plain = {0};
  return sealed.n && unseal(db, a, place_in(id, class_bit, field), sealed, &plain)
             ? plain
             : (struct str){0};
}

bool sheet_open(struct db *db, struct arena *a, int64_t id, struct sheet *out) {
  struct rows r;
  struct str identity[2], contact[3];
  *out = (struct sheet){.age = NUMBER_NONE};
  if (!db_one(&r, db, a,
              SQL("select identity, contact, safety, words, referrer from referral where id = ?1"),
              V(id)))
    return false;
  struct str raw[5];
  for (int i = 0; i < 5; i++) raw[i] = row_text(&r, i);
  db_done(&r);
  unpack(opened(db, a, id, CLASS_IDENTITY, "referral identity", raw[0]), identity, 2);
  unpack(opened(db, a, id, CLASS_CONTACT, "referral contact", raw[1]), contact, 3);
  out->name = identity[0];
  str_to_i64(identity[1], &out->age);
  out->phone = contact[0], out->email = contact[1], out->safe_way = contact[2];
  out->safe_note = opened(db, a, id, CLASS_SAFETY, "referral safety", raw[2]);
  out->words = opened(db, a, id, CLASS_SITUATION, "referral words", raw[3]);
  out->referrer = opened(db, a, id, CLASS_CONTACT, "referral referrer", raw[4]);
  return true;
}

int64_t leg_person(const struct leg *g) { return g->person_id ? g->person_id : -g->referral_id; }

/* ---- legs and facts ---- */

struct leg leg_of(struct rows *r) {
  return (struct leg){.id = row_int(r, 0),
                      .referral_id = row_int(r, 1),
                      .team_id = row_int(r, 2),
                      .service_id = row_int(r, 3),
                      .person_id = row_int(r, 4),
                      .public_id = row_uuid(r, 5),
                      .referral_public_id = row_uuid(r, 6),
                      .service = row_text(r, 7),
                      .feedback = row_text(r, 8),
                      .via = row_text(r, 9),
                      .about = row_text(r, 10),
                      .source = row_text(r, 11),
                      .heard = row_text(r, 12),
                      .agreed = row_text(r, 13),
                      .their_ref = row_text(r, 14),
                      .area_code = row_text(r, 15),
                      .hides = row_int(r, 16) != 0,
                      .received = row_day(r, 17),
                      .feedback_on = row_day(r, 18),
                      .clock = {row_int(r, 19), row_int(r, 20), row_text(r, 21)},
                      .partner_id = row_int(r, 22),
                      .sent_by = row_int(r, 23),
                      .sent_team = row_int(r, 24),
                      .from_person = row_int(r, 25),
                      .lead_user = row_int(r, 26),
                      .from_function = (enum function)row_int(r, 27)};
}

bool leg_load(struct db *db, struct arena *a, int64_t id, struct leg *out) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("select " LEG_COLUMNS
                  "from referral_leg g join referral r on r.id = g.referral_id where g.id = ?1"),
              V(id)))
    return false;
  *out = leg_of(&r);
  db_done(&r);
  return true;
}

void legs_facts(struct db *db, struct arena *a, const int64_t *legs, size_t n,
                struct referral_facts *out) {
  struct of {
    struct referral_fact *p;
    size_t n, cap;
  } *of = arena_many(a, struct of, n + 1);
  for (size_t i = 0; i < n; i++) out[i] = (struct referral_facts){0};
  if (!n) return;
  struct rows r = db_rows(db, a,
                          SQL("/* by key */ select leg_id, kind, day, until_day from referral_fact "
                              "where leg_id in INTS(?1) order by id"),
                          db_in(a, legs, n));
  while (db_next(&r)) {
    struct referral_fact f = {.day = row_day(&r, 2), .until = row_day(&r, 3)};
    if (!referral_fact_of(row_text(&r, 1), &f.kind)) continue;
    for (size_t i = 0; i < n; i++)
      if (legs[i] == row_int(&r, 0)) *slice_push(a, &of[i], &of[i].cap) = f;
  }
  for (size_t i = 0; i < n; i++) out[i] = (struct referral_facts){of[i].p, of[i].n};
}

struct referral_facts leg_facts(struct db *db, struct arena *a, int64_t leg_id) {
  struct referral_facts facts;
  legs_facts(db, a, &leg_id, 1, &facts);
  return facts;
}

struct referral_standing leg_standing(struct db *db, struct arena *a, const struct leg *g,
                                      day_t day) {
  return referral_standing_of(leg_facts(db, a, g->id), g->clock, day);
}

static struct db_value day_or_ever(struct arena *a, day_t d) {
  return d == DAY_NONE ? V(FOR_EVER) : db_day(a, d);
}

enum db_result now_write(struct db *db, struct arena *a, int64_t leg_id, day_t today) {
  struct leg g;
  if (!leg_load(db, a, leg_id, &g)) return DB_FAILED;
  struct referral_standing s = leg_standing(db, a, &g, today);
  return db_run(
      db,
      SQL("insert into referral_now (leg_id, team_id, state, over, since, received, due, changes, "
          "person_id) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) on conflict (leg_id) do update "
          "set state = excluded.state, over = excluded.over, since = excluded.since, "
          "due = excluded.due, changes = excluded.changes, person_id = excluded.person_id"),
      V(leg_id), V(g.team_id), V(str_of(referral_state_code(s.state))), V(s.over),
      db_day(a, s.since), db_day(a, s.received), day_or_ever(a, s.due), day_or_ever(a, s.changes),
      g.person_id ? V(g.person_id) : db_null());
}

static bool now_right(struct db *db, struct arena *a, int64_t leg_id, day_t today) {
  struct leg g;
  struct rows r;
  if (!leg_load(db, a, leg_id, &g)) return false;
  struct referral_standing s = leg_standing(db, a, &g, today);
  if (!db_one(&r, db, a,
              SQL("select state, over, since, due, changes, coalesce(person_id, 0) "
                  "from referral_now where leg_id = ?1"),
              V(leg_id)))
    return false;
  struct str due = s.due == DAY_NONE ? FOR_EVER : day_iso(a, s.due);
  struct str changes = s.changes == DAY_NONE ? FOR_EVER : day_iso(a, s.changes);
  bool right = str_eq(row_text(&r, 0), str_of(referral_state_code(s.state))) &&
               (row_int(&r, 1) != 0) == s.over && row_day(&r, 2) == s.since &&
               str_eq(row_text(&r, 3), due) && str_eq(row_text(&r, 4), changes) &&
               row_int(&r, 5) == g.person_id;
  db_done(&r);
  return right;
}

int64_t referrals_rebuild(struct db *db, struct arena *a, day_t today, bool all,
                          enum db_result *result) {
  int64_t differed = 0;
  *result = DB_OK;
  struct rows r =
      all ? db_rows(db, a,
                    SQL("/* scan: nightly rebuild */ select id from referral_leg order by id"))
          : db_rows(db, a,
                    SQL("/* scan: nightly rebuild */ select leg_id from referral_now where changes "
                        "<= ?1 order by changes, leg_id"),
                    db_day(a, today));
  struct {
    int64_t *p;
    size_t n;
  } legs = {0};
  size_t cap = 0;
  while (db_next(&r)) *slice_push(a, &legs, &cap) = row_int(&r, 0);
  for (size_t i = 0; i < legs.n && *result == DB_OK; i++) {
    struct arena scratch = *a;
    if (now_right(db, &scratch, legs.p[i], today)) continue;
    differed++;
    *result = now_write(db, &scratch, legs.p[i], today);
  }
  return differed;
}

/* ---- sending ---- */

static enum db_result fact_add(struct db *db, struct arena *a, int64_t leg_id, int64_t person,
                               const struct referral_said *f, instant_t now) {
  struct str note = {0};
  if (f->note.n && !seal(db, a, (struct seal_place){person, CLASS_CONTACTS, "referral note"},
                         f->note, now, &note))
    return DB_FAILED;
  return db_run(db,
                SQL("insert into referral_fact (leg_id, kind, day, until_day, reason, follows, "
                    "by_whom, by_user, note, said_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
                    "?10)"),
                V(leg_id), V(str_of(referral_fact_code(f->kind))), db_day(a, f->day),
                db_day(a, f->until), db_text_or_null(f->reason), db_text_or_null(f->follows),
                V(str_of(f->by_whom)), f->by_user ? V(f->by_user) : db_null(),
                note.n ? db_blob(note) : db_null(), db_instant(a, now));
}

static enum db_result leg_add(struct db *db, struct arena *a, int64_t referral_id,
                              const struct referral_new *r, const struct referral_to *to,
                              instant_t now) {
  day_t today = instant_local_uk(now).day;
  int64_t leg = db_insert(
      db,
      SQL("insert into referral_leg (public_id, referral_id, team_id, service_id, service_name, "
          "hides, answer_days, contact_days, nation) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
          "returning id"),
      db_uuid(a, uuid_v4()), V(referral_id), V(to->team_id),
      to->service_id ? V(to->service_id) : db_null(), V(to->service_name), V(r->hides),
      V(to->answer_days), V(to->contact_days), V(to->nation));
  if (!leg) return DB_FAILED;
  struct referral_said received = {.kind = FACT_RECEIVED,
                                   .day = today,
                                   .until = DAY_NONE,
                                   .by_whom = "referrer",
                                   .by_user = r->sent_by};
  enum db_result result = fact_add(db, a, leg, -referral_id, &received, now);
  return result == DB_OK ? now_write(db, a, leg, today) : result;
}

/* Who hides has no blind index. */
static struct db_value blind(struct arena *a, bool hides, const char *purpose, struct str tidy) {
  return hides || !tidy.n ? db_null() : V(seal_blind(a, purpose, tidy));
}

static struct db_value id_or_null(int64_t id) { return id ? V(id) : db_null(); }

static int64_t insert_referral(struct db *db, struct arena *a, const struct referral_new *r,
                               instant_t now, struct uuid public_id) {
  return db_insert(
      db,
      SQL("insert into referral (public_id, received_at, received_day, via, about, source, heard, "
          "agreed, partner_id, sent_by, sent_team, from_function, from_person, lead_user, "
          "area_code, their_ref, once, phone_blind, email_blind, invented) values (?1, ?2, ?3, ?4, "
          "?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20) returning "
          "id"),
      db_uuid(a, public_id), db_instant(a, now), db_day(a, instant_local_uk(now).day),
      V(str_of(r->via)), V(str_of(r->about)), V(r->source), db_text_or_null(r->heard), V(r->agreed),
      id_or_null(r->partner_id), id_or_null(r->sent_by), id_or_null(r->sent_team),
      V((int64_t)r->from_function), id_or_null(r->from_person), id_or_null(r->lead_user),
      db_text_or_null(r->area_code), db_text_or_null(r->their_ref), db_text_or_null(r->once),
      blind(a, r->hides, "phone", r->phone), blind(a, r->hides, "email", r->email), V(r->invented));
}

enum db_result referral_send(struct db *db, struct arena *a, const struct referral_new *r,
                             instant_t now, struct uuid *public_id) {
  struct rows had;
  struct sealed_set s;
  *public_id = uuid_v4();
  if (r->once.n &&
      db_one(&had, db, a, SQL("select public_id from referral where once = ?1"), V(r->once))) {
    *public_id = row_uuid(&had, 0);
    db_done(&had);
    return DB_OK;
  }
  int64_t id = insert_referral(db, a, r, now, *public_id);
  if (!id || !seal_all(db, a, id, r, now, &s)) return DB_FAILED;
  enum db_result result = db_run(
      db,
      SQL("update referral set identity = ?2, contact = ?3, safety = ?4, words = ?5, referrer = ?6 "
          "where id = ?1"),
      V(id), db_blob(s.identity), db_blob(s.contact), db_blob(s.safety), db_blob(s.words),
      db_blob(s.referrer));
  for (size_t i = 0; i < r->to.n && result == DB_OK; i++)
    result = leg_add(db, a, id, r, &r->to.p[i], now);
  return result;
}

/* ---- what happened ---- */

/* Once nobody waits for it any more, the referral forgets who it was about. */
static enum db_result forget_when_over(struct db *db, struct arena *a, int64_t referral_id,
                                       instant_t now) {
  int64_t open = db_number(db, 1,
                           SQL("select count(*) from referral_leg g join referral_now n on "
                               "n.leg_id = g.id where g.referral_id = ?1 and g.person_id is null "
                               "and n.state not in ('declined', 'withdrawn')"),
                           V(referral_id));
  if (open) return DB_OK;
  enum db_result result =
      db_run(db,
             SQL("update referral set identity = null, contact = null, safety = null, words = "
                 "null, referrer = null, phone_blind = null, email_blind = null where id = ?1"),
             V(referral_id));
  return result == DB_OK
             ? seal_erase(db, a, -referral_id,
                          CLASS_IDENTITY | CLASS_CONTACT | CLASS_SAFETY | CLASS_SITUATION, now)
             : result;
}

static bool said_whole(const struct referral_said *f, struct why *why) {
  static const char *const lists[FACT_KINDS] = {[FACT_DECLINED] = "referral_declined",
                                                [FACT_PAUSED] = "referral_paused",
                                                [FACT_WITHDRAWN] = "referral_withdrawn"};
  const char *list = lists[f->kind];
  if (list && !code_find(code_list(list), f->reason)) return why_say(why, "Choose a reason.");
  if (f->kind == FACT_DECLINED && !code_find(code_list("referral_follows"), f->follows))
    return why_say(why, "Say what follows, so that nobody is left without a next step.");
  if (f->kind == FACT_WITHDRAWN && !f->by_whom[0]) return why_say(why, "Say who withdrew it.");
  return true;
}

bool referral_say(struct db *db, struct arena *a, int64_t leg_id, const struct referral_said *said,
                  instant_t now, struct why *why) {
  struct leg g;
  day_t today = instant_local_uk(now).day;
  if (!leg_load(db, a, leg_id, &g)) return why_say(why, "This referral cannot be read just now.");
  struct referral_standing s = leg_standing(db, a, &g, today);
  if (said->day > today) return why_say(why, "That day is still to come.");
  if (!referral_may(s.state, said->kind))
    return why_say(why, "That does not fit how the referral stands now. Look at it again.");
  if (!said_whole(said, why)) return false;
  if (fact_add(db, a, leg_id, leg_person(&g), said, now) != DB_OK ||
      now_write(db, a, leg_id, today) != DB_OK ||
      forget_when_over(db, a, g.referral_id, now) != DB_OK)
    return why_say(why, "That could not be saved just now. Try again in a minute.");
  return true;
}

/* The record support begins with: what was on the sheet. */
static bool person_from_sheet(struct db *db, struct arena *a, const struct actor *actor,
                              const struct leg *g, const struct sheet *sheet, instant_t now,
                              int64_t *id) {
  struct person p;
  record_clear(&person_type, &p);
  p.name = sheet->name, p.phone = sheet->phone, p.email = sheet->email;
  p.safe_way = sheet->safe_way, p.safe_note = sheet->safe_note;
  if (!g->hides)
    p.ward_code = str_starts(g->area_code, S("E05")) || str_starts(g->area_code, S("W05"))
                      ? g->area_code
                      : (struct str){0};
  enum db_result result = (g->hides ? people_add_restricted : people_add)(db, a, actor, &p, now);
  *id = p.id;
  return result == DB_OK;
}

/* Somebody the team supports already, or did: the same record goes on. */
static bool person_goes_on(struct db *db, struct arena *a, const struct actor *actor,
                           int64_t person_id, instant_t now) {
  day_t today = instant_local_uk(now).day;
  struct sight sight = permission_sight(db, a, actor, person_id, today, now);
  if (!(sight.classes & CLASS_IDENTITY)) return false;
  int64_t carried =
      db_number(db, 0,
                SQL("select count(*) from caseload where person_id = ?1 and user_id = "
                    "?2 and to_day is null"),
                V(person_id), V(actor->user_id));
  return carried || permission_carry(db, a, person_id, actor->user_id, today) == DB_OK;
}

/* Sent by another team of the same organisation: the record stays one. Between organisations each
 * begins its own; only the sheet went over. */
static bool same_record(struct db *db, struct arena *a, const struct actor *actor,
                        const struct leg *g, struct str name, instant_t now, int64_t *id) {
  day_t today = instant_local_uk(now).day;
  int64_t sender =
      db_number(db, 0, SQL("select organisation_id from team where id = ?1"), V(g->sent_team));
  if (!g->from_person || sender != actor->organisation_id || g->hides) return false;
  *id = g->from_person;
  struct sight sight = permission_sight(db, a, actor, *id, today, now);
  if (!(sight.classes & CLASS_IDENTITY) &&
      permission_engage(db, a, *id, actor->team_id, name, today) != DB_OK)
    return false;
  return person_goes_on(db, a, actor, *id, now);
}

bool referral_accept(struct db *db, struct arena *a, const struct actor *actor, int64_t leg_id,
                     int64_t person_id, instant_t now, int64_t *accepted, struct why *why) {
  struct leg g;
  struct sheet sheet;
  *accepted = person_id;
  if (!leg_load(db, a, leg_id, &g) || !sheet_open(db, a, g.referral_id, &sheet))
    return why_say(why, "This referral cannot be read just now.");
  if (!referral_may(leg_standing(db, a, &g, instant_local_uk(now).day).state, FACT_ACCEPTED))
    return why_say(why, "That does not fit how the referral stands now. Look at it again.");
  bool good = person_id ? person_goes_on(db, a, actor, person_id, now)
                        : same_record(db, a, actor, &g, sheet.name, now, accepted) ||
                              person_from_sheet(db, a, actor, &g, &sheet, now, accepted);
  if (!good || db_run(db, SQL("update referral_leg set person_id = ?2 where id = ?1"), V(leg_id),
                      V(*accepted)) != DB_OK)
    return why_say(why, "They could not be taken on just now. Try again in a minute.");
  struct referral_said said = {.kind = FACT_ACCEPTED,
                               .day = instant_local_uk(now).day,
                               .until = DAY_NONE,
                               .by_whom = "team",
                               .by_user = actor->user_id,
                               .note = sheet.words};
  return referral_say(db, a, leg_id, &said, now, why);
}

/* ---- routes ---- */

bool referral_route(struct db *db, struct arena *a, int64_t service_id, struct strs area_codes,
                    const struct rules_facts *facts, day_t on, struct referral_to *out) {
  bool found = false;
  struct rows r = db_rows(
      db, a,
      SQL("select team_id, area_code, rule, answer_days, contact_days, nation from referral_route "
          "where service_id = ?1 and from_day <= ?2 and coalesce(to_day, '9999-12-31') >= ?2 "
          "order by place_in_line, id"),
      V(service_id), db_day(a, on));
  while (!found && db_next(&r)) {
    struct str code = row_text(&r, 1), text = row_text(&r, 2);
    struct rules_rule rule;
    struct why why;
    bool here = !code.n;
    for (size_t i = 0; i < area_codes.n; i++) here |= str_eq(code, area_codes.p[i]);
    /* A rule says who the team is for; not knowing is never a no. */
    if (here && facts && text.n &&
        rules_parse_body(a, directory_book(), S("route"), text, &rule, &why))
      here = rules_judge(&rule, facts) != RULES_NO;
    if (!here) continue;
    found = true;
    *out = (struct referral_to){.team_id = row_int(&r, 0),
                                .service_id = service_id,
                                .answer_days = row_int(&r, 3),
                                .contact_days = row_int(&r, 4),
                                .nation = row_text(&r, 5)};
    db_done(&r);
  }
  return found;
}
