#pragma once

#include "Stream.hpp"

#include <boost/beast/core/role.hpp>
#include <memory>

namespace cbeast {

/// How a WebSocket's connection ends after the closing frames: what the peer still sends is read and dropped until it closes too, since
/// unread input would turn the close into a reset, which may overtake the closing frame. Whoever owns the stream is told by it, and bounds the time.
template <class Handler> class Teardown {
public:
    Teardown(Stream &stream, Handler handler) : stream_(stream), handler_(std::move(handler)), scrap_(new std::array<char, 2048>) {}

    void read() {
        auto buffer = asio::buffer(*scrap_);
        auto &stream = stream_;
        stream.async_read_some(buffer, [self = std::move(*this)](error_code error, std::size_t) mutable {
            // However it ends, why it had to end is what counts.
            error ? self.handler_(error_code()) : self.read();
        });
    }

private:
    Stream &stream_;
    Handler handler_;
    std::unique_ptr<std::array<char, 2048>> scrap_;
};

/// Found by the WebSocket stream for its transport.
template <class Handler> void async_teardown(boost::beast::role_type, Stream &stream, Handler &&handler) {
    stream.shutdown_send();
    Teardown<std::decay_t<Handler>>(stream, std::forward<Handler>(handler)).read();
}

/// Likewise; a timeout of the WebSocket stream's own would call it.
inline void beast_close_socket(Stream &stream) { stream.close(); }

} // namespace cbeast
