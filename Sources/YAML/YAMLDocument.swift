extension YAMLNode {
    /// Reads a file of one document. `file` is its name for messages; `environment` is what `${NAME}` and `${NAME:-default}` in
    /// scalars stand for (keys are never expanded).
    ///
    /// A file without a value is a null node. Refused, with the place: what is not YAML 1.1, a second document, a key given twice,
    /// keys that are not text, tags but `!!str`, merge keys, variables that are not set, and documents that are nested more than
    /// 64 levels deep or come to more than 100,000 values with their aliases written out.
    public init(text: String, file: String, environment: [String: String] = [:]) throws(YAMLFailure) {
        try self.init(utf8: Array(text.utf8), file: file, environment: environment)
    }

    /// Reads a file of one document from its bytes: see `init(text:file:environment:)`. Bytes that are not UTF-8 are refused.
    public init(utf8: [UInt8], file: String, environment: [String: String] = [:]) throws(YAMLFailure) {
        var composer = Composer(try EventReader(utf8, file: file), environment)
        self = try composer.document(file)
    }
}
