CREATE SCHEMA "prompts";
--> statement-breakpoint
CREATE TABLE "prompts"."conversations" (
	"organization_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text DEFAULT 'private' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"execution_id" uuid NOT NULL,
	"prompt_id" uuid NOT NULL,
	"version_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"model" text NOT NULL,
	"settings" jsonb NOT NULL,
	"system" text NOT NULL,
	"body" text NOT NULL,
	"variables" jsonb NOT NULL,
	"started_at" timestamp (3) with time zone,
	CONSTRAINT "conversations_organization_id_execution_id_pk" PRIMARY KEY("organization_id","execution_id")
);
--> statement-breakpoint
ALTER TABLE "prompts"."conversations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "prompts"."seeded_workspaces" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"seeded_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "prompts"."seeded_workspaces" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "prompts"."outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"event" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"published_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "prompts"."outbox" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "prompts"."prompt_tags" (
	"organization_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text DEFAULT 'private' NOT NULL,
	"prompt_id" uuid NOT NULL,
	"tag" text NOT NULL,
	CONSTRAINT "prompt_tags_organization_id_tag_prompt_id_pk" PRIMARY KEY("organization_id","tag","prompt_id")
);
--> statement-breakpoint
ALTER TABLE "prompts"."prompt_tags" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "prompts"."prompt_versions" (
	"id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text DEFAULT 'private' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"prompt_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"title" text NOT NULL,
	"system" text NOT NULL,
	"body" text NOT NULL,
	"model" text,
	"settings" jsonb NOT NULL,
	"variables" jsonb NOT NULL,
	"comment" text,
	"restored_from" integer,
	"created_by" uuid NOT NULL,
	CONSTRAINT "prompt_versions_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "prompts"."prompt_versions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "prompts"."prompts" (
	"id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text DEFAULT 'private' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"title" text NOT NULL,
	"title_key" text NOT NULL,
	"model" text,
	"version_number" integer NOT NULL,
	"version_id" uuid NOT NULL,
	"archived_at" timestamp (3) with time zone,
	"search" "tsvector" NOT NULL,
	CONSTRAINT "prompts_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "prompts_visibility" CHECK (visibility in ('private', 'organization'))
);
--> statement-breakpoint
ALTER TABLE "prompts"."prompts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prompts"."prompt_tags" ADD CONSTRAINT "prompt_tags_prompt" FOREIGN KEY ("organization_id","prompt_id") REFERENCES "prompts"."prompts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prompts"."prompt_versions" ADD CONSTRAINT "prompt_versions_prompt" FOREIGN KEY ("organization_id","prompt_id") REFERENCES "prompts"."prompts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversations_unstarted" ON "prompts"."conversations" USING btree ("created_at") WHERE started_at is null;--> statement-breakpoint
CREATE INDEX "outbox_unpublished" ON "prompts"."outbox" USING btree ("id") WHERE published_at is null;--> statement-breakpoint
CREATE INDEX "outbox_published" ON "prompts"."outbox" USING btree ("published_at") WHERE published_at is not null;--> statement-breakpoint
CREATE INDEX "prompt_tags_of_prompt" ON "prompts"."prompt_tags" USING btree ("organization_id","prompt_id");--> statement-breakpoint
CREATE UNIQUE INDEX "prompt_versions_number" ON "prompts"."prompt_versions" USING btree ("organization_id","prompt_id","number");--> statement-breakpoint
CREATE INDEX "prompts_by_update" ON "prompts"."prompts" USING btree ("organization_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "prompts_by_title" ON "prompts"."prompts" USING btree ("organization_id","title_key","id");--> statement-breakpoint
CREATE INDEX "prompts_by_model" ON "prompts"."prompts" USING btree ("organization_id","model","updated_at","id");--> statement-breakpoint
CREATE INDEX "prompts_search" ON "prompts"."prompts" USING gin ("search");--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."conversations" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "system" ON "prompts"."conversations" AS PERMISSIVE FOR ALL TO "qw_prompts_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."seeded_workspaces" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."outbox" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "system" ON "prompts"."outbox" AS PERMISSIVE FOR ALL TO "qw_prompts_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."prompt_tags" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."prompt_versions" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."prompts" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));