/* area: the tree of areas, and the words they are found by. */
#include <math.h>
#include "places/inside.h"

#define AREA_COLUMNS                                                                               \
  "a.id, a.kind, a.code, a.name, a.name_cy, a.edition, a.lat, a.lon, a.parent_code"

/* Larger areas are suggested first. */
static const char *const kinds_by_size[] = {"country", "region", "combined_authority",
                                            "county",  "la",     "neighbourhood",
                                            "ward",    "msoa",   "lsoa"};

int area_kind_place(struct str kind) {
  for (size_t i = 0; i < countof(kinds_by_size); i++)
    if (str_eq(kind, str_of(kinds_by_size[i]))) return (int)i;
  return (int)countof(kinds_by_size);
}

static struct area area_of(struct rows *r) {
  return (struct area){
      .id = row_int(r, 0),
      .kind = row_text(r, 1),
      .code = row_text(r, 2),
      .name = row_text(r, 3),
      .name_cy = row_text(r, 4),
      .edition = row_text(r, 5),
      .centre = {row_null(r, 6) ? NAN : row_real(r, 6), row_null(r, 7) ? NAN : row_real(r, 7)}};
}

static struct areas read_areas(struct rows *r, struct arena *a) {
  struct areas all = {0};
  size_t cap = 0;
  while (db_next(r)) *slice_push(a, &all, &cap) = area_of(r);
  return all;
}

static bool read_area(struct rows *r, struct area *out) {
  *out = area_of(r);
  db_done(r);
  return true;
}

bool area_by_id(struct db *db, struct arena *a, int64_t id, struct area *out) {
  struct rows r;
  return db_one(&r, db, a, SQL("select " AREA_COLUMNS " from area a where a.id = ?1"), V(id)) &&
         read_area(&r, out);
}

bool area_by_code(struct db *db, struct arena *a, struct str code, struct area *out) {
  struct rows r;
  return db_one(&r, db, a,
                SQL("select " AREA_COLUMNS
                    " from area a where a.code = ?1 order by a.edition desc, a.id desc "
                    "limit 1"),
                V(code)) &&
         read_area(&r, out);
}

struct areas area_above(struct db *db, struct arena *a, int64_t id) {
  struct areas all = {0};
  size_t cap = 0;
  struct rows r;
  struct area at;
  if (!area_by_id(db, a, id, &at)) return all;
  *slice_push(a, &all, &cap) = at;
  while (all.n < AREAS_OF_A_PLACE_MAX) {
    struct area *below = &all.p[all.n - 1];
    if (!db_one(&r, db, a,
                SQL("select " AREA_COLUMNS
                    " from area a join area c on c.parent_code = a.code where c.id = ?1 "
                    "and a.id <> ?1 order by a.edition desc, a.id desc limit 1"),
                V(below->id)))
      break;
    read_area(&r, &at);
    below->parent_id = at.id;
    *slice_push(a, &all, &cap) = at;
  }
  return all;
}

struct areas area_children(struct db *db, struct arena *a, int64_t id, struct str kind) {
  struct rows r =
      db_rows(db, a,
              SQL("with recursive below (code, depth) as (select code, 0 from area where id = ?1 "
                  "union all select c.code, b.depth + 1 from area c join below b on "
                  "c.parent_code = b.code where c.code <> b.code and b.depth < 12) "
                  "select " AREA_COLUMNS " from area a where a.id <> ?1 and a.code in "
                  "(select code from below) and (a.kind = ?2 or ?2 = '') order by a.name, a.id"),
              V(id), V(kind));
  return read_areas(&r, a);
}

struct areas areas_of_kind(struct db *db, struct arena *a, struct str kind) {
  struct rows r = db_rows(
      db, a, SQL("select " AREA_COLUMNS " from area a where a.kind = ?1 order by a.name, a.id"),
      V(kind));
  return read_areas(&r, a);
}

/* One drawing only: where several editions lie side by side, the newest. */
static struct areas newest_edition(struct areas all) {
  struct str newest = {0};
  size_t n = 0;
  for (size_t i = 0; i < all.n; i++)
    if (str_cmp(all.p[i].edition, newest) > 0) newest = all.p[i].edition;
  for (size_t i = 0; i < all.n; i++)
    if (str_eq(all.p[i].edition, newest)) all.p[n++] = all.p[i];
  all.n = n;
  return all;
}

struct areas places_inside(struct db *db, struct arena *a, const struct area *area,
                           struct str kind) {
  struct areas below = newest_edition(area_children(db, a, area->id, kind));
  if (below.n || str_eq(area->kind, kind)) return below;
  struct outline o = area_outline(db, a, area->id);
  struct areas above = area_above(db, a, area->id);
  for (size_t i = 1; o.n && i < above.n && !below.n; i++)
    below = newest_edition(area_children(db, a, above.p[i].id, kind));
  if (!above.n || (above.n == 1 && o.n)) below = newest_edition(areas_of_kind(db, a, kind));
  size_t n = 0;
  for (size_t i = 0; i < below.n; i++)
    if (!isnan(below.p[i].centre.lat) && outline_has(&o, below.p[i].centre))
      below.p[n++] = below.p[i];
  below.n = n;
  return below;
}

struct outline area_outline(struct db *db, struct arena *a, int64_t id) {
  struct rows r;
  if (!db_one(&r, db, a, SQL("select outline from area where id = ?1 and outline is not null"),
              V(id)))
    return (struct outline){0};
  struct outline o = outline_unpack(a, row_text(&r, 0));
  db_done(&r);
  return o;
}

/* ---- adding ---- */

/* Each tail of the folded name that begins at a word. */
static enum db_result put_tails(struct db *db, struct arena *a, int64_t id, struct str kind,
                                struct str name) {
  enum db_result result = DB_OK;
  struct str fold = utf8_fold(a, name);
  for (size_t at = 0; at < fold.n && result == DB_OK; at++) {
    if (at && fold.p[at - 1] != ' ') continue;
    result =
        db_run(db,
               SQL("insert into area_tail (tail, area_id, place, whole) values (?1, ?2, ?3, ?4) "
                   "on conflict (tail, area_id) do nothing"),
               V(str_slice(fold, at, fold.n)), V(id), V(area_kind_place(kind)), V(at == 0));
  }
  return result;
}

static struct db_value degrees(double v) { return isnan(v) ? db_null() : db_real(v); }

int64_t places_generation(struct db *db) {
  return db_number(db, -1, SQL("select generation from places_state where id = 1"));
}

static enum db_result places_changed(struct db *db) {
  return db_run(db, SQL("update places_state set generation = generation + 1 where id = 1"));
}

enum db_result places_area_put(struct db *db, struct arena *a, const struct area_new *n,
                               instant_t now) {
  struct geo_point centre =
      isnan(n->centre.lat) || n->centre.lat == 0 ? outline_centre(&n->outline) : n->centre;
  int64_t id = db_insert(
      db,
      SQL("insert into area (kind, code, name, name_cy, parent_code, edition, source, lat, lon, "
          "outline, added_at) "
          "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) on conflict (code, edition) do "
          "update set "
          "kind = excluded.kind, name = excluded.name, name_cy = excluded.name_cy, "
          "parent_code = excluded.parent_code, source = excluded.source, lat = excluded.lat, lon = "
          "excluded.lon, "
          "outline = excluded.outline returning id"),
      V(n->kind), V(n->code), V(n->name), db_text_or_null(n->name_cy),
      db_text_or_null(n->parent_code), V(n->edition), V(n->source), degrees(centre.lat),
      degrees(centre.lon), n->outline.n ? db_blob(outline_pack(a, &n->outline)) : db_null(),
      db_instant(a, now));
  if (!id) return DB_FAILED;
  enum db_result result = db_run(db, SQL("delete from area_tail where area_id = ?1"), V(id));
  if (result == DB_OK) result = put_tails(db, a, id, n->kind, n->name);
  if (result == DB_OK && n->name_cy.n) result = put_tails(db, a, id, n->kind, n->name_cy);
  return result == DB_OK ? places_changed(db) : result;
}
