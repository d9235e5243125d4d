#pragma once

#include "Channel.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>

namespace cbeast {

struct Exchange;

/// Something that another thread wants said on a connection.
struct Message {
    enum class Kind { reply, begin, piece, end, abandon, upgrade };

    std::shared_ptr<Exchange> exchange;
    Kind kind;
    int status = 0;
    std::string fields;
    std::string body;
    std::shared_ptr<Channel> channel;
};

/// Carries messages from any thread to the server's; outlives the server, so late answers are harmless.
class Inbox {
public:
    struct Delivery {
        std::function<void(Message &)> message;
        std::function<void(Channel &)> channel;
    };

    Inbox(boost::asio::io_context &loop, Delivery deliver) : loop_(&loop), deliver_(std::move(deliver)) {}

    /// False when nothing is delivered any more.
    bool put(Message message) {
        std::lock_guard<std::mutex> guard(lock_);
        if (!loop_) return false;
        waiting_.push_back(std::move(message));
        post();
        return true;
    }

    /// Has the server look at a channel.
    void put(std::shared_ptr<Channel> channel) {
        std::lock_guard<std::mutex> guard(lock_);
        if (!loop_) return;
        told_.push_back(std::move(channel));
        post();
    }

    /// Nothing is delivered from here on; who asked for a socket hears that there will be none.
    void close() {
        std::vector<Message> undelivered;
        {
            std::lock_guard<std::mutex> guard(lock_);
            loop_ = nullptr;
            waiting_.swap(undelivered);
        }
        for (auto &message : undelivered)
            if (message.channel) message.channel->over(1006, {});
    }

private:
    /// Sockets looked at in one turn of the loop. Writes complete between turns: looking at all of them in one turn would have a broadcast
    /// fill the queues of peers that do read, and would let requests wait.
    static constexpr std::size_t channels_a_turn = 256;

    void post() {
        if (is_posted_) return;
        is_posted_ = true;
        boost::asio::post(*loop_, [this] { drain(); });
    }

    void drain() {
        {
            std::lock_guard<std::mutex> guard(lock_);
            waiting_.swap(delivering_);
            if (next_ == telling_.size()) {
                telling_.clear();
                next_ = 0;
                telling_.swap(told_);
            }
        }
        for (auto &message : delivering_) deliver_.message(message);
        delivering_.clear();
        for (std::size_t i = 0; i < channels_a_turn && next_ < telling_.size(); ++i) {
            auto channel = std::move(telling_[next_++]);
            deliver_.channel(*channel);
        }
        std::lock_guard<std::mutex> guard(lock_);
        is_posted_ = false;
        if (loop_ && (next_ < telling_.size() || !told_.empty() || !waiting_.empty())) post();
    }

    std::mutex lock_;
    boost::asio::io_context *loop_;
    Delivery deliver_;
    bool is_posted_ = false;
    std::vector<Message> waiting_;
    std::vector<Message> delivering_;
    std::vector<std::shared_ptr<Channel>> told_;
    std::vector<std::shared_ptr<Channel>> telling_;
    std::size_t next_ = 0;
};

inline void Channel::tell() { inbox_->put(shared_from_this()); }

} // namespace cbeast
