/* words: every sentence of the engine, and how clauses are put together. English here; a catalogue
 * may translate each whole sentence before its slots are filled. */
#include "rules/compiled.h"

static const char *const english[W_COUNT] = {
    [W_AGE_YES] = "You are {age}, and this is for people {aged}.",
    [W_AGE_NO] = "This is for people {aged}, and you are {age}.",
    [W_AGE_MAYBE] = "This is for people {aged}, and we do not know your age.",
    [W_AGE_OPEN] =
        "You are {age}. This is for people {aged}, which can be read two ways at your age.",
    [W_AGE_ASK] = "How old are you?",
    [W_AGE_OPEN_ASK] = "{words} may mean {age} counts too. Check with them.",
    [W_YES] = "You {clause}.",
    [W_NO] = "This is only for people who {clause}.",
    [W_MAYBE] = "This is for people who {clause}, and we do not know whether that is you.",
    [W_EVERYONE] = "This is open to everyone.",
    [W_ANY_ASK] = "Is this true of you: {clause}?",
    [W_LIVES_NO] = "This is only for people who {clause}.",
    [W_LIVES_NO_ELSEWHERE] = "This is only for people who {clause}, and you said {place}.",
    [W_LIVES_ASK] = "Do you live in {places}?",
    [W_STATUS_ASK] = ("Do you have a job, are you looking for one, or are you not working and not "
                      "looking at the moment?"),
    [W_REASON_ASK] = "What is the main reason you are not working at the moment?",
    [W_TENANCY_ASK] = "Who owns the home you live in?",
    [W_ROUTE_ASK] = "Could one of these put you in touch: {routes}?",
    [W_ROUTE_MAYBE] = "You need to be put in touch by one of these: {routes}.",
    [W_COHORT_ASK_ANY] = "Is any of these true of you: {labels}?",
    [W_BENEFIT_MAYBE] =
        "This is for people who get {benefits}. You may be able to get it even if you do not now.",
    [W_BENEFIT_ASK] = "Ask them what happens if you do not get {benefits}.",
    [W_PROGRAMME_ASK] = "Are you on {programmes} at the moment?",
    [W_HEALTH_ASK] =
        "Do you have a health condition or a disability? It does not need a diagnosis.",
    [W_HOUSEHOLD_ASK] = "Is there someone else in your household who would like to join with you?",
    [W_MONTHS_ASK] = "How long have you been out of work?",
    [W_SIZE_ASK] = "How many people does the employer have?",
    [W_SIZE_OPEN] = "This is for employers with {sizes}, which can be read two ways at your size.",
    [W_OPEN_OVER] = "\"Over {number}\"",
    [W_OPEN_UNDER] = "\"Under {number}\"",
    [W_VERSIONS_DIFFER] = "Who this is for changed {when}, and the day is not known.",
    [W_VERSIONS_ASK] = "Ask them which rule applied on your date.",
    [W_BEFORE_FIRST] = "We only know who this was for from {when} on.",
    [W_AGED_BETWEEN] = "aged {from} to {to}",
    [W_AGED_FROM] = "aged {from} or over",
    [W_AGED_TO] = "aged {to} or under",
    [W_AGED_OVER] = "aged over {over}",
    [W_AGED_UNDER] = "aged under {under}",
    [W_AGED_ONE] = "aged {from}",
    [W_AGED_ANY] = "of any age",
    [W_YOUR_AGE] = "{age}",
    [W_YOUR_AGE_BAND] = "between {from} and {to}",
    [W_C_AGED] = "are {aged}",
    [W_C_LIVES] = "live in {places}",
    [W_C_NOT_LIVES] = "live outside {places}",
    [W_C_MONTHS_FROM] = "have been out of work for {from} months or more",
    [W_C_MONTHS_BETWEEN] = "have been out of work for {from} to {to} months",
    [W_C_MONTHS_TO] = "have been out of work for {to} months or less",
    [W_C_SIZE_FROM] = "employ {from} people or more",
    [W_C_SIZE_BETWEEN] = "employ {from} to {to} people",
    [W_C_SIZE_TO] = "employ {to} people or fewer",
    [W_C_PROGRAMME] = "are on {programmes}",
    [W_C_NOT_PROGRAMME] = "are not on {programmes}",
    [W_C_HEALTH] = "have a health condition or a disability",
    [W_C_HOUSEHOLD_YOUR] =
        "have someone else in your household who meets the same test and joins too",
    [W_C_HOUSEHOLD_THEIR] =
        "have someone else in their household who meets the same test and joins too",
    [W_C_EVERYONE] = "want to come",
    [W_C_NOT_ALL] = "are not all of these: {list}",
    [W_C_NOT] = "are not someone who {clause}",
    [W_FOR_EVERYONE] = "For everyone.",
    [W_FOR_PEOPLE] = "For people {aged}.",
    [W_FOR_PEOPLE_WHO] = "For people who {clauses}.",
    [W_FOR_EMPLOYERS_WHO] = "For employers who {clauses}.",
    [W_AND] = "{list} and {last}",
    [W_OR] = "{list} or {last}",
    [W_EITHER] = "either {clauses}",
    [W_IN] = "in {when}",
    [W_ON] = "on {when}",
    [W_KIND_NOT_JOINED] = "This is {kind}, not help that a person joins.",
    [W_KIND_EMPLOYER] = "This is for employers.",
    [W_KIND_EMPLOYER_ASK] = "Are you asking as an employer? If not, you could show this to yours.",
    [W_ENDED] = "This ended {when}.",
    [W_MAY_HAVE_ENDED] = "This ended {when}, and the day is not known.",
    [W_NOT_STARTED] = "This began {when}, after the date you asked about.",
    [W_MAY_NOT_HAVE_STARTED] = "This began {when}, and the day is not known.",
    [W_RUNNING] = "This ran from {start} to {end}.",
    [W_STARTED_ONLY] = "This began {when}. The source does not say whether it still runs.",
    [W_ENDS_ONLY] = "This ended {when}. The source does not say when it began.",
    [W_STANDING_UNKNOWN] = "The source does not say when this ran or whether it still does.",
    [W_STANDING_ASK] = "Check with them that this is running.",
    [W_ASSURED] = "This was checked on {when}.",
    [W_ASSURED_STALE] = "This was last checked on {when}, longer ago than it should be.",
    [W_AREA_NO] = "This is offered in {area}, and you said {place}.",
    [W_AREA_MAYBE] = "This is offered in {area}, and we do not know whether that includes you.",
    [W_AREA_ASK] = "Do you live in {area}?",
    [W_AREA_NEAR] = "This is in {area}, and people from elsewhere may come.",
    [W_AREA_NEAR_ASK] = "Can you get to {area}?",
    [W_UNSTATED] = "The source does not say who can join.",
    [W_UNSTATED_FOR] =
        "The source does not say who can join. It was made with these groups in mind: {groups}.",
    [W_UNSTATED_ASK] = "Ask them who can join.",
};

const char *const *rules_sentence_list(size_t *n) {
  *n = W_COUNT;
  return english;
}

static struct str slot_value(const struct slot *slots, size_t n, struct str name) {
  for (size_t i = 0; i < n; i++)
    if (str_eq(str_of(slots[i].name), name)) return slots[i].value;
  return S("");
}

struct str tongue_fill(struct arena *a, struct rules_tongue t, enum word w,
                       const struct slot *slots, size_t n) {
  struct str s = str_of(english[w]);
  if (t.say) s = t.say(t.to, s);
  size_t room = s.n + 1;
  for (size_t i = 0; i < n; i++) room += slots[i].value.n * 2;
  char *out = arena_many(a, char, room);
  size_t used = 0;
  for (size_t i = 0; i < s.n; i++) {
    size_t close = s.p[i] == '{' ? i + str_find_byte(str_slice(s, i, s.n), '}') : s.n;
    struct str piece = str_slice(s, i, i + 1);
    if (close < s.n) piece = slot_value(slots, n, str_slice(s, i + 1, close)), i = close;
    if (used + piece.n > room) break; /* a translation repeating a slot more than twice is cut */
    if (piece.n) memcpy(out + used, piece.p, piece.n);
    used += piece.n;
  }
  return (struct str){out, used};
}

static struct str number(struct arena *a, int v) { return str_format(a, "%d", v); }

struct str tongue_join(struct arena *a, struct rules_tongue t, struct strs parts, bool all) {
  if (!parts.n) return S("");
  struct str list = parts.p[0];
  for (size_t i = 1; i + 1 < parts.n; i++)
    list = str_format(a, "%.*s, %.*s", P(list), P(parts.p[i]));
  if (parts.n == 1) return list;
  return FILL(a, t, all ? W_AND : W_OR, {"list", list}, {"last", parts.p[parts.n - 1]});
}

struct str tongue_span(struct arena *a, struct day_span s) {
  if (s.first == s.last) return day_words(a, s.first);
  struct ymd d = day_ymd(s.first), e = day_ymd(s.last);
  if (d.year == e.year && d.month == e.month) {
    struct str whole = day_words(a, s.first); /* "1 December 2022" */
    str_cut(&whole, ' ');
    return whole;
  }
  return number(a, d.year);
}

struct str tongue_when(struct arena *a, struct rules_tongue t, struct day_span s) {
  return FILL(a, t, s.first == s.last ? W_ON : W_IN, {"when", tongue_span(a, s)});
}

struct str tongue_aged(struct arena *a, const struct rules_node *n, struct rules_tongue t) {
  struct str from = number(a, n->from), to = number(a, n->to);
  if (n->flags & NODE_OPEN_LOW) return FILL(a, t, W_AGED_OVER, {"over", number(a, n->from - 1)});
  if (n->flags & NODE_OPEN_HIGH) return FILL(a, t, W_AGED_UNDER, {"under", number(a, n->to + 1)});
  if (n->from == 0 && n->to == RULES_AGE_MAX) return FILL(a, t, W_AGED_ANY, {"", S("")});
  if (n->to == RULES_AGE_MAX) return FILL(a, t, W_AGED_FROM, {"from", from});
  if (n->from == 0) return FILL(a, t, W_AGED_TO, {"to", to});
  if (n->from == n->to) return FILL(a, t, W_AGED_ONE, {"from", from});
  return FILL(a, t, W_AGED_BETWEEN, {"from", from}, {"to", to});
}

/* "are in education" for "are not in education", "do not have" for "have". English only: code lists
 * in other tongues bring their own clauses and this is then left to the catalogue's W_C_NOT. */
static struct str negate(struct arena *a, struct rules_tongue t, struct str clause) {
  static const struct {
    const char *is, *becomes;
  } turns[] = {{"are not ", "are "},      {"are ", "are not "},      {"do not ", ""},
               {"have ", "do not have "}, {"live ", "do not live "}, {"want ", "do not want "},
               {"get ", "do not get "},   {"need ", "do not need "}, {"look ", "do not look "},
               {"rent ", "do not rent "}, {"care ", "do not care "}, {"use ", "do not use "}};
  for (size_t i = 0; i < countof(turns) && !t.say; i++) {
    struct str is = str_of(turns[i].is);
    if (str_starts(clause, is))
      return str_format(a, "%s%.*s", turns[i].becomes, P(str_slice(clause, is.n, clause.n)));
  }
  return FILL(a, t, W_C_NOT, {"clause", clause});
}

/* Clauses of code lists may hold {your}: "rent {your} home" becomes "rent their home" for people in
 * general. */
static struct str your(struct arena *a, struct str s, bool to_you) {
  size_t at = str_find(s, S("{your}"));
  if (at == s.n) return s;
  return str_format(a, "%.*s%s%.*s", P(str_slice(s, 0, at)), to_you ? "your" : "their",
                    P(str_slice(s, at + 6, s.n)));
}

static struct strs codes_clauses(struct arena *a, const struct rules_book *b,
                                 const struct rules_node *n, struct rules_tongue t, bool to_you) {
  enum rules_list l = node_list((enum node_kind)n->kind);
  struct strs out = {0};
  size_t cap = 0;
  for (int i = 0; i < rules_code_count(b, l); i++) {
    if (!rules_codes_has(n->set, i)) continue;
    const struct rules_code *c = rules_code_get(b, l, i);
    struct str s = c->clause.n ? c->clause : c->label;
    if (t.say && c->clause.n) s = t.say(t.to, s);
    *slice_push(a, &out, &cap) = your(a, s, to_you);
  }
  return out;
}

static struct str codes_clause(struct arena *a, const struct rules_book *b,
                               const struct rules_node *n, struct rules_tongue t, bool to_you) {
  struct strs parts = codes_clauses(a, b, n, t, to_you);
  bool negated = n->flags & NODE_NEGATED, all = n->kind == NODE_COHORT_ALL;
  for (size_t i = 0; negated && i < parts.n; i++) parts.p[i] = negate(a, t, parts.p[i]);
  return tongue_join(a, t, parts, all != negated);
}

static struct str places_words(struct arena *a, const struct rules_book *b,
                               const struct rules_rule *r, const struct rules_node *n,
                               struct rules_tongue t) {
  struct strs names = {0};
  size_t cap = 0;
  for (int32_t i = 0; i < n->to; i++)
    *slice_push(a, &names, &cap) = rules_area_name(b, r->area[n->from + i]);
  return tongue_join(a, t, names, false);
}

static struct str months_clause(struct arena *a, const struct rules_node *n, struct rules_tongue t,
                                bool size) {
  struct str from = number(a, n->from), to = number(a, n->to);
  if (n->to == RULES_NUMBER_MAX)
    return FILL(a, t, size ? W_C_SIZE_FROM : W_C_MONTHS_FROM, {"from", from});
  if (n->from == 0) return FILL(a, t, size ? W_C_SIZE_TO : W_C_MONTHS_TO, {"to", to});
  return FILL(a, t, size ? W_C_SIZE_BETWEEN : W_C_MONTHS_BETWEEN, {"from", from}, {"to", to});
}

static struct str group_clause(struct arena *a, const struct rules_book *b,
                               const struct rules_rule *r, const struct rules_node *n,
                               struct rules_tongue t, bool to_you) {
  struct strs parts = {0};
  size_t cap = 0;
  for (const struct rules_node *part = n + 1; part < n + n->size; part += part->size) {
    struct str s = node_clause(a, b, r, part, t, to_you);
    if (s.n) *slice_push(a, &parts, &cap) = s;
  }
  return tongue_join(a, t, parts, n->kind == NODE_ALL);
}

static struct str plain_clause(struct arena *a, const struct rules_book *b,
                               const struct rules_rule *r, const struct rules_node *n,
                               struct rules_tongue t, bool to_you) {
  switch ((enum node_kind)n->kind) {
    case NODE_EVERYONE: return FILL(a, t, W_C_EVERYONE, {"", S("")});
    case NODE_ASK: return S("");
    case NODE_AGE: return FILL(a, t, W_C_AGED, {"aged", tongue_aged(a, n, t)});
    case NODE_MONTHS_OUT: return months_clause(a, n, t, false);
    case NODE_EMPLOYER_SIZE: return months_clause(a, n, t, true);
    case NODE_HEALTH: return FILL(a, t, W_C_HEALTH, {"", S("")});
    case NODE_HOUSEHOLD:
      return FILL(a, t, to_you ? W_C_HOUSEHOLD_YOUR : W_C_HOUSEHOLD_THEIR, {"", S("")});
    case NODE_PROGRAMME:
      return FILL(a, t, W_C_PROGRAMME,
                  {"programmes", tongue_join(a, t, codes_clauses(a, b, n, t, to_you), false)});
    case NODE_LIVES: return FILL(a, t, W_C_LIVES, {"places", places_words(a, b, r, n, t)});
    default: return codes_clause(a, b, n, t, to_you);
  }
}

struct str node_clause(struct arena *a, const struct rules_book *b, const struct rules_rule *r,
                       const struct rules_node *n, struct rules_tongue t, bool to_you) {
  if (n->kind == NODE_ALL || n->kind == NODE_ANY) return group_clause(a, b, r, n, t, to_you);
  if (n->kind == NODE_PROMPT) return node_clause(a, b, r, n + 1, t, to_you);
  if (!(n->flags & NODE_NEGATED) || node_list((enum node_kind)n->kind) < RULES_PROGRAMMES)
    return plain_clause(a, b, r, n, t, to_you);
  if (n->kind == NODE_LIVES)
    return FILL(a, t, W_C_NOT_LIVES, {"places", places_words(a, b, r, n, t)});
  return negate(a, t, plain_clause(a, b, r, n, t, to_you));
}

/* ---- A whole rule ------------------------------------------------------------------------- */

static bool has_kind(const struct rules_node *n, enum node_kind k) {
  for (const struct rules_node *i = n; i < n + n->size; i++)
    if (i->kind == k) return true;
  return false;
}

/* A choice between clauses, which beside other clauses needs "either" to be read rightly. */
static bool is_choice(const struct rules_node *n) {
  int codes = __builtin_popcountll(n->set.w[0]) + __builtin_popcountll(n->set.w[1]);
  if (n->kind == NODE_PROMPT) return is_choice(n + 1);
  if (n->kind == NODE_ANY) return true;
  bool any_of = n->kind != NODE_COHORT_ALL && n->kind != NODE_PROGRAMME && n->kind != NODE_ALL;
  return codes > 1 && (any_of != ((n->flags & NODE_NEGATED) != 0));
}

/* "aged 16 to 29 who live in X and have Y": ages first, the rest as one who-clause. */
static struct str people_words(struct arena *a, const struct rules_book *b,
                               const struct rules_rule *r, const struct rules_node *all,
                               struct rules_tongue t) {
  struct strs ages = {0}, rest = {0};
  size_t ages_cap = 0, rest_cap = 0;
  for (const struct rules_node *part = all + 1; part < all + all->size; part += part->size) {
    if (part->kind == NODE_EVERYONE || part->kind == NODE_ASK) continue;
    if (part->kind == NODE_AGE && !(part->flags & NODE_NEGATED))
      *slice_push(a, &ages, &ages_cap) = tongue_aged(a, part, t);
    else {
      struct str clause = node_clause(a, b, r, part, t, false);
      bool alone = all->size == 1 + part->size;
      if (is_choice(part) && !alone) clause = FILL(a, t, W_EITHER, {"clauses", clause});
      *slice_push(a, &rest, &rest_cap) = clause;
    }
  }
  struct str aged = tongue_join(a, t, ages, true), who = tongue_join(a, t, rest, true);
  bool employers = has_kind(all, NODE_EMPLOYER_SIZE);
  if (!rest.n)
    return ages.n ? FILL(a, t, W_FOR_PEOPLE, {"aged", aged})
                  : FILL(a, t, W_FOR_EVERYONE, {"", S("")});
  if (ages.n) {
    struct str both = str_format(a, "%.*s who %.*s", P(aged), P(who));
    return FILL(a, t, W_FOR_PEOPLE, {"aged", both});
  }
  return FILL(a, t, employers ? W_FOR_EMPLOYERS_WHO : W_FOR_PEOPLE_WHO, {"clauses", who});
}

struct str rules_words(struct arena *a, const struct rules_book *b, const struct rules_rule *r,
                       day_t on, struct rules_tongue t) {
  struct version_choice choice;
  version_choose(r, on, &choice);
  const struct rules_version *v = choice.n ? choice.p[0] : &r->version[0];
  const struct rules_node *all = v->node;
  struct str s = S("");
  bool only_asks = true;
  for (const struct rules_node *n = all + 1; n < all + all->size; n += n->size)
    only_asks = only_asks && n->kind == NODE_ASK;
  if (!only_asks) s = people_words(a, b, r, all, t);
  for (const struct rules_node *n = all; n < all + all->size; n++)
    if (n->kind == NODE_ASK || n->kind == NODE_PROMPT)
      s = s.n ? str_format(a, "%.*s %.*s", P(s), P(r->text[n->from])) : r->text[n->from];
  return s;
}
