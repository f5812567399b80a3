CREATE TABLE "executions"."model_prices" (
	"organization_id" uuid NOT NULL,
	"model" text NOT NULL,
	"input_pico_usd" bigint NOT NULL,
	"output_pico_usd" bigint NOT NULL,
	"cached_pico_usd" bigint,
	"set_by" uuid NOT NULL,
	"set_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "model_prices_organization_id_model_pk" PRIMARY KEY("organization_id","model")
);
--> statement-breakpoint
ALTER TABLE "executions"."model_prices" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."model_prices" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid));--> statement-breakpoint
ALTER TABLE "executions"."model_prices" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "executions"."model_prices" TO "qw_executions";
