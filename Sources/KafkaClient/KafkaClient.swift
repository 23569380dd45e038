// Filled by the first commit of KafkaClient.
