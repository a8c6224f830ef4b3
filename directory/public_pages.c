/* The public page of a service and of an organisation. Nothing personal, no address that is not
 * published. */
#include "public.html.h"
#include "directory/pages.h"

struct list {
  struct {
    struct str *p;
    size_t n;
  } all;
  size_t cap;
};
static void add(struct request *rq, struct list *l, struct str s) {
  if (s.n) *slice_push(rq->arena, &l->all, &l->cap) = s;
}
#define GIVE(to, list) ((to).p = (list).all.p, (to).n = (list).all.n)

/* ---- Text of several lines as paragraphs. */
static void put_paragraphs(struct request *rq, struct str text, struct service_page *p) {
  struct list lines = {0};
  while (text.n) add(rq, &lines, str_trim(str_cut(&text, '\n')));
  GIVE(p->paragraphs, lines);
}

/* ---- Places and times. */
static void put_places(struct request *rq, const struct service *s, struct service_page *p) {
  struct {
    struct place_view *p;
    size_t n;
  } places = {0};
  size_t cap = 0;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select l.* from service_at_location sl join location l on l.id = sl.location "
                  "where sl.service = ?1 and l.withdrawn_on is null order by sl.id"),
              V(s->id));
  while (db_next(&r)) {
    struct location l;
    record_from_row(&location_type, &r, &l);
    struct place_view *v = slice_push(rq->arena, &places, &cap);
    *v = (struct place_view){.hidden = l.address_not_published == 1};
    if (v->hidden) continue;
    const struct str lines[] = {l.address_1, l.address_2, l.city, l.postcode};
    for (size_t i = 0; i < countof(lines); i++)
      if (lines[i].n)
        v->address = v->address.n ? str_format(rq->arena, "%.*s, %.*s", P(v->address), P(lines[i]))
                                  : lines[i];
    v->name = l.name, v->transport = l.transport, v->door = l.the_door;
    v->access_words = l.access_words;
    const struct field *access = field_find(&location_type, S("access"));
    if (l.access.n) v->access = value_words(rq->arena, access, field_get(access, &l));
  }
  p->places.p = places.p, p->places.n = places.n;
}

static struct str clock_words(struct request *rq, int minute) {
  char out[WORDS_NUMBER_MAX];
  return str_copy(rq->arena, (struct str){out, words_number(out, (enum language)rq->lang,
                                                            WORDS_CLOCK, minute)});
}

static void put_times(struct request *rq, const struct offer *o, struct service_page *p) {
  static const char *const days[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                     "Friday", "Saturday", "Sunday"};
  struct {
    struct time_row *p;
    size_t n;
  } times = {0};
  size_t cap = 0;
  for (int d = 0; d < 7; d++)
    for (size_t i = 0; i < o->openings.n; i++) {
      const struct opening *op = &o->openings.p[i];
      if (op->weekday != d || (op->to != DAY_NONE && op->to < rq->today)) continue;
      struct str from = clock_words(rq, op->opens), hours = from;
      if (op->closes >= 0)
        hours = SAY(rq->arena, (enum language)rq->lang, T("{from} to {until}"), SLOT("from", from),
                    SLOT("until", clock_words(rq, op->closes)));
      if (op->from != DAY_NONE && op->from > rq->today)
        hours =
            SAY(rq->arena, (enum language)rq->lang, T("{hours}, from {day}"), SLOT("hours", hours),
                SLOT("day", words_day(rq->arena, (enum language)rq->lang, op->from)));
      *slice_push(rq->arena, &times, &cap) = (struct time_row){str_of(days[d]), hours};
    }
  p->times.p = times.p, p->times.n = times.n;
  int until, open = offer_open_at(o, rq->today, instant_local_uk(rq->now).minute, &until);
  if (open == 1 && until >= 0)
    p->open_now = SAY(rq->arena, (enum language)rq->lang, T("Open now, until {time}"),
                      SLOT("time", clock_words(rq, until)));
}

/* ---- Who it is for, what is known, what is not. */
static struct str said_in(void *to, struct str english) {
  const struct request *rq = to;
  return words_label((enum language)rq->lang, english);
}

static void put_who(struct request *rq, const struct offers *offers, const struct offer *o,
                    const struct service *s, struct service_page *p) {
  struct list who = {0};
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select name from service_area where service = ?1 order by id"), V(s->id));
  if (o->judged.rule)
    p->who_words = rules_words(rq->arena, offers->book, o->judged.rule, rq->today,
                               (struct rules_tongue){said_in, rq});
  else
    p->who_words = s->eligibility;
  for (struct str codes = s->cohorts; codes.n;)
    add(rq, &who, said_in(rq, code_label("cohorts", str_cut(&codes, ' '))));
  while (db_next(&r))
    add(rq, &who,
        SAY(rq->arena, (enum language)rq->lang, T("People who live in {area}"),
            SLOT("area", row_text(&r, 0))));
  if (s->whole_area == 1) add(rq, &who, SAID_OF(rq, "People from anywhere"));
  GIVE(p->who, who);
}

static void put_place_facts(struct request *rq, const struct service *s, struct list *facts) {
  enum language lang = (enum language)rq->lang;
  if (s->places_left != NUMBER_NONE)
    add(rq, facts, SAY_N(rq->arena, lang, TN("1 place left.", "{n} places left.", s->places_left)));
  if (s->places_total != NUMBER_NONE)
    add(rq, facts,
        SAY_N(rq->arena, lang,
              TN("Room for 1 person in all.", "Room for {n} people in all.", s->places_total)));
  if (s->waiting_days != NUMBER_NONE)
    add(rq, facts,
        SAY_N(rq->arena, lang,
              TN("People wait 1 day for the first talk.",
                 "People wait {n} days for the first talk.", s->waiting_days)));
  bool any = s->places_left != NUMBER_NONE || s->places_total != NUMBER_NONE ||
             s->waiting_days != NUMBER_NONE;
  if (any && s->capacity_on != DAY_NONE)
    add(rq, facts,
        SAY(rq->arena, lang, T("That is how it was on {day}."),
            SLOT("day", words_day(rq->arena, (enum language)rq->lang, s->capacity_on))));
}

/* Prices that hold today or will. */
static void put_costs(struct request *rq, const struct service *s, struct list *facts) {
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select option, amount, amount_description, valid_from, valid_to from "
                  "cost_option where service = ?1 order by id"),
              V(s->id));
  while (db_next(&r)) {
    struct str whom = row_text(&r, 0), words = row_text(&r, 2);
    struct str amount = row_null(&r, 1) ? words : money_words(rq->arena, row_int(&r, 1));
    day_t from = row_day(&r, 3), to = row_day(&r, 4);
    if (to != DAY_NONE && to < rq->today) continue;
    struct str said = whom.n ? str_format(rq->arena, "%.*s: %.*s", P(whom), P(amount)) : amount;
    if (!row_null(&r, 1) && words.n)
      said = str_format(rq->arena, "%.*s, %.*s", P(said), P(words));
    if (from != DAY_NONE && from > rq->today)
      said = SAY(rq->arena, (enum language)rq->lang, T("{price}, from {day}"), SLOT("price", said),
                 SLOT("day", words_day(rq->arena, (enum language)rq->lang, from)));
    add(rq, facts, said);
  }
}

static struct str labels_of(struct request *rq, const char *list, struct str codes) {
  struct str out = {0};
  while (codes.n) {
    struct str one =
        words_label((enum language)rq->lang, code_label(list, str_cut(&codes, ' ')));
    out = out.n ? str_format(rq->arena, "%.*s; %.*s", P(out), P(one)) : one;
  }
  return out;
}

static void put_labelled(struct request *rq, const struct message *sentence, const char *list,
                         struct str codes, struct list *facts) {
  if (codes.n)
    add(rq, facts,
        SAY(rq->arena, (enum language)rq->lang, sentence,
            SLOT("list", labels_of(rq, list, codes))));
}

static void put_facts(struct request *rq, const struct service *s, struct service_page *p) {
  struct list facts = {0};
  if (s->free == 1) add(rq, &facts, SAID_OF(rq, "It is free."));
  put_costs(rq, s, &facts);
  if (s->walk_in == 1) add(rq, &facts, SAID_OF(rq, "You can walk in."));
  put_labelled(rq, T("How it happens: {list}"), "attending_types", s->attending, &facts);
  put_labelled(rq, T("Who can put you forward: {list}"), "referral_routes", s->referral_routes,
               &facts);
  put_labelled(rq, T("How it helps: {list}"), "support_styles", s->styles, &facts);
  if (s->wifi == 1) add(rq, &facts, SAID_OF(rq, "There is free Wi-Fi."));
  if (s->devices == 1) add(rq, &facts, SAID_OF(rq, "There are computers or tablets to use."));
  put_labelled(rq, T("Spoken there: {list}"), "languages", s->languages, &facts);
  put_place_facts(rq, s, &facts);
  GIVE(p->facts, facts);
}

/* Other ways in: desks and numbers, never a person's own. */
static void put_contacts(struct request *rq, const struct service *s, struct service_page *p) {
  struct {
    struct contact_view *p;
    size_t n;
  } out = {0};
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select name, phone, email from directory_contact where service = ?1 "
                              "and (personal is null or personal = 0) order by id"),
                          V(s->id));
  while (db_next(&r))
    *slice_push(rq->arena, &out, &cap) =
        (struct contact_view){row_text(&r, 0), row_text(&r, 1), row_text(&r, 2)};
  r = db_rows(rq->db, rq->arena,
              SQL("select description, number from directory_phone where service = ?1 "
                  "and (personal is null or personal = 0) order by id"),
              V(s->id));
  while (db_next(&r))
    *slice_push(rq->arena, &out, &cap) = (struct contact_view){row_text(&r, 0), row_text(&r, 1)};
  p->contacts.p = out.p, p->contacts.n = out.n;
}

static void put_not_said(struct request *rq, const struct offer *o, const struct service *s,
                         struct service_page *p) {
  struct list missing = {0};
  if (!o->openings.n) add(rq, &missing, SAID_OF(rq, "When it is open."));
  if (!o->places.n) add(rq, &missing, SAID_OF(rq, "Where it happens."));
  if (s->free < 0) add(rq, &missing, SAID_OF(rq, "What it costs."));
  if (s->waiting_days == NUMBER_NONE)
    add(rq, &missing, SAID_OF(rq, "How long people wait for their first talk."));
  if (!o->access.n) add(rq, &missing, SAID_OF(rq, "What the building is like to get into."));
  if (s->ends == DAY_NONE)
    add(rq, &missing, SAID_OF(rq, "When its money ends."));
  else
    add(rq, &missing,
        SAY(rq->arena, (enum language)rq->lang, T("What happens after {day}, when its money ends."),
            SLOT("day", words_day(rq->arena, (enum language)rq->lang, s->ends))));
  GIVE(p->not_said, missing);
}

/* Who pays: an extension is a row of its own, so that the story stays readable. */
static struct str fund_words(struct request *rq, const struct service_funding *f) {
  enum language lang = (enum language)rq->lang;
  struct str out = f->funder;
  if (f->amount != NUMBER_NONE)
    out = str_format(rq->arena, "%.*s: %.*s", P(out), P(money_words(rq->arena, f->amount)));
  if (f->kind.n)
    out = str_format(rq->arena, "%.*s (%.*s)", P(out),
                     P(labels_of(rq, "funding_kinds", f->kind)));
  struct str from = f->starts == DAY_NONE
                        ? (struct str){0}
                        : words_day(rq->arena, (enum language)rq->lang, f->starts),
             until = f->ends == DAY_NONE ? (struct str){0}
                                         : words_day(rq->arena, (enum language)rq->lang, f->ends);
  if (from.n && until.n)
    return SAY(rq->arena, lang, T("{fund}, from {from} until {until}"), SLOT("fund", out),
               SLOT("from", from), SLOT("until", until));
  if (until.n)
    return SAY(rq->arena, lang, T("{fund}, until {until}"), SLOT("fund", out),
               SLOT("until", until));
  if (from.n)
    return SAY(rq->arena, lang, T("{fund}, from {from}"), SLOT("fund", out), SLOT("from", from));
  return out;
}

static void put_money(struct request *rq, const struct service *s, struct service_page *p) {
  struct list funders = {0};
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select * from service_funding where service = ?1 order by starts, id"), V(s->id));
  while (db_next(&r)) {
    struct service_funding f;
    record_from_row(&service_funding_type, &r, &f);
    add(rq, &funders, fund_words(rq, &f));
  }
  GIVE(p->funders, funders);
  if (s->ends != DAY_NONE)
    p->ends = SAY(rq->arena, (enum language)rq->lang, T("The money is there until {day}."),
                  SLOT("day", words_day(rq->arena, (enum language)rq->lang, s->ends)));
}

static void put_disagreements(struct request *rq, int64_t id, struct service_page *p) {
  struct source_facts all = sources_of(rq->db, rq->arena, &service_type, id);
  struct {
    struct said_twice *p;
    size_t n;
  } out = {0};
  size_t cap = 0, row_cap = 0;
  for (size_t i = 0; i < all.n; i++) {
    const struct fact_source *s = &all.p[i];
    const struct field *f = field_find(&service_type, s->field);
    if (!f || (f->flags & (NOT_PUBLISHED | STAFF_ONLY)) || !sources_disagree(&all, f->name))
      continue;
    bool first = i == 0 || !str_eq(s->field, all.p[i - 1].field);
    if (first)
      *slice_push(rq->arena, &out, &cap) = (struct said_twice){.label = str_of(f->label)},
                                   row_cap = 0;
    struct {
      struct source_row *p;
      size_t n;
    } rows = {(struct source_row *)(uintptr_t)out.p[out.n - 1].sources.p,
              out.p[out.n - 1].sources.n};
    *slice_push(rq->arena, &rows, &row_cap) = (struct source_row){
        .value = source_value_words(rq, &service_type, s),
        .source = s->source,
        .as_of = s->as_of == DAY_NONE ? (struct str){0}
                                      : words_day(rq->arena, (enum language)rq->lang, s->as_of),
        .chosen = s->chosen == 1};
    out.p[out.n - 1].sources.p = rows.p, out.p[out.n - 1].sources.n = rows.n;
  }
  p->disagreements.p = out.p, p->disagreements.n = out.n;
}

static struct str organisation_path(struct request *rq, struct uuid id) {
  return str_format(rq->arena, "/help/organisations/%.*s", P(uuid_str(rq->arena, id)));
}

static void put_standing(struct request *rq, const struct service *s, struct service_page *p) {
  struct standing_facts f = service_facts(s);
  struct standing standing = standing_of(&f, rq->today);
  p->state = standing.state;
  p->standing = standing_sentence(rq->arena, (enum language)rq->lang, standing, &f);
  if (s->assured_on != DAY_NONE)
    p->checked = SAY(rq->arena, (enum language)rq->lang, T("Checked with them on {day}."),
                     SLOT("day", words_day(rq->arena, (enum language)rq->lang, s->assured_on)));
  else
    p->checked = SAID_OF(rq, "Nobody has checked this with them yet.");
  if (standing.review_due != DAY_NONE)
    p->review_due =
        SAY(rq->arena, (enum language)rq->lang, T("The next check is due by {day}."),
            SLOT("day", words_day(rq->arena, (enum language)rq->lang, standing.review_due)));
}

/* An editor who has just saved an entry looks at it as it is now. */
static const struct offers *offers_for(struct request *rq, struct why *why) {
  return rq->actor.user_id ? offers_fresh(rq->db, rq->today, DIRECTORY_LIVE, why)
                           : offers_now(rq->db, rq->today, DIRECTORY_LIVE, why);
}

void public_service(struct request *rq) {
  struct uuid id;
  struct service s;
  struct organisation org;
  struct why why = {0};
  const struct offers *offers = offers_for(rq, &why);
  const struct offer *o =
      offers && uuid_parse(request_path(rq, "id"), &id) ? offers_find(offers, id) : NULL;
  if (!offers) {
    reply_refuse(rq, 503, str_copy(rq->arena, why_str(&why)));
    return;
  }
  if (!o || !record_load(rq->db, rq->arena, &service_type, o->id, &s) ||
      !record_load(rq->db, rq->arena, &organisation_type, s.organisation, &org)) {
    reply_not_found(rq);
    return;
  }
  struct service_page p = {.name = s.name,
                           .summary = s.summary,
                           .alert = s.alert,
                           .organisation = org.name,
                           .organisation_path = organisation_path(rq, org.public_id),
                           .phone = s.phone.n ? s.phone : org.phone,
                           .email = s.email.n ? s.email : org.email,
                           .website = s.website,
                           .how_to_start = s.how_to_start,
                           .invented = s.invented == 1,
                           .self_referral = codes_has(s.referral_routes, S("self"))};
  put_standing(rq, &s, &p);
  if (!str_eq(s.description, s.summary)) put_paragraphs(rq, s.description, &p);
  put_places(rq, &s, &p), put_times(rq, o, &p), put_who(rq, offers, o, &s, &p),
      put_facts(rq, &s, &p), put_contacts(rq, &s, &p);
  put_not_said(rq, o, &s, &p), put_money(rq, &s, &p), put_disagreements(rq, s.id, &p);
  for (size_t i = 0; i < p.places.n; i++)
    if (!p.places.p[i].hidden) p.id = uuid_str(rq->arena, o->public_id);
  p.layout = page_layout(rq, s.name);
  view_directory_service(rq->view, &p);
}

void public_organisation(struct request *rq) {
  struct uuid id;
  struct organisation org;
  struct why why = {0};
  const struct offers *offers = offers_for(rq, &why);
  if (!offers || !uuid_parse(request_path(rq, "id"), &id) ||
      !record_load_public(rq->db, rq->arena, &organisation_type, id, &org) ||
      (org.withdrawn_on != DAY_NONE && org.withdrawn_on <= rq->today)) {
    reply_not_found(rq);
    return;
  }
  struct {
    struct editor_row *p;
    size_t n;
  } rows = {0};
  size_t cap = 0;
  for (size_t i = 0; i < offers->list.n; i++) {
    const struct offer *o = &offers->list.p[i];
    if (o->organisation_id != org.id) continue;
    *slice_push(rq->arena, &rows, &cap) = (struct editor_row){
        .path = offer_path(rq->arena, o, DIRECTORY_LIVE),
        .name = o->name,
        .why = o->summary,
        .state = o->standing.state == STANDING_LIVE ? (struct str){0}
                                                    : standing_word(o->standing.state)};
  }
  struct organisation_page p = {.name = org.name,
                                .description = org.description,
                                .phone = org.phone,
                                .email = org.email,
                                .website = org.website};
  p.services.p = rows.p, p.services.n = rows.n;
  p.layout = page_layout(rq, org.name);
  view_directory_organisation(rq->view, &p);
}
