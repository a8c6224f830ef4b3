/* streets: walking along the foot ways of OpenStreetMap kept in a region file. Shortest distance on
 * foot (Dijkstra, bounded) from a point to stops and to other points; a point joins the nearest way
 * within STREET_JOIN_METRES by a straight line. Without streets a walk is the straight line times
 * STREET_FACTOR. */
#ifndef WAYMARK_REACH_STREETS_H
#define WAYMARK_REACH_STREETS_H
#include "reach/region.h"
#define STREET_FACTOR 1.3
enum { STREET_JOIN_METRES = 300 };
struct streets;
/* Working memory from the arena, usable for any number of questions, one at a time. */
struct streets *streets_open(const struct region *r, struct arena *a);
/* Works out distances up to `metres` from p; stepfree leaves out steps. False when p is near no
 * foot way. */
bool streets_from(struct streets *s, struct point p, double metres, bool stepfree);
/* After streets_from: metres to q, or INFINITY when farther than asked. */
double streets_to(struct streets *s, struct point q);
double streets_to_stop(struct streets *s, uint32_t stop);
/* Every stop within `metres` on foot, with its distance and its step-free distance (INFINITY = no
 * such way; worked out only when `both`). */
void streets_stops(struct streets *s, struct point p, double metres, bool both,
                   void each(void *to, uint32_t stop, double metres, double stepfree), void *to);
#endif
