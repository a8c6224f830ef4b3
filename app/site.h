/* site: what belongs to the whole site and to no domain: how error pages look, files in the binary,
 * the words, the way out, and the pages every site owes its readers (who runs it, what is kept,
 * using it your way). */
#ifndef WAYMARK_SITE_H
#define WAYMARK_SITE_H
#include "web/serve.h"
extern const struct look site_look;
static_lookup site_file;
void site_bind_words(
    void); /* ties the Welsh catalogue to the program's messages; before any fork, once */
void site_set(void);            /* tells web/page.h who runs this site, from the settings */
extern const struct domain site_domain;
#endif
