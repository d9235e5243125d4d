#include "CCurl.h"

#include <cstdio>
#include <cstring>
#include <curl/curl.h>
#include <mutex>
#include <netinet/in.h>
#include <sys/socket.h>

struct ccurl_session {
    CURL *easy;
    curl_slist *headers = nullptr;
    char reason[CURL_ERROR_SIZE] = "";
};

namespace {

struct Transfer {
    ccurl_callbacks callbacks;
    bool may_repeat = false;
    bool was_stopped = false;
    bool was_forbidden = false;
    bool was_sent = false;

    /// Whether it was sent, its connection ended, and it was not to be sent again.
    bool is_unanswered(CURLcode code) const {
        return was_sent && !may_repeat && (code == CURLE_ABORTED_BY_CALLBACK || code == CURLE_COULDNT_CONNECT);
    }
};

std::size_t take_line(char *bytes, std::size_t, std::size_t count, void *context) {
    auto &transfer = *static_cast<Transfer *>(context);
    transfer.callbacks.on_line(transfer.callbacks.context, bytes, count);
    return count;
}

std::size_t take_bytes(char *bytes, std::size_t, std::size_t count, void *context) {
    auto &transfer = *static_cast<Transfer *>(context);
    if (transfer.callbacks.on_bytes(transfer.callbacks.context, bytes, count)) return count;
    transfer.was_stopped = true;
    return 0;
}

/// Asked with the address itself, after its name was looked up: what the name means a moment later makes no difference.
curl_socket_t open_socket(void *context, curlsocktype, curl_sockaddr *address) {
    auto &transfer = *static_cast<Transfer *>(context);
    const unsigned char *bytes = nullptr;
    std::size_t count = 0;
    if (address->family == AF_INET) {
        bytes = reinterpret_cast<const unsigned char *>(&reinterpret_cast<const sockaddr_in *>(&address->addr)->sin_addr);
        count = 4;
    } else if (address->family == AF_INET6) {
        bytes = reinterpret_cast<const unsigned char *>(&reinterpret_cast<const sockaddr_in6 *>(&address->addr)->sin6_addr);
        count = 16;
    }
    if (!bytes || !transfer.callbacks.may_connect(transfer.callbacks.context, bytes, count)) {
        transfer.was_forbidden = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// Asked before each sending. libcurl sends again by itself, on a new connection, when one that it had kept ends without a byte of an answer:
/// the server may have acted on the first.
int before_sending(void *context, char *, char *, int, int) {
    auto &transfer = *static_cast<Transfer *>(context);
    if (transfer.was_sent && !transfer.may_repeat) return CURL_PREREQFUNC_ABORT;
    transfer.was_sent = true;
    return CURL_PREREQFUNC_OK;
}

/// A proxy of the environment never stands between a machine and itself.
bool is_own_machine(const char *url) {
    bool result = false;
    CURLU *parts = curl_url();
    char *host = nullptr;
    if (parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK && curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK)
        result = std::strcmp(host, "localhost") == 0 || std::strncmp(host, "127.", 4) == 0 || std::strcmp(host, "[::1]") == 0;
    curl_free(host);
    curl_url_cleanup(parts);
    return result;
}

ccurl_outcome outcome_of(CURLcode code, const Transfer &transfer) {
    // Whatever ended the second attempt, it is the first that counts.
    if (transfer.is_unanswered(code)) return CCURL_BROKEN;
    switch (code) {
    case CURLE_OK: return CCURL_DONE;
    case CURLE_WRITE_ERROR: return transfer.was_stopped ? CCURL_STOPPED : CCURL_OTHER;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return CCURL_BAD_URL;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return CCURL_UNKNOWN_HOST;
    case CURLE_COULDNT_CONNECT: return transfer.was_forbidden ? CCURL_FORBIDDEN : CCURL_REFUSED;
    case CURLE_OPERATION_TIMEDOUT: return CCURL_TIMED_OUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR: return CCURL_TLS;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_WEIRD_SERVER_REPLY: return CCURL_BROKEN;
    default: return CCURL_OTHER;
    }
}

} // namespace

ccurl_session *ccurl_session_new(void) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    CURL *easy = curl_easy_init();
    return easy ? new ccurl_session{easy} : nullptr;
}

void ccurl_session_free(ccurl_session *session) {
    curl_slist_free_all(session->headers);
    curl_easy_cleanup(session->easy);
    delete session;
}

void ccurl_add_header(ccurl_session *session, const char *line) {
    if (auto *longer = curl_slist_append(session->headers, line)) session->headers = longer;
}

ccurl_result ccurl_perform(ccurl_session *session, const ccurl_request *request, ccurl_callbacks callbacks) {
    CURL *easy = session->easy;
    Transfer transfer{callbacks, request->may_repeat};
    session->reason[0] = 0;
    // Options only: connections and names stay.
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "linehaul");
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, session->reason);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, session->headers);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request->connect_timeout));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request->total_timeout));
    if (request->silence_timeout > 0) {
        curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>((request->silence_timeout + 999) / 1000));
    }
    if (request->checks_addresses) {
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
    }
    if (request->checks_addresses || is_own_machine(request->url)) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    if (request->trust_file) curl_easy_setopt(easy, CURLOPT_CAINFO, request->trust_file);
    if (request->body) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request->body_count));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
    }
    if (std::strcmp(request->method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);

    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_sending);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, &transfer);

    CURLcode code = curl_easy_perform(easy);

    ccurl_result result{};
    result.outcome = outcome_of(code, transfer);
    double connected = 0;
    curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME, &connected);
    result.was_connected = connected > 0;
    const char *reason = session->reason[0] ? session->reason : curl_easy_strerror(code);
    if (transfer.is_unanswered(code)) reason = "the connection ended without an answer";
    long cause = 0;
    if (result.outcome == CCURL_REFUSED && curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &cause) == CURLE_OK && cause != 0)
        reason = std::strerror(static_cast<int>(cause));
    std::snprintf(result.text, sizeof result.text, "%s", reason);

    curl_slist_free_all(session->headers);
    session->headers = nullptr;
    // The transfer and the lent body end here; the session does not.
    curl_easy_reset(easy);
    return result;
}
