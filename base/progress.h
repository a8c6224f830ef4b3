/* progress: how long work says how far it is. The worker calls progress_step/progress_at; who
 * watches (a terminal, a row in work.db shown on a page, nobody) is decided by whoever started it.
 * One bar a step with its own count and unit, no whole-job percentage, a bar never goes back. */
#ifndef WAYMARK_PROGRESS_H
#define WAYMARK_PROGRESS_H
#include <stdbool.h>
#include <stdint.h>
struct progress {
  /* Returns false to ask the work to stop at the next safe place. total 0 = not known. */
  bool (*show)(struct progress *p, const char *step, const char *unit, uint64_t done,
               uint64_t total);
  void *to;
  const char *step, *unit;
  uint64_t total, shown_us;
  /* This step of how many; steps is set by whoever knows it, 0 = not said. */
  unsigned number, steps;
  uint64_t done; /* the furthest this step has said: a bar never goes back */
  bool ended;    /* the step is over; show is called once more with it set */
};
/* Starts a step. p may be NULL everywhere: nobody watches. */
void progress_step(struct progress *p, const char *step, const char *unit, uint64_t total);
/* Cheap: shows at most ten times a second. false: stop was asked (save what you have, say
 * "stopped"). */
bool progress_at(struct progress *p, uint64_t done);
void progress_end(struct progress *p, uint64_t done);
/* On standard error. A terminal: rewrites the running step's lines, ASCII, 35 columns or more, and
 * gives the time left as a range from the last 10 seconds. Otherwise one key=value line a step and
 * every 10 s. The first Ctrl-C asks the work to stop, the second ends the program. One at a time in
 * a process. Set `.steps` of what it returns when the number of steps is known. */
struct progress progress_terminal(void);
/* The same without a word: Ctrl-C still asks the work to stop. */
struct progress progress_silent(void);
/* As progress_at, asked inside a step, but at once: false when stop was asked. */
bool progress_goes_on(struct progress *p);
void progress_terminal_end(void); /* Ctrl-C works as before */
#endif
