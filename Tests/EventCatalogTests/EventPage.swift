import Freight

/// `docs/events.md`, written from the catalog that events are made from and held against.
enum EventPage {
    static var text: String {
        var lines = [
            "# Events", "",
            "Printed from the catalog in code (`EventSchema.all`); a test holds this page against it, and prints it anew with",
            "`LINEHAUL_PRINT_DOCS=1 swift test --filter EventCatalogTests`. Ours are written from the same tables.", "",
            "An event is a JSON object, keyed by the id of what it is about. Members that nobody knows and minor versions pass. Names are taken in",
            "any case of letters, `event_type` aside. The job `event-catalog` makes a dead letter of any other: of an unknown type, on another",
            "type's topic, or with wrong members, all of which its reason names. The jobs that read the same topics skip what it refuses, so that",
            "one record becomes one dead letter. A topology without `event-catalog` skips such events silently; a replay, where a job runs alone, has a",
            "dead letter for each of an unknown type, and for each wrong one of a type that it reads.", "",
            "## The envelope", "", table(EventSchema.all[0].envelope.map(general)), "",
        ]
        for topic in EventSchema.topics {
            lines += ["## `\(topic)`", ""]
            for group in groups(of: topic) {
                for schema in group { lines.append("- **\(schema.type.rawValue)** \(schema.summary)") }
                lines += ["", table(group[0].data), ""]
            }
        }
        return lines.dropLast().joined(separator: "\n") + "\n"
    }

    /// Types that say the same, together.
    private static func groups(of topic: String) -> [[EventSchema]] {
        EventSchema.all.filter { $0.topic == topic }.reduce(into: []) { groups, schema in
            if let last = groups.indices.last, groups[last][0].data == schema.data {
                groups[last].append(schema)
            } else {
                groups.append([schema])
            }
        }
    }

    /// A member of the envelope as it is for all types.
    private static func general(_ member: Shape.Member) -> Shape.Member {
        switch member.name {
        case "event_type": .init(member.name, .words, isRequired: true)
        case "entity_type":
            .init(
                member.name,
                .oneOf(EventSchema.subjects.map(\.rawValue)),
                isRequired: true)
        case "data": .init(member.name, .document, isRequired: true)
        default: member
        }
    }

    private static func table(_ members: [Shape.Member]) -> String {
        let rows = members.map { member in
            "| \(member.isRequired ? "**\(member.name)**" : member.name) | \(words(member.shape)) | \(member.unit?.rawValue ?? "") |"
        }
        return (["| member, **required** | what it is | unit |", "|---|---|---|"] + rows).joined(separator: "\n")
    }

    private static func words(_ shape: Shape) -> String {
        switch shape {
        case .any: "anything"
        case .bool: "true or false"
        case .integer(let range):
            range.upperBound == .max
                ? range.lowerBound == .min ? "whole number" : "whole number from \(range.lowerBound)"
                : "whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range):
            switch (range.least, range.most, range.below) {
            case (let least?, let most?, _): "number from \(short(least)) to \(short(most))"
            case (let least?, _, let below?): "number from \(short(least)) to below \(short(below))"
            default: "number"
            }
        case .amount: "amount with at most two decimal places"
        case .text(let form): words(form)
        case .oneOf(let names): names.joined(separator: " ")
        case .list(let element): "array: \(words(element))"
        case .object(let members): members.isEmpty ? "object" : "object: " + members.map(words).joined(separator: ", ")
        }
    }

    private static func words(_ member: Shape.Member) -> String { member.isRequired ? "**\(member.name)**" : member.name }

    private static func short(_ number: Double) -> String { number == number.rounded() ? "\(Int(number))" : "\(number)" }

    private static func words(_ form: TextForm) -> String {
        switch form {
        case .any: "text"
        case .words: "text that is not empty"
        case .id: "id"
        case .uuid: "UUID"
        case .instant: "RFC 3339 time"
        case .cycle: "hours and days such as 70/8"
        case .timeOfDay: "time of day such as 00:00"
        case .email: "mail address"
        case .version: "version 1.x"
        case .url: "http or https URL"
        case .signingSecret: "signing secret"
        }
    }
}
