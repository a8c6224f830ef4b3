#include "record/sample/sample.h"
static const struct field sample_fields[] = {
#define FIELD(...) RECORD_ROW(struct sample, __VA_ARGS__)
#include "record/sample/sample.def"
};
const struct record_type sample_type = RECORD_TYPE(sample, "sample", "Sample", sample_fields);
RECORD(sample_type);
