// Filled by the first commit of HTTPServer.
