import CairnModel
import HTTPTypes
import Hummingbird

extension CairnContext {
    /// The id in the path.
    func id() throws(Problem) -> Int64 {
        let text = parameters.get("id") ?? ""
        guard let id = Int64(text), id > 0, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw Problem(.badRequest, .invalidID, "an id is a whole number from 1 to \(Int64.max)")
        }
        return id
    }

    /// A name in the path, percent-decoded.
    func name(_ parameter: String) throws(Problem) -> String {
        guard let name = percentDecoded(parameters.get(parameter) ?? ""), !name.contains("\0") else {
            throw Problem(.badRequest, .invalidParameter, "the path is not percent-encoded UTF-8")
        }
        return name
    }
}
