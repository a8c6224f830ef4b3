/* The tests of this folder, one group a file. */
#include "record/record_test.h"

int main(void) { return value_tests() + store_tests() != 0; }
