/* The route x role x row table of truth, the enforcement wall (D7) and the list of exports: every
 * route of the program, asked by every kind of actor about every kind of person. */
#include <stdio.h>
#include "app/commands.h"
#include "gate.h"
#include "sharing/sharing.h"

/* Was the actor let through to the page? What the page then said is another question. */
static bool let_in(const struct world *w) {
  if (w->c.status == 401 || w->c.status == 403) return false;
  struct str to = client_header(&w->c, "Location");
  bool asked = str_starts(to, S("/sign-in?next=")) || str_starts(to, S("/enter?next="));
  return !(w->c.status == 303 && asked);
}

static size_t fault(struct buf *said, const struct route *r, const char *actor, const char *row,
                    const char *what) {
  static const char *const kinds[] = {"READ", "ASK", "WRITE"};
  buf_format(said, "%s %s, %s, %s: %s\n", kinds[r->kind], r->path, actor, row, what);
  return 1;
}

static bool shows(const struct world *w, enum gate_row row) {
  return row <= ROW_VESNA && str_contains(w->c.text, w->row[row].name);
}

/* What a reply to somebody entitled may be: the page, or for a form that changes something the page
 * with what is missing, a redirect, or a refusal that says why. */
static bool answered(const struct world *w, const struct route *r) {
  int s = w->c.status;
  if (r->kind == READ) return s == 200;
  return s == 200 || s == 303 || s == 409 || s == 422;
}

static size_t person_row(struct world *w, const struct gate_actor *as, const struct route *r,
                         const struct expected *e, enum gate_row row, const char *form,
                         struct buf *said) {
  size_t faults = 0;
  bool sees = gate_truth(e->truth, as->name, row);
  gate_send(w, as, r, row, form);
  if (!sees && w->c.status != 404)
    faults += fault(said, r, as->name, gate_row_names[row], "is not 404");
  if (sees && !answered(w, r))
    faults += fault(said, r, as->name, gate_row_names[row], "is not shown");
  if (!sees && shows(w, row)) faults += fault(said, r, as->name, gate_row_names[row], "is named");
  return faults;
}

/* A route about one person: seen by whom the truth says, and by everyone else not told from nobody.
 * Whoever the route itself refuses is refused before anyone is looked for: one row shows it. */
static size_t person_rows(struct world *w, const struct gate_actor *as, const struct route *r,
                          const struct expected *e, struct buf *said) {
  const char *whole = gate_form_of(r);
  size_t faults = 0;
  for (int row = 0; row < GATE_ROWS; row++) {
    faults += person_row(w, as, r, e, (enum gate_row)row, "", said);
    if (whole[0]) faults += person_row(w, as, r, e, (enum gate_row)row, whole, said);
  }
  return faults;
}

static size_t list_rows_of(struct world *w, const struct gate_actor *as, const struct route *r,
                           struct str truth, bool allowed, struct buf *said) {
  size_t faults = 0;
  gate_send(w, as, r, ROW_ABSENT, "search=");
  for (int row = 0; row <= ROW_VESNA; row++)
    if (shows(w, (enum gate_row)row) !=
        (allowed && gate_truth(truth, as->name, (enum gate_row)row)))
      faults += fault(said, r, as->name, gate_row_names[row], "the list is wrong about who");
  return faults;
}

static size_t nobody_named(struct world *w, const struct gate_actor *as, const struct route *r,
                           struct buf *said) {
  size_t faults = 0;
  for (int row = 0; row <= ROW_VESNA; row++)
    if (shows(w, (enum gate_row)row))
      faults += fault(said, r, as->name, gate_row_names[row], "named on a page about nobody");
  return faults;
}

/* A resident's page shows themselves and nobody else. */
static size_t own_row(struct world *w, const struct gate_actor *as, const struct route *r,
                      bool allowed, struct buf *said) {
  size_t faults = 0;
  for (int row = 0; row <= ROW_VESNA; row++)
    if (shows(w, (enum gate_row)row) != (allowed && w->row[row].id == as->actor.person_id))
      faults += fault(said, r, as->name, gate_row_names[row], "an own page is wrong about who");
  return faults;
}

/* A declared return names only people the asker sees, and never who hides. */
static size_t declared_rows(struct world *w, const struct gate_actor *as, const struct route *r,
                            struct buf *said) {
  size_t faults = 0;
  for (int row = 0; row <= ROW_VESNA; row++)
    if (shows(w, (enum gate_row)row) &&
        (row == ROW_HIDDEN || !gate_truth((struct str){0}, as->name, (enum gate_row)row)))
      faults += fault(said, r, as->name, gate_row_names[row], "is in a return and may not be");
  return faults;
}

static size_t truth_of(struct world *w, const struct gate_actor *as, const struct route *r,
                       const struct expected *e, struct buf *said) {
  bool allowed = gate_may(e, &as->actor);
  gate_send(w, as, r, ROW_ADA, "");
  size_t faults = 0;
  if (let_in(w) != allowed)
    faults += fault(said, r, as->name, "any", allowed ? "is refused" : "is let in");
  if (e->person && allowed) return faults + person_rows(w, as, r, e, said);
  if (e->list) return faults + list_rows_of(w, as, r, e->truth, allowed, said);
  if (e->declared) return faults + declared_rows(w, as, r, said);
  if (e->own) return faults + own_row(w, as, r, allowed, said);
  return faults + nobody_named(w, as, r, said);
}

size_t proof_truth(struct db_test *t, struct buf *said) {
  struct world w = world_make(t, VESNA_PLAIN);
  struct routes all = gate_routes(&w);
  size_t faults = 0;
  for (size_t i = 0; i < all.n; i++) {
    struct expected e = gate_expected(all.p[i], said);
    if (!e.found) {
      faults += fault(said, all.p[i], "-", "-", "has no line in test/gate/expectations.txt");
      continue;
    }
    for (size_t a = 0; a < w.actors; a++) faults += truth_of(&w, &w.actor[a], all.p[i], &e, said);
  }
  world_close(&w);
  return faults;
}

/* D7: of every route, by every id, enforcement gets nothing but what is open to anyone and its own
 * account. */
size_t proof_enforcement(struct db_test *t, struct buf *said) {
  struct world w = world_make(t, VESNA_PROTECTED);
  struct routes all = gate_routes(&w);
  size_t faults = 0;
  for (size_t a = 0; a < w.actors; a++) {
    if (w.actor[a].actor.function != FUNCTION_ENFORCEMENT) continue;
    for (size_t i = 0; i < all.n; i++)
      for (int row = 0; row < (strchr(all.p[i]->path, '{') ? GATE_ROWS : 1); row++) {
        gate_send(&w, &w.actor[a], all.p[i], (enum gate_row)row, "search=CANARY&name=CANARY");
        if (all.p[i]->flags & ROUTE_PERSON && let_in(&w))
          faults += fault(said, all.p[i], "enforcement", gate_row_names[row], "is let in");
        faults += nobody_named(&w, &w.actor[a], all.p[i], said);
        if (str_contains(w.c.text, S("CANARY-")))
          faults += fault(said, all.p[i], "enforcement", gate_row_names[row],
                          "shows something of a person");
      }
  }
  world_close(&w);
  return faults;
}

/* Does the reply leave as a file or a feed? */
static bool leaves_as_file(const struct world *w) {
  struct str type = client_header(&w->c, "Content-Type");
  return client_header(&w->c, "Content-Disposition").n || str_starts(type, S("text/csv")) ||
         str_contains(type, S("ndjson")) || str_contains(type, S("spreadsheet"));
}

/* Everything the operator may type, with what it gives out of people and on which ground. What is
 * not here fails: `import` and `report` say each of their subjects. */
static const struct { const char *name, *ground;
} commands[] = {{"backup", "whole, to the operator; sealed and clear as stored"},
                {"restore", "whole, from the operator"},
                {"rehearse", "prints no row"},
                {"audit", "person keys and classes, no values"},
                {"user", "staff, no supported person"},
                {"key", "no person"},
                {"link", "files the operator brings"},
                {"reach", "no person"},
                {"timetable", "no person"},
                {"find", "no person"},
                {"export", "directory entries"},
                {"messages", "a token; no person"},
                {"known", "a count; no person"},
                {"match", "blinded keys, under an agreement and each person's yes; counts"},
                {"place", "no person"},
                {"places", "no person"},
                {"rules", "no person"},
                {"coverage", "counts of offers"},
                {"search", "no person"},
                {"init", "writes invented people only"},
                {"serve", "pages, under the same gate"},
                {"migrate", "prints no row"},
                {"doctor", "counts, no value"},
                {"seaborough", "the invented place's lists, no person"},
                {"routes", "no person"},
                {"dev", "no person"},
                {"dictionary", "names of fields"},
                {"help", "no person"},
                {"version", "no person"},
                {"import", "by its subject"},
                {"import postcodes", "no person"},
                {"import areas", "no person"},
                {"import indicators", "figures of areas, no person"},
                {"import area-links", "no person"},
                {"import schemes", "no person"},
                {"import people", "estimates of how many, no person"},
                {"report", "by its subject"},
                {"report programmes", "counts of programmes"},
                {"report gaps", "counts of offers"},
                {"report overlaps", "counts of offers"},
                {"report cliffs", "counts of offers"},
                {"report households", "counts of people and groups, none under ten"}};

static size_t command_known(const char *name, const char *subject, struct buf *said) {
  char whole[80];
  snprintf(whole, sizeof whole, "%s%s%s", name, subject ? " " : "", subject ? subject : "");
  for (size_t k = 0; k < countof(commands); k++)
    if (strcmp(commands[k].name, whole) == 0) return 0;
  buf_format(said,
             "command %s: what it gives out of people is not declared in test/gate/proof_truth.c\n",
             whole);
  return 1;
}

static size_t commands_known(struct buf *said) {
  const struct command *c;
  const char *subject;
  size_t faults = 0;
  for (size_t i = 0; (c = command_at(i)); i++) {
    faults += command_known(c->name, NULL, said);
    for (size_t k = 0; (subject = command_subject_at(str_of(c->name), k)); k++)
      faults += command_known(c->name, subject, said);
  }
  return faults;
}

/* Are the columns exactly those of a declared return, and is nothing sealed among the cells? */
static size_t return_right(struct world *w, const struct route *r, const char *actor,
                           struct buf *said) {
  static const char *const never[] = {"CANARY-SEALED", "CANARY-NOTE", "CANARY-ADDRESS",
                                      "CANARY-STRENGTH", "CANARY-PROTECTED", "CANARY-hidden"};
  struct declared_returns all = returns_known(w->t->db, w->t->arena);
  struct str text = w->c.text, head = str_trim(str_cut(&text, '\n'));
  size_t faults = 0;
  bool found = false;
  for (size_t i = 0; i < all.n; i++) {
    struct buf columns = buf_open(4096);
    for (size_t f = 0; f < all.p[i].fields.n; f++)
      csv_put(&columns, all.p[i].fields.p[f].words, f + 1 == all.p[i].fields.n);
    found |= str_eq(str_trim(buf_str(&columns)), head);
    buf_free(&columns);
  }
  if (!found) faults += fault(said, r, actor, "-", "its columns are those of no declared return");
  if (!text.n) faults += fault(said, r, actor, "-", "it holds nobody, so nothing is proved");
  for (size_t i = 0; i < countof(never); i++)
    if (str_contains(w->c.text, str_of(never[i])))
      faults += fault(said, r, actor, "-", "holds what no return may");
  return faults;
}

size_t proof_exports(struct db_test *t, struct buf *said) {
  struct world w = world_make(t, VESNA_PLAIN);
  struct routes all = gate_routes(&w);
  size_t faults = commands_known(said);
  for (size_t i = 0; i < all.n; i++) {
    struct expected e = gate_expected(all.p[i], said);
    for (size_t a = 0; a < w.actors; a++) {
      if (!route_allows(all.p[i], &w.actor[a].actor)) continue;
      gate_send(&w, &w.actor[a], all.p[i], ROW_ADA, gate_form_of(all.p[i]));
      if (w.c.status != 200 || !leaves_as_file(&w)) continue;
      if (e.declared) {
        faults += return_right(&w, all.p[i], w.actor[a].name, said);
        continue;
      }
      if (!e.export)
        faults +=
            fault(said, all.p[i], w.actor[a].name, "-", "gives out a file that is not declared");
      /* A resident takes a copy of what their own page shows; `own` lines prove that it names
       * nobody else. */
      bool own_copy = e.export && all.p[i]->who == ROLE_RESIDENT;
      if (!own_copy &&
          (str_contains(w.c.text, S("CANARY-")) || all.p[i]->flags & ROUTE_PERSON))
        faults += fault(said, all.p[i], w.actor[a].name, "-",
                        "a file about people without a declared return");
    }
  }
  world_close(&w);
  return faults;
}
