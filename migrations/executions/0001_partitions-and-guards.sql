-- Rows below an execution lie in monthly partitions by the time inside their execution's UUIDv7, so that old months can
-- be taken away whole. Runtime roles are granted the parents only; row level security is forced on partitions too.
CREATE FUNCTION "executions"."first_id_at"(instant timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  SELECT rpad(lpad(to_hex((extract(epoch FROM instant) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;--> statement-breakpoint
CREATE FUNCTION "executions"."make_partitions"(months_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  parent text;
  month timestamptz;
  child text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(7164202);
  FOREACH parent IN ARRAY ARRAY['steps', 'attempts', 'payloads', 'events'] LOOP
    IF to_regclass(format('executions.%I', parent || '_rest')) IS NULL THEN
      EXECUTE format('CREATE TABLE executions.%I PARTITION OF executions.%I DEFAULT', parent || '_rest', parent);
      EXECUTE format('ALTER TABLE executions.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', parent || '_rest');
    END IF;
    FOR step IN -1 .. least(months_ahead, 24) LOOP
      month := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
      month := ((month AT TIME ZONE 'UTC') + make_interval(months => step)) AT TIME ZONE 'UTC';
      child := parent || to_char(month AT TIME ZONE 'UTC', '_YYYY_MM');
      CONTINUE WHEN to_regclass(format('executions.%I', child)) IS NOT NULL;
      BEGIN
        EXECUTE format('CREATE TABLE executions.%I PARTITION OF executions.%I FOR VALUES FROM (%L) TO (%L)', child, parent,
          executions.first_id_at(month),
          executions.first_id_at(((month AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'));
        EXECUTE format('ALTER TABLE executions.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', child);
        made := made + 1;
      EXCEPTION WHEN check_violation THEN
        -- The default partition already holds rows of that month: they stay where they are.
        NULL;
      END;
    END LOOP;
  END LOOP;
  RETURN made;
END
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION "executions"."make_partitions"(integer) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION "executions"."make_partitions"(integer) TO "qw_executions_system";--> statement-breakpoint
SELECT "executions"."make_partitions"(3);--> statement-breakpoint
CREATE FUNCTION "executions"."refuse_leaving_final"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION '% is final and does not become %', OLD.status, NEW.status USING ERRCODE = 'integrity_constraint_violation';
END
$$;--> statement-breakpoint
CREATE TRIGGER "executions_final" BEFORE UPDATE OF "status" ON "executions"."executions" FOR EACH ROW
WHEN (OLD.status IN ('succeeded', 'failed', 'canceled', 'timed_out') AND NEW.status IS DISTINCT FROM OLD.status)
EXECUTE FUNCTION "executions"."refuse_leaving_final"();--> statement-breakpoint
CREATE TRIGGER "steps_final" BEFORE UPDATE OF "status" ON "executions"."steps" FOR EACH ROW
WHEN (OLD.status IN ('succeeded', 'failed', 'canceled', 'timed_out', 'skipped') AND NEW.status IS DISTINCT FROM OLD.status)
EXECUTE FUNCTION "executions"."refuse_leaving_final"();--> statement-breakpoint
ALTER TABLE "executions"."executions" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "executions"."steps" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "executions"."attempts" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "executions"."events" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "executions"."payloads" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "executions"."commands" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "executions"."idempotency" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "executions"."outbox" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "executions"."replicas" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
-- Claims and commits change the same rows many times: room for updates in place, and an early vacuum of the small indexes
-- that the claims read.
ALTER TABLE "executions"."executions" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);--> statement-breakpoint
GRANT SELECT ON "executions"."executions", "executions"."steps", "executions"."attempts", "executions"."events",
  "executions"."payloads" TO "qw_executions";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "executions"."executions", "executions"."steps", "executions"."attempts",
  "executions"."payloads" TO "qw_executions_system";--> statement-breakpoint
GRANT SELECT, INSERT ON "executions"."events", "executions"."commands" TO "qw_executions_system";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "executions"."idempotency", "executions"."outbox", "executions"."replicas"
  TO "qw_executions_system";
