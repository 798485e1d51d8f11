"""The tables: all the SQL of the service. A shelf holds the statements about one thing."""
