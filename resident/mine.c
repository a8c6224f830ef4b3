/* mine: everything the pages under /mine read, each within the scope of the page. */
#define WAYMARK_RESIDENT_READS
#include "audit/audit.h"
#include "db/seal.h"
#include "resident/inside.h"
#include "sharing/sharing.h"

enum {
  OWN_SEEN = CLASS_IDENTITY | CLASS_SITUATION | CLASS_PLAN | CLASS_CONTACTS | CLASS_OUTCOMES,
  LOOKS_READ = 200,
  LOOKS_SHOWN = 40
};
#define HOURS(n) ((instant_t)(n)*3600 * 1000000)

bool mine_open(struct request *rq, struct mine *m) {
  struct person p;
  int64_t id = rq->actor.person_id;
  struct sight s = permission_sight(rq->db, rq->arena, &rq->actor, id, rq->today, rq->now);
  *m = (struct mine){0};
  audit_shows(rq, id, OWN_SEEN);
  if (s.reason != SIGHT_OWN || !people_seen(rq, id, s, &p)) {
    reply_not_found(rq);
    return false;
  }
  if (!own_scope_read(rq->db, rq->arena, id, &m->scope)) {
    reply_refuse(rq, 503,
                 PAGE_TITLE(rq, "Your page cannot be read just now. Try again in a "
                                "minute."));
    return false;
  }
  m->name = p.name, m->any = m->scope.open;
  return true;
}

bool mine_kept(struct request *rq, const struct mine *m, const char *what, enum db_result result,
               struct str flash, struct str to) {
  audit_did(rq, what, m->scope.person_id, OWN_SEEN);
  enum db_result kept = result == DB_OK ? db_commit(rq->db, STORE_MAIN) : result;
  if (result != DB_OK) db_rollback(rq->db, STORE_MAIN);
  if (kept != DB_OK) {
    reply_refuse(rq, kept == DB_NONE || kept == DB_CONFLICT ? 409 : 503,
                 kept == DB_NONE || kept == DB_CONFLICT
                     ? PAGE_TITLE(rq, "That has changed since you opened the page. Nothing is "
                                      "lost: go back, look again, and press once more.")
                     : PAGE_TITLE(rq, "That could not be saved just now. Go back: your words are "
                                      "still there. Try again in a minute."));
    return false;
  }
  if (flash.n) reply_flash(rq, flash);
  reply_redirect(rq, to);
  return true;
}

enum db_result mine_heard(struct request *rq, const struct mine *m, struct str words,
                          bool *prompt) {
  enum db_result result = DB_OK;
  *prompt =
      safeguarding_prompt_for(rq->arena, words) != PROMPT_NONE && PLANTED != PLANTED_HEARS_NOTHING;
  if (*prompt) safeguarding_stuck(rq->db, rq->arena, m->scope.person_id, words, rq->now, &result);
  return result;
}

/* ---- reading ---- */

/* Never how to reach them, where they live, what they rent or who they live with. */
static const char *const fact_fields[] = {"name",
                                          "full_name",
                                          "pronouns",
                                          "born_on",
                                          "age_band",
                                          "language",
                                          "communication",
                                          "status",
                                          "inactivity_reason",
                                          "wants_job",
                                          "out_of_work_since",
                                          "qualification"};

struct mine_facts mine_facts(struct request *rq, const struct mine *m) {
  struct mine_facts out = {0};
  struct person p;
  size_t cap = 0;
  struct sight s = {CLASS_IDENTITY | CLASS_CONTACT | CLASS_SITUATION, SIGHT_OWN, DAY_NONE};
  if (!m->any || !people_seen(rq, m->scope.person_id, s, &p)) return out;
  for (size_t i = 0; i < countof(fact_fields); i++) {
    const struct field *f = field_find(&person_type, str_of(fact_fields[i]));
    struct value v = field_get(f, &p);
    if (v.known)
      *slice_push(rq->arena, &out, &cap) =
          (struct mine_fact){words_label((enum language)rq->lang, str_of(f->label)),
                             words_label((enum language)rq->lang, value_words(rq->arena, f, v))};
  }
  return out;
}

bool mine_plan(struct request *rq, const struct mine *m, struct plan *out, struct str *stamp) {
  return support_plan_own(rq->db, rq->arena, &m->scope, out, stamp);
}

struct own_strengths mine_strengths(struct request *rq, const struct mine *m) {
  return support_own_strengths(rq->db, rq->arena, &m->scope);
}

struct own_appointments mine_appointments(struct request *rq, const struct mine *m) {
  return contacts_own_appointments(rq->db, rq->arena, &m->scope, rq->today);
}

struct own_outcomes mine_outcomes(struct request *rq, const struct mine *m) {
  return programme_own_outcomes(rq->db, rq->arena, &m->scope);
}

struct own_notes mine_notes(struct request *rq, const struct mine *m) {
  return contacts_own_notes(rq->db, rq->arena, &m->scope);
}

struct own_messages mine_messages(struct request *rq, const struct mine *m, size_t room) {
  return messages_own(rq->db, rq->arena, &m->scope, room);
}

struct crisis_numbers mine_numbers(struct request *rq) {
  return safeguarding_numbers(rq->arena, rq->lang, safeguarding_site_nation(), rq->today);
}

/* ---- what they allow ---- */

TEXT_MESSAGE(class_identity, "Your name and age");
TEXT_MESSAGE(class_contact, "How to reach you");
TEXT_MESSAGE(class_situation, "How things are for you");
TEXT_MESSAGE(class_plan, "Your plan and strengths");
TEXT_MESSAGE(class_contacts, "What we talked about");
TEXT_MESSAGE(class_outcomes, "How it turned out");
static const struct {
  uint32_t bit;
  const struct message *words;
} class_names[] = {{CLASS_IDENTITY, &class_identity},   {CLASS_CONTACT, &class_contact},
                   {CLASS_SITUATION, &class_situation}, {CLASS_PLAN, &class_plan},
                   {CLASS_CONTACTS, &class_contacts},   {CLASS_OUTCOMES, &class_outcomes}};

static struct str class_name(struct request *rq, uint32_t bit) {
  for (size_t i = 0; i < countof(class_names); i++)
    if (class_names[i].bit == bit) return words_of((enum language)rq->lang, class_names[i].words);
  return (struct str){0};
}

/* Only what they were asked and answered: a switch stands where there is a choice. */
struct mine_choices mine_choices(struct request *rq, const struct mine *m) {
  struct mine_choices out = {0};
  size_t cap = 0;
  struct choices_said all = permission_choices(rq->db, rq->arena, m->scope.person_id);
  for (size_t i = 0; i < all.n; i++) {
    const struct choice_said *c = &all.p[i];
    struct str what = class_name(rq, c->class_bit);
    if (what.n && own_organisation(&m->scope, c->organisation_id))
      *slice_push(rq->arena, &out, &cap) = (struct mine_choice){c->organisation_id,
                                                                c->organisation,
                                                                what,
                                                                c->class_bit,
                                                                str_eq(c->answer, S("yes")),
                                                                instant_local_uk(c->said_at).day};
  }
  return out;
}

struct mine_musts mine_musts(struct request *rq) {
  struct mine_musts out = {0};
  size_t cap = 0;
  struct declared_returns all = returns_known(rq->db, rq->arena);
  for (size_t i = 0; i < all.n; i++) {
    struct mine_must row = {all.p[i].name, all.p[i].goes_to, all.p[i].why, {0}};
    size_t field_cap = 0;
    for (size_t f = 0; f < all.p[i].fields.n; f++)
      *slice_push(rq->arena, &row.fields, &field_cap) = all.p[i].fields.p[f].words;
    *slice_push(rq->arena, &out, &cap) = row;
  }
  return out;
}

/* ---- who looked ---- */

/* Pages of everyday work. Others could tell what the work was about: whoever works beside the
 * person shows them the whole list in the room. */
static bool everyday(struct str route) {
  static const char *const routes[] = {"/people/{id}",           "/people/{id}/plan",
                                       "/people/{id}/contacts",  "/people/{id}/appointments",
                                       "/people/{id}/strengths", "/people/{id}/messages"};
  for (size_t i = 0; i < countof(routes); i++)
    if (str_eq(route, str_of(routes[i]))) return true;
  return false;
}

TEXT_MESSAGE(role_worker, "Key worker");
TEXT_MESSAGE(role_lead, "Team lead");
TEXT_MESSAGE(role_manager, "Manager");
TEXT_MESSAGE(role_peer, "Peer worker");
TEXT_MESSAGE(role_other, "Another worker");

static struct str role_name(struct request *rq, uint32_t roles) {
  static const struct {
    uint32_t role;
    const struct message *words;
  } names[] = {{ROLE_KEY_WORKER, &role_worker},
               {ROLE_TEAM_LEAD, &role_lead},
               {ROLE_MANAGER, &role_manager},
               {ROLE_PEER, &role_peer}};
  for (size_t i = 0; i < countof(names); i++)
    if (roles & names[i].role) return words_of((enum language)rq->lang, names[i].words);
  return words_of((enum language)rq->lang, &role_other);
}

static bool same_look(const struct mine_look *a, const struct mine_look *b) {
  return a->on == b->on && str_eq(a->roles, b->roles) && str_eq(a->organisation, b->organisation);
}

static void add_look(struct request *rq, const struct mine *m, const struct audit_entry *e,
                     struct mine_looks *out, size_t *cap) {
  struct actor who = {0};
  if (e->user_id <= 0 || !own_team(&m->scope, e->team_id) || !everyday(e->route)) return;
  accounts_actor(rq->db, rq->arena, e->user_id, 0, instant_local_uk(e->at).day, &who);
  struct mine_look look = {instant_local_uk(e->at).day, role_name(rq, who.roles),
                           who.organisation_name};
  for (size_t i = 0; i < out->n; i++)
    if (same_look(&out->p[i], &look)) return;
  if (out->n < LOOKS_SHOWN && who.roles != ROLE_SAFEGUARDING)
    *slice_push(rq->arena, out, cap) = look;
}

bool mine_looks(struct request *rq, const struct mine *m, struct mine_looks *out) {
  struct audit_looks looks = {0};
  size_t cap = 0;
  *out = (struct mine_looks){0};
  if (!m->any) return true;
  if (!audit_who_looked(rq->db, rq->arena, m->scope.person_id, 0, LOOKS_READ, &looks)) return false;
  for (size_t i = 0; i < looks.n; i++) add_look(rq, m, &looks.p[i].entry, out, &cap);
  return true;
}

/* ---- statements, organisations, copies ---- */

struct mine_statements mine_statements(struct request *rq, const struct mine *m) {
  struct mine_statements out = {0};
  size_t cap = 0;
  struct seal_place at = {m->scope.person_id, CLASS_PLAN, "statement.words"};
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select about, words, said_at, answer, answer_words from "
                              "resident_statement where person_id = ?1 order by id desc"),
                          V(m->scope.person_id));
  while (db_next(&r)) {
    struct mine_statement one = {.about = row_text(&r, 0),
                                 .answer = row_text(&r, 3),
                                 .on = instant_local_uk(row_instant(&r, 2)).day};
    struct str words = row_text(&r, 1), answer = row_text(&r, 4);
    if (!unseal(rq->db, rq->arena, at, words, &one.words)) continue;
    if (answer.n) unseal(rq->db, rq->arena, at, answer, &one.answer_words);
    *slice_push(rq->arena, &out, &cap) = one;
  }
  return out;
}

struct mine_teams mine_organisations(struct request *rq, const struct mine *m) {
  struct mine_teams out = {0};
  size_t cap = 0;
  for (size_t i = 0; i < m->scope.organisations.n; i++) {
    struct rows r;
    if (!db_one(&r, rq->db, rq->arena, SQL("select name from member_organisation where id = ?1"),
                V(m->scope.organisations.p[i])))
      continue;
    *slice_push(rq->arena, &out, &cap) =
        (struct mine_team){m->scope.organisations.p[i], row_text(&r, 0)};
    db_done(&r);
  }
  return out;
}

/* ---- what they say of our help ---- */

static struct str readers_named(struct request *rq, const struct mine *m, int64_t organisation_id,
                                int64_t user_id) {
  struct rights_readers all =
      rights_readers(rq->db, rq->arena, organisation_id, user_id, m->scope.person_id, rq->today);
  return all.n ? accounts_user_name(rq->db, rq->arena, all.p[0]) : (struct str){0};
}

/* Each organisation of the page, and those of its teams on the page who carry them. */
struct mine_whoms mine_whoms(struct request *rq, const struct mine *m) {
  struct mine_whoms out = {0};
  struct mine_teams teams = mine_organisations(rq, m);
  size_t cap = 0;
  for (size_t i = 0; i < teams.n; i++) {
    int64_t org = teams.p[i].organisation_id;
    *slice_push(rq->arena, &out, &cap) =
        (struct mine_whom){.value = str_format(rq->arena, "%lld.0", (long long)org),
                           .label = teams.p[i].organisation,
                           .reader = readers_named(rq, m, org, 0)};
    struct rows r = db_rows(
        rq->db, rq->arena,
        SQL("select u.id, u.name, u.team_id from caseload c join user_account u on u.id = "
            "c.user_id join team t on t.id = u.team_id where c.person_id = ?1 and c.from_day <= ?2 "
            "and coalesce(c.to_day, '9999-12-31') >= ?2 and t.organisation_id = ?3 order by c.id"),
        V(m->scope.person_id), db_day(rq->arena, rq->today), V(org));
    while (db_next(&r)) {
      if (!own_team(&m->scope, row_int(&r, 2))) continue;
      *slice_push(rq->arena, &out, &cap) = (struct mine_whom){
          .value = str_format(rq->arena, "%lld.%lld", (long long)org, (long long)row_int(&r, 0)),
          .label = row_text(&r, 1),
          .reader = readers_named(rq, m, org, row_int(&r, 0))};
    }
  }
  return out;
}

struct complaints mine_complaints(struct request *rq, const struct mine *m) {
  return rights_complaints_of(rq->db, rq->arena, m->scope.person_id);
}

struct mine_copy mine_copy(struct request *rq, const struct mine *m) {
  struct mine_copy out = {0};
  struct rows r;
  if (!db_one(&r, rq->db, rq->arena,
              SQL("select ready_at from resident_copy where person_id = ?1 and stopped_at is null "
                  "and ready_at > ?2 order by id desc limit 1"),
              V(m->scope.person_id), db_instant(rq->arena, rq->now - HOURS(MINE_COPY_DAYS * 24))))
    return out;
  bool ready = row_instant(&r, 0) <= rq->now || PLANTED == PLANTED_COPY_AT_ONCE;
  out = (struct mine_copy){true, ready, row_instant(&r, 0)};
  db_done(&r);
  return out;
}

/* ---- changing ---- */

/* Whoever carries their case is told that there is something to look at; never what. */
static enum db_result tell_carriers(struct request *rq, int64_t person_id, const char *words) {
  int64_t users[16];
  size_t n = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select user_id from caseload where person_id = ?1 and from_day <= "
                              "?2 and coalesce(to_day, '9999-12-31') >= ?2 order by id limit 16"),
                          V(person_id), db_day(rq->arena, rq->today));
  while (db_next(&r)) users[n++] = row_int(&r, 0);
  enum db_result result = r.result;
  for (size_t i = 0; i < n && result == DB_OK; i++)
    result = accounts_tell(rq->db, rq->arena, users[i], words, S("/today"), rq->now);
  return result;
}

enum db_result mine_step(struct request *rq, const struct mine *m, struct uuid step, bool done) {
  struct plan plan;
  struct str stamp;
  if (!mine_plan(rq, m, &plan, &stamp)) return DB_NONE;
  for (size_t g = 0; g < plan.goals.n; g++)
    for (size_t i = 0; i < plan.goals.p[g].steps.n; i++)
      if (uuid_eq(plan.goals.p[g].steps.p[i].public_id, step))
        return support_step_end(rq->db, rq->arena, m->scope.person_id, step,
                                done ? S("done") : S("open"), rq->actor.user_id, rq->now);
  return DB_NONE;
}

enum db_result mine_agree(struct request *rq, const struct mine *m, struct str stamp) {
  struct plan plan;
  struct str now_stamp;
  struct plan_agreement g = {.how = S("pressed"),
                             .language = rq->lang ? S("cy") : S("en"),
                             .with_whom = S("-"),
                             .on = rq->today};
  if (!mine_plan(rq, m, &plan, &now_stamp)) return DB_NONE;
  if (!str_eq(stamp, now_stamp) && PLANTED != PLANTED_AGREES_BY_ITSELF)
    return DB_CONFLICT; /* they agree to what they read */
  return support_plan_agree(rq->db, rq->arena, m->scope.person_id, &plan, &g, rq->actor.user_id,
                            rq->now);
}

enum db_result mine_goal(struct request *rq, const struct mine *m, struct str words) {
  if (!m->any) return DB_NONE;
  return support_own_goal(rq->db, rq->arena, m->scope.person_id, words, rq->actor.user_id, rq->now);
}

enum db_result mine_strength(struct request *rq, const struct mine *m, struct str words) {
  if (!m->any) return DB_NONE;
  return support_own_strength_add(rq->db, rq->arena, m->scope.person_id, words, rq->actor.user_id,
                                  rq->now);
}

enum db_result mine_write(struct request *rq, const struct mine *m, int64_t organisation_id,
                          struct str words) {
  if (!own_organisation(&m->scope, organisation_id)) return DB_NONE;
  return messages_from_page(rq->db, rq->arena,
                            &(struct page_message){m->scope.person_id, organisation_id, words, {0}},
                            rq->now);
}

enum db_result mine_choose(struct request *rq, const struct mine *m, int64_t organisation_id,
                           uint32_t class_bit, bool yes) {
  struct mine_choices all = mine_choices(rq, m);
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i].organisation_id == organisation_id && all.p[i].class_bit == class_bit)
      return permission_choose(rq->db, rq->arena,
                               &(struct choice){.person_id = m->scope.person_id,
                                                .organisation_id = organisation_id,
                                                .asked_by = rq->actor.user_id,
                                                .class_bit = class_bit,
                                                .answer = yes ? "yes" : "withdrawn",
                                                .how = "pressed",
                                                .language = rq->lang ? "cy" : "en",
                                                .notice_version = S("page")},
                               rq->now);
  return DB_NONE;
}

enum db_result mine_state(struct request *rq, const struct mine *m, struct str about,
                          struct str item, struct str words) {
  struct str sealed;
  if (!seal(rq->db, rq->arena,
            (struct seal_place){m->scope.person_id, CLASS_PLAN, "statement.words"}, words, rq->now,
            &sealed))
    return DB_FAILED;
  enum db_result result = db_run(
      rq->db,
      SQL("insert into resident_statement (public_id, person_id, about, item, words, said_at) "
          "values (?1, ?2, ?3, ?4, ?5, ?6)"),
      db_uuid(rq->arena, uuid_v4()), V(m->scope.person_id), V(about), db_text_or_null(item),
      db_blob(sealed), db_instant(rq->arena, rq->now));
  return result == DB_OK
             ? tell_carriers(rq, m->scope.person_id,
                             SHOWN("Somebody you support says that something is not right."))
             : result;
}

enum db_result mine_complain(struct request *rq, const struct mine *m, struct str whom,
                             struct str kind, bool data, struct str words, struct str wants) {
  struct mine_whoms all = mine_whoms(rq, m);
  for (size_t i = 0; i < all.n; i++) {
    struct complaint c = {.person_id = m->scope.person_id,
                          .kind = kind,
                          .via = S("page"),
                          .data = data,
                          .words = words,
                          .wants = wants,
                          .received = rq->today};
    struct str rest = all.p[i].value;
    if (!str_eq(whom, rest)) continue;
    str_to_i64(str_cut(&rest, '.'), &c.organisation_id);
    str_to_i64(rest, &c.about_user);
    return rights_complain(rq->db, rq->arena, &c, rq->now);
  }
  return DB_NONE;
}

enum db_result mine_again(struct request *rq, const struct mine *m, struct uuid complaint) {
  struct complaints all = mine_complaints(rq, m);
  for (size_t i = 0; i < all.n; i++) {
    const struct complaint *c = &all.p[i];
    struct complaint_standing s =
        complaint_standing_of(c->kind, c->data, c->received, &c->facts, rq->today);
    if (uuid_eq(c->public_id, complaint) && s.state == COMPLAINT_ANSWERED &&
        str_eq(c->kind, S("complaint")))
      return rights_complaint_say(rq->db, rq->arena, c, "again", (struct str){0}, 0, rq->now);
  }
  return DB_NONE;
}

/* Announced the safe way, in neutral words, and to whoever carries the case: a copy somebody else
 * asked for on their telephone can be stopped before there is one. */
enum db_result mine_copy_ask(struct request *rq, const struct mine *m) {
  struct uuid id = uuid_v4();
  enum db_result result;
  if (!m->any || mine_copy(rq, m).asked) return DB_CONFLICT;
  result = db_run(rq->db,
                  SQL("insert into resident_copy (public_id, person_id, asked_at, ready_at) values "
                      "(?1, ?2, ?3, ?4)"),
                  db_uuid(rq->arena, id), V(m->scope.person_id), db_instant(rq->arena, rq->now),
                  db_instant(rq->arena, rq->now + HOURS(m->scope.copy_hours)));
  struct message_ask ask = {.person_id = m->scope.person_id,
                            .purpose = "news",
                            .day = DAY_NONE,
                            .minute = -1,
                            .not_after = INSTANT_NONE,
                            .organisation_id =
                                m->scope.organisations.n ? m->scope.organisations.p[0] : 0,
                            .once = str_format(rq->arena, "copy:%.*s", P(uuid_str(rq->arena, id)))};
  if (result == DB_OK) messages_send(rq->db, rq->arena, rq->lang, &ask, rq->now, &result);
  return result == DB_OK ? tell_carriers(rq, m->scope.person_id,
                                         SHOWN("Somebody you support asked for a copy of their "
                                               "page. Was it them?"))
                         : result;
}

struct mine_access mine_access(struct request *rq, const struct mine *m) {
  struct mine_access out = {.may_ask = m->any && m->scope.organisations.n, .on = DAY_NONE};
  struct access_requests all = rights_access_of(rq->db, rq->arena, m->scope.person_id);
  for (size_t i = 0; i < all.n && !out.asked; i++) {
    const struct access_request *q = &all.p[i];
    if (!q->shown || !own_organisation(&m->scope, q->organisation_id)) continue;
    struct access_standing s = access_standing_of(q->asked, &q->facts, q->left, rq->today);
    out = (struct mine_access){true, out.may_ask && s.due == DAY_NONE, s.state, q->asked, s.due};
  }
  return out;
}

enum db_result mine_access_ask(struct request *rq, const struct mine *m) {
  if (!mine_access(rq, m).may_ask) return DB_CONFLICT;
  struct access_request q = {.organisation_id = m->scope.organisations.p[0],
                             .person_id = m->scope.person_id,
                             .via = S("page"),
                             .asked = rq->today,
                             .shown = true};
  enum db_result result = rights_access_ask(rq->db, rq->arena, &q, rq->now);
  return result == DB_OK ? tell_carriers(rq, m->scope.person_id,
                                         SHOWN("Somebody you support asks for everything we keep. "
                                               "Was it them?"))
                         : result;
}
