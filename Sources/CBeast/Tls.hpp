#pragma once

#include <boost/asio/error.hpp>
#include <cerrno>
#include <cstring>
#include <memory>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string>

namespace cbeast {

using error_code = boost::system::error_code;

/// What OpenSSL says went wrong, and clears it.
inline std::string tls_reason() {
    unsigned long code = ERR_peek_error();
    ERR_clear_error();
    const char *text = ERR_SYSTEM_ERROR(code) ? std::strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
    return text ? text : "unknown reason";
}

/// The certificate and the rules that every TLS connection shares.
class TlsContext {
public:
    TlsContext() : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
        SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
        SSL_CTX_set_options(
            context_.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF
                                | SSL_OP_CIPHER_SERVER_PREFERENCE);
        SSL_CTX_set_mode(
            context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
        // Tickets resume sessions; nothing is kept here per peer.
        SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);
        SSL_CTX_set_alpn_select_cb(context_.get(), choose_protocol, nullptr);
    }

    bool use_certificate(const char *file) { return SSL_CTX_use_certificate_chain_file(context_.get(), file) == 1; }

    bool use_key(const char *file) {
        return SSL_CTX_use_PrivateKey_file(context_.get(), file, SSL_FILETYPE_PEM) == 1
               && SSL_CTX_check_private_key(context_.get()) == 1;
    }

    SSL *accepting() { return SSL_new(context_.get()); }

private:
    static int choose_protocol(
        SSL *, const unsigned char **out, unsigned char *out_length, const unsigned char *offered, unsigned offered_length, void *) {
        static const unsigned char http[] = "\x08http/1.1";
        unsigned char *chosen = nullptr;
        int result = SSL_select_next_proto(&chosen, out_length, http, sizeof http - 1, offered, offered_length);
        *out = chosen;
        return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
    }

    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX *)> context_;
};

/// One TLS connection over a non-blocking socket. The handshake is part of its first read.
class TlsSession {
public:
    enum class Next { done, wait_to_read, wait_to_write };

    TlsSession(TlsContext &context, int descriptor) : ssl_(context.accepting(), SSL_free) {
        SSL_set_fd(ssl_.get(), descriptor);
        SSL_set_accept_state(ssl_.get());
    }

    Next read(void *bytes, std::size_t room, error_code &error, std::size_t &count) {
        ERR_clear_error();
        return settle(SSL_read(ssl_.get(), bytes, static_cast<int>(room)), error, count);
    }

    Next write(const void *bytes, std::size_t length, error_code &error, std::size_t &count) {
        ERR_clear_error();
        return settle(SSL_write(ssl_.get(), bytes, static_cast<int>(length)), error, count);
    }

    /// Says goodbye, where that can still be said.
    void close() {
        if (!broken_ && SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
        ERR_clear_error();
    }

private:
    Next settle(int result, error_code &error, std::size_t &count) {
        if (result > 0) {
            count = static_cast<std::size_t>(result);
            return Next::done;
        }
        int cause = errno;
        switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ: return Next::wait_to_read;
        case SSL_ERROR_WANT_WRITE: return Next::wait_to_write;
        case SSL_ERROR_ZERO_RETURN: error = boost::asio::error::eof; break;
        case SSL_ERROR_SYSCALL:
            broken_ = true;
            error = cause ? error_code(cause, boost::system::system_category()) : error_code(boost::asio::error::eof);
            break;
        default:
            broken_ = true;
            error = error_code(EPROTO, boost::system::system_category());
        }
        ERR_clear_error();
        return Next::done;
    }

    std::unique_ptr<SSL, void (*)(SSL *)> ssl_;
    bool broken_ = false;
};

} // namespace cbeast
