CREATE TABLE "prompts"."prompt_labels" (
	"organization_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text DEFAULT 'private' NOT NULL,
	"prompt_id" uuid NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"set_by" uuid NOT NULL,
	"set_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "prompt_labels_organization_id_name_prompt_id_pk" PRIMARY KEY("organization_id","name","prompt_id")
);
--> statement-breakpoint
ALTER TABLE "prompts"."prompt_labels" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "prompts"."prompt_policies" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"protected_labels" jsonb NOT NULL,
	"set_by" uuid NOT NULL,
	"set_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "prompts"."prompt_policies" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prompts"."prompt_labels" ADD CONSTRAINT "prompt_labels_prompt" FOREIGN KEY ("organization_id","prompt_id") REFERENCES "prompts"."prompts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "prompt_labels_of_prompt" ON "prompts"."prompt_labels" USING btree ("organization_id","prompt_id");--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."prompt_labels" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."prompt_policies" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid));