/* command: what the commands of reach share. Private to the folder. */
#ifndef WAYMARK_REACH_COMMAND_H
#define WAYMARK_REACH_COMMAND_H
#include "base/args.h"
#include "reach/net.h"
#include "reach/scan.h"

/* A region opened from a region file, or built in memory from a GTFS zip. */
struct feed_file {
  struct region r;
  struct buf built;
  struct net net;
};
bool feed_file_open(struct feed_file *f, struct str path, struct arena *a, struct why *why);
void feed_file_close(struct feed_file *f);

bool clock_parse(struct str s, int32_t *out); /* "05:30", "25:10:00": seconds after midnight */
struct str clock_text(struct arena *a, int32_t seconds); /* HH:MM:SS, past 24 allowed */
bool walk_option(struct args *args, struct walking *w, const struct region *r, struct why *why);
bool date_option(struct args *args, const char *name, day_t *out, struct why *why);
/* The sentence every answer of this region carries; "" when trains are in it. */
struct str trains_note(const struct region *r);
bool write_out(struct str path, struct str text,
               struct why *why);                         /* "" or "-" is standard output */
int wrong_use(const struct why *why, const char *usage); /* says both, returns 2 */
int failed(const struct why *why);                       /* says it, returns 1 */

int reach_build(struct args *args);
int reach_times(struct args *args);
int reach_journey(struct args *args);
int reach_shift(struct args *args);
int reach_areas(struct args *args);
#endif
