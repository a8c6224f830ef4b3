/* expect: reads the two files of expectations once. */
#include <stdlib.h>
#include "gate.h"

struct lines { struct str *p; size_t n; };

static struct lines read_lines(const char *path) {
  static struct arena a;
  struct why why;
  struct str all;
  struct lines out = {0};
  size_t cap = 0;
  if (!a.start) a = arena_open(1 << 20);
  if (!file_read(&a, path, 1 << 18, &all, &why)) fail_msg("%s", why.text);
  while (all.n) {
    struct str line = str_trim(str_cut(&all, '\n'));
    if (line.n && line.p[0] != '#') *slice_push(&a, &out, &cap) = line;
  }
  return out;
}

static struct str word(struct str *rest) {
  *rest = str_trim(*rest);
  return str_cut(rest, ' ');
}

static bool path_fits(struct str pattern, struct str path) {
  if (pattern.n && pattern.p[pattern.n - 1] == '*')
    return str_starts(path, str_slice(pattern, 0, pattern.n - 1));
  return str_eq(pattern, path);
}

static void take(struct str rest, struct expected *e, struct buf *said) {
  *e = (struct expected){.found = true};
  while (str_trim(rest).n) {
    struct str w = word(&rest);
    if (str_eq(w, S("anyone"))) e->anyone = true;
    else if (str_eq(w, S("signed-in"))) e->signed_in = true;
    else if (str_eq(w, S("person"))) e->person = true;
    else if (str_starts(w, S("person="))) e->person = true, e->truth = str_slice(w, 7, w.n);
    else if (str_eq(w, S("list"))) e->list = true;
    else if (str_eq(w, S("own"))) e->own = true;
    else if (str_starts(w, S("list="))) e->list = true, e->truth = str_slice(w, 5, w.n);
    else if (str_eq(w, S("export"))) e->export = true;
    else if (str_eq(w, S("declared"))) e->declared = true;
    else if (str_eq(w, S("fresh"))) e->fresh = true;
    else if (role_of(w)) e->roles |= role_of(w);
    else buf_format(said, "expectations.txt: \"%.*s\" is no word here\n", P(w));
  }
}

struct expected gate_expected(const struct route *r, struct buf *said) {
  static struct lines lines;
  static const char *const kinds[] = {"READ", "ASK", "WRITE"};
  struct expected best = {0};
  size_t longest = 0;
  if (!lines.n) lines = read_lines(GATE_FOLDER "/expectations.txt");
  for (size_t i = 0; i < lines.n; i++) {
    struct str rest = lines.p[i], kind = word(&rest), path = word(&rest);
    bool exact = path.p[path.n - 1] != '*';
    bool kind_fits = str_eq(kind, S("ANY")) || str_eq(kind, str_of(kinds[r->kind]));
    if (!kind_fits || !path_fits(path, str_of(r->path)) || (r->flags & ROUTE_PERSON && !exact))
      continue;
    size_t weight = path.n * 2 + exact;
    if (weight > longest) longest = weight, take(rest, &best, said);
  }
  return best;
}

bool gate_may(const struct expected *e, const struct actor *a) {
  bool enforcement = a->function == FUNCTION_ENFORCEMENT;
  if (e->anyone || (e->roles & a->roles)) return true;
  return e->signed_in && a->roles && !enforcement && !(a->roles & ROLE_RESIDENT);
}

/* A line of truth.txt begins with the actor, or with what the record is: "concern:amina". */
static bool line_is_for(struct str first, struct str kind, const char *actor) {
  struct str before = first, after = first;
  size_t colon = str_find_byte(first, ':');
  before = colon == first.n ? (struct str){0} : str_slice(first, 0, colon);
  if (colon < first.n) after = str_slice(first, colon + 1, first.n);
  return str_eq(before, kind) && str_eq(after, str_of(actor));
}

bool gate_truth(struct str kind, const char *actor, enum gate_row row) {
  static struct lines lines;
  if (!lines.n) lines = read_lines(GATE_FOLDER "/truth.txt");
  for (size_t i = 0; i < lines.n; i++) {
    struct str rest = lines.p[i];
    if (!line_is_for(word(&rest), kind, actor)) continue;
    while (str_trim(rest).n)
      if (str_eq(word(&rest), str_of(gate_row_names[row]))) return true;
  }
  return false;
}
