import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.apache.kafka.connect.transforms.Transformation;

/** Runs real transformations over records in JSON, a line each, and prints what becomes of them. */
public class TransformRunner {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(JSON.writeValueAsString(run(JSON.readTree(line))));
    }
  }

  private static ObjectNode run(JsonNode test) {
    ObjectNode result = JSON.createObjectNode();
    try {
      JsonConverter keys = converter(true);
      JsonConverter values = converter(false);
      SimpleHeaderConverter headers = new SimpleHeaderConverter();
      String topic = test.get("topic").asText();
      SchemaAndValue key = keys.toConnectData(topic, bytes(test.get("key")));
      SchemaAndValue value = values.toConnectData(topic, bytes(test.get("value")));
      Long timestamp = test.hasNonNull("timestamp") ? test.get("timestamp").asLong() : null;
      SinkRecord record = new SinkRecord(
          topic, test.get("partition").asInt(), schema(key), key.value(), schema(value), value.value(),
          test.get("offset").asLong(), timestamp, TimestampType.CREATE_TIME);
      for (JsonNode header : test.get("headers")) {
        record.headers().add(
            header.get(0).asText(), headers.toConnectHeader(topic, header.get(0).asText(), bytes(header.get(1))));
      }
      for (JsonNode stage : test.get("transforms")) {
        record = apply(stage, record);
        if (record == null) {
          result.put("dropped", true);
          return result;
        }
      }
      result.put("topic", record.topic());
      result.set("key", node(keys.fromConnectData(topic, record.keySchema(), record.key())));
      result.set("value", node(values.fromConnectData(topic, record.valueSchema(), record.value())));
      ArrayNode list = result.putArray("headers");
      for (Header header : record.headers()) {
        byte[] text = headers.fromConnectHeader(topic, header.key(), header.schema(), header.value());
        list.addArray().add(header.key()).add(text == null ? null : new String(text, StandardCharsets.UTF_8));
      }
    } catch (Exception error) {
      result.put("error", error.toString());
    }
    return result;
  }

  @SuppressWarnings("unchecked")
  private static SinkRecord apply(JsonNode stage, SinkRecord record) throws Exception {
    Map<String, Object> config = new HashMap<>();
    stage.fields().forEachRemaining(entry -> config.put(entry.getKey(), entry.getValue().asText()));
    Class<?> type = Class.forName((String) config.remove("type"));
    Transformation<SinkRecord> transform = (Transformation<SinkRecord>) type.getDeclaredConstructor().newInstance();
    try {
      transform.configure(config);
      return transform.apply(record);
    } finally {
      transform.close();
    }
  }

  private static JsonConverter converter(boolean isKey) {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", "true", "replace.null.with.default", "false"), isKey);
    return converter;
  }

  private static byte[] bytes(JsonNode node) throws Exception {
    if (node == null || node.isNull()) {
      return null;
    }
    return node.isTextual() ? node.asText().getBytes(StandardCharsets.UTF_8) : JSON.writeValueAsBytes(node);
  }

  private static org.apache.kafka.connect.data.Schema schema(SchemaAndValue value) {
    return value == null ? null : value.schema();
  }

  private static JsonNode node(byte[] bytes) throws Exception {
    return bytes == null ? null : JSON.readTree(bytes);
  }
}
