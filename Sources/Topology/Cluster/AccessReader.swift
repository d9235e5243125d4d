internal import YAML

/// Reads `http.tokens` and `http.limits` of `cluster.yaml`.
enum AccessReader {
    private static let rates = 1...1_000_000
    private static let skews = Duration.zero ... .seconds(3_600)

    /// How bearer tokens are judged; `nil` where no keys are named. Keys, issuer and audience come together: a token that is not held
    /// against all three could be anybody's.
    static func tokens(_ map: inout YAMLMap, _ problems: inout FolderProblems) -> ClusterSettings.Tokens? {
        let keys = text("keys", of: &map, &problems)
        let issuer = text("issuer", of: &map, &problems)
        let audience = text("audience", of: &map, &problems)
        var tokens = ClusterSettings.Tokens(keys: keys ?? "", issuer: issuer ?? "", audience: audience ?? "")
        tokens.skew = problems.keep(try map.duration("skew", default: tokens.skew, in: skews), or: tokens.skew)
        tokens.userClaim = problems.keep(try map.string("user-claim", default: tokens.userClaim), or: tokens.userClaim)
        tokens.roleClaim = problems.keep(try map.string("role-claim", default: tokens.roleClaim), or: tokens.roleClaim)
        tokens.carrierClaim = problems.keep(try map.string("carrier-claim", default: tokens.carrierClaim), or: tokens.carrierClaim)
        tokens.driverClaim = problems.keep(try map.string("driver-claim", default: tokens.driverClaim), or: tokens.driverClaim)
        problems.keep(try map.finish())
        let given = [("keys", keys), ("issuer", issuer), ("audience", audience)]
        guard let there = given.first(where: { $0.1 != nil }) else { return nil }
        for (key, value) in given where value == nil {
            problems.note(map.mark(of: there.0), "`\(there.0)` needs `\(key)`; give keys, issuer and audience, or none of them")
        }
        return tokens
    }

    /// A text that is not empty: that is none.
    private static func text(_ key: String, of map: inout YAMLMap, _ problems: inout FolderProblems) -> String? {
        problems.keep(try map.optionalString(key), or: nil).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// What may be asked, where callers have to say who they are.
    static func limits(_ map: inout YAMLMap, _ problems: inout FolderProblems) -> ClusterSettings.Limits {
        var limits = ClusterSettings.Limits()
        limits.principal = problems.keep(try map.optionalInt("principal", in: rates), or: nil)
        limits.address = problems.keep(try map.optionalInt("address", in: rates), or: nil)
        problems.keep(try map.finish())
        return limits
    }
}
