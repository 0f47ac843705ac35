/// How this program was built.
enum Version {
    /// The compiler's language version that the program was built with.
    static var swift: String {
        #if swift(>=6.4)
        "6.4 or later"
        #elseif swift(>=6.3)
        "6.3"
        #else
        "6.2"
        #endif
    }
}
