/* Charts: each number drawn stands in the table, unknown is never 0, nothing given can become
 * markup. chart_test --page FILE [cy]   writes the page of all charts, for looking at it in a
 * browser */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>
#include "charts.html.h"
#include "web/look/assets.h"

static struct arena arena;
static struct view view_in(enum language lang) {
  return (struct view){.lang = lang, .arena = &arena};
}

#define WORDS(name)                                                                                \
  {                                                                                                \
    S(name), S("What is drawn <&>"), S("Seaborough, 21 November 2026"), S("The finding."),         \
        S("This."), S("Not that."), S("Source.")                                                   \
  }

/* ---- the data ---- */

static struct str group_names[] = {S("Young, not in work or learning"), S("Carers"),
                                   S("A <group> & \"more\"")};
static struct str kind_names[] = {S("Key worker"),     S("Group course"), S("Work trial"),
                                  S("Health support"), S("In-work help"), S("Sixth kind")};
#define U CHART_UNKNOWN
static const struct gap_cell cells[] = {{3, 120, 9000, S("/offers?x=1")},
                                        {5, 260, 240},
                                        {2, 60, 4500},
                                        {1, 25, 3800},
                                        {0, 0, 220},
                                        {1, 1, 1},
                                        {1, 30, 10000},
                                        {1, 24, 5000},
                                        {U, U, U},
                                        {0, 0, 420},
                                        {1, 20, 1800},
                                        {2, 2, 2},
                                        {1, U, 300},
                                        {2, 40, U},
                                        {3, 1200, 1200},
                                        {1, 99, 10000},
                                        {1, 100, 10000},
                                        {0, U, U}};

static struct gaps gaps_data(void) {
  struct gaps g = {.words = WORDS("gaps"), .cells = cells};
  g.groups = (struct strs){group_names, countof(group_names)};
  g.kinds = (struct strs){kind_names, countof(kind_names)};
  return g;
}

static struct cliffs cliffs_data(void) {
  static struct cliff_strand strands[9];
  day_t d = day_of(2027, 3, 31);
  strands[0] = (struct cliff_strand){S("Saltmarsh <b>Second Start"),
                                     S("Justice pilot"),
                                     S(""),
                                     700000,
                                     day_of(2026, 12, 31),
                                     26,
                                     1,
                                     9};
  strands[1] = (struct cliff_strand){
      S("Lantern Bank Coaches"), S("Shared Prosperity"), S("/s/2"), 1800000, d, 60, 2, 8};
  strands[2] = (struct cliff_strand){
      S("Lantern Bank Coaches"), S("Council reserve"), S("/s/2"), 600000, d, 24, 1, 3};
  strands[3] = (struct cliff_strand){S("Lantern Bank Coaches"), S("Lottery"), S("/s/2"), U,
                                     day_of(2027, 9, 30),       40,           2,         6};
  strands[4] =
      (struct cliff_strand){S("Work and Health Steps"), S("NHS board"), S(""), 2200000, d, U, U, U};
  strands[5] = (struct cliff_strand){S("Work and Health Steps"),
                                     S("Connect to Work"),
                                     S(""),
                                     3000000,
                                     day_of(2031, 3, 31),
                                     400,
                                     9,
                                     1};
  strands[6] =
      (struct cliff_strand){S("Family Advocates"), S(""), S(""), 1400000, DAY_NONE, 52, 2, 17};
  strands[7] = (struct cliff_strand){
      S("Family Advocates"), S("Housing association"), S(""), 50000, day_of(2028, 3, 31), 18, 1, 0};
  strands[8] = (struct cliff_strand){
      S("Ended before"), S("Old fund"), S(""), 50000, day_of(2026, 10, 31), 5, 5, 5};
  struct cliffs c = {
      .words = WORDS("cliffs"), .today = day_of(2026, 11, 21), .months = 18, .staffed = true};
  c.strands.p = strands;
  c.strands.n = countof(strands);
  return c;
}

static struct progress_page progress_data(void) {
  static struct progress_step steps[5];
  steps[0] = (struct progress_step){
      S("Read the file"), S("stop times"), STEP_DONE, 2014377, 2014377, 6, U, U};
  steps[1] = (struct progress_step){S("Mend dirty rows"), S("rows"), STEP_DONE, 1204, U, 9, U, U};
  steps[2] = (struct progress_step){
      S("Build walking links"), S("postcodes"), STEP_RUNNING, 5210, 8170, 41, 20, 40};
  steps[3] = (struct progress_step){
      S("Work out every neighbourhood"), S("neighbourhoods"), STEP_RUNNING, 12, U, 130, U, U};
  steps[4] = (struct progress_step){S("Check"), S("journeys"), STEP_WAITING, 0, 200, 0, U, U};
  struct progress_page p = {.words = WORDS("progress")};
  p.steps.p = steps;
  p.steps.n = countof(steps);
  return p;
}

static const double breaks[] = {5, 10, 20, 40};
static const char *const classes[] = {"0 to 4", "5 to 9", "10 to 19", "20 to 39", "40 or more"};

/* Six unit squares side by side, sharing corners, each of another class; the last with a hole. */
static struct map map_data(void) {
  static struct map_point points[7][5];
  static struct map_ring rings[7];
  static struct map_area areas[6];
  static const double values[] = {2, 7, 12, 25, 90, NAN};
  static const char *const shown[] = {"2", "7", "12", "25", "90", ""};
  for (int i = 0; i < 7; i++) {
    double x = -1.5 + 0.1 * (i < 6 ? i % 3 : 2), y = 54.5 + 0.06 * (i < 6 ? i / 3 : 1),
           in = i < 6 ? 0 : 0.02;
    points[i][0] = (struct map_point){x + in, y + in},
    points[i][1] = (struct map_point){x + 0.1 - in, y + in};
    points[i][2] = (struct map_point){x + 0.1 - in, y + 0.06 - in},
    points[i][3] = (struct map_point){x + in, y + 0.06 - in};
    points[i][4] = points[i][0];
    rings[i] = (struct map_ring){points[i], 5};
  }
  for (int i = 0; i < 6; i++) {
    areas[i] = (struct map_area){.name = i ? S("Rope Row") : S("Heron <Cross>"),
                                 .shown = str_of(shown[i]),
                                 .value = values[i]};
    areas[i].rings.p = &rings[i];
    areas[i].rings.n = i == 5 ? 2 : 1;
  }
  struct map m = {.words = WORDS("map"),
                  .breaks = breaks,
                  .class_words = classes,
                  .unit = S("Places for 1,000 people")};
  m.areas.p = areas;
  m.areas.n = countof(areas);
  return m;
}

/* ---- reading back ---- */

static bool digit(char c) { return c >= '0' && c <= '9'; }

/* All that is written in the table, one cell a line. */
static struct str table_text(const struct chart_parts *c) {
  struct buf b = buf_open(1 << 20);
  for (size_t i = 0; i < c->rows.n; i++)
    for (size_t k = 0; k < c->rows.p[i].cells.n; k++)
      buf_format(&b, "%.*s\n", P(c->rows.p[i].cells.p[k]));
  struct str all = str_copy(&arena, buf_str(&b));
  buf_free(&b);
  return all;
}

static bool has_number(struct str text, struct str number) {
  for (size_t i = 0; i + number.n <= text.n; i++) {
    if (!str_eq(str_slice(text, i, i + number.n), number)) continue;
    bool before = i > 0 && (digit(text.p[i - 1]) || text.p[i - 1] == ',');
    bool after = i + number.n < text.n && digit(text.p[i + number.n]);
    if (!before && !after) return true;
  }
  return false;
}

/* Every number in a <text> of the drawing (but the axis) stands in the table. Returns how many were
 * looked up. */
static int numbers_in_table(const struct chart_parts *c) {
  struct str svg = c->svg.html, table = table_text(c);
  int n = 0;
  for (size_t at = 0;;) {
    struct str rest = str_slice(svg, at, svg.n);
    size_t open = str_find(rest, S("<text"));
    if (open == rest.n) return n;
    rest = str_slice(rest, open, rest.n);
    size_t end = str_find(rest, S("</text>"));
    struct str tag = str_slice(rest, 0, str_find_byte(rest, '>')),
               words = str_slice(rest, tag.n + 1, end);
    at += open + end;
    if (str_contains(tag, S("tick"))) continue;
    for (size_t i = 0; i < words.n; i++) {
      if (words.p[i] == '<') i += str_find_byte(str_slice(words, i, words.n), '>');
      if (words.p[i] == '&') i += str_find_byte(str_slice(words, i, words.n), ';');
      if (i >= words.n || !digit(words.p[i])) continue;
      size_t to = i;
      while (to < words.n && (digit(words.p[to]) ||
                              (words.p[to] == ',' && to + 1 < words.n && digit(words.p[to + 1]))))
        to++;
      if (!has_number(table, str_slice(words, i, to)))
        fail_msg("%.*s is drawn (%.*s) and not in the table:\n%.*s", P(str_slice(words, i, to)),
                 P(words), P(table));
      n++;
      i = to;
    }
  }
}

static int count_of(struct str s, const char *part) {
  int n = 0;
  for (size_t i = 0; i < s.n; i++) n += str_starts(str_slice(s, i, s.n), str_of(part));
  return n;
}

/* What no drawing may hold, and that each link to the page itself has its target. */
static void sound(const struct chart_parts *c, bool fluid) {
  struct str svg = c->svg.html;
  assert_true(svg.n > 0 && utf8_valid(svg));
  static const char *const never[] = {"style=", "<script", "<b>",    "<group>",   "<Cross>",
                                      "nan",    "inf",     "\"-0\"", "href=\"#\""};
  for (size_t i = 0; i < countof(never); i++)
    if (str_contains(svg, str_of(never[i]))) fail_msg("%s in %.*s", never[i], P(svg));
  if (fluid) assert_false(str_contains(svg, S("viewBox")));
  assert_int_equal(count_of(svg, "<svg"), count_of(svg, "</svg>"));
  assert_int_equal(count_of(svg, "<a "), count_of(svg, "</a>"));
  assert_int_equal(count_of(svg, "<g"), count_of(svg, "</g>"));
  for (size_t at = 0; at < svg.n; at++) {
    if (!str_starts(str_slice(svg, at, svg.n), S("href=\"#"))) continue;
    struct str id = str_slice(svg, at + 7, svg.n);
    id = str_cut(&id, '"');
    bool found = false;
    for (size_t i = 0; i < c->rows.n; i++) found |= str_eq(c->rows.p[i].id, id);
    if (!found) fail_msg("a link to #%.*s that is not in the table", P(id));
  }
}

/* ---- tests ---- */

static void gap_states(void **state) {
  (void)state;
  static const struct {
    struct gap_cell c;
    enum gap_state want;
    int64_t rate;
  } rows[] = {{{U, U, U}, GAP_NO_DATA, U},       {{U, 10, 10}, GAP_NO_DATA, 1000},
              {{0, 0, 100}, GAP_GAP, 0},         {{0, U, U}, GAP_GAP, U},
              {{3, 100, 100}, GAP_OVERLAP, 1000}, {{3, 99, 100}, GAP_SOME, 990},
              {{2, 200, 100}, GAP_SOME, 2000},   {{1, 9, 1000}, GAP_THIN, 9},
              {{1, 10, 1000}, GAP_SOME, 10},     {{1, 99, 10000}, GAP_THIN, 10},
              {{1, 100, 10000}, GAP_SOME, 10},   {{1, U, 100}, GAP_SOME, U},
              {{1, 5, U}, GAP_SOME, U},          {{1, 5, 0}, GAP_SOME, U},
              {{3, 100, 100, .far = true}, GAP_FAR, 1000}, {{0, 0, 100, .far = true}, GAP_GAP, 0}};
  for (size_t i = 0; i < countof(rows); i++) {
    assert_int_equal(chart_gap_state(rows[i].c), rows[i].want);
    assert_int_equal(chart_gap_rate(rows[i].c), rows[i].rate);
  }
}

static void gaps_drawn(void **state) {
  (void)state;
  for (int lang = 0; lang < LANG_COUNT; lang++) {
    struct gaps g = gaps_data();
    struct chart_parts c;
    struct view v = view_in((enum language)lang);
    chart_gaps(&v, &g, &c);
    sound(&c, true);
    assert_true(numbers_in_table(&c) >= 40);
    assert_int_equal(c.rows.n, countof(cells));
    assert_int_equal(count_of(c.svg.html, "class=\"cell gap\""), 3);
    assert_int_equal(count_of(c.svg.html, "class=\"cell over\""), 2);
    assert_int_equal(count_of(c.svg.html, "class=\"cell thinly\""), 4);
    assert_int_equal(count_of(c.svg.html, "class=\"hat\""),
                     1 + 1 + 3); /* key, no data, places or people not known */
    assert_int_equal(count_of(c.svg.html, "<a "),
                     countof(cells)); /* the sixth kind goes below, not away */
  }
}

static void cliffs_drawn(void **state) {
  (void)state;
  struct cliffs d = cliffs_data();
  struct chart_parts c;
  struct view v = view_in(LANG_EN);
  chart_cliffs(&v, &d, &c);
  sound(&c, true);
  assert_true(numbers_in_table(&c) >= 24);
  assert_int_equal(c.rows.n,
                   d.strands.n - 1 + 2); /* not what has ended; two sums: a scheme's day, a month */
  assert_true(
      str_contains(c.svg.html, S("31 Mar: 84 people"))); /* two funds of a scheme, one day */
  assert_true(str_contains(c.svg.html, S("31 Mar: people ?")));
  assert_true(str_contains(c.svg.html, S("money not known")) &&
              str_contains(c.svg.html, S("not known</text>")));
  assert_int_equal(count_of(c.svg.html, "class=\"fall\""), 5);
  assert_int_equal(count_of(c.svg.html, "<path d=\"M-1 -9L8 0L-1 9z\""),
                   1);                                             /* goes past the axis */
  assert_true(str_eq(c.rows.p[0].cells.p[1], S("Justice pilot"))); /* in date order */
  assert_true(str_eq(c.rows.p[7].cells.p[2], S("not known")));     /* not known last */
  assert_true(str_eq(c.rows.p[9].cells.p[4],
                     S("84 and not known"))); /* a sum with an unknown part says so */
  assert_false(str_contains(c.svg.html, S("Old fund")));
  d.staffed = false;
  chart_cliffs(&v, &d, &c);
  assert_int_equal(c.columns.n, 5);
  assert_false(str_contains(c.svg.html, S("worker")));
  d.strands.n = 0;
  chart_cliffs(&v, &d, &c);
  sound(&c, true);
}

static void progress_drawn(void **state) {
  (void)state;
  struct progress_page p = progress_data();
  struct chart_parts c;
  struct view v = view_in(LANG_EN);
  chart_progress(&v, &p, &c);
  sound(&c, true);
  assert_true(numbers_in_table(&c) >= 8);
  assert_true(str_contains(c.svg.html, S("5,210 of 8,170 postcodes")));
  assert_true(str_contains(c.svg.html, S("width=\"63.77%\"")));
  assert_true(str_contains(c.svg.html, S("about 20 seconds to 40 seconds left")));
  assert_true(str_contains(c.svg.html, S("time left not known yet")));
  assert_int_equal(count_of(c.svg.html, "class=\"hat\""),
                   1); /* running, and nobody knows how many: hatched, not empty */
  if (str_contains(c.svg.html, S("%</text>"))) fail_msg("no percentage for a job");
}

static void map_drawn(void **state) {
  (void)state;
  struct map m = map_data();
  struct chart_parts c;
  struct view v = view_in(LANG_EN);
  chart_map(&v, &m, &c);
  sound(&c, false);
  static const struct {
    double value;
    int want;
  } rows[] = {{-1, 1},   {4.99, 1}, {5, 2},   {9.99, 2}, {10, 3},
              {39.9, 4}, {40, 5},   {1e9, 5}, {NAN, 0}};
  for (size_t i = 0; i < countof(rows); i++)
    assert_int_equal(chart_map_class(&m, rows[i].value), rows[i].want);
  assert_int_equal(count_of(c.svg.html, "<path fill-rule"), 6);
  assert_int_equal(count_of(c.svg.html, "fill=\"url(#map-p0)\""), 1);
  assert_true(str_contains(c.svg.html, S("<title>Heron &lt;Cross&gt;: 2</title>")));
  assert_true(str_contains(c.svg.html, S("<title>Rope Row: not known</title>")));
  assert_int_equal(count_of(c.key.html, "<li>"),
                   6); /* every class, also empty ones, and "not known" */
  struct str last = str_slice(c.svg.html, str_find(c.svg.html, S("#map-5")), c.svg.html.n);
  assert_int_equal(count_of(str_slice(last, 0, str_find(last, S("</a>"))), "z"),
                   2); /* outer ring and hole */
  assert_int_equal(c.rows.n, 6);
  assert_true(str_eq(c.rows.p[5].cells.p[1], S("not known")));
  m.areas.n = 0;
  chart_map(&v, &m, &c);
  assert_int_equal(c.svg.html.n, 0);
}

/* Points on a straight stretch go; a spike that turns back stays; broken numbers do no harm. */
static void map_broken(void **state) {
  (void)state;
  static const struct map_point points[] = {{0, 0},   {0.5, 0},      {1, 0}, {1, 1},
                                            {NAN, 1}, {INFINITY, 0}, {0, 1}};
  static const struct map_ring ring = {points, countof(points)};
  struct map_area area = {.name = S("Odd"), .shown = S("1"), .value = 1};
  area.rings.p = &ring;
  area.rings.n = 1;
  struct map m = {.words = WORDS("odd"), .breaks = breaks, .class_words = classes, .unit = S("x")};
  m.areas.p = &area;
  m.areas.n = 1;
  struct chart_parts c;
  struct view v = view_in(LANG_EN);
  chart_map(&v, &m, &c);
  sound(&c, false);
}

static const char *all_charts(enum language lang, struct buf *out) {
  struct view v = {.lang = lang, .arena = &arena, .out = out};
  struct layout page = {.kind = LAYOUT_STAFF, .title = S("Charts")};
  struct chart_parts g, cl, p, m;
  struct gaps gd = gaps_data();
  struct cliffs cd = cliffs_data();
  struct progress_page pd = progress_data();
  struct map md = map_data();
  chart_gaps(&v, &gd, &g);
  chart_cliffs(&v, &cd, &cl);
  chart_progress(&v, &pd, &p);
  chart_map(&v, &md, &m);
  view_charts(&v, &page, &g, &cl, &p, &m);
  buf_byte(out, 0);
  return out->p;
}

static void page_of_charts(void **state) {
  (void)state;
  struct buf out = buf_open(1 << 20);
  const char *html = all_charts(LANG_EN, &out);
  assert_false(out.full);
  assert_non_null(strstr(html, "<td class=\"r\" data-l=\"Places\">120</td>"));
  assert_non_null(strstr(html, "<th scope=\"row\"><a href=\"/offers?x=1\">Young, not in work or "
                               "learning: Key worker</a></th>"));
  assert_non_null(strstr(html, "<figcaption>What is drawn &lt;&amp;&gt;<span>"));
  assert_non_null(strstr(html, "href=\"#gaps-says\">Skip the chart</a>"));
  buf_free(&out);
}

/* The page as one file with its stylesheet inside, to look at. */
static int write_page(const char *path, enum language lang) {
  struct buf out = buf_open(1 << 20), file = buf_open(4 << 20);
  struct asset css, charts;
  struct why why;
  struct str html = str_of(all_charts(lang, &out));
  asset_named("style.css", &css);
  asset_named("chart.css", &charts);
  size_t head = str_find(html, S("</head>"));
  buf_format(&file, "%.*s<style>%.*s%.*s</style>%.*s", P(str_slice(html, 0, head)), P(css.bytes),
             P(charts.bytes), P(str_slice(html, head, html.n)));
  return file_write(path, buf_str(&file), &why) ? 0 : 1;
}

int main(int argc, char **argv) {
  arena = arena_open((size_t)64 << 20);
  if (argc > 2) return write_page(argv[2], argc > 3 ? LANG_CY : LANG_EN);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gap_states),    cmocka_unit_test(gaps_drawn),
      cmocka_unit_test(cliffs_drawn),  cmocka_unit_test(progress_drawn),
      cmocka_unit_test(map_drawn),     cmocka_unit_test(map_broken),
      cmocka_unit_test(page_of_charts)};
  int failed = cmocka_run_group_tests_name("chart", tests, NULL, NULL);
  arena_close(&arena);
  return failed;
}
