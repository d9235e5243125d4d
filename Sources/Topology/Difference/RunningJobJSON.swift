internal import KeyedState
public import StreamCore

extension RunningJob {
    /// The job as JSON: what a system answers when asked what it runs.
    public var json: JSON {
        .object([
            "job": .string(name),
            "fingerprint": .string(fingerprint),
            "stages": .array(
                stages.map { stage in
                    .object([
                        "stage": .string(stage.id), "tasks": .integer(Int64(stage.tasks)), "states": .array(stage.states.map(\.json)),
                    ])
                }),
        ])
    }

    /// Reads what `json` made; members that are not known are passed over, so that a newer system can be asked.
    public init(json: JSON) throws(DecodeFailure) {
        name = try json.text("job", of: "a running job")
        fingerprint = try json.text("fingerprint", of: "running job \(name)")
        var stages: [Stage] = []
        for stage in try json.list("stages", of: "running job \(name)") {
            let id = try stage.text("stage", of: "a stage of running job \(name)")
            let what = "stage \(id) of running job \(name)"
            var states: [StateSchema] = []
            for state in try stage.list("states", of: what) { states.append(try StateSchema(json: state, of: what)) }
            stages.append(Stage(id: id, tasks: try stage.whole("tasks", of: what), states: states))
        }
        self.stages = stages
    }
}

extension StateSchema {
    var json: JSON {
        .object([
            "name": .string(name), "shape": .string(shape.rawValue), "key": .string(key), "value": .string(value),
            "version": .integer(Int64(version)), "oldest_version": .integer(Int64(oldestVersion)),
        ])
    }

    init(json: JSON, of stage: String) throws(DecodeFailure) {
        let name = try json.text("name", of: "a state of \(stage)")
        let what = "state \(name) of \(stage)"
        let shape = try json.text("shape", of: what)
        guard let known = Shape(rawValue: shape) else { throw DecodeFailure("\(what) has the unknown shape \(shape)") }
        guard let version = UInt8(exactly: try json.whole("version", of: what)),
            let oldest = UInt8(exactly: try json.whole("oldest_version", of: what))
        else { throw DecodeFailure("\(what) has a version beyond 255") }
        self.init(
            name: name, shape: known, key: try json.text("key", of: what), value: try json.text("value", of: what), version: version,
            oldestVersion: oldest)
    }
}

extension JSON {
    fileprivate func text(_ member: String, of what: String) throws(DecodeFailure) -> String {
        guard let text = self[member]?.string else { throw DecodeFailure("\(what) lacks the text `\(member)`") }
        return text
    }

    fileprivate func whole(_ member: String, of what: String) throws(DecodeFailure) -> Int {
        guard let number = self[member]?.integer, number >= 0 else { throw DecodeFailure("\(what) lacks the number `\(member)`") }
        return Int(number)
    }

    fileprivate func list(_ member: String, of what: String) throws(DecodeFailure) -> [JSON] {
        guard let list = self[member]?.array else { throw DecodeFailure("\(what) lacks the list `\(member)`") }
        return list
    }
}
