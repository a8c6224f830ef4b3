/* stop_pages: where outreach stops in the next two weeks, for anyone; and putting a day right. */
#include "contacts.html.h"
#include "contacts/inside.h"
#include "contacts/pages.h"
#include "record/form.h"

enum { DAYS_AHEAD = 14 };
static const char *const fields[] = {"name", "place", "about", "weekday", "clock", "clock_to",
                                     "from_day", "to_day", NULL};
static const char *const weekday_codes[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

struct stops { struct outreach_stop *p; size_t n; };

static struct stops read_stops(struct request *rq, int64_t team) {
  struct stops out = {0};
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select * from outreach_stop where coalesce(to_day, '9999-12-31') >= "
                              "?1 and (?2 = 0 or team = ?2) order by clock, id limit 500"),
                          db_day(rq->arena, rq->today), V(team));
  while (db_next(&r)) {
    struct outreach_stop *s = slice_push(rq->arena, &out, &cap);
    record_clear(&outreach_stop_type, s);
    record_from_row(&outreach_stop_type, &r, s);
  }
  return out;
}

/* One stop on one day as it will be; false: it is not there that day. */
static bool stop_on(struct request *rq, const struct outreach_stop *s, day_t on, struct line *l) {
  struct rows r;
  bool runs = str_eq(s->weekday, str_of(weekday_codes[day_weekday(on)])) && on >= s->from_day &&
              (s->to_day == DAY_NONE || on <= s->to_day),
       usual = runs;
  struct str clock = s->clock, place = s->place;
  *l = (struct line){.title = s->name, .note = s->about};
  if (db_one(&r, rq->db, rq->arena,
             SQL("select runs, clock, place from outreach_change where stop_id = ?1 and on_day = "
                 "?2"),
             V(s->id), db_day(rq->arena, on))) {
    runs = row_int(&r, 0) != 0;
    if (row_text(&r, 1).n) clock = row_text(&r, 1);
    if (row_text(&r, 2).n) place = row_text(&r, 2);
    l->due = true;
    l->sign = runs ? PAGE_TITLE(rq, "Changed for this day") : PAGE_TITLE(rq, "Not on this day");
    db_done(&r);
  }
  bool moved = !str_eq(clock, s->clock);
  l->text = moved ? str_format(rq->arena, "%.*s. %.*s", P(clock), P(place))
                  : str_format(rq->arena, "%.*s – %.*s. %.*s", P(clock), P(s->clock_to), P(place));
  return runs || usual;
}

static void read_days(struct request *rq, struct groups *groups) {
  struct stops all = read_stops(rq, 0);
  size_t cap = 0;
  for (day_t on = rq->today; on < rq->today + DAYS_AHEAD; on++) {
    struct group g = {.id = day_iso(rq->arena, on), .heading = day_words(rq->arena, on)};
    size_t lines = 0;
    for (size_t i = 0; i < all.n; i++) {
      struct line l;
      if (stop_on(rq, &all.p[i], on, &l)) *add_line(rq, &g.lines, &lines) = l;
    }
    if (g.lines.n) *slice_push(rq->arena, groups, &cap) = g;
  }
}

void stops_page(struct request *rq) {
  struct list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Where we stop")),
                           .heading = PAGE_TITLE(rq, "Where we stop"),
                           .lede =
                               PAGE_TITLE(rq, "The next two weeks. Come as you are; nobody asks "
                                              "for your name.")};
  read_days(rq, &page.groups);
  if (!page.groups.n) page.lede = PAGE_TITLE(rq, "No stops are planned in the next two weeks.");
  view_contacts_list(rq->view, &page);
}

void stops_api(struct request *rq) {
  struct json_out j = json_to(rq->body);
  struct groups days = {0};
  read_days(rq, &days);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("days"));
  json_list(&j);
  for (size_t d = 0; d < days.n; d++) {
    json_open(&j);
    json_put_str(&j, "day", days.p[d].id);
    json_key(&j, S("stops"));
    json_list(&j);
    for (size_t i = 0; i < days.p[d].lines.n; i++) {
      json_open(&j);
      json_put_str(&j, "name", days.p[d].lines.p[i].title);
      json_put_str(&j, "when", days.p[d].lines.p[i].text);
      json_put_str_if(&j, "note", days.p[d].lines.p[i].sign);
      json_close(&j);
    }
    json_list_end(&j);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

/* ---- for the team ---- */

static void show_edit(struct request *rq, const struct faults *faults, struct str fault) {
  struct list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Outreach stops")),
                           .heading = PAGE_TITLE(rq, "Outreach stops"), .fault = fault,
                           .form = form_of(rq, &outreach_stop_type, fields, NULL, faults),
                           .form_action = S("/stops/edit"),
                           .form_button = PAGE_TITLE(rq, "Add this stop"),
                           .draft = S("stop")};
  struct group g = {.id = S("stops"), .heading = PAGE_TITLE(rq, "Your team’s stops"),
                    .none = PAGE_TITLE(rq, "None yet.")};
  struct stops all = read_stops(rq, rq->actor.team_id);
  size_t cap = 0, lines = 0, links = 0;
  for (size_t i = 0; i < all.n; i++) {
    struct outreach_stop *s = &all.p[i];
    struct line *l = add_line(rq, &g.lines, &lines);
    struct str id = uuid_str(rq->arena, s->public_id), day = label_of(rq, "weekdays", s->weekday);
    size_t presses = 0;
    day_t next = rq->today;
    while (!str_eq(s->weekday, str_of(weekday_codes[day_weekday(next)]))) next++;
    struct str on = day_words(rq->arena, next);
    l->title = s->name;
    l->text = str_format(rq->arena, "%.*s, %.*s – %.*s. %.*s", P(day), P(s->clock),
                         P(s->clock_to), P(s->place));
    *slice_push(rq->arena, &l->presses, &presses) = (struct press){
        S("/stops/change"), S("stop"), id, S("off"), day_iso(rq->arena, next),
        SAY(rq->arena, (enum language)rq->lang, T("Not on {day}"), SLOT("day", on)), s->name};
  }
  *slice_push(rq->arena, &page.groups, &cap) = g;
  *slice_push(rq->arena, &page.links, &links) =
      (struct link){S("/stops"), PAGE_TITLE(rq, "As people see it")};
  view_contacts_list(rq->view, &page);
}

void stops_edit_page(struct request *rq) { show_edit(rq, NULL, (struct str){0}); }

void stops_edit_post(struct request *rq) {
  struct posted posted = {contacts_posted, rq};
  struct outreach_stop s;
  int from = 0, to = 0;
  record_clear(&outreach_stop_type, &s);
  struct faults faults = record_form_read(&outreach_stop_type, fields, &posted, rq->arena, &s);
  if (faults.n || !clock_read(s.clock, &from) || !clock_read(s.clock_to, &to) || to <= from) {
    reply_status(rq, 422);
    return show_edit(rq, &faults,
                     faults.n
                         ? (struct str){0}
                         : PAGE_TITLE(rq, "Give times as 10:30, the end after the beginning."));
  }
  s.clock = contact_clock_words(rq->arena, from), s.clock_to = contact_clock_words(rq->arena, to);
  s.team = rq->actor.team_id;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      record_insert(rq->db, rq->arena, &outreach_stop_type, &s, rq->actor.user_id, rq->now);
  audit_did(rq, "stop added", 0, 0);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, S("/stops/edit"));
}

/* One day differs: not there (off=DAY), or another time or place (on, clock, place). */
void stop_change_post(struct request *rq) {
  struct uuid id = {0};
  day_t on = DAY_NONE;
  int minute = 0;
  struct str off = request_form(rq, "off"), clock = str_trim(request_form(rq, "clock")),
             place = utf8_head(str_trim(request_form(rq, "place")), 200);
  uuid_parse(request_form(rq, "stop"), &id);
  int64_t stop = db_number(rq->db, 0,
                           SQL("select id from outreach_stop where public_id = ?1 and team = ?2"),
                           db_uuid(rq->arena, id), V(rq->actor.team_id));
  bool day = off.n ? day_parse(off, &on) : day_parse_typed(str_trim(request_form(rq, "on")), &on);
  if (!stop || !day || (clock.n && !clock_read(clock, &minute))) {
    reply_status(rq, 422);
    return show_edit(rq, NULL, PAGE_TITLE(rq, "Choose one of your team’s stops and a day."));
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = db_run(
      rq->db,
      SQL("insert into outreach_change (stop_id, on_day, runs, clock, place, made_by) values (?1, "
          "?2, ?3, ?4, ?5, ?6) on conflict (stop_id, on_day) do update set runs = excluded.runs, "
          "clock = excluded.clock, place = excluded.place, made_by = excluded.made_by"),
      V(stop), db_day(rq->arena, on), V((int64_t)(off.n == 0)),
      db_text_or_null(clock.n ? contact_clock_words(rq->arena, minute) : (struct str){0}),
      db_text_or_null(place), V(rq->actor.user_id));
  audit_did(rq, "stop changed for a day", 0, 0);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, S("/stops/edit"));
}
