// The maps inwards: lists of work orders from ERPNext and Odoo, and how their columns are found.
import Plant

/// A map from a list of work orders to planned jobs.
public enum InwardMap: String, Hashable, Sendable, CaseIterable {
    /// ERPNext, work orders.
    case erpNext = "erpnext"
    /// Odoo, manufacturing orders.
    case odoo

    /// What it is: columns, owners, source.
    public var page: MapDescription {
        switch self {
        case .erpNext: InwardMap.erpNextPage
        case .odoo: InwardMap.odooPage
        }
    }

    /// Reads a file that is split into fields; the first row is the head.
    ///
    /// Headings are found by their label or by their field's name, in any order and case. A row
    /// without a job number goes on with the order above it and can name a machine. Throws where
    /// there is no head, a column that is needed is missing, or the file is too large.
    public func read(
        _ table: [[String]], settings: AccountsSettings = AccountsSettings()
    ) throws(AccountsError) -> PlanReading {
        guard let head = table.first, head.contains(where: { !FieldText.trimmed($0).isEmpty })
        else { throw .noHead }
        guard table.count - 1 <= AccountsLimits.rows else { throw .tooManyRows(table.count - 1) }
        guard head.count <= AccountsLimits.columns else { throw .tooManyColumns(head.count) }
        let places = try PlanHead(head, fields: fields)
        var reader = PlanReader(places: places, order: settings.dateOrder)
        for (index, row) in table.enumerated().dropFirst() { reader.add(row, number: index + 1) }
        return reader.finish()
    }

    /// Three rows as the other side exports them, under their head.
    public var sample: [[String]] {
        switch self {
        case .erpNext:
            [
                page.head,
                [
                    "MFG-WO-2026-00041", "Brackets", "500", "2026-12-04", "2026-12-03 16:00:00",
                    "Not Started", "Lathe 1",
                ],
                ["", "", "", "", "", "", "Press brake"],
                [
                    "MFG-WO-2026-00042", "Covers", "90", "2026-12-11", "", "In Process",
                    "Press brake",
                ],
            ]
        case .odoo:
            [
                page.head,
                [
                    "WH/MO/00041", "[BR-10] Brackets", "500.0", "2026-12-04 16:00:00", "",
                    "Confirmed",
                    "Lathe 1",
                ],
                [
                    "WH/MO/00042", "[CO-2] Covers", "90.0", "2026-12-11 12:00:00", "",
                    "In Progress",
                    "Press brake",
                ],
                ["WH/MO/00043", "[CO-3] Lids", "40.0", "", "2026-12-14 12:00:00", "Confirmed", ""],
            ]
        }
    }

    /// The names under which a field may stand, the preferred one first.
    var fields: [PlanField: [String]] {
        switch self {
        case .erpNext:
            [
                .job: ["ID", "name", "Work Order"],
                .product: ["Item To Manufacture", "production_item", "Production Item"],
                .quantity: ["Qty To Manufacture", "qty"],
                .due: ["Expected Delivery Date", "expected_delivery_date"],
                .end: ["Planned End Date", "planned_end_date"],
                .state: ["Status", "status"],
                .machine: [
                    "Workstation (Operations)", "operations.workstation", "Workstation",
                    "workstation",
                ],
            ]
        case .odoo:
            [
                .job: ["Reference", "name"],
                .product: ["Product", "product_id", "product_id/name", "Product/Name"],
                .quantity: [
                    "Quantity To Produce", "product_qty", "Total Quantity", "product_uom_qty",
                ],
                .due: ["Deadline", "date_deadline"],
                .end: [
                    "Scheduled End Date", "date_planned_finished", "End Date", "date_finished",
                    "End",
                ],
                .state: ["State", "state", "Status"],
                .machine: [
                    "Work Orders/Work Center", "workorder_ids/workcenter_id",
                    "workorder_ids/workcenter_id/name", "Work Center", "workcenter_id",
                ],
            ]
        }
    }

    private static let erpNextPage = MapDescription(
        name: "ERPNext: work orders", direction: .inward,
        columns: [
            MapColumn("ID", "The work order's number.", isRequired: true, owner: .other),
            MapColumn("Item To Manufacture", "The product.", isRequired: true, owner: .other),
            MapColumn("Qty To Manufacture", "Parts.", isRequired: true, owner: .other),
            MapColumn("Expected Delivery Date", "The day it is due.", owner: .other),
            MapColumn("Planned End Date", "Taken where no delivery is given.", owner: .other),
            MapColumn("Status", "Orders that are over are left out.", owner: .other),
            MapColumn("Workstation (Operations)", "A hint at the machine.", owner: .other),
        ],
        dateForm: "YYYY-MM-DD, or as ERPNext shows it", characters: "All letters.",
        hasByteOrderMark: false, linesPerFile: nil,
        source: "frappe/erpnext, erpnext/manufacturing/doctype/work_order/work_order.json",
        notes: ["ERPNext owns the plan; Millwright never writes it back."])

    private static let odooPage = MapDescription(
        name: "Odoo: manufacturing orders", direction: .inward,
        columns: [
            MapColumn("Reference", "The order's number.", isRequired: true, owner: .other),
            MapColumn("Product", "The product.", isRequired: true, owner: .other),
            MapColumn("Quantity To Produce", "Parts.", isRequired: true, owner: .other),
            MapColumn("Deadline", "The day it is due.", owner: .other),
            MapColumn("Scheduled End Date", "Taken where no deadline is given.", owner: .other),
            MapColumn("State", "Orders that are over are left out.", owner: .other),
            MapColumn("Work Orders/Work Center", "A hint at the machine.", owner: .other),
        ],
        dateForm: "YYYY-MM-DD HH:MM:SS", characters: "All letters.", hasByteOrderMark: false,
        linesPerFile: nil, source: "odoo/odoo, addons/mrp/models/mrp_production.py",
        notes: [
            "Odoo owns the plan; Millwright never writes it back.",
            "Only the date of a deadline is taken, as the file has it.",
        ])
}

/// A field of a work order.
enum PlanField: Hashable, Sendable, CaseIterable {
    case job
    case product
    case quantity
    case due
    case end
    case state
    case machine

    /// Whether nothing can be read without it.
    var isNeeded: Bool { self == .job || self == .product || self == .quantity }
}

/// Where the fields stand in a file.
struct PlanHead: Hashable, Sendable {
    private let places: [PlanField: Int]

    init(_ head: [String], fields: [PlanField: [String]]) throws(AccountsError) {
        let headings = head.map(PlanHead.plain)
        var places: [PlanField: Int] = [:]
        var missing: [String] = []
        for field in PlanField.allCases {
            let names = fields[field] ?? []
            let found = names.lazy.compactMap { headings.firstIndex(of: PlanHead.plain($0)) }.first
            if let found {
                places[field] = found
            } else if field.isNeeded {
                missing.append(names.first ?? "")
            }
        }
        guard missing.isEmpty else { throw .missingColumns(missing) }
        self.places = places
    }

    /// The text of a field in a row, without spaces at its ends; empty where there is none.
    func text(_ field: PlanField, in row: [String]) -> String {
        guard let place = places[field], place < row.count else { return "" }
        return FieldText.trimmed(row[place])
    }

    /// A heading as it is compared: no byte-order mark, no asterisk, small letters, single spaces.
    private static func plain(_ heading: String) -> String {
        var words = String.UnicodeScalarView()
        for scalar in heading.lowercased().unicodeScalars
        where scalar.value != 0xFEFF && scalar != "*" {
            if scalar.properties.isWhitespace {
                if !words.isEmpty, words.last != " " { words.append(" ") }
            } else {
                words.append(scalar)
            }
        }
        if words.last == " " { words.removeLast() }
        return String(words)
    }
}
