/* words: what somebody typed, as needs. Words are folded; phrases are tried before single words; a
 * slip of one letter is forgiven in words of five letters or more. */
#include "finding/inside.h"
#include "record/record.h"

enum { PHRASE_WORDS_MAX = 4, SLIP_LETTERS_MIN = 5, PACK_BYTES_MAX = 4 << 20 };

static struct str pack(const char *path) {
  for (size_t i = 0; i < finding_packs.n; i++)
    if (strcmp(finding_packs.p[i].name, path) == 0) return finding_packs.p[i].content;
  return (struct str){0};
}

static struct { struct arena arena; struct needs needs; struct strs stop; bool read; } kept;

bool finding_needs_read(struct arena *a, struct str text, struct needs *out, struct why *why) {
  struct csv *c = csv_open_str(a, text);
  const struct rules_book *book = directory_book();
  struct { struct need *p; size_t n; } all = {0};
  size_t cap = 0;
  struct csv_row row;
  enum csv_result row_state = CSV_END;
  bool good = book ? csv_headers(c, why) : why_say(why, "The code lists cannot be read.");
  while (good && (row_state = csv_next(c, &row, why)) == CSV_ROW && all.n < NEEDS_MAX) {
    struct need *n = slice_push(a, &all, &cap);
    *n = (struct need){.code = str_copy(a, csv_cell(&row, csv_column(c, S("code")))),
                       .label = str_copy(a, csv_cell(&row, csv_column(c, S("label")))),
                       .shown = str_eq(csv_cell(&row, csv_column(c, S("shown"))), S("yes"))};
    n->words = str_split(a, str_copy(a, csv_cell(&row, csv_column(c, S("words")))), ';');
    good = rules_codes_parse(book, RULES_BARRIERS, csv_cell(&row, csv_column(c, S("needs"))),
                             &n->needs, why) &&
           rules_codes_parse(book, RULES_STYLES, csv_cell(&row, csv_column(c, S("styles"))),
                             &n->styles, why) &&
           rules_codes_parse(book, RULES_COHORTS, csv_cell(&row, csv_column(c, S("cohorts"))),
                             &n->cohorts, why);
  }
  csv_close(c);
  if (good && row_state == CSV_ROW)
    good = why_say(why, "There is room for %d needs; leave some out.", NEEDS_MAX);
  if (good && row_state == CSV_BAD) good = false;
  if (good) out->p = all.p, out->n = all.n;
  return good;
}

static bool read_stop(struct arena *a, struct why *why) {
  struct csv *c = csv_open_str(a, pack("packs/words/stop.csv"));
  size_t cap = 0;
  struct csv_row row;
  bool good = csv_headers(c, why);
  while (good && csv_next(c, &row, why) == CSV_ROW)
    *slice_push(a, &kept.stop, &cap) = str_copy(a, csv_cell(&row, 0));
  csv_close(c);
  return good;
}

const struct needs *finding_needs(void) {
  struct why why = {0};
  if (kept.read) return &kept.needs;
  kept.arena = arena_open(PACK_BYTES_MAX + (8 << 20));
  struct str text = pack("packs/words/needs.csv");
  if (!finding_needs_read(&kept.arena, text, &kept.needs, &why) || !read_stop(&kept.arena, &why))
    log_event(LOG_ALARM, "needs_unreadable", "said=%s", why.text);
  kept.read = true;
  return &kept.needs;
}

/* ---- Slips. */
bool one_slip(struct str x, struct str y) {
  if (x.n > y.n) { struct str t = x; x = y, y = t; }
  if (y.n - x.n > 1 || x.n < SLIP_LETTERS_MIN) return false;
  size_t i = 0;
  while (i < x.n && x.p[i] == y.p[i]) i++;
  if (x.n < y.n) return str_eq(str_slice(x, i, x.n), str_slice(y, i + 1, y.n));
  if (i == x.n) return false; /* the same word is no slip */
  if (str_eq(str_slice(x, i + 1, x.n), str_slice(y, i + 1, y.n))) return true;
  return i + 1 < x.n && x.p[i] == y.p[i + 1] && x.p[i + 1] == y.p[i] &&
         str_eq(str_slice(x, i + 2, x.n), str_slice(y, i + 2, y.n));
}

static bool means(const struct need *n, struct str words, bool slips) {
  for (size_t i = 0; i < n->words.n; i++)
    if (slips ? one_slip(words, n->words.p[i]) : str_eq(words, n->words.p[i])) return true;
  return false;
}

/* The words of a code or a label mean the need as well: "mental_health", "My home". */
static uint64_t needs_of(struct arena *a, struct str words, bool slips) {
  const struct needs *all = finding_needs();
  uint64_t out = 0;
  for (size_t k = 0; k < all->n; k++) {
    struct arena scratch = *a;
    const struct need *n = &all->p[k];
    if (means(n, words, slips)) out |= 1ull << k;
    else if (!slips && (str_eq(words, utf8_fold(&scratch, n->code)) ||
                        str_eq(words, utf8_fold(&scratch, n->label))))
      out |= 1ull << k;
  }
  return out;
}

static bool filler(struct str word) {
  finding_needs();
  for (size_t i = 0; i < kept.stop.n; i++)
    if (str_eq(word, kept.stop.p[i])) return true;
  return false;
}

/* Folded words lie one space apart in one text, so a phrase is a slice of it. */
static struct str phrase(const struct strs *w, size_t from, size_t n) {
  const struct str *last = &w->p[from + n - 1];
  return (struct str){w->p[from].p, (size_t)(last->p + last->n - w->p[from].p)};
}

static size_t longest_phrase(struct arena *a, const struct strs *w, size_t i, uint64_t *needs) {
  for (size_t n = PHRASE_WORDS_MAX; n >= 1; n--) {
    if (i + n > w->n) continue;
    uint64_t found = needs_of(a, phrase(w, i, n), false);
    if (found) {
      *needs |= found;
      return n;
    }
  }
  return 0;
}

struct meaning finding_meaning(struct arena *a, struct str words) {
  struct meaning m = {0};
  struct str fold = utf8_fold(a, utf8_head(words, FINDING_WORDS_MAX));
  struct strs w = str_split(a, fold, ' ');
  m.plain.p = arena_many(a, struct str, w.n + 1);
  for (size_t i = 0; i < w.n && i < MEANING_WORDS_MAX;) {
    size_t n = longest_phrase(a, &w, i, &m.needs);
    if (n) {
      m.said = true;
      i += n;
      continue;
    }
    struct str word = w.p[i++];
    if (filler(word) || word.n < 2) continue;
    m.said = true;
    uint64_t slip = needs_of(a, word, true);
    m.needs |= slip;
    if (!slip) m.plain.p[m.plain.n++] = word;
  }
  return m;
}
