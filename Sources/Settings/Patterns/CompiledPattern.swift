internal import CPCRE2
internal import ChangeModel

/// PCRE2's compiled form of a pattern, with machine code where the library can make it. Never changed once compiled, so
/// that any number of threads can match with it, each with match data of its own.
final class CompiledPattern: @unchecked Sendable {
  /// Steps until a match is given up: about two milliseconds.
  private static let stepLimit: UInt32 = 1_000_000

  /// Where a match and its groups lie, in UTF-8 bytes.
  struct Match {
    /// The whole match, then each group; nil: the group took no part.
    let ranges: [Range<Int>?]
    /// The whole match.
    let whole: Range<Int>
  }

  private let code: OpaquePointer
  private let context: OpaquePointer?
  private let pattern: String

  init(_ pattern: String, _ options: UInt32) throws(PatternProblem) {
    var failure: Int32 = 0
    var offset = 0
    var text = pattern
    let context = pcre2_compile_context_create_8(nil)
    pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_ANY))
    let compiled = text.withUTF8 { bytes in
      pcre2_compile_8(
        bytes.baseAddress, bytes.count, options | UInt32(PCRE2_UTF) | UInt32(PCRE2_NEVER_BACKSLASH_C), &failure,
        &offset,
        context)
    }
    pcre2_compile_context_free_8(context)
    guard let compiled else { throw PatternProblem(message: Self.message(failure), offset: offset) }
    code = compiled
    self.pattern = pattern
    // Without machine code it is slower, not wrong.
    pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
    self.context = pcre2_match_context_create_8(nil)
    pcre2_set_match_limit_8(self.context, Self.stepLimit)
  }

  deinit {
    pcre2_match_context_free_8(context)
    pcre2_code_free_8(code)
  }

  var groupCount: Int {
    var count: UInt32 = 0
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
    return Int(count)
  }

  func groupNumber(named name: String) -> Int? {
    let number = name.utf8CString.withUnsafeBufferPointer { chars in
      chars.withMemoryRebound(to: UInt8.self) { pcre2_substring_number_from_name_8(code, $0.baseAddress) }
    }
    return number > 0 ? Int(number) : nil
  }

  /// The first match at or behind byte `start`.
  func firstMatch(in text: String, from start: Int) throws(CDCError) -> Match? {
    guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else {
      throw CDCError(.patternTooCostly, "there is no memory to match the pattern \(pattern)")
    }
    defer { pcre2_match_data_free_8(data) }
    var text = text
    let count = text.withUTF8 { bytes in
      // An empty text may have no address; PCRE2 wants one.
      withUnsafePointer(to: UInt8(0)) { empty in
        pcre2_match_8(
          code, bytes.baseAddress ?? empty, bytes.count, start, UInt32(PCRE2_NO_UTF_CHECK), data, context)
      }
    }
    if count == PCRE2_ERROR_NOMATCH { return nil }
    guard count > 0 else {
      throw CDCError(
        .patternTooCostly, "the pattern \(pattern) can't be matched with a text of \(text.utf8.count) bytes",
        cause: Self.message(count))
    }
    return match(data)
  }

  /// Memory for matches of one thread; the caller frees it.
  func makeMatchData() -> OpaquePointer? { pcre2_match_data_create_from_pattern_8(code, nil) }

  /// Whether a part of a text that may be anything matches, without a String.
  func find(in text: UnsafeRawBufferPointer, _ data: OpaquePointer) -> ECMAPattern.Outcome {
    let count = withUnsafePointer(to: UInt8(0)) { empty in
      pcre2_match_8(
        code, text.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? empty, text.count, 0, 0, data, context)
    }
    if count > 0 { return .found }
    return count == PCRE2_ERROR_NOMATCH ? .missing : .givenUp
  }

  private func match(_ data: OpaquePointer) -> Match? {
    guard let offsets = pcre2_get_ovector_pointer_8(data) else { return nil }
    let ranges = (0..<Int(pcre2_get_ovector_count_8(data))).map { index -> Range<Int>? in
      let lower = offsets[2 * index]
      let upper = offsets[2 * index + 1]
      // Unset is -1 here. PCRE2 refuses \K in lookarounds, so that no range is turned around.
      return lower >= 0 && lower <= upper ? lower..<upper : nil
    }
    guard let whole = ranges.first ?? nil else { return nil }
    return Match(ranges: ranges, whole: whole)
  }

  private static func message(_ code: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(code, &buffer, buffer.count)
    return length > 0 ? String(decoding: buffer[..<Int(length)], as: UTF8.self) : "error \(code)"
  }
}
