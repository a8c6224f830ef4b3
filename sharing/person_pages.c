/* person_pages: what one person allows: their choices, what is shared and by which agreement, what
 * was decided without them, who is named for somebody who hides, and "I know this person". */
#include "accounts/accounts.h"
#include "sharing.html.h"
#include "sharing/inside.h"

/* Those whose own team supports the person may see every answer; others only what was said to them,
 * and a "no" looks to them like a question never asked (PRACTICE 2 and 4). */
static bool is_own(struct sight s) {
  return s.reason == SIGHT_TEAM || s.reason == SIGHT_COVER || s.reason == SIGHT_NAMED;
}

static struct str answer_words(struct request *rq, struct str answer, bool own) {
  if (str_eq(answer, S("yes"))) return PAGE_TITLE(rq, "Yes");
  if (own && str_eq(answer, S("no"))) return PAGE_TITLE(rq, "No");
  if (own && str_eq(answer, S("withdrawn"))) return PAGE_TITLE(rq, "Taken back");
  return PAGE_TITLE(rq, "Not asked");
}

static struct str how_words(struct request *rq, const struct choice_said *c) {
  struct str day = day_words(rq->arena, instant_local_uk(c->said_at).day);
  return str_format(rq->arena, "%.*s, %.*s, %.*s (%.*s)%s%.*s",
                    P(words_in(rq, str_c(rq->arena, c->how))), P(day), P(c->asked_by),
                    P(c->language), c->notice_version.n ? ", notice " : "", P(c->notice_version));
}

static void read_said(struct request *rq, int64_t person_id, bool own, struct sharing_page *page) {
  struct choices_said all = permission_choices(rq->db, rq->arena, person_id);
  size_t cap = 0, row_cap = 0;
  int64_t of = 0;
  for (size_t i = 0; i < all.n; i++) {
    const struct choice_said *c = &all.p[i];
    if (!own && c->organisation_id != rq->actor.organisation_id) continue;
    if (c->organisation_id != of) {
      *slice_push(rq->arena, &page->said, &cap) = (struct said_of){.organisation = c->organisation};
      of = c->organisation_id, row_cap = 0;
    }
    struct said_of *s = &page->said.p[page->said.n - 1];
    bool shown = own || str_eq(c->answer, S("yes"));
    *slice_push(rq->arena, &s->rows, &row_cap) =
        (struct said_row){classes_words(rq, c->class_bit), answer_words(rq, c->answer, own),
                          shown ? how_words(rq, c) : (struct str){0}};
  }
}

static void read_shared(struct request *rq, int64_t person_id, struct sharing_page *page) {
  size_t cap = 0, over_cap = 0;
  struct shares_now shares = permission_shares(rq->db, rq->arena, person_id, rq->today);
  for (size_t i = 0; i < shares.n; i++)
    *slice_push(rq->arena, &page->shared, &cap) =
        (struct shared_row){shares.p[i].public_id,    shares.p[i].team,
                            shares.p[i].organisation, classes_words(rq, shares.p[i].classes),
                            shares.p[i].agreement,    day_words(rq->arena, shares.p[i].from)};
  struct overrides_now over = permission_overrides(rq->db, rq->arena, person_id, rq->today);
  for (size_t i = 0; i < over.n; i++)
    *slice_push(rq->arena, &page->overridden, &over_cap) = (struct overridden_row){
        over.p[i].team,
        over.p[i].organisation,
        words_in(rq, str_c(rq->arena, over.p[i].kind)),
        classes_words(rq, over.p[i].classes),
        day_words(rq->arena, over.p[i].to),
        over.p[i].told ? PAGE_TITLE(rq, "They were told.") : PAGE_TITLE(rq, "They were not told."),
        over.p[i].decided_by,
        over.p[i].reason};
}

static void read_must(struct request *rq, struct sharing_page *page) {
  size_t cap = 0;
  struct declared_returns all = returns_known(rq->db, rq->arena);
  for (size_t i = 0; i < all.n; i++) {
    struct must_row row = {all.p[i].name, all.p[i].goes_to, all.p[i].why, {0}};
    size_t field_cap = 0;
    for (size_t f = 0; f < all.p[i].fields.n; f++)
      *slice_push(rq->arena, &row.fields, &field_cap) = all.p[i].fields.p[f].words;
    *slice_push(rq->arena, &page->must, &cap) = row;
  }
}

static struct picks agreements_in_force(struct request *rq) {
  struct picks out = {0};
  size_t cap = 0;
  struct agreements_known all = permission_agreements(rq->db, rq->arena, rq->actor.organisation_id);
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i].from <= rq->today && (all.p[i].to == DAY_NONE || all.p[i].to >= rq->today))
      *slice_push(rq->arena, &out, &cap) = (struct pick){all.p[i].public_id, all.p[i].title};
  return out;
}

static void read_choices(struct request *rq, struct sharing_page *page) {
  page->classes = class_picks(rq, CHOOSABLE);
  page->organisations =
      picks_read(rq, db_rows(rq->db, rq->arena,
                             SQL("select id, name from member_organisation where id <> ?1 and "
                                 "ended_at is null order by name"),
                             V(rq->actor.organisation_id)));
  page->teams = picks_read(
      rq, db_rows(rq->db, rq->arena,
                  SQL("select t.id, o.name || ': ' || t.name from team t join member_organisation "
                      "o on o.id = t.organisation_id where t.function = ?1 and t.id <> ?2 and "
                      "t.ended_at is null and o.ended_at is null order by o.name, t.name"),
                  V((int64_t)FUNCTION_SUPPORT), V(rq->actor.team_id)));
  page->workers =
      picks_read(rq, db_rows(rq->db, rq->arena,
                             SQL("select u.id, u.name from user_account u where u.team_id = ?1 and "
                                 "u.disabled_at is null order by u.name"),
                             V(rq->actor.team_id)));
  page->agreements = agreements_in_force(rq);
}

static void read_hiding(struct request *rq, int64_t person_id, struct sight sight,
                        struct sharing_page *page) {
  page->hides = permission_is_restricted(rq->db, person_id);
  page->may_hide = !page->hides && page->own_team && actor_has(&rq->actor, SHARING_WORKERS);
  page->may_name = page->hides && sight.reason == SIGHT_NAMED;
  if (!page->may_name) return;
  size_t cap = 0;
  struct users named = permission_named(rq->db, rq->arena, person_id, rq->today);
  for (size_t i = 0; i < named.n; i++)
    *slice_push(rq->arena, &page->named, &cap) = accounts_name_for(rq, named.p[i]);
}

static void show(struct request *rq, const struct person *p, struct sight sight, struct str fault) {
  struct sharing_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "What they allow")),
                              .fault = fault,
                              .reference = people_reference(rq->arena, p->public_id),
                              .own_team = is_own(sight),
                              .may_override = actor_has(&rq->actor, SHARING_DECIDERS)};
  if (fault.n) reply_status(rq, 422);
  read_said(rq, p->id, page.own_team, &page);
  if (page.own_team) {
    read_shared(rq, p->id, &page);
    read_hiding(rq, p->id, sight, &page);
    read_choices(rq, &page);
    page.card = accounts_resident_has(rq->db, p->id);
  }
  read_must(rq, &page);
  view_sharing_person(rq->view, &page);
}

void sharing_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, 0)) show(rq, &p, sight, (struct str){0});
}

/* The person, for a form on their page: only their own team's workers change what is allowed. */
static bool open_own(struct request *rq, struct person *p, struct sight *sight) {
  if (!people_open(rq, p, sight, 0)) return false;
  if (is_own(*sight)) return true;
  show(rq, p, *sight,
       PAGE_TITLE(rq, "Only the team that supports them changes this. Ask their key worker."));
  return false;
}

/* ---- their choices ---- */

static const char *const answers[] = {"yes", "no", "withdrawn"};
static const char *const hows[] = {"said", "signed", "pressed"};

/* The newest notice of an agreement both organisations are in: what the person was shown. */
static struct str notice_between(struct request *rq, int64_t organisation_id) {
  struct agreements_known all = permission_agreements(rq->db, rq->arena, rq->actor.organisation_id);
  for (size_t i = 0; i < all.n; i++)
    for (size_t k = 0; k < all.p[i].parties.n; k++)
      if (all.p[i].parties.p[k].organisation_id == organisation_id) return all.p[i].notice_version;
  return (struct str){0};
}

static bool read_choice(struct request *rq, struct choice *c, uint32_t *classes) {
  struct str language = request_form(rq, "language");
  *classes = classes_given(rq, "class", CHOOSABLE);
  c->answer = one_of(request_form(rq, "answer"), answers, countof(answers));
  c->how = one_of(request_form(rq, "how"), hows, countof(hows));
  c->language = language.n && language.n < 12 ? str_c(rq->arena, language) : "en";
  return c->answer && c->how && *classes &&
         str_to_i64(request_form(rq, "organisation"), &c->organisation_id) &&
         c->organisation_id != rq->actor.organisation_id &&
         db_number(rq->db, 0,
                   SQL("select count(*) from member_organisation where id = ?1 and ended_at is "
                       "null"),
                   V(c->organisation_id)) == 1;
}

void sharing_choice(struct request *rq) {
  struct person p;
  struct sight sight;
  struct choice c = {.asked_by = rq->actor.user_id};
  uint32_t classes;
  if (!open_own(rq, &p, &sight)) return;
  if (!read_choice(rq, &c, &classes)) {
    show(rq, &p, sight,
         PAGE_TITLE(rq, "Say which organisation, about what, what they answered and how."));
    return;
  }
  c.person_id = p.id;
  c.notice_version = notice_between(rq, c.organisation_id);
  db_begin(rq->db, STORE_MAIN);
  for (uint32_t bit = 1; bit && bit <= classes; bit <<= 1)
    if (bit & classes) c.class_bit = bit, permission_choose(rq->db, rq->arena, &c, rq->now);
  sharing_keep(rq, "choice recorded", p.id, classes, PAGE_TITLE(rq, "Their answer is kept."),
               sharing_path(rq, &p, "/permission"));
}

/* ---- sharing ---- */

static bool covers_both(const struct agreement_known *g, int64_t one, int64_t other) {
  bool first = false, second = false;
  for (size_t i = 0; i < g->parties.n; i++) {
    first |= g->parties.p[i].organisation_id == one;
    second |= g->parties.p[i].organisation_id == other;
  }
  return first && second;
}

static int64_t organisation_of(struct request *rq, int64_t team_id) {
  return db_number(rq->db, 0,
                   SQL("select organisation_id from team where id = ?1 and function = ?2 and "
                       "ended_at is null"),
                   V(team_id), V((int64_t)FUNCTION_SUPPORT));
}

void sharing_share(struct request *rq) {
  struct person p;
  struct sight sight;
  struct agreement_known g = {0};
  struct share s = {.from_organisation_id = rq->actor.organisation_id,
                    .by_user = rq->actor.user_id,
                    .from = rq->today};
  if (!open_own(rq, &p, &sight)) return;
  s.person_id = p.id;
  s.classes = classes_given(rq, "class", CHOOSABLE);
  bool known = str_to_i64(request_form(rq, "team"), &s.team_id) && s.classes &&
               permission_agreement_load(rq->db, rq->arena, rq->actor.organisation_id,
                                         request_form(rq, "agreement"), &g);
  int64_t theirs = known ? organisation_of(rq, s.team_id) : 0;
  if (!theirs) {
    show(rq, &p, sight, PAGE_TITLE(rq, "Choose the team, the agreement and what is shared."));
    return;
  }
  if (!covers_both(&g, rq->actor.organisation_id, theirs) || s.classes & ~g.classes) {
    show(rq, &p, sight,
         PAGE_TITLE(rq, "That agreement does not cover both organisations and all of this. Choose "
                        "another, or less."));
    return;
  }
  if (s.classes & people_use_limited(rq->db, p.id)) {
    show(rq, &p, sight,
         PAGE_TITLE(rq, "Some of that is kept but not to be used (the record says which). Lift the "
                        "limit with them first, or share less."));
    return;
  }
  s.agreement_id = g.id;
  db_begin(rq->db, STORE_MAIN);
  permission_share(rq->db, rq->arena, &s);
  sharing_keep(rq, "shared with a team", p.id, s.classes,
               PAGE_TITLE(rq, "Shared. The team sees what the person said yes to, and no more."),
               sharing_path(rq, &p, "/permission"));
}

void sharing_share_end(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!open_own(rq, &p, &sight)) return;
  struct str share = request_form(rq, "share");
  if (!share.n) {
    show(rq, &p, sight, PAGE_TITLE(rq, "Say which sharing ends."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  permission_share_end(rq->db, rq->arena, p.id, share, rq->today - 1);
  sharing_keep(rq, "sharing ended", p.id, 0, PAGE_TITLE(rq, "It is no longer shared."),
               sharing_path(rq, &p, "/permission"));
}

/* ---- without their choice ---- */

static const char *const kinds[] = {"safeguarding", "vital", "legal", "court"};
enum { OVERRIDE_DAYS_MAX = 90 };

void sharing_override(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!open_own(rq, &p, &sight)) return;
  struct override o = {.person_id = p.id, .decided_by = rq->actor.user_id, .from = rq->today};
  o.kind = one_of(request_form(rq, "kind"), kinds, countof(kinds));
  o.classes = classes_given(rq, "class", CHOOSABLE | CLASS_SAFETY);
  o.reason = text_given(rq, "reason");
  o.told = str_eq(request_form(rq, "told"), S("yes"));
  o.not_told_why = text_given(rq, "not_told_why");
  bool whole = o.kind && o.classes && o.reason.n && (o.told || o.not_told_why.n) &&
               str_to_i64(request_form(rq, "team"), &o.team_id) && organisation_of(rq, o.team_id) &&
               day_given(rq, "until", &o.to) && o.to >= rq->today &&
               o.to <= rq->today + OVERRIDE_DAYS_MAX;
  if (!whole) {
    show(rq, &p, sight,
         PAGE_TITLE(rq, "Say to whom, on which ground, what (the least that will do), until when "
                        "(90 days at most), the reason, and whether they were told or why not."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  permission_override(rq->db, rq->arena, &o, rq->now);
  sharing_keep(rq, "shared without their choice", p.id, o.classes,
               PAGE_TITLE(rq, "The decision is kept, and the team can see what you allowed."),
               sharing_path(rq, &p, "/permission"));
}

/* ---- "I know this person" ---- */

void sharing_know(struct request *rq) {
  struct person p;
  struct sight sight;
  int64_t who = rq->actor.user_id;
  if (!open_own(rq, &p, &sight)) return;
  struct str other = request_form(rq, "worker");
  if (other.n && actor_has(&rq->actor, ROLE_TEAM_LEAD | SHARING_DECIDERS) &&
      (!str_to_i64(other, &who) ||
       db_number(rq->db, 0, SQL("select count(*) from user_account where id = ?1 and team_id = ?2"),
                 V(who), V(rq->actor.team_id)) != 1)) {
    show(rq, &p, sight, PAGE_TITLE(rq, "Choose a worker of your team."));
    return;
  }
  if (!str_eq(request_form(rq, "sure"), S("yes"))) {
    show(rq, &p, sight, PAGE_TITLE(rq, "Tick that you are sure: it closes the record at once."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  permission_block(rq->db, rq->arena, p.id, who, rq->now);
  sharing_keep(rq, "connection block", p.id, CLASS_IDENTITY,
               who == rq->actor.user_id
                   ? PAGE_TITLE(rq, "That record is closed to you. No reason is kept.")
                   : PAGE_TITLE(rq, "That record is closed to them. No reason is kept."),
               who == rq->actor.user_id ? S("/people") : sharing_path(rq, &p, "/permission"));
}

/* ---- hiding ---- */

static bool team_worker(struct request *rq, struct str given, int64_t *user_id) {
  return str_to_i64(given, user_id) &&
         db_number(rq->db, 0,
                   SQL("select count(*) from user_account where id = ?1 and team_id = ?2 and "
                       "disabled_at is null"),
                   V(*user_id), V(rq->actor.team_id)) == 1;
}

void sharing_hide(struct request *rq) {
  struct person p;
  struct sight sight;
  int64_t users[16];
  size_t n = 0;
  if (!open_own(rq, &p, &sight)) return;
  struct strs given = request_form_all(rq, "worker");
  bool good =
      given.n > 0 && given.n <= countof(users) && str_eq(request_form(rq, "sure"), S("yes"));
  for (size_t i = 0; good && i < given.n; i++) good = team_worker(rq, given.p[i], &users[n++]);
  if (!good) {
    show(rq, &p, sight,
         PAGE_TITLE(rq, "Name at least one worker of your team who keeps the record, and tick that "
                        "you are sure."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  people_restrict(rq->db, rq->arena, p.id, rq->actor.user_id, rq->now);
  for (size_t i = 0; i < n; i++)
    permission_name_worker(rq->db, rq->arena, p.id, users[i], rq->today, DAY_NONE);
  sharing_keep(rq, "made to hide", p.id, CLASS_IDENTITY | CLASS_SAFETY,
               PAGE_TITLE(rq, "They are hidden now. Only the workers you named can find them."),
               S("/people"));
}

void sharing_reveal(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!open_own(rq, &p, &sight)) return;
  if (sight.reason != SIGHT_NAMED || !str_eq(request_form(rq, "sure"), S("yes"))) {
    show(rq, &p, sight,
         PAGE_TITLE(rq, "A worker named for them ticks that they want this and are sure."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  people_reveal(rq->db, rq->arena, p.id, rq->actor.user_id, rq->now);
  sharing_keep(rq, "hides no more", p.id, CLASS_IDENTITY | CLASS_SAFETY,
               PAGE_TITLE(rq, "They hide no more. Your team finds them in its lists again."),
               sharing_path(rq, &p, "/permission"));
}

void sharing_name_worker(struct request *rq) {
  struct person p;
  struct sight sight;
  int64_t user_id = 0;
  if (!open_own(rq, &p, &sight)) return;
  if (sight.reason != SIGHT_NAMED || !team_worker(rq, request_form(rq, "worker"), &user_id)) {
    show(rq, &p, sight,
         PAGE_TITLE(rq, "A worker already named for them names another, of the same team."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  permission_name_worker(rq->db, rq->arena, p.id, user_id, rq->today,
                         str_eq(request_form(rq, "end"), S("yes")) ? rq->today - 1 : DAY_NONE);
  sharing_keep(rq, "named worker changed", p.id, CLASS_IDENTITY,
               PAGE_TITLE(rq, "The named workers are changed."),
               sharing_path(rq, &p, "/permission"));
}

/* ---- their own page ---- */

static void show_card(struct request *rq, const struct person *p, struct sight sight,
                      struct str card, struct str link) {
  struct card_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Their own page")),
                           .card = card,
                           .link = link};
  view_sharing_card(rq->view, &page);
}

/* Nobody has a page of their own until it was offered face to face and they wanted it: the safe
 * start for everybody, and the only one for whoever somebody may watch (PRACTICE 4). */
void sharing_card(struct request *rq) {
  struct person p;
  struct sight sight;
  struct why why;
  struct str card;
  if (!open_own(rq, &p, &sight)) return;
  bool close = str_eq(request_form(rq, "close"), S("yes"));
  if (!close && !str_eq(request_form(rq, "face"), S("yes"))) {
    show(rq, &p, sight,
         PAGE_TITLE(rq, "Offer it face to face, and tick that they want it. Then they choose a "
                        "phrase."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  if (close) {
    accounts_resident_close(rq->db, rq->arena, p.id, rq->now);
    sharing_keep(rq, "own page closed", p.id, CLASS_IDENTITY,
                 PAGE_TITLE(rq, "Their page is closed."), sharing_path(rq, &p, "/permission"));
    return;
  }
  if (!accounts_resident_open(rq->db, rq->arena, p.id, request_form(rq, "phrase"),
                              rq->actor.user_id, rq->now, &card, &why)) {
    db_rollback(rq->db, STORE_MAIN);
    show(rq, &p, sight, words_label((enum language)rq->lang, why_str(&why)));
    return;
  }
  own_page_begin(rq->db, rq->arena, p.id, str_eq(request_form(rq, "shows"), S("all")), &rq->actor,
                 rq->now);
  audit_did(rq, "own page opened", p.id, CLASS_IDENTITY);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK) {
    reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
    return;
  }
  show_card(rq, &p, sight, card, (struct str){0});
}

void sharing_link(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!open_own(rq, &p, &sight)) return;
  db_begin(rq->db, STORE_MAIN);
  struct str token = accounts_resident_link(rq->db, rq->arena, p.id, rq->actor.user_id, rq->now);
  audit_did(rq, "link to own page made", p.id, CLASS_IDENTITY);
  if (!token.n) {
    db_rollback(rq->db, STORE_MAIN);
    show(rq, &p, sight, PAGE_TITLE(rq, "They have no page of their own yet. Open it first."));
    return;
  }
  if (db_commit(rq->db, STORE_MAIN) != DB_OK) {
    reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
    return;
  }
  show_card(rq, &p, sight, (struct str){0},
            str_format(rq->arena, "%.*s/enter/%.*s", P(request_origin(rq)), P(token)));
}
