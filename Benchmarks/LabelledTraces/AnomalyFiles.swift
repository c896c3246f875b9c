// Reads the part of the Numenta Anomaly Benchmark that lies beside the project.

import Foundation
import Plant

extension AnomalyFile {
    /// All files of a folder with `data/` and `windows.json`, by name.
    public static func all(in folder: String) throws -> [AnomalyFile] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/windows.json"))
        let windows = try JSONDecoder().decode([String: [[String]]].self, from: bytes)
        return try windows.keys.sorted().map { name in
            let rows = try column(folder + "/data/" + name, 1)
            return AnomalyFile(
                name: name, times: rows.map(\.time), values: rows.map(\.value),
                windows: (windows[name] ?? []).compactMap { pair in
                    guard pair.count == 2, let from = seconds(pair[0]), let to = seconds(pair[1])
                    else { return nil }
                    return from...to
                })
        }
    }

    /// The anomaly scores of a published detector over a file.
    public static func published(_ path: String) throws -> [Double] {
        let header =
            try String(contentsOfFile: path, encoding: .utf8)
            .split(whereSeparator: \.isNewline).first?.split(separator: ",") ?? []
        let place = header.firstIndex(of: "anomaly_score") ?? 2
        return try column(path, place).map(\.value)
    }

    private static func column(
        _ path: String, _ place: Int
    ) throws -> [(time: Int64, value: Double)] {
        try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
            .dropFirst().compactMap { line in
                let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                guard place < fields.count, let time = seconds(String(fields[0])),
                    let value = Double(fields[place])
                else { return nil }
                return (time, value)
            }
    }

    /// `2014-04-01 00:05:00`, with or without a fraction.
    private static func seconds(_ text: String) -> Int64? {
        let clean = String(text.split(separator: ".")[0]).replacing(" ", with: "T") + "Z"
        return Timestamp(rfc3339: clean)?.secondsSince1970
    }
}
