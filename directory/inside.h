/* inside: what the files of directory/ share. Nobody outside the folder includes it. */
#ifndef WAYMARK_DIRECTORY_INSIDE_H
#define WAYMARK_DIRECTORY_INSIDE_H
#include "base/embed.h"
#include "directory/directory.h"

extern const struct embedded_files directory_packs; /* packs/schemes and packs/national */
struct str
pack_text(const char *path); /* "packs/national/groups.csv"; "" when it is not built in */

struct standing_facts service_facts(const struct service *s);
/* A fresh book in `a` with every code list and area of the program; NULL with a sentence. */
struct rules_book *book_read(struct arena *a, struct why *why);
struct rules_codes codes_of(const struct rules_book *b, enum rules_list l,
                            struct str codes); /* unknown ones are left out */
struct str codes_labels(struct arena *a, const char *list,
                        struct str codes); /* "Key worker Training" */
int minutes_parse(struct str hh_mm);       /* "09:30" or "09:30:00" -> 570; -1 when it is no time */
/* The middle of a postcode; false when it is not known here. Then the codes and names of the areas
 * it is in. */
bool directory_point(struct db *db, struct str postcode, double *latitude, double *longitude);
struct strs directory_areas(struct db *db, struct arena *a, struct str postcode);
/* Something that belongs to a service changed: the service counts as changed, and so does the
 * directory. */
enum db_result directory_touch(struct db *db, struct arena *a, int64_t service, instant_t now);
/* Seaborough's help, invented (demo.c). Repeatable. */
bool directory_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now,
                    struct progress *p, struct why *why);
#endif
