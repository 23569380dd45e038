// Filled by the first commit of Engine.
