// Every limit of files for accounts and ERP systems in one place.

/// Limits of what is written and read, with their units.
public enum AccountsLimits {
    /// Rows of one export or of one file read at most.
    public static let rows = 50_000
    /// Findings of one dry run at most; the last one then says that there are more.
    public static let findings = 10_000
    /// Columns of a file read at most.
    public static let columns = 500
    /// Characters of a job, product or machine at most in a file that is read.
    public static let nameCharacters = 140
    /// Parts of one planned job at most.
    public static let quantity: Int64 = 1_000_000_000
    /// Machines that one planned job can name at most.
    public static let machines = 20
    /// Years that a date may have.
    public static let years = 1900...9999
    /// Hours of one machine and day above which a row is looked at: a day has at most 25.
    public static let dayHours: Int64 = 25
    /// Lines of one Xero file at most, head not counted (Xero help, manual journals).
    public static let xeroLines = 300
    /// Characters of a Xero account code at most.
    public static let xeroAccount = 10
    /// Characters of a narration or description for Xero at most; ours, Xero states none.
    public static let xeroText = 500
    /// Characters of a Xero tracking category or option at most; ours, Xero states none here.
    public static let xeroTracking = 100
    /// Characters of a Sage nominal code at most.
    public static let sageNominal = 8
    /// Characters of a Sage reference at most.
    public static let sageReference = 30
    /// Characters of Sage details at most.
    public static let sageDetails = 60
    /// Largest Sage department.
    public static let sageDepartment = 999
    /// Largest Sage amount in hundredths: eight digits before the point and two after it.
    public static let sageAmount: Int64 = 9_999_999_999
    /// Characters of a name in ERPNext at most: the width of its data fields.
    public static let erpNextName = 140
    /// Characters of a note for ERPNext or a description for Odoo at most; ours.
    public static let noteCharacters = 500
}
