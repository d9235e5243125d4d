// An HTTP/1.1 server (Boost.Beast's parser, Asio, OpenSSL) behind plain C.
//
// One thread of its own runs the server and makes every callback. Requests are answered through their exchange, from any thread.
// What a callback is lent is valid until the callback returns.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cbeast_server cbeast_server;
typedef struct cbeast_exchange cbeast_exchange;

/// Bytes lent for the length of a call.
typedef struct {
    const char *bytes;
    size_t count;
} cbeast_text;

typedef struct {
    cbeast_text name;
    cbeast_text value;
} cbeast_field;

typedef struct {
    cbeast_text method;
    cbeast_text target;
    cbeast_text peer;
    cbeast_text body;
    const cbeast_field *fields;
    size_t field_count;
} cbeast_request;

/// Durations are milliseconds, each for one whole step: waiting for a request, its header, its body, the answer, progress in writing.
typedef struct {
    const char *host;
    uint16_t port;
    /// Both null: plain HTTP.
    const char *certificate_file;
    const char *key_file;
    size_t header_limit;
    size_t body_limit;
    /// Bytes of a streamed answer that may wait for the peer.
    size_t stream_limit;
    size_t connection_limit;
    int64_t idle_timeout;
    int64_t header_timeout;
    int64_t body_timeout;
    int64_t answer_timeout;
    int64_t write_timeout;
} cbeast_settings;

typedef struct {
    void *context;
    /// A whole request. The callee owns the exchange and releases it once.
    void (*on_request)(void *context, cbeast_exchange *exchange, const cbeast_request *request);
    /// The last call: the server's thread is about to end, or the start failed.
    void (*on_end)(void *context);
} cbeast_callbacks;

typedef enum {
    CBEAST_RESOLVE = 1,
    CBEAST_BIND = 2,
    CBEAST_CERTIFICATE = 3,
    CBEAST_KEY = 4,
    CBEAST_THREAD = 5
} cbeast_step;

typedef struct {
    cbeast_step step;
    /// An errno, where there is one.
    int code;
    char text[256];
} cbeast_failure;

typedef struct {
    uint64_t accepted;
    uint64_t open;
    uint64_t requests;
    /// Requests answered by the server itself: malformed, too large, too slow, unanswered.
    uint64_t refused;
} cbeast_counts;

typedef enum { CBEAST_ACCEPTED = 0, CBEAST_FULL = 1, CBEAST_GONE = 2 } cbeast_write;

/// Binds, then serves on its own thread. Null and `failure` filled when it cannot.
cbeast_server *cbeast_server_start(const cbeast_settings *settings, cbeast_callbacks callbacks, cbeast_failure *failure);
uint16_t cbeast_server_port(const cbeast_server *server);
cbeast_counts cbeast_server_counts(const cbeast_server *server);
/// Stops accepting, lets requests in flight finish, cuts what is left at the deadline, and waits for that
/// (not on the server's own thread: there it only begins). Again: does nothing more.
void cbeast_server_stop(cbeast_server *server, int64_t within);
/// Stops at once, waits, frees.
void cbeast_server_release(cbeast_server *server);

/// `fields` are whole header lines, each ended by CR LF, without Content-Length, Transfer-Encoding, Connection and Date.
/// False when the exchange has been answered already.
bool cbeast_reply(cbeast_exchange *exchange, int status, cbeast_text fields, cbeast_text body);
/// An answer in pieces, ended by `cbeast_reply_end`.
bool cbeast_reply_begin(cbeast_exchange *exchange, int status, cbeast_text fields);
cbeast_write cbeast_reply_write(cbeast_exchange *exchange, cbeast_text bytes);
void cbeast_reply_end(cbeast_exchange *exchange);
/// False once the peer has left or the server has answered for the handler.
bool cbeast_exchange_wanted(const cbeast_exchange *exchange);
/// Not answered by now: the peer gets a 500; begun and not ended: the connection is cut.
void cbeast_exchange_release(cbeast_exchange *exchange);

#ifdef __cplusplus
}
#endif
