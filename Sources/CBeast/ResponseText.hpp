#pragma once

#include <boost/beast/http/status.hpp>
#include <ctime>
#include <string>

namespace cbeast {

enum class Framing { length, chunked, until_close };

/// The date of a response's header, made once a second.
class DateText {
public:
    const std::string &now() {
        std::time_t second = std::time(nullptr);
        if (second == second_) return text_;
        second_ = second;
        std::tm parts{};
        gmtime_r(&second, &parts);
        char text[40];
        text_.assign(text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts));
        return text_;
    }

private:
    std::time_t second_ = -1;
    std::string text_;
};

inline bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

/// The status line and header of a response, up to and with the empty line.
inline std::string response_head(
    int status, const std::string &fields, Framing framing, std::size_t length, bool keeps_alive, bool is_old, const std::string &date) {
    std::string text;
    text.reserve(128 + fields.size());
    text += "HTTP/1.1 ";
    text += std::to_string(status);
    text += ' ';
    auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    text.append(reason.data(), reason.size());
    text += "\r\nDate: ";
    text += date;
    text += "\r\n";
    text += fields;
    if (!has_no_body(status)) {
        if (framing == Framing::length) {
            text += "Content-Length: ";
            text += std::to_string(length);
            text += "\r\n";
        } else if (framing == Framing::chunked) {
            text += "Transfer-Encoding: chunked\r\n";
        }
    }
    if (!keeps_alive)
        text += "Connection: close\r\n";
    else if (is_old)
        text += "Connection: keep-alive\r\n";
    text += "\r\n";
    return text;
}

/// One piece of a chunked body.
inline std::string chunk(const std::string &bytes) {
    static const char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() + 20);
    bool begun = false;
    for (int shift = 60; shift >= 0; shift -= 4) {
        unsigned digit = (bytes.size() >> shift) & 15;
        begun = begun || digit != 0 || shift == 0;
        if (begun) text += digits[digit];
    }
    text += "\r\n";
    text += bytes;
    text += "\r\n";
    return text;
}

/// The body of an answer that the server gives by itself, in the form of the API's errors.
inline std::string refusal_body(const char *code, const std::string &message) {
    return std::string("{\"error\":{\"code\":\"") + code + "\",\"message\":\"" + message + "\"},\"detail\":\"" + message + "\"}";
}

} // namespace cbeast
