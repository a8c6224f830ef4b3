/* sample: the record type the tests and fuzz targets of this folder use. */
#ifndef WAYMARK_RECORD_SAMPLE_H
#define WAYMARK_RECORD_SAMPLE_H
#include "base/embed.h"
#include "record/record.h"
struct sample {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "record/sample/sample.def"
};
extern const struct record_type sample_type;
extern const struct migrations sample_migrations;
extern const struct embedded_files sample_embedded;  /* the list sample_colour */
#endif
