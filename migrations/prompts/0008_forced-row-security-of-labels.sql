ALTER TABLE "prompts"."prompt_labels" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prompts"."prompt_policies" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "prompts"."prompt_labels" TO "qw_prompts";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "prompts"."prompt_policies" TO "qw_prompts";
