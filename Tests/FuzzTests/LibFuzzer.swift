import Foundation

/// libFuzzer's way in, called once an input: `fuzz.sh` links it with the fuzzer. The target is named by `FUZZ_TARGET`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try unsafe chosen.check(UnsafeRawBufferPointer(start: start, count: count))
    } catch {
        FileHandle.standardError.write(Data("\(chosen.name): broken promise: \(error)\n".utf8))
        // A crash is what libFuzzer keeps an input for.
        abort()
    }
    return 0
}

private let chosen: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
    guard let target = FuzzTarget(named: name) else {
        let names = FuzzTarget.all.map(\.name).joined(separator: ", ")
        FileHandle.standardError.write(Data("FUZZ_TARGET is \"\(name)\"; it takes one of \(names)\n".utf8))
        exit(2)
    }
    return target
}()
