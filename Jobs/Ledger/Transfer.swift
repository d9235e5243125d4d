internal import StreamCore
internal import Wire

/// An order to move an amount from one account to another. Its time is its record's.
struct Transfer: Storable, Hashable {
    let id: String
    let from: String
    let to: String
    let amount: Int

    init(id: String, from: String, to: String, amount: Int) {
        self.id = id
        self.from = from
        self.to = to
        self.amount = amount
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        id = try reader.text()
        from = try reader.text()
        to = try reader.text()
        amount = try Int(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        writer.text(id)
        writer.text(from)
        writer.text(to)
        amount.store(into: &writer)
    }

    var json: JSON { .object(["id": .string(id), "from": .string(from), "to": .string(to), "amount": amount.json]) }
}

/// Reads transfers as JSON objects of `id`, `from`, `to` and `amount`, a whole number above zero.
struct TransferDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection(paths: [["id"], ["from"], ["to"], ["amount"]])

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Transfer? {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) -> Transfer? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> Transfer in
                guard let id = fields.string(0), let from = fields.string(1), let to = fields.string(2) else {
                    throw DecodeFailure("a transfer without `id`, `from` and `to` as texts")
                }
                guard let amount = fields.integer(3), amount > 0 else {
                    throw DecodeFailure("a transfer whose `amount` is no whole number above zero")
                }
                return Transfer(id: id, from: from, to: to, amount: Int(amount))
            }
        }
    }
}

/// Writes transfers as they came, keyed by who pays.
struct TransferEncoder: RecordEncoder {
    func key(of transfer: Transfer) -> [UInt8]? { transfer.from.keyBytes }

    func encode(_ transfer: Transfer, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, time: time) { transfer.json.write(into: &$0) }
    }
}
