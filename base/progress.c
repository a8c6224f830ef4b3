/* progress: see progress.h. */
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "base/base.h"

enum {
  SHOW_US = 100000,
  LOG_US = 10000000,
  WIDE_COLUMNS = 72,
  BAR_WIDE = 20,
  SAMPLES = 20,
  SAMPLE_US = 500000
};

void progress_step(struct progress *p, const char *step, const char *unit, uint64_t total) {
  if (!p) return;
  p->step = step;
  p->unit = unit;
  p->total = total;
  p->shown_us = 0;
  p->done = 0;
  p->ended = false;
  p->number++;
  if (p->show) p->show(p, step, unit, 0, total);
}

bool progress_at(struct progress *p, uint64_t done) {
  if (!p || !p->show || !p->step) return true;
  uint64_t now = clock_monotonic_us();
  if (now - p->shown_us < SHOW_US) return true;
  p->shown_us = now;
  if (done > p->done) p->done = done;
  return p->show(p, p->step, p->unit, p->done, p->total);
}

bool progress_goes_on(struct progress *p) {
  if (!p || !p->show || !p->step) return true;
  p->shown_us = clock_monotonic_us();
  return p->show(p, p->step, p->unit, p->done, p->total);
}

void progress_end(struct progress *p, uint64_t done) {
  if (!p || !p->step) return;
  if (done > p->done) p->done = done;
  p->ended = true;
  if (p->show) p->show(p, p->step, p->unit, p->done, p->total);
  p->step = NULL;
}

/* One terminal a process: what is on it, and how fast the running step went lately. */
static struct {
  bool screen;     /* a terminal, else a log */
  unsigned drawn;  /* lines of the running step now on the screen */
  unsigned number; /* the step they belong to */
  uint64_t started_us, logged_us;
  struct {
    uint64_t us, done;
  } sample[SAMPLES];
  unsigned samples;
  struct sigaction old;
} terminal;
static volatile sig_atomic_t stop_asked;

static void on_interrupt(int signal_number) {
  stop_asked = 1;
  signal(signal_number, SIG_DFL); /* a second one ends the program */
}

/* 5210 as "5,210". */
static const char *grouped(uint64_t v, char out[32]) {
  char digits[24];
  int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)v), at = 0;
  for (int i = 0; i < n; i++) {
    if (i && (n - i) % 3 == 0) out[at++] = ',';
    out[at++] = digits[i];
  }
  out[at] = 0;
  return out;
}

static const char *duration(uint64_t seconds, char out[32]) {
  unsigned long long s = seconds;
  if (s < 100)
    snprintf(out, 32, "%llu s", s);
  else if (s < 5940)
    snprintf(out, 32, "%llu min", (s + 30) / 60);
  else
    snprintf(out, 32, "%llu h %02llu min", s / 3600, s / 60 % 60);
  return out;
}

/* Up to two figures a person would say: 37 -> 40, 143 -> 140. */
static uint64_t round_figure(double seconds) {
  uint64_t s = (uint64_t)seconds, unit = s < 10 ? 1 : s < 60 ? 10 : s < 600 ? 60 : 300;
  return (s + unit / 2) / unit * unit;
}

/* "20 to 40 s left" from the slowest and the fastest stretch of the last ten seconds; "" before it
 * is known. */
static void time_left(uint64_t now, uint64_t done, uint64_t total, char out[80]) {
  char low[32], high[32];
  double slow = 0, fast = 0;
  out[0] = 0;
  if (terminal.samples < 4 || done >= total) return;
  unsigned oldest = terminal.samples > SAMPLES ? terminal.samples - SAMPLES : 0,
           n = terminal.samples;
  unsigned bounds[] = {oldest, (oldest + n - 1) / 2, n - 1};
  for (int i = 0; i < 2; i++) {
    uint64_t us =
        terminal.sample[bounds[i + 1] % SAMPLES].us - terminal.sample[bounds[i] % SAMPLES].us;
    uint64_t steps =
        terminal.sample[bounds[i + 1] % SAMPLES].done - terminal.sample[bounds[i] % SAMPLES].done;
    double rate = us ? (double)steps * 1e6 / (double)us : 0;
    if (!i || rate < slow) slow = rate;
    if (!i || rate > fast) fast = rate;
  }
  if (slow <= 0 || now - terminal.started_us < 2000000) return;
  uint64_t least = round_figure((double)(total - done) / fast * 0.8);
  uint64_t most = round_figure((double)(total - done) / slow * 1.25);
  if (least == most) most += most < 60 ? 1 : 60;
  bool same_unit = least < 100 && most < 100;
  if (same_unit) snprintf(low, sizeof low, "%llu", (unsigned long long)least);
  snprintf(out, 80, "%s to %s left", same_unit ? low : duration(least, low), duration(most, high));
}

static void take_sample(uint64_t now, uint64_t done) {
  unsigned last = (terminal.samples - 1) % SAMPLES;
  if (terminal.samples && now - terminal.sample[last].us < SAMPLE_US) return;
  terminal.sample[terminal.samples % SAMPLES].us = now;
  terminal.sample[terminal.samples++ % SAMPLES].done = done;
}

static int columns(void) {
  struct winsize w;
  if (ioctl(2, TIOCGWINSZ, &w) != 0 || w.ws_col == 0) return 80;
  return w.ws_col < 35 ? 35 : w.ws_col;
}

/* One line, cut to the width. */
static void line(struct buf *b, int width, const char *text) {
  int n = (int)strlen(text);
  buf_put(b, (struct str){text, (size_t)(n < width ? n : width - 1)});
  buf_byte(b, '\n');
}

static void bar(char *out, int size, uint64_t done, uint64_t total) {
  int filled = total ? (int)((double)done / (double)total * size) : 0;
  if (filled > size) filled = size;
  for (int i = 0; i < size; i++) out[i] = i < filled ? '#' : '.';
  out[size] = 0;
}

struct words {
  char name[64], state[16], count[120], took[32], left[80], bar[80];
};

static struct words words_of(const struct progress *p, uint64_t now, int width) {
  struct words w;
  char done[32], total[32];
  const char *unit = p->unit ? p->unit : "";
  uint64_t percent = p->total ? (uint64_t)((double)p->done / (double)p->total * 100) : 0;
  if (p->steps)
    snprintf(w.name, sizeof w.name, "%u/%u %s", p->number, p->steps, p->step);
  else
    snprintf(w.name, sizeof w.name, "%s", p->step);
  if (p->ended)
    snprintf(w.state, sizeof w.state, "done");
  else if (p->total)
    snprintf(w.state, sizeof w.state, "%d %%", (int)(percent > 100 ? 100 : percent));
  else
    snprintf(w.state, sizeof w.state, "at work");
  if (p->total && !p->ended)
    snprintf(w.count, sizeof w.count, "%s of %s %s", grouped(p->done, done),
             grouped(p->total, total), unit);
  else
    snprintf(w.count, sizeof w.count, "%s %s", grouped(p->done, done), unit);
  duration((now - terminal.started_us) / 1000000, w.took);
  time_left(now, p->done, p->total, w.left);
  bar(w.bar, width >= WIDE_COLUMNS ? BAR_WIDE : width - 7, p->done, p->total);
  return w;
}

static void draw_wide(struct buf *b, const struct words *w, bool running, bool known, int width) {
  char text[400];
  if (running && known)
    snprintf(text, sizeof text, "%-21.21s %-8s[%s]  %-26s %7s", w->name, w->state, w->bar, w->count,
             w->took);
  else
    snprintf(text, sizeof text, "%-21.21s %-8s%-36s %7s", w->name, w->state, w->count, w->took);
  line(b, width, text);
  if (!running || !*w->left) return;
  snprintf(text, sizeof text, "%30s%s in this step", "", w->left);
  line(b, width, text);
}

static void draw_narrow(struct buf *b, const struct words *w, bool running, bool known, int width) {
  char text[400];
  snprintf(text, sizeof text, "%-18.18s %-8s%7s", w->name, w->state, w->took);
  line(b, width, text);
  if (!running) return;
  if (known) {
    snprintf(text, sizeof text, "    [%s]", w->bar);
    line(b, width, text);
  }
  snprintf(text, sizeof text, "    %s", w->count);
  line(b, width, text);
  if (!*w->left) return;
  snprintf(text, sizeof text, "    %s", w->left);
  line(b, width, text);
}

/* Replaces the running step's lines in one write, so that nothing flickers. */
static void draw(const struct progress *p, uint64_t now) {
  int width = columns() > 120 ? 120 : columns() == 80 ? 81 : columns();
  if (width > 90) width = 90;
  struct words w = words_of(p, now, width);
  struct buf b = buf_open(4096);
  if (terminal.drawn) buf_format(&b, "\033[%uA\033[J", terminal.drawn);
  size_t head = b.n;
  if (width >= WIDE_COLUMNS)
    draw_wide(&b, &w, !p->ended, p->total, width);
  else
    draw_narrow(&b, &w, !p->ended, p->total, width);
  terminal.drawn = 0;
  for (size_t i = head; i < b.n && !p->ended; i++) terminal.drawn += b.p[i] == '\n';
  ssize_t done = write(2, b.p, b.n);
  (void)done;
  buf_free(&b);
}

static void log_line(const struct progress *p, uint64_t now) {
  char step[32];
  if (p->steps)
    snprintf(step, sizeof step, "%u/%u", p->number, p->steps);
  else
    snprintf(step, sizeof step, "%u", p->number);
  log_event(LOG_INFO, p->ended ? "step-done" : "step",
            "step=%s name=%s done=%llu of=%llu unit=%s s=%llu", step, p->step,
            (unsigned long long)p->done, (unsigned long long)p->total, p->unit ? p->unit : "",
            (unsigned long long)(now - terminal.started_us) / 1000000);
}

static bool show_terminal(struct progress *p, const char *step, const char *unit, uint64_t done,
                          uint64_t total) {
  (void)step, (void)unit, (void)total;
  uint64_t now = clock_monotonic_us();
  if (p->number != terminal.number) {
    terminal.number = p->number;
    terminal.started_us = terminal.logged_us = now;
    terminal.samples = terminal.drawn = 0;
  }
  take_sample(now, done);
  if (terminal.screen) {
    draw(p, now);
  } else if (p->ended || now - terminal.logged_us >= LOG_US) {
    terminal.logged_us = now;
    log_line(p, now);
  }
  return !stop_asked;
}

static bool show_nothing(struct progress *p, const char *step, const char *unit, uint64_t done,
                         uint64_t total) {
  (void)p, (void)step, (void)unit, (void)done, (void)total;
  return !stop_asked;
}

struct progress progress_silent(void) {
  struct progress p = progress_terminal();
  p.show = show_nothing;
  return p;
}

struct progress progress_terminal(void) {
  stop_asked = 0;
  terminal.screen = isatty(2);
  terminal.number = terminal.samples = terminal.drawn = 0;
  struct sigaction act = {.sa_handler = on_interrupt};
  sigaction(SIGINT, &act, &terminal.old);
  return (struct progress){.show = show_terminal};
}

void progress_terminal_end(void) { sigaction(SIGINT, &terminal.old, NULL); }
