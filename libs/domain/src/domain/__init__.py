"""Rules and formats that the scorer writes by and the api reads by."""
