ALTER TABLE "prompts"."variables" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "prompts"."variables" TO "qw_prompts";
