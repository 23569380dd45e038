internal import ChangeModel

/// Makes the names of objects, without the extension.
protocol ObjectNaming {
  /// The name of an object.
  func name(_ origin: ObjectOrigin) -> String

  /// What the names of all objects begin with that records of a partition go to, and of no other's; nil: it can't be told.
  func isOwn(_ name: String, _ partition: TopicPartition) -> Bool

  /// What the names of a topic's objects begin with.
  func prefix(topic: String) -> String
}

/// What an object's name is made of.
struct ObjectOrigin {
  /// The topic that the records are of.
  var topic: String
  /// The partition that they were read from. Its topic is another where they came by a side way (replays, retries).
  var source: TopicPartition
  /// The folder.
  var folder: Folder
  /// The offset of the object's first record.
  var start: Int64
  /// The offset of the first record since the partition's objects were closed last.
  var head: Int64

  /// The topic's part of a file's name. Records that came another way keep that way's name, or their offsets would be
  /// taken for the topic's own.
  var fileTopic: String {
    guard source.topic != topic, source.topic.contains("/") else { return topic }
    return source.topic.replacing("/", with: "-")
  }
}

/// `<topics.dir>/<topic>/<folder>/<topic>+<partition>+<start>`, as Confluent's sink names objects.
struct ConfluentNaming: ObjectNaming {
  /// `topics.dir`
  var topicsFolder: String
  /// `directory.delim`
  var folderDelimiter: String
  /// `file.delim`
  var fileDelimiter: String
  /// `filename.offset.zero.pad.width`
  var width: Int

  func name(_ origin: ObjectOrigin) -> String {
    prefix(topic: origin.topic) + origin.folder.path + folderDelimiter
      + file(origin.fileTopic, origin.source.partition) + TemplateNaming.number(origin.start, width)
  }

  func isOwn(_ name: String, _ partition: TopicPartition) -> Bool {
    let file = folderDelimiter.isEmpty ? [name] : name.split(separator: folderDelimiter).map(String.init)
    return file.last?.hasPrefix(self.file(partition.topic, partition.partition)) ?? false
  }

  func prefix(topic: String) -> String {
    let isBlank = topicsFolder.allSatisfy(\.isWhitespace)
    return (isBlank ? "" : topicsFolder + folderDelimiter) + topic + folderDelimiter
  }

  private func file(_ topic: String, _ partition: Int32) -> String {
    topic + fileDelimiter + "\(partition)" + fileDelimiter
  }
}
