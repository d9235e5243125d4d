/// What a request needs to be allowed. Each route names one.
public enum Right: String, CaseIterable, Hashable, Sendable {
    /// Sees things: every GET of the API.
    case read
    /// Changes loads and routes, assigns, and says the status and location of vehicles.
    case dispatch
    /// Says a driver's status, location and hours.
    case report
    /// Makes, changes and removes vehicles, drivers and carriers.
    case manage
    /// Publishes events as they are.
    case publish
    /// Keys, webhooks, operations.
    case administer
}
