// Filled by the first commit of Avro.
