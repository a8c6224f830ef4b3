/* exchange: bridges to what else there is (PRACTICE 11): spreadsheets read in, screens of outside
 * systems copied out, everything of an organisation taken away, programs that call and are told.
 *
 * Nothing is asked twice and nobody is shown more than the pages show: every bridge asks the same
 * gate. Reading in makes people of the importer's own team; a program acts as its own account, with
 * one function and the scopes it was given (accounts/accounts.h); a file about people leaves only
 * on a declared basis (PRACTICE 1). Migrations: 6400-6499. */
#ifndef WAYMARK_EXCHANGE_H
#define WAYMARK_EXCHANGE_H
#include "contacts/contacts.h"
#include "people/part.h"

/* Keeps a spreadsheet of people as somebody sent it, to be looked at at /import/{public_id};
 * nothing is read in. False with a sentence. Inside a MAIN transaction. */
bool exchange_sheet_send(struct db *db, struct arena *a, const struct actor *by, struct str bytes,
                         instant_t now, struct uuid *public_id, struct why *why);
extern const struct domain exchange_domain;
#endif
