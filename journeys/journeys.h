/* journeys: minutes, not miles, in the screens where choices are made. The region of this
 * installation (engine.h), the page that tells how to get somewhere in plain words, and for whole
 * places who cannot reach what.
 *
 * Nothing asked is kept and no address stands in a URL: questions are ASK requests (PRACTICE 4). A
 * place whose address is not published has no minutes, no way and no mark. Every answer of a region
 * without a rail timetable says that trains are not included. Without a region there are no
 * minutes, and pages are as they were. Migrations: 6600s. */
#ifndef WAYMARK_JOURNEYS_H
#define WAYMARK_JOURNEYS_H
#include "directory/directory.h"
#include "journeys/engine.h"
#include "places/places.h"
#include "web/page.h"

/* Said in each process that serves or answers: which data folder is ours. */
void journeys_use(struct str data_folder);
/* What every answer says when it is so: trains are not included; "" when they are. */
struct str journeys_note(enum language lang);

/* A way in words, a line a leg, ready to be shown (view journeys_way). */
struct way_line {
  struct str when, words;
};
struct way_view {
  bool found, on_foot; /* on_foot: no vehicle at all */
  struct str heading;  /* set by whoever shows it */
  struct str lead;     /* "Leave at 09:12, be there at 09:40." */
  struct str length;   /* "28 minutes, 1 change" */
  struct {
    struct way_line *p;
    size_t n;
  } lines;
  struct str end; /* time of arrival */
};
struct way_view journeys_view(struct request *rq, const struct travel *w, struct str from,
                              struct str to);
/* "Sunday 29 November 2026": buses are different on it. */
struct str journeys_day(struct arena *a, enum language lang, day_t day);
struct str journeys_clock(struct arena *a, enum language lang, int minute);
/* What it costs, or that it is not known, in words; "" where nothing is ridden. */
struct str journeys_cost(struct request *rq, const struct fares_said *f, bool week);
/* "34 minutes"; "" for -1. */
struct str journeys_minutes(struct request *rq, int minutes);

/* The nearest published place of an offer to somewhere; false: none is published. */
bool journeys_place_of(const struct offer *o, struct spot from, struct spot *out);
/* When to set out for a list of help: now while any of it is open now, else an hour before the next
 * opening, so that one arrives when it opens. */
struct set_out journeys_set_out(const struct offers *o, day_t today, int minute);
/* The next opening of one offer from that minute on; false: it is open now, or says no hours. */
bool journeys_opens(const struct offer *o, day_t today, int minute, struct set_out *out);

struct person;

/* ---- For somebody who is supported: a worker's screen only ---- */

/* Both ways between their home and somewhere. Never for somebody who hides, nor where the asker may
 * not see their postcode: then nothing is said, not even that there is none. */
struct legs_ask {
  struct spot to;      /* or */
  struct str to_words; /* a text with a postcode in it */
  struct str to_label; /* what to call it; "" = "the appointment" */
  day_t day;
  int from_minute, until_minute; /* be there by; leave after. until -1 = an hour later */
};
struct way_link {
  struct str href, words;
};
struct legs_view {
  bool shown;
  struct way_view there, back, last;
  struct {
    struct str *p;
    size_t n;
  } help; /* what would make it reachable */
  struct {
    struct way_link *p;
    size_t n;
  } links;              /* who could pay or lend */
  struct str why, note; /* why nothing can be told; trains */
  struct str cost;      /* of both ways, in words; "" = nothing is ridden */
  bool back_early;      /* the last way back leaves before it ends */
};
/* `classes`: what the asker may see of p. The look is named to the audit. */
struct legs_view journeys_legs(struct request *rq, const struct person *p, uint32_t classes,
                               const struct legs_ask *ask);
/* From somebody's home to each of a few services beside their record, and back: "34 minutes. Last
 * way home 18:05."; "" where nothing is known or published. False: not to be told at all. The look
 * is named to the audit. */
bool journeys_from_home(struct request *rq, const struct person *p, uint32_t classes,
                        const struct offer *const *offers, size_t n, struct str *out);

/* ---- For whole areas, from the tables of the night ---- */

/* Minutes from an area's middle to 1,000 jobs, setting out within that hour of an ordinary weekday.
 * -1: over two hours, or no way. AREA_NOT_KNOWN: the table does not hold the area. */
enum { AREA_NOT_KNOWN = -2 };
int journeys_area_jobs(struct db *db, struct arena *a, struct str area_code, int hour);

/* Minutes from a ward's middle to each live service at its nearest published place, by service id,
 * as the last night found them. n 0: the table does not hold the ward. */
enum { SERVICE_HIDDEN = -3, SERVICE_COMES = -2, SERVICE_FAR = -1 };
struct service_minutes {
  int64_t service;
  int minutes; /* SERVICE_HIDDEN: its address is not published; SERVICE_COMES: one need not go;
                  SERVICE_FAR: over two hours, or no way */
};
struct area_services { struct service_minutes *p; size_t n; };
struct area_services journeys_area_services(struct db *db, struct arena *a, struct str ward_code,
                                            bool sunday, int hour);

extern const struct domain journeys_domain;
#endif
