public import StreamCore

/// Holds events until the watermark has passed them and lets them go in order of time, equal times by a tie-breaker.
///
/// The buffer is not state: the marker keeps the offset of its oldest record, and a restart reads again from there. A record read before
/// the restart that the watermark had passed was let go then; any other goes back into the buffer (design.md section 5).
@usableFromInline struct Ordered<Element: Sendable, Tie: Comparable & Sendable>: Operator {
    @usableFromInline let tie: @Sendable (Element) -> Tie
    @usableFromInline let late: LateSink<Element>
    @usableFromInline var held: [Event<Element>] = []
    @usableFromInline var head = 0

    @inlinable init(tie: @escaping @Sendable (Element) -> Tie, late: LateSink<Element>) {
        self.tie = tie
        self.late = late
    }

    @inlinable mutating func process(_ batch: [Event<Element>], into out: inout Output<Element>) throws(StageFailure) {
        let watermark = out.moment.watermark
        var strays = 0
        for event in batch {
            let isPast = event.origin.isLate || event.time <= watermark
            if isPast {
                if !event.origin.isReplayed { late.take(event.element, at: event.time) }
                continue
            }
            var event = event
            event.origin.flags = Origin.inOrder
            if let last = held.last, held.count > head, isBefore(event, last) { strays += 1 }
            held.append(event)
        }
        guard strays > 0 else { return }
        held.removeFirst(head)
        head = 0
        // A stable, adaptive sort: nearly free for a few strays among many in order.
        held.sort(by: isBefore)
    }

    @inlinable mutating func advance(into out: inout Output<Element>) throws(StageFailure) {
        let watermark = out.moment.watermark
        while head < held.count, held[head].time <= watermark {
            out.emit(held[head])
            head += 1
        }
        guard head > 1_024, head > held.count / 2 else { return }
        held.removeFirst(head)
        head = 0
    }

    @inlinable var awaited: EventTime { head < held.count ? held[head].time : .distantFuture }

    @inlinable func oldestHeld(of inlet: Int16) -> Offset? {
        held[head...].lazy.filter { $0.origin.inlet == inlet }.map(\.origin.offset).min().map { Offset($0) }
    }

    @inlinable func isBefore(_ a: Event<Element>, _ b: Event<Element>) -> Bool {
        a.time != b.time ? a.time < b.time : tie(a.element) < tie(b.element)
    }
}
