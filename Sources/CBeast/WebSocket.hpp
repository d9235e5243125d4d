#pragma once

#include "Deadline.hpp"
#include "Shared.hpp"
#include "Teardown.hpp"

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace cbeast {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

/// One peer after its upgrade: text messages in, shared payloads out.
///
/// opening ─accepted─▶ open ─goodbye─▶ closing ─▶ closed;  silence, a stalled write or an error ─▶ closed
///
/// One read is outstanding from the start to the end (it answers pings and closes); one write at a time; one ping at a time.
class WebSocket : public std::enable_shared_from_this<WebSocket> {
public:
    WebSocket(Shared &shared, Stream stream, std::shared_ptr<Channel> channel)
        : shared_(shared), stream_(std::move(stream)), deadline_(stream_.get_executor()), channel_(std::move(channel)) {}

    /// `request` is needed only for the length of the call.
    template <class Request> void open(const Request &request, std::string fields) {
        channel_->socket = weak_from_this();
        auto &settings = shared_.settings;
        stream_.next_layer().limit_send_buffer(settings.socket_buffer);
        stream_.read_message_max(settings.message_limit);
        stream_.auto_fragment(false);
        stream_.text(true);
        if (settings.deflates) stream_.set_option(modest_deflate());
        stream_.set_option(websocket::stream_base::decorator([fields = std::move(fields)](websocket::response_type &response) {
            add(fields, response);
        }));
        stream_.control_callback([this](websocket::frame_type, beast::string_view) { unanswered_ = 0; });
        stream_.next_layer().on_shutdown = [this] { begin_closing(); };
        last_progress_ = last_ping_ = Clock::now();
        watch();
        stream_.async_accept(request, [self = shared_from_this()](error_code error) { self->on_accepted(error); });
    }

    /// Looks at what its channel has.
    void wake() {
        if (phase_ == Phase::closed) return;
        if (channel_->is_to_be_cut()) return close(1006);
        if (phase_ == Phase::open && !is_writing_) write();
    }

    /// Says that the server is going away.
    void stop() { channel_->end({1001, "the server is stopping", false}); }

    void close(std::uint16_t code = 1006, const std::string &reason = {}) {
        if (phase_ == Phase::closed) return;
        phase_ = Phase::closed;
        auto self = shared_from_this();
        deadline_.cancel();
        stream_.next_layer().close();
        shared_.sockets.erase(this);
        shared_.open--;
        shared_.open_sockets--;
        channel_->over(code, reason);
        shared_.on_closed();
    }

private:
    enum class Phase { opening, open, closing, closed };

    /// How long a peer may take to end its side once it has been, or is being, told goodbye.
    static constexpr std::int64_t farewell = 2000;
    /// What a socket keeps of its read buffer between messages.
    static constexpr std::size_t kept_buffer = 4096;

    /// Deflate with little memory for each peer, and none kept between messages.
    static websocket::permessage_deflate modest_deflate() {
        websocket::permessage_deflate options;
        options.server_enable = true;
        options.server_max_window_bits = 12;
        options.client_max_window_bits = 12;
        options.server_no_context_takeover = true;
        options.client_no_context_takeover = true;
        options.memLevel = 4;
        options.compLevel = 3;
        options.msg_size_threshold = 256;
        return options;
    }

    /// Adds whole header lines, each ended by CR LF.
    static void add(const std::string &fields, websocket::response_type &response) {
        response.set(http::field::server, "linehaul");
        for (std::size_t at = 0; at < fields.size();) {
            auto end = fields.find("\r\n", at);
            auto colon = fields.find(": ", at);
            response.insert(fields.substr(at, colon - at), fields.substr(colon + 2, end - colon - 2));
            at = end + 2;
        }
    }

    void on_accepted(error_code error) {
        if (phase_ == Phase::closed) return;
        if (error) return close();
        phase_ = Phase::open;
        read();
        write();
    }

    // Reading

    void read() {
        stream_.async_read(buffer_, [self = shared_from_this()](error_code error, std::size_t) { self->on_read(error); });
    }

    void on_read(error_code error) {
        if (phase_ == Phase::closed) return;
        if (error) return on_read_failed(error);
        unanswered_ = 0;
        if (phase_ == Phase::open) {
            if (!stream_.got_text()) {
                channel_->end({1003, "only text is understood here", false});
            } else {
                auto data = buffer_.data();
                channel_->text({static_cast<const char *>(data.data()), data.size()});
                if (phase_ == Phase::closed) return;
            }
        }
        buffer_.consume(buffer_.size());
        if (buffer_.capacity() > kept_buffer) buffer_.shrink_to_fit();
        read();
    }

    void on_read_failed(error_code error) {
        // What it was told is why it ends, whatever it answers.
        if (goodbye_.code != 0) return close(goodbye_.code, goodbye_.reason);
        if (error == websocket::error::closed) {
            auto reason = stream_.reason();
            return close(reason.code == websocket::close_code::none ? 1005 : reason.code, {reason.reason.data(), reason.reason.size()});
        }
        if (error == websocket::error::message_too_big) return close(1009);
        if (error == websocket::error::bad_frame_payload) return close(1007);
        if (error == websocket::condition::protocol_violation) return close(1002);
        close();
    }

    // Writing

    void write() {
        if (next_ == writing_.size()) {
            next_ = 0;
            if (!channel_->take(writing_)) return farewell_if_asked();
        }
        is_writing_ = true;
        last_progress_ = Clock::now();
        watch();
        stream_.async_write(
            asio::buffer(*writing_[next_]), [self = shared_from_this()](error_code error, std::size_t) { self->on_written(error); });
    }

    void on_written(error_code error) {
        is_writing_ = false;
        if (phase_ == Phase::closed) return;
        // Where the stream is closing, the read that is outstanding says why.
        if (error) return;
        channel_->written(writing_[next_]->size());
        writing_[next_++].reset();
        if (phase_ == Phase::open) write();
    }

    void farewell_if_asked() {
        if (phase_ != Phase::open || !channel_->is_ending(goodbye_)) return;
        begin_closing();
        websocket::close_reason reason(goodbye_.code);
        reason.reason.assign(goodbye_.reason.data(), std::min(goodbye_.reason.size(), reason.reason.max_size()));
        stream_.async_close(reason, [self = shared_from_this()](error_code) { self->close(self->goodbye_.code, self->goodbye_.reason); });
    }

    /// From here on the peer has little time left.
    void begin_closing() {
        if (phase_ != Phase::open) return;
        phase_ = Phase::closing;
        last_progress_ = Clock::now();
        watch();
    }

    // Watching

    /// How long the peer may take to take what it is being sent; as good as for ever when it is being sent nothing.
    Milliseconds patience() const {
        if (phase_ == Phase::closing) return Milliseconds(farewell);
        if (is_writing_ || phase_ == Phase::opening) return Milliseconds(shared_.settings.write_timeout);
        return std::chrono::hours(24 * 365);
    }

    void watch() {
        auto due = std::min(last_ping_ + Milliseconds(shared_.settings.ping_interval), last_progress_ + patience());
        auto left = std::chrono::duration_cast<Milliseconds>(due - Clock::now()).count() + 1;
        deadline_.set(std::max<std::int64_t>(left, 0), [self = shared_from_this()] { self->on_due(); });
    }

    void on_due() {
        if (phase_ == Phase::closed) return;
        auto now = Clock::now();
        if (now - last_progress_ >= patience()) {
            if (phase_ != Phase::closing) return cut();
            // What waits for the peer ends, and says why.
            last_progress_ = now;
            stream_.next_layer().close();
            return watch();
        }
        if (now - last_ping_ >= Milliseconds(shared_.settings.ping_interval)) {
            if (unanswered_ >= shared_.settings.pings_missed) return cut();
            ++unanswered_;
            last_ping_ = now;
            ping();
        }
        watch();
    }

    void ping() {
        // One that has not left yet waits behind a write, and counts as missed.
        if (is_pinging_ || phase_ != Phase::open) return;
        is_pinging_ = true;
        stream_.async_ping({}, [self = shared_from_this()](error_code) { self->is_pinging_ = false; });
    }

    void cut() {
        shared_.cut++;
        close();
    }

    Shared &shared_;
    websocket::stream<Stream> stream_;
    Deadline deadline_;
    std::shared_ptr<Channel> channel_;
    beast::flat_buffer buffer_;
    /// What the peer was told at the end; its code is 0 until then.
    Channel::Goodbye goodbye_;
    std::vector<Payload> writing_;
    std::size_t next_ = 0;
    Clock::time_point last_progress_;
    Clock::time_point last_ping_;
    int unanswered_ = 0;
    Phase phase_ = Phase::opening;
    bool is_writing_ = false;
    bool is_pinging_ = false;
};

} // namespace cbeast
