/* time_pages: a resident's appointments, "I can't make it", and the messages both ways. */
#include "mine.html.h"
#include "resident/mine_view.h"

enum { MESSAGES_SHOWN = 30 };

struct mine_head mine_head(struct request *rq, enum mine_part part) {
  return (struct mine_head){page_layout(rq, PAGE_TITLE(rq, "My page")), part};
}

bool mine_words_fit(struct str words) { return words.n && utf8_count(words) <= MINE_WORDS_MAX; }

struct str mine_thanks(struct request *rq, bool prompt, struct str otherwise) {
  if (!prompt) return otherwise;
  return PAGE_TITLE(rq, "Thank you. Somebody on call is asked to read this soon. If you cannot "
                        "wait, ring one of the numbers on this page.");
}

/* ---- times ---- */

static struct mine_time_row row_of(struct request *rq, const struct own_appointment *a) {
  return (struct mine_time_row){.id = uuid_str(rq->arena, a->id),
                                .kind = code_label("appointment_kinds", a->kind),
                                .mode = code_label("contact_modes", a->mode),
                                .with = a->with,
                                .place = a->place,
                                .on = a->on,
                                .minute = a->minute};
}

struct mine_times mine_time_rows(struct request *rq, const struct mine *m) {
  struct mine_times out = {0};
  size_t cap = 0;
  struct own_appointments all = mine_appointments(rq, m);
  for (size_t i = 0; i < all.n; i++) *slice_push(rq->arena, &out, &cap) = row_of(rq, &all.p[i]);
  return out;
}

void mine_appointments_page(struct request *rq) {
  struct mine m;
  if (!mine_open(rq, &m)) return;
  struct mine_times_view page = {.head = mine_head(rq, PART_TIMES)};
  struct mine_times all = mine_time_rows(rq, &m);
  page.times.p = all.p, page.times.n = all.n;
  view_mine_times(rq->view, &page);
}

/* The one of the path, if it stands on their page; the same "not found" for any other. */
static bool open_one(struct request *rq, struct mine *m, struct own_appointment *one) {
  struct uuid id;
  if (!mine_open(rq, m)) return false;
  struct own_appointments all = mine_appointments(rq, m);
  bool shaped = uuid_parse(request_path(rq, "appointment"), &id);
  for (size_t i = 0; shaped && i < all.n; i++)
    if (uuid_eq(all.p[i].id, id)) return *one = all.p[i], true;
  reply_not_found(rq);
  return false;
}

static void show_one(struct request *rq, const struct own_appointment *one, struct str fault) {
  struct mine_time_view page = {.head = mine_head(rq, PART_TIMES),
                                .time = row_of(rq, one),
                                .minutes = one->minutes,
                                .fault = fault,
                                .numbers = mine_numbers(rq)};
  size_t cap = 0;
  struct strs needs = str_split(rq->arena, one->needs, ' ');
  for (size_t i = 0; i < needs.n; i++)
    *slice_push(rq->arena, &page.needs, &cap) = code_label("communication_needs", needs.p[i]);
  if (fault.n) reply_status(rq, 422);
  view_mine_time(rq->view, &page);
}

void mine_appointment_page(struct request *rq) {
  struct mine m;
  struct own_appointment one;
  if (open_one(rq, &m, &one)) show_one(rq, &one, (struct str){0});
}

/* "I can't make it" is a message to whoever they meet; what becomes of the time is agreed by
 * people. */
void mine_cant_post(struct request *rq) {
  struct mine m;
  struct own_appointment one;
  bool prompt;
  if (!open_one(rq, &m, &one)) return;
  struct str words = str_trim(request_form(rq, "words"));
  struct str day = words_day(rq->arena, (enum language)rq->lang, one.on);
  struct str all =
      words.n ? SAY(rq->arena, (enum language)rq->lang, T("I can’t make it on {day}. {words}"),
                    SLOT("day", day), SLOT("words", words))
              : SAY(rq->arena, (enum language)rq->lang, T("I can’t make it on {day}."),
                    SLOT("day", day));
  if (utf8_count(words) > MINE_WORDS_MAX)
    return show_one(rq, &one, PAGE_TITLE(rq, "At most 1,000 letters, please."));
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = mine_write(rq, &m, one.organisation_id, all);
  if (result == DB_OK) result = mine_heard(rq, &m, words, &prompt);
  mine_kept(rq, &m, "wrote of an appointment", result,
                mine_thanks(rq, result == DB_OK && prompt,
                            PAGE_TITLE(rq, "They know now. They set another time with you.")),
                S("/mine/messages"));
}

/* A neutral title, no name, no place (contacts/contacts.h). */
void mine_calendar_file(struct request *rq) {
  struct mine m;
  struct own_appointment one;
  if (!open_one(rq, &m, &one)) return;
  struct sha256 h = sha256_of2(S("event "), uuid_str(rq->arena, one.id));
  struct calendar_event event = {
      .uid = hex_of(rq->arena, &h, 12), .on = one.on, .minute = one.minute, .minutes = one.minutes};
  reply_download(rq, "text/calendar; charset=utf-8", S("appointment.ics"));
  contacts_calendar(rq->arena, &event, 1, PAGE_TITLE(rq, "Appointment"), rq->now, rq->body);
}

/* ---- messages ---- */

static void show_messages(struct request *rq, const struct mine *m, struct str fault) {
  struct mine_messages_view page = {.head = mine_head(rq, PART_MESSAGES),
                                    .any = m->any,
                                    .fault = fault,
                                    .to = mine_organisations(rq, m),
                                    .numbers = mine_numbers(rq)};
  struct own_messages all = mine_messages(rq, m, MESSAGES_SHOWN);
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++) {
    struct local at = instant_local_uk(all.p[i].at);
    *slice_push(rq->arena, &page.rows, &cap) = (struct mine_message_row){
        all.p[i].in, all.p[i].words, all.p[i].organisation, at.day, at.minute};
  }
  if (fault.n) reply_status(rq, 422);
  view_mine_messages(rq->view, &page);
}

void mine_messages_page(struct request *rq) {
  struct mine m;
  if (mine_open(rq, &m)) show_messages(rq, &m, (struct str){0});
}

void mine_messages_post(struct request *rq) {
  struct mine m;
  int64_t to = 0;
  bool prompt;
  struct str words = str_trim(request_form(rq, "words"));
  if (!mine_open(rq, &m)) return;
  bool chosen = str_to_i64(request_form(rq, "to"), &to) && own_organisation(&m.scope, to);
  if (!mine_words_fit(words) || !chosen)
    return show_messages(rq, &m,
                         PAGE_TITLE(rq, "Write a few words, at most 1,000 letters, and "
                                        "say to whom."));
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = mine_write(rq, &m, to, words);
  if (result == DB_OK) result = mine_heard(rq, &m, words, &prompt);
  mine_kept(rq, &m, "wrote a message", result,
                mine_thanks(rq, result == DB_OK && prompt, PAGE_TITLE(rq, "Sent.")),
                S("/mine/messages"));
}
