/* match_wire: private matching over HTTPS (match.h). Either side may carry a run: it posts its
 * message k and is answered with the other's message k, so three calls are a whole run, and both
 * sides may do it at once. A message lost on its way is asked for again and is the same; another in
 * its place, one out of order, one of another run is refused and logged. Whoever does not sign as a
 * partner is told the same whatever they ask. */
#include <sodium.h>
#include "known/match.h"
#include "web/out.h"
#include "web/page.h"
#include "web/session.h"

enum {
  MESSAGES = 3,
  SIGNATURE = crypto_sign_BYTES,
  HEX = 64,
  PERIOD_MOST = 32,
  WORK_BYTES = 1 << 30,
  CALLS_A_MINUTE = 30,
  ANSWER_SECONDS = 120,
  LATER_MINUTES = 15,
  GIVE_UP_DAYS = 14
};
static const char frame_head[] = "waymark match 1";

/* ---- the frame ---- */

bool match_frame_put(struct buf *out, const struct match_frame *f, const struct psi_identity *us) {
  char hex[HEX + 1];
  uint8_t signature[SIGNATURE];
  size_t from = out->n;
  sodium_bin2hex(hex, sizeof hex, us->sign_public, sizeof us->sign_public);
  buf_format(out, "%s\n%s\n%.*s\n%lld\n", frame_head, hex, P(f->period), (long long)f->number);
  buf_put(out, f->sealed);
  if (out->full) return false;
  crypto_sign_detached(signature, NULL, (const uint8_t *)out->p + from, out->n - from,
                       us->sign_secret);
  buf_put(out, (struct str){(char *)signature, sizeof signature});
  return !out->full;
}

/* A month or another short name, in letters and figures a log may hold. */
static bool is_period(struct str s) {
  bool plain = s.n > 0 && s.n <= PERIOD_MOST;
  for (size_t i = 0; i < s.n; i++) plain &= s.p[i] >= ' ' && s.p[i] < 0x7f;
  return plain;
}

bool match_frame_read(struct str bytes, struct match_frame *out) {
  if (bytes.n < SIGNATURE) return false;
  struct str signed_part = str_slice(bytes, 0, bytes.n - SIGNATURE), rest = signed_part;
  struct str head = str_cut(&rest, '\n'), hex = str_cut(&rest, '\n'), period = str_cut(&rest, '\n'),
             number = str_cut(&rest, '\n');
  size_t n = 0;
  *out = (struct match_frame){.period = period, .sealed = rest};
  if (!str_eq(head, str_of(frame_head)) || hex.n != HEX || !rest.n || !is_period(period) ||
      !str_to_i64(number, &out->number) || out->number < 1 || out->number > MESSAGES)
    return false;
  if (sodium_hex2bin(out->sender, sizeof out->sender, hex.p, hex.n, NULL, &n, NULL) != 0 ||
      n != sizeof out->sender)
    return false;
  return crypto_sign_verify_detached((const uint8_t *)bytes.p + signed_part.n,
                                     (const uint8_t *)signed_part.p, signed_part.n,
                                     out->sender) == 0;
}

/* ---- what both ends do ---- */

struct step_kept {
  struct arena *a;
  struct match_step *step;
  struct str refused; /* instead of the step: only the log */
  instant_t now;
  struct why *why;
};

static enum db_result keep(struct db *db, void *with) {
  struct step_kept *k = with;
  if (k->refused.n) {
    match_refused(db, k->a, k->step, k->refused, k->now);
    return DB_OK;
  }
  return match_keep(db, k->a, k->step, k->now, k->why) ? DB_OK : DB_CONFLICT;
}

static bool keep_step(struct db *db, struct arena *a, struct match_step *s, instant_t now,
                      struct why *why) {
  struct step_kept k = {.a = a, .step = s, .now = now, .why = why};
  return db_atomically(db, STORE_MAIN, keep, &k) == DB_OK;
}

static void keep_refusal(struct db *db, struct arena *a, struct match_step *s, struct str said,
                         instant_t now) {
  struct step_kept k = {.a = a, .step = s, .now = now, .refused = said};
  db_atomically(db, STORE_MAIN, keep, &k);
}

/* Our message of that number, ready to travel. */
static bool put_ours(struct db *db, struct arena *a, int64_t match, struct str period,
                     int64_t number, const struct psi_identity *us, struct buf *out) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("select body from known_match_message where match_id = ?1 and ours = 1 and "
                  "number = ?2"),
              V(match), V(number)))
    return false;
  struct match_frame f = {.period = period, .sealed = row_text(&r, 0), .number = number};
  db_done(&r);
  return match_frame_put(out, &f, us);
}

static bool same_as_taken(struct db *db, struct arena *a, int64_t match,
                          const struct match_frame *f) {
  struct rows r;
  uint8_t hash[32];
  if (!db_one(&r, db, a,
              SQL("select hash from known_match_message where match_id = ?1 and ours = 0 and "
                  "number = ?2"),
              V(match), V(f->number)))
    return false;
  struct str taken = row_text(&r, 0);
  db_done(&r);
  crypto_generichash(hash, sizeof hash, (const uint8_t *)f->sealed.p, f->sealed.n, NULL, 0);
  return str_eq(taken, (struct str){(char *)hash, sizeof hash});
}

/* Takes a message that came, unless the very same was taken already. */
static bool take(struct db *db, struct arena *a, const struct match_partner *p,
                 const struct match_frame *f, struct match_run run, instant_t now,
                 struct why *why) {
  struct match_step step = {.partner = p, .id = run.id};
  bool ok = false;
  if (!match_self(db, a, now, &step.us, why)) return false;
  if (f->number <= run.taken && same_as_taken(db, a, run.id, f)) return true;
  if (f->number != run.taken + 1)
    why_say(why, "Message %lld was expected, but message %lld came: out of order, or a replay.",
            (long long)run.taken + 1, (long long)f->number);
  else
    ok = match_answer(db, a, p, f->sealed, now, &step, why);
  if (ok)
    ok = keep_step(db, a, &step, now, why);
  else
    keep_refusal(db, a, &step, str_copy(a, why_str(why)), now);
  match_step_free(&step);
  return ok;
}

/* ---- asked by a partner ---- */

static void answer(struct request *rq, struct arena *a, const struct match_partner *p,
                   const struct match_frame *f) {
  struct why why = {0};
  struct psi_identity us;
  struct match_run run = match_run_of(rq->db, a, p->id, f->period);
  if (!run.id) {
    reply_refuse(rq, 409, S("This side has not begun that period yet. Ask them to, then go on."));
    return;
  }
  if (!match_self(rq->db, a, rq->now, &us, &why) || !take(rq->db, a, p, f, run, rq->now, &why)) {
    reply_refuse(rq, 422, str_copy(rq->arena, why_str(&why)));
    return;
  }
  if (put_ours(rq->db, a, run.id, f->period, f->number, &us, rq->body))
    reply_type(rq, "application/octet-stream");
  else
    reply_refuse(rq, 503, S("The answer could not be made. Ask again in a minute."));
}

void match_api(struct request *rq) {
  struct match_frame f;
  struct match_partner p;
  struct arena a = arena_open(WORK_BYTES);
  bool known =
      match_frame_read(rq->content, &f) && match_partner_signing(rq->db, rq->arena, f.sender, &p);
  a.out = rq->arena->out;
  if (!known)
    reply_refuse(rq, 404,
                 S("No partner here signs like that. Read the fingerprints over the "
                   "telephone."));
  else if (!limit_take(rq->db, rq->arena, "match", p.project, CALLS_A_MINUTE, 60, rq->now))
    reply_refuse(rq, 429, S("Too many messages in a minute. Wait, then go on."));
  else
    answer(rq, &a, &p, &f);
  arena_close(&a);
}

/* ---- going on by ourselves ---- */

static match_sender *send_through = out_send;
void match_send_through(match_sender *send) { send_through = send ? send : out_send; }

bool match_address_set(struct db *db, struct arena *a, struct str name, struct str given,
                       struct why *why) {
  struct match_partner p;
  struct str address = given;
  if (!match_partner_named(db, a, name, &p, why)) return false;
  if (!str_eq(given, S("none")) && !url_of_program(a, given, &address, why)) return false;
  while (address.n && address.p[address.n - 1] == '/') address.n--;
  struct db_value value = str_eq(given, S("none")) ? db_null() : V(address);
  return db_run(db, SQL("update known_partner set address = ?2 where id = ?1"), V(p.id), value) ==
             DB_OK ||
         why_say(why, "The address could not be kept.");
}

static bool begin_run(struct db *db, struct arena *a, const struct match_partner *p,
                      struct str period, instant_t now, struct why *why) {
  struct match_step step;
  bool ok = match_begin(db, a, p, period, now, &step, why) && keep_step(db, a, &step, now, why);
  match_step_free(&step);
  return ok;
}

/* One call: our message of that number there, theirs back. */
static enum match_going call(struct db *db, struct arena *a, const struct match_partner *p,
                             struct str period, struct match_run run, int64_t number, instant_t now,
                             struct why *why) {
  struct psi_identity us;
  struct match_frame f;
  struct out_reply reply = {0};
  struct buf body = buf_open((size_t)p->cap * PSI_POINT + WORK_BYTES / 8);
  if (!match_self(db, a, now, &us, why)) return MATCH_REFUSED;
  bool ready = put_ours(db, a, run.id, period, number, &us, &body);
  struct out_request ask = {.method = S("POST"),
                            .url = str_format(a, "%.*s/api/match", P(p->address)),
                            .body = buf_str(&body),
                            .content_type = S("application/octet-stream"),
                            .bytes_max = (size_t)p->cap * PSI_POINT + (1 << 16),
                            .timeout_s = ANSWER_SECONDS,
                            .stay = true};
  bool answered = ready && send_through(a, &ask, &reply, why);
  buf_free(&body);
  if (!ready) return why_say(why, "Our message is not there any more."), MATCH_REFUSED;
  if (!answered) return MATCH_LATER;
  if (reply.status == 409)
    return why_say(why, "The partner has not begun this period yet."), MATCH_LATER;
  if (reply.status == 429 || reply.status >= 500)
    return why_say(why, "The partner could not answer just now (%d).", reply.status), MATCH_LATER;
  if (reply.status != 200)
    return why_say(why, "The partner refused our message (%d). Its log says why.", reply.status),
           MATCH_REFUSED;
  if (!match_frame_read(reply.body, &f) || f.number != number || !str_eq(f.period, period) ||
      sodium_memcmp(f.sender, p->keys.sign_public, 32) != 0)
    return why_say(why, "What came back is not signed by the partner. Check the address and the "
                        "fingerprint."),
           MATCH_REFUSED;
  run = match_run_of(db, a, p->id, period); /* they may have asked meanwhile */
  return take(db, a, p, &f, run, now, why) ? MATCH_OVER : MATCH_REFUSED;
}

enum match_going match_go(struct db *db, struct arena *a, const struct match_partner *p,
                          struct str period, instant_t now, struct why *why) {
  if (!p->address.n)
    return why_say(why, "This partner has no address: the steps go by files."), MATCH_REFUSED;
  if (!match_may(db, a, p, instant_local_uk(now).day, why)) return MATCH_REFUSED;
  if (!match_run_of(db, a, p->id, period).id && !begin_run(db, a, p, period, now, why))
    return MATCH_REFUSED;
  /* They may not have had our answer to the last message we took, when they carried it; so the
   * first call gives that one again. */
  struct match_run run = match_run_of(db, a, p->id, period);
  for (int64_t k = run.taken > 1 ? run.taken : 1; k <= MESSAGES && !run.over; k++) {
    struct arena scratch = *a;
    enum match_going went = call(db, &scratch, p, period, run, k, now, why);
    if (went != MATCH_OVER) return went;
    run = match_run_of(db, &scratch, p->id, period);
  }
  return run.over ? MATCH_OVER : (why_say(why, "The run does not come to its end."), MATCH_REFUSED);
}

bool match_want(struct db *db, struct arena *a, const struct match_partner *p, struct str period,
                instant_t now, struct why *why) {
  struct str number = str_format(a, "%lld", (long long)p->id);
  if (!period.n || period.n > PERIOD_MOST) return why_say(why, "Say the period, such as 2026-11.");
  if (!p->address.n) return why_say(why, "This partner has no address: the steps go by files.");
  if (!match_may(db, a, p, instant_local_uk(now).day, why)) return false;
  return (db_run(db, SQL("update known_partner set wanted_period = ?2, said = null where id = ?1"),
                 V(p->id), V(period)) == DB_OK &&
          job_add(db, a, "known_match", number, now, INSTANT_NONE, number)) ||
         why_say(why, "That could not be kept. Try again.");
}

struct ending {
  struct job *job;
  int64_t partner;
  struct str said, number;
  bool again;
};

static enum db_result end_job(struct db *db, void *with) {
  struct ending *e = with;
  struct job *j = e->job;
  enum db_result r = db_run(db, SQL("update known_partner set said = ?2 where id = ?1"),
                            V(e->partner), e->said.n ? V(e->said) : db_null());
  instant_t when = j->now + (instant_t)LATER_MINUTES * 60 * 1000000;
  if (r == DB_OK && e->again &&
      !job_add(db, j->arena, "known_match", e->number, j->now, when, e->number))
    return DB_FAILED;
  return r;
}

/* A partner who never answers is not asked for ever. */
static bool too_long(struct job *j, int64_t partner, struct str period) {
  struct rows r;
  if (!db_one(&r, j->db, j->arena,
              SQL("select began_at from known_match where partner_id = ?1 and period = ?2"),
              V(partner), V(period)))
    return false;
  instant_t began = row_instant(&r, 0);
  db_done(&r);
  return j->now - began > (instant_t)GIVE_UP_DAYS * 24 * 3600 * 1000000;
}

enum job_end match_job(struct job *job, struct why *why) {
  struct match_partner p;
  struct ending e = {.job = job, .number = job->arguments};
  struct rows r;
  if (!str_to_i64(job->arguments, &e.partner) ||
      !match_partner_numbered(job->db, job->arena, e.partner, &p) ||
      !db_one(&r, job->db, job->arena,
              SQL("select wanted_period from known_partner where id = ?1 and wanted_period is not "
                  "null"),
              V(e.partner)))
    return JOB_DONE;
  struct str period = row_text(&r, 0);
  db_done(&r);
  struct arena work = arena_open(WORK_BYTES);
  work.out = job->arena->out;
  enum match_going went = match_go(job->db, &work, &p, period, job->now, why);
  arena_close(&work);
  if (went != MATCH_OVER) e.said = str_copy(job->arena, why_str(why));
  e.again = went == MATCH_LATER && !too_long(job, e.partner, period);
  return db_atomically(job->db, STORE_MAIN, end_job, &e) == DB_OK ? JOB_DONE : JOB_AGAIN;
}
