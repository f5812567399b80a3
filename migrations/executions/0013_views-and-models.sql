CREATE TABLE "executions"."saved_views" (
	"id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"page" text NOT NULL,
	"name" text NOT NULL,
	"query" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "saved_views_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "executions"."saved_views" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE UNIQUE INDEX "saved_views_name" ON "executions"."saved_views" USING btree ("organization_id","owner_id","page",lower("name"));--> statement-breakpoint
CREATE INDEX "steps_by_model" ON "executions"."steps" USING btree ("organization_id",(case when visibility = 'organization' then organization_id else owner_id end),"model","execution_id" NULLS FIRST) WHERE model is not null;--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."saved_views" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "own" ON "executions"."saved_views" AS RESTRICTIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid));--> statement-breakpoint
ALTER TABLE "executions"."saved_views" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "executions"."saved_views" TO "qw_executions";
