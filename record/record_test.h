/* Each file of tests is one group; record_test.c runs them. */
int value_tests(void);
int store_tests(void);
