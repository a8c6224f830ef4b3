/* chart: what is known of an area drawn beside the area it lies in; the table is made of the same
 * rows. */
#include <math.h>
#include "profiles/pages.h"

#define ROOM_FOR_NUMBER 1.2
enum { BAR_PX = 12, ROW_PX = 58, TOP_PX = 26, DOT_PX = 34 };

static struct str percent(struct view *v, double p) {
  return isnan(p) ? words_of(v->lang, T("not known")) : str_format(v->arena, "%.1f%%", p);
}

static double most(const struct rate_bar *bars, size_t n) {
  double top = 0;
  for (size_t i = 0; i < n; i++) {
    if (bars[i].here > top) top = bars[i].here;
    if (bars[i].there > top) top = bars[i].there;
  }
  return top > 40 ? 100 : top > 20 ? 50 : top > 8 ? 25 : 10;
}

/* The number follows its bar; the scale leaves room for it. */
static void one_bar(struct chart *c, double y, double value, const char *classes,
                    struct str words) {
  double end = isnan(value) ? 12 : chart_x(c, value);
  if (isnan(value))
    chart_hatched(c, 0, end, y, BAR_PX);
  else
    chart_rect(c, 0, end, y, BAR_PX, classes);
  chart_text(c, end + 1.5, y + BAR_PX - 1, "halo", words);
}

static void bar_rows(struct chart *c, const struct rate_bar *bars, size_t n, bool there) {
  for (size_t i = 0; i < n; i++) {
    c->y += chart_label_lines(c, c->y + 15, "b", bars[i].label);
    one_bar(c, c->y + 22, bars[i].here, "a", percent(c->v, bars[i].here));
    if (there) one_bar(c, c->y + 38, bars[i].there, "s", percent(c->v, bars[i].there));
    c->y += there ? ROW_PX : ROW_PX - 16;
  }
}

static void table(struct view *v, const struct rate_bar *bars, size_t n, bool tenths, bool there,
                  struct chart_parts *out) {
  static const bool number[] = {false, true, true, false, false};
  const struct message *const names[] = {T("What"), T("Here"), T("Around it"), T("Ages"),
                                         T("Edition")},
                              *const alone[] = {T("What"), T("Here"), T("Ages"), T("Edition")};
  static const bool alone_number[] = {false, true, false, false};
  size_t cap = 0, at;
  chart_columns(v, out, there ? names : alone, there ? number : alone_number, there ? 5 : 4);
  for (size_t i = 0; i < n; i++) {
    struct str *cell = chart_row(v, out, &cap, (struct str){0});
    cell[0] = bars[i].label, at = 1;
    cell[at++] = tenths ? str_format(v->arena, "%.0f", bars[i].here) : percent(v, bars[i].here);
    if (there) cell[at++] = percent(v, bars[i].there);
    cell[at++] = bars[i].ages, cell[at] = bars[i].edition;
  }
}

void profiles_bars(struct view *v, const struct rate_bar *bars, size_t n, struct str here,
                   struct str there, struct chart_parts *out) {
  double top = most(bars, n);
  struct chart c = chart_open(v, S("rates"), 0, top * ROOM_FOR_NUMBER);
  struct chart_tick ticks[] = {{0, S("0%")},
                               {top / 2, str_format(v->arena, "%.3g%%", top / 2)},
                               {top, str_format(v->arena, "%.0f%%", top)}};
  double begin = TOP_PX;
  c.y = begin;
  bar_rows(&c, bars, n, there.n > 0);
  chart_axis(&c, ticks, countof(ticks), begin, c.y);
  out->words = (struct chart_words){
      .id = S("rates"),
      .what = words_of(v->lang, T("Shares, here and around")),
      .about = there.n ? SAY(v->arena, v->lang,
                             T("Upper bar: {here}. Lower bar: {there}, the area it lies in."),
                             SLOT("here", here), SLOT("there", there))
                       : here,
      .finding = SAY_N(v->arena, v->lang,
                       TN("1 share is known or asked about.",
                          "{n} shares are known or asked about.", (int64_t)n)),
      .shows = words_of(v->lang, T("Out of a hundred of the people of these ages, or of the small "
                                   "areas, how many.")),
      .shows_not = words_of(v->lang, T("Why. Hatched is not known, which is not none."))};
  out->caption = out->words.what;
  out->svg = chart_close(&c, "lf mid", out->words.what, out->words.finding);
  table(v, bars, n, false, there.n > 0, out);
}

void profiles_dots(struct view *v, const struct rate_bar *bars, size_t n, struct str here,
                   struct chart_parts *out) {
  struct chart c = chart_open(v, S("tenths"), 0.5, 10.5);
  struct chart_tick ticks[] = {{1, S("1")}, {5, S("5")}, {10, S("10")}};
  c.y = TOP_PX;
  for (size_t i = 0; i < n; i++) {
    double middle = c.y + 26;
    chart_label(&c, c.y + 15, "b", bars[i].label);
    chart_line(&c, 0, middle, 100, middle, "gr");
    chart_dot(&c, chart_x(&c, bars[i].here), middle, 7, "a");
    chart_text_beside(&c, chart_x(&c, bars[i].here), middle + 5, "halo",
                      str_format(v->arena, "%.0f", bars[i].here));
    c.y += DOT_PX + 8;
  }
  chart_axis(&c, ticks, countof(ticks), TOP_PX, c.y);
  out->words = (struct chart_words){
      .id = S("tenths"),
      .what = words_of(v->lang, T("Deprivation, in tenths")),
      .about = here,
      .finding = words_of(v->lang, T("1 is among the most deprived tenth of the country's small "
                                     "areas, 10 among the least.")),
      .shows = words_of(v->lang, T("How this small area stands among all of the country.")),
      .shows_not = words_of(v->lang, T("How any one person lives: most people in a deprived area "
                                       "may be doing well, and the other way round."))};
  out->caption = out->words.what;
  out->svg = chart_close(&c, "lf mid", out->words.what, out->words.finding);
  table(v, bars, n, true, false, out);
}
