// What an S7 controller says it is, from the lists of its system status.

/// Names and numbers of a controller; nil where it does not tell.
///
/// Source: Siemens, System Software for S7-300/400, lists 0x0011 and 0x001C.
public struct S7Identification: Hashable, Sendable {
    /// Order number: "6ES7 315-2EH14-0AB0".
    public var orderNumber: String?
    /// Version of the firmware: "3.3.0".
    public var firmware: String?
    /// Name of the automation system, given by the user.
    public var systemName: String?
    /// Name of the module, given by the user.
    public var moduleName: String?
    /// Serial number of the module.
    public var serialNumber: String?
    /// Type of the module: "CPU 315-2 PN/DP".
    public var moduleType: String?

    /// Nothing known.
    public init() {}

    /// Puts what another list tells over what is known.
    public mutating func merge(_ other: S7Identification) {
        orderNumber = other.orderNumber ?? orderNumber
        firmware = other.firmware ?? firmware
        systemName = other.systemName ?? systemName
        moduleName = other.moduleName ?? moduleName
        serialNumber = other.serialNumber ?? serialNumber
        moduleType = other.moduleType ?? moduleType
    }

    /// Reads a list: id, index, bytes of a record, count of records, then the records.
    ///
    /// A list cut at the end of a message gives its whole records.
    init(list: [UInt8]) throws(FrameError) {
        guard list.count >= 8 else {
            throw FrameError(
                doing: "reading a status list", problem: .tooShort(found: list.count, minimum: 8))
        }
        let id = UInt16(list[0]) << 8 | UInt16(list[1])
        var size = Int(list[4]) << 8 | Int(list[5])
        // Some simulators leave the size of the records out.
        if size == 0, id == S7StatusList.componentIdentification.rawValue { size = 34 }
        guard size >= 4 else { return }
        var start = 8
        var position = 0
        while start + size <= list.count {
            let record = Array(list[start..<start + size])
            let index = Int(record[0]) << 8 | Int(record[1])
            switch S7StatusList(rawValue: id) {
            case .moduleIdentification: takeModule(index, record)
            case .componentIdentification: takeComponent(index, position, record)
            case nil: return
            }
            start += size
            position += 1
        }
    }

    private mutating func takeModule(_ index: Int, _ record: [UInt8]) {
        guard record.count >= 22 else { return }
        if index == 1 { orderNumber = Self.text(record[2..<22]) }
        guard index == 7, record.count >= 26 else { return }
        // Behind a letter V stand the three parts of the version, at the end of the record.
        firmware = record[(record.count - 3)...].map { String($0) }.joined(separator: ".")
    }

    private mutating func takeComponent(_ index: Int, _ position: Int, _ record: [UInt8]) {
        // Without indices the records stand in the order of the manual, which has no record 6.
        let known = index != 0 ? index : position < 5 ? position + 1 : position + 2
        let content = Self.text(record[2...])
        switch known {
        case 1: systemName = content
        case 2: moduleName = content
        case 5: serialNumber = content
        case 7: moduleType = content
        default: break
        }
    }

    /// A text up to its first zero byte, without spaces around it; nil when empty.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
        var content = bytes.prefix { $0 != 0 }
        while content.last == 0x20 { content = content.dropLast() }
        while content.first == 0x20 { content = content.dropFirst() }
        guard !content.isEmpty else { return nil }
        return String(String.UnicodeScalarView(content.map(Unicode.Scalar.init)))
    }
}
