CREATE TABLE "prompts"."audit_entries" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"user_id" uuid NOT NULL,
	"principal" text NOT NULL,
	"address" text,
	"action" text NOT NULL,
	"target_type" text NOT NULL,
	"target_id" text,
	"target_name" text,
	"details" jsonb NOT NULL,
	CONSTRAINT "audit_entries_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "prompts"."audit_entries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "prompts"."library_overrides" (
	"organization_id" uuid NOT NULL,
	"key" text NOT NULL,
	"number" integer NOT NULL,
	"system" text,
	"body" text,
	"settings" jsonb,
	"comment" text,
	"release" text NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "library_overrides_organization_id_key_number_pk" PRIMARY KEY("organization_id","key","number")
);
--> statement-breakpoint
ALTER TABLE "prompts"."library_overrides" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prompts"."optimizations" ADD COLUMN "library" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."audit_entries" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."library_overrides" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid));--> statement-breakpoint
ALTER TABLE "prompts"."audit_entries" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prompts"."library_overrides" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT ON "prompts"."audit_entries" TO "qw_prompts";--> statement-breakpoint
GRANT SELECT, INSERT ON "prompts"."library_overrides" TO "qw_prompts";
