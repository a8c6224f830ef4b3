/* shift: both legs of a shift, day by day. In by the start and home after the end, by way of a
 * nursery if there is one; the weakest link named; what happens when the first vehicle is missed;
 * and, where a leg fails, what would make it reachable. Nothing is refused: the answer says yes, no
 * and by how much, and a person decides. */
#ifndef WAYMARK_REACH_SHIFT_H
#define WAYMARK_REACH_SHIFT_H
#include "reach/holidays.h"
#include "reach/path.h"

struct nursery {
  bool asked;
  struct place at;
  int32_t opens, closes, handover_s; /* seconds after midnight; time needed at the door */
};
struct shift_ask {
  const struct region *r;
  struct place home, work;
  int32_t start, end; /* seconds after midnight; end may pass 24:00 for a night shift */
  int32_t cap_s;      /* longest journey one way, 0 = 2 hours */
  struct walking walking;
  enum need wheelchair, bikes;
  struct nursery nursery;
  bool what_if; /* work out what would help where a leg fails */
};
/* What would help one leg. Seconds; SCAN_NEVER = would not, or not known. */
struct what_if {
  bool bike_3km, bike_5km; /* a (loan) bicycle for the home end, or all the way */
  bool lift;               /* a lift of up to 8 km to a railway station at the home end */
  bool lift_known;         /* false: trains are not in this region */
  int32_t service_s; /* in: the first way there is so much too late; home: the last way leaves so
                        much too early */
};
struct shift_leg {
  bool can;
  struct journey way;    /* in: nursery (or home) to work; home: nursery (or work) to home */
  struct journey first;  /* with a nursery: home to nursery, or work to nursery */
  struct journey missed; /* when the first vehicle of the leg is missed */
  bool missed_too_late;  /* in: it would arrive after the start; home: there is none */
  bool nursery_shut;     /* fails because of the nursery's hours */
  struct what_if help;
};
struct shift_day {
  day_t date;
  bool known;         /* the timetable covers the day */
  struct str holiday; /* a bank holiday's name */
  uint32_t trips;     /* running that day in the whole region; 0 = nothing runs */
  struct shift_leg in, home;
};
/* One day. False with a sentence only when it cannot be worked out at all. Journeys live in the
 * arena. */
bool shift_day(const struct shift_ask *ask, day_t date, struct shift_day *out, struct arena *a,
               struct why *why);
/* The seven days of the week of `date` (Monday first) and, eighth, the next bank holiday the
 * timetable covers. */
enum { SHIFT_DAYS = 8 };
size_t shift_week(const struct shift_ask *ask, day_t date, enum nation nation,
                  struct shift_day out[SHIFT_DAYS], struct arena *a, struct why *why);
/* The weakest link of a leg, in one sentence. */
struct str shift_weakest(const struct shift_ask *ask, const struct shift_day *day, bool home,
                         struct arena *a);
struct path_ask shift_path(const struct shift_ask *ask, const struct day *day);
#endif
