/* A VFS around SQLite's own: each write and sync is a place to die or to fail. */
#include <sqlite3.h>
#include <stddef.h>
#include <string.h>

#include "fault_plan.h"

/* An open file: the real one follows in the same block. */
struct fault_file {
    sqlite3_file file;
    sqlite3_file *real;
};

static sqlite3_vfs *inner;
static sqlite3_vfs outer;

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct fault_file *)(void *)file)->real;
}

/* A place where the disk is changed. */
static int change(int otherwise)
{
    fault_plan_die(FAULT_WRITE);
    if (fault_plan_meet_lasting(FAULT_FULL))
        return SQLITE_FULL;
    return fault_plan_meet_lasting(FAULT_IO) ? otherwise : SQLITE_OK;
}

#define REAL(file) (real_of(file)->pMethods)

static int file_close(sqlite3_file *file)
{
    return REAL(file)->xClose(real_of(file));
}
static int file_read(sqlite3_file *file, void *bytes, int length, sqlite3_int64 at)
{
    return REAL(file)->xRead(real_of(file), bytes, length, at);
}
static int file_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 at)
{
    const int code = change(SQLITE_IOERR_WRITE);
    return code ? code : REAL(file)->xWrite(real_of(file), bytes, length, at);
}
static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    const int code = change(SQLITE_IOERR_TRUNCATE);
    return code ? code : REAL(file)->xTruncate(real_of(file), size);
}
static int file_sync(sqlite3_file *file, int flags)
{
    const int code = change(SQLITE_IOERR_FSYNC);
    return code ? code : REAL(file)->xSync(real_of(file), flags);
}
static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return REAL(file)->xFileSize(real_of(file), size);
}
static int file_lock(sqlite3_file *file, int level)
{
    return REAL(file)->xLock(real_of(file), level);
}
static int file_unlock(sqlite3_file *file, int level)
{
    return REAL(file)->xUnlock(real_of(file), level);
}
static int file_check_lock(sqlite3_file *file, int *reserved)
{
    return REAL(file)->xCheckReservedLock(real_of(file), reserved);
}
static int file_control(sqlite3_file *file, int operation, void *argument)
{
    return REAL(file)->xFileControl(real_of(file), operation, argument);
}
static int file_sector(sqlite3_file *file)
{
    return REAL(file)->xSectorSize(real_of(file));
}
static int file_traits(sqlite3_file *file)
{
    return REAL(file)->xDeviceCharacteristics(real_of(file));
}
static int shared_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory)
{
    return REAL(file)->xShmMap(real_of(file), page, size, extend, memory);
}
static int shared_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return REAL(file)->xShmLock(real_of(file), offset, count, flags);
}
static void shared_barrier(sqlite3_file *file)
{
    REAL(file)->xShmBarrier(real_of(file));
}
static int shared_unmap(sqlite3_file *file, int discard)
{
    return REAL(file)->xShmUnmap(real_of(file), discard);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = shared_map,
    .xShmLock = shared_lock,
    .xShmBarrier = shared_barrier,
    .xShmUnmap = shared_unmap,
};

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *given)
{
    struct fault_file *const opened = (struct fault_file *)(void *)file;
    (void)vfs;
    opened->real = (sqlite3_file *)(void *)(opened + 1);
    opened->file.pMethods = NULL;
    const int code = inner->xOpen(inner, name, opened->real, flags, given);
    if (opened->real->pMethods)
        opened->file.pMethods = &methods;
    return code;
}

void fault_vfs_install(void)
{
    inner = sqlite3_vfs_find(NULL);
    outer = *inner;
    outer.zName = "faults";
    outer.pNext = NULL;
    outer.szOsFile = (int)sizeof(struct fault_file) + inner->szOsFile;
    outer.xOpen = open_file;
    sqlite3_vfs_register(&outer, 1);
}
