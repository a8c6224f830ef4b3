/* geojson_fuzz: boundaries from anybody. Nothing is written: the shapes are read, packed and
 * unpacked. */
#include "db/db.h"
#include "places/inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct arena a = arena_open((size_t)64 << 20);
  struct str text = {(const char *)data, size}, sector;
  uint16_t inward;
  struct why why;
  struct areas_read read = {0};
  geojson_read(&a, text, S("ward"), &read, &why);
  for (size_t i = 0; i < read.n; i++) {
    struct str packed = outline_pack(&a, &read.p[i].outline);
    struct outline again = outline_unpack(&a, packed);
    if (packed.n && again.n != read.p[i].outline.n) __builtin_trap();
    outline_has(&again, (struct geo_point){1, 2});
  }
  outline_unpack(&a, text);
  postcode_split(text, &sector, &inward);
  arena_close(&a);
  return 0;
}
