/* resident: a resident's own page and what follows from it: their plan, strengths, appointments and
 * messages, what they allow, who looked, their statement beside a note, a copy to take away; what
 * anyone says of the service; and the request for everything that is kept of somebody.
 *
 * Whoever holds their telephone reads the page too (PRACTICE 4). Every page under /mine reads
 * through one scope (people/own.h, resident/mine.h) and knows no other way to a fact. */
#ifndef WAYMARK_RESIDENT_H
#define WAYMARK_RESIDENT_H
#include "people/people.h"
extern const struct domain resident_domain;
#endif
