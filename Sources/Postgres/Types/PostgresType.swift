/// The OID of a type, as the server numbers it.
public struct PostgresType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The OID.
    public let rawValue: UInt32

    /// The type with this OID.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    private init(_ oid: UInt32) { self.init(rawValue: oid) }

    /// Left to the server to infer.
    public static let unspecified = PostgresType(0)
    /// `boolean`
    public static let bool = PostgresType(16)
    /// `bytea`
    public static let bytea = PostgresType(17)
    /// `"char"`, one byte.
    public static let char = PostgresType(18)
    /// `name`
    public static let name = PostgresType(19)
    /// `bigint`
    public static let int8 = PostgresType(20)
    /// `smallint`
    public static let int2 = PostgresType(21)
    /// `integer`
    public static let int4 = PostgresType(23)
    /// `text`
    public static let text = PostgresType(25)
    /// `oid`
    public static let oid = PostgresType(26)
    /// `json`
    public static let json = PostgresType(114)
    /// `real`
    public static let float4 = PostgresType(700)
    /// `double precision`
    public static let float8 = PostgresType(701)
    /// A literal whose type nothing decided.
    public static let unknown = PostgresType(705)
    /// `character(n)`
    public static let bpchar = PostgresType(1042)
    /// `character varying`
    public static let varchar = PostgresType(1043)
    /// `timestamp without time zone`
    public static let timestamp = PostgresType(1114)
    /// `timestamp with time zone`
    public static let timestamptz = PostgresType(1184)
    /// `numeric`
    public static let numeric = PostgresType(1700)
    /// `uuid`
    public static let uuid = PostgresType(2950)
    /// `jsonb`
    public static let jsonb = PostgresType(3802)
    /// `xid8`
    public static let xid8 = PostgresType(5069)

    /// `boolean[]`
    public static let boolArray = PostgresType(1000)
    /// `bytea[]`
    public static let byteaArray = PostgresType(1001)
    /// `smallint[]`
    public static let int2Array = PostgresType(1005)
    /// `integer[]`
    public static let int4Array = PostgresType(1007)
    /// `text[]`
    public static let textArray = PostgresType(1009)
    /// `bigint[]`
    public static let int8Array = PostgresType(1016)
    /// `real[]`
    public static let float4Array = PostgresType(1021)
    /// `double precision[]`
    public static let float8Array = PostgresType(1022)
    /// `timestamp with time zone[]`
    public static let timestamptzArray = PostgresType(1185)
    /// `json[]`
    public static let jsonArray = PostgresType(199)
    /// `uuid[]`
    public static let uuidArray = PostgresType(2951)
    /// `jsonb[]`
    public static let jsonbArray = PostgresType(3807)

    /// The first OID that a database may give to types of its own: enums, domains, extensions.
    static let firstUserDefined: UInt32 = 16384

    /// The SQL name of a well-known type, or its OID.
    public var description: String { Self.names[self] ?? "type \(rawValue)" }

    private static let names: [PostgresType: String] = [
        .bool: "bool", .bytea: "bytea", .char: "\"char\"", .name: "name", .int8: "int8", .int2: "int2", .int4: "int4",
        .text: "text", .oid: "oid", .json: "json", .float4: "float4", .float8: "float8", .unknown: "unknown",
        .bpchar: "char", .varchar: "varchar", .timestamp: "timestamp", .timestamptz: "timestamptz",
        .numeric: "numeric", .uuid: "uuid", .jsonb: "jsonb", .xid8: "xid8", .boolArray: "bool[]",
        .byteaArray: "bytea[]", .int2Array: "int2[]", .int4Array: "int4[]", .textArray: "text[]",
        .int8Array: "int8[]", .float4Array: "float4[]", .float8Array: "float8[]",
        .timestamptzArray: "timestamptz[]", .jsonArray: "json[]", .uuidArray: "uuid[]", .jsonbArray: "jsonb[]",
        PostgresType(2278): "void", PostgresType(1082): "date", PostgresType(1083): "time",
        PostgresType(1186): "interval", PostgresType(2249): "record",
    ]
}
