/* parse: rule text to nodes, by recursive descent. Every error is one sentence with its place.
 *
 *   file      = { "rule" STRING "{" body "}" }
 *   body      = { "source" STRING | "says" STRING } ( statements | { version } )
 *   version   = "from" WHEN "{" statements "}"
 *   statement = chain, ended by a line's end (lines go on inside brackets and after "," "and" "or")
 *   chain     = part { "and" part } | part { "or" part }       (a mixture needs brackets)
 *   part      = "not" part | "(" chain ")" | "prompt" part STRING | condition
 * Conditions: see README.md; one row each in `conditions` below. */
#include "rules/compiled.h"
#include "rules/token.h"

struct parser {
  struct tokens x;
  struct arena *a;
  struct rules_book *book;
  struct {
    struct rules_node *p;
    size_t n;
  } nodes;
  size_t nodes_cap;
  size_t version_start;
  struct {
    rules_area *p;
    size_t n;
  } areas;
  size_t areas_cap;
  struct strs texts;
  size_t texts_cap;
};

/* ---- Nodes -------------------------------------------------------------------------------- */

static bool node_push(struct parser *p, struct rules_node n) {
  if (p->nodes.n - p->version_start >= RULES_NODES_MAX)
    return FAIL(&p->x, p->x.now, "This rule has too many conditions; split the offer in two.");
  n.size = 1;
  *slice_push(p->a, &p->nodes, &p->nodes_cap) = n;
  return true;
}

/* Makes everything from `at` on the parts of one group. */
static bool node_wrap(struct parser *p, size_t at, enum node_kind kind) {
  if (!node_push(p, (struct rules_node){0})) return false;
  struct rules_node *n = p->nodes.p + at;
  size_t parts = p->nodes.n - 1 - at;
  memmove(n + 1, n, parts * sizeof *n);
  *n = (struct rules_node){.kind = (uint8_t)kind, .size = (uint16_t)(parts + 1)};
  return true;
}

static bool text_push(struct parser *p, struct str s, int32_t *at) {
  *at = (int32_t)p->texts.n;
  *slice_push(p->a, &p->texts, &p->texts_cap) = s;
  return true;
}

/* ---- Conditions --------------------------------------------------------------------------- */

/* 16 to 29 | at least N | at most N | over N | under N | open_over N | open_under N */
static bool parse_range(struct parser *p, struct rules_node *n, int32_t most) {
  struct token first = p->x.now;
  bool low = token_is_word(&p->x, "over") || token_is_word(&p->x, "open_over"),
       high = token_is_word(&p->x, "under") || token_is_word(&p->x, "open_under");
  bool open = token_is_word(&p->x, "open_over") || token_is_word(&p->x, "open_under"),
       at_least = false, at_most = false;
  n->from = 0, n->to = most;
  if (token_is_word(&p->x, "at")) {
    if (!token_next(&p->x)) return false;
    at_least = token_is_word(&p->x, "least"), at_most = token_is_word(&p->x, "most");
    if (!at_least && !at_most)
      return FAIL(&p->x, p->x.now, "Write \"at least\" or \"at most\", not \"at %.*s\".",
                  P(p->x.now.text));
  }
  if ((low || high || at_least || at_most) && !token_next(&p->x)) return false;
  int32_t v;
  if (!token_take_number(&p->x, most - 1, &v)) return false;
  if (low)
    n->from = v + 1, n->flags |= open ? NODE_OPEN_LOW : 0;
  else if (at_least)
    n->from = v;
  else if (at_most)
    n->to = v;
  else if (high) {
    if (!v) return FAIL(&p->x, first, "Nothing is under 0; give a larger number.");
    n->to = v - 1, n->flags |= open ? NODE_OPEN_HIGH : 0;
  } else {
    n->from = v;
    if (!token_is_word(&p->x, "to"))
      return FAIL(&p->x, p->x.now, "Expected \"to\" and a second number before \"%.*s\".",
                  P(p->x.now.text));
    if (!token_next(&p->x) || !token_take_number(&p->x, most - 1, &n->to)) return false;
    if (n->to < n->from)
      return FAIL(&p->x, first, "The second number is smaller than the first; change them round.");
  }
  return true;
}

static int letters_apart(struct str a, struct str b) { /* edit distance, short words only */
  int row[33];
  if (a.n > 32 || b.n > 32) return 99;
  for (size_t k = 0; k <= b.n; k++) row[k] = (int)k;
  for (size_t i = 1; i <= a.n; i++) {
    int corner = row[0];
    row[0] = (int)i;
    for (size_t k = 1; k <= b.n; k++) {
      int above = row[k], best = corner + (a.p[i - 1] != b.p[k - 1]);
      if (above + 1 < best) best = above + 1;
      if (row[k - 1] + 1 < best) best = row[k - 1] + 1;
      row[k] = best, corner = above;
    }
  }
  return row[b.n];
}

static bool unknown_code(struct parser *p, enum rules_list l) {
  struct str best = {0};
  int near = 4;
  for (int i = 0; i < rules_code_count(p->book, l); i++) {
    struct str code = rules_code_get(p->book, l, i)->code;
    int d = letters_apart(p->x.now.text, code);
    if (d < near) near = d, best = code;
  }
  struct str s = best.n
                     ? str_format(p->a, "\"%.*s\" is not in the list of %s; did you mean %.*s?",
                                  P(p->x.now.text), rules_list_name(l), P(best))
                     : str_format(p->a, "\"%.*s\" is not in the list of %s (packs/codes/%s.csv).",
                                  P(p->x.now.text), rules_list_name(l), rules_list_name(l));
  return why_say(p->x.why, "Line %d, column %d: %.*s", p->x.now.line, p->x.now.column, P(s));
}

static bool parse_codes(struct parser *p, struct rules_node *n, enum rules_list l) {
  for (;;) {
    if (p->x.now.kind != T_WORD)
      return FAIL(&p->x, p->x.now, "Expected a code before \"%.*s\".", P(p->x.now.text));
    int code = rules_code_find(p->book, l, p->x.now.text);
    if (code < 0) return unknown_code(p, l);
    rules_codes_add(&n->set, code);
    if (!token_next(&p->x)) return false;
    if (!token_is_mark(&p->x, ',')) return true;
    if (!token_next(&p->x) || !token_skip_lines(&p->x)) return false;
  }
}

static bool parse_lives(struct parser *p, struct rules_node *n) {
  n->from = (int32_t)p->areas.n;
  for (;;) {
    struct str name;
    if (!token_take_string(&p->x, &name)) return false;
    rules_area area = rules_area_intern(p->book, str_trim(name));
    bool there = false;
    for (size_t i = (size_t)n->from; i < p->areas.n; i++) there = there || p->areas.p[i] == area;
    if (!there) *slice_push(p->a, &p->areas, &p->areas_cap) = area;
    if (!token_is_mark(&p->x, ',')) break;
    if (!token_next(&p->x) || !token_skip_lines(&p->x)) return false;
  }
  n->to = (int32_t)p->areas.n - n->from;
  return true;
}

static bool parse_months(struct parser *p, struct rules_node *n) {
  if (!parse_range(p, n, RULES_NUMBER_MAX)) return false;
  if (token_is_word(&p->x, "months")) return token_next(&p->x);
  return FAIL(&p->x, p->x.now,
              "Say time out of work in months: expected \"months\" before \"%.*s\".",
              P(p->x.now.text));
}

/* Programmes have no list of their own: the first rule to name one adds it. */
static bool parse_programme(struct parser *p, struct rules_node *n) {
  struct token t = p->x.now;
  struct str name;
  if (!token_take_string(&p->x, &name)) return false;
  int code = rules_code_find(p->book, RULES_PROGRAMMES, name);
  struct code_list *list = &p->book->list[RULES_PROGRAMMES];
  if (code < 0) {
    if (list->n == RULES_CODES_MAX)
      return FAIL(&p->x, t,
                  "Too many other programmes are named in rules; use one of those already named.");
    code = (int)list->n;
    struct str kept = str_copy(p->book->a, name);
    *slice_push(p->book->a, list, &list->cap) = (struct rules_code){.code = kept, .label = kept};
  }
  rules_codes_add(&n->set, code);
  return true;
}

/* The words a condition starts with, its node, its list of codes if it takes one. */
static const struct condition {
  const char *words[3];
  enum node_kind kind;
  enum rules_list list;
} conditions[] = {
    {{"everyone"}, NODE_EVERYONE, RULES_LISTS},
    {{"ask"}, NODE_ASK, RULES_LISTS},
    {{"age"}, NODE_AGE, RULES_LISTS},
    {{"lives", "in"}, NODE_LIVES, RULES_LISTS},
    {{"status"}, NODE_STATUS, RULES_STATUSES},
    {{"reason"}, NODE_REASON, RULES_REASONS},
    {{"out", "of", "work"}, NODE_MONTHS_OUT, RULES_LISTS},
    {{"benefit"}, NODE_BENEFIT, RULES_BENEFITS},
    {{"health", "condition"}, NODE_HEALTH, RULES_LISTS},
    {{"household", "joins"}, NODE_HOUSEHOLD, RULES_LISTS},
    {{"tenancy"}, NODE_TENANCY, RULES_TENANCIES},
    {{"cohort"}, NODE_COHORT_ANY, RULES_COHORTS},
    {{"referred", "by"}, NODE_ROUTE, RULES_ROUTES},
    {{"on", "programme"}, NODE_PROGRAMME, RULES_PROGRAMMES},
    {{"employer", "size"}, NODE_EMPLOYER_SIZE, RULES_LISTS},
};

enum rules_list node_list(enum node_kind k) {
  if (k == NODE_COHORT_ALL) k = NODE_COHORT_ANY;
  for (size_t i = 0; i < countof(conditions); i++)
    if (conditions[i].kind == k) return conditions[i].list;
  return RULES_LISTS;
}

static const struct condition *condition_named(struct parser *p) {
  for (size_t i = 0; i < countof(conditions); i++)
    if (token_is_word(&p->x, conditions[i].words[0])) return &conditions[i];
  return NULL;
}

static bool parse_values(struct parser *p, struct rules_node *n, enum rules_list list) {
  struct str text;
  switch ((enum node_kind)n->kind) {
    case NODE_ASK: return token_take_string(&p->x, &text) && text_push(p, text, &n->from);
    case NODE_AGE: return parse_range(p, n, RULES_AGE_MAX);
    case NODE_EMPLOYER_SIZE: return parse_range(p, n, RULES_NUMBER_MAX);
    case NODE_MONTHS_OUT: return parse_months(p, n);
    case NODE_LIVES: return parse_lives(p, n);
    case NODE_PROGRAMME: return parse_programme(p, n);
    case NODE_COHORT_ANY:
      if (token_is_word(&p->x, "all")) {
        n->kind = NODE_COHORT_ALL;
        if (!token_next(&p->x)) return false;
      }
      return parse_codes(p, n, list);
    default: return list == RULES_LISTS || parse_codes(p, n, list);
  }
}

static bool parse_condition(struct parser *p, bool negated) {
  const struct condition *c = condition_named(p);
  struct token t = p->x.now;
  if (!c)
    return FAIL(&p->x, t, "\"%.*s\" is not a condition; see the list in rules/README.md.",
                P(t.text));
  struct rules_node n = {.kind = (uint8_t)c->kind};
  if (negated && c->kind == NODE_ASK)
    return FAIL(&p->x, t, "\"not\" cannot stand before \"ask\"; leave it out.");
  if (negated && c->kind == NODE_EVERYONE)
    return FAIL(&p->x, t, "\"not everyone\" would be for nobody; say who it is for.");
  for (int i = 0; i < 3 && c->words[i]; i++) {
    if (!token_is_word(&p->x, c->words[i]))
      return why_say(p->x.why, "Line %d, column %d: Expected \"%s\" after \"%s\".", p->x.now.line,
                     p->x.now.column, c->words[i], c->words[i - 1]);
    if (!token_next(&p->x)) return false;
  }
  if (!parse_values(p, &n, c->list)) return false;
  if (negated) n.flags |= NODE_NEGATED;
  return node_push(p, n);
}

/* ---- Groups ------------------------------------------------------------------------------- */

static bool parse_chain(struct parser *p, bool negated, int depth);

static bool parse_prompt(struct parser *p, bool negated, int depth) {
  struct token t = p->x.now;
  struct str text;
  int32_t at;
  if (negated)
    return FAIL(&p->x, t,
                "\"not\" cannot stand before \"prompt\"; turn the condition inside it round.");
  if (depth >= RULES_DEPTH_MAX)
    return FAIL(&p->x, t, "Brackets go too deep here; write it in fewer steps.");
  size_t start = p->nodes.n;
  bool group;
  if (!token_next(&p->x)) return false;
  group = token_is_mark(&p->x, '(');
  if (group) {
    p->x.depth++;
    if (!token_next(&p->x) || !parse_chain(p, false, depth + 1)) return false;
    p->x.depth--;
    if (!token_expect_mark(&p->x, ')')) return false;
  } else {
    bool not_ = token_is_word(&p->x, "not");
    if (not_ && !token_next(&p->x)) return false;
    if (!parse_condition(p, not_)) return false;
  }
  if (!token_take_string(&p->x, &text) || !text_push(p, text, &at) ||
      !node_wrap(p, start, NODE_PROMPT))
    return false;
  p->nodes.p[start].from = at;
  return true;
}

static bool parse_part(struct parser *p, bool negated, int depth) {
  struct token t = p->x.now;
  if (depth > RULES_DEPTH_MAX)
    return FAIL(&p->x, t, "Brackets go too deep here; write it in fewer steps.");
  if (token_is_word(&p->x, "not")) return token_next(&p->x) && parse_part(p, !negated, depth + 1);
  if (token_is_word(&p->x, "prompt")) return parse_prompt(p, negated, depth);
  if (!token_is_mark(&p->x, '(')) return parse_condition(p, negated);
  p->x.depth++;
  if (!token_next(&p->x) || !parse_chain(p, negated, depth + 1)) return false;
  p->x.depth--;
  return token_expect_mark(&p->x, ')');
}

/* One part, or several joined by the same word. Under `not`, all-of and any-of change places (De
 * Morgan). */
static bool parse_chain(struct parser *p, bool negated, int depth) {
  size_t start = p->nodes.n;
  if (!parse_part(p, negated, depth)) return false;
  if (!token_is_word(&p->x, "and") && !token_is_word(&p->x, "or")) return true;
  bool all = token_is_word(&p->x, "and");
  while (token_is_word(&p->x, "and") || token_is_word(&p->x, "or")) {
    if (token_is_word(&p->x, "and") != all)
      return FAIL(
          &p->x, p->x.now,
          "\"and\" and \"or\" stand side by side; put brackets round what belongs together.");
    if (!token_next(&p->x) || !token_skip_lines(&p->x) || !parse_part(p, negated, depth))
      return false;
  }
  return node_wrap(p, start, all != negated ? NODE_ALL : NODE_ANY);
}

/* Groups inside a group of the same kind say nothing more: (a and b) and c is a and b and c.
 * Returns how many nodes went away. */
static uint16_t flatten(struct parser *p, size_t group) {
  uint16_t gone = 0;
  for (size_t i = group + 1; i < group + p->nodes.p[group].size;) {
    if (p->nodes.p[i].size == 1) {
      i++;
      continue;
    }
    uint16_t inside = flatten(p, i);
    bool same = p->nodes.p[i].kind == p->nodes.p[group].kind && p->nodes.p[i].kind != NODE_PROMPT;
    if (same) {
      memmove(p->nodes.p + i, p->nodes.p + i + 1, (p->nodes.n - i - 1) * sizeof *p->nodes.p);
      p->nodes.n--;
    }
    gone = (uint16_t)(gone + inside + same);
    p->nodes.p[group].size = (uint16_t)(p->nodes.p[group].size - inside - same);
    if (!same) i += p->nodes.p[i].size;
  }
  return gone;
}

static bool statement_end(const struct parser *p) {
  return p->x.now.kind == T_END || token_is_mark(&p->x, '}');
}

/* Lines up to } or the end: all of them must hold. */
static bool parse_statements(struct parser *p, struct rules_version *v) {
  size_t start = p->nodes.n, lines = 0;
  p->version_start = start;
  if (!token_skip_lines(&p->x)) return false;
  for (; !statement_end(p); lines++) {
    if (!parse_chain(p, false, 0)) return false;
    if (p->x.now.kind != T_LINE && !statement_end(p))
      return FAIL(&p->x, p->x.now, "Expected the end of the line before \"%.*s\".",
                  P(p->x.now.text));
    if (!token_skip_lines(&p->x)) return false;
  }
  if (!lines)
    return FAIL(&p->x, p->x.now,
                "Say who it is for; write \"everyone\" when it is for all, or leave the rule out "
                "when nobody knows.");
  if (!node_wrap(p, start, NODE_ALL)) return false;
  flatten(p, start);
  v->nodes = (uint32_t)(p->nodes.n - start);
  return true;
}

/* ---- Rules -------------------------------------------------------------------------------- */

static bool parse_when(struct parser *p, struct day_span *out) {
  *out = (struct day_span){DAY_NONE, DAY_NONE};
  if (token_is_word(&p->x, "start")) return token_next(&p->x);
  if ((p->x.now.kind != T_NUMBER && p->x.now.kind != T_WORD) || !day_span_parse(p->x.now.text, out))
    return FAIL(&p->x, p->x.now,
                "\"%.*s\" is not a date; write 2020, 2020-04, 2020-04-01 or start.",
                P(p->x.now.text));
  return token_next(&p->x);
}

struct versions {
  struct rules_version *p;
  size_t n;
};

static bool parse_version(struct parser *p, struct versions *list, size_t *cap) {
  struct token t = p->x.now;
  struct rules_version v = {0};
  if (!token_next(&p->x) || !parse_when(p, &v.from)) return false;
  if (list->n == RULES_VERSIONS_MAX) return FAIL(&p->x, t, "This rule has too many versions.");
  if (list->n && (v.from.first == DAY_NONE || v.from.first <= list->p[list->n - 1].from.last))
    return FAIL(&p->x, t, "Versions go from the earliest to the latest; move this one.");
  if (!token_expect_mark(&p->x, '{') || !parse_statements(p, &v) ||
      !token_expect_mark(&p->x, '}') || !token_skip_lines(&p->x))
    return false;
  *slice_push(p->a, list, cap) = v;
  return true;
}

static bool parse_heading(struct parser *p, struct rules_rule *r) {
  while (token_is_word(&p->x, "source") || token_is_word(&p->x, "says")) {
    struct str *where = token_is_word(&p->x, "source") ? &r->source : &r->says;
    if (where->n)
      return FAIL(&p->x, p->x.now, "\"%.*s\" is there twice; keep one.", P(p->x.now.text));
    if (!token_next(&p->x) || !token_take_string(&p->x, where)) return false;
    if (p->x.now.kind != T_LINE && !statement_end(p))
      return FAIL(&p->x, p->x.now, "Expected the end of the line before \"%.*s\".",
                  P(p->x.now.text));
    if (!token_skip_lines(&p->x)) return false;
  }
  return true;
}

/* Nodes, areas and texts of all versions are copied out at their final size; versions point into
 * them. */
static void rule_finish(struct parser *p, struct rules_rule *r, struct versions list) {
  struct rules_node *node = arena_many(p->a, struct rules_node, p->nodes.n + 1);
  rules_area *area = arena_many(p->a, rules_area, p->areas.n + 1);
  memcpy(node, p->nodes.p, p->nodes.n * sizeof *node);
  if (p->areas.n) memcpy(area, p->areas.p, p->areas.n * sizeof *area);
  for (size_t i = 0, at = 0; i < list.n; at += list.p[i++].nodes) list.p[i].node = node + at;
  r->area = area;
  r->text = p->texts.p;
  r->version = list.p;
  r->versions = (uint32_t)list.n;
  rules_summarise(p->a, r);
}

static bool parse_body(struct parser *p, struct rules_rule *r) {
  struct versions list = {0};
  size_t cap = 0;
  p->nodes.n = p->areas.n = 0;
  p->texts = (struct strs){0}, p->texts_cap = 0;
  if (!token_skip_lines(&p->x) || !parse_heading(p, r)) return false;
  if (!token_is_word(&p->x, "from")) {
    struct rules_version only = {.from = {DAY_NONE, DAY_NONE}};
    if (!parse_statements(p, &only)) return false;
    *slice_push(p->a, &list, &cap) = only;
  }
  while (token_is_word(&p->x, "from"))
    if (!parse_version(p, &list, &cap)) return false;
  rule_finish(p, r, list);
  return true;
}

static bool parser_start(struct parser *p, struct arena *a, struct rules_book *b, struct str text,
                         struct why *why) {
  *p = (struct parser){.a = a, .book = b};
  return token_start(&p->x, a, text, why);
}

bool rules_parse_body(struct arena *a, struct rules_book *b, struct str name, struct str text,
                      struct rules_rule *out, struct why *why) {
  struct parser p;
  *out = (struct rules_rule){.name = str_copy(a, name)};
  if (!parser_start(&p, a, b, text, why) || !parse_body(&p, out)) return false;
  if (p.x.now.kind == T_END) return true;
  return FAIL(&p.x, p.x.now, "\"%.*s\" is left over after the rule; take it out.", P(p.x.now.text));
}

const struct rules_rule *rules_find(const struct rules_set *s, struct str name) {
  for (size_t i = 0; i < s->n; i++)
    if (str_eq(s->p[i].name, name)) return &s->p[i];
  return NULL;
}

bool rules_parse(struct arena *a, struct rules_book *b, struct str text, struct rules_set *out,
                 struct why *why) {
  struct parser p;
  struct rules_set set = {0};
  size_t cap = 0;
  *out = set;
  if (!parser_start(&p, a, b, text, why) || !token_skip_lines(&p.x)) return false;
  while (p.x.now.kind != T_END) {
    struct rules_rule r = {0};
    struct token t = p.x.now;
    if (!token_is_word(&p.x, "rule"))
      return FAIL(&p.x, t, "Expected \"rule\" before \"%.*s\".", P(t.text));
    if (!token_next(&p.x) || !token_take_string(&p.x, &r.name)) return false;
    if (rules_find(&set, r.name))
      return FAIL(&p.x, t, "There are two rules called \"%.*s\"; keep one.", P(r.name));
    if (!token_expect_mark(&p.x, '{') || !parse_body(&p, &r) || !token_expect_mark(&p.x, '}') ||
        !token_skip_lines(&p.x))
      return false;
    *slice_push(a, &set, &cap) = r;
  }
  *out = set;
  return true;
}
