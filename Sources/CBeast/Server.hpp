#pragma once

#include "Connection.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <csignal>
#include <cstring>
#include <netdb.h>
#include <pthread.h>
#include <system_error>
#include <thread>

namespace cbeast {

/// The listener, its connections, and the thread that owns them.
class Server : public std::enable_shared_from_this<Server> {
public:
    Server(const cbeast_settings &settings, cbeast_callbacks callbacks)
        : loop_(1), work_(loop_.get_executor()), acceptor_(loop_.get_executor()), pause_(loop_.get_executor()), limit_(loop_.get_executor()) {
        shared_.settings = settings;
        shared_.callbacks = callbacks;
        shared_.on_closed = [this] { on_connection_closed(); };
        shared_.inbox = std::make_shared<Inbox>(loop_, Inbox::Delivery{deliver, wake});
    }

    bool open(cbeast_failure &failure) {
        return load_tls(failure) && listen(failure);
    }

    /// Starts the thread, which keeps this server alive until it ends.
    bool run(cbeast_failure &failure) {
        // A closed peer is an error code here, and signals belong to the process's own threads.
        std::signal(SIGPIPE, SIG_IGN);
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        bool started = true;
        try {
            thread_ = std::thread([self = shared_from_this()] { self->serve(); });
        } catch (const std::system_error &error) {
            started = fail(failure, CBEAST_THREAD, error.code().value(), error.what());
        }
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        return started;
    }

    std::uint16_t port() const { return port_; }

    cbeast_counts counts() const {
        return {shared_.accepted, shared_.open, shared_.requests, shared_.refused, shared_.open_sockets, shared_.cut};
    }

    /// Connections that are accepted from here on get another certificate.
    bool renew(const char *certificate_file, const char *key_file, cbeast_failure &failure) {
        if (!is_secure_) return fail(failure, CBEAST_CERTIFICATE, 0, "this listener speaks plain HTTP");
        auto context = load(certificate_file, key_file, failure);
        if (!context) return false;
        std::lock_guard<std::mutex> guard(lock_);
        if (is_running_) asio::post(loop_, [this, context] { tls_ = context; });
        return true;
    }

    void stop(std::int64_t within) {
        {
            std::lock_guard<std::mutex> guard(lock_);
            if (is_running_) asio::post(loop_, [this, within] { begin_stop(within); });
        }
        if (std::this_thread::get_id() == thread_id_) return;
        std::lock_guard<std::mutex> guard(joining_);
        if (thread_.joinable()) thread_.join();
    }

    /// Stops at once and lets go of the thread.
    void release() {
        stop(0);
        if (thread_.joinable()) thread_.detach();
    }

private:
    static void deliver(Message &message) {
        auto connection = message.exchange->connection.lock();
        if (connection && connection->answers(message.exchange))
            connection->deliver(message);
        else if (message.channel)
            message.channel->over(1006, {});
    }

    static void wake(Channel &channel) {
        if (auto socket = channel.socket.lock()) socket->wake();
    }

    static bool fail(cbeast_failure &failure, cbeast_step step, int code, const std::string &text) {
        failure.step = step;
        failure.code = code;
        std::snprintf(failure.text, sizeof failure.text, "%s", text.c_str());
        return false;
    }

    bool load_tls(cbeast_failure &failure) {
        auto &settings = shared_.settings;
        if (!settings.certificate_file) return true;
        is_secure_ = true;
        tls_ = load(settings.certificate_file, settings.key_file, failure);
        return tls_ != nullptr;
    }

    static std::shared_ptr<TlsContext> load(const char *certificate_file, const char *key_file, cbeast_failure &failure) {
        auto context = std::make_shared<TlsContext>();
        if (!context->use_certificate(certificate_file)) return fail(failure, CBEAST_CERTIFICATE, 0, tls_reason()), nullptr;
        if (!context->use_key(key_file)) return fail(failure, CBEAST_KEY, 0, tls_reason()), nullptr;
        return context;
    }

    bool listen(cbeast_failure &failure) {
        addrinfo hints{}, *found = nullptr;
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
        auto service = std::to_string(shared_.settings.port);
        if (int code = getaddrinfo(shared_.settings.host, service.c_str(), &hints, &found))
            return fail(failure, CBEAST_RESOLVE, 0, gai_strerror(code));
        asio::ip::tcp::endpoint endpoint;
        std::memcpy(endpoint.data(), found->ai_addr, found->ai_addrlen);
        endpoint.resize(found->ai_addrlen);
        freeaddrinfo(found);

        error_code error;
        acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (!error) port_ = acceptor_.local_endpoint(error).port();
        // What these point to is the caller's, and not needed again.
        shared_.settings.host = shared_.settings.certificate_file = shared_.settings.key_file = nullptr;
        return error ? fail(failure, CBEAST_BIND, error.value(), error.message()) : true;
    }

    void serve() {
        pthread_setname_np(pthread_self(), "http");
        thread_id_ = std::this_thread::get_id();
        accept();
        loop_.run();
        shared_.inbox->close();
        {
            std::lock_guard<std::mutex> guard(lock_);
            is_running_ = false;
        }
        shared_.callbacks.on_end(shared_.callbacks.context);
    }

    // Accepting

    void accept() {
        if (is_accepting_ || shared_.stopping || is_paused_) return;
        // At the limit new peers wait in the kernel's queue.
        if (shared_.connections.size() + shared_.sockets.size() >= shared_.settings.connection_limit) return;
        is_accepting_ = true;
        acceptor_.async_accept([this](error_code error, Socket socket) {
            is_accepting_ = false;
            // Also where the stop came between the two: the kernel has connected it, so it is answered.
            if (!error) welcome(std::move(socket));
            if (is_shortage(error)) return pause();
            accept();
        });
    }

    void welcome(Socket socket) {
        error_code error;
        auto remote = socket.remote_endpoint(error);
        // It left already.
        if (error) return;
        auto address = remote.address();
        if (address.is_v6() && address.to_v6().is_v4_mapped()) address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
        auto connection = std::make_shared<Connection>(shared_, std::move(socket), tls_.get(), address.to_string());
        shared_.connections.emplace(connection.get(), connection);
        shared_.accepted++;
        shared_.open++;
        connection->start();
        if (shared_.stopping) connection->stop();
    }

    static bool is_shortage(error_code error) {
        return error.value() == EMFILE || error.value() == ENFILE || error.value() == ENOBUFS || error.value() == ENOMEM;
    }

    /// The peer that could not be accepted stays in the queue: trying again at once would spin.
    void pause() {
        is_paused_ = true;
        pause_.expires_after(Milliseconds(100));
        pause_.async_wait([this](error_code error) {
            is_paused_ = false;
            if (!error) accept();
        });
    }

    void on_connection_closed() {
        if (shared_.stopping && is_empty()) limit_.cancel();
        // Posted: the connection that closed is still on the stack.
        if (!is_accepting_ && !shared_.stopping) asio::post(loop_, [this] { accept(); });
    }

    // Stopping

    void begin_stop(std::int64_t within) {
        bool again = shared_.stopping;
        shared_.stopping = true;
        if (!again) welcome_waiting();
        error_code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
        work_.reset();
        if (!again) {
            for (auto &connection : snapshot(shared_.connections)) connection->stop();
            for (auto &socket : snapshot(shared_.sockets)) socket->stop();
        }
        if (is_empty()) return;
        limit_.expires_after(Milliseconds(within));
        limit_.async_wait([this](error_code error) {
            if (error) return;
            for (auto &connection : snapshot(shared_.connections)) connection->close();
            for (auto &socket : snapshot(shared_.sockets)) socket->close();
        });
    }

    /// Takes the peers that the kernel has connected already: closing the acceptor would reset them, with what they have sent.
    void welcome_waiting() {
        error_code error;
        acceptor_.non_blocking(true, error);
        while (!error && shared_.connections.size() + shared_.sockets.size() < shared_.settings.connection_limit) {
            Socket socket(loop_.get_executor());
            acceptor_.accept(socket, error);
            if (!error) welcome(std::move(socket));
        }
    }

    bool is_empty() const { return shared_.connections.empty() && shared_.sockets.empty(); }

    /// What a map holds now: closing one takes it out.
    template <class Peer> static std::vector<std::shared_ptr<Peer>> snapshot(
        const std::unordered_map<Peer *, std::shared_ptr<Peer>> &peers) {
        std::vector<std::shared_ptr<Peer>> all;
        for (auto &entry : peers) all.push_back(entry.second);
        return all;
    }

    // ORDER: the loop is destroyed last: everything below lives on it.
    asio::io_context loop_;
    asio::executor_work_guard<Executor> work_;
    bool is_secure_ = false;
    std::shared_ptr<TlsContext> tls_;
    Shared shared_;
    asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
    Timer pause_;
    Timer limit_;
    std::uint16_t port_ = 0;
    bool is_accepting_ = false;
    bool is_paused_ = false;
    std::mutex lock_;
    bool is_running_ = true;
    std::atomic<std::thread::id> thread_id_{};
    std::mutex joining_;
    std::thread thread_;
};

} // namespace cbeast
