import Foundation

/// SplitMix64: random numbers that a seed repeats.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// New seeds for each run (they show in the test's name and in its output), or the one in `CAIRN_TEST_SEED`.
    static func seeds(_ count: Int) -> [UInt64] {
        if let text = ProcessInfo.processInfo.environment["CAIRN_TEST_SEED"], let seed = UInt64(text) { return [seed] }
        let seeds = (0..<count).map { _ in UInt64.random(in: 0...UInt64(UInt32.max)) }
        print("seeds \(seeds) (set CAIRN_TEST_SEED to repeat one)")
        return seeds
    }
}
