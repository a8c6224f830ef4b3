/* A long job: one bar a step with its own count and unit. Steps differ too much for one percentage
 * to be true. */
#include "web/look/chart.h"

enum { STEP_PX = 68, RUNNING_PX = 86 };

static bool known(int64_t n) { return n != CHART_UNKNOWN; }
static bool counted_steps(const struct progress_step *s) { return known(s->total) && s->total > 0; }

/* "5,210 of 8,170 postcodes", "5,210 postcodes" when nobody knows how many there are. */
static struct str count_words(struct view *v, const struct progress_step *s) {
  struct str done = chart_number(v, WORDS_WHOLE, s->done);
  if (!counted_steps(s))
    return SAY(v->arena, v->lang, T("{done} {unit}"), SLOT("done", done), SLOT("unit", s->unit));
  return SAY(v->arena, v->lang, T("{done} of {total} {unit}"), SLOT("done", done),
             SLOT("total", chart_number(v, WORDS_WHOLE, s->total)), SLOT("unit", s->unit));
}

static struct str state_words(struct view *v, enum step_state state) {
  switch (state) {
    case STEP_RUNNING: return words_of(v->lang, T("under way"));
    case STEP_DONE: return words_of(v->lang, T("done"));
    case STEP_STOPPED: return words_of(v->lang, T("stopped"));
    default: return words_of(v->lang, T("waiting"));
  }
}

static struct str seconds_words(struct view *v, int64_t seconds) {
  if (seconds < 120) return SAY_N(v->arena, v->lang, TN("1 second", "{n} seconds", seconds));
  return SAY_N(v->arena, v->lang, TN("1 minute", "{n} minutes", (seconds + 30) / 60));
}

static struct str time_words(struct view *v, const struct progress_step *s) {
  struct str spent = seconds_words(v, s->seconds);
  if (s->state == STEP_WAITING) return words_of(v->lang, T("not begun"));
  return s->state == STEP_DONE ? spent
                               : SAY(v->arena, v->lang, T("{time} so far"), SLOT("time", spent));
}

static struct str left_words(struct view *v, const struct progress_step *s) {
  if (!known(s->left_low) || !known(s->left_high))
    return words_of(v->lang, T("time left not known yet"));
  return SAY(v->arena, v->lang, T("about {low} to {high} left"),
             SLOT("low", seconds_words(v, s->left_low)),
             SLOT("high", seconds_words(v, s->left_high)));
}

static struct str step_name(struct view *v, const struct progress_step *s, size_t i) {
  return str_format(v->arena, "%zu. %.*s", i + 1, P(s->name));
}

static void draw_bar(struct chart *c, const struct progress_step *s) {
  double y = c->y + 27, part = 0;
  bool begun = s->state == STEP_RUNNING || s->state == STEP_STOPPED;
  if (s->state == STEP_DONE)
    part = 100;
  else if (begun && counted_steps(s))
    part = (double)s->done * 100 / (double)s->total;
  chart_rect(c, 0, 100, y, 16, "track");
  if (begun && !counted_steps(s))
    chart_hatched(c, 0, 100, y, 16);
  else if (part > 0)
    chart_rect(c, 0, part > 100 ? 100 : part, y, 16, s->state == STEP_DONE ? "a2" : "a");
}

static void draw_step(struct chart *c, const struct progress_step *s, size_t i) {
  struct view *v = c->v;
  bool running = s->state == STEP_RUNNING;
  chart_label(c, c->y + 18, running ? "b d20" : "d20", step_name(v, s, i));
  draw_bar(c, s);
  if (running || s->state == STEP_STOPPED) {
    chart_text(c, 0, c->y + 60, "b", count_words(v, s));
    chart_text(c, 0, c->y + 78, "", running ? left_words(v, s) : state_words(v, s->state));
    c->y += RUNNING_PX;
  } else {
    struct str words = state_words(v, s->state);
    if (s->state == STEP_DONE)
      words =
          SAY(v->arena, v->lang, T("done in {time}"), SLOT("time", seconds_words(v, s->seconds)));
    chart_text(c, 0, c->y + 60, "q", words);
    c->y += STEP_PX;
  }
}

static void table(struct view *v, const struct progress_page *p, struct chart_parts *out) {
  const struct message *const names[] = {T("Step"), T("State"), T("Count"), T("Time")};
  static const bool number[] = {false, false, false, false};
  size_t cap = 0;
  chart_columns(v, out, names, number, countof(names));
  out->caption = words_of(v->lang, T("Steps"));
  for (size_t i = 0; i < p->steps.n; i++) {
    const struct progress_step *s = &p->steps.p[i];
    struct str *cells = chart_row(v, out, &cap, (struct str){0});
    cells[0] = step_name(v, s, i);
    cells[1] = state_words(v, s->state);
    cells[2] = count_words(v, s);
    cells[3] = time_words(v, s);
    if (s->state == STEP_RUNNING)
      cells[3] = SAY(v->arena, v->lang, T("{spent}, {left}"), SLOT("spent", cells[3]),
                     SLOT("left", left_words(v, s)));
  }
}

void chart_progress(struct view *v, const struct progress_page *p, struct chart_parts *out) {
  struct chart c = chart_open(v, p->words.id, 0, 100);
  *out = (struct chart_parts){.words = p->words};
  for (size_t i = 0; i < p->steps.n; i++) draw_step(&c, &p->steps.p[i], i);
  c.y += 10;
  out->svg = chart_close(&c, "lf mid", p->words.what, p->words.finding);
  table(v, p, out);
}
