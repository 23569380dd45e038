#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

// rd_kafka_produceva for a topic handle, in one call: filling its tagged unions from Swift costs more than producing.
// NULL: queued. With headers: they belong to the library when NULL is returned, else still to the caller.
static inline rd_kafka_error_t *crdkafka_produce(rd_kafka_t *rk, rd_kafka_topic_t *topic, int32_t partition, int flags,
                                                 const void *value, size_t value_size, const void *key, size_t key_size,
                                                 int64_t timestamp, rd_kafka_headers_t *headers, void *opaque) {
  rd_kafka_vu_t arguments[8];
  arguments[0].vtype = RD_KAFKA_VTYPE_RKT;
  arguments[0].u.rkt = topic;
  arguments[1].vtype = RD_KAFKA_VTYPE_PARTITION;
  arguments[1].u.i32 = partition;
  arguments[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  arguments[2].u.i = flags;
  arguments[3].vtype = RD_KAFKA_VTYPE_VALUE;
  arguments[3].u.mem.ptr = (void *)value;
  arguments[3].u.mem.size = value_size;
  arguments[4].vtype = RD_KAFKA_VTYPE_KEY;
  arguments[4].u.mem.ptr = (void *)key;
  arguments[4].u.mem.size = key_size;
  arguments[5].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
  arguments[5].u.i64 = timestamp;
  arguments[6].vtype = RD_KAFKA_VTYPE_OPAQUE;
  arguments[6].u.ptr = opaque;
  arguments[7].vtype = RD_KAFKA_VTYPE_HEADERS;
  arguments[7].u.headers = headers;
  return rd_kafka_produceva(rk, arguments, headers ? 8 : 7);
}

// strlen, which no module that this one belongs to exports under Swift's import rules.
static inline size_t crdkafka_text_length(const char *text) { return __builtin_strlen(text); }
