/// The name among `known` that `word` was most likely meant to be, or `nil` when none is close.
///
/// Close: at most a third of its letters differ (Levenshtein distance, at least 1 allowed). Called for error messages only.
public func nearest(to word: String, among known: some Sequence<String>) -> String? {
    let limit = max(1, word.count / 3)
    var best: (name: String, distance: Int)?
    for name in known {
        let distance = editDistance(Array(word.lowercased()), Array(name.lowercased()))
        if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var previous = Array(0...b.count)
    for i in 1...a.count {
        var current = [i]
        for j in 1...b.count {
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)))
        }
        previous = current
    }
    return previous[b.count]
}
