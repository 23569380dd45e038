// Filled by the first commit of EventEncoding.
