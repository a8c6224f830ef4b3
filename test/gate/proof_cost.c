/* Cost: at most how many statements the pages of a day ask, so that none grows unseen. A statement
 * is a way there and back on PostgreSQL; the last two of a page are its audit entry, which
 * `waymark serve` leaves to the writer. A new card may need one: raise the number with it, knowing
 * what it costs; and lower it when a page asks for less. */
#include <stdio.h>
#include "gate.h"

static const struct cost {
  const char *as, *path, *form; /* %s: Ada */
  uint64_t most;
} costs[] = {
    {"amina", "/people/%s", NULL, 35},
    {"amina", "/api/people/%s", NULL, 6},
    {"amina", "/people/%s/plan", NULL, 16},
    {"amina", "/people/%s/contacts", NULL, 13},
    {"amina", "/today", NULL, 45},
    {"amina", "/caseload", NULL, 43},
    {"amina", "/people", NULL, 16},
    {"lead", "/people", "search=a", 13},
    {"lead", "/team", NULL, 17},
    {"lead", "/team/data", NULL, 18},
    {"amina", "/referrals", NULL, 9},
};

static uint64_t statements_of(struct world *w, const struct cost *c) {
  char path[120];
  uint64_t before = 0;
  struct str rest = str_of(c->path), front = str_cut(&rest, '%');
  snprintf(path, sizeof path, "%.*s%s%.*s", P(front), rest.n ? w->id[ROW_ADA] : "",
           rest.n ? (int)rest.n - 1 : 0, rest.n ? rest.p + 1 : "");
  client_as(&w->c, *gate_actor_named(w, c->as));
  for (int i = 0; i < 2; i++) { /* the second time: what a worker keeps is there */
    before = db_asked(w->t->db);
    if (c->form)
      post(&w->c, path, c->form);
    else
      get(&w->c, path);
  }
  return w->c.status == 200 ? db_asked(w->t->db) - before : 0; /* 0: it was not shown */
}

size_t proof_cost(struct db_test *t, struct buf *said) {
  struct world w = world_make(t, VESNA_PLAIN);
  size_t faults = 0;
  for (size_t i = 0; i < countof(costs); i++) {
    const struct cost *c = &costs[i];
    uint64_t n = statements_of(&w, c);
    if (n && n <= c->most) continue;
    faults++;
    buf_format(said, "%s as %s asks %llu statements, at most %llu in test/gate/proof_cost.c\n",
               c->path, c->as, (unsigned long long)n, (unsigned long long)c->most);
  }
  world_close(&w);
  return faults;
}
