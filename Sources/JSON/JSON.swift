// Filled by the first commit of JSON.
