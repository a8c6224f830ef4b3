/* What a visitor asked for, and the head of every page. */
#include "coverage/pages.h"
#include "journeys/journeys.h"

enum { AREAS_IN_FORM = 300, MONTHS_BACK = 12, MONTHS_AHEAD = 24, MONTHS_MOST = 60 };

static int code_index(const struct code_list *list, size_t n, struct str code) {
  const struct code *found = code_find(list, code);
  return found && (size_t)(found - list->p) < n ? (int)(found - list->p) : -1;
}

static bool read_month(struct look *l) {
  struct str said = request_query(l->rq, "month");
  struct ymd today = day_ymd(l->rq->today), m;
  day_t first;
  l->month = day_of(today.year, today.month, 1);
  if (!said.n) return true;
  if (said.n != 7 || !day_parse(str_format(l->rq->arena, "%.*s-01", P(said)), &first)) return false;
  m = day_ymd(first);
  if (m.year < today.year - 20 || m.year > today.year + 20) return false;
  l->month = first;
  return true;
}

static bool refuse(struct look *l, struct str sentence) {
  reply_refuse(l->rq, 400, sentence);
  return false;
}

enum { WITHIN = 60, HOUR = 9, HOUR_FIRST = 6, HOUR_LAST = 21 };
static const int withins[] = {60, 45, 30, 0};

static bool read_reach(struct look *l) {
  struct request *rq = l->rq;
  struct str within = request_query(rq, "within"), hour = request_query(rq, "hour");
  int64_t n = WITHIN, at = HOUR;
  bool good = !within.n;
  if (within.n && str_to_i64(within, &n))
    for (size_t i = 0; i < countof(withins); i++) good |= n == withins[i];
  if (!good) return refuse(l, SAID(rq, "Choose 30, 45 or 60 minutes."));
  if (hour.n && (!str_to_i64(hour, &at) || at < HOUR_FIRST || at > HOUR_LAST))
    return refuse(l, SAID(rq, "Choose an hour from 6 in the morning to 9 in the evening."));
  l->within = (int)n, l->hour = (int)at;
  l->sunday = str_eq(request_query(rq, "day"), S("sunday"));
  l->minutes = str_eq(request_query(rq, "show"), S("minutes"));
  return true;
}

struct coverage_reach_ask look_reach(const struct look *l, int32_t area) {
  return (struct coverage_reach_ask){.area = area,
                                     .day = l->day,
                                     .today = l->rq->today,
                                     .sunday = l->sunday,
                                     .hour = l->hour,
                                     .within = l->within};
}

static bool read_choices(struct look *l) {
  struct request *rq = l->rq;
  struct str area = request_query(rq, "area"), cohort = request_query(rq, "cohort"),
             style = request_query(rq, "style"), kind = request_query(rq, "kind"),
             months = request_query(rq, "months"), from = request_query(rq, "from");
  int64_t n = 12, skip = 0;
  l->area = area.n ? coverage_area_find(l->c, area) : -1;
  l->cohort = cohort.n ? code_index(l->c->cohorts, l->c->n_cohorts, cohort) : -1;
  l->style = style.n ? code_index(l->c->styles, l->c->n_styles, style) : -1;
  l->kind = kind.n ? kind : l->c->kind;
  if (area.n && l->area < 0)
    return refuse(l, SAID(rq, "We do not know that place. Choose one from the list."));
  if (cohort.n && l->cohort < 0)
    return refuse(l, SAID(rq, "We do not know that group. Choose one from the list."));
  if (style.n && l->style < 0)
    return refuse(l, SAID(rq, "We do not know that kind of help. Choose one from the list."));
  if (kind.n && !code_find(code_list("area_kinds"), kind))
    return refuse(l, SAID(rq, "We do not know that kind of place. Choose one from the list."));
  if (!read_month(l))
    return refuse(l, SAID(rq, "Give the month as 2027-03, within 20 years of now."));
  if (months.n && (!str_to_i64(months, &n) || n < 1 || n > MONTHS_MOST))
    return refuse(l, SAID(rq, "Look from 1 to 60 months ahead."));
  if (from.n && (!str_to_i64(from, &skip) || skip < 0 || skip > 1000000))
    return refuse(l, SAID(rq, "That page is not there. Start again from the first."));
  l->months = (int)n, l->from = (size_t)skip;
  if (!read_reach(l)) return false;
  l->day = coverage_day(l->month, rq->today);
  return true;
}

bool look_read(struct request *rq, struct look *out) {
  struct why why = {0};
  *out = (struct look){.rq = rq, .c = coverage_now(rq->db, &why)};
  if (!out->c) {
    reply_refuse(rq, 503, str_copy(rq->arena, why_str(&why)));
    return false;
  }
  return read_choices(out);
}

/* ---- Words. */

struct str look_area_name(const struct look *l, int32_t area) {
  return area >= 0 ? l->c->areas.p[area].name : SAID(l->rq, "Everywhere in the directory");
}

struct str look_label(const struct look *l, const struct code_list *list, size_t i) {
  return words_label(look_lang(l), list->p[i].label);
}

static struct str shown(const struct look *l, enum words_kind kind, int64_t n) {
  char text[WORDS_NUMBER_MAX];
  return str_copy(l->rq->arena, (struct str){text, words_number(text, look_lang(l), kind, n)});
}

struct str look_number(const struct look *l, int64_t n) {
  return n == COVERAGE_UNKNOWN ? SAID(l->rq, "not known") : shown(l, WORDS_WHOLE, n);
}

struct str look_people(const struct look *l, struct coverage_people p) {
  if (p.people == COVERAGE_UNKNOWN) return SAID(l->rq, "not known");
  return SAY(l->rq->arena, look_lang(l), T("about {people}, ages {ages}"),
             SLOT("people", look_number(l, coverage_round(p.people))), SLOT("ages", p.age_band));
}

struct str look_day(const struct look *l, day_t d) {
  return d == DAY_NONE ? SAID(l->rq, "not known") : shown(l, WORDS_DAY_SHORT, d);
}

struct str look_pounds(const struct look *l, int64_t pence) {
  return pence == COVERAGE_UNKNOWN ? SAID(l->rq, "not known") : money_words(l->rq->arena, pence);
}

/* Each source once, the newest first as far as they are in order. */
struct str look_source(const struct look *l) {
  struct str all = {0}, last = {0};
  int said = 0;
  for (size_t i = 0; i < l->c->people.n && said < 3; i++) {
    const struct coverage_people *p = &l->c->people.p[i];
    struct str one =
        str_format(l->rq->arena, "%.*s (%.*s), %.*s", P(p->source), P(p->edition), P(p->age_band));
    if (str_eq(one, last) || str_contains(all, one)) continue;
    all = all.n ? str_format(l->rq->arena, "%.*s; %.*s", P(all), P(one)) : one;
    last = one, said++;
  }
  if (!all.n)
    return SAID(
        l->rq,
        "Nobody has given us estimates of people yet. Places are what entries say of themselves.");
  return SAY(l->rq->arena, look_lang(l),
             T("People are estimates, to two figures: {sources}. Places are what entries say of "
               "themselves."),
             SLOT("sources", all));
}

/* ---- Addresses. */

static void query(struct buf *b, const char *name, struct str value) {
  static const char hex[] = "0123456789ABCDEF";
  bool first = str_find_byte(buf_str(b), '?') == b->n;
  buf_format(b, "%c%s=", first ? '?' : '&', name);
  for (size_t i = 0; i < value.n; i++) {
    unsigned char ch = (unsigned char)value.p[i];
    bool plain = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
                 ch == '-' || ch == '_' || ch == '.';
    if (plain)
      buf_byte(b, (char)ch);
    else
      buf_byte(b, '%'), buf_byte(b, hex[ch >> 4]), buf_byte(b, hex[ch & 15]);
  }
}

struct str look_href(const struct look *l, const char *path, int32_t area, int cohort, int style,
                     size_t from) {
  struct buf b = buf_open(4096);
  buf_format(&b, "%s", path);
  if (area >= 0) query(&b, "area", l->c->areas.p[area].code);
  if (cohort >= 0) query(&b, "cohort", l->c->cohorts->p[cohort].code);
  if (style >= 0) query(&b, "style", l->c->styles->p[style].code);
  if (l->day != l->rq->today) query(&b, "month", str_slice(day_iso(l->rq->arena, l->month), 0, 7));
  if (!str_eq(l->kind, l->c->kind)) query(&b, "kind", l->kind);
  if (l->months != 12) query(&b, "months", str_format(l->rq->arena, "%d", l->months));
  if (l->within != WITHIN) query(&b, "within", str_format(l->rq->arena, "%d", l->within));
  if (l->hour != HOUR) query(&b, "hour", str_format(l->rq->arena, "%d", l->hour));
  if (l->sunday) query(&b, "day", S("sunday"));
  if (l->minutes) query(&b, "show", S("minutes"));
  if (from) query(&b, "from", str_format(l->rq->arena, "%zu", from));
  struct str href = str_copy(l->rq->arena, buf_str(&b));
  buf_free(&b);
  return href;
}

/* ---- The form. */

struct choosing {
  struct {
    struct coverage_option *p;
    size_t n;
  } all;
  size_t cap;
};

static void option(const struct look *l, struct choosing *c, struct str value, struct str label,
                   bool chosen) {
  *slice_push(l->rq->arena, &c->all, &c->cap) = (struct coverage_option){value, label, chosen};
}

static struct coverage_options options_done(const struct choosing *c) {
  return (struct coverage_options){c->all.p, c->all.n};
}

static const char *const kinds_by_size[] = {
    "country", "region", "combined_authority", "county", "la", "neighbourhood", "ward"};

/* Larger areas first; the one chosen is always among them. */
static struct coverage_options area_options(const struct look *l) {
  struct choosing c = {0};
  bool there = l->area < 0;
  option(l, &c, (struct str){0}, look_area_name(l, -1), l->area < 0);
  for (size_t k = 0; k < countof(kinds_by_size); k++) {
    struct coverage_list list = coverage_areas(l->c, l->rq->arena, str_of(kinds_by_size[k]), -1);
    for (size_t i = 0; i < list.n && c.all.n < AREAS_IN_FORM; i++) {
      const struct coverage_area *a = &l->c->areas.p[list.p[i]];
      option(l, &c, a->code, a->name, list.p[i] == l->area);
      there |= list.p[i] == l->area;
    }
  }
  if (!there) option(l, &c, l->c->areas.p[l->area].code, look_area_name(l, l->area), true);
  return options_done(&c);
}

static struct coverage_options kind_options(const struct look *l) {
  struct choosing c = {0};
  for (size_t k = 0; k < countof(kinds_by_size); k++) {
    struct str kind = str_of(kinds_by_size[k]);
    if (!coverage_areas(l->c, l->rq->arena, kind, -1).n) continue;
    option(l, &c, kind, code_label("area_kinds", kind), str_eq(kind, l->kind));
  }
  return options_done(&c);
}

static struct coverage_options month_options(const struct look *l) {
  struct choosing c = {0};
  struct ymd t = day_ymd(l->rq->today);
  day_t now = day_of(t.year, t.month, 1);
  bool there = false;
  for (int m = -MONTHS_BACK; m <= MONTHS_AHEAD; m++) {
    day_t first = day_add_months(now, m);
    option(l, &c, str_slice(day_iso(l->rq->arena, first), 0, 7), shown(l, WORDS_MONTH, first),
           first == l->month);
    there |= first == l->month;
  }
  if (!there)
    option(l, &c, str_slice(day_iso(l->rq->arena, l->month), 0, 7), shown(l, WORDS_MONTH, l->month),
           true);
  return options_done(&c);
}

static struct coverage_options code_options(const struct look *l, const struct code_list *list,
                                            size_t n, int chosen, struct str any) {
  struct choosing c = {0};
  option(l, &c, (struct str){0}, any, chosen < 0);
  for (size_t i = 0; i < n; i++)
    if (!list->p[i].ended) option(l, &c, list->p[i].code, list->p[i].label, (int)i == chosen);
  return options_done(&c);
}

static struct coverage_options horizon_options(const struct look *l) {
  static const int horizons[] = {3, 6, 12, 18, 24};
  struct choosing c = {0};
  for (size_t i = 0; i < countof(horizons); i++)
    option(l, &c, str_format(l->rq->arena, "%d", horizons[i]),
           SAY_N(l->rq->arena, look_lang(l), TN("1 month", "{n} months", horizons[i])),
           horizons[i] == l->months);
  return options_done(&c);
}

static void reach_options(const struct look *l, struct coverage_top *top) {
  struct choosing c = {0}, h = {0}, d = {0};
  for (size_t i = 0; i < countof(withins); i++)
    option(l, &c, str_format(l->rq->arena, "%d", withins[i]),
           withins[i] ? SAY_N(l->rq->arena, look_lang(l),
                              TN("1 minute", "{n} minutes", (int64_t)withins[i]))
                      : SAID(l->rq, "Do not count minutes"),
           withins[i] == l->within);
  for (int hour = HOUR_FIRST; hour <= HOUR_LAST; hour++)
    option(l, &h, str_format(l->rq->arena, "%d", hour),
           journeys_clock(l->rq->arena, look_lang(l), hour * 60), hour == l->hour);
  option(l, &d, S("weekday"), SAID(l->rq, "Weekday"), !l->sunday);
  option(l, &d, S("sunday"), SAID(l->rq, "Sunday"), l->sunday);
  top->withins = options_done(&c), top->hours = options_done(&h), top->days = options_done(&d);
}

static struct coverage_options show_options(const struct look *l) {
  struct choosing c = {0};
  option(l, &c, S("places"), SAID(l->rq, "Places for 1,000 people"), !l->minutes);
  option(l, &c, S("minutes"), SAID(l->rq, "Minutes to the nearest offer"), l->minutes);
  return options_done(&c);
}

static void put_tabs(const struct look *l, struct coverage_top *top) {
  const struct {
    const struct message *name;
    const char *path;
  } tabs[] = {
      {T("Gaps"), "/coverage"},
      {T("List of gaps"), "/coverage/gaps"},
      {T("Map"), "/coverage/map"},
      {T("Overlaps"), "/coverage/overlaps"},
      {T("Who can reach what"), "/coverage/reach"},
      {T("What ends when"), "/coverage/cliffs"},
      {T("Money"), "/coverage/funding"},
      {T("What was tried: money"), "/coverage/library"},
      {T("National programmes"), "/coverage/national"},
      {T("How many people"), "/coverage/people"},
      {T("Hidden need"), "/coverage/need"},
      {T("Doors and touchpoints"), "/coverage/doors"},
      {T("Each place"), "/places"},
  };
  struct coverage_tab *out = arena_many(l->rq->arena, struct coverage_tab, countof(tabs));
  for (size_t i = 0; i < countof(tabs); i++)
    out[i] = (struct coverage_tab){words_of(look_lang(l), tabs[i].name),
                                   look_href(l, tabs[i].path, l->area, l->cohort, l->style, 0),
                                   str_eq(l->rq->path, str_of(tabs[i].path))};
  top->tabs.p = out, top->tabs.n = countof(tabs);
}

struct coverage_top look_top(const struct look *l, struct str title, struct str action,
                             unsigned asks) {
  struct coverage_top top = {.layout = page_layout(l->rq, title), .title = title, .action = action};
  if (asks & ASK_AREA) top.areas = area_options(l);
  if (asks & ASK_KIND) top.kinds = kind_options(l);
  if (asks & ASK_MONTH) top.months = month_options(l);
  if (asks & ASK_HORIZON) top.horizons = horizon_options(l);
  if (asks & ASK_REACH) reach_options(l, &top);
  if (asks & ASK_SHOW) top.shows = show_options(l);
  if (asks & ASK_COHORT)
    top.cohorts = code_options(l, l->c->cohorts, l->c->n_cohorts, l->cohort, S("Any"));
  if (asks & ASK_STYLE)
    top.styles = code_options(l, l->c->styles, l->c->n_styles, l->style, S("Any"));
  put_tabs(l, &top);
  return top;
}

/* ---- Tables. */

struct making table_of(struct request *rq, const struct message *const *names, const bool *number,
                       size_t n) {
  struct making m = {.rq = rq};
  for (size_t i = 0; i < n; i++)
    *slice_push(rq->arena, &m.columns, &m.column_cap) =
        (struct chart_column){words_of((enum language)rq->lang, names[i]), number[i]};
  return m;
}

struct str *table_row(struct making *m, struct str href) {
  struct chart_row *row = slice_push(m->rq->arena, &m->rows, &m->row_cap);
  *row = (struct chart_row){.href = href};
  row->cells.p = arena_many(m->rq->arena, struct str, m->columns.n), row->cells.n = m->columns.n;
  return row->cells.p;
}

void table_done(struct coverage_page *page, struct making *m, struct str caption, struct str none) {
  struct coverage_table *more = arena_many(m->rq->arena, struct coverage_table, page->tables.n + 1);
  if (page->tables.n) memcpy(more, page->tables.p, page->tables.n * sizeof *more);
  struct coverage_table *t = &more[page->tables.n];
  t->caption = caption, t->none = none;
  t->columns.p = m->columns.p, t->columns.n = m->columns.n, t->rows.p = m->rows.p,
  t->rows.n = m->rows.n;
  page->tables.p = more, page->tables.n++;
}

void page_note(struct coverage_page *page, struct request *rq, struct str sentence) {
  struct str *more = arena_many(rq->arena, struct str, page->notes.n + 1);
  if (page->notes.n) memcpy(more, page->notes.p, page->notes.n * sizeof *more);
  more[page->notes.n] = sentence;
  page->notes.p = more, page->notes.n++;
}
