extension IssueCollector {
    /// Checks a JSON Schema: supported keywords only, each with a value it can have.
    mutating func checkSchema(_ schema: Located) {
        switch schema.value {
        case .bool: return
        case .object(let object):
            for member in object {
                let place = schema.member(member.name, member.value)
                if let keyword = SchemaKeyword(rawValue: member.name) {
                    checkKeyword(keyword, place)
                } else {
                    report(
                        .schemaUnsupportedKeyword, at: place.pointer, ofName: true,
                        "the schema keyword \"\(member.name)\" is not supported",
                        hint: didYouMean(member.name, in: SchemaKeyword.allCases.map(\.rawValue))
                            ?? "remove it; the template reference lists the supported ones")
                }
            }
        default: invalid(schema, "a schema is an object, true or false; found \(schema.value.kindName)")
        }
    }

    private mutating func invalid(_ value: Located, _ message: String) {
        report(.schemaInvalidValue, at: value.pointer, message)
    }

    private mutating func checkKeyword(_ keyword: SchemaKeyword, _ value: Located) {
        let name = "\"\(keyword.rawValue)\""
        switch (keyword.shape, value.value) {
        case (.schema, _): checkSchema(value)
        case (.schemas, .array(let schemas)) where !schemas.isEmpty:
            for (index, schema) in schemas.enumerated() { checkSchema(value.element(index, schema)) }
        case (.schemas, _): invalid(value, "\(name) takes an array of at least one schema")
        case (.schemaMembers, .object(let members)):
            for member in members { checkSchema(value.member(member.name, member.value)) }
        case (.schemaMembers, _): invalid(value, "\(name) takes an object of schemas")
        case (.number, .number), (.string, .string), (.boolean, .bool), (.array, .array), (.anything, _): break
        case (.number, _): invalid(value, "\(name) takes a number")
        case (.positiveNumber, .number(let number)) where number > JSONNumber(0): break
        case (.positiveNumber, _): invalid(value, "\(name) takes a number above 0")
        case (.count, .number(let number)) where (0...Int64(Int32.max)).contains(number.intValue ?? -1): break
        case (.count, _): invalid(value, "\(name) takes a whole number from 0 to \(Int32.max)")
        case (.string, _): invalid(value, "\(name) takes a string")
        case (.boolean, _): invalid(value, "\(name) takes true or false")
        case (.array, _): invalid(value, "\(name) takes an array")
        case (.names, .array(let names)): checkNames(names, value, name)
        case (.names, _): invalid(value, "\(name) takes an array of strings")
        case (.typeNames, _): checkTypeNames(value, name)
        case (.nonEmptyArray, .array(let values)): checkValues(values, value, name)
        case (.nonEmptyArray, _): invalid(value, "\(name) takes an array of values")
        }
    }

    private mutating func checkNames(_ names: [JSON], _ value: Located, _ keyword: String) {
        var seen: Set<JSON> = []
        for (index, name) in names.enumerated() {
            let place = value.element(index, name)
            if name.stringValue == nil {
                invalid(place, "\(keyword) takes an array of strings; found \(name.kindName)")
            } else if !seen.insert(name).inserted {
                invalid(place, "\(keyword) names \(name) twice; remove one of them")
            }
        }
    }

    private mutating func checkTypeNames(_ value: Located, _ keyword: String) {
        switch value.value {
        case .array(let names) where !names.isEmpty:
            checkNames(names, value, keyword)
            for (index, name) in names.enumerated() where name.stringValue != nil {
                checkTypeName(value.element(index, name))
            }
        case .string: checkTypeName(value)
        default: invalid(value, "\(keyword) takes the name of a type or an array of such names")
        }
    }

    private mutating func checkTypeName(_ value: Located) {
        guard let name = value.value.stringValue, !SchemaKeyword.typeNames.contains(name) else { return }
        report(
            .schemaInvalidValue, at: value.pointer, "\"\(name)\" is no JSON type",
            hint: suggestion(name, SchemaKeyword.typeNames))
    }

    private mutating func checkValues(_ values: [JSON], _ value: Located, _ keyword: String) {
        if values.isEmpty { invalid(value, "\(keyword) needs at least one value") }
        var seen: Set<JSON> = []
        for (index, element) in values.enumerated() where !seen.insert(element).inserted {
            invalid(value.element(index, element), "\(keyword) lists a value twice; remove one of them")
        }
    }
}
