/* Reads the files of a version into memory and hashes them. */
#include "script/integration/script_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "script/configuration/configuration_file.h"

enum { DEPTH_MOST = 4, FILES_MOST = 2000, FILE_BYTES_MOST = 4 << 20 };

/* What is done with each file found. */
typedef enum error_code visit_file(void *context, int folder, const char *name,
                                   const struct stat *status, const char *path,
                                   struct error *error);

static bool is_source(const char *name)
{
    const size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".lua") == 0;
}

static enum error_code walk(int folder, const char *prefix, int depth, visit_file *visit,
                            void *context, struct error *error);

static enum error_code walk_entry(int folder, const char *prefix, const char *name, int depth,
                                  visit_file *visit, void *context, struct error *error)
{
    struct stat status;
    char path[512];
    if (name[0] == '.' || fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return ERROR_NONE;
    if (snprintf(path, sizeof path, "%s%s", prefix, name) >= (int)sizeof path)
        return error_set(error, ERROR_CONFIGURATION, "the path '%s%s' is too long", prefix, name);
    if (S_ISREG(status.st_mode) && is_source(name))
        return visit(context, folder, name, &status, path, error);
    if (!S_ISDIR(status.st_mode) || depth >= DEPTH_MOST || strcmp(name, "spec") == 0)
        return ERROR_NONE;
    const int inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (inner < 0)
        return ERROR_NONE;
    char inner_prefix[sizeof path + 1];
    (void)snprintf(inner_prefix, sizeof inner_prefix, "%s/", path);
    return walk(inner, inner_prefix, depth + 1, visit, context, error);
}

/* Takes the descriptor. */
static enum error_code walk(int folder, const char *prefix, int depth, visit_file *visit,
                            void *context, struct error *error)
{
    DIR *const stream = fdopendir(folder);
    if (!stream) {
        const int number = errno;
        close(folder);
        return error_set(error, ERROR_SYSTEM, "cannot read a script folder: %s", strerror(number));
    }
    enum error_code code = ERROR_NONE;
    for (const struct dirent *entry = readdir(stream); !code && entry; entry = readdir(stream))
        code = walk_entry(dirfd(stream), prefix, entry->d_name, depth, visit, context, error);
    closedir(stream);
    return code;
}

/* The names of places as messages and hashes have them. */
static const char *const place_names[SOURCE_PLACE_COUNT] = {NULL, "lib", "vendor"};

/* Visit the folders below HOME/lua beside the integrations, if they exist. */
static enum error_code walk_shared(const struct script_options *options, enum source_place place,
                                   visit_file *visit, void *context, struct error *error)
{
    char path[4096];
    if (place == SOURCE_LIB && options->lib)
        (void)snprintf(path, sizeof path, "%s", options->lib);
    else
        (void)snprintf(path, sizeof path, "%s/lua/%s", options->home, place_names[place]);
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder < 0 ? ERROR_NONE : walk(folder, "", 0, visit, context, error);
}

/* Visit the integration's folder, lib and vendor; *place says which of them is being visited. */
static enum error_code walk_all(const struct script_options *options, visit_file *visit,
                                void *context, enum source_place *place, struct error *error)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/lua/integrations/%s", options->home, options->name);
    const int own = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (own < 0)
        return error_set(
            error, ERROR_NOT_FOUND,
            "integration '%s' has no folder '%s'; 'tandem list' shows those that exist",
            options->name, path);
    *place = SOURCE_OWN;
    enum error_code code = walk(own, "", 0, visit, context, error);
    for (*place = SOURCE_LIB; !code && *place < SOURCE_PLACE_COUNT; (*place)++)
        code = walk_shared(options, *place, visit, context, error);
    return code;
}

/* ---------------------------------------------------------------- reading */

struct reader {
    const struct script_options *options;
    struct arena *arena;
    struct script_folder *folder;
    enum source_place place;
};

static enum error_code read_content(struct reader *reader, int folder, const char *name,
                                    size_t size, struct text *content, struct error *error)
{
    if (size > FILE_BYTES_MOST)
        return error_set(error, ERROR_SCRIPT, "the script file '%s' is larger than 4 MiB", name);
    char *const bytes = arena_alloc(reader->arena, size + 1);
    if (!bytes)
        return error_memory(error, "the script's files");
    const int file = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0)
        return error_set(error, ERROR_SYSTEM, "cannot open the script file '%s': %s", name,
                         strerror(errno));
    size_t length = 0;
    while (length < size) {
        const ssize_t got = read(file, bytes + length, size - length);
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    close(file);
    *content = (struct text){bytes, length};
    return ERROR_NONE;
}

static enum error_code add_file(void *context, int folder, const char *name,
                                const struct stat *status, const char *path, struct error *error)
{
    struct reader *const reader = context;
    struct script_folder *const found = reader->folder;
    struct source_file *const files =
        array_grow(reader->arena, found->files, found->count, &found->capacity, sizeof *files);
    if (!files || found->count >= FILES_MOST)
        return error_memory(error, "the script's files");
    found->files = files;
    struct source_file *const file = &files[found->count];
    file->place = reader->place;
    enum error_code code = text_copy(reader->arena, text_of(path), &file->path, error);
    if (!code)
        code = text_format(
            reader->arena, &file->chunk, error, "%s/%s",
            reader->place == SOURCE_OWN ? reader->options->name : place_names[reader->place], path);
    if (!code)
        code = read_content(reader, folder, name, (size_t)status->st_size, &file->content, error);
    if (!code)
        found->count++;
    return code;
}

static int compare_files(const void *left, const void *right)
{
    const struct source_file *const a = left;
    const struct source_file *const b = right;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return text_compare(a->path, b->path);
}

/* Does the text name a module of this vendor: "tryton" or "tryton.orders"? */
static bool names_vendor(struct text content, struct text vendor)
{
    for (size_t i = 0; i + vendor.length + 1 < content.length; i++) {
        const char quote = content.bytes[i];
        const char end = content.bytes[i + 1 + vendor.length];
        if ((quote == '"' || quote == '\'') && (end == quote || end == '.') &&
            memcmp(content.bytes + i + 1, vendor.bytes, vendor.length) == 0)
            return true;
    }
    return false;
}

/* "tryton/orders.lua" and "tryton.lua" are of the vendor "tryton". */
static struct text vendor_of(const struct source_file *file)
{
    size_t length = 0;
    while (length < file->path.length && file->path.bytes[length] != '/' &&
           file->path.bytes[length] != '.')
        length++;
    return (struct text){file->path.bytes, length};
}

static bool is_required(const struct script_folder *folder, struct text vendor)
{
    for (size_t i = 0; i < folder->count; i++) {
        const struct source_file *const file = &folder->files[i];
        if ((file->place == SOURCE_OWN || file->required) && names_vendor(file->content, vendor))
            return true;
    }
    return false;
}

/* Only vendors that the integration, or a vendor that it requires, names are part of a version. */
static void drop_strange_vendors(struct script_folder *folder)
{
    size_t kept = 0;
    for (bool found = true; found;) {
        found = false;
        for (size_t i = 0; i < folder->count; i++) {
            struct source_file *const file = &folder->files[i];
            if (file->place == SOURCE_VENDOR && !file->required &&
                is_required(folder, vendor_of(file)))
                found = file->required = true;
        }
    }
    for (size_t i = 0; i < folder->count; i++) {
        if (folder->files[i].place != SOURCE_VENDOR || folder->files[i].required)
            folder->files[kept++] = folder->files[i];
    }
    folder->count = kept;
}

enum error_code script_folder_read(const struct script_options *options, struct arena *arena,
                                   struct script_folder *folder, struct error *error)
{
    *folder = (struct script_folder){NULL, 0, 0};
    struct reader reader = {options, arena, folder, SOURCE_OWN};
    const enum error_code code = walk_all(options, add_file, &reader, &reader.place, error);
    if (code || folder->count == 0)
        return code;
    qsort(folder->files, folder->count, sizeof *folder->files, compare_files);
    drop_strange_vendors(folder);
    return ERROR_NONE;
}

const struct source_file *script_folder_file(const struct script_folder *folder,
                                             enum source_place last, const char *path)
{
    for (size_t i = 0; i < folder->count; i++) {
        if (folder->files[i].place <= last && text_equal(folder->files[i].path, text_of(path)))
            return &folder->files[i];
    }
    return NULL;
}

/* ---------------------------------------------------------------- version and stamp */

static void hex_of(const unsigned char *digest, size_t length, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        out[i * 2] = digits[digest[i] >> 4];
        out[i * 2 + 1] = digits[digest[i] & 15];
    }
    out[length * 2] = '\0';
}

void script_folder_hash(const struct script_folder *folder, char sha256[65])
{
    unsigned char digest[32] = {0};
    EVP_MD_CTX *const context = EVP_MD_CTX_new();
    if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1) {
        for (size_t i = 0; i < folder->count; i++) {
            const struct source_file *const file = &folder->files[i];
            char head[64];
            /* Lengths precede texts, so that no two sets of files give the same bytes. */
            const int length = snprintf(head, sizeof head, "%c%zu:%zu:", "olv"[file->place],
                                        file -> path.length, file->content.length);
            (void)EVP_DigestUpdate(context, head, (size_t)length);
            (void)EVP_DigestUpdate(context, file->path.bytes, file->path.length);
            (void)EVP_DigestUpdate(context, file->content.bytes, file->content.length);
        }
        (void)EVP_DigestFinal_ex(context, digest, NULL);
    }
    EVP_MD_CTX_free(context);
    hex_of(digest, sizeof digest, sha256);
}

struct stamper {
    uint64_t sum;
    enum source_place place;
};

static enum error_code stamp_file(void *context, int folder, const char *name,
                                  const struct stat *status, const char *path, struct error *error)
{
    struct stamper *const stamper = context;
    (void)folder;
    (void)name;
    (void)error;
    char line[768];
    const int length =
        snprintf(line, sizeof line, "%d %s %lld %lld.%09ld %llu", (int)stamper->place, path,
                 (long long)status->st_size, (long long)status->st_mtim.tv_sec,
                 status->st_mtim.tv_nsec, (unsigned long long)status->st_ino);
    /* A sum, because it does not depend on the order in which the folder lists its files. */
    stamper->sum += text_hash((struct text){line, (size_t)length});
    return ERROR_NONE;
}

enum error_code script_stamp_read(const struct script_options *options, struct script_stamp *stamp,
                                  struct error *error)
{
    struct stamper stamper = {0, SOURCE_OWN};
    const enum error_code code = walk_all(options, stamp_file, &stamper, &stamper.place, error);
    stamp->hash = stamper.sum;
    return code;
}

enum error_code script_hash(const struct script_options *options, char sha256[65],
                            struct error *error)
{
    struct arena *const arena = arena_new(0);
    if (!arena)
        return error_memory(error, "the script's files");
    struct script_folder folder;
    const enum error_code code = script_folder_read(options, arena, &folder, error);
    if (!code)
        script_folder_hash(&folder, sha256);
    arena_free(arena);
    return code;
}

/* ---------------------------------------------------------------- names */

static size_t length_of_integration(int folder, const char *name)
{
    char manifest[512];
    struct stat status;
    (void)snprintf(manifest, sizeof manifest, "%s/integration.lua", name);
    return fstatat(folder, manifest, &status, 0) == 0 ? strlen(name) : 0;
}

enum error_code script_names(const char *home, struct arena *arena, struct text **names,
                             size_t *count, struct error *error)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/lua/integrations", home);
    return configuration_file_names(path, length_of_integration, arena, names, count, error);
}
