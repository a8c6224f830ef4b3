/* What the directory does by itself each night (the domain's night): feeds are read again, and
 * whoever answers for an entry is asked whether it is still right.
 *
 * Each feed and each letter is a job of its own: a killed one is taken up where it was, and one
 * that fails is tried again the next night. */
#include "directory/night.h"
#include "db/job.h"
#include "web/page.h"

enum { LETTERS_A_NIGHT_MAX = 500 };

static enum db_result add_feeds(struct db *db, struct arena *a, instant_t now) {
  enum db_result result = DB_OK;
  struct rows r = db_rows(db, a, SQL("select id, public_id from feed order by id"));
  while (db_next(&r) && result == DB_OK) {
    struct str arguments = str_format(a, "{\"feed\":%lld}", (long long)row_int(&r, 0));
    if (!job_add(db, a, "oruk_import", arguments, now, INSTANT_NONE,
                 uuid_str(a, row_uuid(&r, 1))))
      result = DB_FAILED;
  }
  db_done(&r);
  return result == DB_OK ? r.result : result;
}

/* Whether somebody should be asked today, and for which day's check. */
bool reminder_due(const struct service *s, day_t today, struct reminder *out) {
  struct standing st = service_standing(s, today);
  bool shown = st.state == STANDING_LIVE || st.state == STANDING_UNCHECKED;
  if (!shown || !s->assurer_email.n) return false;
  day_t due = st.review_due == DAY_NONE ? s->published_on : st.review_due;
  if (due == DAY_NONE || due > today + REVIEW_SOON_DAYS) return false;
  *out = (struct reminder){due, today > due + REMINDER_LATE_DAYS};
  return true;
}

static bool asked(struct db *db, struct arena *a, int64_t service, struct reminder r) {
  return db_number(db, 1,
                   SQL("select count(*) from service_reminder where service = ?1 and due = ?2 and "
                       "late = ?3"),
                   V(service), db_day(a, r.due), V((int64_t)r.late)) > 0;
}

static enum db_result add_letters(struct db *db, struct arena *a, instant_t now) {
  enum db_result result = DB_OK;
  day_t today = instant_local_uk(now).day;
  int letters = 0;
  struct rows r = db_rows(db, a,
                          SQL("select * from service where assurer_email is not null and "
                              "withdrawn_on is null order by assured_on, id"));
  while (db_next(&r) && result == DB_OK && letters < LETTERS_A_NIGHT_MAX) {
    struct service s;
    struct reminder reminder;
    record_from_row(&service_type, &r, &s);
    if (!reminder_due(&s, today, &reminder) || asked(db, a, s.id, reminder)) continue;
    struct str id = str_format(a, "%lld", (long long)s.id);
    if (!job_add(db, a, "service_reminder", id, now, INSTANT_NONE, id)) result = DB_FAILED;
    letters++;
  }
  db_done(&r);
  return result;
}

enum db_result directory_night(struct db *db, struct arena *a, instant_t now) {
  enum db_result r = add_feeds(db, a, now);
  return r == DB_OK && page_site()->mail_url.n ? add_letters(db, a, now) : r;
}

/* ---- One letter. */

/* A header holds one line, whatever the name of an entry is. */
static struct str one_line(struct arena *a, struct str s) {
  char *out = str_c(a, s);
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)out[i] < ' ') out[i] = ' ';
  return (struct str){out, s.n};
}

struct out_request reminder_letter(struct arena *a, const struct service *s, struct reminder r) {
  const struct page_site *site = page_site();
  struct out_request out = {.method = S("MAIL"), .url = site->mail_url, .from = site->mail_from};
  struct str last =
      s->assured_on == DAY_NONE
          ? S("Nobody has checked it with you yet.")
          : str_format(a, "It was last checked with you on %.*s.", P(day_words(a, s->assured_on)));
  out.to[0] = one_line(a, s->assurer_email);
  out.body = str_format(
      a,
      "From: %.*s\r\nTo: %.*s\r\nSubject: Is this still right?\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n\r\n"
      "Hello,\r\n\r\n%.*s shows \"%.*s\" to people who look for help. %.*s\r\n\r\n"
      "This is the page they see:\r\n%.*s/help/services/%.*s\r\n\r\n"
      "Is it still right? Answer this mail: write yes, or what has changed.\r\n"
      "After %.*s, unless somebody has checked it, the page tells people to ask first.\r\n\r\n"
      "Please write nothing about any person who came to you.\r\n",
      P(site->mail_from), P(out.to[0]), P(site->name), P(one_line(a, s->name)), P(last),
      P(site->base_url), P(uuid_str(a, s->public_id)), P(day_words(a, r.due)));
  return out;
}

static enum db_result keep_asked(struct db *db, struct arena *a, int64_t service,
                                 struct reminder r, instant_t now) {
  db_begin(db, STORE_MAIN);
  enum db_result result =
      db_run(db,
             SQL("insert into service_reminder (service, due, late, asked_at) values (?1, ?2, ?3, "
                 "?4) on conflict (service, due, late) do nothing"),
             V(service), db_day(a, r.due), V((int64_t)r.late), db_instant(a, now));
  enum db_result end = db_commit(db, STORE_MAIN);
  return result == DB_OK ? end : result;
}

/* The entry is read again: it may have been checked since the letter was asked for. A letter that
 * left and was not written down is sent twice, which is better than never. */
enum job_end service_reminder(struct job *job, struct why *why) {
  struct service s;
  struct reminder r;
  struct out_reply reply = {0};
  int64_t id = 0;
  bool there = str_to_i64(job->arguments, &id) &&
               record_load(job->db, job->arena, &service_type, id, &s);
  if (!there || !page_site()->mail_url.n ||
      !reminder_due(&s, instant_local_uk(job->now).day, &r) || asked(job->db, job->arena, id, r))
    return JOB_DONE;
  struct out_request letter = reminder_letter(job->arena, &s, r);
  if (!out_send(job->arena, &letter, &reply, why)) return JOB_FAILED;
  if (reply.status != 250) {
    why_say(why, "The mail server did not take the message (%d).", reply.status);
    return JOB_FAILED;
  }
  return keep_asked(job->db, job->arena, id, r, job->now) == DB_OK ? JOB_DONE : JOB_AGAIN;
}

day_t reminder_asked_on(struct db *db, struct arena *a, int64_t service) {
  struct rows r;
  day_t on = DAY_NONE;
  if (!db_one(&r, db, a,
              SQL("select max(asked_at) from service_reminder where service = ?1 having "
                  "count(*) > 0"),
              V(service)))
    return on;
  on = instant_local_uk(row_instant(&r, 0)).day;
  db_done(&r);
  return on;
}
