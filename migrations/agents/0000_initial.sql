CREATE SCHEMA "agents";
