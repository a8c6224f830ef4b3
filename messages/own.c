/* own: messages as they stand on the person's own page, and what they write there. */
#include "db/seal.h"
#include "messages/inside.h"

/* What came by telephone is left out: where it lands tells of somebody who hides. */
struct own_messages messages_own(struct db *db, struct arena *a, const struct own_scope *scope,
                                 size_t room) {
  struct own_messages out = {0};
  size_t cap = 0;
  struct seal_place at = {scope->person_id, CLASS_CONTACTS, "message.words"};
  struct rows r = db_rows(
      db, a,
      SQL("select m.direction, m.words, coalesce(m.sent_at, m.added_at), m.organisation_id, o.name "
          "from message m join member_organisation o on o.id = m.organisation_id where m.person_id "
          "= ?1 and ((m.direction = 'in' and m.channel = 'page') or (m.direction = 'out' and "
          "m.sent_at is not null)) "
          "order by m.id desc"),
      V(scope->person_id));
  while (db_next(&r)) {
    struct own_message one = {.in = str_eq(row_text(&r, 0), S("in")),
                              .at = row_instant(&r, 2),
                              .organisation = row_text(&r, 4)};
    struct str sealed = row_text(&r, 1);
    if (!own_organisation(scope, row_int(&r, 3)) || !unseal(db, a, at, sealed, &one.words))
      continue;
    if (out.n < room) *slice_push(a, &out, &cap) = one;
  }
  return out;
}

enum db_result messages_from_page(struct db *db, struct arena *a, const struct page_message *m,
                                  instant_t now) {
  struct str sealed;
  if (!seal(db, a, (struct seal_place){m->person_id, CLASS_CONTACTS, "message.words"}, m->words,
            now, &sealed))
    return DB_FAILED;
  return db_run(db,
                SQL("insert into message (public_id, person_id, organisation_id, direction, "
                    "channel, purpose, level, own_words, words, once, added_at, not_before) values "
                    "(?1, ?2, ?3, 'in', 'page', '', 0, 1, ?4, ?5, ?6, ?6) on conflict (once) do "
                    "nothing"),
                db_uuid(a, uuid_v4()), V(m->person_id), V(m->organisation_id), db_blob(sealed),
                db_text_or_null(m->once), db_instant(a, now));
}
