CREATE TABLE "identity"."audit_entries" (
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
ALTER TABLE "identity"."audit_entries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "audit_entries_by_user" ON "identity"."audit_entries" USING btree ("organization_id","user_id","id");--> statement-breakpoint
CREATE POLICY "tenant" ON "identity"."audit_entries" AS PERMISSIVE FOR ALL TO "qw_identity" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid));--> statement-breakpoint
ALTER TABLE "identity"."audit_entries" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT ON "identity"."audit_entries" TO "qw_identity";
