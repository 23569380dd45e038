internal import Avro
internal import ChangeModel
internal import JSON

/// What is changed in values before they are replayed: `--set POINTER=JSON`, `--drop POINTER`.
struct DeadLetterEdit: Equatable {
  /// One change.
  enum Step: Equatable {
    case set(JSONPointer, JSONValue)
    case drop(JSONPointer)
  }

  /// The changes, in order.
  var steps: [Step] = []

  var isEmpty: Bool { steps.isEmpty }

  /// The bytes of a dead letter's value with the changes in it, in the form and schema that it had. Nil:
  /// the value is null. Throws `deadLetterEdit` where a pointer leads nowhere or a value does not fit.
  func apply(to letter: DeadLetter, _ codecs: CodecCache) throws(CDCError) -> [UInt8]? {
    var value = DecodedValue(letter.value, codec: codecs.codec)
    guard value.isEditable else { throw Self.refusal(Self.reason(value.form)) }
    for step in steps {
      switch step {
      case .set(let pointer, let wanted):
        guard pointer.set(wanted, in: &value.json) else { throw Self.refusal("there is no place \(pointer.text)") }
      case .drop(let pointer):
        guard pointer.drop(from: &value.json) else { throw Self.refusal("there is nothing at \(pointer.text)") }
      }
    }
    do throws(AvroError) { return try value.encoded() } catch {
      throw Self.refusal("the changed value does not fit its Avro schema: \(error)")
    }
  }

  private static func reason(_ form: DecodedValue.Form) -> String {
    switch form {
    case .null: "the value is null, a tombstone"
    case .bytes: "the value can't be decoded"
    default: "the value is no JSON"
    }
  }

  private static func refusal(_ what: String) -> CDCError { CDCError(.deadLetterEdit, what) }
}
