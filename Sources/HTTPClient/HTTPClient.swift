// Filled by the first commit of HTTPClient.
