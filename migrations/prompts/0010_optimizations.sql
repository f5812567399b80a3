CREATE TABLE "prompts"."optimizations" (
	"organization_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text DEFAULT 'private' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"execution_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"part" text NOT NULL,
	"title" text NOT NULL,
	"system" text NOT NULL,
	"body" text NOT NULL,
	"variables" jsonb NOT NULL,
	"result" jsonb,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "optimizations_organization_id_execution_id_pk" PRIMARY KEY("organization_id","execution_id")
);
--> statement-breakpoint
ALTER TABLE "prompts"."optimizations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "optimizations_old" ON "prompts"."optimizations" USING btree ("created_at");--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."optimizations" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "system" ON "prompts"."optimizations" AS PERMISSIVE FOR ALL TO "qw_prompts_system" USING (true) WITH CHECK (true);