#include "CBeast.h"

#include "Server.hpp"

using namespace cbeast;

struct cbeast_server {
    std::shared_ptr<Server> shared;
};

namespace {

std::string copied(cbeast_text text) { return text.count ? std::string(text.bytes, text.count) : std::string(); }

void send(cbeast_exchange *exchange, Message message) {
    message.exchange = exchange->shared;
    exchange->shared->inbox->put(std::move(message));
}

} // namespace

cbeast_server *cbeast_server_start(const cbeast_settings *settings, cbeast_callbacks callbacks, cbeast_failure *failure) {
    auto server = std::make_shared<Server>(*settings, callbacks);
    if (server->open(*failure) && server->run(*failure)) return new cbeast_server{std::move(server)};
    callbacks.on_end(callbacks.context);
    return nullptr;
}

uint16_t cbeast_server_port(const cbeast_server *server) { return server->shared->port(); }

cbeast_counts cbeast_server_counts(const cbeast_server *server) { return server->shared->counts(); }

bool cbeast_server_renew(cbeast_server *server, const char *certificate_file, const char *key_file, cbeast_failure *failure) {
    return server->shared->renew(certificate_file, key_file, *failure);
}

void cbeast_server_stop(cbeast_server *server, int64_t within) { server->shared->stop(within); }

void cbeast_server_release(cbeast_server *server) {
    server->shared->release();
    delete server;
}

bool cbeast_reply(cbeast_exchange *exchange, int status, cbeast_text fields, cbeast_text body) {
    if (!exchange->shared->move(Exchange::Stage::open, Exchange::Stage::answered)) return false;
    send(exchange, {nullptr, Message::Kind::reply, status, copied(fields), copied(body)});
    return true;
}

bool cbeast_reply_begin(cbeast_exchange *exchange, int status, cbeast_text fields) {
    if (!exchange->shared->move(Exchange::Stage::open, Exchange::Stage::streaming)) return false;
    send(exchange, {nullptr, Message::Kind::begin, status, copied(fields), {}});
    return true;
}

cbeast_write cbeast_reply_write(cbeast_exchange *exchange, cbeast_text bytes) {
    auto &shared = *exchange->shared;
    if (!shared.wanted || shared.stage != Exchange::Stage::streaming) return CBEAST_GONE;
    // One piece may pass the limit, so that a piece larger than the limit is not refused for ever.
    if (shared.queued > 0 && shared.queued + bytes.count > shared.stream_limit) return CBEAST_FULL;
    shared.queued += bytes.count;
    send(exchange, {nullptr, Message::Kind::piece, 0, {}, copied(bytes)});
    return CBEAST_ACCEPTED;
}

void cbeast_reply_end(cbeast_exchange *exchange) {
    if (!exchange->shared->move(Exchange::Stage::streaming, Exchange::Stage::answered)) return;
    send(exchange, {nullptr, Message::Kind::end, 0, {}, {}});
}

bool cbeast_exchange_wanted(const cbeast_exchange *exchange) { return exchange->shared->wanted; }

void cbeast_exchange_release(cbeast_exchange *exchange) {
    auto stage = exchange->shared->stage.exchange(Exchange::Stage::answered);
    if (stage != Exchange::Stage::answered) send(exchange, {nullptr, Message::Kind::abandon, 0, {}, {}});
    delete exchange;
}

cbeast_socket *cbeast_upgrade(cbeast_exchange *exchange, cbeast_text fields, cbeast_socket_callbacks callbacks) {
    auto &shared = exchange->shared;
    if (!shared->is_upgrade || !shared->move(Exchange::Stage::open, Exchange::Stage::answered)) return nullptr;
    auto channel = std::make_shared<Channel>(shared->inbox, shared->socket_limit, callbacks);
    if (!shared->inbox->put({shared, Message::Kind::upgrade, 0, copied(fields), {}, channel})) return nullptr;
    return new cbeast_socket{std::move(channel)};
}

cbeast_payload *cbeast_payload_create(cbeast_text bytes) { return new cbeast_payload{std::make_shared<const std::string>(copied(bytes))}; }

void cbeast_payload_release(cbeast_payload *payload) { delete payload; }

cbeast_write cbeast_socket_send(cbeast_socket *socket, const cbeast_payload *payload) { return socket->shared->send(payload->shared); }

void cbeast_socket_close(cbeast_socket *socket, uint16_t code, cbeast_text reason) { socket->shared->end({code, copied(reason), false}); }

void cbeast_socket_cut(cbeast_socket *socket) { socket->shared->end({1006, {}, true}); }

size_t cbeast_socket_queued(const cbeast_socket *socket) { return socket->shared->queued(); }

void cbeast_socket_release(cbeast_socket *socket) { delete socket; }
