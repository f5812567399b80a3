CREATE TABLE "prompts"."label_moves" (
	"id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text DEFAULT 'private' NOT NULL,
	"prompt_id" uuid NOT NULL,
	"label" text NOT NULL,
	"from_version" integer,
	"to_version" integer,
	"comment" text,
	"requested_by" uuid NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"status" text NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone,
	"decision_comment" text,
	CONSTRAINT "label_moves_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "label_moves_status" CHECK (status in ('pending', 'approved', 'rejected', 'withdrawn'))
);
--> statement-breakpoint
ALTER TABLE "prompts"."label_moves" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prompts"."prompt_policies" ADD COLUMN "reviewed_labels" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "prompts"."label_moves" ADD CONSTRAINT "label_moves_prompt" FOREIGN KEY ("organization_id","prompt_id") REFERENCES "prompts"."prompts"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "label_moves_pending" ON "prompts"."label_moves" USING btree ("organization_id","prompt_id","label") WHERE status = 'pending';--> statement-breakpoint
CREATE POLICY "tenant" ON "prompts"."label_moves" AS PERMISSIVE FOR ALL TO "qw_prompts" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
ALTER TABLE "prompts"."label_moves" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "prompts"."label_moves" TO "qw_prompts";
