#include "cli/backfill_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum error_code backfill_state_load(const struct home *home, const char *name,
                                    struct backfill_state *state, bool *found, struct error *error)
{
    char path[PATH_MAX];
    json_int_t from = 0, to = 0, length = 0, done = 0, attention = 0;
    json_error_t wrong;
    *found = false;
    *state = (struct backfill_state){.asked = NULL};
    enum error_code code = home_path(home, path, error, "var/backfill/%s.json", name);
    if (code || access(path, F_OK) != 0)
        return code;
    json_t *const json = json_load_file(path, 0, &wrong);
    if (!json ||
        json_unpack(json, "{s:O, s:I, s:I, s:I, s:I, s:I}", "asked", &state->asked, "from_ms",
                    &from, "to_ms", &to, "slice_ms", &length, "done", &done, "attention",
                    &attention) != 0 ||
        length <= 0 || slices_cut(from, to, length, &state->slices, NULL) || done < 0 ||
        (size_t)done > state->slices.count || attention < 0 || attention > done) {
        backfill_state_release(state);
        code = error_set(error, ERROR_INVALID,
                         "the progress of the backfill in '%s' is not readable; begin anew with "
                         "--restart",
                         path);
    } else {
        state->done = (size_t)done;
        state->attention = (size_t)attention;
        *found = true;
    }
    json_decref(json);
    return code;
}

static bool write_whole(int descriptor, const char *bytes)
{
    size_t left = strlen(bytes);
    while (left > 0) {
        const ssize_t written = write(descriptor, bytes, left);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            bytes += written;
            left -= (size_t)written;
        }
    }
    return fsync(descriptor) == 0;
}

/* The name of the new file must survive a power cut, too. */
static bool settle_folder(const char *path)
{
    const int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool settled = descriptor >= 0 && fsync(descriptor) == 0;
    if (descriptor >= 0)
        close(descriptor);
    return settled;
}

enum error_code backfill_state_save(const struct home *home, const char *name,
                                    const struct backfill_state *state, struct error *error)
{
    char folder[PATH_MAX], path[PATH_MAX], draft[PATH_MAX];
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];
    enum error_code code = ERROR_NONE;
    if ((code = home_path(home, folder, error, "var/backfill")) ||
        (code = home_path(home, path, error, "var/backfill/%s.json", name)) ||
        (code = home_path(home, draft, error, "var/backfill/%s.json.new", name)) ||
        (code = home_make_folder(folder, error)))
        return code;
    json_t *const json = json_pack(
        "{s:O, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "asked", state->asked, "from",
        instant_format(state->slices.from, from), "to", instant_format(state->slices.to, to),
        "from_ms", (json_int_t)state->slices.from, "to_ms", (json_int_t)state->slices.to,
        "slice_ms", (json_int_t)state->slices.length, "slices", (json_int_t)state->slices.count,
        "done", (json_int_t)state->done, "attention", (json_int_t)state->attention);
    char *const bytes = json ? json_dumps(json, JSON_INDENT(2)) : NULL;
    json_decref(json);
    if (!bytes)
        return error_memory(error, "the progress of the backfill");
    const int descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0 || !write_whole(descriptor, bytes) || rename(draft, path) != 0 ||
        !settle_folder(folder))
        code = error_set(error, ERROR_SYSTEM, "cannot write the progress of the backfill '%s': %s",
                         path, strerror(errno));
    if (descriptor >= 0)
        close(descriptor);
    free(bytes);
    return code;
}

void backfill_state_release(struct backfill_state *state)
{
    json_decref(state->asked);
    state->asked = NULL;
}
