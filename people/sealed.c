/* sealed: can what is sealed be read again? Asked by a rehearsal of a backup. */
#include "people/inside.h"

enum { TRIED_MAX = 50 };

bool people_sealed_opens(struct db *db, struct arena *a, struct why *why) {
  size_t tried = 0;
  bool opened = false;
  struct rows r = db_rows(db, a,
                          SQL("/* scan: a rehearsal, never a page */ select id from person where "
                              "phone is not null order by id desc limit ?1"),
                          V((int64_t)TRIED_MAX));
  while (!opened && db_next(&r)) {
    struct person p;
    tried++;
    opened = record_load(db, a, &person_type, row_int(&r, 0), &p) && p.phone.n > 0;
  }
  db_done(&r);
  if (r.result != DB_OK) return why_say(why, "People's records could not be read.");
  return opened || tried == 0 ||
         why_say(why, "None of the newest %zu sealed telephone numbers could be opened. The master "
                      "key or the keys' backup belongs to another installation, or is older.",
                 tried);
}
