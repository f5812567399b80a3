ALTER TABLE "identity"."projects" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "identity"."project_members" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT USAGE ON SCHEMA "identity" TO "qw_identity";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "identity" TO "qw_identity";
