import Foundation

/// A random number generator that a seed repeats (SplitMix64, Steele et al. 2014).
package struct SeededRandom: RandomNumberGenerator, Sendable {
    package let seed: UInt64
    private var state: UInt64

    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// New seeds for each run (they show in the test's name and in its output), or the one in `CAIRN_TEST_SEED`.
    package static func seeds(_ count: Int) -> [UInt64] {
        if let text = ProcessInfo.processInfo.environment["CAIRN_TEST_SEED"], let seed = UInt64(text) { return [seed] }
        let seeds = (0..<count).map { _ in UInt64.random(in: 0...UInt64(UInt32.max)) }
        print("seeds \(seeds) (set CAIRN_TEST_SEED to repeat one)")
        return seeds
    }
}
