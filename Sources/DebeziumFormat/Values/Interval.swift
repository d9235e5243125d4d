internal import StreamCore

/// A length of time as the server writes it in its own style: `1 year 2 mons -3 days +04:05:06.789`.
struct Interval {
    var months: Int64 = 0
    var years: Int64 = 0
    var days: Int64 = 0
    /// Of the clock: hours, minutes and seconds.
    var microseconds: Int64 = 0

    init(_ text: [UInt8]) throws(DecodeFailure) {
        let words = text.split(separator: 0x20)
        var index = 0
        while index < words.count {
            let word = words[index]
            if word.contains(0x3a) {
                let isNegative = word.first == 0x2d
                microseconds = try Moment.clockOnly(Array(word.drop { $0 == 0x2d || $0 == 0x2b })) * (isNegative ? -1 : 1)
                index += 1
                continue
            }
            guard index + 1 < words.count, let count = Int64(String(decoding: word, as: UTF8.self)) else {
                throw DecodeFailure("an interval that cannot be read: \(String(decoding: text.prefix(60), as: UTF8.self))")
            }
            switch words[index + 1].first {
            case UInt8(ascii: "y"): years = count
            case UInt8(ascii: "m"): months = count
            case UInt8(ascii: "d"): days = count
            default: throw DecodeFailure("an interval of unknown units: \(String(decoding: text.prefix(60), as: UTF8.self))")
            }
            index += 2
        }
    }

    /// In microseconds, a month having 365.25 / 12 days; as large as fits.
    var average: Int64 {
        let days = Double(years * 12 + months) * 30.4375 + Double(days)
        let (hours, minutes, seconds) = clock
        let total = (((days * 24 + Double(hours)) * 60 + Double(minutes)) * 60 + seconds) * 1_000_000
        return total >= 9.223372036854775807e18 ? .max : total <= -9.223372036854775808e18 ? .min : Int64(total)
    }

    /// As ISO 8601, every part said.
    var iso: String {
        let (hours, minutes, _) = clock
        let micros = microseconds % 60_000_000
        var seconds = String(abs(micros) / 1_000_000)
        let fraction = abs(micros) % 1_000_000
        if fraction != 0 {
            let digits = String(fraction)
            var padded = String(repeating: "0", count: 6 - digits.count) + digits
            while padded.hasSuffix("0") { padded.removeLast() }
            seconds += ".\(padded)"
        }
        return "P\(years)Y\(months)M\(days)DT\(hours)H\(minutes)M\(micros < 0 ? "-" : "")\(seconds)S"
    }

    private var clock: (hours: Int64, minutes: Int64, seconds: Double) {
        (microseconds / 3_600_000_000, microseconds / 60_000_000 % 60, Double(microseconds % 60_000_000) / 1_000_000)
    }
}

extension Moment {
    /// A length of hours, minutes and seconds in microseconds.
    static func clockOnly(_ text: [UInt8]) throws(DecodeFailure) -> Int64 { try Moment(clock: text).inDay }
}
