/* Opening and closing a database. */
#include "store/sql/sql.h"

enum error_code sql_open(struct sql *sql, const struct sql_driver *driver, const char *path,
                         enum sql_access access, struct error *error)
{
    sql->driver = driver;
    if (!driver->open(path, access, &sql->connection))
        return sql_failed(sql, error, "be opened");
    return ERROR_NONE;
}

void sql_close(struct sql *sql)
{
    if (!sql->connection)
        return;
    sql_rollback(sql);
    sql_forget(sql);
    committer_free(sql->committer);
    sql->committer = NULL;
    sql->driver->close(sql->connection);
    sql->connection = NULL;
}
