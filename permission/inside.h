/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_PERMISSION_INSIDE_H
#define WAYMARK_PERMISSION_INSIDE_H
#include "permission/permission.h"
enum db_result projection_write(struct db *db, struct arena *a, int64_t person_id);
enum db_result projection_name(struct db *db, struct arena *a, int64_t person_id, struct str name);
enum db_result spell_lay_down(struct db *db, struct arena *a, int64_t person_id, int64_t team_id,
                              day_t last);
#endif
