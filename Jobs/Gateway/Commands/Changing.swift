internal import Access
internal import Freight
internal import HTTPServer
internal import ReadModel
internal import StreamCore
internal import Wire

/// From a request that changes something to its command, and from the command's answer to the request's.
extension Desk {
    /// Sends a command on a call's behalf and answers the call when its answer comes; what was made, with the status `created`.
    func change(
        _ call: Call, _ type: CommandType, _ mode: UpdateMode? = nil, of entityType: EntityType, _ id: EntityID? = nil, body: JSON,
        created: Int = 201,
        showing: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
    ) throws(Refusal) {
        if let obstacle = surroundings.obstacle() { throw obstacle }
        let key = try call.key()
        let commandID = key.map { call.id(of: $0) } ?? makeID()
        var command = Command(
            id: commandID, type: type, mode: mode, entityType: entityType, entityID: id ?? commandID, time: now,
            principal: Freight.Principal(userID: call.principal.userID, carrierID: call.principal.carrierID.map { EntityID($0) }),
            correlationID: call.correlation, hasIdempotencyKey: key != nil, digest: call.digest, ifMatch: try call.wantedVersions(),
            body: body)
        guard let ticket = tickets.draw(at: now, { self.finish(call, type, $0, created, showing) }) else { throw .closing }
        command.replyTo = tickets.address(of: ticket)
        commands.send(command, ticket)
    }

    private func finish(
        _ call: Call, _ type: CommandType, _ result: Result<Reply.Outcome, Refusal>, _ created: Int, _ showing: ([UInt8]) -> [UInt8]
    ) {
        switch result {
        case .failure(let refusal): call.refuse(refusal)
        case .success(let outcome):
            if let refusal = outcome.refusal { return call.refuse(refusal) }
            journal.carriedOut(type, outcome, for: call.principal.userID, call.correlation)
            guard let entity = outcome.entity, outcome.status != 204 else { return call.answerNothing(outcome.status) }
            let headers = outcome.status == 201 ? [("Location", "/api/\(outcome.entityType.pathName)/\(outcome.entityID)")] : []
            call.answer(
                outcome.status == 201 ? created : outcome.status, showing(shown(entity.utf8, outcome.entityType, outcome.entityID)),
                etag: outcome.version, headers: headers)
        }
    }

    /// An entity's text as the API shows it: a driver's with the hours that are left, an event's with where it lies, a webhook's without
    /// its secret.
    func shown(_ text: [UInt8], _ type: EntityType, _ id: EntityID) -> [UInt8] {
        switch type {
        case .driver: text.adding("hours_remaining", JSON.number(hours.remaining(of: id, text, at: now)).compact)
        case .event:
            places[id].map { place in
                text.adding("partition", JSON.integer(Int64(place.partition.partition.number)).compact)
                    .adding("offset", JSON.integer(place.offset.number).compact)
            } ?? text
        case .webhook: (try? JSON(parsing: text))?.members.map(Register.Entry.shown) ?? text
        default: text
        }
    }
}
