import CairnModel
import Testing

@Suite("A duration")
struct MillisecondsTests {
    @Test(
        "is read and written",
        arguments: [
            ("250ms", 250, "250ms"), ("30s", 30_000, "30s"), ("5m", 300_000, "5m"), ("2h", 7_200_000, "2h"),
            ("7d", 604_800_000, "7d"), ("90s", 90_000, "90s"), ("120s", 120_000, "2m"), ("1000ms", 1000, "1s"),
            ("0ms", 0, "0s"), ("36500d", 3_153_600_000_000, "36500d"),
        ])
    func isRead(_ text: String, _ count: Int64, _ written: String) {
        #expect(Milliseconds(text)?.rawValue == count)
        #expect(Milliseconds(rawValue: count).description == written)
        #expect(Milliseconds(written)?.rawValue == count)
    }

    @Test(
        "is refused in any other form",
        arguments: [
            "", "s", "5", "5 s", " 5s", "5S", "-5s", "+5s", "1.5s", "1h30m", "5sec", "36501d", "99999999999999999999s",
            "９s", "5µs", "1e3s", "5s\n",
        ])
    func isRefused(_ text: String) { #expect(Milliseconds(text) == nil) }
}
