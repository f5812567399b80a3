ALTER TABLE "prompts"."prompts" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prompts"."prompt_versions" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prompts"."prompt_tags" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prompts"."conversations" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prompts"."seeded_workspaces" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prompts"."outbox" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "prompts"."prompts", "prompts"."prompt_tags", "prompts"."conversations"
  TO "qw_prompts";--> statement-breakpoint
-- A version is what was run: of it only the comment and who may see it ever change.
GRANT SELECT, INSERT, DELETE, UPDATE ("comment", "visibility") ON "prompts"."prompt_versions" TO "qw_prompts";--> statement-breakpoint
GRANT SELECT, INSERT ON "prompts"."seeded_workspaces" TO "qw_prompts";--> statement-breakpoint
GRANT INSERT ON "prompts"."outbox" TO "qw_prompts";--> statement-breakpoint
GRANT SELECT, UPDATE, DELETE ON "prompts"."outbox" TO "qw_prompts_system";--> statement-breakpoint
GRANT SELECT, DELETE ON "prompts"."conversations" TO "qw_prompts_system";--> statement-breakpoint
-- The search operator is not leakproof, so under row level security it never uses its index. This one function reads as a
-- role that sees every row, asks for the tenant context itself, takes no tenant as an argument and tells only ids, which
-- are read again under row level security.
DO $$ BEGIN
  CREATE ROLE "qw_prompts_search" NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;--> statement-breakpoint
GRANT USAGE, CREATE ON SCHEMA "prompts" TO "qw_prompts_search";--> statement-breakpoint
GRANT SELECT ("id", "organization_id", "owner_id", "visibility", "updated_at", "search") ON "prompts"."prompts"
  TO "qw_prompts_search";--> statement-breakpoint
CREATE POLICY "search" ON "prompts"."prompts" AS PERMISSIVE FOR SELECT TO "qw_prompts_search" USING (true);--> statement-breakpoint
CREATE FUNCTION "prompts"."search_prompts"(query text, at_most integer) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT found.id FROM prompts.prompts found
  WHERE found.organization_id = nullif(current_setting('qw.organization_id', true), '')::uuid
    AND (found.visibility = 'organization' OR found.owner_id = nullif(current_setting('qw.user_id', true), '')::uuid)
    AND found.search @@ to_tsquery('simple', query)
  ORDER BY found.updated_at DESC, found.id DESC
  LIMIT least(at_most, 1000)
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION "prompts"."search_prompts"(text, integer) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION "prompts"."search_prompts"(text, integer) TO "qw_prompts";--> statement-breakpoint
GRANT "qw_prompts_search" TO CURRENT_USER WITH SET TRUE;--> statement-breakpoint
ALTER FUNCTION "prompts"."search_prompts"(text, integer) OWNER TO "qw_prompts_search";--> statement-breakpoint
REVOKE "qw_prompts_search" FROM CURRENT_USER;--> statement-breakpoint
REVOKE CREATE ON SCHEMA "prompts" FROM "qw_prompts_search";
