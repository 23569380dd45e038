// Filled by the first commit of Settings.
