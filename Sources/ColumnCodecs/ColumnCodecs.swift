// Filled by the first commit of ColumnCodecs.
