extension RawRepresentable where Self: CaseIterable, RawValue == String {
    /// The value with that name in any case: input is taken in any case, output is in upper case.
    public init?(anyCase name: some StringProtocol) {
        self.init(rawValue: name.uppercased())
    }
}
