internal import ChangeModel
internal import ColumnCodecs
internal import JSON

/// What one table's events look like: topic, schemas, and the columns that are in them.
///
/// Made once per table version. A stage that rewrites a table (leaves columns out, renames the topic) would work on
/// this, before the row plan is compiled from it.
struct TableEvents {
  /// A column of the events.
  struct Field {
    /// Its place among the wire's columns.
    var column: Int
    /// Its name in the schema.
    var name: String
    var mapping: ColumnMapping
    var isOptional: Bool
    var defaultValue: FieldDefault?
  }

  var table: TableName
  var topic: String
  /// The columns of `before` and `after`.
  var valueFields: [Field] = []
  /// The columns of the key, in the key's order; empty: records have no key.
  var keyFields: [Field] = []
  var keySchema: ConnectSchema?
  var valueSchema: ConnectSchema
  /// Sentences about columns that are not captured.
  var notices: [String] = []

  /// The events of a table. Throws where names collide.
  init(of schema: TableSchema, _ options: EncodingOptions) throws(CDCError) {
    table = schema.name
    topic = TopicNames(prefix: options.topicPrefix).topic(of: schema.name)
    var rowFields: [ConnectField] = []
    var keyConnectFields: [Int: ConnectField] = [:]
    var fields: [Int: Field] = [:]
    for (index, column) in schema.columns.enumerated() {
      guard let mapping = ColumnMapping.of(column.type) else {
        notices.append(
          "column \(schema.name.qualified).\(column.name) of type \(column.type.name) is not captured: "
            + "Debezium's event format has no form for it")
        continue
      }
      let field = Field(
        column: index, name: options.fieldNameAdjustment.field(column.name), mapping: mapping,
        isOptional: column.isOptional, defaultValue: FieldDefault(of: column, mapping))
      fields[index] = field
      keyConnectFields[index] = ConnectField(field.name, field.schema)
      guard column.isInValue else { continue }
      valueFields.append(field)
      var valueSchema = field.schema
      if options.propagatesSourceType("\(schema.name.qualified).\(column.name)") {
        valueSchema.addSource(of: column)
      }
      rowFields.append(ConnectField(field.name, valueSchema))
    }
    keyFields = schema.keyColumns.compactMap { fields[$0] }
    let names = options.schemaNameAdjustment
    if !keyFields.isEmpty {
      let own = schema.keyColumns.compactMap { keyConnectFields[$0] }
      keySchema = ConnectSchema(.structure(own), name: names.fullName("\(topic).Key"))
    }
    let row = ConnectSchema(.structure(rowFields), name: names.fullName("\(topic).Value"))
    valueSchema = EventSchemas(connector: options.connector)
      .envelope(named: names.fullName("\(topic).Envelope"), row: row)
    try checkNames(of: schema)
  }

  private func checkNames(of schema: TableSchema) throws(CDCError) {
    var owners: [String: Int] = [:]
    for field in valueFields + keyFields.filter({ !schema.columns[$0.column].isInValue }) {
      if let other = owners.updateValue(field.column, forKey: field.name), other != field.column {
        throw CDCError(
          .fieldNamesCollide,
          "the columns \(schema.columns[other].name) and \(schema.columns[field.column].name) of "
            + "\(table.qualified) both become the field \(field.name)")
      }
    }
  }

  /// Throws where Avro would not take a column's name.
  func checkAvroNames(of schema: TableSchema) throws(CDCError) {
    for field in valueFields + keyFields where !NameAdjustment.isAvroName(field.name) {
      throw CDCError(
        .fieldNameNotAllowed,
        "the column \(schema.columns[field.column].name) of \(table.qualified) has a name that Avro does not allow")
    }
  }
}

extension TableEvents.Field {
  /// The field's schema, with default and whether it may be null.
  var schema: ConnectSchema {
    var schema = mapping.schema
    schema.isOptional = isOptional
    schema.defaultValue = defaultValue?.value
    return schema
  }

  /// Appends what stands for null.
  func appendNull(nullsBecomeDefaults: Bool, to out: inout ByteBuffer) {
    switch (isOptional, defaultValue) {
    case (true, nil): out.append(0)
    case (true, let value?):
      guard nullsBecomeDefaults else { return out.append(2) }
      out.append(0)
      out.append(value.bytes)
    case (false, nil): mapping.codec.appendZero(to: &out)
    case (false, let value?): out.append(value.bytes)
    }
  }

  /// The union branch that stands before a value; nil for a field that can't be null.
  var branch: UInt8? { isOptional ? (defaultValue == nil ? 2 : 0) : nil }
}

extension ConnectSchema {
  /// Adds the parameters of `column.propagate.source.type`.
  fileprivate mutating func addSource(of column: Column) {
    let declared = column.type.declared
    parameters["\(ConnectName.sourceColumnPrefix)type"] = .string(declared.name)
    if let length = declared.length {
      parameters["\(ConnectName.sourceColumnPrefix)length"] = .string(String(length))
    }
    if let scale = declared.scale { parameters["\(ConnectName.sourceColumnPrefix)scale"] = .string(String(scale)) }
    parameters["\(ConnectName.sourceColumnPrefix)name"] = .string(column.name)
  }
}
