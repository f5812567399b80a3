ALTER TABLE "prompts"."optimizations" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "prompts"."optimizations" TO "qw_prompts";--> statement-breakpoint
GRANT SELECT, DELETE ON "prompts"."optimizations" TO "qw_prompts_system";
