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
