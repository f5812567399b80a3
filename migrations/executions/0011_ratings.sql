CREATE TABLE "executions"."ratings" (
	"execution_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text NOT NULL,
	"step_key" text NOT NULL,
	"user_id" uuid NOT NULL,
	"rating" text,
	"reason" text,
	"model" text,
	"source_type" text,
	"source_id" text,
	"source_version" integer,
	"rated_at" timestamp (3) with time zone NOT NULL,
	"event_id" uuid NOT NULL,
	"published_at" timestamp (3) with time zone,
	CONSTRAINT "ratings_execution_id_step_key_user_id_pk" PRIMARY KEY("execution_id","step_key","user_id"),
	CONSTRAINT "ratings_rating" CHECK (rating in ('up', 'down'))
);
--> statement-breakpoint
ALTER TABLE "executions"."ratings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "ratings_by_source" ON "executions"."ratings" USING btree ("organization_id","source_id","source_version") WHERE source_id is not null;--> statement-breakpoint
CREATE INDEX "ratings_unpublished" ON "executions"."ratings" USING btree ("rated_at") WHERE published_at is null;--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."ratings" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "system" ON "executions"."ratings" AS PERMISSIVE FOR ALL TO "qw_executions_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "own_insert" ON "executions"."ratings" AS RESTRICTIVE FOR INSERT TO "qw_executions" WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and user_id = (select nullif(current_setting('qw.user_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "own_update" ON "executions"."ratings" AS RESTRICTIVE FOR UPDATE TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and user_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and user_id = (select nullif(current_setting('qw.user_id', true), '')::uuid));--> statement-breakpoint
ALTER TABLE "executions"."ratings" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "executions"."ratings" TO "qw_executions";--> statement-breakpoint
GRANT SELECT, UPDATE ("published_at") ON "executions"."ratings" TO "qw_executions_system";
