import Dispatch
import Metrics
import Testing

@Suite struct MetricsTests {
    private let registry = MetricsRegistry()

    @Test func `the text is sorted, and says what each name is`() {
        registry.gauge("cache_bytes", "Bytes in the cache.").set(1.5)
        registry.counter("stage_records_in_total", "Records read.", ["stage": "duty", "job": "hos"]).add(7)
        registry.counter("stage_records_in_total", "Records read.", ["job": "eta", "stage": "fold"]).add()
        #expect(
            registry.text == """
                # HELP cache_bytes Bytes in the cache.
                # TYPE cache_bytes gauge
                cache_bytes 1.5
                # HELP stage_records_in_total Records read.
                # TYPE stage_records_in_total counter
                stage_records_in_total{job="eta",stage="fold"} 1
                stage_records_in_total{job="hos",stage="duty"} 7

                """)
    }

    @Test func `help and labels are escaped`() {
        registry.gauge("up", "a\\b\n\"c\"", ["path": "a\\b\n\"c\""]).set(.infinity)
        #expect(registry.text == "# HELP up a\\\\b\\n\"c\"\n# TYPE up gauge\nup{path=\"a\\\\b\\n\\\"c\\\"\"} +Inf\n")
    }

    @Test func `a histogram counts a value under the first bound that holds it, and in every greater one`() {
        let commits = registry.histogram("commit_seconds", "Commits.", bounds: [0.01, 0.1, 1], ["job": "hos"])
        commits.observe(0.1)
        commits.observe(.milliseconds(5))
        commits.observe(8, count: 2)
        #expect(
            registry.text == """
                # HELP commit_seconds Commits.
                # TYPE commit_seconds histogram
                commit_seconds_bucket{job="hos",le="0.01"} 1
                commit_seconds_bucket{job="hos",le="0.1"} 2
                commit_seconds_bucket{job="hos",le="1"} 2
                commit_seconds_bucket{job="hos",le="+Inf"} 4
                commit_seconds_sum{job="hos"} 16.105
                commit_seconds_count{job="hos"} 4

                """)
    }

    @Test func `the same name and labels are the same series`() {
        registry.counter("a_total", "A.", ["x": "1", "y": "2"]).add(3)
        let again = registry.counter("a_total", "A.", ["y": "2", "x": "1"])
        again.add(4)
        #expect(again.value == 7)
    }

    @Test func `a snapshot is a value that later counting leaves alone`() {
        let counter = registry.counter("a_total", "A.", ["x": "1"])
        let gauge = registry.gauge("b", "B.")
        counter.add(2)
        gauge.add(-0.5)
        let snapshot = registry.snapshot
        counter.add(2)
        #expect(snapshot.value("a_total", ["x": "1"]) == .count(2))
        #expect(snapshot.value("b") == .level(-0.5))
        #expect(snapshot.value("a_total", ["x": "2"]) == nil)
    }

    @Test func `series of a label can be forgotten`() {
        registry.counter("a_total", "A.", ["job": "hos"]).add()
        registry.counter("a_total", "A.", ["job": "eta"]).add()
        registry.counter("b_total", "B.", ["job": "hos"]).add()
        registry.forget("job", "hos")
        #expect(registry.snapshot.families.map(\.name) == ["a_total"])
        #expect(registry.snapshot.value("a_total", ["job": "hos"]) == nil)
    }

    @Test func `nothing counted on several threads is lost`() {
        let counter = registry.counter("a_total", "A.")
        let gauge = registry.gauge("b", "B.")
        let histogram = registry.histogram("c", "C.", bounds: [1])
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for _ in 0..<1_000 {
                counter.add()
                gauge.add(1)
                histogram.observe(2)
            }
        }
        #expect(registry.snapshot.value("a_total") == .count(4_000))
        #expect(registry.snapshot.value("b") == .level(4_000))
        let buckets = [MetricsSnapshot.Bucket(bound: 1, count: 0), MetricsSnapshot.Bucket(bound: .infinity, count: 4_000)]
        #expect(registry.snapshot.value("c") == .distribution(buckets, sum: 8_000))
    }
}
