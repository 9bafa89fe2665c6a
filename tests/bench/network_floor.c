/*
 * network_floor pull URL PAGES, network_floor push URL BATCHES BYTES: the network alone.
 *
 * pull fetches page after page on one connection; push posts batches of BYTES bytes, four in
 * flight. Nothing is done with what comes.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IN_FLIGHT = 4, URL_SIZE = 256 };

static size_t ignore(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes;
    (void)context;
    return size * count;
}

static int fail(const char *message)
{
    fprintf(stderr, "network_floor: %s\n", message);
    return EXIT_FAILURE;
}

static int pull(const char *base, long pages)
{
    CURL *const handle = curl_easy_init();
    char url[URL_SIZE];
    CURLcode code = handle ? CURLE_OK : CURLE_OUT_OF_MEMORY;
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, ignore);
    for (long page = 1; page <= pages + 1 && code == CURLE_OK; page++) {
        snprintf(url, sizeof url, "%s/records?page=%ld", base, page);
        curl_easy_setopt(handle, CURLOPT_URL, url);
        code = curl_easy_perform(handle);
    }
    curl_easy_cleanup(handle);
    return code == CURLE_OK ? EXIT_SUCCESS : fail(curl_easy_strerror(code));
}

/* Add the finished handles again as long as batches are left; gives how many are in flight. */
static long refill(CURLM *multi, long *left, int *failed)
{
    struct CURLMsg *message = NULL;
    int queued = 0;
    long ended = 0;
    while ((message = curl_multi_info_read(multi, &queued))) {
        CURL *const handle = message->easy_handle;
        *failed |= message->data.result != CURLE_OK;
        curl_multi_remove_handle(multi, handle);
        if (*left > 0) {
            --*left;
            curl_multi_add_handle(multi, handle);
        } else {
            curl_easy_cleanup(handle);
            ended++;
        }
    }
    return ended;
}

static int push(const char *base, long batches, size_t bytes)
{
    CURLM *const multi = curl_multi_init();
    char *const body = malloc(bytes + 1);
    char url[URL_SIZE];
    long flying = 0, left = batches;
    int failed = 0, running = 0;
    if (!multi || !body)
        return fail("not enough memory");
    memset(body, 'x', bytes);
    snprintf(url, sizeof url, "%s/records", base);
    for (; flying < IN_FLIGHT && left > 0; flying++, left--) {
        CURL *const handle = curl_easy_init();
        curl_easy_setopt(handle, CURLOPT_URL, url);
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, ignore);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, (long)bytes);
        curl_multi_add_handle(multi, handle);
    }
    while (flying > 0 && !failed) {
        curl_multi_perform(multi, &running);
        flying -= refill(multi, &left, &failed);
        if (flying > 0)
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    curl_multi_cleanup(multi);
    free(body);
    return failed ? fail("a batch was not taken") : EXIT_SUCCESS;
}

int main(int argument_count, char **arguments)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (argument_count == 4 && strcmp(arguments[1], "pull") == 0)
        return pull(arguments[2], strtol(arguments[3], NULL, 10));
    if (argument_count == 5 && strcmp(arguments[1], "push") == 0)
        return push(arguments[2], strtol(arguments[3], NULL, 10),
                    (size_t)strtol(arguments[4], NULL, 10));
    return fail("usage: network_floor pull URL PAGES | push URL BATCHES BYTES");
}
