/* Choosing places on a form: an area by its name, or a building the directory already has. Both
 * work by typing a name and pressing Save; with script the names come up as one types. */
#include "places/places.h"
#include "directory/pages.h"

enum { AREAS_OFFERED = 8, BUILDINGS_OFFERED_MAX = 500 };

/* ---- An area. */
static struct str area_words(struct request *rq, const struct area *at) {
  struct areas above = area_above(rq->db, rq->arena, at->id);
  struct str kind = words_label((enum language)rq->lang, code_label("area_kinds", at->kind));
  if (above.n < 2) return str_format(rq->arena, "%.*s, %.*s", P(at->name), P(kind));
  return SAY(rq->arena, (enum language)rq->lang, T("{name}, {kind} in {above}"),
             SLOT("name", at->name), SLOT("kind", kind), SLOT("above", above.p[1].name));
}

static void offer_areas(struct request *rq, struct areas found, struct part_page *p) {
  struct option *which = arena_many(rq->arena, struct option, found.n + 1);
  for (size_t i = 0; i < found.n; i++)
    which[i] = (struct option){found.p[i].code, area_words(rq, &found.p[i]), false};
  which[found.n] =
      (struct option){S("words"), SAID_OF(rq, "Keep the words as I wrote them"), false};
  p->which.p = which, p->which.n = found.n + 1;
}

/* Fills in the code of the area that was named. False: several or none fit, and the page asks. */
bool part_area_choose(struct request *rq, struct service_area *w, struct str *fault,
                      struct part_page *p) {
  struct area at;
  struct str which = request_form(rq, "which"), fold = utf8_fold(rq->arena, w->name);
  if (str_eq(which, S("words"))) return true;
  if (area_by_code(rq->db, rq->arena, which.n ? which : w->code, &at)) {
    w->code = at.code, w->name = at.name;
    return true;
  }
  if (w->code.n || !w->name.n) return true;
  struct areas found = places_suggest(rq->db, rq->arena, w->name, AREAS_OFFERED);
  size_t exact = 0, last = 0;
  for (size_t i = 0; i < found.n; i++)
    if (str_eq(utf8_fold(rq->arena, found.p[i].name), fold)) exact++, last = i;
  if (exact == 1) {
    w->code = found.p[last].code, w->name = found.p[last].name;
    return true;
  }
  *fault = found.n ? SAID_OF(rq, "Which one do you mean? Choose below, then save.")
                   : SAID_OF(rq, "We know no place of this name. Check how it is written, or keep "
                                 "your own words.");
  offer_areas(rq, found, p);
  return false;
}

/* ---- A building the directory has. */
static struct str building_words(struct request *rq, struct rows *r) {
  struct str out = {0};
  for (int c = 1; c <= 4; c++) {
    struct str part = row_text(r, c);
    if (!part.n) continue;
    out = out.n ? str_format(rq->arena, "%.*s, %.*s", P(out), P(part)) : part;
  }
  return out;
}

static struct rows buildings(struct request *rq) {
  return db_rows(rq->db, rq->arena,
                 SQL("select id, name, address_1, city, postcode from location "
                     "where withdrawn_on is null order by name, address_1, id"));
}

void part_buildings_offer(struct request *rq, struct part_page *p) {
  struct {
    struct str *p;
    size_t n;
  } names = {0};
  size_t cap = 0;
  struct rows r = buildings(rq);
  while (db_next(&r))
    if (names.n < BUILDINGS_OFFERED_MAX)
      *slice_push(rq->arena, &names, &cap) = building_words(rq, &r);
  p->buildings.p = names.p, p->buildings.n = names.n;
  p->existing = request_form(rq, "existing"), p->place_is_new = true;
}

/* By all its words, or by a name or street only one of them bears. 0: none, or several. */
int64_t part_building_named(struct request *rq, struct str typed) {
  struct str fold = utf8_fold(rq->arena, typed);
  int64_t whole = 0, named_id = 0;
  size_t named_n = 0;
  struct rows r = buildings(rq);
  while (db_next(&r)) {
    int64_t id = row_int(&r, 0);
    if (str_eq(utf8_fold(rq->arena, building_words(rq, &r)), fold)) whole = id;
    bool named = str_eq(utf8_fold(rq->arena, row_text(&r, 1)), fold) ||
                 str_eq(utf8_fold(rq->arena, row_text(&r, 2)), fold);
    if (named) named_id = id, named_n++;
  }
  return whole ? whole : named_n == 1 ? named_id : 0;
}
