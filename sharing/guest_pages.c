/* guest_pages: an adviser from elsewhere sits in. The person opens parts of their record in the
 * room; the worker's own screen shows those and nothing else, for an hour at most. The adviser
 * needs no account, takes nothing away, and leaves a note to the person, not to the record
 * (PRACTICE 1). */
#include "db/seal.h"
#include "record/record.h"
#include "sharing.html.h"
#include "sharing/inside.h"

enum { GUEST_MINUTES = 60 };
/* Never before a guest: health, convictions, safety, equality, right to work, what was said. */
enum {
  GUEST_CLASSES = CLASS_IDENTITY | CLASS_CONTACT | CLASS_SITUATION | CLASS_FINANCE | CLASS_PLAN
};

struct visit {
  int64_t id, host;
  uint32_t classes;
  struct str public_id, guest;
  instant_t until;
  bool closed;
};

static void show_new(struct request *rq, const struct person *p, struct sight sight,
                     struct str fault) {
  struct guest_page page = {.head =
                                people_head(rq, p, sight, PAGE_TITLE(rq, "A guest in the room")),
                            .fault = fault,
                            .classes = class_picks(rq, GUEST_CLASSES & sight.classes)};
  if (fault.n) reply_status(rq, 422);
  view_sharing_guest(rq->view, &page);
}

void guest_new_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_IDENTITY)) show_new(rq, &p, sight, (struct str){0});
}

void guest_new_post(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_IDENTITY)) return;
  struct str guest = text_given(rq, "guest"), id = uuid_str(rq->arena, uuid_v4());
  uint32_t classes = classes_given(rq, "class", GUEST_CLASSES & sight.classes);
  if (!guest.n || !classes || !str_eq(request_form(rq, "here"), S("yes"))) {
    show_new(rq, &p, sight,
             PAGE_TITLE(rq, "Say who the adviser is, what the person opens to them, and that the "
                            "person is in the room and said so."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  db_run(rq->db,
         SQL("insert into guest_visit (public_id, person_id, host_user_id, guest, classes, "
             "opened_at, until_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
         V(id), V(p.id), V(rq->actor.user_id), V(guest), V(classes), db_instant(rq->arena, rq->now),
         db_instant(rq->arena, rq->now + (instant_t)GUEST_MINUTES * 60 * 1000000));
  sharing_keep(rq, "opened to a guest", p.id, classes,
               PAGE_TITLE(rq, "Turn the screen to them both. It closes by itself in an hour."),
               str_format(rq->arena, "%.*s/%.*s", P(sharing_path(rq, &p, "/guest")), P(id)));
}

static bool load_visit(struct request *rq, int64_t person_id, struct visit *v) {
  struct rows r;
  if (!db_one(&r, rq->db, rq->arena,
              SQL("select id, host_user_id, classes, guest, until_at, closed_at, public_id from "
                  "guest_visit where public_id = ?1 and person_id = ?2 and host_user_id = ?3"),
              V(request_path(rq, "visit")), V(person_id), V(rq->actor.user_id)))
    return false;
  *v =
      (struct visit){row_int(&r, 0),  row_int(&r, 1),     (uint32_t)row_int(&r, 2), row_text(&r, 6),
                     row_text(&r, 3), row_instant(&r, 4), !row_null(&r, 5)};
  db_done(&r);
  return true;
}

/* The person and the visit of the path; only its host's screen shows it. */
static bool open_visit(struct request *rq, struct person *p, struct sight *sight, struct visit *v) {
  if (!people_open(rq, p, sight, CLASS_IDENTITY)) return false;
  if (load_visit(rq, p->id, v)) return true;
  reply_not_found(rq);
  return false;
}

static void add_facts(struct request *rq, const struct person *p, uint32_t classes,
                      struct guest_sheet *page) {
  size_t cap = 0;
  for (size_t i = 0; i < person_type.n_fields; i++) {
    const struct field *f = &person_type.fields[i];
    struct value v = field_get(f, p);
    if (!v.known || !(f->data_class & classes) || f->flags & HIDDEN) continue;
    *slice_push(rq->arena, &page->facts, &cap) = (struct guest_fact){
        words_label((enum language)rq->lang, str_of(f->label)), value_words(rq->arena, f, v)};
  }
}

void guest_sheet_page(struct request *rq) {
  struct person p;
  struct sight sight;
  struct visit v;
  if (!open_visit(rq, &p, &sight, &v)) return;
  struct local until = instant_local_uk(v.until);
  struct guest_sheet page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "For this meeting")),
      .id = uuid_str(rq->arena, p.public_id),
      .visit = v.public_id,
      .guest = v.guest,
      .until = str_format(rq->arena, "%02d:%02d", until.minute / 60, until.minute % 60),
      .over = v.closed || rq->now >= v.until};
  if (!page.over) {
    page.name = p.name;
    add_facts(rq, &p, v.classes & sight.classes, &page);
  }
  view_sharing_guest_sheet(rq->view, &page);
}

void guest_sheet_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct visit v;
  struct str sealed = {0}, note = text_given(rq, "note");
  if (!open_visit(rq, &p, &sight, &v)) return;
  if (note.n && !seal(rq->db, rq->arena, (struct seal_place){p.id, CLASS_PLAN, "guest note"}, note,
                      rq->now, &sealed)) {
    reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  db_run(rq->db,
         SQL("update guest_visit set closed_at = ?2, note = coalesce(note, ?3) where id = ?1 and "
             "closed_at is null"),
         V(v.id), db_instant(rq->arena, rq->now), note.n ? db_blob(sealed) : db_null());
  sharing_keep(rq, "guest's meeting closed", p.id, v.classes,
               PAGE_TITLE(rq, "The meeting is closed. The adviser's note waits for the person."),
               sharing_path(rq, &p, "/permission"));
}
