#include <libpq-fe.h>

/// Drops what the server only remarks; libpq would print it.
static inline void linehaul_drop_notice(void *argument, const PGresult *result) {}

/// Keeps libpq from printing notices of a connection.
static inline void linehaul_drop_notices(PGconn *connection) { PQsetNoticeReceiver(connection, linehaul_drop_notice, 0); }
