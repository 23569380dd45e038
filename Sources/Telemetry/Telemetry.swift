// Filled by the first commit of Telemetry.
