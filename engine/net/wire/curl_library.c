/* Loads the functions of libcurl by name, once. */
#include "net/wire/curl_library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

/* Of all releases since 2006: a change of what we call would change the number. */
static const char FILE_NAME[] = "libcurl.so.4";

/* C knows no conversion from what dlsym gives to a function; POSIX says that the bytes are one. */
static bool find_function(void *library, const char *name, void *function, size_t size)
{
    void *const found = dlsym(library, name);

    memcpy(function, &found, size);
    return found != NULL;
}

enum error_code curl_library_load(struct curl_library *curl, struct error *error)
{
    void *const library = dlopen(FILE_NAME, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

    if (!library) {
        const char *const why = dlerror();
        return error_set(error, ERROR_SYSTEM, "libcurl cannot be loaded: %s; install libcurl4",
                         why ? why : FILE_NAME);
    }
    bool complete = true;
#define X(name)                                                                                    \
    _Static_assert(sizeof(curl->name) == sizeof(void *), "a function's address is an address");    \
    complete = find_function(library, "curl_" #name, &curl->name, sizeof(curl->name)) && complete;
    CURL_FUNCTIONS(X)
#undef X
    (void)dlclose(library); /* which only counts: it was asked to stay */
    return complete ? ERROR_NONE
                    : error_set(error, ERROR_SYSTEM,
                                "the libcurl of this machine is older than 7.68: install a newer "
                                "libcurl4");
}
