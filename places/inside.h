/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_PLACES_INSIDE_H
#define WAYMARK_PLACES_INSIDE_H
#include "places/places.h"

/* A packed page: how many codes each of the four lists has (16-bit), the codes (12 bytes each,
 * padded with zeros), then the rows: 20 bytes each, little-endian, sorted by `inward`. */
enum postcode_list { LIST_LA, LIST_WARD, LIST_LSOA11, LIST_LSOA21, POSTCODE_LISTS };
enum { POSTCODE_ROW_BYTES = 20, POSTCODE_CODE_BYTES = 12, POSTCODE_CODE_NONE = 0xffff };
struct postcode_row {
  uint16_t inward;                     /* digit * 676 + letter * 26 + letter */
  uint16_t ended;                      /* months since January 1900; 0 = live */
  int32_t lat, lon;                    /* millionths of a degree; INT32_MIN = not known */
  uint16_t code[POSTCODE_LISTS];       /* number in the page's list */
};
/* The page in its parts; false when it is damaged. */
struct postcode_page { struct str codes[POSTCODE_LISTS], rows; };
bool postcode_page_read(struct str packed, struct postcode_page *out);
void postcode_pack(char out[POSTCODE_ROW_BYTES], const struct postcode_row *row);
struct postcode_row postcode_unpack(const char *at);
/* "ZB1 4QD" (tidy) in two: sector "ZB1 4" and inward; false when it is not a whole postcode. */
bool postcode_split(struct str tidy, struct str *sector, uint16_t *inward);

struct postcode_hit { struct postcode_row row; struct str code[POSTCODE_LISTS]; };
bool postcode_find(struct db *db, struct arena *a, struct str tidy, struct postcode_hit *out);

/* What a boundary file holds. `bad`: features without a code, a name or a shape. */
struct areas_read { struct area_new *p; size_t n; int64_t bad; };
bool geojson_read(struct arena *a, struct str geojson, struct str kind, struct areas_read *out,
                  struct why *why);
struct str outline_pack(struct arena *a, const struct outline *o);
struct outline outline_unpack(struct arena *a, struct str packed);
struct geo_point outline_centre(const struct outline *o);
bool places_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                 struct why *why);
handler places_suggest_page;
int places_place_command(int argc, char **argv);
#endif
