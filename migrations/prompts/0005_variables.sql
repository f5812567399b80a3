CREATE TABLE "prompts"."variables" (
	"id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text DEFAULT 'private' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"scope" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"name" text NOT NULL,
	"value" jsonb NOT NULL,
	CONSTRAINT "variables_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "variables_scope" CHECK (scope in ('user', 'project', 'organization')),
	CONSTRAINT "variables_visibility" CHECK (visibility = case scope when 'user' then 'private' else 'organization' end)
);
--> statement-breakpoint
ALTER TABLE "prompts"."variables" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE UNIQUE INDEX "variables_name" ON "prompts"."variables" USING btree ("organization_id","scope","subject_id","name");--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."variables" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));