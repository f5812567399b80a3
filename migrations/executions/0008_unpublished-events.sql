CREATE TABLE "executions"."unpublished" (
	"execution_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"from_revision" bigint NOT NULL,
	"to_revision" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "unpublished_execution_id_from_revision_pk" PRIMARY KEY("execution_id","from_revision")
);
--> statement-breakpoint
ALTER TABLE "executions"."unpublished" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."unpublished" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "system" ON "executions"."unpublished" AS PERMISSIVE FOR ALL TO "qw_executions_system" USING (true) WITH CHECK (true);--> statement-breakpoint
ALTER TABLE "executions"."unpublished" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "executions"."unpublished" TO "qw_executions_system";--> statement-breakpoint
INSERT INTO "executions"."unpublished" ("execution_id", "organization_id", "from_revision", "to_revision")
  SELECT (event->>'subject')::uuid, organization_id, min((event->>'sequence')::bigint), max((event->>'sequence')::bigint)
  FROM "executions"."outbox" WHERE published_at IS NULL GROUP BY 1, 2;
