internal import Freight
@testable internal import Gateway
internal import HTTPServer
internal import StreamCore

extension FuzzTarget {
    /// What a request says to a route of the API, which the first byte chooses: its query up to the end of the line, then its body. Whatever
    /// is wrong names a part of the request; a query that passes says of each parameter what its form says; a body that passes is an object.
    static func request(_ bytes: UnsafeRawBufferPointer) throws {
        guard let first = unsafe bytes.first else { return }
        let route = Route.all[Int(first) % Route.all.count]
        let rest = unsafe bytes.dropFirst()
        let query = unsafe rest.prefix { $0 != UInt8(ascii: "\n") }
        let body = unsafe Array(rest.dropFirst(query.count + 1))

        var problems: [FieldProblem] = []
        let arguments = Arguments(HTTPQuery(unsafe String(decoding: query, as: UTF8.self)), route.parameters, &problems)
        let names = Set(route.parameters.map(\.name))
        try require(problems.allSatisfy { names.contains($0.field) && !$0.issue.isEmpty }, "a problem of no parameter")
        for parameter in route.parameters where !problems.contains(where: { $0.field == parameter.name }) {
            try require(arguments.holds(parameter), "\(parameter.name) of \(route.path) is not of its form")
        }
        guard let form = route.body else { return }
        let read: JSON
        do throws(Refusal) {
            read = try form.read(body)
        } catch {
            return try require(error.status == 422 && !error.details.isEmpty, "a body is refused with \(error.status), without a detail")
        }
        try require(read.members != nil, "a body of \(route.path) that is no object")
    }
}

extension Arguments {
    /// Whether what it says of a parameter, if anything, is of the parameter's form.
    fileprivate func holds(_ parameter: Parameter) -> Bool {
        switch parameter.form {
        case .value(.instant): text(parameter.name) == nil || instant(parameter.name) != nil
        case .value, .several, .sort: true
        case .duration(let least): duration(parameter.name).map { $0 >= least } ?? true
        case .place: place(parameter.name).map { abs($0.latitude) <= 90 && abs($0.longitude) <= 180 } ?? true
        }
    }
}
