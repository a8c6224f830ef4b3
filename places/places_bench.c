/* places_bench: how long a postcode takes to become a place. bench/places/run.sh calls it. */
#include <stdio.h>
#include "db/here.h"
#include "places/inside.h"

enum { LOOKUPS = 50000 };

int main(int argc, char **argv) {
  struct why why;
  struct csv_row row;
  struct arena a = arena_open((size_t)512 << 20), scratch = arena_open((size_t)64 << 20);
  if (argc < 3) return 2;
  db_here_set(&(struct db_where){.folder = str_of(argv[1])});
  struct db *db = db_open_here(&why);
  struct csv *rows = csv_open_file(&a, argv[2], &why);
  size_t found = 0, asked = 0;
  uint64_t spent = 0;
  if (!db || !rows || !csv_headers(rows, &why)) return 1;
  for (int64_t line = 0; asked < LOOKUPS && csv_next(rows, &row, &why) == CSV_ROW; line++) {
    struct postcode_hit hit;
    if (line % 4) continue;
    uint64_t began = clock_monotonic_us();
    found += postcode_find(db, &scratch, row.cell[0], &hit);
    spent += clock_monotonic_us() - began;
    arena_reset(&scratch);
    asked++;
  }
  printf("%zu of %zu postcodes found, %.1f us each\n", found, asked, (double)spent / (double)asked);
  db_close(db);
  return found == asked ? 0 : 1;
}
