CREATE TABLE "executions"."rating_sums" (
	"organization_id" uuid NOT NULL,
	"source_type" text NOT NULL,
	"source_id" text NOT NULL,
	"source_version" integer NOT NULL,
	"model" text NOT NULL,
	"visibility" text NOT NULL,
	"owner_id" uuid NOT NULL,
	"up" integer NOT NULL,
	"down" integer NOT NULL,
	CONSTRAINT "rating_sums_pk" PRIMARY KEY("organization_id","source_id","source_version","source_type","model","visibility","owner_id")
);
--> statement-breakpoint
ALTER TABLE "executions"."rating_sums" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
DROP INDEX "executions"."ratings_by_source";--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."rating_sums" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
-- The owner counts what is there, which a forced policy keeps from it.
ALTER TABLE "executions"."ratings" NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
INSERT INTO "executions"."rating_sums" ("organization_id", "source_type", "source_id", "source_version", "model", "visibility", "owner_id", "up", "down")
  SELECT "organization_id", "source_type", "source_id", "source_version", coalesce("model", ''),
    "visibility", CASE WHEN "visibility" = 'organization' THEN "organization_id" ELSE "owner_id" END,
    count(*) FILTER (WHERE "rating" = 'up'), count(*) FILTER (WHERE "rating" = 'down')
  FROM "executions"."ratings"
  WHERE "rating" IS NOT NULL AND "source_type" IS NOT NULL AND "source_id" IS NOT NULL AND "source_version" IS NOT NULL
  GROUP BY 1, 2, 3, 4, 5, 6, 7;--> statement-breakpoint
ALTER TABLE "executions"."ratings" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "executions"."rating_sums" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "executions"."rating_sums" TO "qw_executions";
