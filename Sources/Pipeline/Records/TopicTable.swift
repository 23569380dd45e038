/// The topics that a pipeline's records name by number. Numbers stay the same as long as the pipeline lives.
final class TopicTable {
  private(set) var names: [String] = []
  private var numbers: [String: Int32] = [:]

  /// A topic's number.
  func number(of topic: String) -> Int32 {
    if let known = numbers[topic] { return known }
    let number = Int32(names.count)
    names.append(topic)
    numbers[topic] = number
    return number
  }

  subscript(number: Int32) -> String { names[Int(number)] }
}
