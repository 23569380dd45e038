// Filled by the first commit of PostgresClient.
