GRANT SELECT ON "executions"."idempotency" TO "qw_executions";
