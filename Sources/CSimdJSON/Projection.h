#pragma once
#include "CSimdJSON.h"

#include <cstring>
#include <string>
#include <utility>
#include <vector>

/// The trie of wanted member names that a walk follows down; -1 is "nothing below here is wanted".
struct lh_json_projection {
    struct Child {
        std::string name;
        int32_t node;
    };
    struct Node {
        std::vector<Child> children;
        uint64_t lengths = 0;  // bit n: a child's name has n bytes (modulo 64); most names are refused by this alone
        int32_t slot = -1;
        std::vector<int32_t> slotsBelow;
    };
    std::vector<Node> nodes = std::vector<Node>(1);
    int32_t slots = 0;
    std::vector<std::pair<int32_t, int32_t>> again;  // slots of paths that were wanted before: (slot, the first one's)

    int32_t find(int32_t parent, const uint8_t *name, size_t length) const {
        const Node &node = nodes[parent];
        if (!(node.lengths >> (length & 63) & 1)) return -1;
        for (const Child &child : node.children)
            if (child.name.size() == length && memcmp(child.name.data(), name, length) == 0) return child.node;
        return -1;
    }

    std::vector<int32_t> seal(int32_t at) {
        std::vector<int32_t> below;
        for (const Child &child : nodes[at].children) {
            for (int32_t slot : seal(child.node)) below.push_back(slot);
            if (nodes[child.node].slot >= 0) below.push_back(nodes[child.node].slot);
        }
        nodes[at].slotsBelow = below;
        return below;
    }
};
