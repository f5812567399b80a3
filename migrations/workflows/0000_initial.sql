CREATE SCHEMA "workflows";
