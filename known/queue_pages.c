/* queue_pages: pairs for a person to look at; one pair side by side with why; what is said of it. A
 * pair is shown to whoever may see both records, and is as absent as none for everybody else. */
#include <math.h>
#include "accounts/accounts.h"
#include "db/seal.h"
#include "known.html.h"
#include "known/inside.h"
#include "known/pages.h"
#include "web/page.h"
#include "web/session.h"

enum { SHOWN_MAX = 20, ROUND = 60, ROUNDS_MAX = 20, NOTE_MAX = 600 };
static const char note_field[] = "known.note";

static struct str state_words(struct request *rq, struct str state) {
  if (str_eq(state, S("same"))) return PAGE_TITLE(rq, "The same person");
  if (str_eq(state, S("different"))) return PAGE_TITLE(rq, "Two people");
  if (str_eq(state, S("later"))) return PAGE_TITLE(rq, "Not sure yet");
  return (struct str){0};
}

/* ---- the list ---- */

struct seen {
  struct known_pair pair;
  struct person side[2];
  struct sight sight[2];
};

static struct known_weighed weigh(struct request *rq, const struct seen *s) {
  struct known_asked one = known_asked_of(&s->side[0]), other = known_asked_of(&s->side[1]);
  struct known_facts x = known_facts_of(rq->db, rq->arena, &one),
                     y = known_other_facts(rq->arena, &other);
  return known_weigh(&x, &y, *rq->arena);
}

/* Both records as far as the asker may see them, both named to the audit; false and nothing named
 * when they may not see both. */
static bool see(struct request *rq, const struct known_pair *p, struct seen *s) {
  int64_t both[] = {p->person_a, p->person_b};
  s->pair = *p;
  if (!known_both_seen(rq, both[0], both[1], s->sight)) return false;
  for (int i = 0; i < 2; i++)
    if (!people_seen(rq, both[i], s->sight[i], &s->side[i])) return false;
  for (int i = 0; i < 2; i++) audit_shows(rq, both[i], s->sight[i].classes & KNOWN_CLASSES);
  return true;
}

static void add_pair(struct request *rq, const struct seen *s, struct known_pair_rows *out,
                     size_t *cap) {
  struct known_weighed w = weigh(rq, s);
  *slice_push(rq->arena, out, cap) = (struct known_pair_row){
      .id = uuid_str(rq->arena, s->pair.public_id),
      .left = s->side[0].name,
      .right = s->side[1].name,
      .likely = w.band == KNOWN_LIKELY,
      .band = known_band_words((enum language)rq->lang, w.band == KNOWN_NOT ? KNOWN_MAYBE : w.band),
      .state = state_words(rq, s->pair.state),
      .reasons = known_reasons(rq->arena, (enum language)rq->lang, &w)};
}

/* One round of the list: pairs of which the team's scope holds both, heaviest first. */
static size_t round_of(struct request *rq, const char *state, double below, int64_t after,
                       struct known_pair *out) {
  size_t n = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select p.id, p.public_id, p.person_a, p.person_b, p.state, p.weight from known_pair p "
          "where p.state = ?1 and (p.weight < ?2 or (p.weight = ?2 and p.id > ?3)) and exists "
          "(select 1 from may_see m where m.person_id = p.person_a and +m.team_id = ?4) and exists "
          "(select 1 from may_see m where m.person_id = p.person_b and +m.team_id = ?4) order by "
          "p.weight desc, p.id limit ?5"),
      V(str_of(state)), V(below), V(after), V(rq->actor.team_id), V((int64_t)ROUND));
  while (db_next(&r))
    out[n++] = (struct known_pair){row_int(&r, 0),  row_int(&r, 2),  row_int(&r, 3),
                                   row_uuid(&r, 1), row_text(&r, 4), row_real(&r, 5)};
  return n;
}

static void list_state(struct request *rq, const char *state, struct known_pair_rows *out,
                       size_t *cap) {
  double below = 1e9;
  int64_t after = 0;
  for (int round = 0; round < ROUNDS_MAX && out->n < SHOWN_MAX; round++) {
    struct known_pair pairs[ROUND];
    size_t n = round_of(rq, state, below, after, pairs);
    for (size_t i = 0; i < n && out->n < SHOWN_MAX; i++) {
      struct seen s;
      if (see(rq, &pairs[i], &s)) add_pair(rq, &s, out, cap);
    }
    if (n < ROUND) return;
    below = pairs[n - 1].weight, after = pairs[n - 1].id;
  }
}

void known_queue_page(struct request *rq) {
  struct known_queue_page page = {.layout =
                                      page_layout(rq, PAGE_TITLE(rq, "May be the same person")),
                                  .later = str_eq(request_query(rq, "show"), S("later")),
                                  .decided = str_eq(request_query(rq, "show"), S("decided")),
                                  .lead = actor_has(&rq->actor, KNOWN_LEADS)};
  size_t cap = 0;
  audit_shows(rq, 0, 0);
  if (page.decided) {
    list_state(rq, "same", &page.rows, &cap);
    list_state(rq, "different", &page.rows, &cap);
  } else {
    list_state(rq, page.later ? "later" : "waiting", &page.rows, &cap);
  }
  view_known_queue(rq->view, &page);
}

/* ---- one pair ---- */

/* As absent as none: the same statements for nobody's pair, half seen, and not seen. */
static bool open_pair(struct request *rq, struct seen *s) {
  struct uuid id;
  struct known_pair p;
  audit_shows(rq, 0, 0);
  if (!uuid_parse(request_path(rq, "pair"), &id)) memset(&id, 0, sizeof id);
  known_pair_load(rq->db, rq->arena, id, &p);
  if (see(rq, &p, s)) return true;
  reply_not_found(rq);
  return false;
}

static struct str supported_by(struct request *rq, int64_t person_id) {
  struct supporters all = permission_supporters(rq->db, rq->arena, person_id, rq->today);
  struct str out = {0};
  for (size_t i = 0; i < all.n; i++)
    out = str_format(rq->arena, "%.*s%s%.*s", P(out), i ? ", " : "", P(all.p[i].organisation));
  return out.n ? out : PAGE_TITLE(rq, "Nobody just now");
}

static struct known_side side_of(struct request *rq, const struct person *p) {
  return (struct known_side){
      .id = uuid_str(rq->arena, p->public_id), .name = p->name, .at = supported_by(rq, p->id)};
}

/* Which of the compared fields a field of the record is; -1: none. */
static int compared_as(const struct field *f) {
  static const struct {
    const char *name;
    int as;
  } all[] = {
      {"born_on", FEW_DOB}, {"postcode", FEW_POSTCODE}, {"phone", FEW_PHONE}, {"email", FEW_EMAIL}};
  for (size_t i = 0; i < countof(all); i++)
    if (strcmp(f->name, all[i].name) == 0) return all[i].as;
  return -1;
}

static void mark(struct request *rq, struct known_line *line, const struct known_weighed *w,
                 int as) {
  bool same = str_eq_nocase(line->left, line->right);
  if (!line->left.n || !line->right.n) {
    line->mark = PAGE_TITLE(rq, "not known of both"), line->sign = "";
    return;
  }
  line->mark = same ? PAGE_TITLE(rq, "same") : PAGE_TITLE(rq, "different");
  line->sign = same ? "yes" : "need";
  for (size_t i = 0; as >= 0 && i < w->why.n; i++) {
    if (w->why.step[i].field != as || w->why.step[i].like != FEW_NEAR) continue;
    line->mark = known_step_words((enum language)rq->lang, w->why.step[i].words);
    line->sign = "maybe";
  }
}

static void list_lines(struct request *rq, const struct seen *s, const struct known_weighed *w,
                       struct known_pair_page *page) {
  static const char *const shown[] = {"full_name", "born_on", "phone",  "email",
                                      "postcode",  "address", "status", "language"};
  size_t cap = 0;
  for (size_t i = 0; i < countof(shown); i++) {
    const struct field *f = field_find(&person_type, str_of(shown[i]));
    struct value x = field_get(f, &s->side[0]), y = field_get(f, &s->side[1]);
    if (!x.known && !y.known) continue;
    struct known_line line = {.label = words_label((enum language)rq->lang, str_of(f->label)),
                              .left = x.known ? value_words(rq->arena, f, x) : (struct str){0},
                              .right = y.known ? value_words(rq->arena, f, y) : (struct str){0}};
    mark(rq, &line, w, compared_as(f));
    *slice_push(rq->arena, &page->lines, &cap) = line;
  }
}

/* ---- why, as a drawing and its table ---- */

static struct str bits(struct request *rq, float v) {
  return str_format(rq->arena, "%+.1f", (double)v);
}

static void draw_step(struct chart *c, struct request *rq, const struct few_step *s, float before) {
  double from = chart_x(c, (double)before), to = chart_x(c, (double)s->sum);
  struct str name = known_field_words((enum language)rq->lang, s->field);
  chart_label(c, c->y + 14, "",
              str_format(rq->arena, "%.*s: %.*s", P(name), P(bits(rq, s->weight))));
  c->y += 20;
  chart_rect(c, from < to ? from : to, from < to ? to : from, c->y - 6, 14,
             s->weight >= 0 ? "s" : "n");
  c->y += 18;
}

static void draw_why(struct request *rq, const struct known_weighed *w, struct chart_parts *out) {
  static const bool number[] = {false, false, true, true};
  TEXT_MESSAGE(col_what, "What is compared");
  TEXT_MESSAGE(col_how, "How they compare");
  TEXT_MESSAGE(col_step, "Points");
  TEXT_MESSAGE(col_sum, "Sum so far");
  static const struct message *const columns[] = {&col_what, &col_how, &col_step, &col_sum};
  double lo = 0, hi = 0;
  size_t cap = 0;
  for (size_t i = 0; i < w->why.n; i++) {
    lo = fmin(lo, (double)w->why.step[i].sum), hi = fmax(hi, (double)w->why.step[i].sum);
  }
  out->words = (struct chart_words){
      .id = S("why-drawn"),
      .what = PAGE_TITLE(rq, "What speaks for one person, step by step"),
      .about = PAGE_TITLE(rq, "Each point doubles or halves the odds"),
      .finding = known_band_words((enum language)rq->lang, w->band),
      .shows = PAGE_TITLE(rq, "Bars to the right speak for one person, bars to the left for two. A "
                              "home that is shared counts once."),
      .shows_not = PAGE_TITLE(rq, "Who somebody is. Only they, or people who know them, can say.")};
  struct chart c = chart_open(rq->view, out->words.id, lo, hi);
  chart_columns(rq->view, out, columns, number, countof(columns));
  float before = 0;
  for (size_t i = 0; i < w->why.n; i++) {
    const struct few_step *s = &w->why.step[i];
    struct str *cell = chart_row(rq->view, out, &cap, (struct str){0});
    cell[0] = known_field_words((enum language)rq->lang, s->field);
    cell[1] = known_step_words((enum language)rq->lang, s->words);
    cell[2] = bits(rq, s->weight), cell[3] = bits(rq, s->sum);
    if (s->like != FEW_UNKNOWN || s->field < 0) draw_step(&c, rq, s, before);
    before = s->sum;
  }
  c.y += 6;
  out->svg = chart_close(&c, "lf mid", out->words.what, out->words.finding);
}

/* ---- what was said ---- */

static const struct {
  const char *code;
  const char *label;
} reasons[] = {{"told", SHOWN("They told us")},
               {"papers", SHOWN("Their papers show it")},
               {"worker", SHOWN("A worker knows them")},
               {"details", SHOWN("From the details alone")},
               {"home", SHOWN("Two people of one home or family")},
               {"other", SHOWN("Something else")}};

static struct str reason_words(struct request *rq, struct str code) {
  for (size_t i = 0; i < countof(reasons); i++)
    if (str_eq(code, str_of(reasons[i].code)))
      return words_label((enum language)rq->lang, str_of(reasons[i].label));
  return (struct str){0};
}

static void list_history(struct request *rq, const struct seen *s, struct known_pair_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select what, reason, note, by_user, at from known_decision where "
                              "pair_id = ?1 order by id desc limit 50"),
                          V(s->pair.id));
  while (db_next(&r)) {
    struct str what = row_text(&r, 0), sealed = row_text(&r, 2), note = {0};
    struct seal_place at = {s->pair.person_a, CLASS_IDENTITY, note_field};
    if (sealed.n) unseal(rq->db, rq->arena, at, sealed, &note);
    struct str who = accounts_user_name(rq->db, rq->arena, row_int(&r, 3));
    *slice_push(rq->arena, &page->history, &cap) = (struct known_event){
        .when = day_words(rq->arena, instant_local_uk(row_instant(&r, 4)).day),
        .who = who.n ? who : PAGE_TITLE(rq, "Waymark"),
        .what = str_eq(what, S("undone")) ? PAGE_TITLE(rq, "Taken back") : state_words(rq, what),
        .reason = reason_words(rq, row_text(&r, 1)),
        .note = note};
  }
}

static void offer(struct request *rq, struct known_pair_page *page) {
  static const char *const whats[] = {"same", "different", "later"};
  size_t cap = 0, why_cap = 0;
  for (size_t i = 0; i < countof(whats); i++)
    *slice_push(rq->arena, &page->choices, &cap) =
        (struct known_choice){whats[i], state_words(rq, str_of(whats[i]))};
  for (size_t i = 0; i < countof(reasons); i++)
    *slice_push(rq->arena, &page->why, &why_cap) = (struct known_choice){
        reasons[i].code, words_label((enum language)rq->lang, str_of(reasons[i].label))};
}

static void show_pair(struct request *rq, const struct seen *s, struct str fault) {
  struct known_weighed w = weigh(rq, s);
  bool open = str_eq(s->pair.state, S("waiting")) || str_eq(s->pair.state, S("later"));
  struct known_pair_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "Two records")),
      .id = uuid_str(rq->arena, s->pair.public_id),
      .band = known_band_words((enum language)rq->lang, w.band == KNOWN_NOT ? KNOWN_MAYBE : w.band),
      .likely = w.band == KNOWN_LIKELY,
      .state = state_words(rq, s->pair.state),
      .fault = fault,
      .decides = open,
      .decided = !open,
      .apart = known_kept_apart(rq->db, rq->arena, s->pair.person_a, s->pair.person_b, rq->today),
      .left = side_of(rq, &s->side[0]),
      .right = side_of(rq, &s->side[1]),
      .reasons = known_reasons(rq->arena, (enum language)rq->lang, &w)};
  list_lines(rq, s, &w, &page);
  draw_why(rq, &w, &page.chart);
  offer(rq, &page);
  list_history(rq, s, &page);
  view_known_pair(rq->view, &page);
}

void known_pair_page(struct request *rq) {
  struct seen s;
  if (open_pair(rq, &s)) show_pair(rq, &s, (struct str){0});
}

struct say_work {
  struct request *rq;
  const struct seen *s;
  struct known_said said;
  struct why why;
};

static enum db_result say_once(struct db *db, void *with) {
  struct say_work *w = with;
  struct request *rq = w->rq;
  enum db_result r = known_say(db, rq->arena, &w->s->pair, &w->said, rq->now, &w->why);
  if (r != DB_OK) return r;
  audit_did(rq, "said whether two records are one person", w->s->pair.person_a, CLASS_IDENTITY);
  audit_did(rq, "said whether two records are one person", w->s->pair.person_b, CLASS_IDENTITY);
  return DB_OK;
}

static bool read_said(struct request *rq, struct say_work *w) {
  static const char *const whats[] = {"same", "different", "later", "undone"};
  w->said = (struct known_said){.reason = S("other"),
                                .by_user = rq->actor.user_id,
                                .note = utf8_head(str_trim(request_form(rq, "note")), NOTE_MAX)};
  for (size_t i = 0; i < countof(whats); i++)
    if (str_eq(request_form(rq, "what"), str_of(whats[i]))) w->said.what = whats[i];
  if (!w->said.what) return why_say(&w->why, "Choose what these two records are.");
  for (size_t i = 0; i < countof(reasons); i++)
    if (str_eq(request_form(rq, "reason"), str_of(reasons[i].code)))
      w->said.reason = str_of(reasons[i].code);
  if (strcmp(w->said.what, "undone") == 0 && !w->said.note.n)
    return why_say(&w->why, "Say in a few words what shows that it was wrong.");
  return true;
}

void known_pair_post(struct request *rq) {
  struct seen s;
  struct say_work w = {.rq = rq, .s = &s};
  if (!open_pair(rq, &s)) return;
  enum db_result r =
      read_said(rq, &w) ? db_atomically(rq->db, STORE_MAIN, say_once, &w) : DB_CONFLICT;
  if (r != DB_OK) {
    struct str said = words_label((enum language)rq->lang, why_str(&w.why));
    reply_status(rq, r == DB_CONFLICT ? 422 : 503);
    show_pair(rq, &s,
              r == DB_CONFLICT
                  ? said
                  : PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute."));
    return;
  }
  reply_flash(rq, PAGE_TITLE(rq, "Kept."));
  reply_redirect(rq,
                 str_format(rq->arena, "/known/%.*s", P(uuid_str(rq->arena, s.pair.public_id))));
}

/* ---- on a person's record ---- */

static struct known_others_list others_of(struct request *rq, const struct person *p) {
  enum { OTHERS_MAX = 12 };
  int64_t ids[OTHERS_MAX];
  struct known_others_list out = {0};
  size_t cap = 0, n = known_others(rq->db, rq->arena, p->id, ids, OTHERS_MAX);
  for (size_t i = 0; i < n; i++) {
    struct sight sights[2];
    struct person other;
    if (!known_both_seen(rq, p->id, ids[i], sights)) continue;
    if (known_kept_apart(rq->db, rq->arena, p->id, ids[i], rq->today)) continue;
    if (!people_seen(rq, ids[i], sights[1], &other)) continue;
    audit_shows(rq, ids[i], CLASS_IDENTITY);
    *slice_push(rq->arena, &out, &cap) = (struct known_other){uuid_str(rq->arena, other.public_id),
                                                              other.name, supported_by(rq, ids[i])};
  }
  return out;
}

void known_card(struct request *rq, const struct person *p, struct sight sight) {
  struct known_card_page card = {.id = uuid_str(rq->arena, p->public_id)};
  if (!(sight.classes & CLASS_IDENTITY)) return;
  card.others = others_of(rq, p);
  if (card.others.n) view_known_card(rq->view, &card);
}

/* Partners found in a run that is over; one who said no since is no longer shown with them. */
static struct strs partners_of(struct request *rq, const struct person *p) {
  struct strs out = {0};
  size_t cap = 0;
  struct choices_said said = permission_choices(rq->db, rq->arena, p->id);
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select distinct o.name, o.id from known_match_person m join known_match k on k.id = "
          "m.match_id join known_partner t on t.id = k.partner_id join member_organisation o on "
          "o.id = t.organisation_id where m.person_id = ?1 and m.shared = 1 order by o.name"),
      V(p->id));
  while (db_next(&r)) {
    bool yes = false;
    for (size_t i = 0; i < said.n; i++)
      yes |= said.p[i].organisation_id == row_int(&r, 1) && said.p[i].class_bit == CLASS_IDENTITY &&
             str_eq(said.p[i].answer, S("yes"));
    if (yes) *slice_push(rq->arena, &out, &cap) = row_text(&r, 0);
  }
  return out;
}

void known_person_page(struct request *rq) {
  struct person p;
  struct sight sight;
  size_t cap = 0;
  if (!people_open(rq, &p, &sight, CLASS_IDENTITY)) return;
  struct known_person_page page = {.head =
                                       people_head(rq, &p, sight, PAGE_TITLE(rq, "Other records")),
                                   .others = others_of(rq, &p),
                                   .partners = partners_of(rq, &p)};
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select id, public_id, person_a, person_b, state, weight from known_pair where person_a "
          "= "
          "?1 union all select id, public_id, person_a, person_b, state, weight from known_pair "
          "where person_b = ?1"),
      V(p.id));
  while (db_next(&r)) {
    struct known_pair pair = {row_int(&r, 0),  row_int(&r, 2),  row_int(&r, 3),
                              row_uuid(&r, 1), row_text(&r, 4), row_real(&r, 5)};
    struct seen s;
    if (page.pairs.n < SHOWN_MAX && see(rq, &pair, &s)) add_pair(rq, &s, &page.pairs, &cap);
  }
  view_known_person(rq->view, &page);
}
