/* run: every offer judged, matched and ranked; only those shown are explained. One pass over the
 * picture, then the best are taken by a heap, so that 20,000 offers cost about a millisecond. */
#include <math.h>
#include "finding/inside.h"

enum {
  MATCH_CODE = 4,
  MATCH_WORD = 2,
  MATCH_COHORT = 1,
  SCORE_MAX = 63,
  PREFIX_LETTERS = 4,
  HOPEFUL_MAX = 200
};
#define METRES_PER_DEGREE 111195.0 /* of a great circle, mean Earth radius 6,371 km */

/* Sorted by one number: answer, then what was asked to sort by, then the other, then the name's
 * place. Greater is better. */
typedef uint64_t rank;
struct running {
  struct arena *a;
  const struct finding_picture *p;
  const struct finding_ask *ask;
  struct meaning meaning;
  uint8_t *by_word;            /* matches of plain words, for each offer */
  uint64_t needs;
  bool filtering;
  double cosine;
  struct finding_answers *out;
};

/* ---- Plain words. */
static void add_holders(struct running *r, const struct finding_word *w) {
  for (uint32_t i = 0; i < w->n; i++) {
    uint8_t *score = &r->by_word[r->p->holders[w->from + i]];
    if (*score < 30) (*score)++;
  }
}

/* Whole words, and from four letters on the beginnings of words. */
static bool find_word(struct running *r, struct str typed) {
  bool found = false, starts = typed.n >= PREFIX_LETTERS;
  uint32_t head = word_head(typed);
  for (size_t i = 0; i < r->p->n_words; i++) {
    const struct finding_word *w = &r->p->words[i];
    if (w->head != head || w->word.n < typed.n || (!starts && w->word.n != typed.n)) continue;
    if (!str_starts(w->word, typed)) continue;
    add_holders(r, w);
    found = true;
  }
  return found;
}

static bool find_slip(struct running *r, struct str typed) {
  bool found = false;
  for (size_t i = 0; i < r->p->n_words; i++) {
    const struct finding_word *w = &r->p->words[i];
    if (w->word.n + 1 < typed.n || w->word.n > typed.n + 1 || !one_slip(w->word, typed)) continue;
    add_holders(r, w);
    found = true;
  }
  return found;
}

static void find_words(struct running *r) {
  size_t cap = 0;
  r->by_word = arena_many(r->a, uint8_t, r->p->offers->list.n + 1);
  for (size_t i = 0; i < r->meaning.plain.n; i++) {
    struct str word = r->meaning.plain.p[i];
    if (!find_word(r, word) && !find_slip(r, word))
      *slice_push(r->a, &r->out->unknown, &cap) = word;
  }
}

/* ---- One offer. */
static int score_of(const struct running *r, size_t i) {
  const struct offer *o = &r->p->offers->list.p[i];
  uint64_t meant = r->p->means[i] & r->needs;
  int score = (meant ? __builtin_popcountll(meant) * MATCH_CODE : 0) + r->by_word[i] * MATCH_WORD;
  if (r->filtering && !score) return -1;
  struct rules_codes made_for = o->judged.cohorts, said = r->ask->facts.cohort_yes;
  for (int w = 0; w < 2 && rules_codes_meet(made_for, said); w++)
    score += __builtin_popcountll(made_for.w[w] & said.w[w]) * MATCH_COHORT;
  return score > SCORE_MAX ? SCORE_MAX : score;
}

int finding_minutes(const struct finding_ask *ask, const struct offer *o) {
  int best = -1;
  for (size_t i = 0; ask->minutes && i < o->places.n; i++) {
    const struct offer_place *p = &o->places.p[i];
    if (!p->published) continue;
    int n = minutes_to(ask->minutes, (struct spot){p->latitude, p->longitude});
    if (n >= 0 && (best < 0 || n < best)) best = n;
  }
  return best;
}

static bool wanted(const struct running *r, const struct offer *o, int self) {
  const struct finding_ask *ask = r->ask;
  int until;
  if (ask->free_only && o->free != 1) return false;
  if (ask->wifi && o->wifi != 1) return false;
  if (ask->self_only && o->walk_in != 1 && !(self >= 0 && rules_codes_has(o->routes, self)))
    return false;
  return !ask->open_now || ask->minute < 0 ||
         offer_open_at(o, ask->facts.on, ask->minute, &until) == 1;
}

/* Metres to the nearest published place, in a straight line: a flat approximation good to 1 % at
 * 100 km. */
static double metres_to(const struct running *r, size_t offer) {
  double best = INFINITY;
  struct geo_point at = r->ask->place.at;
  if (isnan(at.lat) || r->ask->place.found == PLACE_NONE) return (double)NAN;
  for (uint32_t i = r->p->point_from[offer]; i < r->p->point_from[offer + 1]; i++) {
    const struct geo_point *p = &r->p->point[i];
    double north = (p->lat - at.lat) * METRES_PER_DEGREE,
           east = (p->lon - at.lon) * METRES_PER_DEGREE * r->cosine;
    best = fmin(best, north * north + east * east);
  }
  return isinf(best) ? (double)NAN : sqrt(best);
}

/* answer 2 bits | first key 16 | second key 16 | place in the list by name 30. */
static rank rank_of(const struct running *r, size_t i, enum rules_answer answer, int score,
                    double metres, int minutes) {
  uint64_t near = isnan(metres) ? 0 : metres > 655000 ? 1 : 65535 - (uint64_t)(metres / 10);
  uint64_t fit = (uint64_t)score << 8, by_name = 0x3fffffff - (uint64_t)i;
  uint64_t key[2] = {fit, near};
  if (r->ask->sort == FINDING_NEAR) key[0] = near, key[1] = fit;
  if (r->ask->sort == FINDING_MINUTES)
    key[0] = minutes < 0 ? 0 : 65535 - (uint64_t)minutes, key[1] = near;
  if (r->ask->sort == FINDING_NAME) key[0] = key[1] = 0;
  return (uint64_t)answer << 62 | key[0] << 46 | key[1] << 30 | by_name;
}

static size_t ranked(rank k) { return 0x3fffffff - (size_t)(k & 0x3fffffff); }
static enum rules_answer answered(rank k) { return (enum rules_answer)(k >> 62); }

/* ---- The best, by a heap whose top is the worst kept. */
struct best { rank *p; size_t n, room; };

static void sink(struct best *b, size_t i) {
  for (size_t child; (child = 2 * i + 1) < b->n; i = child) {
    if (child + 1 < b->n && b->p[child + 1] < b->p[child]) child++;
    if (b->p[i] <= b->p[child]) return;
    rank t = b->p[i];
    b->p[i] = b->p[child], b->p[child] = t;
  }
}

static void keep(struct best *b, rank k) {
  if (b->n == b->room) {
    if (k <= b->p[0]) return;
    b->p[0] = k;
    sink(b, 0);
    return;
  }
  size_t i = b->n++;
  b->p[i] = k;
  for (; i && b->p[i] < b->p[(i - 1) / 2]; i = (i - 1) / 2) {
    rank t = b->p[i];
    b->p[i] = b->p[(i - 1) / 2], b->p[(i - 1) / 2] = t;
  }
}

/* Empties the heap into falling order, in place. */
static void best_sorted(struct best *b) {
  size_t all = b->n;
  while (b->n > 1) {
    rank t = b->p[0];
    b->p[0] = b->p[--b->n], b->p[b->n] = t;
    sink(b, 0);
  }
  b->n = all;
}

static void judge_all(struct running *r, struct best *best, struct best *hopeful) {
  const struct offers *o = r->p->offers;
  int self = rules_code_find(o->book, RULES_ROUTES, S("self"));
  int within = r->ask->minutes ? r->ask->within : 0;
  bool by_minutes = within || r->ask->sort == FINDING_MINUTES;
  for (size_t i = 0; i < o->list.n; i++) {
    int score = score_of(r, i);
    const struct offer *f = &o->list.p[i];
    if (score < 0 || !wanted(r, f, self)) continue;
    int minutes = by_minutes ? finding_minutes(r->ask, f) : -1;
    if (within && (minutes < 0 || minutes > within)) continue;
    enum rules_answer answer =
        rules_judge_offer(o->book, &f->judged, &r->ask->facts, r->ask->ignore_standing);
    if (answer == RULES_YES) r->out->yes++;
    else if (answer == RULES_MAYBE) r->out->maybe++;
    else r->out->no++;
    rank k = rank_of(r, i, answer, score, metres_to(r, i), minutes);
    keep(best, k);
    if (answer != RULES_NO) keep(hopeful, k);
  }
}

/* ---- The nearest alternative: what they have in common counts, then the order of the list. */
static int likeness(const struct offer *x, const struct offer *y) {
  int n = 0;
  for (int w = 0; w < 2; w++) {
    n += 2 * __builtin_popcountll(x->styles.w[w] & y->styles.w[w]);
    n += 2 * __builtin_popcountll(x->judged.cohorts.w[w] & y->judged.cohorts.w[w]);
    n += 2 * __builtin_popcountll(x->needs.w[w] & y->needs.w[w]);
  }
  return n ? n + (x->category >= 0 && x->category == y->category) : 0;
}

static const struct offer *instead_of(const struct running *r, const struct best *hopeful,
                                      const struct offer *no) {
  const struct offer *found = NULL;
  int most = 0;
  for (size_t i = 0; i < hopeful->n; i++) {
    const struct offer *other = &r->p->offers->list.p[ranked(hopeful->p[i])];
    int like = likeness(no, other) * 2 + (answered(hopeful->p[i]) == RULES_YES);
    if (like > most && like > 1) most = like, found = other;
  }
  return found;
}

static void explain(struct running *r, rank k, const struct best *hopeful,
                    struct rules_tongue tongue, struct finding_answer *out) {
  const struct offers *o = r->p->offers;
  const struct offer *f = &o->list.p[ranked(k)];
  *out = (struct finding_answer){
      .offer = f, .answer = answered(k), .metres = metres_to(r, ranked(k)),
      .minutes = finding_minutes(r->ask, f), .open = -1, .until = -1};
  rules_explain_offer(r->a, o->book, &f->judged, &r->ask->facts, r->ask->ignore_standing, tongue,
                      &out->because);
  if (r->ask->minute >= 0)
    out->open = offer_open_at(f, r->ask->facts.on, r->ask->minute, &out->until);
  if (out->answer == RULES_NO) out->instead = instead_of(r, hopeful, f);
}

void finding_run(struct arena *a, const struct finding_picture *p, const struct finding_ask *ask,
                 struct rules_tongue tongue, struct finding_answers *out) {
  struct running r = {.a = a, .p = p, .ask = ask, .out = out};
  size_t all = p->offers->list.n, want = ask->limit ? ask->first + ask->limit : all;
  *out = (struct finding_answers){.first = ask->first};
  r.meaning = finding_meaning(a, ask->words);
  r.needs = ask->needs | r.meaning.needs, r.filtering = r.needs || r.meaning.said;
  r.cosine = isnan(ask->place.at.lat) ? 1 : cos(ask->place.at.lat * 0.017453292519943295);
  find_words(&r);
  struct best best = {.room = want < all ? want : all},
              hopeful = {.room = all < HOPEFUL_MAX ? all : HOPEFUL_MAX};
  best.p = arena_many(a, rank, best.room + 1), hopeful.p = arena_many(a, rank, hopeful.room + 1);
  if (best.room) judge_all(&r, &best, &hopeful);
  best_sorted(&best), best_sorted(&hopeful);
  size_t shown = best.n > ask->first ? best.n - ask->first : 0;
  out->list.p = arena_many(a, struct finding_answer, shown + 1), out->list.n = shown;
  for (size_t i = 0; i < shown; i++)
    explain(&r, best.p[ask->first + i], &hopeful, tongue, &out->list.p[i]);
}

const struct offer *finding_like(const struct finding_picture *live, const struct offer *gone) {
  const struct offer *found = NULL;
  int most = 0;
  for (size_t i = 0; i < live->offers->list.n; i++) {
    const struct offer *o = &live->offers->list.p[i];
    int like = o->id == gone->id && str_eq(o->name, gone->name) ? 0 : likeness(gone, o);
    if (o->standing.state == STANDING_LIVE && like > most) most = like, found = o;
  }
  return found;
}

void finding_json(struct json_out *j, const struct finding_answer *answer) {
  json_open(j);
  json_put_str(j, "name", answer->offer->name);
  json_put_str(j, "provider", answer->offer->provider);
  json_put_str(j, "answer", rules_answer_word(answer->answer));
  if (answer->minutes >= 0) json_put_i64(j, "minutes", answer->minutes);
  json_key(j, S("reasons"));
  json_list(j);
  for (size_t i = 0; i < answer->because.reasons.n; i++)
    json_str(j, answer->because.reasons.p[i].says);
  json_list_end(j);
  json_key(j, S("ask"));
  json_list(j);
  for (size_t i = 0; i < answer->because.ask.n; i++) json_str(j, answer->because.ask.p[i]);
  json_list_end(j);
  json_close(j);
}
