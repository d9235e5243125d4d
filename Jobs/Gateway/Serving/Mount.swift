internal import HTTPServer
internal import ReadModel
internal import StructuredLog

/// Opens the gateway to requests and closes it again, where the composition root lends it a place.
struct Mount {
    private let place: HTTPMount
    private let logger: Logger
    private let desk: Desk

    init(_ surroundings: Surroundings, _ desk: Desk) {
        place = surroundings.mount
        logger = surroundings.logger
        self.desk = desk
    }

    /// Requests are served from now on.
    func open() {
        let entrance = Entrance(desk)
        let pushes = desk.pushes
        place.serve { request, reply in
            if !pushes.take(request, reply) { entrance.take(request, reply) }
        }
        logger.info("the API is open", [.loads: "\(desk.replica.count(.loads))", .vehicles: "\(desk.replica.count(.vehicles))"])
    }

    /// No more are taken; those that wait are still answered.
    func retire() {
        place.serve(nil)
        desk.tickets.close()
    }

    func close() { place.serve(nil) }
}

extension LogKey {
    /// How many loads there are.
    fileprivate static let loads = LogKey("loads")
    /// How many vehicles there are.
    fileprivate static let vehicles = LogKey("vehicles")
}
