#pragma once
// One pass over a JSON document: simdjson's first stage finds the structure (and checks UTF-8, quotes and control characters), and a
// walk over that structure checks the grammar of every token, also of those nobody asked for, and hands out what was asked for.
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    LH_JSON_MISSING = 0,
    LH_JSON_NULL = 1,
    LH_JSON_FALSE = 2,
    LH_JSON_TRUE = 3,
    LH_JSON_INTEGER = 4,   // fits int64: `integer`
    LH_JSON_UNSIGNED = 5,  // fits uint64 only: the bits of `integer`
    LH_JSON_DOUBLE = 6,    // `number`
    LH_JSON_STRING = 7,    // `bytes`, `length`: unescaped UTF-8
    LH_JSON_ARRAY = 8,     // `bytes`, `length`: its text; `integer`: how many elements (trees only)
    LH_JSON_OBJECT = 9,    // the same, members
};

/// How deep arrays and objects may nest.
enum { LH_JSON_MAX_DEPTH = 256 };

typedef struct {
    int64_t integer;
    double number;
    const uint8_t *bytes;
    uint32_t length;
    int32_t kind;
} lh_json_field;

/// Why a document was refused; `reason` is null when it was not.
typedef struct {
    const char *reason;
    size_t position;
} lh_json_failure;

typedef struct lh_json_parser lh_json_parser;
typedef struct lh_json_projection lh_json_projection;

/// A trie of wanted member names. Node 0 is the document itself.
lh_json_projection *lh_json_projection_create(void);
void lh_json_projection_free(lh_json_projection *projection);
/// The node of member `name` under `parent`, added if it is new.
int32_t lh_json_projection_member(lh_json_projection *projection, int32_t parent, const uint8_t *name, size_t length);
/// Asks for a node's value in `fields[slot]`; a node may be wanted in several.
void lh_json_projection_want(lh_json_projection *projection, int32_t node, int32_t slot);
/// To be called once after the last change; a projection is then read-only and may be shared by threads.
void lh_json_projection_seal(lh_json_projection *projection);

/// One per thread. Null only when memory is out.
lh_json_parser *lh_json_parser_create(void);
void lh_json_parser_free(lh_json_parser *parser);

/// Fills `fields[slot]` for every wanted node. At least 64 bytes must be readable behind `bytes[length]`.
/// Pointers in fields are into `bytes` or into the parser, and hold until its next call.
lh_json_failure lh_json_project(
    lh_json_parser *parser, const lh_json_projection *projection, const uint8_t *bytes, size_t length, lh_json_field *fields);

/// The whole document as nodes in document order: a container before its content, a member's name before its value.
lh_json_failure lh_json_tree(lh_json_parser *parser, const uint8_t *bytes, size_t length, const lh_json_field **nodes, size_t *count);

#ifdef __cplusplus
}
#endif
