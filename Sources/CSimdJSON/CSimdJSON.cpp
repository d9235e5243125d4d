#include <simdjson.h>

#include "Projection.h"
#include "Scalars.h"

#include <memory>
#include <new>

struct lh_json_parser {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> stage1;
    size_t capacity = 0;
    std::unique_ptr<uint8_t[]> unescaped;  // as large as the document: what escapes turn into is never longer
    std::vector<lh_json_field> nodes;
};

namespace {

enum : int32_t { NOTHING = -1 };

/// A container that is still open.
struct Open {
    size_t start;
    int32_t node;  // of the trie, for an object
    int32_t slot;  // of the projection, or the node of the tree
    bool isArray;
};

template <bool Tree>
struct Walk {
    lh_json_parser &parser;
    const lh_json_projection *projection;
    const uint8_t *text;
    size_t length;
    lh_json_field *fields;
    uint8_t *out;

    lh_json_failure run() {
        uint32_t *at = parser.stage1->structural_indexes.get();
        const size_t count = parser.stage1->n_structural_indexes;
        at[count] = (uint32_t)length;
        size_t next = 0, depth = 0, slash = nextSlash(0);
        Open open[LH_JSON_MAX_DEPTH];
        int32_t node = Tree ? NOTHING : 0;
        int32_t slot = Tree ? NOTHING : projection->nodes[0].slot;

    value: {
        if (next == count) return {"the document ends where a value should stand", length};
        const size_t here = at[next++];
        const size_t limit = at[next];
        if (Tree) {
            slot = (int32_t)parser.nodes.size();
            parser.nodes.push_back(lh_json_field{});
            if (depth > 0) parser.nodes[open[depth - 1].slot].integer++;
        }
        lh_json_field *field = slot == NOTHING ? nullptr : Tree ? &parser.nodes[slot] : &fields[slot];
        switch (text[here]) {
        case '"': {
            if (slash >= limit && !field) break;
            const size_t end = closingQuote(here, limit);
            if (!end) return {"a string that does not end", here};
            size_t length = end - here - 1;
            const uint8_t *bytes = text + here + 1;
            if (slash < limit) {
                size_t cursor = here + 1;
                uint8_t *filled = unescape(text, cursor, end, out);
                if (!filled) return {"an escape that JSON does not know, or half a surrogate pair", cursor};
                bytes = out;
                length = filled - out;
                if (field) out = filled;
                slash = nextSlash(limit);
            }
            if (field) {
                field->kind = LH_JSON_STRING;
                field->bytes = bytes;
                field->length = (uint32_t)length;
            }
            break;
        }
        case '{':
        case '[': {
            const bool isArray = text[here] == '[';
            if (depth == LH_JSON_MAX_DEPTH) return {"arrays and objects nested more than 256 deep", here};
            open[depth++] = Open{here, isArray ? NOTHING : node, slot, isArray};
            if (next < count && text[limit] == (isArray ? ']' : '}')) goto close;
            if (!isArray) goto member;
            node = slot = NOTHING;
            goto value;
        }
        case 't':
            if (!literal(here, limit, "true", 4)) return {"a word that JSON does not know", here};
            if (field) field->kind = LH_JSON_TRUE;
            break;
        case 'f':
            if (!literal(here, limit, "false", 5)) return {"a word that JSON does not know", here};
            if (field) field->kind = LH_JSON_FALSE;
            break;
        case 'n':
            if (!literal(here, limit, "null", 4)) return {"a word that JSON does not know", here};
            if (field) field->kind = LH_JSON_NULL;
            break;
        case '-':
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
        case '8':
        case '9': {
            NumberForm form;
            const size_t end = scanNumber(text, here, limit, form);
            if (!end || !onlySpace(text, end, limit)) return {"a number that is not JSON's", here};
            // One that nobody wants is read only where it might be too large.
            lh_json_field unwanted;
            if (field || form == EXPONENT || end - here > 300)
                if (!readNumber(text, here, end, form, field ? *field : unwanted)) return {"a number beyond what a double holds", here};
            break;
        }
        default: return {"something else where a value should stand", here};
        }
    }

    after: {
        if (depth == 0) {
            if (next != count) return {"something after the end of the document", at[next]};
            return {nullptr, 0};
        }
        if (next == count) return {"the document ends inside an array or object", length};
        const uint8_t c = text[at[next]];
        if (open[depth - 1].isArray) {
            if (c == ']') goto close;
            if (c != ',') return {"something else where a comma or ] should stand", at[next]};
            next++;
            node = slot = NOTHING;
            goto value;
        }
        if (c == '}') goto close;
        if (c != ',') return {"something else where a comma or } should stand", at[next]};
        next++;
    }

    member: {
        if (next + 1 >= count) return {"the document ends inside an object", length};
        const size_t here = at[next], colon = at[next + 1];
        if (text[here] != '"') return {"something else where a member's name should stand", here};
        if (text[colon] != ':') return {"something else where a colon should stand", colon};
        next += 2;
        const int32_t parent = open[depth - 1].node;
        node = slot = NOTHING;
        if (!Tree && parent == NOTHING && slash >= colon) goto value;
        const size_t end = closingQuote(here, colon);
        if (!end) return {"a string that does not end", here};
        const uint8_t *name = text + here + 1;
        size_t length = end - here - 1;
        if (slash < colon) {
            size_t cursor = here + 1;
            uint8_t *filled = unescape(text, cursor, end, out);
            if (!filled) return {"an escape that JSON does not know, or half a surrogate pair", cursor};
            name = out;
            length = filled - out;
            if (Tree) out = filled;
            slash = nextSlash(colon);
        }
        if (Tree) {
            lh_json_field field{};
            field.kind = LH_JSON_STRING;
            field.bytes = name;
            field.length = (uint32_t)length;
            parser.nodes.push_back(field);
            goto value;
        }
        if (parent == NOTHING) goto value;
        node = projection->find(parent, name, length);
        if (node == NOTHING) goto value;
        slot = projection->nodes[node].slot;
        // Of equal names the last one counts, so what an earlier one held is forgotten.
        for (int32_t below : projection->nodes[node].slotsBelow) fields[below].kind = LH_JSON_MISSING;
        goto value;
    }

    close: {
        const Open &closed = open[--depth];
        if (closed.slot != NOTHING) {
            lh_json_field &field = Tree ? parser.nodes[closed.slot] : fields[closed.slot];
            field.kind = closed.isArray ? LH_JSON_ARRAY : LH_JSON_OBJECT;
            field.bytes = text + closed.start;
            field.length = (uint32_t)(at[next] + 1 - closed.start);
        }
        next++;
        goto after;
    }
    }

    size_t nextSlash(size_t from) const {
        const void *found = memchr(text + from, '\\', length - from);
        return found ? (size_t)((const uint8_t *)found - text) : SIZE_MAX;
    }

    /// The quote that closes the string opened at `here`: the last thing but white space before the next structural byte.
    size_t closingQuote(size_t here, size_t limit) const {
        size_t end = limit - 1;
        while (end > here && isSpace(text[end])) end--;
        return end > here && text[end] == '"' ? end : 0;
    }

    bool literal(size_t here, size_t limit, const char *word, size_t width) const {
        return limit - here >= width && memcmp(text + here, word, width) == 0 && onlySpace(text, here + width, limit);
    }
};

size_t firstBrokenUTF8(const uint8_t *text, size_t length) {
    size_t low = 0, high = length;  // the longest valid prefix that ends between characters
    while (low < high) {
        size_t end = low + 1;
        while (end < length && (text[end] & 0xc0) == 0x80) end++;
        if (!simdjson::validate_utf8((const char *)text + low, end - low)) return low;
        low = end;
    }
    return length;
}

size_t firstControlInString(const uint8_t *text, size_t length) {
    bool inString = false;
    for (size_t at = 0; at < length; at++) {
        if (text[at] == '"') inString = !inString;
        else if (inString && text[at] == '\\') at++;
        else if (inString && text[at] < 0x20) return at;
    }
    return length;
}

lh_json_failure findStructure(lh_json_parser &parser, const uint8_t *text, size_t length) {
    if (length == 0) return {"an empty document", 0};
    if (length > 0x7fffffff) return {"a document of more than 2 GiB", 0};
    if (length > parser.capacity) {
        const size_t capacity = length < 4096 ? 4096 : length + length / 2;
        parser.unescaped.reset(new (std::nothrow) uint8_t[capacity]);
        if (!parser.unescaped || parser.stage1->set_capacity(capacity)) {
            parser.capacity = 0;
            return {"no memory to read the document", 0};
        }
        parser.capacity = capacity;
    }
    switch (parser.stage1->stage1(text, length, simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS: return {nullptr, 0};
    case simdjson::UTF8_ERROR: return {"bytes that are not UTF-8", firstBrokenUTF8(text, length)};
    case simdjson::UNCLOSED_STRING: return {"the document ends inside a string", length};
    case simdjson::UNESCAPED_CHARS: return {"a control character inside a string", firstControlInString(text, length)};
    case simdjson::EMPTY: return {"an empty document", length};
    default: return {"a document that simdjson refuses", 0};
    }
}

}  // namespace

lh_json_projection *lh_json_projection_create(void) { return new lh_json_projection(); }
void lh_json_projection_free(lh_json_projection *projection) { delete projection; }
void lh_json_projection_seal(lh_json_projection *projection) { projection->seal(0); }

int32_t lh_json_projection_member(lh_json_projection *projection, int32_t parent, const uint8_t *name, size_t length) {
    const int32_t known = projection->find(parent, name, length);
    if (known != NOTHING) return known;
    const int32_t added = (int32_t)projection->nodes.size();
    projection->nodes.emplace_back();
    projection->nodes[parent].children.push_back({std::string((const char *)name, length), added});
    projection->nodes[parent].lengths |= 1ull << (length & 63);
    return added;
}

void lh_json_projection_want(lh_json_projection *projection, int32_t node, int32_t slot) {
    int32_t &first = projection->nodes[node].slot;
    if (first == NOTHING) first = slot;
    else projection->again.push_back({slot, first});
    if (slot >= projection->slots) projection->slots = slot + 1;
}

lh_json_parser *lh_json_parser_create(void) {
    auto parser = std::make_unique<lh_json_parser>();
    // The implementation for this machine (AVX-512, AVX2, NEON …) is chosen by the library when the program runs.
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(0, 1, parser->stage1)) return nullptr;
    return parser.release();
}

void lh_json_parser_free(lh_json_parser *parser) { delete parser; }

lh_json_failure lh_json_project(
    lh_json_parser *parser, const lh_json_projection *projection, const uint8_t *bytes, size_t length, lh_json_field *fields) {
    for (int32_t slot = 0; slot < projection->slots; slot++) fields[slot].kind = LH_JSON_MISSING;
    const lh_json_failure failure = findStructure(*parser, bytes, length);
    if (failure.reason) return failure;
    const lh_json_failure walked = Walk<false>{*parser, projection, bytes, length, fields, parser->unescaped.get()}.run();
    for (auto [slot, first] : projection->again) fields[slot] = fields[first];
    return walked;
}

lh_json_failure lh_json_tree(lh_json_parser *parser, const uint8_t *bytes, size_t length, const lh_json_field **nodes, size_t *count) {
    parser->nodes.clear();
    const lh_json_failure failure = findStructure(*parser, bytes, length);
    if (failure.reason) return failure;
    try {
        const lh_json_failure walked = Walk<true>{*parser, nullptr, bytes, length, nullptr, parser->unescaped.get()}.run();
        *nodes = parser->nodes.data();
        *count = parser->nodes.size();
        return walked;
    } catch (const std::bad_alloc &) {
        return {"no memory to read the document", 0};
    }
}
