internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// What commands do to a carrier, and what it says to loads.
extension Owners {
    func judge(carrier command: Command, into out: inout Out) throws(StageFailure) -> Verdict {
        let crew = try registry.crews.value(for: command.entityID) ?? Crew()
        let carrier = try registry.carriers.value(for: command.entityID)
        let plan: Plan<Carrier>
        do throws(Refusal) { plan = try Plan(carrier, crew: crew, command) } catch { return .refused(error) }
        switch plan {
        case .create(let next):
            return try accept(next, after: nil, in: registry.carriers, command, .create, into: &out) {
                [$0.event(.carrierCreated, on: command.occasion())]
            }
        case .update(let carrier, let next):
            if next == carrier { return unchanged(carrier, command) }
            return try accept(next, after: carrier, in: registry.carriers, command, .update, into: &out) {
                [$0.event(.carrierUpdated, on: command.occasion())]
            }
        case .delete(let carrier):
            var gone = carrier
            gone.version += 1
            return try remove(carrier, from: registry.carriers, command, gone.event(.carrierDeleted, on: command.occasion()), into: &out)
        case .stay(let carrier): return unchanged(carrier, command)
        case .move(let carrier, .thing(let next, let time, _)):
            return try accept(next, after: carrier, in: registry.carriers, command, .statusChange, into: &out) {
                [$0.event(.carrierUpdated, on: command.occasion(at: time))]
            }
        case .move, .locate, .assign: return .refused(.unsupported(command))
        }
    }

    /// A load that is to be assigned looks at its carrier.
    func look(_ message: Message, into out: inout Out) throws(StageFailure) {
        let carrier = try registry.carriers.value(for: message.to)
        do throws(Refusal) {
            try AssignmentRules.check(carrier, message.to)
        } catch {
            return send(message.answer(.refused, .object(["error": error.json])), into: &out)
        }
        send(message.answer(.reserved), into: &out)
    }
}
