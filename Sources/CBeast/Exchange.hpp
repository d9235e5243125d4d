#pragma once

#include "CBeast.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cbeast {

class Connection;
struct Exchange;

/// Something that another thread wants said on a connection.
struct Message {
    enum class Kind { reply, begin, piece, end, abandon };

    std::shared_ptr<Exchange> exchange;
    Kind kind;
    int status = 0;
    std::string fields;
    std::string body;
};

/// Carries messages from any thread to the server's; outlives the server, so late answers are harmless.
class Inbox {
public:
    Inbox(boost::asio::io_context &loop, std::function<void(Message &)> deliver) : loop_(&loop), deliver_(std::move(deliver)) {}

    void put(Message message) {
        std::lock_guard<std::mutex> guard(lock_);
        if (!loop_) return;
        bool first = waiting_.empty();
        waiting_.push_back(std::move(message));
        if (first) boost::asio::post(*loop_, [this] { drain(); });
    }

    /// Nothing is delivered from here on.
    void close() {
        std::vector<Message> undelivered;
        std::lock_guard<std::mutex> guard(lock_);
        loop_ = nullptr;
        waiting_.swap(undelivered);
    }

private:
    void drain() {
        {
            std::lock_guard<std::mutex> guard(lock_);
            waiting_.swap(delivering_);
        }
        for (auto &message : delivering_) deliver_(message);
        delivering_.clear();
    }

    std::mutex lock_;
    boost::asio::io_context *loop_;
    std::vector<Message> waiting_;
    std::vector<Message> delivering_;
    std::function<void(Message &)> deliver_;
};

/// One request and its one answer. Shared by the handler's side (any thread) and the connection's.
struct Exchange {
    enum class Stage : std::uint8_t { open, streaming, answered };

    std::atomic<Stage> stage{Stage::open};
    std::atomic<bool> wanted{true};
    /// Bytes of a streamed answer that the peer has not taken yet.
    std::atomic<std::size_t> queued{0};
    std::size_t stream_limit = 0;
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
