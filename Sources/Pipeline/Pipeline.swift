// Filled by the first commit of Pipeline.
