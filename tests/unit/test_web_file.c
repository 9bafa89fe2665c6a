/* web_file: the dashboard in the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "service/web/web_file.h"

static void test_web_file__each_is_found_by_its_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < web_files_count; i++) {
        const struct web_file *file = web_file_find(text_of(web_files[i].path));
        assert_ptr_equal(file, &web_files[i]);
        assert_true(file->length > 20 && file->bytes[0] == 0x1f && file->bytes[1] == 0x8b);
        assert_non_null(strstr(file->type, "charset=utf-8"));
        assert_int_equal(file->etag[0], '"');
    }
}

static void test_web_file__the_root_is_the_page(void **state)
{
    (void)state;
    assert_ptr_equal(web_file_find(text_of("")), web_file_find(text_of("index.html")));
    assert_true(web_files_count == 0 || web_file_find(text_of("")));
}

static void test_web_file__what_is_not_there_is_not_found(void **state)
{
    static const char *const strangers[] = {"app.jsx", "/app.js", "../web/app.js",
                                            "pages",   "\xff",    "node_modules/htm/package.json"};

    (void)state;
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        assert_null(web_file_find(text_of(strangers[i])));
}

static void test_web_file__all_of_it_is_small(void **state)
{
    size_t total = 0;

    (void)state;
    for (size_t i = 0; i < web_files_count; i++)
        total += web_files[i].length;
    assert_in_range(total, 0, 120 * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_web_file__each_is_found_by_its_path),
        cmocka_unit_test(test_web_file__the_root_is_the_page),
        cmocka_unit_test(test_web_file__what_is_not_there_is_not_found),
        cmocka_unit_test(test_web_file__all_of_it_is_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
