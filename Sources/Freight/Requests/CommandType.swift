internal import StreamCore
internal import Wire

/// What a command asks for.
public enum CommandType: String, WireEnum {
    /// Make the entity; `body` is all of it.
    case create = "CREATE"
    /// Change it; `body` says how, `mode` whether it says all or only what changes.
    case update = "UPDATE"
    /// Remove it.
    case delete = "DELETE"
    /// Bring it to another status: `status`, and what belongs to that.
    case status = "STATUS"
    /// It was seen somewhere: a fix.
    case location = "LOCATION"
    /// Give a load to a carrier, a vehicle and a driver.
    case assign = "ASSIGN"
    /// Send again what a webhook was owed and did not get.
    case replay = "REPLAY"
    /// Publish an event as somebody outside says it.
    case publish = "PUBLISH"
}

/// Whether the body of an update says all of the entity or what changes.
public enum UpdateMode: String, WireEnum {
    case put = "PUT"
    case patch = "PATCH"
}
