#pragma once

#include "Deadline.hpp"
#include "Shared.hpp"
#include "Stream.hpp"
#include "WebSocket.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/string_body.hpp>
#include <deque>
#include <optional>
#include <vector>

namespace cbeast {

/// One peer: reads requests one after another, hands each over, writes its answer.
///
/// idle ─byte─▶ header ─▶ body ─▶ handling ─reply─▶ replying ─▶ idle;  handling ─begin─▶ streaming ─end─▶ replying
/// handling ─upgrade─▶ a WebSocket, which takes the stream along
/// anything wrong ─▶ refusing ─▶ lingering ─▶ closed
///
/// One read is outstanding in every phase (unless the next request is here already, or the stream may be about to become a WebSocket's),
/// so that a peer's leaving is noticed while its request is handled.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Shared &shared, Socket socket, TlsContext *tls, std::string peer)
        : shared_(shared), stream_(std::move(socket), tls), deadline_(stream_.get_executor()), is_secure_(tls != nullptr),
          peer_(std::move(peer)), buffer_(shared.settings.header_limit + body_step) {}

    void start() {
        // A handshake is part of the first read, and gets no more time than a header.
        set_deadline(is_secure_ ? shared_.settings.header_timeout : shared_.settings.idle_timeout);
        read_more();
    }

    /// Ends after the answer in flight. Where there is none, a request that is on its way here still gets a moment to arrive: what is
    /// closed with unread bytes is reset, and who sent them does not know what became of them.
    void stop() {
        if (phase_ == Phase::streaming) exchange_->wanted = false;
        if (phase_ == Phase::idle) set_deadline(has_asked_ ? farewell_timeout : greeting_timeout);
        if (phase_ == Phase::lingering) close();
    }

    void close() {
        if (closed_) return;
        closed_ = true;
        auto self = shared_from_this();
        if (exchange_) exchange_->revoke();
        deadline_.cancel();
        stream_.close();
        shared_.connections.erase(this);
        shared_.open--;
        shared_.on_closed();
    }

    bool answers(const std::shared_ptr<Exchange> &exchange) const { return !closed_ && exchange_ == exchange; }

    void deliver(Message &message) {
        switch (message.kind) {
        case Message::Kind::reply:
            if (phase_ == Phase::handling) reply(message.status, message.fields, std::move(message.body));
            break;
        case Message::Kind::begin:
            if (phase_ == Phase::handling) begin(message.status, message.fields);
            break;
        case Message::Kind::piece:
            if (phase_ == Phase::streaming) write_piece(message.body);
            break;
        case Message::Kind::end:
            if (phase_ == Phase::streaming) end();
            break;
        case Message::Kind::abandon:
            if (phase_ == Phase::handling)
                refuse(500, "INTERNAL_ERROR", "the request was dropped without an answer");
            else if (phase_ == Phase::streaming)
                close();
            break;
        case Message::Kind::upgrade:
            if (phase_ == Phase::handling)
                upgrade(message);
            else
                message.channel->over(1006, {});
            break;
        }
    }

private:
    enum class Phase { idle, header, body, handling, streaming, replying, refusing, lingering };

    static constexpr std::size_t header_step = 4 * 1024;
    static constexpr std::size_t body_step = 64 * 1024;
    static constexpr std::int64_t linger_timeout = 2000;
    static constexpr std::int64_t farewell_timeout = 100;
    /// Who has just connected has a request to make.
    static constexpr std::int64_t greeting_timeout = 1000;

    struct Part {
        std::string bytes;
        /// How many of them count as a streamed answer's.
        std::size_t credit;
    };

    // Reading

    void read_more() {
        auto room = buffer_.max_size() - buffer_.size();
        if (is_reading_ || closed_ || peer_left_ || room == 0) return;
        // ORDER: the buffer may move its start while it is consumed, so nothing is read into it behind a request that waits in it.
        if (phase_ != Phase::header && phase_ != Phase::body && buffer_.size() > 0) return;
        is_reading_ = true;
        auto step = phase_ == Phase::body ? body_step : header_step;
        stream_.async_read_some(
            buffer_.prepare(std::min(room, step)),
            [self = shared_from_this()](error_code error, std::size_t count) { self->on_read(error, count); });
    }

    void on_read(error_code error, std::size_t count) {
        is_reading_ = false;
        if (closed_) return;
        if (error == asio::error::eof) return on_peer_left();
        if (error) return close();
        buffer_.commit(count);
        advance();
    }

    void on_peer_left() {
        peer_left_ = true;
        switch (phase_) {
        case Phase::header:
        case Phase::body: return refuse(400, "BAD_REQUEST", "the request ends before it is whole");
        // It may only have finished sending: the answer is still written, but a handler need not work for it.
        case Phase::handling: exchange_->wanted = false; return;
        case Phase::replying:
        case Phase::refusing: return;
        default: return close();
        }
    }

    void advance() {
        switch (phase_) {
        case Phase::idle:
            skip_empty_lines();
            if (buffer_.size() == 0) {
                if (shared_.stopping || peer_left_) return close();
                return read_more();
            }
            begin_request();
            return parse_header();
        case Phase::header: return parse_header();
        case Phase::body: return parse_body();
        case Phase::lingering: buffer_.clear(); return read_more();
        default: return read_more();
        }
    }

    /// A client may end a body with one line break too many.
    void skip_empty_lines() {
        auto first = static_cast<const char *>(buffer_.data().data());
        while (buffer_.size() > 0 && (*first == '\r' || *first == '\n')) {
            buffer_.consume(1);
            ++first;
        }
    }

    void begin_request() {
        phase_ = Phase::header;
        has_asked_ = true;
        parser_.emplace();
        parser_->header_limit(static_cast<std::uint32_t>(shared_.settings.header_limit));
        parser_->body_limit(shared_.settings.body_limit);
        header_bytes_ = 0;
        is_head_ = false;
        is_upgrade_ = false;
        set_deadline(shared_.settings.header_timeout);
    }

    void parse_header() {
        while (!parser_->is_header_done()) {
            error_code error;
            auto used = buffer_.size() > 0 ? parser_->put(buffer_.data(), error) : 0;
            if (buffer_.size() == 0) error = http::error::need_more;
            buffer_.consume(used);
            header_bytes_ += used;
            if (header_bytes_ + (parser_->is_header_done() ? 0 : buffer_.size()) > shared_.settings.header_limit)
                return refuse_unparsed(http::error::header_limit);
            if (error == http::error::need_more) {
                if (peer_left_) return on_peer_left();
                return read_more();
            }
            if (error) return refuse_unparsed(error);
        }
        check_header();
    }

    /// What the parser leaves to its user: RFC 9112, 3.2 (Host) and 6.1 (Transfer-Encoding); RFC 9110, 10.1.1 (Expect).
    void check_header() {
        const auto &request = parser_->get();
        is_head_ = request.method() == http::verb::head;
        is_old_ = request.version() < 11;
        if (request.version() != 10 && request.version() != 11)
            return refuse(505, "HTTP_VERSION_NOT_SUPPORTED", "this server speaks HTTP/1.1 and HTTP/1.0");
        auto hosts = request.count(http::field::host);
        if (hosts > 1 || (hosts == 0 && !is_old_)) return refuse(400, "BAD_REQUEST", "a request has exactly one Host header");
        if (request.count(http::field::transfer_encoding) > 0) {
            if (is_old_) return refuse(400, "BAD_REQUEST", "HTTP/1.0 has no Transfer-Encoding");
            if (!parser_->chunked()) return refuse(501, "NOT_IMPLEMENTED", "the only Transfer-Encoding served is chunked");
        }
        if (wants_websocket(request)) {
            if (!is_sound_upgrade(request) || buffer_.size() > 0 || !parser_->is_done())
                return refuse(400, "BAD_REQUEST", "not a well-formed WebSocket upgrade: version 13, a key, no body, and nothing behind it");
            is_upgrade_ = true;
        }
        auto expectation = request[http::field::expect];
        if (!expectation.empty() && !is_old_) {
            if (!beast::iequals(expectation, "100-continue"))
                return refuse(417, "EXPECTATION_FAILED", "the only expectation served is 100-continue");
            if (!parser_->is_done() && buffer_.size() == 0) send("HTTP/1.1 100 Continue\r\n\r\n");
        }
        // The parser adds a trailer's fields to the header's. They came unannounced, so nobody gets to see them.
        if (parser_->chunked()) header_ = request;
        if (parser_->is_done()) return hand_over();
        phase_ = Phase::body;
        parser_->eager(true);
        set_deadline(shared_.settings.body_timeout);
        parse_body();
    }

    static bool wants_websocket(const http::request<http::string_body> &request) {
        return http::token_list(request[http::field::connection]).exists("upgrade")
               && http::token_list(request[http::field::upgrade]).exists("websocket");
    }

    /// RFC 6455, 4.2.1. The key is 16 bytes in base64.
    static bool is_sound_upgrade(const http::request<http::string_body> &request) {
        return request.method() == http::verb::get && request.version() == 11 && request[http::field::sec_websocket_version] == "13"
               && request.count(http::field::sec_websocket_key) == 1 && request[http::field::sec_websocket_key].size() == 24;
    }

    void parse_body() {
        while (!parser_->is_done()) {
            if (buffer_.size() == 0) break;
            error_code error;
            buffer_.consume(parser_->put(buffer_.data(), error));
            if (error == http::error::need_more) {
                if (buffer_.size() == buffer_.max_size()) return refuse_unparsed(http::error::header_limit);
                break;
            }
            if (error) return refuse_unparsed(error);
        }
        if (parser_->is_done()) return hand_over();
        if (peer_left_) return on_peer_left();
        read_more();
    }

    void refuse_unparsed(error_code error) {
        if (error == http::error::body_limit) return refuse(413, "PAYLOAD_TOO_LARGE", "the request's body is larger than is taken here");
        if (error == http::error::header_limit) return refuse(431, "HEADER_TOO_LARGE", "the request's header is larger than is taken here");
        if (error == http::error::bad_version)
            return refuse(505, "HTTP_VERSION_NOT_SUPPORTED", "this server speaks HTTP/1.1 and HTTP/1.0");
        refuse(400, "BAD_REQUEST", "not a well-formed HTTP request");
    }

    // Handing over

    void hand_over() {
        phase_ = Phase::handling;
        keeps_alive_ = parser_->keep_alive();
        exchange_ = std::make_shared<Exchange>();
        exchange_->connection = weak_from_this();
        exchange_->inbox = shared_.inbox;
        exchange_->stream_limit = shared_.settings.stream_limit;
        exchange_->socket_limit = shared_.settings.socket_limit;
        exchange_->is_upgrade = is_upgrade_;
        exchange_->wanted = !peer_left_;
        shared_.requests++;
        set_deadline(shared_.settings.answer_timeout);

        const auto &request = parser_->get();
        std::vector<cbeast_field> fields;
        for (const auto &field : header_ ? *header_ : static_cast<const http::fields &>(request)) fields.push_back({lent(field.name_string()), lent(field.value())});
        cbeast_request whole{
            lent(request.method_string()), lent(request.target()), lent(peer_), lent(request.body()), fields.data(), fields.size(),
            is_upgrade_};
        shared_.callbacks.on_request(shared_.callbacks.context, new cbeast_exchange{exchange_}, &whole);
        header_.reset();
        // An upgrade is answered from the request; and its stream is handed on, which takes that nothing reads from it.
        if (is_upgrade_) return;
        parser_.reset();
        read_more();
    }

    template <class Text> static cbeast_text lent(const Text &text) { return {text.data(), text.size()}; }

    // Answering

    void reply(int status, const std::string &fields, std::string body) {
        bool keeps_alive = keeps_alive_ && !shared_.stopping && !peer_left_;
        keeps_alive_ = keeps_alive;
        auto head = response_head(status, fields, Framing::length, body.size(), keeps_alive, is_old_, shared_.date.now());
        phase_ = Phase::replying;
        set_deadline(shared_.settings.write_timeout);
        if (is_head_ || has_no_body(status)) body.clear();
        if (body.size() < body_step) {
            head += body;
            send(std::move(head));
        } else {
            send(std::move(head));
            send(std::move(body));
        }
    }

    /// Hands the peer over to a WebSocket. This connection is no more.
    void upgrade(Message &message) {
        auto self = shared_from_this();
        closed_ = true;
        deadline_.cancel();
        auto socket = std::make_shared<WebSocket>(shared_, std::move(stream_), message.channel);
        shared_.connections.erase(this);
        shared_.sockets.emplace(socket.get(), socket);
        shared_.open_sockets++;
        socket->open(parser_->get(), std::move(message.fields));
        if (shared_.stopping) socket->stop();
    }

    void begin(int status, const std::string &fields) {
        framing_ = is_old_ ? Framing::until_close : Framing::chunked;
        keeps_alive_ = keeps_alive_ && !shared_.stopping && !is_old_;
        is_bodiless_ = is_head_ || has_no_body(status);
        phase_ = Phase::streaming;
        if (shared_.stopping) exchange_->wanted = false;
        send(response_head(status, fields, framing_, 0, keeps_alive_, is_old_, shared_.date.now()));
        // The peer left before the answer began: what follows would be written to nobody.
        if (peer_left_) close();
    }

    void write_piece(std::string &bytes) {
        auto credit = bytes.size();
        if (credit == 0 || is_bodiless_) {
            exchange_->queued -= credit;
            return;
        }
        send(framing_ == Framing::chunked ? chunk(bytes) : std::move(bytes), credit);
    }

    void end() {
        keeps_alive_ = keeps_alive_ && !shared_.stopping;
        phase_ = Phase::replying;
        if (framing_ == Framing::chunked && !is_bodiless_)
            send("0\r\n\r\n");
        else
            flush();
    }

    /// Answers without the handler, then ends the connection: where the next request would begin is not known.
    void refuse(int status, const char *code, const char *message) {
        shared_.refused++;
        if (exchange_) exchange_->revoke();
        exchange_.reset();
        phase_ = Phase::refusing;
        set_deadline(shared_.settings.write_timeout);
        auto body = refusal_body(code, message);
        auto head = response_head(
            status, "Content-Type: application/json\r\n", Framing::length, body.size(), false, is_old_, shared_.date.now());
        send(is_head_ ? head : head + body);
    }

    // Writing

    void send(std::string bytes, std::size_t credit = 0) {
        outgoing_.push_back({std::move(bytes), credit});
        flush();
    }

    void flush() {
        if (is_writing_ || closed_) return;
        if (outgoing_.empty()) return on_written_all();
        if (phase_ >= Phase::streaming) set_deadline(shared_.settings.write_timeout);
        std::array<asio::const_buffer, 8> buffers{};
        auto skipped = written_;
        for (std::size_t i = 0; i < std::min(buffers.size(), outgoing_.size()); ++i) {
            buffers[i] = asio::buffer(outgoing_[i].bytes) + skipped;
            skipped = 0;
        }
        is_writing_ = true;
        stream_.async_write_some(
            buffers, [self = shared_from_this()](error_code error, std::size_t count) { self->on_written(error, count); });
    }

    void on_written(error_code error, std::size_t count) {
        is_writing_ = false;
        if (closed_) return;
        if (error) return close();
        written_ += count;
        while (!outgoing_.empty() && written_ >= outgoing_.front().bytes.size()) {
            written_ -= outgoing_.front().bytes.size();
            if (exchange_) exchange_->queued -= outgoing_.front().credit;
            outgoing_.pop_front();
        }
        flush();
    }

    void on_written_all() {
        switch (phase_) {
        case Phase::replying: return finish();
        case Phase::refusing: return linger();
        case Phase::streaming: return deadline_.clear();
        default: return;
        }
    }

    void finish() {
        exchange_.reset();
        // Unread input would turn the close into a reset, which may overtake the answer.
        if (!keeps_alive_ || peer_left_) return buffer_.size() == 0 ? close() : linger();
        phase_ = Phase::idle;
        if (buffer_.size() == 0 && !is_reading_) buffer_.shrink_to_fit();
        set_deadline(shared_.settings.idle_timeout);
        advance();
    }

    void linger() {
        if (peer_left_) return close();
        phase_ = Phase::lingering;
        stream_.shutdown_send();
        set_deadline(linger_timeout);
        buffer_.clear();
        read_more();
    }

    void set_deadline(std::int64_t milliseconds) {
        deadline_.set(milliseconds, [self = shared_from_this()] { self->on_deadline(); });
    }

    void on_deadline() {
        if (closed_) return;
        switch (phase_) {
        case Phase::header:
        case Phase::body: return refuse(408, "REQUEST_TIMEOUT", "the request took too long to arrive");
        case Phase::handling: return refuse(504, "TIMEOUT", "the request was not answered in time");
        default: return close();
        }
    }

    Shared &shared_;
    Stream stream_;
    Deadline deadline_;
    const bool is_secure_;
    const std::string peer_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    /// A chunked request's header, without its trailer.
    std::optional<http::fields> header_;
    std::shared_ptr<Exchange> exchange_;
    std::deque<Part> outgoing_;
    std::size_t written_ = 0;
    std::size_t header_bytes_ = 0;
    Framing framing_ = Framing::length;
    Phase phase_ = Phase::idle;
    bool is_reading_ = false;
    bool is_writing_ = false;
    bool closed_ = false;
    bool peer_left_ = false;
    bool has_asked_ = false;
    bool keeps_alive_ = true;
    bool is_head_ = false;
    bool is_old_ = false;
    bool is_upgrade_ = false;
    bool is_bodiless_ = false;
};

} // namespace cbeast
