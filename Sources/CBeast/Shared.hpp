#pragma once

#include "Exchange.hpp"
#include "ResponseText.hpp"

#include <unordered_map>

namespace cbeast {

/// What the connections of one server share. Its thread alone touches it, but for the counters.
struct Shared {
    cbeast_settings settings;
    cbeast_callbacks callbacks;
    std::shared_ptr<Inbox> inbox;
    std::unordered_map<Connection *, std::shared_ptr<Connection>> connections;
    std::unordered_map<WebSocket *, std::shared_ptr<WebSocket>> sockets;
    std::function<void()> on_closed;
    DateText date;
    /// No more connections are taken, and answers end those that there are.
    bool stopping = false;
    std::atomic<std::uint64_t> accepted{0}, open{0}, requests{0}, refused{0}, open_sockets{0}, cut{0};
};

} // namespace cbeast
