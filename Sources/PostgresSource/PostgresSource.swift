// Filled by the first commit of PostgresSource.
