/* handover_pages: half a page for whoever stands in: who needs what this week, read in a minute.
 * Made anew each time from promises, what is agreed, how it is safe to reach people and the last
 * contact; the whole week is one press away; gone when the cover ends. */
#include "caseload/inside.h"
#include "caseload/pages.h"
#include "caseload/waits.h"
#include "caseload.html.h"

enum {
  WEEK = 7,
  SHEET_WORDS = 150, /* with what stands around them a minute's reading: test/browser/tasks.mjs */
  SHORT_WORDS = 60,  /* letters of a promise on the half page */
  SILENT_MOST = 3,
  SILENT_DAYS = 14
};

struct cover { int64_t user_id; struct str name; day_t from, to; };

/* The worker of the path, if the asker stands in for them today. */
static bool open_cover(struct request *rq, struct cover *out) {
  struct uuid id;
  struct rows r;
  if (!uuid_parse(request_path(rq, "worker"), &id)) memset(&id, 0, sizeof id);
  if (!db_one(&r, rq->db, rq->arena,
              SQL("select u.id, u.name, v.from_day, v.to_day from cover v join user_account u on "
                  "u.id = v.absent_user_id where u.public_id = ?1 and v.standing_in_user_id = ?2 "
                  "and v.from_day <= ?3 and v.to_day >= ?3 order by v.to_day desc limit 1"),
              V(db_uuid(rq->arena, id)), V(rq->actor.user_id), V(db_day(rq->arena, rq->today)))) {
    reply_not_found(rq);
    return false;
  }
  *out = (struct cover){row_int(&r, 0), row_text(&r, 1), row_day(&r, 2), row_day(&r, 3)};
  db_done(&r);
  return true;
}

static int need_order(const void *a, const void *b) {
  const struct handover_need *x = a, *y = b;
  if (x->day != y->day) return x->day < y->day ? -1 : 1;
  if (!x->clock.n || !y->clock.n) return (x->clock.n == 0) - (y->clock.n == 0);   /* times first */
  return str_cmp(x->clock, y->clock);
}

struct sheet {
  struct request *rq;
  struct handover_need *p;
  size_t n, cap;
};

/* Who it is about, with what is said before anything else of how to reach them. */
static struct handover_need need_about(struct request *rq, const struct carried *c) {
  return (struct handover_need){
      .name = c->person.name,
      .safe = people_safe_words(rq, &c->person),
      .href = str_format(rq->arena, "/people/%.*s", P(uuid_str(rq->arena, c->person.public_id)))};
}

static void add_need(struct sheet *s, const struct carried *c, day_t day, int minute,
                     struct str words) {
  struct request *rq = s->rq;
  struct handover_need need = need_about(rq, c);
  need.day = day < rq->today ? rq->today - 1 : day; /* all that is late stands together */
  if (minute >= 0) need.clock = str_format(rq->arena, "%02d:%02d", minute / 60, minute % 60);
  need.words = words;
  *slice_push(rq->arena, s, &s->cap) = need;
}

/* What somebody needs within the week; false: nothing. */
static bool needs_of(struct sheet *s, const struct carried *c, const struct promises_due *due) {
  struct request *rq = s->rq;
  struct next_appointment next;
  size_t before = s->n;
  if (!(c->sight.classes & CLASS_CONTACTS)) return false;
  if (contacts_next(rq->db, rq->arena, c->id, rq->today, &next) && next.on <= rq->today + WEEK)
    add_need(s, c, next.on, next.minute, PAGE_TITLE(rq, "Meeting"));
  for (size_t i = 0; i < due->n; i++)
    if (due->p[i].person_id == c->id) add_need(s, c, due->p[i].by, -1, due->p[i].words);
  return s->n > before;
}

/* Everything day by day, the late ones first. */
static void put_days(struct request *rq, const struct sheet *s, struct handover_page *page) {
  size_t cap = 0, needs = 0;
  for (size_t i = 0; i < s->n; i++) {
    struct handover_days *days = &page->days;
    if (!page->whole && !s->p[i].clock.n) continue;
    if (!days->n || days->p[days->n - 1].day != s->p[i].day) {
      needs = 0;
      *slice_push(rq->arena, days, &cap) = (struct handover_day){.day = s->p[i].day,
                                                                 .late = s->p[i].day < rq->today,
                                                                 .today = s->p[i].day == rq->today};
    }
    *slice_push(rq->arena, &days->p[days->n - 1].needs, &needs) = s->p[i];
  }
}

/* ---- half a page ---- */

static size_t words_in(struct str s) {
  size_t n = s.n > 0;
  for (size_t i = 0; i < s.n; i++) n += s.p[i] == ' ';
  return n;
}

static size_t cost_of(const struct handover_need *x) {
  return words_in(x->name) + words_in(x->safe) + words_in(x->words) + 1;
}

/* As much of it as one glance takes, whole words; all of it stands on the whole week's page. */
static struct str short_words(struct arena *a, struct str words) {
  struct str head = utf8_head(words, SHORT_WORDS);
  if (head.n == words.n) return words;
  while (head.n && head.p[head.n - 1] != ' ') head.n--;
  return str_format(a, "%.*s…", P(str_trim(head)));
}

/* How many of the sheet's things stand on the half page: all that is late, of today and of
 * tomorrow, however much that is; then day by day while a minute is enough to read it. */
static size_t fits(const struct sheet *s, day_t today, size_t words) {
  size_t n = 0;
  while (n < s->n) {
    size_t end = n, cost = 0;
    for (; end < s->n && s->p[end].day == s->p[n].day; end++) cost += cost_of(&s->p[end]);
    if (s->p[n].day > today + 1 && words + cost > SHEET_WORDS) break;
    words += cost, n = end;
  }
  return n;
}

static void put_promised(struct request *rq, const struct sheet *s, struct handover_page *page) {
  size_t cap = 0;
  for (size_t i = 0; i < s->n; i++)
    if (!s->p[i].clock.n) *slice_push(rq->arena, &page->promised, &cap) = s->p[i];
}

static bool stands(const struct sheet *s, struct str href) {
  for (size_t i = 0; i < s->n; i++)
    if (str_eq(s->p[i].href, href)) return true;
  return false;
}

/* A safety sign is never left out: whoever has one and stands nowhere else on the sheet. */
static void put_careful(struct request *rq, const struct carrieds *all, const struct sheet *s,
                        struct handover_page *page) {
  enum { SIGNS = 8 }; /* more kinds of sign than people_safe_words has */
  size_t cap = 0, caps[SIGNS] = {0};
  for (size_t i = 0; i < all->n; i++) {
    struct handover_need one = need_about(rq, &all->p[i]);
    size_t g = 0;
    if (!one.safe.n || stands(s, one.href)) continue;
    while (g < page->careful.n && !str_eq(page->careful.p[g].safe, one.safe)) g++;
    if (g == SIGNS) abort();
    if (g == page->careful.n)
      *slice_push(rq->arena, &page->careful, &cap) = (struct handover_sign){.safe = one.safe};
    *slice_push(rq->arena, &page->careful.p[g].needs, &caps[g]) = one;
    audit_shows(rq, all->p[i].id, CLASS_IDENTITY | CLASS_CONTACT);
  }
}

/* The few whom nobody has talked with for longest, of those with nothing due. */
static void put_silent(struct request *rq, const struct carrieds *all, const struct sheet *s,
                       struct handover_page *page) {
  size_t cap = 0;
  int64_t *ids = arena_many(rq->arena, int64_t, all->n + 1);
  day_t *last = arena_many(rq->arena, day_t, all->n + 1);
  for (size_t i = 0; i < all->n; i++) ids[i] = all->p[i].id;
  contacts_lasts(rq->db, rq->arena, ids, all->n, last);
  while (page->silent.n < SILENT_MOST) {
    size_t longest = all->n;
    for (size_t i = 0; i < all->n; i++) {
      struct handover_need one = need_about(rq, &all->p[i]);
      if (last[i] != DAY_NONE && last[i] < rq->today - SILENT_DAYS &&
          all->p[i].sight.classes & CLASS_CONTACTS && !stands(s, one.href) &&
          (longest == all->n || last[i] < last[longest]))
        longest = i;
    }
    if (longest == all->n) return;
    struct handover_need one = need_about(rq, &all->p[longest]);
    one.when = caseload_short_day(rq, last[longest]);
    *slice_push(rq->arena, &page->silent, &cap) = one;
    audit_shows(rq, ids[longest], CLASS_IDENTITY | CLASS_CONTACT | CLASS_CONTACTS);
    last[longest] = DAY_NONE;
  }
}

static void put_half(struct request *rq, const struct carrieds *all, const struct sheet *week,
                     struct handover_page *page) {
  struct sheet shown = *week;
  size_t words = 0; /* of those who stand on it for their sign alone, at most */
  for (size_t i = 0; i < all->n; i++)
    if (people_safe_words(rq, &all->p[i].person).n) words += words_in(all->p[i].person.name);
  for (size_t i = 0; i < shown.n; i++)
    shown.p[i].words = short_words(rq->arena, shown.p[i].words);
  shown.n = fits(&shown, rq->today, words);
  page->rest_from = shown.n < week->n ? week->p[shown.n].day : DAY_NONE;
  for (size_t i = shown.n; i < week->n; i++)
    week->p[i].clock.n ? page->rest_meetings++ : page->rest_promised++;
  put_promised(rq, &shown, page);
  put_days(rq, &shown, page);
  put_careful(rq, all, &shown, page);
  put_silent(rq, all, week, page);
}

void handover_page(struct request *rq) {
  struct cover cover;
  audit_shows(rq, 0, 0);
  if (!open_cover(rq, &cover)) return;
  struct handover_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "Who needs what this week")),
      .worker = cover.name,
      .to = day_words(rq->arena, cover.to),
      .path = rq->path,
      .today = rq->today,
      .rest_from = DAY_NONE,
      .whole = str_eq(request_query(rq, "show"), S("week"))};
  struct carrieds all = caseload_of(rq, cover.user_id);
  struct promises_due due =
      contacts_promises_due(rq->db, rq->arena, cover.user_id, rq->today + WEEK, CARRIED_MAX);
  struct sheet sheet = {.rq = rq};
  for (size_t i = 0; i < all.n; i++)
    if (needs_of(&sheet, &all.p[i], &due))
      audit_shows(rq, all.p[i].id, CLASS_IDENTITY | CLASS_CONTACT | CLASS_CONTACTS);
    else
      page.quiet++;
  if (sheet.n) qsort(sheet.p, sheet.n, sizeof *sheet.p, need_order);
  if (page.whole)
    put_days(rq, &sheet, &page);
  else
    put_half(rq, &all, &sheet, &page);
  view_caseload_handover(rq->view, &page);
}
