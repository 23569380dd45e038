internal import JSON

/// Floating point numbers as Java writes them, which is what the JSON converter and header texts show.
package enum JavaNumber {
  /// A number as JSON: `4.0`, `1.0E10`; NaN and infinities as texts, as Jackson writes them.
  static func json(_ value: Double) -> JSONValue {
    value.isFinite ? .number(text(value)) : .string(special(value))
  }

  /// A number as JSON.
  static func json(_ value: Float) -> JSONValue {
    value.isFinite ? .number(text(value)) : .string(special(Double(value)))
  }

  /// `Double.toString` of Java.
  package static func text(_ value: Double) -> String {
    value.isFinite ? layout("\(abs(value))", isNegative: value.sign == .minus) : special(value)
  }

  /// `Float.toString` of Java.
  package static func text(_ value: Float) -> String {
    value.isFinite ? layout("\(abs(value))", isNegative: value.sign == .minus) : special(Double(value))
  }

  /// The number that a JSON value stands for, also the texts of NaN and the infinities.
  static func double(_ json: JSONValue) -> Double? {
    if let number = json.double { return number }
    switch json.string {
    case "NaN": return .nan
    case "Infinity": return .infinity
    case "-Infinity": return -.infinity
    default: return nil
    }
  }

  private static func special(_ value: Double) -> String {
    value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity"
  }

  /// Takes the shortest digits from Swift's text and puts them in Java's form: plain from 10^-3 to 10^7, else with `E`.
  private static func layout(_ text: String, isNegative: Bool) -> String {
    let parts = text.split(separator: "e", maxSplits: 1)
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = mantissa[0]
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + whole.count
    var digits = Substring(whole + fraction)
    while digits.count > 1, digits.first == "0" {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    let sign = isNegative ? "-" : ""
    if digits == "0" { return sign + "0.0" }
    if exponent > -3, exponent <= 7 { return sign + plain(digits, exponent) }
    let rest = digits.dropFirst()
    return "\(sign)\(digits.prefix(1)).\(rest.isEmpty ? "0" : rest)E\(exponent - 1)"
  }

  private static func plain(_ digits: Substring, _ exponent: Int) -> String {
    if exponent <= 0 { return "0." + String(repeating: "0", count: -exponent) + digits }
    if digits.count <= exponent {
      return digits + String(repeating: "0", count: exponent - digits.count) + ".0"
    }
    return "\(digits.prefix(exponent)).\(digits.dropFirst(exponent))"
  }
}
