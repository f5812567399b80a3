CREATE TABLE "executions"."audit_entries" (
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
ALTER TABLE "executions"."audit_entries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "executions"."provider_keys" (
	"organization_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"base_url" text,
	"ciphertext" text NOT NULL,
	"ending" text NOT NULL,
	"version" uuid NOT NULL,
	"set_by" uuid NOT NULL,
	"set_at" timestamp (3) with time zone NOT NULL,
	"checked_at" timestamp (3) with time zone,
	"check_code" text,
	"check_message" text,
	CONSTRAINT "provider_keys_organization_id_provider_pk" PRIMARY KEY("organization_id","provider")
);
--> statement-breakpoint
ALTER TABLE "executions"."provider_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."audit_entries" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."provider_keys" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid));--> statement-breakpoint
ALTER TABLE "executions"."audit_entries" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "executions"."provider_keys" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT ON "executions"."audit_entries" TO "qw_executions";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "executions"."provider_keys" TO "qw_executions";
