// An HTTP/1.1 and WebSocket server (Boost.Beast, Asio, OpenSSL) behind plain C.
//
// One thread of its own runs the server and makes every callback. Requests are answered through their exchange, and WebSockets are
// written to, from any thread.
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
typedef struct cbeast_socket cbeast_socket;
typedef struct cbeast_payload cbeast_payload;

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
    /// It asks, in good form, to become a WebSocket: `cbeast_upgrade` may answer it, as any other answer may.
    bool is_upgrade;
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
    /// Bytes of one message that a WebSocket's peer may send; more ends it with 1009.
    size_t message_limit;
    /// Bytes of messages that may wait for one WebSocket's peer.
    size_t socket_limit;
    /// The system's buffer for what is written to one WebSocket: what a peer that never reads holds beside `socket_limit`.
    size_t socket_buffer;
    int64_t ping_interval;
    /// Pings in a row that may stay unanswered; then the peer is cut.
    int pings_missed;
    /// Offers permessage-deflate.
    bool deflates;
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
    /// WebSockets open now, of the connections that are.
    uint64_t sockets;
    /// WebSockets that were cut: silent, or not reading.
    uint64_t cut;
} cbeast_counts;

/// What a WebSocket tells. Calls for one socket come one after another, on the server's thread.
typedef struct {
    void *context;
    /// A whole text message, valid UTF-8.
    void (*on_text)(void *context, cbeast_text text);
    /// The last call, once: the code and reason it ended with; 1006 where it was cut or broke.
    void (*on_end)(void *context, uint16_t code, cbeast_text reason);
} cbeast_socket_callbacks;

typedef enum { CBEAST_ACCEPTED = 0, CBEAST_FULL = 1, CBEAST_GONE = 2 } cbeast_write;

/// Binds, then serves on its own thread. Null and `failure` filled when it cannot.
cbeast_server *cbeast_server_start(const cbeast_settings *settings, cbeast_callbacks callbacks, cbeast_failure *failure);
uint16_t cbeast_server_port(const cbeast_server *server);
cbeast_counts cbeast_server_counts(const cbeast_server *server);
/// Connections accepted from here on get that certificate; those that there are keep theirs. False, and `failure` filled, when it
/// cannot be used or the server speaks no TLS.
bool cbeast_server_renew(cbeast_server *server, const char *certificate_file, const char *key_file, cbeast_failure *failure);
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

/// Answers an upgrade: the connection becomes a WebSocket. `fields` as in `cbeast_reply`. Null, with no callback made, when the exchange
/// has been answered already or asks for no upgrade; else `on_end` is called once, whatever becomes of it.
cbeast_socket *cbeast_upgrade(cbeast_exchange *exchange, cbeast_text fields, cbeast_socket_callbacks callbacks);
/// Bytes to send, kept once however many sockets they go to.
cbeast_payload *cbeast_payload_create(cbeast_text bytes);
void cbeast_payload_release(cbeast_payload *payload);
/// Queues a text message, which must be UTF-8.
cbeast_write cbeast_socket_send(cbeast_socket *socket, const cbeast_payload *payload);
/// Says goodbye once what is queued has been sent; nothing more is taken.
void cbeast_socket_close(cbeast_socket *socket, uint16_t code, cbeast_text reason);
/// Ends it without a word.
void cbeast_socket_cut(cbeast_socket *socket);
/// Bytes that wait for the peer.
size_t cbeast_socket_queued(const cbeast_socket *socket);
/// Lets go of the handle; the socket lives on until it is closed.
void cbeast_socket_release(cbeast_socket *socket);

#ifdef __cplusplus
}
#endif
