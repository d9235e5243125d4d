/// Rows in aligned columns for a terminal: text to the left, numbers to the right.
///
/// Control characters in cells are shown as `�`: a record's key may hold anything, and a terminal obeys some of it.
public struct TextTable: Sendable {
    /// A column's heading and alignment.
    public struct Column: Hashable, Sendable {
        let title: String
        let isNumeric: Bool

        /// A column of words, aligned left; cut with `…` where the terminal is too narrow.
        public static func text(_ title: String) -> Column { Column(title: title, isNumeric: false) }
        /// A column of figures, aligned right and never cut.
        public static func number(_ title: String) -> Column { Column(title: title, isNumeric: true) }
    }

    private static let gap = 2
    /// No column of words is cut below this.
    private static let narrowest = 8

    private let columns: [Column]
    private var rows: [[String]] = []

    /// A table without rows.
    public init(_ columns: [Column]) { self.columns = columns }

    /// How many rows it has.
    public var count: Int { rows.count }

    /// Adds a row of one cell for each column; missing cells are empty.
    public mutating func append(_ cells: [String]) {
        precondition(cells.count <= columns.count, "a row of \(cells.count) cells in a table of \(columns.count) columns")
        let printable = cells.map { String(String.UnicodeScalarView($0.unicodeScalars.map { TextTable.printable($0) })) }
        rows.append(printable + Array(repeating: "", count: columns.count - cells.count))
    }

    /// The headings and the rows, a line each, cut to `width` columns where one is given.
    public func text(width: Int? = nil) -> String {
        let widths = columnWidths(within: width)
        let lines = ([columns.map(\.title)] + rows).map { cells in
            let fitted = zip(zip(columns, widths), cells).map { column, cell in
                let text = cell.count > column.1 ? cell.prefix(max(0, column.1 - 1)) + "…" : cell
                return column.0.isNumeric ? String(repeating: " ", count: column.1 - text.count) + text : text.padded(to: column.1)
            }
            return fitted.joined(separator: String(repeating: " ", count: TextTable.gap)).trimmingTrailingSpaces() + "\n"
        }
        return lines.joined()
    }

    /// The natural widths; where they come to more than `limit`, the widest column of words gives way first.
    private func columnWidths(within limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(columns[index].title.count) { max($0, $1[index].count) }
        }
        guard let limit else { return widths }
        var excess = widths.reduce(0, +) + TextTable.gap * max(0, columns.count - 1) - limit
        while excess > 0 {
            let shrinkable = widths.indices.filter { !columns[$0].isNumeric && widths[$0] > TextTable.narrowest }
            guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
            let next = shrinkable.filter { $0 != widest }.map { widths[$0] }.max() ?? TextTable.narrowest
            let step = min(excess, max(1, widths[widest] - next))
            let taken = min(step, widths[widest] - TextTable.narrowest)
            widths[widest] -= taken
            excess -= taken
        }
        return widths
    }

    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        scalar.properties.generalCategory == .control ? "\u{fffd}" : scalar
    }
}
