/* match: which people we share with a partner organisation, found without either side handing over
 * names (LINKAGE.md, linkage/psi.h), by files that may travel any way or by the two installations
 * themselves over HTTPS. There is one protocol: what is posted are the files.
 *
 * Before a key is derived: an agreement in force between the two organisations that covers who
 * people are, a purpose of the program's own list (none is for enforcement, and no organisation
 * with an enforcement team can be a partner), the person's own yes to this partner, a service that
 * was switched on. People who hide are never in it. Each person in it finds it under who looked. */
#ifndef WAYMARK_KNOWN_MATCH_H
#define WAYMARK_KNOWN_MATCH_H
#include "known/inside.h"
#include "linkage/psi.h"

struct match_partner {
  int64_t id, organisation_id, our_organisation_id;
  struct str name, purpose, project;
  struct str address; /* of the partner's Waymark, "" = by files */
  struct psi_partner keys;
  uint32_t cap;
  bool count_only;
};
/* Our keys, made on first use. */
bool match_self(struct db *db, struct arena *a, instant_t now, struct psi_identity *out,
                struct why *why);
bool match_partner_named(struct db *db, struct arena *a, struct str name, struct match_partner *out,
                         struct why *why);
bool match_partner_numbered(struct db *db, struct arena *a, int64_t id, struct match_partner *out);
bool match_partner_signing(struct db *db, struct arena *a, const uint8_t sign_public[32],
                           struct match_partner *out);
bool match_partner_add(struct db *db, struct arena *a, const struct match_partner *p, instant_t now,
                       struct why *why);
bool match_team_allow(struct db *db, struct arena *a, struct str team, bool on, instant_t now,
                      struct why *why);
/* Whether a run may be at all on the day; false with a sentence. */
bool match_may(struct db *db, struct arena *a, const struct match_partner *p, day_t on,
               struct why *why);
/* One step of a run: first worked out, which may take seconds and writes nothing, then kept in a
 * MAIN transaction of the caller's. */
struct match_step {
  const struct match_partner *partner;
  struct psi_identity us;
  struct psi psi;
  struct str period, theirs;
  bool begins; /* the run begins with this step */
  int64_t id;  /* of the run; 0 = none yet */
  int64_t taken_before;
  int64_t *people; /* who is in a run that begins */
  size_t n_people;
  struct buf message; /* ours to send now; empty when the run is over */
};
/* Whoever may be in it, their keys, our first message. match_self must have been asked before. */
bool match_begin(struct db *db, struct arena *a, const struct match_partner *p, struct str period,
                 instant_t now, struct match_step *out, struct why *why);
/* A message of theirs. False with a sentence: out of order, replayed, altered or larger than
 * agreed; out->id says whose log that belongs in (match_refused), nothing else changes. */
bool match_answer(struct db *db, struct arena *a, const struct match_partner *p, struct str theirs,
                  instant_t now, struct match_step *out, struct why *why);
/* One run of a partner: its number (0: none), how many of their messages were taken, whether over.
 */
struct match_run {
  int64_t id, taken;
  bool over;
};
struct match_run match_run_of(struct db *db, struct arena *a, int64_t partner, struct str period);
bool match_keep(struct db *db, struct arena *a, struct match_step *s, instant_t now,
                struct why *why);
void match_refused(struct db *db, struct arena *a, const struct match_step *s, struct str said,
                   instant_t now);
void match_step_free(struct match_step *s);

/* ---- over HTTPS (match_wire.c) ---- */

/* What is posted: a head saying whose, which period and which of the three, the sealed message, and
 * the sender's signature over all of it. */
struct match_frame {
  uint8_t sender[32];
  struct str period, sealed;
  int64_t number;
};
enum { FRAME_HEAD_MAX = 256 };
bool match_frame_put(struct buf *out, const struct match_frame *f, const struct psi_identity *us);
/* False: no frame, or not signed by who it says. Borrows. */
bool match_frame_read(struct str bytes, struct match_frame *out);
bool match_address_set(struct db *db, struct arena *a, struct str name, struct str address,
                       struct why *why);
enum match_going { MATCH_OVER, MATCH_LATER, MATCH_REFUSED };
/* Begins the period's run if it has not begun, and goes on with it as far as the partner answers.
 * Inside no transaction. MATCH_LATER: ask again in a while; why says what it waits for. */
enum match_going match_go(struct db *db, struct arena *a, const struct match_partner *p,
                          struct str period, instant_t now, struct why *why);
/* Asked for by a page or a command: a job goes on with it. Inside a MAIN transaction. */
bool match_want(struct db *db, struct arena *a, const struct match_partner *p, struct str period,
                instant_t now, struct why *why);
job_run match_job;
handler match_api;
/* Tests: how a request leaves; NULL = through web/out.h. */
struct out_request;
struct out_reply;
typedef bool match_sender(struct arena *a, const struct out_request *ask, struct out_reply *reply,
                          struct why *why);
void match_send_through(match_sender *send);

extern const char *const match_purposes[];
extern const size_t match_purposes_n;
int match_command(int argc, char **argv);
#endif
