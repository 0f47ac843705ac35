import CairnModel
import Postgres
import Testing

@testable import CairnWorker

/// What errors of the database mean for the worker.
@Suite struct CallFailureTests {
    private func error(_ state: String?, _ code: PostgresError.Code = .server) -> PostgresError {
        PostgresError(code: code, message: "words", sqlState: state)
    }

    @Test(arguments: ["22P05", "54001", "23505", "CN400", "P0001", "XX000", "0A000", "42601", "21000"])
    func `the statement is at fault`(_ state: String) {
        let error = error(state)
        #expect(CallFailure(error) == .refused(error.description))
    }

    @Test(arguments: ["25006", "26000", "42501", "42P05", "53100", "53300", "55006", "57014", "58030", "XX001"])
    func `the database is in a bad way`(_ state: String) {
        let error = error(state)
        #expect(CallFailure(error) == .noEffect(.refused, error.description))
    }

    @Test(arguments: ["3F000", "42P01", "42883", "42703", "42704"]) func `the schema is missing`(_ state: String) {
        let error = error(state)
        #expect(CallFailure(error) == .noEffect(.notMigrated, error.description))
    }

    @Test(
        arguments: [("53300", .notSent), (nil, .notSent), (nil, .acquireTimeout), ("3D000", .server)]
            as [(String?, PostgresError.Code)])
    func `the database is away, and nothing has happened`(_ state: String?, _ code: PostgresError.Code) {
        let error = error(state, code)
        #expect(CallFailure(error) == .noEffect(.unreachable, error.description))
    }

    @Test(arguments: ["57P01", nil]) func `the database is away, and nobody knows what happened`(_ state: String?) {
        let error = error(state, .outcomeUnknown)
        #expect(CallFailure(error) == .unknown(.unreachable, error.description))
    }

    @Test func `what Cairn refuses in its own words is rejected`() {
        let error = CairnError("namespace_not_granted", "words")
        #expect(CallFailure(error) == .rejected(error))
    }

    @Test func `an answer that cannot be read may have had its effect`() {
        let error = error(nil, .decoding)
        #expect(CallFailure(error) == .unknown(.refused, error.description))
    }

    @Test func `a lock could not be had in time`() {
        #expect(CallFailure(error("55P03")) == .locked(error("55P03").description))
    }

    @Test(arguments: ["40001", "40P01"]) func `another transaction was in the way`(_ state: String) {
        #expect(CallFailure(error(state)) == .conflict)
    }
}
