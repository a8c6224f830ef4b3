#include <stdarg.h>
#include <stdio.h>
#include "tool/lint.h"

static void PRINTF_LIKE(4, 5)
    fault(struct lint *l, struct str path, int line, const char *format, ...) {
  char text[WHY_BYTES_MAX];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  buf_format(l->out, "%.*s:%d: %s\n", P(path), line, text);
  l->faults++;
}

static bool has_end(struct str path, const char *end) { return str_ends(path, str_of(end)); }
static bool is_c(struct str path) { return has_end(path, ".c") || has_end(path, ".h"); }

bool lint_reads(struct str path) {
  static const char *const ends[] = {".c",  ".h",   ".html", ".def",        ".css",
                                     ".js", ".md",  ".sql",  ".po",         ".sh",
                                     ".py", ".mjs", ".cjs",  "meson.build", "Makefile"};
  for (size_t i = 0; i < countof(ends); i++)
    if (has_end(path, ends[i])) return true;
  return false;
}

/* ---- rooms: which folder may include which (DESIGN.md, One picture) ---- */

/* "web/look/view.h" -> "web/look"; "web/page.h" -> "web"; "places/data/x.h" -> "places" */
static struct str room_of(struct str path) {
  if (str_starts(path, S("web/look/"))) return S("web/look");
  size_t slash = str_find_byte(path, '/');
  return slash < path.n ? str_slice(path, 0, slash) : (struct str){0};
}

static const struct {
  const char *room, *may;
} rooms[] = {{"base", ""},
             {"words", "base"},
             {"rules", "base"},
             {"reach", "base"},
             {"linkage", "base"},
             {"stats", "base"},
             {"sandbox", "base"},
             {"db", "base words"},
             {"record", "base words db"},
             {"audit", "base words db record"},
             {"web/look", "base words"},
             {"web", "base words db record audit web/look sandbox"},
             {"tool", "base words db record"},
             {"app", "*"},
             {"test", "*"},
             {"bench", "*"}};
static const char below_domains[] =
    "base words db record audit sandbox web web/look rules reach linkage stats";

static bool listed(const char *list, struct str word) {
  for (struct str rest = str_of(list); rest.n;)
    if (str_eq(str_cut(&rest, ' '), word)) return true;
  return false;
}

static const char *may_include(struct str room) {
  for (size_t i = 0; i < countof(rooms); i++)
    if (str_eq(str_of(rooms[i].room), room)) return rooms[i].may;
  return NULL; /* a domain */
}

static bool is_test_file(struct str path) {
  return has_end(path, "_test.c") || has_end(path, "_test.h") || has_end(path, "_fuzz.c") ||
         has_end(path, "testing.c") || has_end(path, "testing.h") ||
         has_end(path, "planted.c") || has_end(path, "_bench.c") || str_starts(path, S("test/")) ||
         str_starts(path, S("bench/"));
}

static void note_edge(struct lint *l, struct str from, struct str to, struct str file, int line) {
  *slice_push(l->a, &l->edges, &l->edges_cap) =
      (struct lint_edge){str_copy(l->a, from), str_copy(l->a, to), str_copy(l->a, file), line};
}

static void check_include(struct lint *l, struct str path, int line, struct str what) {
  struct str from = room_of(path), to = room_of(what);
  const char *may = may_include(from);
  if (from.n == 0 || to.n == 0 || str_eq(from, to)) return;
  if (is_test_file(path) && str_eq(to, S("test"))) return;
  if (may) {
    if (!str_eq(str_of(may), S("*")) && !listed(may, to))
      fault(l, path, line, "%.*s may not include %.*s: %.*s stands on %s only.", P(from), P(what),
            P(from), *may ? may : "nothing");
  } else if (!listed(below_domains, to)) {
    /* part.h, where a domain has one: how others show a part of theirs on its pages. */
    bool part = has_end(what, "/part.h") || has_end(what, "/part.html.h");
    struct str own = str_format(l->a, "%.*s/%.*s.h", P(to), P(to));
    if (may_include(to))
      fault(l, path, line, "a domain may not include %.*s: includes point down only.", P(what));
    else if (!str_eq(what, own) && !part && !(is_test_file(path) && has_end(what, "/testing.h")))
      fault(l, path, line, "of another domain only its %.*s may be included, not %.*s.", P(own),
            P(what));
  }
  if (!is_test_file(path)) note_edge(l, from, to, path, line);
}

/* ---- one line of C ---- */

static bool word_at(struct str s, size_t at, const char *word) {
  struct str w = str_of(word);
  if (!str_starts(str_slice(s, at, s.n), w)) return false;
  char before = at ? s.p[at - 1] : ' ', after = at + w.n < s.n ? s.p[at + w.n] : ' ';
  bool joined = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
                before == '_' || (after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z') ||
                after == '_';
  return !joined;
}

static bool has_word(struct str s, const char *word) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] == word[0] && word_at(s, i, word)) return true;
  return false;
}

/* What is looked for is written in two halves here, so that this file does not find itself. */
#define THE_CLOCK                                                                                  \
  "clock"                                                                                          \
  "_now"

/* The audit process and the log are beside web: they stamp what they are told with the time they
 * are told it. */
static void check_clock(struct lint *l, struct str path, int line, struct str s) {
  static const char may[] = "base/time.h base/time.c base/log.c";
  if (!is_c(path) || is_test_file(path) || !has_word(s, THE_CLOCK)) return;
  if (listed("app web audit test bench", room_of(path)) || listed(may, path)) return;
  fault(l, path, line, THE_CLOCK " is for app, web and tests: take `now` as an argument.");
}

/* "<p", "</div" in a string of C: markup that no compiler has checked. */
static bool holds_markup(struct str s) {
  static const char *const tags[] = {"p",     "div",    "span",  "a",      "li", "ul",     "ol",
                                     "table", "tr",     "td",    "th",     "h1", "h2",     "h3",
                                     "form",  "input",  "label", "button", "b",  "strong", "em",
                                     "br",    "script", "style", "svg"};
  bool quoted = false;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '"' && (i == 0 || s.p[i - 1] != '\\')) quoted = !quoted;
    if (!quoted || s.p[i] != '<') continue;
    size_t from = i + 1 < s.n && s.p[i + 1] == '/' ? i + 2 : i + 1, to = from;
    while (to < s.n && ((s.p[to] >= 'a' && s.p[to] <= 'z') || (s.p[to] >= '0' && s.p[to] <= '9')))
      to++;
    char after = to < s.n ? s.p[to] : 0;
    if (after != ' ' && after != '>' && after != '/') continue;
    for (size_t k = 0; k < countof(tags); k++)
      if (str_eq(str_slice(s, from, to), str_of(tags[k]))) return true;
  }
  return false;
}

#define THE_WAY_OUT                                                                                \
  "out"                                                                                            \
  "_send"

/* Nothing leaves towards a person but through messages_send, which asks what is safe for them.
 * accounts writes to staff, directory and exchange to other systems and to organisations, and a
 * match's messages to the partner's installation. */
static void check_way_out(struct lint *l, struct str path, int line, struct str s) {
  if (!is_c(path) || is_test_file(path) || !has_word(s, THE_WAY_OUT)) return;
  if (listed("web messages accounts directory exchange", room_of(path))) return;
  if (str_eq(path, S("known/match_wire.c"))) return;
  fault(l, path, line, "only messages/ sends to people: call messages_send, which decides.");
}

static void check_markup(struct lint *l, struct str path, int line, struct str s) {
  struct str room = room_of(path);
  bool domain = !may_include(room) ||
                str_eq(room, S("app")); /* record's forms and web's pages escape by table */
  if (!has_end(path, ".c") || is_test_file(path) || !domain) return;
  if (holds_markup(s))
    fault(l, path, line, "markup stands in a view (.html), where every value is escaped.");
}

static void check_left_open(struct lint *l, struct str path, int line, struct str s) {
  static const char *const words[] = {"TO"
                                      "DO",
                                      "FIX"
                                      "ME",
                                      "XX"
                                      "X",
                                      "HA"
                                      "CK"};
  static const char *const places[] = {"/wo"
                                       "rk/",
                                       "/ro"
                                       "ot/",
                                       "/ho"
                                       "me/",
                                       "/Us"
                                       "ers/"};
  for (size_t i = 0; i < countof(words); i++)
    if (has_word(s, words[i]))
      fault(l, path, line, "%s is left open: do it or write down why not.", words[i]);
  for (size_t i = 0; i < countof(places); i++) {
    size_t at = str_find(s, str_of(places[i]));
    bool starts = at == 0 || (at < s.n && strchr(" \"'=(`", s.p[at - 1]));
    if (at < s.n && starts)
      fault(l, path, line, "%s... is a path of somebody's machine.", places[i]);
  }
}

static void check_columns(struct lint *l, struct str path, int line, struct str s) {
  if (!is_c(path)) return;
  if (utf8_count(s) > LINT_COLUMNS_MAX) {
    if (l->long_lines++ < 5)
      buf_format(l->out, "%.*s:%d: %zu columns; %d is the most.\n", P(path), line, utf8_count(s),
                 LINT_COLUMNS_MAX);
  }
  if (str_find_byte(s, '\t') < s.n) fault(l, path, line, "a tab: two spaces a level.");
}

/* ---- whole files ---- */

static bool opens_function(struct str s) {
  if (s.n == 0 ||
      !((s.p[0] >= 'a' && s.p[0] <= 'z') || (s.p[0] >= 'A' && s.p[0] <= 'Z') || s.p[0] == '_'))
    return false;
  if (s.p[s.n - 1] != '{' || str_find_byte(s, '=') < s.n) return false;
  return str_find_byte(s, '(') < s.n || str_starts(s, S("{"));
}

struct function {
  struct str head;
  int line;
};

static void check_function(struct lint *l, struct str path, struct function *f, int line,
                           struct str s, struct str before) {
  if (f->line == 0) {
    bool split = s.n && s.p[s.n - 1] == '{' && s.p[0] == ' ' && before.n && before.p[0] != ' ' &&
                 before.p[before.n - 1] == ',' && str_find_byte(before, '(') < before.n;
    if (opens_function(s) || split) *f = (struct function){split ? before : s, line};
    return;
  }
  if (s.n == 0 || s.p[0] != '}') return;
  if (line - f->line - 1 > LINT_FUNCTION_LINES_MAX)
    fault(l, path, f->line,
          "this function has %d lines; %d is the most: divide it where a name would help.",
          line - f->line - 1, LINT_FUNCTION_LINES_MAX);
  f->line = 0;
}

/* A page about a person goes through the gate: permission decides, audit is told. */
static void check_gate(struct lint *l, struct str path, struct str text) {
  if (!has_end(path, "_pages.c") || !str_contains(text, S("ROUTE_PERSON"))) return;
  if (!str_contains(text, S("permission_")) && !str_contains(text, S("MAY_SEE_FROM")))
    fault(
        l, path, 1,
        "it has ROUTE_PERSON routes and never asks permission (permission_sight or MAY_SEE_FROM).");
  if (!str_contains(text, S("audit_shows")) && !str_contains(text, S("audit_did")))
    fault(l, path, 1, "it has ROUTE_PERSON routes and never calls audit_shows.");
}

static void check_length(struct lint *l, struct str path, int lines) {
  if (!is_c(path)) return;
  if (lines > LINT_FILE_LINES_MAX)
    fault(l, path, lines, "%d lines; %d is the most: the file has two subjects.", lines,
          LINT_FILE_LINES_MAX);
  else if (lines > LINT_FILE_LINES_LONG) {
    buf_format(l->out, "%.*s: long file (%d lines): think about dividing it.\n", P(path), lines);
    l->warnings++;
  }
}

/* #include "x" in C, {% include "x" %} in a view. */
static struct str included(struct str path, struct str s) {
  struct str mark = is_c(path) ? S("#include \"") : S("{% include \"");
  size_t at = str_find(s, mark);
  if (at == s.n || (is_c(path) && at != 0)) return (struct str){0};
  struct str rest = str_slice(s, at + mark.n, s.n);
  return str_cut(&rest, '"');
}

void lint_file(struct lint *l, struct str path, struct str text) {
  struct str rest = text, before = {0};
  struct function f = {0};
  int line = 0;
  while (rest.n) {
    struct str s = str_cut(&rest, '\n');
    line++;
    if (is_c(path) || has_end(path, ".html")) {
      struct str what = included(path, s);
      if (what.n) check_include(l, path, line, what);
    }
    check_left_open(l, path, line, s);
    check_clock(l, path, line, s);
    check_way_out(l, path, line, s);
    check_markup(l, path, line, s);
    check_columns(l, path, line, s);
    if (has_end(path, ".c")) check_function(l, path, &f, line, s, before);
    before = s;
  }
  check_gate(l, path, text);
  lint_forms(l, path, text);
  check_length(l, path, line);
}

/* ---- cycles ---- */

struct graph {
  struct str room[LINT_FOLDERS_MAX];
  int n;
  bool edge[LINT_FOLDERS_MAX][LINT_FOLDERS_MAX];
};

static int room_index(struct graph *g, struct str room) {
  for (int i = 0; i < g->n; i++)
    if (str_eq(g->room[i], room)) return i;
  if (g->n == LINT_FOLDERS_MAX) return 0;
  g->room[g->n] = room;
  return g->n++;
}

static bool reaches(const struct graph *g, int from, int to, bool *seen) {
  if (g->edge[from][to]) return true;
  seen[from] = true;
  for (int i = 0; i < g->n; i++)
    if (g->edge[from][i] && !seen[i] && reaches(g, i, to, seen)) return true;
  return false;
}

void lint_end(struct lint *l) {
  struct graph *g = arena_new(l->a, struct graph);
  for (size_t i = 0; i < l->edges.n; i++) {
    int from = room_index(g, l->edges.p[i].from), to = room_index(g, l->edges.p[i].to);
    g->edge[from][to] = true;
  }
  for (size_t i = 0; i < l->edges.n; i++) {
    const struct lint_edge *e = &l->edges.p[i];
    bool seen[LINT_FOLDERS_MAX] = {0};
    if (reaches(g, room_index(g, e->to), room_index(g, e->from), seen))
      fault(l, e->file, e->line, "%.*s includes %.*s, which leads back to %.*s: a cycle.",
            P(e->from), P(e->to), P(e->from));
  }
  if (l->long_lines) {
    buf_format(l->out, "%d lines over %d columns in all: clang-format -i FILE mends most.\n",
               l->long_lines, LINT_COLUMNS_MAX);
    l->faults++;
  }
}
