/* send: one request of a proof. The id in the path is the person's, or that of the record a domain
 * made about them; the same request makes the same ids in every world; and what it changes is taken
 * back. */
#include <stdio.h>
#include "db/seal.h"
#include "gate.h"

struct routes gate_routes(struct world *w) { return routes_all(w->c.routes); }

/* The record whose path ends at this {name}; NULL: it is the person. */
static const char *id_at(const struct world *w, struct str upto, enum gate_row row) {
  if (str_starts(upto, S("/api/"))) upto = str_slice(upto, 4, upto.n);
  const struct gate_record *record;
  for (size_t i = 0; (record = gate_record_at(i)); i++)
    if (str_eq(upto, str_of(record->path))) return w->record[i][row];
  return w->id[row];
}

static void path_of(const struct world *w, const struct route *r, enum gate_row row, char *out,
                    size_t room) {
  struct str all = str_of(r->path), rest = all;
  size_t n = 0;
  while (rest.n && n + 64 < room) {
    size_t at = str_find_byte(rest, '{');
    n += (size_t)snprintf(out + n, room - n, "%.*s", (int)at, rest.p);
    if (at == rest.n) break;
    rest = str_slice(rest, str_find_byte(rest, '}') + 1, rest.n);
    n += (size_t)snprintf(out + n, room - n, "%s",
                          id_at(w, str_slice(all, 0, all.n - rest.n), row));
  }
  out[n < room ? n : room - 1] = 0;
}

static void post_tried(struct world *w, const char *path, const char *form) {
  db_trial(w->t->db, true);
  post(&w->c, path, form);
  db_trial(w->t->db, false);
}

static void ask(struct world *w, const struct route *r, const char *path, const char *form) {
  struct rng rng = rng_seed(11);
  uuid_seed(&rng);
  if (r->kind == READ) get(&w->c, path);
  else if (r->kind == WRITE) post_tried(w, path, form);
  else post(&w->c, path, form);
  uuid_seed(NULL);
}

void gate_send(struct world *w, const struct gate_actor *as, const struct route *r,
               enum gate_row row, const char *form) {
  char path[512] = "/";
  path_of(w, r, row, path, sizeof path);
  seal_forget(); /* two worlds in one process share no keys */
  w->c.cookies = (struct str){0};
  client_as(&w->c, as->actor);
  /* A page that shows a form, for its token. */
  if (r->kind != READ && !as->actor.roles) get(&w->c, "/sign-in");
  ask(w, r, path, form);
}
