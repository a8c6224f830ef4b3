/* postcode: packed pages, one for each sector, and looking one up. */
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

bool postcode_split(struct str tidy, struct str *sector, uint16_t *inward) {
  if (tidy.n < 6 || tidy.n > 8 || tidy.p[tidy.n - 4] != ' ') return false;
  const char *in = tidy.p + tidy.n - 3;
  bool good =
      in[0] >= '0' && in[0] <= '9' && in[1] >= 'A' && in[1] <= 'Z' && in[2] >= 'A' && in[2] <= 'Z';
  *sector = str_slice(tidy, 0, tidy.n - 2);
  *inward = (uint16_t)((in[0] - '0') * 676 + (in[1] - 'A') * 26 + (in[2] - 'A'));
  return good;
}

bool postcode_page_read(struct str packed, struct postcode_page *out) {
  size_t at = 2 * POSTCODE_LISTS;
  if (packed.n < at) return false;
  for (int i = 0; i < POSTCODE_LISTS; i++) {
    size_t bytes = (size_t)get16(packed.p + 2 * i) * POSTCODE_CODE_BYTES;
    if (bytes > packed.n - at) return false;
    out->codes[i] = str_slice(packed, at, at + bytes);
    at += bytes;
  }
  out->rows = str_slice(packed, at, packed.n);
  return out->rows.n % POSTCODE_ROW_BYTES == 0;
}

/* Binary search in a page's rows: the row's bytes, or NULL. */
static const char *page_find(struct str rows, uint16_t inward) {
  size_t low = 0, high = rows.n / POSTCODE_ROW_BYTES;
  while (low < high) {
    size_t mid = (low + high) / 2;
    const char *at = rows.p + mid * POSTCODE_ROW_BYTES;
    if (get16(at) == inward) return at;
    if (get16(at) < inward)
      low = mid + 1;
    else
      high = mid;
  }
  return NULL;
}

static struct str code_at(struct str codes, uint16_t number) {
  size_t at = (size_t)number * POSTCODE_CODE_BYTES, n = 0;
  if (number == POSTCODE_CODE_NONE || at >= codes.n) return (struct str){0};
  while (n < POSTCODE_CODE_BYTES && codes.p[at + n]) n++;
  return str_slice(codes, at, at + n);
}

bool postcode_find(struct db *db, struct arena *a, struct str tidy, struct postcode_hit *out) {
  struct rows r;
  struct str sector;
  struct postcode_page page;
  uint16_t inward;
  if (!postcode_split(tidy, &sector, &inward)) return false;
  /* The newest edition that has the sector: editions of different places stand side by side. */
  if (!db_one(&r, db, a,
              SQL("select p.packed from postcode_page p join postcode_edition e on "
                  "e.id = p.edition_id where p.sector = ?1 and e.live_at is not null "
                  "order by e.id desc limit 1"),
              V(sector)))
    return false;
  struct str packed = row_text(&r, 0);
  db_done(&r);
  const char *at = postcode_page_read(packed, &page) ? page_find(page.rows, inward) : NULL;
  if (!at) return false;
  *out = (struct postcode_hit){.row = postcode_unpack(at)};
  for (int i = 0; i < POSTCODE_LISTS; i++) out->code[i] = code_at(page.codes[i], out->row.code[i]);
  return true;
}
