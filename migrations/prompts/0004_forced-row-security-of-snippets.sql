ALTER TABLE "prompts"."snippets" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prompts"."snippet_versions" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "prompts"."prompt_references" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "prompts"."snippets" TO "qw_prompts";--> statement-breakpoint
-- A version is what was put in: of it only who may see it ever changes.
GRANT SELECT, INSERT, DELETE, UPDATE ("visibility") ON "prompts"."snippet_versions" TO "qw_prompts";--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON "prompts"."prompt_references" TO "qw_prompts";--> statement-breakpoint
GRANT CREATE ON SCHEMA "prompts" TO "qw_prompts_search";--> statement-breakpoint
GRANT SELECT ("id", "organization_id", "owner_id", "visibility", "updated_at", "search") ON "prompts"."snippets"
  TO "qw_prompts_search";--> statement-breakpoint
CREATE POLICY "search" ON "prompts"."snippets" AS PERMISSIVE FOR SELECT TO "qw_prompts_search" USING (true);--> statement-breakpoint
CREATE FUNCTION "prompts"."search_snippets"(query text, at_most integer) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT found.id FROM prompts.snippets found
  WHERE found.organization_id = nullif(current_setting('qw.organization_id', true), '')::uuid
    AND (found.visibility = 'organization' OR found.owner_id = nullif(current_setting('qw.user_id', true), '')::uuid)
    AND found.search @@ to_tsquery('simple', query)
  ORDER BY found.updated_at DESC, found.id DESC
  LIMIT least(at_most, 1000)
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION "prompts"."search_snippets"(text, integer) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION "prompts"."search_snippets"(text, integer) TO "qw_prompts";--> statement-breakpoint
GRANT "qw_prompts_search" TO CURRENT_USER WITH SET TRUE;--> statement-breakpoint
ALTER FUNCTION "prompts"."search_snippets"(text, integer) OWNER TO "qw_prompts_search";--> statement-breakpoint
REVOKE "qw_prompts_search" FROM CURRENT_USER;--> statement-breakpoint
REVOKE CREATE ON SCHEMA "prompts" FROM "qw_prompts_search";
