#pragma once

#include "CBeast.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cbeast {

class Inbox;
class WebSocket;

/// A message, kept once for all who are to get it.
using Payload = std::shared_ptr<const std::string>;

/// A WebSocket as other threads see it: what waits for its peer, and how it is to end.
class Channel : public std::enable_shared_from_this<Channel> {
public:
    /// How a socket was asked to end.
    struct Goodbye {
        std::uint16_t code = 0;
        std::string reason;
        bool is_abrupt = false;
    };

    Channel(std::shared_ptr<Inbox> inbox, std::size_t limit, cbeast_socket_callbacks callbacks)
        : inbox_(std::move(inbox)), limit_(limit), callbacks_(callbacks) {}

    // From any thread

    cbeast_write send(const Payload &payload) {
        {
            std::lock_guard<std::mutex> guard(lock_);
            if (is_ending_) return CBEAST_GONE;
            // One message may pass the limit, so that one larger than the limit is not refused for ever.
            auto queued = queued_.load();
            if (queued > 0 && queued + payload->size() > limit_) return CBEAST_FULL;
            queued_ += payload->size();
            waiting_.push_back(payload);
            if (is_told_) return CBEAST_ACCEPTED;
            is_told_ = true;
        }
        tell();
        return CBEAST_ACCEPTED;
    }

    /// The first farewell counts, but an abrupt one outdoes it.
    void end(Goodbye goodbye) {
        {
            std::lock_guard<std::mutex> guard(lock_);
            if (is_ending_ && !goodbye.is_abrupt) return;
            is_ending_ = true;
            goodbye_ = std::move(goodbye);
        }
        tell();
    }

    std::size_t queued() const { return queued_; }

    // On the server's thread

    /// What has come to wait, in place of `batch`, which has been written; false when there is nothing, and the next `send` tells again.
    bool take(std::vector<Payload> &batch) {
        std::lock_guard<std::mutex> guard(lock_);
        batch.clear();
        waiting_.swap(batch);
        is_told_ = !batch.empty();
        return is_told_;
    }

    void written(std::size_t bytes) { queued_ -= bytes; }

    bool is_to_be_cut() const {
        std::lock_guard<std::mutex> guard(lock_);
        return is_ending_ && goodbye_.is_abrupt;
    }

    /// The farewell that was asked for, if one was.
    bool is_ending(Goodbye &goodbye) const {
        std::lock_guard<std::mutex> guard(lock_);
        if (is_ending_) goodbye = goodbye_;
        return is_ending_;
    }

    void text(cbeast_text text) { callbacks_.on_text(callbacks_.context, text); }

    /// It is over: nothing more is taken, and the owner is told, once.
    void over(std::uint16_t code, const std::string &reason) {
        {
            std::lock_guard<std::mutex> guard(lock_);
            if (is_over_) return;
            is_over_ = is_ending_ = true;
            waiting_.clear();
        }
        callbacks_.on_end(callbacks_.context, code, {reason.data(), reason.size()});
    }

    /// Touched on the server's thread alone.
    std::weak_ptr<WebSocket> socket;

private:
    void tell();

    const std::shared_ptr<Inbox> inbox_;
    const std::size_t limit_;
    const cbeast_socket_callbacks callbacks_;
    mutable std::mutex lock_;
    std::vector<Payload> waiting_;
    /// Bytes that the peer has not taken yet; raised under the lock.
    std::atomic<std::size_t> queued_{0};
    Goodbye goodbye_;
    /// The server's thread knows that something waits.
    bool is_told_ = false;
    bool is_ending_ = false;
    bool is_over_ = false;
};

} // namespace cbeast

struct cbeast_socket {
    std::shared_ptr<cbeast::Channel> shared;
};

struct cbeast_payload {
    cbeast::Payload shared;
};
