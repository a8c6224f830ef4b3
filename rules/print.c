/* print: a compiled rule back to its canonical text. */
#include "rules/compiled.h"

static void put_string(struct buf *to, struct str s) {
  buf_byte(to, '"');
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '"') buf_byte(to, '"');
    buf_byte(to, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
  }
  buf_byte(to, '"');
}

static void put_range(struct buf *to, const struct rules_node *n, int most) {
  if (n->flags & NODE_OPEN_LOW)
    buf_format(to, "open_over %d", n->from - 1);
  else if (n->flags & NODE_OPEN_HIGH)
    buf_format(to, "open_under %d", n->to + 1);
  else if (n->to == most)
    buf_format(to, "at least %d", n->from);
  else if (n->from == 0)
    buf_format(to, "at most %d", n->to);
  else
    buf_format(to, "%d to %d", n->from, n->to);
}

static void put_codes(struct buf *to, const struct rules_book *b, const struct rules_node *n) {
  enum rules_list l = node_list((enum node_kind)n->kind);
  bool any = false;
  for (int i = 0; i < rules_code_count(b, l); i++) {
    if (!rules_codes_has(n->set, i)) continue;
    if (any) buf_put(to, S(", "));
    if (l == RULES_PROGRAMMES)
      put_string(to, rules_code_get(b, l, i)->code);
    else
      buf_put(to, rules_code_get(b, l, i)->code);
    any = true;
  }
}

static void put_lives(struct buf *to, const struct rules_book *b, const struct rules_rule *r,
                      const struct rules_node *n) {
  for (int32_t i = 0; i < n->to; i++) {
    if (i) buf_put(to, S(", "));
    put_string(to, rules_area_name(b, r->area[n->from + i]));
  }
}

static void put_condition(struct buf *to, const struct rules_book *b, const struct rules_rule *r,
                          const struct rules_node *n) {
  if (n->flags & NODE_NEGATED) buf_put(to, S("not "));
  switch ((enum node_kind)n->kind) {
    case NODE_EVERYONE: buf_put(to, S("everyone")); break;
    case NODE_ASK: buf_put(to, S("ask ")), put_string(to, r->text[n->from]); break;
    case NODE_AGE: buf_put(to, S("age ")), put_range(to, n, RULES_AGE_MAX); break;
    case NODE_MONTHS_OUT:
      buf_put(to, S("out of work ")), put_range(to, n, RULES_NUMBER_MAX), buf_put(to, S(" months"));
      break;
    case NODE_EMPLOYER_SIZE:
      buf_put(to, S("employer size ")), put_range(to, n, RULES_NUMBER_MAX);
      break;
    case NODE_LIVES: buf_put(to, S("lives in ")), put_lives(to, b, r, n); break;
    case NODE_STATUS: buf_put(to, S("status ")), put_codes(to, b, n); break;
    case NODE_REASON: buf_put(to, S("reason ")), put_codes(to, b, n); break;
    case NODE_TENANCY: buf_put(to, S("tenancy ")), put_codes(to, b, n); break;
    case NODE_ROUTE: buf_put(to, S("referred by ")), put_codes(to, b, n); break;
    case NODE_COHORT_ANY: buf_put(to, S("cohort ")), put_codes(to, b, n); break;
    case NODE_COHORT_ALL: buf_put(to, S("cohort all ")), put_codes(to, b, n); break;
    case NODE_BENEFIT: buf_put(to, S("benefit ")), put_codes(to, b, n); break;
    case NODE_PROGRAMME: buf_put(to, S("on programme ")), put_codes(to, b, n); break;
    case NODE_HEALTH: buf_put(to, S("health condition")); break;
    case NODE_HOUSEHOLD: buf_put(to, S("household joins")); break;
    case NODE_ALL:
    case NODE_ANY:
    case NODE_PROMPT: break;
  }
}

static void put_group(struct buf *to, const struct rules_book *b, const struct rules_rule *r,
                      const struct rules_node *n, bool brackets) {
  const struct rules_node *end = n + n->size;
  if (brackets) buf_byte(to, '(');
  for (const struct rules_node *part = n + 1; part < end; part += part->size) {
    if (part > n + 1) buf_put(to, n->kind == NODE_ALL ? S(" and ") : S(" or "));
    node_print(to, b, r, part);
  }
  if (brackets) buf_byte(to, ')');
}

void node_print(struct buf *to, const struct rules_book *b, const struct rules_rule *r,
                const struct rules_node *n) {
  if (n->kind == NODE_ALL || n->kind == NODE_ANY) {
    put_group(to, b, r, n, true);
  } else if (n->kind == NODE_PROMPT) {
    buf_put(to, S("prompt "));
    node_print(to, b, r, n + 1);
    buf_byte(to, ' ');
    put_string(to, r->text[n->from]);
  } else {
    put_condition(to, b, r, n);
  }
}

static void put_statements(struct buf *to, const struct rules_book *b, const struct rules_rule *r,
                           const struct rules_version *v, struct str indent) {
  const struct rules_node *all = v->node, *end = all + all->size;
  for (const struct rules_node *part = all + 1; part < end; part += part->size) {
    buf_put(to, indent);
    if (part->kind == NODE_ANY)
      put_group(to, b, r, part, false);
    else
      node_print(to, b, r, part);
    buf_byte(to, '\n');
  }
}

/* "2020", "2020-04" or "2020-04-01": the shortest that covers the same days. */
static void put_when(struct buf *to, struct day_span s) {
  if (s.first == DAY_NONE) {
    buf_put(to, S("start"));
    return;
  }
  struct ymd d = day_ymd(s.first);
  buf_format(to, "%04d", d.year);
  if (s.last - s.first < 300) buf_format(to, "-%02d", d.month);
  if (s.last == s.first) buf_format(to, "-%02d", d.day);
}

static void print_inside(struct buf *to, const struct rules_book *b, const struct rules_rule *r,
                         int depth) {
  struct str indent = str_slice(S("    "), 0, (size_t)depth * 2),
             more = str_slice(S("    "), 0, (size_t)depth * 2 + 2);
  if (r->source.n)
    buf_put(to, indent), buf_put(to, S("source ")), put_string(to, r->source), buf_byte(to, '\n');
  if (r->says.n)
    buf_put(to, indent), buf_put(to, S("says ")), put_string(to, r->says), buf_byte(to, '\n');
  for (uint32_t i = 0; i < r->versions; i++) {
    const struct rules_version *v = &r->version[i];
    bool plain = r->versions == 1 && v->from.first == DAY_NONE;
    if (!plain)
      buf_put(to, indent), buf_put(to, S("from ")), put_when(to, v->from), buf_put(to, S(" {\n"));
    put_statements(to, b, r, v, plain ? indent : more);
    if (!plain) buf_put(to, indent), buf_put(to, S("}\n"));
  }
}

void rules_print_body(struct buf *to, const struct rules_book *b, const struct rules_rule *r) {
  print_inside(to, b, r, 0);
}

void rules_print(struct buf *to, const struct rules_book *b, const struct rules_rule *r) {
  buf_put(to, S("rule "));
  put_string(to, r->name);
  buf_put(to, S(" {\n"));
  print_inside(to, b, r, 1);
  buf_put(to, S("}\n"));
}
