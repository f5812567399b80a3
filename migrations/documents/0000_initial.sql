CREATE SCHEMA "documents";
