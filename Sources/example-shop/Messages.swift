import Foundation

/// What is asked of the shop and what it answers, one pair a path. JSON names are snake_case.
protocol OrderRequest: Decodable, Hashable, Sendable {
    var orderId: String { get }
}

enum Validation {
    struct Request: OrderRequest {
        var orderId: String
        var customerEmail: String
        var items: [Item]
    }
    struct Item: Decodable, Hashable, Sendable {
        var sku: String
        var quantity: Int
        var unitPrice: Decimal
    }
    struct Answer: Encodable {
        var orderId: String
        var pieces: Int
        var total: Decimal
    }
}

enum Reservation {
    struct Request: OrderRequest {
        var orderId: String
        var items: [Line]
    }
    struct Line: Decodable, Hashable, Sendable {
        var sku: String
        var quantity: Int
    }
    struct Answer: Encodable {
        var reservationId: String
        var pieces: Int
    }
}

enum Payment {
    struct Request: OrderRequest {
        var orderId: String
        var amount: Decimal
    }
    struct Answer: Encodable {
        var authorisationId: String
        var amount: Decimal
    }
}

enum Shipment {
    struct Request: OrderRequest {
        var orderId: String
        var reservationId: String
        var authorisationId: String
    }
    struct Answer: Encodable {
        var shipmentId: String
        var trackingCode: String
    }
}

enum Notification {
    struct Request: OrderRequest {
        var orderId: String
        var email: String
        var trackingCode: String
    }
    struct Answer: Encodable {
        var notificationId: String
    }
}

/// An order for failures: the next `times` calls of `path` get `status`.
struct Fault: Codable, Sendable {
    var path: String
    var times: Int?
    var status: Int?
    /// Seconds, sent as `Retry-After`.
    var retryAfter: Int?
    /// Wait this long before the answer, failing or not.
    var delayMs: Int?
    /// Do the work and lose the answer: what an idempotency key is for.
    var afterEffect: Bool?
}

/// One effect. A repeated call with the same key adds none.
struct LedgerEntry: Encodable, Sendable {
    var id: Int
    var at: Date
    var path: String
    var idempotencyKey: String
    var orderId: String
}

struct Ledger: Encodable {
    var count: Int
    var entries: [LedgerEntry]
}
