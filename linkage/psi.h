/* psi: which people two organisations share, found without either handing over names.
 *
 * Diffie-Hellman private set intersection on ristretto255 (Meadows 1986; Huberman, Franklin and
 * Hogg 1999; group: RFC 9496) over derived match keys. Each side hashes "project | key type |
 * normalised values" to the group, raises it to a fresh secret exponent, shuffles and sends; the
 * other raises it to its own and sends it back. Equal results are equal keys. The exponents are
 * wiped afterwards.
 *
 * Said plainly: semi-honest security. A partner who follows the steps learns which of its own
 * people are shared (or only how many, in count-only runs) and the size of the other's set. A
 * partner who makes up people can ask about them: that is what the cap, the commitment to the set
 * before seeing anything, the signed log and one run a period are for. Nothing here is anonymous.
 * Whether a run may happen at all (agreement, purpose, the person's choice) is the caller's to
 * decide before a key is derived; this library never sees a person who may not be in it.
 *
 * Six messages, three each way: COMMIT (size and hash of the blinded set), SET (the blinded set),
 * RETURN (the other's set raised once more). Each is signed (Ed25519), names the run and the
 * message before it, and is sealed to the receiver (X25519). Out of order, replayed, altered, for
 * another run, larger than agreed or than committed: refused with a sentence. */
#ifndef WAYMARK_LINKAGE_PSI_H
#define WAYMARK_LINKAGE_PSI_H
#include "base/base.h"

enum {
  PSI_ELEMENTS_MAX = 2 * 1000 * 1000,
  PSI_POINT = 32,
  PSI_KEY_TYPES = 10,
  PSI_NAME_MAX = 64,
  PSI_SUPPRESS_BELOW = 10
};

/* ---- match keys ---- */
struct psi_person {
  struct str forename, surname, dob, postcode, phone, national;
  char sex;
}; /* as typed; "" = not known */
struct psi_element {
  uint8_t hash[64];
  uint32_t record;
  uint8_t type;
};
/* Up to PSI_KEY_TYPES elements of one person (a key with a part not known is left out). Returns how
 * many. */
size_t psi_elements(struct str project, const struct psi_person *p, uint32_t record,
                    struct psi_element out[PSI_KEY_TYPES], struct arena scratch);

/* ---- parties ---- */
struct psi_identity {
  uint8_t sign_public[32], sign_secret[64], box_public[32], box_secret[32];
};
void psi_identity_make(struct psi_identity *out);
struct psi_partner {
  uint8_t sign_public[32], box_public[32];
};
void psi_fingerprint(const struct psi_partner *p,
                     char out[48]); /* groups of digits to read over the telephone */
struct psi_terms {
  struct str project, period; /* both sides the same; one run of a project a period */
  uint32_t cap;               /* elements either side may bring, agreed */
  bool count_only;
};

/* ---- a run ---- */
enum psi_message { PSI_COMMIT = 1, PSI_SET, PSI_RETURN };
struct psi {
  struct psi_identity us;
  struct psi_partner them;
  uint8_t run[32]; /* names project, period, terms and both parties */
  uint32_t cap, n, their_n;
  bool count_only;
  uint8_t sent, taken; /* messages so far, 0..3 */
  uint8_t exponent[32], nonce[32], commitment[32], their_commitment[32], their_nonce[32];
  uint8_t sent_hash[3][32], last_taken[32], transcript[32];
  struct psi_element *element; /* one for each different key; in the order they were sent */
  uint8_t *blinded, *theirs,
      *returned; /* n, their_n, n points; theirs is raised by us once taken */
  struct arena *keep;
};
/* Takes the elements (repeats are dropped), draws the exponent and shuffles. False above the cap or
 * when empty. */
bool psi_begin(struct psi *p, const struct psi_terms *terms, const struct psi_identity *us,
               const struct psi_partner *them, const struct psi_element *elements, size_t n,
               struct arena *keep, struct why *why);
bool psi_next(struct psi *p, struct buf *sealed,
              struct why *why); /* our next message, when it is our turn */
bool psi_take(struct psi *p, struct str sealed,
              struct why *why); /* theirs; on false nothing changed */
bool psi_done(const struct psi *p);
/* After both RETURNs: which of our elements are shared (NULL in count-only runs), how many. Wipes
 * the exponent. */
bool psi_result(struct psi *p, bool *shared, uint32_t *count, struct why *why);
/* "under 10" below PSI_SUPPRESS_BELOW, else the number. For anything shown from a count-only run.
 */
struct str psi_count_words(struct arena *a, uint32_t count);
/* Between messages (files may take days): the whole state, sealed to ourselves. */
bool psi_save(const struct psi *p, struct buf *sealed);
bool psi_load(struct psi *p, struct str sealed, const struct psi_identity *us, struct arena *keep,
              struct why *why);
/* One line for both sides' logs: run, sizes, transcript hash. No values. The transcript is equal on
 * both sides when done. */
struct str psi_log_line(struct arena *a, const struct psi *p);
#endif
