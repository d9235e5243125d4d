internal import Freight
internal import StreamCore

extension Refusal {
    /// 409: a number that another has.
    static func numberTaken(_ name: String) -> Refusal {
        let parts = name.split(separator: " ", maxSplits: 1).map(String.init)
        let field = parts[0].lowercased()
        let number = parts.count > 1 ? parts[1] : ""
        return Refusal(
            409, "\(parts[0])_TAKEN", "\(field) \(number) belongs to another; choose one that is free",
            details: [FieldProblem(field, "is taken")])
    }

    /// A refusal as the body of a message carries it.
    init?(_ json: JSON?) {
        guard let json, let status = json["status"]?.integer, let code = json["code"]?.string, let message = json["message"]?.string else {
            return nil
        }
        let details = (json["details"]?.array ?? []).map { FieldProblem($0["field"]?.string ?? "", $0["issue"]?.string ?? "") }
        self.init(Int(status), code, message, details: details)
    }
}
