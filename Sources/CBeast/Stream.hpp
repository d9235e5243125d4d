#pragma once

#include "Tls.hpp"

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <optional>
#include <utility>

namespace cbeast {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

/// A socket, with or without TLS over it: one type, so that everything above compiles once.
/// An AsyncStream in Beast's sense; one read and one write may be outstanding.
class Stream {
public:
    using executor_type = Executor;

    Stream(Socket socket, TlsContext *context) : socket_(std::move(socket)) {
        error_code ignored;
        socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
        socket_.native_non_blocking(true, ignored);
        if (context) tls_.emplace(*context, socket_.native_handle());
    }

    executor_type get_executor() { return socket_.get_executor(); }

    template <class Buffers, class Token> auto async_read_some(const Buffers &buffers, Token &&token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            [this](auto handler, const Buffers &buffers) {
                if (tls_)
                    TlsTransfer<Buffers, decltype(handler)>{*this, buffers, std::move(handler)}.attempt(false);
                else
                    socket_.async_read_some(buffers, std::move(handler));
            },
            token, buffers);
    }

    template <class Buffers, class Token> auto async_write_some(const Buffers &buffers, Token &&token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            [this](auto handler, const Buffers &buffers) {
                if (tls_)
                    TlsTransfer<Buffers, decltype(handler)>{*this, buffers, std::move(handler)}.attempt(false);
                else
                    socket_.async_write_some(buffers, std::move(handler));
            },
            token, buffers);
    }

    /// Has the system keep no more than about that many bytes that the peer has not taken.
    void limit_send_buffer(std::size_t bytes) {
        error_code ignored;
        socket_.set_option(asio::socket_base::send_buffer_size(static_cast<int>(bytes)), ignored);
    }

    /// No more will be written; what the peer still sends can be read.
    void shutdown_send() {
        if (on_shutdown) on_shutdown();
        error_code ignored;
        if (tls_) tls_->close();
        socket_.shutdown(Socket::shutdown_send, ignored);
    }

    /// Called when nothing more will be written.
    std::function<void()> on_shutdown;

    void close() {
        error_code ignored;
        if (tls_ && socket_.is_open()) tls_->close();
        socket_.close(ignored);
    }

private:
    template <class Buffers, class Handler> struct TlsTransfer {
        Stream &stream;
        Buffers buffers;
        Handler handler;

        void attempt(bool inside_handler) {
            error_code error;
            std::size_t count = 0;
            auto next = transfer(error, count);
            if (next == TlsSession::Next::done) return finish(error, count, inside_handler);
            auto &socket = stream.socket_;
            auto direction = next == TlsSession::Next::wait_to_read ? Socket::wait_read : Socket::wait_write;
            socket.async_wait(direction, [self = std::move(*this)](error_code error) mutable {
                if (error)
                    self.finish(error, 0, true);
                else
                    self.attempt(true);
            });
        }

        TlsSession::Next transfer(error_code &error, std::size_t &count) {
            if constexpr (asio::is_mutable_buffer_sequence<Buffers>::value) {
                asio::mutable_buffer first = *asio::buffer_sequence_begin(buffers);
                return stream.tls_->read(first.data(), first.size(), error, count);
            } else {
                // One TLS record for a head and a small body. A repeated attempt gathers the same bytes, as OpenSSL asks.
                static thread_local std::array<char, 16 * 1024> record;
                auto length = asio::buffer_copy(asio::buffer(record), buffers);
                return stream.tls_->write(record.data(), length, error, count);
            }
        }

        void finish(error_code error, std::size_t count, bool inside_handler) {
            if (inside_handler) return handler(error, count);
            asio::post(stream.get_executor(), [handler = std::move(handler), error, count]() mutable { handler(error, count); });
        }
    };

    Socket socket_;
    std::optional<TlsSession> tls_;
};

} // namespace cbeast
