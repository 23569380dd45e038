// Filled by the first commit of SchemaRegistry.
