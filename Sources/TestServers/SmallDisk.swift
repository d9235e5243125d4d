internal import Foundation

/// A file system of a few megabytes, for tests that fill it; gone with the value. Mounting one takes rights that not everybody has.
public final class SmallDisk: Sendable {
    /// Where it is mounted.
    public let path: String

    /// Mounts one; `nil` where that is not allowed.
    public init?(megabytes: Int) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("linehaul-disk-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard Shell.run("/bin/mount", ["-t", "tmpfs", "-o", "mode=755,size=\(megabytes)m", "tmpfs", path]).status == 0 else {
            try FileManager.default.removeItem(atPath: path)
            return nil
        }
    }

    deinit {
        // Whoever still has a file open there keeps it for as long.
        _ = Shell.run("/bin/umount", ["-l", path])
        try? FileManager.default.removeItem(atPath: path)
    }

    private var ballast: String { "\(path)/ballast" }

    /// Takes what room is left.
    public func fill() { _ = Shell.run("/bin/dd", ["if=/dev/zero", "of=\(ballast)", "bs=4096"]) }

    /// Gives it back.
    public func makeRoom() throws { try FileManager.default.removeItem(atPath: ballast) }
}
