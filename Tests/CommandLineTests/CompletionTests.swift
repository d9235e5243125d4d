import CommandLine
import Foundation
import Testing

@Suite struct CompletionTests {
    @Test(arguments: [
        (["haul", "st"], ["state"]), (["haul", "state", ""], ["--help", "--json", "get", "scan"]),
        (["haul", "state", "scan", "--l"], ["--limit"]), (["haul", "state", "scan", "a", "--from", ""], ["earliest", "latest"]),
        (["haul", "--json", "jobs", "s"], ["show"]), (["haul", "state", "scan", "--prefix", ""], []),
    ])
    func `bash offers what may come next`(words: [String], offered: [String]) throws {
        let line = words.map { "'\($0)'" }.joined(separator: " ")
        let script = table.completion(for: .bash) + """
            COMP_WORDS=(\(line)) COMP_CWORD=\(words.count - 1)
            _haul_completion
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let bash = Process()
        bash.executableURL = URL(filePath: "/bin/bash")
        bash.arguments = ["-c", script]
        let output = Pipe()
        bash.standardOutput = output
        try bash.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        bash.waitUntilExit()
        #expect(text.split(separator: "\n").map(String.init).sorted() == offered)
    }

    @Test func `zsh describes each word and completes an option's choices`() {
        let script = table.completion(for: .zsh)
        #expect(script.hasPrefix("#compdef haul\n"))
        #expect(script.contains(#"'/state') offered=('get:prints the value of a key' 'scan:prints the keys of a store'"#))
        #expect(script.contains("'/state/scan --from') compadd -- 'earliest' 'latest'; return ;;"))
        #expect(script.contains(#"'state:what a job'\''s tasks hold'"#))
    }

    @Test func `fish offers a verb only where the line has reached its group`() {
        let script = table.completion(for: .fish)
        #expect(script.contains(#"complete -c haul -n "__haul_at '/state'" -a scan -d 'prints the keys of a store'"#))
        #expect(script.contains(#"complete -c haul -n "__haul_at ''" -a state -d 'what a job\'s tasks hold'"#))
        #expect(script.contains(#"-n "__haul_at '/state/scan'" -l from -r -a 'earliest latest' -d 'where to begin'"#))
    }
}
