#pragma once

#include "Stream.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <chrono>

namespace cbeast {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;

/// The time by which a connection's present step must end.
///
/// A step takes microseconds and a limit seconds, so the timer is moved only to come earlier; when it fires before a later deadline,
/// it is set again.
class Deadline {
public:
    explicit Deadline(Executor executor) : timer_(executor) {}

    /// `on_passed` keeps whatever it needs alive, this deadline included; the one of the call that set the timer is used.
    template <class Handler> void set(std::int64_t milliseconds, Handler on_passed) {
        deadline_ = Clock::now() + Milliseconds(milliseconds);
        if (!is_armed_ || deadline_ < timer_.expiry()) arm(std::move(on_passed));
    }

    /// The step may take as long as it takes.
    void clear() { deadline_ = Clock::time_point::max(); }

    /// Lets go of the handler.
    void cancel() {
        clear();
        timer_.cancel();
    }

private:
    template <class Handler> void arm(Handler on_passed) {
        is_armed_ = true;
        timer_.expires_at(deadline_);
        timer_.async_wait([this, on_passed = std::move(on_passed)](error_code error) mutable {
            if (error) return;
            is_armed_ = false;
            if (deadline_ == Clock::time_point::max()) return;
            if (Clock::now() < deadline_) return arm(std::move(on_passed));
            on_passed();
        });
    }

    Timer timer_;
    Clock::time_point deadline_ = Clock::time_point::max();
    bool is_armed_ = false;
};

} // namespace cbeast
