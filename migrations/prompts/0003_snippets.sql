CREATE TABLE "prompts"."prompt_references" (
	"organization_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text DEFAULT 'private' NOT NULL,
	"prompt_id" uuid NOT NULL,
	"name_key" text NOT NULL,
	CONSTRAINT "prompt_references_organization_id_name_key_prompt_id_pk" PRIMARY KEY("organization_id","name_key","prompt_id")
);
--> statement-breakpoint
ALTER TABLE "prompts"."prompt_references" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "prompts"."snippet_versions" (
	"id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text DEFAULT 'private' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"snippet_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"name" text NOT NULL,
	"text" text NOT NULL,
	"comment" text,
	"created_by" uuid NOT NULL,
	CONSTRAINT "snippet_versions_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "prompts"."snippet_versions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "prompts"."snippets" (
	"id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text DEFAULT 'private' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"version_number" integer NOT NULL,
	"version_id" uuid NOT NULL,
	"search" "tsvector" NOT NULL,
	CONSTRAINT "snippets_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "snippets_visibility" CHECK (visibility in ('private', 'organization'))
);
--> statement-breakpoint
ALTER TABLE "prompts"."snippets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prompts"."prompt_references" ADD CONSTRAINT "prompt_references_prompt" FOREIGN KEY ("organization_id","prompt_id") REFERENCES "prompts"."prompts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prompts"."snippet_versions" ADD CONSTRAINT "snippet_versions_snippet" FOREIGN KEY ("organization_id","snippet_id") REFERENCES "prompts"."snippets"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "prompt_references_of_prompt" ON "prompts"."prompt_references" USING btree ("organization_id","prompt_id");--> statement-breakpoint
CREATE UNIQUE INDEX "snippet_versions_number" ON "prompts"."snippet_versions" USING btree ("organization_id","snippet_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "snippets_of_owner" ON "prompts"."snippets" USING btree ("organization_id","owner_id","name_key");--> statement-breakpoint
CREATE UNIQUE INDEX "snippets_shared_name" ON "prompts"."snippets" USING btree ("organization_id","name_key") WHERE visibility = 'organization';--> statement-breakpoint
CREATE INDEX "snippets_by_name" ON "prompts"."snippets" USING btree ("organization_id","name_key","id");--> statement-breakpoint
CREATE INDEX "snippets_by_update" ON "prompts"."snippets" USING btree ("organization_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "snippets_search" ON "prompts"."snippets" USING gin ("search");--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."prompt_references" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."snippet_versions" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."snippets" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));