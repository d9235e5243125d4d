import Testing

@Suite struct HelpTests {
    @Test func `the program's help lists its commands`() throws {
        #expect(
            try help("--help") == """
                haul: a stream processor

                usage: haul COMMAND [--json]

                commands
                  run      runs every job of a folder
                  jobs     the jobs of a running system
                  state    what a job's tasks hold
                  replay   runs a job over files, bounded, without a broker
                  publish  writes values

                options
                  -j, --json  prints JSON
                  -h, --help  this text; behind a command, that command's

                """)
    }

    @Test func `a verb's help lists what it takes, its program's options first`() throws {
        #expect(
            try help("state scan x -h") == """
                haul state scan: prints the keys of a store

                usage: haul state scan JOB STORE [--json] [--prefix P] [--limit N]
                                       [--from WHERE]

                arguments
                  JOB    the job
                  STORE  the store

                options
                  -j, --json     prints JSON
                  --prefix P     only keys that begin so
                  -n, --limit N  at most so many
                  --from WHERE   where to begin (earliest, latest)
                  -h, --help     this text; behind a command, that command's

                """)
    }

    @Test func `a group without a verb answers with its help`() throws {
        #expect(try help("state")?.hasPrefix("haul state: what a job's tasks hold\n\nusage: haul state COMMAND") == true)
        #expect(try help("")?.hasPrefix("haul: a stream processor") == true)
    }

    @Test func `no line is wider than a terminal`() throws {
        for line in ["-h", "run -h", "state scan -h", "replay -h", "publish -h"] {
            #expect(try help(line)?.split(separator: "\n").allSatisfy { $0.count <= 80 } == true)
        }
    }
}
