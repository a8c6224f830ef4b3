/* notice: telling a user something on their own page, and by mail where the installation has a
 * way to send it and the user signs in with an address. A mail says that there is something to
 * read and nothing about what: mailboxes are read by others. */
#include "accounts/inside.h"
#include "web/out.h"
#include "web/page.h"

enum { NOTICES_SHOWN_MAX = 20 };

enum db_result accounts_tell(struct db *db, struct arena *a, int64_t user_id, const char *words,
                             struct str href, instant_t now) {
  enum db_result result =
      db_run(db, SQL("insert into notice (user_id, words, href, made_at) values (?1, ?2, ?3, ?4)"),
             V(user_id), V(str_of(words)), V(href), db_instant(a, now));
  if (result != DB_OK || !page_site()->mail_url.n) return result;
  struct str user = str_format(a, "%lld", (long long)user_id);
  return job_add(db, a, "notice mail", user, now, INSTANT_NONE, user) ? DB_OK : DB_FAILED;
}

struct notices accounts_notices(struct db *db, struct arena *a, int64_t user_id) {
  struct notices out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select id, words, href, made_at from notice where user_id = ?1 and "
                              "read_at is null order by id desc limit ?2"),
                          V(user_id), V(NOTICES_SHOWN_MAX));
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct notice){
        row_int(&r, 0), row_text(&r, 1), row_text(&r, 2),
        day_words(a, instant_local_uk(row_instant(&r, 3)).day)};
  return out;
}

enum db_result accounts_notice_read(struct db *db, struct arena *a, int64_t user_id, int64_t id,
                                    instant_t now) {
  return db_run(db,
                SQL("update notice set read_at = ?3 where id = ?1 and user_id = ?2 and read_at is "
                    "null"),
                V(id), V(user_id), db_instant(a, now));
}

/* An address of one line, or "": a name to sign in with need not be one. */
static struct str mail_address(struct db *db, struct arena *a, int64_t user_id) {
  struct rows r;
  struct str name = {0};
  if (!db_one(&r, db, a,
              SQL("select sign_in from user_account where id = ?1 and disabled_at is null and "
                  "invented = 0"),
              V(user_id)))
    return name;
  name = row_text(&r, 0);
  db_done(&r);
  size_t at = str_find_byte(name, '@');
  return at > 0 && at + 1 < name.n && str_find_byte(name, ' ') == name.n ? name : (struct str){0};
}

static struct out_request letter(struct arena *a, struct str to) {
  const struct page_site *site = page_site();
  struct out_request r = {.method = S("MAIL"), .url = site->mail_url, .from = site->mail_from};
  r.to[0] = to;
  r.body = str_format(a,
                      "From: %.*s\r\nTo: %.*s\r\nSubject: Something to read\r\n"
                      "Content-Type: text/plain; charset=utf-8\r\n\r\n"
                      "There is something for you to read. Sign in at %.*s to see it.\r\n",
                      P(site->mail_from), P(to), P(site->base_url));
  return r;
}

enum job_end accounts_notice_mail(struct job *job, struct why *why) {
  int64_t user_id = 0;
  struct out_reply reply = {0};
  if (!str_to_i64(job->arguments, &user_id)) return JOB_DONE;
  struct str to = mail_address(job->db, job->arena, user_id);
  if (!to.n) return JOB_DONE; /* told on their page alone */
  struct out_request r = letter(job->arena, to);
  if (!out_send(job->arena, &r, &reply, why)) return JOB_FAILED;
  return reply.status == 250 ||
                 why_say(why, "The mail server did not take the message (%d).", reply.status)
             ? JOB_DONE
             : JOB_FAILED;
}
