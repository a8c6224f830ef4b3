/* seal: what must not be readable in a stolen database or backup. Contact details, addresses,
 * special-category facts, free text, attachments and drafts are sealed with XChaCha20-Poly1305
 * under a key of their own per person and data class; those keys live, wrapped by the master key,
 * in the KEYS store only. Deleting a key is erasure: what it sealed can never be read again,
 * backups included, once the copies of KEYS are 30 days old.
 *
 * The master key is a file outside the data folder. Where sealed bytes belong (person, class,
 * field) is bound into them, so a value moved to another person, class or field does not open. */
#ifndef WAYMARK_SEAL_H
#define WAYMARK_SEAL_H
#include "db/db.h"

enum { SEAL_BLIND_HEX = 32 };

/* Makes a new master key file, mode 0600; refuses to replace one. */
bool seal_master_make(const char *path, struct why *why);
/* Reads it into locked memory for the life of the process. Everything below needs it. */
bool seal_master_read(const char *path, struct why *why);
void seal_master_forget(void);
/* The recovery sheet's words: the key in groups of four with a check group, and back. */
struct str seal_master_words(struct arena *a);
bool seal_master_from_words(struct arena *a, struct str words, const char *path, struct why *why);

/* Where a value belongs. class_bit is one CLASS_* bit of record.h; person_id 0 = the installation
 * itself. */
struct seal_place { int64_t person_id; uint32_t class_bit; const char *field; };
/* False when the key store failed or the person's key of that class was erased (unseal only). The
 * first seal of a person and class makes the key; `now` is when, for the key's own record. */
bool seal(struct db *db, struct arena *a, struct seal_place at, struct str plain, instant_t now,
          struct str *out);
bool unseal(struct db *db, struct arena *a, struct seal_place at, struct str sealed,
            struct str *out);
/* A keyed fingerprint for finding an exact phone, e-mail or number without storing it: 32 hex
 * digits. The caller gives the tidy form; `purpose` keeps indexes of different kinds apart. */
struct str seal_blind(struct arena *a, const char *purpose, struct str tidy);
/* Sealing under the installation's own key by purpose, for drafts, cookies and files (no key row).
 */
bool seal_own(struct arena *a, const char *purpose, struct str plain, struct str *out);
bool unseal_own(struct arena *a, const char *purpose, struct str sealed, struct str *out);

/* Erases a person's keys of the classes in the mask, and remembers it in MAIN so that a restore
 * does it again. Call inside a MAIN transaction; the keys go when it is committed by calling
 * seal_erase_finish (also run by restore). */
enum db_result seal_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                          instant_t now);
enum db_result seal_erase_finish(struct db *db, struct arena *a);
/* Unwrapped keys are kept for one request; the worker calls this at its end. */
void seal_forget(void);
#endif
