// libcurl's easy interface behind plain functions (its options are variadic, which Swift cannot call).
//
// A session is used by one thread at a time and keeps its connections between calls.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ccurl_session ccurl_session;

/// Durations are milliseconds; 0: none.
typedef struct {
    const char *method;
    const char *url;
    /// Null: no body.
    const void *body;
    size_t body_count;
    /// A file of certificates to trust instead of the system's; null: the system's.
    const char *trust_file;
    int64_t connect_timeout;
    int64_t total_timeout;
    /// How long nothing may arrive (whole seconds).
    int64_t silence_timeout;
    /// Whether `may_connect` is asked before each connection; then no proxy stands between.
    bool checks_addresses;
    /// Whether it may be sent again, when a connection that was kept ends without an answer.
    bool may_repeat;
} ccurl_request;

typedef struct {
    void *context;
    /// A header line of the answer, the status line included, with its CR LF.
    void (*on_line)(void *context, const char *bytes, size_t count);
    /// A piece of the body; false ends the transfer.
    bool (*on_bytes)(void *context, const char *bytes, size_t count);
    /// An address that the host's name has come to, 4 bytes or 16, about to be connected to; false refuses it.
    bool (*may_connect)(void *context, const unsigned char *bytes, size_t count);
} ccurl_callbacks;

typedef enum {
    CCURL_DONE = 0,
    CCURL_STOPPED,
    CCURL_BAD_URL,
    CCURL_UNKNOWN_HOST,
    CCURL_REFUSED,
    CCURL_FORBIDDEN,
    CCURL_TIMED_OUT,
    CCURL_TLS,
    CCURL_BROKEN,
    CCURL_OTHER
} ccurl_outcome;

typedef struct {
    ccurl_outcome outcome;
    /// Whether a connection was there when it failed.
    bool was_connected;
    char text[256];
} ccurl_result;

/// Null only when memory is out.
ccurl_session *ccurl_session_new(void);
void ccurl_session_free(ccurl_session *session);
/// A header line of the next request, without its CR LF.
void ccurl_add_header(ccurl_session *session, const char *line);
/// Sends and waits.
ccurl_result ccurl_perform(ccurl_session *session, const ccurl_request *request, ccurl_callbacks callbacks);

#ifdef __cplusplus
}
#endif
