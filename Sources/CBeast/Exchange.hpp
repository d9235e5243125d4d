#pragma once

#include "Inbox.hpp"

namespace cbeast {

class Connection;

/// One request and its one answer. Shared by the handler's side (any thread) and the connection's.
struct Exchange {
    enum class Stage : std::uint8_t { open, streaming, answered };

    std::atomic<Stage> stage{Stage::open};
    std::atomic<bool> wanted{true};
    /// Bytes of a streamed answer that the peer has not taken yet.
    std::atomic<std::size_t> queued{0};
    std::size_t stream_limit = 0;
    std::size_t socket_limit = 0;
    bool is_upgrade = false;
    std::shared_ptr<Inbox> inbox;
    /// Touched on the server's thread alone.
    std::weak_ptr<Connection> connection;

    bool move(Stage from, Stage to) { return stage.compare_exchange_strong(from, to); }

    /// The connection speaks for the handler, or is gone.
    void revoke() {
        wanted = false;
        stage = Stage::answered;
    }
};

} // namespace cbeast

struct cbeast_exchange {
    std::shared_ptr<cbeast::Exchange> shared;
};
