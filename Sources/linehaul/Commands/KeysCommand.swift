internal import CommandLine
internal import StreamCore

/// `linehaul keys`: by what programs and people are known.
enum KeysCommand {
    private static let roles = ["viewer", "dispatcher", "driver", "admin"]

    static let command: Command<Action> = Command(
        "keys", "API keys: by what programs and people are known",
        verbs: [
            Command(
                "create", "makes one and shows it, this once",
                [
                    .positional("NAME", "what it is for"),
                    .option("role", "ROLE", "what its holder may: viewer (unless said otherwise), dispatcher, driver, admin"),
                    .option("user", "USER", "under which name its holder does things"),
                    .option("carrier", "ID", "the carrier whose things alone its holder sees and changes"),
                    .option("driver", "ID", "which driver its holder is, where the role is driver"),
                    .option("expires", "INSTANT", "from when on it is worth nothing, such as 2027-01-01T00:00:00Z"),
                ], action: { try create($0) }),
            Command("list", "lists them, without what they are", action: { try list($0) }),
            Command(
                "revoke", "makes one worth nothing, everywhere", [.positional("ID", "the key's id, as listed")], action: { try revoke($0) }),
        ], otherwise: "list")

    private static func create(_ invoked: Invoked) throws -> ExitCode {
        let arguments = invoked.arguments
        let role = arguments["role"] ?? "viewer"
        guard roles.contains(role.lowercased()) else { throw arguments.failure("role", "expected \(roles.joined(separator: ", "))") }
        let body = JSON.object([
            "name": .string(try arguments.required("NAME")), "role": .string(role), "user_id": arguments["user"].map { .string($0) },
            "carrier_id": arguments["carrier"].map { .string($0) }, "driver_id": arguments["driver"].map { .string($0) },
            "expires_at": arguments["expires"].map { .string($0) },
        ])
        let made = try invoked.remote().post(path("api", "api-keys"), body.compact)
        let text = "\(made.cell("key"))\n"
        if !invoked.wantsJSON {
            invoked.terminal.complain("key \(made.cell("id")) for \(made.cell("name")), \(made.cell("role")); it is shown this once")
        }
        return invoked.show(made, text)
    }

    private static func list(_ invoked: Invoked) throws -> ExitCode {
        let remote = try invoked.remote()
        var keys: [JSON] = []
        while true {
            let page = try remote.get(path("api", "api-keys") + query(["limit": "500", "offset": "\(keys.count)"]))
            keys += page["api_keys"]?.array ?? []
            if page["has_more"]?.bool != true { break }
        }
        var table = TextTable([
            .text("ID"), .text("NAME"), .text("ROLE"), .text("BEGINS"), .text("USER"), .text("CARRIER"), .text("EXPIRES"), .text("CREATED"),
        ])
        for key in keys {
            table.append(["id", "name", "role", "prefix", "user_id", "carrier_id", "expires_at", "created_at"].map { key.cell($0) })
        }
        return invoked.show(.object(["api_keys": .array(keys)]), table.text(width: invoked.terminal.width))
    }

    private static func revoke(_ invoked: Invoked) throws -> ExitCode {
        let id = try invoked.arguments.required("ID")
        try invoked.remote().remove(path("api", "api-keys", id))
        return invoked.show(.object(["revoked": .string(id)]), "\(id) revoked\n")
    }
}
