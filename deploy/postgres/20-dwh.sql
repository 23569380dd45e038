-- The warehouse of the example lives in the same server.
CREATE DATABASE dwh;
