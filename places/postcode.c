/* postcode: packed pages, one for each district, and looking one up. */
#include "places/inside.h"
#include "record/record.h"

static void put16(char *at, uint16_t v) { at[0] = (char)(v & 255), at[1] = (char)(v >> 8); }
static uint16_t get16(const char *at) {
  return (uint16_t)((unsigned char)at[0] | (unsigned char)at[1] << 8);
}
static void put32(char *at, uint32_t v) {
  put16(at, (uint16_t)v), put16(at + 2, (uint16_t)(v >> 16));
}
static uint32_t get32(const char *at) { return get16(at) | (uint32_t)get16(at + 2) << 16; }

void postcode_pack(char out[POSTCODE_ROW_BYTES], const struct postcode_row *row) {
  put16(out, row->inward), put16(out + 2, row->ended);
  put32(out + 4, (uint32_t)row->lat), put32(out + 8, (uint32_t)row->lon);
  for (int i = 0; i < POSTCODE_LISTS; i++) put16(out + 12 + 2 * i, row->code[i]);
}

struct postcode_row postcode_unpack(const char *at) {
  struct postcode_row row = {.inward = get16(at),
                             .ended = get16(at + 2),
                             .lat = (int32_t)get32(at + 4),
                             .lon = (int32_t)get32(at + 8)};
  for (int i = 0; i < POSTCODE_LISTS; i++) row.code[i] = get16(at + 12 + 2 * i);
  return row;
}

bool postcode_split(struct str tidy, struct str *district, uint16_t *inward) {
  if (tidy.n < 6 || tidy.n > 8 || tidy.p[tidy.n - 4] != ' ') return false;
  const char *in = tidy.p + tidy.n - 3;
  bool good =
      in[0] >= '0' && in[0] <= '9' && in[1] >= 'A' && in[1] <= 'Z' && in[2] >= 'A' && in[2] <= 'Z';
  *district = str_slice(tidy, 0, tidy.n - 4);
  *inward = (uint16_t)((in[0] - '0') * 676 + (in[1] - 'A') * 26 + (in[2] - 'A'));
  return good;
}

/* Binary search in a page: the row's bytes, or NULL. */
static const char *page_find(struct str packed, uint16_t inward) {
  size_t low = 0, high = packed.n / POSTCODE_ROW_BYTES;
  while (low < high) {
    size_t mid = (low + high) / 2;
    const char *at = packed.p + mid * POSTCODE_ROW_BYTES;
    if (get16(at) == inward) return at;
    if (get16(at) < inward)
      low = mid + 1;
    else
      high = mid;
  }
  return NULL;
}

/* The number-th word of a list of codes. Lists are a few hundred kilobytes at most; a walk takes
 * microseconds. */
static struct str nth_code(struct str codes, uint16_t number) {
  struct str code = {0};
  if (number == POSTCODE_CODE_NONE) return code;
  for (uint32_t i = 0; i <= number; i++) {
    if (codes.n == 0) return (struct str){0};
    code = str_cut(&codes, ' ');
  }
  return code;
}

static bool read_codes(struct db *db, struct arena *a, int64_t edition, struct postcode_hit *out) {
  struct rows r = db_rows(db, a, SQL("select list, codes from postcode_area where edition_id = ?1"),
                          V(edition));
  while (db_next(&r)) {
    int64_t list = row_int(&r, 0);
    if (list >= 0 && list < POSTCODE_LISTS)
      out->code[list] = nth_code(row_text(&r, 1), out->row.code[list]);
  }
  return r.result == DB_OK;
}

bool postcode_find(struct db *db, struct arena *a, struct str tidy, struct postcode_hit *out) {
  struct rows r;
  struct str district;
  uint16_t inward;
  if (!postcode_split(tidy, &district, &inward)) return false;
  /* The newest edition that has the district: editions of different places stand side by side. */
  if (!db_one(&r, db, a,
              SQL("select p.packed, p.edition_id from postcode_page p join postcode_edition e on "
                  "e.id = p.edition_id where p.district = ?1 and e.live_at is not null "
                  "order by e.id desc limit 1"),
              V(district)))
    return false;
  struct str packed = row_text(&r, 0);
  int64_t edition = row_int(&r, 1);
  db_done(&r);
  const char *at = page_find(packed, inward);
  if (!at) return false;
  *out = (struct postcode_hit){.row = postcode_unpack(at)};
  return read_codes(db, a, edition, out);
}
