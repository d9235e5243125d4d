#pragma once
#include "CSimdJSON.h"

#include <charconv>
#include <cstdlib>
#include <string>

// Scalars of JSON text. Each function reads [at, limit), where limit is the next structural byte or the document's end.

static inline bool isSpace(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static inline bool isDigit(uint8_t c) { return c >= '0' && c <= '9'; }

/// Whether nothing but white space lies in [at, limit).
static inline bool onlySpace(const uint8_t *text, size_t at, size_t limit) {
    while (at < limit)
        if (!isSpace(text[at++])) return false;
    return true;
}

enum NumberForm { WHOLE, FRACTION, EXPONENT };

/// Where the number's grammar (RFC 8259 section 6) ends; 0 where there is none.
static inline size_t scanNumber(const uint8_t *text, size_t at, size_t limit, NumberForm &form) {
    form = WHOLE;
    size_t p = at + (text[at] == '-');
    size_t digits = p;
    while (p < limit && isDigit(text[p])) p++;
    if (p == digits || (text[digits] == '0' && p - digits > 1)) return 0;
    if (p < limit && text[p] == '.') {
        form = FRACTION;
        size_t fraction = ++p;
        while (p < limit && isDigit(text[p])) p++;
        if (p == fraction) return 0;
    }
    if (p < limit && (text[p] | 0x20) == 'e') {
        form = EXPONENT;
        p++;
        if (p < limit && (text[p] == '+' || text[p] == '-')) p++;
        size_t exponent = p;
        while (p < limit && isDigit(text[p])) p++;
        if (p == exponent) return 0;
    }
    return p;
}

/// The value of a number whose grammar was found good; false where no double is large enough.
static inline bool readNumber(const uint8_t *text, size_t at, size_t end, NumberForm form, lh_json_field &field) {
    const char *first = (const char *)text + at, *last = (const char *)text + end;
    if (form == WHOLE) {
        if (std::from_chars(first, last, field.integer).ec == std::errc()) {
            field.kind = LH_JSON_INTEGER;
            return true;
        }
        uint64_t bits;
        if (*first != '-' && std::from_chars(first, last, bits).ec == std::errc()) {
            field.integer = (int64_t)bits;
            field.kind = LH_JSON_UNSIGNED;
            return true;
        }
    }
    field.kind = LH_JSON_DOUBLE;
    auto read = std::from_chars(first, last, field.number);
    if (read.ec == std::errc()) return true;
    // Out of range either way: too small is zero, too large is refused.
    field.number = strtod(std::string(first, last).c_str(), nullptr);
    return field.number < 1 && field.number > -1;
}

static inline int hexDigit(uint8_t c) {
    if (isDigit(c)) return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline int64_t hexQuad(const uint8_t *text, size_t at, size_t limit) {
    if (limit < 4 || at > limit - 4) return -1;
    int64_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        int digit = hexDigit(text[at + i]);
        if (digit < 0) return -1;
        value = value << 4 | digit;
    }
    return value;
}

static inline uint8_t *appendUTF8(uint8_t *out, uint32_t scalar) {
    if (scalar < 0x80) {
        *out++ = (uint8_t)scalar;
        return out;
    }
    if (scalar < 0x800) {
        *out++ = (uint8_t)(0xc0 | scalar >> 6);
    } else {
        if (scalar < 0x10000) {
            *out++ = (uint8_t)(0xe0 | scalar >> 12);
        } else {
            *out++ = (uint8_t)(0xf0 | scalar >> 18);
            *out++ = (uint8_t)(0x80 | (scalar >> 12 & 63));
        }
        *out++ = (uint8_t)(0x80 | (scalar >> 6 & 63));
    }
    *out++ = (uint8_t)(0x80 | (scalar & 63));
    return out;
}

/// Unescapes the string content [at, end) to `out`, never longer than its source. Null, and `at` at the escape, for one that JSON does
/// not know or half a surrogate pair.
static inline uint8_t *unescape(const uint8_t *text, size_t &at, size_t end, uint8_t *out) {
    while (at < end) {
        const uint8_t *slash = (const uint8_t *)memchr(text + at, '\\', end - at);
        size_t clean = (slash ? (size_t)(slash - text) : end) - at;
        memcpy(out, text + at, clean);
        out += clean;
        at += clean;
        if (!slash) break;
        if (at + 1 >= end) return nullptr;
        switch (text[at + 1]) {
        case '"': *out++ = '"'; break;
        case '\\': *out++ = '\\'; break;
        case '/': *out++ = '/'; break;
        case 'b': *out++ = '\b'; break;
        case 'f': *out++ = '\f'; break;
        case 'n': *out++ = '\n'; break;
        case 'r': *out++ = '\r'; break;
        case 't': *out++ = '\t'; break;
        case 'u': {
            int64_t scalar = hexQuad(text, at + 2, end);
            if (scalar < 0 || (scalar >= 0xdc00 && scalar < 0xe000)) return nullptr;
            size_t width = 6;
            if (scalar >= 0xd800 && scalar < 0xdc00) {
                if (at + 8 > end || text[at + 6] != '\\' || text[at + 7] != 'u') return nullptr;
                int64_t low = hexQuad(text, at + 8, end);
                if (low < 0xdc00 || low >= 0xe000) return nullptr;
                scalar = 0x10000 + ((scalar - 0xd800) << 10) + (low - 0xdc00);
                width = 12;
            }
            out = appendUTF8(out, (uint32_t)scalar);
            at += width;
            continue;
        }
        default: return nullptr;
        }
        at += 2;
    }
    return out;
}
