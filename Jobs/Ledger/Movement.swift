internal import StreamCore
internal import Wire

/// A transfer on one side of it: whose account moved, and how that stands since.
struct Movement: Storable, Hashable {
    let account: String
    let transfer: Transfer
    let balance: Int
    let count: Int

    init(account: String, transfer: Transfer, balance: Int, count: Int) {
        self.account = account
        self.transfer = transfer
        self.balance = balance
        self.count = count
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        account = try reader.text()
        transfer = try Transfer(from: &reader, version: version)
        balance = try Int(from: &reader, version: version)
        count = try Int(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        writer.text(account)
        transfer.store(into: &writer)
        balance.store(into: &writer)
        count.store(into: &writer)
    }

    var json: JSON {
        .object([
            "account": .string(account), "id": .string(transfer.id), "amount": transfer.amount.json, "balance": balance.json,
            "count": count.json,
        ])
    }
}

/// How an account stood when it had paid nothing for a while.
struct Statement: Hashable, Sendable {
    let account: String
    let balance: Int
    let count: Int
}

/// Writes movements keyed by the account that moved.
struct MovementEncoder: RecordEncoder {
    func key(of movement: Movement) -> [UInt8]? { movement.account.keyBytes }

    func encode(_ movement: Movement, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, time: time) { movement.json.write(into: &$0) }
    }
}

/// Writes statements keyed by account.
struct StatementEncoder: RecordEncoder {
    func key(of statement: Statement) -> [UInt8]? { statement.account.keyBytes }

    func encode(_ statement: Statement, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, time: time) { writer in
            JSON.object(["account": .string(statement.account), "balance": statement.balance.json, "count": statement.count.json])
                .write(into: &writer)
        }
    }
}
